/*
 * A selection: which achievements of a plan a command is about, as its user said it.
 */
#ifndef BATCHD_SELECTION_H
#define BATCHD_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "plan/plan.h"

enum selection_kind {
    SELECT_READY, /* what that means is up to the command */
    SELECT_LEVEL,
    SELECT_IDS,
    SELECT_ALL,
};

struct selection {
    enum selection_kind kind;
    const char *levels;     /* borrowed: "2", "1,2" or "0-3,5"; see selection_are_levels */
    const char *const *ids; /* borrowed */
    size_t id_count;
};

/* Is @text a list of levels and ranges of levels? */
bool selection_are_levels(const char *text);

/* Is @level in @levels, which are levels? */
bool selection_has_level(const char *levels, uint32_t level);

/*
 * The positions of what is selected, for LEVEL, IDS and ALL; for READY all that are ready. @positions has room for all
 * achievements of the plan. They come in the order of the plan, each once.
 *   NOT_FOUND      no such level or id
 *   PREREQUISITES  LEVEL or READY in a plan without a graph
 */
bool selection_resolve(const struct selection *selection, const struct plan *plan, size_t *positions, size_t *count,
                       struct error *error);

/* Append what was asked for: "ready", "level 6", "levels 0-3,5", "ids 3.1,3.2", "all". */
void selection_append_words(struct buffer *text, const struct selection *selection);

#endif
