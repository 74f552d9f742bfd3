/*
 * The lines of a Markdown file that holds a list of tasks, each with what it is for such a list: a heading, code or a
 * comment, blank, or text.
 */
#ifndef BATCHD_LIST_LINES_H
#define BATCHD_LIST_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "import/outline.h"

struct list_line {
    struct span text;    /* without blanks at its end */
    struct span heading; /* without its signs; empty if it is none */
    unsigned level;      /* of the heading, from 1; 0 if it is none */
    bool is_code;        /* in a block of code or a comment, or one of their ends */
    bool is_empty;       /* blank, or a rule */
};

/* {0} is valid and empty. Spans point into the text. */
struct list_lines {
    struct list_line *items;
    size_t count, capacity;
};

void list_lines_read(struct list_lines *lines, struct span text);
void list_lines_release(struct list_lines *lines);

/* Append the lines from @first to @end (exclusive), without blank ones around them. */
void list_lines_append(struct buffer *text, const struct list_lines *lines, size_t first, size_t end);
/* Quote them in the notes of the plan, under their heading, which is the line before @first. */
void list_lines_quote(struct outline *outline, const struct list_lines *lines, size_t first, size_t end);

#endif
