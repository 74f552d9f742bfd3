/*
 * Create maker: what the makers of a batch of create share: the plan, the template, and the files of an achievement.
 */
#ifndef BATCHD_CREATE_MAKER_H
#define BATCHD_CREATE_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/batch_options.h"
#include "disk/files.h"
#include "disk/template_files.h"
#include "document/document.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/standing.h"

enum { CREATE_NUMBER_MOST = 9999 }; /* of an EXECUTION_TASK; no real plan has more than a few */

struct create_maker {
    struct batch *batch;
    const struct files *files;
    const struct plan *plan;
    const struct batch_options *options;
    struct diagnostics *diagnostics;
    struct error *error;
    struct template_file template;
    size_t *selected; /* positions, in the order of the plan */
    size_t selected_count;
    const char **placeholders; /* ids whose SUBPLAN is one, with require_complete */
    size_t placeholder_count;
    size_t conflicted_count; /* SUBPLANs with conflict markers */
    size_t occupied_count;   /* targets that something else than a file has taken */
    mode_t file_mode, folder_mode;
};

/* A file that is to be created. */
struct create_target {
    const char *id;
    const char *path;
    unsigned number;
    const struct sub_execution *part; /* NULL unless the achievement is split */
};

/* A formatted text that lives as long as the batch; and a copy. */
#define create_maker_text(maker, ...) arena_format(&(maker)->batch->arena, __VA_ARGS__)
const char *create_maker_keep(struct create_maker *maker, const char *text);

/* What the plan says of it, and where it stands; borrowed from the snapshot. */
const struct achievement *create_maker_achievement(const struct create_maker *maker, size_t position);
const struct standing *create_maker_standing(const struct create_maker *maker, size_t position);

/* Add a warning to the diagnostics of the batch; texts are copied. */
void create_maker_warn(struct create_maker *maker, const char *code, const char *file, const char *message,
                       const char *hint);

/* FAILED: something else has the name, which with keep_going is noted. UNUSABLE: the maker's error is set. */
enum create_presence { TARGET_ABSENT, TARGET_PRESENT, TARGET_FAILED, TARGET_UNUSABLE };
/* What is at a target. Something else than a file is counted, and fails the batch later. */
enum create_presence create_maker_look(struct create_maker *maker, const char *id, const char *path);

/* Add a file with this text, which is copied. */
void create_maker_add_file(struct create_maker *maker, const char *id, const char *path, struct buffer *text);
/* Has the document no conflict markers of git? */
bool create_maker_check_conflict(struct create_maker *maker, const char *path, const struct document *document);
/* Read a source document; its digest becomes one of the batch's sources. The caller releases it, also on failure. */
bool create_maker_read_source(struct create_maker *maker, const char *path, struct document *document);
/* Always false. */
bool create_maker_fail_template(struct create_maker *maker);

/* False if the SUBPLAN is not what the @wanted files need; with keep_going they are noted as failed. */
bool create_maker_has_subplan(struct create_maker *maker, size_t position, const struct create_target *wanted,
                              size_t count);
/* The error, which is set, is about one achievement: with keep_going its files are noted as failed, and it is cleared.
 */
bool create_maker_goes_on(struct create_maker *maker, const struct create_target *wanted, size_t count);

#endif
