/*
 * Names: achievement ids ("1.1", "3.5.1") and the file names made of them ("SUBPLAN_X_11.md"). An id's digits without
 * its dots stand in the file names, which is not unique alone (1.11 and 11.1): the loader of a plan proves that it
 * is among the plan's own ids (see dependency_file.h).
 */
#ifndef BATCHD_NAMES_H
#define BATCHD_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/string_map.h"

enum { NAMES_ID_BYTES_MOST = 32 };

/* ^[0-9]+(\.[0-9]+)+$ and at most NAMES_ID_BYTES_MOST long */
bool names_is_id(struct span text);

/* The id at the start of @text, not followed by more digits or letters; an empty span if there is none. */
struct span names_leading_id(struct span text);

/* Orders ids by their numbers, part by part: 1.2 before 1.10 before 2. Like strcmp. */
int names_compare_ids(const char *a, const char *b);

/* The last part of a path. */
const char *names_base(const char *path);

/* The id without its dots, into @digits. */
void names_digits(const char *id, char digits[NAMES_ID_BYTES_MOST + 1]);

/* The last number of an id: 2 for "1.1.2". */
unsigned names_last_number(const char *id);

enum name_kind {
    NAME_OTHER,     /* none of the below, irregular ones included: never touched */
    NAME_SUBPLAN,   /* SUBPLAN_<plan>_<XY>.md */
    NAME_EXECUTION, /* EXECUTION_TASK_<plan>_<XY>_<NN>[_suffix].md */
    NAME_SUBMITTED, /* SUBMITTED_<XY>_<NN>.md */
    NAME_APPROVED,  /* APPROVED_<XY>.md */
    NAME_FIX,       /* FIX_<XY>.md, FIX_<XY>_<NN>.md */
    NAME_SKIPPED,   /* SKIPPED_<XY>.md */
    NAME_REOPENED,  /* APPROVED_<XY>_REOPENED_<n>.md, SKIPPED_<XY>_REOPENED_<n>.md: what was one once */
};

struct name {
    enum name_kind kind;
    struct span digits; /* XY, borrowed from the file name */
    unsigned number;    /* NN of an EXECUTION_TASK or SUBMITTED, of a FIX or 0, n of a REOPENED; saturates */
    bool has_suffix;    /* an EXECUTION_TASK's or SUBPLAN's: "_V2", "_RECOVERY" */
};

/*
 * What @file is, in the plan whose files carry the name @plan. A SUBPLAN with a suffix is NAME_OTHER with digits and
 * has_suffix set, so that a report can name it.
 */
struct name names_read(const char *plan, const char *file);

/* One of the folders that every plan has: "subplans", "execution", "execution/feedbacks". */
bool names_is_folder(const char *path);

/* The names that a dependency file may have, in the order in which they are looked for; NULL ends them. The first one
 * is that of the files which the program makes. */
extern const char *const names_of_dependency_file[];
bool names_is_dependency_file(const char *name);

/*
 * Is @path, relative to the folder of the plan @plan, that of a file which a batch makes? Its PLAN, parallel.json, a
 * SUBPLAN, an EXECUTION_TASK or a review, under its regular name and in its own folder. A review may have a number
 * (SUBMITTED_11_02.md, FIX_11_02.md), and be one of the past (APPROVED_11_REOPENED_1.md).
 */
bool names_is_made(const char *plan, const char *path);
/* The folder of a plan in which files of the kind count: "subplans"; NULL for OTHER and REOPENED. */
const char *names_folder(enum name_kind kind);

/* What a file is named for, of an achievement of the plan. */
struct near_name {
    enum name_kind kind;
    size_t position; /* of the achievement */
    char digits[NAMES_ID_BYTES_MOST + 1];
    unsigned number; /* NN of an EXECUTION_TASK or SUBMITTED */
};

/*
 * What @file was probably meant to be: a regular name, or one that differs from it by its case, one letter of its
 * first word, dots in the id ("APPROVED_2.1.md"), other separators, a zero, the ending, or what copies and versions are
 * called ("_v2"). @known: the digits of the plan's achievements. False if it is none of these.
 */
bool names_read_near(const char *plan, const char *file, const struct string_map *known, struct near_name *near);
/* The regular name of that. */
char *names_regular(struct arena *arena, const char *plan, const struct near_name *near);

/* Is @name nearly a folder of a plan: "feedback", "reviews", "Execution"? Also true for the right name. */
bool names_is_near_folder(const char *name);

/* The plan's name in "PLAN_<name>.md"; an empty span if @file is none. */
struct span names_plan(const char *file);

#endif
