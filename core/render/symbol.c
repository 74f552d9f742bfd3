#include "render/symbol.h"

#include <string.h>

#include "base/text.h"

static const struct {
    const char *symbol;
    const char *ascii;
} symbols[] = {
    {"✓", "+"}, {"✗", "x"}, {"–", "-"}, {"▶", ">"}, {"○", "o"}, {"◐", "s"}, {"●", "e"}, {"◑", "r"}, /* states */
    {"█", "#"}, {"░", "."}, {"…", "~"}, {"·", "-"}, {"→", ">"},                                     /* tables, lists */
    {"—", "-"}, {"│", "|"}, {"├", "+"}, {"└", "+"}, {"─", "-"},                                     /* a tree */
    {"▸", ">"}, {"▴", "^"}, {"▾", "v"}, {"↑", "^"}, {"↓", "v"}, {"←", "<"},                         /* the menu */
};
enum { SYMBOLS = sizeof symbols / sizeof *symbols };

/* Its position, or SYMBOLS. */
static size_t find(struct span words) {
    size_t at = 0;
    while (at < SYMBOLS && !span_starts_with(words, symbols[at].symbol))
        at++;
    return at;
}

const char *symbol_text(const struct style *style, const char *symbol) {
    size_t at = find(span_of(symbol));
    return style->is_ascii && at < SYMBOLS ? symbols[at].ascii : symbol;
}

void symbol_append_ascii(struct buffer *text, struct span words) {
    while (words.length) {
        size_t at = (unsigned char)words.data[0] < 0x80 ? SYMBOLS : find(words);
        buffer_append_byte(text, at < SYMBOLS ? symbols[at].ascii[0] : words.data[0]);
        words = span_skip(words, at < SYMBOLS ? strlen(symbols[at].symbol) : 1);
    }
}

void symbol_append_words(struct buffer *text, const struct style *style, const char *words) {
    if (style->is_ascii)
        symbol_append_ascii(text, span_of(words));
    else
        buffer_append_string(text, words);
}
