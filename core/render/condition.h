/*
 * A condition that `wait` waits for: whether it is met, as the view of a plan shows it, and why, as a sentence.
 */
#ifndef BATCHD_CONDITION_H
#define BATCHD_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

enum condition_kind {
    CONDITION_SUBPLANS, /* every SUBPLAN of the level is complete */
    CONDITION_LEVEL,    /* every achievement of the level */
    CONDITION_READY,
    CONDITION_COMPLETE,
    CONDITION_FREE,      /* ready, and neither claimed nor finished elsewhere */
    CONDITION_SUBMITTED, /* the one, or without an id any of the plan, or of all plans */
    CONDITION_KINDS
};

struct condition {
    enum condition_kind kind;
    const char *id; /* borrowed; NULL for a level, and for any */
    uint32_t level;
};

enum condition_verdict {
    CONDITION_MET,
    CONDITION_NOT_MET,
    CONDITION_AWAY, /* the plan has no such achievement or level */
};

/* "complete=3.1", or "level-complete" with @level, a number, which is NULL without one. USAGE. */
bool condition_parse(struct condition *condition, const char *word, const char *level, struct error *error);

/* Judge a condition with an id or a level; @reason says why, or what is away. */
enum condition_verdict condition_judge(const struct condition *condition, const struct plan_view *plan,
                                       struct buffer *reason);

/* Is anything of the plan submitted? @reason says what; nothing is appended if not. */
bool condition_judge_submissions(const struct plan_view *plan, struct buffer *reason);

/* The achievement of the plan; NULL if it has none of that id. */
const struct achievement_item *condition_find_item(const struct plan_view *plan, const char *id);

#endif
