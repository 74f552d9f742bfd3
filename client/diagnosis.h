/*
 * What people read of the doctor's answer.
 */
#ifndef BATCHCTL_DIAGNOSIS_H
#define BATCHCTL_DIAGNOSIS_H

#include "buffer.h"
#include "phrase.h"

void diagnosis_render(struct buffer *text, const cJSON *data, const struct style *style);

#endif
