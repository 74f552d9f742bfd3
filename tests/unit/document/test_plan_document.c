/*
 * core/document/plan_document: the achievements that a PLAN lists, in each of the forms people use, and which listing
 * is the one.
 */
#include "document/plan_document.h"

#include <criterion/criterion.h>
#include <string.h>

#include "document/document.h"

TestSuite(definitions, .timeout = 60);

struct reading {
    struct document document;
    struct plan_document definitions;
};

static struct reading read_plan(const char *text) {
    struct reading reading;
    document_parse(&reading.document, span_of(text));
    plan_document_read(&reading.definitions, &reading.document);
    return reading;
}

static void end_reading(struct reading *reading) {
    plan_document_release(&reading->definitions);
    document_release(&reading->document);
}

/* "id:title(effort)", joined by " | ". */
static void expect_all(const char *text, const char *expected) {
    struct reading reading = read_plan(text);
    struct buffer found = {0};
    for (size_t i = 0; i < reading.definitions.count; i++) {
        const struct definition *definition = &reading.definitions.items[i];
        buffer_append_format(&found, "%s%s:%s(%.*s)", i ? " | " : "", definition->id, definition->title,
                             (int)definition->effort.length, definition->effort.data);
    }
    cr_expect_str_eq(buffer_text(&found), expected, "in <%s>: %s", text, buffer_text(&found));
    buffer_release(&found);
    end_reading(&reading);
}

/* Where the chosen definition of @id stands, from 1; 0 if there is none. */
static size_t line_of(const char *text, const char *id) {
    struct reading reading = read_plan(text);
    const struct definition *definition = plan_document_find(&reading.definitions, id);
    size_t line = definition ? definition->line + 1 : 0;
    end_reading(&reading);
    return line;
}

#define BODY "\n- **Goal**: why\n"

/* What a title says of its state is a remark: words that mean that the achievement is over are kept apart. */
Test(definitions, what_a_title_says_of_its_state) {
    static const struct {
        const char *title, *status;
    } cases[] = {{"Dig ✅ COMPLETE", "COMPLETE"},       {"Dig (DONE)", "DONE"},
                 {"Dig **SUPERSEDED**", "SUPERSEDED"}, {"Dig ✅", NULL},
                 {"Dig (IN PROGRESS)", NULL},          {"Dig until DONE", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        buffer_append_format(&text, "**Achievement 0.1**: %s" BODY, cases[i].title);
        struct reading reading = read_plan(buffer_text(&text));
        cr_assert_eq(reading.definitions.count, 1);
        const char *status = reading.definitions.items[0].status;
        cr_expect(cases[i].status ? status && strcmp(status, cases[i].status) == 0 : !status, "%s: %s", cases[i].title,
                  status ? status : "nothing");
        end_reading(&reading);
        buffer_release(&text);
    }
}

Test(definitions, all_forms_of_a_listing) {
    static const struct {
        const char *line, *found;
    } cases[] = {
        {"**Achievement 0.1**: Title", "0.1:Title()"},
        {"**Achievement 0.1: Title** ⏱️ 4-6 hours", "0.1:Title(4-6 hours)"},
        {"**Achievement 0.1: Title**", "0.1:Title()"},
        {"### Achievement 0.1: Title", "0.1:Title()"},
        {"- Achievement 0.1: Title", "0.1:Title()"},
        {"* Achievement 0.1: Title", "0.1:Title()"},
        {"- **Achievement 0.1**: Title", "0.1:Title()"},
        {"#### **Achievement 0.1**: Title", "0.1:Title()"},
        {"Achievement 0.1: Title", "0.1:Title()"},
        {"  **Achievement 0.1**: Indented by two", "0.1:Indented by two()"},
        {"**Achievement 0.1**: Title (4-6h)", "0.1:Title(4-6h)"},
        {"**Achievement 0.1**: Title ⏱ 3 hours", "0.1:Title(3 hours)"},
        {"**Achievement 0.1**: Title (an aside)", "0.1:Title (an aside)()"},
        {"**Achievement 0.1**: Title (with)", "0.1:Title (with)()"},
        {"**Achievement 3.5.1**: Three parts", "3.5.1:Three parts()"},
        {"**Achievement 0.1**: Title with **bold** in it", "0.1:Title with **bold** in it()"},
        {"**Achievement 0.1**:", "0.1:()"},
        {"**Achievement 0.1: Dig ✅ **COMPLETE****", "0.1:Dig()"},
        {"**Achievement 0.1: Dig ✅ COMPLETE**", "0.1:Dig()"},
        {"**Achievement 0.1: Dig** ✅ COMPLETE", "0.1:Dig()"},
        {"**Achievement 0.1**: Dig DONE ✅", "0.1:Dig()"},
        {"**Achievement 0.1**: Dig (IN PROGRESS) ⚠️", "0.1:Dig()"},
        {"**Achievement 0.1**: Dig [BLOCKED] ✅ ⏳", "0.1:Dig()"},
        {"**Achievement 0.1**: Dig **CRITICAL** (4-6h)", "0.1:Dig(4-6h)"},
        {"**Achievement 0.1: Dig ✅** ⏱️ 3 hours", "0.1:Dig(3 hours)"},
        {"**Achievement 0.1**: Dig until DONE", "0.1:Dig until DONE()"},
        {"**Achievement 0.1**: Make it ABANDONED ✅", "0.1:Make it ABANDONED()"},
        {"**Achievement 0.1**: The **bold** PENDING", "0.1:The **bold** PENDING()"},
        {"**Achievement 0.1**: Call f(x)", "0.1:Call f(x)()"},
        {"**Achievement 0.1: never closed", "0.1:never closed()"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        buffer_append_format(&text, "# PLAN\n\n%s\n" BODY, cases[i].line);
        expect_all(buffer_text(&text), cases[i].found);
        buffer_release(&text);
    }
}

Test(definitions, what_only_speaks_of_an_achievement_defines_none) {
    static const char *const lines[] = {
        "Use the patterns of Achievement 0.1: they work",
        "**Achievement**: 0.1",
        "**Achievement 0**: one number is no id",
        "**Achievement 0.1a**: a letter",
        "**Achievement 0.1** Title without a colon",
        "**Achievements 0.1**: plural",
        "**From**: Achievement 0.1: patterns",
        "    **Achievement 0.1**: indented code",
        "| Achievement 0.1: in a table |",
        "> **Achievement 0.1**: quoted",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct buffer text = {0};
        buffer_append_format(&text, "# Achievements\n\n%s\n" BODY, lines[i]);
        expect_all(buffer_text(&text), "");
        buffer_release(&text);
    }
}

Test(definitions, without_fields_only_a_heading_about_achievements_makes_one) {
    expect_all("## Achievements\n\n- Achievement 0.1: A\n", "0.1:A()");
    expect_all("## 🎯 Achievement Index\n\n### Priority 0\n\n- Achievement 0.1: A\n", "0.1:A()");
    expect_all("## Schedule\n\n- Achievement 0.1: A\n", "");
    expect_all("## Achievements\n\n## Schedule\n\n- Achievement 0.1: A\n", "");
    expect_all("## Schedule\n\n- Achievement 0.1: A\n" BODY, "0.1:A()");
}

Test(definitions, code_blocks_hold_none) {
    expect_all("## Achievements\n\n```\n**Achievement 0.1**: A\n" BODY "```\n", "");
    expect_all("## Achievements\n\n~~~markdown\n### Achievement 0.1: A\n~~~\n", "");
    expect_all("## Achievements\n\n**Achievement 0.1**: A\n\n```\n**Achievement 0.2**: B\n```\n" BODY, "0.1:A()");
}

Test(definitions, the_richest_body_wins_and_the_first_of_equals) {
    static const char index_and_body[] =
        "## Achievements\n\n"
        "- Achievement 0.1: A\n"
        "- Achievement 0.2: B\n\n"
        "**Achievement 0.1**: A\n\n- **Goal**: why\n- **Effort**: 2 hours\n\n"
        "### Achievement 0.1: A\n\n- Goal: why\n- Effort: 3 hours\n- Deliverables: it\n\n"
        "**Achievement 0.1**: A\n\n**Goal**: why\n**Effort**: 4 hours\n**Deliverables**: "
        "it\n\n"
        "**Achievement 0.2**: B\n\nno fields\n";
    cr_expect_eq(line_of(index_and_body, "0.1"), 11);
    cr_expect_eq(line_of(index_and_body, "0.2"), 4);
    expect_all(index_and_body, "0.1:A(3 hours) | 0.2:B()");
}

Test(definitions, repeated_and_other_fields_do_not_make_a_body_richer) {
    static const char text[] =
        "## Achievements\n\n"
        "**Achievement 0.1**: A\n\n- **Goal**: why\n- **Effort**: 2 hours\n\n"
        "**Achievement 0.1**: A\n\n- **Goal**: a\n- **Goal**: b\n- **Tests**: c\n- **Approach**: d\n";
    cr_expect_eq(line_of(text, "0.1"), 3);
}

static void expect_field(const char *body, enum definition_field field, const char *value, size_t line_count) {
    struct buffer text = {0};
    buffer_append_format(&text, "## Achievements\n\n**Achievement 0.1**: A\n\n%s", body);
    struct reading reading = read_plan(buffer_text(&text));
    const struct definition *definition = plan_document_find(&reading.definitions, "0.1");
    cr_assert_not_null(definition, "%s", body);
    cr_expect(definition->has_field[field], "%s", body);
    const struct definition_text *found = &definition->fields[field];
    cr_expect(span_equals(found->value, value), "%s: %.*s", body, (int)found->value.length, found->value.data);
    cr_expect_eq(found->end - found->first, line_count, "%s: %zu lines", body, found->end - found->first);
    end_reading(&reading);
    buffer_release(&text);
}

Test(definitions, fields_in_all_their_forms) {
    expect_field("- **Goal**: why\n", DEFINITION_GOAL, "why", 0);
    expect_field("**Goal**: why\n", DEFINITION_GOAL, "why", 0);
    expect_field("**Goal:** why\n", DEFINITION_GOAL, "why", 0);
    expect_field("- Goal: why\n", DEFINITION_GOAL, "why", 0);
    expect_field("* goal: why\n", DEFINITION_GOAL, "why", 0);
    expect_field("- **Objective**: why\n", DEFINITION_GOAL, "why", 0);
    expect_field("**Success Criteria**:\n\n- a\n- b\n", DEFINITION_CRITERIA, "", 3);
    expect_field("**Success**: a\n", DEFINITION_CRITERIA, "a", 0);
    expect_field("- **Deliverables**:\n  - a\n  - b\n- **Effort**: 2 hours\n", DEFINITION_DELIVERABLES, "", 2);
    expect_field("- **Dependencies**: 0.1\n", DEFINITION_DEPENDENCIES, "0.1", 0);
    expect_field("**Approach**:\n1. a\n2. b\n", DEFINITION_APPROACH, "", 2);
    expect_field("**Testing Requirements**:\n- a\n", DEFINITION_TESTS, "", 1);
    expect_field("**Estimated Effort**: 2 hours\n", DEFINITION_EFFORT, "2 hours", 0);
}

Test(definitions, a_field_ends_where_any_other_label_begins) {
    expect_field("**Goal**: why\nmore\n**Owner**: none\nnot the goal\n", DEFINITION_GOAL, "why", 1);
    expect_field("**Goal**: why\n\n```\n**Effort**: in code\n```\n", DEFINITION_GOAL, "why", 4);
    expect_field("- **Goal**: why\n  - **Part**: nested labels belong to it\n", DEFINITION_GOAL, "why", 1);
    expect_field("- **Goal**: why\n\t- **Part**: nested labels also after a tab\n", DEFINITION_GOAL, "why", 1);
    expect_field("- **Goal**: why\n- a colon: of no known word\n", DEFINITION_GOAL, "why", 1);
}

Test(definitions, a_body_ends_at_the_next_listing_rule_or_heading) {
    expect_field("**Goal**: why\na\n\n---\nb\n", DEFINITION_GOAL, "why", 2);
    expect_field("**Goal**: why\na\n\n***\nb\n", DEFINITION_GOAL, "why", 2);
    expect_field("**Goal**: why\na\n**Achievement 0.2**: B\nb\n", DEFINITION_GOAL, "why", 1);
    expect_field("**Goal**: why\na\n## Next\nb\n", DEFINITION_GOAL, "why", 1);
    expect_field("**Goal**: why\na\n```\n---\n## In code\n```\nb\n", DEFINITION_GOAL, "why", 6);
}

/* "### Achievement 0.1" has sub-headings; its sibling ends it. */
Test(definitions, the_body_of_a_heading_holds_lower_headings) {
    struct reading reading =
        read_plan("### Achievement 0.1: A\n\n#### Notes\n\n**Goal**: why\n\n### Other\n\n**Effort**: 9\n");
    const struct definition *definition = plan_document_find(&reading.definitions, "0.1");
    cr_assert_not_null(definition);
    cr_expect(definition->has_field[DEFINITION_GOAL]);
    cr_expect_not(definition->has_field[DEFINITION_EFFORT]);
    end_reading(&reading);
}

/* "- Achievement 0.1" is a list item: what belongs to it is indented. */
Test(definitions, the_body_of_a_list_item_is_indented) {
    expect_all("## Plan\n\n- Achievement 0.1: A\n  - Goal: why\n  - Effort: 2 hours\n", "0.1:A(2 hours)");
    expect_all("## Plan\n\n- **Achievement 0.1**: A\n  - **Goal**: why\n  - **Effort**: 2 hours\n", "0.1:A(2 hours)");
}

Test(definitions, the_effort_field_goes_before_the_title_line) {
    expect_all("**Achievement 0.1: A** ⏱️ 4-6 hours\n\n- **Effort**: 8 hours\n", "0.1:A(8 hours)");
    expect_all("**Achievement 0.1: A** ⏱️ 4-6 hours\n\n- **Effort**:\n- **Goal**: why\n", "0.1:A(4-6 hours)");
    expect_all("**Achievement 0.1: A** (2h)\n\n- **Goal**: why\n", "0.1:A(2h)");
}

Test(definitions, they_are_ordered_by_their_numbers_and_can_be_found) {
    static const char text[] = "## Achievements\n\n- Achievement 2.1: c\n- Achievement 1.10: b\n- Achievement 1.2: a\n"
                               "- Achievement 1.2.1: aa\n";
    expect_all(text, "1.2:a() | 1.2.1:aa() | 1.10:b() | 2.1:c()");
    struct reading reading = read_plan(text);
    cr_expect_str_eq(plan_document_find(&reading.definitions, "1.10")->title, "b");
    cr_expect_null(plan_document_find(&reading.definitions, "1.1"));
    cr_expect_null(plan_document_find(&reading.definitions, ""));
    end_reading(&reading);
}

Test(definitions, an_empty_plan_defines_nothing) {
    struct reading reading = read_plan("");
    cr_expect_eq(reading.definitions.count, 0);
    cr_expect_null(plan_document_find(&reading.definitions, "1.1"));
    end_reading(&reading);
}

Test(definitions, windows_line_ends_change_nothing) {
    expect_all("## Achievements\r\n\r\n**Achievement 0.1: A** ⏱️ 4 hours\r\n\r\n- **Goal**: why\r\n",
               "0.1:A(4 hours)");
}

Test(definitions, hostile_sizes) {
    static const char *const parts[] = {
        "## Achievement 1.1: a\n",
        "**Achievement 1.1**: a\n",
        "- Achievement 1.1: a (2h)\n",
        "- Goal: x\n",
        "Achievement 1.1: Achievement 1.1: ",
        "**Achievement 1.1",
        "# Achievement\n",
        "**Achievement 1.1**: a\n- Goal: b\n",
        "###### Achievement\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0};
        buffer_append_string(&text, "# Achievements\n\n**Achievement 9.9**: First\n" BODY);
        while (text.length + strlen(parts[i]) <= 1 << 20)
            buffer_append_string(&text, parts[i]);
        struct reading reading = read_plan(buffer_text(&text));
        cr_expect_not_null(plan_document_find(&reading.definitions, "9.9"), "%s", parts[i]);
        end_reading(&reading);
        buffer_release(&text);
    }
}
