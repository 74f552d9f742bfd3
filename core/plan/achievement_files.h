/*
 * The files of one achievement: are they still as its plan was loaded from them? Looked up by their names, without a
 * listing, so it costs the same in a plan of any size.
 */
#ifndef BATCHD_ACHIEVEMENT_FILES_H
#define BATCHD_ACHIEVEMENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "disk/files.h"
#include "plan/plan.h"

/*
 * @is_same: the files that the state of the achievement rests on are there as they were, and none of those that a batch
 * would make next has appeared. IO.
 */
bool achievement_files_check(const struct plan *plan, size_t position, const struct files *files, bool *is_same,
                             struct error *error);

#endif
