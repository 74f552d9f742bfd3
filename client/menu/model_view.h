/*
 * The view of the model, the first screen of a plan: its progress, its levels, what is ready, what waits, and the
 * entries of the menu.
 */
#ifndef BATCHCTL_MODEL_VIEW_H
#define BATCHCTL_MODEL_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "menu/menu_model.h"
#include "menu/menu_view.h"

struct model_view {
    const struct menu_model *model;
    size_t cursor; /* an entry */
    size_t scroll;
    const char *message; /* one line, or NULL */
    bool is_live;        /* a daemon tells what happens */
    const struct menu_view_key *keys;
};

/* Replaces what @view shows. */
void model_view_show(struct menu_view *view, const struct model_view *shown, size_t width, size_t height);

#endif
