/*
 * What is said of one achievement: the name of its state, what it needs and how many wait for it. These words are made
 * nowhere else: answers carry them, and every text, picture, event, prompt and the menu repeats them.
 */
#ifndef BATCHD_ACHIEVEMENT_H
#define BATCHD_ACHIEVEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "plan/plan.h"
#include "plan/standing.h"

const char *achievement_state_name(enum achievement_state state);  /* "not_started", ... */
const char *achievement_state_label(enum achievement_state state); /* "not started", ... */

/* The state for people: as achievement_state_label, but "placeholder" or "draft" for a SUBPLAN that is one. */
const char *achievement_label(const struct standing *standing);

/* "subplan", "fill", "resolve", "execution", "work", "rework", "review"; NULL for NOTHING. */
const char *next_step_name(enum next_step step);
/* The step with that name, which may be NULL; false for any other word. */
bool next_step_find(const char *name, enum next_step *step);
/* What an achievement with that need is ready for: the same words, but "subplan" for "fill" and "resolve". */
const char *next_step_purpose(enum next_step step);
/* What comes first for it: one that is sent back can lack the SUBPLAN that its rework is made from. */
enum next_step achievement_first_step(const struct standing *standing);
/* next_step_purpose of what it needs next, ready or not; NULL if it is done, or its state is conflicted. */
const char *achievement_needs(const struct standing *standing);
/* The same; NULL unless it is ready. */
const char *achievement_ready_for(const struct standing *standing);

/* The review that an achievement which is submitted waits for is of this; NULL of any other. */
const struct review *achievement_submission(const struct standing *standing);
/* What the last work order says of itself, if that is to be worked on and says it is complete; else NULL. */
const struct completion_claim *achievement_claim(const struct standing *standing);
/* Append "says it is complete (line 10): submit or review it" if its last work order says so; else nothing. */
void achievement_append_claim(struct buffer *text, const struct standing *standing);

/* Append what it needs in words, "create its EXECUTION_TASK", whether it is blocked or not; nothing if it is done. */
void achievement_append_need(struct buffer *text, const struct standing *standing);

#endif
