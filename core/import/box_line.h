/*
 * Lines of a checklist: "- [ ] text", indented or not, and the ids and numbers that lists write before the text.
 */
#ifndef BATCHD_BOX_LINE_H
#define BATCHD_BOX_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

struct box_line {
    size_t indentation; /* in columns */
    struct span mark;   /* between the brackets: " ", "x", "-", ... one character */
    bool is_optional;   /* "- [ ]*" */
    struct span text;   /* behind the box, trimmed */
};

/* False if the line has no box. */
bool box_line_read(struct span line, struct box_line *box);

/* "[x]" or "[X]" */
bool box_line_is_ticked(const struct box_line *box);

/* A bullet without a box: its text behind "- ", "* ", "+ " or "1. ". */
bool box_line_bullet(struct span line, struct span *text);

/* "T001" or "T019A" at the start of @text, perhaps in bold; an empty span if there is none. */
struct span box_line_task_id(struct span text);
/* The same, taken off @text with its bold, a colon and blanks. */
struct span box_line_take_task_id(struct span *text);

/* Does "1.", "1.2" or "1.2.1" with a blank behind it begin @text? @number, which may be NULL: without a dot at its end.
 */
bool box_line_number(struct span text, struct span *number);
/* The same, taken off @text; an empty span if there is none. */
struct span box_line_take_number(struct span *text);

#endif
