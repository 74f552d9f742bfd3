/*
 * The one command to type next in a plan, and why. The same for every command and menu that recommends one.
 */
#ifndef BATCHD_ADVICE_H
#define BATCHD_ADVICE_H

#include "memory.h"
#include "plan.h"

struct advice {
    const char *command; /* ready for a shell; NULL if there is nothing to type */
    const char *reason;  /* one line */
};

/*
 * In this order: mend an invalid plan; find the dependencies of one that has no file for them; create EXECUTION_TASKs
 * for designed achievements, then for those that a FIX has sent back; create SUBPLANs; fill in the SUBPLANs that are
 * not complete; work. The texts are in @arena.
 */
struct advice advice_make(const struct plan *plan, struct arena *arena);

#endif
