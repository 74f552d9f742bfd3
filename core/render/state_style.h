/*
 * How a state looks: the one table of marks and colours, for text, dot, Mermaid and the marks of the menu. What it is
 * called comes with the answer. An SVG picture has its own colours: two themes, and more than one colour a state
 * (core/picture/graph_svg.c).
 */
#ifndef BATCHD_STATE_STYLE_H
#define BATCHD_STATE_STYLE_H

#include <stdbool.h>

#include "plan/plan.h"
#include "plan/standing.h"

enum state_class { CLASS_COMPLETE, CLASS_FAILED, CLASS_SKIPPED, CLASS_READY, CLASS_WAITING, STATE_CLASSES };

struct state_style {
    enum state_class class;
    const char *name;  /* "complete", "failed", "skipped", "ready", "waiting" */
    const char *mark;  /* where only these five are distinguished; see state_mark */
    const char *color; /* for a terminal, as TABLE_GREEN; NULL for none */
    const char *fill;  /* for a picture, "#c8e6c9" */
};

/* The one table of the marks and colours of states. Constants. */
const struct state_style *state_style_of_class(enum state_class class);
const struct state_style *state_style_of(enum achievement_state state, bool is_ready);
/* "✓", "●", "◐", ... */
const char *state_mark(enum achievement_state state);

#endif
