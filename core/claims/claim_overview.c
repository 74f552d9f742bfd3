#include "claims/claim_overview.h"

#include "base/memory.h"
#include "plan/standing.h"

static struct claim_situation judge(const struct claim_entry *entry, const struct claim_board *board,
                                    const struct standing *standing) {
    return (struct claim_situation){
        .entry = entry,
        .state = claim_state(&entry->record, &board->moment),
        .is_bound = claim_is_bound(&entry->record, board->side.side, standing),
    };
}

void claim_overview_make(struct claim_overview *overview, struct claim_board *board, const struct plan *plan) {
    size_t position;
    *overview = (struct claim_overview){0};
    if (!board)
        return;
    overview->moment = &board->moment;
    overview->list = claim_board_find_kept(board, plan->path);
    if (!overview->list) {
        claim_board_list(board, plan->path, &overview->owned);
        overview->list = &overview->owned;
    }
    if (overview->list->count)
        overview->situations = memory_allocate(plan->standing_count, sizeof *overview->situations);
    for (size_t i = 0; i < overview->list->count; i++)
        if (plan_find(plan, overview->list->entries[i].id, &position) && position < plan->standing_count)
            overview->situations[position] = judge(&overview->list->entries[i], board, &plan->standings[position]);
}

void claim_overview_release(struct claim_overview *overview) {
    claim_list_release(&overview->owned);
    memory_free(overview->situations);
    *overview = (struct claim_overview){0};
}

const struct claim_situation *claim_overview_find(const struct claim_overview *overview, size_t position) {
    return overview && overview->situations && overview->situations[position].entry ? &overview->situations[position]
                                                                                    : NULL;
}

bool claim_overview_is_taken(const struct claim_overview *overview, size_t position) {
    const struct claim_situation *situation = claim_overview_find(overview, position);
    return situation && (situation->state == CLAIM_HELD || situation->is_bound || situation->entry->damage);
}

bool claim_overview_is_bound(const struct claim_overview *overview, size_t position) {
    const struct claim_situation *situation = claim_overview_find(overview, position);
    return situation && situation->is_bound;
}
