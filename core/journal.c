#include "journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "names.h"
#include "workspace.h"
#include "writer.h"

#define STATE   WORKSPACE_STATE_FOLDER
#define BATCHES STATE "/batches"
#define STAGE   STATE "/stage"

enum { RECORD_SIZE_MOST_BYTES = 64 << 20, FOLDER_MODE = 0700, FILE_MODE = 0600, PATH_BYTES = 96 };

struct path {
    char text[PATH_BYTES];
};

static struct path record_path(uint64_t number, const char *suffix) {
    struct path path;
    snprintf(path.text, sizeof path.text, BATCHES "/%06" PRIu64 "%s.json", number, suffix);
    return path;
}

static struct path stage_path(uint64_t number) {
    struct path path;
    snprintf(path.text, sizeof path.text, STAGE "/%06" PRIu64, number);
    return path;
}

static struct path staged_path(uint64_t number, size_t i) {
    struct path path;
    snprintf(path.text, sizeof path.text, STAGE "/%06" PRIu64 "/%zu", number, i);
    return path;
}

static struct path inodes_path(uint64_t number) {
    struct path path;
    snprintf(path.text, sizeof path.text, STAGE "/%06" PRIu64 "/inodes", number);
    return path;
}

/* --- records --- */

static void write_time(struct writer *writer) {
    char text[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    writer_key_string(writer, "time", text);
    writer_key_unsigned(writer, "user", geteuid());
}

static void write_record(struct buffer *text, const struct batch *batch, uint64_t number, const char *request) {
    struct writer writer = {.buffer = text};
    writer_open_object(&writer);
    writer_key_unsigned(&writer, "batch", number);
    write_time(&writer);
    writer_key_string(&writer, "request", request);
    writer_key_string(&writer, "plan", batch->plan);
    writer_key_string(&writer, "plan_path", batch->plan_path);
    writer_key_string(&writer, "kind", batch_kind_name(batch->kind));
    writer_key_string(&writer, "selection", batch->selection);
    writer_key_string(&writer, "token", batch->token);
    writer_key_array(&writer, "folders");
    for (size_t i = 0; i < batch->folder_count; i++)
        writer_string(&writer, batch->folders[i].path);
    writer_close_array(&writer);
    writer_key_array(&writer, "files");
    for (size_t i = 0; i < batch->file_count; i++) {
        const struct batch_file *file = &batch->files[i];
        writer_open_object(&writer);
        writer_key_string(&writer, "id", file->id);
        writer_key_string(&writer, "path", file->path);
        writer_key_unsigned(&writer, "size", file->content.length);
        writer_key_string(&writer, "sha", file->sha);
        writer_close_object(&writer);
    }
    writer_close_array(&writer);
    writer_close_object(&writer);
    buffer_append_byte(text, '\n');
}

static const char *copy(struct record *record, const char *text) {
    return text ? arena_copy(&record->arena, text, strlen(text)) : NULL;
}

static bool is_safe_path(const char *path) {
    return path && path[0] && files_is_path(path);
}

/* False if the record lacks something or names a path that no batch of ours could have. */
static bool fill_record(struct record *record, const cJSON *root) {
    const cJSON *files = json_get(root, "files"), *folders = json_get(root, "folders");
    const char *kind = json_get_string(root, "kind");
    record->plan = copy(record, json_get_string(root, "plan"));
    record->plan_path = copy(record, json_get_string(root, "plan_path"));
    record->selection = copy(record, json_get_string(root, "selection"));
    record->token = copy(record, json_get_string(root, "token"));
    record->time = copy(record, json_get_string(root, "time"));
    record->request = copy(record, json_get_string(root, "request"));
    record->user = (uid_t)json_get_unsigned(root, "user");
    if (!record->plan || !is_safe_path(record->plan_path) || !record->selection || !record->time || !kind ||
        !cJSON_IsArray(files) || !cJSON_IsArray(folders))
        return false;
    record->kind = strcmp(kind, "subplan") == 0 ? BATCH_SUBPLAN : BATCH_EXECUTION;
    size_t file_count = (size_t)cJSON_GetArraySize(files), folder_count = (size_t)cJSON_GetArraySize(folders);
    record->files = arena_allocate(&record->arena, file_count, sizeof *record->files);
    record->folders = arena_allocate(&record->arena, folder_count, sizeof *record->folders);
    for (const cJSON *node = files->child; node; node = node->next) {
        struct record_file *file = &record->files[record->file_count++];
        file->id = copy(record, json_get_string(node, "id"));
        file->path = copy(record, json_get_string(node, "path"));
        file->sha = copy(record, json_get_string(node, "sha"));
        file->size_bytes = json_get_unsigned(node, "size");
        if (!file->id || !is_safe_path(file->path) || !file->sha)
            return false;
    }
    for (const cJSON *node = folders->child; node; node = node->next) {
        record->folders[record->folder_count] = cJSON_IsString(node) ? copy(record, node->valuestring) : NULL;
        if (!is_safe_path(record->folders[record->folder_count++]))
            return false;
    }
    return true;
}

static bool read_record(const struct files *files, const char *path, uint64_t number, struct record *record,
                        struct error *error) {
    *record = (struct record){.number = number};
    struct buffer text = {0};
    struct json json = {0};
    struct diagnostics diagnostics = {0};
    bool is_read = files_read(files, path, RECORD_SIZE_MOST_BYTES, &text, NULL, error);
    if (is_read && (!json_parse(&json, buffer_span(&text), path, &diagnostics) || !fill_record(record, json.root)))
        is_read = error_set(error, ERROR_INVALID, "%s is damaged", path);
    json_release(&json);
    diagnostics_release(&diagnostics);
    buffer_release(&text);
    if (!is_read)
        record_release(record);
    return is_read;
}

bool journal_read(const struct files *files, uint64_t number, struct record *record, struct error *error) {
    if (!read_record(files, record_path(number, "").text, number, record, error)) {
        if (error->code == ERROR_NOT_FOUND)
            error_set(error, ERROR_NOT_FOUND, "there is no batch %" PRIu64, number);
        return false;
    }
    enum file_kind kind;
    bool is_known = files_look(files, record_path(number, ".undone").text, &kind, NULL, error);
    record->is_undone = kind == FILE_REGULAR;
    if (!is_known)
        record_release(record);
    return is_known;
}

void record_release(struct record *record) {
    arena_release(&record->arena);
    *record = (struct record){0};
}

/* "000007.json" -> 7 for the suffix ".json"; 0 for anything else. */
static uint64_t number_of(const char *name, const char *suffix) {
    char *end;
    if (name[0] < '0' || name[0] > '9')
        return 0;
    uint64_t number = strtoull(name, &end, 10);
    return strcmp(end, suffix) == 0 ? number : 0;
}

static bool list_batches(const struct files *files, struct listing *listing, struct error *error) {
    if (files_list(files, BATCHES, listing, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

bool journal_numbers(const struct files *files, uint64_t **numbers, size_t *count, struct error *error) {
    struct listing listing = {0};
    *numbers = NULL;
    *count = 0;
    bool is_listed = list_batches(files, &listing, error);
    if (is_listed)
        *numbers = memory_allocate(listing.count, sizeof **numbers);
    for (size_t i = 0; is_listed && i < listing.count; i++) {
        uint64_t number = number_of(listing.entries[i].name, ".json");
        if (number)
            (*numbers)[(*count)++] = number;
    }
    listing_release(&listing);
    return is_listed;
}

/* One more than any number ever used, also by a batch that died or was undone. */
static bool next_number(const struct files *files, uint64_t *number, struct error *error) {
    struct listing listing = {0};
    bool is_listed = list_batches(files, &listing, error);
    uint64_t highest = 0;
    for (size_t i = 0; i < listing.count; i++) {
        uint64_t used = strtoull(listing.entries[i].name, NULL, 10);
        highest = used > highest ? used : highest;
    }
    listing_release(&listing);
    *number = highest + 1;
    return is_listed;
}

/* --- opening --- */

static bool make_folder(const struct files *files, const char *path, struct error *error) {
    if (files_make_folder(files, path, FOLDER_MODE, error))
        return true;
    if (error->system_errno != EEXIST)
        return false;
    error_release(error);
    return true;
}

static bool check_owner(const struct files *files, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(files, STATE, &kind, &identity, error))
        return false;
    if (kind != FILE_FOLDER)
        return error_set(error, ERROR_CONFLICT, "%s is not a folder", STATE);
    if (identity.owner != geteuid()) {
        error_set(error, ERROR_CONFLICT, "%s belongs to another user (uid %u)", STATE, (unsigned)identity.owner);
        return error_hint(error, "write as that user, or remove the folder");
    }
    return true;
}

static bool make_state(const struct files *files, struct error *error) {
    enum file_kind kind;
    if (!files_look(files, STATE, &kind, NULL, error))
        return false;
    if (kind == FILE_ABSENT) {
        if (!make_folder(files, STATE, error))
            return false;
        if (!files_create(files, STATE "/.gitignore", span_of("*\n"), FILE_MODE, false, NULL, error)) {
            if (error->code != ERROR_CONFLICT)
                return false;
            error_release(error);
        }
    }
    return check_owner(files, error) && make_folder(files, BATCHES, error) && make_folder(files, STAGE, error);
}

/* --- recovery --- */

/* Removes a file of ours; one that is gone already is as good. */
static bool remove_file(const struct files *files, const char *path, struct error *error) {
    if (files_remove(files, path, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

/* Removes what a batch has staged, and its staging folder. What cannot be removed does no harm and stays. */
static void clear_stage(const struct files *files, uint64_t number) {
    struct listing listing = {0};
    struct error error = {0};
    struct path folder = stage_path(number);
    if (files_list(files, folder.text, &listing, &error)) {
        for (size_t i = 0; i < listing.count; i++) {
            struct buffer path = {0};
            buffer_append_format(&path, "%s/%s", folder.text, listing.entries[i].name);
            files_remove(files, path.data, &error);
            error_release(&error);
            buffer_release(&path);
        }
        files_remove_folder(files, folder.text, &error);
    }
    error_release(&error);
    listing_release(&listing);
}

static void remove_made_folders(const struct files *files, const char *const *folders, size_t count) {
    for (size_t i = count; i-- > 0;) {
        struct error error = {0};
        files_remove_folder(files, folders[i], &error); /* one that is not empty stays */
        error_release(&error);
    }
}

/* Is the file's content still what the digest says? False also if it is gone; an error only if it cannot be told. */
static bool is_as_written(const struct files *files, const char *path, const char *sha, bool *is_same,
                          struct error *error) {
    struct buffer text = {0};
    char digest[DIGEST_SHA_TEXT];
    bool is_read = files_read(files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error);
    digest_sha(buffer_span(&text), digest);
    *is_same = is_read && strcmp(digest, sha) == 0;
    buffer_release(&text);
    if (is_read || error->code == ERROR_NOT_FOUND || error->system_errno == EFBIG) {
        error_release(error);
        return true;
    }
    return false;
}

/* Takes back one published file, if it is ours: the inode we staged, with what we wrote. Anything else stays. */
static bool take_back(const struct files *files, const char *path, uint64_t inode, const char *sha,
                      struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    bool is_same;
    if (!files_look(files, path, &kind, &identity, error))
        return false;
    if (kind != FILE_REGULAR || identity.inode != inode)
        return true;
    return is_as_written(files, path, sha, &is_same, error) && (!is_same || remove_file(files, path, error));
}

/* The inodes staged by batch @number, one a line; fewer than its files if it died before all were staged. */
static size_t read_inodes(const struct files *files, uint64_t number, uint64_t *inodes, size_t most) {
    struct buffer text = {0};
    struct error error = {0};
    size_t count = 0;
    files_read(files, inodes_path(number).text, RECORD_SIZE_MOST_BYTES, &text, NULL, &error);
    struct span rest = buffer_span(&text);
    for (struct span line; count < most && span_next_line(&rest, &line);)
        inodes[count++] = strtoull(line.data, NULL, 10);
    error_release(&error);
    buffer_release(&text);
    return count;
}

static bool roll_back_dead(const struct files *files, uint64_t number, struct error *error) {
    struct path intent = record_path(number, ".intent");
    struct record record;
    if (!read_record(files, intent.text, number, &record, error)) {
        if (error->code != ERROR_INVALID)
            return false;
        error_release(error); /* cut off while it was written: nothing had been published then */
        clear_stage(files, number);
        return remove_file(files, intent.text, error);
    }
    uint64_t *inodes = memory_allocate(record.file_count, sizeof *inodes);
    size_t count = read_inodes(files, number, inodes, record.file_count);
    bool is_done = true;
    assert(record.files);
    for (size_t i = 0; i < count && is_done; i++)
        is_done = take_back(files, record.files[i].path, inodes[i], record.files[i].sha, error);
    if (is_done) {
        remove_made_folders(files, record.folders, record.folder_count);
        clear_stage(files, number);
        is_done = remove_file(files, intent.text, error);
    }
    memory_free(inodes);
    record_release(&record);
    return is_done;
}

static bool recover(const struct files *files, struct error *error) {
    struct listing listing = {0};
    bool is_done = list_batches(files, &listing, error);
    for (size_t i = 0; i < listing.count && is_done; i++) {
        uint64_t number = number_of(listing.entries[i].name, ".intent.json");
        if (number == 0)
            continue;
        char committed[32];
        snprintf(committed, sizeof committed, "%06" PRIu64 ".json", number);
        if (listing_find(&listing, committed)) {
            clear_stage(files, number);
            is_done = remove_file(files, record_path(number, ".intent").text, error);
        } else {
            is_done = roll_back_dead(files, number, error);
        }
    }
    listing_release(&listing);
    return is_done;
}

bool journal_open(struct journal *journal, const struct files *files, int timeout_ms, struct error *error) {
    *journal = (struct journal){.files = files, .lock = -1};
    if (!make_state(files, error))
        return false;
    journal->lock = files_lock(files, STATE, timeout_ms, error);
    if (journal->lock < 0) {
        if (error->code == ERROR_TIMEOUT)
            error_set(error, ERROR_CONFLICT, "another batch is being applied in this workspace");
        return error_hint(error, "try again, or give it more time with --timeout");
    }
    if (recover(files, error))
        return true;
    journal_close(journal);
    return false;
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
    uint64_t number;
    uint64_t *inodes; /* by file */
    size_t staged_count, published_count, made_folder_count;
};

static bool stage(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    struct buffer inodes = {0};
    bool is_done = files_make_folder(application->files, stage_path(application->number).text, FOLDER_MODE, error);
    for (size_t i = 0; i < batch->file_count && is_done; i++) {
        const struct batch_file *file = &batch->files[i];
        struct file_identity identity;
        is_done = files_create(application->files, staged_path(application->number, i).text, file->content, file->mode,
                               false, &identity, error);
        application->inodes[i] = identity.inode;
        buffer_append_format(&inodes, "%" PRIu64 "\n", identity.inode);
    }
    is_done = is_done && files_create(application->files, inodes_path(application->number).text, buffer_span(&inodes),
                                      FILE_MODE, false, NULL, error);
    buffer_release(&inodes);
    return is_done;
}

/* A target on another mount cannot be renamed to: it is written there, without a name until it is complete. */
static bool publish_one(struct application *application, size_t i, struct error *error) {
    const struct batch_file *file = &application->batch->files[i];
    if (files_publish(application->files, staged_path(application->number, i).text, file->path, error))
        return true;
    if (error->system_errno != EXDEV)
        return false;
    struct file_identity identity;
    error_release(error);
    if (!files_create(application->files, file->path, file->content, file->mode, true, &identity, error))
        return false;
    application->inodes[i] = identity.inode;
    return true;
}

static bool publish(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    for (; application->made_folder_count < batch->folder_count; application->made_folder_count++) {
        const struct batch_folder *folder = &batch->folders[application->made_folder_count];
        if (!files_make_folder(application->files, folder->path, folder->mode, error))
            return false;
    }
    for (; application->published_count < batch->file_count; application->published_count++)
        if (!publish_one(application, application->published_count, error))
            return false;
    return true;
}

/* The folder a path stands in, into @folder. */
static void folder_of(const char *path, struct buffer *folder) {
    const char *slash = strrchr(path, '/');
    buffer_clear(folder);
    buffer_append(folder, path, slash ? (size_t)(slash - path) : 0);
}

/* The entries of every folder in which a name was made. All files of a batch lie in one folder. */
static bool sync_folders(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    struct buffer folder = {0};
    folder_of(batch->files[0].path, &folder);
    bool is_done = files_sync_folder(application->files, folder.data, error);
    for (size_t i = 0; i < batch->folder_count && is_done; i++) {
        folder_of(batch->folders[i].path, &folder);
        is_done = files_sync_folder(application->files, folder.data, error);
    }
    buffer_release(&folder);
    return is_done;
}

static bool write_intent(struct application *application, struct span record, struct error *error) {
    return files_create(application->files, record_path(application->number, ".intent").text, record, FILE_MODE, false,
                        NULL, error);
}

static bool commit(struct application *application, struct span record, struct error *error) {
    return files_create(application->files, record_path(application->number, "").text, record, FILE_MODE, true, NULL,
                        error) &&
           files_sync_folder(application->files, BATCHES, error);
}

static void end(struct application *application) {
    struct error error = {0};
    clear_stage(application->files, application->number);
    files_remove(application->files, record_path(application->number, ".intent").text, &error);
    error_release(&error); /* recovery removes what is left */
}

/* Takes everything back; @error, the cause, gets the code that tells how that went. */
static bool roll_back(struct application *application, struct error *error) {
    const struct batch *batch = application->batch;
    struct error failure = {0};
    const char *stuck = NULL;
    remove_file(application->files, record_path(application->number, "").text, &failure);
    error_release(&failure);
    for (size_t i = application->published_count; i-- > 0;) {
        if (!take_back(application->files, batch->files[i].path, application->inodes[i], batch->files[i].sha, &failure))
            stuck = batch->files[i].path;
        error_release(&failure);
    }
    for (size_t i = application->made_folder_count; i-- > 0;) {
        files_remove_folder(application->files, batch->folders[i].path, &failure);
        error_release(&failure);
    }
    if (stuck) {
        struct buffer cause = {0};
        buffer_append_string(&cause, error->message);
        error_set(error, ERROR_UNKNOWN, "%s; and %s could not be taken back", buffer_text(&cause), stuck);
        buffer_release(&cause);
        return error_hint(error, "the next write finishes the roll-back");
    }
    end(application);
    if (error->code != ERROR_CONFLICT)
        error->code = ERROR_ROLLED_BACK;
    return false;
}

bool journal_apply(struct journal *journal, const struct batch *batch, const char *request, uint64_t *number,
                   struct error *error) {
    struct application application = {.files = journal->files, .batch = batch};
    if (!next_number(journal->files, &application.number, error))
        return false;
    struct buffer record = {0};
    write_record(&record, batch, application.number, request);
    application.inodes = memory_allocate(batch->file_count, sizeof *application.inodes);
    bool is_done = write_intent(&application, buffer_span(&record), error) && stage(&application, error) &&
                   files_sync_all(application.files, error) && publish(&application, error) &&
                   sync_folders(&application, error) && commit(&application, buffer_span(&record), error);
    if (is_done)
        end(&application);
    else
        roll_back(&application, error);
    memory_free(application.inodes);
    buffer_release(&record);
    *number = application.number;
    return is_done;
}

/* --- undo --- */

/* Why the file must stay, or NULL if it can go. */
static const char *reason_to_keep(const struct files *files, const struct record *record,
                                  const struct record_file *file, const struct plan *plan) {
    struct error error = {0};
    enum file_kind kind;
    bool is_same = false;
    if (!files_look(files, file->path, &kind, NULL, &error) || kind != FILE_REGULAR ||
        !is_as_written(files, file->path, file->sha, &is_same, &error))
        is_same = false;
    bool is_known = error.code == ERROR_NONE;
    error_release(&error);
    if (is_known && kind == FILE_ABSENT)
        return "gone already";
    if (!is_known)
        return "cannot be read";
    if (!is_same)
        return "edited since";
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        const char *id = plan->dependencies.achievements[i].id;
        size_t length = strlen(id);
        const struct standing *standing = &plan->standings[i];
        bool is_its = strncmp(file->id, id, length) == 0 &&
                      (file->id[length] == '\0' || (file->id[length] == '.' && record->kind == BATCH_EXECUTION));
        if (!is_its)
            continue;
        if (record->kind == BATCH_SUBPLAN && standing->execution_count)
            return "has an EXECUTION_TASK";
        if (record->kind == BATCH_EXECUTION && (standing->approved_file || standing->fix_file))
            return "has been reviewed";
    }
    return NULL;
}

void undo_make(struct undo *undo, const struct files *files, const struct record *record, const struct plan *plan) {
    *undo = (struct undo){.record = record};
    undo->removed = memory_allocate(record->file_count, sizeof *undo->removed);
    undo->kept = memory_allocate(record->file_count, sizeof *undo->kept);
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        const char *reason = reason_to_keep(files, record, file, plan);
        if (reason)
            undo->kept[undo->kept_count++] = (struct kept_file){file->path, reason};
        else
            undo->removed[undo->removed_count++] = file;
    }
}

void undo_release(struct undo *undo) {
    memory_free(undo->removed);
    memory_free(undo->kept);
    *undo = (struct undo){0};
}

static void write_undone(struct buffer *text, const struct undo *undo) {
    struct writer writer = {.buffer = text};
    writer_open_object(&writer);
    writer_key_unsigned(&writer, "batch", undo->record->number);
    write_time(&writer);
    writer_key_array(&writer, "removed");
    for (size_t i = 0; i < undo->removed_count; i++)
        writer_string(&writer, undo->removed[i]->path);
    writer_close_array(&writer);
    writer_key_array(&writer, "kept");
    for (size_t i = 0; i < undo->kept_count; i++) {
        writer_open_object(&writer);
        writer_key_string(&writer, "path", undo->kept[i].path);
        writer_key_string(&writer, "reason", undo->kept[i].reason);
        writer_close_object(&writer);
    }
    writer_close_array(&writer);
    writer_close_object(&writer);
    buffer_append_byte(text, '\n');
}

bool journal_undo(struct journal *journal, const struct undo *undo, struct error *error) {
    const struct record *record = undo->record;
    for (size_t i = undo->removed_count; i-- > 0;)
        if (!remove_file(journal->files, undo->removed[i]->path, error))
            return false;
    remove_made_folders(journal->files, record->folders, record->folder_count);
    struct buffer text = {0};
    write_undone(&text, undo);
    bool is_noted = files_create(journal->files, record_path(record->number, ".undone").text, buffer_span(&text),
                                 FILE_MODE, true, NULL, error) &&
                    files_sync_all(journal->files, error);
    buffer_release(&text);
    return is_noted;
}
