#include "api/transaction.h"

#include <inttypes.h>

#include "api/batch_answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "batch/fence.h"
#include "batch/token.h"
#include "disk/files.h"
#include "disk/ownership.h"

static void set_answer(struct context *context, const struct transaction *transaction, const struct batch *batch,
                       const struct record *committed) {
    struct batch_view *view = batch_answer_make(context->answer, context->request, batch, committed);
    if (transaction->add)
        transaction->add(context, committed, view);
}

/* Make the batch as things are now, which is the answer. */
static bool make_batch(struct context *context, const struct transaction *transaction, struct batch *batch,
                       struct error *error) {
    diagnostics_release(&context->answer->diagnostics);
    bool is_made =
        transaction->make(context, transaction->subject, batch, error) && batch_check_conflicts(batch, error);
    if (is_made)
        token_make(batch, context->request->options.require_complete);
    const char *expected = context->request->expect;
    AUTO(buffer) changes = {0};
    if (is_made && expected && !token_matches(batch, expected, &changes)) {
        is_made = error_set(error, ERROR_STALE, "not as in the preview: %s; nothing was created", changes.data);
        error_hint(error, "look at it again with --dry-run");
    }
    set_answer(context, transaction, batch, NULL);
    return is_made;
}

/* The client has refused it already, and knows what was typed; this is for jobs of a daemon, too. */
static bool check_owner(const struct context *context, struct error *error) {
    enum file_kind kind;
    struct file_identity root;
    AUTO(arena) arena = {0};
    return files_look(&context->workspace->files, "", &kind, &root, error) &&
           ownership_check(root.owner, arena_format(&arena, "batchctl %s", context->request->method), error);
}

bool transaction_open_journal(struct context *context, struct journal *journal, struct error *error) {
    const struct files *files = &context->workspace->files;
    if (!check_owner(context, error) || !journal_open(journal, files, context->request->lock_timeout_ms, error))
        return false;
    context->files = files; /* nothing is pending any more */
    return true;
}

void transaction_set_partial(const struct record *record, struct error *error) {
    error_set(error, ERROR_PARTIAL, "%zu file%s created, %zu could not be", record->file_count,
              record->file_count == 1 ? " was" : "s were", record->failure_count);
    error_hint(error, "fix the cause, then: batchctl retry %" PRIu64, record->number);
}

/* With --keep-going: some files failed, which the caller must learn. */
static bool fail_partly(const struct record *committed, const struct batch *batch, struct error *error) {
    if ((committed ? committed->failure_count : batch->failure_count) == 0)
        return true;
    if (committed) {
        transaction_set_partial(committed, error);
        return false;
    }
    error_set(error, ERROR_PARTIAL, "0 files were created, %zu could not be", batch->failure_count);
    return error_hint(error, "fix the cause, then try again");
}

/* The fence that the batch has to pass. */
static bool choose_fence(const struct context *context, const struct batch *batch, const struct fence **needed,
                         struct error *error) {
    const struct fence *fence = context->request->batch_fence;
    bool is_about = false;
    for (size_t i = 0; i < batch->file_count && fence && !is_about; i++)
        is_about = fence_is_about(fence, batch->plan_path, batch->files[i].id);
    return batch->file_count == 0 || fence_choose(fence, is_about, needed, error);
}

static bool apply_batch(struct context *context, const struct transaction *transaction, struct error *error) {
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    AUTO(batch) batch = {0};
    AUTO(record) committed = {0};
    const struct request *request = context->request;
    if (!transaction_open_journal(context, &journal, error))
        return false;
    /* made again under the lock: what is written is what is true now, and what --expect names */
    bool is_done =
             make_batch(context, transaction, &batch, error) && choose_fence(context, &batch, &journal.fence, error),
         is_applied = false;
    diagnostics_append(&context->answer->diagnostics, &journal.recovered);
    if (is_done && batch.file_count) {
        if (batch.kind == BATCH_REOPEN)
            is_done = journal_rename(&journal, &batch, request->request_id, request->message, &committed, error);
        else if (batch.kind == BATCH_UPDATE)
            is_done = journal_exchange(&journal, &batch, request->request_id, &committed, error);
        else if (request->options.keep_going)
            is_done = journal_apply_partly(&journal, &batch, request->request_id, &committed, error);
        else
            is_done = journal_apply(&journal, &batch, request->request_id, &committed, error);
        is_applied = is_done;
    }
    set_answer(context, transaction, &batch, is_applied ? &committed : NULL);
    return is_done && fail_partly(is_applied ? &committed : NULL, &batch, error);
}

/* A preview says what would be in the way. */
static void warn_of_owner(struct context *context) {
    AUTO(error) error = {0};
    if (check_owner(context, &error))
        return;
    diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                        .code = error_name(error.code),
                                                                        .message = error.message,
                                                                        .file = error.file,
                                                                        .hint = error.hint});
}

/* With nothing to create, what is left of a batch that died is tidied up all the same. */
static bool recover_interrupted(struct context *context, struct error *error) {
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    if (!journal_needs_recovery(&context->workspace->files))
        return true;
    if (!transaction_open_journal(context, &journal, error))
        return false;
    diagnostics_append(&context->answer->diagnostics, &journal.recovered);
    return true;
}

void transaction_run(struct context *context, const struct transaction *transaction, struct error *error) {
    struct batch batch = {0};
    const struct fence *fence = NULL;
    bool is_done = make_batch(context, transaction, &batch, error) && choose_fence(context, &batch, &fence, error);
    bool is_write = is_done && !context->request->is_dry_run && batch.file_count > 0;
    if (is_done && batch.file_count && !is_write)
        warn_of_owner(context);
    if (is_done && !is_write && !context->request->is_dry_run)
        is_done = recover_interrupted(context, error) && fail_partly(NULL, &batch, error);
    batch_release(&batch);
    if (is_write)
        is_done = apply_batch(context, transaction, error);
    if (!is_done)
        context_fail(context, error);
}
