#include "menu/menu_entries.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "menu/item.h"
#include "menu/model_text.h"
#include "render/styled_text.h"

static void set_entry(struct menu_model *model, enum menu_model_entry_name name, const char *detail, const char *why) {
    static const char *const labels[ENTRIES][2] = {{"Create SUBPLANs", "SUBPLANs"},
                                                   {"Create EXECUTION_TASKs", "EXECUTION_TASKs"},
                                                   {"In parallel now", "In parallel"},
                                                   {"Dependency graph", "Graph"},
                                                   {"Prompt for the next", "Prompt"},
                                                   {"Fill placeholders", "Fill"},
                                                   {"Validate", "Validate"}};
    model->entries[name] = (struct menu_model_entry){labels[name][0], labels[name][1], detail, why};
}

/* Why nothing can be done with a plan in this state; NULL if it can. */
static const char *obstacle(const struct menu_model *model, const char **detail) {
    if (!model->is_valid) {
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
    const char *ids = item_list_ids(model, NULL, model->count, item_lacks_subplan, &bare);
    const char *conflicts = item_list_ids(model, NULL, model->count, item_is_to_be_resolved, &conflicted);
    if (model->offer_counts[ENTRY_SUBPLANS])
        set_entry(model, ENTRY_SUBPLANS, model->offers[ENTRY_SUBPLANS][0].words, NULL);
    else if (why && !model->is_valid)
        set_entry(model, ENTRY_SUBPLANS, detail, why);
    else
        set_entry(model, ENTRY_SUBPLANS, "none is missing", "Every open achievement has its SUBPLAN.");
    if (model->offer_counts[ENTRY_EXECUTIONS])
        set_entry(model, ENTRY_EXECUTIONS, model->offers[ENTRY_EXECUTIONS][0].words, NULL);
    else if (why)
        set_entry(model, ENTRY_EXECUTIONS, detail, why);
    else if (conflicted)
        set_entry(model, ENTRY_EXECUTIONS, arena_format(&model->arena, "fix the conflicts first: %s", conflicts),
                  "Nothing is made from a SUBPLAN with git's conflict markers. 7 lists their lines.");
    else if (bare)
        set_entry(model, ENTRY_EXECUTIONS, arena_format(&model->arena, "SUBPLANs first: %s", ids),
                  "An EXECUTION_TASK is made from its SUBPLAN. 1 creates those.");
    else
        set_entry(model, ENTRY_EXECUTIONS, "none is missing", "Every open achievement has its EXECUTION_TASK.");
}

static void describe_parallel(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    if (why) {
        set_entry(model, ENTRY_PARALLEL, detail, why);
    } else if (model->ready == 0) {
        set_entry(model, ENTRY_PARALLEL, "nothing is ready", "Nothing is ready: everything is complete or skipped.");
    } else {
        const char *hours =
            arena_format(&model->arena, ", %s h → %s h", model_text_hours(&model->arena, model->sequential),
                         model_text_hours(&model->arena, model->parallel));
        bool has_gain = model->ready > 1 && model->hours_missing < model->ready;
        set_entry(model, ENTRY_PARALLEL,
                  arena_format(&model->arena, "%zu ready%s", model->ready, has_gain ? hours : ""), NULL);
    }
    if (!model->has_graph && model->is_valid)
        set_entry(model, ENTRY_GRAPH, detail, why);
    else if (!model->has_graph)
        set_entry(model, ENTRY_GRAPH, "none: see 7",
                  "The dependency file has errors, so there is no graph. 7 lists them.");
    else
        set_entry(model, ENTRY_GRAPH,
                  arena_format(&model->arena, "%zu achievement%s, %zu level%s", model->count, text_plural(model->count),
                               model->level_count, text_plural(model->level_count)),
                  NULL);
}

static void describe_prompts(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    size_t work, placeholders;
    item_list_ids(model, NULL, model->count, item_is_work, &work);
    const char *ids = item_list_ids(model, NULL, model->count, item_is_placeholder, &placeholders);
    const struct menu_model_item *next = menu_model_next_work(model), *review = menu_model_next_review(model);
    if (model->is_valid && !model->has_graph)
        set_entry(model, ENTRY_PROMPT, "find the dependencies", NULL);
    else if (why)
        set_entry(model, ENTRY_PROMPT, detail, why);
    else if (review)
        set_entry(model, ENTRY_PROMPT, arena_format(&model->arena, "review %s %s", review->id, review->title), NULL);
    else if (next)
        set_entry(model, ENTRY_PROMPT,
                  work > 1 ? arena_format(&model->arena, "%s and %zu more", next->id, work - 1)
                           : arena_format(&model->arena, "%s %s", next->id, next->title),
                  NULL);
    else
        set_entry(model, ENTRY_PROMPT, model->ready ? "no EXECUTION_TASK to do" : "nothing is ready",
                  "There is no EXECUTION_TASK that can be worked on now.");
    if (placeholders)
        set_entry(model, ENTRY_FILL, ids, NULL);
    else
        set_entry(model, ENTRY_FILL, "none to fill in", "No existing SUBPLAN is a placeholder or a draft.");
}

static void describe_validity(struct menu_model *model) {
    const char *faults = model->errors
                             ? arena_format(&model->arena, "%zu error%s", model->errors, text_plural(model->errors))
                         : model->is_valid ? "valid"
                                           : "invalid";
    if (model->warnings)
        faults =
            arena_format(&model->arena, "%s, %zu warning%s", faults, model->warnings, text_plural(model->warnings));
    size_t conflicted;
    const char *ids = item_list_ids(model, NULL, model->count, item_is_to_be_resolved, &conflicted);
    if (conflicted)
        faults = arena_format(&model->arena, "conflict markers: %s", ids);
    set_entry(model, ENTRY_VALIDATE, faults, NULL);
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

void menu_entries_describe(struct menu_model *model, const char *kind) {
    describe_creations(model);
    describe_parallel(model);
    describe_prompts(model);
    describe_validity(model);
    model->recommended = recommend(kind);
}
