/*
 * An order of nodes that edges are added to one by one: each node stands behind all that it depends on. Adding an edge
 * moves only the nodes between its ends (Pearce and Kelly, A dynamic topological sort algorithm, 2006).
 */
#ifndef BATCHD_EDGE_ORDER_H
#define BATCHD_EDGE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/graph.h"

struct edge_order;

/* @graph: the edges to begin with. The caller releases the order. */
struct edge_order *edge_order_new(const struct graph *graph);
/* False, and nothing is added, if the edge would close a cycle. */
bool edge_order_add(struct edge_order *order, struct edge edge);
void edge_order_end(struct edge_order *order);

#endif
