/*
 * The method doctor: a check of the whole workspace that writes nothing. Each kind of thing to look at is a row of its
 * table; what only the asking program can see (its configuration, a daemon) it hands in with the request.
 */
#ifndef BATCHD_DOCTOR_H
#define BATCHD_DOCTOR_H

#include "api/context.h"

/* INVALID if there are errors among the findings. */
void doctor_check(struct context *context);

#endif
