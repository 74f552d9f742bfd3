#include <criterion/criterion.h>
#include <locale.h>

#include "base/columns.h"

TestSuite(columns, .timeout = 60);

Test(columns, text_takes_the_same_room_in_every_locale) {
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {{"", 0},          {"abc", 3},
                {"naïve", 5},     {"漢字", 4},
                {"▶ ✓ ✗ ○ –", 9}, {"e\xCC\x81", 1},
                {"a\xFF", 2},     {"😀", 2},
                {"…", 1},         {"\033[1;31mred\033[0m", 3},
                {"\033[2J", 4},   {"\xF3\xA1\x80\x80", 1}};
    static const char *const locales[] = {"C", "C.UTF-8"};
    for (size_t k = 0; k < 2; k++) {
        cr_assert(setlocale(LC_ALL, locales[k]));
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            cr_expect_eq(columns_of(span_of(rows[i].text)), rows[i].columns, "%s in %s: %zu", rows[i].text, locales[k],
                         columns_of(span_of(rows[i].text)));
    }
}

Test(columns, no_character_is_cut) {
    size_t width;
    cr_expect_eq(columns_fit(span_of("漢字"), 3, &width), strlen("漢"));
    cr_expect_eq(width, 2);
    cr_expect_eq(columns_fit(span_of("abc"), 2, &width), 2);
    cr_expect_eq(columns_fit(span_of("abc"), 0, &width), 0);
    cr_expect_eq(width, 0);
}

Test(columns, what_does_not_fit_is_cut_with_a_sign) {
    static const struct {
        const char *words, *text;
        size_t width;
    } rows[] = {
        {"abcdef", "abc…", 4},
        {"abcd", "abcd", 4},
        {"ab", "ab  ", 4},
        {"漢字漢", "漢… ", 4},
        {"abc", "", 0},
        {"\033[31mabcdef\033[0m", "\033[31mabc…", 4},
        {"\033[31mabcd\033[0m", "\033[31mabcd\033[0m", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer text = {0};
        columns_append_cell(&text, span_of(rows[i].words), rows[i].width, "…");
        cr_expect_str_eq(buffer_text(&text), rows[i].text, "%s: %s", rows[i].words, buffer_text(&text));
        buffer_release(&text);
    }
}

Test(columns, what_terminals_draw_differently_is_left_out) {
    static const struct {
        const char *text, *steady;
    } rows[] = {
        {"a → ✓ 漢 e\xCC\x81", "a → ✓ 漢 e\xCC\x81"},
        {"\xE2\x8F\xB1\xEF\xB8\x8F", "\xE2\x8F\xB1"}, /* a variation that some draw in two columns */
        {"👩\xE2\x80\x8D👧", "👩👧"},
        {"\xF3\xA1\x80\x80", "\xEF\xBF\xBD"}, /* no character yet */
        {"a\xFF\tb", "a\xFF b"},
        {"\033[1mb", "\033[1mb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer steady = {0};
        columns_append_steady(&steady, span_of(rows[i].text));
        cr_expect_str_eq(buffer_text(&steady), rows[i].steady, "%s: %s", rows[i].text, buffer_text(&steady));
        cr_expect_eq(columns_of(buffer_span(&steady)), columns_of(span_of(rows[i].text)), "%s", rows[i].text);
        buffer_release(&steady);
    }
}

Test(columns, words_are_wrapped_where_they_do_not_fit) {
    static const struct {
        const char *words, *text;
        size_t used, indent, most;
    } rows[] = {
        {"", "", 0, 0, 8},
        {"one two three", "one two\nthree", 0, 0, 8},
        {"one  two\nthree ", "one\n  two\n  three", 4, 2, 8},
        {"a_word_that_is_too_long here", "a_word_that_is_too_long\nhere", 0, 0, 8},
        {"größer, weiter", "größer,\nweiter", 0, 0, 8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer text = {0};
        columns_append_wrapped(&text, span_of(rows[i].words), rows[i].used, rows[i].indent, rows[i].most);
        cr_expect_str_eq(buffer_text(&text), rows[i].text, "%s: %s", rows[i].words, buffer_text(&text));
        buffer_release(&text);
    }
}
