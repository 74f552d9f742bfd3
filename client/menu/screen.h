/*
 * The screen: pages on a terminal and keys from it, around ncurses. Whatever ends or stops the program, the terminal
 * is as it was before: after screen_close, and also on SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP, at any moment.
 * There is one screen in a process.
 */
#ifndef BATCHCTL_SCREEN_H
#define BATCHCTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "menu/menu_view.h"

/*
 * Take the terminal of standard input and output. DECLINED if it cannot place text, or its kind is unknown; NOT_FOUND
 * if libncursesw is. To be closed if it succeeds.
 */
bool screen_open(bool has_color, struct error *error);
void screen_close(void);

void screen_size(size_t *width, size_t *height);
void screen_show(const struct menu_view *view);

/* The next key, as in menu_keys.h, without waiting; false if there is none. */
bool screen_key(uint32_t *key);

enum screen_event {
    SCREEN_NOTHING, /* time has passed */
    SCREEN_KEY,     /* there may be keys */
    SCREEN_CHANGED, /* the size has changed, or the program goes on after a stop: show the page again */
    SCREEN_OTHER,   /* the descriptor has something to read */
    SCREEN_GONE,    /* the terminal is not there any more */
};

/* Wait until something happens; @descriptor may be -1. */
enum screen_event screen_wait(int descriptor, int timeout_ms);

/* Give the terminal back for as long as the text is read, until a key is pressed. */
void screen_print(const char *text);

#endif
