/*
 * One request while it is being answered: shared by the methods that read (request.c) and those that write (change.c),
 * and by nobody else.
 */
#ifndef BATCHD_HANDLING_H
#define BATCHD_HANDLING_H

#include <stdbool.h>

#include "plan.h"
#include "request.h"
#include "writer.h"

struct handling {
    const struct workspace *workspace;
    const struct files *files; /* the workspace's, as if no batch were pending */
    const struct request *request;
    struct answer *answer;
    struct writer writer; /* over the answer's data */
};

/* Make @error the answer's outcome. Releases it. */
void handling_fail(struct handling *handling, struct error *error);

/*
 * The plan that the request names, or else the one it was made in, or else the only one. @is_strict: for writing, see
 * workspace_find. NULL with NOT_FOUND, or USAGE if there are several.
 */
const struct plan_place *handling_choose_plan(const struct handling *handling, bool is_strict, struct error *error);

/* Load the plan as readers see it, with the reference it has in this workspace. */
void handling_load_plan(const struct handling *handling, const struct plan_place *place, struct plan *plan);

#endif
