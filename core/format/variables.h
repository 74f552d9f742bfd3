/*
 * The variables of one template, being collected. Values are kept in the collection's own memory, so that what they
 * were made of can go.
 */
#ifndef BATCHD_VARIABLES_H
#define BATCHD_VARIABLES_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "format/template.h"

enum { VARIABLES_MOST = 32 };

/* {0} is valid and empty. */
struct variables {
    struct arena arena;
    struct template_variable items[VARIABLES_MOST];
    size_t count;
};

/* A value of one line, such as a title, that is prose. @name is a constant of ours. */
void variables_add_words(struct variables *variables, const char *name, const char *value);
/* A name or path, also for `code`: on one line, and without backticks. */
void variables_add_line(struct variables *variables, const char *name, const char *value);
/* A value of any number of lines. Clears @text, so that it can be used again. */
void variables_add_text(struct variables *variables, const char *name, struct buffer *text);
/* The template must use these, each of them added before; @names ends with NULL. */
void variables_require(struct variables *variables, const char *const *names);
/* See template_render. */
bool variables_render(const struct variables *variables, struct buffer *result, struct span text, const char *file,
                      struct diagnostics *diagnostics);
void variables_release(struct variables *variables);

#endif
