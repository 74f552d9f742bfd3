/*
 * Discover prompts: all achievements of a plan side by side, for the LLM that finds out which depends on which. They
 * are those of the PLAN and those of the dependency file, in the order of their ids.
 */
#ifndef BATCHD_DISCOVER_PROMPT_H
#define BATCHD_DISCOVER_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "plan/plan.h"
#include "prompt/prompt_builder.h"

struct discover_prompt {
    const struct plan *plan;
    const struct document *plan_document; /* the PLAN */
    const struct plan_document *definitions;
};

/* How many achievements it is about. */
size_t discover_prompt_count(const struct discover_prompt *prompt);

/* Each achievement: title, effort, goal, deliverables, and what the PLAN says about its dependencies. */
void discover_prompt_append_achievements(struct buffer *text, const struct discover_prompt *prompt);
/* The lines outside of the achievements that speak of an order; with a sentence before them, or nothing if there are
 * none. */
void discover_prompt_append_order(struct buffer *text, const struct discover_prompt *prompt);
/* The existing part of a dependency file, and what is wrong with it. */
void discover_prompt_append_present(struct buffer *text, const struct discover_prompt *prompt);
/* A dependency file with all achievements, the dependencies as they are now or empty. */
void discover_prompt_append_skeleton(struct buffer *text, const struct discover_prompt *prompt);

/* Append the prompt: find the dependencies, and write the dependency file. INVALID if the template cannot be used. */
bool discover_prompt_append(struct buffer *text, const struct prompt_builder *builder, struct error *error);

#endif
