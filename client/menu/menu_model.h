/*
 * The menu model: what the menu says of one plan, made from the view of status alone. It knows nothing of keys,
 * widths or colours. Texts of the plan's files are as they came: the menu view makes them harmless.
 */
#ifndef BATCHCTL_MENU_MODEL_H
#define BATCHCTL_MENU_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "api/answer.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/standing.h"
#include "view/achievement_item.h"

/* In the order of the keys 1 to 7, which never changes. */
enum menu_model_entry_name {
    ENTRY_SUBPLANS,
    ENTRY_EXECUTIONS,
    ENTRY_PARALLEL,
    ENTRY_GRAPH,
    ENTRY_PROMPT,
    ENTRY_FILL,
    ENTRY_VALIDATE,
    ENTRIES
};

struct menu_model_item {
    const char *id, *title;
    enum achievement_state state;
    const char *label;     /* of the state: "not started", "placeholder" */
    const char *needs;     /* "subplan", "execution", "work", "rework", "review"; "" if it is done or conflicted */
    const char *what_next; /* that in words; or who works on it: "ann works on it" */
    size_t level;
    bool is_held;                         /* by a claim */
    bool is_ready, is_waiting;            /* neither if it is done; it waits for others that are not */
    const char *subplan;                  /* "missing", "placeholder", "conflicted", "draft", "complete" */
    const struct achievement_item *shown; /* as the answer has it */
    bool has_hours;
    double hours;
    size_t blocks; /* how many open achievements wait for it, also indirectly */
};

struct menu_model_level {
    size_t *items; /* positions, in order */
    size_t count, done, ready, failed;
};

/* A batch that can be created: what to ask for, and how many achievements it is about. */
struct menu_model_offer {
    enum batch_kind kind;
    struct selection selection;
    const char *words; /* "ready: 2.1, 2.2", "level 3: 3.1", "rework: 1.1" */
    size_t count;
};

struct menu_model_entry {
    const char *label, *short_label;
    const char *detail; /* what it is about now, or why there is nothing to do, in a few words */
    const char *why;    /* there is nothing to do: a sentence; NULL if there is */
};

/* {0} is valid and empty. */
struct menu_model {
    struct answer answer; /* that the texts are borrowed from */
    struct arena arena;
    const char *plan, *path, *command, *reason; /* the last two: the advice; command may be NULL */
    bool is_valid, has_graph;
    struct menu_model_item *items;
    size_t count, done, ready, waiting, failed;
    const struct menu_model_item **ready_items; /* what most others wait for comes first, then the order of the plan */
    const struct menu_model_item **waiting_items;
    struct menu_model_level *levels;
    size_t level_count;
    size_t errors, warnings;
    struct menu_model_entry entries[ENTRIES];
    struct menu_model_offer *offers[2]; /* of ENTRY_SUBPLANS and ENTRY_EXECUTIONS; the first is the default */
    size_t offer_counts[2];
    enum menu_model_entry_name recommended;
    double sequential, parallel; /* hours of what is ready */
    size_t hours_missing;        /* how many of them have none */
};

void menu_model_release(struct menu_model *model);

/* The item that is to be worked on next: of those with something to do, the one that most others wait for; or NULL. */
const struct menu_model_item *menu_model_next_work(const struct menu_model *model);

/* The same of those that wait for a review. */
const struct menu_model_item *menu_model_next_review(const struct menu_model *model);

#endif
