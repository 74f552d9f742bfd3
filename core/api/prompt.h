/*
 * The method prompt: prompts for an LLM about a plan, many at once.
 */
#ifndef BATCHD_PROMPT_H
#define BATCHD_PROMPT_H

#include "api/context.h"

/* The kinds there are; ends with NULL. */
extern const char *const prompt_kinds[];

/*
 * Answers with {"plan","path","kind","selection","prompts":[{"id","name","text"}],"skipped":[{"id","reason"}]}. Besides
 * what context.h and selection.h name:
 *   USAGE    no such kind
 *   INVALID  the plan is invalid (not for discover, which is to fix it), or a template
 */
void prompt_handle(struct context *context);

#endif
