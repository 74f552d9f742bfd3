/*
 * The clone in which this process works: what a claim of a team needs of it beside the plans.
 */
#ifndef BATCHD_CLAIM_CLONE_H
#define BATCHD_CLAIM_CLONE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "disk/files.h"
#include "plan/workspace.h"

/* The calls may be NULL where nothing is known of commits. Borrowed. */
struct claim_clone {
    const struct workspace *workspace; /* set before the first take */
    /* Does the commit that is checked out come after @commit, or is it that? Not if that is unknown. */
    bool (*has_commit)(void *data, const char *commit);
    /* Are the files, relative to the workspace, in the commit that is checked out as they are? Not if that is unknown.
     */
    bool (*is_committed)(void *data, const char *const *paths, size_t count);
    void *data;
    /* Open the folder of the user's state, for the secret of repeatable requests. The caller closes it. */
    bool (*open_state)(struct files *state, struct error *error);
};

#endif
