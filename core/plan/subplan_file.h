/*
 * A SUBPLAN's file: what one says about its achievement. Reading it needs nothing of the plan, so many are read at the
 * same time.
 */
#ifndef BATCHD_SUBPLAN_FILE_H
#define BATCHD_SUBPLAN_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "disk/files.h"
#include "document/conflict.h"
#include "document/document.h"

/* {0} has not been read. */
struct subplan_file {
    bool is_tried, is_read;       /* is_tried without is_read: @error says why */
    enum subplan_state state : 8; /* and the rest, as in struct standing */
    unsigned conflict_line;
    unsigned unseen_line;
    char *stated_id; /* owned; NULL if its header names no achievement */
    struct file_identity identity;
    struct error error;
};

/* Reads the file at @path. @file is {0}; the caller releases it. */
void subplan_file_read(struct subplan_file *file, const struct files *files, const char *path);
void subplan_file_release(struct subplan_file *file);

#endif
