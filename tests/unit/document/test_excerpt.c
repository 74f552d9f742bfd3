/*
 * core/document/excerpt: what of a section is repeated elsewhere, and that it never takes more lines than allowed.
 */
#include "document/excerpt.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(excerpt, .timeout = 60);

typedef size_t append_excerpt(struct buffer *buffer, const struct excerpt *excerpt, size_t most);

static size_t count_lines(const char *text) {
    size_t count = text[0] != '\0';
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void expect_excerpt(append_excerpt *append, const char *body, size_t most, const char *expected) {
    struct buffer text = {0}, found = {0};
    struct document document;
    buffer_append_format(&text, "## Section\n%s", body);
    document_parse(&document, buffer_span(&text));
    struct excerpt excerpt = excerpt_of_section(&document, "S.md", &document.markdown.sections[0]);
    size_t lines = append(&found, &excerpt, most);
    cr_expect_str_eq(buffer_text(&found), expected, "<%s> in %zu lines: <%s>", body, most, buffer_text(&found));
    cr_expect_eq(lines, count_lines(buffer_text(&found)), "<%s>: said %zu", body, lines);
    cr_expect_leq(lines, most);
    buffer_release(&text);
    buffer_release(&found);
    document_release(&document);
}

#define expect_text(...)      expect_excerpt(excerpt_append_text, __VA_ARGS__)
#define expect_told(...)      expect_excerpt(excerpt_append_told, __VA_ARGS__)
#define expect_checklist(...) expect_excerpt(excerpt_append_checklist, __VA_ARGS__)
#define expect_steps(...)     expect_excerpt(excerpt_append_steps, __VA_ARGS__)

Test(excerpt, what_is_left_out_is_told) {
    static const char body[] = "One.\n\n- a\n  - b\n- c\n  - d\n- e\n";
    expect_told(body, 7, "One.\n\n- a\n  - b\n- c\n  - d\n- e");
    expect_told(body, 8, "One.\n\n- a\n  - b\n- c\n  - d\n- e");
    expect_told("One.\n\nTwo.\n\n- a\n  - b\n- c\n  - d\n- e\n", 8,
                "One.\n\n- a\n- c\n- e\n\n*(in short; in full: S.md, lines 2-10)*");
    expect_told("a\nb\nc\nd\ne\nf\n", 5, "a\nb\n*(continues in S.md, lines 4-7)*");
    expect_told(body, 2, "*(in short; in full: S.md, lines 2-8)*");
    expect_told(body, 1, "*(in short; in full: S.md, lines 2-8)*");
}

Test(excerpt, text_is_repeated_with_blank_lines_squeezed) {
    expect_text("", 9, "");
    expect_text("\n\n\n", 9, "");
    expect_text("\na\n", 9, "a");
    expect_text("\n\na\n\n\n\nb\n\n", 9, "a\n\nb");
    expect_text("a\n---\nb\n", 9, "a\n\nb");
    expect_text("  a  \n    b\n", 9, "a\n  b");
    expect_text("- a\n  - b\n", 9, "- a\n  - b");
}

Test(excerpt, headings_are_lowered_beneath_level_two) {
    expect_text("### A\na\n### B\nb\n", 20, "### A\n\na\n\n### B\n\nb");
    expect_text("#### A\na\n##### B\n", 20, "### A\n\na\n\n#### B");
    expect_text("###### A\n", 20, "### A");
    expect_text("### A ###\n", 20, "### A ###");
    expect_text("a\n### A\n", 20, "a\n\n### A");
}

Test(excerpt, code_is_only_pointed_at) {
    expect_text("a\n\n```c\nint x;\n```\n\nb\n", 20, "a\n\n*(code: S.md, lines 4-6)*\n\nb");
    expect_text("- a\n\n  ```\n  ## x\n  ```\n- b\n", 20, "- a\n\n  *(code: S.md, lines 4-6)*\n- b");
    expect_text("```\nx\n```\n", 20, "*(code: S.md, lines 2-4)*");
    expect_text("a\n\n```c\n\nint x;\n\n```\n", 20, "a\n\n*(code: S.md, lines 4-8)*");
}

Test(excerpt, what_is_too_long_loses_details_first) {
    expect_text("First\n\nSecond\n\n- **L**: x\n- i\n  - nested\n\nThird\n", 6, "First\n\n- **L**: x\n- i");
    expect_text("First\n\n### A\n\na\n\n- i\n- j\n\n### B\n\nb\n", 7, "First\n\n### A\n\n### B");
}

Test(excerpt, then_its_end_and_says_where_it_continues) {
    expect_text("a\nb\nc\nd\n", 3, "a\nb\n*(continues in S.md, lines 4-5)*");
    expect_text("a\nb\nc\nd\n", 1, "*(continues in S.md, lines 2-5)*");
    expect_text("a\nb\n", 0, "");
    expect_text("### A\n### B\n### C\n### D\n", 4, "### A\n\n### B\n*(continues in S.md, lines 4-5)*");
}

/* A section that is nothing but code says something; its reader must learn where. */
Test(excerpt, much_code_alone_is_not_nothing) {
    struct buffer body = {0};
    for (int i = 0; i < 20; i++)
        buffer_append_string(&body, "```\nx\n```\n\n");
    expect_text(buffer_text(&body), 5,
                "*(code: S.md, lines 2-4)*\n\n*(code: S.md, lines 6-8)*\n*(continues in S.md, lines 10-81)*");
    buffer_release(&body);
}

Test(excerpt, a_checklist_has_the_sub_headings_with_their_items) {
    expect_checklist("", 9, "");
    expect_checklist("### 1. A\n- a\n  - deep\n- b\n### 2. B\ntext\n", 9, "- [ ] 1. A\n  - a\n  - b\n- [ ] 2. B");
    expect_checklist("- before\n### A\n#### Lower\n- a\n", 9, "- [ ] A\n  - a");
    expect_checklist("### A\n- a\n- b\n- c\n### B\n- d\n", 4, "- [ ] A\n- [ ] B");
}

Test(excerpt, else_the_items_else_the_paragraphs) {
    expect_checklist("- a\n* b\n+ c\n1. d\n2) e\n", 9, "- [ ] a\n- [ ] b\n- [ ] c\n- [ ] d\n- [ ] e");
    expect_checklist("- a\n  - nested\n    more of it\n- b\n", 9, "- [ ] a\n- [ ] b");
    expect_checklist("- [ ] a\n- [x] b\n- [X] c\n- ✅ d\n", 9, "- [ ] a\n- [ ] b\n- [ ] c\n- [ ] d");
    expect_checklist("a\n\nb\n", 9, "- [ ] a\n- [ ] b");
    expect_checklist("-no item\n2019.no item\n12345. no item\n", 9,
                     "- [ ] -no item\n- [ ] 2019.no item\n- [ ] 12345. no item");
    expect_checklist("```\n- in code\n```\n- a\n", 9, "- [ ] a");
    expect_checklist("- a\n- b\n- c\n- d\n", 3, "- [ ] a\n- [ ] b\n*(continues in S.md, lines 4-5)*");
}

Test(excerpt, steps_are_headings_or_items_that_are_no_labels) {
    expect_steps("### Phase 1\n- a\n### Phase 2\n", 9, "- [ ] Phase 1\n- [ ] Phase 2");
    expect_steps("- a\n- **Label**: text\n- b\n", 9, "- [ ] a\n- [ ] b");
    expect_steps("- **Label**: text\n", 9, "");
    expect_steps("only text\n", 9, "");
}

Test(excerpt, the_text_beside_a_label_goes_first) {
    struct document document;
    struct buffer found = {0};
    document_parse(&document, span_of("a\n\nb\n"));
    const struct excerpt excerpt = {
        .document = &document, .name = "S.md", .lead = span_of("lead"), .end = document.markdown.line_count};
    cr_expect_eq(excerpt_append_text(&found, &excerpt, 9), 4);
    cr_expect_str_eq(buffer_text(&found), "lead\na\n\nb");
    buffer_clear(&found);
    cr_expect_eq(excerpt_append_checklist(&found, &excerpt, 9), 3);
    cr_expect_str_eq(buffer_text(&found), "- [ ] lead\n- [ ] a\n- [ ] b");
    buffer_release(&found);
    document_release(&document);
}

Test(excerpt, no_section_is_an_empty_excerpt) {
    struct document document;
    struct buffer found = {0};
    document_parse(&document, span_of("text\n"));
    struct excerpt excerpt = excerpt_of_section(&document, "S.md", NULL);
    cr_expect_eq(excerpt_append_text(&found, &excerpt, 9), 0);
    cr_expect_eq(excerpt_append_checklist(&found, &excerpt, 9), 0);
    cr_expect_eq(excerpt_append_steps(&found, &excerpt, 9), 0);
    cr_expect_eq(found.length, 0);
    document_release(&document);
    buffer_release(&found);
}

/* Whatever the text, whatever the limit; and what stands in the buffer before stays. */
Test(excerpt, the_limit_always_holds) {
    static append_excerpt *const appends[] = {excerpt_append_text, excerpt_append_checklist, excerpt_append_steps};
    static const char *const parts[] = {"a\n", "\n", "### H\n", "- i\n", "  - n\n", "```\n", "    x\n", "**L**: v\n"};
    srand(11);
    for (int round = 0; round < 300; round++) {
        struct buffer text = {0};
        struct document document;
        buffer_append_string(&text, "## S\n");
        for (int i = rand() % 60; i > 0; i--)
            buffer_append_string(&text, parts[(size_t)rand() % (sizeof parts / sizeof *parts)]);
        document_parse(&document, buffer_span(&text));
        struct excerpt excerpt = excerpt_of_section(&document, "S.md", &document.markdown.sections[0]);
        for (size_t k = 0; k < 3; k++)
            for (size_t most = 0; most < 20; most++) {
                struct buffer found = {0};
                buffer_append_string(&found, "before");
                size_t lines = appends[k](&found, &excerpt, most);
                cr_assert_eq(strncmp(found.data, "before", 6), 0);
                cr_assert_eq(lines, count_lines(found.data + 6), "%s", text.data);
                cr_assert_leq(lines, most, "%s", text.data);
                buffer_release(&found);
            }
        document_release(&document);
        buffer_release(&text);
    }
}

Test(excerpt, hostile_sizes) {
    static const char *const parts[] = {"- a\n", "### a\n", "a\n\n", "```\nx\n```\n", "\n", "  - [ ] **a**: b\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0}, found = {0};
        struct document document;
        buffer_append_string(&text, "## S\n");
        while (text.length + strlen(parts[i]) <= DOCUMENT_SIZE_MOST_BYTES)
            buffer_append_string(&text, parts[i]);
        document_parse(&document, buffer_span(&text));
        struct excerpt excerpt = excerpt_of_section(&document, "S.md", &document.markdown.sections[0]);
        cr_expect_leq(excerpt_append_text(&found, &excerpt, 100), 100);
        cr_expect_leq(excerpt_append_checklist(&found, &excerpt, 100), 100);
        document_release(&document);
        buffer_release(&text);
        buffer_release(&found);
    }
}
