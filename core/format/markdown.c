#include "format/markdown.h"

#include <string.h>

#include "base/text.h"
#include "format/md4c_library.h"

/* Block containers a line may open, by markers or by its indentation: their cost in md4c is lines times depth. */
enum { NESTING_MOST = 64, COLUMNS_MOST = 256 };

struct parse {
    struct markdown *markdown;
    struct span text; /* what md4c reads: the text, or a copy of the same length */
    const char *original;
    bool is_code_block, is_heading, is_code_span;
    unsigned heading_level;
    bool is_fenced;
    size_t first_code_line, last_code_line; /* of the open code block; first > last when it has no text yet */
    size_t next_line;                       /* after the last line that had text */
};

/* Index of the line that holds @at. */
static size_t line_at(const struct markdown *markdown, const char *at) {
    size_t low = 0, high = markdown->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (markdown->lines[middle].text.data <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void split_lines(struct markdown *markdown, struct span text) {
    size_t capacity = 0;
    const char *end = text.data + text.length;
    for (const char *at = text.data; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        capacity++;
    markdown->lines = arena_allocate(&markdown->arena, capacity + 1, sizeof *markdown->lines);
    for (struct span line; span_next_line(&text, &line);)
        markdown->lines[markdown->line_count++].text = line;
}

/* "## Title ##" -> "Title". False if the line is no ATX heading. */
static bool atx_title(struct span line, struct span *title) {
    struct span text = span_trim(line);
    if (text.length == 0 || text.data[0] != '#')
        return false;
    while (text.length && text.data[0] == '#')
        text = span_skip(text, 1);
    text = span_trim(text);
    size_t end = text.length;
    while (end && text.data[end - 1] == '#')
        end--;
    if (end < text.length && (end == 0 || text.data[end - 1] == ' '))
        text.length = end;
    *title = span_trim(text);
    return true;
}

static void add_section(struct markdown *markdown, size_t line, unsigned level) {
    struct span title;
    if (!atx_title(markdown->lines[line].text, &title))
        return;
    *LIST_ADD(markdown->sections, markdown->section_count, markdown->section_capacity) =
        (struct markdown_section){.title = title, .level = level, .line = line};
}

/* --- plain text: nothing in it is code, and what looks like a heading is one, so md4c is not needed --- */

/* Without what code, HTML blocks and tabs are made of. Not all text without code is plain: any indentation may be it.
 */
static bool has_plain_bytes(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte > '`' && byte != '~') /* most bytes are small letters */
            continue;
        bool may_be_code = byte == '`' || byte == '<' || (byte < ' ' && byte != '\n') ||
                           (byte == ' ' && span_starts_with(span_skip(text, i), "    ")) ||
                           (byte == '~' && span_starts_with(span_skip(text, i), "~~~"));
        if (may_be_code)
            return false;
    }
    return true;
}

/* Level of the heading in @line, 0 if it is none. False if md4c has to decide that. */
static bool plain_level(struct span line, unsigned *level) {
    enum { DEEPEST = 6 };
    struct span text = span_trim(line), title;
    *level = 0;
    while (*level < text.length && text.data[*level] == '#')
        ++*level;
    struct span rest = span_skip(text, *level);
    return *level == 0 ||
           (*level <= DEEPEST && span_starts_with(rest, " ") && atx_title(line, &title) && title.length &&
            !memchr(rest.data, '\\', rest.length) && !memchr(rest.data, '&', rest.length));
}

/* Adds the sections of a plain text. False, and nothing has been added, if it is not plain. */
static bool read_plain(struct markdown *markdown, struct span text) {
    if (!has_plain_bytes(text))
        return false;
    for (size_t i = 0; i < markdown->line_count; i++) {
        unsigned level;
        if (!plain_level(markdown->lines[i].text, &level)) {
            markdown->section_count = 0;
            return false;
        }
        if (level)
            add_section(markdown, i, level);
    }
    return true;
}

/* --- what md4c finds --- */

static void add_code_span(struct parse *parse, struct span code) {
    struct markdown *markdown = parse->markdown;
    *LIST_ADD(markdown->code_spans, markdown->code_span_count, markdown->code_span_capacity) = code;
}

static bool is_fence(struct span line) {
    struct span text = span_trim(line);
    while (text.length && strchr("> -*+0123456789.)", text.data[0]))
        text = span_skip(text, 1);
    return span_starts_with(text, "```") || span_starts_with(text, "~~~");
}

static bool is_blank(struct span line) {
    return span_trim(line).length == 0;
}

/* md4c gives no place for fences and for blank lines of code: they are looked for around the lines it gives. */
static void add_fences(struct parse *parse, size_t *first, size_t *last) {
    const struct markdown *markdown = parse->markdown;
    if (*first > *last) { /* nothing in it: the first fence after the last text */
        for (*first = parse->next_line; *first < markdown->line_count; (*first)++)
            if (is_fence(markdown->lines[*first].text))
                break;
        *last = *first;
    } else {
        size_t open = *first;
        while (open > 0 && is_blank(markdown->lines[open - 1].text))
            open--;
        if (open > 0 && is_fence(markdown->lines[open - 1].text))
            *first = open - 1;
    }
    size_t close = *last + 1;
    while (close < markdown->line_count && is_blank(markdown->lines[close].text))
        close++;
    if (close < markdown->line_count && is_fence(markdown->lines[close].text))
        *last = close;
}

static void end_code_block(struct parse *parse) {
    struct markdown *markdown = parse->markdown;
    size_t first = parse->first_code_line, last = parse->last_code_line;
    if (parse->is_fenced)
        add_fences(parse, &first, &last);
    for (size_t i = first; i <= last && i < markdown->line_count; i++)
        markdown->lines[i].is_code = true;
    if (first <= last)
        parse->next_line = last + 1;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data) {
    struct parse *parse = data;
    if (type == MD_BLOCK_H) {
        parse->is_heading = true;
        parse->heading_level = ((const MD_BLOCK_H_DETAIL *)detail)->level;
    } else if (type == MD_BLOCK_CODE) {
        parse->is_code_block = true;
        parse->is_fenced = ((const MD_BLOCK_CODE_DETAIL *)detail)->fence_char != 0;
        parse->first_code_line = SIZE_MAX;
        parse->last_code_line = 0;
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data) {
    (void)detail;
    struct parse *parse = data;
    if (type == MD_BLOCK_H) {
        parse->is_heading = false;
    } else if (type == MD_BLOCK_CODE) {
        end_code_block(parse);
        parse->is_code_block = false;
    }
    return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *data) {
    (void)detail;
    ((struct parse *)data)->is_code_span |= type == MD_SPAN_CODE;
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *data) {
    (void)detail;
    ((struct parse *)data)->is_code_span &= type != MD_SPAN_CODE;
    return 0;
}

static int take_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data) {
    (void)type;
    struct parse *parse = data;
    if (size == 0 || text < parse->text.data || text >= parse->text.data + parse->text.length)
        return 0; /* a line break or an entity: md4c's own constant */
    const char *at = parse->original + (text - parse->text.data);
    size_t line = line_at(parse->markdown, at);
    parse->next_line = line + 1;
    if (parse->is_heading) {
        add_section(parse->markdown, line, parse->heading_level);
        parse->is_heading = false; /* a heading has one line, and md4c may hand it out in pieces */
    } else if (parse->is_code_block) {
        parse->first_code_line = line < parse->first_code_line ? line : parse->first_code_line;
        parse->last_code_line = line > parse->last_code_line ? line : parse->last_code_line;
    }
    if (parse->is_code_span)
        add_code_span(parse, (struct span){at, size});
    return 0;
}

static void end_sections(struct markdown *markdown) {
    size_t ends[7]; /* by level: where a section of that level ends, walking backwards */
    for (size_t level = 1; level <= 6; level++)
        ends[level] = markdown->line_count;
    for (size_t i = markdown->section_count; i-- > 0;) {
        struct markdown_section *section = &markdown->sections[i];
        section->end = ends[section->level];
        for (size_t level = section->level; level <= 6; level++)
            ends[level] = section->line;
    }
}

/* Bytes at the start of a line before its nesting becomes too deep, by markers or by indentation; its length if never.
 */
static size_t deep_prefix(struct span line) {
    size_t markers = 0, columns = 0;
    for (size_t used = 0; used < line.length; used++) {
        char byte = line.data[used], next = used + 1 < line.length ? line.data[used + 1] : ' ';
        bool is_marker = byte == '>' || (text_is_one_of(byte, "-*+.)") && (next == ' ' || next == '\t'));
        if (!is_marker && !text_is_one_of(byte, " \t0123456789-*+.)"))
            break;
        markers += is_marker;
        columns += byte == '\t' ? 4 : byte == ' ';
        if (markers == NESTING_MOST || columns > COLUMNS_MOST)
            return used;
    }
    return line.length;
}

/* Links are of no interest here, and md4c looks for the line of each bracket from the paragraph's first line on. */
static char *without_brackets(struct markdown *markdown, struct span text) {
    if (!memchr(text.data, '[', text.length))
        return NULL;
    char *copy = arena_copy(&markdown->arena, text.data, text.length);
    for (size_t i = 0; i < text.length; i++)
        if (copy[i] == '[' || copy[i] == ']')
            copy[i] = 'x';
    return copy;
}

/* What md4c reads: also without what comes after NESTING_MOST container markers at the start of a line. */
static struct span simplify(struct markdown *markdown, struct span text) {
    char *copy = text.length ? without_brackets(markdown, text) : NULL;
    for (size_t i = 0; i < markdown->line_count; i++) {
        struct span line = markdown->lines[i].text;
        size_t used = deep_prefix(line);
        if (used == line.length)
            continue;
        if (!copy)
            copy = arena_copy(&markdown->arena, text.data, text.length);
        memset(copy + (line.data - text.data) + used, 'x', line.length - used);
    }
    return copy ? (struct span){copy, text.length} : text;
}

static void read_blocks(struct markdown *markdown, struct span text) {
    struct parse parse = {.markdown = markdown, .text = simplify(markdown, text), .original = text.data};
    const MD_PARSER parser = {
        .flags = MD_FLAG_NOHTMLSPANS,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = take_text,
    };
    md4c_library_parse(parse.text.data, (MD_SIZE)text.length, &parser, &parse);
}

void markdown_parse(struct markdown *markdown, struct span text) {
    *markdown = (struct markdown){0};
    split_lines(markdown, text);
    if (text.length && !read_plain(markdown, text))
        read_blocks(markdown, text);
    end_sections(markdown);
}

void markdown_release(struct markdown *markdown) {
    arena_release(&markdown->arena);
    memory_free(markdown->sections);
    memory_free(markdown->code_spans);
    *markdown = (struct markdown){0};
}

bool markdown_is_code(const struct markdown *markdown, const char *at) {
    if (markdown->line_count && markdown->lines[line_at(markdown, at)].is_code)
        return true;
    size_t low = 0,
           high = markdown->code_span_count; /* they are in order; find the last that starts at or before @at */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (markdown->code_spans[middle].data <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && at < markdown->code_spans[low - 1].data + markdown->code_spans[low - 1].length;
}
