#include "document/markdown_quote.h"

#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "format/prose.h"

/* Lines below a label stand a little further in than the labels. */
static const char indentation[] = "  ";

/* The fence a line is, "```" or longer: its length, and its character in @mark. 0 if it is none. */
static size_t fence_of(struct span line, char *mark) {
    struct span rest = span_trim(line);
    size_t length = 0;
    *mark = rest.length ? rest.data[0] : '\0';
    while ((*mark == '`' || *mark == '~') && length < rest.length && rest.data[length] == *mark)
        length++;
    return length >= 3 ? length : 0;
}

struct fence {
    char mark;
    size_t length; /* 0 outside code */
};

static bool takes_as_code(struct fence *open, struct span line) {
    char mark;
    size_t length = fence_of(line, &mark);
    bool was_open = open->length > 0;
    if (!was_open && length)
        *open = (struct fence){mark, length};
    else if (was_open && mark == open->mark && length >= open->length && span_trim(line).length == length)
        *open = (struct fence){0};
    return was_open || length > 0;
}

/* "## Title ##" -> "Title"; an empty span if the line is no heading. */
static struct span heading_of(struct span line) {
    size_t signs = 0;
    while (signs < line.length && line.data[signs] == '#')
        signs++;
    bool is_heading = signs > 0 && (signs == line.length || line.data[signs] == ' ' || line.data[signs] == '\t');
    struct span title = is_heading ? span_trim(span_skip(line, signs)) : (struct span){0};
    while (title.length && title.data[title.length - 1] == '#')
        title.length--;
    return span_trim(title);
}

/* What is left of a line without the marks that may stand before a listing: "- **Achievement 1.1**: ...". */
static struct span without_marks(struct span line) {
    while (line.length && text_is_one_of(line.data[0], "#-* "))
        line = span_skip(line, 1);
    return line;
}

/* "---" and longer, or "***" */
static bool is_rule(struct span line) {
    for (size_t i = 0; i < line.length; i++)
        if (line.data[i] != line.data[0] || !text_is_one_of(line.data[0], "-*"))
            return false;
    return line.length >= 3;
}

static void append_prose(struct buffer *text, struct span line) {
    static const char word[] = "Achievement ";
    struct span trimmed = span_trim(line), title = heading_of(trimmed), listing = without_marks(trimmed);
    bool is_bold_already = title.length && memmem(title.data, title.length, "**", 2);
    AUTO(buffer) broken = {0};
    if (span_starts_with(listing, word)) { /* two blanks read as one, but not as a listing */
        buffer_append(&broken, line.data, (size_t)(listing.data - line.data) + strlen(word));
        buffer_append_byte(&broken, ' ');
        buffer_append_span(&broken, span_skip(listing, strlen(word)));
        prose_append_line(text, buffer_span(&broken));
    } else if (is_bold_already) { /* "# # Title **x**" is a heading in a heading */
        append_prose(text, title);
    } else if (title.length) {
        buffer_append_string(text, "**");
        prose_append_words(text, title);
        buffer_append_string(text, "**");
    } else if (is_rule(trimmed)) { /* of the same look, but none that ends a listing or makes a heading */
        buffer_append_format(text, "%c %c %c", trimmed.data[0], trimmed.data[0], trimmed.data[0]);
    } else if (span_starts_with(trimmed, "#")) {
        buffer_append(text, line.data, (size_t)(trimmed.data - line.data));
        buffer_append_byte(text, '\\');
        prose_append_words(text, trimmed);
    } else {
        prose_append_line(text, line);
    }
}

static size_t longest_fence(struct span value) {
    size_t longest = 2;
    for (struct span rest = value, line; span_next_line(&rest, &line);) {
        char mark;
        size_t length = fence_of(line, &mark);
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* @info: the rest of the line of the opening one, such as a language. */
static void append_fence(struct buffer *text, char mark, size_t length, struct span info) {
    buffer_append_string(text, indentation);
    while (length-- > 0)
        buffer_append_byte(text, mark);
    for (; info.length; info = span_skip(info, 1))
        if (info.data[0] != '`')
            buffer_append_byte(text, info.data[0]);
    buffer_append_byte(text, '\n');
}

static void append_code(struct buffer *text, struct span line) {
    buffer_append_string(text, indentation);
    buffer_append_span(text, line);
    buffer_append_byte(text, '\n');
}

static void append_verbatim(struct buffer *text, struct span value) {
    size_t length = longest_fence(value) + 1;
    append_fence(text, '`', length, (struct span){0});
    for (struct span rest = value, line; span_next_line(&rest, &line);)
        append_code(text, line);
    append_fence(text, '`', length, (struct span){0});
}

/* Fences are written anew, so that every reader sees the code begin and end where it does here. */
static void append_lines(struct buffer *text, struct span value) {
    struct fence open = {0};
    for (struct span rest = value, line; span_next_line(&rest, &line);) {
        struct fence before = open;
        bool is_code = takes_as_code(&open, line);
        struct span trimmed = span_trim(line);
        if (is_code && open.length != before.length)
            append_fence(text, open.length ? open.mark : before.mark, open.length ? open.length : before.length,
                         open.length ? span_skip(trimmed, open.length) : (struct span){0});
        else if (is_code)
            append_code(text, line);
        else {
            if (trimmed.length) {
                buffer_append_string(text, indentation);
                append_prose(text, line);
            }
            buffer_append_byte(text, '\n');
        }
    }
    if (open.length)
        append_fence(text, open.mark, open.length, (struct span){0});
}

/* Do its headings have several levels, which bold could not show? */
static bool has_heading_levels(struct span value) {
    struct fence open = {0};
    size_t level = 0;
    for (struct span rest = value, line; span_next_line(&rest, &line);) {
        struct span trimmed = span_trim(line);
        if (takes_as_code(&open, line) || heading_of(trimmed).length == 0)
            continue;
        size_t signs = 0;
        while (trimmed.data[signs] == '#')
            signs++;
        if (level && signs != level)
            return true;
        level = signs;
    }
    return false;
}

void markdown_quote_append(struct buffer *text, struct span value, bool is_verbatim) {
    AUTO(buffer) normal = {0}, quoted = {0};
    text_append_normalized(&normal, value);
    struct span rest = span_trim(buffer_span(&normal));
    char mark;
    bool is_item = span_starts_with(rest, "- ") || span_starts_with(rest, "* ");
    if (!memchr(rest.data, '\n', rest.length) && !fence_of(rest, &mark) && !is_item) {
        buffer_append_byte(&quoted, ' ');
        if (heading_of(rest).length)
            append_prose(&quoted, rest);
        else
            prose_append_line(&quoted, rest);
        buffer_append_byte(&quoted, '\n');
    } else {
        buffer_append_byte(&quoted, '\n');
        if (is_verbatim || has_heading_levels(rest))
            append_verbatim(&quoted, rest);
        else
            append_lines(&quoted, rest);
    }
    text_append_shown(text, buffer_span(&quoted));
}
