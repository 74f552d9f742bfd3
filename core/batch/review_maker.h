/*
 * Review maker: what the makers of a batch of a review share: the plan, what is refused, and the files of an
 * achievement.
 */
#ifndef BATCHD_REVIEW_MAKER_H
#define BATCHD_REVIEW_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/review_options.h"
#include "disk/files.h"
#include "disk/template_files.h"
#include "document/names.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/standing.h"

struct review_maker {
    struct batch *batch;
    const struct files *files;
    const struct plan *plan;
    const struct review_options *options;
    struct diagnostics *diagnostics;
    struct error *error;
    struct template_file form;
    struct diagnostics refusals;
    size_t refused_count;
    enum error_code refusal; /* the code of the first */
    mode_t folder_mode, file_mode;
};

/* What is asked about: an achievement, or a part of it. */
struct review_subject {
    size_t position;
    const struct sub_execution *part; /* or NULL */
    const char *id, *title;
    const struct standing *standing;
    const struct execution *task; /* the work order: the part's, or the last; NULL if there is none */
};

/* A formatted text that lives as long as the batch. */
#define review_maker_text(maker, ...) arena_format(&(maker)->batch->arena, __VA_ARGS__)

/* --- refusing --- */

/* Notes why nothing can be written; the first reason's code is that of the whole. Returns false. */
bool review_maker_refuse(struct review_maker *maker, enum error_code code, const char *message, const char *hint);
/* After a refusal or a skip the others are looked at, too; not after an error. */
bool review_maker_goes_on(const struct review_maker *maker);
void review_maker_warn(struct review_maker *maker, const char *file, const char *message, const char *hint);
/* It is so already. Returns false. */
bool review_maker_skip(struct review_maker *maker, const struct review_subject *subject, const char *path,
                       const char *reason);
/* The command that makes the next work order of it. */
const char *review_maker_rework_hint(struct review_maker *maker, const struct review_subject *subject);

/* --- the files of an achievement --- */

/* The files of the achievement, or of its part @part, which may be NULL; borrowed from the snapshot. */
struct review_subject review_maker_subject(const struct review_maker *maker, size_t position,
                                           const struct sub_execution *part);
/* The last work order with the number, or of all with 0. */
const struct execution *review_find_task(const struct standing *standing, unsigned number);
const struct review *review_find(const struct standing *standing, enum name_kind kind, unsigned number);
const struct review *review_find_open_fix(const struct standing *standing);
/* 0 for none. */
unsigned review_task_number(const struct execution *task);
/* A file of the achievement, under "execution/" or "execution/feedbacks/". */
const char *review_maker_path(struct review_maker *maker, const struct review_subject *subject, enum name_kind kind,
                              const char *word, unsigned number);

/* --- what is written --- */

/* The bytes of a file, in @text, become one of the batch's sources. */
bool review_maker_add_source(struct review_maker *maker, const char *path, struct buffer *text);
/* Is the name free? It is taken by something that does not count, or the plan would know of it. */
bool review_maker_check_name(struct review_maker *maker, const struct review_subject *subject, const char *path);
/* The file that says @said, and its sources. */
bool review_maker_add_file(struct review_maker *maker, const struct review_subject *subject, const char *path,
                           const char *said);

#endif
