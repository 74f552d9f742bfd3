/*
 * core/document/document: the sections of SUBPLANs under the names people give them, header lines, and how complete a
 * SUBPLAN is.
 */
#include "document/document.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(document, .timeout = 60);

static struct document parsed(const char *text) {
    struct document document;
    document_parse(&document, span_of(text));
    return document;
}

static void expect_section(enum section_kind kind, const char *text, const char *title) {
    struct document document = parsed(text);
    const struct markdown_section *section = document.sections[kind];
    if (title && section)
        cr_expect(span_equals(section->title, title), "%s: found %.*s", text, (int)section->title.length,
                  section->title.data);
    else
        cr_expect_eq(section != NULL, title != NULL, "%s", text);
    document_release(&document);
}

/* Each title alone in a document. */
static void expect_titles(enum section_kind kind, const char *const *titles, size_t count, bool is_found) {
    for (size_t i = 0; i < count; i++) {
        struct buffer text = {0};
        buffer_append_format(&text, "# SUBPLAN\n\n## %s\n\ntext\n", titles[i]);
        expect_section(kind, buffer_text(&text), is_found ? titles[i] : NULL);
        buffer_release(&text);
    }
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

Test(document, approaches_under_all_their_names) {
    static const char *const titles[] = {
        "Approach",
        "🔧 Approach",
        "🏗️ Approach",
        "APPROACH",
        "Approach:",
        "2. Approach",
        "Detailed Approach",
        "📐 Detailed approach",
        "Implementation Approach",
        "Technical Approach",
        "Solution Approach",
        "🎯 Objective & Approach",
        "Implementation Strategy",
        "🔄 Implementation Strategy",
        "Implementation Plan",
        "Implementation Steps",
        "Implementation Details",
        "Design: One file for each noun",
        "🏗️ Design: Layers",
        "Design",
        "Detailed Design",
        "Technical Design",
    };
    expect_titles(SECTION_APPROACH, titles, COUNT(titles), true);
    static const char *const others[] = {
        "Testing Approach", "💡 Design Decisions", "Implementation Notes", "Approaches considered elsewhere",
        "Reproach",         "Designation",        "🔄 Execution Strategy", "Objective"};
    expect_titles(SECTION_APPROACH, others, COUNT(others), false);
}

Test(document, the_other_sections_under_their_names) {
    static const char *const objectives[] = {"Objective", "🎯 Objective", "🎯 Objectives",
                                             "OBJECTIVE", "Objective:",  "1. Objective",
                                             "Goal",      "Purpose",     "Objective & Approach"};
    expect_titles(SECTION_OBJECTIVE, objectives, COUNT(objectives), true);
    static const char *const deliverables[] = {"Deliverables", "📦 Deliverables", "📋 What Needs to Be Created",
                                               "what needs to be created"};
    expect_titles(SECTION_DELIVERABLES, deliverables, COUNT(deliverables), true);
    static const char *const criteria[] = {"✅ Success Criteria", "📊 Expected Results", "Definition of Done"};
    expect_titles(SECTION_CRITERIA, criteria, COUNT(criteria), true);
    static const char *const tests[] = {"Tests", "🧪 Tests Required", "🧪 Testing Strategy",
                                        "Testing Requirements"};
    expect_titles(SECTION_TESTS, tests, COUNT(tests), true);
}

Test(document, the_best_title_wins_wherever_it_stands) {
    expect_section(SECTION_APPROACH, "## Design: A\n\n## Implementation Strategy\n\n## Approach\n", "Approach");
    expect_section(SECTION_APPROACH, "## Approach\n\na\n\n## Approach\n\nb\n", "Approach");
    expect_section(SECTION_CRITERIA, "## Expected Results\n\n## Success Criteria\n", "Success Criteria");
    expect_section(SECTION_OBJECTIVE, "### Objective\n\n## 🎯 Objective\n", "🎯 Objective");
    expect_section(SECTION_OBJECTIVE, "## Overview\n\n### Objective\n", "Objective");
    expect_section(SECTION_APPROACH, "## Testing Approach\n\n### Approach\n", "Approach");
}

Test(document, titles_in_code_or_underlined_do_not_count) {
    expect_section(SECTION_OBJECTIVE, "```\n## Objective\n```\n", NULL);
    expect_section(SECTION_OBJECTIVE, "~~~\n## Objective\n~~~\n", NULL);
    expect_section(SECTION_OBJECTIVE, "text\n\n    ## Objective\n", NULL);
    expect_section(SECTION_OBJECTIVE, "Objective\n---------\n", NULL);
    expect_section(SECTION_OBJECTIVE, "**Objective**\n\ntext\n", NULL);
}

#define HEAD "# SUBPLAN\n\n"
#define FULL "## 🎯 Objective\n\nWhy\n\n## 🔧 Approach\n\nHow\n\n## 📦 Deliverables\n\n- What\n"

Test(document, how_complete_a_subplan_is) {
    static const struct {
        enum subplan_state state;
        const char *text;
    } cases[] = {
        {SUBPLAN_COMPLETE, HEAD FULL},
        {SUBPLAN_COMPLETE, FULL},
        {SUBPLAN_COMPLETE, HEAD "## Objective\n\nWhy\n\n## Approach\n\nHow\n"},
        {SUBPLAN_COMPLETE, HEAD "## Objective\n\nWhy\n\n## What Needs to Be Created\n\n- What\n"},
        {SUBPLAN_COMPLETE, HEAD "## Objective & Approach\n\nWhy and how\n"},
        {SUBPLAN_COMPLETE, HEAD "**Objective**: why\n\n## Approach\n\nHow\n"},
        {SUBPLAN_COMPLETE, HEAD "## Objective\n\nWhy\n\n## Approach\n\n```\ncode alone\n```\n"},
        {SUBPLAN_COMPLETE, HEAD "## Objective\n\n### Sub-title\n\nWhy\n\n## Approach\n\nHow\n"},
        {SUBPLAN_COMPLETE, HEAD "## Objective\n\nПочему\n\n## Approach\n\nКак\n"},
        {SUBPLAN_PLACEHOLDER, ""},
        {SUBPLAN_PLACEHOLDER, "\n \n"},
        {SUBPLAN_DRAFT, HEAD},
        {SUBPLAN_DRAFT, HEAD "## Objective\n\nWhy\n"},
        {SUBPLAN_DRAFT, HEAD "## Approach\n\nHow\n\n## Deliverables\n\n- What\n"},
        {SUBPLAN_DRAFT, HEAD "## Objective\n\nWhy\n\n## Success Criteria\n\n- It works\n"},
        {SUBPLAN_DRAFT, HEAD "## Objective\n\n## Approach\n\nHow\n"},
        {SUBPLAN_DRAFT, HEAD "## Objective\n\n---\n\n## Approach\n\nHow\n"},
        {SUBPLAN_DRAFT, HEAD "## Objective\n\n### Only a sub-title\n\n## Approach\n\nHow\n"},
        {SUBPLAN_DRAFT, HEAD "## Objective\n\nWhy\n\n## Approach\n\n---\n\n## Deliverables\n\n- \n"},
        {SUBPLAN_DRAFT, HEAD "**Objective**:\n\n## Approach\n\nHow\n"},
        {SUBPLAN_DRAFT, HEAD "```\n" FULL "```\n"},
        {SUBPLAN_PLACEHOLDER, "[TO BE FILLED]"},
        {SUBPLAN_PLACEHOLDER, HEAD FULL "\n[TO BE FILLED: tests]\n"},
        {SUBPLAN_PLACEHOLDER, HEAD "[TO BE FILLED]\n" FULL},
        {SUBPLAN_PLACEHOLDER, HEAD FULL "\n```\n[TO BE FILLED]\n```\n\n[TO BE FILLED]\n"},
        {SUBPLAN_PLACEHOLDER, HEAD FULL "\n- **Tests**: [TO BE FILLED\n"},
        {SUBPLAN_COMPLETE, HEAD FULL "\n```\n[TO BE FILLED: tests]\n```\n"},
        {SUBPLAN_COMPLETE, HEAD FULL "\n~~~\n[TO BE FILLED: tests]\n~~~\n"},
        {SUBPLAN_COMPLETE, HEAD FULL "\nNo `[TO BE FILLED: ...]` is left.\n"},
        {SUBPLAN_COMPLETE, HEAD FULL "\nIn code:\n\n    [TO BE FILLED]\n"},
        {SUBPLAN_COMPLETE, HEAD FULL "\nTO BE FILLED without a bracket\n"},
        {SUBPLAN_COMPLETE, HEAD FULL "\n[to be filled later]\n"},
        {SUBPLAN_CONFLICTED, HEAD FULL "\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> f\n"},
        {SUBPLAN_CONFLICTED, HEAD "<<<<<<< HEAD\n[TO BE FILLED]\n" FULL},
        {SUBPLAN_COMPLETE, HEAD FULL "\nTitle\n=======\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct document document = parsed(cases[i].text);
        enum subplan_state state = document_subplan_state(&document);
        cr_expect_str_eq(subplan_state_name(state), subplan_state_name(cases[i].state), "%s", cases[i].text);
        document_release(&document);
    }
}

Test(document, states_have_names) {
    static const char *const names[] = {"missing", "placeholder", "conflicted", "draft", "complete"};
    for (int state = SUBPLAN_MISSING; state <= SUBPLAN_COMPLETE; state++)
        cr_expect_str_eq(subplan_state_name((enum subplan_state)state), names[state]);
}

/* The same text, whatever the editor did to its bytes. */
Test(document, bytes_of_all_kinds_are_survived) {
    static const struct {
        const char *bytes;
        size_t length;
        enum subplan_state state;
    } cases[] = {
#define BYTES(text) (text), sizeof(text) - 1
        {BYTES("\xEF\xBB\xBF## Objective\n\nWhy\n\n## Approach\n\nHow\n"), SUBPLAN_COMPLETE},
        {BYTES("## Objective\r\n\r\nWhy\r\n\r\n## Approach\r\n\r\nHow\r\n"), SUBPLAN_COMPLETE},
        {BYTES("## Objective\n\nW\0hy\n\n## Approach\n\nHow\n"), SUBPLAN_COMPLETE},
        {BYTES("\0## Objective\n\nWhy\n\n## Approach\n\nHow\n"), SUBPLAN_DRAFT},
        {BYTES("## Objective\n\n\xFF\xFE\n\n## Approach\n\n\xC3\x28\n"), SUBPLAN_COMPLETE},
        {BYTES("## \xF0\x9F\x8E Objective\n\nWhy\n\n## \xFF Approach\n\nHow\n"), SUBPLAN_COMPLETE},
        {BYTES("## Objective\n\nWhy\n\n## Approach\n\nHow"), SUBPLAN_COMPLETE},
        {BYTES("## Objective\n\nWhy\n\n## Appro"), SUBPLAN_DRAFT},
        {BYTES("## Objective\r\rWhy\r"), SUBPLAN_DRAFT},
        {BYTES("\xEF\xBB\xBF"), SUBPLAN_PLACEHOLDER},
        {BYTES("\0\0\0"), SUBPLAN_DRAFT},
        {BYTES("```\r\n[TO BE FILLED]\r\n```\r\n## Objective\r\n\r\nWhy\r\n## Approach\r\nHow"), SUBPLAN_COMPLETE},
#undef BYTES
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct document document;
        document_parse(&document, (struct span){cases[i].bytes, cases[i].length});
        cr_expect_str_eq(subplan_state_name(document_subplan_state(&document)), subplan_state_name(cases[i].state),
                         "case %zu", i);
        cr_expect_null(memchr(buffer_text(&document.text), '\0', document.text.length), "case %zu", i);
        document_release(&document);
    }
}

/* --- header lines --- */

static void expect_header(const char *text, const char *label, const char *expected) {
    struct document document = parsed(text);
    struct span value = document_header(&document, label);
    cr_expect(span_equals(value, expected), "%s: %.*s", text, (int)value.length, value.data);
    document_release(&document);
}

Test(document, header_lines) {
    expect_header("**Level**: 3\n", "Level", "3");
    expect_header("**Level:** 3\n", "level", "3");
    expect_header("- **Level**: 3\n", "Level", "3");
    expect_header("* **LEVEL**:3\n", "Level", "3");
    expect_header("**Level**: \n", "Level", "");
    expect_header("**Levels**: 3\n**Level**: 4\n", "Level", "4");
    expect_header("**Level**: 1\n**Level**: 2\n", "Level", "1");
    expect_header("**Level** 3\n", "Level", "");
    expect_header("**Level: 3\n", "Level", "");
    expect_header("Level: 3\n", "Level", "");
    expect_header("", "Level", "");
    expect_header("# Title\n\n### Early\n\n**Level**: 3\n", "Level", "3");
    expect_header("# Title\n\n## First\n\n**Level**: 3\n", "Level", "");
    expect_header("```\n## In code\n```\n**Level**: 3\n", "Level", "3");
}

Test(document, header_lines_in_code_do_not_count) {
    expect_header("```\n**Level**: 3\n```\n", "Level", "");
    expect_header("```\n**Level**: 3\n```\n**Level**: 4\n", "Level", "4");
}

Test(document, the_achievement_of_the_header) {
    static const struct {
        const char *line, *id;
    } cases[] = {
        {"**Achievement**: 2.3", "2.3"},
        {"**Achievement**: 0.2 - Title", "0.2"},
        {"**Achievement**: 2.3 (Title)", "2.3"},
        {"**Achievement:** 3.5.1: Title", "3.5.1"},
        {"**Achievement Addressed**: Achievement 2.3", "2.3"},
        {"**Achievement**: Achievement 2.3 (Title)", "2.3"},
        {"**Achievement**: none", ""},
        {"**Achievement**: 2", ""},
        {"**Achievement**: 2.3a", ""},
        {"**Plan**: X", ""},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct document document = parsed(cases[i].line);
        struct span id = document_achievement(&document);
        cr_expect(span_equals(id, cases[i].id), "%s: %.*s", cases[i].line, (int)id.length, id.data);
        document_release(&document);
    }
}

Test(document, lines_without_letters_or_digits_are_empty) {
    static const char *const empty[] = {"", "   ", "---", "***", "- ", "|  |", "```"};
    for (size_t i = 0; i < COUNT(empty); i++)
        cr_expect(document_is_empty_line(span_of(empty[i])), "%s", empty[i]);
    static const char *const full[] = {"a", " 1", "- x", "é", "🎯", "--- a ---"};
    for (size_t i = 0; i < COUNT(full); i++)
        cr_expect_not(document_is_empty_line(span_of(full[i])), "%s", full[i]);
}

/* Markers and code spans in great numbers: looking each one up must stay cheap. */
Test(document, hostile_sizes) {
    static const char *const parts[] = {
        "`[TO BE FILLED` ",    "`[TO BE FILLED`\n\n", "**Objective**: ",   "[TO BE FILLE",
        "    [TO BE FILLED\n", "## Objective\n",      "> - [TO BE FILLED "};
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct buffer text = {0};
        while (text.length + strlen(parts[i]) <= DOCUMENT_SIZE_MOST_BYTES)
            buffer_append_string(&text, parts[i]);
        struct document document;
        document_parse(&document, buffer_span(&text));
        bool has_marker = parts[i][0] == '>';
        cr_expect_eq(document_subplan_state(&document), has_marker ? SUBPLAN_PLACEHOLDER : SUBPLAN_DRAFT, "%s",
                     parts[i]);
        document_release(&document);
        buffer_release(&text);
    }
}
