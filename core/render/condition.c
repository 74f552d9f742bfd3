#include "render/condition.h"

#include <stdlib.h>
#include <string.h>

#include "document/document.h"
#include "document/names.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/achievement_text.h"

bool condition_parse(struct condition *condition, const char *word, const char *level, struct error *error) {
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    static const char *const names[] = {"subplans-complete", "level-complete", "ready",
                                        "complete",          "free",           "submitted"};
    for (size_t i = 0; i < CONDITION_KINDS; i++) {
        if (strlen(names[i]) != length || strncmp(names[i], word, length) != 0)
            continue;
        condition->kind = (enum condition_kind)i;
        condition->id = equals ? equals + 1 : NULL;
        condition->level = level ? (uint32_t)strtoul(level, NULL, 10) : 0;
        bool is_of_level = i < 2, has_level = level != NULL;
        if (is_of_level && has_level && !equals)
            return true;
        if (!is_of_level && equals && names_is_id(span_of(condition->id)) && !has_level)
            return true;
        if (condition->kind == CONDITION_SUBMITTED && !equals && !has_level)
            return true;
        return is_of_level
                   ? error_set(error, ERROR_USAGE, "--for %s needs --level N", names[i])
                   : error_set(error, ERROR_USAGE, "--for %s needs an achievement: --for %s=3.1", names[i], names[i]);
    }
    error_set(error, ERROR_USAGE, word[0] ? "there is no condition \"%s\"" : "what to wait for is missing%s", word);
    return error_hint(error,
                      "--for subplans-complete or level-complete with --level N, --for ready=ID, free=ID, complete=ID, "
                      "submitted=ID or submitted");
}

const struct achievement_item *condition_find_item(const struct plan_view *plan, const char *id) {
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
    const struct achievement_item *item = condition_find_item(plan, condition->id);
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
bool condition_judge_submissions(const struct plan_view *plan, struct buffer *reason) {
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

enum condition_verdict condition_judge(const struct condition *condition, const struct plan_view *plan,
                                       struct buffer *reason) {
    return condition->id ? judge_achievement(plan, condition, reason) : judge_level(plan, condition, reason);
}
