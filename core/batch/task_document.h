/*
 * A task document: the text of a new EXECUTION_TASK or SUBPLAN. It is a function of its sources alone: the same plan,
 * documents and template give the same bytes, whenever and wherever. What the sources do not say becomes "[TO BE
 * FILLED: ...]".
 */
#ifndef BATCHD_TASK_DOCUMENT_H
#define BATCHD_TASK_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "document/document.h"
#include "document/excerpt.h"
#include "document/plan_document.h"
#include "format/template.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"

enum { TASK_DOCUMENT_EXECUTION_LINES_MOST = 200 };

/* How a mark in an EXECUTION_TASK ends where its SUBPLAN has nothing to be taken: "[TO BE FILLED: ... does not say]".
 */
#define TASK_DOCUMENT_UNSAID " does not say"

struct task_document {
    const struct plan *plan;
    size_t position;                         /* of the achievement */
    const struct document *source;           /* the SUBPLAN for an EXECUTION_TASK, the PLAN for a SUBPLAN */
    const char *source_name;                 /* its file name, as readers know it */
    const struct definition *definition;     /* SUBPLAN: what the PLAN says, or NULL */
    const struct plan_document *definitions; /* SUBPLAN: all of the PLAN; else NULL */
    const struct sub_execution *part;        /* EXECUTION_TASK: of a split achievement, or NULL */
    unsigned number;                         /* EXECUTION_TASK: NN */
    struct span template_text;
    const char *template_name; /* for diagnostics */
};

/*
 * Append the text. On failure see template.h, and:
 *   template.too_long  no more than TASK_DOCUMENT_EXECUTION_LINES_MOST lines are possible with this template
 */
bool task_document_execution(struct buffer *text, const struct task_document *content, struct diagnostics *diagnostics);
bool task_document_subplan(struct buffer *text, const struct task_document *content, struct diagnostics *diagnostics);

/* --- what other texts about an achievement are made of --- */

/*
 * Each dependency and the file that completes it, in about @most lines. Not its state: that changes, and the text
 * stays.
 */
void task_document_append_dependencies(struct buffer *text, const struct plan *plan, size_t position, size_t most);
/* The others of its level, why they can be worked on at the same time, and then what that asks: @rule. */
void task_document_append_group(struct buffer *text, const struct plan *plan, size_t position, size_t most,
                                const char *rule);
/* "3.1 Title", in one line */
void task_document_append_name(struct buffer *text, const struct achievement *achievement);

/* {{plan}}, {{id}}, {{achievement}}, {{title}}, {{hours}}, {{level}} */
void task_document_add_common(struct variables *variables, const struct task_document *content);
/* {{task}}, {{subplan}}, {{approved}}, {{fix}} of an EXECUTION_TASK */
void task_document_add_task(struct variables *variables, const struct task_document *content);
typedef size_t append_excerpt(struct buffer *buffer, const struct excerpt *excerpt, size_t most);
/* A section of the source, or "[TO BE FILLED: @missing; ...]". */
void task_document_add_section(struct variables *variables, const char *name, const struct task_document *content,
                               enum section_kind kind, append_excerpt *append, size_t most, const char *missing);

/* @percent of a share of lines, but never less than can say something. */
size_t task_document_scaled(size_t share, size_t percent);
/* Renders at a share of each part's lines; false as template_render. */
typedef bool render_scaled(struct buffer *text, const void *data, size_t percent, struct diagnostics *diagnostics);
/* With the largest shares at which the text has no more than TASK_DOCUMENT_EXECUTION_LINES_MOST lines. */
bool task_document_fit(struct buffer *text, render_scaled *render, const void *data, const char *template_name,
                       struct diagnostics *diagnostics);

#endif
