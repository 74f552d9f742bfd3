/*
 * A dependency file (parallel.json): the achievements of a plan and what each depends on. Everything wrong with it is
 * found in one go and reported with its place; a file with an error has no graph. "status", "blocks",
 * "parallelizable_with", priorities and unknown keys are comments.
 */
#ifndef BATCHD_DEPENDENCY_FILE_H
#define BATCHD_DEPENDENCY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "plan/graph.h"

/* Where editors find the JSON Schema of such a file (docs/schema/parallel.json), for its key "$schema". */
#define DEPENDENCY_FILE_SCHEMA "file:///usr/share/batchd/schema/parallel.json"

/* One of the parallel parts an achievement's execution is split into: "1.1.2" becomes EXECUTION_TASK .._11_02. */
struct sub_execution {
    const char *id;
    const char *title; /* or NULL */
    unsigned number;   /* the last part of the id */
    double hours;      /* as an achievement's */
    bool has_hours;
};

struct achievement {
    const char *id;
    const char *title; /* or NULL */
    double hours;      /* the mean of a range; 0 if has_hours is false */
    const struct sub_execution *sub_executions;
    uint32_t sub_execution_count;
    bool has_hours;
    bool is_colliding; /* another achievement's files would have the same names */
};

/* {0} is valid and empty. */
struct dependency_file {
    struct arena arena;
    const char *plan_name;            /* as the file says, or NULL */
    const char *level;                /* "level_1" to "level_3", or NULL */
    struct achievement *achievements; /* in the order of the file, without those that have no valid id */
    size_t count;
    struct graph graph; /* of achievements by their position; empty unless is_valid */
    bool is_valid;
};

/*
 * Read the text of @file (a name for diagnostics). Returns is_valid; the rest is filled as far as the text allows.
 *   file.conflict                git's conflict markers: nothing else is reported
 *   json.*                       see json.h
 *   dependencies.type            a value has the wrong type
 *   dependencies.missing         a required field is missing
 *   dependencies.level           parallelization_level is none of the three
 *   dependencies.hours           (warning) hours that are neither a number nor a range
 *   achievement.id               no valid id; achievement.duplicate an id given twice
 *   achievement.collision        two ids whose file names would be the same (1.11 and 11.1)
 *   sub_execution.id             does not extend its achievement's id by one number
 *   dependency.unknown           names no achievement; dependency.self names its own
 *   dependency.repeated          (warning) named twice
 *   dependency.cycle             with its path and the edge to cut
 */
bool dependency_file_read(struct dependency_file *dependencies, struct span text, const char *file,
                          struct diagnostics *diagnostics);
void dependency_file_release(struct dependency_file *dependencies);

/*
 * Report achievements whose files would have the same names and mark them is_colliding. Also used for a plan without
 * a dependency file; there @file is the PLAN. Returns false if there are any.
 */
bool dependency_file_check_names(struct achievement *achievements, size_t count, const char *file,
                                 struct diagnostics *diagnostics);

#endif
