/*
 * The edges of an outline: those that follow from its parts, and which of all of them can be kept. A container waits
 * for its parts; what the container waits for, each part does too, unless it waits for an open part of it already.
 */
#ifndef BATCHD_OUTLINE_EDGES_H
#define BATCHD_OUTLINE_EDGES_H

#include "import/outline.h"

/* Are there parts of parts without end, or deeper than can be followed? Reported then. */
bool outline_edges_check_parts(struct outline *outline);

/*
 * Settle all edges: those to what is left out, to the item itself, and of a cycle are dropped, and reported as errors
 * or warnings. What is kept has no cycle.
 *   dependency.self  dependency.cycle  import.edge
 */
void outline_edges_settle(struct outline *outline);

#endif
