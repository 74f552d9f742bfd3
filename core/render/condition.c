#include "render/condition.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/achievement_text.h"
#include "view/achievement_item.h"

const struct condition_row condition_rows[CONDITION_KINDS] = {
    [CONDITION_SUBPLANS] = {"subplans-complete", "every SUBPLAN of a level", true},
    [CONDITION_LEVEL] = {"level-complete", "every achievement of a level", true},
    [CONDITION_READY] = {"ready", "one achievement", false},
    [CONDITION_COMPLETE] = {"complete", "one achievement", false},
    [CONDITION_FREE] = {"free", "one achievement: ready, and not claimed", false},
    [CONDITION_SUBMITTED] = {"submitted", "one achievement, or without = any", false},
};

bool condition_parse(struct condition *condition, const char *word, const char *level, struct error *error) {
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    for (size_t i = 0; i < CONDITION_KINDS; i++) {
        const char *name = condition_rows[i].name;
        if (!span_equals((struct span){word, length}, name))
            continue;
        condition->kind = (enum condition_kind)i;
        condition->id = equals ? equals + 1 : NULL;
        condition->level = level ? (uint32_t)strtoul(level, NULL, 10) : 0;
        bool is_of_level = condition_rows[i].is_of_level, has_level = level != NULL;
        if (is_of_level && has_level && !equals)
            return true;
        if (!is_of_level && equals && names_is_id(span_of(condition->id)) && !has_level)
            return true;
        if (condition->kind == CONDITION_SUBMITTED && !equals && !has_level)
            return true;
        return is_of_level ? error_set(error, ERROR_USAGE, "--for %s needs --level N", name)
                           : error_set(error, ERROR_USAGE, "--for %s needs an achievement: --for %s=3.1", name, name);
    }
    error_set(error, ERROR_USAGE, word[0] ? "there is no condition \"%s\"" : "what to wait for is missing%s", word);
    return error_hint(error,
                      "--for subplans-complete or level-complete with --level N, --for ready=ID, free=ID, complete=ID, "
                      "submitted=ID or submitted");
}

static const struct achievement_item *find_item(const struct plan_view *plan, const char *id) {
    for (size_t i = 0; i < plan->item_count; i++)
        if (strcmp(plan->items[i].id, id) == 0)
            return &plan->items[i];
    return NULL;
}

/* What is done has been ready. */
static bool is_closed(const struct achievement_item *item) {
    return !item->need;
}

static enum condition_verdict judge_achievement(const struct plan_view *plan, const struct condition *condition,
                                                struct buffer *reason) {
    const struct achievement_item *item = find_item(plan, condition->id);
    if (!item) {
        buffer_append_format(reason, "%s has no achievement %s", plan->name, condition->id);
        return CONDITION_AWAY;
    }
    enum achievement_state state = item->standing.state;
    bool is_met = condition->kind == CONDITION_COMPLETE    ? state == STATE_COMPLETE
                  : condition->kind == CONDITION_FREE      ? item->is_free
                  : condition->kind == CONDITION_SUBMITTED ? state == STATE_SUBMITTED
                                                           : is_closed(item) || item->standing.is_ready;
    buffer_append_format(reason, "%s is ", condition->id);
    if (is_closed(item))
        buffer_append_string(reason, achievement_label(&item->standing));
    else if (condition->kind == CONDITION_COMPLETE)
        buffer_append_string(reason, "not complete: ");
    else if (condition->kind == CONDITION_SUBMITTED && !is_met)
        buffer_append_string(reason, "not submitted: ");
    else if (condition->kind == CONDITION_FREE && !is_met)
        buffer_append_string(reason, "not free: ");
    else if (!is_met)
        buffer_append_string(reason, "not ready: ");
    achievement_text_need(reason, item);
    return is_met ? CONDITION_MET : CONDITION_NOT_MET;
}

/* Is anything of the plan submitted? */
static bool judge_submissions(const struct plan_view *plan, struct buffer *reason) {
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].standing.state == STATE_SUBMITTED) {
            buffer_append_format(reason, "%s is %s", plan->items[i].id, plan->items[i].need);
            return true;
        }
    return false;
}

/* How many of the level's achievements that are open have no complete SUBPLAN. */
static size_t count_lacking(const struct plan_view *plan, uint32_t level) {
    size_t count = 0;
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct achievement_item *item = &plan->items[i];
        bool is_here = item->has_level && item->level == level;
        count += is_here && !is_closed(item) && item->standing.subplan != SUBPLAN_COMPLETE;
    }
    return count;
}

static enum condition_verdict judge_level(const struct plan_view *plan, const struct condition *condition,
                                          struct buffer *reason) {
    if (condition->level >= plan->level_count) {
        buffer_append_format(reason, "%s has no level %u", plan->name, condition->level);
        return CONDITION_AWAY;
    }
    const struct level_view *level = &plan->levels[condition->level];
    size_t total = level->ids.count, done = level->complete + level->skipped;
    size_t lacking = count_lacking(plan, condition->level);
    if (condition->kind == CONDITION_LEVEL) {
        buffer_append_format(reason, "level %u: %zu of %zu are complete", condition->level, done, total);
        return done == total ? CONDITION_MET : CONDITION_NOT_MET;
    }
    if (lacking)
        buffer_append_format(reason, "level %u: %zu SUBPLAN%s not complete", condition->level, lacking,
                             lacking == 1 ? " is" : "s are");
    else
        buffer_append_format(reason, "level %u: every SUBPLAN that is needed is complete", condition->level);
    return lacking ? CONDITION_NOT_MET : CONDITION_MET;
}

static void fill(struct wait_view *view, const struct plan_view *plan, const struct buffer *reason, bool is_met,
                 struct arena *arena) {
    *view = (struct wait_view){.plan = plan ? item_text(arena, plan->name) : NULL,
                               .path = plan ? item_text(arena, plan->path) : NULL,
                               .reason = item_text(arena, buffer_text(reason)),
                               .is_met = is_met};
}

/* --- over several plans --- */

/* Is anything submitted, of any plan? */
static enum condition_verdict judge_any(const struct plan_list *list, struct wait_view *view, struct arena *arena) {
    AUTO(buffer) reason = {0};
    for (size_t i = 0; i < list->count; i++)
        if (judge_submissions(&list->plans[i], &reason)) {
            fill(view, &list->plans[i], &reason, true, arena);
            return CONDITION_MET;
        }
    buffer_append_string(&reason, "nothing is submitted");
    fill(view, list->count == 1 ? list->plans : NULL, &reason, false, arena);
    return CONDITION_NOT_MET;
}

/* The plan that is meant: the only one, or the only one that has the achievement. NULL, and USAGE, if it is unclear. */
static const struct plan_view *choose(const struct plan_list *list, const char *id, struct error *error) {
    const struct plan_view *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->count == 1 || (id && find_item(&list->plans[i], id))) {
            found = &list->plans[i];
            count++;
        }
    if (count == 1)
        return found;
    if (count)
        error_set(error, ERROR_USAGE, "which plan? %zu plans have an achievement %s", count, id);
    else
        error_set(error, ERROR_USAGE, "which plan? name one");
    error_hint(error, "batchctl wait PLAN --for ...; \"batchctl status\" lists the plans");
    return NULL;
}

enum condition_verdict condition_judge(const struct condition *condition, const struct plan_list *list,
                                       struct wait_view *view, struct arena *arena, struct error *error) {
    AUTO(buffer) reason = {0};
    if (condition->kind == CONDITION_SUBMITTED && !condition->id)
        return judge_any(list, view, arena);
    const struct plan_view *plan = choose(list, condition->id, error);
    if (!plan)
        return CONDITION_AWAY;
    enum condition_verdict verdict =
        condition->id ? judge_achievement(plan, condition, &reason) : judge_level(plan, condition, &reason);
    if (verdict == CONDITION_AWAY && plan->is_valid) {
        error_set(error, ERROR_NOT_FOUND, "%s", buffer_text(&reason));
        return verdict;
    }
    fill(view, plan, &reason, verdict == CONDITION_MET, arena);
    return verdict == CONDITION_MET ? CONDITION_MET : CONDITION_NOT_MET;
}
