/*
 * Review adoption: the work orders that say of themselves that they are complete are submitted, or approved.
 */
#ifndef BATCHD_REVIEW_ADOPTION_H
#define BATCHD_REVIEW_ADOPTION_H

#include <stdbool.h>

#include "batch/review_maker.h"

/* Adds the files of all that say so, with a quotation of the line; what is left out is a warning. */
bool review_adoption_add(struct review_maker *maker);

#endif
