#include "import/front_matter.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"

struct reader {
    struct front_matter *matter;
    struct span *lines;
    size_t count, capacity;
    size_t at; /* index of the line that is read next */
};

void front_matter_release(struct front_matter *matter) {
    for (size_t i = 0; i < matter->count; i++)
        memory_free(matter->entries[i].values);
    memory_free(matter->entries);
    arena_release(&matter->arena);
    *matter = (struct front_matter){0};
}

static struct span trim_end(struct span text) {
    while (text.length && text_is_one_of(text.data[text.length - 1], " \t\r"))
        text.length--;
    return text;
}

static bool is_blank(struct span line) {
    return span_trim(line).length == 0;
}

static size_t blanks_before(struct span line) {
    size_t length = 0;
    while (length < line.length && line.data[length] == ' ')
        length++;
    return length;
}

static void add_value(struct reader *reader, struct front_matter_entry *entry, struct span value) {
    entry->values = memory_resize(entry->values, entry->count + 1, sizeof *entry->values);
    entry->values[entry->count++] = arena_copy(&reader->matter->arena, value.length ? value.data : "", value.length);
}

/* A plain scalar without its comment; one that means nothing is empty. */
static struct span plain(struct span text) {
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '#' && (i == 0 || text_is_one_of(text.data[i - 1], " \t")))
            text.length = i;
    text = span_trim(text);
    bool is_nothing = span_equals(text, "~") || span_equals(text, "null");
    return is_nothing ? (struct span){0} : text;
}

/* --- quoted scalars --- */

static void append_character(struct buffer *text, uint32_t code) {
    char bytes[4];
    size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char first[] = {0, 0xC0, 0xE0, 0xF0};
    for (size_t i = more; i > 0; i--, code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3F));
    bytes[0] = (char)(first[more] | code);
    buffer_append(text, bytes, more + 1);
}

/* "u263A" and the like: @digits hexadecimal digits. Returns the bytes that it takes; 0 if it is none. */
static size_t append_number(struct buffer *text, struct span rest, size_t digits) {
    uint32_t code = 0;
    if (rest.length < digits + 1)
        return 0;
    for (size_t i = 1; i <= digits; i++) {
        char digit = rest.data[i];
        if (!isxdigit((unsigned char)digit))
            return 0;
        code = code * 16 + (uint32_t)(isdigit((unsigned char)digit) ? digit - '0' : (digit | 32) - 'a' + 10);
    }
    bool is_character = code && code < 0x110000 && (code < 0xD800 || code > 0xDFFF);
    append_character(text, is_character ? code : 0xFFFD);
    return digits + 1;
}

/* What stands behind a backslash. Returns the bytes that it takes. */
static size_t append_escape(struct buffer *text, struct span rest) {
    static const char names[] = "ntrabefv", values[] = "\n\t\r\a\b\x1b\f\v";
    const char *name = rest.length && rest.data[0] ? strchr(names, rest.data[0]) : NULL;
    size_t digits = rest.length == 0      ? 0
                    : rest.data[0] == 'x' ? 2
                    : rest.data[0] == 'u' ? 4
                    : rest.data[0] == 'U' ? 8
                                          : 0;
    size_t taken = digits ? append_number(text, rest, digits) : 0;
    if (taken || rest.length == 0)
        return taken;
    buffer_append_byte(text, name ? values[name - names] : rest.data[0]);
    return 1;
}

/*
 * A quoted scalar at the start of @text, which may go on in the lines after it: a single end of line is a blank, an
 * empty line is one. Takes it off @text. False if it does not end; then the lines are left as they were.
 */
static bool take_quoted(struct reader *reader, struct span *text, struct buffer *value) {
    char quote = text->data[0];
    struct span rest = span_skip(*text, 1);
    size_t at = reader->at;
    for (;;) {
        while (rest.length && rest.data[0] != quote && !(quote == '"' && rest.data[0] == '\\')) {
            buffer_append_byte(value, rest.data[0]);
            rest = span_skip(rest, 1);
        }
        if (rest.length && rest.data[0] == '\\') {
            rest = span_skip(rest, 1);
            rest = span_skip(rest, append_escape(value, rest));
        } else if (rest.length > 1 && quote == '\'' && rest.data[1] == quote) {
            buffer_append_byte(value, quote);
            rest = span_skip(rest, 2);
        } else if (rest.length) {
            *text = span_skip(rest, 1);
            reader->at = at;
            return true;
        } else if (at == reader->count) {
            return false;
        } else {
            rest = span_trim(reader->lines[at++]);
            buffer_append_byte(value, rest.length ? ' ' : '\n');
        }
    }
}

/* --- scalars over several lines --- */

/* ">", "|", with "-" or "+" behind it */
static bool is_block_mark(struct span text) {
    struct span mark = plain(text);
    bool is_mark = mark.length > 0 && mark.length <= 3 && text_is_one_of(mark.data[0], ">|");
    for (size_t i = 1; i < mark.length; i++)
        is_mark &= text_is_one_of(mark.data[i], "+-123456789");
    return is_mark;
}

static void append_newlines(struct buffer *text, size_t count) {
    for (size_t i = 0; i < count; i++)
        buffer_append_byte(text, '\n');
}

/* Lines that are indented further than the key. Folded ones are one line, unless they are indented more. */
static void read_block(struct reader *reader, struct front_matter_entry *entry, bool is_folded) {
    AUTO(buffer) value = {0};
    size_t own = 0, blank_count = 0;
    bool was_text = false;
    for (; reader->at < reader->count; reader->at++) {
        struct span line = trim_end(reader->lines[reader->at]);
        size_t blanks = blanks_before(line);
        if (!is_blank(line) && blanks == 0)
            break;
        own = own || is_blank(line) ? own : blanks;
        if (is_blank(line)) {
            blank_count++;
            continue;
        }
        struct span text = span_skip(line, blanks < own ? blanks : own);
        bool is_text = is_folded && text.data[0] != ' ';
        bool is_joined = is_text && was_text;
        if (value.length && is_joined && blank_count == 0)
            buffer_append_byte(&value, ' ');
        else if (value.length)
            append_newlines(&value, blank_count + (is_joined ? 0 : 1));
        buffer_append_span(&value, text);
        was_text = is_text;
        blank_count = 0;
    }
    if (span_trim(buffer_span(&value)).length)
        add_value(reader, entry, span_trim(buffer_span(&value)));
}

/* A plain scalar goes on in the indented lines below it. */
static void read_plain(struct reader *reader, struct front_matter_entry *entry, struct span text) {
    AUTO(buffer) value = {0};
    buffer_append_span(&value, plain(text));
    for (; reader->at < reader->count; reader->at++) {
        struct span line = reader->lines[reader->at];
        if (is_blank(line) || blanks_before(line) == 0)
            break;
        buffer_append_string(&value, value.length ? " " : "");
        buffer_append_span(&value, plain(line));
    }
    if (value.length)
        add_value(reader, entry, buffer_span(&value));
}

/* --- lists --- */

static bool take_item(struct span *line) {
    struct span rest = span_trim(*line);
    if (!span_starts_with(rest, "- ") && !span_equals(rest, "-"))
        return false;
    *line = span_trim(span_skip(rest, 1));
    return true;
}

static bool is_quoted(struct span text) {
    return text.length && text_is_one_of(text.data[0], "'\"");
}

static void read_items(struct reader *reader, struct front_matter_entry *entry) {
    while (reader->at < reader->count) {
        struct span line = reader->lines[reader->at];
        AUTO(buffer) value = {0};
        if (!is_blank(line) && !take_item(&line))
            return;
        reader->at++;
        if (is_blank(line))
            continue;
        if (!is_quoted(line) || !take_quoted(reader, &line, &value)) {
            buffer_clear(&value);
            buffer_append_span(&value, plain(line));
            for (; reader->at < reader->count && blanks_before(reader->lines[reader->at]) > 1; reader->at++) {
                struct span next = reader->lines[reader->at];
                if (is_blank(next) || take_item(&next))
                    break;
                buffer_append_byte(&value, ' ');
                buffer_append_span(&value, plain(next));
            }
        }
        if (value.length)
            add_value(reader, entry, buffer_span(&value));
    }
}

/* One item of "[a, 'b']", taken off @rest. False if it is no scalar. */
static bool take_flow_item(struct reader *reader, struct front_matter_entry *entry, struct span *rest) {
    AUTO(buffer) value = {0};
    size_t end = 0;
    if (rest->length == 0 || text_is_one_of(rest->data[0], "[{"))
        return false;
    if (is_quoted(*rest)) {
        if (!take_quoted(reader, rest, &value))
            return false;
        add_value(reader, entry, buffer_span(&value));
        return true;
    }
    while (end < rest->length && !text_is_one_of(rest->data[end], ",]"))
        end++;
    struct span item = plain((struct span){rest->data, end});
    if (item.length)
        add_value(reader, entry, item);
    *rest = span_skip(*rest, end);
    return true;
}

/* "[a, 'b']", perhaps over several lines. False if it is not such a list; nothing is taken then. */
static bool read_flow(struct reader *reader, struct front_matter_entry *entry, struct span text) {
    size_t before = reader->at, count = entry->count;
    for (struct span rest = span_trim(span_skip(text, 1));;) {
        while (rest.length == 0 && reader->at < reader->count)
            rest = span_trim(reader->lines[reader->at++]);
        if (!take_flow_item(reader, entry, &rest))
            break;
        rest = span_trim(rest);
        bool has_end = span_starts_with(rest, "]");
        if (has_end && plain(span_skip(rest, 1)).length == 0)
            return true;
        if (has_end || (rest.length && rest.data[0] != ','))
            break;
        rest = span_trim(span_skip(rest, rest.length ? 1 : 0));
    }
    reader->at = before;
    entry->count = count;
    return false;
}

/* --- entries --- */

/* What cannot be read: as it is written, with the indented lines below it. */
static void read_as_text(struct reader *reader, struct front_matter_entry *entry, struct span text) {
    AUTO(buffer) value = {0};
    buffer_append_span(&value, span_trim(text));
    for (; reader->at < reader->count; reader->at++) {
        struct span line = trim_end(reader->lines[reader->at]);
        if (is_blank(line) || blanks_before(line) == 0)
            break;
        buffer_append_byte(&value, '\n');
        buffer_append_span(&value, line);
    }
    entry->is_text = true;
    add_value(reader, entry, span_trim(buffer_span(&value)));
}

static void read_value(struct reader *reader, struct front_matter_entry *entry, struct span text) {
    struct span next = reader->at < reader->count ? reader->lines[reader->at] : (struct span){0};
    struct span quoted = text;
    AUTO(buffer) value = {0};
    size_t before = reader->at;
    if (is_block_mark(text)) {
        read_block(reader, entry, text.data[0] == '>');
    } else if (is_quoted(text) && take_quoted(reader, &quoted, &value) && plain(quoted).length == 0) {
        add_value(reader, entry, buffer_span(&value));
    } else if (text.length && text.data[0] == '[' && read_flow(reader, entry, text)) {
        return;
    } else if (plain(text).length == 0 && take_item(&next)) {
        read_items(reader, entry);
    } else if (plain(text).length == 0 && (is_blank(next) || blanks_before(next) == 0)) {
        return;
    } else if (plain(text).length == 0 || text_is_one_of(text.data[0], "[{&*!'\"")) {
        reader->at = before;
        read_as_text(reader, entry, text);
    } else {
        read_plain(reader, entry, text);
    }
}

/* "key:" at the margin; @text is what follows. */
static bool read_key(struct span line, struct span *key, struct span *text) {
    const char *colon = memchr(line.data, ':', line.length);
    if (!colon || colon == line.data || !(isalnum((unsigned char)line.data[0]) || line.data[0] == '_'))
        return false;
    *key = span_trim((struct span){line.data, (size_t)(colon - line.data)});
    struct span behind = span_skip(line, (size_t)(colon - line.data) + 1);
    *text = span_trim(behind);
    return behind.length == 0 || text_is_one_of(behind.data[0], " \t\r");
}

static void read_entry(struct reader *reader, unsigned first_line) {
    struct front_matter *matter = reader->matter;
    struct span line = reader->lines[reader->at], key = {0}, text = line;
    struct front_matter_entry entry = {.line = first_line + (unsigned)reader->at++};
    if (is_blank(line) || line.data[0] == '#')
        return;
    bool has_key = read_key(line, &key, &text);
    entry.key = arena_copy(&matter->arena, has_key ? key.data : "", has_key ? key.length : 0);
    if (has_key && !front_matter_find(matter, entry.key))
        read_value(reader, &entry, text);
    else
        read_as_text(reader, &entry, line);
    *LIST_ADD(matter->entries, matter->count, matter->capacity) = entry;
}

static void read_entries(struct reader *reader, unsigned first_line) {
    while (reader->at < reader->count && reader->matter->count < FRONT_MATTER_ENTRIES_MOST)
        read_entry(reader, first_line);
    memory_free(reader->lines);
}

enum front_matter_end front_matter_read(struct front_matter *matter, struct span text, struct span *body,
                                        unsigned *body_line) {
    struct reader reader = {.matter = matter};
    struct span rest = text, line;
    *body = text;
    *body_line = 1;
    if (!span_next_line(&rest, &line) || !span_equals(trim_end(line), "---"))
        return FRONT_MATTER_NONE;
    while (span_next_line(&rest, &line)) {
        if (span_equals(trim_end(line), "---")) {
            *body = rest;
            *body_line = (unsigned)reader.count + 3;
            read_entries(&reader, 2);
            return FRONT_MATTER_CLOSED;
        }
        *LIST_ADD(reader.lines, reader.count, reader.capacity) = line;
    }
    memory_free(reader.lines);
    return FRONT_MATTER_OPEN;
}

void front_matter_read_all(struct front_matter *matter, struct span text) {
    struct reader reader = {.matter = matter};
    for (struct span line; span_next_line(&text, &line);)
        *LIST_ADD(reader.lines, reader.count, reader.capacity) = line;
    read_entries(&reader, 1);
}

const struct front_matter_entry *front_matter_find(const struct front_matter *matter, const char *key) {
    for (size_t i = 0; i < matter->count; i++)
        if (*key && strcmp(matter->entries[i].key, key) == 0)
            return &matter->entries[i];
    return NULL;
}

const char *front_matter_value(const struct front_matter *matter, const char *key) {
    const struct front_matter_entry *entry = front_matter_find(matter, key);
    return entry && entry->count ? entry->values[0] : NULL;
}
