#include "import/order_words.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "import/list_number.h"

void order_ids_release(struct order_ids *ids) {
    memory_free(ids->items);
    *ids = (struct order_ids){0};
}

static struct span skip_blanks(struct span text) {
    while (text.length && (text.data[0] == ' ' || text.data[0] == '\t' || text.data[0] == '*' || text.data[0] == '`'))
        text = span_skip(text, 1);
    return text;
}

static bool take_word(struct span *text, const char *word) {
    size_t length = strlen(word);
    struct span rest = skip_blanks(*text);
    if (rest.length < length || strncasecmp(rest.data, word, length) != 0)
        return false;
    bool is_ascii = isalpha((unsigned char)word[0]);
    if (is_ascii && rest.length > length && isalnum((unsigned char)rest.data[length]))
        return false;
    *text = skip_blanks(span_skip(rest, length));
    return true;
}

static bool take_one_of(struct span *text, const char *const *words) {
    for (; *words; words++)
        if (take_word(text, *words))
            return true;
    return false;
}

bool order_words_take_after(struct span *text) {
    static const char *const words[] = {"depends on", "depend on", "requires", "needs",      "after", "blocked by",
                                        "依賴",       "依赖",      "依存",     "depende de", NULL};
    if (!take_one_of(text, words))
        return false;
    take_word(text, ":");
    take_word(text, "：");
    return true;
}

bool order_words_take_before(struct span *text) {
    static const char *const words[] = {"blocks", "block", "before", NULL};
    return take_one_of(text, words);
}

/* --- ids --- */

/* "1", "1.2", "1.2.1" */
static struct span number_at(struct span text) {
    size_t length = 0;
    while (length < text.length && isdigit((unsigned char)text.data[length])) {
        while (length < text.length && isdigit((unsigned char)text.data[length]))
            length++;
        if (length + 1 >= text.length || text.data[length] != '.' || !isdigit((unsigned char)text.data[length + 1]))
            break;
        length++;
    }
    bool is_word = length < text.length && isalpha((unsigned char)text.data[length]);
    return (struct span){text.data, is_word ? 0 : length};
}

static struct span id_at(struct span text, bool is_number) {
    return is_number ? number_at(text) : list_number_bare_task_id(text);
}

static bool take_id(struct span *text, bool is_number, struct span *id) {
    struct span rest = skip_blanks(*text);
    *id = id_at(rest, is_number);
    if (id->length)
        *text = span_skip(rest, id->length);
    return id->length > 0;
}

void order_words_take_ids(struct span *text, bool is_number, struct order_ids *ids) {
    static const char *const dashes[] = {"-", "–", "—", "~", NULL};
    static const char *const commas[] = {",", ";", "、", "，", "&", "+", NULL};
    static const char *const words[] = {"and", "和", "与", "與", "と", "y", "e", NULL};
    for (struct span rest = *text, first, last;;) {
        if (!take_id(&rest, is_number, &first))
            return;
        struct span behind = rest;
        bool is_range = take_one_of(&behind, dashes) && take_id(&behind, is_number, &last);
        rest = is_range ? behind : rest;
        *LIST_ADD(ids->items, ids->count, ids->capacity) = (struct order_id){first, is_range ? last : first};
        *text = rest;
        bool has_comma = take_one_of(&rest, commas);
        if (!take_one_of(&rest, words) && !has_comma)
            return;
    }
}

bool order_words_has_id(struct span text) {
    for (size_t i = 0; i < text.length; i++)
        if ((i == 0 || !isalnum((unsigned char)text.data[i - 1])) && id_at(span_skip(text, i), false).length)
            return true;
    return false;
}

/* --- the order of ids --- */

static uint64_t take_number(struct span *text) {
    uint64_t number = 0;
    while (text->length && isdigit((unsigned char)text->data[0])) {
        number = number > UINT64_MAX / 16 ? number : number * 10 + (uint64_t)(text->data[0] - '0');
        *text = span_skip(*text, 1);
    }
    return number;
}

int order_words_compare(struct span a, struct span b) {
    while (a.length && b.length) {
        if (isdigit((unsigned char)a.data[0]) && isdigit((unsigned char)b.data[0])) {
            uint64_t left = take_number(&a), right = take_number(&b);
            if (left != right)
                return left < right ? -1 : 1;
            continue;
        }
        if (a.data[0] != b.data[0])
            return a.data[0] < b.data[0] ? -1 : 1;
        a = span_skip(a, 1);
        b = span_skip(b, 1);
    }
    return a.length ? 1 : b.length ? -1 : 0;
}

/* --- brackets --- */

static size_t bracket_length(struct span text, const char *ascii, const char *wide) {
    return span_starts_with(text, ascii) ? 1 : span_starts_with(text, wide) ? strlen(wide) : 0;
}

bool order_words_next_bracket(struct span text, size_t *at, size_t *open, struct span *inner) {
    for (; *at < text.length; ++*at) {
        size_t length = bracket_length(span_skip(text, *at), "(", "（");
        if (!length)
            continue;
        size_t first = *at + length, end = first, closing = 0;
        while (end < text.length && !(closing = bracket_length(span_skip(text, end), ")", "）")))
            end++;
        if (!closing)
            return false;
        *open = *at;
        *inner = (struct span){text.data + first, end - first};
        *at = end + closing;
        return true;
    }
    return false;
}
