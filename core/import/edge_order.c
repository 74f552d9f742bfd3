#include "import/edge_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Neighbours of a node: those of the graph, and those added since. */
struct added {
    uint32_t *items;
    size_t count, capacity;
};

struct edge_order {
    const struct graph *graph;
    uint32_t *ranks; /* by node: its position in the order */
    struct added *dependencies, *dependents;
    bool *is_seen;
    uint32_t *found, *pending; /* nodes of the present search */
    uint32_t found_count, pending_count;
};

struct edge_order *edge_order_new(const struct graph *graph) {
    struct edge_order *order = memory_allocate(1, sizeof *order);
    size_t count = graph->node_count + 1;
    order->graph = graph;
    order->ranks = memory_allocate(count, sizeof *order->ranks);
    order->dependencies = memory_allocate(count, sizeof *order->dependencies);
    order->dependents = memory_allocate(count, sizeof *order->dependents);
    order->is_seen = memory_allocate(count, sizeof *order->is_seen);
    order->found = memory_allocate(2 * count, sizeof *order->found);
    order->pending = memory_allocate(count, sizeof *order->pending);
    for (uint32_t i = 0; i < graph->node_count; i++)
        order->ranks[graph->order[i]] = i;
    return order;
}

void edge_order_end(struct edge_order *order) {
    for (uint32_t i = 0; i < order->graph->node_count; i++) {
        memory_free(order->dependencies[i].items);
        memory_free(order->dependents[i].items);
    }
    memory_free(order->dependencies);
    memory_free(order->dependents);
    memory_free(order->ranks);
    memory_free(order->is_seen);
    memory_free(order->found);
    memory_free(order->pending);
    memory_free(order);
}

static void visit(struct edge_order *order, uint32_t node) {
    if (order->is_seen[node])
        return;
    order->is_seen[node] = true;
    order->found[order->found_count++] = node;
    order->pending[order->pending_count++] = node;
}

/* All that @first reaches by @lists and @added, as far as their ranks are from @low to @high. */
static void search(struct edge_order *order, uint32_t first, const struct adjacency *lists, const struct added *added,
                   uint32_t low, uint32_t high) {
    visit(order, first);
    while (order->pending_count) {
        uint32_t node = order->pending[--order->pending_count];
        for (uint32_t i = lists->start[node]; i < lists->start[node + 1]; i++)
            if (order->ranks[lists->items[i]] >= low && order->ranks[lists->items[i]] <= high)
                visit(order, lists->items[i]);
        for (size_t i = 0; i < added[node].count; i++)
            if (order->ranks[added[node].items[i]] >= low && order->ranks[added[node].items[i]] <= high)
                visit(order, added[node].items[i]);
    }
}

static void forget(struct edge_order *order) {
    for (uint32_t i = 0; i < order->found_count; i++)
        order->is_seen[order->found[i]] = false;
    order->found_count = 0;
}

static int compare_numbers(const void *a, const void *b) {
    uint64_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return left < right ? -1 : left > right;
}

/* Sorts nodes by their ranks, which @ranks then has, in order; it has room for as many. */
static void sort_by_rank(const struct edge_order *order, uint32_t *nodes, uint32_t count, uint64_t *ranks) {
    for (uint32_t i = 0; i < count; i++)
        ranks[i] = ((uint64_t)order->ranks[nodes[i]] << 32) | nodes[i];
    qsort(ranks, count, sizeof *ranks, compare_numbers);
    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = (uint32_t)ranks[i];
        ranks[i] >>= 32;
    }
}

/* The first @before nodes found come first, then the others; they share the ranks that they had. */
static void rearrange(struct edge_order *order, uint32_t before) {
    uint32_t count = order->found_count;
    uint64_t *ranks = memory_allocate(count, sizeof *ranks);
    sort_by_rank(order, order->found, before, ranks);
    sort_by_rank(order, order->found + before, count - before, ranks + before);
    qsort(ranks, count, sizeof *ranks, compare_numbers);
    for (uint32_t i = 0; i < count; i++)
        order->ranks[order->found[i]] = (uint32_t)ranks[i];
    memory_free(ranks);
}

bool edge_order_add(struct edge_order *order, struct edge edge) {
    uint32_t low = order->ranks[edge.from], high = order->ranks[edge.to];
    if (edge.from == edge.to)
        return false;
    if (low < high) {
        search(order, edge.to, &order->graph->dependencies, order->dependencies, low, high);
        if (order->is_seen[edge.from]) {
            forget(order);
            return false;
        }
        uint32_t before = order->found_count;
        search(order, edge.from, &order->graph->dependents, order->dependents, low, high);
        rearrange(order, before);
        forget(order);
    }
    struct added *dependencies = &order->dependencies[edge.from], *dependents = &order->dependents[edge.to];
    *LIST_ADD(dependencies->items, dependencies->count, dependencies->capacity) = edge.to;
    *LIST_ADD(dependents->items, dependents->count, dependents->capacity) = edge.from;
    return true;
}
