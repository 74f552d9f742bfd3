/*
 * Refusals: system calls that a process cannot have, as in a container whose filter forbids them (seccomp(2)), or on an
 * older kernel. What is started afterwards cannot have them either.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stddef.h>

enum { REFUSAL_CALLS_MOST = 4 };

/* {0} refuses nothing. */
struct refusal {
    const char *name;
    long calls[REFUSAL_CALLS_MOST]; /* numbers, ended by 0 */
    long command;                   /* only with this second argument, as of fcntl; 0 for any */
    int failure;                    /* errno */
};

/* The calls that can be missing, as core/disk/files.h describes; failure is 0. */
extern const struct refusal refusal_rows[];
extern const size_t refusal_count;

/* In a child, before exec: allocates nothing. Ends the process with status 126 if there is no seccomp. */
void refusal_impose(const struct refusal *refusal);

#endif
