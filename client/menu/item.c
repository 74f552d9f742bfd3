#include "menu/item.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "document/document.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/achievement_text.h"
#include "render/claims_text.h"

enum { IDS_SHOWN_MOST = 6 };

const char *item_needs(const struct achievement_item *item) {
    const char *needs = achievement_needs(&item->standing);
    return needs ? needs : "";
}

const char *item_what_next(const struct achievement_item *item, struct arena *arena) {
    AUTO(buffer) holder = {0};
    if (item->need && claims_text_append_holder(&holder, item->claim))
        return arena_copy(arena, holder.data, holder.length);
    return item->need ? item->need : "";
}

#define STEP(name)    (1U << STEP_##name)
#define SUBPLAN(name) (1U << SUBPLAN_##name)
#define ANY           (~0U)
#define OPEN          (ANY & ~STEP(NOTHING))
#define DESIGN        (STEP(SUBPLAN) | STEP(FILL) | STEP(RESOLVE))

/* A test: its next step and the state of its SUBPLAN are each one of these. */
static const struct {
    unsigned steps, subplans;
    bool wants_ready, wants_waiting;
} tests[] = {
    [ITEM_IS_READY] = {ANY, ANY, true, false},
    [ITEM_IS_WAITING] = {ANY, ANY, false, true},
    [ITEM_IS_WORK] = {STEP(WORK), ANY, true, false},
    [ITEM_IS_SUBMITTED] = {STEP(REVIEW), ANY, false, false},
    [ITEM_IS_PLACEHOLDER] = {OPEN, SUBPLAN(PLACEHOLDER) | SUBPLAN(DRAFT), false, false},
    [ITEM_LACKS_SUBPLAN] = {STEP(SUBPLAN), SUBPLAN(MISSING), false, false},
    [ITEM_LACKS_DESIGN] = {DESIGN, ANY, false, false},
    [ITEM_LACKS_EXECUTION] = {STEP(EXECUTION), ANY, false, false},
    [ITEM_IS_READY_FOR_SUBPLAN] = {STEP(SUBPLAN), SUBPLAN(MISSING), true, false},
    [ITEM_IS_READY_FOR_EXECUTION] = {STEP(EXECUTION), ANY, true, false},
    [ITEM_IS_TO_BE_RESOLVED] = {STEP(RESOLVE) | STEP(REWORK), SUBPLAN(CONFLICTED), true, false},
    [ITEM_IS_TO_BE_REWORKED] = {STEP(REWORK), ANY & ~(SUBPLAN(MISSING) | SUBPLAN(CONFLICTED)), true, false},
    [ITEM_IS_SENT_BACK_BARE] = {STEP(REWORK), SUBPLAN(MISSING), true, false},
};

/* A state that is conflicted is none of the steps, but open. */
static unsigned step_of(const struct standing *standing) {
    return standing->state == STATE_CONFLICTED ? STEP(REVIEW) << 1 : 1U << standing->next;
}

bool item_passes(const struct achievement_item *item, enum item_test test) {
    const struct standing *standing = &item->standing;
    return tests[test].steps & step_of(standing) && tests[test].subplans & 1U << standing->subplan &&
           (!tests[test].wants_ready || standing->is_ready) &&
           (!tests[test].wants_waiting || item->blocked_by.count > 0);
}

/* --- sets --- */

size_t item_count(const struct item_set *set, enum item_test test) {
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        count += item_passes(set->items[i], test);
    return count;
}

struct item_set item_choose(const struct item_set *set, enum item_test test, struct arena *arena) {
    struct item_set chosen = {arena_allocate(arena, item_count(set, test), sizeof *chosen.items), 0};
    for (size_t i = 0; i < set->count; i++)
        if (item_passes(set->items[i], test))
            chosen.items[chosen.count++] = set->items[i];
    return chosen;
}

struct ids item_ids(const struct item_set *set, enum item_test test, struct arena *arena) {
    struct ids ids = {arena_allocate(arena, set->count, sizeof *ids.items), 0};
    for (size_t i = 0; i < set->count; i++)
        if (item_passes(set->items[i], test))
            ids.items[ids.count++] = set->items[i]->id;
    return ids;
}

const char *item_list_ids(const struct item_set *set, enum item_test test, struct arena *arena, size_t *found) {
    AUTO(buffer) text = {0};
    const struct ids ids = item_ids(set, test, arena);
    achievement_text_ids(&text, &ids, IDS_SHOWN_MOST);
    *found = ids.count;
    return arena_copy(arena, buffer_text(&text), text.length);
}
