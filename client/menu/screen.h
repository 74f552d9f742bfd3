/*
 * The display: pages on a terminal and keys from it, around ncurses. Whatever ends or stops the program, the terminal
 * is as it was before: after display_close, and also on SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP, at any moment.
 * There is one display in a process.
 */
#ifndef BATCHCTL_SCREEN_H
#define BATCHCTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "menu/menu_view.h"

/* Take the terminal of standard input and output. DECLINED if it cannot place text, or nobody knows its kind. */
bool display_open(bool has_color, struct error *error);
void display_close(void);

void display_size(size_t *width, size_t *height);
void display_show(const struct menu_view *view);

/* The next key, as in menu_keys.h, without waiting; false if there is none. */
bool display_key(uint32_t *key);

enum display_event {
    DISPLAY_NOTHING, /* time has passed */
    DISPLAY_KEY,     /* there may be keys */
    DISPLAY_CHANGED, /* the size has changed, or the program goes on after a stop: show the page again */
    DISPLAY_OTHER,   /* the descriptor has something to read */
    DISPLAY_GONE,    /* the terminal is not there any more */
};

/* Wait until something happens; @descriptor may be -1. */
enum display_event display_wait(int descriptor, int timeout_ms);

/* Give the terminal back for as long as the text is read, until a key is pressed. */
void display_print(const char *text);

#endif
