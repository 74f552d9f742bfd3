/*
 * Tables for people, around libsmartcols: aligned columns, cut to the terminal's width where one is.
 */
#ifndef BATCHCTL_TABLE_H
#define BATCHCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

enum table_flags {
    TABLE_RIGHT = 1,   /* aligned to the right */
    TABLE_SHRINKS = 2, /* cut first when the terminal is narrow */
};

struct table_column {
    const char *title;
    int flags;
};

struct table;

/* Names of colours for table_add's cells; NULL is none. */
#define TABLE_GREEN  "green"
#define TABLE_RED    "red"
#define TABLE_YELLOW "yellow"
#define TABLE_CYAN   "cyan"
#define TABLE_DIM    "darkgray"

struct table *table_new(const struct table_column *columns, size_t count, bool has_color);
/* Add a row of cells, one a column; NULL is an empty cell. @color may be NULL. Copies the texts. */
void table_add(struct table *table, const char *const *cells, const char *color);
/* Append the table's text to @text and free it. */
void table_end(struct table *table, struct buffer *text);

#endif
