/*
 * Prompts: all that an LLM needs to do one piece of work, from the templates prompt_*.md. They
 * are functions of the plan's files alone. What a source is too long for is said with its lines, never left out
 * without a word.
 */
#ifndef BATCHD_PROMPT_BUILDER_H
#define BATCHD_PROMPT_BUILDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "disk/files.h"
#include "disk/template_files.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "prompt/neighbours.h"

/* What all briefings about one plan share; everything is borrowed. */
struct prompt_builder {
    const struct plan *plan;
    const struct files *files;
    const struct document *plan_document; /* the PLAN; empty if the plan has none */
    const struct plan_document *definitions;
    const struct neighbours *neighbours;
    struct template_file form;
    struct diagnostics *diagnostics; /* faults of the template, conflict markers */
    const char *workspace;           /* its absolute path */
    enum severity severity;          /* of the latter: a WARNING if the caller then leaves this prompt out */
};

/*
 * Append the prompt:
 *   discover  find the dependencies of the plan's achievements, and write its dependency file
 *   fill      fill in the SUBPLAN of the achievement @position, which is a placeholder or a draft
 *   review    judge the work of the achievement @position, which has an EXECUTION_TASK
 *   execute   do the EXECUTION_TASK @task; @part: of a split achievement, the part it is for, or NULL
 *
 *   INVALID    the template cannot be used
 *   IO, ...    a document cannot be read
 */
bool prompt_builder_discover(struct buffer *text, const struct prompt_builder *builder, struct error *error);
bool prompt_builder_fill(struct buffer *text, const struct prompt_builder *builder, size_t position,
                         struct error *error);
bool prompt_builder_review(struct buffer *text, const struct prompt_builder *builder, size_t position,
                           struct error *error);
bool prompt_builder_execute(struct buffer *text, const struct prompt_builder *builder, size_t position,
                            const struct execution *task, const struct sub_execution *part, struct error *error);

#endif
