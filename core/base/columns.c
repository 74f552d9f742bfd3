#include "base/columns.h"

#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "base/text.h"

/* Letters, punctuation, arrows and the shapes that we print ourselves: one column each, whatever the terminal. */
static bool is_narrow(uint32_t character) {
    static const struct text_range ranges[] = {{0xA0, 0x2FF},    {0x370, 0x482},   {0x2010, 0x2027},
                                               {0x2190, 0x21FF}, {0x2500, 0x25FC}, {0x2713, 0x2717}};
    return TEXT_IS_IN(character, ranges);
}

static locale_t utf8_locale;

static void load_locale(void) {
    utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

/* The C library knows how wide anything else is, once it has loaded a locale for that. Any thread may ask. -1: it does
 * not know. */
static int width_by_locale(uint32_t character) {
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* ThreadSanitizer does not see call_once */
    pthread_once(&once, load_locale);
    locale_t before = utf8_locale ? uselocale(utf8_locale) : NULL;
    int width = wcwidth((wchar_t)character);
    if (before)
        uselocale(before);
    return width;
}

static size_t width_of(uint32_t character) {
    int width = is_narrow(character) ? 1 : width_by_locale(character);
    return width >= 0 ? (size_t)width : 1;
}

size_t columns_color_length(struct span text) {
    enum { PARAMETERS_MOST = 5 };
    size_t end = 2;
    if (!span_starts_with(text, "\033["))
        return 0;
    while (end < text.length && end < 2 + PARAMETERS_MOST && text_is_one_of(text.data[end], "0123456789;"))
        end++;
    return end < text.length && text.data[end] == 'm' ? end + 1 : 0;
}

/* Bytes and columns of the first character or colour. */
static size_t measure(struct span text, size_t *width) {
    size_t length = columns_color_length(text);
    *width = 0;
    if (length)
        return length;
    uint32_t character = text_character(text, &length);
    *width = length <= 1 ? 1 : width_of(character);
    return length ? length : 1;
}

size_t columns_fit(struct span text, size_t most, size_t *width) {
    size_t used = 0, more;
    *width = 0;
    while (used < text.length) {
        size_t length = measure(span_skip(text, used), &more);
        if (*width + more > most)
            break;
        *width += more;
        used += length;
    }
    return used;
}

size_t columns_of(struct span text) {
    size_t width;
    columns_fit(text, SIZE_MAX, &width);
    return width;
}

size_t columns_append_cut(struct buffer *text, struct span words, size_t most, const char *sign) {
    size_t taken, length = columns_fit(words, most, &taken);
    bool is_cut = length < words.length && most;
    if (is_cut)
        length = columns_fit(words, most - 1, &taken);
    buffer_append(text, words.data, length);
    buffer_append_string(text, is_cut ? sign : "");
    return taken + is_cut;
}

void columns_append_cell(struct buffer *text, struct span words, size_t width, const char *sign) {
    for (size_t taken = columns_append_cut(text, words, width, sign); taken < width; taken++)
        buffer_append_byte(text, ' ');
}

/* Characters that join and vary others: some terminals draw these in one column, others in two. */
static bool is_unruly(uint32_t character) {
    static const struct text_range ranges[] = {{0x200C, 0x200D}, {0xFE00, 0xFE0F}, {0xE0100, 0xE01EF}};
    return TEXT_IS_IN(character, ranges);
}

void columns_append_steady(struct buffer *steady, struct span text) {
    for (size_t length; text.length; text = span_skip(text, length)) {
        uint32_t character = text_character(text, &length);
        bool is_plain = length <= 1 || is_narrow(character);
        length = length ? length : 1;
        if (text.data[0] == '\t')
            buffer_append_byte(steady, ' ');
        else if (!is_plain && width_by_locale(character) < 0)
            buffer_append_string(steady, "\xEF\xBF\xBD"); /* U+FFFD */
        else if (is_plain || !is_unruly(character))
            buffer_append(steady, text.data, length);
    }
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\n';
}

/* Takes the next word off @words; empty at the end. */
static struct span next_word(struct span *words) {
    while (words->length && is_blank(words->data[0]))
        *words = span_skip(*words, 1);
    struct span word = {words->data, 0};
    while (word.length < words->length && !is_blank(words->data[word.length]))
        word.length++;
    *words = span_skip(*words, word.length);
    return word;
}

void columns_append_wrapped(struct buffer *text, struct span words, size_t used, size_t indent, size_t most) {
    bool is_first = true;
    for (struct span word = next_word(&words); word.length; word = next_word(&words)) {
        size_t width = columns_of(word);
        if (!is_first && used + 1 + width > most) {
            buffer_append_format(text, "\n%*s", (int)indent, "");
            used = indent;
        } else if (!is_first) {
            buffer_append_byte(text, ' ');
            used++;
        }
        buffer_append_span(text, word);
        used += width;
        is_first = false;
    }
}
