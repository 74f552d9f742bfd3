/*
 * Cells: text in the cells of a terminal. A line is UTF-8 without control characters, but for inks: single bytes that
 * take no cell and say how what follows looks. Untrusted text comes in by cells_append_visible alone, which leaves no
 * such byte, nothing that steers a terminal, and no character whose width differs between terminals.
 *
 * What has a width is asked of wcwidth(3); the program has to have set a UTF-8 locale.
 */
#ifndef BATCHCTL_CELLS_H
#define BATCHCTL_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* One holds until the next, or the end of the line. */
enum ink {
    INK_PLAIN = 1,
    INK_BOLD,
    INK_DIM,
    INK_GREEN,
    INK_RED,
    INK_YELLOW,
    INK_CYAN,
    INK_CHOSEN, /* where the cursor is */
    INK_END
};

bool cells_is_ink(char byte);

/* Bytes of the character or ink at the start of @text, and the cells it takes. 0 at the end. */
size_t cells_character(struct span text, size_t *width);

size_t cells_width(struct span text);

void cells_append_ink(struct buffer *line, enum ink ink);
void cells_append_visible(struct buffer *line, struct span untrusted);
/* The same, for text that the programs have coloured themselves: "ESC [ ... m" become inks. */
void cells_append_coloured(struct buffer *line, struct span text);

/* Append as much of @text as fits into @width cells; "…" at the end if that is not all. */
void cells_append_short(struct buffer *line, struct span text, size_t width);
/* The same, and blanks up to just @width cells. */
void cells_append_padded(struct buffer *line, struct span text, size_t width);

/* Untrusted text: in one ink; in a column of @width cells; and the cells it would take. */
void cells_append_inked(struct buffer *line, enum ink ink, const char *text);
void cells_append_column(struct buffer *line, const char *text, size_t width);
size_t cells_visible_width(const char *text);

/* A bar of @width cells, filled for @done of @total. */
void cells_append_bar(struct buffer *line, size_t done, size_t total, size_t width);

/*
 * Take a line of at most @width cells (but one character, if that is wider) off @rest, broken at a blank if there is
 * one, which is dropped. False when nothing is left.
 */
bool cells_take_line(struct span *rest, size_t width, struct span *line);

#endif
