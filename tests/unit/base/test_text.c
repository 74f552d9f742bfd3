/*
 * core/base/text: valid and broken UTF-8, distances between words, whole words, and words for a shell.
 */
#include "base/text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

TestSuite(text, .timeout = 60);

#define BYTES(text)                                                                                                    \
    { text, sizeof(text) - 1 }

Test(text, characters_by_the_letter_of_rfc_3629) {
    static const struct {
        struct span bytes;
        size_t length;
    } cases[] = {
        {BYTES(""), 0},
        {BYTES("a"), 1},
        {BYTES("\0"), 1},
        {BYTES("\x7F"), 1},
        {BYTES("\x80"), 0},
        {BYTES("\xBF\x80"), 0},
        {BYTES("\xC0\x80"), 0},
        {BYTES("\xC1\xBF"), 0},
        {BYTES("\xC2\x80"), 2},
        {BYTES("\xDF\xBF"), 2},
        {BYTES("\xC3"), 0},
        {BYTES("\xC3x"), 0},
        {BYTES("\xC3\xC3"), 0},
        {BYTES("\xE0\x9F\xBF"), 0},
        {BYTES("\xE0\xA0\x80"), 3},
        {BYTES("\xED\x9F\xBF"), 3},
        {BYTES("\xED\xA0\x80"), 0},
        {BYTES("\xEE\x80\x80"), 3},
        {BYTES("\xEF\xBF\xBF"), 3},
        {BYTES("\xE2\x82"), 0},
        {BYTES("\xE2(\xA1"), 0},
        {BYTES("\xE2\x82("), 0},
        {BYTES("\xF0\x8F\xBF\xBF"), 0},
        {BYTES("\xF0\x90\x80\x80"), 4},
        {BYTES("\xF4\x8F\xBF\xBF"), 4},
        {BYTES("\xF4\x90\x80\x80"), 0},
        {BYTES("\xF0\x9F\x98"), 0},
        {BYTES("\xF0\x9F\x98x"), 0},
        {BYTES("\xF5\x80\x80\x80"), 0},
        {BYTES("\xFF"), 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *copy = memory_allocate(cases[i].bytes.length, 1); /* of exactly this size: nothing is read past it */
        if (cases[i].bytes.length)
            memcpy(copy, cases[i].bytes.data, cases[i].bytes.length);
        struct span bytes = {copy, cases[i].bytes.length};
        cr_expect_eq(text_character_length(bytes), cases[i].length, "case %zu", i);
        cr_expect_eq(text_valid_length(bytes), cases[i].length, "case %zu", i);
        memory_free(copy);
    }
    cr_expect_eq(text_valid_length((struct span)BYTES("a\xC3\xA9\xF0\x9F\x98\x80z\xFFz")), 8);
    cr_expect_eq(text_valid_length((struct span){NULL, 0}), 0);
}

struct conversion {
    struct span from;
    const char *to;
};

static void expect_conversions(void (*convert)(struct buffer *buffer, struct span span), const struct conversion *cases,
                               size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct buffer result = {0};
        buffer_append_string(&result, "> ");
        convert(&result, cases[i].from);
        cr_expect_str_eq(buffer_text(&result) + 2, cases[i].to, "case %zu: %s", i, buffer_text(&result));
        buffer_release(&result);
    }
}

Test(text, visible_text_has_no_control_characters) {
    static const struct conversion cases[] = {
        {BYTES(""), ""},
        {BYTES("plain \xC3\xA9 \xF0\x9F\x98\x80"), "plain \xC3\xA9 \xF0\x9F\x98\x80"},
        {BYTES("a\tb\nc"), "a b c"},
        {BYTES("a\rb"), "a\\x0db"},
        {BYTES("\x1b[31m"), "\\x1b[31m"},
        {BYTES("a\0b"), "a\\x00b"},
        {BYTES("\x7F"), "\\x7f"},
        {BYTES("\xC2\x9B"
               "31m"),
         "\\u{9b}31m"},
        {BYTES("\xC2\xA0"), "\xC2\xA0"},
        {BYTES("\xFFz\xE2\x82"), "\\xffz\\xe2\\x82"},
    };
    expect_conversions(text_append_visible, cases, sizeof cases / sizeof *cases);
}

Test(text, what_is_not_seen_is_written_as_its_code) {
    static const struct conversion cases[] = {
        {BYTES("a\tb\nc\r"), "a\tb\nc\\x0d"},
        {BYTES("x\xE2\x80\xAEy\xE2\x81\xA6\xE2\x80\x8F\xD8\x9C"), "x\\u{202e}y\\u{2066}\\u{200f}\\u{61c}"},
        {BYTES("\xE2\x80\x8B\xE2\x81\xA0\xEF\xBB\xBF\xC2\xAD"), "\\u{200b}\\u{2060}\\u{feff}\\u{ad}"},
        {BYTES("\xF3\xA0\x81\x81\xEF\xBF\xB9\xEF\xBF\xBE"), "\\u{e0041}\\u{fff9}\\u{fffe}"},
        {BYTES("a\xE2\x80\x8D"
               "b\xE2\x80\x8C"
               "c"),
         "a\\u{200d}b\\u{200c}c"},
        {BYTES("\xE2\x80\x8D\xE2\x80\x8D"), "\\u{200d}\\u{200d}"},
        {BYTES("a\xEF\xB8\x8F 1\xEF\xB8\x8F\xE2\x83\xA3"), "a\\u{fe0f} 1\xEF\xB8\x8F\xE2\x83\xA3"},
        {BYTES("\xE2\x9D\xA4\xEF\xB8\x8F\xE2\x80\x8D\xF0\x9F\x94\xA5"),
         "\xE2\x9D\xA4\xEF\xB8\x8F\xE2\x80\x8D\xF0\x9F\x94\xA5"}, /* a heart on fire */
        {BYTES("\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x9A\x80"),
         "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x9A\x80"},                        /* of a skin tone */
        {BYTES("\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"), "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"}, /* Persian */
        {BYTES("\xD9\x85\xE2\x80\x8C"
               "a"),
         "\xD9\x85\\u{200c}a"},
        {BYTES("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7"),
         "\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7"}, /* Devanagari */
        {BYTES("\xE8\xBE\xBB\xF3\xA0\x84\x80"
               "a\xF3\xA0\x84\x80"),
         "\xE8\xBE\xBB\xF3\xA0\x84\x80"
         "a\\u{e0100}"}, /* an ideograph's variant, and a letter's */
        {BYTES("\xFF\xC2\x80"), "\\xff\\u{80}"},
    };
    expect_conversions(text_append_shown, cases, sizeof cases / sizeof *cases);
    for (size_t i = 1; i < sizeof cases / sizeof *cases; i++) { /* what has been shown is shown as it is */
        struct span shown = span_of(cases[i].to);
        cr_expect_eq(text_shown_length(shown), shown.length, "case %zu", i);
    }
    cr_expect_eq(text_unseen_line(span_of("a\nb\n\033")), 3);
    cr_expect_eq(text_unseen_line(span_of("a\nb\n\tc")), 0);
}

Test(text, json_reads_escapes_as_the_same) {
    static const struct conversion cases[] = {
        {BYTES("{\"a\":\n\t\"\xE2\x80\xAE\xF3\xA0\x81\x81\"}\r"), "{\"a\":\n\t\"\\u202e\\udb40\\udc41\"}\r"},
        {BYTES("\x1b\x7f\xC2\x9B\xFF"), "\\u001b\\u007f\\u009b\xEF\xBF\xBD"},
    };
    expect_conversions(text_append_escaped, cases, sizeof cases / sizeof *cases);
}

Test(text, normalized_text_keeps_its_lines) {
    static const struct conversion cases[] = {
        {BYTES(""), ""},
        {BYTES("\xEF\xBB\xBF# A\r\nb\r\n"), "# A\nb\n"},
        {BYTES("\xEF\xBB\xBF"), ""},
        {BYTES("a\xEF\xBB\xBF"), "a\xEF\xBB\xBF"},
        {BYTES("a\rb\r"), "a b "},
        {BYTES("a\r\r\nb"), "a \nb"},
        {BYTES("a\0b"), "a\xEF\xBF\xBD"
                        "b"},
        {BYTES("\xC3\xA9\xFF\xC3"), "\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD"},
        {BYTES("a\tb\x1b"), "a\tb\x1b"},
        {BYTES("\n\n"), "\n\n"},
    };
    expect_conversions(text_append_normalized, cases, sizeof cases / sizeof *cases);
}

Test(text, distances) {
    char long_word[66];
    memset(long_word, 'a', 65);
    long_word[65] = '\0';
    const struct {
        const char *a, *b;
        size_t most, distance;
    } cases[] = {{"", "", 3, 0},
                 {"abc", "ABC", 3, 0},
                 {"", "abc", 9, 3},
                 {"abc", "", 9, 3},
                 {"kitten", "sitting", 9, 3},
                 {"flaw", "lawn", 9, 2},
                 {"1.12", "1.1", 9, 1},
                 {"1.12", "1.21", 9, 1},
                 {"levle", "level", 9, 1},
                 {"abc", "xyz", 1, 2},
                 {"abc", "xyz", 3, 3},
                 {long_word, long_word, 5, 6},
                 {long_word + 1, long_word + 1, 5, 0},
                 {long_word + 1, long_word, 5, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t most = cases[i].most;
        cr_expect_eq(text_distance(cases[i].a, cases[i].b, most), cases[i].distance, "case %zu", i);
        cr_expect_eq(text_distance(cases[i].b, cases[i].a, most), cases[i].distance, "case %zu reversed", i);
    }
}

Test(text, the_closest_word_if_any_is_close) {
    static const char *const words[] = {"status", "create", "validate", "why", "show", "1.1", "1.12"};
    static const struct {
        const char *word, *closest;
    } cases[] = {{"statsu", "status"}, {"STATUS", "status"}, {"creat", "create"},  {"vaildate", "validate"},
                 {"shwo", "show"},     {"wy", "why"},        {"1.11", "1.12"},     {"1.122", "1.12"},
                 {"xyz", NULL},        {"", NULL},           {"statements", NULL}, {"frobnicate", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *closest = text_closest(cases[i].word, words, sizeof words / sizeof *words);
        cr_expect_str_eq(closest ? closest : "none", cases[i].closest ? cases[i].closest : "none", "%s: %s",
                         cases[i].word, closest ? closest : "none");
    }
    cr_expect_null(text_closest("x", NULL, 0));
}

Test(text, indentation_is_counted_in_columns) {
    static const struct {
        const char *line;
        size_t columns;
    } rows[] = {{"", 0},
                {"a b", 0},
                {"  a", 2},
                {"\ta", 4},
                {" \t a", 6},
                {"   ", 3},
                {"\xc2\xa0"
                 "a",
                 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(text_indentation(span_of(rows[i].line)), rows[i].columns, "%zu", i);
}

Test(text, whole_words) {
    static const struct {
        const char *text, *word;
        bool starts, has;
    } cases[] = {{"Objective", "objective", true, true},
                 {"OBJECTIVE: x", "Objective", true, true},
                 {"Objective2", "objective", true, true},
                 {"Objectives", "objective", false, false},
                 {"Objectiv\xC3\xA9", "objectiv", false, false},
                 {"The Objective", "objective", false, true},
                 {"Subobjective", "objective", false, false},
                 {"Design & Approach!", "approach", false, true},
                 {"approaches, approach", "approach", false, true},
                 {"Success Criteria", "success criteria", true, true},
                 {"Obj", "objective", false, false},
                 {"", "x", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_eq(text_starts_with_word(span_of(cases[i].text), cases[i].word), cases[i].starts, "%s",
                     cases[i].text);
        cr_expect_eq(text_has_word(span_of(cases[i].text), cases[i].word), cases[i].has, "%s", cases[i].text);
    }
    cr_expect_not(text_has_word((struct span){"testing", 4}, "testing"));
    cr_expect(text_has_word((struct span){"testing", 4}, "test"));
}

Test(text, shell_words_are_quoted_only_if_they_have_to_be) {
    static const struct {
        const char *word, *quoted;
    } cases[] = {{"X", "X"},
                 {"@MY-PLAN_V2", "@MY-PLAN_V2"},
                 {"a/b.md", "a/b.md"},
                 {"1.1,2.1", "1.1,2.1"},
                 {"", "''"},
                 {"a b", "'a b'"},
                 {"it's", "'it'\\''s'"},
                 {"*", "'*'"},
                 {"$(x)", "'$(x)'"},
                 {"~", "'~'"},
                 {"#x", "'#x'"},
                 {"\xC3\xA9", "'\xC3\xA9'"},
                 {"a\xE2\x80\xAE'%", "\"$(printf 'a\\342\\200\\256\\047\\045')\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer result = {0};
        text_append_shell_word(&result, cases[i].word);
        cr_expect_str_eq(buffer_text(&result), cases[i].quoted);
        buffer_release(&result);
    }
}

Test(text, a_shell_reads_the_words_back) {
    char every_byte[] = "'\"\\$`!*?[]{}()<>|&;~#%^=+-.,:/@_ \t\n\x01\x7F\xC3\xA9\xFF"
                        "aZ0";
    const char *const words[] = {every_byte, "",      "'",     "''",  "-n",   "\\",
                                 "a\nb",     "$HOME", "~root", "a=b", "*.md", "\xE2\x80\xAE%d\\n'x\""};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct buffer command = {0};
        buffer_append_string(&command, "printf '%s.' ");
        text_append_shell_word(&command, words[i]);
        FILE *shell = popen(buffer_text(&command), "r");
        cr_assert(shell);
        char read[100];
        size_t length = fread(read, 1, sizeof read, shell);
        cr_expect_eq(pclose(shell), 0);
        cr_assert_eq(length, strlen(words[i]) + 1, "%s", buffer_text(&command));
        cr_expect_arr_eq(read, words[i], length - 1, "%s", buffer_text(&command));
        buffer_release(&command);
    }
}

/* Runs are read eight bytes at a time: each byte, at each place in plain text of each length. */
Test(text, every_byte_is_seen_wherever_it_stands) {
    enum { MOST = 20 };
    char text[MOST];
    for (size_t length = 1; length <= MOST; length++)
        for (size_t at = 0; at < length; at++)
            for (int byte = 0; byte < 256; byte++) {
                struct buffer normal = {0};
                memset(text, 'a', sizeof text);
                text[at] = (char)byte;
                bool is_plain = (byte >= ' ' && byte < 0x7F) || byte == '\n' || byte == '\t';
                size_t shown = text_shown_length((struct span){text, length});
                cr_assert_eq(shown, is_plain ? length : at, "%d at %zu of %zu: %zu", byte, at, length, shown);
                text_append_normalized(&normal, (struct span){text, length});
                bool is_same = normal.length == length && memcmp(normal.data, text, length) == 0;
                cr_assert_eq(is_same, byte != 0 && byte != '\r' && byte < 0x80, "%d at %zu of %zu", byte, at, length);
                buffer_release(&normal);
            }
}
