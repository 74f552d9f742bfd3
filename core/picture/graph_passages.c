#include "picture/graph_passages.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

enum { TRACKS_MOST = 24 }; /* side by side in a lane; more share them */

uint32_t graph_passages_lane(uint32_t column) {
    return 2 * column + 1;
}

/* By column and line, how many nodes of the column are above the line. */
static uint32_t *count_above(const struct graph_grid *grid) {
    uint32_t *counts = memory_allocate(((size_t)grid->line_count + 1) * grid->columns, sizeof *counts);
    for (uint32_t node = 0; node < grid->node_count; node++)
        counts[((size_t)grid->lines[node] + 1) * grid->columns + grid->cells[node]]++;
    for (size_t i = grid->columns; i < ((size_t)grid->line_count + 1) * grid->columns; i++)
        counts[i] += counts[i - grid->columns];
    return counts;
}

/* Straight down a column whose cells are free, that of the lower node if possible; else in a gutter beside that. */
static uint32_t choose_lane(const struct graph_grid *grid, const uint32_t *counts,
                            const struct graph_passage *passage) {
    const struct graph_grid_edge *edge = &grid->edges[passage->edge];
    uint32_t from = grid->cells[edge->from], to = grid->cells[edge->to];
    const uint32_t *upper = counts + (size_t)passage->first_line * grid->columns;
    const uint32_t *lower = counts + ((size_t)passage->last_line + 1) * grid->columns;
    if (upper[to] == lower[to])
        return graph_passages_lane(to);
    if (upper[from] == lower[from])
        return graph_passages_lane(from);
    bool is_left = from == to ? to < (grid->columns + 1) / 2 : from < to;
    return graph_passages_lane(to) + (is_left ? -1U : 1U);
}

static int compare_passages(const void *left, const void *right) {
    const struct graph_passage *a = left, *b = right;
    if (a->lane != b->lane)
        return a->lane < b->lane ? -1 : 1;
    if (a->first_line != b->first_line)
        return a->first_line < b->first_line ? -1 : 1;
    if (a->owner != b->owner)
        return a->owner < b->owner ? -1 : 1;
    return a->edge < b->edge ? -1 : a->edge > b->edge;
}

struct track {
    uint32_t last_line, owner;
};

/* The first track that is free again, or in use by the same owner. Returns how many are used in the lane now. */
static uint32_t choose_track(struct track *tracks, uint32_t count, struct graph_passage *passage) {
    uint32_t free = count;
    for (uint32_t i = count; i-- > 0;)
        if (tracks[i].owner == passage->owner && tracks[i].last_line >= passage->first_line) {
            if (tracks[i].last_line < passage->last_line)
                tracks[i].last_line = passage->last_line;
            passage->track = i;
            return count;
        } else if (tracks[i].last_line < passage->first_line) {
            free = i;
        }
    passage->track = free < TRACKS_MOST ? free : passage->owner % TRACKS_MOST;
    tracks[passage->track] = (struct track){passage->last_line, passage->owner};
    return free == count && count < TRACKS_MOST ? count + 1 : count;
}

/* A node twice over: as the source of edges, or as their target. */
static uint32_t choose_owner(const struct graph_grid *grid, const struct graph_grid_edge *edge) {
    uint32_t leaving = grid->below.start[edge->from + 1] - grid->below.start[edge->from];
    uint32_t arriving = grid->above.start[edge->to + 1] - grid->above.start[edge->to];
    return leaving >= arriving ? 2 * edge->from : 2 * edge->to + 1;
}

/* @track_counts: by lane. */
struct graph_passage *graph_passages_choose(const struct graph_grid *grid, size_t *count, uint32_t *track_counts) {
    struct graph_passage *passages = memory_allocate(grid->edge_count, sizeof *passages);
    uint32_t *counts = count_above(grid);
    *count = 0;
    for (size_t i = 0; i < grid->edge_count; i++) {
        uint32_t upper = grid->lines[grid->edges[i].from], lower = grid->lines[grid->edges[i].to];
        if (lower == upper + 1)
            continue;
        struct graph_passage passage = {
            .edge = i,
            .owner = choose_owner(grid, &grid->edges[i]),
            .first_line = upper + 1,
            .last_line = lower - 1,
        };
        passage.lane = choose_lane(grid, counts, &passage);
        passages[(*count)++] = passage;
    }
    memory_free(counts);
    qsort(passages, *count, sizeof *passages, compare_passages);
    struct track tracks[TRACKS_MOST];
    for (size_t i = 0; i < *count; i++)
        track_counts[passages[i].lane] = choose_track(tracks, track_counts[passages[i].lane], &passages[i]);
    return passages;
}
