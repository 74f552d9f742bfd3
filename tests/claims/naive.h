/*
 * A naive claim authority, as many tools have one: a file made with O_EXCL, which is removed when it has run out. Two
 * that find it so can both win. The rounds must find that.
 */
#ifndef NAIVE_H
#define NAIVE_H

#include "claims/claim_authority.h"

struct naive {
    struct claim_authority authority;
    char path[300];
};

/* @path: of its one file. */
void naive_open(struct naive *naive, const char *path);
/* The claim has run out. */
void naive_expire(const struct naive *naive);

#endif
