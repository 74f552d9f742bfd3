/*
 * The menu view: the text of the screen, line by line. menu_board.h, menu_choice.h and text_view.h fill it, from the
 * state of the menu and the size of the terminal alone. It has just as many lines as the terminal, and none is wider.
 */
#ifndef BATCHCTL_MENU_VIEW_H
#define BATCHCTL_MENU_VIEW_H

#include <stddef.h>

#include "base/buffer.h"
#include "menu/cells.h"

/* The least that a screen is laid out for; on less, it is cut. Below NARROW cells, words are shorter. */
enum { MENU_VIEW_WIDTH_LEAST = 20, MENU_VIEW_HEIGHT_LEAST = 4, MENU_VIEW_NARROW = 60 };

/* Lines of any number; the part that has room will be on the screen. {0} is valid and empty. */
struct line_list {
    struct buffer *lines; /* see cells.h */
    size_t count, capacity;
};

/* A new, empty line at the end; valid until the next call. */
struct buffer *line_list_add(struct line_list *list);
/* Leaves the list empty. */
void line_list_release(struct line_list *list);

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

/* Replace what is shown by @height empty lines. */
void menu_view_begin(struct menu_view *view, size_t width, size_t height);
void menu_view_release(struct menu_view *view);

struct span menu_view_line(const struct menu_view *view, size_t row);

/* Each of these writes one line, as far as the terminal has such a line and room in it. */
void menu_view_put(struct menu_view *view, size_t row, const struct buffer *line);
/* @left at the left end of the line, @right at its right end if there is room. */
void menu_view_put_both(struct menu_view *view, size_t row, const struct buffer *left, const struct buffer *right);
void menu_view_put_text(struct menu_view *view, size_t row, enum ink ink, const char *text);
/* As many of the keys as fit, the first ones first. */
void menu_view_put_keys(struct menu_view *view, size_t row, const struct menu_view_key *keys);

/* The part of @list, from its line @wanted if there are enough, that has room in @height lines from @row. */
void menu_view_put_list(struct menu_view *view, const struct line_list *list, size_t wanted, size_t row, size_t height);

/* Symbols in ASCII; the layout stays. */
void menu_view_make_ascii(struct menu_view *view);

#endif
