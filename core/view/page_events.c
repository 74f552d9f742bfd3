#include "view/page_events.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/string_map.h"
#include "plan/achievement.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* --- changes --- */

static char *time_now(void) {
    char text[sizeof "2025-03-06T09:12:47Z"];
    time_t now = time(NULL);
    struct tm parts;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    return memory_copy(text);
}

static void event_release(struct page_event *event) {
    memory_free((char *)event->time);
    memory_free((char *)event->text);
}

static void add_change(struct page_events *events, const struct buffer *text) {
    if (events->change_count == PAGE_EVENTS_MOST)
        event_release(&events->changes[--events->change_count]);
    memmove(events->changes + 1, events->changes, events->change_count * sizeof *events->changes);
    events->changes[0] = (struct page_event){time_now(), memory_copy(buffer_text(text))};
    events->change_count++;
}

/* What is seen of an achievement: its name, a newline, its state, and who works on it. */
static char *state_of(const struct page_plan *plan, const struct achievement_item *item) {
    struct buffer text = {0};
    const struct claimed_item *holder = page_plan_holder(plan, item->id);
    buffer_append_format(&text, "%s %s\n%s", plan->plan->name, item->id, achievement_label(&item->standing));
    if (holder && holder->claim)
        buffer_append_format(&text, ", %s works on it", holder->claim->by);
    return text.data;
}

static size_t name_length(const char *state) {
    return strcspn(state, "\n");
}

static char **list_states(const struct page_plan *plans, size_t plan_count, size_t *count) {
    size_t capacity = 0;
    char **states = memory_allocate(1, sizeof *states); /* not NULL, so that it has been seen */
    *count = 0;
    for (size_t i = 0; i < plan_count; i++)
        for (size_t k = 0; k < plans[i].plan->item_count; k++)
            *LIST_ADD(states, *count, capacity) = state_of(&plans[i], &plans[i].plan->items[k]);
    return states;
}

static void release_states(struct page_events *events) {
    for (size_t i = 0; i < events->state_count; i++)
        memory_free(events->states[i]);
    memory_free(events->states);
}

/* "BOOKSHOP 2.1: SUBPLAN, then EXECUTION_TASK"; @before is NULL for a new one. */
static void report_change(struct page_events *events, const char *before, const char *state) {
    AUTO(buffer) text = {0};
    size_t length = name_length(state);
    buffer_append_format(&text, "%.*s: ", (int)length, state);
    if (before)
        buffer_append_format(&text, "%s → %s", before + length + 1, state + length + 1);
    else
        buffer_append_format(&text, "new, %s", state + length + 1);
    add_change(events, &text);
}

static void compare(struct page_events *events, char *const *states, size_t count) {
    AUTO(string_map) names = {0};
    AUTO(arena) arena = {0};
    for (size_t i = 0; i < events->state_count; i++) {
        size_t position = i;
        string_map_add(&names, arena_copy(&arena, events->states[i], name_length(events->states[i])), &position);
    }
    for (size_t i = 0; i < count; i++) {
        size_t position;
        bool is_known = string_map_find(&names, (struct span){states[i], name_length(states[i])}, &position);
        const char *before = is_known ? events->states[position] : NULL;
        if (!before || strcmp(before, states[i]) != 0)
            report_change(events, before, states[i]);
    }
}

/* The changes become events of @page, beside those that it has. */
static void merge(const struct page_events *seen, struct page_view *page, struct arena *arena) {
    struct page_event *merged = arena_allocate(arena, PAGE_EVENTS_MOST, sizeof *merged);
    size_t count = 0, batch = 0, change = 0;
    while (count < PAGE_EVENTS_MOST && (batch < page->event_count || change < seen->change_count)) {
        bool is_change =
            change < seen->change_count &&
            (batch == page->event_count || strcmp(seen->changes[change].time, page->events[batch].time) >= 0);
        if (is_change) {
            const struct page_event *event = &seen->changes[change++];
            merged[count++] = (struct page_event){item_text(arena, event->time), item_text(arena, event->text)};
        } else {
            merged[count++] = page->events[batch++];
        }
    }
    page->events = merged;
    page->event_count = count;
}

void page_events_see(struct page_events *events, struct page_view *page, struct arena *arena) {
    size_t count;
    char **states = list_states(page->plans, page->plan_count, &count);
    if (events->states)
        compare(events, states, count);
    release_states(events);
    events->states = states;
    events->state_count = count;
    merge(events, page, arena);
}

void page_events_release(struct page_events *events) {
    for (size_t i = 0; i < events->change_count; i++)
        event_release(&events->changes[i]);
    release_states(events);
    *events = (struct page_events){0};
}

/* --- batches --- */

static void append_ids(struct buffer *text, const struct ids *ids) {
    enum { SHOWN_MOST = 6 };
    for (size_t i = 0; i < ids->count && i < SHOWN_MOST; i++)
        buffer_append_format(text, "%s%s", i ? ", " : " ", ids->items[i]);
    if (ids->count > SHOWN_MOST)
        buffer_append_format(text, " and %zu more", ids->count - SHOWN_MOST);
}

/* "BOOKSHOP 2.1, 2.2: approve by ann (batch 3)" */
static struct page_event event_of_batch(struct arena *arena, const struct history_item *batch) {
    AUTO(buffer) text = {0};
    buffer_append_string(&text, batch->plan ? batch->plan : "");
    append_ids(&text, &batch->ids);
    buffer_append_format(&text, ": %s", batch->kind ? batch->kind : "");
    if (batch->by)
        buffer_append_format(&text, " by %s", batch->by);
    if (batch->note)
        buffer_append_format(&text, ", \"%s\"", batch->note);
    buffer_append_format(&text, " (batch %" PRIu64 "%s%s)", batch->number, strcmp(batch->result, "created") ? ", " : "",
                         strcmp(batch->result, "created") ? batch->result : "");
    return (struct page_event){arena_format(arena, "%s", batch->time ? batch->time : ""),
                               arena_copy(arena, text.data, text.length)};
}

void page_events_of_history(struct page_view *page, const struct history_view *history, struct arena *arena) {
    page->event_count = history->count < PAGE_EVENTS_MOST ? history->count : PAGE_EVENTS_MOST;
    page->events = arena_allocate(arena, page->event_count, sizeof *page->events);
    for (size_t i = 0; i < page->event_count; i++)
        page->events[i] = event_of_batch(arena, &history->items[i]);
}
