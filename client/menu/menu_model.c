#include "menu/menu_model.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "document/document.h"
#include "plan/achievement.h"
#include "render/achievement_text.h"

/* --- sets --- */

#define STEP(name)    (1U << STEP_##name)
#define SUBPLAN(name) (1U << SUBPLAN_##name)

/* Which achievements belong to a set: those that all of this is true for. */
struct item_test {
    unsigned steps;    /* what comes first for it is one of these; 0: whatever that is */
    unsigned subplans; /* its SUBPLAN is one of these; 0: whatever that is */
    bool is_open, is_ready, is_waiting;
};

static bool passes(const struct achievement_item *item, struct item_test test) {
    const struct standing *standing = &item->standing;
    return (!test.steps || test.steps & 1U << achievement_first_step(standing)) &&
           (!test.subplans || test.subplans & 1U << standing->subplan) &&
           (!test.is_open || standing->next != STEP_NOTHING) && (!test.is_ready || standing->is_ready) &&
           (!test.is_waiting || item->blocked_by.count);
}

static struct item_set choose(const struct item_set *set, struct item_test test, struct arena *arena) {
    struct item_set chosen = {0};
    for (size_t i = 0; i < set->count; i++)
        chosen.count += passes(set->items[i], test);
    chosen.items = arena_allocate(arena, chosen.count, sizeof *chosen.items);
    chosen.count = 0;
    for (size_t i = 0; i < set->count; i++)
        if (passes(set->items[i], test))
            chosen.items[chosen.count++] = set->items[i];
    return chosen;
}

/* Those of the plan, in its order. */
static struct item_set all_that(struct menu_model *model, struct item_test test) {
    return choose(&model->all, test, &model->arena);
}

static struct item_set ready_for(struct menu_model *model, enum next_step step) {
    return all_that(model, (struct item_test){.steps = 1U << step, .is_ready = true});
}

struct ids menu_model_ids(const struct item_set *set, struct arena *arena) {
    struct ids ids = {arena_allocate(arena, set->count, sizeof *ids.items), set->count};
    for (size_t i = 0; i < set->count; i++)
        ids.items[i] = set->items[i]->id;
    return ids;
}

struct ids menu_model_submitted(struct menu_model *model) {
    const struct item_set submitted = all_that(model, (struct item_test){.steps = STEP(REVIEW)});
    return menu_model_ids(&submitted, &model->arena);
}

/* "2.1, 2.2 and 3 more" */
static const char *list(const struct item_set *set, struct arena *arena) {
    enum { IDS_SHOWN_MOST = 6 };
    AUTO(buffer) text = {0};
    const struct ids ids = menu_model_ids(set, arena);
    achievement_text_ids(&text, &ids, IDS_SHOWN_MOST);
    return arena_copy(arena, buffer_text(&text), text.length);
}

const struct achievement_item *menu_model_next(const struct menu_model *model, enum next_step step) {
    for (size_t i = 0; i < model->ready.count; i++)
        if (achievement_first_step(&model->ready.items[i]->standing) == step)
            return model->ready.items[i];
    return NULL;
}

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
    for (; model->all.count < plan->item_count; model->all.count++)
        model->all.items[model->all.count] = &plan->items[model->all.count];
    model->waiting = all_that(model, (struct item_test){.is_waiting = true});
    model->ready = all_that(model, (struct item_test){.is_ready = true});
    qsort(model->ready.items, model->ready.count, sizeof *model->ready.items, compare_blocks);
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
    for (size_t i = 0; i < plan->level_count; i++)
        model->levels[i].items =
            arena_allocate(&model->arena, plan->levels[i].ids.count, sizeof *model->levels[i].items);
    for (size_t i = 0; i < model->all.count && plan->level_count; i++) {
        struct item_set *level = &model->levels[model->all.items[i]->level];
        level->items[level->count++] = model->all.items[i];
    }
}

/* --- offers --- */

static void add_offer(struct menu_model *model, enum menu_entry_name entry, enum batch_kind kind,
                      struct selection selection, const char *words) {
    model->offers[entry][model->offer_counts[entry]++] = (struct menu_offer){kind, selection, words};
}

/* By their ids where the plain command would take others, or not all of them. */
static void offer_set(struct menu_model *model, enum menu_entry_name entry, enum batch_kind kind, const char *word,
                      const struct item_set *set, bool is_plain) {
    const struct ids ids = menu_model_ids(set, &model->arena);
    const struct selection ready = {.kind = SELECT_READY},
                           named = {.kind = SELECT_IDS, .ids = ids.items, .id_count = ids.count};
    if (set->count)
        add_offer(model, entry, kind, is_plain ? ready : named,
                  arena_format(&model->arena, "%s: %s", word, list(set, &model->arena)));
}

/* The plain command takes what needs @step next, also where something else comes first for it. */
static void offer_ready(struct menu_model *model, enum menu_entry_name entry, enum batch_kind kind, const char *word,
                        enum next_step step) {
    const struct item_set ready = ready_for(model, step);
    bool is_plain = true;
    for (size_t i = 0; i < model->ready.count; i++) {
        const struct standing *standing = &model->ready.items[i]->standing;
        is_plain = is_plain && (standing->next == step) == (achievement_first_step(standing) == step);
    }
    offer_set(model, entry, kind, word, &ready, is_plain);
}

/* A whole level, also before its time; unless that is what is ready anyway, or SUBPLANs are missing or placeholders. */
static void offer_level(struct menu_model *model, enum menu_entry_name entry, enum batch_kind kind, size_t number,
                        enum next_step step) {
    struct arena *arena = &model->arena;
    const struct item_set *level = &model->levels[number],
                          open = choose(level, (struct item_test){.steps = 1U << step}, arena);
    if (open.count == 0) /* before all are counted: there can be as many levels as achievements */
        return;
    size_t ready = choose(&open, (struct item_test){.is_ready = true}, arena).count;
    bool is_same = ready == open.count && ready == ready_for(model, step).count;
    const struct item_test lacks_design = {.steps = STEP(SUBPLAN) | STEP(FILL) | STEP(RESOLVE)};
    if (is_same || (kind == BATCH_EXECUTION && choose(level, lacks_design, arena).count))
        return;
    const struct selection selection = {.kind = SELECT_LEVEL, .levels = arena_format(arena, "%zu", number)};
    const char *when = ready == 0 ? ", not ready yet" : "";
    add_offer(model, entry, kind, selection, arena_format(arena, "level %zu: %s%s", number, list(&open, arena), when));
}

static void make_offers(struct menu_model *model) {
    for (size_t i = 0; i < 2; i++)
        model->offers[i] = arena_allocate(&model->arena, model->plan->level_count + 2, sizeof **model->offers);
    if (!model->plan->is_valid)
        return;
    if (!model->has_graph) {
        const struct item_set bare = all_that(model, (struct item_test){.steps = STEP(SUBPLAN)});
        offer_set(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, "all", &bare, false);
        return;
    }
    offer_ready(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, "ready", STEP_SUBPLAN);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, "ready", STEP_EXECUTION);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_REWORK, "rework", STEP_REWORK);
    for (size_t level = 0; level < model->plan->level_count; level++) {
        offer_level(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, level, STEP_SUBPLAN);
        offer_level(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, level, STEP_EXECUTION);
    }
}

/* --- entries --- */

/* @format: of the detail. @why there is nothing to do; or NULL. */
__attribute__((format(printf, 4, 5))) static void set_entry(struct menu_model *model, enum menu_entry_name name,
                                                            const char *why, const char *format, ...) {
    AUTO(buffer) detail = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&detail, format, arguments);
    va_end(arguments);
    model->entries[name].detail = arena_copy(&model->arena, buffer_text(&detail), detail.length);
    model->entries[name].why = why;
}

/* Says why nothing can be done with a plan in this state; false if it can. */
static bool set_obstacle(struct menu_model *model, enum menu_entry_name name) {
    if (!model->plan->is_valid)
        set_entry(model, name, "The plan has errors. 7 lists them, each with its place and remedy.",
                  "the plan is invalid: see 7");
    else if (!model->has_graph)
        set_entry(model, name,
                  "Without a parallel.json nothing can be called ready. 5 gives a prompt that finds the dependencies.",
                  "needs a parallel.json: see 5");
    return !model->plan->is_valid || !model->has_graph;
}

static void describe_subplans(struct menu_model *model) {
    if (model->offer_counts[ENTRY_SUBPLANS])
        set_entry(model, ENTRY_SUBPLANS, NULL, "%s", model->offers[ENTRY_SUBPLANS]->words);
    else if (model->plan->is_valid || !set_obstacle(model, ENTRY_SUBPLANS))
        set_entry(model, ENTRY_SUBPLANS, "Every open achievement has its SUBPLAN.", "none is missing");
}

static void describe_executions(struct menu_model *model) {
    static const struct {
        struct item_test test;
        const char *why, *detail;
    } missing[] = {
        {{.steps = STEP(RESOLVE), .is_ready = true},
         "Nothing is made from a SUBPLAN with git's conflict markers. 7 lists their lines.",
         "fix the conflicts first"},
        {{.steps = STEP(SUBPLAN)}, "An EXECUTION_TASK is made from its SUBPLAN. 1 creates those.", "SUBPLANs first"},
        {{.steps = STEP(FILL)},
         "An EXECUTION_TASK is made from a complete SUBPLAN. 6 gives prompts that fill them in.",
         "placeholders first"},
    };
    size_t first = 0, count = sizeof missing / sizeof *missing;
    struct item_set set = {0};
    while (first < count && !(set = all_that(model, missing[first].test)).count)
        first++;
    if (model->offer_counts[ENTRY_EXECUTIONS])
        set_entry(model, ENTRY_EXECUTIONS, NULL, "%s", model->offers[ENTRY_EXECUTIONS]->words);
    else if (set_obstacle(model, ENTRY_EXECUTIONS))
        return;
    else if (first < count)
        set_entry(model, ENTRY_EXECUTIONS, missing[first].why, "%s: %s", missing[first].detail,
                  list(&set, &model->arena));
    else
        set_entry(model, ENTRY_EXECUTIONS, "Every open achievement has its EXECUTION_TASK.", "none is missing");
}

static void describe_parallel(struct menu_model *model) {
    size_t ready = model->ready.count;
    if (set_obstacle(model, ENTRY_PARALLEL))
        return;
    if (ready == 0)
        set_entry(model, ENTRY_PARALLEL, "Nothing is ready: everything is complete or skipped.", "nothing is ready");
    else if (ready > 1 && model->hours_missing < ready)
        set_entry(model, ENTRY_PARALLEL, NULL, "%zu ready, %g h → %g h", ready, model->sequential, model->parallel);
    else
        set_entry(model, ENTRY_PARALLEL, NULL, "%zu ready", ready);
}

static void describe_graph(struct menu_model *model) {
    size_t count = model->all.count, levels = model->plan->level_count;
    if (model->has_graph)
        set_entry(model, ENTRY_GRAPH, NULL, "%zu achievement%s, %zu level%s", count, text_plural(count), levels,
                  text_plural(levels));
    else if (model->plan->is_valid)
        set_obstacle(model, ENTRY_GRAPH);
    else
        set_entry(model, ENTRY_GRAPH, "The dependency file has errors, so there is no graph. 7 lists them.",
                  "none: see 7");
}

static const char *title_of(const struct achievement_item *item) {
    return item->title ? item->title : "";
}

static void describe_prompt(struct menu_model *model) {
    size_t work = ready_for(model, STEP_WORK).count;
    const struct achievement_item *next = menu_model_next(model, STEP_WORK),
                                  *review = menu_model_next(model, STEP_REVIEW);
    if (model->plan->is_valid && !model->has_graph)
        set_entry(model, ENTRY_PROMPT, NULL, "find the dependencies");
    else if (set_obstacle(model, ENTRY_PROMPT))
        return;
    else if (review)
        set_entry(model, ENTRY_PROMPT, NULL, "review %s %s", review->id, title_of(review));
    else if (next && work > 1)
        set_entry(model, ENTRY_PROMPT, NULL, "%s and %zu more", next->id, work - 1);
    else if (next)
        set_entry(model, ENTRY_PROMPT, NULL, "%s %s", next->id, title_of(next));
    else
        set_entry(model, ENTRY_PROMPT, "There is no EXECUTION_TASK that can be worked on now.",
                  model->ready.count ? "no EXECUTION_TASK to do" : "nothing is ready");
}

static void describe_fill(struct menu_model *model) {
    const struct item_set unfilled =
        all_that(model, (struct item_test){.subplans = SUBPLAN(PLACEHOLDER) | SUBPLAN(DRAFT), .is_open = true});
    if (unfilled.count)
        set_entry(model, ENTRY_FILL, NULL, "%s", list(&unfilled, &model->arena));
    else
        set_entry(model, ENTRY_FILL, "No existing SUBPLAN is a placeholder or a draft.", "none to fill in");
}

static void describe_validity(struct menu_model *model) {
    AUTO(buffer) rest = {0};
    const struct diagnostics *faults = &model->answer.diagnostics;
    size_t errors = faults->error_count, warnings = faults->count + faults->left_out - errors;
    const struct item_set conflicted = ready_for(model, STEP_RESOLVE);
    if (warnings)
        buffer_append_format(&rest, ", %zu warning%s", warnings, text_plural(warnings));
    if (conflicted.count)
        set_entry(model, ENTRY_VALIDATE, NULL, "conflict markers: %s", list(&conflicted, &model->arena));
    else if (errors)
        set_entry(model, ENTRY_VALIDATE, NULL, "%zu error%s%s", errors, text_plural(errors), buffer_text(&rest));
    else
        set_entry(model, ENTRY_VALIDATE, NULL, "%s%s", model->plan->is_valid ? "valid" : "invalid", buffer_text(&rest));
}

/* The entry for the command that next recommends. */
static enum menu_entry_name recommend(const char *kind) {
    static const struct {
        const char *kind;
        enum menu_entry_name entry;
    } entries[] = {{"validate", ENTRY_VALIDATE}, {"graph", ENTRY_PROMPT},     {"execution", ENTRY_EXECUTIONS},
                   {"rework", ENTRY_EXECUTIONS}, {"subplan", ENTRY_SUBPLANS}, {"fill", ENTRY_FILL},
                   {"resolve", ENTRY_VALIDATE},  {"work", ENTRY_PROMPT},      {"review", ENTRY_PROMPT}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (strcmp(kind, entries[i].kind) == 0)
            return entries[i].entry;
    return ENTRY_GRAPH;
}

static const struct menu_entry entries[ENTRIES] = {
    {"Create SUBPLANs", "SUBPLANs", "all that are ready for one, at once", NULL, NULL},
    {"Create EXECUTION_TASKs", "EXECUTION_TASKs",
     "all that are ready for one, at once; or the rework of what a FIX has sent back", NULL, NULL},
    {"In parallel now", "In parallel", "what can be done side by side, how long it takes, and what is ready then", NULL,
     NULL},
    {"Dependency graph", "Graph", "what waits for what", NULL, NULL},
    {"Prompt for the next", "Prompt",
     "what to give to an LLM, for what waits for a review, else for what can be worked on now", NULL, NULL},
    {"Fill placeholders", "Fill", "prompts for SUBPLANs that are not filled in", NULL, NULL},
    {"Validate", "Validate", "everything that is wrong with the plan, with its place and remedy", NULL, NULL},
};

/* --- the whole --- */

bool menu_model_read(struct menu_model *model, struct answer *answer) {
    const struct plan_list *plans = answer->view;
    if (!plans || !plans->count)
        return false;
    const struct plan_view *plan = plans->plans;
    *model = (struct menu_model){.answer = *answer, .plan = plan, .has_graph = plan->level_count > 0};
    *answer = (struct answer){0};
    model->done = plan->counts[STATE_COMPLETE] + plan->counts[STATE_SKIPPED];
    memcpy(model->entries, entries, sizeof entries);
    fill_sets(model);
    fill_levels(model);
    make_offers(model);
    describe_subplans(model);
    describe_executions(model);
    describe_parallel(model);
    describe_graph(model);
    describe_prompt(model);
    describe_fill(model);
    describe_validity(model);
    model->recommended = recommend(plan->next.kind);
    return true;
}

void menu_model_release(struct menu_model *model) {
    answer_release(&model->answer);
    arena_release(&model->arena);
    *model = (struct menu_model){0};
}
