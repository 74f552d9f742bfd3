#include "format/prose.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"

/* Of the characters at the start of @text, those that are @byte. */
static size_t run_of(struct span text, char byte) {
    size_t length = 0;
    while (length < text.length && text.data[length] == byte)
        length++;
    return length;
}

static bool is_blank_at(struct span text, size_t at) {
    return at >= text.length || text.data[at] == ' ' || text.data[at] == '\t';
}

/* --- within a line --- */

/* Length of the `code` that @text begins with; 0 if its @ticks are not closed in this line, or too many. */
static size_t code_length(struct span text, size_t ticks) {
    enum { TICKS_MOST = 32 }; /* each number of them is searched for in vain once at most */
    size_t run;
    for (size_t at = ticks; at < text.length && ticks <= TICKS_MOST; at += run ? run : 1) {
        run = run_of(span_skip(text, at), '`');
        if (run == ticks)
            return at + run;
    }
    return 0;
}

/* Length of "<scheme:...>" at the start of @text; 0 if there is none. */
static size_t link_length(struct span text) {
    size_t at = 1;
    while (at < text.length && (isalnum((unsigned char)text.data[at]) || text_is_one_of(text.data[at], "+.-")))
        at++;
    bool is_scheme = at > 2 && at < text.length && text.data[at] == ':' && isalpha((unsigned char)text.data[1]);
    while (is_scheme && at < text.length && (unsigned char)text.data[at] > ' ' && !text_is_one_of(text.data[at], "<>`"))
        at++;
    return is_scheme && at < text.length && text.data[at] == '>' ? at + 1 : 0;
}

static bool is_tag(struct span text) {
    return text.length > 1 && (isalpha((unsigned char)text.data[1]) || text_is_one_of(text.data[1], "/!?"));
}

/* Appends what @words begins with, up to where something else can begin; returns its length. */
static size_t append_piece(struct buffer *text, struct span words) {
    size_t ticks = run_of(words, '`'), length = 1;
    if (ticks) {
        length = code_length(words, ticks);
        for (size_t i = 0; i < ticks && !length; i++)
            buffer_append_string(text, "\\`");
        buffer_append(text, words.data, length);
        return length ? length : ticks;
    }
    if (words.data[0] == '\\') {
        bool is_escape = words.length > 1 && ispunct((unsigned char)words.data[1]);
        if (words.length == 1)
            buffer_append_byte(text, '\\'); /* or it would change what comes behind the words */
        length = is_escape ? 2 : 1;
    } else if (words.data[0] == '<') {
        size_t link = link_length(words);
        if (!link && is_tag(words))
            buffer_append_byte(text, '\\');
        length = link ? link : 1;
    } else {
        while (length < words.length && !text_is_one_of(words.data[length], "`\\<"))
            length++;
    }
    buffer_append(text, words.data, length);
    return length;
}

static void append_pieces(struct buffer *text, struct span words) {
    while (words.length)
        words = span_skip(words, append_piece(text, words));
}

void prose_append_words(struct buffer *text, struct span words) {
    AUTO(buffer) visible = {0};
    text_append_visible(&visible, words);
    append_pieces(text, buffer_span(&visible));
}

/* --- at the start of a line --- */

/* Length of the mark "- ", "1. " or ">" at the start of @text, without the blanks behind it; 0 if there is none. */
static size_t mark_length(struct span text) {
    size_t digits = 0;
    if (text.length && text.data[0] == '>')
        return 1;
    if (text.length && text_is_one_of(text.data[0], "-*+") && is_blank_at(text, 1))
        return 1;
    while (digits < text.length && isdigit((unsigned char)text.data[digits]))
        digits++;
    bool is_numbered = digits && digits < text.length && text_is_one_of(text.data[digits], ".)");
    return is_numbered && is_blank_at(text, digits + 1) ? digits + 1 : 0;
}

/* "[ ]", "[x]" behind the mark of an item. */
static bool is_checkbox(struct span text) {
    return text.length >= 3 && text.data[0] == '[' && text_is_one_of(text.data[1], " xX") && text.data[2] == ']' &&
           is_blank_at(text, 3);
}

static size_t blanks_length(struct span text) {
    size_t length = 0;
    while (length < text.length && is_blank_at(text, length))
        length++;
    return length;
}

/* Bytes of indentation and marks before what the line says. */
static size_t lead_length(struct span line) {
    size_t lead = blanks_length(line), mark;
    while (lead < line.length && (mark = mark_length(span_skip(line, lead)))) {
        lead += mark;
        lead += blanks_length(span_skip(line, lead));
        if (is_checkbox(span_skip(line, lead)))
            lead += 3 + blanks_length(span_skip(line, lead + 3));
    }
    return lead;
}

/* "[label]: where", or "[label" that may go on in the next line. */
static bool is_definition(struct span text) {
    if (!span_starts_with(text, "["))
        return false;
    size_t at = 1;
    while (at < text.length && text.data[at] != ']')
        at += text.data[at] == '\\' ? 2 : 1;
    return at + 1 >= text.length ? at >= text.length : text.data[at + 1] == ':';
}

static bool is_underline(struct span text) {
    struct span trimmed = span_trim(text);
    return trimmed.length && (run_of(trimmed, '=') == trimmed.length || run_of(trimmed, '-') == trimmed.length);
}

/* Does @text make more of its line, or of lines around it, than a paragraph? */
static bool is_structure(struct span text) {
    size_t signs = run_of(text, '#');
    return (signs && signs <= 6 && is_blank_at(text, signs)) || is_underline(text) || is_definition(text) ||
           run_of(text, '`') >= 3 || run_of(text, '~') >= 3;
}

void prose_append_line(struct buffer *text, struct span line) {
    size_t lead = is_underline(line) ? blanks_length(line) : lead_length(line);
    struct span words = span_skip(line, lead);
    size_t ticks = run_of(words, '`');
    buffer_append(text, line.data, lead);
    if (ticks < 3 && is_structure(words))
        buffer_append_byte(text, '\\');
    for (size_t i = 0; i < ticks && ticks >= 3; i++) /* no opening of a block, nor of code within the line */
        buffer_append_string(text, "\\`");
    append_pieces(text, ticks >= 3 ? span_skip(words, ticks) : words);
}

void prose_append_code(struct buffer *text, struct span name) {
    size_t start = text->length;
    AUTO(buffer) visible = {0};
    text_append_visible(&visible, name);
    buffer_append_byte(text, '`');
    for (size_t i = 0; i < visible.length; i++)
        if (visible.data[i] == '`')
            buffer_append_string(text, "\\x60");
        else
            buffer_append_byte(text, visible.data[i]);
    buffer_append_byte(text, '`');
    if (text->length == start + 2)
        buffer_truncate(text, start);
}

/* --- as it is read --- */

/* How far to look for the end of a link: each "[" of a text is looked at. */
static size_t within(size_t length) {
    enum { LINK_BYTES_MOST = 400 };
    return length < LINK_BYTES_MOST ? length : LINK_BYTES_MOST;
}

/* Length of "](...)" at the start of @text: the end of a link; 0 if it is none. */
static size_t link_end(struct span text) {
    const char *close = span_starts_with(text, "](") ? memchr(text.data, ')', within(text.length)) : NULL;
    return close ? (size_t)(close - text.data) + 1 : 0;
}

/* Is the '[' at the start of @text that of a link? */
static bool begins_link(struct span text) {
    const char *close = memchr(text.data, ']', within(text.length));
    return close && link_end(span_skip(text, (size_t)(close - text.data)));
}

/* Length of a mark at @at: "**", "__" and "`" anywhere, "*" and "_" only beside a word's start or end. */
static size_t emphasis_length(struct span words, size_t at) {
    struct span rest = span_skip(words, at);
    size_t run = run_of(rest, words.data[at]);
    if (words.data[at] == '`')
        return run;
    if (!text_is_one_of(words.data[at], "*_"))
        return 0;
    bool is_first = at == 0 || text_is_one_of(words.data[at - 1], " ([\"'");
    bool is_last = at + run == words.length || text_is_one_of(words.data[at + run], " .,:;!?)]\"'");
    return is_first != is_last && run <= 3 ? run : 0;
}

void prose_append_plain(struct buffer *text, struct span words) {
    size_t before = text->length;
    for (size_t at = 0, length; at < words.length; at += length) {
        struct span rest = span_skip(words, at);
        length = words.data[at] == '['   ? begins_link(rest)
                 : words.data[at] == ']' ? link_end(rest)
                                         : emphasis_length(words, at);
        if (length == 0) {
            length = text_is_one_of(words.data[at], "*_") ? run_of(rest, words.data[at]) : 1;
            buffer_append_span(text, (struct span){rest.data, length});
        }
    }
    if (span_trim(span_skip(buffer_span(text), before)).length == 0) {
        buffer_truncate(text, before);
        buffer_append_span(text, words);
    }
}
