/*
 * The answer of a verb that prints a text of this program, such as a script: {"NAME": VALUE, "text": TEXT} in JSON, and
 * the text alone for people.
 */
#ifndef BATCHCTL_TEXT_ANSWER_H
#define BATCHCTL_TEXT_ANSWER_H

#include "cli/options.h"

struct text_answer {
    const char *name, *value; /* what the text is about; name: NULL for nothing, value: NULL is null in JSON */
    const char *text;
};

/* Print it as the answer of the verb @kind; returns the exit status. */
int text_answer_finish(const struct text_answer *shown, const char *kind, const struct options *options);

#endif
