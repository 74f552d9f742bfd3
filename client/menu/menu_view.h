/*
 * The menu view: the text of the screen, line by line. Made from the model and the size of the terminal, and from
 * nothing else. Every page has just as many lines as the terminal, and none is wider.
 */
#ifndef BATCHCTL_MENU_VIEW_H
#define BATCHCTL_MENU_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "menu/menu_model.h"

/* The least that a page is laid out for; on less, it is cut. */
enum { MENU_VIEW_WIDTH_LEAST = 20, MENU_VIEW_HEIGHT_LEAST = 4 };

/* {0} is valid and empty. */
struct menu_view {
    struct buffer *lines; /* see cells.h */
    size_t width, height;
    size_t scroll, scroll_most; /* lines above what is shown; the former made to fit */
};

/* A key and what it does, for the last line; the more important ones first. The list ends with a NULL key. */
struct menu_view_key {
    const char *key, *meaning;
};

struct menu_view_model {
    const struct menu_model *model;
    size_t cursor; /* an entry */
    size_t scroll;
    const char *message; /* one line, or NULL */
    bool is_live;        /* a daemon tells what happens */
    const struct menu_view_key *keys;
};

/* One plan to choose. */
struct menu_view_choice {
    const char *name, *reason;
    size_t done, total, ready;
    bool is_valid;
};

struct menu_view_choices {
    const struct menu_view_choice *choices;
    size_t count, cursor;
    const char *message;
    const struct menu_view_key *keys;
};

struct menu_view_text {
    const char *title;
    const char *notice; /* stands out above the text; or NULL */
    const char *text;   /* may be coloured, see cells_append_coloured */
    bool is_picture;    /* its lines are cut rather than broken */
    size_t scroll;
    const char *message;
    const struct menu_view_key *keys;
};

/* Each replaces what is on the page. */
void menu_view_show_model(struct menu_view *view, const struct menu_view_model *shown, size_t width, size_t height);
void menu_view_show_choices(struct menu_view *view, const struct menu_view_choices *shown, size_t width, size_t height);
void menu_view_show_text(struct menu_view *view, const struct menu_view_text *shown, size_t width, size_t height);
void menu_view_release(struct menu_view *view);

struct span menu_view_line(const struct menu_view *view, size_t row);

#endif
