#include "picture/graph_layout.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    UNIT = 1024, /* of a column, when places are compared */
    SWEEPS = 12, /* down and up by turns */
    COLUMNS_LEAST = 7,
    GUTTER_LEAST = 30,
    TRACKS_MOST = 24, /* side by side in a lane; more share them */
    TRACK_STEP = 6,
    CHANNEL_LEAST = 34,
    CHANNEL_MOST = 110,
    PORT_STEP = 14, /* between the ends of edges at a node */
};

/* A list of nodes for each node or level: those of n are items[start[n]] to items[start[n + 1]]. */
struct lists {
    uint32_t *start, *items;
};

/* What is worked with: a drawing in columns and lines, before it has pixels. */
struct grid {
    const uint32_t *levels;
    const struct graph_layout_edge *edges;
    size_t edge_count;
    uint32_t node_count, level_count, line_count, columns;
    struct lists members; /* of each level, from left to right */
    struct lists above, below;
    uint32_t *lines; /* by node, within its level until they are numbered */
    uint32_t *cells; /* by node: its column */
    uint64_t *ended; /* by upper and lower column: edges between two levels, while they are counted */
};

static void lists_release(struct lists *lists) {
    memory_free(lists->start);
    memory_free(lists->items);
}

/* @owners and @items: two members of each edge, or of anything else that is @stride apart. */
static struct lists lists_make(uint32_t owner_count, const uint32_t *owners, const uint32_t *items, size_t stride,
                               size_t count) {
    struct lists lists = {memory_allocate((size_t)owner_count + 2, sizeof(uint32_t)),
                          memory_allocate(count, sizeof(uint32_t))};
    for (size_t i = 0; i < count; i++)
        lists.start[owners[i * stride] + 2]++;
    for (uint32_t n = 2; n < owner_count + 2; n++)
        lists.start[n] += lists.start[n - 1];
    for (size_t i = 0; i < count; i++)
        lists.items[lists.start[owners[i * stride] + 1]++] = items ? items[i * stride] : (uint32_t)i;
    return lists;
}

/* --- which column --- */

static uint32_t size_of(const struct grid *grid, uint32_t level) {
    return grid->members.start[level + 1] - grid->members.start[level];
}

/* As many as levels need, up to a page's width; more for graphs that are very large. */
static uint32_t choose_columns(const struct grid *grid) {
    uint32_t most = COLUMNS_LEAST, columns = 1;
    while (most < GRAPH_LAYOUT_COLUMNS_MOST && most * most < grid->node_count * 3 / 10)
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
    long least[GRAPH_LAYOUT_COLUMNS_MOST + 1] = {0};
    bool is_taken[GRAPH_LAYOUT_COLUMNS_MOST][GRAPH_LAYOUT_COLUMNS_MOST] = {{0}};
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

struct claim {
    uint32_t node;
    int64_t rank; /* among those with the same aim */
    long aim;
};

static int compare_claims(const void *left, const void *right) {
    const struct claim *a = left, *b = right;
    if (a->aim != b->aim)
        return a->aim < b->aim ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

/* Columns that a level takes side by side, before it is known which. */
struct stacks {
    uint32_t count;
    long aims[GRAPH_LAYOUT_COLUMNS_MOST]; /* the mean aim of their nodes */
};

/*
 * Deal the nodes of a level, sorted by their aims, out to stacks. With more than one line each stack takes several
 * of them, neighbours below each other; but if all have the same aim they go line by line, as one reads.
 */
static void deal(struct grid *grid, const struct claim *claims, uint32_t count, struct stacks *stacks) {
    uint32_t line_count = (count + grid->columns - 1) / grid->columns;
    uint32_t used = (count + line_count - 1) / line_count, heights[GRAPH_LAYOUT_COLUMNS_MOST] = {0};
    uint32_t full = count - used * (line_count - 1); /* stacks with as many nodes as there are lines */
    bool is_by_line = claims[0].aim == claims[count - 1].aim;
    *stacks = (struct stacks){.count = used};
    for (uint32_t i = 0, stack = 0; i < count; i++) {
        uint32_t node = claims[i].node, at = is_by_line ? i % used : stack;
        grid->cells[node] = at;
        grid->lines[node] = heights[at]++;
        stacks->aims[at] += claims[i].aim;
        stack += !is_by_line && heights[at] == line_count - (at >= full);
    }
    for (uint32_t at = 0; at < used; at++)
        stacks->aims[at] /= heights[at] ? heights[at] : 1;
}

static void place_level(struct grid *grid, const struct claim *claims, uint32_t count, uint32_t *items) {
    struct stacks stacks;
    uint32_t chosen[GRAPH_LAYOUT_COLUMNS_MOST] = {0};
    deal(grid, claims, count, &stacks);
    choose_cells(stacks.aims, stacks.count, grid->columns, chosen);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = claims[i].node;
        grid->cells[items[i]] = chosen[grid->cells[items[i]]];
    }
}

/* The mean of where the node's neighbours in @lists are; where it is itself if it has none. */
static long mean_aim(const struct grid *grid, const struct lists *lists, uint32_t node) {
    uint32_t first = lists->start[node], end = lists->start[node + 1];
    long sum = 0;
    for (uint32_t i = first; i < end; i++)
        sum += (long)grid->cells[lists->items[i]] * UNIT;
    return first == end ? (long)grid->cells[node] * UNIT : sum / (long)(end - first);
}

/* @is_turned: those that wish for the same change their order. */
static void sweep_level(struct grid *grid, uint32_t level, const struct lists *lists, bool is_turned,
                        struct claim *claims) {
    uint32_t *items = grid->members.items + grid->members.start[level], count = size_of(grid, level);
    for (uint32_t i = 0; i < count; i++)
        claims[i] = (struct claim){items[i], is_turned ? -(int64_t)i : i, mean_aim(grid, lists, items[i])};
    qsort(claims, count, sizeof *claims, compare_claims);
    if (count)
        place_level(grid, claims, count, items);
}

/* How far edges run sideways, in sum. */
static uint64_t spread_of(const struct grid *grid) {
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
static uint64_t crossings_above(const struct grid *grid, uint32_t level) {
    uint32_t columns = grid->columns;
    uint64_t *ended = grid->ended, sum = 0;
    memset(ended, 0, (size_t)columns * columns * sizeof *ended);
    for (uint32_t k = grid->members.start[level]; k < grid->members.start[level + 1]; k++) {
        uint32_t node = grid->members.items[k];
        for (uint32_t i = grid->above.start[node]; i < grid->above.start[node + 1]; i++)
            if (grid->levels[grid->above.items[i]] + 1 == level)
                ended[grid->cells[grid->above.items[i]] * columns + grid->cells[node]]++;
    }
    uint64_t before[GRAPH_LAYOUT_COLUMNS_MOST + 1] = {0}; /* by lower column: edges from columns to the left */
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

static struct cost cost_of(const struct grid *grid) {
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
static void choose_places(struct grid *grid) {
    uint32_t count = grid->node_count;
    struct claim *claims = memory_allocate(count, sizeof *claims);
    uint32_t *cells = memory_allocate(count, sizeof *cells), *lines = memory_allocate(count, sizeof *lines);
    struct cost least = {UINT64_MAX, UINT64_MAX};
    for (uint32_t node = 0; node < count; node++)
        grid->cells[node] = (grid->columns - 1) / 2;
    for (int sweep = 0; sweep < SWEEPS && least.spread; sweep++) {
        bool is_down = sweep % 2 == 0, is_turned = sweep % 4 >= 2;
        for (uint32_t k = 0; k < grid->level_count; k++)
            sweep_level(grid, is_down ? k : grid->level_count - 1 - k, is_down ? &grid->above : &grid->below, is_turned,
                        claims);
        struct cost cost = cost_of(grid);
        if (is_cheaper(cost, least)) {
            least = cost;
            copy(cells, grid->cells, count);
            copy(lines, grid->lines, count);
        }
    }
    copy(grid->cells, cells, count);
    copy(grid->lines, lines, count);
    memory_free(claims);
    memory_free(cells);
    memory_free(lines);
}

static void number_lines(struct grid *grid, struct graph_layout *layout) {
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

/* --- where long edges pass --- */

/* Lanes from left to right: gutter 0, column 0, gutter 1, column 1, ... */
static uint32_t lane_of_column(uint32_t column) {
    return 2 * column + 1;
}

struct passage {
    size_t edge;
    uint32_t lane;
    uint32_t owner;                 /* of the track: the node at one end, whichever has more edges there */
    uint32_t first_line, last_line; /* that are passed */
    uint32_t track;
};

/* By column and line, how many nodes of the column are above the line. */
static uint32_t *count_above(const struct grid *grid) {
    uint32_t *counts = memory_allocate(((size_t)grid->line_count + 1) * grid->columns, sizeof *counts);
    for (uint32_t node = 0; node < grid->node_count; node++)
        counts[((size_t)grid->lines[node] + 1) * grid->columns + grid->cells[node]]++;
    for (size_t i = grid->columns; i < ((size_t)grid->line_count + 1) * grid->columns; i++)
        counts[i] += counts[i - grid->columns];
    return counts;
}

/* Straight down a column whose cells are free, that of the lower node if possible; else in a gutter beside that. */
static uint32_t choose_lane(const struct grid *grid, const uint32_t *counts, const struct passage *passage) {
    const struct graph_layout_edge *edge = &grid->edges[passage->edge];
    uint32_t from = grid->cells[edge->from], to = grid->cells[edge->to];
    const uint32_t *upper = counts + (size_t)passage->first_line * grid->columns;
    const uint32_t *lower = counts + ((size_t)passage->last_line + 1) * grid->columns;
    if (upper[to] == lower[to])
        return lane_of_column(to);
    if (upper[from] == lower[from])
        return lane_of_column(from);
    bool is_left = from == to ? to < (grid->columns + 1) / 2 : from < to;
    return lane_of_column(to) + (is_left ? -1U : 1U);
}

static int compare_passages(const void *left, const void *right) {
    const struct passage *a = left, *b = right;
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
static uint32_t choose_track(struct track *tracks, uint32_t count, struct passage *passage) {
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
static uint32_t choose_owner(const struct grid *grid, const struct graph_layout_edge *edge) {
    uint32_t leaving = grid->below.start[edge->from + 1] - grid->below.start[edge->from];
    uint32_t arriving = grid->above.start[edge->to + 1] - grid->above.start[edge->to];
    return leaving >= arriving ? 2 * edge->from : 2 * edge->to + 1;
}

/* @track_counts: by lane. */
static struct passage *choose_passages(const struct grid *grid, size_t *count, uint32_t *track_counts) {
    struct passage *passages = memory_allocate(grid->edge_count, sizeof *passages);
    uint32_t *counts = count_above(grid);
    *count = 0;
    for (size_t i = 0; i < grid->edge_count; i++) {
        uint32_t upper = grid->lines[grid->edges[i].from], lower = grid->lines[grid->edges[i].to];
        if (lower == upper + 1)
            continue;
        struct passage passage = {
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

/* --- pixels from left to right --- */

/* Tracks lie around the middle of their lane: 0, then one to the right, one to the left, and so on. */
static long track_offset(uint32_t track) {
    return ((long)track + 1) / 2 * TRACK_STEP * (track % 2 ? 1 : -1);
}

/* The middle of each lane. Returns the width of all. */
static long place_lanes(const struct grid *grid, const uint32_t *track_counts, long *lanes) {
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
static long wish_of_line(const struct grid *grid, const struct graph_layout *layout, const uint32_t *nodes,
                         uint32_t count) {
    const struct lists *both[] = {&grid->above, &grid->below};
    long sum = 0, links = 0;
    for (uint32_t k = 0; k < count; k++)
        for (size_t side = 0; side < 2; side++)
            for (uint32_t i = both[side]->start[nodes[k]]; i < both[side]->start[nodes[k] + 1]; i++, links++)
                sum += middle_of(layout, both[side]->items[i]) - middle_of(layout, nodes[k]);
    return links ? sum / links : 0;
}

/* A line that no edge passes needs not keep to the columns: it is shifted so that its edges become straighter. */
static void shift_line(const struct grid *grid, struct graph_layout *layout, const uint32_t *nodes, uint32_t count) {
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

static void shift_lines(const struct grid *grid, struct graph_layout *layout, const struct passage *passages,
                        size_t count) {
    uint32_t *passed = memory_allocate((size_t)grid->line_count + 1, sizeof *passed);
    struct lists lines = lists_make(grid->line_count, grid->lines, NULL, 1, grid->node_count);
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
    lists_release(&lines);
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
static void place_ends(const struct grid *grid, struct graph_layout *layout) {
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
static void place_lines(const struct grid *grid, struct graph_layout *layout) {
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

static void place_routes(const struct grid *grid, struct graph_layout *layout, const struct passage *passages,
                         size_t count, const long *lanes) {
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

/* --- */

static void place_nodes(const struct grid *grid, struct graph_layout *layout) {
    uint32_t track_counts[2 * GRAPH_LAYOUT_COLUMNS_MOST + 1] = {0};
    long lanes[2 * GRAPH_LAYOUT_COLUMNS_MOST + 1];
    size_t count;
    struct passage *passages = choose_passages(grid, &count, track_counts);
    layout->width = place_lanes(grid, track_counts, lanes);
    layout->nodes = memory_allocate(grid->node_count, sizeof *layout->nodes);
    for (uint32_t node = 0; node < grid->node_count; node++)
        layout->nodes[node] = (struct graph_layout_node){
            .line = grid->lines[node],
            .column = grid->cells[node],
            .x = lanes[lane_of_column(grid->cells[node])] - GRAPH_LAYOUT_NODE_WIDTH / 2,
        };
    shift_lines(grid, layout, passages, count);
    place_routes(grid, layout, passages, count, lanes);
    memory_free(passages);
}

void graph_layout_make(struct graph_layout *layout, const uint32_t *levels, uint32_t node_count,
                       const struct graph_layout_edge *edges, size_t edge_count) {
    struct grid grid = {.levels = levels, .edges = edges, .edge_count = edge_count, .node_count = node_count};
    for (uint32_t node = 0; node < node_count; node++)
        if (levels[node] >= grid.level_count)
            grid.level_count = levels[node] + 1;
    grid.members = lists_make(grid.level_count, levels, NULL, 1, node_count);
    const uint32_t *ends = (const uint32_t *)edges; /* from, to, from, to, ... */
    grid.above = lists_make(node_count, ends + 1, ends, 2, edge_count);
    grid.below = lists_make(node_count, ends, ends + 1, 2, edge_count);
    grid.lines = memory_allocate(node_count, sizeof *grid.lines);
    grid.cells = memory_allocate(node_count, sizeof *grid.cells);
    grid.columns = choose_columns(&grid);
    grid.ended = memory_allocate((size_t)grid.columns * grid.columns, sizeof *grid.ended);
    *layout = (struct graph_layout){.node_count = node_count, .edge_count = edge_count, .column_count = grid.columns};
    choose_places(&grid);
    number_lines(&grid, layout);
    layout->line_count = grid.line_count;
    place_nodes(&grid, layout);
    lists_release(&grid.members);
    lists_release(&grid.above);
    lists_release(&grid.below);
    memory_free(grid.lines);
    memory_free(grid.cells);
    memory_free(grid.ended);
}

void graph_layout_release(struct graph_layout *layout) {
    memory_free(layout->nodes);
    memory_free(layout->routes);
    memory_free(layout->lines);
    *layout = (struct graph_layout){0};
}
