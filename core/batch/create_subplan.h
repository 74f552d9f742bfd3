/*
 * Create subplan: the SUBPLAN of an achievement, from what the PLAN says of it.
 */
#ifndef BATCHD_CREATE_SUBPLAN_H
#define BATCHD_CREATE_SUBPLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/create_maker.h"
#include "document/document.h"
#include "document/plan_document.h"

/* Add it, if it is missing; @definitions are those of @plan_document. False with the maker's error. */
bool create_subplan_add(struct create_maker *maker, size_t position, const struct document *plan_document,
                        const struct plan_document *definitions);

#endif
