/*
 * A text that scrolls: an answer, a prompt, a preview, the help.
 */
#ifndef BATCHCTL_TEXT_VIEW_H
#define BATCHCTL_TEXT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "menu/menu_view.h"

struct text_view {
    const char *title;
    const char *notice; /* stands out above the text; or NULL */
    const char *text;   /* may be coloured, see cells_append_coloured */
    bool is_picture;    /* its lines are cut rather than broken */
    size_t scroll;
    const char *message;
    const struct menu_view_key *keys;
};

/* Replaces what @view shows. */
void text_view_show(struct menu_view *view, const struct text_view *shown, size_t width, size_t height);

#endif
