/*
 * Texts with {{variables}}. A value is inserted as it is and never looked at again, so nothing a document says can
 * become a variable. A line of nothing but variables that are all empty is left out, with one of the blank lines around
 * it.
 */
#ifndef BATCHD_TEMPLATE_H
#define BATCHD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"

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

#endif
