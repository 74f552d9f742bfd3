/*
 * State check: what is wrong with the program's own folder, .batchd, and what dead batches have left in it. Only looks;
 * the next write rolls them back.
 */
#ifndef BATCHD_CHECK_STATE_H
#define BATCHD_CHECK_STATE_H

#include "disk/files.h"
#include "doctor/findings.h"

/*
 * Add to @findings; @files is not a view that hides pending batches.
 *   state.folder (error)        .batchd, or the state in it, is no folder or not ours alone: nothing can be written
 *   state.permissions (error)   we cannot use our own state
 *   state.gitignore (note)      .batchd is not hidden from git, or more of it than should be
 *   state.other_user (note)     another user's state, which is not looked at
 *   state.unused (note)         what is in .batchd and is not a state
 *   state.template (warning)    a template that is no regular file
 *   journal.locked (note)       who is writing just now
 *   journal.dead (warning)      a batch or undo whose process has died
 *   journal.damaged (warning)   a record that cannot be read
 *   journal.foreign (note)      a record of a newer version
 *   journal.leftover (note)     files that no batch needs any more
 */
void check_state_report(struct findings *findings, const struct files *files);

#endif
