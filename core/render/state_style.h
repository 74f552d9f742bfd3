/*
 * How a state looks wherever it is shown: the one table of marks and colours. What it is called comes with the answer.
 */
#ifndef BATCHD_STATE_STYLE_H
#define BATCHD_STATE_STYLE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "plan/plan.h"
#include "plan/standing.h"

enum state_class { CLASS_COMPLETE, CLASS_FAILED, CLASS_SKIPPED, CLASS_READY, CLASS_WAITING };

struct state_style {
    enum state_class class;
    const char *name;  /* "complete", "failed", "skipped", "ready", "waiting" */
    const char *mark;  /* where only these five are distinguished; see state_mark */
    const char *color; /* for a terminal, as TABLE_GREEN; NULL for none */
    const char *fill;  /* for a picture, "#c8e6c9" */
};

const struct state_style *state_style_of(enum achievement_state state, bool is_ready);
/* Of an achievement in an answer, by its "state" and "is_ready". */
const struct state_style *state_style_read(const cJSON *achievement);
/* "✓", "●", "◐", ... */
const char *state_mark(enum achievement_state state);

#endif
