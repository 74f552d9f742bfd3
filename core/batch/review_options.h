/*
 * Review options: what is asked of a batch of a review.
 */
#ifndef BATCHD_REVIEW_OPTIONS_H
#define BATCHD_REVIEW_OPTIONS_H

#include <stdbool.h>

#include "batch/batch.h"
#include "batch/fence.h"
#include "plan/selection.h"

/* May the one who has submitted the work approve it? Names are what people say of themselves. */
enum review_self { REVIEW_SELF_WARN, REVIEW_SELF_NO, REVIEW_SELF_YES };

struct review_options {
    enum batch_kind kind;       /* one of those of a review, see review.h */
    struct selection selection; /* IDS; for adopt also ALL. For submit an id may be that of a part */
    const char *text;           /* what is said, or NULL */
    const char *by;             /* the name of the one who says it */
    const struct fence *fence;  /* the claim under which it is said, or NULL */
    enum review_self self;
    bool requires_submission; /* only what is submitted can be approved */
    bool approves;            /* adopt: APPROVED instead of SUBMITTED */
};

#endif
