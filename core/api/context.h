/*
 * The context of a method: one request while it is being answered. Every method of this room gets it.
 */
#ifndef BATCHD_CONTEXT_H
#define BATCHD_CONTEXT_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/error.h"
#include "disk/files.h"
#include "format/json_writer.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "view/plan_view.h"

struct context {
    const struct workspace *workspace;
    const struct files *files; /* the workspace's, as if no batch were pending */
    const struct request *request;
    struct answer *answer;
    struct json_writer writer; /* over the answer's data */
};

/* @view, which is in the arena of the answer, is what it says. */
void context_answer(struct context *context, const struct answer_type *type, const void *view);

/* Make @error the answer's outcome. Releases it. */
void context_fail(struct context *context, struct error *error);

/*
 * The plan that the request names, or else the one it was made in, or else the only one. @is_strict: for writing, see
 * workspace_find. NULL with NOT_FOUND, or USAGE if there are several.
 */
const struct plan_place *context_choose_plan(const struct context *context, bool is_strict, struct error *error);

/* Is the request about one plan, which may be missing? */
bool context_is_about_one(const struct context *context);

/* The achievements that the request asks for; borrows from it. */
struct plan_filter context_filter(const struct context *context);

#endif
