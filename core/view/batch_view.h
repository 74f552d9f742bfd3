/*
 * Batch view: what the methods that make a batch answer, before it is applied and after. All of it is in the arena of
 * the answer.
 */
#ifndef BATCHD_BATCH_VIEW_H
#define BATCHD_BATCH_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "disk/files.h"
#include "plan/next_command.h"
#include "view/achievement_item.h"

struct file_view {
    const char *id, *path, *sha; /* id: NULL of a file of the plan itself */
    uint64_t size_bytes;
    bool has_content;
    struct span content; /* if it was asked for */
};

struct file_list {
    struct file_view *items;
    size_t count;
};

/* What is not created, and why. */
struct failure_list {
    struct batch_failure *items;
    size_t count;
};

struct batch_view {
    const char *plan, *path, *selection;
    enum batch_kind kind;
    const char *kind_name; /* that of a newer version for BATCH_UNKNOWN */
    bool is_dry_run;
    const char *token;            /* of a dry run; else NULL */
    struct batch_source *sources; /* of a dry run */
    size_t source_count;
    struct file_list files;   /* of a dry run, or with content: once it is applied, those that were created */
    struct file_list created; /* once it is applied */
    uint64_t number;          /* once it is applied; else 0 */
    struct failure_list skipped, failed;
    struct ids missing_subplans;
    struct batch_other *others;
    size_t other_count;
    struct batch_blocked *blocked;
    size_t blocked_count;
    struct next_command next; /* if there is no file to create; else {0} */

    /* init and import */
    const char *root;          /* of the workspace */
    bool is_new_workspace;     /* it was none before */
    struct ids folders;        /* paths */
    const char *diff, *format; /* see struct batch */
};

struct batch_view_options {
    bool is_dry_run, has_content;
};

/* Of a batch that is not applied. */
void batch_view_make(struct batch_view *view, const struct batch *batch, const struct batch_view_options *options,
                     struct arena *arena);
/*
 * Of a batch that is applied, from its record alone: the same at once and later. @files: for the content of those files
 * that are as they were written; NULL: without content.
 */
void batch_view_of_record(struct batch_view *view, const struct record *record, const struct files *files,
                          struct arena *arena);

/* The files it is about: those that were created, or else those that would be. */
const struct file_list *batch_view_files(const struct batch_view *view);

#endif
