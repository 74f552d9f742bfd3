/*
 * Reading the issues of beads, issues.jsonl: one JSON object a line. An issue with parts is N.0, its parts N.1, N.2,
 * ...; those with neither are 0.1, 0.2, .... Nothing is read from the form of an id.
 */
#ifndef BATCHD_BEADS_H
#define BATCHD_BEADS_H

#include <stdbool.h>

#include "base/error.h"
#include "import/outline.h"
#include "import/source.h"

/* What is wrong with the file is reported: json.*, task.format, task.id, task.dependency. */
bool beads_read(struct outline *outline, const struct source *source, struct error *error);

#endif
