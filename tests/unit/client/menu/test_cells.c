#include <criterion/criterion.h>
#include <locale.h>

#include "menu/cells.h"

TestSuite(cells, .timeout = 60);

static void expect_text(struct buffer *text, const char *expected) {
    cr_expect_str_eq(buffer_text(text), expected);
    buffer_clear(text);
}

static void use_utf8(void) {
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
}

Test(cells, widths_are_those_of_a_terminal, .init = use_utf8) {
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {{"", 0}, {"abc", 3}, {"→ ✓", 3}, {"漢字", 4}, {"e\xcc\x81", 1}, {"📚", 2}, {"\x04red\x01", 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(cells_width(span_of(cases[i].text)), cases[i].width, "%s", cases[i].text);
}

Test(cells, nothing_untrusted_steers_a_terminal, .init = use_utf8) {
    static const struct {
        const char *text, *visible;
    } cases[] = {
        {"\033[2Jx", "\\x1b[2Jx"},
        {"\x02"
         "bold",
         "\\x02bold"}, /* no ink of ours */
        {"a\xe2\x80\xae"
         "b\xe2\x81\xa6"
         "c",
         "a\\u{202e}b\\u{2066}c"},                    /* direction of writing */
        {"\xe2\x8f\xb1\xef\xb8\x8f", "\xe2\x8f\xb1"}, /* a variation that some draw in two cells */
        {"a\xe2\x80\x8d"
         "b",
         "a\\u{200d}b"},
        {"\xff", "\\xff"},
        {"tab\there", "tab here"},
    };
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cells_append_visible(&text, span_of(cases[i].text));
        expect_text(&text, cases[i].visible);
    }
    buffer_release(&text);
}

Test(cells, colours_become_inks_and_other_sequences_nothing, .init = use_utf8) {
    struct buffer text = {0};
    cells_append_coloured(&text, span_of("\033[31mno\033[0m \033[1mB\033[0m"));
    expect_text(&text, "\x05no\x01 \x02"
                       "B\x01");
    cells_append_coloured(&text, span_of("a\033"));
    expect_text(&text, "a");
    cells_append_coloured(&text, span_of("a\033]0;title\007b"));
    expect_text(&text, "a]0;title\\x07b");
    buffer_release(&text);
}

Test(cells, what_does_not_fit_is_cut_with_a_sign, .init = use_utf8) {
    struct buffer text = {0};
    cells_append_short(&text, span_of("abcdef"), 4);
    expect_text(&text, "abc…");
    cells_append_short(&text, span_of("abcd"), 4);
    expect_text(&text, "abcd");
    cells_append_short(&text, span_of("漢字漢"), 4);
    expect_text(&text, "漢…");
    cells_append_short(&text, span_of("abc"), 0);
    expect_text(&text, "");
    cells_append_padded(&text, span_of("漢字漢"), 4);
    expect_text(&text, "漢… ");
    cells_append_padded(&text, span_of("ab"), 4);
    expect_text(&text, "ab  ");
    buffer_release(&text);
}

Test(cells, lines_break_at_blanks_or_within_long_words, .init = use_utf8) {
    static const struct {
        const char *text, *lines;
        size_t width;
    } cases[] = {
        {"one two three", "one two|three|", 8},
        {"abcdefghij", "abcd|efgh|ij|", 4},
        {"a bcdefghij", "a bc|defg|hij|", 4},
        {"漢字漢字", "漢|字|漢|字|", 3},
        {"漢", "漢|", 1},
        {"", "", 5},
        {"one   two", "one|two|", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer lines = {0};
        for (struct span rest = span_of(cases[i].text), line; cells_take_line(&rest, cases[i].width, &line);) {
            buffer_append_span(&lines, line);
            buffer_append_byte(&lines, '|');
        }
        cr_expect_str_eq(buffer_text(&lines), cases[i].lines);
        buffer_release(&lines);
    }
}
