/*
 * The terminal, if there is one: colour, width, and a person who can say yes.
 */
#ifndef BATCHCTL_TERMINAL_H
#define BATCHCTL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buffer.h"

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/*
 * May colour be written to @descriptor? AUTO: on a terminal that can, unless NO_COLOR is set, or anywhere if
 * CLICOLOR_FORCE is (https://no-color.org, https://bixense.com/clicolors).
 */
bool terminal_has_color(enum color_choice choice, int descriptor);

/*
 * Are symbols drawn in ASCII? @choice: "yes", "no", or "auto" or NULL: where the locale is not UTF-8. That is the first
 * of LC_ALL, LC_CTYPE and LANG that is set; where none is, it is UTF-8, as for systemd.
 */
bool terminal_is_ascii(const char *choice);

/* Columns of the terminal on standard output; 0 if there is none. */
size_t terminal_columns(void);

/* Set a UTF-8 locale for characters: what is printed is UTF-8 wherever this runs, and libraries look at the locale. */
void terminal_choose_locale(void);

/*
 * Write text for people. Whatever it was made of, nothing but what is seen (text.h), newlines, tabs and our own colours
 * reach @stream.
 */
void terminal_put(FILE *stream, struct span text);

/* Write one line of it to standard error. */
void terminal_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Is a person there to ask: are standard input and standard error a terminal? */
bool terminal_can_ask(void);

/* After standard input has been used up for data: let it be the terminal that this process has, if it has one. */
void terminal_take_input(void);

/* Ask on standard error, read a line. Only "y" and "yes" are a yes; the end of input is a no. */
bool terminal_ask(const char *question);

#endif
