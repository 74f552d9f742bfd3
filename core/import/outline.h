/*
 * An outline: the items of a foreign task list as its reader has understood them, before they become achievements:
 * ids, texts and states as the source has them, what is part of what, and what waits for what. Each format has a
 * reader that fills one; what they have in common stands in outline_states, outline_edges and outline_draft.
 */
#ifndef BATCHD_OUTLINE_H
#define BATCHD_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/plan_document.h"
#include "import/import_options.h"

enum {
    OUTLINE_ITEMS_MOST = 10000,
    OUTLINE_EDGES_MOST = 500000,
    OUTLINE_DIGITS_MOST = 10, /* of a number in an id */
};
#define OUTLINE_NONE UINT32_MAX

struct outline_place {
    const char *file;
    unsigned line, column; /* 0 is unknown */
    const char *pointer;   /* of JSON, or NULL */
};

enum outline_state { OUTLINE_OPEN, OUTLINE_FINISHED, OUTLINE_GIVEN_UP };

enum outline_edge_kind {
    OUTLINE_STATED,
    OUTLINE_PART,      /* a container waits for its parts */
    OUTLINE_INHERITED, /* a part waits for what its container waits for */
    OUTLINE_ASSUMED,   /* from an order of lines */
};

struct outline_edge {
    uint32_t to;
    enum outline_edge_kind kind;
    struct outline_place place; /* of a stated one */
    bool is_dropped;
};

struct outline_note {
    const char *label, *text;
};

struct outline_item {
    const char *id; /* as the source writes it; NULL if it has none */
    const char *title;
    struct outline_place place;
    uint64_t group, member;  /* of the achievement's id */
    uint32_t parent;         /* OUTLINE_NONE at the top */
    const char *achievement; /* that id, once outline_number was called */
    uint32_t part_count;     /* of the items that are its parts */
    bool is_left_out;        /* by the user's selection, or because it is no work */
    bool is_optional;        /* nothing waits for it */

    enum outline_state state;
    const char *word;   /* of its state in the source, or NULL */
    bool is_usual;      /* the word only says that it is open: no warning names it */
    const char *reason; /* text for its APPROVED or SKIPPED, or NULL */

    const char *fields[DEFINITION_FIELDS]; /* any text, or NULL */
    const char *effort;                    /* or NULL */
    const char *priority;                  /* as JSON, or NULL */
    const char *context;                   /* what it is part of, beside an item; or NULL */
    const char *remark;                    /* for its Origin: status, dates, marks; or NULL */
    const char *ids;                       /* --by phase: those of its tasks, one a line; or NULL */
    struct outline_note *notes;
    size_t note_count, note_capacity;
    struct outline_edge *edges;
    size_t edge_count, edge_capacity;
};

struct outline {
    struct arena arena;
    const struct import_options *options;
    struct diagnostics *diagnostics;
    const char *plan;                 /* name of the plan that is made, for hints */
    const char *source;               /* name of the list, without folders */
    const char *format, *format_word; /* "Task Master", "taskmaster" */
    const char *container, *part;     /* what the source calls them: "task", "subtask" */
    bool parts_follow;                /* a part of what is finished counts as finished, too */
    bool parts_stay;                  /* or it stays open, and a warning names it */

    bool is_ordered_by_id; /* the achievements; else they stay in the order of the items */

    struct outline_item *items;
    size_t count, capacity;
    size_t edge_count, reference_count;
    bool is_too_large;
    struct buffer notes;        /* about the plan, as Markdown */
    struct string_map unplaced; /* names of fields that have no home */
    struct buffer unplaced_names;
    size_t first_error;  /* errors that were there before */
    size_t remedy_count; /* errors that --lenient would deal with */
};

void outline_release(struct outline *outline);

/* The position of a new item at the end; OUTLINE_NONE, and reported once, when there are too many. */
uint32_t outline_add(struct outline *outline, struct outline_place place);
/* Text that lives as long as the outline. */
const char *outline_text(struct outline *outline, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *outline_copy(struct outline *outline, struct span text);
/* Copies the content, and releases the buffer. NULL if it is empty. */
const char *outline_take(struct outline *outline, struct buffer *text);

/* A line or a text under Notes. Empty texts are not noted. */
void outline_note(struct outline *outline, uint32_t item, const char *label, struct span text);
/* The same for a field of the source without a home: one warning lists their names. */
void outline_note_field(struct outline *outline, uint32_t item, const char *name, struct span text);
/* Append a note as Markdown. */
void outline_append_note(struct buffer *notes, const char *label, struct span text);
/* A note about the plan. */
void outline_note_plan(struct outline *outline, const char *label, struct span text);
/* Append @text to a field, below what it has. */
void outline_append_field(struct outline *outline, const char **field, struct span text);

/* Append to a list of remarks, unless @value is NULL or empty. @format has one %s for it. */
void outline_append_remark(struct buffer *remarks, const char *format, const char *value);

/* Count one more id that is to be looked up. False, and reported once, when there are too many. */
bool outline_count_reference(struct outline *outline, struct outline_place place);
void outline_add_edge(struct outline *outline, uint32_t from, uint32_t to, enum outline_edge_kind kind,
                      struct outline_place place);

/* What @item is a part of. An item may have parts only once they exist. */
void outline_set_parent(struct outline *outline, uint32_t item, uint32_t parent);

/* The id of an item for messages: `mill-q3x.2 (1.2)`, or its place `tasks.md:31`. */
const char *outline_name(struct outline *outline, uint32_t item);
/* The names of all items that are marked, separated by commas. NULL if none is. */
const char *outline_names(struct outline *outline, const bool *is_marked);
/* Gives each item the id of its achievement, with as many digits for every member as the largest needs. */
void outline_number(struct outline *outline);

/* --- what is wrong or doubtful --- */

/* Add a diagnostic at @place; texts are borrowed from the outline. With an error nothing is imported. */
void outline_error(struct outline *outline, struct outline_place place, const char *code, const char *message,
                   const char *hint);
void outline_warn(struct outline *outline, struct outline_place place, const char *code, const char *message,
                  const char *hint);
/*
 * A fault for which --lenient has a remedy. True if it is to be taken: then the fault is a warning, and a note of
 * @item, if that is one; with @remedy, which says what is done. Else it is an error.
 */
bool outline_remedy(struct outline *outline, uint32_t item, struct outline_place place, const char *code,
                    const char *message, const char *remedy);
size_t outline_error_count(const struct outline *outline);

#endif
