#include "api/write_methods.h"

#include <inttypes.h>
#include <string.h>

#include "api/batch_transaction.h"
#include "api/claim_warning.h"
#include "api/history.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/batch_create.h"
#include "batch/batch_options.h"
#include "batch/record.h"
#include "claims/claim_overview.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/workspace.h"

static bool make_creation(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_place *place = subject;
    const struct plan *plan = workspace_take_plan(place, context->files);
    AUTO(claim_overview) claims = {0};
    AUTO_FREE bool *is_elsewhere = memory_allocate(plan->dependencies.count, sizeof *is_elsewhere);
    struct batch_options options = context->request->options;
    claim_warning_look(context, plan, &claims);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        is_elsewhere[i] = claim_overview_is_bound(&claims, i);
    options.is_elsewhere = is_elsewhere;
    bool is_made = claim_warning_check(&options, plan, &claims, error) &&
                   batch_make(batch, context->files, plan, &options, &context->answer->diagnostics, error) &&
                   claim_warning_heed(context, plan, &claims, batch, error);
    workspace_return_plan(place, plan);
    return is_made;
}

void write_methods_create(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, true, &error);
    if (place)
        batch_transaction_run(context, make_creation, place, &error);
    else
        context_fail(context, &error);
}

/* --- retry --- */

/* The achievement that a failed file is for, in the arena; as it is in a plan that cannot be read. */
static const char *achievement_of(struct arena *arena, const struct plan *plan, const char *id) {
    size_t position;
    if (plan_find_whole(plan, id, &position))
        id = plan->dependencies.achievements[position].id;
    return arena_copy(arena, id, strlen(id));
}

/* Creates what failed in @record as that batch would have: the same kind, in the same plan, just those ids. */
static void retry_in(struct context *context, const struct plan_place *place, struct record *record) {
    struct request request = *context->request;
    struct error error = {0};
    const char **ids = arena_allocate(&record->arena, record->failure_count, sizeof *ids);
    const struct plan *plan = workspace_take_plan(place, context->files);
    for (size_t i = 0; i < record->failure_count; i++)
        ids[i] = achievement_of(&record->arena, plan, record->failures[i].id ? record->failures[i].id : "");
    workspace_return_plan(place, plan);
    request.options.kind = record->kind;
    request.options.selection = (struct selection){SELECT_IDS, 0, ids, record->failure_count};
    const struct request *own = context->request;
    context->request = &request;
    batch_transaction_run(context, make_creation, place, &error);
    context->request = own;
}

/* Only what --keep-going left out can be retried, and only create keeps going. */
static bool check_retry(const struct record *record, struct error *error) {
    if (record->is_undone)
        return error_set(error, ERROR_NOT_FOUND, "the undo of batch %" PRIu64 " is not finished", record->number);
    if (batch_kind_is_created(record->kind))
        return true;
    if (record->kind == BATCH_UNKNOWN) {
        error_set(error, ERROR_INVALID, "batch %" PRIu64 " is of the kind \"%s\", which this version does not know",
                  record->number, record_kind_name(record));
        return error_hint(error, "retry it with the version of batchctl that made it");
    }
    error_set(error, ERROR_USAGE, "batch %" PRIu64 " is of the kind \"%s\": nothing of it can be retried",
              record->number, record_kind_name(record));
    return error_hint(error, "such a batch is whole; \"batchctl show --batch %" PRIu64 "\" lists its files",
                      record->number);
}

void write_methods_retry(struct context *context) {
    struct error error = {0};
    AUTO(record) record = {0};
    bool is_read = history_find(context, &record, &error) && check_retry(&record, &error);
    const struct plan_place *place =
        is_read ? workspace_find(context->workspace, record.plan_path, true, &error) : NULL;
    if (place)
        retry_in(context, place, &record);
    else
        context_fail(context, &error);
}
