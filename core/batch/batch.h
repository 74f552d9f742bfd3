/*
 * A batch is a value: the complete list of files to create, their bytes and modes, and a token over all of it and its
 * sources. Making one writes nothing. The preview prints it, applying writes it, a dry run stops before writing; there
 * is no second way to any of them.
 */
#ifndef BATCHD_BATCH_H
#define BATCHD_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "plan/next_command.h"
#include "plan/plan.h"
#include "plan/standing.h"

enum { BATCH_FILES_MOST = 100000 };

enum batch_kind {
    BATCH_EXECUTION,
    BATCH_SUBPLAN,
    BATCH_REWORK, /* the next EXECUTION_TASK of an achievement that a FIX has sent back */
    BATCH_PLAN,   /* a new plan from the template */
    BATCH_GRAPH,  /* the dependency file of a plan that has none */
    BATCH_UPDATE, /* the dependency file of a plan, brought up to date with its PLAN: the one that replaces a file */
    BATCH_IMPORT, /* a new plan from a task list of another program */
    BATCH_SUBMIT, /* the kinds of a review, see review.h */
    BATCH_APPROVE,
    BATCH_REJECT,
    BATCH_SKIP,
    BATCH_ADOPT,
    BATCH_REOPEN, /* which renames files, and creates none */
    BATCH_UNKNOWN /* in a record: one that this version does not know */
};
const char *
batch_kind_name(enum batch_kind kind); /* "execution", "subplan", "rework", "plan", "graph", "import", ... */
/* BATCH_UNKNOWN for a word that is none of these. */
enum batch_kind batch_kind_find(const char *name);
/* Is it one that create makes (see batch_create.h)? */
bool batch_kind_is_created(enum batch_kind kind);
/* Is it one of those that review_make makes? */
bool batch_kind_is_review(enum batch_kind kind);

struct batch_file {
    const char *id;   /* of the achievement, or of its sub-execution; NULL for a file of the plan itself */
    const char *path; /* relative to the root */
    const char *from; /* where the file is now, if it is to be renamed; else NULL */
    struct span content;
    mode_t mode;
    char sha[DIGEST_SHA_TEXT];
    const char *old_sha; /* of the file that it replaces, or NULL */
    size_t old_size_bytes;
};

struct batch_folder {
    const char *path;
    mode_t mode;
};

/* A file that is there already, or an achievement that needs none. */
struct batch_skip {
    const char *id;
    const char *path; /* NULL if there is no file */
    const char *reason;
};

/* A file that cannot be created, with keep_going. */
struct batch_failure {
    const char *id;
    const char *path;
    const char *reason;
};

/* What a file's content depends on. */
struct batch_source {
    const char *path; /* a file, or "achievement 2.3": its state */
    const char *digest;
};

/* Ready achievements that are not ready for this kind. */
struct batch_other {
    const char *id;
    enum next_step step;
    const char *need; /* in words */
};

/* An achievement that gets a work order before what it depends on is complete. */
struct batch_blocked {
    const char *id;
    const char **blockers; /* ids */
    size_t blocker_count;
};

struct batch {
    struct arena arena;
    const char *plan, *plan_path;
    enum batch_kind kind;
    const char *selection;    /* "ready", "level 6", "ids 3.1,3.2", or what a plan was made of */
    struct batch_file *files; /* those of one folder follow each other */
    size_t file_count, file_capacity;
    struct batch_folder *folders; /* to be made first, outer ones before inner ones */
    size_t folder_count, folder_capacity;
    struct batch_skip *skipped;
    size_t skipped_count, skipped_capacity;
    struct batch_source *sources;
    size_t source_count, source_capacity;
    struct batch_failure *failures;
    size_t failure_count, failure_capacity;
    const char **missing_subplans; /* ids */
    size_t missing_count, missing_capacity;
    const char **incomplete; /* ids whose SUBPLAN is a placeholder or a draft, and is used as it is */
    size_t incomplete_count, incomplete_capacity;
    struct batch_other *others;
    size_t other_count, other_capacity;
    struct batch_blocked *blocked;
    size_t blocked_count, blocked_capacity;
    struct next_command next; /* if there is no file to create; else {0} */
    const char *by;           /* of a review: the name of the one who says it; or NULL */
    const char *format;       /* of BATCH_IMPORT: that of its source, a constant; or NULL */
    const char *diff;         /* of BATCH_UPDATE: what changes in its file, as a unified diff; or NULL */
    bool is_new_workspace;    /* of a new plan: there was no plan and no batch before */
    const char *token;        /* see token.h; NULL until token_make */
};

/* Can the plan's path and name be written in records, which are JSON? INVALID if they are no UTF-8. */
bool batch_check_plan_name(const struct plan *plan, struct error *error);
/*
 * Whatever a batch was made of: git's conflict markers are never created. PREREQUISITES, and a batch without files, if
 * a text has them.
 */
bool batch_check_conflicts(struct batch *batch, struct error *error);
void batch_release(struct batch *batch);

/* For other makers of batches. Texts are copied; @id may be NULL. */
void batch_add_file(struct batch *batch, const char *id, const char *path, struct span text, mode_t mode);
/* The file @path, whose text is @old, is replaced. */
void batch_add_replacement(struct batch *batch, const char *path, struct span old, struct span text);
/* The file @from, whose text is @text, gets the name @path. */
void batch_add_renaming(struct batch *batch, const char *id, const char *from, const char *path, struct span text);
void batch_add_skip(struct batch *batch, const char *id, const char *path, const char *reason);
void batch_add_folder(struct batch *batch, const char *path, mode_t mode);
void batch_add_source(struct batch *batch, const char *path, const char *digest);
void batch_add_text_source(struct batch *batch, const char *path, struct span text);

#endif
