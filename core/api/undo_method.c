#include "api/undo_method.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "api/answer.h"
#include "api/batch_answer.h"
#include "api/history.h"
#include "api/request.h"
#include "api/transaction.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/string_map.h"
#include "batch/fence.h"
#include "batch/journal.h"
#include "batch/record.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "batch/review_words.h"
#include "batch/undo.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "plan/plan.h"
#include "plan/workspace.h"

/* What the transaction is about. */
struct undoing {
    uint64_t number; /* of the batch, once it is found: the only one that may be undone */
    bool was_begun;  /* an undo of it was pending before the journal was opened, which finishes that */
    struct record record;
    struct undo undo;
};

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

/* The undo of the batch had died, and has been finished as the journal was opened: that is what was asked for. */
static bool answer_finished(struct context *context, const struct state_dir *state, uint64_t number) {
    AUTO(record) batch = {0};
    AUTO(record) undone = {0};
    AUTO(error) error = {0};
    bool is_finished = record_read_batch(state, number, &batch, &error) && batch.is_undone &&
                       record_read(state->files, record_undone_path(state, number, 0).text, number, &undone, &error);
    if (is_finished)
        batch_answer_undone(context->answer, &batch, &undone);
    return is_finished;
}

static bool find_batch(struct context *context, struct undoing *undoing, struct error *error) {
    const struct request *own = context->request;
    struct request request = *own;
    request.batch = undoing->number ? undoing->number : own->batch;
    context->request = &request;
    bool is_found = history_find(context, &undoing->record, error);
    context->request = own;
    return is_found;
}

/* Is it what the preview with the token showed? */
static bool check_expected(const char *expected, const struct undo *undo, struct error *error) {
    if (!expected || strcmp(expected, undo->token) == 0)
        return true;
    error_set(error, ERROR_STALE, "not as in the preview: files of batch %" PRIu64 " have changed; nothing was removed",
              undo->record->number);
    return error_hint(error, "look at it again with --dry-run");
}

static bool make(struct context *context, void *subject, struct error *error) {
    struct undoing *undoing = subject;
    const struct request *request = context->request;
    struct state_dir state;
    if (!state_dir_find(&state, context->files, error))
        return false;
    if (undoing->was_begun && answer_finished(context, &state, undoing->number))
        return true;
    if (!find_batch(context, undoing, error) ||
        !undo_make(&undoing->undo, context->files, &undoing->record, &request->options.selection, error) ||
        !check_expected(request->expect, &undoing->undo, error))
        return false;
    undoing->number = undoing->record.number;
    undoing->was_begun = record_is_being_undone(&state, undoing->number);
    undoing->undo.request = request->request_id;
    batch_answer_undo(context->answer, &undoing->undo, request->is_dry_run);
    warn_of_undo(context, &undoing->undo);
    return true;
}

static size_t count(const void *subject) {
    return ((const struct undoing *)subject)->undo.removed_count;
}

static bool is_about(const void *subject, const struct fence *fence) {
    const struct undo *undo = &((const struct undoing *)subject)->undo;
    bool is_so = false;
    for (size_t i = 0; i < undo->removed_count && !is_so; i++)
        is_so = fence_is_about(fence, undo->record->plan_path, undo->removed[i].id);
    return is_so;
}

static bool apply(struct context *context, void *subject, struct journal *journal, struct error *error) {
    (void)context; /* the answer from making it says what is removed */
    return journal_undo(journal, &((struct undoing *)subject)->undo, error);
}

static void release(void *subject) {
    struct undoing *undoing = subject;
    undo_release(&undoing->undo);
    record_release(&undoing->record);
}

void undo_method_run(struct context *context) {
    static const struct transaction transaction = {make, count, is_about, apply, release};
    struct error error = {0};
    struct undoing undoing = {0};
    if (!transaction_run(context, &transaction, &undoing, &error))
        context_fail(context, &error);
    release(&undoing);
}

void undo_method_name_batch(const struct workspace *workspace, struct request *request) {
    struct answer answer = {0};
    struct context context = {
        .workspace = workspace, .files = &workspace->files, .request = request, .answer = &answer};
    AUTO(record) record = {0};
    AUTO(error) error = {0}; /* which the undo will have, too */
    if (!request->batch && history_find(&context, &record, &error))
        request->batch = record.number;
    answer_release(&answer);
}
