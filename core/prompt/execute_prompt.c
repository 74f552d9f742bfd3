#include "prompt/execute_prompt.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/task_document.h"
#include "document/checklist.h"
#include "document/document.h"
#include "document/excerpt.h"
#include "document/fix.h"
#include "document/iteration_log.h"
#include "document/list_item.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/markdown.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/achievement.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "prompt/neighbours.h"

enum {
    OBJECTIVE_LINES_MOST = 60,
    APPROACH_LINES_MOST = 200,
    SHORT_LINES_MOST = 200,
};

struct order {
    const struct prompt_builder *builder;
    size_t position;
    const struct execution *execution;
    const struct sub_execution *part;
    struct prompt_source task, subplan, fix, previous;
    bool has_whole_approach; /* it is quoted word for word, nothing of it is left to be read */
    size_t line_total;       /* of what is to be read */
    size_t reading_count;
};

static void order_release(struct order *order) {
    prompt_source_release(&order->task);
    prompt_source_release(&order->subplan);
    prompt_source_release(&order->fix);
    prompt_source_release(&order->previous);
}

static bool is_failed(const struct order *order) {
    return order->fix.path != NULL;
}

/* Is the task the answer to the FIX, and not what the FIX sent back? */
static bool is_answer(const struct order *order) {
    const char *rework = standing_rare(&order->builder->plan->standings[order->position])->rework_file;
    return rework && strcmp(rework, order->execution->file) == 0;
}

/* Of the SUBPLAN, or else of the task itself. */
static bool append_section(struct buffer *text, const struct order *order, enum section_kind kind, size_t most) {
    const struct prompt_source *sources[] = {&order->subplan, &order->task};
    for (size_t i = 0; i < 2; i++) {
        if (!sources[i]->path)
            continue;
        struct excerpt excerpt = excerpt_of_kind(&sources[i]->document, names_base(sources[i]->path), kind);
        if (excerpt_append_told(text, &excerpt, most))
            return true;
    }
    return false;
}

static void add_objective(struct variables *variables, const struct order *order) {
    const struct definition *definition = prompt_builder_definition(order->builder, order->position);
    AUTO(buffer) text = {0};
    bool is_there = append_section(&text, order, SECTION_OBJECTIVE, OBJECTIVE_LINES_MOST);
    if (!is_there && definition && definition->has_field[DEFINITION_GOAL]) {
        const struct excerpt excerpt =
            excerpt_of_field(order->builder->plan_document, names_base(order->builder->plan->plan_file),
                             &definition->fields[DEFINITION_GOAL]);
        is_there = excerpt_append_told(&text, &excerpt, OBJECTIVE_LINES_MOST);
    }
    if (!is_there)
        buffer_append_string(&text, "No document states it. Find out what it is before you begin.");
    variables_add_text(variables, "objective", &text);
}

/* Without code, which is left out, and not cut. */
static bool is_quoted_whole(const struct prompt_source *source, enum section_kind kind, size_t most) {
    const struct document *document = &source->document;
    const struct markdown_section *section = document->sections[kind];
    AUTO(buffer) text = {0};
    if (!section)
        return false;
    for (size_t i = section->line; i < section->end; i++)
        if (document->markdown.lines[i].is_code)
            return false;
    const struct excerpt excerpt = excerpt_of_section(document, names_base(source->path), section);
    return excerpt_append_text(&text, &excerpt, SIZE_MAX) <= most;
}

static void add_approach(struct variables *variables, struct order *order) {
    AUTO(buffer) text = {0};
    order->has_whole_approach = is_quoted_whole(&order->subplan, SECTION_APPROACH, APPROACH_LINES_MOST);
    if (!append_section(&text, order, SECTION_APPROACH, APPROACH_LINES_MOST))
        buffer_append_string(&text, "No section says how; the EXECUTION_TASK's steps and the deliverables do.");
    variables_add_text(variables, "approach", &text);
}

/* --- the context budget --- */

static void append_reading(struct buffer *text, struct order *order, const char *path) {
    buffer_append_format(text, "%s%zu. ", text->length ? "\n" : "", ++order->reading_count);
    prose_append_code(text, span_of(path));
}

static void append_whole(struct buffer *text, struct order *order, const struct prompt_source *source,
                         const char *what) {
    append_reading(text, order, source->path);
    buffer_append_format(text, ": all of it (%zu line%s); %s", prompt_source_lines(source),
                         text_plural(prompt_source_lines(source)), what);
    order->line_total += prompt_source_lines(source);
}

/* The sections of level 2, with their lines, so that a long document need not be read as a whole. */
static void append_sections(struct buffer *text, struct order *order, const struct prompt_source *source,
                            const char *what) {
    const struct markdown *markdown = &source->document.markdown;
    append_reading(text, order, source->path);
    buffer_append_format(text, " (%zu lines): %s. Its sections:", prompt_source_lines(source), what);
    for (size_t i = 0; i < markdown->section_count; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        if (section->level != 2)
            continue;
        buffer_append_format(text, "\n   - lines %zu-%zu, ", section->line + 1, section->end);
        prose_append_words(text, section->title);
    }
    order->line_total += prompt_source_lines(source);
}

/* What the section is to the worker; NULL if it is nothing, or has been said already. */
static const char *use_of(const struct order *order, const struct document *document,
                          const struct markdown_section *section) {
    static const struct {
        enum section_kind kind;
        const char *name;
    } rows[] = {{SECTION_APPROACH, "approach"},
                {SECTION_DELIVERABLES, "deliverables"},
                {SECTION_CRITERIA, "success criteria"},
                {SECTION_TESTS, "tests"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (document->sections[rows[i].kind] == section)
            return rows[i].kind == SECTION_APPROACH && order->has_whole_approach ? NULL : rows[i].name;
    return NULL;
}

/* In the order of the document. */
static void append_some(struct buffer *text, struct order *order, const struct prompt_source *source) {
    const struct markdown *markdown = &source->document.markdown;
    size_t count = 0;
    append_reading(text, order, source->path);
    buffer_append_format(text, " (%zu lines): the design", prompt_source_lines(source));
    for (size_t i = 0; i < markdown->section_count; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        const char *use = use_of(order, &source->document, section);
        if (!use)
            continue;
        buffer_append_format(text, "%s lines %zu-%zu (%s)", count++ ? "," : "; of it", section->line + 1, section->end,
                             use);
        order->line_total += section->end - section->line;
    }
    if (count == 0)
        order->line_total += prompt_source_lines(source);
    buffer_append_string(text, count ? "; the rest only if these leave something open" : ", all of it");
}

static void append_previous(struct buffer *text, struct order *order) {
    struct iteration_log_entry last = iteration_log_last(&order->previous.document, names_base(order->previous.path));
    size_t end = last.title.length ? last.text.end : prompt_source_lines(&order->previous);
    size_t first = last.title.length ? last.line : 0;
    append_reading(text, order, order->previous.path);
    buffer_append_format(text, " (%zu lines): what was sent back; of it lines %zu-%zu (%s)",
                         prompt_source_lines(&order->previous), first + 1, end,
                         last.title.length ? "the last entry of its log" : "it has no log with entries");
    order->line_total += end - first;
}

static void append_definition_lines(struct buffer *text, struct order *order) {
    const struct prompt_builder *builder = order->builder;
    const struct definition *definition = prompt_builder_definition(builder, order->position);
    if (!definition)
        return;
    append_reading(text, order, builder->plan->plan_file);
    buffer_append_format(text, " (%zu lines): only lines %zu-%zu, what the plan wants of this achievement",
                         builder->plan_document->markdown.line_count, definition->line + 1, definition->end);
    order->line_total += definition->end - definition->line;
}

static void add_reading(struct variables *variables, struct order *order) {
    AUTO(buffer) text = {0};
    if (prompt_source_lines(&order->task) == 0) {
        append_reading(&text, order, order->task.path);
        buffer_append_string(&text, ": your work order. It is empty: write into it what you do");
    } else if (prompt_source_lines(&order->task) <= SHORT_LINES_MOST) {
        append_whole(&text, order, &order->task, "your work order");
    } else {
        append_sections(&text, order, &order->task, "your work order, longer than one should be");
    }
    if (is_failed(order))
        append_whole(&text, order, &order->fix, "what the reviewer found");
    if (order->previous.path)
        append_previous(&text, order);
    if (order->subplan.path)
        append_some(&text, order, &order->subplan);
    append_definition_lines(&text, order);
    variables_add_line(variables, "budget", arena_format(&variables->arena, "%zu", order->line_total));
    variables_add_text(variables, "reading", &text);
}

/* --- after a FIX, and what runs beside --- */

/* A separate section, or nothing at all. */
static void add_required_fixes(struct variables *variables, const struct order *order) {
    AUTO(buffer) text = {0}, others = {0};
    if (is_failed(order)) {
        const char *name = names_base(order->fix.path);
        buffer_append_string(&text, "## Required fixes\n\n");
        prose_append_code(&text, span_of(order->fix.path));
        buffer_append_string(&text, " has sent this achievement back. Required fixes:\n\n");
        if (fix_append_points(&text, &order->fix.document, name, SIZE_MAX) == 0)
            buffer_append_string(&text, LIST_ITEM_OPEN "It says nothing: ask the reviewer before you begin");
        fix_append_others(&others, &order->fix.document);
        if (others.length)
            buffer_append_format(&text, "\n\nIt says more: %s.", buffer_text(&others));
    }
    variables_add_text(variables, "fixes", &text);
}

/* How to go through the task. */
static void add_boxes(struct variables *variables, const struct order *order) {
    struct checklist checklist;
    AUTO(buffer) text = {0};
    checklist_read(&checklist, &order->task.document);
    if (checklist.open) {
        buffer_append_string(&text, "Do the steps of the task in their order. Check off each box in ");
        prose_append_code(&text, span_of(order->task.path));
        buffer_append_string(&text, " when it is true, not before.");
    } else {
        buffer_append_string(&text, "Do what the task says, in its order.");
    }
    variables_add_text(variables, "boxes", &text);
}

static void add_iteration(struct variables *variables, const struct order *order) {
    const struct plan *plan = order->builder->plan;
    const char *id = prompt_builder_achievement(order->builder, order->position)->id;
    enum subplan_state subplan = plan->standings[order->position].subplan;
    AUTO(buffer) text = {0};
    if (!is_failed(order))
        buffer_append_string(&text, order->execution->number > 1 && !order->part
                                        ? "It is not the first one of this achievement."
                                        : "It is the first one, and has not been reviewed.");
    else if (is_answer(order))
        buffer_append_string(&text, "It is a rework: a reviewer has sent the work before it back.");
    else
        buffer_append_format(
            &text,
            "A reviewer has sent it back, and there is no EXECUTION_TASK for the rework yet. `batchctl "
            "create %s --rework --ids %s` makes one, which then has its own prompt; without it, do "
            "the required fixes and write them down in this one.",
            plan->reference, id);
    if (order->subplan.path && subplan != SUBPLAN_COMPLETE)
        buffer_append_format(
            &text, " Its SUBPLAN is a %s: ask its author for what is missing before you begin, and do not make it up.",
            subplan_state_name(subplan));
    if (achievement_claim(&plan->standings[order->position])) {
        buffer_append_string(&text, " It ");
        achievement_append_claim(&text, &plan->standings[order->position]);
        buffer_append_string(&text, ". Compare the present state with it before you repeat anything.");
    }
    variables_add_text(variables, "iteration", &text);
}

/* "1.1, 1.2": the dependencies that are neither complete nor skipped. */
static void append_open(struct buffer *text, const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    for (uint32_t i = plan->has_graph ? lists->start[position] : 0; plan->has_graph && i < lists->start[position + 1];
         i++)
        if (plan_is_open(plan, lists->items[i]))
            buffer_append_format(text, "%s%s", text->length ? ", " : "",
                                 plan->dependencies.achievements[lists->items[i]].id);
}

static void add_dependencies(struct variables *variables, const struct order *order) {
    const struct plan *plan = order->builder->plan;
    AUTO(buffer) text = {0}, open = {0};
    prompt_builder_append_basis(&text, plan, order->position, "Build on what these have made.");
    append_open(&open, plan, order->position);
    if (open.length)
        buffer_append_format(&text,
                             " When this prompt was made, it was **blocked** by %s: what that makes may be missing. Do "
                             "not build on it then; say in your answer what has to wait for it.",
                             open.data);
    variables_add_text(variables, "dependencies", &text);
}

static void append_one_beside(struct buffer *text, const struct prompt_builder *builder, uint32_t node) {
    const struct plan *plan = builder->plan;
    const struct standing *standing = &plan->standings[node];
    buffer_append_string(text, "\n- ");
    task_document_append_name(text, &plan->dependencies.achievements[node]);
    if (standing->execution_count) {
        buffer_append_string(text, ": ");
        prose_append_code(text, span_of(standing->executions[standing->execution_count - 1].file));
    }
    prompt_builder_append_holder(text, builder, node);
}

static void append_parts(struct buffer *text, const struct order *order) {
    const struct achievement *achievement = prompt_builder_achievement(order->builder, order->position);
    for (size_t i = 0; order->part && i < achievement->sub_execution_count; i++) {
        const struct sub_execution *other = &achievement->sub_executions[i];
        if (other == order->part)
            continue;
        buffer_append_format(text, "\n- %s ", other->id);
        prose_append_words(text, span_of(other->title));
        buffer_append_string(text, ": another part of this achievement");
    }
}

static void append_neighbour(struct buffer *text, const struct prompt_builder *builder, uint32_t node,
                             uint32_t listed) {
    if (listed == NEIGHBOURS_MOST)
        buffer_append_format(text, "\n- and more; `batchctl status %s` lists them", builder->plan->reference);
    else
        append_one_beside(text, builder, node);
}

/* The open ones of the same level. */
static void append_level(struct buffer *text, const struct order *order) {
    const struct plan *plan = order->builder->plan;
    const struct neighbours *neighbours = order->builder->neighbours;
    uint32_t level = plan->dependencies.graph.levels[order->position], end = neighbours->open_start[level + 1];
    for (uint32_t i = neighbours->open_start[level], listed = 0; i < end && listed <= NEIGHBOURS_MOST; i++)
        if (neighbours->open[i] != order->position)
            append_neighbour(text, order->builder, neighbours->open[i], listed++);
}

/* What is ready on other levels, and neither of the two depends on the other. */
static void append_other_levels(struct buffer *text, const struct order *order) {
    const struct plan *plan = order->builder->plan;
    const struct neighbours *neighbours = order->builder->neighbours;
    const uint32_t *levels = plan->dependencies.graph.levels;
    AUTO_FREE bool *is_behind = neighbours_mark_behind(neighbours, plan, (uint32_t)order->position);
    for (uint32_t i = 0, listed = 0; i < neighbours->ready_count && listed <= NEIGHBOURS_MOST; i++) {
        uint32_t node = neighbours->ready[i];
        if (levels[node] != levels[order->position] && !(is_behind && is_behind[node]))
            append_neighbour(text, order->builder, node, listed++);
    }
}

static void add_beside(struct variables *variables, const struct order *order) {
    const struct plan *plan = order->builder->plan;
    AUTO(buffer) text = {0}, list = {0}, others = {0};
    append_parts(&list, order);
    if (plan->has_graph)
        append_level(&list, order);
    if (plan->has_graph && plan->standings[order->position].is_ready)
        append_other_levels(&others, order);
    if (!plan->has_graph)
        buffer_append_string(&text, "Unknown: the plan has no dependency file.");
    else if (list.length)
        buffer_append_format(&text,
                             "Level %u. None of these depends on another, directly or through others, so none waits "
                             "for what another one makes:\n%s",
                             plan->dependencies.graph.levels[order->position], list.data);
    else if (!others.length)
        buffer_append_string(&text, "Nothing that is open is sure to be independent of it.");
    if (others.length)
        buffer_append_format(&text, "%sReady on other levels, and just as independent:\n%s", list.length ? "\n\n" : "",
                             others.data);
    if (list.length || others.length)
        buffer_append_format(
            &text,
            "\n\nThe workers on these do not see your changes, nor you theirs. That is safe as long as you\n\n"
            "- create and change only what the deliverables of your %s name,\n"
            "- leave alone every file that is a deliverable of another achievement.",
            order->task.document.sections[SECTION_DELIVERABLES] ? "task" : "SUBPLAN");
    variables_add_text(variables, "parallel_group", &text);
}

/* --- the whole order --- */

static bool read_order(struct order *order, struct error *error) {
    const struct prompt_builder *builder = order->builder;
    const struct standing *standing = &builder->plan->standings[order->position];
    const char *fix = standing->state == STATE_FAILED ? standing_rare(standing)->fix_file : NULL;
    const char *previous = NULL;
    for (size_t i = 0; i < standing->execution_count && is_answer(order); i++)
        if (&standing->executions[i] < order->execution)
            previous = standing->executions[i].file;
    return prompt_source_read(&order->task, builder, order->execution->file, error) &&
           prompt_source_read(&order->subplan, builder, standing->subplan_file, error) &&
           prompt_source_read(&order->fix, builder, fix, error) &&
           prompt_source_read(&order->previous, builder, previous, error);
}

static bool render_order(struct buffer *text, struct order *order, struct error *error) {
    static const char *const required[] = {"id",      "file",           "objective", "approach", "fixes",
                                           "reading", "parallel_group", "approved",  NULL};
    const struct prompt_builder *builder = order->builder;
    AUTO(variables) variables = {0};
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(prompt_builder_achievement(builder, order->position)->id, digits);
    prompt_builder_add_common(&variables, builder, order->position, order->part);
    variables_add_line(&variables, "file", order->task.path);
    variables_add_line(
        &variables, "approved",
        arena_format(&variables.arena, "%s/execution/feedbacks/APPROVED_%s.md", builder->plan->path, digits));
    variables_add_line(&variables, "fix",
                       arena_format(&variables.arena, "%s/execution/feedbacks/FIX_%s.md", builder->plan->path, digits));
    add_boxes(&variables, order);
    add_iteration(&variables, order);
    add_objective(&variables, order);
    add_approach(&variables, order);
    add_required_fixes(&variables, order);
    add_reading(&variables, order);
    add_dependencies(&variables, order);
    add_beside(&variables, order);
    return prompt_builder_render(text, &variables, builder, required, error);
}

bool execute_prompt_append(struct buffer *text, const struct prompt_builder *builder, size_t position,
                           const struct execution *task, const struct sub_execution *part, struct error *error) {
    AUTO(order) order = {.builder = builder, .position = position, .execution = task, .part = part};
    return read_order(&order, error) && render_order(text, &order, error);
}
