/*
 * A workspace: the folder that holds the plans, and which plans there are. Plans may lie in group folders; a plan is
 * never searched for more plans, and the folders of one plan are not listed to find another.
 *
 * A folder is a plan if it has PLAN_<its own name>.md, or any PLAN_*.md beside a dependency file, subplans/ or
 * execution/. Groups are searched to WORKSPACE_DEPTH_MOST; folders whose names begin with a dot, links and files are
 * passed over.
 */
#ifndef BATCHD_WORKSPACE_H
#define BATCHD_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>

#include "diagnostics.h"
#include "error.h"
#include "files.h"
#include "plan.h"

enum { WORKSPACE_DEPTH_MOST = 8, WORKSPACE_PLANS_MOST = 100000, WORKSPACE_FOLDERS_MOST = 20000 };

/* The program's own folder under the root: journal, history, configuration. */
#define WORKSPACE_STATE_FOLDER ".batchd"

struct plan_place {
    const char *name;            /* of its PLAN file, or its folder's */
    const char *path;            /* relative to the root */
    bool is_unique;              /* no other plan has the name */
    const struct plan *snapshot; /* kept of it; NULL in a workspace that keeps none (see cache.h) */
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
    const char **loose_plans;       /* PLAN files that lie in a group folder or the root, and make no plan there */
    size_t loose_count, loose_capacity;
    const char *other_state; /* absolute path of a .batchd above or below the root, which must not be; or NULL */
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

/* The plan whose folder is @path or holds it; NULL if there is none. */
const struct plan_place *workspace_plan_around(const struct workspace *workspace, const char *path);

/*
 * Which folder is the plans root, seen from the working directory @here (absolute)? In this order:
 *   the nearest folder, @here or above it, that has a .batchd of this user;
 *   the nearest that has work-space/plans;
 *   the outermost one, not above @home or a mount, that holds a plan, or several folders which all hold plans;
 *   @here itself, if plans are reached from it through folders, and it is neither @home nor "/".
 * The caller owns the result (memory_free); NULL if there is none.
 */
char *workspace_find_root(const char *here, const char *home);

#endif
