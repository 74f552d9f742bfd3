#include "import/box_file.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/list_item.h"
#include "import/list_number.h"

void box_file_release(struct box_file *file) {
    list_lines_release(&file->lines);
    string_map_release(&file->numbers);
    memory_free(file->boxes);
    *file = (struct box_file){0};
}

struct outline_place box_file_place(const struct box_file *file, size_t line) {
    return (struct outline_place){.file = file->name, .line = (unsigned)line + 1};
}

/* --- lines below a box --- */

/* "_Requirements: 1.1, 1.3_", perhaps behind a bullet. */
static bool read_label(struct span line, struct span *label, struct span *value) {
    struct span rest = list_item_content(line);
    if (rest.length < 4 || rest.data[0] != '_' || rest.data[rest.length - 1] != '_')
        return false;
    rest = (struct span){rest.data + 1, rest.length - 2};
    const char *colon = memchr(rest.data, ':', rest.length);
    if (!colon)
        return false;
    *label = span_trim((struct span){rest.data, (size_t)(colon - rest.data)});
    *value = span_trim(span_skip(rest, label->length + 1));
    return label->length > 0;
}

/* "**Property 1: ...**", "**Validates: ...**" */
static bool is_test(struct span line) {
    struct span rest = list_item_content(line);
    return span_starts_with(rest, "**Property ") || span_starts_with(rest, "**Validates");
}

static bool is_order(struct span label) {
    return text_starts_with_word(label, "Dependencies") || text_starts_with_word(label, "Depends on");
}

void box_file_read_labels(const struct box_file *file, const struct box *box, note_label *note) {
    for (size_t i = box->line + 1; i < box->end; i++) {
        struct span label, value;
        if (!file->lines.items[i].is_code && read_label(file->lines.items[i].text, &label, &value))
            note(file->outline, box->item, outline_copy(file->outline, label), value);
    }
}

/* Without the indentation that all of them have. */
static struct span without_indentation(struct span text, size_t least) {
    size_t columns = 0;
    for (; text.length && columns < least && text_is_one_of(text.data[0], " \t"); text = span_skip(text, 1))
        columns += text.data[0] == '\t' ? 4 : 1;
    return text;
}

static size_t least_indentation(const struct box_file *file, const struct box *box) {
    size_t least = SIZE_MAX;
    for (size_t i = box->line + 1; i < box->end; i++) {
        const struct list_line *line = &file->lines.items[i];
        size_t columns = text_indentation(line->text);
        if (line->text.length && !line->is_empty && columns < least)
            least = columns;
    }
    return least;
}

static void read_below(struct box_file *file, struct box *box) {
    struct buffer approach = {0}, tests = {0};
    size_t least = least_indentation(file, box);
    for (size_t i = box->line + 1; i < box->end; i++) {
        const struct list_line *line = &file->lines.items[i];
        struct span label, value;
        bool is_label = !line->is_code && read_label(line->text, &label, &value);
        if (is_label && is_order(label)) {
            box->order = value;
            box->order_line = i;
        }
        if (is_label)
            continue;
        struct buffer *text = !line->is_code && is_test(line->text) ? &tests : &approach;
        buffer_append_span(text, line->is_empty ? (struct span){0} : without_indentation(line->text, least));
        buffer_append_byte(text, '\n');
    }
    box->approach = outline_take(file->outline, &approach);
    box->tests = outline_take(file->outline, &tests);
}

/* At the next box, heading, or line that is not indented further than the box. */
static size_t end_of_box(const struct box_file *file, size_t at, size_t indentation) {
    size_t last = at + 1;
    for (size_t end = at + 1; end < file->lines.count; end++) {
        const struct list_line *line = &file->lines.items[end];
        struct list_item next;
        bool is_within_code = line->is_code && end > at + 1 && file->lines.items[end - 1].is_code;
        bool is_below = line->is_empty || is_within_code || text_indentation(line->text) > indentation;
        if (!is_below || line->level || (!line->is_code && list_item_read_box(line->text, &next)))
            break;
        last = line->is_empty ? last : end + 1;
    }
    return last;
}

/* --- what is part of what --- */

/* The box above that is indented less, under the same heading; SIZE_MAX if there is none. */
static size_t box_above(const struct box_file *file, const struct box *box) {
    for (size_t i = box->indentation < 2 ? 0 : file->count; i-- > 0;) {
        const struct box *above = &file->boxes[i];
        if (above->heading.data != box->heading.data)
            return SIZE_MAX;
        if (above->indentation + 1 < box->indentation)
            return i;
    }
    return SIZE_MAX;
}

/* The box "1.2" of a box "1.2.1", whatever its indentation. */
static size_t box_of_number(const struct box_file *file, struct span number) {
    size_t position;
    const char *dot = memrchr(number.data, '.', number.length);
    if (!dot || !string_map_find(&file->numbers, (struct span){number.data, (size_t)(dot - number.data)}, &position))
        return SIZE_MAX;
    return position;
}

static size_t parent_of(const struct box_file *file, const struct box *box) {
    if (file->is_kiro && box->number.length) {
        bool is_top = !memchr(box->number.data, '.', box->number.length);
        size_t parent = is_top ? SIZE_MAX : box_of_number(file, box->number);
        if (parent != SIZE_MAX || is_top)
            return parent;
    }
    return box_above(file, box);
}

/* --- boxes --- */

/* Below which headings a line stands. */
struct chapter {
    struct span heading, below;
    size_t group;
    bool has_boxes;
};

static void add_number(struct box_file *file, struct box *box) {
    size_t position = file->count - 1;
    if (box->number.length && !string_map_add(&file->numbers, outline_copy(file->outline, box->number), &position))
        box->doubled_line = file->boxes[position].line + 1;
}

/* Returns the index of the line behind the box and what is below it. */
static size_t add_box(struct box_file *file, struct chapter *chapter, const struct list_item *found, size_t at) {
    struct box box = {.line = at,
                      .end = end_of_box(file, at, found->indentation),
                      .indentation = found->indentation,
                      .state = found->box,
                      .mark = found->mark,
                      .text = found->text,
                      .heading = chapter->heading,
                      .below = chapter->below,
                      .is_optional = found->is_optional};
    if (span_starts_with(box.text, "*") && file->is_kiro && box.text.length > 1 && box.text.data[1] == ' ') {
        box.is_optional = true;
        box.text = span_trim(span_skip(box.text, 1));
    }
    box.number = list_number_take(&box.text);
    if (!file->is_kiro && !chapter->has_boxes && chapter->heading.length)
        chapter->group = ++file->group_count;
    chapter->has_boxes = true;
    box.parent = parent_of(file, &box);
    if (file->is_kiro)
        box.group = box.parent == SIZE_MAX ? ++file->group_count : file->boxes[box.parent].group;
    else
        box.group = chapter->group;
    read_below(file, &box);
    *LIST_ADD(file->boxes, file->count, file->capacity) = box;
    add_number(file, &file->boxes[file->count - 1]);
    return box.end;
}

/* --- the other lines --- */

static void quote(struct box_file *file, const struct chapter *chapter, struct buffer *text, bool is_first) {
    bool is_group = !file->is_kiro && chapter->has_boxes;
    const char *label =
        chapter->heading.length ? outline_copy(file->outline, chapter->heading) : "Text before the list";
    if (span_trim(buffer_span(text)).length || (!is_group && !is_first))
        outline_append_note(&file->outline->notes, label, buffer_span(text));
    buffer_clear(text);
}

static bool read_box(const struct list_line *line, struct list_item *found) {
    return !line->is_code && list_item_read_box(line->level ? line->heading : line->text, found);
}

void box_file_read(struct box_file *file, struct outline *outline, const struct source_file *source, bool is_kiro) {
    *file = (struct box_file){.outline = outline, .name = source->name, .is_kiro = is_kiro};
    struct chapter chapter = {0};
    AUTO(buffer) text = {0};
    bool is_first = true;
    list_lines_read(&file->lines, source->text);
    for (size_t i = 0; i < file->lines.count && file->count <= OUTLINE_ITEMS_MOST;) {
        const struct list_line *line = &file->lines.items[i];
        struct list_item found;
        if (read_box(line, &found)) {
            i = add_box(file, &chapter, &found, i);
            continue;
        }
        if (line->level == 2) {
            quote(file, &chapter, &text, is_first);
            chapter = (struct chapter){.heading = line->heading};
            is_first = false;
        } else {
            chapter.below = line->level ? line->heading : chapter.below;
            buffer_append_span(&text, line->text);
            buffer_append_byte(&text, '\n');
        }
        i++;
    }
    quote(file, &chapter, &text, is_first);
}
