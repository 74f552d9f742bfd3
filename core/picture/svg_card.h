/*
 * A card: one achievement in an SVG picture. A symbol and a colour show its state, so that it can be read without
 * colours, too; the classes that are used here are defined in the style of graph_svg.c.
 */
#ifndef BATCHD_SVG_CARD_H
#define BATCHD_SVG_CARD_H

#include <stdbool.h>

#include "base/buffer.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "view/graph_view.h"

enum { SVG_CARD_SYMBOL_RADIUS = 8 };

/* The sign of one that is held by a claim: 12 wide and 13 high, from the origin on. */
#define SVG_CARD_HOLDER "<circle cx=\"6\" cy=\"3\" r=\"3\"/><path d=\"M0 13a6 6 0 0 1 12 0z\"/>"

struct svg_card {
    const struct graph_node *node;
    long x, y; /* upper left corner; as large as LAYOUT_NODE_WIDTH and HEIGHT */
    bool is_critical;
};

/* Append the card as a group of SVG elements. */
void svg_card_append(struct buffer *xml, const struct svg_card *card);

/* The symbol of a state, around a point. */
void svg_card_append_symbol(struct buffer *xml, enum achievement_state state, long x, long y);
/* Does a claim hold it? Then its card has the sign. */
bool svg_card_is_held(const struct graph_node *node);

#endif
