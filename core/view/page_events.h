/*
 * The events of a page: the newest batches of the history, and for one that makes page after page the changes between
 * them, newest first.
 */
#ifndef BATCHD_PAGE_EVENTS_H
#define BATCHD_PAGE_EVENTS_H

#include <stddef.h>

#include "base/memory.h"
#include "view/history_view.h"
#include "view/page_view.h"

/* The batches of @history become the events of @page. */
void page_events_of_history(struct page_view *page, const struct history_view *history, struct arena *arena);

/* What is known of the pages before, and the changes between them. {0} is valid: there was none. */
struct page_events {
    struct page_event changes[PAGE_EVENTS_MOST]; /* owned texts; newest first */
    size_t change_count;
    char **states; /* owned: of the achievements as they were seen last, "PLAN ID\nSTATE"; NULL if there was no page */
    size_t state_count;
};

/* Compare @page with the one before; the changes that are known then are among its events, whose texts are in @arena.
 */
void page_events_see(struct page_events *events, struct page_view *page, struct arena *arena);

void page_events_release(struct page_events *events);

#endif
