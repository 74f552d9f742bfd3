#include "view/claim_changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "document/names.h"
#include "plan/graph.h"
#include "view/event.h"

struct known_claim {
    const char *id;
    uint64_t fence;
    enum claim_state state;
    uint64_t marked; /* the fence of the mark; 0 if there is none */
    const char *marked_by;
};

struct published_claims {
    struct arena arena;
    struct known_claim *items; /* by id, as lists are */
    size_t count;
};

/* Of a plan without claims, as nearly all are. */
static struct published_claims nothing;

struct claim_comparison {
    const struct plan *plan;
    const struct claim_moment *moment;
    const struct changes_sink *sink;
};

static const char *keep(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static struct known_claim know(struct arena *arena, const struct claim_entry *entry, const struct known_claim *before,
                               const struct claim_moment *moment) {
    const struct claim_record *record = &entry->record;
    struct known_claim known = {.fence = record->fence, .state = claim_state(record, moment)};
    if (entry->damage && before)
        known = *before;
    else if (record->is_finished)
        known.marked = record->finished.fence;
    known.id = keep(arena, entry->id);
    known.marked_by = keep(arena, entry->damage && before ? before->marked_by : record->finished.by);
    return known;
}

static int compare_ids(const void *a, const void *b) {
    return strcmp(((const struct known_claim *)a)->id, ((const struct known_claim *)b)->id);
}

static const struct known_claim *find(const struct published_claims *known, const char *id) {
    const struct known_claim wanted = {.id = id};
    return known && known->count ? bsearch(&wanted, known->items, known->count, sizeof wanted, compare_ids) : NULL;
}

static void publish(const struct claim_comparison *comparison, const char *id, struct event event) {
    const struct plan *plan = comparison->plan;
    size_t position;
    event.plan = plan->name;
    event.path = plan->path;
    event.achievement = id;
    event.has_level = plan->has_graph && plan_find(plan, id, &position);
    event.level = event.has_level ? plan->dependencies.graph.levels[position] : 0;
    comparison->sink->publish(comparison->sink->data, &event);
}

static void publish_end(const struct claim_comparison *comparison, const struct claim_entry *entry) {
    const struct claim_record *record = &entry->record;
    bool is_done = record->ended.result == CLAIM_DONE;
    publish(comparison, entry->id,
            (struct event){.type = is_done ? EVENT_CLAIM_FINISHED : EVENT_CLAIM_RELEASED,
                           .by = record->is_held ? record->held.by : NULL,
                           .fence = record->fence,
                           .reason = is_done ? NULL : claim_result_name(record->ended.result)});
}

static void compare(const struct claim_comparison *comparison, const struct claim_entry *entry,
                    const struct known_claim *before) {
    const struct claim_record *record = &entry->record;
    enum claim_state state = claim_state(record, comparison->moment);
    bool is_other = record->fence != before->fence;
    bool is_late = !is_other && before->state == CLAIM_EXPIRED && state == CLAIM_HELD;
    if (before->marked && !record->is_finished)
        publish(
            comparison, entry->id,
            (struct event){
                .type = EVENT_CLAIM_RELEASED, .by = before->marked_by, .fence = before->marked, .reason = "forgotten"});
    if ((is_other && record->is_held) || is_late)
        publish(comparison, entry->id,
                (struct event){.type = EVENT_CLAIM_TAKEN,
                               .step = claim_kind_name(record->held.kind),
                               .by = record->held.by,
                               .fence = record->fence,
                               .reason = is_late ? "renewed_late" : NULL});
    if (!is_other && state == before->state)
        return;
    if (state == CLAIM_EXPIRED)
        publish(comparison, entry->id,
                (struct event){.type = EVENT_CLAIM_EXPIRED, .by = record->held.by, .fence = record->fence});
    if (record->is_ended)
        publish_end(comparison, entry);
}

void claim_changes_compare(struct published_claims **known, const struct claim_list *list,
                           const struct claim_moment *moment, const struct plan *plan,
                           const struct changes_sink *sink) {
    static const struct known_claim none = {.state = CLAIM_NONE};
    const struct claim_comparison comparison = {plan, moment, sink};
    struct published_claims *after = list->count ? memory_allocate(1, sizeof *after) : &nothing;
    after->items = arena_allocate(&after->arena, list->count, sizeof *after->items);
    after->count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        const struct claim_entry *entry = &list->entries[i];
        const struct known_claim *before = find(*known, entry->id);
        after->items[i] = know(&after->arena, entry, before, moment);
        if (*known && !entry->damage)
            compare(&comparison, entry, before ? before : &none);
    }
    published_claims_free(*known);
    *known = after;
}

void published_claims_free(struct published_claims *known) {
    if (!known || known == &nothing)
        return;
    arena_release(&known->arena);
    memory_free(known);
}

bool claim_changes_of_team(struct event *event, const struct claim_team_event *found) {
    const struct claim_record *record = found->record;
    *event = (struct event){.reason = found->reason};
    if (!event_type_find(found->type, &event->type))
        return false;
    if (!record)
        return true;
    event->plan = names_base(record->plan);
    event->path = record->plan;
    event->achievement = record->id;
    event->by = record->held.by;
    event->fence = record->fence;
    if (event->type == EVENT_CLAIM_TAKEN)
        event->step = claim_kind_name(record->held.kind);
    return true;
}
