#include "format/json.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "format/json_index.h"
#include "format/json_scanner.h"
#include "format/json_size.h"

/* --- building --- */

static _Thread_local struct arena *building; /* where cJSON allocates while a document is built */

static void *build_allocate(size_t size) {
    return building ? arena_allocate(building, 1, size) : memory_allocate(1, size);
}

static void build_free(void *pointer) {
    if (!building)
        memory_free(pointer);
}

static void set_hooks(void) {
    static cJSON_Hooks hooks = {build_allocate, build_free};
    cJSON_InitHooks(&hooks);
}

static const cJSON *build(struct arena *arena, struct span text) {
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* ThreadSanitizer does not see call_once */
    pthread_once(&once, set_hooks); /* cJSON's hooks are the process's, and plans are read by several threads */
    building = arena;
    const cJSON *root = cJSON_ParseWithLengthOpts(text.data, text.length, NULL, false);
    building = NULL;
    return root;
}

/* --- places --- */

void json_line_column(struct span text, size_t offset, unsigned *line, unsigned *column) {
    *line = 1 + (offset ? json_index_newlines(text.data, text.data + offset)
                        : 0); /* an empty text may have no bytes at all */
    const char *newline = offset ? memrchr(text.data, '\n', offset) : NULL;
    *column = (unsigned)(offset - (newline ? (size_t)(newline - text.data) + 1 : 0)) + 1;
}

static const struct json_index *index_of(struct json *json) {
    if (!json->index)
        json->index = json_index_make(&json->arena, json->text, json->root);
    return json->index;
}

struct json_offsets json_offsets_of(struct json *json, const cJSON *node) {
    struct json_offsets offsets = {0};
    json_index_extent(index_of(json), node, &offsets);
    return offsets;
}

struct span json_written(struct json *json, const cJSON *node) {
    struct json_offsets offsets = json_offsets_of(json, node);
    return (struct span){json->text.data + offsets.value, offsets.end - offsets.value};
}

struct json_place json_place(struct json *json, const cJSON *node, bool is_key) {
    struct json_place place = {1, 1, ""};
    AUTO(buffer) pointer = {0};
    if (json_index_find(index_of(json), node, is_key, &place.line, &place.column, &pointer))
        place.pointer = arena_copy(&json->arena, buffer_text(&pointer), pointer.length);
    return place;
}

/* --- duplicate keys --- */

struct member {
    const cJSON *node;
    size_t position; /* so that the later one of two is the one that is too many */
};

static int compare_members(const void *a, const void *b) {
    const struct member *left = a, *right = b;
    int order = strcmp(left->node->string, right->node->string);
    return order ? order : (left->position > right->position) - (left->position < right->position);
}

static void report_duplicate(struct json *json, const cJSON *node, const char *file, struct diagnostics *diagnostics) {
    if (diagnostics_count_only(diagnostics, SEVERITY_ERROR))
        return;
    struct json_place place = json_place(json, node, true);
    diagnostics_add(diagnostics, &(struct diagnostic){
                                     .code = "json.duplicate_key",
                                     .message = arena_format(&json->arena, "the key \"%s\" appears twice in one object",
                                                             node->string),
                                     .file = file,
                                     .line = place.line,
                                     .column = place.column,
                                     .pointer = place.pointer,
                                     .hint = "keep one of the two and remove the other",
                                 });
}

/* Their first bytes are compared in place: most keys differ there, and a call costs more. */
static bool is_same_key(const cJSON *one, const cJSON *other) {
    return one->string[0] == other->string[0] && strcmp(one->string, other->string) == 0;
}

/* Compares every two of a few keys. */
static void check_few_keys(struct json *json, const cJSON *object, const char *file, struct diagnostics *diagnostics) {
    for (const cJSON *child = object->child; child; child = child->next)
        for (const cJSON *earlier = object->child; earlier != child; earlier = earlier->next)
            if (is_same_key(earlier, child)) {
                report_duplicate(json, child, file, diagnostics);
                break;
            }
}

/* Sorts many. */
static void check_many_keys(struct json *json, const cJSON *object, size_t count, const char *file,
                            struct diagnostics *diagnostics) {
    AUTO_FREE struct member *members = memory_allocate(count, sizeof *members);
    size_t used = 0;
    for (const cJSON *child = object->child; child; child = child->next, used++)
        members[used] = (struct member){child, used};
    qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 1; i < count; i++)
        if (strcmp(members[i - 1].node->string, members[i].node->string) == 0)
            report_duplicate(json, members[i].node, file, diagnostics);
}

/* Recursion is bounded by JSON_DEPTH_MOST. */
static void check_keys(struct json *json, const cJSON *node, const char *file, struct diagnostics *diagnostics) {
    enum { FEW = 16 };
    size_t count = 0;
    for (const cJSON *child = node->child; child; child = child->next, count++)
        if (child->child)
            check_keys(json, child, file, diagnostics);
    if (cJSON_IsObject(node) && count > FEW)
        check_many_keys(json, node, count, file, diagnostics);
    else if (cJSON_IsObject(node))
        check_few_keys(json, node, file, diagnostics);
}

/* --- parsing --- */

static bool report(const struct json_scanner *scanner, const char *file, struct diagnostics *diagnostics) {
    unsigned line, column;
    json_line_column(scanner->text, scanner->at, &line, &column);
    const char *hint = NULL;
    if (strcmp(scanner->fault_code, "json.encoding") == 0)
        hint = "save the file as UTF-8 without a byte-order mark";
    else if (strcmp(scanner->fault_code, "json.depth") == 0)
        hint = "a dependency file needs no more than a few levels of nesting";
    diagnostics_add(diagnostics, &(struct diagnostic){.code = scanner->fault_code,
                                                      .message = scanner->fault,
                                                      .file = file,
                                                      .line = line,
                                                      .column = column,
                                                      .hint = hint});
    return false;
}

bool json_report_too_large(const char *file, struct diagnostics *diagnostics) {
    diagnostics_add(diagnostics, &(struct diagnostic){.code = "json.too_large",
                                                      .message = "the file is larger than 64 MiB",
                                                      .file = file,
                                                      .hint = "split the plan"});
    return false;
}

static bool parse(struct json *json, struct span text, size_t most, const char *file, struct diagnostics *diagnostics) {
    *json = (struct json){.text = text};
    if (text.length > most)
        return json_report_too_large(file, diagnostics);
    struct json_scanner scanner = {.text = text};
    if (!json_scanner_run(&scanner))
        return report(&scanner, file, diagnostics);
    json->root = build(&json->arena, text);
    if (!json->root) { /* what we call valid, cJSON does too; a difference is a bug and must not pass unseen */
        scanner.fault_code = "json.syntax";
        scanner.fault = "the JSON library refuses this text";
        scanner.at = 0;
        json_release(json);
        return report(&scanner, file, diagnostics);
    }
    return true;
}

bool json_parse(struct json *json, struct span text, const char *file, struct diagnostics *diagnostics) {
    size_t errors = diagnostics->error_count;
    if (!parse(json, text, JSON_SIZE_MOST_BYTES, file, diagnostics))
        return false;
    check_keys(json, json->root, file, diagnostics);
    if (diagnostics->error_count == errors)
        return true;
    json_release(json);
    return false;
}

bool json_parse_ours(struct json *json, struct span text, struct diagnostics *diagnostics) {
    return parse(json, text, UINT32_MAX, NULL, diagnostics);
}

bool json_read_ours(struct json *json, struct span text) {
    AUTO(diagnostics) faults = {0};
    *json = (struct json){0};
    return text.length && json_parse_ours(json, text, &faults);
}

void json_release(struct json *json) {
    arena_release(&json->arena);
    *json = (struct json){0};
}

const cJSON *json_get(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *json_get_string(const cJSON *object, const char *key) {
    const cJSON *member = json_get(object, key);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

const char *json_copy_string(const cJSON *object, const char *key, struct arena *arena) {
    const char *text = json_get_string(object, key);
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

bool json_get_boolean(const cJSON *object, const char *key) {
    return cJSON_IsTrue(json_get(object, key));
}

size_t json_get_unsigned(const cJSON *object, const char *key) {
    const cJSON *member = json_get(object, key);
    if (!cJSON_IsNumber(member) || !(member->valuedouble >= 0 && member->valuedouble <= 9007199254740992.0))
        return 0;
    size_t whole = (size_t)member->valuedouble;
    return (double)whole == member->valuedouble ? whole : 0;
}

const char *json_type_name(const cJSON *node) {
    if (!node)
        return "nothing";
    if (cJSON_IsString(node))
        return "a string";
    if (cJSON_IsNumber(node))
        return "a number";
    if (cJSON_IsArray(node))
        return "an array";
    if (cJSON_IsObject(node))
        return "an object";
    return cJSON_IsNull(node) ? "null" : "a boolean";
}
