#include "menu/menu_model.h"

#include <string.h>

#include "base/string_map.h"
#include "plan/achievement.h"
#include "render/styled_text.h"
#include "render/table.h"

enum { IDS_SHOWN_MOST = 6 };

const char *board_hours(struct arena *arena, double hours) {
    return arena_format(arena, "%g", hours);
}

/* --- items --- */

static bool is_done(const struct board_item *item) {
    return !item->needs[0];
}

static bool is_placeholder(const struct board_item *item) {
    return !is_done(item) && (strcmp(item->subplan, "placeholder") == 0 || strcmp(item->subplan, "draft") == 0);
}

static bool is_missing(const struct board_item *item) {
    return strcmp(item->subplan, "missing") == 0;
}

static bool is_conflicted(const struct board_item *item) {
    return strcmp(item->subplan, "conflicted") == 0;
}

static bool is_for(const struct board_item *item, const char *need) {
    return item->is_ready && strcmp(item->needs, need) == 0;
}

/* Is there an EXECUTION_TASK that can be worked on now? */
static bool is_work(const struct board_item *item) {
    return is_for(item, "work");
}

static bool is_sent_back(const struct board_item *item) {
    return is_for(item, "rework");
}

static void read_item(struct board_item *item, const cJSON *achievement) {
    const cJSON *hours = json_get(achievement, "hours");
    *item = (struct board_item){
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

static void read_items(struct board *board, const cJSON *plan) {
    board->count = styled_text_count(plan, "achievements");
    board->items = arena_allocate(&board->arena, board->count, sizeof *board->items);
    size_t position = 0;
    for (const cJSON *one = styled_text_first(plan, "achievements"); one; one = one->next, position++) {
        struct board_item *item = &board->items[position];
        read_item(item, one);
        board->done += is_done(item);
        board->ready += item->is_ready;
        board->failed += item->state == STATE_FAILED;
        if (!item->is_ready)
            continue;
        board->sequential += item->hours;
        board->parallel = item->hours > board->parallel ? item->hours : board->parallel;
        board->hours_missing += !item->has_hours;
    }
}

static void read_levels(struct board *board, const cJSON *plan, const struct string_map *ids) {
    board->level_count = styled_text_count(plan, "levels");
    board->levels = arena_allocate(&board->arena, board->level_count, sizeof *board->levels);
    struct board_level *level = board->levels;
    for (const cJSON *one = styled_text_first(plan, "levels"); one; one = one->next, level++) {
        level->items = arena_allocate(&board->arena, styled_text_count(one, "ids"), sizeof *level->items);
        for (const cJSON *id = styled_text_first(one, "ids"); id; id = id->next) {
            size_t position;
            if (!string_map_find(ids, span_of(id->valuestring), &position))
                continue;
            const struct board_item *item = &board->items[position];
            level->items[level->count++] = position;
            level->done += is_done(item);
            level->ready += item->is_ready;
            level->failed += item->state == STATE_FAILED;
        }
    }
}

/* --- sets of achievements --- */

typedef bool item_test(const struct board_item *item);

static bool lacks_subplan(const struct board_item *item) {
    return item->state == STATE_NOT_STARTED && is_missing(item);
}

static bool lacks_execution(const struct board_item *item) {
    return strcmp(item->needs, "execution") == 0;
}

static bool is_ready_for_subplan(const struct board_item *item) {
    return is_for(item, "subplan");
}

static bool is_ready_for_execution(const struct board_item *item) {
    return is_for(item, "execution");
}

/* No EXECUTION_TASK can be made of its SUBPLAN. */
static bool lacks_design(const struct board_item *item) {
    return strcmp(item->needs, "subplan") == 0 || strcmp(item->needs, "fill") == 0 ||
           strcmp(item->needs, "resolve") == 0;
}

/* Only a person can resolve it, and something waits for that. */
static bool is_to_be_resolved(const struct board_item *item) {
    return is_for(item, "resolve") || (is_sent_back(item) && is_conflicted(item));
}

/* Sent back by a FIX, and with the SUBPLAN that its rework task needs; or without it. */
static bool is_to_be_reworked(const struct board_item *item) {
    return is_sent_back(item) && !is_missing(item) && !is_conflicted(item);
}

static bool is_sent_back_bare(const struct board_item *item) {
    return is_sent_back(item) && is_missing(item);
}

/* "2.1, 2.2 and 3 more", of those that pass; NULL for @positions means all. */
static const char *list_ids(struct board *board, const size_t *positions, size_t count, item_test *test,
                            size_t *found) {
    struct buffer text = {0};
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct board_item *item = &board->items[positions ? positions[i] : i];
        if (test(item) && ++*found <= IDS_SHOWN_MOST)
            buffer_append_format(&text, "%s%s", *found > 1 ? ", " : "", item->id);
    }
    if (*found > IDS_SHOWN_MOST)
        buffer_append_format(&text, " and %zu more", *found - IDS_SHOWN_MOST);
    const char *result = arena_copy(&board->arena, buffer_text(&text), text.length);
    buffer_release(&text);
    return result;
}

static size_t count_items(const struct board *board, item_test *test) {
    size_t count = 0;
    for (size_t i = 0; i < board->count; i++)
        count += test(&board->items[i]);
    return count;
}

/* --- offers --- */

static void add_offer(struct board *board, enum board_entry_name entry, struct board_offer offer) {
    board->offers[entry][board->offer_counts[entry]++] = offer;
}

static void offer_ready(struct board *board, enum board_entry_name entry, enum batch_kind kind, const char *word,
                        item_test *test) {
    size_t count;
    const char *ids = list_ids(board, NULL, board->count, test, &count);
    if (count)
        add_offer(board, entry,
                  (struct board_offer){
                      kind, {.kind = SELECT_READY}, arena_format(&board->arena, "%s: %s", word, ids), count});
}

static void offer_ids(struct board *board, const char *word, item_test *test) {
    size_t count, filled = 0;
    const char *words = list_ids(board, NULL, board->count, test, &count);
    const char **ids = arena_allocate(&board->arena, count, sizeof *ids);
    for (size_t i = 0; i < board->count; i++)
        if (test(&board->items[i]))
            ids[filled++] = board->items[i].id;
    if (count)
        add_offer(board, ENTRY_SUBPLANS,
                  (struct board_offer){BATCH_SUBPLAN,
                                       {.kind = SELECT_IDS, .ids = ids, .id_count = count},
                                       arena_format(&board->arena, "%s: %s", word, words),
                                       count});
}

/* A whole level, also before its time; unless that is what is ready anyway, or SUBPLANs are missing or placeholders. */
static void offer_level(struct board *board, enum board_entry_name entry, enum batch_kind kind, size_t number,
                        item_test *lacks, item_test *is_ready_for) {
    const struct board_level *level = &board->levels[number];
    size_t count, ready, bare = 0;
    const char *ids = list_ids(board, level->items, level->count, lacks, &count);
    list_ids(board, level->items, level->count, is_ready_for, &ready);
    for (size_t i = 0; i < level->count; i++)
        bare += lacks_design(&board->items[level->items[i]]);
    bool is_same = ready == count && ready == count_items(board, is_ready_for);
    if (count == 0 || is_same || (kind == BATCH_EXECUTION && bare))
        return;
    const char *when = ready == 0 ? ", not ready yet" : "";
    add_offer(board, entry,
              (struct board_offer){kind,
                                   {.kind = SELECT_LEVEL, .level = (uint32_t)number},
                                   arena_format(&board->arena, "level %zu: %s%s", number, ids, when),
                                   count});
}

static void make_offers(struct board *board) {
    for (size_t i = 0; i < 2; i++)
        board->offers[i] = arena_allocate(&board->arena, board->level_count + 2, sizeof **board->offers);
    if (!board->is_valid)
        return;
    if (!board->has_graph) {
        offer_ids(board, "all", lacks_subplan);
        return;
    }
    offer_ready(board, ENTRY_SUBPLANS, BATCH_SUBPLAN, "ready", is_ready_for_subplan);
    offer_ready(board, ENTRY_EXECUTIONS, BATCH_EXECUTION, "ready", is_ready_for_execution);
    offer_ready(board, ENTRY_EXECUTIONS, BATCH_REWORK, "rework", is_to_be_reworked);
    offer_ids(board, "for rework", is_sent_back_bare);
    for (size_t level = 0; level < board->level_count; level++) {
        offer_level(board, ENTRY_SUBPLANS, BATCH_SUBPLAN, level, lacks_subplan, is_ready_for_subplan);
        offer_level(board, ENTRY_EXECUTIONS, BATCH_EXECUTION, level, lacks_execution, is_ready_for_execution);
    }
}

/* --- entries --- */

static void set_entry(struct board *board, enum board_entry_name name, const char *detail, const char *why) {
    static const char *const labels[ENTRIES][2] = {{"Create SUBPLANs", "SUBPLANs"},
                                                   {"Create EXECUTION_TASKs", "EXECUTION_TASKs"},
                                                   {"In parallel now", "In parallel"},
                                                   {"Dependency graph", "Graph"},
                                                   {"Prompt for the next", "Prompt"},
                                                   {"Fill placeholders", "Fill"},
                                                   {"Validate", "Validate"}};
    board->entries[name] = (struct board_entry){labels[name][0], labels[name][1], detail, why};
}

/* Why nothing can be done with a plan in this state; NULL if it can. */
static const char *obstacle(const struct board *board, const char **detail) {
    if (!board->is_valid) {
        *detail = "the plan is invalid: see 7";
        return "The plan has errors. 7 lists them, each with its place and remedy.";
    }
    if (!board->has_graph) {
        *detail = "needs a parallel.json: see 5";
        return "Without a parallel.json nothing can be called ready. 5 gives a prompt that finds the dependencies.";
    }
    *detail = "";
    return NULL;
}

static void describe_creations(struct board *board) {
    const char *detail, *why = obstacle(board, &detail);
    size_t bare, conflicted;
    const char *ids = list_ids(board, NULL, board->count, lacks_subplan, &bare);
    const char *conflicts = list_ids(board, NULL, board->count, is_to_be_resolved, &conflicted);
    if (board->offer_counts[ENTRY_SUBPLANS])
        set_entry(board, ENTRY_SUBPLANS, board->offers[ENTRY_SUBPLANS][0].words, NULL);
    else if (why && !board->is_valid)
        set_entry(board, ENTRY_SUBPLANS, detail, why);
    else
        set_entry(board, ENTRY_SUBPLANS, "none is missing", "Every open achievement has its SUBPLAN.");
    if (board->offer_counts[ENTRY_EXECUTIONS])
        set_entry(board, ENTRY_EXECUTIONS, board->offers[ENTRY_EXECUTIONS][0].words, NULL);
    else if (why)
        set_entry(board, ENTRY_EXECUTIONS, detail, why);
    else if (conflicted)
        set_entry(board, ENTRY_EXECUTIONS, arena_format(&board->arena, "fix the conflicts first: %s", conflicts),
                  "Nothing is made from a SUBPLAN with git's conflict markers. 7 lists their lines.");
    else if (bare)
        set_entry(board, ENTRY_EXECUTIONS, arena_format(&board->arena, "SUBPLANs first: %s", ids),
                  "An EXECUTION_TASK is made from its SUBPLAN. 1 creates those.");
    else
        set_entry(board, ENTRY_EXECUTIONS, "none is missing", "Every open achievement has its EXECUTION_TASK.");
}

static void describe_parallel(struct board *board) {
    const char *detail, *why = obstacle(board, &detail);
    if (why) {
        set_entry(board, ENTRY_PARALLEL, detail, why);
    } else if (board->ready == 0) {
        set_entry(board, ENTRY_PARALLEL, "nothing is ready", "Nothing is ready: everything is complete or skipped.");
    } else {
        const char *hours = arena_format(&board->arena, ", %s h → %s h", board_hours(&board->arena, board->sequential),
                                         board_hours(&board->arena, board->parallel));
        bool has_gain = board->ready > 1 && board->hours_missing < board->ready;
        set_entry(board, ENTRY_PARALLEL,
                  arena_format(&board->arena, "%zu ready%s", board->ready, has_gain ? hours : ""), NULL);
    }
    if (!board->has_graph && board->is_valid)
        set_entry(board, ENTRY_GRAPH, detail, why);
    else if (!board->has_graph)
        set_entry(board, ENTRY_GRAPH, "none: see 7",
                  "The dependency file has errors, so there is no graph. 7 lists them.");
    else
        set_entry(board, ENTRY_GRAPH,
                  arena_format(&board->arena, "%zu achievement%s, %zu level%s", board->count,
                               styled_text_plural(board->count), board->level_count,
                               styled_text_plural(board->level_count)),
                  NULL);
}

static void describe_prompts(struct board *board) {
    const char *detail, *why = obstacle(board, &detail);
    size_t work, placeholders;
    list_ids(board, NULL, board->count, is_work, &work);
    const char *ids = list_ids(board, NULL, board->count, is_placeholder, &placeholders);
    const struct board_item *next = board_next_work(board);
    if (board->is_valid && !board->has_graph)
        set_entry(board, ENTRY_PROMPT, "find the dependencies", NULL);
    else if (why)
        set_entry(board, ENTRY_PROMPT, detail, why);
    else if (next)
        set_entry(board, ENTRY_PROMPT,
                  work > 1 ? arena_format(&board->arena, "%s and %zu more", next->id, work - 1)
                           : arena_format(&board->arena, "%s %s", next->id, next->title),
                  NULL);
    else
        set_entry(board, ENTRY_PROMPT, board->ready ? "no EXECUTION_TASK to do" : "nothing is ready",
                  "There is no EXECUTION_TASK that can be worked on now.");
    if (placeholders)
        set_entry(board, ENTRY_FILL, ids, NULL);
    else
        set_entry(board, ENTRY_FILL, "none to fill in", "No SUBPLAN that is there is a placeholder or a draft.");
}

static void describe_validity(struct board *board) {
    const char *faults =
        board->errors     ? arena_format(&board->arena, "%zu error%s", board->errors, styled_text_plural(board->errors))
        : board->is_valid ? "valid"
                          : "invalid";
    if (board->warnings)
        faults = arena_format(&board->arena, "%s, %zu warning%s", faults, board->warnings,
                              styled_text_plural(board->warnings));
    size_t conflicted;
    const char *ids = list_ids(board, NULL, board->count, is_to_be_resolved, &conflicted);
    if (conflicted)
        faults = arena_format(&board->arena, "conflict markers: %s", ids);
    set_entry(board, ENTRY_VALIDATE, faults, NULL);
}

/* The entry for the command that next recommends. */
static enum board_entry_name recommend(const char *kind) {
    static const struct {
        const char *kind;
        enum board_entry_name entry;
    } entries[] = {{"validate", ENTRY_VALIDATE}, {"graph", ENTRY_PROMPT},     {"execution", ENTRY_EXECUTIONS},
                   {"rework", ENTRY_EXECUTIONS}, {"subplan", ENTRY_SUBPLANS}, {"fill", ENTRY_FILL},
                   {"resolve", ENTRY_VALIDATE},  {"work", ENTRY_PROMPT}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (strcmp(kind, entries[i].kind) == 0)
            return entries[i].entry;
    return ENTRY_GRAPH;
}

const struct board_item *board_next_work(const struct board *board) {
    const struct board_item *best = NULL;
    for (size_t i = 0; i < board->count; i++)
        if (is_work(&board->items[i]) && (!best || board->items[i].blocks > best->blocks))
            best = &board->items[i];
    return best;
}

/* --- the whole --- */

static void read_plan(struct board *board, const cJSON *plan) {
    struct string_map ids = {0};
    board->plan = styled_text_string(plan, "plan");
    board->path = styled_text_string(plan, "path");
    board->command = json_get_string(plan, "command");
    board->reason = styled_text_string(plan, "reason");
    board->is_valid = json_get_boolean(plan, "valid");
    board->has_graph = styled_text_count(plan, "levels") > 0;
    read_items(board, plan);
    for (size_t i = 0; i < board->count; i++) {
        size_t position = i;
        string_map_add(&ids, board->items[i].id, &position);
    }
    read_levels(board, plan, &ids);
    string_map_release(&ids);
    make_offers(board);
    describe_creations(board);
    describe_parallel(board);
    describe_prompts(board);
    describe_validity(board);
    board->recommended = recommend(styled_text_string(plan, "kind"));
}

bool board_make(struct board *board, struct answer *answer) {
    *board = (struct board){.text = answer->data};
    answer->data = (struct buffer){0};
    bool is_read = json_read_ours(&board->json, buffer_span(&board->text));
    const cJSON *plan = is_read ? styled_text_first(board->json.root, "plans") : NULL;
    board->errors = answer->diagnostics.error_count;
    board->warnings = answer->diagnostics.count + answer->diagnostics.left_out - board->errors;
    if (plan)
        read_plan(board, plan);
    else
        board_release(board);
    return plan != NULL;
}

void board_release(struct board *board) {
    json_release(&board->json);
    buffer_release(&board->text);
    arena_release(&board->arena);
    *board = (struct board){0};
}

/* --- texts --- */

void board_append_changes(struct buffer *text, const struct board *old, const struct board *board) {
    enum { SHOWN_MOST = 3 };
    size_t found = 0;
    if (old->is_valid != board->is_valid)
        buffer_append_string(text, board->is_valid ? "the plan is valid now" : "the plan is invalid now");
    for (size_t i = 0; i < board->count; i++) {
        const struct board_item *item = &board->items[i];
        const struct board_item *before =
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

void board_append_parallel(struct buffer *text, const struct board *board) {
    static const struct table_column columns[] = {
        {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"HOURS", TABLE_RIGHT}, {"NEXT", TABLE_SHRINKS}, {"BLOCKS", TABLE_RIGHT}};
    struct arena arena = {0};
    struct table *table = table_new(columns, sizeof columns / sizeof *columns, false);
    buffer_append_format(text,
                         board->ready == 1
                             ? "One achievement is ready; everything else waits for it or is done.\n\n"
                             : "%zu achievements are ready. None depends on another: all can run side by side.\n\n",
                         board->ready);
    for (size_t i = 0; i < board->count; i++) {
        const struct board_item *item = &board->items[i];
        const char *cells[] = {item->id, item->title, item->has_hours ? board_hours(&arena, item->hours) : "?",
                               item->what_next, arena_format(&arena, "%zu", item->blocks)};
        if (item->is_ready)
            table_add(table, cells, NULL);
    }
    table_end(table, text);
    buffer_append_format(text, "\nOne after the other  %s h\nSide by side         %s h\n",
                         board_hours(&arena, board->sequential), board_hours(&arena, board->parallel));
    if (board->hours_missing)
        buffer_append_format(text, "Without hours        %zu of them\n", board->hours_missing);
    arena_release(&arena);
}
