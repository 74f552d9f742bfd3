/*
 * The options of the batch that create makes: which achievements, which kind of file, and what is in the way.
 */
#ifndef BATCHD_BATCH_OPTIONS_H
#define BATCHD_BATCH_OPTIONS_H

#include <stdbool.h>

#include "batch/batch.h"
#include "plan/selection.h"

struct batch_options {
    enum batch_kind kind;
    struct selection selection;
    bool require_complete; /* a SUBPLAN that is a placeholder blocks what is made from it; a draft is a warning */
    bool allow_incomplete; /* of batchctl alone, never sent: that the configuration requires it does not count */
    /* by position: finished in another worktree or on another branch; NULL: none. Never sent */
    const bool *is_elsewhere;
    bool keep_going; /* what cannot be created is listed as failed, and the rest is */
};

#endif
