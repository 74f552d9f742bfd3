#include "picture/svg_card.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "claims/claim.h"
#include "picture/graph_layout.h"
#include "picture/svg_text.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/claims_text.h"
#include "render/styled_text.h"
#include "view/achievement_item.h"
#include "view/graph_view.h"

enum {
    INSET = 14,     /* of text from the card's edges */
    BOLD_SIZE = 16, /* of an id of 14 pixels: bold letters are wider */
    TITLE_SIZE = 12,
    TITLE_LINES = 2,
    NOTE_SIZE = 11,
    SYMBOL_ROOM = 2 * SVG_CARD_SYMBOL_RADIUS + 6,
    HOLDER_WIDTH = 12,
};

static const struct {
    const char *class;
    const char *shape; /* path around 0,0 on the symbol's ground, in class "sf" (filled) or "sl" (lines) */
    bool is_filled, has_diamond;
} looks[] = {
    [STATE_COMPLETE] = {"c", "M-4 0.5l2.7 2.7 5-5.7", false, false},
    [STATE_SKIPPED] = {"s", "M-4 0h8", false, false},
    [STATE_FAILED] = {"f", "M-2.8-2.8l5.6 5.6m0-5.6l-5.6 5.6", false, true},
    [STATE_CONFLICTED] = {"f", "M-2.8-2.8l5.6 5.6m0-5.6l-5.6 5.6", false, true},
    [STATE_SUBMITTED] = {"x", "M0-7a7 7 0 0 1 0 14z", true, false},
    [STATE_EXECUTION_CREATED] = {"x", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", true, false},
    [STATE_SUBPLAN_CREATED] = {"p", "M0-7a7 7 0 0 0 0 14z", true, false},
    [STATE_NOT_STARTED] = {"n", NULL, false, false},
};

static enum achievement_state state_of(const struct svg_card *card) {
    return card->node->item.standing.state;
}

void svg_card_append_symbol(struct buffer *xml, enum achievement_state state, long x, long y) {
    buffer_append_format(xml, "<g class=\"y%s\" transform=\"translate(%ld %ld)\">", looks[state].class, x, y);
    if (looks[state].has_diamond)
        buffer_append_string(xml, "<path class=\"sg\" d=\"M0-9l9 9-9 9-9-9z\"/>");
    else
        buffer_append_format(xml, "<circle class=\"sg\" r=\"%d\"/>", SVG_CARD_SYMBOL_RADIUS - 1);
    if (looks[state].shape)
        buffer_append_format(xml, "<path class=\"%s\" d=\"%s\"/>", looks[state].is_filled ? "sf" : "sl",
                             looks[state].shape);
    buffer_append_string(xml, "</g>");
}

/* The need in one word for the badge of one that is ready; else NULL. */
static const char *badge_words(const struct graph_node *node) {
    return achievement_ready_for(&node->item.standing);
}

static void append_plain_title(struct buffer *xml, const char *title) {
    AUTO(buffer) plain = {0};
    svg_text_append_title(&plain, title);
    svg_text_append_xml(xml, buffer_span(&plain));
}

bool svg_card_is_held(const struct graph_node *node) {
    return node->item.claim && node->item.claim->state == CLAIM_HELD;
}

/* Append @before and who works on it; else where it was finished, or that a claim has run out; else nothing. */
static void append_claim(struct buffer *xml, const struct graph_node *node, const char *before) {
    const struct achievement_item *item = &node->item;
    AUTO(buffer) text = {0};
    if (!svg_card_is_held(node) && item->mark && item->mark->binds)
        claims_text_append_mark(&text, item->mark);
    else
        claims_text_append(&text, item->claim);
    if (text.length == 0)
        return;
    buffer_append_string(xml, before);
    svg_text_append_xml(xml, buffer_span(&text));
}

/* The tooltip of the card. */
static void append_tooltip(struct buffer *xml, const struct svg_card *card) {
    const struct achievement_item *item = &card->node->item;
    buffer_append_string(xml, "<title>");
    svg_text_append_xml(xml, span_of(item->id));
    buffer_append_byte(xml, ' ');
    append_plain_title(xml, item->title);
    buffer_append_format(xml, "\n%s", achievement_label(&item->standing));
    if (item->need) {
        buffer_append_format(xml, "; %s", item->standing.is_ready ? "ready: " : "");
        svg_text_append_xml(xml, span_of(item->need));
    }
    append_claim(xml, card->node, "\n");
    if (item->has_hours)
        buffer_append_format(xml, "\n%.6g hour%s", item->hours, text_plural_hours(item->hours));
    if (card->is_critical)
        buffer_append_string(xml, item->has_hours ? ", on the critical path" : "\non the critical path");
    else if (card->node->has_slack)
        buffer_append_format(xml, "%s%.6g hour%s of slack", item->has_hours ? ", " : "\n", card->node->slack,
                             text_plural_hours(card->node->slack));
    buffer_append_string(xml, "</title>");
}

static void append_text(struct buffer *xml, const char *class, long x, long y, struct span text) {
    buffer_append_format(xml, "<text class=\"%s\" x=\"%ld\" y=\"%ld\">", class, x, y);
    svg_text_append_xml(xml, text);
    buffer_append_string(xml, "</text>");
}

/* What it is ready for, from @x on if it fits before @end. Returns where it ends. */
static long append_badge(struct buffer *xml, const struct svg_card *card, long x, long end) {
    const char *ready = badge_words(card->node);
    long width = ready ? svg_text_width(span_of(ready), NOTE_SIZE - 1) + 22 : 0;
    if (!ready || x + width > end)
        return x;
    buffer_append_format(xml, "<rect class=\"b\" x=\"%ld\" y=\"%ld\" width=\"%ld\" height=\"17\" rx=\"8\"/>", x,
                         card->y + 11, width);
    buffer_append_format(xml, "<path class=\"z\" d=\"M%ld %ldl6 3.5-6 3.5z\"/>", x + 7, card->y + 16);
    buffer_append_format(xml, "<text class=\"t\" x=\"%ld\" y=\"%ld\">%s</text>", x + 16, card->y + 23, ready);
    return x + width + 6;
}

/* The sign that it is held, from @x on if it fits before @end. Returns where it ends. */
static long append_holder(struct buffer *xml, const struct svg_card *card, long x, long end) {
    if (!svg_card_is_held(card->node) || x + HOLDER_WIDTH > end)
        return x;
    buffer_append_format(xml, "<g class=\"p\" transform=\"translate(%ld %ld)\"><title>", x, card->y + 13);
    append_claim(xml, card->node, "");
    buffer_append_string(xml, "</title>");
    buffer_append_string(xml, SVG_CARD_HOLDER);
    buffer_append_string(xml, "</g>");
    return x + HOLDER_WIDTH + 6;
}

/* In the first line: the symbol, the id, what it is ready for, who holds it, and the hours on the right; as far as
 * there is room. */
static void append_first_line(struct buffer *xml, const struct svg_card *card) {
    long x = card->x + INSET, end = card->x + GRAPH_LAYOUT_NODE_WIDTH - INSET;
    struct buffer id = {0}, hours = {0};
    svg_card_append_symbol(xml, state_of(card), x + SVG_CARD_SYMBOL_RADIUS, card->y + 19);
    x += SYMBOL_ROOM;
    svg_text_append_short(&id, span_of(card->node->item.id), BOLD_SIZE, end - x);
    append_text(xml, "i", x, card->y + 24, buffer_span(&id));
    x = append_badge(xml, card, x + svg_text_width(buffer_span(&id), BOLD_SIZE) + 4, end);
    x = append_holder(xml, card, x, end);
    if (card->node->item.has_hours)
        buffer_append_format(&hours, "%.6g h", card->node->item.hours);
    if (hours.length && x + svg_text_width(buffer_span(&hours), NOTE_SIZE) <= end)
        append_text(xml, "h", end, card->y + 24, buffer_span(&hours));
    buffer_release(&id);
    buffer_release(&hours);
}

static void append_title(struct buffer *xml, const struct svg_card *card) {
    long width = GRAPH_LAYOUT_NODE_WIDTH - 2 * INSET;
    struct buffer title = {0}, last = {0};
    svg_text_append_title(&title, card->node->item.title);
    struct span rest = span_trim(buffer_span(&title));
    for (long line = 0; line < TITLE_LINES && rest.length; line++) {
        if (line + 1 < TITLE_LINES) {
            append_text(xml, "l", card->x + INSET, card->y + 42 + line * 15,
                        svg_text_take_line(&rest, TITLE_SIZE, width));
        } else {
            svg_text_append_short(&last, rest, TITLE_SIZE, width);
            append_text(xml, "l", card->x + INSET, card->y + 42 + line * 15, buffer_span(&last));
        }
    }
    buffer_release(&title);
    buffer_release(&last);
}

void svg_card_append(struct buffer *xml, const struct svg_card *card) {
    const char *class = looks[state_of(card)].class;
    append_tooltip(xml, card);
    buffer_append_format(xml, "<rect class=\"k k%s%s\" x=\"%ld\" y=\"%ld\" width=\"%d\" height=\"%d\" rx=\"8\"/>",
                         class, badge_words(card->node) ? " r" : "", card->x, card->y, GRAPH_LAYOUT_NODE_WIDTH,
                         GRAPH_LAYOUT_NODE_HEIGHT);
    if (card->is_critical)
        buffer_append_format(xml, "<path class=\"m\" d=\"M%ld %ldh-1a7 7 0 0 0-7 7v%dh0a7 7 0 0 0 7 7h1z\"/>",
                             card->x + 8, card->y, GRAPH_LAYOUT_NODE_HEIGHT - 14);
    append_first_line(xml, card);
    append_title(xml, card);
}
