#include "menu/menu_offers.h"

#include "base/memory.h"
#include "batch/batch.h"
#include "menu/item.h"
#include "plan/selection.h"

static void add_offer(struct menu_model *model, enum menu_model_entry_name entry, struct menu_model_offer offer) {
    model->offers[entry][model->offer_counts[entry]++] = offer;
}

static void offer_ready(struct menu_model *model, enum menu_model_entry_name entry, enum batch_kind kind,
                        const char *word, enum item_test test) {
    size_t count;
    const char *ids = item_list_ids(&model->all, test, &model->arena, &count);
    if (count)
        add_offer(model, entry,
                  (struct menu_model_offer){
                      kind, {.kind = SELECT_READY}, arena_format(&model->arena, "%s: %s", word, ids), count});
}

static void offer_ids(struct menu_model *model, const char *word, enum item_test test) {
    size_t count;
    const char *words = item_list_ids(&model->all, test, &model->arena, &count);
    const struct item_set chosen = item_choose(&model->all, test, &model->arena);
    const char **ids = item_ids(&chosen, &model->arena);
    if (count)
        add_offer(model, ENTRY_SUBPLANS,
                  (struct menu_model_offer){BATCH_SUBPLAN,
                                            {.kind = SELECT_IDS, .ids = ids, .id_count = count},
                                            arena_format(&model->arena, "%s: %s", word, words),
                                            count});
}

/* A whole level, also before its time; unless that is what is ready anyway, or SUBPLANs are missing or placeholders. */
static void offer_level(struct menu_model *model, enum menu_model_entry_name entry, enum batch_kind kind, size_t number,
                        enum item_test lacks, enum item_test is_ready_for) {
    const struct item_set *level = &model->levels[number].set;
    size_t count;
    const char *ids = item_list_ids(level, lacks, &model->arena, &count);
    if (count == 0) /* before all are counted: there can be as many levels as achievements */
        return;
    size_t ready = item_count(level, is_ready_for);
    bool is_same = ready == count && ready == item_count(&model->all, is_ready_for);
    if (is_same || (kind == BATCH_EXECUTION && item_count(level, ITEM_LACKS_DESIGN)))
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
        model->offers[i] = arena_allocate(&model->arena, model->plan->level_count + 2, sizeof **model->offers);
    if (!model->plan->is_valid)
        return;
    if (!model->has_graph) {
        offer_ids(model, "all", ITEM_LACKS_SUBPLAN);
        return;
    }
    offer_ready(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, "ready", ITEM_IS_READY_FOR_SUBPLAN);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, "ready", ITEM_IS_READY_FOR_EXECUTION);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_REWORK, "rework", ITEM_IS_TO_BE_REWORKED);
    offer_ids(model, "for rework", ITEM_IS_SENT_BACK_BARE);
    for (size_t level = 0; level < model->plan->level_count; level++) {
        offer_level(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, level, ITEM_LACKS_SUBPLAN, ITEM_IS_READY_FOR_SUBPLAN);
        offer_level(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, level, ITEM_LACKS_EXECUTION, ITEM_IS_READY_FOR_EXECUTION);
    }
}
