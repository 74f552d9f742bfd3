#include "api/transaction.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "batch/journal.h"
#include "batch/token.h"
#include "disk/files.h"
#include "disk/ownership.h"
#include "disk/state_dir.h"
#include "plan/achievement.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/workspace.h"

/* --- create --- */

/* @content: NULL if it was not asked for. */
static void write_file(struct json_writer *writer, const char *id, const char *path, uint64_t size_bytes,
                       const char *sha, const struct span *content) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", id);
    json_writer_key_string(writer, "path", path);
    json_writer_key_unsigned(writer, "size", size_bytes);
    json_writer_key_string(writer, "sha", sha);
    json_writer_key(writer, "content");
    if (content)
        json_writer_span(writer, *content);
    else
        json_writer_null(writer);
    json_writer_close_object(writer);
}

void transaction_write_files(struct json_writer *writer, const struct batch *batch, bool has_content) {
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < batch->file_count; i++) {
        const struct batch_file *file = &batch->files[i];
        write_file(writer, file->id, file->path, file->content.length, file->sha, has_content ? &file->content : NULL);
    }
    json_writer_close_array(writer);
}

void transaction_write_recorded_files(struct json_writer *writer, const struct record *record) {
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        write_file(writer, file->id, file->path, file->size_bytes, file->sha, NULL);
    }
    json_writer_close_array(writer);
}

void transaction_write_head(struct json_writer *writer, const struct request *request, const struct batch *batch) {
    json_writer_key_string(writer, "plan", batch->plan);
    json_writer_key_string(writer, "path", batch->plan_path);
    json_writer_key_string(writer, "kind", batch_kind_name(batch->kind));
    json_writer_key_string(writer, "selection", batch->selection);
    json_writer_key_boolean(writer, "dry_run", request->is_dry_run);
    json_writer_key_string(writer, "token", batch->token);
}

void transaction_write_sources(struct json_writer *writer, const struct batch *batch) {
    json_writer_key_array(writer, "sources");
    for (size_t i = 0; i < batch->source_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", batch->sources[i].path);
        json_writer_key_string(writer, "digest", batch->sources[i].digest);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_failure(struct json_writer *writer, const char *id, const char *path, const char *reason) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", id);
    json_writer_key_string(writer, "path", path);
    json_writer_key_string(writer, "reason", reason);
    json_writer_close_object(writer);
}

void transaction_write_created(struct json_writer *writer, const struct record *committed) {
    json_writer_key_array(writer, "created");
    for (size_t i = 0; committed && i < committed->file_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", committed->files[i].id);
        json_writer_key_string(writer, "path", committed->files[i].path);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

/* @committed: what was recorded of the batch, or NULL if it was not applied. */
static void write_outcome(struct json_writer *writer, const struct batch *batch, const struct record *committed) {
    transaction_write_created(writer, committed);
    json_writer_key_array(writer, "skipped");
    for (size_t i = 0; i < batch->skipped_count; i++)
        write_failure(writer, batch->skipped[i].id, batch->skipped[i].path, batch->skipped[i].reason);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "failed");
    for (size_t i = 0; committed && i < committed->failure_count; i++)
        write_failure(writer, committed->failures[i].id, committed->failures[i].path, committed->failures[i].reason);
    for (size_t i = 0; !committed && i < batch->failure_count; i++)
        write_failure(writer, batch->failures[i].id, batch->failures[i].path, batch->failures[i].reason);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "missing_subplans");
    for (size_t i = 0; i < batch->missing_count; i++)
        json_writer_string(writer, batch->missing_subplans[i]);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "also_ready");
    for (size_t i = 0; i < batch->other_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", batch->others[i].id);
        json_writer_key_string(writer, "for", next_step_purpose(batch->others[i].step));
        json_writer_key_string(writer, "needs", next_step_name(batch->others[i].step));
        json_writer_key_string(writer, "what_next", batch->others[i].need);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_key_string(writer, "command", batch->advice.command);
    json_writer_key_string(writer, "reason", batch->advice.reason);
}

static void write_creation(struct context *context, const struct batch *batch, const struct record *committed) {
    struct json_writer *writer = &context->writer;
    json_writer_open_object(writer);
    transaction_write_head(writer, context->request, batch);
    transaction_write_sources(writer, batch);
    transaction_write_files(writer, batch, context->request->has_content);
    write_outcome(writer, batch, committed);
    if (committed)
        json_writer_key_unsigned(writer, "batch", committed->number);
    else
        json_writer_key_null(writer, "batch");
    json_writer_close_object(writer);
}

void transaction_write_record(struct json_writer *writer, const struct record *record) {
    static const struct batch nothing = {0};
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", record->plan);
    json_writer_key_string(writer, "path", record->plan_path);
    json_writer_key_string(writer, "kind", record_kind_name(record));
    json_writer_key_string(writer, "selection", record->selection);
    json_writer_key_boolean(writer, "dry_run", false);
    json_writer_key_string(writer, "token", record->token);
    transaction_write_sources(writer, &nothing);
    transaction_write_recorded_files(writer, record);
    write_outcome(writer, &nothing, record);
    json_writer_key_unsigned(writer, "batch", record->number);
    json_writer_close_object(writer);
}

static bool make_creation(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_place *place = subject;
    const struct plan *plan = workspace_take_plan(place, context->files);
    bool is_made =
        batch_make(batch, context->files, plan, &context->request->options, &context->answer->diagnostics, error);
    workspace_return_plan(place, plan);
    return is_made;
}

/* --- carrying out --- */

static void write_anew(struct context *context, const struct transaction *change, const struct batch *batch,
                       const struct record *committed) {
    buffer_clear(&context->answer->data);
    context->writer = (struct json_writer){.buffer = &context->answer->data};
    change->write(context, batch, committed);
}

/* Make the batch as things are now, and write it as the answer. */
static bool plan_batch(struct context *context, const struct transaction *change, struct batch *batch,
                       struct error *error) {
    diagnostics_release(&context->answer->diagnostics);
    bool is_made = change->make(context, change->subject, batch, error) && batch_check_conflicts(batch, error);
    if (is_made)
        token_make(batch, context->request->options.require_complete);
    const char *expected = context->request->expect;
    struct buffer changes = {0};
    if (is_made && expected && !token_matches(batch, expected, &changes)) {
        is_made = error_set(error, ERROR_STALE, "not as in the preview: %s; nothing was created", changes.data);
        error_hint(error, "look at it again with --dry-run");
    }
    buffer_release(&changes);
    write_anew(context, change, batch, NULL);
    return is_made;
}

/* The client has refused it already, and knows what was typed; this is for jobs of a daemon, too. */
static bool check_owner(const struct context *context, struct error *error) {
    enum file_kind kind;
    struct file_identity root;
    struct arena arena = {0};
    bool may_write = files_look(&context->workspace->files, "", &kind, &root, error) &&
                     ownership_check(root.owner, arena_format(&arena, "batchctl %s", context->request->method), error);
    arena_release(&arena);
    return may_write;
}

static bool open_journal(struct context *context, struct journal *journal, struct error *error) {
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

static bool apply_batch(struct context *context, const struct transaction *change, struct error *error) {
    struct journal journal;
    struct batch batch = {0};
    struct record committed = {0};
    const struct request *request = context->request;
    if (!open_journal(context, &journal, error))
        return false;
    /* planned again under the lock: what is written is what is true now, and what --expect names */
    bool is_done = plan_batch(context, change, &batch, error), is_applied = false;
    diagnostics_append(&context->answer->diagnostics, &journal.recovered);
    if (is_done && batch.file_count) {
        if (request->options.keep_going)
            is_done = journal_apply_partly(&journal, &batch, request->request_id, &committed, error);
        else
            is_done = journal_apply(&journal, &batch, request->request_id, &committed, error);
        is_applied = is_done;
    }
    write_anew(context, change, &batch, is_applied ? &committed : NULL);
    is_done = is_done && fail_partly(is_applied ? &committed : NULL, &batch, error);
    journal_close(&journal);
    batch_release(&batch);
    record_release(&committed);
    return is_done;
}

/* A preview says what would be in the way. */
static void warn_of_owner(struct context *context) {
    struct error error = {0};
    if (check_owner(context, &error))
        return;
    diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                        .code = error_name(error.code),
                                                                        .message = error.message,
                                                                        .file = error.file,
                                                                        .hint = error.hint});
    error_release(&error);
}

/* With nothing to create, what is left of a batch that died is tidied up all the same. */
static bool recover_dead(struct context *context, struct error *error) {
    struct journal journal;
    if (!journal_needs_recovery(&context->workspace->files))
        return true;
    if (!open_journal(context, &journal, error))
        return false;
    diagnostics_append(&context->answer->diagnostics, &journal.recovered);
    journal_close(&journal);
    return true;
}

void transaction_run(struct context *context, const struct transaction *change, struct error *error) {
    struct batch batch = {0};
    bool is_done = plan_batch(context, change, &batch, error);
    bool is_write = is_done && !context->request->is_dry_run && batch.file_count > 0;
    if (is_done && batch.file_count && !is_write)
        warn_of_owner(context);
    if (is_done && !is_write && !context->request->is_dry_run)
        is_done = recover_dead(context, error) && fail_partly(NULL, &batch, error);
    batch_release(&batch);
    if (is_write)
        is_done = apply_batch(context, change, error);
    if (!is_done)
        context_fail(context, error);
}

static void create_in(struct context *context, const struct plan_place *place, struct error *error) {
    const struct transaction change = {place, make_creation, write_creation};
    transaction_run(context, &change, error);
}

void transaction_create(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, true, &error);
    if (place)
        create_in(context, place, &error);
    else
        context_fail(context, &error);
}

/* --- batches of the past --- */

/* The last batch that has not been undone. */
static bool find_last(const struct state_dir *state, struct record *record, struct error *error) {
    uint64_t *numbers;
    size_t count;
    bool is_found = false, is_listed = record_numbers(state, &numbers, &count, error);
    for (size_t i = count; i-- > 0 && !is_found;) {
        if (!record_read_batch(state, numbers[i], record, error)) {
            if (error->code != ERROR_INVALID) {
                is_listed = false;
                break;
            }
            error_release(error); /* a damaged one cannot be undone; history says so */
            continue;
        }
        is_found = !record->is_undone;
        if (!is_found)
            record_release(record);
    }
    memory_free(numbers);
    if (!is_found && is_listed)
        error_set(error, ERROR_NOT_FOUND, "there is no batch of yours left to undo");
    return is_found;
}

/* Where no batch of ours is found: is there state that is not looked at? */
static void warn_of_unused_state(struct context *context, const struct state_dir *state) {
    uid_t user;
    struct error error = {0};
    const char *code = "state.folder";
    if (state_dir_check(state, &error) && state_dir_find_other(state, &user)) {
        code = "state.other_user";
        error_set(&error, ERROR_CONFLICT, "there is state of another user (uid %u), which is not looked at",
                  (unsigned)user);
    }
    if (error.code)
        diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                            .code = code,
                                                                            .message = error.message,
                                                                            .file = STATE_DIR_FOLDER,
                                                                            .hint = error.hint});
    error_release(&error);
}

static bool find_record(struct context *context, struct record *record, struct error *error) {
    struct state_dir state;
    uint64_t number = context->request->batch;
    if (!state_dir_find(&state, context->files, error))
        return false;
    if (!(number ? record_read_batch(&state, number, record, error) : find_last(&state, record, error))) {
        if (number && error->code == ERROR_NOT_FOUND)
            error_hint(error, "\"batchctl history\" lists them");
        if (error->code == ERROR_NOT_FOUND)
            warn_of_unused_state(context, &state);
        return false;
    }
    if (!record->is_undone)
        return true;
    error_set(error, ERROR_NOT_FOUND, "batch %" PRIu64 " has been undone already", record->number);
    record_release(record);
    return false;
}

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
    if (batch_kind_is_created(record->kind))
        return true;
    if (record->kind == BATCH_FOREIGN) {
        error_set(error, ERROR_INVALID, "batch %" PRIu64 " is of the kind \"%s\", which this version does not know",
                  record->number, record_kind_name(record));
        return error_hint(error, "retry it with the version of batchctl that made it");
    }
    error_set(error, ERROR_USAGE, "batch %" PRIu64 " is of the kind \"%s\": nothing of it can be retried",
              record->number, record_kind_name(record));
    return error_hint(error, "such a batch is whole; \"batchctl show --batch %" PRIu64 "\" lists its files",
                      record->number);
}

void transaction_retry(struct context *context) {
    struct error error = {0};
    struct record record = {0};
    bool is_read = find_record(context, &record, &error) && check_retry(&record, &error);
    const struct plan_place *place =
        is_read ? workspace_find(context->workspace, record.plan_path, true, &error) : NULL;
    if (place)
        retry_in(context, place, &record);
    else
        context_fail(context, &error);
    record_release(&record);
}

/* --- undo and history --- */

void transaction_write_undo(struct json_writer *writer, const struct undo *undo, bool is_dry_run) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", undo->record->number);
    json_writer_key_string(writer, "plan", undo->record->plan);
    json_writer_key_string(writer, "kind", record_kind_name(undo->record));
    json_writer_key_string(writer, "selection", undo->record->selection);
    json_writer_key_string(writer, "time", undo->record->time);
    json_writer_key_boolean(writer, "dry_run", is_dry_run);
    json_writer_key_array(writer, "removed");
    for (size_t i = 0; i < undo->removed_count; i++)
        json_writer_string(writer, undo->removed[i].path);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "kept");
    for (size_t i = 0; i < undo->kept_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", undo->kept[i].path);
        json_writer_key_string(writer, "reason", undo->kept[i].reason);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

static void write_undo(struct context *context, const struct undo *undo) {
    buffer_clear(&context->answer->data);
    context->writer = (struct json_writer){.buffer = &context->answer->data};
    transaction_write_undo(&context->writer, undo, context->request->is_dry_run);
}

static bool undo_once(struct context *context, struct journal *journal, struct error *error) {
    struct record record;
    struct undo undo;
    if (!find_record(context, &record, error))
        return false;
    bool is_done = undo_make(&undo, context->files, &record, error);
    undo.request = context->request->request_id;
    if (is_done)
        write_undo(context, &undo);
    if (is_done && journal && undo.removed_count)
        is_done = journal_undo(journal, &undo, error);
    undo_release(&undo);
    record_release(&record);
    return is_done;
}

void transaction_undo(struct context *context) {
    struct error error = {0};
    struct journal journal;
    bool is_done = undo_once(context, NULL, &error);
    if (is_done && !context->request->is_dry_run) {
        is_done = open_journal(context, &journal, &error);
        if (is_done) {
            diagnostics_append(&context->answer->diagnostics, &journal.recovered);
            is_done = undo_once(context, &journal, &error);
            journal_close(&journal);
        }
    }
    if (!is_done)
        context_fail(context, &error);
}

static const char *result_of(const struct record *record) {
    return record->is_undone ? "undone" : record->failure_count ? "partial" : "created";
}

static void write_history(struct json_writer *writer, const struct record *record) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", record->number);
    json_writer_key_string(writer, "time", record->time);
    json_writer_key_unsigned(writer, "user", record->user);
    json_writer_key_string(writer, "plan", record->plan);
    json_writer_key_string(writer, "kind", record_kind_name(record));
    json_writer_key_string(writer, "selection", record->selection);
    json_writer_key_unsigned(writer, "files", record->file_count);
    json_writer_key_string(writer, "result", result_of(record));
    json_writer_key_string(writer, "request", record->request);
    json_writer_close_object(writer);
}

/* One damaged record must not hide the others. Releases @error. */
static void warn_of_record(struct context *context, const struct state_dir *state, uint64_t number,
                           struct error *error) {
    struct state_path path = record_path(state, STATE_BATCHES, number, "");
    diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                        .code = "journal.damaged",
                                                                        .message = error->message,
                                                                        .file = path.text});
    error_release(error);
}

void transaction_history(struct context *context) {
    struct state_dir state;
    uint64_t *numbers = NULL;
    size_t count;
    struct error error = {0};
    bool is_done = state_dir_find(&state, context->files, &error) && record_numbers(&state, &numbers, &count, &error);
    json_writer_open_object(&context->writer);
    json_writer_key_array(&context->writer, "batches");
    for (size_t i = is_done ? count : 0; i-- > 0;) {
        struct record record;
        const char *wanted = context->request->request_id;
        if (record_read_batch(&state, numbers[i], &record, &error)) {
            if (!wanted || (record.request && strcmp(record.request, wanted) == 0))
                write_history(&context->writer, &record);
            record_release(&record);
        } else {
            warn_of_record(context, &state, numbers[i], &error);
        }
    }
    json_writer_close_array(&context->writer);
    json_writer_close_object(&context->writer);
    memory_free(numbers);
    if (!is_done)
        context_fail(context, &error);
    else if (count == 0)
        warn_of_unused_state(context, &state);
}

/* --- one batch --- */

/* Is the file there, and as it was written? "unknown" if that cannot be told. */
static const char *file_state(const struct files *files, const struct record_file *file) {
    static const char *const names[] = {"as_written", "as_written", "edited", "gone"};
    struct error error = {0};
    enum record_state state;
    bool is_known = record_look(files, file, &state, &error);
    error_release(&error);
    return is_known ? names[state] : "unknown";
}

void transaction_batch(struct context *context) {
    struct json_writer *writer = &context->writer;
    struct error error = {0};
    struct state_dir state;
    struct record record;
    if (!state_dir_find(&state, context->files, &error) ||
        !record_read_batch(&state, context->request->batch, &record, &error)) {
        if (error.code == ERROR_NOT_FOUND)
            error_hint(&error, "\"batchctl history\" lists them");
        context_fail(context, &error);
        return;
    }
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", record.number);
    json_writer_key_string(writer, "time", record.time);
    json_writer_key_unsigned(writer, "user", record.user);
    json_writer_key_string(writer, "request", record.request);
    json_writer_key_string(writer, "plan", record.plan);
    json_writer_key_string(writer, "path", record.plan_path);
    json_writer_key_string(writer, "kind", record_kind_name(&record));
    json_writer_key_string(writer, "selection", record.selection);
    json_writer_key_string(writer, "token", record.token);
    json_writer_key_string(writer, "result", result_of(&record));
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < record.file_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", record.files[i].id);
        json_writer_key_string(writer, "path", record.files[i].path);
        json_writer_key_unsigned(writer, "size", record.files[i].size_bytes);
        json_writer_key_string(writer, "sha", record.files[i].sha);
        json_writer_key_string(writer, "state", file_state(context->files, &record.files[i]));
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_key_array(writer, "failed");
    for (size_t i = 0; i < record.failure_count; i++)
        write_failure(writer, record.failures[i].id, record.failures[i].path, record.failures[i].reason);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
    record_release(&record);
}
