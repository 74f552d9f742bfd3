/*
 * A workspace: the folder that holds the plans, and which plans there are. Plans may lie in group folders; a plan is
 * never searched for more plans, and the folders of one plan are not listed to find another.
 *
 * What a plan is, and where plans are looked for, is said in workspace_search.h.
 */
#ifndef BATCHD_WORKSPACE_H
#define BATCHD_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "plan/plan.h"
#include "plan/workspace_search.h"

enum { WORKSPACE_PLANS_MOST = 100000, WORKSPACE_FOLDERS_MOST = 20000 };

/* The program's own folder under the root: journal, history, configuration. */
#define WORKSPACE_STATE_FOLDER STATE_DIR_FOLDER

struct plan_place {
    const char *name;            /* of its PLAN file, or its folder's */
    const char *path;            /* relative to the root */
    bool is_unique;              /* no other plan has the name */
    const struct plan *snapshot; /* kept of it; NULL in a workspace that keeps none (see plan_cache.h) */
};

/* {0} is a valid closed workspace but for its files, which are FILES_CLOSED. */
struct workspace {
    struct files files;
    char *root;               /* absolute, for messages; owned */
    struct arena arena;       /* of what was found */
    struct plan_place *plans; /* folder by folder, in the order of names */
    size_t plan_count, plan_capacity;
    size_t folder_count;            /* listed in search of plans */
    bool has_gaps;                  /* something failed while plans were searched: there may be more */
    struct diagnostics diagnostics; /* of folders that cannot be listed */
    const char **other_trees;       /* paths of other working trees below the root, as far as they were met */
    size_t other_tree_count, other_tree_capacity;
    const char *inner_state;  /* path of the first folder below the root that holds state of this user; or NULL */
    const char **loose_plans; /* PLAN files that lie in a group folder or the root, and make no plan there */
    size_t loose_count, loose_capacity;
};

/* Open @root, resolving it once, without looking for its plans. */
bool workspace_enter(struct workspace *workspace, const char *root, struct error *error);
/* The same, and find its plans. */
bool workspace_open(struct workspace *workspace, const char *root, struct error *error);
/* Find the plans again, through @files: the workspace's own, or a view of them. Places handed out before are gone. */
void workspace_search(struct workspace *workspace, const struct files *files);
void workspace_release(struct workspace *workspace);

/*
 * The plan that @text means: "NAME", "@NAME", "@PLAN_NAME.md" or a path; the exact path first, then the exact name,
 * then a unique prefix, then, unless @is_strict, a unique part of the name. NOT_FOUND, with the closest name; USAGE
 * lists several.
 */
const struct plan_place *workspace_find(const struct workspace *workspace, const char *text, bool is_strict,
                                        struct error *error);

/* What names the plan in a command: its name, or its path if another plan has the same name. Borrowed from @plan. */
const char *workspace_reference(const struct plan_place *plan);

/*
 * The plan at @place as readers of @files see it, with the reference it has in its workspace: the snapshot that is kept
 * of it, or else one that is loaded. To be given back, not released.
 */
const struct plan *workspace_take_plan(const struct plan_place *place, const struct files *files);
void workspace_return_plan(const struct plan_place *place, const struct plan *plan);

/* The plan whose folder is @path or holds it; NULL if there is none. */
const struct plan_place *workspace_plan_around(const struct workspace *workspace, const char *path);

#endif
