/*
 * Input: files that a user names, anywhere, and standard input as "-". What a user names may be a link.
 */
#ifndef BATCHCTL_INPUT_H
#define BATCHCTL_INPUT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "disk/files.h"

/* Open the folder of the file @path: @folder, which the caller frees after closing @files. @name is its name there.
 * NOT_FOUND, IO. */
bool input_open(struct files *files, const char *path, char **folder, const char **name, struct error *error);

/*
 * Append all of it, at most JSON_SIZE_MOST_BYTES. Once standard input has been read to its end, questions are answered
 * on the terminal, if there is one. NOT_FOUND, IO.
 */
bool input_read(const char *path, struct buffer *text, struct error *error);

/* How messages call it. */
const char *input_name(const char *path);

#endif
