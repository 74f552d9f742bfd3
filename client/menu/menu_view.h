/*
 * The menu view: the text of the screen. menu_board.h and menu_text.h write it from its first line to the last, from
 * the state of the menu and the size of the terminal alone. It has just as many lines as the terminal, and none is
 * wider.
 *
 * A line is styled text: UTF-8 without control characters, but for colours and weights, "ESC [ ... m", which hold to
 * its end. Text of files comes in by menu_view_append, or by the writers of core/render, which leave nothing else that
 * steers a terminal.
 */
#ifndef BATCHCTL_MENU_VIEW_H
#define BATCHCTL_MENU_VIEW_H

#include <stddef.h>

#include "base/buffer.h"

/* The least that a screen is laid out for; on less, it is cut. Below NARROW columns, words are shorter. */
enum { MENU_VIEW_WIDTH_LEAST = 20, MENU_VIEW_HEIGHT_LEAST = 4, MENU_VIEW_NARROW = 60 };

/* Colours and weights for menu_view_append. */
#define MENU_PLAIN  "0"
#define MENU_BOLD   "1"
#define MENU_DIM    "2"
#define MENU_CHOSEN "7" /* where the cursor is */
#define MENU_RED    "31"
#define MENU_GREEN  "32"
#define MENU_YELLOW "33"
#define MENU_CYAN   "36"

/* {0} is valid and empty. */
struct menu_view {
    struct buffer page; /* lines, each with a newline at its end */
    size_t row;         /* how many there are */
    size_t width, height;
    size_t foot;                /* lines at the end, for a message and the keys */
    size_t scroll, scroll_most; /* lines above what is shown */
};

/* Forget what was shown. */
void menu_view_begin(struct menu_view *view, size_t width, size_t height);
void menu_view_release(struct menu_view *view);

/* Append untrusted text, as far as it can be seen, in a colour or weight. */
void menu_view_append(struct buffer *line, const char *color, const char *text);

/* Add a line, as far as the terminal has one more and room in it. */
void menu_view_add(struct menu_view *view, const struct buffer *line);
/* Untrusted text in one colour, which reaches to the right end. */
void menu_view_add_text(struct menu_view *view, const char *color, const char *text);
/* @left at the left end of the line, @right at its right end if there is room. */
void menu_view_add_both(struct menu_view *view, const struct buffer *left, const struct buffer *right);
/* Of @text as many lines as have room in @height, from line @at if there are enough: @at is made to fit. */
void menu_view_scroll(struct menu_view *view, const struct buffer *text, size_t *at, size_t height);
/* How many lines are above and below those: "▴ 2 above ▾ 14 below". */
void menu_view_append_scroll(struct buffer *line, const struct menu_view *view);
/* These lines; empty ones after the last. */
void menu_view_add_lines(struct menu_view *view, const struct buffer *text, size_t height);
/* Empty lines, until there are @count. */
void menu_view_fill(struct menu_view *view, size_t count);

/* Symbols in ASCII; the layout stays. */
void menu_view_make_ascii(struct menu_view *view);

/* How many lines @text has. */
size_t menu_view_count(const struct buffer *text);

#endif
