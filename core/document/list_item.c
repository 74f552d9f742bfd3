#include "document/list_item.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

static bool is_blank(struct span text) {
    return text.length == 0 || text_is_one_of(text.data[0], " \t");
}

/* Bytes of "-", "*", "+", "1." or "1)" at the start of @text, or 0. More than four digits are no number of an item. */
static size_t marker_length(struct span text) {
    enum { DIGITS_MOST = 4 };
    size_t digits = 0;
    while (digits < text.length && digits < DIGITS_MOST && isdigit((unsigned char)text.data[digits]))
        digits++;
    const char *marks = digits ? ".)" : "-*+";
    return digits < text.length && text_is_one_of(text.data[digits], marks) ? digits + 1 : 0;
}

/* Reads the box at the start of the content, if there is one. */
static void read_box(struct list_item *item) {
    struct span text = item->content;
    item->text = text;
    size_t length = span_starts_with(text, "[") ? text_character_length(span_skip(text, 1)) : 0;
    if (length == 0 || text.length < length + 2 || text.data[length + 1] != ']')
        return;
    struct span behind = span_skip(text, length + 2);
    bool is_optional = span_starts_with(behind, "*") && is_blank(span_skip(behind, 1));
    if (!is_optional && !is_blank(behind))
        return;
    item->mark = (struct span){text.data + 1, length};
    item->box = span_equals(item->mark, " ")                                   ? LIST_ITEM_OPEN_BOX
                : span_equals(item->mark, "x") || span_equals(item->mark, "X") ? LIST_ITEM_TICKED_BOX
                                                                               : LIST_ITEM_OTHER_BOX;
    item->is_optional = is_optional;
    item->text = span_trim(span_skip(behind, is_optional));
}

bool list_item_read(struct span line, struct list_item *item) {
    struct span rest = span_trim(line);
    size_t length = marker_length(rest);
    struct span behind = span_skip(rest, length), content = span_trim(behind);
    if (length == 0 || content.length == 0 || !is_blank(behind))
        return false;
    *item = (struct list_item){
        .indentation = text_indentation(line), .is_numbered = isdigit((unsigned char)rest.data[0]), .content = content};
    read_box(item);
    return true;
}

bool list_item_read_box(struct span line, struct list_item *item) {
    return list_item_read(line, item) && item->box != LIST_ITEM_NO_BOX;
}

struct span list_item_content(struct span line) {
    struct list_item item;
    return list_item_read(line, &item) ? item.content : span_trim(line);
}

struct span list_item_without_box(struct span text) {
    static const char *const signs[] = {"\xE2\x9C\x85", "\xE2\x98\x90", "\xE2\xAC\x9C"}; /* ✅ ☐ ⬜ */
    struct list_item item = {.content = text};
    read_box(&item);
    if (item.box == LIST_ITEM_OPEN_BOX || item.box == LIST_ITEM_TICKED_BOX)
        return item.text;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_starts_with(text, signs[i]))
            return span_trim(span_skip(text, strlen(signs[i])));
    return text;
}
