#include "api/claim_list.h"

#include <string.h>

#include "api/answer.h"
#include "api/claim_answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "claims/claim_handle.h"
#include "disk/listing.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "render/claims_json.h"
#include "render/claims_text.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

static const char *copy(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

/* @plan: NULL if it is gone. */
static struct claimed_item *make_item(const struct context *context, const struct claim_entry *entry,
                                      const struct plan *plan, struct arena *arena) {
    const struct claim_board *board = context->request->claims;
    const struct claim_record *record = &entry->record;
    struct claimed_item *item = arena_allocate(arena, 1, sizeof *item);
    size_t position;
    bool is_known = plan && plan_find(plan, entry->id, &position);
    item->id = copy(arena, entry->id);
    item->damage = copy(arena, entry->damage);
    if (is_known)
        item->title = copy(arena, plan->dependencies.achievements[position].title);
    enum claim_state state = claim_state(record, &board->moment);
    if (record->is_held && (state != CLAIM_ENDED || context->request->wants_ended))
        item->claim = claim_item_make(record, &board->moment, arena);
    if (record->is_finished)
        item->mark = mark_item_make(
            record, is_known && claim_is_bound(record, board->side.side, &plan->standings[position]), arena);
    return item;
}

void claim_list_of_plan(struct context *context, const struct plan *plan, struct plan_claims *claims) {
    struct arena *arena = &context->answer->arena;
    AUTO(claim_list) list = {0};
    claim_board_list(context->request->claims, claims->path, &list);
    claims->plan = plan ? copy(arena, plan->name) : NULL;
    claims->items = arena_allocate(arena, list.count, sizeof *claims->items);
    for (size_t i = 0; i < list.count; i++) {
        struct claimed_item *item = make_item(context, &list.entries[i], plan, arena);
        if (item->claim || item->mark || item->damage)
            claims->items[claims->count++] = *item;
    }
}

static void list_plan(struct context *context, struct plan_claims *claims) {
    const struct plan_place *place = claim_answer_find_plan(context, claims->path);
    const struct plan *plan = place ? workspace_take_plan(place, context->files) : NULL;
    claim_list_of_plan(context, plan, claims);
    if (plan)
        workspace_return_plan(place, plan);
}

static void add_plan(struct claims_view *view, struct arena *arena, const char *path) {
    view->plans[view->count++] = (struct plan_claims){.path = copy(arena, path)};
}

/* All plans that have records: those that are here, in the order of the workspace, then those that are gone. */
static bool choose_all(struct context *context, struct claims_view *view, struct arena *arena, struct error *error) {
    const struct workspace *workspace = context->workspace;
    const struct claim_board *claims = context->request->claims;
    AUTO(listing) names = {0};
    AUTO(string_map) known = {0};
    if (!claims->authority->calls->list_plans(claims->authority, &names, error))
        return false;
    view->plans = arena_allocate(arena, names.count + workspace->plan_count, sizeof *view->plans);
    for (size_t i = 0; i < workspace->plan_count; i++) {
        AUTO(buffer) name = {0};
        claim_name_append(&name, workspace->plans[i].path);
        const struct listing_entry *entry = listing_find(&names, buffer_text(&name));
        if (!entry)
            continue;
        string_map_add(&known, entry->name, &(size_t){0});
        add_plan(view, arena, workspace->plans[i].path);
    }
    for (size_t i = 0; i < names.count; i++) {
        size_t position;
        AUTO(buffer) path = {0};
        struct span name = span_of(names.entries[i].name);
        if (!string_map_find(&known, name, &position) && claim_name_read(name, &path))
            add_plan(view, arena, path.data);
    }
    return true;
}

/* The plans that are listed: the one that is meant, or all. */
static bool choose(struct context *context, struct claims_view *view, struct arena *arena, struct error *error) {
    const struct request *request = context->request;
    bool is_about_one = request->plan || (request->here && workspace_plan_around(context->workspace, request->here));
    if (!is_about_one)
        return choose_all(context, view, arena, error);
    const struct plan_place *place = context_choose_plan(context, false, error);
    if (!place)
        return false;
    view->plans = arena_allocate(arena, 1, sizeof *view->plans);
    add_plan(view, arena, place->path);
    return true;
}

void claim_list_handle(struct context *context) {
    static const struct answer_type type = {claims_json_list, claims_text_list};
    struct arena *arena = &context->answer->arena;
    struct error error = {0};
    struct claim_board *board = context->request->claims;
    struct claims_view *view = arena_allocate(arena, 1, sizeof *view);
    claim_board_refresh(board);
    if (claim_board_require(board, &error) && choose(context, view, arena, &error))
        for (size_t i = 0; i < view->count; i++)
            list_plan(context, &view->plans[i]);
    if (error.code == ERROR_NONE && claim_board_require(board, &error)) {
        view->kept = claim_board_keeping(board);
        view->folder = copy(arena, board->store.folder.path);
    }
    context_answer(context, &type, view);
    if (error.code)
        context_fail(context, &error);
}
