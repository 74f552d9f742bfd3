#include "batch/journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "disk/listing.h"

/* --- taking back --- */

/* Removes a file of ours; one that is gone already is as good. */
static bool remove_file(const struct files *files, const char *path, struct error *error) {
    if (files_remove(files, path, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

static void remove_quietly(const struct files *files, const char *path) {
    struct error error = {0};
    files_remove(files, path, &error);
    error_release(&error);
}

/* The folder a path stands in, into @folder. */
static void folder_of(const char *path, struct buffer *folder) {
    const char *slash = strrchr(path, '/');
    buffer_clear(folder);
    buffer_append(folder, path, slash ? (size_t)(slash - path) : 0);
}

/* Makes the entries of the folder that holds @path durable; one that is gone has none. */
static bool sync_folder_of(const struct files *files, const char *path, struct error *error) {
    struct buffer folder = {0};
    folder_of(path, &folder);
    bool is_synced = files_sync_folder(files, buffer_text(&folder), error);
    if (!is_synced && error->code == ERROR_NOT_FOUND) {
        error_release(error);
        is_synced = true;
    }
    buffer_release(&folder);
    return is_synced;
}

/* The same for every folder in which one of the files stands; those of one folder follow each other. */
static bool sync_folders_of(const struct files *files, const struct record_file *list, size_t count,
                            struct error *error) {
    struct buffer last = {0}, folder = {0};
    bool is_synced = true;
    for (size_t i = 0; i < count && is_synced; i++) {
        folder_of(list[i].path, &folder);
        if (i == 0 || strcmp(buffer_text(&last), buffer_text(&folder)) != 0)
            is_synced = sync_folder_of(files, list[i].path, error);
        folder_of(list[i].path, &last);
    }
    buffer_release(&last);
    buffer_release(&folder);
    return is_synced;
}

static void remove_made_folders(const struct files *files, const char *const *folders, size_t count) {
    for (size_t i = count; i-- > 0;) {
        struct error error = {0};
        files_remove_folder(files, folders[i], &error); /* one that is not empty stays */
        error_release(&error);
    }
}

/* Removes one published file, if it is ours: the inode we staged, with what we wrote. Anything else stays. */
static bool take_back(struct journal *journal, const struct record_file *file, const char *cause, struct error *error) {
    enum record_state state;
    if (!record_look(journal->files, file, &state, error))
        return false;
    if (state != RECORD_AS_WRITTEN)
        return true;
    if (!remove_file(journal->files, file->path, error))
        return false;
    if (cause)
        diagnostics_add(&journal->recovered, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                  .code = "journal.recovered",
                                                                  .message = cause,
                                                                  .file = file->path});
    return true;
}

/* What is staged beside its target. */
static bool clear_beside(const struct files *files, struct record *record, struct error *error) {
    for (size_t i = 0; record->beside_count && i < record->file_count; i++)
        if (record_is_beside(record, &record->files[i]) && !remove_file(files, record_beside(record, i), error))
            return false;
    return true;
}

/* Is it because of what stands there? Then it will be in the way of everybody, unlike what the disk does not give. */
static bool is_lasting(const struct error *error) {
    static const int causes[] = {EISDIR, ENOTDIR, ENOTEMPTY, ELOOP, EACCES, EPERM, EBUSY};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (error->system_errno == causes[i])
            return true;
    return false;
}

/* What stands in the way of clearing one leftover is named, and is no reason not to write. Releases @error. */
static bool note_stuck(struct journal *journal, const char *path, struct error *error) {
    struct arena arena = {0};
    diagnostics_add(&journal->recovered,
                    &(struct diagnostic){
                        .severity = SEVERITY_WARNING,
                        .code = "journal.stuck",
                        .message = arena_format(
                            &arena, "left by a batch that was interrupted, and cannot be cleared: %s", error->message),
                        .file = path,
                        .hint = arena_format(&arena, "to move it away: mkdir -p %s && mv -n %s %s/", STATE_DIR_ASIDE,
                                             path, STATE_DIR_ASIDE)});
    arena_release(&arena);
    error_release(error);
    return true;
}

/* Removes an entry of the stage: a file, or a folder with files in it. */
static bool clear_entry(const struct state_dir *state, const struct listing_entry *entry, struct error *error) {
    struct state_path path = state_dir_path(state, STATE_STAGE, entry->name);
    struct listing listing = {0};
    if (!entry->is_folder)
        return remove_file(state->files, path.text, error);
    bool is_clear = files_list(state->files, path.text, &listing, error);
    for (size_t i = 0; i < listing.count && is_clear; i++) {
        struct buffer file = {0};
        buffer_append_format(&file, "%s/%s", path.text, listing.entries[i].name);
        is_clear = remove_file(state->files, file.data, error);
        buffer_release(&file);
    }
    listing_release(&listing);
    return is_clear && files_remove_folder(state->files, path.text, error);
}

/* Everything in the stage that is the batch's. */
static bool clear_staged(struct journal *journal, uint64_t number, struct error *error) {
    const struct state_dir *state = &journal->state;
    struct listing stage = {0};
    bool is_clear = record_list(state, STATE_STAGE, &stage, error);
    for (size_t i = 0; i < stage.count && is_clear; i++) {
        const char *name = stage.entries[i].name;
        is_clear = record_staged_number(name) != number || clear_entry(state, &stage.entries[i], error) ||
                   (is_lasting(error) && note_stuck(journal, state_dir_path(state, STATE_STAGE, name).text, error));
    }
    listing_release(&stage);
    return is_clear;
}

/*
 * Everything of an uncommitted batch: files, as far as @tried_count; staging, folders, and last the pending record.
 * @cause: what is said of each file that is removed, or NULL.
 */
static bool take_back_all(struct journal *journal, struct record *record, size_t tried_count, const char *cause,
                          struct error *error) {
    const struct files *files = journal->files;
    struct state_path pending = record_path(&journal->state, STATE_PENDING, record->number, "");
    for (size_t i = 0; i < tried_count; i++)
        if (!take_back(journal, &record->files[i], cause, error))
            return false;
    if (!clear_beside(files, record, error) || !clear_staged(journal, record->number, error))
        return false;
    remove_made_folders(files, record->folders, record->folder_count);
    return sync_folders_of(files, record->files, tried_count, error) && remove_file(files, pending.text, error);
}

/* --- recovery --- */

/* The record of a batch that is not to stand is pending again. */
static bool uncommit(const struct journal *journal, uint64_t number, struct error *error) {
    struct state_path committed = record_path(&journal->state, STATE_BATCHES, number, "");
    struct state_path pending = record_path(&journal->state, STATE_PENDING, number, "");
    if (files_publish(journal->files, committed.text, pending.text, error))
        return true;
    bool are_both = error->system_errno == EEXIST; /* as with --keep-going */
    if (!are_both && error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return !are_both || remove_file(journal->files, committed.text, error);
}

/* Is the batch committed? Not if something of it is staged: then its record is made pending. */
static bool look_at_commit(const struct journal *journal, uint64_t number, bool *is_committed, struct error *error) {
    struct state_path path = record_path(&journal->state, STATE_BATCHES, number, "");
    enum file_kind kind;
    struct record record;
    struct error ignored = {0};
    if (!files_look(journal->files, path.text, &kind, NULL, error))
        return false;
    *is_committed = kind == FILE_REGULAR;
    if (!*is_committed || !record_read(journal->files, path.text, number, &record, &ignored)) {
        error_release(&ignored); /* a damaged record says nothing of what is staged */
        return true;
    }
    if (record.is_staged && record_has_staged(&journal->state, &record))
        *is_committed = false;
    record_release(&record);
    return *is_committed || uncommit(journal, number, error);
}

static bool recover_batch(struct journal *journal, uint64_t number, struct error *error) {
    struct state_path pending = record_path(&journal->state, STATE_PENDING, number, "");
    struct record record;
    bool is_committed;
    if (!look_at_commit(journal, number, &is_committed, error))
        return false;
    if (is_committed) /* it died before it could tidy up */
        return clear_staged(journal, number, error) && remove_file(journal->files, pending.text, error);
    if (!record_read(journal->files, pending.text, number, &record, error)) {
        bool is_gone = error->code == ERROR_NOT_FOUND;
        if (!is_gone && error->code != ERROR_INVALID)
            return false;
        error_release(error); /* cut off while it was written: nothing had been published then */
        return clear_staged(journal, number, error) && (is_gone || remove_file(journal->files, pending.text, error));
    }
    const char *cause =
        arena_format(&record.arena, "removed: batch %" PRIu64 " was interrupted before it was whole", number);
    bool is_done = take_back_all(journal, &record, record.is_staged ? record.file_count : 0, cause, error);
    record_release(&record);
    return is_done;
}

/* The move that commits: @from becomes a record; and everything before it durable. */
static bool commit(const struct journal *journal, const char *from, uint64_t number, const char *suffix,
                   struct error *error) {
    return files_publish(journal->files, from, record_path(&journal->state, STATE_BATCHES, number, suffix).text,
                         error) &&
           files_sync_all(journal->files, STATE_DIR_FOLDER, error);
}

/* Carries out what the pending record of an undo says, as far as that has not happened, and commits it. */
static bool finish_undo(struct journal *journal, const struct record *record, const char *cause, struct error *error) {
    const struct files *files = journal->files;
    for (size_t i = 0; i < record->file_count; i++) {
        if (!take_back(journal, &record->files[i], cause, error))
            return false;
    }
    remove_made_folders(files, record->folders, record->folder_count);
    if (!sync_folders_of(files, record->files, record->file_count, error))
        return false;
    for (size_t i = 0; i < record->folder_count; i++)
        if (!sync_folder_of(files, record->folders[i], error))
            return false;
    return commit(journal, record_path(&journal->state, STATE_PENDING, record->number, ".undo").text, record->number,
                  ".undone", error);
}

static bool recover_undo(struct journal *journal, uint64_t number, struct error *error) {
    struct state_path pending = record_path(&journal->state, STATE_PENDING, number, ".undo");
    struct state_path undone = record_path(&journal->state, STATE_BATCHES, number, ".undone");
    struct record record = {0};
    enum file_kind kind;
    if (!files_look(journal->files, undone.text, &kind, NULL, error))
        return false;
    bool is_over = kind != FILE_ABSENT; /* a batch is undone once */
    bool is_read = !is_over && record_read(journal->files, pending.text, number, &record, error);
    if (!is_over && !is_read && error->code != ERROR_INVALID)
        return false;
    if (!is_read || !record.is_staged) { /* cut off while it was written: nothing had been removed then */
        error_release(error);
        record_release(&record);
        return remove_file(journal->files, pending.text, error);
    }
    const char *cause = arena_format(&record.arena, "removed: the undo of batch %" PRIu64 " was interrupted", number);
    bool is_done = finish_undo(journal, &record, cause, error);
    record_release(&record);
    return is_done;
}

/* Something that is no file has the name of a pending record, which nothing of ours can have made. */
static bool is_odd(struct journal *journal, const char *path, bool *is_so, struct error *error) {
    enum file_kind kind;
    struct error cause = {0};
    if (!files_look(journal->files, path, &kind, NULL, error))
        return false;
    *is_so = kind == FILE_FOLDER || kind == FILE_OTHER;
    if (*is_so) {
        error_set(&cause, ERROR_CONFLICT, "it is not a regular file");
        note_stuck(journal, path, &cause);
    }
    return true;
}

/* A failed rollback ends the write: the published files would pass for the user's. */
static bool recover_entry(struct journal *journal, const char *name, struct error *error) {
    uint64_t staged = record_staged_number(name), number = staged ? staged : record_number(name, "");
    uint64_t undone = record_number(name, ".undo");
    bool is_passed_over = false;
    struct state_path path = number ? record_path(&journal->state, STATE_PENDING, number, "")
                                    : record_path(&journal->state, STATE_PENDING, undone, ".undo");
    if (!number && !undone)
        return true;
    if (!is_odd(journal, path.text, &is_passed_over, error))
        return false;
    if (is_passed_over)
        return !staged || clear_staged(journal, number, error);
    return number ? recover_batch(journal, number, error) : recover_undo(journal, undone, error);
}

static bool recover(struct journal *journal, struct error *error) {
    struct listing listing = {0};
    bool is_done = record_list_pending(&journal->state, &listing, error);
    uint64_t last = 0; /* a batch's staged files come before its record, by name */
    for (size_t i = 0; i < listing.count && is_done; i++) {
        uint64_t staged = record_staged_number(listing.entries[i].name);
        uint64_t number = staged ? staged : record_number(listing.entries[i].name, "");
        if (number == 0 || number != last)
            is_done = recover_entry(journal, listing.entries[i].name, error);
        last = number ? number : last;
    }
    listing_release(&listing);
    return is_done;
}

bool journal_open(struct journal *journal, const struct files *files, int timeout_ms, struct error *error) {
    *journal = (struct journal){.files = files, .lock = -1};
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
    if (recover(journal, error))
        return true;
    error_hint(error, "an interrupted batch has to be rolled back first; fix this, then try again");
    journal_close(journal);
    return false;
}

bool journal_needs_recovery(const struct files *files) {
    struct state_dir state;
    struct listing pending = {0};
    struct error error = {0};
    if (state_dir_find(&state, files, &error))
        record_list_pending(&state, &pending, &error);
    error_release(&error);
    bool is_needed = pending.count > 0;
    listing_release(&pending);
    return is_needed;
}

void journal_close(struct journal *journal) {
    if (journal->lock >= 0)
        close(journal->lock);
    diagnostics_release(&journal->recovered);
    *journal = (struct journal){.lock = -1};
}

/* --- applying --- */

/* Where the files that go to one folder are staged. */
struct stage {
    struct state_path folder;   /* unless it is_beside */
    enum files_descent descent; /* of the folder they go to */
    bool is_beside;
};

struct application {
    struct journal *journal;
    const struct batch *batch;
    struct record record; /* of the batch: what it will be remembered as */
    struct stage *stages; /* one for each folder that files go to */
    size_t stage_count;
    size_t *stage_of;   /* by file */
    bool *has_failed;   /* by file: could not be published, with keep_going */
    size_t tried_count; /* files whose name may be ours */
    bool has_begun;     /* the pending record is ours, and so is everything under its number */
    bool has_finished;  /* tried to commit: the record may stand, and only its durability be in doubt */
    bool keep_going;
};

static void describe(struct record *record, const struct batch *batch, uint64_t number, const char *request) {
    *record = (struct record){
        .number = number,
        .plan = batch->plan,
        .plan_path = batch->plan_path,
        .selection = batch->selection,
        .token = batch->token,
        .request = request,
        .kind = batch->kind,
    };
    record->files = arena_allocate(&record->arena, batch->file_count, sizeof *record->files);
    for (size_t i = 0; i < batch->file_count; i++) {
        const struct batch_file *file = &batch->files[i];
        record->files[record->file_count++] =
            (struct record_file){file->id, file->path, file->sha, file->content.length, 0};
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

static bool write_pending(const struct journal *journal, const struct record *record, const char *suffix,
                          struct error *error) {
    struct buffer text = {0};
    /* what is staged beside its target is known by the record alone, and not behind the same barrier */
    bool is_synced = record->beside_count > 0;
    struct state_path path = record_path(&journal->state, STATE_PENDING, record->number, suffix);
    record_write(&text, record);
    bool is_written =
        files_create(journal->files, path.text, buffer_span(&text), RECORD_FILE_MODE, is_synced, NULL, error) &&
        (!is_synced ||
         files_sync_folder(journal->files, state_dir_path(&journal->state, STATE_PENDING, NULL).text, error));
    buffer_release(&text);
    return is_written;
}

/* --- where files are staged --- */

/* The innermost folder on the way to @path that is there already: what is made in it is given what it hands down. */
static void find_model(const struct batch *batch, const char *path, struct buffer *model) {
    folder_of(path, model);
    for (size_t i = 0; i < batch->folder_count; i++) {
        size_t length = strlen(batch->folders[i].path);
        bool is_around = strncmp(path, batch->folders[i].path, length) == 0 && path[length] == '/';
        if (!is_around)
            continue;
        folder_of(batch->folders[i].path, model); /* outer ones come first */
        return;
    }
}

static bool is_on_other_mount(const struct files *files, const char *folder, bool *is_other, struct error *error) {
    uint64_t own, target;
    bool is_known = files_mount(files, STATE_DIR_FOLDER, &own, error) && files_mount(files, folder, &target, error);
    *is_other = is_known && own != target;
    return is_known;
}

/*
 * Files are moved from the state to their places, from a folder that hands down what theirs does. Where that cannot be
 * had, on another mount or without the right to it, they are staged beside their places.
 */
static bool make_stage(struct application *application, const char *path, const char *model, struct error *error) {
    const struct journal *journal = application->journal;
    struct record *record = &application->record;
    struct stage *stage = &application->stages[application->stage_count];
    char name[64];
    snprintf(name, sizeof name, "%06" PRIu64 "-%zu", record->number, application->stage_count);
    stage->folder = state_dir_path(&journal->state, STATE_STAGE, name);
    if (!is_on_other_mount(journal->files, model, &stage->is_beside, error))
        return false;
    if (!stage->is_beside && (!files_make_folder(journal->files, stage->folder.text, STATE_DIR_MODE, error) ||
                              !files_hand_down(journal->files, model, stage->folder.text, &stage->descent, error)))
        return false;
    if (!stage->is_beside && stage->descent == FILES_DESCENT_LOST) {
        stage->is_beside = true;
        if (!files_remove_folder(journal->files, stage->folder.text, error))
            return false;
    }
    if (stage->is_beside) {
        struct buffer folder = {0};
        folder_of(path, &folder);
        record->besides[record->beside_count++] = arena_copy(&record->arena, buffer_text(&folder), folder.length);
        buffer_release(&folder);
        if (!files_look_at_descent(journal->files, model, &stage->descent, error))
            return false;
    }
    application->stage_count++;
    return true;
}

/* One stage for each folder that files go to; those of one folder follow each other. */
static bool make_stages(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    struct buffer last = {0}, folder = {0}, model = {0};
    bool is_made = true;
    for (size_t i = 0; i < batch->file_count && is_made; i++) {
        folder_of(batch->files[i].path, &folder);
        find_model(batch, batch->files[i].path, &model);
        if (i == 0 || strcmp(buffer_text(&last), buffer_text(&folder)) != 0)
            is_made = make_stage(application, batch->files[i].path, buffer_text(&model), error);
        if (is_made)
            application->stage_of[i] = application->stage_count - 1;
        folder_of(batch->files[i].path, &last);
    }
    buffer_release(&last);
    buffer_release(&folder);
    buffer_release(&model);
    return is_made;
}

static const char *staged_path(struct application *application, size_t i) {
    const struct stage *stage = &application->stages[application->stage_of[i]];
    if (stage->is_beside)
        return record_beside(&application->record, i);
    return arena_format(&application->record.arena, "%s/%zu", stage->folder.text, i);
}

static bool stage_file(struct application *application, size_t i, struct error *error) {
    const struct batch_file *file = &application->batch->files[i];
    const struct stage *stage = &application->stages[application->stage_of[i]];
    struct file_identity identity;
    mode_t mode = stage->descent == FILES_DESCENT_ACL ? FILES_MODE_INHERITED : file->mode;
    /* one beside its target may be out of the barrier's reach */
    if (!files_create(application->journal->files, staged_path(application, i), file->content, mode, stage->is_beside,
                      &identity, error))
        return false;
    application->record.files[i].inode = identity.inode;
    return true;
}

static bool stage_all(struct application *application, struct error *error) {
    const struct journal *journal = application->journal;
    struct record *record = &application->record;
    for (size_t i = 0; i < application->batch->file_count; i++)
        if (!stage_file(application, i, error))
            return false;
    struct buffer line = {0};
    record->is_staged = true;
    record_write_inodes(&line, record);
    bool is_written = files_append(journal->files, record_path(&journal->state, STATE_PENDING, record->number, "").text,
                                   buffer_span(&line), error);
    buffer_release(&line);
    return is_written;
}

/* They are empty; one that stays would tell recovery that the batch is not committed. */
static bool remove_stages(const struct application *application, struct error *error) {
    for (size_t i = 0; i < application->stage_count; i++)
        if (!application->stages[i].is_beside &&
            !files_remove_folder(application->journal->files, application->stages[i].folder.text, error))
            return false;
    return true;
}

/* --- the steps of a batch --- */

static bool make_folders(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    for (size_t i = 0; i < batch->folder_count; i++)
        if (!files_make_folder(application->journal->files, batch->folders[i].path, batch->folders[i].mode, error)) {
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
        if (files_publish(application->journal->files, staged_path(application, i), batch->files[i].path, error))
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
    const struct files *files = application->journal->files;
    if (record->beside_count == 0)
        return true;
    bool is_synced = sync_folders_of(files, record->files, record->file_count, error);
    for (size_t i = 0; i < batch->folder_count && is_synced; i++)
        is_synced = sync_folder_of(files, batch->folders[i].path, error);
    return is_synced;
}

/* What could not be published must not stay staged: that would tell recovery that the batch is not committed. */
static bool leave_out_failed(struct application *application, struct record *committed, struct error *error) {
    struct record *record = &application->record;
    committed->files = arena_allocate(&record->arena, record->file_count, sizeof *committed->files);
    committed->file_count = 0;
    for (size_t i = 0; i < record->file_count; i++) {
        if (!application->has_failed[i])
            committed->files[committed->file_count++] = record->files[i];
        else if (!remove_file(application->journal->files, staged_path(application, i), error))
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
    struct buffer text = {0};
    record_write(&text, &committed);
    bool is_done = remove_stages(application, error) && sync_besides(application, error) &&
                   files_create(journal->files, staged.text, buffer_span(&text), RECORD_FILE_MODE, true, NULL, error) &&
                   commit(journal, staged.text, record->number, "", error);
    buffer_release(&text);
    if (!is_done) {
        remove_quietly(journal->files, staged.text);
        return false;
    }
    /* recovery removes what stays */
    remove_quietly(journal->files, record_path(&journal->state, STATE_PENDING, record->number, "").text);
    record->files = committed.files;
    record->file_count = committed.file_count;
    return true;
}

/* Takes everything back; @error, the cause, gets the code that tells how that went. */
static void roll_back(struct application *application, struct error *error) {
    struct record *record = &application->record;
    struct error failure = {0};
    if ((!application->has_finished || uncommit(application->journal, record->number, &failure)) &&
        take_back_all(application->journal, record, application->tried_count, NULL, &failure)) {
        if (error->code != ERROR_CONFLICT)
            error->code = ERROR_ROLLED_BACK;
        return;
    }
    struct error cause = *error;
    *error = (struct error){0};
    error_set(error, ERROR_UNKNOWN, "%s; the rollback failed too: %s", cause.message, failure.message);
    error_hint(error, "the next write rolls the rest back; until then no reader sees it");
    if (cause.file)
        error_about(error, cause.file);
    error_release(&cause);
    error_release(&failure);
}

/* Half a pending record is ours as well, and rolled back; one that was there before is not. */
static bool begin(struct application *application, struct error *error) {
    bool is_begun = write_pending(application->journal, &application->record, "", error);
    application->has_begun = is_begun || error->system_errno != EEXIST;
    return is_begun;
}

static bool finish(struct application *application, struct error *error) {
    const struct record *record = &application->record;
    bool is_whole = record->failure_count == application->batch->failure_count;
    application->has_finished = true;
    if (!is_whole)
        return commit_partly(application, error);
    const struct state_path pending = record_path(&application->journal->state, STATE_PENDING, record->number, "");
    return remove_stages(application, error) && sync_besides(application, error) &&
           commit(application->journal, pending.text, record->number, "", error);
}

/* Nothing but folders in the stage has been made. */
static void clear_quietly(struct journal *journal, uint64_t number) {
    struct error error = {0};
    clear_staged(journal, number, &error);
    error_release(&error);
}

static bool apply(struct journal *journal, const struct batch *batch, const char *request, bool keep_going,
                  struct record *committed, struct error *error) {
    struct application application = {.journal = journal, .batch = batch, .keep_going = keep_going};
    uint64_t number;
    *committed = (struct record){0};
    assert(batch->file_count > 0);
    if (!record_next_number(&journal->state, &number, error))
        return false;
    describe(&application.record, batch, number, request);
    application.has_failed = memory_allocate(batch->file_count, sizeof *application.has_failed);
    application.stage_of = memory_allocate(batch->file_count, sizeof *application.stage_of);
    application.stages = memory_allocate(batch->file_count, sizeof *application.stages);
    bool is_done = make_stages(&application, error) && begin(&application, error) &&
                   make_folders(&application, error) && stage_all(&application, error) &&
                   files_sync_all(journal->files, STATE_DIR_FOLDER, error) && publish(&application, error) &&
                   finish(&application, error);
    if (!is_done && application.has_begun)
        roll_back(&application, error);
    else if (!is_done)
        clear_quietly(journal, number);
    memory_free(application.has_failed);
    memory_free(application.stage_of);
    memory_free(application.stages);
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

/* --- undo --- */

bool journal_undo(struct journal *journal, const struct undo *undo, struct error *error) {
    const struct record *batch = undo->record;
    struct record record = {
        .number = batch->number,
        .plan = batch->plan,
        .plan_path = batch->plan_path,
        .selection = batch->selection,
        .token = batch->token,
        .request = undo->request,
        .kind = batch->kind,
        .kind_name = batch->kind_name,
        .files = undo->removed,
        .file_count = undo->removed_count,
        .failures = undo->kept,
        .failure_count = undo->kept_count,
        .folders = batch->folders,
        .folder_count = batch->folder_count,
        .is_staged = true,
    };
    struct state_path pending = record_path(&journal->state, STATE_PENDING, record.number, ".undo");
    bool is_begun =
        write_pending(journal, &record, ".undo", error) && files_sync_all(journal->files, STATE_DIR_FOLDER, error);
    if (is_begun && finish_undo(journal, &record, NULL, error))
        return true;
    struct error failure = {0};
    bool is_taken_back = !is_begun && remove_file(journal->files, pending.text, &failure);
    error_release(&failure);
    if (is_taken_back)
        return false;
    error->code = ERROR_UNKNOWN;
    return error_hint(error, "the undo has begun and the next write finishes it; until then its files are not shown");
}
