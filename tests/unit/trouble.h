/*
 * Trouble with the disk: the k-th operation of a program fails, or never returns because the program dies there.
 */
#ifndef TROUBLE_H
#define TROUBLE_H

#include <unistd.h>

#include "disk/files.h"

enum { STATUS_KILLED = 77 }; /* of a process that died so */

struct trouble {
    int calls, at; /* operations so far; the one in which it comes, from 1 */
    int failure;   /* errno; 0 dies */
};

/* A files_hook. */
static inline int make_trouble(void *data, enum files_operation operation, const char *path) {
    (void)operation;
    (void)path;
    struct trouble *trouble = data;
    if (++trouble->calls != trouble->at)
        return 0;
    if (trouble->failure == 0)
        _exit(STATUS_KILLED);
    return trouble->failure;
}

#endif
