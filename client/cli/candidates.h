/*
 * Candidates: what may come next on a command line of batchctl that is being typed. Verbs, options and the kinds of
 * their values come from the tables that also parse them; plans, ids, levels and batches from the workspace as it is.
 */
#ifndef BATCHCTL_CANDIDATES_H
#define BATCHCTL_CANDIDATES_H

#include <stddef.h>

#include "base/buffer.h"
#include "cli/command.h"
#include "cli/verb.h"

/*
 * Append a line for each candidate for the last of @words: the word, a tab, what it means. @table is the table of
 * verbs;
 * @words are those behind "batchctl"; the last may be empty. A shell that splits words at '=' gives them as it split
 * them. ":files" and ":folders" are lines that ask the shell for its own file names. Nothing is appended where no
 * candidate is known, also if there is no workspace.
 */
void candidates_append(struct buffer *text, const struct verb *table, char *const *words, size_t count);

#endif
