/*
 * The states of an outline's items, and the user's selection among them. What the source's own tool does with the
 * parts of what is finished decides what they count as here.
 */
#ifndef BATCHD_OUTLINE_STATES_H
#define BATCHD_OUTLINE_STATES_H

#include <stdbool.h>

#include "base/error.h"
#include "import/outline.h"

/* Settle the states of parts: see parts_follow and parts_stay. Names those that are changed, or that stay open. */
void outline_states_settle(struct outline *outline);

/* Leave out what --epic and --open do not select. NOT_FOUND: there is no such item. */
bool outline_states_select(struct outline *outline, struct error *error);

/* Name, a warning for each word, what is open here and may not be so there; and what a given-up item sets free. */
void outline_states_report(struct outline *outline);

#endif
