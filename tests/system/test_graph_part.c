/*
 * A part of a graph: "graph --open", "--level", and the complete levels of a large plan, which an SVG folds.
 */
#include <criterion/criterion.h>

#include "base/buffer.h"
#include "space.h"

TestSuite(graph_part, .timeout = 120);

/* Three levels; 1.1, 1.2 and 2.1 are done. */
static struct space three_levels(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1; 2.2: 1.1, 1.2; 3.1: 2.1, 2.2; 3.2: 2.1");
    space_approved(&space, "X", "1.1");
    space_write(&space, "X/execution/SKIPPED_12.md", "not needed\n");
    space_approved(&space, "X", "2.1");
    return space;
}

static void expect_ids(const struct space *space, const char *options, const char *ids, size_t edges) {
    struct buffer command = {0}, found = {0};
    buffer_append_format(&command, "graph X --json %s", options);
    struct outcome outcome = run(space, command.data);
    struct json json = outcome_json(&outcome);
    for (const cJSON *node = node_at(&json, "/data/nodes")->child; node; node = node->next)
        buffer_append_format(&found, "%s%s", found.length ? " " : "", json_get_string(node, "id"));
    cr_expect_str_eq(buffer_text(&found), ids, "%s: %s", options, buffer_text(&found));
    cr_expect_eq(cJSON_GetArraySize(node_at(&json, "/data/edges")), (int)edges, "%s", options);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data/progress"), "total"), 6, "of the whole plan");
    json_release(&json);
    outcome_end(&outcome);
    buffer_release(&command);
    buffer_release(&found);
}

Test(graph_part, what_is_open_and_on_which_levels) {
    struct space space = three_levels();
    expect_ids(&space, "", "1.1 1.2 2.1 2.2 3.1 3.2", 6);
    expect_ids(&space, "--open", "2.2 3.1 3.2", 1);
    expect_ids(&space, "--level 1-2", "2.1 2.2 3.1 3.2", 3);
    expect_ids(&space, "--level 0,2", "1.1 1.2 3.1 3.2", 0);
    expect_ids(&space, "--open --level 2", "3.1 3.2", 0);
    expect_ids(&space, "--level 9", "", 0);
    space_end(&space);
}

Test(graph_part, every_form_shows_the_part_alone) {
    static const char *const forms[] = {"tree", "dot", "mermaid", "svg", "html"};
    struct space space = three_levels();
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "graph X --open --format %s", forms[i]);
        struct outcome outcome = run(&space, command.data);
        cr_expect_eq(outcome.status, 0);
        cr_expect(has(outcome.out, "Title of 3.2") && !has(outcome.out, "Title of 2.1"), "%s: %s", forms[i],
                  outcome.out);
        outcome_end(&outcome);
        buffer_release(&command);
    }
    struct outcome outcome = run(&space, "graph X --level x");
    cr_expect_eq(outcome.status, 2);
    outcome_end(&outcome);
    space_end(&space);
}

/* @width achievements on each of @count levels; those of the first @done levels are approved. */
static struct space wide(size_t count, size_t width, size_t done) {
    struct space space = space_new();
    struct buffer graph = {0};
    for (size_t level = 0; level < count; level++)
        for (size_t i = 0; i < width; i++)
            buffer_append_format(&graph, level ? "%zu.%zu: %zu.1; " : "%zu.%zu; ", level + 1, i + 1, level);
    buffer_truncate(&graph, graph.length - 2);
    space_plan(&space, "X", graph.data);
    for (size_t level = 0; level < done; level++)
        for (size_t i = 0; i < width; i++) {
            struct buffer id = {0};
            buffer_append_format(&id, "%zu.%zu", level + 1, i + 1);
            space_approved(&space, "X", id.data);
            buffer_release(&id);
        }
    buffer_release(&graph);
    return space;
}

static void expect_picture(const struct space *space, const char *command, const char *part, const char *other) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, part), "%s: no %s", command, part);
    cr_expect_not(has(outcome.out, other), "%s: %s", command, other);
    outcome_end(&outcome);
}

Test(graph_part, complete_levels_of_a_large_plan_are_folded) {
    static const char note[] = "Complete, and not drawn: levels 0 to 2 (27 achievements).";
    struct space space = wide(6, 9, 3);
    expect_picture(&space, "graph X --format svg", note, ">Level 2<");
    expect_picture(&space, "graph X --format svg", ">Level 3<", "Title of 3.1<");
    expect_picture(&space, "graph X --format svg -v", ">Level 2<", "not drawn");
    expect_picture(&space, "graph X --format svg", "27 of 54 complete", "0 of 27");
    space_end(&space);
    space = wide(4, 4, 2); /* a small one */
    expect_picture(&space, "graph X --format svg", ">Level 0<", "not drawn");
    space_end(&space);
    space = wide(6, 9, 6); /* nothing else is left to draw */
    expect_picture(&space, "graph X --format svg", ">Level 0<", "not drawn");
    space_end(&space);
}

Test(graph_part, titles_are_without_markdown) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/parallel.json",
                "{\"plan_name\":\"X\",\"achievements\":[{\"achievement_id\":\"1.1\",\"dependencies\":[],"
                "\"title\":\"The **bold** `code_of` [page](http://x/y) 2 * 3\"}]}");
    static const char *const forms[] = {"tree", "dot", "mermaid", "html"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "graph X --format %s", forms[i]);
        expect_picture(&space, command.data, "The bold code_of page 2 * 3", "**");
        buffer_release(&command);
    }
    space_end(&space);
}
