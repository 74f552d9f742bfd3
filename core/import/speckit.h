/*
 * Reading the tasks.md of a spec-kit feature. A phase is a heading of level 2 with tasks below it; its position is the
 * first number of an id, that of the task in it the second. The order within phases and between them is assumed from
 * the lines and marks, as the template means them; see docs/import.md.
 */
#ifndef BATCHD_SPECKIT_H
#define BATCHD_SPECKIT_H

#include <stdbool.h>

#include "base/error.h"
#include "import/outline.h"
#include "import/source.h"

/* What is wrong with the file is reported: task.format, task.id, task.dependency. */
bool speckit_read(struct outline *outline, const struct source *source, struct error *error);

#endif
