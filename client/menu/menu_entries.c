#include "menu/menu_entries.h"

#include <stdarg.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/batch.h"
#include "menu/item.h"
#include "plan/selection.h"
#include "view/achievement_item.h"

/* --- offers --- */

static void add_offer(struct menu_model *model, enum menu_model_entry_name entry, struct menu_model_offer offer) {
    model->offers[entry][model->offer_counts[entry]++] = offer;
}

static void offer_ready(struct menu_model *model, enum menu_model_entry_name entry, enum batch_kind kind,
                        const char *word, enum item_test test) {
    size_t count;
    const char *ids = item_list_ids(&model->all, test, &model->arena, &count);
    const char *words = arena_format(&model->arena, "%s: %s", word, ids);
    if (count)
        add_offer(model, entry, (struct menu_model_offer){kind, {.kind = SELECT_READY}, words, count});
}

/* SUBPLANs, whether they are ready or not. */
static void offer_ids(struct menu_model *model, const char *word, enum item_test test) {
    size_t count;
    const char *words =
        arena_format(&model->arena, "%s: %s", word, item_list_ids(&model->all, test, &model->arena, &count));
    const struct selection selection = {
        .kind = SELECT_IDS, .ids = item_ids(&model->all, test, &model->arena).items, .id_count = count};
    if (count)
        add_offer(model, ENTRY_SUBPLANS, (struct menu_model_offer){BATCH_SUBPLAN, selection, words, count});
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
    const struct selection selection = {.kind = SELECT_LEVEL, .levels = arena_format(&model->arena, "%zu", number)};
    const char *when = ready == 0 ? ", not ready yet" : "";
    const char *words = arena_format(&model->arena, "level %zu: %s%s", number, ids, when);
    add_offer(model, entry, (struct menu_model_offer){kind, selection, words, count});
}

static void make_offers(struct menu_model *model) {
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

/* --- entries --- */

/* @format: of the detail. @why there is nothing to do; or NULL. */
__attribute__((format(printf, 4, 5))) static void set_entry(struct menu_model *model, enum menu_model_entry_name name,
                                                            const char *why, const char *format, ...) {
    static const char *const labels[ENTRIES][2] = {{"Create SUBPLANs", "SUBPLANs"},
                                                   {"Create EXECUTION_TASKs", "EXECUTION_TASKs"},
                                                   {"In parallel now", "In parallel"},
                                                   {"Dependency graph", "Graph"},
                                                   {"Prompt for the next", "Prompt"},
                                                   {"Fill placeholders", "Fill"},
                                                   {"Validate", "Validate"}};
    AUTO(buffer) detail = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&detail, format, arguments);
    va_end(arguments);
    model->entries[name] = (struct menu_model_entry){
        labels[name][0], labels[name][1], arena_copy(&model->arena, buffer_text(&detail), detail.length), why};
}

/* One of a batch that can be created; false if there is none. */
static bool set_offered(struct menu_model *model, enum menu_model_entry_name name) {
    if (model->offer_counts[name])
        set_entry(model, name, NULL, "%s", model->offers[name][0].words);
    return model->offer_counts[name];
}

/* Why nothing can be done with a plan in this state; NULL if it can. */
static const char *obstacle(const struct menu_model *model, const char **detail) {
    if (!model->plan->is_valid) {
        *detail = "the plan is invalid: see 7";
        return "The plan has errors. 7 lists them, each with its place and remedy.";
    }
    if (!model->has_graph) {
        *detail = "needs a parallel.json: see 5";
        return "Without a parallel.json nothing can be called ready. 5 gives a prompt that finds the dependencies.";
    }
    *detail = "";
    return NULL;
}

static void describe_creations(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    size_t bare, conflicted;
    const char *ids = item_list_ids(&model->all, ITEM_LACKS_SUBPLAN, &model->arena, &bare);
    const char *conflicts = item_list_ids(&model->all, ITEM_IS_TO_BE_RESOLVED, &model->arena, &conflicted);
    bool has_subplans = set_offered(model, ENTRY_SUBPLANS);
    if (!has_subplans && !model->plan->is_valid)
        set_entry(model, ENTRY_SUBPLANS, why, "%s", detail);
    else if (!has_subplans)
        set_entry(model, ENTRY_SUBPLANS, "Every open achievement has its SUBPLAN.", "none is missing");
    if (set_offered(model, ENTRY_EXECUTIONS))
        return;
    if (why)
        set_entry(model, ENTRY_EXECUTIONS, why, "%s", detail);
    else if (conflicted)
        set_entry(model, ENTRY_EXECUTIONS,
                  "Nothing is made from a SUBPLAN with git's conflict markers. 7 lists their lines.",
                  "fix the conflicts first: %s", conflicts);
    else if (bare)
        set_entry(model, ENTRY_EXECUTIONS, "An EXECUTION_TASK is made from its SUBPLAN. 1 creates those.",
                  "SUBPLANs first: %s", ids);
    else
        set_entry(model, ENTRY_EXECUTIONS, "Every open achievement has its EXECUTION_TASK.", "none is missing");
}

static void describe_parallel(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    size_t ready = model->ready.count;
    if (why)
        set_entry(model, ENTRY_PARALLEL, why, "%s", detail);
    else if (ready == 0)
        set_entry(model, ENTRY_PARALLEL, "Nothing is ready: everything is complete or skipped.", "nothing is ready");
    else if (ready > 1 && model->hours_missing < ready)
        set_entry(model, ENTRY_PARALLEL, NULL, "%zu ready, %g h → %g h", ready, model->sequential, model->parallel);
    else
        set_entry(model, ENTRY_PARALLEL, NULL, "%zu ready", ready);
}

static void describe_graph(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    size_t count = model->all.count, levels = model->plan->level_count;
    if (model->has_graph)
        set_entry(model, ENTRY_GRAPH, NULL, "%zu achievement%s, %zu level%s", count, text_plural(count), levels,
                  text_plural(levels));
    else if (model->plan->is_valid)
        set_entry(model, ENTRY_GRAPH, why, "%s", detail);
    else
        set_entry(model, ENTRY_GRAPH, "The dependency file has errors, so there is no graph. 7 lists them.",
                  "none: see 7");
}

static const char *title_of(const struct achievement_item *item) {
    return item->title ? item->title : "";
}

static void describe_prompts(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    size_t placeholders, work = item_count(&model->all, ITEM_IS_WORK);
    const char *ids = item_list_ids(&model->all, ITEM_IS_PLACEHOLDER, &model->arena, &placeholders);
    const struct achievement_item *next = menu_model_next(model, ITEM_IS_WORK),
                                  *review = menu_model_next(model, ITEM_IS_SUBMITTED);
    if (model->plan->is_valid && !model->has_graph)
        set_entry(model, ENTRY_PROMPT, NULL, "find the dependencies");
    else if (why)
        set_entry(model, ENTRY_PROMPT, why, "%s", detail);
    else if (review)
        set_entry(model, ENTRY_PROMPT, NULL, "review %s %s", review->id, title_of(review));
    else if (work > 1)
        set_entry(model, ENTRY_PROMPT, NULL, "%s and %zu more", next->id, work - 1);
    else if (work)
        set_entry(model, ENTRY_PROMPT, NULL, "%s %s", next->id, title_of(next));
    else
        set_entry(model, ENTRY_PROMPT, "There is no EXECUTION_TASK that can be worked on now.",
                  model->ready.count ? "no EXECUTION_TASK to do" : "nothing is ready");
    if (placeholders)
        set_entry(model, ENTRY_FILL, NULL, "%s", ids);
    else
        set_entry(model, ENTRY_FILL, "No existing SUBPLAN is a placeholder or a draft.", "none to fill in");
}

static void describe_validity(struct menu_model *model) {
    AUTO(buffer) warnings = {0};
    size_t conflicted, errors = model->errors;
    const char *ids = item_list_ids(&model->all, ITEM_IS_TO_BE_RESOLVED, &model->arena, &conflicted);
    if (model->warnings)
        buffer_append_format(&warnings, ", %zu warning%s", model->warnings, text_plural(model->warnings));
    if (conflicted)
        set_entry(model, ENTRY_VALIDATE, NULL, "conflict markers: %s", ids);
    else if (errors)
        set_entry(model, ENTRY_VALIDATE, NULL, "%zu error%s%s", errors, text_plural(errors), buffer_text(&warnings));
    else
        set_entry(model, ENTRY_VALIDATE, NULL, "%s%s", model->plan->is_valid ? "valid" : "invalid",
                  buffer_text(&warnings));
}

/* The entry for the command that next recommends. */
static enum menu_model_entry_name recommend(const char *kind) {
    static const struct {
        const char *kind;
        enum menu_model_entry_name entry;
    } entries[] = {{"validate", ENTRY_VALIDATE}, {"graph", ENTRY_PROMPT},     {"execution", ENTRY_EXECUTIONS},
                   {"rework", ENTRY_EXECUTIONS}, {"subplan", ENTRY_SUBPLANS}, {"fill", ENTRY_FILL},
                   {"resolve", ENTRY_VALIDATE},  {"work", ENTRY_PROMPT},      {"review", ENTRY_PROMPT}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (strcmp(kind, entries[i].kind) == 0)
            return entries[i].entry;
    return ENTRY_GRAPH;
}

void menu_entries_describe(struct menu_model *model) {
    make_offers(model);
    describe_creations(model);
    describe_parallel(model);
    describe_graph(model);
    describe_prompts(model);
    describe_validity(model);
    model->recommended = recommend(model->plan->next.kind);
}
