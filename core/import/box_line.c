#include "import/box_line.h"

#include <ctype.h>

#include "base/text.h"

static bool is_blank(struct span text) {
    return text.length == 0 || text.data[0] == ' ' || text.data[0] == '\t';
}

bool box_line_bullet(struct span line, struct span *text) {
    struct span rest = span_trim(line);
    size_t length = 0;
    while (length < rest.length && isdigit((unsigned char)rest.data[length]))
        length++;
    bool is_mark = length ? length < rest.length && text_is_one_of(rest.data[length], ".)")
                          : rest.length && text_is_one_of(rest.data[0], "-*+");
    struct span behind = is_mark ? span_skip(rest, length + 1) : rest;
    if (!is_mark || !is_blank(behind))
        return false;
    *text = span_trim(behind);
    return true;
}

bool box_line_read(struct span line, struct box_line *box) {
    struct span rest = span_trim(line), text;
    size_t length =
        rest.length && text_is_one_of(rest.data[0], "-*+") && box_line_bullet(line, &text) && text.length > 2
            ? text_character_length(span_skip(text, 1))
            : 0;
    if (length == 0 || text.data[0] != '[' || text.length < length + 2 || text.data[length + 1] != ']')
        return false;
    *box = (struct box_line){.indentation = text_indentation(line), .mark = {text.data + 1, length}};
    text = span_skip(text, length + 2);
    box->is_optional = span_starts_with(text, "*") && is_blank(span_skip(text, 1));
    text = span_skip(text, box->is_optional ? 1 : 0);
    box->text = span_trim(text);
    return is_blank(text);
}

bool box_line_is_ticked(const struct box_line *box) {
    return span_equals(box->mark, "x") || span_equals(box->mark, "X");
}

static struct span bare_task_id(struct span text) {
    size_t length = 1;
    while (length < text.length && isdigit((unsigned char)text.data[length]))
        length++;
    if (text.length < 4 || text.data[0] != 'T' || length < 4)
        return (struct span){0};
    if (length < text.length && text.data[length] >= 'A' && text.data[length] <= 'Z')
        length++;
    bool is_word = length == text.length ||
                   (!isalnum((unsigned char)text.data[length]) && text.data[length] != '_' && text.data[length] != '-');
    return is_word ? (struct span){text.data, length} : (struct span){0};
}

struct span box_line_task_id(struct span text) {
    return bare_task_id(span_starts_with(text, "**") ? span_skip(text, 2) : text);
}

struct span box_line_take_task_id(struct span *text) {
    struct span id = box_line_task_id(*text), rest = *text;
    if (id.length == 0)
        return id;
    bool is_bold = span_starts_with(rest, "**");
    rest = span_skip(rest, id.length + (is_bold ? 2 : 0));
    if (span_starts_with(rest, ":"))
        rest = span_skip(rest, 1);
    if (is_bold && span_starts_with(rest, "**"))
        rest = span_skip(rest, 2);
    if (span_starts_with(rest, ":"))
        rest = span_skip(rest, 1);
    *text = span_trim(rest);
    return id;
}

bool box_line_number(struct span text, struct span *number) {
    size_t length = 0, end = 0;
    bool has_dot = false;
    while (length < text.length && isdigit((unsigned char)text.data[length])) {
        while (length < text.length && isdigit((unsigned char)text.data[length]))
            length++;
        end = length;
        if (length == text.length || text.data[length] != '.')
            break;
        has_dot = true;
        length++;
    }
    if (!has_dot || length == text.length || !is_blank(span_skip(text, length)))
        return false;
    if (number)
        *number = (struct span){text.data, end};
    return true;
}

struct span box_line_take_number(struct span *text) {
    struct span number = {0}, rest;
    if (!box_line_number(*text, &number))
        return number;
    rest = span_skip(*text, number.length);
    *text = span_trim(span_starts_with(rest, ".") ? span_skip(rest, 1) : rest);
    return number;
}
