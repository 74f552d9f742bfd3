/*
 * The states of a plan's achievements, once its files are known: what the reviews say, and which achievements are
 * ready.
 */
#ifndef BATCHD_PLAN_STATES_H
#define BATCHD_PLAN_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/loader.h"
#include "plan/plan.h"

/* Read the reviews of the achievement at @position as far as its state rests on them, and count the state. */
void plan_states_settle(struct loader *loader, size_t position);

/* Is everything that the achievement depends on complete or skipped, and itself neither, nor conflicted? The plan has a
 * graph. */
bool plan_states_is_ready(const struct plan *plan, uint32_t node);
void plan_states_settle_ready(struct plan *plan);
/* After an achievement was completed or opened again. */
void plan_states_count_blocked(struct plan *plan);

/* Does an approval or a skip pass over an open FIX? Each such FIX is reported. */
bool plan_states_passes_over_fix(const struct plan *plan, size_t position);
void plan_states_report_open_fixes(struct loader *loader);

#endif
