/*
 * Reading the tasks of Backlog.md: a file a task, with a front matter. Task N is N.0, its subtask N.k is N.k, in the
 * order of their ids; a part whose number says nothing takes the next free one of its group.
 */
#ifndef BATCHD_BACKLOG_H
#define BATCHD_BACKLOG_H

#include <stdbool.h>

#include "base/error.h"
#include "import/outline.h"
#include "import/source.h"

/* What is wrong with the files is reported: task.format, task.id, task.dependency. */
bool backlog_read(struct outline *outline, const struct source *source, struct error *error);

#endif
