/*
 * Held plans: the snapshots that an answer is made from on another thread. While it holds them, the cache leaves them
 * as they are; what changes in them meanwhile is read when they are given back. Then a request about them waits, and
 * gets no share in them either, so that what has changed is read in the end.
 */
#ifndef BATCHD_HELD_PLANS_H
#define BATCHD_HELD_PLANS_H

#include <stdbool.h>
#include <stddef.h>

#include "api/answer.h"
#include "api/request.h"
#include "plan/workspace.h"
#include "watch/plan_cache.h"

/* {0} holds nothing. */
struct held_plans {
    struct workspace workspace; /* the places of all plans as they were, and the snapshots of those that are held */
    struct plan_cache_entry **entries;
    size_t count;
};

/*
 * Hold the plans that the answer to @request may show. On the loop; while nothing is pending, as what is hidden may be
 * forgotten before the answer is made.
 */
void held_plans_take(struct held_plans *held, const struct plan_cache *cache, const struct request *request);
/* Answer as plan_cache_answer would have when they were taken. On any thread. */
void held_plans_answer(const struct held_plans *held, const struct request *request, struct answer *answer);
/* On the loop: refresh afterwards. */
void held_plans_return(struct held_plans *held, struct plan_cache *cache);

#endif
