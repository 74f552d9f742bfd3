#include "view/claim_item.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "claims/claim_clock.h"

static const char *copy(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static enum claim_expiry expiry_of(const struct claim_holding *held, const struct claim_moment *moment) {
    if (strcmp(held->boot, moment->boot) != 0)
        return CLAIM_OTHER_BOOT;
    return moment->boot_ms >= held->deadline_ms ? CLAIM_RAN_OUT : CLAIM_KEEPER_DEAD;
}

static const char *today(const struct claim_moment *moment, struct arena *arena) {
    AUTO(buffer) now = {0};
    claim_clock_append(&now, moment->wall_ms);
    return arena_copy(arena, now.data, strlen("2026-11-27"));
}

struct claim_item *claim_item_make(const struct claim_record *record, const struct claim_moment *moment,
                                   struct arena *arena) {
    const struct claim_holding *held = &record->held;
    struct claim_item *item = arena_allocate(arena, 1, sizeof *item);
    *item = (struct claim_item){
        .kind = held->kind,
        .state = claim_state(record, moment),
        .by = copy(arena, held->by),
        .since = copy(arena, held->since),
        .until = copy(arena, held->until),
        .fence = record->fence,
        .deadline_ms = held->deadline_ms,
        .has_keeper = held->keeper.pid != 0,
        .host = copy(arena, held->host),
        .branch = copy(arena, held->branch),
        .note = copy(arena, held->note),
        .today = today(moment, arena),
    };
    if (item->state == CLAIM_EXPIRED)
        item->expiry = expiry_of(held, moment);
    if (record->is_ended) {
        item->result = claim_result_name(record->ended.result);
        item->ended_by = copy(arena, record->ended.by);
        item->ended = copy(arena, record->ended.time);
        item->end_note = copy(arena, record->ended.note);
    }
    return item;
}

struct mark_item *mark_item_make(const struct claim_record *record, bool binds, struct arena *arena) {
    const struct claim_mark *mark = &record->finished;
    struct mark_item *item = arena_allocate(arena, 1, sizeof *item);
    *item = (struct mark_item){
        .kind = mark->kind,
        .order = mark->order,
        .fence = mark->fence,
        .by = copy(arena, mark->by),
        .time = copy(arena, mark->time),
        .commit = copy(arena, mark->commit),
        .worktree = copy(arena, mark->worktree),
        .branch = copy(arena, mark->branch),
        .binds = binds,
    };
    return item;
}
