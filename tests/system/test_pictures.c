/*
 * batchctl graph for other programs: what it writes as dot is read by the real dot, and what it writes as Mermaid keeps
 * to what Mermaid's parser takes.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(pictures, .timeout = 120);

/* Titles in JSON that could be taken for markup. */
static const char *const titles[] = {
    "plain",
    "\\\"quoted\\\" \\\\ back\\\\slash \\\\n \\\\\\\"",
    "a < b & c > d &lt; &nosuch; &#0;",
    "[brackets] {braces} (parentheses) |pipes| end",
    "ends with a backslash \\\\",
    "two\\nlines, a\\ttab, \\u0007 a bell",
    "subgraph end; graph -> -- %% comment `code` #35; <br/>",
    "ünïcödé 一二三 👩\u200d👧 \\u202e",
    "",
};
enum { TITLES = sizeof titles / sizeof *titles };

static struct space make_space(void) {
    struct space space = space_new();
    struct buffer text = {0};
    space_plan(&space, "X", "1.0; 1.1; 1.2; 1.3; 1.4; 1.5; 1.6; 1.7; 1.8");
    buffer_append_string(&text, "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [");
    for (size_t i = 0; i < TITLES; i++) {
        buffer_append_format(&text, "%s{\"achievement_id\": \"1.%zu\", \"title\": \"%s\", \"dependencies\": [",
                             i ? ", " : "", i, titles[i]);
        if (i)
            buffer_append_format(&text, "\"1.%zu\"", i - 1);
        buffer_append_string(&text, "]}");
    }
    buffer_append_string(&text, "]}\n");
    space_write_bytes(&space, "X/parallel.json", text.data, text.length);
    buffer_release(&text);
    space_approved(&space, "X", "1.0");
    return space;
}

/* What the shell command prints, with the file beneath the root as its input; NULL if it fails. */
static char *filter(const struct space *space, const char *command, const char *file) {
    struct buffer line = {0}, text = {0};
    char chunk[4096];
    buffer_append_format(&line, "%s <'%s/%s' 2>&1", command, space->root, file);
    FILE *pipe = popen(line.data, "r");
    cr_assert(pipe);
    for (size_t length; (length = fread(chunk, 1, sizeof chunk, pipe));)
        buffer_append(&text, chunk, length);
    bool has_succeeded = pclose(pipe) == 0;
    buffer_release(&line);
    if (has_succeeded)
        return text.data ? text.data : strdup("");
    cr_log_warn("%s: %s", command, buffer_text(&text));
    buffer_release(&text);
    return NULL;
}

/* "make check" installs Graphviz; elsewhere it may be missing. */
Test(pictures, dot_reads_it_and_shows_the_titles_as_they_are) {
    if (system("command -v dot >/dev/null") != 0)
        cr_skip_test("Graphviz is not installed");
    struct space space = make_space();
    struct outcome outcome = run(&space, "graph X --format dot");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    space_write_bytes(&space, "x.dot", outcome.out, strlen(outcome.out));
    char *plain = filter(&space, "dot -Tplain", "x.dot"), *svg = filter(&space, "dot -Tsvg", "x.dot");
    cr_assert(plain && svg, "%s", outcome.out);
    cr_expect_eq(count_of(plain, "\nnode "), TITLES);
    cr_expect_eq(count_of(plain, "\nedge "), TITLES - 1);
    cr_expect_not(has(plain, "Warning") || has(plain, "Error"), "%s", plain);
    static const char *const shown[] = {
        ">&quot;quoted&quot; \\ back\\slash \\n \\&quot;<",
        ">a &lt; b &amp; c &gt; d &amp;lt; &amp;nosuch; &amp;#0;<",
        ">ends with a backslash \\<",
        ">two lines, a tab, \\x07 a bell<",
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct buffer same = {0}; /* however it writes a blank */
        for (const char *c = svg; *c; c++) {
            bool is_blank = strncmp(c, "&#160;", 6) == 0;
            buffer_append_byte(&same, is_blank ? ' ' : *c);
            c += is_blank ? 5 : 0;
        }
        cr_expect(has(same.data, shown[i]), "no %s in\n%s", shown[i], same.data);
        buffer_release(&same);
    }
    memory_free(plain);
    memory_free(svg);
    outcome_end(&outcome);
    space_end(&space);
}

/* Inside a quoted label only entities may stand for what Mermaid would read. */
Test(pictures, mermaid_labels_hold_nothing_that_ends_them) {
    struct space space = make_space();
    struct outcome outcome = run(&space, "graph X --format mermaid");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(strncmp(outcome.out, "graph LR\n", 9) == 0);
    cr_expect_eq(count_of(outcome.out, "[\""), TITLES);
    size_t labels = 0;
    for (const char *at = outcome.out; (at = strstr(at, "[\"")); labels++) {
        const char *end = strchr(at + 2, '"');
        cr_assert(end && strncmp(end, "\"]:::", 5) == 0, "%.80s", at);
        for (at += 2; at < end; at++)
            cr_expect_not(strchr("<>&`\n", *at), "%.80s", at);
    }
    cr_expect_eq(labels, TITLES);
    cr_expect(has(outcome.out, "#34;quoted#34;"));
    outcome_end(&outcome);
    space_end(&space);
}

/* The same file again and again, as a job of a CI does; what a person has changed stays. */
Test(pictures, a_file_is_replaced_unless_it_was_edited) {
    static const char *const formats[] = {"svg", "dot", "mermaid", "tree"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char command[100];
        snprintf(command, sizeof command, "graph X --format %s --output pictures.%s", formats[i], formats[i]);
        expect_status(&space, command, 0, "Wrote pictures.");
        expect_status(&space, command, 0, " is there and unchanged");
    }
    expect_status(&space, "graph X -o ending.svg", 0, "Wrote ending.svg");
    expect_status(&space, "graph X --format svg -o ending.svg", 0, " is there and unchanged");
    space_approved(&space, "X", "1.1");
    expect_status(&space, "graph X --format dot -o pictures.dot", 0, "Wrote pictures.dot");
    space_write(&space, "pictures.dot", "digraph mine {}\n");
    uint64_t before = space_fingerprint(&space, "");
    expect_status(&space, "graph X --format dot -o pictures.dot", 5, "--force replaces it");
    expect_status(&space, "graph X --format dot -o nosuch/pictures.dot", 3, "nosuch");
    expect_status(&space, "graph X -o X", 5, "X is no regular file");
    expect_status(&space, "graph X --format json -o X/parallel.json --force", 2,
                  "has the name of a document of a plan");
    expect_status(&space, "graph X -o PLAN_Y.md", 2, "has the name of a document of a plan");
    expect_status(&space, "graph X --format dot -o x --json", 2, "--output writes what --format says");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    expect_status(&space, "graph X --format dot -o pictures.dot --force", 0, "Wrote pictures.dot");
    expect_status(&space, "graph X --format json -o X/graph.data", 0, "");
    char *text = space_read(&space, "X/graph.data");
    cr_expect(text && text[0] == '{' && text[strlen(text) - 2] == '}', "%s", text);
    memory_free(text);
    space_end(&space);
}
