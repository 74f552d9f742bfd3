/*
 * Plans as one HTML page: for each its picture, what is ready, who works on what, and all achievements as a table; and
 * the last events. The page refers to nothing outside of it, is light or dark as the viewer prefers, and can be read
 * with a keyboard and by a screen reader. The same data gives the same bytes: it contains no time but those of events.
 */
#ifndef BATCHD_GRAPH_HTML_H
#define BATCHD_GRAPH_HTML_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "render/style.h"

/* A plan, as two answers describe it. */
struct graph_html_plan {
    const cJSON *status; /* an element of "plans" of status, in full */
    const cJSON *graph;  /* the data of graph; NULL leaves the picture out */
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
};

/* @style: for the picture; see graph_svg.h. */
void graph_html_append(struct buffer *html, const struct graph_html *page, const struct style *style);

#endif
