/*
 * A plan's graph as text: a tree for people, dot (Graphviz) and Mermaid for other programs.
 */
#ifndef BATCHD_GRAPH_TEXT_H
#define BATCHD_GRAPH_TEXT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "render/style.h"
#include "render/styled_text.h"

/*
 * Every node once, beneath the deepest of what it depends on; the others are named beside it. Deep graphs are not
 * indented for ever.
 */
void graph_text_tree(struct buffer *text, const cJSON *data, const struct style *style);
/* Arrows lead from an achievement to those that wait for it. */
void graph_text_dot(struct buffer *text, const cJSON *data, const struct style *style);
void graph_text_mermaid(struct buffer *text, const cJSON *data, const struct style *style);

#endif
