#include "journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* --- the program's own folder --- */

static bool make_folder(const struct files *files, const char *path, struct error *error) {
    if (files_make_folder(files, path, RECORD_FOLDER_MODE, error))
        return true;
    if (error->system_errno != EEXIST)
        return false;
    error_release(error);
    return true;
}

static bool check_owner(const struct files *files, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(files, RECORD_STATE, &kind, &identity, error))
        return false;
    if (kind != FILE_FOLDER) {
        error_set(error, ERROR_CONFLICT, "%s is not a folder", RECORD_STATE);
        return error_hint(error, "the program keeps its state there: move what has the name out of the way");
    }
    if (identity.owner != geteuid()) {
        error_set(error, ERROR_CONFLICT, "%s belongs to another user (uid %u)", RECORD_STATE, (unsigned)identity.owner);
        return error_hint(error, "write as that user; batches of one workspace are one user's");
    }
    return true;
}

static bool ignore_in_git(const struct files *files, struct error *error) {
    if (files_create(files, RECORD_STATE "/.gitignore", span_of("*\n"), RECORD_FILE_MODE, false, NULL, error))
        return true;
    if (error->code != ERROR_CONFLICT)
        return false;
    error_release(error);
    return true;
}

static bool make_state(const struct files *files, struct error *error) {
    return make_folder(files, RECORD_STATE, error) && check_owner(files, error) && ignore_in_git(files, error) &&
           make_folder(files, RECORD_BATCHES, error) && make_folder(files, RECORD_PENDING, error) &&
           make_folder(files, RECORD_STAGE, error);
}

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

/* Takes back one published file, if it is ours: the inode we staged, with what we wrote. Anything else stays. */
static bool take_back(const struct files *files, const struct record_file *file, uint64_t inode, struct error *error) {
    enum record_state state;
    return record_look(files, file, inode, &state, error) &&
           (state != RECORD_AS_WRITTEN || remove_file(files, file->path, error));
}

/* What is still staged. In .batchd/stage it is found without the record, too. */
static bool clear_staged(const struct files *files, struct record *record, struct error *error) {
    for (size_t i = 0; i < record->file_count; i++) {
        if (!record->elsewhere)
            remove_quietly(files, record_staged(record, i));
        else if (!remove_file(files, record_staged(record, i), error))
            return false;
    }
    return true;
}

/* Everything of an uncommitted batch: files, as far as @tried_count; staging, folders, and last the pending record. */
static bool take_back_all(const struct files *files, struct record *record, size_t tried_count, struct error *error) {
    struct record_path pending = record_path(RECORD_PENDING, record->number, "");
    for (size_t i = 0; i < tried_count; i++)
        if (!take_back(files, &record->files[i], record->inodes[i], error))
            return false;
    if (!clear_staged(files, record, error))
        return false;
    remove_made_folders(files, record->folders, record->folder_count);
    return sync_folders_of(files, record->files, tried_count, error) && remove_file(files, pending.text, error);
}

/* --- recovery --- */

/* A batch of which something is staged is pending, whether it has its record or not: its record is pending again. */
static bool uncommit(const struct files *files, uint64_t number, struct error *error) {
    struct record_path committed = record_path(RECORD_BATCHES, number, "");
    if (files_publish(files, committed.text, record_path(RECORD_PENDING, number, "").text, error))
        return true;
    bool are_both = error->system_errno == EEXIST; /* as with --keep-going */
    if (!are_both && error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return !are_both || remove_file(files, committed.text, error);
}

static bool recover_batch(const struct files *files, uint64_t number, bool is_staged, struct error *error) {
    struct record_path pending = record_path(RECORD_PENDING, number, "");
    struct record record;
    enum file_kind committed;
    if ((is_staged && !uncommit(files, number, error)) ||
        !files_look(files, record_path(RECORD_BATCHES, number, "").text, &committed, NULL, error))
        return false;
    if (committed == FILE_REGULAR) /* it died before it could tidy up */
        return remove_file(files, pending.text, error);
    if (!record_read(files, pending.text, number, &record, error)) {
        bool is_gone = error->code == ERROR_NOT_FOUND;
        if (!is_gone && error->code != ERROR_INVALID)
            return false;
        error_release(error); /* cut off while it was written: nothing had been published then */
        return is_gone || remove_file(files, pending.text, error);
    }
    bool is_done = take_back_all(files, &record, record.inode_count, error);
    record_release(&record);
    return is_done;
}

/* The move that commits: @from becomes a record; and everything before it durable. */
static bool commit(const struct files *files, const char *from, uint64_t number, const char *suffix,
                   struct error *error) {
    return files_publish(files, from, record_path(RECORD_BATCHES, number, suffix).text, error) &&
           files_sync_all(files, RECORD_STATE, error);
}

/* Carries out what the pending record of an undo says, as far as that has not happened, and commits it. */
static bool finish_undo(const struct files *files, const struct record *record, struct error *error) {
    for (size_t i = 0; i < record->file_count; i++) {
        if (!take_back(files, &record->files[i], 0, error))
            return false;
    }
    remove_made_folders(files, record->folders, record->folder_count);
    if (!sync_folders_of(files, record->files, record->file_count, error))
        return false;
    for (size_t i = 0; i < record->folder_count; i++)
        if (!sync_folder_of(files, record->folders[i], error))
            return false;
    return commit(files, record_path(RECORD_PENDING, record->number, ".undo").text, record->number, ".undone", error);
}

static bool recover_undo(const struct files *files, uint64_t number, struct error *error) {
    struct record_path pending = record_path(RECORD_PENDING, number, ".undo");
    struct record record;
    if (!record_read(files, pending.text, number, &record, error)) {
        if (error->code != ERROR_INVALID)
            return false;
        error_release(error); /* cut off while it was written: nothing had been removed then */
        return remove_file(files, pending.text, error);
    }
    bool is_done = finish_undo(files, &record, error);
    record_release(&record);
    return is_done;
}

/* What is staged now belongs to no batch. Were it to stay, the next one of that number would seem to have staged it. */
static bool clear_strays(const struct files *files, const struct listing *pending, struct error *error) {
    bool is_clear = true;
    for (size_t i = 0; i < pending->count && is_clear; i++) {
        struct buffer path = {0};
        buffer_append_format(&path, "%s/%s", RECORD_STAGE, pending->entries[i].name);
        if (record_staged_number(pending->entries[i].name))
            is_clear = remove_file(files, path.data, error);
        buffer_release(&path);
    }
    return is_clear;
}

static bool recover(const struct files *files, struct error *error) {
    struct listing listing = {0};
    bool is_done = record_list_pending(files, &listing, error);
    uint64_t last = 0; /* a batch's staged files come before its record, by name */
    for (size_t i = 0; i < listing.count && is_done; i++) {
        uint64_t staged = record_staged_number(listing.entries[i].name);
        uint64_t number = staged ? staged : record_number(listing.entries[i].name, "");
        uint64_t undone = record_number(listing.entries[i].name, ".undo");
        if (number && number != last)
            is_done = recover_batch(files, number, staged != 0, error);
        else if (undone)
            is_done = recover_undo(files, undone, error);
        last = number ? number : last;
    }
    is_done = is_done && clear_strays(files, &listing, error);
    listing_release(&listing);
    return is_done;
}

bool journal_open(struct journal *journal, const struct files *files, int timeout_ms, struct error *error) {
    *journal = (struct journal){.files = files, .lock = -1};
    if (!make_state(files, error))
        return false;
    journal->lock = files_lock(files, RECORD_STATE, timeout_ms, error);
    if (journal->lock < 0) {
        if (error->code == ERROR_TIMEOUT) {
            error->code = ERROR_CONFLICT;
            error_hint(error, "another batch is being applied; try again, or give it more time with --timeout");
        }
        return false;
    }
    if (recover(files, error))
        return true;
    error_hint(error, "a batch that was interrupted has to be taken back first; mend this, then try again");
    journal_close(journal);
    return false;
}

bool journal_needs_recovery(const struct files *files) {
    struct listing pending = {0};
    struct error error = {0};
    record_list_pending(files, &pending, &error);
    error_release(&error);
    bool is_needed = pending.count > 0;
    listing_release(&pending);
    return is_needed;
}

void journal_close(struct journal *journal) {
    if (journal->lock >= 0)
        close(journal->lock);
    *journal = (struct journal){.lock = -1};
}

/* --- applying --- */

struct application {
    const struct files *files;
    const struct batch *batch;
    struct record record; /* of the batch: what it will be remembered as */
    bool *has_failed;     /* by file: could not be published, with keep_going */
    size_t tried_count;   /* files of which the name may be ours */
    bool has_begun;       /* the pending record is ours, and so is everything under its number */
    bool has_finished;    /* tried to commit: the record may stand, and only its durability be in doubt */
    bool keep_going;
};

/* One more than that of any batch ever committed, undone ones included. */
static bool next_number(const struct files *files, uint64_t *number, struct error *error) {
    uint64_t *numbers;
    size_t count;
    bool is_listed = record_numbers(files, &numbers, &count, error);
    *number = count ? numbers[count - 1] + 1 : 1;
    memory_free(numbers);
    return is_listed;
}

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
            (struct record_file){file->id, file->path, file->sha, file->content.length};
    }
    record->inodes = arena_allocate(&record->arena, batch->file_count, sizeof *record->inodes);
    record->failures =
        arena_allocate(&record->arena, batch->failure_count + batch->file_count, sizeof *record->failures);
    for (size_t i = 0; i < batch->failure_count; i++)
        record->failures[record->failure_count++] =
            (struct record_failure){batch->failures[i].id, batch->failures[i].path, batch->failures[i].reason};
    record->folders = arena_allocate(&record->arena, batch->folder_count, sizeof *record->folders);
    for (size_t i = 0; i < batch->folder_count; i++)
        record->folders[record->folder_count++] = batch->folders[i].path;
}

/* The outermost folder that is to be made for the file, or NULL if its own is there. */
static const char *first_made_folder(const struct batch *batch, const char *path) {
    for (size_t i = 0; i < batch->folder_count; i++) {
        size_t length = strlen(batch->folders[i].path);
        if (strncmp(path, batch->folders[i].path, length) == 0 && path[length] == '/')
            return batch->folders[i].path;
    }
    return NULL;
}

/*
 * Files are moved from .batchd to their places; where those are on another mount, they are staged beside the first of
 * them. A batch whose files are to go to several mounts cannot be moved there, and fails.
 */
static bool find_stage(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    struct record *record = &application->record;
    uint64_t own, target;
    const char *made = first_made_folder(batch, batch->files[0].path);
    struct buffer folder = {0}, existing = {0};
    folder_of(batch->files[0].path, &folder);
    folder_of(made ? made : batch->files[0].path, &existing); /* what is made in it will be on its mount */
    bool is_known = files_mount(application->files, RECORD_STATE, &own, error) &&
                    files_mount(application->files, buffer_text(&existing), &target, error);
    if (is_known && own != target)
        record->elsewhere = arena_copy(&record->arena, buffer_text(&folder), folder.length);
    buffer_release(&folder);
    buffer_release(&existing);
    return is_known;
}

static bool write_pending(const struct files *files, const struct record *record, const char *suffix,
                          struct error *error) {
    struct buffer text = {0};
    /* what is staged elsewhere is known by the record alone, and not behind the same barrier */
    bool is_synced = record->elsewhere != NULL;
    record_write(&text, record);
    bool is_written = files_create(files, record_path(RECORD_PENDING, record->number, suffix).text, buffer_span(&text),
                                   RECORD_FILE_MODE, is_synced, NULL, error) &&
                      (!is_synced || files_sync_folder(files, RECORD_PENDING, error));
    buffer_release(&text);
    return is_written;
}

static bool stage(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    const struct files *files = application->files;
    struct record *record = &application->record;
    bool is_elsewhere = record->elsewhere != NULL; /* and so is not reached by the barrier: each is synced by itself */
    for (size_t i = 0; i < batch->file_count; i++) {
        const struct batch_file *file = &batch->files[i];
        struct file_identity identity;
        if (!files_create(files, record_staged(record, i), file->content, file->mode, is_elsewhere, &identity, error))
            return false;
        record->inodes[i] = identity.inode;
    }
    record->inode_count = batch->file_count;
    struct buffer line = {0};
    record_write_inodes(&line, record);
    bool is_written =
        files_append(files, record_path(RECORD_PENDING, record->number, "").text, buffer_span(&line), error);
    buffer_release(&line);
    return is_written;
}

static bool make_folders(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    for (size_t i = 0; i < batch->folder_count; i++)
        if (!files_make_folder(application->files, batch->folders[i].path, batch->folders[i].mode, error)) {
            application->record.folder_count = i; /* to take back: the others are not ours */
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
        application->tried_count = i + 1; /* also one that fails may have its name, and is told by its inode */
        if (files_publish(application->files, record_staged(record, i), batch->files[i].path, error))
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
static bool sync_elsewhere(const struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    const struct record *record = &application->record;
    if (!record->elsewhere)
        return true;
    bool is_synced = sync_folders_of(application->files, record->files, record->file_count, error);
    for (size_t i = 0; i < batch->folder_count && is_synced; i++)
        is_synced = sync_folder_of(application->files, batch->folders[i].path, error);
    return is_synced;
}

/*
 * The record of a batch of which some files could not be published is another one than the pending record. What failed
 * must not stay staged: that would tell recovery that the batch is not committed.
 */
static bool commit_partly(struct application *application, struct error *error) {
    struct record *record = &application->record, committed = *record;
    const struct files *files = application->files;
    committed.files = arena_allocate(&record->arena, record->file_count, sizeof *committed.files);
    committed.inodes = arena_allocate(&record->arena, record->file_count, sizeof *committed.inodes);
    committed.file_count = committed.inode_count = 0;
    for (size_t i = 0; i < record->file_count; i++) {
        if (application->has_failed[i] && !remove_file(files, record_staged(record, i), error))
            return false;
        if (application->has_failed[i])
            continue;
        committed.files[committed.file_count++] = record->files[i];
        committed.inodes[committed.inode_count++] = record->inodes[i];
    }
    struct buffer text = {0};
    record_write(&text, &committed);
    const char *staged = arena_format(&record->arena, RECORD_STAGE "/%06" PRIu64 "-record", record->number);
    bool is_done = sync_elsewhere(application, error) &&
                   files_create(files, staged, buffer_span(&text), RECORD_FILE_MODE, true, NULL, error) &&
                   commit(files, staged, record->number, "", error);
    buffer_release(&text);
    if (!is_done) {
        remove_quietly(files, staged);
        return false;
    }
    remove_quietly(files, record_path(RECORD_PENDING, record->number, "").text); /* recovery removes what stays */
    record->files = committed.files;
    record->file_count = committed.file_count;
    return true;
}

/* Takes everything back; @error, the cause, gets the code that tells how that went. */
static void roll_back(struct application *application, struct error *error) {
    struct record *record = &application->record;
    struct error failure = {0};
    if ((!application->has_finished || uncommit(application->files, record->number, &failure)) &&
        take_back_all(application->files, record, application->tried_count, &failure)) {
        if (error->code != ERROR_CONFLICT)
            error->code = ERROR_ROLLED_BACK;
        return;
    }
    struct buffer message = {0};
    buffer_append_format(&message, "%s; and it could not all be taken back: %s", error->message, failure.message);
    error_set(error, ERROR_UNKNOWN, "%s", buffer_text(&message));
    error_hint(error, "the next write takes the rest back; until then nobody is shown it");
    buffer_release(&message);
    error_release(&failure);
}

/* Half a pending record is ours as well, and rolled back; one that was there before is not. */
static bool begin(struct application *application, struct error *error) {
    bool is_begun = write_pending(application->files, &application->record, "", error);
    application->has_begun = is_begun || error->system_errno != EEXIST;
    return is_begun;
}

static bool finish(struct application *application, struct error *error) {
    const struct record *record = &application->record;
    bool is_whole = record->failure_count == application->batch->failure_count;
    application->has_finished = true;
    if (!is_whole)
        return commit_partly(application, error);
    const struct record_path pending = record_path(RECORD_PENDING, record->number, "");
    return sync_elsewhere(application, error) && commit(application->files, pending.text, record->number, "", error);
}

static bool apply(struct journal *journal, const struct batch *batch, const char *request, bool keep_going,
                  struct record *committed, struct error *error) {
    const struct files *files = journal->files;
    struct application application = {.files = files, .batch = batch, .keep_going = keep_going};
    uint64_t number;
    *committed = (struct record){0};
    assert(batch->file_count > 0);
    if (!next_number(files, &number, error))
        return false;
    describe(&application.record, batch, number, request);
    application.has_failed = memory_allocate(batch->file_count, sizeof *application.has_failed);
    bool is_done = find_stage(&application, error) && begin(&application, error) && make_folders(&application, error) &&
                   stage(&application, error) && files_sync_all(files, RECORD_STATE, error) &&
                   publish(&application, error) && finish(&application, error);
    if (!is_done && application.has_begun)
        roll_back(&application, error);
    memory_free(application.has_failed);
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
    };
    struct record_path pending = record_path(RECORD_PENDING, record.number, ".undo");
    bool is_begun =
        write_pending(journal->files, &record, ".undo", error) && files_sync_all(journal->files, RECORD_STATE, error);
    if (is_begun && finish_undo(journal->files, &record, error))
        return true;
    struct error failure = {0};
    bool is_taken_back = !is_begun && remove_file(journal->files, pending.text, &failure);
    error_release(&failure);
    if (is_taken_back)
        return false;
    error->code = ERROR_UNKNOWN;
    return error_hint(error, "the undo has begun and the next write finishes it; until then its files are not shown");
}
