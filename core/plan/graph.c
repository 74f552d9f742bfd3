#include "plan/graph.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

static uint32_t *allocate(size_t count) {
    return memory_allocate(count, sizeof(uint32_t));
}

/* Lists for @node_count nodes: of each edge, @to under @from, or the other way round. Keeps the order of edges. */
static struct adjacency adjacency_make(uint32_t node_count, const struct edge *edges, size_t edge_count,
                                       bool is_reversed) {
    struct adjacency lists = {allocate((size_t)node_count + 2), allocate(edge_count)};
    for (size_t i = 0; i < edge_count; i++)
        lists.start[(is_reversed ? edges[i].to : edges[i].from) + 2]++;
    for (uint32_t n = 2; n < node_count + 2; n++)
        lists.start[n] += lists.start[n - 1];
    /* start[n + 1] is where node n's next item goes; filling moves it to where the node after begins */
    for (size_t i = 0; i < edge_count; i++) {
        uint32_t owner = is_reversed ? edges[i].to : edges[i].from, item = is_reversed ? edges[i].from : edges[i].to;
        lists.items[lists.start[owner + 1]++] = item;
    }
    return lists;
}

static void adjacency_release(struct adjacency *lists) {
    memory_free(lists->start);
    memory_free(lists->items);
    *lists = (struct adjacency){0};
}

/* A copy of @edges without repetitions, in the order of their nodes and then as given. */
static struct edge *distinct(uint32_t node_count, const struct edge *edges, size_t edge_count, size_t *count) {
    struct adjacency lists = adjacency_make(node_count, edges, edge_count, false);
    struct edge *kept = memory_allocate(edge_count, sizeof *kept);
    uint32_t *seen_by = allocate(node_count); /* the last node + 1 that depends on this one */
    *count = 0;
    for (uint32_t node = 0; node < node_count; node++)
        for (uint32_t i = lists.start[node]; i < lists.start[node + 1]; i++) {
            uint32_t to = lists.items[i];
            if (seen_by[to] == node + 1)
                continue;
            seen_by[to] = node + 1;
            kept[(*count)++] = (struct edge){node, to};
        }
    memory_free(seen_by);
    adjacency_release(&lists);
    return kept;
}

/* Kahn's algorithm. Returns how many nodes could be ordered: all of them if there is no cycle. */
static uint32_t sort_topologically(const struct adjacency *dependencies, const struct adjacency *dependents,
                                   uint32_t node_count, uint32_t *order, uint32_t *levels) {
    uint32_t *waiting_for = allocate(node_count);
    uint32_t count = 0;
    for (uint32_t node = 0; node < node_count; node++) {
        waiting_for[node] = dependencies->start[node + 1] - dependencies->start[node];
        if (waiting_for[node] == 0)
            order[count++] = node;
    }
    for (uint32_t done = 0; done < count; done++) {
        uint32_t node = order[done];
        for (uint32_t i = dependents->start[node]; i < dependents->start[node + 1]; i++) {
            uint32_t dependent = dependents->items[i];
            if (levels[dependent] <= levels[node])
                levels[dependent] = levels[node] + 1;
            if (--waiting_for[dependent] == 0)
                order[count++] = dependent;
        }
    }
    memory_free(waiting_for);
    return count;
}

static void group_levels(struct graph *graph) {
    struct edge *pairs = memory_allocate(graph->node_count, sizeof *pairs);
    for (uint32_t node = 0; node < graph->node_count; node++) {
        pairs[node] = (struct edge){graph->levels[node], node};
        if (graph->levels[node] >= graph->level_count)
            graph->level_count = graph->levels[node] + 1;
    }
    graph->level_nodes = adjacency_make(graph->level_count, pairs, graph->node_count, false);
    memory_free(pairs);
}

/* --- cycles --- */

struct search {
    uint32_t node_count;
    struct edge *edges;
    size_t edge_count;
    struct adjacency dependencies; /* of the edges that are left */
};

/*
 * Some node on a cycle. Every node left over by Kahn's algorithm depends on another such node, so walking along
 * those ends on a cycle.
 */
static uint32_t node_on_cycle(const struct search *search, const bool *is_ordered) {
    uint32_t at = 0;
    while (is_ordered[at])
        at++;
    bool *is_visited = memory_allocate(search->node_count, sizeof *is_visited);
    while (!is_visited[at]) {
        is_visited[at] = true;
        uint32_t i = search->dependencies.start[at];
        while (is_ordered[search->dependencies.items[i]])
            i++;
        at = search->dependencies.items[i];
    }
    memory_free(is_visited);
    return at;
}

/* The shortest cycle through @start, which lies on one: breadth first along the dependencies. */
static struct cycle shortest_cycle(const struct search *search, uint32_t start) {
    uint32_t *queue = allocate(search->node_count), *previous = allocate(search->node_count); /* node + 1; 0: unseen */
    uint32_t head = 0, tail = 0, last = start;
    queue[tail++] = start;
    for (bool is_closed = false; !is_closed;) {
        assert(head < tail);
        uint32_t node = queue[head++];
        for (uint32_t i = search->dependencies.start[node]; i < search->dependencies.start[node + 1]; i++) {
            uint32_t next = search->dependencies.items[i];
            if (next == start) {
                last = node;
                is_closed = true;
                break;
            }
            if (previous[next])
                continue;
            previous[next] = node + 1;
            queue[tail++] = next;
        }
    }
    struct cycle cycle = {.count = 1};
    for (uint32_t node = last; node != start; node = previous[node] - 1)
        cycle.count++;
    cycle.nodes = allocate(cycle.count);
    for (uint32_t node = last, i = cycle.count - 1; i > 0; node = previous[node] - 1)
        cycle.nodes[i--] = node;
    cycle.nodes[0] = start;
    memory_free(queue);
    memory_free(previous);
    return cycle;
}

static void start_at_first(struct cycle *cycle) {
    uint32_t first = 0;
    for (uint32_t i = 1; i < cycle->count; i++)
        if (cycle->nodes[i] < cycle->nodes[first])
            first = i;
    uint32_t *turned = allocate(cycle->count);
    for (uint32_t i = 0; i < cycle->count; i++)
        turned[i] = cycle->nodes[(first + i) % cycle->count];
    memory_free(cycle->nodes);
    cycle->nodes = turned;
}

/*
 * Which edge is most likely the mistake: people list what is needed first, so the one edge that runs against the
 * direction of all the others; else the first that makes an earlier node wait for a later one.
 */
static struct edge edge_to_cut(const struct cycle *cycle) {
    struct edge first_forward = {0}, last_backward = {0};
    uint32_t forward = 0, backward = 0;
    uint32_t to = cycle->nodes[0];
    for (uint32_t i = cycle->count; i-- > 0; to = cycle->nodes[i]) {
        struct edge edge = {cycle->nodes[i], to};
        if (edge.to > edge.from) {
            first_forward = edge;
            forward++;
        } else {
            last_backward = edge;
            backward++;
        }
    }
    return backward == 1 && forward > 1 ? last_backward : first_forward;
}

static void cut(struct search *search, struct edge gone) {
    size_t kept = 0;
    for (size_t i = 0; i < search->edge_count; i++)
        if (search->edges[i].from != gone.from || search->edges[i].to != gone.to)
            search->edges[kept++] = search->edges[i];
    search->edge_count = kept;
}

/* Finds one cycle of what is left. False if there is none. */
static bool find_cycle(struct search *search, struct cycle *cycle) {
    uint32_t count = search->node_count;
    search->dependencies = adjacency_make(count, search->edges, search->edge_count, false);
    struct adjacency dependents = adjacency_make(count, search->edges, search->edge_count, true);
    uint32_t *order = allocate(count), *levels = allocate(count);
    uint32_t ordered = sort_topologically(&search->dependencies, &dependents, count, order, levels);
    if (ordered < count) {
        bool *is_ordered = memory_allocate(count, sizeof *is_ordered);
        for (uint32_t i = 0; i < ordered; i++)
            is_ordered[order[i]] = true;
        *cycle = shortest_cycle(search, node_on_cycle(search, is_ordered));
        memory_free(is_ordered);
    }
    memory_free(order);
    memory_free(levels);
    adjacency_release(&dependents);
    adjacency_release(&search->dependencies);
    return ordered < count;
}

/* Takes @edges. Each round is linear in the graph, so a huge one gets fewer rounds. */
static void find_cycles(uint32_t node_count, struct edge *edges, size_t edge_count, struct cycles *cycles) {
    enum { VISITS_MOST = 50000000 };
    size_t rounds = VISITS_MOST / (node_count + edge_count) + 1;
    if (rounds > GRAPH_CYCLES_MOST)
        rounds = GRAPH_CYCLES_MOST;
    struct search search = {.node_count = node_count, .edges = edges, .edge_count = edge_count};
    cycles->items = memory_allocate(GRAPH_CYCLES_MOST, sizeof *cycles->items);
    struct cycle cycle;
    while (find_cycle(&search, &cycle)) {
        if (cycles->count == rounds) {
            memory_free(cycle.nodes);
            cycles->has_more = true;
            break;
        }
        start_at_first(&cycle);
        cycle.cut = edge_to_cut(&cycle);
        cut(&search, cycle.cut);
        cycles->items[cycles->count++] = cycle;
    }
    memory_free(edges);
}

void cycles_release(struct cycles *cycles) {
    for (size_t i = 0; i < cycles->count; i++)
        memory_free(cycles->items[i].nodes);
    memory_free(cycles->items);
    *cycles = (struct cycles){0};
}

/* --- */

bool graph_build(struct graph *graph, uint32_t node_count, const struct edge *edges, size_t edge_count,
                 struct cycles *cycles) {
    size_t count;
    struct edge *kept = distinct(node_count, edges, edge_count, &count);
    *graph = (struct graph){
        .node_count = node_count,
        .edge_count = (uint32_t)count,
        .dependencies = adjacency_make(node_count, kept, count, false),
        .dependents = adjacency_make(node_count, kept, count, true),
        .order = allocate(node_count),
        .levels = allocate(node_count),
    };
    *cycles = (struct cycles){0};
    if (sort_topologically(&graph->dependencies, &graph->dependents, node_count, graph->order, graph->levels) <
        node_count) {
        graph_release(graph);
        find_cycles(node_count, kept, count, cycles);
        return false;
    }
    memory_free(kept);
    group_levels(graph);
    return true;
}

void graph_release(struct graph *graph) {
    adjacency_release(&graph->dependencies);
    adjacency_release(&graph->dependents);
    adjacency_release(&graph->level_nodes);
    memory_free(graph->order);
    memory_free(graph->levels);
    *graph = (struct graph){0};
}

uint32_t graph_dependents(const struct graph *graph, uint32_t node, const bool *is_open, uint32_t *found) {
    bool *is_found = memory_allocate(graph->node_count, sizeof *is_found);
    uint32_t count = 0;
    for (uint32_t next = node, done = 0;; next = found[done++]) {
        for (uint32_t i = graph->dependents.start[next]; i < graph->dependents.start[next + 1]; i++) {
            uint32_t other = graph->dependents.items[i];
            if (is_found[other] || (is_open && !is_open[other]))
                continue;
            is_found[other] = true;
            found[count++] = other;
        }
        if (done == count)
            break;
    }
    for (uint32_t n = 0, sorted = 0; n < graph->node_count; n++)
        if (is_found[n])
            found[sorted++] = n;
    memory_free(is_found);
    return count;
}

/* Sets of nodes that follow each other in the order, a bit for each. */
enum { BLOCK_WORDS = 8, BLOCK_NODES = 64 * BLOCK_WORDS };
struct block {
    uint64_t words[BLOCK_WORDS];
};

/* How many bits are set; the compiler's own calls a function for it. */
static uint32_t count_bits(uint64_t word) {
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

/* Adds to @reached what waits for @node and is in the block; @places: by node, its place in the order. */
static void reach(const struct graph *graph, uint32_t node, const bool *is_open, const uint32_t *places, uint32_t first,
                  struct block *reached) {
    for (uint32_t i = graph->dependents.start[node]; i < graph->dependents.start[node + 1]; i++) {
        uint32_t other = graph->dependents.items[i], place = places[other] - first;
        if (!is_open[other] || places[other] >= first + BLOCK_NODES)
            continue;
        for (size_t word = 0; word < BLOCK_WORDS; word++)
            reached[node].words[word] |= reached[other].words[word];
        if (places[other] >= first)
            reached[node].words[place / 64] |= UINT64_C(1) << place % 64;
    }
}

void graph_count_dependents(const struct graph *graph, const bool *is_open, uint32_t *counts) {
    uint32_t *places = allocate(graph->node_count);
    struct block *reached = memory_allocate(graph->node_count, sizeof *reached);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        places[graph->order[i]] = i;
        counts[i] = 0;
    }
    for (uint32_t first = 0; first < graph->node_count; first += BLOCK_NODES) {
        uint32_t left = graph->node_count - first, end = first + (left < BLOCK_NODES ? left : BLOCK_NODES);
        for (uint32_t at = end; at-- > 0;) {
            uint32_t node = graph->order[at];
            reached[node] = (struct block){0};
            if (!is_open[node])
                continue;
            reach(graph, node, is_open, places, first, reached);
            for (size_t word = 0; word < BLOCK_WORDS; word++)
                counts[node] += count_bits(reached[node].words[word]);
        }
    }
    memory_free(reached);
    memory_free(places);
}

uint32_t graph_open_dependencies(const struct graph *graph, uint32_t node, const bool *is_open, uint32_t *found) {
    bool *is_found = memory_allocate(graph->node_count, sizeof *is_found);
    uint32_t *stack = allocate((size_t)graph->node_count + 1), depth = 0, count = 0;
    for (stack[depth++] = node; depth;) {
        uint32_t next = stack[--depth];
        for (uint32_t i = graph->dependencies.start[next]; i < graph->dependencies.start[next + 1]; i++) {
            uint32_t other = graph->dependencies.items[i];
            if (is_found[other] || !is_open[other])
                continue;
            is_found[other] = true;
            stack[depth++] = other;
        }
    }
    for (uint32_t k = 0; k < graph->node_count; k++)
        if (is_found[graph->order[k]])
            found[count++] = graph->order[k];
    memory_free(stack);
    memory_free(is_found);
    return count;
}
