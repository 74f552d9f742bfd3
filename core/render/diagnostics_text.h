/*
 * Diagnostics for people, as compilers print them.
 */
#ifndef BATCHD_DIAGNOSTICS_TEXT_H
#define BATCHD_DIAGNOSTICS_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "render/style.h"

/* The style with which paths of @file open: a file that the user named is called what the user calls it. */
struct style diagnostics_text_place(const struct style *style, const char *file);

/* All of a list, in the colours of standard error: only the first warnings unless verbose, and none if quiet. */
void diagnostics_text_append(struct buffer *text, const struct diagnostics *diagnostics, const struct style *style);

#endif
