/*
 * The menu model: what the menu says of one plan, made from the view of status alone: what is ready, the entries of the
 * menu, and the batches that two of them offer. It knows nothing of keys, widths or colours. Texts of the plan's files
 * are as they came.
 */
#ifndef BATCHCTL_MENU_MODEL_H
#define BATCHCTL_MENU_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "api/answer.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "plan/selection.h"
#include "plan/standing.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

/* In the order of the keys 1 to 7, which never changes. */
enum menu_entry_name {
    ENTRY_SUBPLANS,
    ENTRY_EXECUTIONS,
    ENTRY_PARALLEL,
    ENTRY_GRAPH,
    ENTRY_PROMPT,
    ENTRY_FILL,
    ENTRY_VALIDATE,
    ENTRIES
};

/* What an entry says. */
struct menu_entry {
    const char *label, *short_label, *help; /* always the same */
    const char *detail;                     /* what it is about now, or why there is nothing to do, in a few words */
    const char *why;                        /* there is nothing to do: a sentence; NULL if there is */
};

/* Some achievements of a plan, in its order. {0} is valid and empty. */
struct item_set {
    const struct achievement_item **items; /* borrowed from the answer */
    size_t count;
};

/* A batch that can be created. */
struct menu_offer {
    enum batch_kind kind;
    struct selection selection;
    const char *words; /* "ready: 2.1, 2.2", "level 3: 3.1", "rework: 1.1" */
};

/* {0} is valid and empty. */
struct menu_model {
    struct answer answer; /* to status about one plan; the texts are borrowed from it */
    struct arena arena;
    const struct plan_view *plan;
    bool has_graph;
    struct item_set all, waiting;
    struct item_set ready;   /* what most others wait for comes first, then the order of the plan */
    struct item_set *levels; /* as many as the plan has */
    size_t done;
    struct menu_entry entries[ENTRIES];
    struct menu_offer *offers[2]; /* of ENTRY_SUBPLANS and ENTRY_EXECUTIONS; the first is the default */
    size_t offer_counts[2];
    enum menu_entry_name recommended;
    double sequential, parallel; /* hours of what is ready */
    size_t hours_missing;        /* how many of them have none */
};

/* Takes the data of @answer, to a status about one plan. False if it has no plan; @model is not changed then. */
bool menu_model_read(struct menu_model *model, struct answer *answer);
void menu_model_release(struct menu_model *model);

/* The one of those ready for @step that most others wait for; NULL if there is none. */
const struct achievement_item *menu_model_next(const struct menu_model *model, enum next_step step);

/* The ids of @set, in @arena. */
struct ids menu_model_ids(const struct item_set *set, struct arena *arena);
/* Of what is submitted, in the arena of @model. */
struct ids menu_model_submitted(struct menu_model *model);

#endif
