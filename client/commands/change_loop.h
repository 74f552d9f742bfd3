/*
 * The change loop: a step is done, and done again after each change of the workspace, until it is the last one or the
 * deadline has come.
 */
#ifndef BATCHCTL_CHANGE_LOOP_H
#define BATCHCTL_CHANGE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "session/session.h"

/* What comes after a step. */
enum change_loop_next {
    CHANGE_LOOP_END,
    CHANGE_LOOP_WAIT, /* the next step comes after a change */
    CHANGE_LOOP_LOOK, /* soon, as what is waited for is away, and may come back without an event */
};

typedef enum change_loop_next change_loop_step(void *data);

/*
 * Each step sees the workspace as it is, and no answer of a daemon takes much longer than until the deadline, which is
 * one of commands/deadline. False if that has come.
 */
bool change_loop_run(struct session *session, int64_t deadline_ms, change_loop_step *step, void *data);

#endif
