/*
 * An intake: what a peer may send as one line. A peer that is not the daemon, or is not well, must cost neither memory
 * nor time: what cannot become a message ends the intake at its first byte, and so does what is longer than one can be.
 */
#ifndef BATCHD_INTAKE_H
#define BATCHD_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum {
    INTAKE_REPLY_BYTES_MOST = 256 << 20, /* the answer about a graph of 64 MiB is smaller */
    INTAKE_EVENT_BYTES_MOST = 1 << 20,
    INTAKE_STRING_BYTES_MOST = 32 << 20, /* one text in it: a document, all of it escapes */
};

/* Of the line that is being received. {0} is its beginning. */
struct intake {
    size_t length, run; /* bytes so far; of the present string, or number or word */
    unsigned depth;     /* brackets that are open */
    bool is_string, is_escape;
};

/*
 * Takes what came next, up to and including a newline. False if this is no JSON object, as far as can be seen from
 * brackets, quotes and the characters that stand outside strings, or is longer than @most bytes.
 */
bool intake_take(struct intake *intake, struct span part, size_t most);

#endif
