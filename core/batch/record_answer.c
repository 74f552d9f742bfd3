#include "batch/record_answer.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "document/names.h"
#include "plan/achievement.h"
#include "plan/standing.h"

struct record_answer record_answer_of(const struct batch *batch, const struct diagnostics *diagnostics) {
    struct record_answer answer = {0};
    if (batch)
        answer = (struct record_answer){
            .skipped = batch->skipped,
            .skipped_count = batch->skipped_count,
            .missing_subplans = batch->missing_subplans,
            .missing_count = batch->missing_count,
            .others = batch->others,
            .other_count = batch->other_count,
            .blocked = batch->blocked,
            .blocked_count = batch->blocked_count,
            .diff = batch->diff,
            .format = batch->format,
            .is_new_workspace = batch->is_new_workspace,
        };
    if (diagnostics) {
        answer.diagnostics = diagnostics->items;
        answer.diagnostic_count = diagnostics->count;
        answer.left_out = diagnostics->left_out;
    }
    return answer;
}

/* --- writing --- */

static void write_text(struct json_writer *writer, const char *key, const char *text) {
    if (text)
        json_writer_key_string(writer, key, text);
}

static void write_number(struct json_writer *writer, const char *key, size_t number) {
    if (number)
        json_writer_key_unsigned(writer, key, number);
}

static void write_ids(struct json_writer *writer, const char *key, const char *const *ids, size_t count) {
    if (!count)
        return;
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_writer_string(writer, ids[i]);
    json_writer_close_array(writer);
}

static void write_skip(struct json_writer *writer, const void *item) {
    const struct batch_skip *skip = item;
    write_text(writer, "id", skip->id);
    write_text(writer, "path", skip->path);
    write_text(writer, "reason", skip->reason);
}

static void write_other(struct json_writer *writer, const void *item) {
    const struct batch_other *other = item;
    write_text(writer, "id", other->id);
    write_text(writer, "next", next_step_name(other->step));
    write_text(writer, "need", other->need);
}

static void write_blocked(struct json_writer *writer, const void *item) {
    const struct batch_blocked *blocked = item;
    write_text(writer, "id", blocked->id);
    write_ids(writer, "by", blocked->blockers, blocked->blocker_count);
}

static void write_diagnostic(struct json_writer *writer, const void *item) {
    const struct diagnostic *diagnostic = item;
    json_writer_key_boolean(writer, "is_error", diagnostic->severity == SEVERITY_ERROR);
    write_text(writer, "code", diagnostic->code);
    write_text(writer, "message", diagnostic->message);
    write_text(writer, "file", diagnostic->file);
    write_number(writer, "line", diagnostic->line);
    write_number(writer, "column", diagnostic->column);
    write_text(writer, "pointer", diagnostic->pointer);
    write_text(writer, "hint", diagnostic->hint);
    write_text(writer, "achievement", diagnostic->achievement);
}

/* An array of objects, unless it is empty. */
static void write_list(struct json_writer *writer, const char *key, const void *items, size_t count, size_t size,
                       void (*write)(struct json_writer *writer, const void *item)) {
    if (!count)
        return;
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < count; i++) {
        json_writer_open_object(writer);
        write(writer, (const char *)items + i * size);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void record_answer_write(struct json_writer *writer, const struct record_answer *answer) {
    json_writer_key_object(writer, "answer");
    write_list(writer, "skipped", answer->skipped, answer->skipped_count, sizeof *answer->skipped, write_skip);
    write_ids(writer, "missing_subplans", answer->missing_subplans, answer->missing_count);
    write_list(writer, "others", answer->others, answer->other_count, sizeof *answer->others, write_other);
    write_list(writer, "blocked", answer->blocked, answer->blocked_count, sizeof *answer->blocked, write_blocked);
    write_text(writer, "diff", answer->diff);
    write_text(writer, "format", answer->format);
    if (answer->is_new_workspace)
        json_writer_key_boolean(writer, "is_new_workspace", true);
    write_list(writer, "diagnostics", answer->diagnostics, answer->diagnostic_count, sizeof *answer->diagnostics,
               write_diagnostic);
    write_number(writer, "left_out", answer->left_out);
    json_writer_close_object(writer);
}

/* --- reading --- */

static const char *copy_of(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

/* NULL for a text that is shown otherwise than it is: a batch has none. */
static const char *text_of(struct arena *arena, const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    AUTO(buffer) visible = {0};
    text_append_visible(&visible, span_of(text ? text : ""));
    return text && strcmp(text, buffer_text(&visible)) == 0 ? copy_of(arena, text) : NULL;
}

static const char *id_of(struct arena *arena, const cJSON *node) {
    const char *text = cJSON_IsString(node) ? node->valuestring : NULL;
    return text && names_is_id(span_of(text)) ? copy_of(arena, text) : NULL;
}

static size_t length_of(const cJSON *array) {
    return cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0;
}

/* What is no id is left out. */
static const char **read_ids(struct arena *arena, const cJSON *array, size_t *count) {
    const char **ids = arena_allocate(arena, length_of(array), sizeof *ids);
    *count = 0;
    for (const cJSON *node = length_of(array) ? array->child : NULL; node; node = node->next) {
        ids[*count] = id_of(arena, node);
        *count += ids[*count] != NULL;
    }
    return ids;
}

static bool read_skip(struct arena *arena, const cJSON *node, void *item) {
    struct batch_skip *skip = item;
    *skip =
        (struct batch_skip){text_of(arena, node, "id"), text_of(arena, node, "path"), text_of(arena, node, "reason")};
    return (skip->id || skip->path) && skip->reason;
}

static bool read_other(struct arena *arena, const cJSON *node, void *item) {
    struct batch_other *other = item;
    const char *next = text_of(arena, node, "next");
    *other = (struct batch_other){.id = id_of(arena, json_get(node, "id")), .need = text_of(arena, node, "need")};
    return other->id && other->need && next_step_find(next, &other->step);
}

static bool read_blocked(struct arena *arena, const cJSON *node, void *item) {
    struct batch_blocked *blocked = item;
    blocked->id = id_of(arena, json_get(node, "id"));
    blocked->blockers = read_ids(arena, json_get(node, "by"), &blocked->blocker_count);
    return blocked->id;
}

static bool read_diagnostic(struct arena *arena, const cJSON *node, void *item) {
    struct diagnostic *diagnostic = item;
    *diagnostic = (struct diagnostic){
        .severity = json_get_boolean(node, "is_error") ? SEVERITY_ERROR : SEVERITY_WARNING,
        .code = text_of(arena, node, "code"),
        .message = text_of(arena, node, "message"),
        .file = text_of(arena, node, "file"),
        .line = (unsigned)json_get_unsigned(node, "line"),
        .column = (unsigned)json_get_unsigned(node, "column"),
        .pointer = text_of(arena, node, "pointer"),
        .hint = text_of(arena, node, "hint"),
        .achievement = text_of(arena, node, "achievement"),
    };
    return diagnostic->code && diagnostic->message;
}

/* What @read refuses is left out. */
static void *read_list(struct arena *arena, const cJSON *array, size_t size, size_t *count,
                       bool (*read)(struct arena *arena, const cJSON *node, void *item)) {
    char *items = arena_allocate(arena, length_of(array), size);
    *count = 0;
    for (const cJSON *node = length_of(array) ? array->child : NULL; node; node = node->next)
        *count += read(arena, node, items + *count * size);
    return items;
}

void record_answer_read(struct record_answer *answer, const cJSON *root, struct arena *arena) {
    const cJSON *node = json_get(root, "answer");
    *answer = (struct record_answer){0};
    if (!cJSON_IsObject(node))
        return;
    answer->skipped =
        read_list(arena, json_get(node, "skipped"), sizeof *answer->skipped, &answer->skipped_count, read_skip);
    answer->missing_subplans = read_ids(arena, json_get(node, "missing_subplans"), &answer->missing_count);
    answer->others =
        read_list(arena, json_get(node, "others"), sizeof *answer->others, &answer->other_count, read_other);
    answer->blocked =
        read_list(arena, json_get(node, "blocked"), sizeof *answer->blocked, &answer->blocked_count, read_blocked);
    answer->diff = copy_of(arena, json_get_string(node, "diff")); /* of many lines; what prints it makes it visible */
    answer->format = text_of(arena, node, "format");
    answer->is_new_workspace = json_get_boolean(node, "is_new_workspace");
    answer->diagnostics = read_list(arena, json_get(node, "diagnostics"), sizeof *answer->diagnostics,
                                    &answer->diagnostic_count, read_diagnostic);
    answer->left_out = json_get_unsigned(node, "left_out");
}
