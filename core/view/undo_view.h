/*
 * Undo view: what undo answers, of one that would be and of one that was done. All of it is in the arena of the answer.
 */
#ifndef BATCHD_UNDO_VIEW_H
#define BATCHD_UNDO_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "batch/batch.h"
#include "batch/undo.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"

struct undo_view {
    uint64_t batch; /* its number */
    const char *plan, *selection, *time;
    enum batch_kind kind;
    const char *kind_name; /* as in struct batch_view */
    bool is_dry_run;
    const char *token;  /* of a preview; or NULL */
    struct ids removed; /* paths */
    struct failure_list kept;
};

/* What the undo removes and keeps; copies in @arena. */
void undo_view_make(struct undo_view *view, const struct undo *undo, bool is_dry_run, struct arena *arena);

#endif
