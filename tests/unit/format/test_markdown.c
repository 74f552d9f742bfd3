/*
 * core/format/markdown: which lines are headings and which are code, for texts as people write them and for hostile
 * ones. Expectations are written as text: sections as "level:title[line-end] ...", code as one letter a line.
 */
#include "format/markdown.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"

TestSuite(markdown, .timeout = 60);

static void append_sections(struct buffer *buffer, const struct markdown *markdown) {
    for (size_t i = 0; i < markdown->section_count; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        buffer_append_format(buffer, "%s%u:%.*s[%zu-%zu]", i ? " " : "", section->level, (int)section->title.length,
                             section->title.data, section->line, section->end);
    }
}

/* "c" for a line of code, "." for any other. */
static void append_code(struct buffer *buffer, const struct markdown *markdown) {
    for (size_t i = 0; i < markdown->line_count; i++)
        buffer_append_byte(buffer, markdown->lines[i].is_code ? 'c' : '.');
}

static void expect_sections(const char *text, const char *expected) {
    struct markdown markdown;
    struct buffer found = {0};
    markdown_parse(&markdown, span_of(text));
    append_sections(&found, &markdown);
    cr_expect_str_eq(buffer_text(&found), expected, "in <%s>: %s instead of %s", text, buffer_text(&found), expected);
    buffer_release(&found);
    markdown_release(&markdown);
}

static void expect_code(const char *text, const char *expected) {
    struct markdown markdown;
    struct buffer found = {0};
    markdown_parse(&markdown, span_of(text));
    append_code(&found, &markdown);
    cr_expect_str_eq(buffer_text(&found), expected, "in <%s>: %s instead of %s", text, buffer_text(&found), expected);
    buffer_release(&found);
    markdown_release(&markdown);
}

Test(markdown, headings_have_a_title_a_level_and_an_end) {
    expect_sections("# One\n", "1:One[0-1]");
    expect_sections("# One", "1:One[0-1]");
    expect_sections("text\n\n## Two\nmore\n", "2:Two[2-4]");
    expect_sections("   ### Indented by three\n", "3:Indented by three[0-1]");
    expect_sections("## Closed ##\n", "2:Closed[0-1]");
    expect_sections("## C# is no closing\n## F#\n", "2:C# is no closing[0-1] 2:F#[1-2]");
    expect_sections("## Several `code` *kinds* of text\n", "2:Several `code` *kinds* of text[0-1]");
    expect_sections("text\n## A heading ends a paragraph\n", "2:A heading ends a paragraph[1-2]");
    expect_sections("###### Six\n", "6:Six[0-1]");
}

Test(markdown, what_only_looks_like_a_heading_is_none) {
    static const char *const texts[] = {
        "",
        "\n\n\n",
        "plain\n",
        "#hashtag\n",
        "####### Seven\n",
        "\\# Escaped\n",
        "Setext\n======\n",
        "Setext\n---\n",
        "Two\nlines\n---\n",
        "    # Four blanks are code\n",
        "text # not at the start\n",
        "<!--\n## In a comment\n-->\n",
        "---\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_sections(texts[i], "");
}

Test(markdown, a_section_ends_at_its_sibling_or_an_elder) {
    expect_sections("# A\n## B\n### C\n## D\n# E\n", "1:A[0-4] 2:B[1-3] 3:C[2-3] 2:D[3-4] 1:E[4-5]");
    expect_sections("### C\n## B\n# A\n", "3:C[0-1] 2:B[1-2] 1:A[2-3]");
    expect_sections("# A\n### Skipped a level\n## B\ntext\n", "1:A[0-4] 3:Skipped a level[1-2] 2:B[2-4]");
}

Test(markdown, headings_in_code_do_not_count) {
    expect_sections("```\n## No\n```\n## Yes\n", "2:Yes[3-4]");
    expect_sections("~~~markdown\n## No\n~~~\n## Yes\n", "2:Yes[3-4]");
    expect_sections("````\n```\n## No\n```\n## No\n````\n## Yes\n", "2:Yes[6-7]");
    expect_sections("```\n~~~\n## No\n```\n## Yes\n", "2:Yes[4-5]");
    expect_sections("text\n\n    ## No\n\n## Yes\n", "2:Yes[4-5]");
    expect_sections("- item\n\n  ```\n  ## No\n  ```\n\n## Yes\n", "2:Yes[6-7]");
    expect_sections("> ```\n> ## No\n> ```\n\n## Yes\n", "2:Yes[4-5]");
    expect_sections("## Yes\n\n```\nnever closed\n## No\n", "2:Yes[0-5]");
    expect_sections("```\r\n## No\r\n```\r\n## Yes\r\n", "2:Yes[3-4]");
}

Test(markdown, fences_belong_to_their_code) {
    expect_code("a\n```\nb\n```\nc\n", ".ccc.");
    expect_code("a\n~~~ info\nb\n~~~\nc\n", ".ccc.");
    expect_code("a\n```\nb\n\nc\n```\nd\n", ".ccccc.");
    expect_code("a\n\n    b\n    c\n\nd\n", "..cc..");
    expect_code("```\nnever closed\n", "cc");
    expect_code("- a\n\n  ```\n  b\n  ```\n", "..ccc");
    expect_code("a ``` b\nc ``` d\n", "..");
}

Test(markdown, blank_lines_at_the_edges_of_a_code_block_belong_to_it) {
    expect_code("a\n```\n\nb\n```\nc\n", ".cccc.");
    expect_code("a\n```\nb\n\n```\nc\n", ".cccc.");
    expect_code("a\n```\n\n\nb\n\n\n```\nc\n", ".ccccccc.");
}

Test(markdown, an_empty_code_block_is_code) {
    expect_code("a\n```\n```\nb\n", ".cc.");
    expect_code("a\n```sh\n\n```\nb\n", ".ccc.");
}

Test(markdown, titles_keep_their_emoji) {
    expect_sections("## 🎯 Objective\n", "2:🎯 Objective[0-1]");
    expect_sections("## 🏗️ Approach\n## ⚠️ Risks\n", "2:🏗️ Approach[0-1] 2:⚠️ Risks[1-2]");
}

/* The byte of @mark in @text. */
static bool is_code_at(const char *text, const char *mark) {
    struct markdown markdown;
    markdown_parse(&markdown, span_of(text));
    bool is_code = markdown_is_code(&markdown, strstr(text, mark));
    markdown_release(&markdown);
    return is_code;
}

Test(markdown, every_byte_is_code_or_not) {
    static const struct {
        const char *text;
        bool is_code;
    } cases[] = {
        {"X", false},
        {"`X`", true},
        {"``a ` X``", true},
        {"`a` X `b`", false},
        {"X `a`", false},
        {"`a` `b` `X` `c`", true},
        {"`a`\n\nX\n", false},
        {"`never closed X", false},
        {"`over\nlines X`", true},
        {"\\`X\\`", false},
        {"```\nX\n```\n", true},
        {"```X\ncode\n```\n", true},
        {"text\n\n    X\n", true},
        {"[`X`](target)", true},
        {"[X](target) `a`", false},
        {"![`X`](target)", true},
        {"## Title `X`\n", true},
        {"> `X`\n", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(is_code_at(cases[i].text, "X"), cases[i].is_code, "%s", cases[i].text);
}

Test(markdown, lines_are_those_of_the_text) {
    struct markdown markdown;
    markdown_parse(&markdown, span_of("a\r\n\nlast"));
    cr_assert_eq(markdown.line_count, 3);
    cr_expect(span_equals(markdown.lines[0].text, "a"));
    cr_expect(span_equals(markdown.lines[1].text, ""));
    cr_expect(span_equals(markdown.lines[2].text, "last"));
    markdown_release(&markdown);
    cr_expect_eq(markdown.line_count, 0);
}

/* --- hostile texts: each has the size that documents are capped at; the suite's time limit is the test --- */

enum { HOSTILE_BYTES = 4 << 20 };

static void fill(struct buffer *buffer, const char *part, size_t most) {
    while (buffer->length + strlen(part) <= most)
        buffer_append_string(buffer, part);
}

/* The heading after the hostile part must be found, so that the parser is known to have come that far. */
static void expect_last_heading(struct buffer *text) {
    struct markdown markdown;
    buffer_append_string(text, "\n\n## Last\n");
    markdown_parse(&markdown, buffer_span(text));
    cr_assert(markdown.section_count > 0);
    cr_expect(span_equals(markdown.sections[markdown.section_count - 1].title, "Last"));
    markdown_release(&markdown);
    buffer_release(text);
}

Test(markdown, hostile_repetitions_take_linear_time) {
    static const char *const parts[] = {
        "> ",   "- ",   "* ",  "1. ",   "> - ",  "![[]()",  "[",      "![",       "[](", "`",  "`a",
        "``` ", "*a_ ", "**a", "_",     "<",     "&",       "\\",     "#",        "# ",  "-",  "\t",
        "|",    "~",    ">",   "~~~\n", "- a\n", "> a\n\n", "## a\n", "[a]: b\n", "`\n", "<a",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buffer text = {0};
        fill(&text, parts[i], HOSTILE_BYTES);
        struct markdown markdown;
        markdown_parse(&markdown, buffer_span(&text));
        cr_expect(markdown.line_count > 0, "%s", parts[i]);
        markdown_release(&markdown);
        buffer_release(&text);
    }
}

Test(markdown, deep_nesting_before_many_lines) {
    static const char *const markers[] = {"- ", "> ", "1. ", ">", "* "};
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        struct buffer text = {0};
        fill(&text, markers[i], 5000 * strlen(markers[i]));
        buffer_append_string(&text, "a");
        fill(&text, "\n", text.length + 100000);
        expect_last_heading(&text);
    }
}

/* One level deeper in every line, so that no single line looks deep. */
Test(markdown, nesting_that_grows_line_by_line) {
    struct buffer text = {0};
    for (int depth = 0; depth < 1000; depth++)
        buffer_append_format(&text, "%*s- a\n", 2 * depth, "");
    fill(&text, "\n", HOSTILE_BYTES);
    expect_last_heading(&text);
}

Test(markdown, a_long_rule_is_not_taken_for_nesting) {
    struct buffer text = {0};
    fill(&text, "-", 200);
    buffer_append_string(&text, "\n    indented code\n");
    struct markdown markdown;
    markdown_parse(&markdown, buffer_span(&text));
    cr_expect(markdown.lines[1].is_code);
    markdown_release(&markdown);
    buffer_release(&text);
}

/* --- plain text is read without md4c --- */

static void append_random(struct buffer *text, unsigned *seed) {
    static const char *const parts[] = {
        "#",     "##",  "# ",       "### ",     " ",   "  ", "   ",      "\n",   "\n\n",  "- ",
        "* ",    "+ ",  "1. ",      "2) ",      "> ",  ">",  "a",        "b c",  "=",     "===\n",
        "---\n", "***", "_",        "[x]",      "]: ", "!",  "~~",       "~",    "&amp;", "\\",
        "|",     "-",   "\xC3\xA4", "\xC2\xA0", ":",   "(",  "####### ", " #\n", "# #\n", "http://x.y"};
    enum { PARTS = sizeof parts / sizeof *parts };
    size_t count = 1 + (size_t)rand_r(seed) % 40;
    for (size_t i = 0; i < count; i++)
        buffer_append_string(text, parts[(unsigned)rand_r(seed) % PARTS]);
}

/* A code span in a separate paragraph at the end: md4c reads the same text, and it changes no section. */
Test(markdown, plain_text_has_the_sections_that_md4c_finds) {
    unsigned seed = 1;
    for (int i = 0; i < 200000; i++) {
        struct buffer text = {0}, longer = {0}, found = {0}, expected = {0};
        struct markdown plain, whole;
        do {
            buffer_clear(&text);
            append_random(&text, &seed);
        } while (strstr(buffer_text(&text), "~~~") || strstr(buffer_text(&text), "    ")); /* may be code */
        buffer_append_format(&longer, "%s\n\n`x`", buffer_text(&text));
        markdown_parse(&plain, buffer_span(&text));
        markdown_parse(&whole, buffer_span(&longer));
        for (size_t k = 0; k < whole.section_count; k++)
            if (whole.sections[k].end == whole.line_count)
                whole.sections[k].end = plain.line_count;
        append_sections(&found, &plain);
        append_sections(&expected, &whole);
        cr_assert_str_eq(buffer_text(&found), buffer_text(&expected), "<%s>: %s instead of %s", buffer_text(&text),
                         buffer_text(&found), buffer_text(&expected));
        for (size_t k = 0; k < plain.line_count; k++)
            cr_assert_eq(plain.lines[k].is_code, whole.lines[k].is_code, "<%s>, line %zu", buffer_text(&text), k);
        markdown_release(&plain);
        markdown_release(&whole);
        buffer_release(&text);
        buffer_release(&longer);
        buffer_release(&found);
        buffer_release(&expected);
    }
}
