#include "batch/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_size.h"
#include "format/json_writer.h"

enum { FILE_SIZE_MOST_BYTES = JSON_SIZE_MOST_BYTES }; /* of what a batch makes a dependency file is the largest */

/* The folder that a file of the plan stands in. */
static struct span folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return (struct span){path, slash ? (size_t)(slash - path) : 0};
}

bool record_is_beside(const struct record *record, const struct record_file *file) {
    for (size_t i = 0; i < record->beside_count; i++)
        if (span_equals(folder_of(file->path), record->besides[i]))
            return true;
    return false;
}

const char *record_beside(struct record *record, size_t i) {
    struct span folder = folder_of(record->files[i].path);
    return arena_format(&record->arena, "%.*s/.batchd-%06" PRIu64 "-%zu", (int)folder.length, folder.data,
                        record->number, i);
}

const char *record_kind_name(const struct record *record) {
    return record->kind_name ? record->kind_name : batch_kind_name(record->kind);
}

/* --- writing --- */

static void write_origin(struct json_writer *writer) {
    char text[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_writer_key_string(writer, "time", text);
    json_writer_key_unsigned(writer, "user", geteuid());
}

static void write_files(struct json_writer *writer, const struct record *record) {
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < record->file_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", record->files[i].id);
        json_writer_key_string(writer, "path", record->files[i].path);
        if (record->files[i].from)
            json_writer_key_string(writer, "from", record->files[i].from);
        json_writer_key_unsigned(writer, "size", record->files[i].size_bytes);
        json_writer_key_string(writer, "sha", record->files[i].sha);
        if (record->files[i].old_sha) {
            json_writer_key_unsigned(writer, "old_size", record->files[i].old_size_bytes);
            json_writer_key_string(writer, "old_sha", record->files[i].old_sha);
        }
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_key_array(writer, "failures");
    for (size_t i = 0; i < record->failure_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", record->failures[i].id);
        json_writer_key_string(writer, "path", record->failures[i].path);
        json_writer_key_string(writer, "reason", record->failures[i].reason);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_texts(struct json_writer *writer, const char *key, const char *const *texts, size_t count) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_writer_string(writer, texts[i]);
    json_writer_close_array(writer);
}

static void write_claim(struct json_writer *writer, const struct record_claim *claim) {
    if (!claim->id)
        return;
    json_writer_key_object(writer, "claim");
    json_writer_key_string(writer, "id", claim->id);
    json_writer_key_unsigned(writer, "fence", claim->fence);
    json_writer_key_string(writer, "by", claim->by);
    json_writer_close_object(writer);
}

void record_write(struct buffer *text, const struct record *record) {
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_unsigned(&writer, "batch", record->number);
    write_origin(&writer);
    json_writer_key_string(&writer, "request", record->request);
    json_writer_key_string(&writer, "plan", record->plan);
    json_writer_key_string(&writer, "plan_path", record->plan_path);
    json_writer_key_string(&writer, "kind", record_kind_name(record));
    json_writer_key_string(&writer, "selection", record->selection);
    json_writer_key_string(&writer, "token", record->token);
    if (record->is_part)
        json_writer_key_boolean(&writer, "part", true);
    if (record->by)
        json_writer_key_string(&writer, "by", record->by);
    if (record->note)
        json_writer_key_string(&writer, "note", record->note);
    write_claim(&writer, &record->claim);
    write_texts(&writer, "beside", record->besides, record->beside_count);
    write_texts(&writer, "incomplete", record->incomplete, record->incomplete_count);
    write_texts(&writer, "folders", record->folders, record->folder_count);
    write_files(&writer, record);
    record_answer_write(&writer, &record->answer);
    json_writer_close_object(&writer);
    buffer_append_byte(text, '\n');
    if (record->is_staged)
        record_write_inodes(text, record);
}

void record_write_inodes(struct buffer *text, const struct record *record) {
    buffer_append_byte(text, '[');
    for (size_t i = 0; i < record->file_count; i++)
        buffer_append_format(text, "%s%" PRIu64, i ? "," : "", record->files[i].inode);
    buffer_append_string(text, "]\n");
}

/* --- reading: a record may have been damaged or forged, so everything in it is checked --- */

static const char *copy_of(struct record *record, const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text ? arena_copy(&record->arena, text, strlen(text)) : NULL;
}

/* A folder in which a plan can be found: none on the way is hidden. */
static bool is_plan_path(const char *path) {
    if (!path || !path[0] || !files_is_path(path))
        return false;
    for (const char *part = path; part; part = strchr(part, '/'), part = part ? part + 1 : NULL)
        if (part[0] == '.')
            return false;
    return true;
}

static bool is_plan_name(const char *name) {
    return name && name[0] && !strchr(name, '/');
}

/* The part of @path beneath the folder of the record's plan, "" for that itself; NULL if it lies elsewhere. */
static const char *beneath_plan(const struct record *record, const char *path) {
    size_t length = strlen(record->plan_path);
    if (!path || strncmp(path, record->plan_path, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return NULL;
    return path[length] ? path + length + 1 : "";
}

/* A file that a batch makes. */
static bool is_made(const struct record *record, const char *path) {
    const char *file = beneath_plan(record, path);
    return file &&
           (names_is_made(record->plan, file) || (record->kind == BATCH_UPDATE && names_is_dependency_file(file)));
}

/* A folder that a batch makes: the plan's own, one in it, or a group's that the plan is in. */
static bool is_made_folder(const struct record *record, const char *path) {
    const char *folder = beneath_plan(record, path);
    if (folder)
        return folder[0] == '\0' || names_is_folder(folder);
    size_t length = path ? strlen(path) : 0;
    return length && strncmp(record->plan_path, path, length) == 0 && record->plan_path[length] == '/';
}

/* A kind is a short word in lower case, also one of a version that is yet to come. */
static bool is_kind(const char *word) {
    enum { KIND_BYTES_MOST = 32 };
    size_t length = word ? strspn(word, "abcdefghijklmnopqrstuvwxyz_") : 0;
    return length > 0 && length <= KIND_BYTES_MOST && word[length] == '\0';
}

static bool is_sha(const char *text) {
    return text && strlen(text) == DIGEST_SHA_TEXT - 1 && strspn(text, "0123456789abcdef") == DIGEST_SHA_TEXT - 1;
}

static size_t length_of(const cJSON *array) {
    return (size_t)cJSON_GetArraySize(array);
}

/* What a batch replaces is one dependency file. */
static bool read_replaced(struct record *record, struct record_file *file, const cJSON *node) {
    file->old_sha = copy_of(record, node, "old_sha");
    file->old_size_bytes = json_get_unsigned(node, "old_size");
    return record->file_count == 1 && names_is_dependency_file(names_base(file->path)) && is_sha(file->old_sha) &&
           file->old_size_bytes <= FILE_SIZE_MOST_BYTES;
}

static bool read_files(struct record *record, const cJSON *files) {
    record->files = arena_allocate(&record->arena, length_of(files), sizeof *record->files);
    for (const cJSON *node = files->child; node; node = node->next) {
        struct record_file *file = &record->files[record->file_count++];
        *file = (struct record_file){.id = copy_of(record, node, "id"),
                                     .path = copy_of(record, node, "path"),
                                     .from = copy_of(record, node, "from"),
                                     .sha = copy_of(record, node, "sha"),
                                     .size_bytes = json_get_unsigned(node, "size")};
        bool has_id = !batch_kind_is_created(record->kind) || (file->id && names_is_id(span_of(file->id)));
        bool is_renaming = record->kind == BATCH_REOPEN;
        if (!has_id || !is_made(record, file->path) || is_renaming != (file->from != NULL) ||
            (is_renaming && !is_made(record, file->from)) || !is_sha(file->sha) ||
            file->size_bytes > FILE_SIZE_MOST_BYTES)
            return false;
        if (record->kind == BATCH_UPDATE && !read_replaced(record, file, node))
            return false;
    }
    return true;
}

static bool read_failures(struct record *record, const cJSON *failures) {
    record->failures = arena_allocate(&record->arena, length_of(failures), sizeof *record->failures);
    for (const cJSON *node = failures->child; node; node = node->next) {
        struct record_failure *failure = &record->failures[record->failure_count++];
        *failure = (struct record_failure){copy_of(record, node, "id"), copy_of(record, node, "path"),
                                           copy_of(record, node, "reason")};
        if (!is_made(record, failure->path) || !failure->reason)
            return false;
    }
    return true;
}

static bool read_folders(struct record *record, const cJSON *array, const char ***folders, size_t *count) {
    *folders = arena_allocate(&record->arena, length_of(array), sizeof **folders);
    for (const cJSON *node = array->child; node; node = node->next) {
        const char *path = cJSON_IsString(node) ? node->valuestring : NULL;
        if (!is_made_folder(record, path))
            return false;
        (*folders)[(*count)++] = arena_copy(&record->arena, path, strlen(path));
    }
    return true;
}

static bool read_incomplete(struct record *record, const cJSON *array) {
    record->incomplete = arena_allocate(&record->arena, length_of(array), sizeof *record->incomplete);
    for (const cJSON *node = array ? array->child : NULL; node; node = node->next) {
        const char *id = cJSON_IsString(node) ? node->valuestring : "";
        if (!names_is_id(span_of(id)))
            return false;
        record->incomplete[record->incomplete_count++] = arena_copy(&record->arena, id, strlen(id));
    }
    return true;
}

static bool read_lists(struct record *record, const cJSON *root) {
    const cJSON *files = json_get(root, "files"), *failures = json_get(root, "failures");
    const cJSON *folders = json_get(root, "folders"), *besides = json_get(root, "beside");
    return cJSON_IsArray(files) && cJSON_IsArray(failures) && cJSON_IsArray(folders) && cJSON_IsArray(besides) &&
           read_files(record, files) && read_failures(record, failures) &&
           read_incomplete(record, json_get(root, "incomplete")) &&
           read_folders(record, folders, &record->folders, &record->folder_count) &&
           read_folders(record, besides, &record->besides, &record->beside_count);
}

/* One that is not understood is none: it protects nothing any more. */
static void read_claim(struct record *record, const cJSON *node) {
    struct record_claim claim = {copy_of(record, node, "id"), json_get_unsigned(node, "fence"),
                                 copy_of(record, node, "by")};
    if (claim.id && names_is_id(span_of(claim.id)) && claim.fence && claim.by)
        record->claim = claim;
}

static bool fill(struct record *record, const cJSON *root) {
    record->kind_name = copy_of(record, root, "kind");
    record->plan = copy_of(record, root, "plan");
    record->plan_path = copy_of(record, root, "plan_path");
    record->selection = copy_of(record, root, "selection");
    record->token = copy_of(record, root, "token");
    record->time = copy_of(record, root, "time");
    record->request = copy_of(record, root, "request");
    record->by = copy_of(record, root, "by");
    record->note = copy_of(record, root, "note");
    record->user = (uid_t)json_get_unsigned(root, "user");
    record->is_part = json_get_boolean(root, "part");
    read_claim(record, json_get(root, "claim"));
    record_answer_read(&record->answer, root, &record->arena);
    if (json_get_unsigned(root, "batch") != record->number || !is_plan_name(record->plan) ||
        !is_plan_path(record->plan_path) || !record->selection || !record->time || !is_kind(record->kind_name))
        return false;
    record->kind = batch_kind_find(record->kind_name);
    return read_lists(record, root);
}

/* The inodes are a separate line after the object: cuts it off @text. */
static struct span cut_inodes(struct span *text) {
    const char *end = text->length ? memrchr(text->data, '\n', text->length - 1) : NULL;
    if (!end || end[1] != '[')
        return (struct span){0};
    struct span line = span_skip(*text, (size_t)(end + 1 - text->data));
    text->length -= line.length;
    return line;
}

/* @line ends with a NUL. It may have been cut off while it was written; a 0 is no inode. */
static void read_inodes(struct record *record, struct span line) {
    const char *at = line.length ? line.data + 1 : "";
    char *end = NULL;
    for (size_t i = 0; i < record->file_count; i++, at = end + 1) {
        record->files[i].inode = strtoull(at, &end, 10);
        if (record->files[i].inode == 0 || *end != (i + 1 < record->file_count ? ',' : ']'))
            return;
    }
    record->is_staged = true;
}

static bool parse(struct record *record, struct span text, const char *path) {
    AUTO(json) json = {0};
    AUTO(diagnostics) diagnostics = {0};
    struct span inodes = cut_inodes(&text);
    if (!json_parse(&json, text, path, &diagnostics) || !fill(record, json.root))
        return false;
    read_inodes(record, inodes);
    return true;
}

bool record_read(const struct files *files, const char *path, uint64_t number, struct record *record,
                 struct error *error) {
    AUTO(buffer) text = {0};
    *record = (struct record){.number = number};
    if (!files_read(files, path, RECORD_SIZE_MOST_BYTES, &text, NULL, error))
        return false;
    if (parse(record, buffer_span(&text), path))
        return true;
    record_release(record);
    return error_set(error, ERROR_INVALID, "%s is damaged", path);
}

void record_release(struct record *record) {
    arena_release(&record->arena);
    *record = (struct record){0};
}
