/*
 * batchctl graph --format svg, through the real program: the picture is read back, as XML and as geometry. That no edge
 * runs through a card is checked by walking along every edge.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(svg, .timeout = 120);

/* --- XML --- */

static bool is_allowed(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if ((*c < 0x20 && *c != '\n') || *c == 0x7F || (c[0] == 0xEF && c[1] == 0xBF && c[2] >= 0xBE))
            return false;
    return true;
}

static bool is_entity(const char *text) {
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (size_t i = 0; i < 5; i++)
        if (strncmp(text, entities[i], strlen(entities[i])) == 0)
            return true;
    return false;
}

/* As much of XML as is written: elements that nest, quoted attributes, five entities. */
static void expect_well_formed(const char *xml) {
    char *open[16];
    size_t depth = 0;
    cr_assert(is_allowed(xml), "characters that XML does not allow");
    cr_assert(strncmp(xml, "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 40) == 0, "%.60s", xml);
    for (const char *at = xml; *at; at++) {
        cr_assert(*at != '&' || is_entity(at), "%.40s", at);
        cr_assert_neq(*at, '>', "%.40s", at);
        if (*at != '<')
            continue;
        bool is_end = at[1] == '/';
        const char *name = at + 1 + is_end, *end = name + strcspn(name, " />");
        if (is_end) {
            cr_assert(depth > 0);
            depth--;
            cr_assert(strlen(open[depth]) == (size_t)(end - name) &&
                          strncmp(open[depth], name, strlen(open[depth])) == 0,
                      "<%s> ends with %.20s", open[depth], name);
            memory_free(open[depth]);
        }
        for (at = end; *at != '>' && *at != '/'; at++) {
            cr_assert(*at && *at != '<', "%.40s", name);
            if (*at == '"')
                for (at++; *at != '"'; at++)
                    cr_assert(*at && *at != '<' && (*at != '&' || is_entity(at)), "%.40s", name);
        }
        if (!is_end && *at == '>') {
            cr_assert(depth < 16);
            open[depth++] = strndup(name, (size_t)(end - name));
        }
        at += *at == '/';
        cr_assert_eq(*at, '>', "%.40s", name);
    }
    cr_assert_eq(depth, 0);
}

/* --- geometry --- */

struct box {
    double x, y, width, height;
};

struct boxes {
    struct box *items;
    size_t count;
};

/* The cards; the sample in the legend, which stands around 0, is none. */
static struct boxes read_cards(const char *svg) {
    struct boxes boxes = {memory_allocate(count_of(svg, "<rect class=\"k"), sizeof(struct box)), 0};
    for (const char *at = svg; (at = strstr(at, "<rect class=\"k")); at++) {
        struct box box;
        const char *x = strstr(at, " x=\"");
        cr_assert_eq(
            sscanf(x, " x=\"%lf\" y=\"%lf\" width=\"%lf\" height=\"%lf\"", &box.x, &box.y, &box.width, &box.height), 4,
            "%.80s", at);
        if (box.x > 0)
            boxes.items[boxes.count++] = box;
    }
    return boxes;
}

static bool is_inside(const struct boxes *boxes, double x, double y) {
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->items[i];
        if (x > box->x && x < box->x + box->width && y > box->y && y < box->y + box->height)
            return true;
    }
    return false;
}

/* Is the point in the middle of the lower edge of some card? Or, with @is_end, not far above the upper edge of one? */
static bool is_at_card(const struct boxes *boxes, double x, double y, bool is_end) {
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box *box = &boxes->items[i];
        bool is_start_here = x == box->x + box->width / 2 && y == box->y + box->height;
        bool is_end_here = x > box->x && x < box->x + box->width && y <= box->y && y >= box->y - 10;
        if (is_end ? is_end_here : is_start_here)
            return true;
    }
    return false;
}

static double bezier(const double *p, double t) {
    double s = 1 - t;
    return s * s * s * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t * t * t * p[3];
}

/* Walk along "M x y", then "C ..." and "V y" until the quote. */
static void expect_free_path(const struct boxes *boxes, const char *path, const char *graph) {
    enum { STEPS = 60 };
    double x, y;
    int length;
    cr_assert_eq(sscanf(path, "M%lf %lf%n", &x, &y, &length), 2, "%.40s", path);
    cr_assert(is_at_card(boxes, x, y, false), "%s: begins nowhere: %.60s", graph, path);
    const char *at = path + length;
    while (*at != '"') {
        double xs[4] = {x, x, x, x}, ys[4] = {y, y, y, y};
        if (*at == 'V') {
            cr_assert_eq(sscanf(at, "V%lf%n", &ys[3], &length), 1, "%.40s", at);
            ys[1] = ys[2] = (y + ys[3]) / 2;
        } else {
            cr_assert_eq(
                sscanf(at, "C%lf %lf %lf %lf %lf %lf%n", &xs[1], &ys[1], &xs[2], &ys[2], &xs[3], &ys[3], &length), 6,
                "%.60s", at);
        }
        for (int i = 0; i <= STEPS; i++) {
            double step = (double)i / STEPS;
            cr_assert_not(is_inside(boxes, bezier(xs, step), bezier(ys, step)), "%s: runs through a card: %.80s", graph,
                          path);
        }
        at += length;
        x = xs[3];
        y = ys[3];
    }
    cr_assert(is_at_card(boxes, x, y, true), "%s: ends nowhere: %.80s", graph, path);
}

/* Cards do not overlap and lie in the picture; edges touch cards at their ends only. */
static void expect_clean_picture(const char *svg, size_t cards, size_t edges, const char *graph) {
    struct boxes boxes = read_cards(svg);
    double width, height;
    size_t found = 0;
    cr_assert_eq(sscanf(strstr(svg, " width="), " width=\"%lf\" height=\"%lf\"", &width, &height), 2);
    cr_assert_eq(boxes.count, cards, "%s: %zu cards", graph, boxes.count);
    for (size_t i = 0; i < boxes.count; i++) {
        const struct box *a = &boxes.items[i];
        cr_assert(a->x + a->width < width && a->y > 0 && a->y + a->height < height, "%s: card %zu", graph, i);
        for (size_t k = 0; k < i; k++) {
            const struct box *b = &boxes.items[k];
            cr_assert(a->x >= b->x + b->width || b->x >= a->x + a->width || a->y >= b->y + b->height ||
                          b->y >= a->y + a->height,
                      "%s: cards %zu and %zu overlap", graph, i, k);
        }
    }
    for (const char *at = svg; (at = strstr(at, "<path class=\"e")); at++)
        if (strncmp(strstr(at, " d=\"") + 4, "M-", 2) != 0) { /* not the sample in the legend */
            expect_free_path(&boxes, strstr(at, " d=\"") + 4, graph);
            found++;
        }
    cr_assert_eq(found, edges, "%s: %zu edges", graph, found);
    memory_free(boxes.items);
}

static struct outcome draw(const struct space *space, const char *plan) {
    char command[80];
    snprintf(command, sizeof command, "graph %s --format svg", plan);
    struct outcome outcome = run(space, command);
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    return outcome;
}

static void expect_drawn(const char *graph) {
    struct space space = space_new();
    space_plan(&space, "X", graph);
    struct outcome outcome = draw(&space, "X");
    size_t edges = count_of(graph, ",");
    for (const char *at = graph; (at = strchr(at, ':')); at++)
        edges++;
    expect_well_formed(outcome.out);
    expect_clean_picture(outcome.out, count_of(graph, ";") + 1, edges, graph);
    outcome_end(&outcome);
    space_end(&space);
}

Test(svg, edges_run_around_cards) {
    static const char *const graphs[] = {
        "1.1",
        "1.1; 1.2; 1.3",
        "1.1; 2.1: 1.1; 3.1: 2.1; 4.1: 3.1",
        "1.1; 2.1: 1.1; 3.1: 2.1, 1.1; 4.1: 3.1, 2.1, 1.1",
        "0.1; 1.1: 0.1; 1.2: 0.1; 2.1: 1.1; 2.2: 1.1, 1.2; 2.3: 1.1, 1.2; 3.1: 2.2; 3.2: 2.1, 2.3",
        "1.1; 1.2; 1.3; 1.4; 2.1: 1.4; 2.2: 1.3; 2.3: 1.2; 2.4: 1.1; 3.1: 1.1, 2.1, 2.4; 4.1: 1.2, 3.1, 1.4",
    };
    for (size_t i = 0; i < sizeof graphs / sizeof *graphs; i++)
        expect_drawn(graphs[i]);
}

/* @width achievements a level, each with a few dependencies on any level above. */
static void append_random_graph(struct buffer *graph, unsigned seed, size_t count, size_t width) {
    for (size_t i = 0; i < count; i++) {
        size_t level = i / width, most = level ? 1 + (size_t)rand_r(&seed) % 3 : 0;
        bool is_used[400] = {0};
        buffer_append_format(graph, "%s%zu.%zu", i ? "; " : "", level, 100 + i);
        for (size_t k = 0, written = 0; k < most; k++) {
            size_t other =
                k ? (size_t)rand_r(&seed) % (level * width) : (level - 1) * width + (size_t)rand_r(&seed) % width;
            if (!is_used[other])
                buffer_append_format(graph, "%s%zu.%zu", written++ ? ", " : ": ", other / width, 100 + other);
            is_used[other] = true;
        }
    }
}

Test(svg, edges_run_around_cards_in_large_graphs) {
    static const size_t sizes[][2] = {{30, 1}, {30, 3}, {62, 60}, {120, 20}, {120, 9}, {300, 30}, {40, 8}};
    for (unsigned i = 0; i < 7; i++) {
        struct buffer graph = {0};
        append_random_graph(&graph, i, sizes[i][0], sizes[i][1]);
        expect_drawn(graph.data);
        buffer_release(&graph);
    }
}

Test(svg, levels_come_one_below_the_other_and_are_not_wider_than_a_page) {
    struct space space = space_new();
    struct buffer graph = {0};
    append_random_graph(&graph, 1, 62, 60);
    space_plan(&space, "X", graph.data);
    struct outcome outcome = draw(&space, "X");
    struct boxes boxes = read_cards(outcome.out);
    double upper_end = 0, lower_begin = 1e9, width;
    for (size_t i = 0; i < boxes.count; i++) { /* cards come in the order of the plan */
        double y = boxes.items[i].y;
        if (i < 60)
            upper_end = y + boxes.items[i].height > upper_end ? y + boxes.items[i].height : upper_end;
        else
            lower_begin = y < lower_begin ? y : lower_begin;
    }
    cr_expect(upper_end < lower_begin);
    cr_expect_eq(sscanf(strstr(outcome.out, " width="), " width=\"%lf\"", &width), 1);
    cr_expect(width < 2000, "%g", width);
    cr_expect(has(outcome.out, ">Level 0<") && has(outcome.out, ">Level 1<") && !has(outcome.out, ">Level 2<"));
    memory_free(boxes.items);
    buffer_release(&graph);
    outcome_end(&outcome);
    space_end(&space);
}

/* --- what it says --- */

Test(svg, states_readiness_and_the_critical_path) {
    static const struct {
        const char *part;
        size_t count; /* of all cards; the legend has each symbol once more */
    } rows[] = {
        {"<g class=\"yc\"", 2},
        {"<g class=\"ys\"", 2},
        {"<g class=\"yf\"", 2},
        {"<g class=\"yx\"", 2},
        {"<g class=\"yp\"", 2},
        {"<g class=\"yn\"", 5},
        {"<rect class=\"k kc\"", 1},
        {"<rect class=\"k kf r\"", 1},
        {"<rect class=\"k kn r\"", 1},
        {"<rect class=\"k kn\"", 3}, /* not ready */
        {">SUBPLAN</text>", 1},
        {">subplan</text>", 1},
        {">execution</text>", 1},
        {">work</text>", 1},
        {">rework</text>", 1},
        {"class=\"e ef\"", 1},
        {"class=\"e ed\"", 2},
        {"class=\"e\"", 0},
        {"class=\"e ec\"", 3},
        {"<path class=\"m\"", 3},
        {"ready: create its EXECUTION_TASK", 1},
        {"on the critical path", 3},
        {"1 of 9 complete, 1 skipped, 1 failed, 4 ready<", 1},
        {"21 hours left one after the other, 9 in parallel<", 1},
        {"hours of slack", 4},
    };
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 1.5; 2.1: 1.1; 2.2: 1.1, 1.3; 2.3: 1.4; 3.1: 2.3");
    space_approved(&space, "X", "1.1");
    space_skipped(&space, "X", "1.2");
    space_fix(&space, "X", "1.3");
    space_execution(&space, "X", "1.4");
    space_subplan(&space, "X", "1.5");
    struct outcome outcome = draw(&space, "X");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(count_of(outcome.out, rows[i].part), rows[i].count, "%s: %zu", rows[i].part,
                     count_of(outcome.out, rows[i].part));
    outcome_end(&outcome);
    space_end(&space);
}

Test(svg, nothing_from_outside_and_the_same_bytes_again) {
    static const char *const forbidden[] = {"href", "url(", "@import", "<script", "<image", "<use", "<foreignObject"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1, 1.2; 3.1: 1.1, 2.1");
    struct outcome first = draw(&space, "X"),
                   second = run_with(&space, "LC_ALL=de_DE.UTF-8", "graph X -f svg --color always");
    cr_expect_str_eq(first.out, second.out);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        cr_expect_not(has(first.out, forbidden[i]), "%s", forbidden[i]);
    cr_expect_eq(count_of(first.out, "http"), 1); /* the name space */
    cr_expect(has(first.out, "prefers-color-scheme:dark"));
    outcome_end(&first);
    outcome_end(&second);
    space_end(&space);
}

/* Titles in JSON, and what has to be in the picture for each. */
Test(svg, titles_are_text_and_nothing_else) {
    static const struct {
        const char *title, *part;
    } rows[] = {
        {"a < b & c > d \\\"e\\\" 'f'", "a &lt; b &amp; c &gt; d &quot;e&quot; &#39;f&#39;"},
        {"</title><script>x</script>", "&lt;/title&gt;&lt;script&gt;"},
        {"]]> <!-- -->", "]]&gt; &lt;!-- --&gt;"},
        {"bell \\u0007 escape \\u001b[31m", "bell \\x07 escape \\x1b[31m"},
        {"turned \\u202e round", "turned \\u{202e} round"},
        {"no character \\uffff \\ufffe", "no character \\u{ffff}"},
        {"two\\nlines\\tand a tab", "two lines and a tab"},
        {"&amp; &#60;", "&amp;amp; &amp;#60;"},
        {"", "<title>1.1 \n"},
        {"Ein Wort in zwei Zeilen, und danach", ">Ein Wort in zwei Zeilen,</text><text class=\"l\""},
        {"A title that is so long that two lines are not enough for all of it, however one tries", "…</text>"},
        {"Donaudampfschifffahrtsgesellschaftskapitän", "</text><text class=\"l\""},
        {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十", "…</text>"},
        {"e\\u0301\\u0301\\u0301 👩\\u200d👩\\u200d👧", "👩\u200d👩\u200d👧</text>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = space_new();
        space_plan(&space, "X", "1.1");
        space_write(&space, "X/parallel.json",
                    "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": "
                    "[{\"achievement_id\": \"1.1\", \"title\": \"%s\", \"dependencies\": []}]}",
                    rows[i].title);
        struct outcome outcome = draw(&space, "X");
        expect_well_formed(outcome.out);
        cr_expect(has(outcome.out, rows[i].part), "%s: no %s in\n%s", rows[i].title, rows[i].part,
                  strstr(outcome.out, "class=\"j\""));
        outcome_end(&outcome);
        space_end(&space);
    }
}

Test(svg, a_plan_that_cannot_be_drawn_as_levels_is_a_list) {
    static const struct {
        const char *plan;
        int status;
        size_t cards;
        const char *part;
    } rows[] = {{"CYCLE", 6, 2, "The plan has errors"},
                {"LOOSE", 0, 1, "There is no dependency file"},
                {"EMPTY", 0, 0, "No achievements."},
                {"BROKEN", 6, 0, "The plan has errors"}};
    struct space space = space_new();
    space_plan(&space, "CYCLE", "1.1: 1.2; 1.2: 1.1");
    space_plan(&space, "LOOSE", NULL);
    space_write(&space, "LOOSE/PLAN_LOOSE.md",
                "# PLAN\n\n## Achievements\n\n**Achievement 1.1**: Alone\n\n- Goal: it\n");
    space_plan(&space, "EMPTY", "1.1");
    space_write(&space, "EMPTY/parallel.json",
                "{\"plan_name\": \"EMPTY\", \"parallelization_level\": \"level_1\", \"achievements\": []}");
    space_plan(&space, "BROKEN", "1.1");
    space_write(&space, "BROKEN/parallel.json", "{");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[40];
        snprintf(command, sizeof command, "graph %s -f svg", rows[i].plan);
        struct outcome outcome = run(&space, command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d", rows[i].plan, outcome.status);
        expect_well_formed(outcome.out);
        expect_clean_picture(outcome.out, rows[i].cards, 0, rows[i].plan);
        cr_expect(has(outcome.out, rows[i].part), "%s", outcome.out);
        cr_expect_not(has(outcome.out, ">Level "), "%s", outcome.out);
        outcome_end(&outcome);
    }
    space_end(&space);
}

/* --- size --- */

/* As count_of, for parts that begin with '<'. Under sanitizers each search for a text reads all that is left. */
static size_t count_tags(const char *svg, const char *part) {
    size_t count = 0, length = strlen(part);
    for (const char *at = svg; *at; at++)
        count += *at == '<' && strncmp(at, part, length) == 0;
    return count;
}

/* Ten thousand in layers of a hundred, in a chain, and all side by side. A hang would be the suite's timeout. */
Test(svg, ten_thousand_achievements) {
    enum { COUNT = 10000 };
    static const size_t edge_counts[] = {29700, 9999, 0};
    for (int shape = 0; shape < 3; shape++) {
        struct space space = space_new();
        struct buffer text = {0};
        space_plan(&space, "X", "1.1");
        buffer_append_string(&text,
                             "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [");
        for (int i = 0; i < COUNT; i++) {
            buffer_append_format(&text, "%s{\"achievement_id\": \"1.%d\", \"dependencies\": [", i ? "," : "",
                                 COUNT + i);
            if (shape == 0 && i >= 100)
                for (int k = 0; k < 3; k++)
                    buffer_append_format(&text, "%s\"1.%d\"", k ? "," : "",
                                         COUNT + i / 100 * 100 - 100 + (i + k * 37) % 100);
            if (shape == 1 && i)
                buffer_append_format(&text, "\"1.%d\"", COUNT + i - 1);
            buffer_append_string(&text, "]}");
        }
        buffer_append_string(&text, "]}");
        space_write_bytes(&space, "X/parallel.json", text.data, text.length);
        struct outcome outcome = draw(&space, "X");
        cr_expect_eq(count_tags(outcome.out, "<g class=\"j\">"), COUNT, "shape %d", shape);
        cr_expect_eq(count_tags(outcome.out, "<path class=\"e"), edge_counts[shape] + 1, "shape %d", shape);
        buffer_release(&text);
        outcome_end(&outcome);
        space_end(&space);
    }
}
