/*
 * core/document/fix: which EXECUTION_TASK answers a FIX, and what of a FIX is carried into one.
 */
#include "document/fix.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(feedback, .timeout = 60);

static const char sha[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

Test(feedback, a_task_answers_the_fix_that_its_header_names_with_its_digest) {
    static const struct {
        const char *task;
        bool is_answer;
    } rows[] = {
        {"# T\n\n**Rework of**: FIX_11.md sha256:0123456789abcdef\n\n## A\n", true},
        {"**Rework of**: `FIX_11.md` (sha256:0123456789ABCDEF)\n", true},
        {"- **Rework of**: FIX_11.md sha256:0123456789ab\n", true},
        {"**rework OF:** FIX_11.md sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", true},
        {"**Rework of**: FIX_11.md sha256:0123456789a\n", false},              /* too few digits */
        {"**Rework of**: FIX_11.md sha256:0123456789abcdee\n", false},         /* another text */
        {"**Rework of**: FIX_12.md sha256:0123456789abcdef\n", false},         /* another FIX */
        {"**Rework of**: sha256:0123456789abcdef FIX_11.md\n", false},         /* the name comes first */
        {"**Rework of**: FIX_11.md\n", false},                                 /* no digest */
        {"**Previous**: FIX_11.md sha256:0123456789abcdef\n", false},          /* another label */
        {"## A\n\n**Rework of**: FIX_11.md sha256:0123456789abcdef\n", false}, /* not in the header */
        {"```\n**Rework of**: FIX_11.md sha256:0123456789abcdef\n```\n", false},
        {"**Rework of**: FIX_11.md sha256:"
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0\n",
         false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document task;
        document_parse(&task, span_of(rows[i].task));
        cr_expect_eq(fix_is_answered_by(&task, "FIX_11.md", sha), rows[i].is_answer, "%s", rows[i].task);
        document_release(&task);
    }
}

Test(feedback, what_is_written_is_what_is_read) {
    struct buffer text = {0};
    struct document task;
    buffer_append_string(&text, "**" FIX_LABEL "**: ");
    fix_append_mark(&text, "FIX_11.md", sha);
    cr_expect_str_eq(text.data, "**Rework of**: FIX_11.md sha256:0123456789abcdef");
    document_parse(&task, buffer_span(&text));
    cr_expect(fix_is_answered_by(&task, "FIX_11.md", sha));
    document_release(&task);
    buffer_release(&text);
}

static size_t count_lines(const char *text) {
    size_t count = text[0] != '\0';
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void expect_points(const char *fix, size_t most, const char *expected) {
    struct document document;
    struct buffer text = {0};
    document_parse(&document, span_of(fix));
    size_t lines = fix_append_points(&text, &document, "FIX_11.md", most);
    cr_expect_str_eq(buffer_text(&text), expected, "%s\nin %zu lines:\n%s", fix, most, buffer_text(&text));
    cr_expect_eq(lines, count_lines(buffer_text(&text)), "%s: said %zu", fix, lines);
    cr_expect_leq(lines, most);
    document_release(&document);
    buffer_release(&text);
}

static const char usual[] = "# FIX\n\n**Reviewer**: R\n\n"
                            "## Summary\n\nBad.\n\n"
                            "## ⚠️ Issues Found\n\n"
                            "### Critical Issues (must fix)\n\n"
                            "1. **First**\n"
                            "   - **Impact**: large\n"
                            "   - **Fix**:\n"
                            "     1. do this\n"
                            "     2. then that\n\n"
                            "2. **Second**\n"
                            "   - Suggested fix: other\n"
                            "   ```\n   # code\n   ```\n\n"
                            "### Minor\n\n"
                            "- [ ] third\n\n"
                            "## Next Steps\n\n1. ask\n";

Test(feedback, points_are_the_items_with_all_that_is_said_of_them) {
    expect_points(
        usual, 40,
        "### Critical Issues (must fix)\n\n- [ ] **First**\n  - **Impact**: large\n  - **Fix**:\n    1. do this\n"
        "    2. then that\n- [ ] **Second**\n  - Suggested fix: other\n  *(code: FIX_11.md, lines 21-23)*\n\n"
        "### Minor\n\n- [ ] third");
}

Test(feedback, where_room_is_short_the_remedy_stays_and_what_is_left_out_is_said) {
    expect_points(usual, 14,
                  "### Critical Issues (must fix)\n\n- [ ] **First**\n  - **Fix**:\n    1. do this\n    2. then that\n"
                  "- [ ] **Second**\n  - Suggested fix: other\n\n### Minor\n\n- [ ] third\n"
                  "*(in short; all that is said of these: FIX_11.md, lines 10-28)*");
    expect_points(usual, 9,
                  "### Critical Issues (must fix)\n\n- [ ] **First**\n- [ ] **Second**\n\n### Minor\n\n- [ ] third\n"
                  "*(in short; all that is said of these: FIX_11.md, lines 10-28)*");
    expect_points(usual, 5,
                  "### Critical Issues (must fix)\n\n- [ ] **First**\n- [ ] **Second**\n"
                  "*(continues in FIX_11.md, lines 25-28)*");
    expect_points(usual, 1, "*(continues in FIX_11.md, lines 11-28)*");
}

Test(feedback, any_shape_of_a_fix_gives_points) {
    static const struct {
        const char *fix, *points;
    } rows[] = {
        {"", ""},
        {"\n\n", ""},
        {"Repair the test.\n", "- [ ] Repair the test."},
        {"# FIX\n\n**Reviewer**: R\n\nRepair it.\nAnd that.\n", "- [ ] Repair it.\n- [ ] And that."},
        {"# FIX\n\n- a\n- b\n  - c\n", "- [ ] a\n- [ ] b\n  - c"},
        {"**Status**: bad\n", "- [ ] **Status**: bad"},
        {"# FIX\n\n## Findings\n\nAll is wrong.\n\n## Praise\n\n- good\n", "- [ ] All is wrong."},
        {"# FIX\n\n## Next Steps\n\n1. a\n", "- [ ] a"},
        {"# FIX\n\n## Issues\n\n## Required Changes\n\n- a\n", "- [ ] a"}, /* an empty section says nothing */
        {"# FIX\n\n## Issues Found\n\nSome:\n\n- a\n\nThat is all.\n", "  Some:\n- [ ] a\n  That is all."},
        {"# FIX\n\n```\n## Issues Found\n- no\n```\n\n- yes\n", "  *(code: FIX_11.md, lines 3-6)*\n- [ ] yes"},
        {"# FIX\n\n## Fixes\n\n- ✅ a\n* [x] b\n", "- [ ] a\n- [ ] b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_points(rows[i].fix, 40, rows[i].points);
}

Test(feedback, the_other_sections_are_named_with_their_lines) {
    static const struct {
        const char *fix, *others;
    } rows[] = {
        {usual, "Summary (lines 5-8), Next Steps (lines 29-31)"},
        {"## Issues\n\n- a\n", ""},
        {"## Praise\n\n- a\n", ""}, /* that is where the points are from */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document document;
        struct buffer text = {0};
        document_parse(&document, span_of(rows[i].fix));
        fix_append_others(&text, &document);
        cr_expect_str_eq(buffer_text(&text), rows[i].others);
        document_release(&document);
        buffer_release(&text);
    }
}
