/*
 * Page view: what graph answers in its form html, one plan or all of a workspace, and the last events. All of it is in
 * the arena of the answer.
 */
#ifndef BATCHD_PAGE_VIEW_H
#define BATCHD_PAGE_VIEW_H

#include <stddef.h>

#include "view/claim_view.h"
#include "view/graph_view.h"
#include "view/plan_view.h"

struct page_plan {
    const struct plan_view *plan; /* as in status, in full */
    const struct graph_view *graph;
    const struct plan_claims *claims;
};

struct page_event {
    const char *time; /* RFC 3339 */
    const char *text;
};

enum { PAGE_EVENTS_MOST = 20 };

struct page_view {
    struct page_plan *plans;
    size_t plan_count;
    struct page_event *events; /* newest first */
    size_t event_count;
};

/* The claim that holds an achievement now, or what was finished elsewhere and is not merged here; NULL if it is free.
 */
const struct claimed_item *page_plan_holder(const struct page_plan *plan, const char *id);

#endif
