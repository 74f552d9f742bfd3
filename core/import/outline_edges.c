#include "import/outline_edges.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "import/edge_order.h"
#include "plan/graph.h"

#define NOWHERE ((struct outline_place){0})

enum {
    DEPTH_MOST = 100,
    NAMES_SHOWN = 40, /* of a cycle: half at its start, half at its end */
};

bool outline_edges_check_parts(struct outline *outline) {
    for (uint32_t i = 0; i < outline->count; i++) {
        int depth = 0;
        for (uint32_t at = i; at != OUTLINE_NONE && depth <= DEPTH_MOST; at = outline->items[at].parent)
            depth++;
        if (depth <= DEPTH_MOST)
            continue;
        outline_error(outline, outline->items[i].place, "import.part",
                      outline_text(outline, "%s is a part of a part, more than %d times over", outline_name(outline, i),
                                   DEPTH_MOST),
                      "correct what it is a part of");
        return false;
    }
    return true;
}

/* --- edges of parts --- */

static bool is_below(const struct outline *outline, uint32_t item, uint32_t whole) {
    while (item != OUTLINE_NONE && item != whole)
        item = outline->items[item].parent;
    return item == whole;
}

static bool waits_for_open_part(const struct outline *outline, uint32_t item, uint32_t whole) {
    const struct outline_item *waiting = &outline->items[item];
    for (size_t i = 0; i < waiting->edge_count; i++) {
        uint32_t to = waiting->edges[i].to;
        if (waiting->edges[i].kind != OUTLINE_PART && to != whole && to != item &&
            outline->items[to].state == OUTLINE_OPEN && is_below(outline, to, whole))
            return true;
    }
    return false;
}

/* @count: of the edges that @whole has itself. */
static void inherit_from(struct outline *outline, uint32_t item, uint32_t whole, size_t count) {
    const struct outline_item *above = &outline->items[whole];
    for (size_t i = 0; i < count; i++) {
        const struct outline_edge edge = above->edges[i];
        bool is_own = edge.kind == OUTLINE_STATED || edge.kind == OUTLINE_ASSUMED;
        if (is_own && !is_below(outline, edge.to, whole))
            outline_add_edge(outline, item, edge.to, edge.kind == OUTLINE_STATED ? OUTLINE_INHERITED : OUTLINE_ASSUMED,
                             edge.place);
    }
}

static void inherit(struct outline *outline) {
    AUTO_FREE size_t *own = memory_allocate(outline->count + 1, sizeof *own);
    for (uint32_t i = 0; i < outline->count; i++)
        own[i] = outline->items[i].edge_count;
    for (uint32_t i = 0; i < outline->count; i++)
        for (uint32_t whole = outline->items[i].parent; whole != OUTLINE_NONE; whole = outline->items[whole].parent) {
            if (waits_for_open_part(outline, i, whole))
                break;
            inherit_from(outline, i, whole, own[whole]);
        }
}

static void add_part_edges(struct outline *outline) {
    for (uint32_t i = 0; i < outline->count; i++)
        if (outline->items[i].parent != OUTLINE_NONE && !outline->items[i].is_optional)
            outline_add_edge(outline, outline->items[i].parent, i, OUTLINE_PART, NOWHERE);
}

/* --- edges to what is left out --- */

static void append_pair(struct outline *outline, struct buffer *pairs, uint32_t from, uint32_t to) {
    buffer_append_format(pairs, "%s%s after %s", pairs->length ? ", " : "", outline_name(outline, from),
                         outline_name(outline, to));
}

static void drop_left_out(struct outline *outline) {
    AUTO(buffer) pairs = {0};
    size_t closed = 0;
    for (uint32_t i = 0; i < outline->count; i++)
        for (size_t k = 0; k < outline->items[i].edge_count; k++) {
            struct outline_edge *edge = &outline->items[i].edges[k];
            const struct outline_item *to = &outline->items[edge->to];
            edge->is_dropped |= outline->items[i].is_left_out || to->is_left_out;
            if (outline->items[i].is_left_out || !to->is_left_out || edge->kind == OUTLINE_PART)
                continue;
            closed += to->state != OUTLINE_OPEN;
            if (to->state == OUTLINE_OPEN)
                append_pair(outline, &pairs, i, edge->to);
        }
    if (closed)
        outline_warn(outline, NOWHERE, "import.edge",
                     outline_text(outline, "%zu dependenc%s on what is closed there and was left out %s dropped",
                                  closed, closed == 1 ? "y" : "ies", closed == 1 ? "is" : "are"),
                     NULL);
    if (pairs.length)
        outline_warn(outline, NOWHERE, "import.edge",
                     outline_text(outline, "dependencies on open items that were left out are dropped: %s", pairs.data),
                     NULL);
}

/* --- cycles of what is stated --- */

static void drop_self_edges(struct outline *outline) {
    for (uint32_t i = 0; i < outline->count; i++)
        for (size_t k = 0; k < outline->items[i].edge_count; k++) {
            struct outline_edge *edge = &outline->items[i].edges[k];
            if (edge->to != i || edge->is_dropped)
                continue;
            edge->is_dropped = true;
            if (edge->kind == OUTLINE_STATED)
                outline_remedy(outline, i, edge->place, "dependency.self",
                               outline_text(outline, "%s depends on itself", outline_name(outline, i)),
                               "the dependency is dropped");
        }
}

static bool is_hard(const struct outline_edge *edge) {
    return !edge->is_dropped && (edge->kind == OUTLINE_STATED || edge->kind == OUTLINE_PART);
}

static size_t collect_hard(const struct outline *outline, struct edge *edges) {
    size_t count = 0;
    for (uint32_t i = 0; i < outline->count; i++)
        for (size_t k = 0; k < outline->items[i].edge_count; k++)
            if (is_hard(&outline->items[i].edges[k]))
                edges[count++] = (struct edge){i, outline->items[i].edges[k].to};
    return count;
}

/* The stated edge between the two, or NULL. */
static struct outline_edge *stated_edge(struct outline *outline, uint32_t from, uint32_t to) {
    struct outline_item *item = &outline->items[from];
    for (size_t i = 0; i < item->edge_count; i++)
        if (item->edges[i].to == to && item->edges[i].kind == OUTLINE_STATED && !item->edges[i].is_dropped)
            return &item->edges[i];
    return NULL;
}

/* The edge of the cycle to cut: the one that it names, or the first one that is stated. @from: whose it is. */
static struct outline_edge *edge_to_cut(struct outline *outline, const struct cycle *cycle, uint32_t *from) {
    struct outline_edge *edge = stated_edge(outline, *from = cycle->cut.from, cycle->cut.to);
    for (uint32_t i = 0; i < cycle->count && !edge; i++)
        edge = stated_edge(outline, *from = cycle->nodes[i], cycle->nodes[(i + 1) % cycle->count]);
    return edge;
}

static void report_cycle(struct outline *outline, const struct cycle *cycle, const struct outline_edge *cut,
                         uint32_t from) {
    AUTO(buffer) text = {0};
    bool is_finished = true;
    buffer_append_string(&text, "dependency cycle: ");
    for (uint32_t i = 0; i < cycle->count; i++) {
        bool is_shown = i < NAMES_SHOWN / 2 || i + NAMES_SHOWN / 2 >= cycle->count;
        if (is_shown)
            buffer_append_format(&text, "%s -> ", outline_name(outline, cycle->nodes[i]));
        else if (i == NAMES_SHOWN / 2)
            buffer_append_format(&text, "%u more -> ", cycle->count - NAMES_SHOWN);
        is_finished &= outline->items[cycle->nodes[i]].state == OUTLINE_FINISHED;
    }
    buffer_append_string(&text, outline_name(outline, cycle->nodes[0]));
    const char *from_name = outline_name(outline, from), *to_name = outline_name(outline, cut->to);
    if (is_finished)
        outline_remedy(outline, from, cut->place, "dependency.cycle", text.data,
                       outline_text(outline, "all of it is finished, and the dependency of %s on %s is dropped",
                                    from_name, to_name));
    else
        outline_error(outline, cut->place, "dependency.cycle", text.data,
                      outline_text(outline, "remove %s from the dependencies of %s to break it", to_name, from_name));
}

/* All edges between the two: they may be stated twice. */
static void drop_edges(struct outline *outline, uint32_t from, uint32_t to) {
    for (struct outline_edge *edge; (edge = stated_edge(outline, from, to));)
        edge->is_dropped = true;
}

/* The graph of what is stated, once every cycle is reported and cut. */
static void build_stated(struct outline *outline, struct graph *graph) {
    AUTO_FREE struct edge *edges = memory_allocate(outline->edge_count + 1, sizeof *edges);
    for (;;) {
        AUTO(cycles) cycles = {0};
        size_t count = collect_hard(outline, edges);
        if (graph_build(graph, (uint32_t)outline->count, edges, count, &cycles))
            return;
        for (size_t i = 0; i < cycles.count; i++) {
            uint32_t from;
            const struct outline_edge *cut = edge_to_cut(outline, &cycles.items[i], &from);
            if (!cut) /* cut already, for another cycle */
                continue;
            report_cycle(outline, &cycles.items[i], cut, from);
            drop_edges(outline, from, cut->to);
        }
    }
}

/* --- what is not stated gives way --- */

static void add_soft(struct outline *outline, struct edge_order *order, enum outline_edge_kind kind,
                     struct buffer *pairs) {
    for (uint32_t i = 0; i < outline->count; i++)
        for (size_t k = 0; k < outline->items[i].edge_count; k++) {
            struct outline_edge *edge = &outline->items[i].edges[k];
            if (edge->kind != kind || edge->is_dropped || edge_order_add(order, (struct edge){i, edge->to}))
                continue;
            edge->is_dropped = true;
            append_pair(outline, pairs, i, edge->to);
        }
}

static bool is_there_already(const struct outline_item *item, size_t index) {
    for (size_t i = 0; i < item->edge_count; i++)
        if (i != index && item->edges[i].to == item->edges[index].to && !item->edges[i].is_dropped &&
            (item->edges[i].kind != OUTLINE_ASSUMED || i < index))
            return true;
    return false;
}

static void report_assumed(struct outline *outline) {
    size_t count = 0;
    for (uint32_t i = 0; i < outline->count; i++)
        for (size_t k = 0; k < outline->items[i].edge_count; k++) {
            const struct outline_edge *edge = &outline->items[i].edges[k];
            count += edge->kind == OUTLINE_ASSUMED && !edge->is_dropped && !is_there_already(&outline->items[i], k);
        }
    if (count)
        outline_warn(outline, NOWHERE, "import.assumed",
                     outline_text(outline, "%zu dependenc%s assumed from the order of the lines", count,
                                  count == 1 ? "y is" : "ies are"),
                     "--flat takes only what is stated");
}

static void settle_soft(struct outline *outline, const struct graph *graph) {
    AUTO(buffer) pairs = {0};
    struct edge_order *order = edge_order_new(graph);
    add_soft(outline, order, OUTLINE_INHERITED, &pairs);
    add_soft(outline, order, OUTLINE_ASSUMED, &pairs);
    edge_order_end(order);
    report_assumed(outline);
    if (pairs.length)
        outline_warn(outline, NOWHERE, "import.assumed",
                     outline_text(outline, "not stated, and left out because they would close a cycle: %s", pairs.data),
                     NULL);
}

void outline_edges_settle(struct outline *outline) {
    add_part_edges(outline);
    inherit(outline);
    drop_self_edges(outline);
    drop_left_out(outline);
    struct graph graph = {0};
    build_stated(outline, &graph);
    settle_soft(outline, &graph);
    graph_release(&graph);
}
