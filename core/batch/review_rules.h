/*
 * Review rules: what each verb of a review needs, and which file it then writes (docs/review.md, "The commands").
 */
#ifndef BATCHD_REVIEW_RULES_H
#define BATCHD_REVIEW_RULES_H

#include "batch/review_maker.h"

/* The file that the verb writes about the subject; NULL if nothing is to be written: refused, skipped, or an error. */
const char *review_rules_target(struct review_maker *maker, const struct review_subject *subject);

#endif
