/*
 * The error value. A function that can fail returns bool or a pointer and takes a caller-owned struct error as its
 * last parameter, set only on failure. The codes are also the exit statuses of batchctl and the codes of the
 * protocol: this is the one table.
 */
#ifndef BATCHD_ERROR_H
#define BATCHD_ERROR_H

#include <stdbool.h>

enum error_code {
    ERROR_NONE = 0,
    ERROR_INTERNAL = 1,
    ERROR_USAGE = 2,
    ERROR_NOT_FOUND = 3,
    ERROR_PREREQUISITES = 4, /* what is needed first is missing, or has conflict markers */
    ERROR_CONFLICT = 5,      /* a name is occupied, or another process holds the lock */
    ERROR_INVALID = 6,       /* a dependency file or document is invalid */
    ERROR_STALE = 7,         /* something changed since the preview */
    ERROR_DECLINED = 8,      /* not confirmed, or no terminal to confirm on */
    ERROR_UNREACHABLE = 9,   /* a daemon, or the server of a team, cannot be reached, or is too old */
    ERROR_PARTIAL = 10,      /* partly done, with --keep-going */
    ERROR_ROLLED_BACK = 11,  /* failed, and everything rolled back */
    ERROR_UNKNOWN = 12,      /* outcome unknown, or recovery needed */
    ERROR_IO = 13,           /* cannot read or write */
    ERROR_TIMEOUT = 124,
    ERROR_INTERRUPTED = 130,
};

/* {0} is "no error". */
struct error {
    enum error_code code;
    int system_errno; /* 0 when no system call was the cause */
    char *message;    /* owned: what and where, in one line */
    char *hint;       /* owned, or NULL: what to do about it */
    char *file;       /* owned, or NULL: the file of the workspace that the message names, relative to the root */
};

/* The word used for @code in answers: "not_found", "conflict", ... */
const char *error_name(enum error_code code);
/* One line that explains @code to a user. */
const char *error_meaning(enum error_code code);

/* Set or replace the error. Always returns false, so that callers can "return error_set(...)". */
bool error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failed system call: the code is IO, or NOT_FOUND for a missing file; the cause is appended. */
bool error_set_system(struct error *error, int system_errno, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Add what to do to an error that is set. Always returns false. */
bool error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Add the file to an error that is set, so that paths in its texts can be printed as the reader opens them. Always
 * returns false. */
bool error_about(struct error *error, const char *file);
void error_release(struct error *error);

#endif
