/*
 * Symbols in ASCII: where the locale is not UTF-8, and for those who ask. tests/system/test_menu.c has the menu.
 */
#include <criterion/criterion.h>

#include "base/buffer.h"
#include "base/columns.h"
#include "space.h"

TestSuite(ascii, .timeout = 120);

static struct space bookshelf(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1; 2.1: 1.1");
    return space;
}

static bool is_ascii(const char *text) {
    for (; *text; text++)
        if (*text & 0x80)
            return false;
    return true;
}

Test(ascii, symbols_are_ascii_where_the_locale_is_not_utf_8_and_for_those_who_ask) {
    static const struct {
        const char *variables[2];
        const char *option;
        bool is_ascii;
    } rows[] = {
        {{NULL}, "", false},
        {{"LC_ALL=C"}, "", true},
        {{"LANG=POSIX"}, "", true},
        {{"LANG=de_DE"}, "", true},
        {{"LC_CTYPE=C", "LANG=C.UTF-8"}, "", true},
        {{"LC_ALL=", "LANG=de_DE.utf8@euro"}, "", false},
        {{"LC_ALL=C.UTF-8", "LANG=C"}, "", false},
        {{NULL}, "--ascii", true},
        {{"BATCHD_ASCII=yes"}, "", true},
        {{"BATCHD_ASCII=no", "LC_ALL=C"}, "", false},
        {{"BATCHD_ASCII=no"}, "--ascii", true},
    };
    static const char *const commands[] = {"status", "show 1.1", "validate", "graph", "doctor"};
    struct space space = bookshelf();
    space_write(&space, "X/APPROVED_1.1.md", "done\n"); /* doctor has a remedy for it */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
            struct setting setting = {.variables = {rows[i].variables[0], rows[i].variables[1]}};
            struct buffer command = {0};
            buffer_append_format(&command, "%s %s", commands[k], rows[i].option);
            struct outcome outcome = run_under(&space, &setting, command.data);
            cr_expect_eq(is_ascii(outcome.out), rows[i].is_ascii, "%zu: %s: %s", i, command.data, outcome.out);
            outcome_end(&outcome);
            buffer_release(&command);
        }
    space_end(&space);
}

Test(ascii, it_keeps_the_layout_and_what_documents_say) {
    struct space space = bookshelf();
    space_write(&space, "X/parallel.json",
                "{\"plan_name\":\"X\",\"achievements\":[{\"achievement_id\":\"1.1\",\"title\":\"A \u2192 B\","
                "\"dependencies\":[]},{\"achievement_id\":\"2.1\",\"title\":\"C\",\"dependencies\":[\"1.1\"]}]}");
    struct outcome plain = run(&space, "graph X"), ascii = run(&space, "graph X --ascii");
    cr_expect(has(ascii.out, "A \xe2\x86\x92 B"), "%s", ascii.out);
    cr_expect(has(ascii.out, "+- o 2.1"), "%s", ascii.out);
    cr_expect(has(ascii.out, "> ready"), "%s", ascii.out);
    cr_expect_eq(columns_of(span_of(plain.out)), columns_of(span_of(ascii.out)), "%s%s", plain.out, ascii.out);
    outcome_end(&plain);
    outcome_end(&ascii);
    space_end(&space);
}
