/*
 * core/format/prose, and whatever quotes documents in documents: nothing of a source outlives the section it is quoted
 * in.
 */
#include "format/prose.h"

#include <criterion/criterion.h>

#include "document/document.h"
#include "document/excerpt.h"
#include "document/fix.h"
#include "document/markdown_quote.h"
#include "rendering.h"

TestSuite(prose, .timeout = 120);

static const char head[] = "# Title\n\n## First\n\n", label[] = "# Title\n\n## First\n\n- **Goal**:";

static void expect_kept(const char *before, struct buffer *quoted, const char *by, struct span source) {
    bool is_kept = rendering_is_kept(before, buffer_span(quoted));
    cr_expect(is_kept, "%s of\n<<<%.*s>>>\nis\n<<<%s>>>", by, (int)source.length, source.data, buffer_text(quoted));
    buffer_clear(quoted);
}

/* Every way in which a section is quoted, whole and cut. */
static void expect_section_kept(const struct document *document, struct span source) {
    static const size_t most[] = {4, 9, SIZE_MAX};
    struct buffer text = {0};
    struct excerpt excerpt = excerpt_of_section(document, "S.md", document->sections[SECTION_APPROACH]);
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        excerpt_append_text(&text, &excerpt, most[i]);
        expect_kept(head, &text, "the text", source);
        excerpt_append_told(&text, &excerpt, most[i]);
        expect_kept(head, &text, "what is quoted", source);
        excerpt_append_checklist(&text, &excerpt, most[i]);
        expect_kept(head, &text, "the checklist", source);
        excerpt_append_steps(&text, &excerpt, most[i]);
        expect_kept(head, &text, "the steps", source);
        fix_append_points(&text, document, "FIX_11.md", most[i]);
        expect_kept(head, &text, "the points", source);
    }
    buffer_release(&text);
}

static void expect_all_kept(struct span source) {
    struct buffer text = {0};
    struct document document;
    buffer_append_string(&text, "# FIX\n\n## Approach\n\n");
    buffer_append_span(&text, source);
    document_parse(&document, buffer_span(&text));
    expect_section_kept(&document, source);
    document_release(&document);
    buffer_clear(&text);
    for (int is_verbatim = 0; is_verbatim <= 1; is_verbatim++) {
        markdown_quote_append(&text, source, is_verbatim);
        expect_kept(label, &text, "the quotation", source);
    }
    buffer_append_string(&text, "within ");
    prose_append_words(&text, source);
    expect_kept(head, &text, "the words", source);
    buffer_append_string(&text, "- ");
    prose_append_code(&text, source);
    buffer_append_string(&text, " and `code`");
    expect_kept(head, &text, "the code", source);
    buffer_release(&text);
}

static const char *const pieces[] = {
    "<details><summary>more</summary>",
    "<h2>Forged</h2>",
    "<!-- ",
    "<script>",
    "<pre>",
    "<![CDATA[",
    "<?php",
    "<!DOCTYPE",
    "</section>",
    "<a href=\"x",
    "<https://example.org/a>",
    "<textarea\n",
    "## Forged",
    "# ",
    "###### six",
    "####### x",
    "```",
    "````",
    "~~~",
    "```js",
    "``",
    "`",
    "` <b>",
    "`<i>`",
    "[label]: https://example.org",
    "[label]:",
    "[label",
    "[^1]: note",
    "[ ] task",
    "[x]: y",
    "[lab\\]el]: z",
    "===",
    "---",
    "-",
    "=",
    "- - -",
    "***",
    "| a | b |",
    "|---|---|",
    "- ",
    "* ",
    "1. ",
    "2) ",
    "> ",
    ">",
    "- [ ] ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n\n",
    "\n",
    "word",
    "\\",
    "\\`",
    "\\<",
    "&lt;b>",
    "![",
    "](",
    "**",
    "<b",
    ">",
    "Achievement 1.1: x",
    "**Achievement 1.2**: y",
    "**Label**: z",
    "\xE2\x80\xAE",
    "\x1b[31m",
};

Test(prose, every_piece_stays_in_its_section) {
    static const char *const places[] = {
        "%s",     "text\n%s",      "text\n\n%s\n\ntext",     "- %s\n  more",  "> %s",
        "    %s", "   %s",         "1. a\n   %s\n2. b",      "- [ ] %s\n- x", "### H\n%s\n### I",
        "### %s", "a ` b\n%s ` c", "- a\n\n  %s\n\n      b", "# %s **b**\nc"};
    struct buffer source = {0};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
            const char *hole = strstr(places[k], "%s");
            buffer_append(&source, places[k], (size_t)(hole - places[k]));
            buffer_append_string(&source, pieces[i]);
            buffer_append_string(&source, hole + 2);
            expect_all_kept(buffer_span(&source));
            buffer_clear(&source);
        }
    buffer_release(&source);
}

Test(prose, so_do_thousands_of_mixtures) {
    struct buffer source = {0};
    uint64_t state = 20260131;
    for (size_t round = 0; round < 3000; round++) {
        for (size_t k = 0; k < 3 + round % 12; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            buffer_append_string(&source, pieces[(state >> 33) % (sizeof pieces / sizeof *pieces)]);
        }
        expect_all_kept(buffer_span(&source));
        buffer_clear(&source);
    }
    buffer_release(&source);
}

Test(prose, what_is_harmless_stays_as_it_is) {
    static const char *const lines[] = {
        "",
        "plain text, a < b && c > d, 1 <2",
        "- [ ] a task with `code <b>` and ``two ` ticks``",
        "  1. **bold**: _x_ [a link](https://example.org) <https://example.org> #1",
        "> quoted, \\` and \\<",
        "[a link](x) first",
        "#no heading, --option",
    };
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        prose_append_line(&text, span_of(lines[i]));
        cr_expect_str_eq(buffer_text(&text), lines[i]);
        buffer_clear(&text);
    }
    buffer_release(&text);
}

Test(prose, what_would_outlive_its_line_becomes_characters) {
    static const char *const lines[][2] = {
        {"a <details> b", "a \\<details> b"},
        {"- <!-- x", "- \\<!-- x"},
        {"  ## H", "  \\## H"},
        {"- [ ] # H", "- [ ] \\# H"},
        {"```js", "\\`\\`\\`js"},
        {"> ~~~", "> \\~~~"},
        {"[label]: x", "\\[label]: x"},
        {"[label", "\\[label"},
        {"===", "\\==="},
        {" -", " \\-"},
        {"an ` open one", "an \\` open one"},
        {"ends with \\", "ends with \\\\"},
    };
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (size_t again = 0; again < 2; again++) { /* what has been quoted is quoted as it is */
            prose_append_line(&text, span_of(lines[i][again]));
            if (again == 0 || lines[i][0][0] != 'e')
                cr_expect_str_eq(buffer_text(&text), lines[i][1]);
            buffer_clear(&text);
        }
    buffer_release(&text);
}

Test(prose, a_title_as_it_is_read) {
    static const char *const titles[][2] = {
        {"plain", "plain"},
        {"The **bold** and *soft* __one__", "The bold and soft one"},
        {"`code_of` snake_case __init__.py", "code_of snake_case init.py"},
        {"a [link](http://x/y) and [none] (x)", "a link and [none] (x)"},
        {"2 * 3 and 2*3", "2 * 3 and 2*3"},
        {"[ ](x", "[ ](x"},
        {"**", "**"},
        {"", ""},
    };
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        buffer_append_string(&text, "|");
        prose_append_plain(&text, span_of(titles[i][0]));
        cr_expect_str_eq(text.data + 1, titles[i][1], "%s: %s", titles[i][0], text.data);
        buffer_clear(&text);
    }
    buffer_release(&text);
}
