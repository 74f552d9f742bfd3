#include <criterion/criterion.h>
#include <locale.h>

#include "base/columns.h"

TestSuite(columns, .timeout = 60);

Test(columns, text_takes_the_same_room_in_every_locale) {
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {{"", 0},          {"abc", 3},   {"naïve", 5}, {"漢字", 4}, {"▶ ✓ ✗ ○ –", 9},
                {"e\xCC\x81", 1}, {"a\xFF", 2}, {"😀", 2},     {"…", 1}};
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
