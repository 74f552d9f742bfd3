/*
 * Achievement item: one achievement of a plan, as answers list it. An item owns nothing: all its texts are copies in
 * the arena of its answer, so it outlives the snapshot that it was made from.
 */
#ifndef BATCHD_ACHIEVEMENT_ITEM_H
#define BATCHD_ACHIEVEMENT_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "claims/claim_overview.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "view/claim_item.h"

/* The ids of achievements, in the order that is shown. */
struct ids {
    const char **items;
    size_t count;
};

struct achievement_item {
    const char *id;
    const char *title; /* or NULL */
    bool has_level;    /* not in a plan without a graph */
    uint32_t level;
    bool has_hours; /* estimated */
    double hours;
    struct standing standing;       /* what is on disk for it, and what follows; see plan/achievement.h for its words */
    const char *need;               /* what it needs in words, or NULL */
    const struct claim_item *claim; /* that holds, or has run out; or NULL */
    const struct mark_item *mark;   /* where it was finished; or NULL */
    bool is_free;                   /* ready, and taken by no claim and no mark */
    uint32_t blocks;                /* how many open achievements wait for it, directly or not */
    struct ids dependencies;
    struct ids blocked_by;                           /* its open dependencies, if it is open itself */
    struct ids blocked_by_failed, blocked_by_review; /* of these */
    const char *command; /* next: the one for it alone; show, why: the one to type now for it; or NULL */
};

/* What the items of one plan are made with. */
struct item_maker {
    const struct plan *plan; /* borrowed, as is the arena of the items */
    struct arena *arena;
    const char **ids;                    /* copies, by position; NULL until one is needed */
    const struct claim_overview *claims; /* borrowed; NULL for none */
};

/* @maker makes items of @plan, with texts in @arena, until it is released. */
void item_maker_start(struct item_maker *maker, const struct plan *plan, const struct claim_overview *claims,
                      struct arena *arena);
void item_maker_release(struct item_maker *maker);

/* The achievement at @position as it is shown; what it points at is in the arena and the plan of @maker. */
void achievement_item_make(struct achievement_item *item, const struct item_maker *maker, size_t position);
/* The ids at these positions. */
struct ids item_maker_ids(const struct item_maker *maker, const uint32_t *positions, size_t count);
/* The ids of its dependencies or dependents, @lists of the plan's graph; none without a graph. */
struct ids item_maker_neighbours(const struct item_maker *maker, const struct adjacency *lists, size_t position);

/* Has it open dependencies, in a plan with a graph, and is it open itself? */
bool achievement_item_is_blocked(const struct plan *plan, size_t position);

/* A copy in @arena; NULL stays NULL. */
const char *item_text(struct arena *arena, const char *text);

#endif
