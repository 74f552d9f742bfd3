#include "api/transaction.h"

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "disk/files.h"
#include "disk/ownership.h"

/* The client has refused it already, and knows what was typed; this is for jobs of a daemon, too. */
static bool check_owner(const struct context *context, struct error *error) {
    enum file_kind kind;
    struct file_identity root;
    AUTO(arena) arena = {0};
    return files_look(&context->workspace->files, "", &kind, &root, error) &&
           ownership_check(root.owner, arena_format(&arena, "batchctl %s", context->request->method), error);
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

/* Makes it as things are now, and finds the fence that it has to pass. */
static bool make(struct context *context, const struct transaction *transaction, void *subject,
                 const struct fence **needed, struct error *error) {
    const struct fence *fence = context->request->batch_fence;
    diagnostics_release(&context->answer->diagnostics);
    if (!transaction->make(context, subject, error))
        return false;
    return transaction->count(subject) == 0 ||
           fence_choose(fence, fence && transaction->is_about(subject, fence), needed, error);
}

static bool run_locked(struct context *context, const struct transaction *transaction, void *subject,
                       struct error *error) {
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    const struct files *files = &context->workspace->files;
    if (!check_owner(context, error) || !journal_open(&journal, files, context->request->lock_timeout_ms, error))
        return false;
    context->files = files; /* nothing is pending any more */
    /* made again under the lock: what is written is what is true now, and what --expect names */
    bool is_made = make(context, transaction, subject, &journal.fence, error);
    diagnostics_append(&context->answer->diagnostics, &journal.recovered);
    journal.warnings = &context->answer->diagnostics;
    return is_made && (!transaction->count(subject) || transaction->apply(context, subject, &journal, error));
}

bool transaction_run(struct context *context, const struct transaction *transaction, void *subject,
                     struct error *error) {
    const struct fence *fence = NULL;
    if (!make(context, transaction, subject, &fence, error))
        return false;
    size_t count = transaction->count(subject);
    if (context->request->is_dry_run && count)
        warn_of_owner(context);
    if (context->request->is_dry_run || (!count && !journal_needs_recovery(&context->workspace->files)))
        return true;
    transaction->release(subject);
    return run_locked(context, transaction, subject, error);
}
