#include "picture/graph_columns.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    UNIT = 1024, /* of a column, when places are compared */
    SWEEPS = 12, /* down and up by turns */
    COLUMNS_LEAST = 7,
};

static uint32_t size_of(const struct graph_grid *grid, uint32_t level) {
    return grid->members.start[level + 1] - grid->members.start[level];
}

/* As many as levels need, up to a page's width; more for graphs that are very large. */
static uint32_t count_columns(const struct graph_grid *grid) {
    uint32_t most = COLUMNS_LEAST, columns = 1;
    while (most < GRAPH_GRID_COLUMNS_MOST && most * most < grid->node_count * 3 / 10)
        most++;
    for (uint32_t level = 0; level < grid->level_count; level++) {
        uint32_t count = size_of(grid, level), line_count = (count + most - 1) / most;
        uint32_t used = line_count ? (count + line_count - 1) / line_count : 0;
        columns = used > columns ? used : columns;
    }
    return columns;
}

/*
 * Give @count stacks of nodes separate columns, from left to right, as close to their aims as possible in sum.
 * By dynamic programming: least[c] is the best sum for the stacks so far with the last one in column c or before.
 */
static void choose_cells(const long *aims, uint32_t count, uint32_t columns, uint32_t *chosen) {
    long least[GRAPH_GRID_COLUMNS_MOST + 1] = {0};
    bool is_taken[GRAPH_GRID_COLUMNS_MOST][GRAPH_GRID_COLUMNS_MOST] = {{0}};
    for (uint32_t i = 0; i < count; i++) {
        long before = least[i], best = 0;
        for (uint32_t c = i; c + count <= columns + i; c++) {
            long sum = before + labs((long)c * UNIT - aims[i]);
            before = least[c + 1];
            is_taken[i][c] = c == i || sum < best;
            best = is_taken[i][c] ? sum : best;
            least[c + 1] = best;
        }
    }
    uint32_t c = columns;
    for (uint32_t i = count; i-- > 0;) {
        c = c == columns ? columns - count + i : c - 1;
        while (!is_taken[i][c])
            c--;
        chosen[i] = c;
    }
}

struct candidate {
    uint32_t node;
    int64_t rank; /* among those with the same aim */
    long aim;
};

static int compare_candidates(const void *left, const void *right) {
    const struct candidate *a = left, *b = right;
    if (a->aim != b->aim)
        return a->aim < b->aim ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* Columns that a level takes side by side, before it is known which. */
struct stacks {
    uint32_t count;
    long aims[GRAPH_GRID_COLUMNS_MOST]; /* the mean aim of their nodes */
};

/*
 * Deal the nodes of a level, sorted by their aims, out to stacks. With more than one line each stack takes several
 * of them, neighbours below each other; but if all have the same aim they go line by line, as one reads.
 */
static void deal(struct graph_grid *grid, const struct candidate *candidates, uint32_t count, struct stacks *stacks) {
    uint32_t line_count = (count + grid->columns - 1) / grid->columns;
    uint32_t used = (count + line_count - 1) / line_count, heights[GRAPH_GRID_COLUMNS_MOST] = {0};
    uint32_t full = count - used * (line_count - 1); /* stacks with as many nodes as there are lines */
    bool is_by_line = candidates[0].aim == candidates[count - 1].aim;
    *stacks = (struct stacks){.count = used};
    for (uint32_t i = 0, stack = 0; i < count; i++) {
        uint32_t node = candidates[i].node, at = is_by_line ? i % used : stack;
        grid->cells[node] = at;
        grid->lines[node] = heights[at]++;
        stacks->aims[at] += candidates[i].aim;
        stack += !is_by_line && heights[at] == line_count - (at >= full);
    }
    for (uint32_t at = 0; at < used; at++)
        stacks->aims[at] /= heights[at] ? heights[at] : 1;
}

static void place_level(struct graph_grid *grid, const struct candidate *candidates, uint32_t count, uint32_t *items) {
    struct stacks stacks;
    uint32_t chosen[GRAPH_GRID_COLUMNS_MOST] = {0};
    deal(grid, candidates, count, &stacks);
    choose_cells(stacks.aims, stacks.count, grid->columns, chosen);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = candidates[i].node;
        grid->cells[items[i]] = chosen[grid->cells[items[i]]];
    }
}

/* The mean of where the node's neighbours in @lists are; where it is itself if it has none. */
static long mean_aim(const struct graph_grid *grid, const struct graph_lists *lists, uint32_t node) {
    uint32_t first = lists->start[node], end = lists->start[node + 1];
    long sum = 0;
    for (uint32_t i = first; i < end; i++)
        sum += (long)grid->cells[lists->items[i]] * UNIT;
    return first == end ? (long)grid->cells[node] * UNIT : sum / (long)(end - first);
}

/* @is_turned: those with the same aim change their order. */
static void sweep_level(struct graph_grid *grid, uint32_t level, const struct graph_lists *lists, bool is_turned,
                        struct candidate *candidates) {
    uint32_t *items = grid->members.items + grid->members.start[level], count = size_of(grid, level);
    for (uint32_t i = 0; i < count; i++)
        candidates[i] = (struct candidate){items[i], is_turned ? -(int64_t)i : i, mean_aim(grid, lists, items[i])};
    qsort(candidates, count, sizeof *candidates, compare_candidates);
    if (count)
        place_level(grid, candidates, count, items);
}

/* How far edges run sideways, in sum. */
static uint64_t spread_of(const struct graph_grid *grid) {
    uint64_t sum = 0;
    for (size_t i = 0; i < grid->edge_count; i++)
        sum += (uint64_t)labs((long)grid->cells[grid->edges[i].from] - (long)grid->cells[grid->edges[i].to]);
    return sum;
}

/*
 * How often edges between neighbouring levels cross, counted by columns: taken from left to right by their upper ends,
 * each crosses those before it whose lower end is farther to the right. A line of a level may hide in a column; what
 * lies there counts as not crossing.
 */
static uint64_t crossings_above(const struct graph_grid *grid, uint32_t level) {
    uint32_t columns = grid->columns;
    uint64_t ended[GRAPH_GRID_COLUMNS_MOST * GRAPH_GRID_COLUMNS_MOST], sum = 0; /* by upper and lower column: edges */
    memset(ended, 0, (size_t)columns * columns * sizeof *ended);
    for (uint32_t k = grid->members.start[level]; k < grid->members.start[level + 1]; k++) {
        uint32_t node = grid->members.items[k];
        for (uint32_t i = grid->above.start[node]; i < grid->above.start[node + 1]; i++)
            if (grid->levels[grid->above.items[i]] + 1 == level)
                ended[grid->cells[grid->above.items[i]] * columns + grid->cells[node]]++;
    }
    uint64_t before[GRAPH_GRID_COLUMNS_MOST + 1] = {0}; /* by lower column: edges from columns to the left */
    for (uint32_t upper = 0; upper < columns; upper++) {
        uint64_t farther = 0;
        for (uint32_t lower = columns; lower-- > 0;) {
            sum += ended[upper * columns + lower] * farther;
            farther += before[lower];
        }
        for (uint32_t lower = 0; lower < columns; lower++)
            before[lower] += ended[upper * columns + lower];
    }
    return sum;
}

/* The smaller the better: crossings first, then the spread. */
struct cost {
    uint64_t crossings, spread;
};

static struct cost cost_of(const struct graph_grid *grid) {
    struct cost cost = {0, spread_of(grid)};
    for (uint32_t level = 1; level < grid->level_count; level++)
        cost.crossings += crossings_above(grid, level);
    return cost;
}

static bool is_cheaper(struct cost a, struct cost b) {
    return a.crossings < b.crossings || (a.crossings == b.crossings && a.spread < b.spread);
}

static void copy(uint32_t *to, const uint32_t *from, size_t count) {
    if (count)
        memcpy(to, from, count * sizeof *to);
}

/*
 * Barycentres: each node strives for the middle of those above it, then of those below it, and so on; in every other
 * pair of sweeps, nodes that strive for the same place change their order. The best that was met is kept.
 */
void graph_columns_choose(struct graph_grid *grid) {
    grid->columns = count_columns(grid);
    uint32_t count = grid->node_count;
    struct candidate *candidates = memory_allocate(count, sizeof *candidates);
    uint32_t *cells = memory_allocate(count, sizeof *cells), *lines = memory_allocate(count, sizeof *lines);
    struct cost least = {UINT64_MAX, UINT64_MAX};
    for (uint32_t node = 0; node < count; node++)
        grid->cells[node] = (grid->columns - 1) / 2;
    for (int sweep = 0; sweep < SWEEPS && least.spread; sweep++) {
        bool is_down = sweep % 2 == 0, is_turned = sweep % 4 >= 2;
        for (uint32_t k = 0; k < grid->level_count; k++)
            sweep_level(grid, is_down ? k : grid->level_count - 1 - k, is_down ? &grid->above : &grid->below, is_turned,
                        candidates);
        struct cost cost = cost_of(grid);
        if (is_cheaper(cost, least)) {
            least = cost;
            copy(cells, grid->cells, count);
            copy(lines, grid->lines, count);
        }
    }
    copy(grid->cells, cells, count);
    copy(grid->lines, lines, count);
    memory_free(candidates);
    memory_free(cells);
    memory_free(lines);
}
