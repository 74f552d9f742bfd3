/*
 * A plan draft: the achievements of a plan that is about to be written, and the texts made of them: the dependency
 * file, and their listings in the PLAN. dependency_file.h and plan_document.h read back the same achievements, whatever
 * the texts of the draft contain.
 */
#ifndef BATCHD_PLAN_DRAFT_H
#define BATCHD_PLAN_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/plan_document.h"

/* A place in the file that a draft was made of; {0} is unknown. */
struct plan_draft_place {
    unsigned line, column;
    const char *pointer;
};

struct plan_draft_dependency {
    const char *id;
    struct plan_draft_place place;
};

/* Its state in the list that is imported. */
enum plan_draft_mark { PLAN_DRAFT_OPEN, PLAN_DRAFT_DONE, PLAN_DRAFT_CANCELLED };

struct plan_draft_item {
    const char *id;
    const char *title;                     /* or NULL */
    const char *effort;                    /* "4-6 hours", or NULL */
    const char *fields[DEFINITION_FIELDS]; /* any text, or NULL; those of effort and dependencies are not used */
    const char *part_of;                   /* what it is a part of, in one line: "3.0, Basket"; or NULL */
    const char *part_of_id;                /* the achievement among that, or NULL */
    const char *parts;                     /* which parts it has, in one line; or NULL */
    const char *priority;                  /* as its source has it, in JSON; or NULL */
    const char *origin;                    /* one line about where it comes from, or NULL */
    const char *origin_ids;                /* its ids there, one a line; or NULL */
    bool is_origin_list;                   /* there may be several of them */
    const char *notes;                     /* lines that have no other home, or NULL */
    enum plan_draft_mark mark;
    const char *mark_reason; /* why, as its source has it; or NULL */
    struct plan_draft_dependency *dependencies;
    size_t dependency_count, dependency_capacity;
    struct string_map depended; /* the ids among them */
    struct plan_draft_place place;
};

/* {0} is valid and empty. Owns its texts in its arena; the caller copies them there. */
struct plan_draft {
    struct arena arena;
    struct plan_draft_item *items;
    size_t count, capacity;
    const char *notes;                       /* lines about the plan, or NULL */
    const char *origin_format, *origin_file; /* of an imported plan */
};

void plan_draft_release(struct plan_draft *draft);

/* A new item at the end; valid until the next one is added. */
struct plan_draft_item *plan_draft_add(struct plan_draft *draft, const char *id);
/* Once each; repeating one changes nothing. */
void plan_draft_depend(struct plan_draft *draft, struct plan_draft_item *item, const char *id,
                       struct plan_draft_place place);

/*
 * Could this be a plan? Reports under @file, each at its place:
 *   achievement.duplicate  achievement.collision  dependency.unknown  dependency.self  dependency.cycle
 */
bool plan_draft_check(const struct plan_draft *draft, const char *file, struct diagnostics *diagnostics);

/*
 * Append an effort as the value of "estimated_hours": a number, or the range as it is written, which is read back as
 * the same mean. False if it cannot be read.
 */
bool plan_draft_append_hours(struct buffer *text, struct span effort);

/* Append a dependency file for the plan @name. */
void plan_draft_write_graph(struct buffer *text, const struct plan_draft *draft, const char *name);

/* Append one line for each item. */
void plan_draft_write_index(struct buffer *text, const struct plan_draft *draft);
/* Append the listings with their bodies. @is_verbatim: every text that has several lines as a block of code. */
void plan_draft_write_bodies(struct buffer *text, const struct plan_draft *draft, bool is_verbatim);

/* Does the PLAN @text define exactly these items, each with its whole body? */
bool plan_draft_is_defined(const struct plan_draft *draft, struct span text);

#endif
