/*
 * A plan's graph as text: a tree for people, dot (Graphviz) and Mermaid for other programs.
 */
#ifndef BATCHD_GRAPH_TEXT_H
#define BATCHD_GRAPH_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/*
 * In the form of the style. @view: a struct graph_view. In the tree every node stands once, beneath the deepest of what
 * it depends on; the others are named beside it. Deep graphs are not indented for ever. In dot and Mermaid, arrows lead
 * from an achievement to those that wait for it. For SVG see graph_svg.h.
 */
void graph_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
