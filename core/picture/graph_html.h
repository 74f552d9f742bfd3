/*
 * Plans as one HTML page: for each its picture, what is ready, who works on what, and all achievements as a table; and
 * the last events. The page refers to nothing outside of it, is light or dark as the viewer prefers, and can be read
 * with a keyboard and by a screen reader. The same views give the same bytes: it contains no time but those of events.
 */
#ifndef BATCHD_GRAPH_HTML_H
#define BATCHD_GRAPH_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "view/claim_view.h"
#include "view/graph_view.h"
#include "view/plan_view.h"

/* A plan, as three answers describe it. */
struct graph_html_plan {
    const struct plan_view *plan;     /* of status, in full */
    const struct graph_view *graph;   /* NULL leaves the picture out */
    const struct plan_claims *claims; /* NULL if there are none */
};

struct graph_html_event {
    const char *time; /* RFC 3339 */
    const char *text;
};

struct graph_html {
    const char *title;
    const struct graph_html_plan *plans;
    size_t plan_count;
    const struct graph_html_event *events; /* newest first */
    size_t event_count;
    bool is_followed; /* it will be replaced, so it reads itself again */
    bool is_whole;    /* pictures leave nothing out; see graph_svg.h */
};

/* Append the page, complete: it loads nothing. */
void graph_html_append(struct buffer *html, const struct graph_html *page);

/* The claim that holds an achievement now, or what was finished elsewhere and is not merged here; NULL if it is free.
 */
const struct claimed_item *graph_html_holder(const struct plan_claims *claims, const char *id);

#endif
