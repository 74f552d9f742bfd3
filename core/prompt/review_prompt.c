#include "prompt/review_prompt.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "batch/task_document.h"
#include "document/document.h"
#include "document/excerpt.h"
#include "document/fix.h"
#include "document/iteration_log.h"
#include "document/list_item.h"
#include "document/names.h"
#include "format/markdown.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/achievement.h"
#include "plan/standing.h"

/* Lines of each part, so that the whole has no more than 250. */
enum {
    REVIEW_OBJECTIVE_LINES_MOST = 20,
    REVIEW_LIST_LINES_MOST = 36, /* deliverables, criteria, points */
    REVIEW_ENTRY_LINES_MOST = 24,
    REVIEW_SUBMISSION_LINES_MOST = 24,
    REVIEW_DEPENDENCY_LINES_MOST = 8,
};

struct judgement {
    const struct prompt_builder *builder;
    const struct standing *standing;
    struct prompt_source task, subplan, submission;
};

static void add_section(struct variables *variables, const struct judgement *judgement, const char *name,
                        enum section_kind kind, append_excerpt *append, size_t most) {
    const struct prompt_source *sources[] = {&judgement->subplan, &judgement->task};
    struct buffer text = {0};
    for (size_t i = 0; i < 2 && text.length == 0; i++) {
        if (!sources[i]->path)
            continue;
        struct excerpt excerpt = excerpt_of_kind(&sources[i]->document, names_base(sources[i]->path), kind);
        append(&text, &excerpt, most);
    }
    if (text.length == 0)
        buffer_append_string(&text, "No document states it: find out what it is before you decide.");
    variables_add_text(variables, name, &text);
    buffer_release(&text);
}

/* The points of each FIX, which the rework had to answer; a separate section, or nothing at all. */
static bool add_points(struct variables *variables, const struct judgement *judgement, struct error *error) {
    struct buffer text = {0};
    bool is_read = true;
    for (size_t i = 0; i < judgement->standing->review_count && is_read; i++) {
        const struct review *review = &judgement->standing->reviews[i];
        struct prompt_source fix;
        if (review->kind != NAME_FIX)
            continue;
        is_read = prompt_source_read(&fix, judgement->builder, review->file, error);
        buffer_append_string(&text, text.length ? "\n\n" : "## What had to be fixed\n\nCheck each point: ");
        prose_append_code(&text, span_of(review->file));
        buffer_append_string(&text, "\n\n");
        if (is_read && fix_append_points(&text, &fix.document, names_base(review->file),
                                         REVIEW_LIST_LINES_MOST / judgement->standing->review_count) == 0)
            buffer_append_string(&text, LIST_ITEM_OPEN "It says nothing");
        prompt_source_release(&fix);
    }
    variables_add_text(variables, "points", &text);
    buffer_release(&text);
    return is_read;
}

static void add_last_entry(struct variables *variables, const struct judgement *judgement) {
    const char *name = names_base(judgement->task.path);
    struct iteration_log_entry last = iteration_log_last(&judgement->task.document, name);
    struct buffer text = {0};
    if (last.title.length) {
        prose_append_words(&text, last.title);
        buffer_append_string(&text, " (");
        excerpt_append_place(&text, name, last.line, last.text.end);
        buffer_append_string(&text, "):\n\n");
        excerpt_append_told(&text, &last.text, REVIEW_ENTRY_LINES_MOST);
    } else {
        buffer_append_string(&text, "The log of ");
        prose_append_code(&text, span_of(judgement->task.path));
        buffer_append_string(&text, " has no entry.");
    }
    variables_add_text(variables, "last_entry", &text);
    buffer_release(&text);
}

/* From its first section on. */
static void add_submission(struct variables *variables, const struct judgement *judgement) {
    const struct document *document = &judgement->submission.document;
    size_t first = document->markdown.section_count > 1 ? document->markdown.sections[1].line + 1 : 0;
    size_t end = document->markdown.line_count;
    struct buffer text = {0};
    while (first < end && document_is_empty_line(document->markdown.lines[first].text))
        first++;
    size_t last = end - first > REVIEW_SUBMISSION_LINES_MOST ? first + REVIEW_SUBMISSION_LINES_MOST : end;
    if (!judgement->submission.path) {
        buffer_append_string(&text, "It has not been submitted.");
    } else {
        prose_append_code(&text, span_of(judgement->submission.path));
        buffer_append_string(&text, " says the following. It is the submitter's statement, and has to be checked.\n\n");
        prompt_builder_append_fence(&text, document, first, last);
        buffer_append_string(&text, "\n");
        for (size_t i = first; i < last; i++) {
            buffer_append_span(&text, document->markdown.lines[i].text);
            buffer_append_byte(&text, '\n');
        }
        prompt_builder_append_fence(&text, document, first, last);
        if (last < end)
            buffer_append_format(&text, "\n\nIt goes on in lines %zu-%zu.", last + 1, end);
    }
    variables_add_text(variables, "submission", &text);
    buffer_release(&text);
}

static void add_what(struct variables *variables, const struct judgement *judgement) {
    struct buffer text = {0};
    buffer_append_string(&text, "The work order is ");
    prose_append_code(&text, span_of(judgement->task.path));
    if (judgement->subplan.path) {
        buffer_append_string(&text, ", the design ");
        prose_append_code(&text, span_of(judgement->subplan.path));
    }
    buffer_append_string(&text, ": read both.");
    variables_add_text(variables, "what", &text);
    buffer_release(&text);
}

static bool render_judgement(struct buffer *text, struct judgement *judgement, size_t position, struct error *error) {
    static const char *const required[] = {"id", "objective", "criteria", "submission", "approve", "reject", NULL};
    const struct prompt_builder *builder = judgement->builder;
    const char *id = prompt_builder_achievement(builder, position)->id, *reference = builder->plan->reference;
    struct variables variables = {0};
    struct buffer value = {0};
    prompt_builder_add_common(&variables, builder, position, NULL);
    add_what(&variables, judgement);
    add_section(&variables, judgement, "objective", SECTION_OBJECTIVE, excerpt_append_told,
                REVIEW_OBJECTIVE_LINES_MOST);
    add_section(&variables, judgement, "deliverables", SECTION_DELIVERABLES, excerpt_append_checklist,
                REVIEW_LIST_LINES_MOST);
    add_section(&variables, judgement, "criteria", SECTION_CRITERIA, excerpt_append_checklist, REVIEW_LIST_LINES_MOST);
    add_last_entry(&variables, judgement);
    add_submission(&variables, judgement);
    task_document_append_dependencies(&value, builder->plan, position, REVIEW_DEPENDENCY_LINES_MOST);
    variables_add_text(&variables, "dependencies", &value);
    variables_add_line(&variables, "approve",
                       arena_format(&variables.arena, "batchctl approve %s %s --yes", reference, id));
    variables_add_line(&variables, "reject",
                       arena_format(&variables.arena, "batchctl reject %s %s -F - --yes", reference, id));
    bool is_done =
        add_points(&variables, judgement, error) && prompt_builder_render(text, &variables, builder, required, error);
    buffer_release(&value);
    variables_release(&variables);
    return is_done;
}

bool review_prompt_append(struct buffer *text, const struct prompt_builder *builder, size_t position,
                          struct error *error) {
    const struct standing *standing = &builder->plan->standings[position];
    const struct review *submission = achievement_submission(standing);
    struct judgement judgement = {.builder = builder, .standing = standing};
    bool is_done =
        prompt_source_read(&judgement.task, builder, standing->executions[standing->execution_count - 1].file, error) &&
        prompt_source_read(&judgement.subplan, builder, standing->subplan_file, error) &&
        prompt_source_read(&judgement.submission, builder, submission ? submission->file : NULL, error) &&
        render_judgement(text, &judgement, position, error);
    prompt_source_release(&judgement.task);
    prompt_source_release(&judgement.subplan);
    prompt_source_release(&judgement.submission);
    return is_done;
}
