#include "picture/graph_layout.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "picture/graph_columns.h"
#include "picture/graph_passages.h"

enum {
    GUTTER_LEAST = 30,
    TRACK_STEP = 6,
    CHANNEL_LEAST = 34,
    CHANNEL_MOST = 110,
    PORT_STEP = 14, /* between the ends of edges at a node */
};

static void number_lines(struct graph_grid *grid, struct graph_layout *layout) {
    layout->lines = memory_allocate((size_t)grid->node_count + 1, sizeof *layout->lines);
    for (uint32_t level = 0; level < grid->level_count; level++) {
        uint32_t first = grid->line_count;
        for (uint32_t i = grid->members.start[level]; i < grid->members.start[level + 1]; i++) {
            uint32_t *line = &grid->lines[grid->members.items[i]];
            *line += first;
            if (*line >= grid->line_count)
                grid->line_count = *line + 1;
        }
        for (uint32_t line = first; line < grid->line_count; line++)
            layout->lines[line].level = level;
    }
}

/* --- pixels from left to right --- */

/* Tracks lie around the middle of their lane: 0, then one to the right, one to the left, and so on. */
static long track_offset(uint32_t track) {
    return ((long)track + 1) / 2 * TRACK_STEP * (track % 2 ? 1 : -1);
}

/* The middle of each lane. Returns the width of all. */
static long place_lanes(const struct graph_grid *grid, const uint32_t *track_counts, long *lanes) {
    long x = 0;
    for (uint32_t lane = 0; lane < 2 * grid->columns + 1; lane++) {
        bool is_outer = lane == 0 || lane == 2 * grid->columns;
        long width = is_outer ? 0 : GUTTER_LEAST;
        if (lane % 2)
            width = GRAPH_LAYOUT_NODE_WIDTH;
        else if (track_counts[lane] && width < (long)(track_counts[lane] + 2) * TRACK_STEP)
            width = (long)(track_counts[lane] + 2) * TRACK_STEP;
        lanes[lane] = x + width / 2;
        x += width;
    }
    return x;
}

static long middle_of(const struct graph_layout *layout, uint32_t node) {
    return layout->nodes[node].x + GRAPH_LAYOUT_NODE_WIDTH / 2;
}

/* Where the nodes of a line would like to be, on the whole: how far to the right of where they are. */
static long wish_of_line(const struct graph_grid *grid, const struct graph_layout *layout, const uint32_t *nodes,
                         uint32_t count) {
    const struct graph_lists *both[] = {&grid->above, &grid->below};
    long sum = 0, links = 0;
    for (uint32_t k = 0; k < count; k++)
        for (size_t side = 0; side < 2; side++)
            for (uint32_t i = both[side]->start[nodes[k]]; i < both[side]->start[nodes[k] + 1]; i++, links++)
                sum += middle_of(layout, both[side]->items[i]) - middle_of(layout, nodes[k]);
    return links ? sum / links : 0;
}

/* A line that no edge passes needs not keep to the columns: it is shifted so that its edges become straighter. */
static void shift_line(const struct graph_grid *grid, struct graph_layout *layout, const uint32_t *nodes,
                       uint32_t count) {
    long left = layout->width, right = layout->width;
    for (uint32_t k = 0; k < count; k++) {
        long x = layout->nodes[nodes[k]].x;
        left = x < left ? x : left;
        right =
            layout->width - GRAPH_LAYOUT_NODE_WIDTH - x < right ? layout->width - GRAPH_LAYOUT_NODE_WIDTH - x : right;
    }
    long wish = wish_of_line(grid, layout, nodes, count);
    long shift = wish < -left ? -left : wish > right ? right : wish;
    for (uint32_t k = 0; k < count; k++)
        layout->nodes[nodes[k]].x += shift;
}

static void shift_lines(const struct graph_grid *grid, struct graph_layout *layout,
                        const struct graph_passage *passages, size_t count) {
    uint32_t *passed = memory_allocate((size_t)grid->line_count + 1, sizeof *passed);
    struct graph_lists lines = graph_lists_make(grid->line_count, grid->lines, NULL, 1, grid->node_count);
    for (size_t i = 0; i < count; i++) {
        passed[passages[i].first_line]++;
        passed[passages[i].last_line + 1]--; /* wraps, and back when summed up */
    }
    for (uint32_t line = 1; line < grid->line_count; line++)
        passed[line] += passed[line - 1];
    for (int sweep = 0; sweep < 4; sweep++)
        for (uint32_t k = 0; k < grid->line_count; k++) {
            uint32_t line = sweep % 2 ? k : grid->line_count - 1 - k;
            if (!passed[line])
                shift_line(grid, layout, lines.items + lines.start[line], lines.start[line + 1] - lines.start[line]);
        }
    graph_lists_release(&lines);
    memory_free(passed);
}

/* --- where edges end --- */

struct arrival {
    size_t edge;
    uint32_t node;
    long from_x; /* where it comes from */
};

static int compare_arrivals(const void *left, const void *right) {
    const struct arrival *a = left, *b = right;
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->from_x != b->from_x)
        return a->from_x < b->from_x ? -1 : 1;
    return a->edge < b->edge ? -1 : a->edge > b->edge;
}

/* The ends of the edges to one node: side by side, in the order in which they come; of one track, in one point. */
static void place_ends_at(struct graph_layout *layout, const struct arrival *arrivals, size_t count) {
    long gaps = 0, place = 0, room = GRAPH_LAYOUT_NODE_WIDTH * 3 / 4;
    for (size_t i = 1; i < count; i++)
        gaps += arrivals[i].from_x != arrivals[i - 1].from_x;
    long spread = gaps * PORT_STEP < room ? gaps * PORT_STEP : room;
    for (size_t i = 0; i < count; i++) {
        place += i > 0 && arrivals[i].from_x != arrivals[i - 1].from_x;
        layout->routes[arrivals[i].edge].end_x =
            middle_of(layout, arrivals[i].node) - spread / 2 + (gaps ? spread * place / gaps : 0);
    }
}

/* Edges arrive in the order in which they come, so that they do not cross there. */
static void place_ends(const struct graph_grid *grid, struct graph_layout *layout) {
    struct arrival *arrivals = memory_allocate(grid->edge_count, sizeof *arrivals);
    for (size_t i = 0; i < grid->edge_count; i++) {
        const struct graph_layout_route *route = &layout->routes[i];
        arrivals[i] = (struct arrival){i, grid->edges[i].to, route->lane_end_y ? route->lane_x : route->start_x};
    }
    qsort(arrivals, grid->edge_count, sizeof *arrivals, compare_arrivals);
    for (size_t first = 0, end; first < grid->edge_count; first = end) {
        for (end = first + 1; end < grid->edge_count && arrivals[end].node == arrivals[first].node;)
            end++;
        place_ends_at(layout, arrivals + first, end - first);
    }
    memory_free(arrivals);
}

/* --- pixels from top to bottom --- */

static void widen(struct graph_layout_line *line, long sideways) {
    long height = CHANNEL_LEAST + labs(sideways) / 14;
    height = height < CHANNEL_MOST ? height : CHANNEL_MOST;
    line->channel = line->channel < height ? height : line->channel;
}

/* A channel is the higher, the farther an edge goes sideways in it, so that it stays an easy curve. */
static void place_lines(const struct graph_grid *grid, struct graph_layout *layout) {
    for (uint32_t line = 0; line + 1 < grid->line_count; line++)
        layout->lines[line].channel = CHANNEL_LEAST;
    for (size_t i = 0; i < grid->edge_count; i++) {
        const struct graph_layout_route *route = &layout->routes[i];
        uint32_t upper = grid->lines[grid->edges[i].from], lower = grid->lines[grid->edges[i].to];
        long lane = route->lane_end_y ? route->lane_x : route->end_x;
        widen(&layout->lines[upper], lane - route->start_x);
        widen(&layout->lines[lower - 1], lane - route->end_x);
    }
    for (uint32_t line = 0; line < grid->line_count; line++) {
        layout->lines[line].y = layout->height;
        layout->height += GRAPH_LAYOUT_NODE_HEIGHT + layout->lines[line].channel;
    }
    for (uint32_t node = 0; node < grid->node_count; node++)
        layout->nodes[node].y = layout->lines[grid->lines[node]].y;
}

static void place_routes(const struct graph_grid *grid, struct graph_layout *layout,
                         const struct graph_passage *passages, size_t count, const long *lanes) {
    layout->routes = memory_allocate(grid->edge_count, sizeof *layout->routes);
    for (size_t i = 0; i < grid->edge_count; i++)
        layout->routes[i].start_x = middle_of(layout, grid->edges[i].from);
    for (size_t i = 0; i < count; i++) {
        struct graph_layout_route *route = &layout->routes[passages[i].edge];
        route->lane_x = lanes[passages[i].lane] + track_offset(passages[i].track);
        route->lane_end_y = 1; /* until lines have their places: that there is one */
    }
    place_ends(grid, layout);
    place_lines(grid, layout);
    for (size_t i = 0; i < grid->edge_count; i++) {
        struct graph_layout_route *route = &layout->routes[i];
        route->start_y = layout->nodes[grid->edges[i].from].y + GRAPH_LAYOUT_NODE_HEIGHT;
        route->end_y = layout->nodes[grid->edges[i].to].y;
    }
    for (size_t i = 0; i < count; i++) {
        struct graph_layout_route *route = &layout->routes[passages[i].edge];
        route->lane_start_y = layout->lines[passages[i].first_line].y;
        route->lane_end_y = layout->lines[passages[i].last_line].y + GRAPH_LAYOUT_NODE_HEIGHT;
    }
}

static void place_nodes(const struct graph_grid *grid, struct graph_layout *layout) {
    uint32_t track_counts[2 * GRAPH_GRID_COLUMNS_MOST + 1] = {0};
    long lanes[2 * GRAPH_GRID_COLUMNS_MOST + 1];
    size_t count;
    struct graph_passage *passages = graph_passages_choose(grid, &count, track_counts);
    layout->width = place_lanes(grid, track_counts, lanes);
    layout->nodes = memory_allocate(grid->node_count, sizeof *layout->nodes);
    for (uint32_t node = 0; node < grid->node_count; node++)
        layout->nodes[node] = (struct graph_layout_node){
            .line = grid->lines[node],
            .column = grid->cells[node],
            .x = lanes[graph_passages_lane(grid->cells[node])] - GRAPH_LAYOUT_NODE_WIDTH / 2,
        };
    shift_lines(grid, layout, passages, count);
    place_routes(grid, layout, passages, count, lanes);
    memory_free(passages);
}

void graph_layout_make(struct graph_layout *layout, const uint32_t *levels, uint32_t node_count,
                       const struct graph_grid_edge *edges, size_t edge_count) {
    AUTO(graph_grid) grid = {0};
    graph_grid_make(&grid, levels, node_count, edges, edge_count);
    graph_columns_choose(&grid);
    *layout = (struct graph_layout){.node_count = node_count, .edge_count = edge_count, .column_count = grid.columns};
    number_lines(&grid, layout);
    layout->line_count = grid.line_count;
    place_nodes(&grid, layout);
}

void graph_layout_release(struct graph_layout *layout) {
    memory_free(layout->nodes);
    memory_free(layout->routes);
    memory_free(layout->lines);
    *layout = (struct graph_layout){0};
}
