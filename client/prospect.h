/*
 * The text of what-if, from the answer's data: what has to be done first, what would be ready then, and what is left.
 */
#ifndef BATCHCTL_PROSPECT_H
#define BATCHCTL_PROSPECT_H

#include <cjson/cJSON.h>

#include "buffer.h"
#include "phrase.h"

void prospect_what_if(struct buffer *text, const cJSON *data, const struct style *style);

#endif
