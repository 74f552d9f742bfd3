/*
 * The events of a page: the newest batches of the history, and the changes that were seen since the page was first
 * made, newest first.
 */
#ifndef BATCHD_PAGE_EVENTS_H
#define BATCHD_PAGE_EVENTS_H

#include <stddef.h>

#include "base/memory.h"
#include "picture/graph_html.h"
#include "view/history_view.h"

enum { PAGE_EVENTS_MOST = 20 };

/* {0} is valid and empty. */
struct page_events {
    struct graph_html_event changes[PAGE_EVENTS_MOST]; /* owned texts; newest first */
    size_t change_count;
    char **states; /* owned: of the achievements as they were seen last, "PLAN ID\nSTATE" */
    size_t state_count;
    struct graph_html_event all[PAGE_EVENTS_MOST]; /* see page_events_merge */
    size_t count;
    struct arena arena; /* of the batches among them */
};

/* Compare the achievements of the plans with those of the call before, if there was one. */
void page_events_see(struct page_events *events, const struct graph_html_plan *plans, size_t count);

/* Fill @all from the changes and @history, which may be NULL. */
void page_events_merge(struct page_events *events, const struct history_view *history);

void page_events_release(struct page_events *events);

#endif
