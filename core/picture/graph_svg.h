/*
 * A plan's graph as a self-contained SVG picture: no script, nothing from outside, light or dark as the viewer
 * prefers. The same data gives the same bytes.
 */
#ifndef BATCHD_GRAPH_SVG_H
#define BATCHD_GRAPH_SVG_H

#include "base/buffer.h"
#include "view/graph_view.h"

/*
 * Levels from top to bottom, in each the achievements as cards, edges from an achievement down to those that wait for
 * it, the critical path of what is open thicker. Levels of a large plan that are complete are a line of text, unless
 * @is_whole. A plan without levels is a plain list of cards.
 */
void graph_svg_append(struct buffer *xml, const struct graph_view *graph, bool is_whole);

#endif
