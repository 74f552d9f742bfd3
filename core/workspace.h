/*
 * A workspace: the folder that holds the plans, and which plans there are. Plans may lie in group folders; a plan is
 * never searched for more plans, and the folders of one plan are not listed to find another.
 *
 * A folder is a plan if it has PLAN_<its own name>.md, or any PLAN_*.md beside a dependency file, subplans/ or
 * execution/. Groups are searched to WORKSPACE_DEPTH_MOST; folders whose names begin with a dot, links and files are
 * passed over. A folder below the root that has a .git of any kind is another working tree: neither it nor what lies in
 * it is a plan here.
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
/* By its name in a folder, a working tree is known (a repository, a linked worktree, a submodule). */
#define WORKSPACE_GIT ".git"

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
    const char **other_trees; /* paths of other working trees below the root, as far as they were met */
    size_t other_tree_count, other_tree_capacity;
    const char *inner_state; /* path of the first folder below the root that holds state of this user; or NULL */
};

/* What a folder is, for the search for plans. */
enum workspace_folder {
    WORKSPACE_UNKNOWN, /* it cannot be looked at, or is gone */
    WORKSPACE_PLAN,
    WORKSPACE_GROUP, /* or anything else that may hold plans */
    WORKSPACE_OTHER_TREE,
};

/*
 * Look at the folder @path ("" for the root, which is always a group). A plan's name is in @name, borrowed from @path,
 * from @listing or from @arena. A group has been listed in @listing, which the caller releases in any case. @error is
 * set only with WORKSPACE_UNKNOWN.
 */
enum workspace_folder workspace_look(const struct files *files, struct arena *arena, const char *path,
                                     struct listing *listing, struct span *name, struct error *error);

/* Is the entry of a group a folder in which plans are looked for? */
bool workspace_may_be_group(const struct listing_entry *entry);

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

#endif
