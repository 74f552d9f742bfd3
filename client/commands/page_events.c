#include "commands/page_events.h"

#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "format/json.h"
#include "render/styled_text.h"

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
static char *state_of(const cJSON *plan, const cJSON *achievement) {
    struct buffer text = {0};
    const cJSON *claim = json_get(achievement, "claim");
    buffer_append_format(&text, "%s %s\n%s", styled_text_string(plan, "plan"), styled_text_string(achievement, "id"),
                         styled_text_string(achievement, "label"));
    if (cJSON_IsObject(claim))
        buffer_append_format(&text, ", %s works on it", styled_text_string(claim, "by"));
    return text.data;
}

static size_t name_length(const char *state) {
    return strcspn(state, "\n");
}

static char **list_states(const cJSON *status, size_t *count) {
    size_t capacity = 0;
    char **states = NULL;
    *count = 0;
    for (const cJSON *plan = styled_text_first(status, "plans"); plan; plan = plan->next)
        for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next)
            *LIST_ADD(states, *count, capacity) = state_of(plan, item);
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

void page_events_see(struct page_events *events, const cJSON *status) {
    size_t count;
    char **states = list_states(status, &count);
    if (events->states)
        compare(events, states, count);
    release_states(events);
    events->states = states;
    events->state_count = count;
}

/* --- batches --- */

/* "batch 3: BOOKSHOP, 2 files (execution, level 2)" */
static struct graph_html_event event_of_batch(struct arena *arena, const cJSON *batch) {
    size_t files = json_get_unsigned(batch, "files");
    const char *result = styled_text_string(batch, "result");
    const char *selection = styled_text_string(batch, "selection");
    return (struct graph_html_event){
        arena_format(arena, "%s", styled_text_string(batch, "time")),
        arena_format(arena, "batch %zu: %s, %zu file%s (%s%s%s)%s%s", json_get_unsigned(batch, "batch"),
                     styled_text_string(batch, "plan"), files, text_plural(files), styled_text_string(batch, "kind"),
                     selection[0] ? ", " : "", selection, strcmp(result, "created") == 0 ? "" : ", ",
                     strcmp(result, "created") == 0         ? ""
                     : strcmp(result, "partly_undone") == 0 ? "partly undone"
                                                            : result)};
}

void page_events_merge(struct page_events *events, const cJSON *history) {
    const cJSON *batch = styled_text_first(history, "batches");
    arena_release(&events->arena);
    events->count = 0;
    for (size_t change = 0; events->count < PAGE_EVENTS_MOST && (batch || change < events->change_count);) {
        bool is_change = change < events->change_count &&
                         (!batch || strcmp(events->changes[change].time, styled_text_string(batch, "time")) >= 0);
        events->all[events->count++] = is_change ? events->changes[change++] : event_of_batch(&events->arena, batch);
        if (!is_change)
            batch = batch->next;
    }
}

void page_events_release(struct page_events *events) {
    for (size_t i = 0; i < events->change_count; i++)
        event_release(&events->changes[i]);
    release_states(events);
    arena_release(&events->arena);
    *events = (struct page_events){0};
}
