/*
 * What people read about a plan that is founded: by init, or by import.
 */
#ifndef BATCHCTL_WELCOME_H
#define BATCHCTL_WELCOME_H

#include "buffer.h"
#include "phrase.h"

/* Append the text for an answer of init or import. */
void welcome_plan(struct buffer *text, const cJSON *data, const struct style *style);

#endif
