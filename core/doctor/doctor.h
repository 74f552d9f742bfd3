/*
 * The doctor: a check of the whole workspace that writes nothing. Each kind of thing to look at is a row of its table;
 * what only the asking program can see (its configuration, a daemon) is among the findings before.
 */
#ifndef BATCHD_DOCTOR_H
#define BATCHD_DOCTOR_H

#include <stddef.h>

#include "disk/files.h"
#include "doctor/check_system.h"
#include "doctor/findings.h"
#include "format/json_writer.h"
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

/* The answer's data. */
void doctor_write(struct json_writer *writer, const struct doctor_report *report);

#endif
