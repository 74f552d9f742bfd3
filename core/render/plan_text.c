#include "render/plan_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/document.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "render/achievement_text.h"
#include "render/state_style.h"
#include "render/styled_text.h"
#include "render/symbol.h"
#include "render/table.h"
#include "view/achievement_item.h"

enum {
    LEVELS_SHOWN_MOST = 30,
    LISTED_MOST = 12, /* ids in a line */
    BAR_COLUMNS = 20,
};

void plan_text_advice(struct buffer *text, const struct next_command *next, const struct style *style) {
    buffer_append_string(text, "Next: ");
    styled_text_append_bold(text, style, next->command);
    buffer_append_string(text, next->command ? "\n      " : "");
    styled_text_append_visible(text, next->reason);
    buffer_append_byte(text, '\n');
}

/* --- status --- */

/* By level, and in the order of the plan within one. */
static int compare_items(const void *first, const void *second) {
    const struct achievement_item *a = *(const struct achievement_item *const *)first;
    const struct achievement_item *b = *(const struct achievement_item *const *)second;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    return a < b ? -1 : 1;
}

static void append_row(struct table *table, const struct achievement_item *item, const struct style *style) {
    AUTO(arena) arena = {0};
    AUTO(buffer) need = {0};
    achievement_text_need(&need, item);
    const char *cells[] = {item->has_level ? arena_format(&arena, "%u", item->level) : "-", item->id, item->title,
                           achievement_text_state(&arena, item, style), buffer_text(&need)};
    table_add(table, cells, state_style_of(item->standing.state, item->standing.is_ready)->color);
}

static void append_achievements(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"STATE", 0}, {"WHAT NEXT", TABLE_SHRINKS}};
    struct table *table = table_new(columns, 5, style);
    AUTO_FREE const struct achievement_item **sorted = memory_allocate(plan->item_count, sizeof *sorted);
    for (size_t i = 0; i < plan->item_count; i++)
        sorted[i] = &plan->items[i];
    qsort(sorted, plan->item_count, sizeof *sorted, compare_items);
    for (size_t i = 0; i < plan->item_count; i++)
        append_row(table, sorted[i], style);
    table_end(table, text);
}

static void append_level_row(struct table *table, size_t number, const struct level_view *level, size_t done) {
    AUTO(arena) arena = {0};
    const char *cells[] = {
        arena_format(&arena, "%zu", number),        arena_format(&arena, "%zu of %zu", done, level->ids.count),
        arena_format(&arena, "%u", level->ready),   arena_format(&arena, "%u", level->failed),
        arena_format(&arena, "%u", level->blocked),
    };
    const char *color = done == level->ids.count ? TABLE_GREEN
                        : level->failed          ? TABLE_RED
                        : level->ready           ? TABLE_YELLOW
                                                 : NULL;
    table_add(table, cells, color);
}

/* A long plan with levels: one row a level, those that are complete left out. */
static void append_levels(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"DONE", 0}, {"READY", TABLE_RIGHT}, {"FAILED", TABLE_RIGHT}, {"BLOCKED", TABLE_RIGHT}};
    struct table *table = table_new(columns, 5, style);
    size_t shown = 0, complete = 0;
    for (size_t level = 0; level < plan->level_count; level++) {
        const struct level_view *counts = &plan->levels[level];
        size_t done = (size_t)counts->complete + counts->skipped;
        bool is_complete = done == counts->ids.count;
        complete += is_complete;
        if (!is_complete && shown < LEVELS_SHOWN_MOST) {
            append_level_row(table, level, counts, done);
            shown++;
        }
    }
    table_end(table, text);
    buffer_append_format(text, "%zu level%s complete", complete, text_plural(complete));
    if (shown + complete < plan->level_count)
        buffer_append_format(text, ", %zu more not shown", plan->level_count - complete - shown);
    buffer_append_string(text, "; -v lists every achievement\n");
}

static void append_hours(struct buffer *text, const struct plan_view *plan) {
    const struct hours_view *left = &plan->remaining;
    if (plan->hours.sequential <= 0)
        return;
    buffer_append_format(text, "Left: %.4g of %.4g hours", left->sequential, plan->hours.sequential);
    if (left->has_parallel && left->sequential > 0)
        buffer_append_format(text, "; %.4g side by side", left->parallel);
    if (left->missing.count) {
        buffer_append_string(text, "; not estimated: ");
        achievement_text_ids(text, &left->missing, 4);
    }
    buffer_append_byte(text, '\n');
    if (left->critical_path.count > 1) {
        buffer_append_string(text, "Critical path: ");
        achievement_text_ids(text, &left->critical_path, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
}

bool plan_text_is_unknown(const struct plan_view *plan) {
    return !plan->is_valid && plan->total == 0;
}

static void append_heading(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    const size_t *counts = plan->counts;
    const struct {
        size_t count;
        const char *word;
    } others[] = {{counts[STATE_SKIPPED], "skipped"}, {counts[STATE_FAILED], "failed"}, {plan->ready, "ready"}};
    styled_text_append_bold(text, style, plan->name);
    buffer_append_string(text, "  ");
    if (plan_text_is_unknown(plan)) {
        buffer_append_string(text, "its achievements are unknown\n");
        return;
    }
    styled_text_append_bar(text, style, counts[STATE_COMPLETE] + counts[STATE_SKIPPED], plan->total, BAR_COLUMNS);
    buffer_append_format(text, "  %zu of %zu complete", counts[STATE_COMPLETE], plan->total);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].count)
            buffer_append_format(text, ", %zu %s", others[i].count, others[i].word);
    buffer_append_byte(text, '\n');
}

void plan_text_nothing(struct buffer *text, const struct plan_view *plan) {
    buffer_append_format(text, "No achievement is listed (%s).\n", plan->selection);
}

static void append_list(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    bool is_long = plan->item_count > STYLED_TEXT_ROWS_MOST && !style->is_verbose && plan->level_count;
    if (is_long && !plan->is_filtered)
        append_levels(text, plan, style);
    else if (plan->item_count)
        append_achievements(text, plan, style);
    else if (plan->is_filtered)
        plan_text_nothing(text, plan);
    else
        buffer_append_string(text, "No achievements.\n");
}

void plan_text_status_of_one(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    append_heading(text, plan, style);
    if (!plan->is_valid)
        styled_text_append_styled(text, style, "31",
                                  "The plan has errors: there are no levels, and nothing can be created.");
    buffer_append_string(text, plan->is_valid ? "\n" : "\n\n");
    if (!plan_text_is_unknown(plan)) {
        append_list(text, plan, style);
        buffer_append_byte(text, '\n');
    }
    if (!plan->is_filtered)
        append_hours(text, plan);
    plan_text_advice(text, &plan->next, style);
}

/* --- next --- */

/* What to do, and the command for it unless the plan's own is one of that kind. */
static const char *next_cell(struct arena *arena, const struct plan_view *plan, const struct achievement_item *item) {
    bool is_fill = item->standing.next == STEP_FILL && item->standing.subplan == SUBPLAN_PLACEHOLDER;
    bool is_other = is_fill && strcmp(plan->next.kind, "fill") != 0;
    return is_other ? arena_format(arena, "%s (%s)", item->need, item->command) : item->need;
}

static void append_ready(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"WHAT NEXT", 0}};
    AUTO(arena) arena = {0};
    struct table *table = table_new(columns, 4, style);
    bool is_cut = plan->item_count > STYLED_TEXT_ROWS_MOST && !style->is_verbose;
    for (size_t i = 0; i < (is_cut ? STYLED_TEXT_ROWS_MOST : plan->item_count); i++) {
        const struct achievement_item *item = &plan->items[i];
        const char *cells[] = {arena_format(&arena, "%u", item->level), item->id, item->title,
                               next_cell(&arena, plan, item)};
        table_add(table, cells, NULL);
    }
    table_end(table, text);
    if (is_cut)
        buffer_append_format(text, "and %zu more; -v lists them\n", plan->item_count - STYLED_TEXT_ROWS_MOST);
}

/* "Claimed: 2.3 (ann), 2.4 (bob)" and "Finished elsewhere, to be merged: 2.1 (branch bob/2.1)" */
static void append_taken(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    AUTO(buffer) claimed = {0}, finished = {0};
    for (size_t i = 0; i < plan->taken_count; i++) {
        const struct achievement_item *item = &plan->taken[i];
        bool is_finished = item->mark && item->mark->binds;
        struct buffer *list = is_finished ? &finished : &claimed;
        const char *by = is_finished ? item->mark->branch : item->claim ? item->claim->by : NULL;
        buffer_append_format(list, "%s%s", list->length ? ", " : "", item->id);
        if (!by)
            continue;
        buffer_append_string(list, is_finished ? " (branch " : " (");
        styled_text_append_visible(list, by);
        buffer_append_byte(list, ')');
    }
    (void)style;
    if (claimed.length)
        buffer_append_format(text, "Claimed: %s\n", claimed.data);
    if (finished.length)
        buffer_append_format(text, "Finished elsewhere, to be merged: %s\n", finished.data);
}

void plan_text_next_of_one(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    styled_text_append_bold(text, style, plan->name);
    buffer_append_format(text, "  %zu ready", plan->item_count);
    if (plan->is_filtered)
        buffer_append_format(text, " (%s)", plan->selection);
    buffer_append_byte(text, '\n');
    if (plan->item_count)
        append_ready(text, plan, style);
    append_taken(text, plan, style);
    plan_text_advice(text, &plan->next, style);
}

/* --- validate --- */

static void append_validity(struct buffer *text, const struct plan_view *plan, const struct style *style) {
    styled_text_append_styled(text, style, plan->is_valid ? "32" : "31",
                              symbol_text(style, plan->is_valid ? "✓" : "✗"));
    buffer_append_byte(text, ' ');
    styled_text_append_visible(text, plan->name ? plan->name : plan->path);
    if (plan_text_is_unknown(plan))
        buffer_append_string(text, ": its achievements are unknown");
    else
        buffer_append_format(text, ": %zu achievement%s", plan->total, text_plural(plan->total));
    if (plan->errors)
        buffer_append_format(text, ", %zu error%s", plan->errors, text_plural(plan->errors));
    if (plan->warnings)
        buffer_append_format(text, ", %zu warning%s", plan->warnings, text_plural(plan->warnings));
    buffer_append_string(text, plan->is_valid ? ", valid\n" : "\n");
}

void plan_text_validate(struct buffer *text, const void *view, const struct style *style) {
    const struct plan_list *list = view;
    for (size_t i = 0; i < list->count; i++)
        append_validity(text, &list->plans[i], style);
}
