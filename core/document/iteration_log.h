/*
 * Iterations: what an EXECUTION_TASK's log says has been done in each.
 */
#ifndef BATCHD_ITERATION_LOG_H
#define BATCHD_ITERATION_LOG_H

#include "base/buffer.h"
#include "document/document.h"
#include "document/excerpt.h"

/* The last entry of the log that says something. {0} if there is none. */
struct iteration_log_entry {
    struct span title; /* "Iteration 2: 2025-03-06" */
    size_t line;       /* index of its heading */
    struct excerpt text;
};

/* @name: the task's file name, as readers know it. Borrows from @task. */
struct iteration_log_entry iteration_log_last(const struct document *task, const char *name);

/* Has the task a log, be it empty? */
bool iteration_log_exists(const struct document *task);

#endif
