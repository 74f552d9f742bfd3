#include "menu/model_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "format/json.h"
#include "menu/item.h"
#include "menu/menu_entries.h"
#include "menu/menu_offers.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/styled_text.h"

static void read_item(struct menu_model_item *item, const cJSON *achievement) {
    const cJSON *hours = json_get(achievement, "hours");
    *item = (struct menu_model_item){
        .id = styled_text_string(achievement, "id"),
        .title = styled_text_string(achievement, "title"),
        .state = achievement_state_find(styled_text_string(achievement, "state")),
        .label = styled_text_string(achievement, "label"),
        .needs = styled_text_string(achievement, "needs"),
        .what_next = styled_text_string(achievement, "what_next"),
        .blocks = json_get_unsigned(achievement, "blocks"),
        .level = json_get_unsigned(achievement, "level"),
        .is_ready = json_get_boolean(achievement, "is_ready"),
        .is_waiting = styled_text_first(achievement, "blocked_by") != NULL,
        .subplan = styled_text_string(achievement, "subplan"),
        .json = achievement,
        .has_hours = cJSON_IsNumber(hours),
        .hours = cJSON_IsNumber(hours) ? hours->valuedouble : 0,
    };
}

static void read_items(struct menu_model *model, const cJSON *plan) {
    model->count = styled_text_count(plan, "achievements");
    model->items = arena_allocate(&model->arena, model->count, sizeof *model->items);
    size_t position = 0;
    for (const cJSON *one = styled_text_first(plan, "achievements"); one; one = one->next, position++) {
        struct menu_model_item *item = &model->items[position];
        read_item(item, one);
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

static void read_levels(struct menu_model *model, const cJSON *plan, const struct string_map *ids) {
    model->level_count = styled_text_count(plan, "levels");
    model->levels = arena_allocate(&model->arena, model->level_count, sizeof *model->levels);
    struct menu_model_level *level = model->levels;
    for (const cJSON *one = styled_text_first(plan, "levels"); one; one = one->next, level++) {
        level->items = arena_allocate(&model->arena, styled_text_count(one, "ids"), sizeof *level->items);
        for (const cJSON *id = styled_text_first(one, "ids"); id; id = id->next) {
            size_t position;
            if (!string_map_find(ids, span_of(id->valuestring), &position))
                continue;
            const struct menu_model_item *item = &model->items[position];
            level->items[level->count++] = position;
            level->done += item_is_done(item);
            level->ready += item->is_ready;
            level->failed += item->state == STATE_FAILED;
        }
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

static void read_plan(struct menu_model *model, const cJSON *plan) {
    AUTO(string_map) ids = {0};
    model->plan = styled_text_string(plan, "plan");
    model->path = styled_text_string(plan, "path");
    model->command = json_get_string(plan, "command");
    model->reason = styled_text_string(plan, "reason");
    model->is_valid = json_get_boolean(plan, "valid");
    model->has_graph = styled_text_count(plan, "levels") > 0;
    read_items(model, plan);
    list_items(model);
    for (size_t i = 0; i < model->count; i++) {
        size_t position = i;
        string_map_add(&ids, model->items[i].id, &position);
    }
    read_levels(model, plan, &ids);
    menu_offers_make(model);
    menu_entries_describe(model, styled_text_string(plan, "kind"));
}

bool model_reader_read(struct menu_model *model, struct answer *answer) {
    *model = (struct menu_model){.text = answer->data};
    answer->data = (struct buffer){0};
    bool is_read = json_read_ours(&model->json, buffer_span(&model->text));
    const cJSON *plan = is_read ? styled_text_first(model->json.root, "plans") : NULL;
    model->errors = answer->diagnostics.error_count;
    model->warnings = answer->diagnostics.count + answer->diagnostics.left_out - model->errors;
    if (plan)
        read_plan(model, plan);
    else
        menu_model_release(model);
    return plan != NULL;
}
