/*
 * core/view/page_events: the batches of a page, and what has changed between pages.
 */
#include "view/page_events.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/error.h"

TestSuite(page_events, .timeout = 60);

static struct achievement_item items[] = {{.id = "1.1", .has_level = true}, {.id = "1.2", .has_level = true}};
static const struct plan_view plan = {.name = "X", .path = "X", .is_valid = true, .items = items, .item_count = 2};
static const struct graph_view graph;
static const struct plan_claims claims = {.path = "X"};
static struct page_plan shown = {&plan, &graph, &claims};

static const char *ids[] = {"1.1", "1.2"};
static struct history_item batches[] = {
    {.number = 4,
     .time = "9999-01-01T00:00:00Z",
     .plan = "X",
     .kind = "approve",
     .by = "ann",
     .note = "well done",
     .result = "created",
     .ids = {ids, 2}},
    {.number = 3,
     .time = "2025-01-01T00:00:00Z",
     .plan = "X",
     .kind = "execution",
     .result = "undone",
     .ids = {ids, 1}},
};

static struct page_view page_of(struct arena *arena, size_t batch_count) {
    struct page_view page = {.plans = &shown, .plan_count = 1};
    page_events_of_history(&page, &(struct history_view){batches, batch_count}, arena);
    return page;
}

Test(page_events, batches) {
    struct arena arena = {0};
    struct page_view page = page_of(&arena, 2);
    cr_assert_eq(page.event_count, 2);
    cr_expect_str_eq(page.events[0].text, "X 1.1, 1.2: approve by ann, \"well done\" (batch 4)");
    cr_expect_str_eq(page.events[1].text, "X 1.1: execution (batch 3, undone)");
    arena_release(&arena);
}

Test(page_events, changes_since_the_first_page_in_their_order) {
    struct arena arena = {0};
    struct page_events seen = {0};
    struct page_view page = page_of(&arena, 2);
    page_events_see(&seen, &page, &arena);
    cr_expect_eq(page.event_count, 2, "the first page has no changes");
    items[1].standing.state = STATE_COMPLETE;
    page = page_of(&arena, 2);
    page_events_see(&seen, &page, &arena);
    cr_assert_eq(page.event_count, 3);
    cr_expect(strstr(page.events[0].text, "(batch 4)"), "of the year 9999: %s", page.events[0].text);
    cr_expect_str_eq(page.events[1].text, "X 1.2: not started → complete");
    cr_expect(strstr(page.events[2].text, "(batch 3"), "%s", page.events[2].text);
    page = page_of(&arena, 2);
    page_events_see(&seen, &page, &arena);
    cr_expect_eq(page.event_count, 3, "a change stays, and is not found again");
    page_events_release(&seen);
    arena_release(&arena);
}

Test(page_events, the_newest_are_kept) {
    struct arena arena = {0};
    struct page_events seen = {0};
    for (size_t i = 0; i < 2 * PAGE_EVENTS_MOST; i++) {
        struct page_view page = page_of(&arena, 2);
        items[0].standing.state = i % 2 ? STATE_COMPLETE : STATE_SKIPPED;
        page_events_see(&seen, &page, &arena);
        cr_expect_leq(page.event_count, PAGE_EVENTS_MOST);
    }
    cr_expect_eq(seen.change_count, PAGE_EVENTS_MOST);
    cr_expect_str_eq(seen.changes[0].text, "X 1.1: skipped → complete");
    page_events_release(&seen);
    arena_release(&arena);
}
