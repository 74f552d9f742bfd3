/*
 * A loader: one reading of a plan from disk, for the modules that make a snapshot (plan_load, plan_files, plan_update).
 * It has the snapshot that grows and what was known before, and reports what it finds.
 */
#ifndef BATCHD_LOADER_H
#define BATCHD_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"
#include "disk/listing.h"
#include "plan/plan.h"

struct subplan_file; /* subplan_file.h */

struct loader {
    struct plan *plan;
    const struct plan *previous; /* NULL when nothing is known */
    const struct files *files;
    int64_t started_ns;         /* CLOCK_REALTIME, as file systems stamp files */
    bool has_noted_links;       /* of every file in the listings: they have been identified */
    bool lacks_graph;           /* there is a PLAN, and no dependency file */
    struct listing own;         /* the plan's folder */
    struct subplan_file *early; /* read in advance, by the position in the listing of SUBPLANs; or NULL */
    const struct listing_entry *early_entries; /* of that listing */
};

/* Begins to read now. */
struct loader loader_begin(struct plan *plan, const struct files *files, const struct plan *previous);

/* Texts, in the arena of the plan. */
#define loader_format(loader, ...) arena_format(&(loader)->plan->arena, __VA_ARGS__)
const char *loader_join(struct loader *loader, const char *folder, const char *name);

/* Diagnostics of the plan; the texts are borrowed. */
void loader_report(struct loader *loader, enum severity severity, const char *file, const char *code,
                   const char *message, const char *hint);
/* @line: of the document, see text_unseen_line; 0 reports nothing. */
void loader_report_unseen(struct loader *loader, const char *file, unsigned line);
/* Reports and releases @error. */
void loader_report_error(struct loader *loader, const char *file, const char *code, struct error *error);

/* Differs between two states of a file on disk; 0 for one so young that a later write could have the same times. */
uint64_t loader_mark(const struct loader *loader, const struct file_identity *identity);
void loader_note_links(struct loader *loader, const struct file_identity *identity);
/* A file has been read: notes its links, unless all have been noted, and returns its mark. */
uint64_t loader_note_read(struct loader *loader, const struct file_identity *identity);

/* Read a file of the plan, and list one of its folders. @mark may be NULL. */
bool loader_read_file(struct loader *loader, const char *path, size_t most, struct buffer *text, uint64_t *mark,
                      struct error *error);
bool loader_list(struct loader *loader, const char *path, struct listing *listing, struct error *error);

#endif
