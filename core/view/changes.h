/*
 * Changes: the differences between what was published about a plan and its snapshot, as events. A start, a saved file
 * and a reload are the same comparison. What was published is small, and kept apart from the snapshots.
 */
#ifndef BATCHD_CHANGES_H
#define BATCHD_CHANGES_H

#include <stdbool.h>

#include "plan/plan.h"
#include "plan/plan_update.h"
#include "view/event.h"

/* What was published about one plan: what subscribers know. */
struct published_state;

struct changes_sink {
    void (*publish)(void *data, const struct event *event);
    /* Has a writer the file open? A SUBPLAN that is being written is not published as complete. */
    bool (*is_being_written)(void *data, const char *path);
    void *data;
};

/* The state of @plan, without events. The caller frees it. */
struct published_state *published_state_new(const struct plan *plan);
void published_state_free(struct published_state *state); /* NULL is allowed */
/* The folder of its plan. */
const char *published_state_path(const struct published_state *state);

/*
 * Publish what differs between *@state, which then is that of @plan, and @plan. NULL in *@state: nothing was published,
 * the plan has been added. @changed: all that plan_update has changed in the snapshot since it was compared last; NULL
 * if the plan was read anew. Returns true if something is held back because it is being written: then compare again
 * later, with the same.
 */
bool changes_compare(struct published_state **state, const struct plan *plan, const struct positions *changed,
                     const struct changes_sink *sink);

/* The plan is gone. Frees @state. */
void changes_remove(struct published_state *state, const struct changes_sink *sink);

#endif
