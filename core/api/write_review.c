#include "api/write_review.h"

#include <string.h>

#include "api/batch_transaction.h"
#include "api/claim_warning.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "batch/review.h"
#include "batch/review_options.h"
#include "claims/claim_overview.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/workspace.h"

static enum review_self self_of(const struct request *request) {
    const char *self = request->self ? request->self : "warn";
    return strcmp(self, "no") == 0 ? REVIEW_SELF_NO : strcmp(self, "yes") == 0 ? REVIEW_SELF_YES : REVIEW_SELF_WARN;
}

static bool make(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_place *place = subject;
    const struct request *request = context->request;
    const struct plan *plan = workspace_take_plan(place, context->files);
    const struct review_options options = {
        .kind = batch_kind_find(request->method),
        .selection = request->options.selection,
        .text = request->message,
        .by = request->as,
        .fence = request->batch_fence,
        .self = self_of(request),
        .requires_submission = request->requires_submission,
        .approves = request->approves,
    };
    AUTO(claim_overview) claims = {0};
    claim_warning_look(context, plan, &claims);
    bool is_made = review_make(batch, context->files, plan, &options, &context->answer->diagnostics, error) &&
                   claim_warning_heed(context, plan, &claims, batch, error);
    workspace_return_plan(place, plan);
    return is_made;
}

void review_handle(struct context *context) {
    struct error error = {0};
    bool is_adoption = strcmp(context->request->method, "adopt") == 0;
    const struct plan_place *place = NULL;
    if (context->request->options.selection.kind != SELECT_IDS && !is_adoption)
        error_set(&error, ERROR_USAGE, "the ids of achievements are needed, such as 3.1,3.2");
    else
        place = context_choose_plan(context, true, &error);
    if (place)
        batch_transaction_run(context, make, place, &error);
    else
        context_fail(context, &error);
}
