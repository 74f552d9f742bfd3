/*
 * Recognising the format of a foreign task list by its content, and by its path where that leaves it open.
 */
#ifndef BATCHD_RECOGNISE_H
#define BATCHD_RECOGNISE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "import/import_options.h"

/* @path: of the file, or NULL. IMPORT_ANY if it is none of the formats. */
enum import_format recognise(struct span text, const char *path);

/* Does the text begin with a front matter that has an id? */
bool recognise_front_matter(struct span text);

#endif
