#include "picture/graph_svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "picture/graph_grid.h"
#include "picture/graph_layout.h"
#include "picture/svg_card.h"
#include "picture/svg_text.h"
#include "plan/achievement.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "render/styled_text.h"
#include "view/graph_view.h"
#include "view/plan_view.h"

enum {
    MARGIN = 24,
    MARGINS = 2 * MARGIN,
    LABEL_WIDTH = 92, /* of levels, on the left */
    WIDTH_LEAST = 640,
    BAND_PADDING = 11,
    BAND_EXTRA = GRAPH_LAYOUT_NODE_HEIGHT + 2 * BAND_PADDING, /* height of a band with one line */
    BAR_WIDTH = 260,
    FOLDS_FROM = 41, /* achievements: complete levels of smaller plans are drawn */
    LEGEND_SIZE = 12,
    LEGEND_INDENT = 2 * SVG_CARD_SYMBOL_RADIUS + 6, /* of words after their symbol */
};

struct drawing {
    const struct graph_view *graph;
    struct svg_card *cards;
    uint32_t *levels;
    uint32_t count;
    uint32_t *places;      /* by node of the view: its card; GRAPH_NODE_NOT_LISTED if it is folded */
    bool *is_folded;       /* by level: complete, and not drawn */
    uint32_t level_count;  /* the highest level + 1 */
    uint32_t folded;       /* achievements that are not drawn for that */
    uint32_t *path_places; /* by card: its place on the critical path, from 1; 0 if it is not on it */
    struct graph_grid_edge *edges;
    size_t edge_count;
    struct graph_layout layout;
    long left, top; /* of the layout in the picture */
    long width, height;
};

/* --- reading the view --- */

static bool is_closed(const struct graph_node *node) {
    return !node->item.need;
}

/* Levels whose achievements are all done, of a large plan; not if that were all of it. */
static void fold_levels(struct drawing *drawing, bool is_whole) {
    const struct graph_view *graph = drawing->graph;
    for (uint32_t i = 0; i < graph->node_count; i++)
        if (graph->nodes[i].item.level >= drawing->level_count)
            drawing->level_count = graph->nodes[i].item.level + 1;
    drawing->is_folded = memory_allocate(drawing->level_count, sizeof *drawing->is_folded);
    AUTO_FREE uint32_t *left = memory_allocate(drawing->level_count, sizeof *left);
    AUTO_FREE uint32_t *all = memory_allocate(drawing->level_count, sizeof *all);
    uint32_t open = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        bool is_left = !graph->has_levels || !is_closed(&graph->nodes[i]);
        all[graph->nodes[i].item.level]++;
        left[graph->nodes[i].item.level] += is_left;
        open += is_left;
    }
    for (uint32_t level = 0; graph->head.total >= FOLDS_FROM && open && !is_whole && level < drawing->level_count;
         level++) {
        drawing->is_folded[level] = all[level] && !left[level];
        drawing->folded += drawing->is_folded[level] ? all[level] : 0;
    }
}

static void read_cards(struct drawing *drawing) {
    const struct graph_view *graph = drawing->graph;
    drawing->cards = memory_allocate(graph->node_count, sizeof *drawing->cards);
    drawing->levels = memory_allocate(graph->node_count, sizeof *drawing->levels);
    drawing->path_places = memory_allocate(graph->node_count, sizeof *drawing->path_places);
    drawing->places = memory_allocate(graph->node_count, sizeof *drawing->places);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        uint32_t level = graph->nodes[i].item.level;
        drawing->places[i] = GRAPH_NODE_NOT_LISTED;
        if (drawing->is_folded[level])
            continue;
        drawing->cards[drawing->count].node = &graph->nodes[i];
        drawing->levels[drawing->count] = level;
        drawing->places[i] = drawing->count++;
    }
    for (uint32_t i = 0; i < graph->remaining.critical_path.count; i++) {
        if (graph->critical_path[i] == GRAPH_NODE_NOT_LISTED)
            continue;
        uint32_t place = drawing->places[graph->critical_path[i]]; /* it is open, so no level of it is folded */
        drawing->path_places[place] = i + 1;
        drawing->cards[place].is_critical = true;
    }
}

/* The view says what depends on what, the picture what leads to what. */
static void read_edges(struct drawing *drawing) {
    const struct graph_view *graph = drawing->graph;
    drawing->edges = memory_allocate(graph->edge_count, sizeof *drawing->edges);
    for (size_t i = 0; i < graph->edge_count; i++) {
        uint32_t from = drawing->places[graph->edges[i].to], to = drawing->places[graph->edges[i].from];
        if (from != GRAPH_NODE_NOT_LISTED && to != GRAPH_NODE_NOT_LISTED)
            drawing->edges[drawing->edge_count++] = (struct graph_grid_edge){.from = from, .to = to};
    }
}

static void read_drawing(struct drawing *drawing, const struct graph_view *graph, bool is_whole) {
    *drawing = (struct drawing){.graph = graph};
    fold_levels(drawing, is_whole);
    read_cards(drawing);
    read_edges(drawing);
    graph_layout_make(&drawing->layout, drawing->levels, drawing->count, drawing->edges, drawing->edge_count);
}

static void drawing_release(struct drawing *drawing) {
    memory_free(drawing->cards);
    memory_free(drawing->levels);
    memory_free(drawing->places);
    memory_free(drawing->is_folded);
    memory_free(drawing->path_places);
    memory_free(drawing->edges);
    graph_layout_release(&drawing->layout);
}

/* --- style --- */

/*
 * Classes: k card (kc complete, ks skipped, kf failed, kn and others open), r ready, m mark of the critical path,
 * p sign of a claim, y symbol (sg its ground, sl lines, sf filled), i id, l title, h hours, b, t and z badge, e edge
 * (ed from what is done, ef from what has failed, ec critical), a arrowhead, v band of a level, n name, o notes.
 */
static void append_style(struct buffer *xml) {
    static const char rules[] =
        "svg{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif}"
        ".g{fill:#fff}.v{fill:#f3f5f8}.n{font-size:20px;font-weight:700;fill:#1f2328}.o{font-size:12px;fill:#59636e}"
        ".w{font-size:13px;font-weight:600;fill:#cf222e}.u{font-size:13px;font-weight:700;fill:#424a53}"
        ".k{fill:#fff;stroke:#b6c0ca;stroke-width:1.2}.kc{fill:#dcfae3;stroke:#57b873}"
        ".ks{fill:#eef1f4;stroke:#8c959f;stroke-dasharray:5 4}.kf{fill:#ffe6e3;stroke:#e5534b}"
        ".r{stroke-width:3;stroke:#bf8700;fill:#fff8c9}.r.kf{stroke:#cf222e;fill:#ffe6e3}"
        ".p{fill:#0969da}.m{fill:#8250df}.i{font-size:14px;font-weight:700;fill:#1f2328}.l{font-size:12px;fill:#1f2328}"
        ".h{font-size:11px;fill:#59636e;text-anchor:end}"
        ".b{fill:#855d00}.t{font-size:10px;font-weight:600;fill:#fff}.z{fill:#fff}"
        ".sg{fill:#fff;stroke-width:1.8}.sl{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}"
        ".yc .sg{fill:#1a7f37;stroke:#1a7f37}.yc .sl{stroke:#fff}.ys .sg,.ys .sl{stroke:#59636e}"
        ".yf .sg{fill:#cf222e;stroke:#cf222e}.yf .sl{stroke:#fff}.yx .sg,.yp .sg{stroke:#0969da}"
        ".yx .sf,.yp .sf{fill:#0969da}.yn .sg{stroke:#818b98}"
        ".e{fill:none;stroke:#6e7781;stroke-width:1.4}.ed{stroke:#a5c7ae}"
        ".ef{stroke:#e5534b;stroke-dasharray:6 3}.ec{stroke:#8250df;stroke-width:3.6}"
        ".a{fill:#6e7781}.ad{fill:#8fbd9b}.af{fill:#e5534b}.ac{fill:#8250df}"
        ".q{fill:#d8dee4}.qc{fill:#2da44e}.qs{fill:#8c959f}.qf{fill:#e5534b}"
        ".j:hover .e{stroke:#0969da;stroke-width:2.6}.j:hover .k{stroke:#0969da}"
        "@media (prefers-color-scheme:dark){"
        ".g{fill:#0d1117}.v{fill:#161c24}.n,.i,.l{fill:#f0f6fc}.o,.h{fill:#9198a1}.w{fill:#ff7b72}.u{fill:#c3ccd5}"
        ".k{fill:#212830;stroke:#4a535d}.kc{fill:#11301c;stroke:#2f8f48}.ks{fill:#171d25;stroke:#6e7681}"
        ".kf{fill:#3c1418;stroke:#e5534b}.r{fill:#372a08;stroke:#d29922}.r.kf{fill:#3c1418;stroke:#f85149}"
        ".p{fill:#58a6ff}.m{fill:#a371f7}.b{fill:#d29922}.t,.z{fill:#0d1117}"
        ".sg{fill:#0d1117}.yc .sg{fill:#3fb950;stroke:#3fb950}.yc .sl{stroke:#0d1117}.ys .sg,.ys .sl{stroke:#9198a1}"
        ".yf .sg{fill:#f85149;stroke:#f85149}.yf .sl{stroke:#0d1117}.yx .sg,.yp .sg{stroke:#58a6ff}"
        ".yx .sf,.yp .sf{fill:#58a6ff}.yn .sg{stroke:#8b949e}"
        ".e{stroke:#8b949e}.ed{stroke:#31633e}.ef{stroke:#f85149}.ec{stroke:#a371f7}"
        ".a{fill:#8b949e}.ad{fill:#3c7a4d}.af{fill:#f85149}.ac{fill:#a371f7}"
        ".q{fill:#30363d}.qc{fill:#3fb950}.qs{fill:#8b949e}.qf{fill:#f85149}"
        ".j:hover .e,.j:hover .k{stroke:#58a6ff}}";
    buffer_append_format(xml, "<style>%s</style>\n", rules);
}

/* --- what stands above --- */

static void append_text(struct buffer *xml, const char *class, long x, long y, const char *text) {
    buffer_append_format(xml, "<text class=\"%s\" x=\"%ld\" y=\"%ld\">", class, x, y);
    svg_text_append_xml(xml, span_of(text));
    buffer_append_string(xml, "</text>\n");
}

static enum achievement_state state_of(const struct svg_card *card) {
    return card->node->item.standing.state;
}

static long append_bar_part(struct buffer *xml, const char *class, long x, long y, size_t part, size_t total) {
    long width = total ? (long)(part * BAR_WIDTH / total) : 0;
    if (width)
        buffer_append_format(xml, "<rect class=\"%s\" x=\"%ld\" y=\"%ld\" width=\"%ld\" height=\"10\"/>", class, x, y,
                             width);
    return x + width;
}

static void append_progress(struct buffer *xml, const struct drawing *drawing, long y) {
    const struct plan_view *head = &drawing->graph->head;
    size_t complete = head->counts[STATE_COMPLETE], skipped = head->counts[STATE_SKIPPED];
    size_t failed = head->counts[STATE_FAILED];
    struct buffer text = {0};
    append_bar_part(xml, "q", MARGIN, y - 9, 1, 1);
    long x = append_bar_part(xml, "qc", MARGIN, y - 9, complete, head->total);
    x = append_bar_part(xml, "qs", x, y - 9, skipped, head->total);
    append_bar_part(xml, "qf", x, y - 9, failed, head->total);
    buffer_append_format(&text, "%zu of %zu complete", complete, head->total);
    if (skipped)
        buffer_append_format(&text, ", %zu skipped", skipped);
    if (failed)
        buffer_append_format(&text, ", %zu failed", failed);
    if (head->ready)
        buffer_append_format(&text, ", %zu ready", head->ready);
    append_text(xml, "o", MARGIN + BAR_WIDTH + 12, y, text.data);
    buffer_release(&text);
}

/* False if there is nothing to say. */
static bool append_hours(struct buffer *xml, const struct drawing *drawing, long y) {
    const struct hours_view *left = &drawing->graph->remaining;
    AUTO(buffer) text = {0};
    if (left->sequential > 0)
        buffer_append_format(&text, "%.6g hour%s left one after the other", left->sequential,
                             text_plural_hours(left->sequential));
    if (text.length && left->has_parallel)
        buffer_append_format(&text, ", %.6g in parallel", left->parallel);
    if (left->missing.count)
        buffer_append_format(&text, "%s%zu open without an estimate", text.length ? "; " : "", left->missing.count);
    if (text.length)
        append_text(xml, "o", MARGIN, y, text.data);
    return text.length > 0;
}

/* Why there are no levels, or no cards. */
static const char *note_of(const struct drawing *drawing) {
    if (!drawing->graph->is_valid)
        return "The plan has errors, so nothing is known of its levels. See \"batchctl validate\".";
    if (drawing->count == 0)
        return drawing->graph->head.total ? "No such achievements." : "No achievements.";
    return drawing->graph->has_levels ? NULL
                                      : "There is no dependency file, so there are no levels and no dependencies.";
}

/* "0 to 4, 6": the levels that are folded. */
static void append_levels(struct buffer *text, const struct drawing *drawing) {
    const char *separator = "";
    for (uint32_t first = 0, end; first < drawing->level_count; first = end + 1) {
        for (end = first; end < drawing->level_count && drawing->is_folded[end];)
            end++;
        if (end == first)
            continue;
        buffer_append_format(text, "%s%u", separator, first);
        if (end > first + 1)
            buffer_append_format(text, " to %u", end - 1);
        separator = ", ";
    }
}

/* What is not drawn: false if that is nothing. */
static bool append_left_out(struct buffer *xml, const struct drawing *drawing, long y) {
    AUTO(buffer) text = {0};
    if (drawing->graph->head.is_filtered)
        buffer_append_format(&text, "Only %s. ", drawing->graph->head.selection);
    if (drawing->folded) {
        buffer_append_string(&text, "Complete, and not drawn: levels ");
        append_levels(&text, drawing);
        buffer_append_format(&text, " (%u achievements).", drawing->folded);
    }
    if (text.length)
        append_text(xml, "o", MARGIN, y, text.data);
    return text.length > 0;
}

struct entry {
    const char *words, *sample; /* NULL for a state */
    enum achievement_state state;
    bool is_of_claims;
};

static bool has_holder(const struct drawing *drawing) {
    for (uint32_t i = 0; i < drawing->count; i++)
        if (svg_card_is_held(drawing->cards[i].node))
            return true;
    return false;
}

static bool is_in_legend(const struct entry *entry, const struct drawing *drawing) {
    if (entry->is_of_claims)
        return has_holder(drawing);
    if (entry->sample)
        return drawing->graph->has_levels;
    return entry->state != STATE_SUBMITTED || drawing->graph->head.counts[STATE_SUBMITTED];
}

/* Returns the height it takes. */
static long append_legend(struct buffer *xml, const struct drawing *drawing, long top) {
    static const struct entry entries[] = {
        {.state = STATE_COMPLETE},
        {.state = STATE_SKIPPED},
        {.state = STATE_FAILED},
        {.state = STATE_SUBMITTED},
        {.state = STATE_EXECUTION_CREATED},
        {.state = STATE_SUBPLAN_CREATED},
        {.state = STATE_NOT_STARTED},
        {"ready", "<rect class=\"k r\" x=\"-7\" y=\"-6\" width=\"15\" height=\"12\" rx=\"3\"/>", 0, false},
        {"critical path", "<path class=\"e ec\" d=\"M-8 0h17\"/>", 0, false},
        {"in work", "<g class=\"p\" transform=\"translate(-6 -7)\">" SVG_CARD_HOLDER "</g>", 0, true},
    };
    long x = MARGIN, y = top;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (!is_in_legend(&entries[i], drawing))
            continue;
        const char *words = entries[i].words ? entries[i].words : achievement_state_label(entries[i].state);
        long width = svg_text_width(span_of(words), LEGEND_SIZE) + LEGEND_INDENT + 16;
        if (x + width > drawing->width - MARGIN + 16) {
            x = MARGIN;
            y += 24;
        }
        if (!entries[i].sample)
            svg_card_append_symbol(xml, entries[i].state, x + SVG_CARD_SYMBOL_RADIUS, y);
        else
            buffer_append_format(xml, "<g transform=\"translate(%ld %ld)\">%s</g>", x + SVG_CARD_SYMBOL_RADIUS, y,
                                 entries[i].sample);
        append_text(xml, "o", x + LEGEND_INDENT, y + 4, words);
        x += width;
    }
    return y - top + 24;
}

/* Everything above the levels; sets where they begin. */
static void append_header(struct buffer *xml, struct drawing *drawing) {
    struct buffer name = {0};
    styled_text_append_visible(&name, drawing->graph->plan);
    struct buffer shortened = {0};
    svg_text_append_short(&shortened, buffer_span(&name), 22, drawing->width - MARGINS);
    append_text(xml, "n", MARGIN, 40, buffer_text(&shortened));
    buffer_release(&name);
    buffer_release(&shortened);
    long y = 66;
    append_progress(xml, drawing, y);
    if (append_hours(xml, drawing, y + 22))
        y += 22;
    if (append_left_out(xml, drawing, y + 22))
        y += 22;
    if (note_of(drawing))
        append_text(xml, drawing->graph->is_valid ? "o" : "w", MARGIN, y += 24, note_of(drawing));
    drawing->top = y + 26;
    if (drawing->count)
        drawing->top += append_legend(xml, drawing, drawing->top) + BAND_PADDING;
}

/* --- levels, edges, cards --- */

static void append_band(struct buffer *xml, const struct drawing *drawing, uint32_t first, uint32_t end,
                        const size_t *done, const size_t *total) {
    const struct graph_layout_line *lines = drawing->layout.lines;
    uint32_t level = lines[first].level;
    long y = drawing->top + lines[first].y - BAND_PADDING;
    long height = lines[end - 1].y - lines[first].y + BAND_EXTRA;
    buffer_append_format(xml, "<rect class=\"v\" x=\"%d\" y=\"%ld\" width=\"%ld\" height=\"%ld\" rx=\"10\"/>",
                         MARGIN / 2, y, drawing->width - MARGIN, height);
    buffer_append_format(xml, "<text class=\"u\" x=\"%d\" y=\"%ld\">Level %u</text>", MARGIN, y + BAND_PADDING + 22,
                         level);
    buffer_append_format(xml, "<text class=\"o\" x=\"%d\" y=\"%ld\">%zu of %zu</text>\n", MARGIN, y + BAND_PADDING + 39,
                         done[level], total[level]);
}

static bool is_done(const struct svg_card *card) {
    return !card->node->item.need;
}

static void append_bands(struct buffer *xml, const struct drawing *drawing) {
    size_t *done = memory_allocate(drawing->level_count, sizeof *done),
           *total = memory_allocate(drawing->level_count, sizeof *total);
    for (uint32_t i = 0; i < drawing->count; i++) {
        total[drawing->levels[i]]++;
        done[drawing->levels[i]] += is_done(&drawing->cards[i]);
    }
    const struct graph_layout *layout = &drawing->layout;
    for (uint32_t first = 0, end; first < layout->line_count; first = end) {
        for (end = first + 1; end < layout->line_count && layout->lines[end].level == layout->lines[first].level;)
            end++;
        append_band(xml, drawing, first, end, done, total);
    }
    memory_free(done);
    memory_free(total);
}

static void append_bend(struct buffer *xml, long from_x, long from_y, long to_x, long to_y) {
    if (from_x == to_x)
        buffer_append_format(xml, "V%ld", to_y);
    else
        buffer_append_format(xml, "C%ld %ld %ld %ld %ld %ld", from_x, (from_y + to_y) / 2, to_x, (from_y + to_y) / 2,
                             to_x, to_y);
}

static bool is_critical(const struct drawing *drawing, size_t edge) {
    uint32_t from = drawing->path_places[drawing->edges[edge].from], to = drawing->path_places[drawing->edges[edge].to];
    return from && to == from + 1;
}

/* By what it comes from; part of its class. */
static const char *edge_kind(const struct svg_card *from) {
    if (is_done(from))
        return "d";
    return state_of(from) == STATE_FAILED ? "f" : "";
}

/* The edge ends a little above its node, where the arrowhead begins. */
static void append_edge(struct buffer *xml, const struct drawing *drawing, size_t edge) {
    const struct graph_layout_route *route = &drawing->layout.routes[edge];
    bool is_thick = is_critical(drawing, edge);
    long x = drawing->left, y = drawing->top, head = is_thick ? 10 : 7, half = is_thick ? 6 : 4;
    const char *kind = is_thick ? "c" : edge_kind(&drawing->cards[drawing->edges[edge].from]);
    buffer_append_format(xml, "<path class=\"e%s%s\" d=\"M%ld %ld", kind[0] ? " e" : "", kind, x + route->start_x,
                         y + route->start_y);
    if (route->lane_end_y) {
        append_bend(xml, x + route->start_x, y + route->start_y, x + route->lane_x, y + route->lane_start_y);
        buffer_append_format(xml, "V%ld", y + route->lane_end_y);
        append_bend(xml, x + route->lane_x, y + route->lane_end_y, x + route->end_x, y + route->end_y - head);
    } else {
        append_bend(xml, x + route->start_x, y + route->start_y, x + route->end_x, y + route->end_y - head);
    }
    buffer_append_format(xml, "\"/><path class=\"a%s%s\" d=\"M%ld %ldl%ld %ldh%ldz\"/>", kind[0] ? " a" : "", kind,
                         x + route->end_x, y + route->end_y - 1, -half, -head, 2 * half);
}

/* Each card with the edges that lead to it, so that they light up together; the critical ones after all others. */
static void append_cards(struct buffer *xml, struct drawing *drawing) {
    size_t *next = memory_allocate(drawing->edge_count, sizeof *next);
    size_t *first = memory_allocate(drawing->count, sizeof *first); /* edge + 1 */
    for (size_t edge = drawing->edge_count; edge-- > 0;) {
        next[edge] = first[drawing->edges[edge].to];
        first[drawing->edges[edge].to] = edge + 1;
    }
    for (uint32_t i = 0; i < drawing->count; i++) {
        drawing->cards[i].x = drawing->left + drawing->layout.nodes[i].x;
        drawing->cards[i].y = drawing->top + drawing->layout.nodes[i].y;
        buffer_append_string(xml, "<g class=\"j\">");
        for (size_t edge = first[i]; edge; edge = next[edge - 1])
            if (!is_critical(drawing, edge - 1))
                append_edge(xml, drawing, edge - 1);
        svg_card_append(xml, &drawing->cards[i]);
        buffer_append_string(xml, "</g>\n");
    }
    for (size_t edge = 0; edge < drawing->edge_count; edge++)
        if (is_critical(drawing, edge))
            append_edge(xml, drawing, edge);
    memory_free(next);
    memory_free(first);
}

void graph_svg_append(struct buffer *xml, const struct graph_view *graph, bool is_whole) {
    struct drawing drawing;
    struct buffer body = {0};
    read_drawing(&drawing, graph, is_whole);
    long label = graph->has_levels ? LABEL_WIDTH : 0, needed = MARGINS + label + drawing.layout.width;
    drawing.width = needed < WIDTH_LEAST ? WIDTH_LEAST : needed;
    drawing.left = MARGIN + label + (drawing.width - needed) / 2;
    append_header(&body, &drawing);
    drawing.height = drawing.top + drawing.layout.height + (drawing.count ? MARGIN : 0);
    if (graph->has_levels)
        append_bands(&body, &drawing);
    append_cards(&body, &drawing);
    buffer_append_format(xml,
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%ld\" height=\"%ld\" "
                         "viewBox=\"0 0 %ld %ld\" role=\"img\">\n<title>",
                         drawing.width, drawing.height, drawing.width, drawing.height);
    svg_text_append_xml(xml, span_of(graph->plan));
    buffer_append_string(xml, "</title>\n");
    append_style(xml);
    buffer_append_format(xml, "<rect class=\"g\" width=\"%ld\" height=\"%ld\"/>\n", drawing.width, drawing.height);
    buffer_append(xml, buffer_text(&body), body.length);
    buffer_append_string(xml, "</svg>\n");
    buffer_release(&body);
    drawing_release(&drawing);
}
