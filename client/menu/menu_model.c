#include "menu/menu_model.h"

#include <string.h>

#include "base/string_map.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/styled_text.h"
#include "render/table.h"

enum { IDS_SHOWN_MOST = 6 };

const char *menu_model_hours(struct arena *arena, double hours) {
    return arena_format(arena, "%g", hours);
}

/* --- items --- */

static bool is_done(const struct menu_model_item *item) {
    return !item->needs[0];
}

static bool is_placeholder(const struct menu_model_item *item) {
    return !is_done(item) && (strcmp(item->subplan, "placeholder") == 0 || strcmp(item->subplan, "draft") == 0);
}

static bool is_missing(const struct menu_model_item *item) {
    return strcmp(item->subplan, "missing") == 0;
}

static bool is_conflicted(const struct menu_model_item *item) {
    return strcmp(item->subplan, "conflicted") == 0;
}

static bool is_for(const struct menu_model_item *item, const char *need) {
    return item->is_ready && strcmp(item->needs, need) == 0;
}

/* Is there an EXECUTION_TASK that can be worked on now? */
static bool is_work(const struct menu_model_item *item) {
    return is_for(item, "work");
}

static bool is_sent_back(const struct menu_model_item *item) {
    return is_for(item, "rework");
}

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
        model->done += is_done(item);
        model->ready += item->is_ready;
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
            level->done += is_done(item);
            level->ready += item->is_ready;
            level->failed += item->state == STATE_FAILED;
        }
    }
}

/* --- sets of achievements --- */

typedef bool item_test(const struct menu_model_item *item);

static bool lacks_subplan(const struct menu_model_item *item) {
    return item->state == STATE_NOT_STARTED && is_missing(item);
}

static bool lacks_execution(const struct menu_model_item *item) {
    return strcmp(item->needs, "execution") == 0;
}

static bool is_ready_for_subplan(const struct menu_model_item *item) {
    return is_for(item, "subplan");
}

static bool is_ready_for_execution(const struct menu_model_item *item) {
    return is_for(item, "execution");
}

/* No EXECUTION_TASK can be made of its SUBPLAN. */
static bool lacks_design(const struct menu_model_item *item) {
    return strcmp(item->needs, "subplan") == 0 || strcmp(item->needs, "fill") == 0 ||
           strcmp(item->needs, "resolve") == 0;
}

/* Only a person can resolve it, and something waits for that. */
static bool is_to_be_resolved(const struct menu_model_item *item) {
    return is_for(item, "resolve") || (is_sent_back(item) && is_conflicted(item));
}

/* Sent back by a FIX, and with the SUBPLAN that its rework task needs; or without it. */
static bool is_to_be_reworked(const struct menu_model_item *item) {
    return is_sent_back(item) && !is_missing(item) && !is_conflicted(item);
}

static bool is_sent_back_bare(const struct menu_model_item *item) {
    return is_sent_back(item) && is_missing(item);
}

/* "2.1, 2.2 and 3 more", of those that pass; NULL for @positions means all. */
static const char *list_ids(struct menu_model *model, const size_t *positions, size_t count, item_test *test,
                            size_t *found) {
    struct buffer text = {0};
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct menu_model_item *item = &model->items[positions ? positions[i] : i];
        if (test(item) && ++*found <= IDS_SHOWN_MOST)
            buffer_append_format(&text, "%s%s", *found > 1 ? ", " : "", item->id);
    }
    if (*found > IDS_SHOWN_MOST)
        buffer_append_format(&text, " and %zu more", *found - IDS_SHOWN_MOST);
    const char *result = arena_copy(&model->arena, buffer_text(&text), text.length);
    buffer_release(&text);
    return result;
}

static size_t count_items(const struct menu_model *model, item_test *test) {
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++)
        count += test(&model->items[i]);
    return count;
}

/* --- offers --- */

static void add_offer(struct menu_model *model, enum menu_model_entry_name entry, struct menu_model_offer offer) {
    model->offers[entry][model->offer_counts[entry]++] = offer;
}

static void offer_ready(struct menu_model *model, enum menu_model_entry_name entry, enum batch_kind kind,
                        const char *word, item_test *test) {
    size_t count;
    const char *ids = list_ids(model, NULL, model->count, test, &count);
    if (count)
        add_offer(model, entry,
                  (struct menu_model_offer){
                      kind, {.kind = SELECT_READY}, arena_format(&model->arena, "%s: %s", word, ids), count});
}

static void offer_ids(struct menu_model *model, const char *word, item_test *test) {
    size_t count, filled = 0;
    const char *words = list_ids(model, NULL, model->count, test, &count);
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
    const char *ids = list_ids(model, level->items, level->count, lacks, &count);
    if (count == 0) /* before all are counted: there can be as many levels as achievements */
        return;
    list_ids(model, level->items, level->count, is_ready_for, &ready);
    for (size_t i = 0; i < level->count; i++)
        bare += lacks_design(&model->items[level->items[i]]);
    bool is_same = ready == count && ready == count_items(model, is_ready_for);
    if (is_same || (kind == BATCH_EXECUTION && bare))
        return;
    const char *when = ready == 0 ? ", not ready yet" : "";
    add_offer(model, entry,
              (struct menu_model_offer){kind,
                                        {.kind = SELECT_LEVEL, .levels = arena_format(&model->arena, "%zu", number)},
                                        arena_format(&model->arena, "level %zu: %s%s", number, ids, when),
                                        count});
}

static void make_offers(struct menu_model *model) {
    for (size_t i = 0; i < 2; i++)
        model->offers[i] = arena_allocate(&model->arena, model->level_count + 2, sizeof **model->offers);
    if (!model->is_valid)
        return;
    if (!model->has_graph) {
        offer_ids(model, "all", lacks_subplan);
        return;
    }
    offer_ready(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, "ready", is_ready_for_subplan);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, "ready", is_ready_for_execution);
    offer_ready(model, ENTRY_EXECUTIONS, BATCH_REWORK, "rework", is_to_be_reworked);
    offer_ids(model, "for rework", is_sent_back_bare);
    for (size_t level = 0; level < model->level_count; level++) {
        offer_level(model, ENTRY_SUBPLANS, BATCH_SUBPLAN, level, lacks_subplan, is_ready_for_subplan);
        offer_level(model, ENTRY_EXECUTIONS, BATCH_EXECUTION, level, lacks_execution, is_ready_for_execution);
    }
}

/* --- entries --- */

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
    const char *ids = list_ids(model, NULL, model->count, lacks_subplan, &bare);
    const char *conflicts = list_ids(model, NULL, model->count, is_to_be_resolved, &conflicted);
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
            arena_format(&model->arena, ", %s h → %s h", menu_model_hours(&model->arena, model->sequential),
                         menu_model_hours(&model->arena, model->parallel));
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
                  arena_format(&model->arena, "%zu achievement%s, %zu level%s", model->count,
                               styled_text_plural(model->count), model->level_count,
                               styled_text_plural(model->level_count)),
                  NULL);
}

static void describe_prompts(struct menu_model *model) {
    const char *detail, *why = obstacle(model, &detail);
    size_t work, placeholders;
    list_ids(model, NULL, model->count, is_work, &work);
    const char *ids = list_ids(model, NULL, model->count, is_placeholder, &placeholders);
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
    const char *faults =
        model->errors     ? arena_format(&model->arena, "%zu error%s", model->errors, styled_text_plural(model->errors))
        : model->is_valid ? "valid"
                          : "invalid";
    if (model->warnings)
        faults = arena_format(&model->arena, "%s, %zu warning%s", faults, model->warnings,
                              styled_text_plural(model->warnings));
    size_t conflicted;
    const char *ids = list_ids(model, NULL, model->count, is_to_be_resolved, &conflicted);
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

const struct menu_model_item *menu_model_next_review(const struct menu_model *model) {
    const struct menu_model_item *best = NULL;
    for (size_t i = 0; i < model->count; i++)
        if (is_for(&model->items[i], "review") && (!best || model->items[i].blocks > best->blocks))
            best = &model->items[i];
    return best;
}

const struct menu_model_item *menu_model_next_work(const struct menu_model *model) {
    const struct menu_model_item *best = NULL;
    for (size_t i = 0; i < model->count; i++)
        if (is_work(&model->items[i]) && (!best || model->items[i].blocks > best->blocks))
            best = &model->items[i];
    return best;
}

/* --- the whole --- */

static void read_plan(struct menu_model *model, const cJSON *plan) {
    struct string_map ids = {0};
    model->plan = styled_text_string(plan, "plan");
    model->path = styled_text_string(plan, "path");
    model->command = json_get_string(plan, "command");
    model->reason = styled_text_string(plan, "reason");
    model->is_valid = json_get_boolean(plan, "valid");
    model->has_graph = styled_text_count(plan, "levels") > 0;
    read_items(model, plan);
    for (size_t i = 0; i < model->count; i++) {
        size_t position = i;
        string_map_add(&ids, model->items[i].id, &position);
    }
    read_levels(model, plan, &ids);
    string_map_release(&ids);
    make_offers(model);
    describe_creations(model);
    describe_parallel(model);
    describe_prompts(model);
    describe_validity(model);
    model->recommended = recommend(styled_text_string(plan, "kind"));
}

bool menu_model_make(struct menu_model *model, struct answer *answer) {
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

void menu_model_release(struct menu_model *model) {
    json_release(&model->json);
    buffer_release(&model->text);
    arena_release(&model->arena);
    *model = (struct menu_model){0};
}

/* --- texts --- */

void menu_model_append_changes(struct buffer *text, const struct menu_model *old, const struct menu_model *model) {
    enum { SHOWN_MOST = 3 };
    size_t found = 0;
    if (old->is_valid != model->is_valid)
        buffer_append_string(text, model->is_valid ? "the plan is valid now" : "the plan is invalid now");
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        const struct menu_model_item *before =
            i < old->count && strcmp(old->items[i].id, item->id) == 0 ? &old->items[i] : NULL;
        if ((before && strcmp(before->label, item->label) == 0) || ++found > SHOWN_MOST)
            continue;
        buffer_append_format(text, "%s%s: ", text->length ? "; " : "", item->id);
        if (!before)
            buffer_append_string(text, "new");
        else
            buffer_append_format(text, "%s → %s", before->label, item->label);
    }
    if (found > SHOWN_MOST)
        buffer_append_format(text, "; and %zu more", found - SHOWN_MOST);
}

void menu_model_append_parallel(struct buffer *text, const struct menu_model *model, const struct style *style) {
    static const struct table_column columns[] = {
        {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"HOURS", TABLE_RIGHT}, {"NEXT", TABLE_SHRINKS}, {"BLOCKS", TABLE_RIGHT}};
    struct arena arena = {0};
    struct table *table = table_new(columns, sizeof columns / sizeof *columns, style);
    buffer_append_format(text,
                         model->ready == 1
                             ? "One achievement is ready; everything else waits for it or is done.\n\n"
                             : "%zu achievements are ready. None depends on another: all can run side by side.\n\n",
                         model->ready);
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        const char *cells[] = {item->id, item->title, item->has_hours ? menu_model_hours(&arena, item->hours) : "?",
                               item->what_next, arena_format(&arena, "%zu", item->blocks)};
        if (item->is_ready)
            table_add(table, cells, NULL);
    }
    table_end(table, text);
    buffer_append_format(text, "\nOne after the other  %s h\nSide by side         %s h\n",
                         menu_model_hours(&arena, model->sequential), menu_model_hours(&arena, model->parallel));
    if (model->hours_missing)
        buffer_append_format(text, "Without hours        %zu of them\n", model->hours_missing);
    arena_release(&arena);
}
