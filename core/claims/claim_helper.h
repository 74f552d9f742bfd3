/*
 * A claims helper as a process: it is started, asked and ended. One JSON object a line passes over its standard input
 * and output, see docs/claims-helper-protocol.md. This is the only place in the core that starts a program.
 *
 * What the helper sends is foreign: a line that is too long or not valid ends it, as does silence. The next request
 * starts another one, after a pause that grows.
 */
#ifndef BATCHD_CLAIM_HELPER_H
#define BATCHD_CLAIM_HELPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "format/json.h"

enum {
    CLAIM_HELPER_LINE_BYTES_MOST = 1 << 20, /* with the newline */
};

/* {.program, .environment} is valid, and has no process. Not to be copied. */
struct claim_helper {
    const char *program;      /* its path; borrowed */
    char *const *environment; /* of the process; borrowed */
    pid_t process;            /* 0: none */
    int input, output;        /* the ends of its pipes that are ours, while there is a process */
    struct buffer received;   /* what has come of the next line */
    uint64_t number;          /* of the last request */
    int pause_ms;             /* before the next start, since the last process failed */
    int64_t start_at_ms;      /* no start before */
    /* A line that is no answer: an event, a resync or a state. May be NULL. */
    void (*unasked)(void *data, const cJSON *line);
    void *unasked_data;
};

/* A line of the helper. {0} is empty. */
struct claim_helper_line {
    struct buffer text;
    struct json json; /* of the text */
};
void claim_helper_line_release(struct claim_helper_line *line);

/* Is there a process? It may have ended since. */
bool claim_helper_runs(const struct claim_helper *helper);

/* UNREACHABLE if it cannot be started, or not yet again. */
bool claim_helper_start(struct claim_helper *helper, struct error *error);

/*
 * Send the request @members, the JSON of an object without "n", and wait for its answer, at most @wait_ms.
 * UNREACHABLE if the helper has ended, is silent, or sends what is no answer: then it is ended.
 */
bool claim_helper_ask(struct claim_helper *helper, struct span members, int wait_ms, struct claim_helper_line *answer,
                      struct error *error);

/* Wait for lines that are no answers, at most @timeout_ms; each is handed to unasked(). Returns at the first one. */
void claim_helper_wait(struct claim_helper *helper, int timeout_ms);

/* The helper has done what the protocol forbids: end it, and let the next one wait. Always returns false. */
bool claim_helper_fail(struct claim_helper *helper, const char *fault, struct error *error);

/* End of input; the process is ended by its id if it does not exit within a second. */
void claim_helper_release(struct claim_helper *helper);

#endif
