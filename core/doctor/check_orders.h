/*
 * What doctor says of work orders that are not worth doing as they are: made while their SUBPLAN was no complete
 * design. Content and records decide, never times.
 */
#ifndef BATCHD_CHECK_ORDERS_H
#define BATCHD_CHECK_ORDERS_H

#include "disk/files.h"
#include "doctor/findings.h"
#include "plan/workspace.h"

/*
 * Of each achievement whose work is to be done now or later, its work order or those of its parts:
 *   order.placeholder  it holds "[TO BE FILLED" from a placeholder
 *   order.outdated     it is as a batch has made it, from a SUBPLAN that has been completed since
 */
void check_orders_report(struct findings *findings, const struct workspace *workspace, const struct files *files);

#endif
