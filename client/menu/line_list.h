/*
 * Lines of any number; the part that has room will be on the screen.
 */
#ifndef BATCHCTL_LINE_LIST_H
#define BATCHCTL_LINE_LIST_H

#include <stddef.h>

#include "base/buffer.h"

/* {0} is valid and empty. */
struct line_list {
    struct buffer *lines; /* see cells.h */
    size_t count, capacity;
};

/* A new, empty line at the end; valid until the next call. */
struct buffer *line_list_add(struct line_list *list);

/* Leaves the list empty. */
void line_list_release(struct line_list *list);

#endif
