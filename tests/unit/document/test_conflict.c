/*
 * core/document/conflict: which lines are git's conflict markers, whatever the ends of lines; in Markdown those in an
 * example are none, and those whose sides open or close a block of code are some.
 */
#include "document/conflict.h"

#include <criterion/criterion.h>
#include <string.h>

#include "document/document.h"

TestSuite(conflict, .timeout = 10);

#define OURS   "<<<<<<< HEAD\n"
#define BASE   "||||||| base\n"
#define MIDDLE "=======\n"
#define THEIRS ">>>>>>> feature\n"
#define WHOLE  OURS "a\n" MIDDLE "b\n" THEIRS
#define FENCE  "```\n"

static const struct {
    const char *text;
    unsigned line;    /* of the first marker; 0 if there is none */
    unsigned outside; /* the same, in Markdown */
} cases[] = {
    {"", 0, 0},
    {"text\n", 0, 0},
    {WHOLE, 1, 1},
    {"text\n\n" WHOLE, 3, 3},
    {OURS "a\n" BASE "c\n" MIDDLE "b\n" THEIRS, 1, 1},
    {"a\n" OURS, 2, 2},
    {"a\n" THEIRS, 2, 2},
    {"a\n" MIDDLE "b\n" THEIRS "\n" OURS, 4, 4},
    /* the ends of lines, of the text, and what goes before it */
    {"a\r\n<<<<<<< HEAD\r\nb\r\n", 2, 2},
    {"a\n>>>>>>> f", 2, 2},
    {"a\n<<<<<<<", 2, 2},
    {"<<<<<<<\r\n", 1, 1},
    {"\xEF\xBB\xBF<<<<<<< HEAD\n", 1, 1},
    {"<<<<<<<\tHEAD\n", 1, 1},
    /* what is none */
    {"Title\n" MIDDLE "text\n" BASE, 0, 0},
    {" <<<<<<< HEAD\n", 0, 0},
    {"a <<<<<<< HEAD\n", 0, 0},
    {"<<<<<< HEAD\n", 0, 0},
    {"<<<<<<<< HEAD\n", 0, 0},
    {"<<<<<<<HEAD\n", 0, 0},
    {">>>>>>>> quoted eight times\n", 0, 0},
    {"> > > > > > > quoted\n", 0, 0},
    {"a\r<<<<<<< HEAD\n", 0, 0}, /* a carriage return alone ends no line */
    {"<<<<<<<<<<<<<<\n<<<<<<<< x\n<<<<<<< y\n", 3, 3},
    /* in code */
    {FENCE WHOLE FENCE, 2, 0},
    {"~~~\n" WHOLE "~~~\n", 2, 0},
    {FENCE OURS FENCE, 2, 0},
    {FENCE THEIRS FENCE, 2, 0},
    {FENCE WHOLE, 2, 0}, /* a block without an end goes on to the end of the text */
    {FENCE WHOLE FENCE "\n" WHOLE, 2, 9},
    {"    <<<<<<< HEAD\n", 0, 0},
    {"Delete `<<<<<<< HEAD`.\n", 0, 0},
    {"<!--\n" WHOLE "-->\n", 2, 2},
    /* one side opens a block, or closes it */
    {OURS FENCE "a\n" MIDDLE "b\n" THEIRS, 1, 1},
    {OURS FENCE "a\n" FENCE MIDDLE "b\n" THEIRS, 1, 1},
    {"a\n" OURS "b\n" MIDDLE FENCE "c\n" THEIRS FENCE, 2, 2},
    {FENCE OURS "a\n" FENCE "text\n" MIDDLE "b\n" FENCE THEIRS, 2, 2},
    {FENCE OURS "a\n" MIDDLE "b\n" FENCE THEIRS "text\n", 2, 2},
    {FENCE OURS "a\n" FENCE "text\n" FENCE "b\n" THEIRS FENCE, 2, 2},
};

Test(conflict, which_lines_are_markers) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = span_of(cases[i].text);
        cr_expect_eq(conflict_line(text), cases[i].line, "%u in:\n%s", conflict_line(text), cases[i].text);
        unsigned outside = document_conflict_line(text);
        cr_expect_eq(outside, cases[i].outside, "%u outside code in:\n%s", outside, cases[i].text);
    }
}

Test(conflict, nothing_is_made_of_what_has_one) {
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    cr_expect(conflict_check(0, "X/a.md", SEVERITY_ERROR, &diagnostics, &error));
    cr_expect_eq(diagnostics.count + error.code, 0);
    cr_expect_not(conflict_check(7, "X/a.md", SEVERITY_WARNING, &diagnostics, &error));
    cr_expect_eq(error.code, ERROR_PREREQUISITES);
    cr_expect_eq(diagnostics.count, 1);
    cr_expect_eq(diagnostics.items[0].severity, SEVERITY_WARNING);
    cr_expect_str_eq(diagnostics.items[0].code, "file.conflict");
    cr_expect_str_eq(diagnostics.items[0].file, "X/a.md");
    cr_expect_eq(diagnostics.items[0].line, 7);
    error_release(&error);
    diagnostics_release(&diagnostics);
}

/* Openings in code that are not closed: each is looked at once more, not each time to the end. */
Test(conflict, the_time_is_linear) {
    struct buffer text = {0};
    buffer_append_string(&text, FENCE);
    for (size_t i = 0; i < 200000; i++)
        buffer_append_string(&text, "<<<<<<< HEAD\n<<<<<<<\xFF");
    cr_expect_eq(document_conflict_line(buffer_span(&text)), 0);
    buffer_release(&text);
}
