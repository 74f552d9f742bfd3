/*
 * Items: questions about the achievements of the menu model, and the sets of those that pass one.
 */
#ifndef BATCHCTL_ITEM_H
#define BATCHCTL_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "view/achievement_item.h"

enum item_test {
    ITEM_IS_READY,
    ITEM_IS_WAITING,     /* for others that are not done */
    ITEM_IS_WORK,        /* ready, with an EXECUTION_TASK that can be worked on now */
    ITEM_IS_SUBMITTED,   /* ready for its review */
    ITEM_IS_PLACEHOLDER, /* not done, and its SUBPLAN is a placeholder or a draft */
    ITEM_LACKS_SUBPLAN,
    ITEM_LACKS_DESIGN, /* no EXECUTION_TASK can be made of its SUBPLAN */
    ITEM_LACKS_EXECUTION,
    ITEM_IS_READY_FOR_SUBPLAN,
    ITEM_IS_READY_FOR_EXECUTION,
    ITEM_IS_TO_BE_RESOLVED, /* ready, but for the conflict markers in its SUBPLAN */
    ITEM_IS_TO_BE_REWORKED, /* sent back by a FIX, and with the SUBPLAN that its rework task needs */
    ITEM_IS_SENT_BACK_BARE, /* the same without it */
};

bool item_passes(const struct achievement_item *item, enum item_test test);

/* What it needs, or "" if it is done: one word, or with who works on it, "ann works on it", in @arena. */
const char *item_needs(const struct achievement_item *item);
const char *item_what_next(const struct achievement_item *item, struct arena *arena);

/* Some achievements of a plan. {0} is valid and empty. */
struct item_set {
    const struct achievement_item **items; /* borrowed from the answer */
    size_t count;
};

/* Those of @set that pass, in @arena. */
struct item_set item_choose(const struct item_set *set, enum item_test test, struct arena *arena);
size_t item_count(const struct item_set *set, enum item_test test);
/* "2.1, 2.2 and 3 more", of those that pass, in @arena. @found: how many pass. */
const char *item_list_ids(const struct item_set *set, enum item_test test, struct arena *arena, size_t *found);
/* Their ids alone, in @arena. */
struct ids item_ids(const struct item_set *set, enum item_test test, struct arena *arena);

#endif
