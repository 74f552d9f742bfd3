#include "import/list_number.h"

#include <ctype.h>

#include "base/text.h"

static bool is_blank(struct span text) {
    return text.length == 0 || text.data[0] == ' ' || text.data[0] == '\t';
}

struct span list_number_bare_task_id(struct span text) {
    size_t length = 1;
    while (length < text.length && isdigit((unsigned char)text.data[length]))
        length++;
    if (text.length < 4 || text.data[0] != 'T' || length < 4)
        return (struct span){0};
    if (length < text.length && text.data[length] >= 'A' && text.data[length] <= 'Z')
        length++;
    bool is_word = length == text.length || !isalnum((unsigned char)text.data[length]);
    return is_word ? (struct span){text.data, length} : (struct span){0};
}

struct span list_number_task_id(struct span text) {
    text = span_starts_with(text, "**") ? span_skip(text, 2) : text;
    struct span id = list_number_bare_task_id(text), behind = span_skip(text, id.length);
    return behind.length && text_is_one_of(behind.data[0], "_-") ? (struct span){0} : id;
}

struct span list_number_take_task_id(struct span *text) {
    struct span id = list_number_task_id(*text), rest = *text;
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

bool list_number_read(struct span text, struct span *number) {
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

struct span list_number_take(struct span *text) {
    struct span number = {0}, rest;
    if (!list_number_read(*text, &number))
        return number;
    rest = span_skip(*text, number.length);
    *text = span_trim(span_starts_with(rest, ".") ? span_skip(rest, 1) : rest);
    return number;
}
