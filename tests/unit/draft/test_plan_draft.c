/*
 * core/draft/plan_draft and core/document/markdown_quote: what is written of an outline is what is read back, whatever
 * its texts say.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "document/markdown_quote.h"
#include "draft/plan_draft.h"
#include "plan/dependency_file.h"

TestSuite(draft, .timeout = 60);

static struct plan_draft_item *add(struct plan_draft *draft, const char *id, const char *dependencies) {
    struct plan_draft_item *item = plan_draft_add(draft, id);
    item->title = "Title";
    item->place.line = (unsigned)draft->count;
    for (struct span rest = span_of(dependencies); rest.length;) {
        char name[16];
        size_t length = 0;
        while (length < rest.length && rest.data[length] != ' ')
            length++;
        snprintf(name, sizeof name, "%.*s", (int)length, rest.data);
        plan_draft_depend(draft, item, name, (struct plan_draft_place){.line = 100 + (unsigned)draft->count});
        rest = span_skip(rest, length + 1);
    }
    return item;
}

Test(draft, the_dependency_file_is_read_back) {
    struct plan_draft draft = {0};
    struct buffer text = {0};
    struct dependency_file dependencies = {0};
    struct diagnostics diagnostics = {0};
    static const struct {
        const char *effort;
        double hours;
    } rows[] = {{"4-6 hours", 5},      {"4–6", 5},      {"3h", 3}, {"0.5", 0.5},
                {"2 to 3 hours", 2.5}, {"a while", -1}, {NULL, -1}};
    enum { ROWS = sizeof rows / sizeof *rows };
    for (size_t i = 0; i < ROWS; i++) {
        char id[8];
        snprintf(id, sizeof id, "1.%zu", i + 1);
        struct plan_draft_item *item = add(&draft, id, i ? "1.1" : "");
        item->effort = rows[i].effort;
        item->title = "\"quoted\" \\ and\nbroken";
    }
    plan_draft_depend(&draft, &draft.items[1], "1.1", (struct plan_draft_place){0});
    plan_draft_write_graph(&text, &draft, "X \"Y\"");
    cr_assert(dependency_file_read(&dependencies, buffer_span(&text), "f", &diagnostics), "%s", text.data);
    cr_expect_eq(diagnostics.count, 0, "%s", text.data);
    cr_expect_str_eq(dependencies.plan_name, "X \"Y\"");
    cr_expect_eq(dependencies.count, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        cr_expect_eq(dependencies.achievements[i].has_hours, rows[i].hours >= 0, "%zu", i);
        if (rows[i].hours >= 0)
            cr_expect_float_eq(dependencies.achievements[i].hours, rows[i].hours, 1e-9, "%zu", i);
    }
    cr_expect_eq(dependencies.graph.edge_count, ROWS - 1);
    cr_expect_str_eq(dependencies.achievements[0].title, "\"quoted\" \\ and\nbroken");
    dependency_file_release(&dependencies);
    diagnostics_release(&diagnostics);
    buffer_release(&text);
    plan_draft_release(&draft);
}

Test(draft, what_cannot_be_a_plan) {
    static const struct {
        const char *items[3][2];
        const char *code, *message;
        unsigned line;
    } rows[] = {
        {{{"1.1", ""}, {"1.1", ""}}, "achievement.duplicate", "the id 1.1 is used twice; first in line 1", 2},
        {{{"1.11", ""}, {"11.1", ""}}, "achievement.collision", "1.11 and 11.1", 0},
        {{{"1.1", "9.9"}}, "dependency.unknown", "1.1 depends on 9.9", 101},
        {{{"1.1", "1.1"}}, "dependency.self", "1.1 depends on itself", 101},
        {{{"1.1", "1.2"}, {"1.2", "1.3"}, {"1.3", "1.1"}}, "dependency.cycle", "1.1 -> 1.2 -> 1.3 -> 1.1", 103},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct plan_draft draft = {0};
        struct diagnostics diagnostics = {0};
        for (size_t k = 0; k < 3 && rows[i].items[k][0]; k++)
            add(&draft, rows[i].items[k][0], rows[i].items[k][1]);
        cr_expect_not(plan_draft_check(&draft, "f", &diagnostics), "%s", rows[i].code);
        cr_assert_eq(diagnostics.count, 1, "%s: %zu", rows[i].code, diagnostics.count);
        cr_expect_str_eq(diagnostics.items[0].code, rows[i].code);
        cr_expect(strstr(diagnostics.items[0].message, rows[i].message), "%s", diagnostics.items[0].message);
        if (rows[i].line)
            cr_expect_eq(diagnostics.items[0].line, rows[i].line, "%s: %u", rows[i].code, diagnostics.items[0].line);
        diagnostics_release(&diagnostics);
        plan_draft_release(&draft);
    }
}

Test(draft, quotations) {
    static const char *const rows[][2] = {
        {"one line", " one line\n"},
        {"  one line \n", " one line\n"},
        {"- an item", "\n  - an item\n"},
        {"a\n\nb", "\n  a\n\n  b\n"},
        {"# T\nx", "\n  **T**\n  x\n"},
        {"x\n## **T** ##", "\n  x\n  **T**\n"},
        {"a\n---\nb", "\n  a\n  - - -\n  b\n"},
        {"a\n# T\n# U", "\n  a\n  **T**\n  **U**\n"},
        {"a\n# T\n## U", "\n  ```\n  a\n  # T\n  ## U\n  ```\n"},
        {"a\nAchievement 1.1: x", "\n  a\n  Achievement  1.1: x\n"},
        {"a\n- **Achievement 1.1**: x", "\n  a\n  - **Achievement  1.1**: x\n"},
        {"a\n```\n# code\n---\n```\n# T", "\n  a\n  ```\n  # code\n  ---\n  ```\n  **T**\n"},
        {"```\nopen", "\n  ```\n  open\n  ```\n"},
        {"a\n~~~~\n```\n~~~\n~~~~", "\n  a\n  ~~~~\n  ```\n  ~~~\n  ~~~~\n"},
        {"a\tb\x1b", " a\tb\\x1b\n"},
        {"a\r\nb", "\n  a\n  b\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer text = {0};
        markdown_quote_append(&text, span_of(rows[i][0]), false);
        cr_expect_str_eq(text.data, rows[i][1], "%s:\n%s", rows[i][0], text.data);
        buffer_release(&text);
    }
    struct buffer text = {0};
    markdown_quote_append(&text, span_of("# a\n````\nb"), true);
    cr_expect_str_eq(text.data, "\n  `````\n  # a\n  ````\n  b\n  `````\n");
    buffer_release(&text);
}

/* A body that is cut short, or a listing too many, is noticed. */
Test(draft, a_plan_that_is_read_otherwise_is_noticed) {
    struct plan_draft draft = {0};
    struct buffer bodies = {0}, plan = {0};
    add(&draft, "1.1", "");
    add(&draft, "1.2", "1.1")->fields[DEFINITION_GOAL] = "the goal";
    plan_draft_write_bodies(&bodies, &draft, false);
    static const struct {
        const char *before, *after;
        bool is_defined;
    } rows[] = {
        {"## Achievements\n\n", "", true},
        {"## Achievements\n\n```\n", "```\n", false},
        {"## Achievements\n\n", "\n**Achievement 1.3**: one too many\n\n- **Goal**: x\n", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&plan);
        buffer_append_format(&plan, "%s%s%s", rows[i].before, bodies.data, rows[i].after);
        cr_expect_eq(plan_draft_is_defined(&draft, buffer_span(&plan)), rows[i].is_defined, "%zu:\n%s", i, plan.data);
    }
    char *dependencies = strstr(plan.data, "- **Dependencies**: 1.1");
    cr_assert(dependencies);
    memcpy(dependencies, "## a heading in the way", strlen("## a heading in the way"));
    cr_expect_not(plan_draft_is_defined(&draft, buffer_span(&plan)));
    buffer_release(&bodies);
    buffer_release(&plan);
    plan_draft_release(&draft);
}
