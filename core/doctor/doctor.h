/*
 * The doctor: a check of the whole workspace that writes nothing. Each kind of thing to look at is a row of its table;
 * what only the asking program can see (its configuration, a daemon) is among the findings before.
 */
#ifndef BATCHD_DOCTOR_H
#define BATCHD_DOCTOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "disk/files.h"
#include "doctor/check_claims.h"
#include "doctor/check_system.h"
#include "doctor/findings.h"
#include "plan/workspace.h"

struct claim_board;

struct doctor_report {
    const struct workspace *workspace; /* borrowed */
    struct claim_board *claims;        /* borrowed; NULL: not looked at */
    const struct files *files;         /* through which its plans are read; borrowed */
    struct findings findings;
    struct check_system system;
    size_t folder_count; /* what a watcher would have to watch */
};

/* Check the workspace of @report, which has this, its files and perhaps findings, and is otherwise {0}. */
void doctor_check(struct doctor_report *report);
void doctor_report_release(struct doctor_report *report);

/* What the method doctor answers, in the arena of the answer. */
struct doctor_view {
    const char *root;
    const char *file_system; /* as in struct check_system */
    uint64_t watch_limit;
    size_t plan_count, folder_count;
    struct claims_place claims;
    struct finding *findings;
    size_t finding_count;
    size_t counts[FINDING_SEVERITIES]; /* also of findings that are left out */
};

/* The report as a view, with copies in @arena. */
void doctor_view_make(struct doctor_view *view, const struct doctor_report *report, struct arena *arena);

#endif
