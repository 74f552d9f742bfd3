/*
 * Verb names: the words of the table of verbs, for programs without the functions of that table.
 */
#ifndef BATCHCTL_VERB_NAMES_H
#define BATCHCTL_VERB_NAMES_H

#include <stdbool.h>

#include "base/buffer.h"

/* In the order of the table; ends with NULL. */
extern const char *const verb_names[];

bool verb_names_has(struct span word);

#endif
