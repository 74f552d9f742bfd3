#include "render/achievement_json.h"

#include "document/document.h"
#include "document/names.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/claims_json.h"

void achievement_json_ids(struct json_writer *writer, const char *key, const struct ids *ids) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < ids->count; i++)
        json_writer_string(writer, ids->items[i]);
    json_writer_close_array(writer);
}

void achievement_json_level(struct json_writer *writer, const struct achievement_item *item) {
    if (item->has_level)
        json_writer_key_unsigned(writer, "level", item->level);
    else
        json_writer_key_null(writer, "level");
}

void achievement_json_hours(struct json_writer *writer, const struct achievement_item *item) {
    if (item->has_hours)
        json_writer_key_number(writer, "hours", item->hours);
    else
        json_writer_key_null(writer, "hours");
}

void achievement_json_facts(struct json_writer *writer, const struct achievement_item *item) {
    const struct standing *standing = &item->standing;
    json_writer_key_string(writer, "state", achievement_state_name(standing->state));
    json_writer_key_string(writer, "label", achievement_label(standing));
    json_writer_key_boolean(writer, "is_ready", standing->is_ready);
    json_writer_key_string(writer, "ready_for", achievement_ready_for(standing));
    json_writer_key_string(writer, "needs", achievement_needs(standing));
    json_writer_key_string(writer, "what_next", item->need);
    json_writer_key_unsigned(writer, "blocks", item->blocks);
}

static void write_blocked_by(struct json_writer *writer, const struct achievement_item *item) {
    achievement_json_ids(writer, "blocked_by", &item->blocked_by);
    achievement_json_ids(writer, "blocked_by_failed", &item->blocked_by_failed);
    achievement_json_ids(writer, "blocked_by_review", &item->blocked_by_review);
}

void achievement_json_subplan(struct json_writer *writer, const struct standing *standing) {
    json_writer_key_string(writer, "subplan", subplan_state_name(standing->subplan));
    if (standing->conflict_line)
        json_writer_key_unsigned(writer, "conflict_line", standing->conflict_line);
    else
        json_writer_key_null(writer, "conflict_line");
}

static void write_reviews(struct json_writer *writer, const char *key, const struct standing *standing,
                          enum name_kind kind) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == kind)
            json_writer_string(writer, standing->reviews[i].file);
    json_writer_close_array(writer);
}

static void write_files(struct json_writer *writer, const struct standing *standing) {
    json_writer_key_object(writer, "files");
    json_writer_key_string(writer, "subplan", standing->subplan_file);
    json_writer_key_array(writer, "executions");
    for (size_t i = 0; i < standing->execution_count; i++)
        json_writer_string(writer, standing->executions[i].file);
    json_writer_close_array(writer);
    json_writer_key_string(writer, "approved", standing->approved_file);
    json_writer_key_string(writer, "fix", standing_rare(standing)->fix_file);
    json_writer_key_string(writer, "skipped", standing->skipped_file);
    json_writer_key_string(writer, "rework", standing_rare(standing)->rework_file);
    write_reviews(writer, "submitted", standing, NAME_SUBMITTED);
    write_reviews(writer, "fixes", standing, NAME_FIX);
    json_writer_close_object(writer);
}

/* The submission that waits for its review. */
static void write_review(struct json_writer *writer, const struct review *submission) {
    if (!submission) {
        json_writer_key_null(writer, "review");
        return;
    }
    json_writer_key_object(writer, "review");
    json_writer_key_string(writer, "by", submission->by);
    json_writer_key_unsigned(writer, "work_order", submission->number);
    json_writer_key_string(writer, "file", submission->file);
    json_writer_close_object(writer);
}

static void write_claim(struct json_writer *writer, const struct completion_claim *claim) {
    if (!claim) {
        json_writer_key_null(writer, "says_complete");
        return;
    }
    json_writer_key_object(writer, "says_complete");
    json_writer_key_string(writer, "file", claim->file);
    json_writer_key_unsigned(writer, "line", claim->line);
    json_writer_key_string(writer, "text", claim->text);
    json_writer_close_object(writer);
}

void achievement_json_review(struct json_writer *writer, const struct standing *standing) {
    write_review(writer, achievement_submission(standing));
    write_claim(writer, achievement_claim(standing));
}

void achievement_json_claim(struct json_writer *writer, const struct achievement_item *item) {
    json_writer_key_boolean(writer, "is_free", item->is_free);
    claims_json_claim(writer, item->claim);
    claims_json_mark(writer, item->mark);
}

void achievement_json_members(struct json_writer *writer, const struct achievement_item *item) {
    json_writer_key_string(writer, "id", item->id);
    json_writer_key_string(writer, "title", item->title);
    achievement_json_level(writer, item);
    achievement_json_facts(writer, item);
    write_blocked_by(writer, item);
    achievement_json_ids(writer, "dependencies", &item->dependencies);
    achievement_json_subplan(writer, &item->standing);
    achievement_json_hours(writer, item);
    write_files(writer, &item->standing);
    achievement_json_review(writer, &item->standing);
    achievement_json_claim(writer, item);
}

/* --- show and why --- */

static void write_plan(struct json_writer *writer, const struct achievement_view *view) {
    json_writer_key_string(writer, "plan", view->plan);
    json_writer_key_string(writer, "path", view->path);
    json_writer_key_boolean(writer, "valid", view->is_valid);
}

static void write_sub_executions(struct json_writer *writer, const struct achievement_view *view) {
    json_writer_key_array(writer, "sub_executions");
    for (size_t i = 0; i < view->sub_execution_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", view->sub_executions[i].id);
        json_writer_key_string(writer, "title", view->sub_executions[i].title);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void achievement_json_shown(struct json_writer *writer, const struct achievement_view *view) {
    achievement_json_members(writer, &view->item);
    json_writer_key_string(writer, "command", view->item.command);
    if (view->has_slack)
        json_writer_key_number(writer, "slack", view->slack);
    else
        json_writer_key_null(writer, "slack");
    achievement_json_ids(writer, "dependents", &view->dependents);
    write_sub_executions(writer, view);
    json_writer_key_string(writer, "objective", view->objective);
}

void achievement_json_show(struct json_writer *writer, const void *view) {
    const struct achievement_view *shown = view;
    json_writer_open_object(writer);
    write_plan(writer, shown);
    json_writer_key_object(writer, "achievement");
    achievement_json_shown(writer, shown);
    json_writer_close_object(writer);
    claims_json_note(writer, &shown->claims);
    json_writer_close_object(writer);
}

static void write_obstacle(struct json_writer *writer, const struct obstacle *obstacle) {
    const struct standing *standing = &obstacle->item.standing;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", obstacle->item.id);
    json_writer_key_string(writer, "title", obstacle->item.title);
    achievement_json_facts(writer, &obstacle->item);
    json_writer_key_string(writer, "fix", standing->state == STATE_FAILED ? standing_rare(standing)->fix_file : NULL);
    json_writer_key_string(writer, "command", obstacle->item.command);
    json_writer_key_string(writer, "ends_with", obstacle->ends_with);
    json_writer_close_object(writer);
}

void achievement_json_reasons(struct json_writer *writer, const struct achievement_view *shown) {
    json_writer_key_array(writer, "waits_for");
    for (size_t i = 0; i < shown->obstacle_count; i++)
        write_obstacle(writer, &shown->obstacles[i]);
    json_writer_close_array(writer);
    achievement_json_ids(writer, "would_make_ready", &shown->would_make_ready);
    achievement_json_ids(writer, "blocks_ids", &shown->blocked);
}

void achievement_json_why(struct json_writer *writer, const void *view) {
    const struct achievement_view *shown = view;
    const struct achievement_item *item = &shown->item;
    json_writer_open_object(writer);
    write_plan(writer, shown);
    json_writer_key_string(writer, "id", item->id);
    json_writer_key_string(writer, "title", item->title);
    achievement_json_facts(writer, item);
    json_writer_key_string(writer, "command", item->command);
    achievement_json_subplan(writer, &item->standing);
    json_writer_key_string(writer, "irregular_subplan", standing_rare(&item->standing)->irregular_subplan);
    write_files(writer, &item->standing);
    achievement_json_review(writer, &item->standing);
    achievement_json_claim(writer, item);
    write_blocked_by(writer, item);
    achievement_json_reasons(writer, shown);
    claims_json_note(writer, &shown->claims);
    json_writer_close_object(writer);
}
