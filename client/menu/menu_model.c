#include "menu/menu_model.h"

#include <stdlib.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "plan/standing.h"

void menu_model_release(struct menu_model *model) {
    answer_release(&model->answer);
    arena_release(&model->arena);
    *model = (struct menu_model){0};
}

static void count_hours(struct menu_model *model) {
    for (size_t i = 0; i < model->ready.count; i++) {
        const struct achievement_item *item = model->ready.items[i];
        model->sequential += item->hours;
        model->parallel = item->hours > model->parallel ? item->hours : model->parallel;
        model->hours_missing += !item->has_hours;
    }
}

/* All achievements are items, in the order of the plan, as they are in each level. */
static void fill_levels(struct menu_model *model) {
    const struct plan_view *plan = model->plan;
    model->levels = arena_allocate(&model->arena, plan->level_count, sizeof *model->levels);
    for (size_t i = 0; i < plan->level_count; i++) {
        struct menu_model_level *level = &model->levels[i];
        level->set.items = arena_allocate(&model->arena, plan->levels[i].ids.count, sizeof *level->set.items);
        level->done = plan->levels[i].complete + plan->levels[i].skipped;
    }
    for (size_t i = 0; i < model->all.count && plan->level_count; i++) {
        const struct achievement_item *item = model->all.items[i];
        struct menu_model_level *level = &model->levels[item->level];
        level->set.items[level->set.count++] = item;
        level->ready += item_passes(item, ITEM_IS_READY);
        level->failed += item->standing.state == STATE_FAILED;
    }
}

/* What most others wait for comes first, then the order of the plan. */
static int compare_blocks(const void *left, const void *right) {
    const struct achievement_item *a = *(const struct achievement_item *const *)left;
    const struct achievement_item *b = *(const struct achievement_item *const *)right;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? 1 : -1;
    return (a > b) - (a < b);
}

static void fill_sets(struct menu_model *model) {
    const struct plan_view *plan = model->plan;
    model->all.items = arena_allocate(&model->arena, plan->item_count, sizeof *model->all.items);
    while (model->all.count < plan->item_count) {
        model->all.items[model->all.count] = &plan->items[model->all.count];
        model->all.count++;
    }
    model->waiting = item_choose(&model->all, ITEM_IS_WAITING, &model->arena);
    model->ready = item_choose(&model->all, ITEM_IS_READY, &model->arena);
    qsort(model->ready.items, model->ready.count, sizeof *model->ready.items, compare_blocks);
}

bool menu_model_read(struct menu_model *model, struct answer *answer) {
    const struct plan_list *list = answer->view;
    if (!list || !list->count)
        return false;
    const struct diagnostics *faults = &answer->diagnostics;
    const size_t *counts = list->plans->counts;
    *model = (struct menu_model){.answer = *answer,
                                 .plan = list->plans,
                                 .has_graph = list->plans->level_count > 0,
                                 .done = counts[STATE_COMPLETE] + counts[STATE_SKIPPED],
                                 .failed = counts[STATE_FAILED],
                                 .errors = faults->error_count,
                                 .warnings = faults->count + faults->left_out - faults->error_count};
    *answer = (struct answer){0};
    fill_sets(model);
    count_hours(model);
    fill_levels(model);
    return true;
}

const struct achievement_item *menu_model_next(const struct menu_model *model, enum item_test test) {
    for (size_t i = 0; i < model->ready.count; i++)
        if (item_passes(model->ready.items[i], test))
            return model->ready.items[i];
    return NULL;
}
