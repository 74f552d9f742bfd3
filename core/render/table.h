/*
 * Tables for people: aligned columns, cut to the columns of the style. It is all that we need of libsmartcols,
 * which with the locale it asks for cost a command a quarter of its time.
 */
#ifndef BATCHD_TABLE_H
#define BATCHD_TABLE_H

#include <stddef.h>

#include "base/buffer.h"
#include "render/style.h"

enum table_flags {
    TABLE_RIGHT = 1,   /* aligned to the right */
    TABLE_SHRINKS = 2, /* cut first when the terminal is narrow */
};

struct table_column {
    const char *title; /* NULL in each: a table without titles */
    int flags;
};

struct table;

/* Colours for table_add (ECMA-48); NULL is none. */
#define TABLE_GREEN  "\033[32m"
#define TABLE_RED    "\033[31m"
#define TABLE_YELLOW "\033[1;33m"
#define TABLE_CYAN   "\033[36m"
#define TABLE_DIM    "\033[1;30m"

/* @columns and @style must outlive the table. */
struct table *table_new(const struct table_column *columns, size_t count, const struct style *style);
/* Add a row of cells, one a column; NULL is an empty cell. @color may be NULL. Copies the texts. */
void table_add(struct table *table, const char *const *cells, const char *color);
/* Append the table's text to @text and free it. */
void table_end(struct table *table, struct buffer *text);

#endif
