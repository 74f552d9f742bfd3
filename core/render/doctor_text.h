/*
 * What people read of the doctor's answer.
 */
#ifndef BATCHD_DOCTOR_TEXT_H
#define BATCHD_DOCTOR_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct doctor_view. */
void doctor_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
