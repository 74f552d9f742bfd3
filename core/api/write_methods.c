#include "api/write_methods.h"

#include <inttypes.h>
#include <string.h>

#include "api/batch_answer.h"
#include "api/claim_warning.h"
#include "api/history.h"
#include "api/request.h"
#include "api/transaction.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "batch/batch.h"
#include "batch/batch_create.h"
#include "batch/batch_options.h"
#include "batch/fence.h"
#include "batch/journal.h"
#include "batch/record.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "batch/review_words.h"
#include "batch/undo.h"
#include "claims/claim_overview.h"
#include "disk/state_dir.h"
#include "document/names.h"
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
                   batch_make(batch, context->files, plan, &options, &context->answer->diagnostics, error);
    if (is_made)
        claim_warning_append(context, plan, &claims, batch);
    workspace_return_plan(place, plan);
    return is_made;
}

static void create_in(struct context *context, const struct plan_place *place, struct error *error) {
    const struct transaction transaction = {place, make_creation, NULL};
    transaction_run(context, &transaction, error);
}

void write_methods_create(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, true, &error);
    if (place)
        create_in(context, place, &error);
    else
        context_fail(context, &error);
}

/* --- retry --- */

/* The achievement that a failed file is for: its own, or for a sub-execution's the one above it. */
static const char *achievement_of(struct arena *arena, const struct plan *plan, const char *id) {
    size_t position;
    const char *dot = strrchr(id, '.');
    if (plan_find(plan, id, &position) || !dot)
        return id;
    const char *above = arena_copy(arena, id, (size_t)(dot - id));
    return plan_find(plan, above, &position) ? above : id; /* a plan that cannot be read has neither */
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
    create_in(context, place, &error);
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

/* --- undo --- */

/* Of an APPROVED or a SKIPPED: what waits for it again. */
static void warn_of_blocked(struct context *context, const struct plan *plan, size_t position) {
    struct buffer ids = {0}, message = {0};
    review_words_append_blocked(&ids, plan, position);
    buffer_append_format(&message, "%s blocks again: %s", plan->dependencies.achievements[position].id,
                         buffer_text(&ids));
    if (ids.length)
        diagnostics_add(
            &context->answer->diagnostics,
            &(struct diagnostic){.severity = SEVERITY_WARNING, .code = "review.warning", .message = message.data});
    buffer_release(&ids);
    buffer_release(&message);
}

static void warn_of_undo(struct context *context, const struct undo *undo) {
    struct error error = {0};
    const struct plan_place *place = workspace_find(context->workspace, undo->record->plan_path, true, &error);
    const struct plan *plan = place ? workspace_take_plan(place, context->files) : NULL;
    for (size_t i = 0; i < undo->removed_count && plan; i++) {
        struct name name = names_read(undo->record->plan, names_base(undo->removed[i].path));
        size_t position;
        if ((name.kind == NAME_APPROVED || name.kind == NAME_SKIPPED) &&
            string_map_find(&plan->digits, name.digits, &position))
            warn_of_blocked(context, plan, position);
    }
    if (plan)
        workspace_return_plan(place, plan);
    error_release(&error);
}

static bool choose_fence(const struct context *context, const struct undo *undo, const struct fence **needed,
                         struct error *error) {
    const struct fence *fence = context->request->batch_fence;
    bool is_about = false;
    for (size_t i = 0; i < undo->removed_count && fence && !is_about; i++)
        is_about = fence_is_about(fence, undo->record->plan_path, undo->removed[i].id);
    return undo->removed_count == 0 || fence_choose(fence, is_about, needed, error);
}

/*
 * Finds the batch and what can be removed, and writes it as the answer; with @journal, removes it. @number: of the
 * batch that was found.
 */
static bool undo_once(struct context *context, struct journal *journal, uint64_t *number, struct error *error) {
    AUTO(record) record = {0};
    AUTO(undo) undo = {0};
    const struct fence *fence = NULL;
    if (!history_find(context, &record, error))
        return false;
    *number = record.number;
    if (!undo_make(&undo, context->files, &record, &context->request->options.selection, error) ||
        !choose_fence(context, &undo, &fence, error))
        return false;
    undo.request = context->request->request_id;
    batch_answer_undo(context->answer, &undo, context->request->is_dry_run);
    if (!journal)
        warn_of_undo(context, &undo);
    if (!journal || !undo.removed_count)
        return true;
    journal->fence = fence;
    return journal_undo(journal, &undo, error);
}

/* The undo of the batch had died, and has been finished as the journal was opened: that is what was asked for. */
static bool answer_finished_undo(struct context *context, const struct state_dir *state, uint64_t number) {
    AUTO(record) batch = {0};
    AUTO(record) undone = {0};
    AUTO(error) error = {0};
    bool is_finished = record_read_batch(state, number, &batch, &error) && batch.is_undone &&
                       record_read(state->files, record_undone_path(state, number, 0).text, number, &undone, &error);
    if (is_finished)
        batch_answer_undone(context->answer, &batch, &undone);
    return is_finished;
}

/* @number: of the batch that was open before, the only one that may be undone. */
static bool undo_locked(struct context *context, uint64_t number, struct error *error) {
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    struct request request = *context->request;
    const struct request *own = context->request;
    struct state_dir state;
    bool was_begun = state_dir_find(&state, context->files, error) && record_is_being_undone(&state, number);
    error_release(error);
    if (!transaction_open_journal(context, &journal, error))
        return false;
    diagnostics_append(&context->answer->diagnostics, &journal.recovered);
    if (was_begun && answer_finished_undo(context, &journal.state, number))
        return true;
    request.batch = number;
    context->request = &request;
    bool is_done = undo_once(context, &journal, &number, error);
    context->request = own;
    return is_done;
}

void write_methods_undo(struct context *context) {
    struct error error = {0};
    uint64_t number = 0;
    bool is_done = undo_once(context, NULL, &number, &error) &&
                   (context->request->is_dry_run || undo_locked(context, number, &error));
    if (!is_done)
        context_fail(context, &error);
}
