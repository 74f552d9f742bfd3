#include "picture/page_events.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/string_map.h"
#include "plan/achievement.h"
#include "view/achievement_item.h"
#include "view/claim_view.h"
#include "view/plan_view.h"

/* --- changes --- */

static char *time_now(void) {
    char text[sizeof "2025-03-06T09:12:47Z"];
    time_t now = time(NULL);
    struct tm parts;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
    return memory_copy(text);
}

static void event_release(struct graph_html_event *event) {
    memory_free((char *)event->time);
    memory_free((char *)event->text);
}

static void add_change(struct page_events *events, const struct buffer *text) {
    if (events->change_count == PAGE_EVENTS_MOST)
        event_release(&events->changes[--events->change_count]);
    memmove(events->changes + 1, events->changes, events->change_count * sizeof *events->changes);
    events->changes[0] = (struct graph_html_event){time_now(), memory_copy(buffer_text(text))};
    events->change_count++;
}

/* What is seen of an achievement: its name, a newline, its state, and who works on it. */
static char *state_of(const struct graph_html_plan *plan, const struct achievement_item *item) {
    struct buffer text = {0};
    const struct claimed_item *holder = graph_html_holder(plan->claims, item->id);
    buffer_append_format(&text, "%s %s\n%s", plan->plan->name, item->id, achievement_label(&item->standing));
    if (holder && holder->claim)
        buffer_append_format(&text, ", %s works on it", holder->claim->by);
    return text.data;
}

static size_t name_length(const char *state) {
    return strcspn(state, "\n");
}

static char **list_states(const struct graph_html_plan *plans, size_t plan_count, size_t *count) {
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

void page_events_see(struct page_events *events, const struct graph_html_plan *plans, size_t plan_count) {
    size_t count;
    char **states = list_states(plans, plan_count, &count);
    if (events->states)
        compare(events, states, count);
    release_states(events);
    events->states = states;
    events->state_count = count;
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
static struct graph_html_event event_of_batch(struct arena *arena, const struct history_item *batch) {
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
    return (struct graph_html_event){arena_format(arena, "%s", batch->time ? batch->time : ""),
                                     arena_copy(arena, text.data, text.length)};
}

void page_events_merge(struct page_events *events, const struct history_view *history) {
    size_t batch = 0, batches = history ? history->count : 0;
    arena_release(&events->arena);
    events->count = 0;
    for (size_t change = 0; events->count < PAGE_EVENTS_MOST && (batch < batches || change < events->change_count);) {
        const char *time = batch < batches && history->items[batch].time ? history->items[batch].time : "";
        bool is_change = change < events->change_count && strcmp(events->changes[change].time, time) >= 0;
        if (!is_change && batch == batches)
            break;
        events->all[events->count++] =
            is_change ? events->changes[change++] : event_of_batch(&events->arena, &history->items[batch++]);
    }
}

void page_events_release(struct page_events *events) {
    for (size_t i = 0; i < events->change_count; i++)
        event_release(&events->changes[i]);
    release_states(events);
    arena_release(&events->arena);
    *events = (struct page_events){0};
}
