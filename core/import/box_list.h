/*
 * Reading a box list, tasks.md of OpenSpec or Kiro. In OpenSpec a heading of level 2 is a group and each box below
 * it an achievement; in Kiro a top item "1." is N.0 and its parts N.k. Ids are positions, and the numbers of the file
 * stand in the origins. Items wait for those before them, which is assumed.
 */
#ifndef BATCHD_BOX_LIST_H
#define BATCHD_BOX_LIST_H

#include <stdbool.h>

#include "base/error.h"
#include "import/outline.h"
#include "import/source.h"

/* What is wrong with the file is reported: task.format, task.id, task.dependency. */
bool box_list_read(struct outline *outline, const struct source *source, struct error *error);

#endif
