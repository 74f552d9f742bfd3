/*
 * A reply in the form that was asked for: a line with a result that says how many bytes follow, then these bytes, first
 * those for standard output. No JSON is written or read of them.
 */
#ifndef BATCHD_REPLY_WIRE_H
#define BATCHD_REPLY_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "api/reply.h"
#include "base/buffer.h"

/* Append the line and the bytes that it announces. @meta is JSON (answer_write_meta). */
void reply_wire_write(struct buffer *message, struct span id, const struct reply *reply, struct span meta);

/* How many bytes follow a line. */
struct reply_sizes {
    size_t output, errors;
};

/*
 * Read such a line: @reply without its bytes, and how many of them follow, within the limits of reply.h. False if it is
 * none, or announces more. The caller releases @reply either way.
 */
bool reply_wire_read(struct span line, struct reply *reply, struct reply_sizes *sizes);

#endif
