/*
 * The source of an import: which format it has, and the texts of its files. A folder is searched for the places where
 * the tools keep their lists; links in it are not followed.
 */
#ifndef BATCHD_IMPORT_SOURCE_H
#define BATCHD_IMPORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "import/import_options.h"

enum source_role {
    SOURCE_LIST,    /* tasks to be imported */
    SOURCE_DONE,    /* Backlog.md: a task that was filed away as completed */
    SOURCE_ASIDE,   /* Backlog.md: one in the archive, or a draft */
    SOURCE_SETTING, /* Backlog.md: config.yml */
};

struct source_file {
    enum source_role role;
    const char *name; /* for messages: begins with what the user has named */
    struct span text; /* without a byte-order mark */
};

/* {0} is valid and empty. */
struct source {
    struct arena arena;
    enum import_format format;
    struct source_file *files; /* ordered by name; at least one of SOURCE_LIST */
    size_t count, capacity, size_bytes;
    const char *name;   /* of the list, without folders: "tasks.json" */
    const char *plan;   /* the name of the plan, where the folder is one feature; or NULL */
    const char *beside; /* files of the feature that are not imported: "plan.md, spec.md"; or NULL */
};

/* "taskmaster", ...: the word of --from. */
const char *source_format_word(enum import_format format);
/* The words of all formats, separated by commas. */
extern const char source_format_words[];
/* False if there is none of that word. */
bool source_format_find(const char *word, enum import_format *format);
/* What people call it: "Task Master". */
const char *source_format_name(enum import_format format);

/*
 * Find, recognise and read the source. The caller releases @source also on failure.
 *   USAGE      several lists are there; the hint has the commands
 *   NOT_FOUND  there is no such file or folder
 *   INVALID    no list is recognised; or a text is not UTF-8 or has conflict markers, which is reported
 *   IO         it cannot be read, or is too large
 */
bool source_open(struct source *source, const struct import_options *options, struct diagnostics *diagnostics,
                 struct error *error);
void source_release(struct source *source);

#endif
