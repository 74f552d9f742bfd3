/*
 * The access check: can batches be written? A workspace that is only read looks healthy until the first command that
 * writes.
 */
#ifndef BATCHD_CHECK_ACCESS_H
#define BATCHD_CHECK_ACCESS_H

#include "disk/files.h"
#include "doctor/findings.h"
#include "plan/workspace.h"

/*
 *   workspace.read_only   a file system is mounted read-only
 *   workspace.access      this user may not write
 */
void check_access_report(struct findings *findings, const struct workspace *workspace, const struct files *files);

#endif
