/*
 * A form: the template that is to be used here. A workspace has its own if .batchd/templates/NAME is a regular file,
 * and may be looked for; otherwise it is the one that is built in.
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

/* Find the form @name, such as "execution.md". What it holds is in @arena. IO if the workspace's cannot be read. */
bool template_file_read(struct template_file *form, const struct files *files, const char *name, struct arena *arena,
                        struct error *error);

#endif
