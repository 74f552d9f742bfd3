/*
 * Wait view: what wait answers about its condition. Texts are in the arena of the answer.
 */
#ifndef BATCHD_WAIT_VIEW_H
#define BATCHD_WAIT_VIEW_H

#include <stdbool.h>

struct wait_view {
    const char *plan;   /* its name; NULL if the answer is about several */
    const char *path;   /* of the plan; NULL as well */
    const char *reason; /* why the condition is met, or not yet, as a sentence */
    bool is_met;
};

#endif
