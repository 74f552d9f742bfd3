#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "writer.h"

/* --- paths --- */

struct record_path record_path(const char *folder, uint64_t number, const char *suffix) {
    struct record_path path;
    snprintf(path.text, sizeof path.text, "%s/%06" PRIu64 "%s.json", folder, number, suffix);
    return path;
}

const char *record_staged(struct record *record, size_t i) {
    if (record->elsewhere)
        return arena_format(&record->arena, "%s/.batchd-%06" PRIu64 "-%zu", record->elsewhere, record->number, i);
    return arena_format(&record->arena, RECORD_STAGE "/%06" PRIu64 "-%zu", record->number, i);
}

uint64_t record_staged_number(const char *name) {
    char start[32];
    uint64_t number = strtoull(name, NULL, 10);
    int length = snprintf(start, sizeof start, "%06" PRIu64 "-", number);
    return strncmp(name, start, (size_t)length) == 0 ? number : 0;
}

uint64_t record_number(const char *name, const char *suffix) {
    errno = 0;
    uint64_t number = strtoull(name, NULL, 10);
    if (errno || number == 0 || number == UINT64_MAX)
        return 0;
    struct record_path path = record_path("", number, suffix); /* only what that writes: "/000007.json" */
    return strcmp(path.text + 1, name) == 0 ? number : 0;
}

const char *record_kind_name(const struct record *record) {
    return record->kind_name ? record->kind_name : batch_kind_name(record->kind);
}

/* --- writing --- */

static void write_origin(struct writer *writer) {
    char text[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    writer_key_string(writer, "time", text);
    writer_key_unsigned(writer, "user", geteuid());
}

static void write_files(struct writer *writer, const struct record *record) {
    writer_key_array(writer, "files");
    for (size_t i = 0; i < record->file_count; i++) {
        writer_open_object(writer);
        writer_key_string(writer, "id", record->files[i].id);
        writer_key_string(writer, "path", record->files[i].path);
        writer_key_unsigned(writer, "size", record->files[i].size_bytes);
        writer_key_string(writer, "sha", record->files[i].sha);
        writer_close_object(writer);
    }
    writer_close_array(writer);
    writer_key_array(writer, "failures");
    for (size_t i = 0; i < record->failure_count; i++) {
        writer_open_object(writer);
        writer_key_string(writer, "id", record->failures[i].id);
        writer_key_string(writer, "path", record->failures[i].path);
        writer_key_string(writer, "reason", record->failures[i].reason);
        writer_close_object(writer);
    }
    writer_close_array(writer);
}

void record_write(struct buffer *text, const struct record *record) {
    struct writer writer = {.buffer = text};
    writer_open_object(&writer);
    writer_key_unsigned(&writer, "batch", record->number);
    write_origin(&writer);
    writer_key_string(&writer, "request", record->request);
    writer_key_string(&writer, "plan", record->plan);
    writer_key_string(&writer, "plan_path", record->plan_path);
    writer_key_string(&writer, "kind", record_kind_name(record));
    writer_key_string(&writer, "selection", record->selection);
    writer_key_string(&writer, "token", record->token);
    writer_key_string(&writer, "elsewhere", record->elsewhere);
    writer_key_array(&writer, "folders");
    for (size_t i = 0; i < record->folder_count; i++)
        writer_string(&writer, record->folders[i]);
    writer_close_array(&writer);
    write_files(&writer, record);
    writer_close_object(&writer);
    buffer_append_byte(text, '\n');
    if (record->inode_count)
        record_write_inodes(text, record);
}

void record_write_inodes(struct buffer *text, const struct record *record) {
    for (size_t i = 0; i < record->inode_count; i++)
        buffer_append_format(text, "%c%" PRIu64, i ? ',' : '[', record->inodes[i]);
    buffer_append_string(text, "]\n");
}

/* --- reading: a record may have been damaged or forged, so a path in it is checked like any other --- */

static const char *copy_of(struct record *record, const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text ? arena_copy(&record->arena, text, strlen(text)) : NULL;
}

static bool is_safe_path(const char *path) {
    return path && path[0] && files_is_path(path);
}

/* A kind is a short word in lower case, also one of a version that is yet to come. */
static bool is_kind(const char *word) {
    enum { KIND_BYTES_MOST = 32 };
    size_t length = word ? strspn(word, "abcdefghijklmnopqrstuvwxyz_") : 0;
    return length > 0 && length <= KIND_BYTES_MOST && word[length] == '\0';
}

static size_t length_of(const cJSON *array) {
    return (size_t)cJSON_GetArraySize(array);
}

static bool read_lists(struct record *record, const cJSON *files, const cJSON *failures, const cJSON *folders) {
    record->files = arena_allocate(&record->arena, length_of(files), sizeof *record->files);
    record->failures = arena_allocate(&record->arena, length_of(failures), sizeof *record->failures);
    record->folders = arena_allocate(&record->arena, length_of(folders), sizeof *record->folders);
    for (const cJSON *node = files->child; node; node = node->next) {
        struct record_file *file = &record->files[record->file_count++];
        *file = (struct record_file){copy_of(record, node, "id"), copy_of(record, node, "path"),
                                     copy_of(record, node, "sha"), json_get_unsigned(node, "size")};
        if (!is_safe_path(file->path) || !file->sha)
            return false;
    }
    for (const cJSON *node = failures->child; node; node = node->next) {
        struct record_failure *failure = &record->failures[record->failure_count++];
        *failure = (struct record_failure){copy_of(record, node, "id"), copy_of(record, node, "path"),
                                           copy_of(record, node, "reason")};
        if (!is_safe_path(failure->path) || !failure->reason)
            return false;
    }
    for (const cJSON *node = folders->child; node; node = node->next) {
        const char *path = cJSON_IsString(node) ? node->valuestring : NULL;
        if (!is_safe_path(path))
            return false;
        record->folders[record->folder_count++] = arena_copy(&record->arena, path, strlen(path));
    }
    return true;
}

static bool fill(struct record *record, const cJSON *root) {
    const cJSON *files = json_get(root, "files"), *folders = json_get(root, "folders");
    const cJSON *failures = json_get(root, "failures");
    record->kind_name = copy_of(record, root, "kind");
    record->plan = copy_of(record, root, "plan");
    record->plan_path = copy_of(record, root, "plan_path");
    record->selection = copy_of(record, root, "selection");
    record->token = copy_of(record, root, "token");
    record->time = copy_of(record, root, "time");
    record->request = copy_of(record, root, "request");
    record->elsewhere = copy_of(record, root, "elsewhere");
    record->user = (uid_t)json_get_unsigned(root, "user");
    if (!record->plan || !is_safe_path(record->plan_path) || !record->selection || !record->time ||
        !is_kind(record->kind_name) || (record->elsewhere && !files_is_path(record->elsewhere)) ||
        !cJSON_IsArray(files) || !cJSON_IsArray(folders) || !cJSON_IsArray(failures))
        return false;
    record->kind = batch_kind_find(record->kind_name);
    return read_lists(record, files, failures, folders);
}

/* The inodes are a line of their own behind the object: cuts it off @text. */
static struct span cut_inodes(struct span *text) {
    const char *end = text->length ? memrchr(text->data, '\n', text->length - 1) : NULL;
    if (!end || end[1] != '[')
        return (struct span){0};
    struct span line = span_skip(*text, (size_t)(end + 1 - text->data));
    text->length -= line.length;
    return line;
}

/* @line ends with a NUL. It may have been cut off while it was written. */
static void read_inodes(struct record *record, struct span line) {
    record->inodes = arena_allocate(&record->arena, record->file_count, sizeof *record->inodes);
    char *end = NULL;
    for (const char *at = line.length ? line.data + 1 : ""; record->inode_count < record->file_count; at = end + 1) {
        uint64_t inode = strtoull(at, &end, 10);
        if (end == at)
            return;
        record->inodes[record->inode_count++] = inode;
        if (*end != ',')
            return;
    }
}

bool record_read(const struct files *files, const char *path, uint64_t number, struct record *record,
                 struct error *error) {
    *record = (struct record){.number = number};
    struct buffer text = {0};
    struct json json = {0};
    struct diagnostics diagnostics = {0};
    bool is_read = files_read(files, path, RECORD_SIZE_MOST_BYTES, &text, NULL, error);
    struct span object = buffer_span(&text), inodes = cut_inodes(&object);
    if (is_read && (!json_parse(&json, object, path, &diagnostics) || !fill(record, json.root)))
        is_read = error_set(error, ERROR_INVALID, "%s is damaged", path);
    if (is_read)
        read_inodes(record, inodes);
    json_release(&json);
    diagnostics_release(&diagnostics);
    buffer_release(&text);
    if (!is_read)
        record_release(record);
    return is_read;
}

bool record_read_batch(const struct files *files, uint64_t number, struct record *record, struct error *error) {
    *record = (struct record){0};
    bool is_ours;
    if (!record_find_state(files, &is_ours, error))
        return false;
    if (!is_ours || !record_read(files, record_path(RECORD_BATCHES, number, "").text, number, record, error)) {
        if (!is_ours || error->code == ERROR_NOT_FOUND)
            error_set(error, ERROR_NOT_FOUND, "there is no batch %" PRIu64, number);
        return false;
    }
    enum file_kind done;
    struct record undo;
    struct error failure = {0};
    bool is_known = files_look(files, record_path(RECORD_BATCHES, number, ".undone").text, &done, NULL, error);
    /* one that was cut off while it was written has not begun */
    bool is_being_undone =
        is_known && record_read(files, record_path(RECORD_PENDING, number, ".undo").text, number, &undo, &failure);
    if (is_being_undone)
        record_release(&undo);
    error_release(&failure);
    record->is_undone = is_known && (done == FILE_REGULAR || is_being_undone);
    if (!is_known)
        record_release(record);
    return is_known;
}

void record_release(struct record *record) {
    arena_release(&record->arena);
    *record = (struct record){0};
}

bool record_find_state(const struct files *files, bool *is_ours, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    *is_ours = false;
    if (!files_look(files, RECORD_STATE, &kind, &identity, error))
        return false;
    *is_ours = kind == FILE_FOLDER && identity.owner == geteuid();
    return true;
}

bool record_list(const struct files *files, const char *folder, struct listing *listing, struct error *error) {
    bool is_ours;
    if (!record_find_state(files, &is_ours, error))
        return false;
    if (!is_ours || files_list(files, folder, listing, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

bool record_list_pending(const struct files *files, struct listing *listing, struct error *error) {
    return record_list(files, RECORD_PENDING, listing, error) && record_list(files, RECORD_STAGE, listing, error);
}

static int compare_numbers(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Those that count as pending, because something of theirs is staged, are none. @numbers ascend. */
static bool leave_out_staged(const struct files *files, uint64_t *numbers, size_t *count, struct error *error) {
    struct listing listing = {0};
    bool is_listed = *count == 0 || record_list(files, RECORD_STAGE, &listing, error);
    for (size_t i = 0; i < listing.count && *count; i++) {
        uint64_t number = record_staged_number(listing.entries[i].name);
        uint64_t *place = bsearch(&number, numbers, *count, sizeof *numbers, compare_numbers);
        if (place)
            memmove(place, place + 1, (size_t)(numbers + --*count - place) * sizeof *numbers);
    }
    listing_release(&listing);
    return is_listed;
}

bool record_numbers(const struct files *files, uint64_t **numbers, size_t *count, struct error *error) {
    struct listing listing = {0};
    bool is_listed = record_list(files, RECORD_BATCHES, &listing, error);
    *numbers = memory_allocate(listing.count, sizeof **numbers);
    *count = 0;
    for (size_t i = 0; is_listed && i < listing.count; i++) {
        uint64_t number = record_number(listing.entries[i].name, "");
        if (number)
            (*numbers)[(*count)++] = number;
    }
    qsort(*numbers, *count, sizeof **numbers, compare_numbers);
    listing_release(&listing);
    return is_listed && leave_out_staged(files, *numbers, count, error);
}

bool record_look(const struct files *files, const struct record_file *file, uint64_t inode, enum record_state *state,
                 struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    struct buffer text = {0};
    char sha[DIGEST_SHA_TEXT];
    *state = RECORD_CHANGED;
    if (!files_look(files, file->path, &kind, &identity, error))
        return false;
    if (kind == FILE_ABSENT)
        *state = RECORD_GONE;
    if (kind != FILE_REGULAR || (inode && inode != identity.inode) || identity.size_bytes != file->size_bytes)
        return true;
    bool is_read = files_read(files, file->path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error);
    digest_sha(buffer_span(&text), sha);
    buffer_release(&text);
    if (is_read && strcmp(sha, file->sha) == 0)
        *state = RECORD_AS_WRITTEN;
    if (!is_read && error->code == ERROR_NOT_FOUND) { /* removed since the look */
        *state = RECORD_GONE;
        error_release(error);
        is_read = true;
    }
    return is_read;
}
