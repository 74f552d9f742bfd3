#include "waiting_events.h"

#include <string.h>

struct waiting_event {
    struct event event;
    struct waiting_event *next;
};

static void keep(struct arena *arena, const char **text) {
    if (*text)
        *text = arena_copy(arena, *text, strlen(*text));
}

void waiting_events_add(struct waiting_events *events, const struct event *event) {
    if (!events->first) /* what was taken last */
        waiting_events_release(events);
    struct waiting_event *waiting = arena_allocate(&events->arena, 1, sizeof *waiting);
    struct event *kept = &waiting->event;
    *kept = *event;
    const char **texts[] = {&kept->plan, &kept->path, &kept->achievement, &kept->step,
                            &kept->need, &kept->file, &kept->by,          &kept->reason};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        keep(&events->arena, texts[i]);
    if (events->first)
        events->last->next = waiting;
    else
        events->first = waiting;
    events->last = waiting;
}

const struct event *waiting_events_take(struct waiting_events *events) {
    const struct waiting_event *waiting = events->first;
    if (!waiting) {
        waiting_events_release(events);
        return NULL;
    }
    events->first = waiting->next;
    return &waiting->event;
}

void waiting_events_release(struct waiting_events *events) {
    arena_release(&events->arena);
    *events = (struct waiting_events){0};
}
