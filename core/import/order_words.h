/*
 * Words of a list that state an order: "depends on T007, T008", "T005-T011 blocks T012", "requires 1.1". Ids are those
 * of tasks ("T001") or numbers ("1.2").
 */
#ifndef BATCHD_ORDER_WORDS_H
#define BATCHD_ORDER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* The ids of a list, or the ends of a range. */
struct order_id {
    struct span first, last; /* the same, but for a range */
};

struct order_ids {
    struct order_id *items;
    size_t count, capacity;
};

void order_ids_release(struct order_ids *ids);

/* Takes "depends on" or a word of the same meaning, and a colon, off @text. */
bool order_words_take_after(struct span *text);
/* Takes "blocks" or "before" off @text. */
bool order_words_take_before(struct span *text);

/* Takes ids with commas and "and" between them off @text, up to anything else. @is_number: "1.2" instead of "T001". */
void order_words_take_ids(struct span *text, bool is_number, struct order_ids *ids);
/* Is there an id of a task anywhere in @text? */
bool order_words_has_id(struct span text);

/* A task's id or number comes before another, or not after it. Like strcmp. */
int order_words_compare(struct span a, struct span b);

/*
 * The next text in brackets, in @text from *@at on, which is left behind it. @open: where the bracket itself begins.
 * False if there is none.
 */
bool order_words_next_bracket(struct span text, size_t *at, size_t *open, struct span *inner);

#endif
