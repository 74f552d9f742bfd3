#include "format/json.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/auto.h"
#include "base/text.h"

/* --- scanning: RFC 8259, and where every value and key begins --- */

struct offsets {
    uint32_t value; /* of the value's first byte */
    uint32_t key;   /* of its key's opening quote; the value's for an array's element */
};

struct scanner {
    struct span text;
    size_t at;
    unsigned depth;
    const char *fault; /* what is wrong at @at, or NULL */
    const char *fault_code;
    struct offsets *found; /* in document order; NULL unless wanted */
    size_t count, capacity;
    bool is_recording;
};

static bool fail(struct scanner *scanner, const char *code, const char *fault) {
    scanner->fault_code = code;
    scanner->fault = fault;
    return false;
}

static int peek(const struct scanner *scanner) {
    return scanner->at < scanner->text.length ? (unsigned char)scanner->text.data[scanner->at] : -1;
}

static void skip_blanks(struct scanner *scanner) {
    for (int c = peek(scanner); c == ' ' || c == '\n' || c == '\t' || c == '\r'; c = peek(scanner))
        scanner->at++;
}

static bool is_digit(int c) {
    return c >= '0' && c <= '9';
}

static bool is_hex(int c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static unsigned hex_value(const char *digits) {
    unsigned value = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)digits[i];
        value = value * 16 + (unsigned)(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

/* @at is behind "\u". */
static bool scan_unicode_escape(struct scanner *scanner, unsigned *unit) {
    struct span rest = span_skip(scanner->text, scanner->at);
    for (size_t i = 0; i < 4; i++)
        if (i >= rest.length || !is_hex((unsigned char)rest.data[i]))
            return fail(scanner, "json.syntax", "\\u needs four hexadecimal digits");
    *unit = hex_value(rest.data);
    scanner->at += 4;
    return true;
}

/* Behind "\u" of the escape at @start. */
static bool scan_unicode(struct scanner *scanner, size_t start) {
    unsigned unit, low = 0;
    if (!scan_unicode_escape(scanner, &unit))
        return false;
    bool is_high = unit >= 0xD800 && unit <= 0xDBFF, is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (is_high && span_starts_with(span_skip(scanner->text, scanner->at), "\\u")) {
        scanner->at += 2;
        if (!scan_unicode_escape(scanner, &low))
            return false;
    }
    bool is_whole = is_high ? low >= 0xDC00 && low <= 0xDFFF : !is_low;
    if (unit && is_whole)
        return true;
    scanner->at = start;
    return fail(scanner, "json.syntax", unit ? "half of a surrogate pair" : "\\u0000 is not allowed in a string");
}

static bool scan_escape(struct scanner *scanner) {
    size_t start = scanner->at++;
    int c = peek(scanner);
    scanner->at++;
    if (c == 'u')
        return scan_unicode(scanner, start);
    if (c > 0 && strchr("\"\\/bfnrt", c))
        return true;
    scanner->at = start + 1;
    return fail(scanner, "json.syntax", "unknown escape in a string");
}

static bool scan_string(struct scanner *scanner) {
    size_t start = scanner->at++;
    for (;;) {
        while (scanner->at < scanner->text.length) {
            unsigned char c = (unsigned char)scanner->text.data[scanner->at];
            if (c < 0x20 || c == '"' || c == '\\')
                break;
            scanner->at++;
        }
        int c = peek(scanner);
        if (c == '"') {
            scanner->at++;
            return true;
        }
        if (c == '\\') {
            if (!scan_escape(scanner))
                return false;
            continue;
        }
        if (c == '\n' || c < 0) {
            scanner->at = start;
            return fail(scanner, "json.syntax", "this string has no closing quote");
        }
        return fail(scanner, "json.syntax", "a control character must be written as an escape");
    }
}

static bool scan_digits(struct scanner *scanner) {
    if (!is_digit(peek(scanner)))
        return fail(scanner, "json.syntax", "a digit is expected in this number");
    while (is_digit(peek(scanner)))
        scanner->at++;
    return true;
}

static bool scan_number_parts(struct scanner *scanner) {
    if (peek(scanner) == '-')
        scanner->at++;
    if (peek(scanner) == '0') {
        scanner->at++;
        if (is_digit(peek(scanner)))
            return fail(scanner, "json.syntax", "a number has no leading zeros");
    } else if (!scan_digits(scanner)) {
        return false;
    }
    if (peek(scanner) == '.') {
        scanner->at++;
        if (!scan_digits(scanner))
            return false;
    }
    if (peek(scanner) == 'e' || peek(scanner) == 'E') {
        scanner->at++;
        if (peek(scanner) == '+' || peek(scanner) == '-')
            scanner->at++;
        return scan_digits(scanner);
    }
    return true;
}

static bool scan_number(struct scanner *scanner) {
    enum { NUMBER_BYTES_MOST = 63 }; /* the size of cJSON's own buffer, less its NUL */
    size_t start = scanner->at;
    if (!scan_number_parts(scanner))
        return false;
    if (scanner->at - start <= NUMBER_BYTES_MOST)
        return true;
    scanner->at = start;
    return fail(scanner, "json.syntax", "this number has more than 63 characters");
}

static bool scan_word(struct scanner *scanner) {
    static const char *const words[] = {"true", "false", "null"};
    struct span rest = span_skip(scanner->text, scanner->at);
    for (size_t i = 0; i < 3; i++) {
        if (!span_starts_with(rest, words[i]))
            continue;
        scanner->at += strlen(words[i]);
        return true;
    }
    if (rest.length == 0)
        return fail(scanner, "json.syntax", "the text ends here, but a value is expected");
    if (rest.data[0] == '\'')
        return fail(scanner, "json.syntax", "strings need double quotes");
    if (rest.data[0] == '/' || rest.data[0] == '#')
        return fail(scanner, "json.syntax", "comments are not allowed in JSON");
    return fail(scanner, "json.syntax", "a value is expected here");
}

static bool scan_value(struct scanner *scanner, size_t key_offset);

static bool scan_member(struct scanner *scanner, char closing) {
    if (closing == ']')
        return scan_value(scanner, SIZE_MAX);
    size_t key_offset = scanner->at;
    if (peek(scanner) != '"')
        return fail(scanner, "json.syntax", "a key in double quotes is expected here");
    if (!scan_string(scanner))
        return false;
    skip_blanks(scanner);
    if (peek(scanner) != ':')
        return fail(scanner, "json.syntax", "a ':' is expected after the key");
    scanner->at++;
    skip_blanks(scanner);
    return scan_value(scanner, key_offset);
}

/* Recursion is bounded by JSON_DEPTH_MOST. */
static bool scan_container(struct scanner *scanner, char closing) {
    if (++scanner->depth > JSON_DEPTH_MOST)
        return fail(scanner, "json.depth", "nested too deeply");
    size_t start = scanner->at++;
    skip_blanks(scanner);
    if (peek(scanner) == closing) {
        scanner->at++;
        scanner->depth--;
        return true;
    }
    for (;;) {
        if (!scan_member(scanner, closing))
            return false;
        skip_blanks(scanner);
        int c = peek(scanner);
        if (c == closing)
            break;
        if (c < 0) {
            scanner->at = start;
            return fail(scanner, "json.syntax",
                        closing == ']' ? "this '[' is never closed: the file seems cut off"
                                       : "this '{' is never closed: the file seems cut off");
        }
        if (c != ',')
            return fail(scanner, "json.syntax",
                        closing == ']' ? "a ',' or ']' is expected here" : "a ',' or '}' is expected here");
        size_t comma = scanner->at++;
        skip_blanks(scanner);
        if (peek(scanner) == closing) {
            scanner->at = comma;
            return fail(scanner, "json.syntax", "a comma after the last item is not allowed");
        }
    }
    scanner->at++;
    scanner->depth--;
    return true;
}

static void record(struct scanner *scanner, size_t key_offset) {
    *LIST_ADD(scanner->found, scanner->count, scanner->capacity) =
        (struct offsets){(uint32_t)scanner->at, (uint32_t)(key_offset == SIZE_MAX ? scanner->at : key_offset)};
}

static bool scan_value(struct scanner *scanner, size_t key_offset) {
    if (scanner->is_recording)
        record(scanner, key_offset);
    int c = peek(scanner);
    if (c == '{')
        return scan_container(scanner, '}');
    if (c == '[')
        return scan_container(scanner, ']');
    if (c == '"')
        return scan_string(scanner);
    if (c == '-' || is_digit(c))
        return scan_number(scanner);
    return scan_word(scanner);
}

static bool scan_text(struct scanner *scanner) {
    size_t valid = text_valid_length(scanner->text);
    if (valid < scanner->text.length) {
        scanner->at = valid;
        return fail(scanner, "json.encoding", "this byte is no valid UTF-8");
    }
    if (span_starts_with(scanner->text, "\xEF\xBB\xBF"))
        return fail(scanner, "json.encoding", "the file starts with a byte-order mark");
    skip_blanks(scanner);
    if (peek(scanner) < 0)
        return fail(scanner, "json.syntax", "the file is empty");
    if (!scan_value(scanner, SIZE_MAX))
        return false;
    skip_blanks(scanner);
    return peek(scanner) < 0 || fail(scanner, "json.syntax", "nothing may follow the end of the document");
}

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
    static once_flag once = ONCE_FLAG_INIT;
    call_once(&once, set_hooks); /* cJSON's hooks are the process's, and plans are read by several threads */
    building = arena;
    const cJSON *root = cJSON_ParseWithLengthOpts(text.data, text.length, NULL, false);
    building = NULL;
    return root;
}

/* --- showing --- */

/* Recursion is bounded by JSON_DEPTH_MOST. */
static void make_shown(struct arena *arena, cJSON *node) {
    for (; node; node = node->next) {
        struct span string = span_of(node->valuestring);
        make_shown(arena, node->child);
        if (text_shown_length(string) == string.length)
            continue;
        AUTO(buffer) shown = {0};
        text_append_shown(&shown, string);
        node->valuestring = arena_copy(arena, shown.data, shown.length);
    }
}

void json_make_shown(struct json *json) {
    make_shown(&json->arena, (cJSON *)json->root);
}

/* --- places --- */

struct entry {
    const cJSON *node;
    const struct entry *parent;
    size_t position; /* in its parent */
    struct offsets offsets;
};

struct json_index {
    struct entry *entries; /* in document order */
    const struct entry **by_node;
    size_t count;
    uint32_t *line_starts; /* offset of each line */
    size_t line_count;
};

/* Recursion is bounded by JSON_DEPTH_MOST. */
static void index_children(struct json_index *index, const struct offsets *offsets, const struct entry *parent) {
    size_t position = 0;
    for (const cJSON *child = parent->node->child; child; child = child->next) {
        struct entry *entry = &index->entries[index->count];
        *entry = (struct entry){child, parent, position++, offsets[index->count]};
        index->count++;
        index_children(index, offsets, entry);
    }
}

static int compare_nodes(const void *a, const void *b) {
    uintptr_t left = (uintptr_t)(*(const struct entry *const *)a)->node;
    uintptr_t right = (uintptr_t)(*(const struct entry *const *)b)->node;
    return (left > right) - (left < right);
}

static unsigned count_newlines(const char *at, const char *end) {
    unsigned count = 0;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        count++;
        at++;
    }
    return count;
}

static void index_lines(struct json *json, struct json_index *index) {
    const char *text = json->text.data, *end = text + json->text.length;
    index->line_starts = arena_allocate(&json->arena, count_newlines(text, end) + 1, sizeof *index->line_starts);
    for (const char *at = text; at; at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL) {
        at += index->line_count > 0; /* behind the newline */
        index->line_starts[index->line_count++] = (uint32_t)(at - text);
    }
}

static struct json_index *index_make(struct json *json) {
    struct scanner scanner = {.text = json->text, .is_recording = true};
    scan_text(&scanner);
    assert(scanner.found); /* the text has been scanned before: there is at least the root */
    struct json_index *index = arena_allocate(&json->arena, 1, sizeof *index);
    index->entries = arena_allocate(&json->arena, scanner.count, sizeof *index->entries);
    index->entries[0] = (struct entry){.node = json->root, .offsets = scanner.found[0]};
    index->count = 1;
    index_children(index, scanner.found, &index->entries[0]);
    memory_free(scanner.found);
    index->by_node = arena_allocate(&json->arena, index->count, sizeof *index->by_node);
    for (size_t i = 0; i < index->count; i++)
        index->by_node[i] = &index->entries[i];
    qsort(index->by_node, index->count, sizeof *index->by_node, compare_nodes);
    index_lines(json, index);
    return index;
}

/* RFC 6901: "~" is written "~0", "/" is "~1". */
static void append_reference(struct buffer *pointer, const struct entry *entry) {
    if (!entry->parent)
        return;
    append_reference(pointer, entry->parent);
    buffer_append_byte(pointer, '/');
    if (!entry->node->string) {
        buffer_append_format(pointer, "%zu", entry->position);
        return;
    }
    for (const char *c = entry->node->string; *c; c++) {
        if (*c == '~')
            buffer_append_string(pointer, "~0");
        else if (*c == '/')
            buffer_append_string(pointer, "~1");
        else
            buffer_append_byte(pointer, *c);
    }
}

void json_line_column(struct span text, size_t offset, unsigned *line, unsigned *column) {
    *line =
        1 + (offset ? count_newlines(text.data, text.data + offset) : 0); /* an empty text may have no bytes at all */
    const char *newline = offset ? memrchr(text.data, '\n', offset) : NULL;
    *column = (unsigned)(offset - (newline ? (size_t)(newline - text.data) + 1 : 0)) + 1;
}

static void locate(const struct json_index *index, uint32_t offset, struct json_place *place) {
    size_t low = 0, high = index->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (index->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    place->line = (unsigned)low + 1;
    place->column = offset - index->line_starts[low] + 1;
}

struct json_place json_place(struct json *json, const cJSON *node, bool is_key) {
    if (!json->index)
        json->index = index_make(json);
    const struct entry wanted = {.node = node}, *key = &wanted;
    const struct entry **found =
        bsearch(&key, json->index->by_node, json->index->count, sizeof *json->index->by_node, compare_nodes);
    struct json_place place = {1, 1, ""};
    if (!found)
        return place;
    locate(json->index, is_key ? (*found)->offsets.key : (*found)->offsets.value, &place);
    AUTO(buffer) pointer = {0};
    append_reference(&pointer, *found);
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

/* Compares every two of a few keys. */
static void check_few_keys(struct json *json, const cJSON *object, const char *file, struct diagnostics *diagnostics) {
    for (const cJSON *child = object->child; child; child = child->next)
        for (const cJSON *earlier = object->child; earlier != child; earlier = earlier->next)
            if (strcmp(earlier->string, child->string) == 0) {
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

/* --- */

static bool report(const struct scanner *scanner, const char *file, struct diagnostics *diagnostics) {
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
    struct scanner scanner = {.text = text};
    if (!scan_text(&scanner))
        return report(&scanner, file, diagnostics);
    json->root = build(&json->arena, text);
    if (!json->root) { /* what we call valid, cJSON does too; a difference is a bug and must not pass unseen */
        scanner.fault_code = "json.syntax";
        scanner.fault = "the JSON library refuses this text";
        scanner.at = 0;
        json_release(json);
        return report(&scanner, file, diagnostics);
    }
    size_t errors = diagnostics->error_count;
    check_keys(json, json->root, file, diagnostics);
    if (diagnostics->error_count == errors)
        return true;
    json_release(json);
    return false;
}

bool json_parse(struct json *json, struct span text, const char *file, struct diagnostics *diagnostics) {
    return parse(json, text, JSON_SIZE_MOST_BYTES, file, diagnostics);
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
