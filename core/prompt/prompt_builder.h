/*
 * Prompts: all that an LLM needs to do one piece of work, from the templates prompt_*.md. They
 * are functions of the plan's files and its claims alone. What a source is too long for is said with its lines, never
 * left out without a word.
 */
#ifndef BATCHD_PROMPT_BUILDER_H
#define BATCHD_PROMPT_BUILDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "claims/claim_overview.h"
#include "disk/files.h"
#include "disk/template_files.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "format/template.h"
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
    const struct claim_overview *claims; /* who works on what */
    struct template_file form;
    struct diagnostics *diagnostics; /* faults of the template, conflict markers */
    const char *workspace;           /* its absolute path */
    enum severity severity;          /* of the latter: a WARNING if the caller then leaves this prompt out */
};

/* A document of the plan. {0} is empty. */
struct prompt_source {
    const char *path; /* in the workspace; NULL if there is none */
    struct document document;
};

/* @path may be NULL: then the source is empty. PREREQUISITES, and reported, if it has git's conflict markers. */
bool prompt_source_read(struct prompt_source *source, const struct prompt_builder *builder, const char *path,
                        struct error *error);
void prompt_source_release(struct prompt_source *source);
size_t prompt_source_lines(const struct prompt_source *source);

/* The achievement at @position; borrowed from the plan. */
const struct achievement *prompt_builder_achievement(const struct prompt_builder *builder, size_t position);
/* What the PLAN says about it; NULL if it does not define it. */
const struct definition *prompt_builder_definition(const struct prompt_builder *builder, size_t position);

/* --- variables that several kinds of prompts have --- */

/* {{path}}, {{plan_file}}, {{reference}}, {{workspace}} and what task_document.h has in common; @part may be NULL. */
void prompt_builder_add_common(struct variables *variables, const struct prompt_builder *builder, size_t position,
                               const struct sub_execution *part);
/* {{definition}}: the lines of the PLAN about it. */
void prompt_builder_add_definition(struct variables *variables, const struct prompt_builder *builder, size_t position);
/* Append each dependency with its documents, then what they are for: @rule. */
void prompt_builder_append_basis(struct buffer *text, const struct plan *plan, size_t position, const char *rule);
/* Append " (ann works on it)" if a claim holds it. */
void prompt_builder_append_holder(struct buffer *text, const struct prompt_builder *builder, size_t position);
/* Append a fence that is longer than any in the lines from @first to @end (exclusive). */
void prompt_builder_append_fence(struct buffer *text, const struct document *document, size_t first, size_t end);

/* Append the prompt that the template makes of @variables; INVALID, and reported, if one of @required has no place. */
bool prompt_builder_render(struct buffer *text, struct variables *variables, const struct prompt_builder *builder,
                           const char *const *required, struct error *error);

#endif
