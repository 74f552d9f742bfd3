/*
 * Plans as one HTML page: for each its picture, what is ready, who works on what, and all achievements as a table; and
 * the last events. The page refers to nothing outside of it, is light or dark as the viewer prefers, and can be read
 * with a keyboard and by a screen reader. The same views give the same bytes: it contains no time but those of events.
 */
#ifndef BATCHD_GRAPH_HTML_H
#define BATCHD_GRAPH_HTML_H

#include "base/buffer.h"
#include "render/style.h"

/*
 * Append the page, complete: it loads nothing. Verbose leaves nothing out of the pictures, see graph_svg.h. @view:
 * struct page_view.
 */
void graph_html_append(struct buffer *html, const void *view, const struct style *style);

#endif
