#include "format/json_scanner.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static bool fail(struct json_scanner *scanner, const char *code, const char *fault) {
    scanner->fault_code = code;
    scanner->fault = fault;
    return false;
}

static int peek(const struct json_scanner *scanner) {
    return scanner->at < scanner->text.length ? (unsigned char)scanner->text.data[scanner->at] : -1;
}

static void skip_blanks(struct json_scanner *scanner) {
    const struct span text = scanner->text;
    size_t at = scanner->at;
    while (at < text.length &&
           (text.data[at] == ' ' || text.data[at] == '\n' || text.data[at] == '\t' || text.data[at] == '\r'))
        at++;
    scanner->at = at;
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
static bool scan_unicode_escape(struct json_scanner *scanner, unsigned *unit) {
    struct span rest = span_skip(scanner->text, scanner->at);
    for (size_t i = 0; i < 4; i++)
        if (i >= rest.length || !is_hex((unsigned char)rest.data[i]))
            return fail(scanner, "json.syntax", "\\u needs four hexadecimal digits");
    *unit = hex_value(rest.data);
    scanner->at += 4;
    return true;
}

/* Behind "\u" of the escape at @start. */
static bool scan_unicode(struct json_scanner *scanner, size_t start) {
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

static bool scan_escape(struct json_scanner *scanner) {
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

/* Up to what ends a string, or may not be in one as it is. */
static void skip_text(struct json_scanner *scanner) {
    const struct span text = scanner->text;
    size_t at = scanner->at;
    while (at < text.length && (unsigned char)text.data[at] >= 0x20 && text.data[at] != '"' && text.data[at] != '\\')
        at++;
    scanner->at = at;
}

static bool scan_string(struct json_scanner *scanner) {
    size_t start = scanner->at++;
    for (;;) {
        skip_text(scanner);
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

static bool scan_digits(struct json_scanner *scanner) {
    if (!is_digit(peek(scanner)))
        return fail(scanner, "json.syntax", "a digit is expected in this number");
    while (is_digit(peek(scanner)))
        scanner->at++;
    return true;
}

static bool scan_number_parts(struct json_scanner *scanner) {
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

static bool scan_number(struct json_scanner *scanner) {
    enum { NUMBER_BYTES_MOST = 63 }; /* the size of cJSON's own buffer, less its NUL */
    size_t start = scanner->at;
    if (!scan_number_parts(scanner))
        return false;
    if (scanner->at - start <= NUMBER_BYTES_MOST)
        return true;
    scanner->at = start;
    return fail(scanner, "json.syntax", "this number has more than 63 characters");
}

static bool scan_word(struct json_scanner *scanner) {
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

static bool scan_value(struct json_scanner *scanner, size_t key_offset);

/* A key and its colon; ends where the value begins. */
static bool scan_key(struct json_scanner *scanner) {
    if (peek(scanner) != '"')
        return fail(scanner, "json.syntax", "a key in double quotes is expected here");
    if (!scan_string(scanner))
        return false;
    skip_blanks(scanner);
    if (peek(scanner) != ':')
        return fail(scanner, "json.syntax", "a ':' is expected after the key");
    scanner->at++;
    skip_blanks(scanner);
    return true;
}

static bool scan_member(struct json_scanner *scanner, char closing) {
    size_t key_offset = scanner->at;
    if (closing == ']')
        return scan_value(scanner, SIZE_MAX);
    return scan_key(scanner) && scan_value(scanner, key_offset);
}

/* Recursion is bounded by JSON_DEPTH_MOST. */
static bool scan_container(struct json_scanner *scanner, char closing) {
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

static void record(struct json_scanner *scanner, size_t key_offset) {
    *LIST_ADD(scanner->found, scanner->count, scanner->capacity) = (struct json_offsets){
        .value = (uint32_t)scanner->at, .key = (uint32_t)(key_offset == SIZE_MAX ? scanner->at : key_offset)};
}

static bool scan_any(struct json_scanner *scanner) {
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

static bool scan_value(struct json_scanner *scanner, size_t key_offset) {
    size_t position = scanner->count;
    if (scanner->is_recording)
        record(scanner, key_offset);
    bool is_value = scan_any(scanner);
    if (is_value && scanner->is_recording)
        scanner->found[position].end = (uint32_t)scanner->at;
    return is_value;
}

bool json_scanner_run(struct json_scanner *scanner) {
    size_t valid = text_valid_length(scanner->text);
    if (valid < scanner->text.length) {
        scanner->at = valid;
        return fail(scanner, "json.encoding", "this byte is not valid UTF-8");
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

void json_scanner_release(struct json_scanner *scanner) {
    memory_free(scanner->found);
    *scanner = (struct json_scanner){0};
}

/* --- members --- */

static bool has_key(struct span member, const char *key) {
    size_t length = strlen(key);
    return member.length > length + 1 && memcmp(member.data + 1, key, length) == 0 && member.data[length + 1] == '"';
}

/* Takes the value of a member, which begins with its key in quotes. Returns how many were looking for it. */
static size_t note(struct json_member *members, size_t count, struct span member, struct span value) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (members[i].value.data || !has_key(member, members[i].key))
            continue;
        members[i].value = value;
        found++;
    }
    return found;
}

void json_scan_members(struct span object, struct json_member *members, size_t count) {
    struct json_scanner scanner = {.text = object, .depth = 1};
    size_t missing = count;
    skip_blanks(&scanner);
    for (char before = '{'; missing && peek(&scanner) == before; before = ',') {
        scanner.at++;
        skip_blanks(&scanner);
        struct span member = span_skip(object, scanner.at);
        if (!scan_key(&scanner))
            return;
        size_t start = scanner.at;
        if (!scan_value(&scanner, SIZE_MAX))
            return;
        missing -= note(members, count, member, (struct span){object.data + start, scanner.at - start});
        skip_blanks(&scanner);
    }
}

struct span json_scan_member(struct span object, const char *key) {
    struct json_member member = {.key = key};
    json_scan_members(object, &member, 1);
    return member.value;
}
