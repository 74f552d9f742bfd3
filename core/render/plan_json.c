#include "render/plan_json.h"

#include "plan/achievement.h"
#include "plan/next_command.h"
#include "plan/standing.h"
#include "render/achievement_json.h"
#include "render/claims_json.h"
#include "view/achievement_item.h"

typedef void plan_writer(struct json_writer *writer, const struct plan_view *plan);

static void write_list(struct json_writer *writer, const struct plan_list *list, plan_writer *write, bool has_claims) {
    json_writer_open_object(writer);
    json_writer_key_array(writer, "plans");
    for (size_t i = 0; i < list->count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "plan", list->plans[i].name);
        json_writer_key_string(writer, "path", list->plans[i].path);
        json_writer_key_boolean(writer, "valid", list->plans[i].is_valid);
        write(writer, &list->plans[i]);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    if (has_claims)
        claims_json_note(writer, &list->claims);
    json_writer_close_object(writer);
}

static void write_command(struct json_writer *writer, const struct next_command *next) {
    json_writer_key_string(writer, "kind", next->kind);
    json_writer_key_string(writer, "command", next->command);
    json_writer_key_string(writer, "reason", next->reason);
}

/* --- hours --- */

static void write_sums(struct json_writer *writer, const char *key, const struct hours_view *hours) {
    json_writer_key_object(writer, key);
    json_writer_key_number(writer, "sequential", hours->sequential);
    if (hours->has_parallel)
        json_writer_key_number(writer, "parallel", hours->parallel);
    else
        json_writer_key_null(writer, "parallel");
    achievement_json_ids(writer, "missing", &hours->missing);
}

void plan_json_hours(struct json_writer *writer, const char *key, const struct hours_view *hours) {
    write_sums(writer, key, hours);
    achievement_json_ids(writer, "critical_path", &hours->critical_path);
    json_writer_close_object(writer);
}

void plan_json_all_hours(struct json_writer *writer, const struct hours_view *hours) {
    write_sums(writer, "hours", hours);
    json_writer_close_object(writer);
    achievement_json_ids(writer, "critical_path", &hours->critical_path);
}

/* --- status --- */

void plan_json_progress(struct json_writer *writer, const struct plan_view *plan) {
    json_writer_key_object(writer, "progress");
    json_writer_key_unsigned(writer, "total", plan->total);
    for (enum achievement_state state = STATE_COMPLETE + 1; state-- > STATE_NOT_STARTED;)
        json_writer_key_unsigned(writer, achievement_state_name(state), plan->counts[state]);
    json_writer_key_unsigned(writer, "ready", plan->ready);
    json_writer_close_object(writer);
}

static void write_levels(struct json_writer *writer, const struct plan_view *plan) {
    json_writer_key_array(writer, "levels");
    for (size_t i = 0; i < plan->level_count; i++) {
        const struct level_view *level = &plan->levels[i];
        json_writer_open_object(writer);
        json_writer_key_unsigned(writer, "level", i);
        achievement_json_ids(writer, "ids", &level->ids);
        json_writer_key_unsigned(writer, "complete", level->complete);
        json_writer_key_unsigned(writer, "skipped", level->skipped);
        json_writer_key_unsigned(writer, "total", level->ids.count);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_whole(struct json_writer *writer, const struct plan_view *plan) {
    plan_json_all_hours(writer, &plan->hours);
    plan_json_hours(writer, "remaining", &plan->remaining);
    json_writer_key_string(writer, "selection", plan->selection);
    json_writer_key_array(writer, "achievements");
    for (size_t i = 0; i < plan->item_count; i++) {
        json_writer_open_object(writer);
        achievement_json_members(writer, &plan->items[i]);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    write_levels(writer, plan);
}

static void write_brief(struct json_writer *writer, const struct plan_view *plan) {
    static const char *const left_out[] = {"hours", "critical_path", "remaining", "achievements", "levels"};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        json_writer_key_null(writer, left_out[i]);
    json_writer_key_string(writer, "selection", plan->selection);
}

static void write_status(struct json_writer *writer, const struct plan_view *plan) {
    json_writer_key_string(writer, "dependency_file", plan->dependency_file);
    plan_json_progress(writer, plan);
    if (plan->is_brief)
        write_brief(writer, plan);
    else
        write_whole(writer, plan);
    write_command(writer, &plan->next);
}

void plan_json_status(struct json_writer *writer, const void *view) {
    write_list(writer, view, write_status, true);
}

/* --- next --- */

static void write_ready(struct json_writer *writer, const struct achievement_item *item) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", item->id);
    json_writer_key_string(writer, "title", item->title);
    achievement_json_level(writer, item);
    json_writer_key_string(writer, "for", achievement_ready_for(&item->standing));
    achievement_json_facts(writer, item);
    achievement_json_subplan(writer, &item->standing);
    achievement_json_review(writer, &item->standing);
    achievement_json_claim(writer, item);
    json_writer_key_string(writer, "command", item->command);
    json_writer_close_object(writer);
}

/* Those that a claim holds, or those that were finished elsewhere. */
static void write_taken(struct json_writer *writer, const char *key, const struct plan_view *plan, bool is_finished) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < plan->taken_count; i++) {
        const struct achievement_item *item = &plan->taken[i];
        if ((item->mark && item->mark->binds) != is_finished)
            continue;
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", item->id);
        json_writer_key_string(writer, "for", achievement_ready_for(&item->standing));
        if (is_finished)
            claims_json_mark(writer, item->mark);
        else
            claims_json_claim(writer, item->claim);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_next(struct json_writer *writer, const struct plan_view *plan) {
    json_writer_key_string(writer, "selection", plan->selection);
    json_writer_key_array(writer, "ready");
    for (size_t i = 0; i < plan->item_count; i++)
        write_ready(writer, &plan->items[i]);
    json_writer_close_array(writer);
    write_taken(writer, "claimed", plan, false);
    write_taken(writer, "finished_elsewhere", plan, true);
    write_command(writer, &plan->next);
}

void plan_json_next(struct json_writer *writer, const void *view) {
    write_list(writer, view, write_next, true);
}

/* --- validate --- */

static void write_validity(struct json_writer *writer, const struct plan_view *plan) {
    json_writer_key_unsigned(writer, "achievements", plan->total);
    json_writer_key_unsigned(writer, "errors", plan->errors);
    json_writer_key_unsigned(writer, "warnings", plan->warnings);
}

void plan_json_validate(struct json_writer *writer, const void *view) {
    write_list(writer, view, write_validity, false);
}
