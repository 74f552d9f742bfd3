/*
 * Templates: texts with {{variables}}. A value is inserted as it is and never looked at again, so nothing a document
 * says can become a variable. A line of nothing but variables that are all empty is left out, with one of the blank
 * lines around it.
 */
#ifndef BATCHD_TEMPLATE_H
#define BATCHD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"

enum { TEMPLATE_RESULT_MOST_BYTES = 4 << 20 }; /* as much as a document may have */

struct template_variable {
    const char *name;
    struct span value;
    bool is_required;
};

/* The templates that are built in, by the names of their files in config/templates; ends with a NULL name. */
struct template_default {
    const char *name;
    const char *text;
};
extern const struct template_default template_defaults[];

/* NULL if none is built in under that name. */
const char *template_default(const char *name);

/*
 * Append the text with its variables replaced, and with what is not seen made visible (text.h). On failure every fault
 * is in @diagnostics, under @file:
 *   template.unknown_variable  with the closest known one
 *   template.unclosed          a "{{" without "}}" in its line
 *   template.too_large         the result is larger than TEMPLATE_RESULT_MOST_BYTES
 *   template.missing_variable  a variable that is_required is not in the text
 */
bool template_render(struct buffer *result, struct span text, const char *file,
                     const struct template_variable *variables, size_t count, struct diagnostics *diagnostics);

enum { VARIABLES_MOST = 32 };

/*
 * The variables of one template, being collected. Values are kept in the collection's own memory, so that what they
 * were made of can go. {0} is valid and empty.
 */
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
