/*
 * What answers say of an achievement, as members of a JSON object. One definition of every member, for all of them.
 */
#ifndef BATCHD_ACHIEVEMENT_JSON_H
#define BATCHD_ACHIEVEMENT_JSON_H

#include "format/json_writer.h"
#include "plan/standing.h"
#include "view/achievement_item.h"
#include "view/achievement_view.h"

/* The data of show and why. @view: a struct achievement_view. For people see achievement_text.h. */
void achievement_json_show(struct json_writer *writer, const void *view);
void achievement_json_why(struct json_writer *writer, const void *view);

/* "state", "label", "is_ready", "ready_for", "needs", "what_next", "blocks": in every answer. */
void achievement_json_facts(struct json_writer *writer, const struct achievement_item *item);
/* All that status and show say of one. */
void achievement_json_members(struct json_writer *writer, const struct achievement_item *item);

/* All that show says of one, and what why says beside that. */
void achievement_json_shown(struct json_writer *writer, const struct achievement_view *view);
void achievement_json_reasons(struct json_writer *writer, const struct achievement_view *view);

/* One member of it each, with its key; null where the value is unknown. */
void achievement_json_level(struct json_writer *writer, const struct achievement_item *item);
void achievement_json_hours(struct json_writer *writer, const struct achievement_item *item);
void achievement_json_subplan(struct json_writer *writer, const struct standing *standing);
/* "review" and "says_complete" */
void achievement_json_review(struct json_writer *writer, const struct standing *standing);

/* "is_free", "claim" and "finished" */
void achievement_json_claim(struct json_writer *writer, const struct achievement_item *item);

void achievement_json_ids(struct json_writer *writer, const char *key, const struct ids *ids);

#endif
