/*
 * A condition that `wait` waits for: whether it is met, as the views of plans show it, and why, as a sentence.
 */
#ifndef BATCHD_CONDITION_H
#define BATCHD_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "view/plan_view.h"
#include "view/wait_view.h"

enum condition_kind {
    CONDITION_SUBPLANS, /* every SUBPLAN of the level is complete */
    CONDITION_LEVEL,    /* every achievement of the level */
    CONDITION_READY,
    CONDITION_COMPLETE,
    CONDITION_FREE,      /* ready, and neither claimed nor finished elsewhere */
    CONDITION_SUBMITTED, /* the one, or without an id any of the plan, or of all plans */
    CONDITION_KINDS
};

/* How a condition is written. */
struct condition_row {
    const char *name, *meaning;
    bool is_of_level; /* with a level; else "NAME=ID" */
};
extern const struct condition_row condition_rows[]; /* by kind */

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

/*
 * Judge the condition over the plans of a status in full: of the only plan, or of the only one that has the
 * achievement; for any submission, of all. Fills @view, with texts in @arena. AWAY leaves it, with USAGE in @error if
 * it is unclear which plan is meant, or with NOT_FOUND and what is away; a plan with errors, which can be corrected, is
 * NOT_MET.
 */
enum condition_verdict condition_judge(const struct condition *condition, const struct plan_list *list,
                                       struct wait_view *view, struct arena *arena, struct error *error);

#endif
