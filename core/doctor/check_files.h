/*
 * Misplaced files: those in a plan's folders that are not what they look like. One in the wrong folder or with an
 * irregular name is ignored, which the file itself does not show; others are no part of the plan and left alone.
 */
#ifndef BATCHD_CHECK_FILES_H
#define BATCHD_CHECK_FILES_H

#include "disk/files.h"
#include "doctor/findings.h"
#include "plan/plan.h"

/*
 * Add the strays of the plan to @findings, and EXECUTION_TASKs whose header names another achievement than the file.
 *   file.misplaced    (warning) in a folder where its kind does not count
 *   file.irregular_name  a name that is nearly one of ours; a warning where something is missed for it, else a note
 *   file.other_plan   (warning) carries the name of another plan
 *   file.stray        (note) no part of the plan
 *   document.achievement (warning)
 */
void check_files_report(struct findings *findings, const struct files *files, const struct plan *plan);

#endif
