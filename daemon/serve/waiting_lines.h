/*
 * Waiting lines: requests about plans that have changed and cannot be read yet, see held_plans.h. They are dealt with
 * as if they had come later.
 */
#ifndef BATCHD_WAITING_LINES_H
#define BATCHD_WAITING_LINES_H

#include <stddef.h>

#include "base/buffer.h"
#include "net/connection.h"

struct waiting_line {
    struct waiting_line *next;
    struct connection *connection; /* held */
    struct buffer line;
};

/* {0} is valid and empty. */
struct waiting_lines {
    struct waiting_line *first, *last;
    size_t bytes; /* of all lines */
};

void waiting_lines_add(struct waiting_lines *lines, struct connection *connection, struct span line);

/* Deal with all that wait now; those that have to wait again are added. A line is borrowed during the call. */
void waiting_lines_take(struct waiting_lines *lines,
                        void (*handle)(void *data, struct connection *connection, struct span line), void *data);

#endif
