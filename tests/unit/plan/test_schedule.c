/*
 * core/plan/schedule: hours left, the critical path and slack, over what is open. A plan is written as text, each node
 * with its hours and what it depends on: "4; 2 0; 1! 0 1" are three nodes; the last is complete and depends on
 * the first two. "?" is no estimate.
 */
#include "plan/schedule.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

TestSuite(schedule, .timeout = 60);

enum { NODES_MOST = 16, EDGES_MOST = 128 };

/* A plan without a disk: nothing but what a forecast reads. */
struct sketch {
    struct plan plan;
    struct achievement achievements[NODES_MOST];
    struct standing standings[NODES_MOST];
    struct edge edges[EDGES_MOST];
    size_t edge_count;
};

static void sketch_close(struct sketch *sketch, uint32_t count) {
    struct cycles cycles;
    sketch->plan.dependencies.achievements = sketch->achievements;
    sketch->plan.dependencies.count = count;
    sketch->plan.standings = sketch->standings;
    sketch->plan.is_valid = sketch->plan.has_graph = true;
    cr_assert(graph_build(&sketch->plan.dependencies.graph, count, sketch->edges, sketch->edge_count, &cycles));
}

static void sketch_read(struct sketch *sketch, const char *text) {
    uint32_t count = 0;
    *sketch = (struct sketch){0};
    for (const char *at = text; *at; count++) {
        char *end;
        at += strspn(at, "; ");
        struct achievement *node = &sketch->achievements[count];
        node->has_hours = *at != '?';
        node->hours = strtod(at, &end);
        at = node->has_hours ? end : at + 1;
        sketch->standings[count].state = *at == '!' ? STATE_COMPLETE : STATE_NOT_STARTED;
        at += *at == '!';
        for (; *at == ' '; at = end)
            sketch->edges[sketch->edge_count++] = (struct edge){count, (uint32_t)strtoul(at, &end, 10)};
    }
    sketch_close(sketch, count);
}

static void expect_path(const struct schedule *schedule, const char *expected, const char *text) {
    char path[100] = "";
    for (uint32_t i = 0; i < schedule->path_length; i++)
        snprintf(path + strlen(path), sizeof path - strlen(path), "%s%u", i ? " " : "", schedule->path[i]);
    cr_expect_str_eq(path, expected, "%s: %s", text, path);
}

Test(schedule, what_is_left_and_what_can_wait) {
    static const struct {
        const char *plan;
        double sequential, parallel;
        const char *path, *slacks;
    } rows[] = {
        {"", 0, 0, "", ""},
        {"4", 4, 4, "0", "0"},
        {"4!", 0, 0, "", "0"},
        {"4; 2", 6, 4, "0", "0 2"},
        {"4; 2 0; 1 0; 3 1 2", 10, 9, "0 1 3", "0 0 1 0"},
        {"4!; 2 0; 1 0; 3 1 2", 6, 5, "1 3", "0 0 1 0"},
        {"4; 2! 0; 3 1", 7, 4, "0", "0 0 1"},          /* what is closed passes no wait on */
        {"?; ? 0; ? 1; ?", 0, 0, "0 1 2", "0 0 0 0"},  /* without any hours: the longest chain */
        {"?; 3 0; 3", 6, 3, "0 1", "0 0 0"},           /* of equal ones the one with more achievements */
        {"0.1; 0.2 0; 0.3", 0.6, 0.3, "0 1", "0 0 0"}, /* sums of decimals are not exact */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sketch sketch;
        struct schedule schedule;
        sketch_read(&sketch, rows[i].plan);
        schedule_make(&schedule, &sketch.plan, NULL);
        cr_expect_float_eq(schedule.sequential, rows[i].sequential, 1e-9, "%s: %g", rows[i].plan, schedule.sequential);
        cr_expect_float_eq(schedule.parallel, rows[i].parallel, 1e-9, "%s: %g", rows[i].plan, schedule.parallel);
        expect_path(&schedule, rows[i].path, rows[i].plan);
        char slacks[100] = "";
        for (size_t k = 0; k < sketch.plan.dependencies.count; k++)
            snprintf(slacks + strlen(slacks), sizeof slacks - strlen(slacks), "%s%g", k ? " " : "", schedule.slacks[k]);
        cr_expect_str_eq(slacks, rows[i].slacks, "%s: %s", rows[i].plan, slacks);
        schedule_release(&schedule);
        graph_release(&sketch.plan.dependencies.graph);
    }
}

Test(schedule, of_the_whole_plan_as_if_nothing_were_closed) {
    static const char *const rows[][2] = {
        {"", ""},
        {"4!; 2 0; 1! 0; 3! 1 2", "0 1 3"},
        {"?; ? 0; ? 1; ?", "0 1 2"}, /* ties are broken as for what is open */
        {"1; 2; 1 0; ? 2", "0 2 3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sketch sketch;
        struct schedule schedule;
        sketch_read(&sketch, rows[i][0]);
        schedule_make_whole(&schedule, &sketch.plan);
        expect_path(&schedule, rows[i][1], rows[i][0]);
        schedule_release(&schedule);
        graph_release(&sketch.plan.dependencies.graph);
    }
}

Test(schedule, what_is_assumed_is_closed_and_makes_ready) {
    static const struct {
        const char *assumed;
        double sequential, parallel;
        const char *ready;
    } rows[] = {
        {"", 10, 9, "1000"},   {"0", 6, 5, "0110"},
        {"01", 4, 4, "0010"},  {"1", 8, 8, "1000"}, /* its dependency is still open, and 3 waits for 2 */
        {"012", 3, 3, "0001"}, {"0123", 0, 0, "0000"},
    };
    struct sketch sketch;
    sketch_read(&sketch, "4; 2 0; 1 0; 3 1 2");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct schedule schedule;
        bool is_assumed[4] = {0};
        char ready[5] = "";
        for (const char *digit = rows[i].assumed; *digit; digit++)
            is_assumed[*digit - '0'] = true;
        schedule_make(&schedule, &sketch.plan, is_assumed);
        for (size_t k = 0; k < 4; k++)
            ready[k] = schedule_is_ready(&schedule, &sketch.plan, k) ? '1' : '0';
        cr_expect_float_eq(schedule.sequential, rows[i].sequential, 1e-9, "%s", rows[i].assumed);
        cr_expect_float_eq(schedule.parallel, rows[i].parallel, 1e-9, "%s: %g", rows[i].assumed, schedule.parallel);
        cr_expect_str_eq(ready, rows[i].ready, "%s: %s", rows[i].assumed, ready);
        schedule_release(&schedule);
    }
    graph_release(&sketch.plan.dependencies.graph);
}

Test(schedule, without_a_graph_there_are_only_sums) {
    struct sketch sketch;
    struct schedule schedule;
    sketch_read(&sketch, "4; 2 0; 1!");
    sketch.plan.has_graph = false;
    schedule_make(&schedule, &sketch.plan, NULL);
    cr_expect_float_eq(schedule.sequential, 6, 1e-9);
    cr_expect_eq(schedule.path_length, 0);
    cr_expect_not(schedule_is_ready(&schedule, &sketch.plan, 0));
    schedule_release(&schedule);
    graph_release(&sketch.plan.dependencies.graph);
}

static double parallel_of(const struct plan *plan) {
    struct schedule schedule;
    schedule_make(&schedule, plan, NULL);
    double hours = schedule.parallel;
    schedule_release(&schedule);
    return hours;
}

/* What slack means: this many hours more do not delay the plan, and one more does by just that. */
Test(schedule, slack_is_how_long_each_can_be_delayed) {
    unsigned seed = 7;
    for (int round = 0; round < 200; round++) {
        struct sketch sketch = {0};
        uint32_t count = 1 + (uint32_t)rand_r(&seed) % NODES_MOST;
        for (uint32_t node = 0; node < count; node++) {
            sketch.achievements[node].hours = rand_r(&seed) % 9;
            sketch.standings[node].state = rand_r(&seed) % 5 ? STATE_NOT_STARTED : STATE_COMPLETE;
            for (uint32_t other = 0; other < node; other++)
                if (rand_r(&seed) % 4 == 0 && sketch.edge_count < EDGES_MOST)
                    sketch.edges[sketch.edge_count++] = (struct edge){node, other};
        }
        sketch_close(&sketch, count);
        struct schedule schedule;
        schedule_make(&schedule, &sketch.plan, NULL);
        double sum = 0;
        for (uint32_t i = 0; i < schedule.path_length; i++) {
            sum += sketch.achievements[schedule.path[i]].hours;
            cr_assert(schedule.is_open[schedule.path[i]]);
            cr_assert_eq(schedule.slacks[schedule.path[i]], 0);
        }
        cr_assert_float_eq(sum, schedule.parallel, 1e-9, "round %d", round);
        for (uint32_t node = 0; node < count; node++) {
            double *hours = &sketch.achievements[node].hours, slack = schedule.slacks[node];
            *hours += slack;
            cr_assert_float_eq(parallel_of(&sketch.plan), schedule.parallel, 1e-9, "round %d, node %u", round, node);
            *hours += 1;
            cr_assert_float_eq(parallel_of(&sketch.plan), schedule.parallel + schedule.is_open[node], 1e-9,
                               "round %d, node %u", round, node);
            *hours -= slack + 1;
        }
        schedule_release(&schedule);
        graph_release(&sketch.plan.dependencies.graph);
    }
}
