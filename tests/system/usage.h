/*
 * What the suites of usage, of printed paths and of configuration have in common.
 */
#ifndef SYSTEM_USAGE_H
#define SYSTEM_USAGE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>

#include "space.h"

/* Runs it, and expects @part on the stream that belongs to the exit status. */
static inline void expect_stream(const struct space *space, const char *command, int status, const char *part) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(status ? outcome.err : outcome.out, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

static inline struct space small(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    return space;
}

static inline void set_mode(const struct space *space, const char *path, mode_t mode) {
    char absolute[500];
    snprintf(absolute, sizeof absolute, "%s/%s", space->root, path);
    cr_assert_eq(chmod(absolute, mode), 0, "%s", path);
}

#endif
