#include "document/excerpt.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "document/list_item.h"
#include "format/prose.h"

/* How much of a text is kept. */
enum detail { DETAIL_ALL, DETAIL_OUTLINE, DETAIL_HEADINGS, DETAIL_KINDS };

/* What a line is, for that choice. */
enum line_kind { LINE_BLANK, LINE_CODE, LINE_HEADING, LINE_LABEL, LINE_ITEM, LINE_NESTED_ITEM, LINE_TEXT };

struct output {
    struct buffer *buffer;
    size_t lines, most;
    bool is_blank_due; /* before the next line, unless it is the first */
    bool is_cut;
    size_t cut_at; /* line of the document */
};

struct excerpt excerpt_of_section(const struct document *document, const char *name,
                                  const struct markdown_section *section) {
    struct excerpt excerpt = {.document = document, .name = name};
    if (section) {
        excerpt.first = section->line + 1;
        excerpt.end = section->end;
    }
    return excerpt;
}

struct excerpt excerpt_of_kind(const struct document *document, const char *name, enum section_kind kind) {
    struct excerpt excerpt = excerpt_of_section(document, name, document->sections[kind]);
    if (kind == SECTION_OBJECTIVE && !document->sections[kind])
        excerpt.lead = document_header(document, "Objective");
    return excerpt;
}

struct excerpt excerpt_of_field(const struct document *document, const char *name,
                                const struct definition_text *field) {
    return (struct excerpt){
        .document = document, .name = name, .lead = field->value, .first = field->first, .end = field->end};
}

/* --- lines --- */

static const struct markdown_line *line_of(const struct excerpt *excerpt, size_t i) {
    return &excerpt->document->markdown.lines[i];
}

static bool is_heading(const struct excerpt *excerpt, size_t line, unsigned *level) {
    const struct markdown *markdown = &excerpt->document->markdown;
    size_t low = 0, high = markdown->section_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (markdown->sections[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == markdown->section_count || markdown->sections[low].line != line)
        return false;
    *level = markdown->sections[low].level;
    return true;
}

size_t excerpt_item_indentation(const struct excerpt *excerpt) {
    size_t least = SIZE_MAX;
    for (size_t i = excerpt->first; i < excerpt->end; i++) {
        const struct markdown_line *line = line_of(excerpt, i);
        struct list_item item;
        if (!line->is_code && list_item_read(line->text, &item) && item.indentation < least)
            least = item.indentation;
    }
    return least;
}

static enum line_kind kind_of(const struct excerpt *excerpt, size_t i, size_t first_level) {
    const struct markdown_line *line = line_of(excerpt, i);
    struct span label, value;
    struct list_item item;
    unsigned level;
    if (line->is_code)
        return LINE_CODE;
    if (is_heading(excerpt, i, &level))
        return LINE_HEADING;
    if (document_is_empty_line(line->text))
        return LINE_BLANK;
    if (list_item_read(line->text, &item))
        return item.indentation <= first_level + 1 ? LINE_ITEM : LINE_NESTED_ITEM;
    return text_indentation(line->text) == 0 && document_label(line->text, &label, &value) ? LINE_LABEL : LINE_TEXT;
}

/* --- output --- */

void excerpt_append_place(struct buffer *text, const char *name, size_t first, size_t end) {
    prose_append_words(text, span_of(name));
    buffer_append_format(text, ", lines %zu-%zu", first + 1, end);
}

/* False when there is no room: one line is kept for saying so. */
static bool put(struct output *output, struct span text, bool is_heading) {
    bool is_blank = (output->is_blank_due || is_heading) && output->lines > 0;
    if (output->is_cut || output->lines + is_blank + 2 > output->most) {
        output->is_cut = true;
        return false;
    }
    if (is_blank)
        buffer_append_byte(output->buffer, '\n');
    if (output->lines)
        buffer_append_byte(output->buffer, '\n');
    if (is_heading)
        buffer_append_span(output->buffer, text);
    else
        prose_append_line(output->buffer, text);
    output->lines += 1 + is_blank;
    output->is_blank_due = false;
    return true;
}

/* The line without blanks at its end and without the indentation that the whole excerpt has. */
static struct span dedented(struct span line, size_t common) {
    struct span trimmed = span_trim(line);
    size_t indent = trimmed.length ? (size_t)(trimmed.data - line.data) : 0;
    size_t taken = indent < common ? indent : common;
    return (struct span){line.data + taken, indent - taken + trimmed.length};
}

static size_t common_indentation(const struct excerpt *excerpt) {
    size_t least = SIZE_MAX;
    for (size_t i = excerpt->first; i < excerpt->end; i++)
        if (!document_is_empty_line(line_of(excerpt, i)->text) && text_indentation(line_of(excerpt, i)->text) < least)
            least = text_indentation(line_of(excerpt, i)->text);
    return least;
}

static bool put_heading(struct output *output, const struct excerpt *excerpt, size_t i, unsigned top) {
    struct span line = span_trim(line_of(excerpt, i)->text);
    AUTO(buffer) lowered = {0};
    unsigned level = 0;
    while (line.length && line.data[0] == '#') {
        line = span_skip(line, 1);
        level++;
    }
    level = level - top + 1 + (excerpt->beneath ? excerpt->beneath : 2);
    buffer_append(&lowered, "######", level < 6 ? level : 6);
    buffer_append_byte(&lowered, ' ');
    prose_append_words(&lowered, span_trim(line));
    bool has_room = put(output, buffer_span(&lowered), true);
    output->is_blank_due = true;
    return has_room;
}

static bool put_code_pointer(struct output *output, const struct excerpt *excerpt, size_t first, size_t last) {
    AUTO(buffer) text = {0};
    size_t indent = text_indentation(line_of(excerpt, first)->text);
    buffer_append_format(&text, "%*s*(code: ", (int)(indent < 8 ? indent : 8), "");
    excerpt_append_place(&text, excerpt->name, first, last + 1);
    buffer_append_string(&text, ")*");
    return put(output, buffer_span(&text), false);
}

static unsigned top_level(const struct excerpt *excerpt) {
    unsigned top = 6, level;
    for (size_t i = excerpt->first; i < excerpt->end; i++)
        if (!line_of(excerpt, i)->is_code && is_heading(excerpt, i, &level) && level < top)
            top = level;
    return top;
}

static bool is_kept(enum line_kind kind, enum detail detail, bool is_first_paragraph) {
    switch (kind) {
    case LINE_HEADING:
        return true;
    case LINE_TEXT:
        return detail == DETAIL_ALL || is_first_paragraph;
    case LINE_LABEL:
    case LINE_ITEM:
        return detail <= DETAIL_OUTLINE || is_first_paragraph;
    default:
        return detail == DETAIL_ALL;
    }
}

static void put_text(struct output *output, const struct excerpt *excerpt, enum detail detail) {
    size_t first_level = excerpt_item_indentation(excerpt), common = common_indentation(excerpt);
    unsigned top = top_level(excerpt);
    bool is_first_paragraph = excerpt->lead.length == 0;
    if (excerpt->lead.length)
        put(output, excerpt->lead, false);
    for (size_t i = excerpt->first; i < excerpt->end; i++) {
        enum line_kind kind = kind_of(excerpt, i, first_level);
        size_t at = i;
        bool has_room = true;
        if (kind == LINE_BLANK) {
            is_first_paragraph &= output->lines == 0;
            output->is_blank_due = true;
            continue;
        }
        if (kind == LINE_CODE)
            while (i + 1 < excerpt->end && line_of(excerpt, i + 1)->is_code)
                i++;
        if (!is_kept(kind, detail, is_first_paragraph))
            continue;
        if (kind == LINE_HEADING)
            has_room = put_heading(output, excerpt, at, top);
        else if (kind == LINE_CODE)
            has_room = put_code_pointer(output, excerpt, at, i);
        else
            has_room = put(output, dedented(line_of(excerpt, at)->text, common), false);
        if (!has_room) {
            output->cut_at = at;
            return;
        }
    }
}

static size_t end_output(struct output *output, const struct excerpt *excerpt) {
    if (!output->is_cut || output->most == 0)
        return output->lines;
    if (output->lines)
        buffer_append_byte(output->buffer, '\n');
    buffer_append_string(output->buffer, "*(continues in ");
    excerpt_append_place(output->buffer, excerpt->name, output->cut_at, excerpt->end);
    buffer_append_string(output->buffer, ")*");
    return output->lines + 1;
}

size_t excerpt_append_text(struct buffer *buffer, const struct excerpt *excerpt, size_t most) {
    size_t start = buffer->length;
    struct output output = {.buffer = buffer, .most = most};
    put_text(&output, excerpt, DETAIL_ALL);
    for (enum detail detail = DETAIL_OUTLINE; output.is_cut && detail < DETAIL_KINDS; detail++) {
        struct output shorter = {.buffer = buffer, .most = most};
        buffer_truncate(buffer, start);
        put_text(&shorter, excerpt, detail);
        if (shorter.lines || shorter.is_cut)
            output = shorter;
    }
    if (buffer->length == start && output.lines) { /* the details were all there was: cut them */
        output = (struct output){.buffer = buffer, .most = most};
        put_text(&output, excerpt, DETAIL_ALL);
    }
    return end_output(&output, excerpt);
}

size_t excerpt_append_told(struct buffer *buffer, const struct excerpt *excerpt, size_t most) {
    static const char continues[] = "*(continues in ";
    enum { NOTE_LINES = 2 };
    size_t start = buffer->length;
    size_t whole = excerpt_append_text(buffer, excerpt, SIZE_MAX), lines = 0;
    if (whole <= most)
        return whole;
    buffer_truncate(buffer, start);
    if (most > NOTE_LINES)
        lines = excerpt_append_text(buffer, excerpt, most - NOTE_LINES);
    struct span made = span_skip(buffer_span(buffer), start);
    if (lines && memmem(made.data, made.length, continues, strlen(continues)))
        return lines;
    buffer_append_format(buffer, "%s*(in short; in full: ", lines ? "\n\n" : "");
    excerpt_append_place(buffer, excerpt->name, excerpt->first, excerpt->end);
    buffer_append_string(buffer, ")*");
    return lines ? lines + NOTE_LINES : 1;
}

/* --- checklists --- */

static void put_item(struct output *output, const char *prefix, struct span text, size_t at) {
    AUTO(buffer) line = {0};
    buffer_append_string(&line, prefix);
    buffer_append_span(&line, text);
    if (!put(output, buffer_span(&line), false))
        output->cut_at = at;
}

static void put_box(struct output *output, struct span text, size_t at) {
    put_item(output, LIST_ITEM_OPEN, list_item_without_box(text), at);
}

/* "1. Title" and "Phase 1: Title" stay; the '#' signs and emoji in front go. */
static struct span heading_text(struct span line) {
    struct span text = span_trim(line);
    while (text.length && text.data[0] == '#')
        text = span_skip(text, 1);
    return span_trim(text);
}

static bool has_headings(const struct excerpt *excerpt) {
    unsigned level;
    for (size_t i = excerpt->first; i < excerpt->end; i++)
        if (is_heading(excerpt, i, &level))
            return true;
    return false;
}

static void put_headings(struct output *output, const struct excerpt *excerpt, bool has_items) {
    size_t first_level = excerpt_item_indentation(excerpt);
    unsigned top = top_level(excerpt), level;
    for (size_t i = excerpt->first; i < excerpt->end && !output->is_cut; i++) {
        enum line_kind kind = kind_of(excerpt, i, first_level);
        if (kind == LINE_HEADING && is_heading(excerpt, i, &level) && level == top)
            put_box(output, heading_text(line_of(excerpt, i)->text), i);
        else if (has_items && kind == LINE_ITEM && output->lines)
            put_item(output, "  - ", list_item_content(line_of(excerpt, i)->text), i);
    }
}

static size_t put_items(struct output *output, const struct excerpt *excerpt) {
    size_t first_level = excerpt_item_indentation(excerpt), found = 0;
    for (size_t i = excerpt->first; i < excerpt->end && !output->is_cut; i++) {
        if (kind_of(excerpt, i, first_level) != LINE_ITEM)
            continue;
        put_box(output, list_item_content(line_of(excerpt, i)->text), i);
        found++;
    }
    return found;
}

static void put_paragraphs(struct output *output, const struct excerpt *excerpt) {
    size_t first_level = excerpt_item_indentation(excerpt);
    if (excerpt->lead.length)
        put_box(output, excerpt->lead, excerpt->first);
    for (size_t i = excerpt->first; i < excerpt->end && !output->is_cut; i++) {
        enum line_kind kind = kind_of(excerpt, i, first_level);
        if (kind == LINE_TEXT || kind == LINE_LABEL)
            put_box(output, span_trim(line_of(excerpt, i)->text), i);
    }
}

static bool is_labelled(struct span text) {
    struct span label, value;
    return document_label(text, &label, &value);
}

/* Steps of an approach without sub-headings: its items, unless they are only "**Label**: text". */
static void put_steps(struct output *output, const struct excerpt *excerpt) {
    if (has_headings(excerpt)) {
        put_headings(output, excerpt, false);
        return;
    }
    size_t first_level = excerpt_item_indentation(excerpt);
    for (size_t i = excerpt->first; i < excerpt->end && !output->is_cut; i++) {
        struct span text = list_item_content(line_of(excerpt, i)->text);
        if (kind_of(excerpt, i, first_level) == LINE_ITEM && !is_labelled(text))
            put_box(output, text, i);
    }
}

size_t excerpt_append_steps(struct buffer *buffer, const struct excerpt *excerpt, size_t most) {
    struct output output = {.buffer = buffer, .most = most};
    put_steps(&output, excerpt);
    return end_output(&output, excerpt);
}

size_t excerpt_append_checklist(struct buffer *buffer, const struct excerpt *excerpt, size_t most) {
    struct output output = {.buffer = buffer, .most = most};
    size_t start = buffer->length;
    if (has_headings(excerpt)) {
        put_headings(&output, excerpt, true);
        if (output.is_cut) { /* too long with the items: the headings alone */
            buffer_truncate(buffer, start);
            output = (struct output){.buffer = buffer, .most = most};
            put_headings(&output, excerpt, false);
        }
    } else if (put_items(&output, excerpt) == 0) {
        put_paragraphs(&output, excerpt);
    }
    return end_output(&output, excerpt);
}
