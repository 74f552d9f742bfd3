/*
 * The check of claims: where they are kept, and which of them can help no process any more.
 */
#ifndef BATCHD_CHECK_CLAIMS_H
#define BATCHD_CHECK_CLAIMS_H

#include "claims/claim_board.h"
#include "disk/files.h"
#include "doctor/findings.h"
#include "plan/workspace.h"

void check_claims_report(struct findings *findings, const struct workspace *workspace, const struct files *files,
                         struct claim_board *claims);

#endif
