/*
 * The option -C in commands that are printed: they must name the workspace that the user has named, or they would be
 * about another one when they are pasted.
 */
#ifndef BATCHCTL_ROOT_OPTION_H
#define BATCHCTL_ROOT_OPTION_H

#include "base/buffer.h"

/*
 * Append @printed, a text for people. In lines that advise, "batchctl VERB" becomes "batchctl -C ROOT VERB", for each
 * of the verb names. Lines that advise begin with a word such as "Next:" or with the command, or quote the command.
 */
void root_option_append(struct buffer *text, struct span printed, const char *root);

#endif
