/*
 * core/plan/graph: levels, cycles, dependents. Graphs are written as text, nodes being numbers:
 * "0; 1: 0; 2: 0 1" has three nodes; 2 depends on 0 and 1.
 */
#include "plan/graph.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

TestSuite(graph, .timeout = 60);

struct sketch {
    uint32_t node_count;
    struct edge edges[64];
    size_t edge_count;
};

static struct sketch read_sketch(const char *text) {
    struct sketch sketch = {0};
    struct buffer copy = {0};
    buffer_append_string(&copy, text);
    char *rest = NULL;
    for (char *item = strtok_r(copy.data, ";", &rest); item; item = strtok_r(NULL, ";", &rest)) {
        char *end;
        uint32_t node = (uint32_t)strtoul(item, &end, 10);
        sketch.node_count = node + 1 > sketch.node_count ? node + 1 : sketch.node_count;
        for (char *at = end + (*end == ':'); *at;) {
            uint32_t to = (uint32_t)strtoul(at, &end, 10);
            if (end == at)
                break;
            sketch.edges[sketch.edge_count++] = (struct edge){node, to};
            at = end;
        }
    }
    buffer_release(&copy);
    return sketch;
}

static bool build(struct graph *graph, struct cycles *cycles, const char *text) {
    struct sketch sketch = read_sketch(text);
    return graph_build(graph, sketch.node_count, sketch.edges, sketch.edge_count, cycles);
}

static void expect_levels(const char *text, const char *expected) {
    struct graph graph;
    struct cycles cycles;
    struct buffer levels = {0};
    cr_assert(build(&graph, &cycles, text));
    for (uint32_t i = 0; i < graph.node_count; i++)
        buffer_append_format(&levels, "%s%u", i ? " " : "", graph.levels[i]);
    cr_expect_str_eq(buffer_text(&levels), expected, "%s", text);
    buffer_release(&levels);
    graph_release(&graph);
}

Test(graph, levels) {
    expect_levels("0", "0");
    expect_levels("0; 1; 2", "0 0 0");
    expect_levels("0; 1: 0; 2: 1", "0 1 2");
    expect_levels("0: 1; 1: 2; 2", "2 1 0");
    expect_levels("0; 1: 0; 2: 0; 3: 1 2; 4: 3 0", "0 1 1 2 3");
    expect_levels("0; 1: 0 0 0", "0 1");
}

Test(graph, an_empty_graph_has_no_levels) {
    struct graph graph;
    struct cycles cycles;
    cr_assert(graph_build(&graph, 0, NULL, 0, &cycles));
    cr_expect_eq(graph.level_count, 0);
    graph_release(&graph);
}

/* What is to be cut in each cycle, as "path cut from-to", joined by " | ". */
static void expect_cycles(const char *text, const char *expected) {
    struct graph graph;
    struct cycles cycles;
    struct buffer found = {0};
    cr_assert_not(build(&graph, &cycles, text), "%s", text);
    for (size_t i = 0; i < cycles.count; i++) {
        const struct cycle *cycle = &cycles.items[i];
        buffer_append_string(&found, i ? " | " : "");
        for (uint32_t k = 0; k < cycle->count; k++)
            buffer_append_format(&found, "%u ", cycle->nodes[k]);
        buffer_append_format(&found, "cut %u-%u", cycle->cut.from, cycle->cut.to);
    }
    cr_expect_str_eq(buffer_text(&found), expected, "%s", text);
    buffer_release(&found);
    cycles_release(&cycles);
}

Test(graph, cycles_are_named_with_the_edge_to_cut) {
    expect_cycles("0: 1; 1: 0", "0 1 cut 0-1");
    expect_cycles("0: 2; 1: 0; 2: 1", "0 2 1 cut 0-2");
    expect_cycles("0: 1; 1: 2; 2: 0", "0 1 2 cut 2-0");
    expect_cycles("0; 1: 0 3; 2: 1; 3: 2; 4: 3", "1 3 2 cut 1-3");
    expect_cycles("0: 1; 1: 0; 2: 3; 3: 2", "0 1 cut 0-1 | 2 3 cut 2-3");
}

/* The promise of the header: cutting every named edge leaves no cycle. */
Test(graph, cutting_the_named_edges_is_enough) {
    srand(7);
    for (int round = 0; round < 200; round++) {
        struct edge edges[60];
        size_t count = 0;
        while (count < 60) {
            struct edge edge = {(uint32_t)rand() % 12, (uint32_t)rand() % 12};
            if (edge.from != edge.to)
                edges[count++] = edge;
        }
        struct graph graph;
        struct cycles cycles, none;
        if (graph_build(&graph, 12, edges, count, &cycles)) {
            graph_release(&graph);
            continue;
        }
        cr_assert_not(cycles.has_more);
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            bool is_cut = false;
            for (size_t c = 0; c < cycles.count; c++) {
                const struct edge *cut = &cycles.items[c].cut;
                is_cut |= edges[i].from == cut->from && edges[i].to == cut->to;
            }
            if (!is_cut)
                edges[kept++] = edges[i];
        }
        cycles_release(&cycles);
        cr_assert(graph_build(&graph, 12, edges, kept, &none), "round %d", round);
        graph_release(&graph);
    }
}

Test(graph, dependents_are_all_of_them_in_order) {
    struct graph graph;
    struct cycles cycles;
    uint32_t found[8];
    cr_assert(build(&graph, &cycles, "0; 1: 0; 2; 3: 1; 4: 3 0"));
    cr_expect_eq(graph_dependents(&graph, 0, NULL, found), 3);
    cr_expect_arr_eq(found, ((uint32_t[]){1, 3, 4}), 3 * sizeof *found);
    cr_expect_eq(graph_dependents(&graph, 4, NULL, found), 0);
    graph_release(&graph);
}

/* Many at once give what one after the other does; 1,300 nodes are more than two blocks of the count. */
Test(graph, counts_of_dependents_are_those_of_each) {
    enum { NODES = 1300, EDGES = 3000 };
    static struct edge edges[EDGES];
    static uint32_t counts[NODES], found[NODES];
    static bool is_open[NODES];
    uint32_t seed = 1;
    for (int round = 0; round < 3; round++) {
        struct graph graph;
        struct cycles cycles;
        for (size_t i = 0; i < EDGES; i++) {
            seed = seed * 1664525 + 1013904223;
            uint32_t from = 1 + (seed >> 8) % (NODES - 1);
            seed = seed * 1664525 + 1013904223;
            edges[i] = (struct edge){from, (seed >> 8) % from};
        }
        for (size_t i = 0; i < NODES; i++)
            is_open[i] = round == 0 || i % 7 != 3;
        cr_assert(graph_build(&graph, NODES, edges, EDGES, &cycles));
        graph_count_dependents(&graph, is_open, counts);
        for (uint32_t node = 0; node < NODES; node++)
            cr_assert_eq(counts[node], is_open[node] ? graph_dependents(&graph, node, is_open, found) : 0, "%u", node);
        graph_release(&graph);
    }
}

Test(graph, open_dependencies_come_in_an_order_in_which_they_can_be_done) {
    static const struct {
        uint32_t node;
        bool is_open[5];
        uint32_t count, found[5];
    } rows[] = {
        {4, {true, true, true, true, true}, 4, {2, 1, 0, 3}},
        {4, {true, true, true, false, true}, 1, {2}}, /* what is closed is not passed through */
        {4, {false, true, true, true, true}, 2, {2, 3}},
        {0, {true, true, true, true, true}, 1, {1}},
        {1, {true, true, true, true, true}, 0, {0}},
    };
    struct graph graph;
    struct cycles cycles;
    cr_assert(build(&graph, &cycles, "0: 1; 1; 2; 3: 0; 4: 3 2"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t found[5], place[5] = {0};
        uint32_t count = graph_open_dependencies(&graph, rows[i].node, rows[i].is_open, found);
        cr_assert_eq(count, rows[i].count, "row %zu: %u", i, count);
        for (uint32_t k = 0; k < count; k++)
            place[found[k]] = k + 1;
        for (uint32_t k = 0; k < count; k++)
            cr_expect(place[rows[i].found[k]], "row %zu: %u is missing", i, rows[i].found[k]);
        cr_expect(!place[0] || !place[1] || place[1] < place[0], "row %zu", i);
        cr_expect(!place[3] || !place[0] || place[0] < place[3], "row %zu", i);
    }
    graph_release(&graph);
}

/* A million nodes in a row, in both directions: nothing recurses. */
Test(graph, a_chain_of_a_million) {
    enum { COUNT = 1000000 };
    struct edge *edges = memory_allocate(COUNT, sizeof *edges);
    for (int is_reversed = 0; is_reversed < 2; is_reversed++) {
        struct graph graph;
        struct cycles cycles;
        for (uint32_t i = 0; i + 1 < COUNT; i++)
            edges[i] = is_reversed ? (struct edge){i, i + 1} : (struct edge){i + 1, i};
        cr_assert(graph_build(&graph, COUNT, edges, COUNT - 1, &cycles));
        cr_expect_eq(graph.level_count, COUNT);
        graph_release(&graph);
        edges[COUNT - 1] = is_reversed ? (struct edge){COUNT - 1, 0} : (struct edge){0, COUNT - 1};
        cr_assert_not(graph_build(&graph, COUNT, edges, COUNT, &cycles));
        cr_expect_eq(cycles.count, 1);
        cr_expect_eq(cycles.items[0].count, COUNT);
        cycles_release(&cycles);
    }
    memory_free(edges);
}
