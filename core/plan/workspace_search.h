/*
 * The search for the workspace: which folder holds the plans, seen from a working directory. It is the same from each
 * folder of a checkout: it walks upward to a boundary, then looks down from the top of what it has walked.
 *
 * The walk ends at the boundary that upward_walk.h states, or at the first folder with an own .git, the top of a
 * working tree, which is not read. The last folder of the walk is the top.
 *
 * The workspace is the first of
 *   the nearest folder of the walk that holds state of the user (state_dir.h)
 *   the configured root, if it holds the working directory and no working tree lies between them
 *   work-space/plans, plans, docs/plans at the top, or the top itself: the first from which plans are reached, or of
 *     the three the first that holds state of the user
 *   the outermost other folder of the walk from which plans are reached
 * The look downward ends with the first plan, or after WORKSPACE_SEARCH_FOLDERS_MOST folders.
 *
 * A folder is a plan if it has PLAN_<its own name>.md, or any PLAN_*.md beside a dependency file, subplans/ or
 * execution/. Plans are reached through group folders, to WORKSPACE_DEPTH_MOST; folders whose names begin with a dot,
 * links and files are passed over. A folder below the workspace that has a .git of any kind is another working tree:
 * neither it nor what lies in it is a plan here.
 */
#ifndef BATCHD_WORKSPACE_SEARCH_H
#define BATCHD_WORKSPACE_SEARCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"
#include "disk/listing.h"
#include "disk/upward_walk.h"

enum {
    WORKSPACE_DEPTH_MOST = 8, /* of folders, from a workspace to its plans */
    WORKSPACE_SEARCH_FOLDERS_MOST = 1000,
};

/* What the search depends on beside the disk; borrowed. */
struct workspace_search {
    const char *start;      /* the working directory: absolute, without links */
    const char *configured; /* the configured root, absolute, or NULL */
    struct walk_limits limits;
};

enum workspace_reason {
    WORKSPACE_NOT_FOUND,
    WORKSPACE_HAS_STATE,
    WORKSPACE_CONFIGURED,
    WORKSPACE_USUAL_PLACE, /* work-space/plans, plans or docs/plans at the top */
    WORKSPACE_TOP,
    WORKSPACE_OUTERMOST,
};

struct workspace_found {
    enum workspace_reason reason;
    char *folder; /* the workspace; NULL if none is found */
    enum walk_boundary boundary;
    int failure; /* errno; with BOUNDARY_UNKNOWN */
    char *top;   /* the last folder of the walk; NULL if it has none */
    char *empty; /* a usual place at the top from which no plan is reached; NULL if there is none */
    char *link;  /* a usual place at the top that is passed over, as a link leads to it; NULL if there is none */
};

/* The caller releases @found. */
void workspace_search_from(const struct workspace_search *search, struct workspace_found *found);
void workspace_found_release(struct workspace_found *found);

/* "work-space/plans at the top of the working tree /a": why the folder is the workspace. It must have been found. */
void workspace_found_explain(const struct workspace_found *found, struct buffer *text);
/* "the search ended at /a, the top of a working tree": what it looked at, whatever it found. */
void workspace_found_explain_end(const struct workspace_found *found, struct buffer *text);

/* --- downward --- */

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

#endif
