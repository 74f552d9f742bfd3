/*
 * The one command to type next in a plan, and why. The same for every command and menu that recommends one.
 */
#ifndef BATCHD_NEXT_COMMAND_H
#define BATCHD_NEXT_COMMAND_H

#include "base/memory.h"
#include "plan/plan.h"

struct next_command {
    /* "validate", "graph", what the command gives an achievement as next_step_name says it, or "none" */
    const char *kind;
    const char *command; /* ready for a shell; NULL with "none" */
    const char *reason;  /* one line */
};

/*
 * In this order: correct an invalid plan; find the dependencies of one that has no file for them; review; create
 * EXECUTION_TASKs for designed achievements, then for those that a FIX has sent back; resolve git's conflict markers in
 * SUBPLANs; create SUBPLANs; fill in placeholders; work. The command does what is ready for it and nothing else. The
 * texts are in @arena.
 */
struct next_command next_command_make(const struct plan *plan, struct arena *arena);

/* The command for one ready achievement, whatever comes first in its plan. */
struct next_command next_command_of_one(const struct plan *plan, size_t position, struct arena *arena);

#endif
