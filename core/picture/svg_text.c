#include "picture/svg_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "format/prose.h"
#include "render/styled_text.h"

enum { ELLIPSIS_PERMILLE = 1000 }; /* width of "…", in thousandths of the font's size */

/* Takes no room: marks that combine with the character before, joiners, variation selectors, skin tones. */
static bool is_mark(uint32_t character) {
    static const struct text_range marks[] = {
        {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x64B, 0x65F},   {0x200B, 0x200D},   {0x20D0, 0x20FF},
        {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF}};
    return TEXT_IS_IN(character, marks);
}

/* As wide as high: East Asian characters and most pictographs. */
static bool is_wide(uint32_t character) {
    static const struct text_range wide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE4F}, {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6}, {0x1F000, 0x1FAFF},
                                             {0x2600, 0x27BF}, {0x20000, 0x3FFFD}, {0x2190, 0x23FF}, {0x2B00, 0x2BFF}};
    return TEXT_IS_IN(character, wide);
}

/* In thousandths of the font's size. */
static long permille_of(uint32_t character) {
    if (is_mark(character))
        return 0;
    if (is_wide(character))
        return 1150;
    if (character >= 0x80)
        return character >= 0x2010 && character <= 0x2027 ? 1000 : 720;
    if (strchr("ijlI.,:;'|! ", (int)character))
        return 330;
    if (strchr("frt()[]{}/\\-\"", (int)character))
        return 430;
    if (strchr("mwMW@%", (int)character))
        return 980;
    return character >= 'A' && character <= 'Z' ? 720 : 630;
}

/* Bytes of the first character and all that belongs to it; their width is added to @permille. */
static size_t cluster_length(struct span text, long *permille) {
    size_t length, total;
    uint32_t character = text_character(text, &total);
    *permille += permille_of(character);
    for (bool is_joined = false; total < text.length; total += length) {
        character = text_character(span_skip(text, total), &length);
        if (!is_joined && !is_mark(character))
            break;
        is_joined = character == 0x200D; /* zero width joiner: the next one belongs to it as well */
    }
    return total;
}

long svg_text_width(struct span text, long size) {
    long permille = 0;
    while (text.length)
        text = span_skip(text, cluster_length(text, &permille));
    return (permille * size + 999) / 1000;
}

/* Bytes at the start of @text that fit into @permille, in whole clusters; at least one if @is_forced. */
static size_t fitting_length(struct span text, long most, bool is_forced) {
    size_t fitting = 0;
    long permille = 0;
    while (fitting < text.length) {
        size_t length = cluster_length(span_skip(text, fitting), &permille);
        if (permille > most && (fitting || !is_forced))
            break;
        fitting += length;
    }
    return fitting;
}

void svg_text_append_short(struct buffer *line, struct span text, long size, long width) {
    long most = width * 1000 / size;
    text = span_trim(text);
    if (fitting_length(text, most, false) == text.length) {
        buffer_append_span(line, text);
        return;
    }
    struct span part = {text.data, fitting_length(text, most - ELLIPSIS_PERMILLE, false)};
    buffer_append_span(line, span_trim(part));
    buffer_append_string(line, "…");
}

struct span svg_text_take_line(struct span *rest, long size, long width) {
    struct span text = span_trim(*rest);
    size_t fitting = fitting_length(text, width * 1000 / size, true), end = fitting;
    if (fitting < text.length && text.data[fitting] != ' ')
        while (end > 0 && text.data[end - 1] != ' ')
            end--;
    if (end == 0)
        end = fitting; /* one word, longer than the line */
    *rest = span_trim(span_skip(text, end));
    return span_trim((struct span){text.data, end});
}

void svg_text_append_xml(struct buffer *xml, struct span text) {
    static const char *const entities[128] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
    struct buffer visible = {0};
    text_append_visible(&visible, text);
    size_t length;
    for (struct span rest = buffer_span(&visible); rest.length; rest = span_skip(rest, length)) {
        uint32_t character = text_character(rest, &length);
        if (character < 128 && entities[character])
            buffer_append_string(xml, entities[character]);
        else
            buffer_append(xml, rest.data, length);
    }
    buffer_release(&visible);
}

void svg_text_append_title(struct buffer *text, const char *title) {
    AUTO(buffer) plain = {0};
    prose_append_plain(&plain, span_of(title ? title : ""));
    styled_text_append_visible(text, plain.data);
}
