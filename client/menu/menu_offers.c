#include "menu/menu_offers.h"

#include "base/memory.h"
#include "batch/batch.h"
#include "menu/item.h"
#include "plan/selection.h"

static void add_offer(struct menu_model *model, enum menu_model_entry_name entry, struct menu_model_offer offer) {
    model->offers[entry][model->offer_counts[entry]++] = offer;
}

static void offer_ready(struct menu_model *model, enum menu_model_entry_name entry, enum batch_kind kind,
                        const char *word, item_test *test) {
    size_t count;
    const char *ids = item_list_ids(model, NULL, model->count, test, &count);
    if (count)
        add_offer(model, entry,
                  (struct menu_model_offer){
                      kind, {.kind = SELECT_READY}, arena_format(&model->arena, "%s: %s", word, ids), count});
}

static void offer_ids(struct menu_model *model, const char *word, item_test *test) {
    size_t count, filled = 0;
    const char *words = item_list_ids(model, NULL, model->count, test, &count);
    const char **ids = arena_allocate(&model->arena, count, sizeof *ids);
    for (size_t i = 0; i < model->count; i++)
        if (test(&model->items[i]))
            ids[filled++] = model->items[i].id;
    if (count)
        add_offer(model, ENTRY_SUBPLANS,
                  (struct menu_model_offer){BATCH_SUBPLAN,
                                            {.kind = SELECT_IDS, .ids = ids, .id_count = count},
                                            arena_format(&model->arena, "%s: %s", word, words),
                                            count});
}

/* A whole level, also before its time; unless that is what is ready anyway, or SUBPLANs are missing or placeholders. */
static void offer_level(struct menu_model *model, enum menu_model_entry_name entry, enum batch_kind kind, size_t number,
                        item_test *lacks, item_test *is_ready_for) {
    const struct menu_model_level *level = &model->levels[number];
    size_t count, ready, bare = 0;
    const char *ids = item_list_ids(model, level->items, level->count, lacks, &count);
    if (count == 0) /* before all are counted: there can be as many levels as achievements */
        return;
    item_list_ids(model, level->items, level->count, is_ready_for, &ready);
    for (size_t i = 0; i < level->count; i++)
        bare += item_lacks_design(&model->items[level->items[i]]);
    bool is_same = ready == count && ready == item_count(model, is_ready_for);
    if (is_same || (kind == BATCH_EXECUTION && bare))
        return;
    const char *when = ready == 0 ? ", not ready yet" : "";
    add_offer(model, entry,
              (struct menu_model_offer){kind,
                                        {.kind = SELECT_LEVEL, .levels = arena_format(&model->arena, "%zu", number)},
                                        arena_format(&model->arena, "level %zu: %s%s", number, ids, when),
                                        count});
}

void menu_offers_make(struct menu_model *model) {
    for (size_t i = 0; i < 2; i++)
        model->offers[i] = arena_allocate(&model->arena, model->level_count + 2, sizeof **model->offers);
    if (!model->is_valid)
        return;
    if (!model->has_graph) {
        offer_ids(model, "all", item_lacks_subplan);
        return;
    }
    offer_ready(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, "ready", item_is_ready_for_subplan);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, "ready", item_is_ready_for_execution);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_REWORK, "rework", item_is_to_be_reworked);
    offer_ids(model, "for rework", item_is_sent_back_bare);
    for (size_t level = 0; level < model->level_count; level++) {
        offer_level(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, level, item_lacks_subplan, item_is_ready_for_subplan);
        offer_level(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, level, item_lacks_execution, item_is_ready_for_execution);
    }
}
