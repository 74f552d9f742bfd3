/*
 * Columns: how much room text takes in a terminal. The same in every locale of the process.
 */
#ifndef BATCHD_COLUMNS_H
#define BATCHD_COLUMNS_H

#include <stddef.h>

#include "base/buffer.h"

/* Columns that @text takes. */
size_t columns_of(struct span text);

/* Bytes of @text, in whole characters, that fit into @most columns; those that they take are in @width. */
size_t columns_fit(struct span text, size_t most, size_t *width);

#endif
