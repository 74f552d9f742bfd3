/*
 * Import options: what the user wants of a foreign task list, beside the list itself.
 */
#ifndef BATCHD_IMPORT_OPTIONS_H
#define BATCHD_IMPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum import_format {
    IMPORT_ANY, /* to be recognised */
    IMPORT_TASKMASTER,
    IMPORT_SPECKIT,
    IMPORT_BEADS,
    IMPORT_BACKLOG,
    IMPORT_OPENSPEC,
    IMPORT_KIRO,
    IMPORT_FORMATS
};

/* {0} takes all of the list, as its own tool would. Texts borrowed. */
struct import_options {
    const char *source; /* absolute path of the file or folder; NULL for standard input, which is @text */
    const char *name;   /* of the source, as the user writes it, for messages */
    struct span text;   /* of standard input */
    enum import_format format;
    const char *tag;          /* Task Master: which list, or NULL */
    const char *const *epics; /* only these items and all their parts */
    size_t epic_count;
    bool is_open;     /* without what is finished or given up there */
    bool is_flat;     /* stated edges only */
    bool by_phase;    /* one achievement a phase or top item */
    bool is_lenient;  /* remedies are taken, each with a warning */
    bool with_status; /* APPROVED and SKIPPED for what is finished and given up there */
};

#endif
