/*
 * A reply: an answer as it is printed, and what the program that prints it has to know of it. The same answer and the
 * same style give the same bytes, in batchctl and in the daemon.
 */
#ifndef BATCHD_REPLY_H
#define BATCHD_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "base/error.h"
#include "render/style.h"

enum { REPLY_OUTPUT_BYTES_MOST = 256 << 20, REPLY_ERRORS_BYTES_MOST = 16 << 20 };

/* {0} is valid and empty. */
struct reply {
    enum error_code code;
    struct buffer output, errors; /* for standard output, and for standard error */
    size_t count;                 /* files that were created or removed; in a preview, those that would be */
    uint64_t batch;               /* its number; 0 if there is none */
    struct buffer token;          /* of a preview; empty if there is none */
};

void reply_release(struct reply *reply);

/* Can the answers of this kind be written in this form? */
bool reply_has_form(const char *kind, enum form form);

/* Write @answer in the form of @style, which its kind must have. @reply is {0}. */
void reply_write(struct reply *reply, const struct answer *answer, const struct style *style);

/* Is it within the limits that a client reads? */
bool reply_fits(const struct reply *reply);

#endif
