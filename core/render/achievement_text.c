#include "render/achievement_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "claims/claim.h"
#include "document/names.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/claims_text.h"
#include "render/state_style.h"
#include "render/styled_text.h"
#include "render/symbol.h"
#include "view/claim_item.h"

enum { LISTED_MOST = 12 }; /* ids in a line */

/* --- shared with the texts of plans --- */

void achievement_text_ids(struct buffer *text, const struct ids *ids, size_t most) {
    size_t shown = ids->count < most ? ids->count : most;
    for (size_t i = 0; i < shown; i++) {
        buffer_append_string(text, i ? ", " : "");
        styled_text_append_visible(text, ids->items[i]);
    }
    if (ids->count > shown)
        buffer_append_format(text, " and %zu more", ids->count - shown);
}

const char *achievement_text_state(struct arena *arena, const struct achievement_item *item,
                                   const struct style *style) {
    return arena_format(arena, "%s %s", symbol_text(style, state_mark(item->standing.state)),
                        achievement_label(&item->standing));
}

static bool has_id(const struct ids *ids, const char *id) {
    for (size_t i = 0; i < ids->count; i++)
        if (strcmp(ids->items[i], id) == 0)
            return true;
    return false;
}

static void append_blockers(struct buffer *text, const struct achievement_item *item) {
    enum { SHOWN_MOST = 4 };
    const struct ids *ids = &item->blocked_by;
    size_t shown = ids->count < SHOWN_MOST ? ids->count : SHOWN_MOST;
    bool is_review = item->blocked_by_review.count == ids->count; /* and nothing else */
    buffer_append_string(text, is_review ? " (waits for the review of " : " (blocked by ");
    for (size_t i = 0; i < shown; i++)
        buffer_append_format(text, "%s%s%s", i ? ", " : "", ids->items[i],
                             has_id(&item->blocked_by_failed, ids->items[i]) ? " (failed)" : "");
    if (ids->count > shown)
        buffer_append_format(text, " and %zu more", ids->count - shown);
    buffer_append_byte(text, ')');
}

/* Who works on it, instead of what is to be done; or, after that, that it is free again, or finished elsewhere. */
static bool append_holder(struct buffer *text, const struct achievement_item *item) {
    bool is_held = item->claim && item->claim->state == CLAIM_HELD;
    if (is_held)
        claims_text_append(text, item->claim);
    return is_held;
}

static void append_history(struct buffer *text, const struct achievement_item *item) {
    if (item->mark && item->mark->binds) {
        buffer_append_string(text, " — ");
        claims_text_append_mark(text, item->mark);
    } else if (item->claim) {
        buffer_append_string(text, "; ");
        claims_text_append(text, item->claim);
    }
}

void achievement_text_work(struct buffer *text, const struct achievement_item *item) {
    if (append_holder(text, item))
        return;
    styled_text_append_visible(text, item->need);
    append_history(text, item);
}

void achievement_text_need(struct buffer *text, const struct achievement_item *item) {
    if (append_holder(text, item))
        return;
    if (item->is_free || (item->standing.is_ready && !item->mark))
        buffer_append_string(text, "ready: ");
    styled_text_append_visible(text, item->need);
    if (item->blocked_by.count)
        append_blockers(text, item);
    append_history(text, item);
}

/* --- show and why --- */

static void append_title(struct buffer *text, const struct achievement_item *item, const struct style *style) {
    styled_text_append_bold(text, style, item->id);
    buffer_append_string(text, "  ");
    styled_text_append_bold(text, style, item->title);
    buffer_append_string(text, "\n");
}

static void append_state(struct buffer *text, const struct achievement_item *item, const struct style *style) {
    AUTO(arena) arena = {0};
    AUTO(buffer) need = {0};
    achievement_text_need(&need, item);
    styled_text_append_line(text, "state", achievement_text_state(&arena, item, style));
    styled_text_append_line(text, "next", buffer_text(&need));
    styled_text_append_line(text, "command", item->command);
}

static void append_id_line(struct buffer *text, const char *label, const struct ids *ids) {
    AUTO(buffer) list = {0};
    achievement_text_ids(&list, ids, LISTED_MOST);
    styled_text_append_line(text, label, buffer_text(&list));
}

static void append_reviews(struct buffer *text, const struct standing *standing, enum name_kind kind, const char *label,
                           const struct style *style) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == kind)
            styled_text_append_path_line(text, style, label, standing->reviews[i].file);
}

static void append_files(struct buffer *text, const struct standing *standing, const struct style *style) {
    styled_text_append_path_line(text, style, "SUBPLAN", standing->subplan_file);
    for (size_t i = 0; i < standing->execution_count; i++)
        styled_text_append_path_line(text, style, "EXECUTION_TASK", standing->executions[i].file);
    styled_text_append_path_line(text, style, "APPROVED", standing->approved_file);
    append_reviews(text, standing, NAME_SUBMITTED, "SUBMITTED", style);
    append_reviews(text, standing, NAME_FIX, "FIX", style);
    styled_text_append_path_line(text, style, "SKIPPED", standing->skipped_file);
}

static void append_hours(struct buffer *text, const struct achievement_view *view) {
    AUTO(buffer) value = {0};
    if (view->item.has_level) {
        buffer_append_format(&value, "%u", view->item.level);
        styled_text_append_line(text, "level", buffer_text(&value));
        buffer_clear(&value);
    }
    if (view->item.has_hours)
        buffer_append_format(&value, "%.4g", view->item.hours);
    styled_text_append_line(text, "hours", buffer_text(&value));
    buffer_clear(&value);
    if (view->has_slack && view->slack > 0)
        buffer_append_format(&value, "can wait %.4g hour%s without delaying the plan", view->slack,
                             text_plural_hours(view->slack));
    else if (view->has_slack)
        buffer_append_string(&value, "none: any delay here delays the plan");
    styled_text_append_line(text, "slack", buffer_text(&value));
}

static void append_objective(struct buffer *text, const char *objective) {
    buffer_append_byte(text, '\n');
    for (struct span rest = span_of(objective), line; span_next_line(&rest, &line);) {
        buffer_append_string(text, line.length ? "  " : "");
        text_append_visible(text, line);
        buffer_append_byte(text, '\n');
    }
}

void achievement_text_show(struct buffer *text, const void *view, const struct style *style) {
    const struct achievement_view *shown = view;
    append_title(text, &shown->item, style);
    styled_text_append_line(text, "plan", shown->plan);
    append_state(text, &shown->item, style);
    append_hours(text, shown);
    append_id_line(text, "depends on", &shown->item.dependencies);
    append_id_line(text, "blocked by", &shown->item.blocked_by);
    append_id_line(text, "dependents", &shown->dependents);
    append_files(text, &shown->item.standing, style);
    if (shown->objective)
        append_objective(text, shown->objective);
}

static void append_obstacles(struct buffer *text, const struct achievement_view *view, const struct style *style) {
    size_t shown = view->obstacle_count < LISTED_MOST ? view->obstacle_count : LISTED_MOST;
    for (size_t i = 0; i < shown; i++) {
        const struct achievement_item *item = &view->obstacles[i].item;
        buffer_append_string(text, "  waits for ");
        styled_text_append_visible(text, item->id);
        buffer_append_format(text, " (%s): ", achievement_label(&item->standing));
        styled_text_append_visible(text, item->need);
        if (item->command) {
            buffer_append_string(text, "\n    ");
            styled_text_append_visible(text, item->command);
        }
        buffer_append_string(text, "\n    ends with ");
        styled_text_append_path(text, style, view->obstacles[i].ends_with);
        buffer_append_byte(text, '\n');
    }
    if (view->obstacle_count > shown)
        buffer_append_format(text, "  and for %zu more\n", view->obstacle_count - shown);
}

/* That a file is not used, and the name that the SUBPLAN must have. */
static void append_irregular(struct buffer *text, const struct achievement_view *view) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(view->item.id, digits);
    buffer_append_string(text, "  note: ");
    styled_text_append_visible(text, standing_rare(&view->item.standing)->irregular_subplan);
    buffer_append_string(text, " is ignored: its name does not match SUBPLAN_");
    styled_text_append_visible(text, view->plan);
    buffer_append_format(text, "_%s.md\n", digits);
}

/* Where it was finished, in full, if it is to be merged from there. */
static void append_finished(struct buffer *text, const struct mark_item *mark) {
    AUTO(buffer) what = {0};
    if (!mark || !mark->binds)
        return;
    buffer_append_format(&what, "for %s by %s, fence %" PRIu64 ", %s", claim_kind_name(mark->kind), mark->by,
                         mark->fence, mark->time);
    styled_text_append_line(text, "finished", what.data);
    styled_text_append_line(text, "branch", mark->branch);
    styled_text_append_line(text, "commit", mark->commit);
    styled_text_append_line(text, "worktree", mark->worktree);
}

void achievement_text_why(struct buffer *text, const void *view, const struct style *style) {
    const struct achievement_view *shown = view;
    append_title(text, &shown->item, style);
    append_state(text, &shown->item, style);
    append_finished(text, shown->item.mark);
    if (standing_rare(&shown->item.standing)->irregular_subplan)
        append_irregular(text, shown);
    append_files(text, &shown->item.standing, style);
    append_obstacles(text, shown, style);
    if (shown->item.blocks) {
        buffer_append_format(text, "  blocks %u: ", shown->item.blocks);
        achievement_text_ids(text, &shown->blocked, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
    if (shown->would_make_ready.count) {
        buffer_append_string(text, "  once complete, ready at once: ");
        achievement_text_ids(text, &shown->would_make_ready, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
}
