/*
 * One document of a plan: a SUBPLAN, an EXECUTION_TASK or a PLAN. Reading it never fails: whatever bytes it has, it
 * has lines, perhaps sections, perhaps a header. How complete a SUBPLAN is follows from its text alone.
 */
#ifndef BATCHD_DOCUMENT_H
#define BATCHD_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "document/conflict.h"
#include "format/markdown.h"

enum { DOCUMENT_SIZE_MOST_BYTES = 4 << 20 };

#define DOCUMENT_MARKER "[TO BE FILLED" /* what is still to be written */

enum subplan_state {
    SUBPLAN_MISSING,
    SUBPLAN_PLACEHOLDER, /* has a "[TO BE FILLED" marker outside code */
    SUBPLAN_CONFLICTED,  /* has git's conflict markers, see conflict.h */
    SUBPLAN_DRAFT,       /* without an objective, or without both approach and deliverables */
    SUBPLAN_COMPLETE,
};

/* "missing", "placeholder", ... */
const char *subplan_state_name(enum subplan_state state);

enum section_kind {
    SECTION_OBJECTIVE,
    SECTION_APPROACH, /* under any of its names: Approach, Implementation Strategy, Design: ..., Detailed Approach */
    SECTION_DELIVERABLES,
    SECTION_CRITERIA,
    SECTION_TESTS,
    SECTION_KINDS
};

/* {0} is valid and empty. */
struct document {
    struct buffer text; /* normalized: UTF-8, "\n", no BOM, no NUL */
    struct markdown markdown;
    const struct markdown_section *sections[SECTION_KINDS]; /* NULL where there is none */
    unsigned conflict_line;                                 /* of git's first conflict marker; 0 if there is none */
};

/* Parse @raw, the bytes of a file; nothing of it is kept. */
void document_parse(struct document *document, struct span raw);
void document_release(struct document *document);

/* Line of git's first conflict marker in @raw, the bytes of a file; 0 if there is none. */
unsigned document_conflict_line(struct span raw);

/* INVALID if the template @name, whose text is @raw, has git's conflict markers: nothing may be made of it. */
bool document_check_template(const char *name, struct span raw, struct error *error);

/* The value of a header line "**Label**: value" before the first section of level 2, or an empty span. */
struct span document_header(const struct document *document, const char *label);
/* The next such line from @line on, which is 0 at first and then left behind it. False if there is none. */
bool document_next_header(const struct document *document, const char *label, size_t *line, struct span *value);

/*
 * The achievement that the header names ("**Achievement**: 2.3 (Title)", "**Achievement Addressed**: Achievement
 * 2.3"), or an empty span.
 */
struct span document_achievement(const struct document *document);

/* Has the section anything but sub-headings and rules? */
bool document_has_text(const struct document *document, enum section_kind kind);

/* Of a SUBPLAN that is there: never SUBPLAN_MISSING. */
enum subplan_state document_subplan_state(const struct document *document);

/* "**Label**: value", "- **Label**: value", "**Label:** value". False if the line is none. */
bool document_label(struct span line, struct span *label, struct span *value);

/* A line without letters or digits: blank, or a rule such as "---". */
bool document_is_empty_line(struct span line);

#endif
