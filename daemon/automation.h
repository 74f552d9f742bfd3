/*
 * What the daemon creates by itself, where it is told to (auto_create): the EXECUTION_TASKs of a level whose last
 * SUBPLAN has become complete. What was undone is not created again.
 */
#ifndef BATCHD_AUTOMATION_H
#define BATCHD_AUTOMATION_H

#include <stdint.h>

#include "request.h"

/* In any thread: reads the workspace afresh. The answer is that of the create; data is empty if there was nothing to
 * do. */
void automation_create_level(struct workspace *workspace, const char *plan_path, uint32_t level, int lock_timeout_ms,
                             struct answer *answer);

#endif
