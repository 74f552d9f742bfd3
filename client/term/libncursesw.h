/*
 * libncursesw: the library for screens. Loading it takes as long as the start of a command, so only the menu does.
 */
#ifndef BATCHCTL_LIBNCURSESW_H
#define BATCHCTL_LIBNCURSESW_H

/* Functions, and no macros that use a variable of the library. */
#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <ncurses.h>
#include <term.h>

#include "base/error.h"

/* The functions that are used, as their manual pages describe them: curs_addstr(3ncurses) and so on. */
#define LIBNCURSESW_FUNCTIONS(EACH)                                                                                    \
    EACH(cbreak)                                                                                                       \
    EACH(clearok)                                                                                                      \
    EACH(curs_set)                                                                                                     \
    EACH(del_curterm)                                                                                                  \
    EACH(delscreen)                                                                                                    \
    EACH(endwin)                                                                                                       \
    EACH(getmaxx)                                                                                                      \
    EACH(getmaxy)                                                                                                      \
    EACH(has_colors)                                                                                                   \
    EACH(init_pair)                                                                                                    \
    EACH(keypad)                                                                                                       \
    EACH(newterm)                                                                                                      \
    EACH(newwin)                                                                                                       \
    EACH(nodelay)                                                                                                      \
    EACH(noecho)                                                                                                       \
    EACH(nonl)                                                                                                         \
    EACH(reset_prog_mode)                                                                                              \
    EACH(resizeterm)                                                                                                   \
    EACH(set_curterm)                                                                                                  \
    EACH(set_escdelay)                                                                                                 \
    EACH(setupterm)                                                                                                    \
    EACH(start_color)                                                                                                  \
    EACH(tigetstr)                                                                                                     \
    EACH(use_default_colors)                                                                                           \
    EACH(waddnstr)                                                                                                     \
    EACH(wattr_set)                                                                                                    \
    EACH(werase)                                                                                                       \
    EACH(wget_wch)                                                                                                     \
    EACH(wmove)                                                                                                        \
    EACH(wrefresh)

#define LIBNCURSESW_MEMBER(name) __typeof__ (&(name))(name);
struct libncursesw {
    LIBNCURSESW_FUNCTIONS(LIBNCURSESW_MEMBER)
};
#undef LIBNCURSESW_MEMBER

/* Loads it. NULL if it is not installed: NOT_FOUND. */
const struct libncursesw *libncursesw(struct error *error);

#endif
