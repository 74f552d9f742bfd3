/*
 * bench_graph: F6, how long a dependency file takes to be parsed, against cJSON alone with its tree in an arena, and
 * its graph to be built from ids, against a plain table of ids, the dependents and the levels.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "failure.h"
#include "format/json.h"
#include "meter.h"
#include "plan/graph.h"

enum { ID_BYTES = 16, DEPENDENCIES_MOST = 3 };

enum shape { CHAIN, LAYERED };

/* A plan: the text of its parallel.json, and the same ids as an array. */
struct plan_text {
    struct buffer json;
    uint32_t count;
    char (*ids)[ID_BYTES];
    char (*dependencies)[DEPENDENCIES_MOST][ID_BYTES]; /* "" for none */
};

static void write_id(char id[ID_BYTES], uint32_t number) {
    snprintf(id, ID_BYTES, "%u.%u", number / 1000 + 1, number % 1000 + 1000); /* no two have the same digits */
}

static void depend(struct plan_text *plan, uint32_t number, enum shape shape) {
    enum { LAYER = 100, STEP = 37 };
    if (shape == CHAIN && number)
        write_id(plan->dependencies[number][0], number - 1);
    for (uint32_t k = 0; shape == LAYERED && number >= LAYER && k < DEPENDENCIES_MOST; k++)
        write_id(plan->dependencies[number][k], (number / LAYER - 1) * LAYER + (number + k * STEP) % LAYER);
}

static void make(struct plan_text *plan, uint32_t count, enum shape shape) {
    *plan = (struct plan_text){.count = count,
                               .ids = memory_allocate(count, sizeof *plan->ids),
                               .dependencies = memory_allocate(count, sizeof *plan->dependencies)};
    struct buffer *json = &plan->json;
    buffer_append_string(json,
                         "{\"plan_name\": \"BENCH\", \"parallelization_level\": \"level_2\", \"achievements\": [\n");
    for (uint32_t i = 0; i < count; i++) {
        write_id(plan->ids[i], i);
        depend(plan, i, shape);
        buffer_append_format(json,
                             "%s{\"achievement_id\": \"%s\", \"title\": \"Achievement number %u\", "
                             "\"estimated_hours\": \"2-4\", \"dependencies\": [",
                             i ? ",\n" : "", plan->ids[i], i);
        for (int k = 0; k < DEPENDENCIES_MOST && plan->dependencies[i][k][0]; k++)
            buffer_append_format(json, "%s\"%s\"", k ? ", " : "", plan->dependencies[i][k]);
        buffer_append_string(json, "]}");
    }
    buffer_append_string(json, "\n]}\n");
}

static void end(struct plan_text *plan) {
    buffer_release(&plan->json);
    memory_free(plan->ids);
    memory_free(plan->dependencies);
}

/* --- the text --- */

static double parse(void *data) {
    const struct plan_text *plan = data;
    struct json json;
    struct diagnostics none = {0};
    double start = meter_now_us();
    must(json_parse(&json, buffer_span(&plan->json), "parallel.json", &none), "parallel.json");
    json_release(&json);
    return meter_now_us() - start;
}

static struct arena tree;

static void *take_memory(size_t bytes) {
    return arena_allocate(&tree, bytes, 1);
}

static void keep_memory(void *memory) {
    (void)memory;
}

static double parse_alone(const struct plan_text *plan) {
    double start = meter_now_us();
    must(cJSON_ParseWithLength(plan->json.data, plan->json.length), "parallel.json");
    arena_release(&tree);
    return meter_now_us() - start;
}

/* Its hooks are a process's, and the program has set them already: so it runs in a process of the parser's. */
struct parser {
    pid_t process;
    int requests, times; /* a byte for each measurement, and its microseconds */
};

static void answer(const struct plan_text *plan, int requests, int times) {
    char request;
    cJSON_InitHooks(&(cJSON_Hooks){take_memory, keep_memory});
    while (read(requests, &request, 1) == 1) {
        double took = parse_alone(plan);
        must(write(times, &took, sizeof took) == sizeof took, "write");
    }
    _exit(0);
}

static void start_parser(struct parser *parser, const struct plan_text *plan) {
    int requests[2] = {-1, -1}, times[2] = {-1, -1};
    must(pipe(requests) == 0 && pipe(times) == 0, "pipe");
    parser->process = fork();
    must(parser->process >= 0, "fork");
    if (parser->process == 0) {
        close(requests[1]);
        answer(plan, requests[0], times[1]);
    }
    close(requests[0]);
    close(times[1]);
    parser->requests = requests[1];
    parser->times = times[0];
}

static double ask_parser(void *data) {
    const struct parser *parser = data;
    double took = 0;
    must(write(parser->requests, "", 1) == 1 && read(parser->times, &took, sizeof took) == sizeof took, "the parser");
    return took;
}

static void end_parser(const struct parser *parser) {
    close(parser->requests);
    close(parser->times);
    must(waitpid(parser->process, NULL, 0) == parser->process, "the parser");
}

/* --- the graph --- */

struct table {
    uint32_t *slots; /* 1 + the number of an id; 0 is free */
    uint32_t mask;
};

/* The slot of @id, or the free one where it belongs. */
static uint32_t *find(const struct table *table, const struct plan_text *plan, const char *id) {
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (const char *byte = id; *byte; byte++)
        hash = (hash ^ (unsigned char)*byte) * 16777619U;
    for (uint32_t at = hash & table->mask;; at = (at + 1) & table->mask)
        if (!table->slots[at] || strcmp(plan->ids[table->slots[at] - 1], id) == 0)
            return &table->slots[at];
}

/* For each dependency the number of its id, or UINT32_MAX. */
static void resolve(const struct plan_text *plan, uint32_t (*found)[DEPENDENCIES_MOST]) {
    struct table table = {.mask = 1};
    while (table.mask < plan->count)
        table.mask = table.mask * 2 + 1;
    table.mask = table.mask * 2 + 1;
    AUTO_FREE uint32_t *slots = table.slots = memory_allocate((size_t)table.mask + 1, sizeof *slots);
    for (uint32_t i = 0; i < plan->count; i++)
        *find(&table, plan, plan->ids[i]) = i + 1;
    for (uint32_t i = 0; i < plan->count; i++)
        for (int k = 0; k < DEPENDENCIES_MOST; k++)
            found[i][k] = plan->dependencies[i][k][0] ? *find(&table, plan, plan->dependencies[i][k]) - 1 : UINT32_MAX;
}

/* Kahn's: the dependents of each, then all in order. Returns how many levels there are. */
static uint32_t count_levels(uint32_t count, uint32_t (*found)[DEPENDENCIES_MOST]) {
    AUTO_FREE uint32_t *start = memory_allocate((size_t)count + 2, sizeof *start);
    AUTO_FREE uint32_t *dependents = memory_allocate((size_t)count * DEPENDENCIES_MOST, sizeof *dependents);
    AUTO_FREE uint32_t *open = memory_allocate(count, sizeof *open), *order = memory_allocate(count, sizeof *order);
    AUTO_FREE uint32_t *levels = memory_allocate(count, sizeof *levels);
    uint32_t ordered = 0, deepest = 0;
    for (uint32_t i = 0; i < count; i++)
        for (int k = 0; k < DEPENDENCIES_MOST && found[i][k] != UINT32_MAX; k++, open[i]++)
            start[found[i][k] + 2]++;
    for (uint32_t i = 0; i < count; i++)
        start[i + 1] += start[i];
    for (uint32_t i = 0; i < count; i++)
        for (int k = 0; k < DEPENDENCIES_MOST && found[i][k] != UINT32_MAX; k++)
            dependents[start[found[i][k] + 1]++] = i;
    for (uint32_t i = 0; i < count; i++)
        if (!open[i])
            order[ordered++] = i;
    for (uint32_t next = 0; next < ordered; next++)
        for (uint32_t at = start[order[next]]; at < start[order[next] + 1]; at++) {
            uint32_t node = dependents[at], level = levels[order[next]] + 1;
            levels[node] = levels[node] < level ? level : levels[node];
            deepest = deepest < level ? level : deepest;
            if (--open[node] == 0)
                order[ordered++] = node;
        }
    must(ordered == count, "the order");
    return deepest + 1;
}

static double order_alone(void *data) {
    const struct plan_text *plan = data;
    double start = meter_now_us();
    uint32_t(*found)[DEPENDENCIES_MOST] = memory_allocate(plan->count, sizeof *found);
    resolve(plan, found);
    must(count_levels(plan->count, found) > 1, "levels");
    memory_free(found);
    return meter_now_us() - start;
}

/* As dependency_file_read does with the ids that it has read. */
static size_t list_edges(const struct plan_text *plan, struct edge *edges) {
    AUTO(string_map) ids = {0};
    size_t count = 0, position;
    for (uint32_t i = 0; i < plan->count; i++) {
        position = i;
        must(string_map_add(&ids, plan->ids[i], &position), plan->ids[i]);
    }
    for (uint32_t i = 0; i < plan->count; i++)
        for (int k = 0; k < DEPENDENCIES_MOST && plan->dependencies[i][k][0]; k++) {
            must(string_map_find(&ids, span_of(plan->dependencies[i][k]), &position), plan->dependencies[i][k]);
            edges[count++] = (struct edge){i, (uint32_t)position};
        }
    return count;
}

static double build(void *data) {
    const struct plan_text *plan = data;
    struct graph graph;
    struct cycles cycles = {0};
    double start = meter_now_us();
    struct edge *edges = memory_allocate((size_t)plan->count * DEPENDENCIES_MOST, sizeof *edges);
    must(graph_build(&graph, plan->count, edges, list_edges(plan, edges), &cycles), "the graph");
    graph_release(&graph);
    memory_free(edges);
    return meter_now_us() - start;
}

/* --- */

static void measure(uint32_t count, enum shape shape) {
    struct plan_text plan;
    struct parser parser;
    char what[80];
    const char *name = shape == CHAIN ? "a chain" : "layers";
    size_t pairs = count > 10000 ? 11 : 101;
    make(&plan, count, shape);
    start_parser(&parser, &plan);
    snprintf(what, sizeof what, "F6 parallel.json of %u, %s; cJSON, in an arena", count, name);
    meter_compare(what, parse, &plan, ask_parser, &parser, pairs, (struct target){1.3, 1.0});
    snprintf(what, sizeof what, "F6 the graph of %u, %s; a table of ids, and levels", count, name);
    meter_compare(what, build, &plan, order_alone, &plan, pairs, (struct target){2, 1.3});
    end_parser(&parser);
    end(&plan);
}

int main(void) {
    enum { SMALL = 1000, LARGE = 100000 };
    measure(SMALL, CHAIN);
    measure(SMALL, LAYERED);
    measure(LARGE, CHAIN);
    measure(LARGE, LAYERED);
    return 0;
}
