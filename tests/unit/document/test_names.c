/*
 * core/document/names: which texts are ids, how ids are ordered, and what a file's name says.
 */
#include "document/names.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

TestSuite(names, .timeout = 60);

Test(names, ids_are_two_or_more_numbers_with_dots) {
    static const char *const ids[] = {
        "1.1", "0.0", "3.5.1", "10.200", "01.02", "1.2.3.4.5.6.7.8.9", "1.123456789012345678901234567890"};
    static const char *const others[] = {"",
                                         "1",
                                         "1.",
                                         ".1",
                                         "1..1",
                                         "1.1.",
                                         " 1.1",
                                         "1.1 ",
                                         "1.a",
                                         "a.1",
                                         "-1.1",
                                         "1,1",
                                         "1.1\n",
                                         "1.-1",
                                         "../..",
                                         "1/.1",
                                         "1.1e",
                                         "1.１",
                                         "1.1234567890123456789012345678901"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        cr_expect(names_is_id(span_of(ids[i])), "%s", ids[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_not(names_is_id(span_of(others[i])), "%s", others[i]);
    cr_expect_not(names_is_id((struct span){"1.1\0", 4}));
}

Test(names, the_id_at_the_start_of_a_text) {
    static const struct {
        const char *text, *id;
    } cases[] = {{"1.1", "1.1"},
                 {"0.2 - Title", "0.2"},
                 {"2.3 (Title)", "2.3"},
                 {"3.5.1: Title", "3.5.1"},
                 {"1.1.", "1.1"},
                 {"1.1**", "1.1"},
                 {"1.1.x", "1.1"},
                 {"1.12", "1.12"},
                 {"1.1–2", "1.1"},
                 {"1.1a", ""},
                 {"1.1B", ""},
                 {"1.1_2", ""},
                 {"1", ""},
                 {"Title 1.1", ""},
                 {" 1.1", ""},
                 {"", ""},
                 {".1", ""},
                 {"1.", ""},
                 {"1.1234567890123456789012345678901", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(span_equals(names_leading_id(span_of(cases[i].text)), cases[i].id), "%s", cases[i].text);
    cr_expect(span_equals(names_leading_id((struct span){"1.123", 3}), "1.1"), "not beyond the span");
}

/* Each is before all that follow, in every pairing. */
Test(names, ids_are_ordered_by_their_numbers) {
    static const char *const ordered[] = {"0.9",
                                          "1.1",
                                          "1.1.1",
                                          "1.1.2",
                                          "1.1.10",
                                          "1.02",
                                          "1.2",
                                          "1.10",
                                          "2.0",
                                          "2.0.0",
                                          "9.9",
                                          "10.1",
                                          "100.1",
                                          "99999999999999999999.1",
                                          "100000000000000000000.1"};
    enum { COUNT = sizeof ordered / sizeof *ordered };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < COUNT; k++) {
            int order = names_compare_ids(ordered[i], ordered[k]);
            cr_expect_eq((order > 0) - (order < 0), (i > k) - (i < k), "%s %s", ordered[i], ordered[k]);
        }
}

Test(names, digits_and_last_number) {
    static const struct {
        const char *id, *digits;
        unsigned last;
    } cases[] = {{"1.1", "11", 1},
                 {"0.3", "03", 3},
                 {"1.11", "111", 11},
                 {"11.1", "111", 1},
                 {"3.5.01", "3501", 1},
                 {"1.0", "10", 0},
                 {"1.99999999999999999999", "199999999999999999999", UINT_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char digits[NAMES_ID_BYTES_MOST + 1];
        names_digits(cases[i].id, digits);
        cr_expect_str_eq(digits, cases[i].digits);
        cr_expect_eq(names_last_number(cases[i].id), cases[i].last, "%s", cases[i].id);
    }
}

Test(names, what_a_file_is) {
    static const struct {
        const char *plan, *file;
        struct name name; /* digits are compared below */
        const char *digits;
    } cases[] = {
        {"X", "SUBPLAN_X_11.md", {.kind = NAME_SUBPLAN}, "11"},
        {"X", "SUBPLAN_X_111.md", {.kind = NAME_SUBPLAN}, "111"},
        {"X", "SUBPLAN_X_11_V2.md", {.kind = NAME_OTHER, .has_suffix = true}, "11"},
        {"X", "SUBPLAN_X_11V2.md", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_X_.md", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_X_1.1.md", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_Y_11.md", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_XY_11.md", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_11.md", {.kind = NAME_OTHER}, ""},
        {"X", "subplan_X_11.md", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_X_11.MD", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_X_11.md~", {.kind = NAME_OTHER}, ""},
        {"X", "SUBPLAN_X_11", {.kind = NAME_OTHER}, ""},
        {"X", ".SUBPLAN_X_11.md", {.kind = NAME_OTHER}, ""},
        {"X", "EXECUTION_TASK_X_11_01.md", {.kind = NAME_EXECUTION, .number = 1}, "11"},
        {"X", "EXECUTION_TASK_X_31_01_V2.md", {.kind = NAME_EXECUTION, .number = 1, .has_suffix = true}, "31"},
        {"X", "EXECUTION_TASK_X_31_02_RECOVERY.md", {.kind = NAME_EXECUTION, .number = 2, .has_suffix = true}, "31"},
        {"X", "EXECUTION_TASK_X_31_117.md", {.kind = NAME_EXECUTION, .number = 117}, "31"},
        {"X", "EXECUTION_TASK_X_31_99999999999.md", {.kind = NAME_EXECUTION, .number = UINT_MAX}, "31"},
        {"X", "EXECUTION_TASK_X_31.md", {.kind = NAME_OTHER}, ""},
        {"X", "EXECUTION_TASK_X_31_.md", {.kind = NAME_OTHER}, ""},
        {"X", "EXECUTION_TASK_X_31_V2.md", {.kind = NAME_OTHER}, ""},
        {"X", "EXECUTION_TASK_X_31_01V2.md", {.kind = NAME_OTHER}, ""},
        {"X", "EXECUTION_TASK_X__01.md", {.kind = NAME_OTHER}, ""},
        {"X", "APPROVED_11.md", {.kind = NAME_APPROVED}, "11"},
        {"X", "FIX_21.md", {.kind = NAME_FIX}, "21"},
        {"X", "SKIPPED_03.md", {.kind = NAME_SKIPPED}, "03"},
        {"X", "FIX_21_RESOLUTION.md", {.kind = NAME_OTHER}, ""},
        {"X", "APPROVED_X_11.md", {.kind = NAME_OTHER}, ""},
        {"X", "APPROVED_.md", {.kind = NAME_OTHER}, ""},
        {"X", "INDEX.md", {.kind = NAME_OTHER}, ""},
        {"X", "md", {.kind = NAME_OTHER}, ""},
        {"X", ".md", {.kind = NAME_OTHER}, ""},
        {"X", "", {.kind = NAME_OTHER}, ""},
        {"MY-PLAN_V2", "SUBPLAN_MY-PLAN_V2_11.md", {.kind = NAME_SUBPLAN}, "11"},
        {"PLAN_X", "SUBPLAN_PLAN_X_11.md", {.kind = NAME_SUBPLAN}, "11"},
        {"X_11", "EXECUTION_TASK_X_11_12_01.md", {.kind = NAME_EXECUTION, .number = 1}, "12"},
        {"V1.2", "SUBPLAN_V1.2_11.md", {.kind = NAME_SUBPLAN}, "11"},
        {"V1.2", "SUBPLAN_V1x2_11.md", {.kind = NAME_OTHER}, ""},
        {"A*[b]?", "SUBPLAN_A*[b]?_11.md", {.kind = NAME_SUBPLAN}, "11"},
        {"A*", "SUBPLAN_AXX_11.md", {.kind = NAME_OTHER}, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name = names_read(cases[i].plan, cases[i].file);
        cr_expect_eq(name.kind, cases[i].name.kind, "%s", cases[i].file);
        cr_expect_eq(name.number, cases[i].name.number, "%s", cases[i].file);
        cr_expect_eq(name.has_suffix, cases[i].name.has_suffix, "%s", cases[i].file);
        cr_expect(span_equals(name.digits, cases[i].digits), "%s", cases[i].file);
    }
}

/* Every id's file names are read back as what they were made as. */
Test(names, names_that_are_made_are_read_back) {
    static const char *const ids[] = {"1.1", "0.3", "12.34", "3.5.1", "1.123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char digits[NAMES_ID_BYTES_MOST + 1];
        struct buffer file = {0};
        names_digits(ids[i], digits);
        buffer_append_format(&file, "EXECUTION_TASK_X_%s_%02u.md", digits, names_last_number("1.1.7"));
        struct name name = names_read("X", buffer_text(&file));
        cr_expect_eq(name.kind, NAME_EXECUTION);
        cr_expect_eq(name.number, 7);
        cr_expect(span_equals(name.digits, digits));
        buffer_release(&file);
    }
}

Test(names, the_plan_in_a_plan_files_name) {
    static const struct {
        const char *file, *plan;
    } cases[] = {{"PLAN_X.md", "X"},
                 {"PLAN_PLAN_X.md", "PLAN_X"},
                 {"PLAN_MY-PLAN_V2.md", "MY-PLAN_V2"},
                 {"PLAN_V1.2.md", "V1.2"},
                 {"PLAN_.md", ""},
                 {"PLAN_", ""},
                 {"PLAN_X", ""},
                 {"PLAN_X.MD", ""},
                 {"plan_X.md", ""},
                 {"XPLAN_X.md", ""},
                 {"PLAN.md", ""},
                 {"SUBPLAN_X_11.md", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(span_equals(names_plan(cases[i].file), cases[i].plan), "%s", cases[i].file);
}

Test(names, only_what_batches_make_is_theirs) {
    static const char *const theirs[] = {"PLAN_X-Y.md",
                                         "parallel.json",
                                         "subplans/SUBPLAN_X-Y_11.md",
                                         "execution/EXECUTION_TASK_X-Y_11_01.md",
                                         "execution/EXECUTION_TASK_X-Y_111_12.md",
                                         "execution/SKIPPED_11.md",
                                         "execution/feedbacks/APPROVED_11.md",
                                         "execution/feedbacks/FIX_11.md",
                                         "execution/feedbacks/FIX_11_02.md",
                                         "execution/feedbacks/SUBMITTED_11_01.md"};
    static const char *const others[] = {"",
                                         "PLAN_X.md",
                                         "PLAN_X-Y_V2.md",
                                         "notes.md",
                                         "Parallel.json",
                                         "subplans",
                                         "SUBPLAN_X-Y_11.md",
                                         "subplans/SUBPLAN_X_11.md",
                                         "subplans/SUBPLAN_X-Y_11_V2.md",
                                         "subplans/SUBPLAN_X-Y_.md",
                                         "subplans/./SUBPLAN_X-Y_11.md",
                                         "subplans/../subplans/SUBPLAN_X-Y_11.md",
                                         "execution/EXECUTION_TASK_X-Y_11.md",
                                         "execution/EXECUTION_TASK_X-Y_11_01_V2.md",
                                         "execution/APPROVED_11.md",
                                         "execution/feedbacks/APPROVED_11_01.md",
                                         "execution/feedbacks/APPROVED_11.md/x",
                                         "execution/feedbacks/SKIPPED_11.md",
                                         "execution/feedbacks/SUBMITTED_11.md"};
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
        cr_expect(names_is_made("X-Y", theirs[i]), "%s", theirs[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_not(names_is_made("X-Y", others[i]), "%s", others[i]);
}
