#include "picture/graph_text.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/columns.h"
#include "base/memory.h"
#include "picture/graph_svg.h"
#include "picture/svg_text.h"
#include "render/achievement_text.h"
#include "render/state_style.h"
#include "render/styled_text.h"
#include "render/symbol.h"
#include "view/achievement_item.h"
#include "view/graph_view.h"

enum { INDENTED_MOST = 16, OTHERS_SHOWN_MOST = 6 };

/* --- tree --- */

struct node {
    const struct achievement_item *item;
    size_t parent; /* SIZE_MAX for a root */
    size_t first_child, last_child, next_sibling;
    struct buffer others; /* ids of the other dependencies */
    size_t other_count;
};

struct tree {
    struct node *nodes;
    size_t count;
};

static void read_nodes(struct tree *tree, const struct graph_view *graph) {
    tree->count = graph->node_count;
    tree->nodes = memory_allocate(tree->count, sizeof *tree->nodes);
    for (size_t i = 0; i < tree->count; i++)
        tree->nodes[i] = (struct node){.item = &graph->nodes[i].item,
                                       .parent = SIZE_MAX,
                                       .first_child = SIZE_MAX,
                                       .last_child = SIZE_MAX,
                                       .next_sibling = SIZE_MAX};
}

/* The deepest dependency becomes the parent, the first of equals; the others are listed. */
static void choose_parents(struct tree *tree, const struct graph_view *graph) {
    for (size_t i = 0; i < graph->edge_count; i++) {
        struct node *node = &tree->nodes[graph->edges[i].from];
        size_t to = graph->edges[i].to;
        if (node->parent == SIZE_MAX || tree->nodes[to].item->level > tree->nodes[node->parent].item->level)
            node->parent = to;
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        struct node *node = &tree->nodes[graph->edges[i].from];
        const struct node *to = &tree->nodes[graph->edges[i].to];
        if (node->parent != graph->edges[i].to && node->other_count++ < OTHERS_SHOWN_MOST)
            buffer_append_format(&node->others, "%s%s", node->others.length ? ", " : "", to->item->id);
    }
}

static void link_children(struct tree *tree) {
    for (size_t i = 0; i < tree->count; i++) {
        size_t parent = tree->nodes[i].parent;
        if (parent == SIZE_MAX)
            continue;
        if (tree->nodes[parent].first_child == SIZE_MAX)
            tree->nodes[parent].first_child = i;
        else
            tree->nodes[tree->nodes[parent].last_child].next_sibling = i;
        tree->nodes[parent].last_child = i;
    }
}

/* What one that is ready needs, or who works on it. */
static void append_need(struct buffer *text, const struct achievement_item *item, const char *separator) {
    if (!item->standing.is_ready)
        return;
    buffer_append_string(text, separator);
    achievement_text_work(text, item);
}

static const struct state_style *look_of(const struct achievement_item *item) {
    return state_style_of(item->standing.state, item->standing.is_ready);
}

/* What stands behind the title. */
static void append_rest(struct buffer *text, const struct node *node) {
    append_need(text, node->item, ": ");
    if (!node->other_count)
        return;
    buffer_append_format(text, "  (also after %s", node->others.data);
    if (node->other_count > OTHERS_SHOWN_MOST)
        buffer_append_format(text, " and %zu more", node->other_count - OTHERS_SHOWN_MOST);
    buffer_append_byte(text, ')');
}

/* The title is cut first. @used: terminal columns before it. */
static void append_title(struct buffer *text, const struct node *node, size_t used, const struct style *style) {
    enum { TITLE_COLUMNS_LEAST = 12 };
    AUTO(buffer) title = {0}, rest = {0};
    svg_text_append_title(&title, node->item->title);
    append_rest(&rest, node);
    size_t room = style->columns > used ? style->columns - used : 0;
    size_t title_width = columns_of(buffer_span(&title)), rest_width = columns_of(buffer_span(&rest));
    if (style->columns && title_width + rest_width > room) {
        size_t least = title_width < TITLE_COLUMNS_LEAST ? title_width : TITLE_COLUMNS_LEAST;
        size_t kept = room > rest_width + least ? room - rest_width : least < room ? least : room;
        columns_append_cut(text, buffer_span(&title), kept, symbol_text(style, "…"));
        columns_append_cut(text, buffer_span(&rest), room - kept, symbol_text(style, "…"));
        return;
    }
    buffer_append_span(text, buffer_span(&title));
    buffer_append_span(text, buffer_span(&rest));
}

/* @used: terminal columns before it. */
static void append_node(struct buffer *text, const struct node *node, size_t used, const struct style *style) {
    const struct state_style *look = look_of(node->item);
    const char *color = style->has_color ? look->color : NULL;
    buffer_append_format(text, "%s%s %s", color ? color : "", symbol_text(style, look->mark), node->item->id);
    if (color)
        buffer_append_string(text, "\033[0m");
    buffer_append_byte(text, ' ');
    append_title(text, node, used + columns_of(span_of(look->mark)) + strlen(node->item->id) + 2, style);
    buffer_append_byte(text, '\n');
}

/* @is_last: by depth, whether the node there has no sibling after it. Deeper than INDENTED_MOST stays there. */
static void append_branch(struct buffer *text, const bool *is_last, size_t depth, const struct style *style) {
    for (size_t i = 1; i < depth && i < INDENTED_MOST; i++)
        symbol_append_words(text, style, is_last[i] ? "   " : "│  ");
    if (depth > INDENTED_MOST)
        buffer_append_format(text, "%s %zu deep: ", symbol_text(style, "…"), depth);
    else if (depth > 0)
        symbol_append_words(text, style, is_last[depth] ? "└─ " : "├─ ");
}

/* Depth first without recursion: down to the first child, else on to the next sibling of the nearest that has one. */
static void append_tree_at(struct buffer *text, const struct tree *tree, size_t root, const struct style *style) {
    bool is_last[INDENTED_MOST + 1] = {0};
    size_t depth = 0;
    for (size_t at = root;;) {
        const struct node *node = &tree->nodes[at];
        if (depth <= INDENTED_MOST)
            is_last[depth] = node->next_sibling == SIZE_MAX;
        size_t start = text->length;
        append_branch(text, is_last, depth, style);
        append_node(text, node, columns_of((struct span){text->data + start, text->length - start}), style);
        if (node->first_child != SIZE_MAX) {
            at = node->first_child;
            depth++;
            continue;
        }
        while (at != root && tree->nodes[at].next_sibling == SIZE_MAX) {
            at = tree->nodes[at].parent;
            depth--;
        }
        if (at == root)
            return;
        at = tree->nodes[at].next_sibling;
    }
}

static void append_tree(struct buffer *text, const struct graph_view *graph, const struct style *style) {
    struct tree tree = {0};
    read_nodes(&tree, graph);
    choose_parents(&tree, graph);
    link_children(&tree);
    for (size_t i = 0; i < tree.count; i++)
        if (tree.nodes[i].parent == SIZE_MAX)
            append_tree_at(text, &tree, i, style);
    symbol_append_words(text, style, "\n✓ complete  ✗ failed  – skipped  ▶ ready  ○ waiting\n");
    for (size_t i = 0; i < tree.count; i++)
        buffer_release(&tree.nodes[i].others);
    memory_free(tree.nodes);
}

/* --- dot --- */

/* A quoted string of the dot language, in which Graphviz would read entities. */
static void append_dot_string(struct buffer *text, const char *words) {
    buffer_append_byte(text, '"');
    for (const char *c = words; *c; c++) {
        if (*c == '\n')
            buffer_append_string(text, "\\n");
        else if (*c == '"' || *c == '\\')
            buffer_append_format(text, "\\%c", *c);
        else if (*c == '&')
            buffer_append_string(text, "&amp;");
        else
            buffer_append_byte(text, *c);
    }
    buffer_append_byte(text, '"');
}

static void append_dot_name(struct buffer *text, const char *name) {
    AUTO(buffer) visible = {0};
    styled_text_append_visible(&visible, name);
    append_dot_string(text, buffer_text(&visible));
}

static void append_dot_label(struct buffer *text, const struct achievement_item *item) {
    AUTO(buffer) visible = {0};
    styled_text_append_visible(&visible, item->id);
    buffer_append_byte(&visible, '\n');
    svg_text_append_title(&visible, item->title);
    append_need(&visible, item, "\n");
    append_dot_string(text, buffer_text(&visible));
}

static void append_dot(struct buffer *text, const struct graph_view *graph) {
    buffer_append_string(text, "digraph ");
    append_dot_name(text, graph->plan);
    buffer_append_string(text,
                         " {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct achievement_item *item = &graph->nodes[i].item;
        buffer_append_string(text, "  ");
        append_dot_name(text, item->id);
        buffer_append_string(text, " [label=");
        append_dot_label(text, item);
        buffer_append_format(text, ", fillcolor=\"%s\"];\n", look_of(item)->fill);
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        buffer_append_string(text, "  ");
        append_dot_name(text, graph->nodes[graph->edges[i].to].item.id);
        buffer_append_string(text, " -> ");
        append_dot_name(text, graph->nodes[graph->edges[i].from].item.id);
        buffer_append_string(text, ";\n");
    }
    buffer_append_string(text, "}\n");
}

/* --- Mermaid --- */

/* "3.1" -> "n3_1": Mermaid's node names have no dots. */
static void append_mermaid_name(struct buffer *text, const char *id) {
    buffer_append_byte(text, 'n');
    for (; *id; id++)
        buffer_append_byte(text, *id == '.' ? '_' : *id);
}

/* Inside a quoted label, Mermaid wants quotes, brackets and its own '#' as entities. */
static void append_mermaid_label(struct buffer *text, const struct achievement_item *item) {
    AUTO(buffer) visible = {0};
    styled_text_append_visible(&visible, item->id);
    buffer_append_byte(&visible, ' ');
    svg_text_append_title(&visible, item->title);
    append_need(&visible, item, ": ");
    for (const char *c = buffer_text(&visible); *c; c++) {
        if (strchr("\"#<>&;`", *c))
            buffer_append_format(text, "#%d;", *c);
        else
            buffer_append_byte(text, *c);
    }
}

static void append_mermaid(struct buffer *text, const struct graph_view *graph) {
    buffer_append_string(text, "graph LR\n");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct achievement_item *item = &graph->nodes[i].item;
        buffer_append_string(text, "  ");
        append_mermaid_name(text, item->id);
        buffer_append_string(text, "[\"");
        append_mermaid_label(text, item);
        buffer_append_format(text, "\"]:::%s\n", look_of(item)->name);
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        buffer_append_string(text, "  ");
        append_mermaid_name(text, graph->nodes[graph->edges[i].to].item.id);
        buffer_append_string(text, " --> ");
        append_mermaid_name(text, graph->nodes[graph->edges[i].from].item.id);
        buffer_append_byte(text, '\n');
    }
    for (enum state_class class = 0; class < STATE_CLASSES; class ++)
        buffer_append_format(text, "  classDef %s fill:%s,color:#000\n", state_style_of_class(class)->name,
                             state_style_of_class(class)->fill);
}

void graph_text_append(struct buffer *text, const void *view, const struct style *style) {
    if (style->form == FORM_DOT)
        append_dot(text, view);
    else if (style->form == FORM_MERMAID)
        append_mermaid(text, view);
    else if (style->form == FORM_SVG)
        graph_svg_append(text, view, style->is_verbose);
    else
        append_tree(text, view, style);
}
