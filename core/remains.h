/*
 * Remains: what is wrong with the program's own folder, .batchd, and what dead batches have left in it. Only looks; the
 * next write takes back what there is to take back.
 */
#ifndef BATCHD_REMAINS_H
#define BATCHD_REMAINS_H

#include "files.h"
#include "findings.h"

/*
 * Add to @findings; @files is not a view that hides pending batches.
 *   state.owner, state.folder (errors)  .batchd is somebody else's, or no folder
 *   state.permissions                   others can write in it (warning) or we cannot (error)
 *   state.gitignore (note)              it is not hidden from git
 *   journal.locked (note)               who is writing just now
 *   journal.dead (warning)              a batch or undo that nobody will finish by himself
 *   journal.damaged (warning)           a record that cannot be read
 *   journal.foreign (note)              a record of a newer version
 *   journal.leftover (note)             files that no batch needs any more
 */
void remains_find(struct findings *findings, const struct files *files);

#endif
