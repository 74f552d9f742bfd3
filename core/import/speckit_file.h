/*
 * A spec-kit file as its reader sees it: the phases of tasks.md and the tasks in them, with the texts around both. What
 * belongs to no phase is quoted in the notes of the plan.
 */
#ifndef BATCHD_SPECKIT_FILE_H
#define BATCHD_SPECKIT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/string_map.h"
#include "document/list_item.h"
#include "import/list_lines.h"
#include "import/outline.h"
#include "import/source.h"

/* Spans point into the file. */
struct speckit_task {
    size_t line;                     /* index */
    struct span id;                  /* "T001"; empty if it has none */
    enum list_item_box box;          /* none if it is a heading */
    struct span mark;                /* of its box */
    struct span text;                /* without id and marks */
    struct span story;               /* "US1" */
    struct span heading;             /* of level 3 above it */
    bool is_parallel;                /* [P] */
    size_t phase;                    /* index */
    size_t position;                 /* in the phase, from 1 */
    size_t block;                    /* in the phase, from 0: the tasks of one may go on at once */
    const char *approach, *criteria; /* or NULL */
    size_t doubled_line;             /* from 1, of the first task with the same id; or 0 */
    uint32_t item;
};

struct speckit_phase {
    size_t line;
    struct span heading; /* empty before the first one */
    size_t number;       /* position among the phases, from 1; 0 before the first one */
    size_t first_task, task_count;
    const char *goal, *tests, *text; /* or NULL */
    uint32_t item;                   /* by phase */
    size_t story;                    /* its number, or 0 */
    bool is_waited_for;
};

/* A section whose heading speaks of dependencies: lines from @first to @end (exclusive). */
struct speckit_section {
    size_t first, end;
};

struct speckit_file {
    struct outline *outline;
    const char *name;
    struct list_lines lines;
    struct speckit_phase *phases; /* all sections of level 2; those without tasks have no number */
    size_t phase_count, phase_capacity;
    struct speckit_task *tasks;
    size_t task_count, task_capacity;
    struct speckit_section *sections;
    size_t section_count, section_capacity;
    struct string_map ids; /* of tasks: the first one that has it */
};

/*
 * The tasks, phases and sections of tasks.md, with spans into @source; what is wrong is reported in @outline. The
 * caller releases it.
 */
void speckit_file_read(struct speckit_file *file, struct outline *outline, const struct source_file *source);
void speckit_file_release(struct speckit_file *file);

/* The line with this index, for a diagnostic. */
struct outline_place speckit_place(const struct speckit_file *file, size_t line);

#endif
