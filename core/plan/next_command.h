/*
 * The one command to type next in a plan, and why. The same for every command and menu that recommends one.
 */
#ifndef BATCHD_NEXT_COMMAND_H
#define BATCHD_NEXT_COMMAND_H

#include "base/memory.h"
#include "plan/plan.h"

struct next_command {
    /*
     * "validate", "graph", or what the command gives an achievement as next_step_name says it. Without a command:
     * "done", "empty" for a plan without achievements, "blocked" if nothing is ready, "none" if nothing chosen is. With
     * claims also "claimed" and "merge", see plan_view.h
     */
    const char *kind;
    const char *command; /* ready for a shell, or NULL */
    const char *reason;  /* one line */
};

/*
 * In this order: correct an invalid plan; find the dependencies of one that has no file for them; review; create
 * EXECUTION_TASKs for designed achievements, then for those that a FIX has sent back; resolve git's conflict markers in
 * SUBPLANs; create SUBPLANs; fill in placeholders; work. The command does what is ready for it and nothing else. The
 * texts are in @arena. @is_chosen: by position, the achievements that it may be about; NULL for all.
 */
struct next_command next_command_make(const struct plan *plan, const bool *is_chosen, struct arena *arena);

/* The command for one ready achievement, whatever comes first in its plan. */
struct next_command next_command_of_one(const struct plan *plan, size_t position, struct arena *arena);

/*
 * The command for an achievement that can be continued now: a ready one, or one whose design is missing, which need
 * not wait for what blocks it. NULL for any other, and in an invalid plan.
 */
const char *next_command_now(const struct plan *plan, size_t position, struct arena *arena);

#endif
