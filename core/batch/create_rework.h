/*
 * Create rework: the next EXECUTION_TASK of an achievement that a FIX has sent back.
 */
#ifndef BATCHD_CREATE_REWORK_H
#define BATCHD_CREATE_REWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/create_maker.h"
#include "plan/standing.h"

/* Has it been sent back by a FIX with git's conflict markers? Then the rework would be made of them. */
bool create_rework_is_conflicted(const struct standing *standing);

/* Add it, if it is missing. False with the maker's error. */
bool create_rework_add(struct create_maker *maker, size_t position);

#endif
