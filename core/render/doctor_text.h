/*
 * What people read of the doctor's answer.
 */
#ifndef BATCHD_DOCTOR_TEXT_H
#define BATCHD_DOCTOR_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "render/styled_text.h"

void doctor_text_append(struct buffer *text, const cJSON *data, const struct style *style);

#endif
