/*
 * The choice of a plan, where the workspace has several.
 */
#ifndef BATCHCTL_CHOICE_VIEW_H
#define BATCHCTL_CHOICE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "menu/menu_view.h"

/* One plan to choose. */
struct plan_choice {
    const char *name, *reason;
    size_t done, total, ready;
    bool is_valid;
};

struct choice_view {
    const struct plan_choice *choices;
    size_t count, cursor;
    const char *message;
    const struct menu_view_key *keys;
};

/* Replaces what @view shows. */
void choice_view_show(struct menu_view *view, const struct choice_view *shown, size_t width, size_t height);

#endif
