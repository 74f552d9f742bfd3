#include "batch/journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/exchange.h"
#include "batch/journal_files.h"
#include "batch/journal_recovery.h"
#include "batch/record_answer.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "batch/renaming.h"
#include "batch/rollback.h"
#include "batch/staging.h"
#include "disk/files_lock.h"
#include "disk/files_write.h"
#include "disk/listing.h"

bool journal_open(struct journal *journal, const struct files *files, int timeout_ms, struct error *error) {
    *journal = JOURNAL_CLOSED;
    if (!state_dir_make(&journal->state, files, error))
        return false;
    journal->lock = files_lock(files, STATE_DIR_FOLDER, timeout_ms, error);
    if (journal->lock < 0) {
        if (error->code == ERROR_TIMEOUT) {
            error->code = ERROR_CONFLICT;
            error_hint(error, "another batch is being applied; try again, or give it more time with --timeout");
        }
        return false;
    }
    if (journal_recovery_run(&journal->state, &journal->recovered, &journal->is_settled, error))
        return true;
    error_hint(error, "an interrupted batch has to be rolled back first; fix this, then try again");
    journal_close(journal);
    return false;
}

bool journal_needs_recovery(const struct files *files) {
    struct state_dir state;
    AUTO(listing) pending = {0};
    AUTO(error) error = {0};
    if (state_dir_find(&state, files, &error))
        record_list_pending(&state, &pending, &error);
    return pending.count > 0;
}

void journal_close(struct journal *journal) {
    if (journal->lock >= 0)
        close(journal->lock);
    diagnostics_release(&journal->recovered);
    *journal = JOURNAL_CLOSED;
}

/* The number of the next batch. From then on something may be pending. */
static bool take_number(struct journal *journal, uint64_t *number, struct error *error) {
    bool is_settled = journal->is_settled;
    journal->is_settled = false;
    return record_list_next_number(&journal->state, is_settled, number, error);
}

/* --- applying --- */

struct application {
    struct journal *journal;
    const struct batch *batch;
    struct record record; /* of the batch: what it will be kept as */
    struct staging staging;
    bool *has_failed;   /* by file: could not be published, with keep_going */
    size_t tried_count; /* files whose name may be ours */
    bool has_begun;     /* the pending record is ours, and so is everything under its number */
    bool has_finished;  /* tried to commit: the record may stand, and only its durability be in doubt */
    bool keep_going;
};

static struct record_claim claim_of(const struct journal *journal) {
    const struct fence *fence = journal->fence;
    return fence ? (struct record_claim){fence->id, fence->number, fence->by} : (struct record_claim){0};
}

static void describe(struct record *record, const struct journal *journal, const struct batch *batch, uint64_t number,
                     const char *request) {
    *record = (struct record){
        .number = number,
        .plan = batch->plan,
        .plan_path = batch->plan_path,
        .selection = batch->selection,
        .token = batch->token,
        .request = request,
        .by = batch->by,
        .claim = claim_of(journal),
        .answer = record_answer_of(batch, journal->warnings),
        .kind = batch->kind,
        .incomplete = batch->incomplete,
        .incomplete_count = batch->incomplete_count,
    };
    record->files = arena_allocate(&record->arena, batch->file_count, sizeof *record->files);
    for (size_t i = 0; i < batch->file_count; i++) {
        const struct batch_file *file = &batch->files[i];
        record->files[record->file_count++] = (struct record_file){.id = file->id,
                                                                   .path = file->path,
                                                                   .from = file->from,
                                                                   .sha = file->sha,
                                                                   .size_bytes = file->content.length,
                                                                   .old_sha = file->old_sha,
                                                                   .old_size_bytes = file->old_size_bytes};
    }
    record->besides = arena_allocate(&record->arena, batch->file_count, sizeof *record->besides);
    record->failures =
        arena_allocate(&record->arena, batch->failure_count + batch->file_count, sizeof *record->failures);
    for (size_t i = 0; i < batch->failure_count; i++)
        record->failures[record->failure_count++] =
            (struct record_failure){batch->failures[i].id, batch->failures[i].path, batch->failures[i].reason};
    record->folders = arena_allocate(&record->arena, batch->folder_count, sizeof *record->folders);
    for (size_t i = 0; i < batch->folder_count; i++)
        record->folders[record->folder_count++] = batch->folders[i].path;
}

static bool stage_all(struct application *application, struct error *error) {
    const struct journal *journal = application->journal;
    struct record *record = &application->record;
    for (size_t i = 0; i < application->batch->file_count; i++)
        if (!staging_write_file(&application->staging, i, error))
            return false;
    AUTO(buffer) line = {0};
    record->is_staged = true;
    record_write_inodes(&line, record);
    return files_append(journal->state.files, record_path(&journal->state, STATE_PENDING, record->number, "").text,
                        buffer_span(&line), error);
}

static bool make_folders(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    for (size_t i = 0; i < batch->folder_count; i++)
        if (!files_make_folder(application->journal->state.files, batch->folders[i].path, batch->folders[i].mode,
                               error)) {
            application->record.folder_count = i; /* to roll back: the others are not ours */
            return false;
        }
    return true;
}

/* Notes that file @i of the batch could not be published. Releases @error. */
static void note_failure(struct application *application, size_t i, struct error *error) {
    struct record *record = &application->record;
    const struct record_file *file = &record->files[i];
    const char *cause = error->system_errno ? strerrordesc_np(error->system_errno) : error->message;
    const char *reason = error->system_errno == EEXIST ? "the name was taken meanwhile" : cause;
    record->failures[record->failure_count++] =
        (struct record_failure){file->id, file->path, arena_copy(&record->arena, reason, strlen(reason))};
    application->has_failed[i] = true;
    error_release(error);
}

static bool publish(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    struct record *record = &application->record;
    for (size_t i = 0; i < batch->file_count; i++) {
        application->tried_count = i + 1; /* a failed file may have its name, too; its inode shows that */
        if (staging_publish(&application->staging, i, error))
            continue;
        if (!application->keep_going || record->failure_count + 1 == batch->file_count + batch->failure_count)
            return false;
        note_failure(application, i, error);
    }
    return true;
}

/*
 * On another mount than the record: the entries of every folder in which a name was made, because nothing orders the
 * two.
 */
static bool sync_besides(const struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    const struct record *record = &application->record;
    const struct files *files = application->journal->state.files;
    if (record->beside_count == 0)
        return true;
    bool is_synced = journal_files_sync_folders_of(files, record->files, record->file_count, error);
    for (size_t i = 0; i < batch->folder_count && is_synced; i++)
        is_synced = journal_files_sync_folder_of(files, batch->folders[i].path, error);
    return is_synced;
}

/* What could not be published must not stay staged: to recovery, that would mean that the batch is not committed. */
static bool leave_out_failed(struct application *application, struct record *committed, struct error *error) {
    struct record *record = &application->record;
    committed->files = arena_allocate(&record->arena, record->file_count, sizeof *committed->files);
    committed->file_count = 0;
    for (size_t i = 0; i < record->file_count; i++) {
        if (!application->has_failed[i])
            committed->files[committed->file_count++] = record->files[i];
        else if (!journal_files_remove(application->journal->state.files, staging_path(&application->staging, i),
                                       error))
            return false;
    }
    return true;
}

/* A batch with files that could not be published gets another record than the pending one. */
static bool commit_partly(struct application *application, struct error *error) {
    const struct journal *journal = application->journal;
    struct record *record = &application->record, committed = *record;
    char name[64];
    snprintf(name, sizeof name, "%06" PRIu64 "-record", record->number);
    struct state_path staged = state_dir_path(&journal->state, STATE_STAGE, name);
    if (!leave_out_failed(application, &committed, error))
        return false;
    AUTO(buffer) text = {0};
    record_write(&text, &committed);
    bool is_done =
        staging_remove_folders(&application->staging, error) && sync_besides(application, error) &&
        files_create(journal->state.files, staged.text, buffer_span(&text), RECORD_FILE_MODE, true, NULL, error) &&
        journal_files_commit(&journal->state, staged.text,
                             record_path(&journal->state, STATE_BATCHES, record->number, "").text, error);
    if (!is_done) {
        journal_files_remove_quietly(journal->state.files, staged.text);
        return false;
    }
    /* recovery removes what stays */
    journal_files_remove_quietly(journal->state.files,
                                 record_path(&journal->state, STATE_PENDING, record->number, "").text);
    record->files = committed.files;
    record->file_count = committed.file_count;
    return true;
}

/* Rolls everything back; @error, the cause, gets the code that says how that went. */
static void roll_back(struct application *application, struct error *error) {
    struct journal *journal = application->journal;
    struct record *record = &application->record;
    AUTO(error) failure = {0};
    if ((!application->has_finished || rollback_commit(&journal->state, record->number, &failure)) &&
        rollback_batch(&journal->state, record, application->tried_count, NULL, &journal->recovered, &failure)) {
        if (error->code != ERROR_CONFLICT && error->code != ERROR_STALE)
            error->code = ERROR_ROLLED_BACK;
        return;
    }
    AUTO(error) cause = *error;
    *error = (struct error){0};
    error_set(error, ERROR_UNKNOWN, "%s; the rollback failed too: %s", cause.message, failure.message);
    error_hint(error, "the next write rolls the rest back; until then no reader sees it");
    if (cause.file)
        error_about(error, cause.file);
}

/* A partly written pending record is ours to roll back; EEXIST means that another process wrote it. */
static bool begin(struct application *application, struct error *error) {
    bool is_begun = journal_files_write_pending(&application->journal->state, &application->record, "", error);
    application->has_begun = is_begun || error->system_errno != EEXIST;
    return is_begun;
}

static bool commit(struct application *application, struct error *error) {
    const struct record *record = &application->record;
    bool is_whole = record->failure_count == application->batch->failure_count;
    application->has_finished = true;
    if (!is_whole)
        return commit_partly(application, error);
    const struct state_path pending = record_path(&application->journal->state, STATE_PENDING, record->number, "");
    return staging_remove_folders(&application->staging, error) && sync_besides(application, error) &&
           journal_files_commit(&application->journal->state, pending.text,
                                record_path(&application->journal->state, STATE_BATCHES, record->number, "").text,
                                error);
}

static bool finish(struct application *application, struct error *error) {
    const struct fence *fence = application->journal->fence;
    if (!fence_hold(fence, error))
        return false;
    bool is_done = commit(application, error);
    fence_drop(fence);
    return is_done;
}

/* Nothing but folders in the stage has been made. */
static void clear_quietly(struct journal *journal, uint64_t number) {
    AUTO(error) error = {0};
    rollback_clear_staged(&journal->state, number, &journal->recovered, &error);
}

static void application_release(struct application *application) {
    memory_free(application->has_failed);
    staging_release(&application->staging);
}

static bool apply(struct journal *journal, const struct batch *batch, const char *request, bool keep_going,
                  struct record *committed, struct error *error) {
    AUTO(application) application = {.journal = journal, .batch = batch, .keep_going = keep_going};
    uint64_t number;
    *committed = (struct record){0};
    assert(batch->file_count > 0);
    if (!take_number(journal, &number, error))
        return false;
    describe(&application.record, journal, batch, number, request);
    application.has_failed = memory_allocate(batch->file_count, sizeof *application.has_failed);
    staging_begin(&application.staging, &journal->state, batch, &application.record);
    bool is_done = staging_make_folders(&application.staging, error) && begin(&application, error) &&
                   make_folders(&application, error) && stage_all(&application, error) &&
                   files_sync_all(journal->state.files, STATE_DIR_FOLDER, error) && publish(&application, error);
    staging_close(&application.staging);
    is_done = is_done && finish(&application, error);
    if (!is_done && application.has_begun)
        roll_back(&application, error);
    else if (!is_done)
        clear_quietly(journal, number);
    *committed = application.record;
    return is_done;
}

bool journal_apply(struct journal *journal, const struct batch *batch, const char *request, struct record *record,
                   struct error *error) {
    return apply(journal, batch, request, false, record, error);
}

bool journal_apply_partly(struct journal *journal, const struct batch *batch, const char *request,
                          struct record *record, struct error *error) {
    return apply(journal, batch, request, true, record, error);
}

/* --- replacing --- */

static bool exchange(struct journal *journal, const struct batch *batch, struct record *record, bool *is_replaced,
                     struct error *error) {
    const struct state_dir *state = &journal->state;
    return exchange_stage(state, record, batch->files[0].content, error) &&
           files_sync_all(state->files, STATE_DIR_FOLDER, error) && exchange_names(state, record, error) &&
           exchange_settle(state, record, is_replaced, error) &&
           (*is_replaced ||
            error_set(error, ERROR_STALE, "%s was changed meanwhile; nothing was written", record->files[0].path)) &&
           journal_recovery_finish_exchange(state, record, error);
}

/* After a failure: what has not begun is cleared, and what cannot be is named. */
static void clear_exchange(struct journal *journal, struct record *record, struct error *error) {
    const struct state_dir *state = &journal->state;
    bool is_replaced = false;
    AUTO(error) failure = {0};
    bool is_known = !record->is_staged || exchange_settle(state, record, &is_replaced, &failure);
    if (is_known && !is_replaced && rollback_batch(state, record, 0, NULL, &journal->recovered, &failure))
        return;
    error->code = ERROR_UNKNOWN;
    error_hint(error, "it has begun, and the next write finishes it; the file is the old or the new one, whole");
}

bool journal_exchange(struct journal *journal, const struct batch *batch, const char *request, struct record *record,
                      struct error *error) {
    bool is_replaced = false;
    uint64_t number;
    *record = (struct record){0};
    assert(batch->file_count == 1);
    if (!take_number(journal, &number, error))
        return false;
    describe(record, journal, batch, number, request);
    bool is_begun = journal_files_write_pending(&journal->state, record, "", error);
    bool is_ours = is_begun || error->system_errno != EEXIST;
    if (is_begun && exchange(journal, batch, record, &is_replaced, error))
        return true;
    if (is_ours)
        clear_exchange(journal, record, error);
    return false;
}

/* --- renaming --- */

/* Is each file still the one that the batch was made of, and its new name free? Notes its inode. */
static bool check_renaming(const struct journal *journal, struct record *record, struct error *error) {
    for (size_t i = 0; i < record->file_count; i++) {
        struct record_file *file = &record->files[i], before = *file;
        struct file_identity identity;
        enum record_state state;
        enum file_kind kind;
        before.path = file->from;
        if (!files_look(journal->state.files, file->from, &kind, &identity, error))
            return false;
        before.inode = file->inode = identity.inode;
        if (!record_look(journal->state.files, &before, &state, error))
            return false;
        if (kind != FILE_REGULAR || state != RECORD_AS_WRITTEN)
            return error_set(error, ERROR_CONFLICT, "%s is not as it was; nothing was renamed", file->from);
        if (!files_look(journal->state.files, file->path, &kind, NULL, error))
            return false;
        if (kind != FILE_ABSENT)
            return error_set(error, ERROR_CONFLICT, "%s exists; nothing was renamed", file->path);
    }
    record->is_staged = true;
    return true;
}

static bool rename_all(struct journal *journal, struct record *record, struct error *error) {
    struct state_path pending = record_path(&journal->state, STATE_PENDING, record->number, "");
    bool is_written = journal_files_write_pending(&journal->state, record, "", error),
         is_ours = is_written || error->system_errno != EEXIST;
    bool is_begun = is_written && files_sync_all(journal->state.files, STATE_DIR_FOLDER, error);
    if (is_begun && renaming_finish(&journal->state, record, NULL, &journal->recovered, error))
        return true;
    struct error failure = {0};
    bool is_taken_back = !is_begun && (!is_ours || journal_files_remove(journal->state.files, pending.text, &failure));
    error_release(&failure);
    if (is_taken_back)
        return false;
    error->code = ERROR_UNKNOWN;
    return error_hint(error, "it has begun, and the next write finishes it; until then it counts as done");
}

bool journal_rename(struct journal *journal, const struct batch *batch, const char *request, const char *note,
                    struct record *record, struct error *error) {
    uint64_t number;
    *record = (struct record){0};
    if (!take_number(journal, &number, error))
        return false;
    describe(record, journal, batch, number, request);
    record->note = note;
    if (!check_renaming(journal, record, error) || !fence_hold(journal->fence, error))
        return false;
    bool is_done = rename_all(journal, record, error);
    fence_drop(journal->fence);
    return is_done;
}

/* --- undo --- */

static bool undo_all(struct journal *journal, const struct undo *undo, struct error *error) {
    const struct record *batch = undo->record;
    struct record record = {
        .number = batch->number,
        .plan = batch->plan,
        .plan_path = batch->plan_path,
        .selection = undo->selection,
        .token = batch->token,
        .request = undo->request,
        .claim = claim_of(journal),
        .answer = record_answer_of(NULL, journal->warnings),
        .kind = batch->kind,
        .kind_name = batch->kind_name,
        .files = undo->removed,
        .file_count = undo->removed_count,
        .failures = undo->kept,
        .failure_count = undo->kept_count,
        .folders = batch->folders,
        .folder_count = batch->folder_count,
        .is_staged = true,
        .is_part = undo->is_part,
    };
    struct state_path pending = record_path(&journal->state, STATE_PENDING, record.number, ".undo");
    bool is_begun = journal_files_write_pending(&journal->state, &record, ".undo", error) &&
                    files_sync_all(journal->state.files, STATE_DIR_FOLDER, error);
    if (is_begun && journal_recovery_finish_undo(&journal->state, &record, NULL, &journal->recovered, error))
        return true;
    AUTO(error) failure = {0};
    if (!is_begun && journal_files_remove(journal->state.files, pending.text, &failure))
        return false;
    error->code = ERROR_UNKNOWN;
    return error_hint(error, "the undo has begun and the next write finishes it; until then its files are not shown");
}

bool journal_undo(struct journal *journal, const struct undo *undo, struct error *error) {
    journal->is_settled = false;
    if (!fence_hold(journal->fence, error))
        return false;
    bool is_done = undo_all(journal, undo, error);
    fence_drop(journal->fence);
    return is_done;
}
