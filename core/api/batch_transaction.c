#include "api/batch_transaction.h"

#include <inttypes.h>

#include "api/batch_answer.h"
#include "api/request.h"
#include "api/transaction.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "batch/fence.h"
#include "batch/journal.h"
#include "batch/token.h"

/* What the transaction is about. */
struct making {
    batch_maker *make;
    const void *subject;
    struct batch batch;
    struct record committed;
};

static bool make_batch(struct context *context, const struct making *making, struct batch *batch, struct error *error) {
    const char *expected = context->request->expect;
    AUTO(buffer) changes = {0};
    if (!making->make(context, making->subject, batch, error) || !batch_check_conflicts(batch, error))
        return false;
    token_make(batch, context->request->options.require_complete);
    if (!expected || token_matches(batch, expected, &changes))
        return true;
    error_set(error, ERROR_STALE, "not as in the preview: %s; nothing was created", changes.data);
    return error_hint(error, "look at it again with --dry-run");
}

static bool make(struct context *context, void *subject, struct error *error) {
    struct making *making = subject;
    bool is_made = make_batch(context, making, &making->batch, error);
    batch_answer_make(context->answer, context->request, context->workspace, &making->batch);
    return is_made;
}

static size_t count(const void *subject) {
    const struct making *making = subject;
    return making->batch.file_count;
}

static bool is_about(const void *subject, const struct fence *fence) {
    const struct batch *batch = &((const struct making *)subject)->batch;
    bool is_so = false;
    for (size_t i = 0; i < batch->file_count && !is_so; i++)
        is_so = fence_is_about(fence, batch->plan_path, batch->files[i].id);
    return is_so;
}

static bool write_batch(const struct request *request, const struct batch *batch, struct journal *journal,
                        struct record *committed, struct error *error) {
    if (batch->kind == BATCH_REOPEN)
        return journal_rename(journal, batch, request->request_id, request->message, committed, error);
    if (batch->kind == BATCH_UPDATE)
        return journal_exchange(journal, batch, request->request_id, committed, error);
    return (request->options.keep_going ? journal_apply_partly : journal_apply)(journal, batch, request->request_id,
                                                                                committed, error);
}

static bool apply(struct context *context, void *subject, struct journal *journal, struct error *error) {
    struct making *making = subject;
    const struct request *request = context->request;
    bool is_applied = write_batch(request, &making->batch, journal, &making->committed, error);
    if (is_applied)
        batch_answer_of_record(context->answer, request, context->workspace, &making->committed);
    return is_applied;
}

static void release(void *subject) {
    struct making *making = subject;
    batch_release(&making->batch);
    record_release(&making->committed);
}

void batch_transaction_set_partial(const struct record *record, struct error *error) {
    error_set(error, ERROR_PARTIAL, "%zu file%s created, %zu could not be", record->file_count,
              record->file_count == 1 ? " was" : "s were", record->failure_count);
    error_hint(error, "fix the cause, then: batchctl retry %" PRIu64, record->number);
}

/* With --keep-going: some files failed, which the caller must learn. */
static bool check_failures(const struct context *context, const struct making *making, struct error *error) {
    const struct record *committed = &making->committed;
    if (committed->number && committed->failure_count)
        batch_transaction_set_partial(committed, error);
    if (committed->number || context->request->is_dry_run || !making->batch.failure_count)
        return !error->code;
    error_set(error, ERROR_PARTIAL, "0 files were created, %zu could not be", making->batch.failure_count);
    return error_hint(error, "fix the cause, then try again");
}

void batch_transaction_run(struct context *context, batch_maker *maker, const void *subject, struct error *error) {
    static const struct transaction transaction = {make, count, is_about, apply, release};
    struct making making = {.make = maker, .subject = subject};
    if (!transaction_run(context, &transaction, &making, error) || !check_failures(context, &making, error))
        context_fail(context, error);
    release(&making);
}
