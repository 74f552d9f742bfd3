/*
 * Template lookup: .batchd/templates/NAME if that is a regular file, else the built-in one. A workspace whose .batchd
 * may not be read (EACCES) has no templates.
 */
#ifndef BATCHD_TEMPLATE_FILES_H
#define BATCHD_TEMPLATE_FILES_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"

enum { TEMPLATE_FILE_SIZE_MOST_BYTES = 4 << 20 };

struct template_file {
    const char *name; /* for diagnostics: the file's path, or the name of the one that is built in */
    struct span text;
};

/* Read the template @name, such as "execution.md", into @arena. IO if the workspace's file cannot be read. */
bool template_file_read(struct template_file *file, const struct files *files, const char *name, struct arena *arena,
                        struct error *error);

#endif
