/*
 * Create execution: the EXECUTION_TASKs of an achievement, one for each of its parts if it is split.
 */
#ifndef BATCHD_CREATE_EXECUTION_H
#define BATCHD_CREATE_EXECUTION_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/create_maker.h"

/* Add those that are missing. False with the maker's error. */
bool create_execution_add(struct create_maker *maker, size_t position);

#endif
