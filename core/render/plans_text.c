#include "render/plans_text.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "render/plan_text.h"
#include "render/styled_text.h"
#include "render/table.h"

/* Plans are listed in this order. */
enum group { HAS_WORK, HAS_ERRORS, HAS_NOTHING_READY, HAS_NO_GRAPH, IS_COMPLETE, GROUPS };

static enum group group_of(const struct plan_view *plan) {
    if (!plan->is_valid)
        return HAS_ERRORS;
    if (strcmp(plan->next.kind, "graph") == 0)
        return HAS_NO_GRAPH;
    if (strcmp(plan->next.kind, "done") == 0)
        return IS_COMPLETE;
    return plan->ready ? HAS_WORK : HAS_NOTHING_READY;
}

struct many {
    const struct plan_list *list;
    size_t counts[GROUPS];
    const struct plan_view *first[GROUPS];
    struct string_map shared; /* the names that more than one of the plans has */
};

static void many_make(struct many *many, const struct plan_list *list) {
    AUTO(string_map) names = {0};
    size_t position = 0;
    *many = (struct many){.list = list};
    for (size_t i = 0; i < list->count; i++) {
        const struct plan_view *plan = &list->plans[i];
        enum group group = group_of(plan);
        if (!many->counts[group]++)
            many->first[group] = plan;
        if (!string_map_add(&names, plan->name, &position))
            string_map_add(&many->shared, plan->name, &position);
    }
}

/* The name, or the path where others have the same name. */
static const char *distinct_name(const struct plan_view *plan, const struct many *many) {
    size_t position;
    bool is_shared = string_map_find(&many->shared, span_of(plan->name), &position);
    return is_shared ? plan->path : plan->name;
}

/* "batchctl VERB NAME" */
static void append_command(struct buffer *text, const char *verb, const char *name, const struct style *style) {
    AUTO(buffer) command = {0};
    buffer_append_format(&command, "batchctl %s ", verb);
    plan_append_reference(&command, name);
    styled_text_append_bold(text, style, command.data);
}

/* "18 more have no parallel.json (-v)": the plans of @group, which are not listed. */
static bool append_count(struct buffer *text, const struct many *many, enum group group, size_t listed,
                         const char *singular, const char *plural) {
    size_t count = many->counts[group];
    if (count)
        buffer_append_format(text, "%zu%s %s (-v)", count,
                             listed       ? " more"
                             : count == 1 ? " plan"
                                          : " plans",
                             count == 1 ? singular : plural);
    return count > 0;
}

static void append_without_graph(struct buffer *text, const struct many *many, size_t listed,
                                 const struct style *style) {
    if (!append_count(text, many, HAS_NO_GRAPH, listed, "has no parallel.json", "have no parallel.json"))
        return;
    buffer_append_string(text, ": nothing can be called ready.\n  ");
    if (many->counts[HAS_NO_GRAPH] == 1)
        append_command(text, "prompt discover", distinct_name(many->first[HAS_NO_GRAPH], many), style);
    else
        styled_text_append_bold(text, style, "batchctl prompt discover PLAN");
    buffer_append_byte(text, '\n');
}

static void append_invalid(struct buffer *text, const struct many *many, size_t listed, const struct style *style) {
    if (!append_count(text, many, HAS_ERRORS, listed, "has errors", "have errors"))
        return;
    buffer_append_string(text, ":\n  ");
    if (many->counts[HAS_ERRORS] == 1)
        append_command(text, "validate", distinct_name(many->first[HAS_ERRORS], many), style);
    else
        styled_text_append_bold(text, style, "batchctl validate");
    buffer_append_byte(text, '\n');
}

static void append_complete(struct buffer *text, const struct many *many) {
    size_t count = many->counts[IS_COMPLETE];
    if (count)
        buffer_append_format(text, "%zu %s complete (-v)\n", count, count == 1 ? "is" : "are");
}

/* Plan by plan, without those that have nothing of what was asked for. */
static void append_filtered(struct buffer *text, const struct plan_list *list, const struct style *style,
                            void (*append)(struct buffer *text, const struct plan_view *plan,
                                           const struct style *style)) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!list->plans[i].item_count)
            continue;
        buffer_append_string(text, count++ ? "\n" : "");
        append(text, &list->plans[i], style);
    }
    if (count == 0)
        plan_text_nothing(text, list->plans);
}

/* --- status --- */

static void add_status_row(struct table *table, const struct plan_view *plan, const struct many *many) {
    AUTO(arena) arena = {0};
    size_t failed = plan->counts[STATE_FAILED], done = plan->counts[STATE_COMPLETE] + plan->counts[STATE_SKIPPED];
    bool is_unknown = plan_text_is_unknown(plan), is_done = plan->total && done == plan->total;
    const char *cells[] = {
        distinct_name(plan, many),
        is_unknown ? "unknown" : arena_format(&arena, "%zu of %zu", done, plan->total),
        is_unknown ? "?" : arena_format(&arena, "%zu", plan->ready),
        arena_format(&arena, "%zu", failed),
        plan->next.reason,
    };
    table_add(table, cells, !plan->is_valid || failed ? TABLE_RED : is_done ? TABLE_GREEN : NULL);
}

static void append_status_of_many(struct buffer *text, const struct plan_list *list, const struct style *style) {
    static const struct table_column columns[] = {
        {"PLAN", 0}, {"DONE", 0}, {"READY", TABLE_RIGHT}, {"FAILED", TABLE_RIGHT}, {"WHAT NEXT", TABLE_SHRINKS}};
    struct table *table = table_new(columns, 5, style);
    struct many many;
    const struct plan_view *first = NULL;
    size_t listed = 0;
    many_make(&many, list);
    for (enum group group = 0; group < GROUPS; group++) {
        first = first ? first : many.first[group];
        for (size_t i = 0; i < list->count && (group < HAS_NO_GRAPH || style->is_verbose); i++)
            if (group_of(&list->plans[i]) == group) {
                add_status_row(table, &list->plans[i], &many);
                listed++;
            }
    }
    struct buffer rows = {0};
    table_end(table, &rows);
    if (listed)
        buffer_append_span(text, buffer_span(&rows));
    buffer_release(&rows);
    if (!style->is_verbose) {
        append_without_graph(text, &many, listed, style);
        append_complete(text, &many);
    }
    buffer_append_string(text, "\nNext: ");
    append_command(text, "status", distinct_name(first, &many), style);
    buffer_append_string(text, "\n      shows the achievements of one plan\n");
    string_map_release(&many.shared);
}

void plans_text_status(struct buffer *text, const void *view, const struct style *style) {
    const struct plan_list *list = view;
    if (list->count > 1 && list->plans->is_filtered)
        append_filtered(text, list, style, plan_text_status_of_one);
    else if (list->count > 1)
        append_status_of_many(text, list, style);
    else if (list->count)
        plan_text_status_of_one(text, list->plans, style);
}

/* --- next --- */

static void append_rows_of_next(struct buffer *text, const struct many *many, const struct style *style) {
    static const struct table_column columns[] = {{"PLAN", 0}, {"READY", TABLE_RIGHT}, {"WHAT NEXT", TABLE_SHRINKS}};
    struct table *table = table_new(columns, 3, style);
    for (size_t i = 0; i < many->list->count; i++) {
        const struct plan_view *plan = &many->list->plans[i];
        AUTO(arena) arena = {0};
        const char *cells[] = {distinct_name(plan, many), arena_format(&arena, "%zu", plan->ready), plan->next.reason};
        if (group_of(plan) == HAS_WORK)
            table_add(table, cells, NULL);
    }
    table_end(table, text);
}

static void append_all_of_next(struct buffer *text, const struct many *many, const struct style *style) {
    size_t count = 0;
    for (enum group group = 0; group < GROUPS; group++)
        for (size_t i = 0; i < many->list->count; i++)
            if (group_of(&many->list->plans[i]) == group) {
                buffer_append_string(text, count++ ? "\n" : "");
                plan_text_next_of_one(text, &many->list->plans[i], style);
            }
}

static void append_next_of_many(struct buffer *text, const struct plan_list *list, const struct style *style) {
    struct many many;
    many_make(&many, list);
    size_t listed = many.counts[HAS_WORK];
    if (style->is_verbose) {
        append_all_of_next(text, &many, style);
    } else {
        if (listed == 1)
            plan_text_next_of_one(text, many.first[HAS_WORK], style);
        else if (listed)
            append_rows_of_next(text, &many, style);
        buffer_append_string(text, listed == 1 ? "\n" : "");
        append_invalid(text, &many, listed, style);
        if (append_count(text, &many, HAS_NOTHING_READY, listed, "has nothing that is ready",
                         "have nothing that is ready"))
            buffer_append_byte(text, '\n');
        append_without_graph(text, &many, listed, style);
        append_complete(text, &many);
        buffer_append_string(text, listed > 1 ? "\n" : "");
        if (listed > 1)
            plan_text_advice(text, &many.first[HAS_WORK]->next, style);
    }
    string_map_release(&many.shared);
}

void plans_text_next(struct buffer *text, const void *view, const struct style *style) {
    const struct plan_list *list = view;
    if (list->count > 1 && list->plans->is_filtered)
        append_filtered(text, list, style, plan_text_next_of_one);
    else if (list->count > 1)
        append_next_of_many(text, list, style);
    else if (list->count)
        plan_text_next_of_one(text, list->plans, style);
}
