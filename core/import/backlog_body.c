#include "import/backlog_body.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "document/list_item.h"
#include "document/plan_document.h"
#include "import/list_lines.h"

/* "<!-- SECTION:NOTES:BEGIN -->", "<!-- AC:END -->" */
static bool is_section_mark(struct span line) {
    static const char begin[] = "<!--", end[] = "-->";
    struct span rest = span_trim(line);
    if (rest.length < 7 || !span_starts_with(rest, begin) || memcmp(rest.data + rest.length - 3, end, 3) != 0)
        return false;
    rest = span_trim((struct span){rest.data + 4, rest.length - 7});
    const char *last = rest.length ? memrchr(rest.data, ':', rest.length) : NULL;
    if (!last)
        return false;
    struct span word = span_skip(rest, (size_t)(last - rest.data) + 1);
    for (size_t i = 0; i < rest.length; i++)
        if (!isupper((unsigned char)rest.data[i]) && !text_is_one_of(rest.data[i], ":_"))
            return false;
    return span_equals(word, "BEGIN") || span_equals(word, "END");
}

/* "#1 It opens" -> "It opens" */
static struct span without_number(struct span text) {
    size_t length = 1;
    while (length < text.length && isdigit((unsigned char)text.data[length]))
        length++;
    bool is_number =
        text.length && text.data[0] == '#' && length > 1 && (length == text.length || text.data[length] == ' ');
    return is_number ? span_trim(span_skip(text, length)) : text;
}

/* Without the box and its number: a SUBPLAN has boxes as well. */
static void append_criterion(struct buffer *text, struct span line) {
    struct list_item box;
    if (!list_item_read_box(line, &box)) {
        buffer_append_span(text, line);
        buffer_append_byte(text, '\n');
        return;
    }
    struct span words = without_number(box.text);
    bool is_ticked = box.box == LIST_ITEM_TICKED_BOX;
    buffer_append_format(text, "%*s- %.*s%s\n", (int)(box.indentation < 40 ? box.indentation : 40), "",
                         (int)words.length, words.data, is_ticked ? " (ticked there)" : "");
}

static const char **home_of(struct outline_item *item, struct span heading) {
    static const struct {
        const char *heading;
        enum definition_field field;
    } homes[] = {{"Description", DEFINITION_GOAL},
                 {"Implementation Plan", DEFINITION_APPROACH},
                 {"Acceptance Criteria", DEFINITION_CRITERIA},
                 {"Definition of Done", DEFINITION_TESTS}};
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        if (heading.length == strlen(homes[i].heading) && text_starts_with_word(heading, homes[i].heading))
            return &item->fields[homes[i].field];
    return heading.length ? NULL : &item->fields[DEFINITION_GOAL];
}

static void read_section(struct outline *outline, uint32_t index, const struct list_lines *lines, size_t first,
                         size_t end, struct span heading) {
    struct outline_item *item = &outline->items[index];
    const char **home = home_of(item, heading);
    bool has_boxes = home == &item->fields[DEFINITION_CRITERIA] || home == &item->fields[DEFINITION_TESTS];
    AUTO(buffer) text = {0};
    for (size_t i = first; i < end; i++) {
        struct span line = lines->items[i].text;
        if (is_section_mark(line))
            continue;
        if (has_boxes && !lines->items[i].heading.length) {
            append_criterion(&text, line);
            continue;
        }
        buffer_append_span(&text, line);
        buffer_append_byte(&text, '\n');
    }
    struct span value = span_trim(buffer_span(&text));
    if (home)
        outline_append_field(outline, home, value);
    else
        outline_note(outline, index, outline_copy(outline, heading), value);
    if (value.length && heading.length == 13 && text_starts_with_word(heading, "Final Summary"))
        item->reason = outline_copy(outline, value);
}

void backlog_body_read(struct outline *outline, uint32_t item, struct span text) {
    AUTO(list_lines) lines = {0};
    struct span heading = {0};
    size_t first = 0;
    list_lines_read(&lines, text);
    for (size_t i = 0; i <= lines.count; i++) {
        bool is_end = i == lines.count;
        if (!is_end && (lines.items[i].level == 0 || lines.items[i].level > 2))
            continue;
        read_section(outline, item, &lines, first, i, heading);
        heading = is_end ? heading : lines.items[i].heading;
        first = i + 1;
    }
}
