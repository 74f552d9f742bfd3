#include "document/id_list.h"

#include <string.h>

#include "base/text.h"
#include "document/list_item.h"
#include "document/names.h"

/* Bytes of the separator at the start of @text; 0 if there is none. */
static size_t separator_at(struct span text) {
    if (text_is_one_of(text.data[0], ",;\n"))
        return 1;
    static const char *const words[] = {" and ", " & ", " + "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_starts_with(text, words[i]))
            return strlen(words[i]);
    return 0;
}

/* The text up to the next separator outside parentheses; takes both off @rest. */
static struct span next_part(struct span *rest) {
    struct span part = {rest->data, 0};
    size_t depth = 0, separator = 0;
    for (; part.length < rest->length; part.length++) {
        char byte = rest->data[part.length];
        depth += byte == '(';
        depth -= byte == ')' && depth > 0;
        if (byte == '\n') /* one that is left open ends with its line */
            depth = 0;
        separator = depth ? 0 : separator_at(span_skip(*rest, part.length));
        if (separator)
            break;
    }
    *rest = span_skip(*rest, part.length + separator);
    return span_trim(part);
}

static bool take(struct span *text, const char *prefix) {
    if (!span_starts_with(*text, prefix))
        return false;
    *text = span_trim(span_skip(*text, strlen(prefix)));
    return true;
}

static bool take_word(struct span *text, const char *word) {
    if (!text_starts_with_word(*text, word))
        return false;
    *text = span_trim(span_skip(*text, strlen(word)));
    return true;
}

/* List marks, emphasis, and the words that may stand before an id. */
static struct span without_lead(struct span text) {
    static const char *const marks[] = {"**", "`", "•", ":"};
    static const char *const words[] = {"achievements", "achievement", "depends on", "requires", "after", "and"};
    for (size_t length = text.length + 1; text.length < length;) {
        struct list_item item;
        length = text.length;
        if (list_item_read(text, &item) && !item.is_numbered)
            text = item.content;
        text = list_item_without_box(text);
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            take(&text, marks[i]);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            take_word(&text, words[i]);
    }
    return text;
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

static bool has_digit(struct span text) {
    for (size_t i = 0; i < text.length; i++)
        if (is_digit(text.data[i]))
            return true;
    return false;
}

static bool says_none(struct span text) {
    static const char *const words[] = {"none", "nothing", "no", "n/a"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_starts_with_word(text, words[i]))
            return !has_digit(text);
    return span_equals(text, "-") || span_equals(text, "\xE2\x80\x93") || span_equals(text, "\xE2\x80\x94");
}

/* May this stand behind an id, as its title or a remark? Not what makes it one of several, or a version, or a maybe. */
static bool is_remark(struct span text) {
    static const char *const doubts[] = {"or",         "to",    "through", "until", "optional",
                                         "optionally", "maybe", "if",      "not",   "soft"};
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++)
        if (text_has_word(text, doubts[i]) && (i >= 4 || text_starts_with_word(text, doubts[i])))
            return false;
    if (text.length == 0 || text.data[0] == '(' || text.data[0] == ':')
        return true;
    struct span rest = text;
    bool is_dashed = take(&rest, "-") || take(&rest, "\xE2\x80\x93") || take(&rest, "\xE2\x80\x94");
    return !has_digit(rest) && (is_dashed ? rest.length > 0 : !text_is_one_of(text.data[0], "/+<>=~^."));
}

bool id_list_next(struct span *rest, struct id_list_item *item) {
    struct span part = {0}, bare = {0};
    while (rest->length && bare.length == 0) {
        part = next_part(rest);
        bare = says_none(part) ? part : without_lead(part);
    }
    if (bare.length == 0)
        return false;
    struct span id = names_leading_id(bare), after = span_skip(bare, id.length);
    while (take(&after, "**") || take(&after, "`"))
        ;
    while (after.length && text_is_one_of(after.data[after.length - 1], "*`."))
        after.length--;
    enum id_list_kind kind = says_none(bare)                            ? ID_LIST_NONE
                             : id.length && is_remark(span_trim(after)) ? ID_LIST_ID
                                                                        : ID_LIST_UNSURE;
    *item = (struct id_list_item){kind, part, id};
    return true;
}
