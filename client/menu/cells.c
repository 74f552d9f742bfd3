#include "menu/cells.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/auto.h"
#include "base/columns.h"
#include "base/text.h"

bool cells_is_ink(char byte) {
    return byte >= INK_PLAIN && byte < INK_END;
}

size_t cells_character(struct span text, size_t *width) {
    size_t length = text_character_length(text);
    if (length == 0)
        length = text.length > 0;
    *width = length && !cells_is_ink(text.data[0]) ? columns_of((struct span){text.data, length}) : 0;
    return length;
}

size_t cells_width(struct span text) {
    size_t sum = 0, width;
    for (size_t length; (length = cells_character(text, &width)); text = span_skip(text, length))
        sum += width;
    return sum;
}

void cells_append_ink(struct buffer *line, enum ink ink) {
    buffer_append_byte(line, (char)ink);
}

/*
 * Characters that join and vary others: some terminals draw these in one cell, others in two, and what is not where we
 * think it is garbles the screen.
 */
static bool is_unruly(uint32_t character) {
    static const struct text_range ranges[] = {{0x200c, 0x200d}, {0xfe00, 0xfe0f}, {0xe0100, 0xe01ef}};
    return TEXT_IS_IN(character, ranges);
}

void cells_append_visible(struct buffer *line, struct span untrusted) {
    AUTO(buffer) visible = {0};
    text_append_visible(&visible, untrusted);
    struct span rest = buffer_span(&visible);
    for (size_t length; rest.length; rest = span_skip(rest, length)) {
        uint32_t character = text_character(rest, &length);
        if (is_unruly(character))
            continue;
        if (wcwidth((wchar_t)character) < 0)
            buffer_append_string(line, "\xef\xbf\xbd");
        else
            buffer_append(line, rest.data, length);
    }
}

static enum ink ink_of(struct span sequence) {
    static const struct {
        const char *sequence;
        enum ink ink;
    } inks[] = {{"1", INK_BOLD}, {"2", INK_DIM},    {"90", INK_DIM},    {"32", INK_GREEN},    {"1;32", INK_GREEN},
                {"31", INK_RED}, {"1;31", INK_RED}, {"33", INK_YELLOW}, {"1;33", INK_YELLOW}, {"36", INK_CYAN}};
    for (size_t i = 0; i < sizeof inks / sizeof *inks; i++)
        if (span_equals(sequence, inks[i].sequence))
            return inks[i].ink;
    return INK_PLAIN;
}

void cells_append_coloured(struct buffer *line, struct span text) {
    while (text.length) {
        const char *escape = memchr(text.data, '\033', text.length);
        size_t length = escape ? (size_t)(escape - text.data) : text.length;
        cells_append_visible(line, (struct span){text.data, length});
        text = span_skip(text, length);
        if (text.length == 0)
            return;
        const char *end = memchr(text.data, 'm', text.length);
        bool is_color = text.length > 1 && text.data[1] == '[' && end;
        if (is_color)
            cells_append_ink(line, ink_of((struct span){text.data + 2, (size_t)(end - text.data) - 2}));
        text = span_skip(text, is_color ? (size_t)(end - text.data) + 1 : 1);
    }
}

/* Offset behind as many characters as fit. */
static size_t fit(struct span text, size_t width) {
    size_t taken = 0, offset = 0, cells;
    for (size_t length; (length = cells_character(span_skip(text, offset), &cells)); offset += length) {
        if (taken + cells > width)
            break;
        taken += cells;
    }
    return offset;
}

void cells_append_short(struct buffer *line, struct span text, size_t width) {
    size_t offset = fit(text, width);
    bool is_cut = offset < text.length && width;
    buffer_append(line, text.data, is_cut ? fit(text, width - 1) : offset);
    buffer_append_string(line, is_cut ? "…" : "");
}

void cells_append_padded(struct buffer *line, struct span text, size_t width) {
    size_t before = line->length;
    cells_append_short(line, text, width);
    size_t taken = cells_width((struct span){line->data + before, line->length - before});
    for (; taken < width; taken++)
        buffer_append_byte(line, ' ');
}

void cells_append_inked(struct buffer *line, enum ink ink, const char *text) {
    cells_append_ink(line, ink);
    cells_append_visible(line, span_of(text));
    cells_append_ink(line, INK_PLAIN);
}

void cells_append_column(struct buffer *line, const char *text, size_t width) {
    AUTO(buffer) visible = {0};
    cells_append_visible(&visible, span_of(text));
    cells_append_padded(line, buffer_span(&visible), width);
}

size_t cells_visible_width(const char *text) {
    AUTO(buffer) visible = {0};
    cells_append_visible(&visible, span_of(text));
    return cells_width(buffer_span(&visible));
}

void cells_append_bar(struct buffer *line, size_t done, size_t total, size_t width) {
    size_t cells = total ? done * width / total : 0;
    cells_append_ink(line, INK_GREEN);
    for (size_t i = 0; i < width; i++) {
        if (i == cells)
            cells_append_ink(line, INK_DIM);
        buffer_append_string(line, i < cells ? "█" : "░");
    }
    cells_append_ink(line, INK_PLAIN);
}

bool cells_take_line(struct span *rest, size_t width, struct span *line) {
    size_t ignored;
    if (rest->length == 0)
        return false;
    size_t offset = fit(*rest, width);
    if (offset == 0)
        offset = cells_character(*rest, &ignored);
    if (offset < rest->length && rest->data[offset] != ' ') {
        size_t blank = offset;
        while (blank > 0 && rest->data[blank - 1] != ' ')
            blank--;
        if (blank > offset / 2) /* a long word is rather cut than put on a separate line */
            offset = blank;
    }
    *line = (struct span){rest->data, offset};
    *rest = span_skip(*rest, offset);
    while (line->length && rest->length && line->data[line->length - 1] == ' ')
        line->length--;
    while (rest->length && rest->data[0] == ' ')
        *rest = span_skip(*rest, 1);
    return true;
}
