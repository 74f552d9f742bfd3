/*
 * Work in parallel: several threads that share one list of independent jobs and are gone when it is done.
 */
#ifndef BATCHD_PARALLEL_H
#define BATCHD_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_THREADS_MOST = 16 };

/* Call @job for 0 to @count - 1, in any order, some at the same time; returns when all are done. */
void parallel_run(size_t count, void (*job)(void *data, size_t number), void *data);

#endif
