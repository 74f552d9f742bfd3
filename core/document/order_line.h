/*
 * Lines of a PLAN that speak of an order of work outside of the Dependencies fields: "Prerequisite for: all others",
 * "do 1.2 after Phase 1". They are shown to a person, never taken as dependencies.
 */
#ifndef BATCHD_ORDER_LINE_H
#define BATCHD_ORDER_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "document/document.h"
#include "document/plan_document.h"

/*
 * Indices of such lines of @plan, outside code and the Dependencies fields of @definitions, in @lines, which has room
 * for all lines of the document. Returns their number.
 */
size_t order_line_find_all(const struct document *plan, const struct plan_document *definitions, size_t *lines);

#endif
