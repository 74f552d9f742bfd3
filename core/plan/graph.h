/*
 * Dependency graph of one plan. Nodes are numbers from 0 in the order of the dependency file, an edge points from a
 * node to one it depends on. Everything here but one count is linear in nodes and edges, and nothing recurses,
 * so a chain of a million nodes is as good as any other graph.
 */
#ifndef BATCHD_GRAPH_H
#define BATCHD_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GRAPH_CYCLES_MOST = 100 }; /* reported at once; fewer for a graph of more than 500,000 nodes and edges */

struct edge {
    uint32_t from; /* depends on ... */
    uint32_t to;
};

/* A list of nodes for each node: those of node n are items[start[n]] to items[start[n + 1]] (exclusive). */
struct adjacency {
    uint32_t *start;
    uint32_t *items;
};

/* {0} is valid and empty. Owns its arrays. */
struct graph {
    uint32_t node_count;
    uint32_t edge_count;           /* without repeated ones */
    struct adjacency dependencies; /* in the order given */
    struct adjacency dependents;
    uint32_t *order;  /* every node after all it depends on */
    uint32_t *levels; /* by node: 0 without dependencies, else 1 + the highest among them */
    uint32_t level_count;
    struct adjacency level_nodes; /* by level: its nodes, in the order of the file */
};

/* A cycle nodes[0] -> nodes[1] -> ... -> nodes[0], and the one of its edges to cut. */
struct cycle {
    uint32_t *nodes;
    uint32_t count;
    struct edge cut;
};

struct cycles {
    struct cycle *items;
    size_t count;
    bool has_more;
};

/*
 * Build the graph; repeated edges count once, edges from a node to itself must not be given. On success the caller
 * owns its content (graph_release). If there are cycles, returns false with an empty graph, and @cycles holds them
 * (cycles_release): cutting the edge each one names leaves no cycle at all, unless has_more.
 */
bool graph_build(struct graph *graph, uint32_t node_count, const struct edge *edges, size_t edge_count,
                 struct cycles *cycles);
void graph_release(struct graph *graph);
void cycles_release(struct cycles *cycles);

/*
 * All nodes that depend on @node, directly or through others, as far as they are @is_open (by node; NULL: all are): one
 * that is not is neither found nor passed through. In ascending order. @found has room for node_count nodes.
 */
uint32_t graph_dependents(const struct graph *graph, uint32_t node, const bool *is_open, uint32_t *found);

/* For each node that @is_open, how many graph_dependents finds; 0 for the others. Takes nodes times edges / 512. */
void graph_count_dependents(const struct graph *graph, const bool *is_open, uint32_t *counts);

/*
 * All nodes that @node depends on, directly or through others, as far as they are @is_open (by node): one that is not
 * is neither found nor passed through. Every node after all it depends on. @found has room for node_count nodes.
 */
uint32_t graph_open_dependencies(const struct graph *graph, uint32_t node, const bool *is_open, uint32_t *found);

#endif
