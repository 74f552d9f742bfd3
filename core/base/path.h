/*
 * Paths, absolute and as they are printed: relative to the working directory.
 */
#ifndef BATCHD_PATH_H
#define BATCHD_PATH_H

#include <stdbool.h>

#include "base/buffer.h"

/*
 * Append the path that opens @to from the folder @here; both are absolute, without links, "." or "..". It
 * is relative, unless the two have nothing but "/" in common.
 */
void path_between(struct buffer *text, const char *here, const char *to);

/* "FOLDER/NAME". The caller owns it. */
char *path_in(const char *folder, const char *name);
/* The folder that holds the absolute @path, "/" of "/". The caller owns it. */
char *path_parent(const char *path);

#endif
