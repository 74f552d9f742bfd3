#include "menu/model_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "document/document.h"
#include "menu/item.h"
#include "menu/menu_entries.h"
#include "menu/menu_offers.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/claims_text.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

static const char *text_or_empty(const char *text) {
    return text ? text : "";
}

/* Who works on it, or what is to be done. */
static const char *read_need(struct arena *arena, const struct achievement_item *shown, bool *is_held) {
    AUTO(buffer) holder = {0};
    *is_held = shown->need && claims_text_append_holder(&holder, shown->claim);
    return *is_held ? arena_copy(arena, holder.data, holder.length) : text_or_empty(shown->need);
}

static void read_item(struct menu_model_item *item, const struct achievement_item *shown, struct arena *arena) {
    const struct standing *standing = &shown->standing;
    *item = (struct menu_model_item){
        .id = shown->id,
        .title = text_or_empty(shown->title),
        .state = standing->state,
        .label = achievement_label(standing),
        .needs = text_or_empty(achievement_needs(standing)),
        .blocks = shown->blocks,
        .level = shown->level,
        .is_ready = standing->is_ready,
        .is_waiting = shown->blocked_by.count > 0,
        .subplan = subplan_state_name(standing->subplan),
        .shown = shown,
        .has_hours = shown->has_hours,
        .hours = shown->hours,
    };
    item->what_next = read_need(arena, shown, &item->is_held);
}

static void read_items(struct menu_model *model, const struct plan_view *plan) {
    model->count = plan->item_count;
    model->items = arena_allocate(&model->arena, model->count, sizeof *model->items);
    for (size_t i = 0; i < model->count; i++) {
        struct menu_model_item *item = &model->items[i];
        read_item(item, &plan->items[i], &model->arena);
        model->done += item_is_done(item);
        model->ready += item->is_ready;
        model->waiting += item->is_waiting;
        model->failed += item->state == STATE_FAILED;
        if (!item->is_ready)
            continue;
        model->sequential += item->hours;
        model->parallel = item->hours > model->parallel ? item->hours : model->parallel;
        model->hours_missing += !item->has_hours;
    }
}

static void count_item(struct menu_model_level *level, const struct menu_model_item *item) {
    level->done += item_is_done(item);
    level->ready += item->is_ready;
    level->failed += item->state == STATE_FAILED;
}

/* All achievements are items, in the order of the plan, as they are in each level. */
static void read_levels(struct menu_model *model, const struct plan_view *plan) {
    model->level_count = plan->level_count;
    model->levels = arena_allocate(&model->arena, model->level_count, sizeof *model->levels);
    for (size_t i = 0; i < model->level_count; i++)
        model->levels[i].items =
            arena_allocate(&model->arena, plan->levels[i].ids.count, sizeof *model->levels[i].items);
    for (size_t i = 0; i < model->count && model->level_count; i++) {
        struct menu_model_level *level = &model->levels[model->items[i].level];
        level->items[level->count++] = i;
        count_item(level, &model->items[i]);
    }
}

/* What most others wait for comes first, then the order of the plan. */
static int compare_blocks(const void *left, const void *right) {
    const struct menu_model_item *a = *(const struct menu_model_item *const *)left;
    const struct menu_model_item *b = *(const struct menu_model_item *const *)right;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? 1 : -1;
    return (a > b) - (a < b);
}

static void list_items(struct menu_model *model) {
    size_t ready = 0, waiting = 0;
    model->ready_items = arena_allocate(&model->arena, model->ready, sizeof *model->ready_items);
    model->waiting_items = arena_allocate(&model->arena, model->waiting, sizeof *model->waiting_items);
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        if (item->is_ready)
            model->ready_items[ready++] = item;
        if (item->is_waiting)
            model->waiting_items[waiting++] = item;
    }
    qsort(model->ready_items, ready, sizeof *model->ready_items, compare_blocks);
}

static void read_plan(struct menu_model *model, const struct plan_view *plan) {
    model->plan = plan->name;
    model->path = plan->path;
    model->command = plan->next.command;
    model->reason = plan->next.reason;
    model->is_valid = plan->is_valid;
    model->has_graph = plan->level_count > 0;
    read_items(model, plan);
    list_items(model);
    read_levels(model, plan);
    menu_offers_make(model);
    menu_entries_describe(model, plan->next.kind);
}

bool model_reader_read(struct menu_model *model, struct answer *answer) {
    const struct plan_list *list = answer->view;
    if (!list || !list->count)
        return false;
    *model = (struct menu_model){.answer = *answer};
    *answer = (struct answer){0};
    model->errors = model->answer.diagnostics.error_count;
    model->warnings = model->answer.diagnostics.count + model->answer.diagnostics.left_out - model->errors;
    read_plan(model, list->plans);
    return true;
}
