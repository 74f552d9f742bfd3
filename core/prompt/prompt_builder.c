#include "prompt/prompt_builder.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/task_document.h"
#include "document/conflict.h"
#include "document/excerpt.h"
#include "document/fix.h"
#include "document/iteration_log.h"
#include "document/names.h"
#include "format/markdown.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/achievement.h"
#include "plan/graph.h"
#include "plan/standing.h"
#include "prompt/discover_prompt.h"
#include "prompt/neighbours.h"

enum {
    OBJECTIVE_LINES_MOST = 60,
    APPROACH_LINES_MOST = 200,
    SHORT_LINES_MOST = 200,
};

/* A document of the plan, and its path in the workspace. */
struct source {
    const char *path; /* NULL if there is none */
    struct document document;
};

/* @path may be NULL: then the source is empty. */
static bool read_source(struct source *source, const struct prompt_builder *builder, const char *path,
                        struct error *error) {
    AUTO(buffer) text = {0};
    *source = (struct source){.path = path};
    if (!path)
        return true;
    if (!files_read(builder->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error))
        return false;
    document_parse(&source->document, buffer_span(&text));
    return conflict_check(source->document.conflict_line, path, builder->severity, builder->diagnostics, error);
}

static void source_release(struct source *source) {
    document_release(&source->document);
}

static size_t line_count(const struct source *source) {
    return source->document.markdown.line_count;
}

static const struct achievement *achievement_at(const struct prompt_builder *builder, size_t position) {
    return &builder->plan->dependencies.achievements[position];
}

static const struct definition *definition_of(const struct prompt_builder *builder, size_t position) {
    return plan_document_find(builder->definitions, achievement_at(builder, position)->id);
}

/* {{path}}, {{plan_file}}, {{reference}}, {{workspace}} and what task_document.h has in common. */
static void add_common(struct variables *variables, const struct prompt_builder *builder, size_t position,
                       const struct sub_execution *part) {
    const struct plan *plan = builder->plan;
    const struct task_document content = {
        .plan = plan, .position = position, .part = part, .definition = definition_of(builder, position)};
    task_document_add_common(variables, &content);
    variables_add_line(variables, "path", plan->path);
    variables_add_line(variables, "plan_file", plan->plan_file ? plan->plan_file : "none");
    variables_add_line(variables, "reference", plan->reference);
    variables_add_line(variables, "workspace", builder->workspace);
}

static bool render(struct buffer *text, struct variables *variables, const struct prompt_builder *builder,
                   const char *const *required, struct error *error) {
    variables_require(variables, required);
    return variables_render(variables, text, builder->form.text, builder->form.name, builder->diagnostics) ||
           error_set(error, ERROR_INVALID, "the template %s cannot be used", builder->form.name);
}

/* --- what both say --- */

/* A fence that is longer than any in the lines. */
static void append_fence(struct buffer *text, const struct document *document, size_t first, size_t end) {
    size_t longest = 2;
    for (size_t i = first; i < end; i++) {
        struct span line = span_trim(document->markdown.lines[i].text);
        size_t length = 0;
        while (length < line.length && line.data[length] == '`')
            length++;
        longest = length > longest ? length : longest;
    }
    for (size_t i = 0; i <= longest; i++)
        buffer_append_byte(text, '`');
}

static void add_definition(struct variables *variables, const struct prompt_builder *builder, size_t position) {
    const struct definition *definition = definition_of(builder, position);
    const struct document *document = builder->plan_document;
    AUTO(buffer) text = {0};
    if (definition) {
        size_t end = definition->end;
        prose_append_code(&text, span_of(builder->plan->plan_file));
        buffer_append_format(&text, ", lines %zu-%zu:\n\n", definition->line + 1, end);
        append_fence(&text, document, definition->line, end);
        buffer_append_string(&text, "markdown\n");
        for (size_t i = definition->line; i < end; i++) {
            buffer_append_span(&text, document->markdown.lines[i].text);
            buffer_append_byte(&text, '\n');
        }
        append_fence(&text, document, definition->line, end);
    } else {
        buffer_append_format(&text, "The PLAN does not define achievement %s: all there is about it is its title.",
                             achievement_at(builder, position)->id);
    }
    variables_add_text(variables, "definition", &text);
}

/* Each dependency with its documents, then what they are for: @rule. */
static void append_basis(struct buffer *text, const struct plan *plan, size_t position, const char *rule) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    uint32_t first = plan->has_graph ? lists->start[position] : 0;
    uint32_t end = plan->has_graph ? lists->start[position + 1] : 0;
    if (first == end) {
        task_document_append_dependencies(text, plan, position, SIZE_MAX);
        return;
    }
    for (uint32_t i = first; i < end; i++) {
        const struct standing *standing = &plan->standings[lists->items[i]];
        buffer_append_string(text, i > first ? "\n- " : "- ");
        task_document_append_name(text, &plan->dependencies.achievements[lists->items[i]]);
        if (standing->subplan_file)
            buffer_append_format(text, ", SUBPLAN `%s`", standing->subplan_file);
        if (standing->execution_count)
            buffer_append_format(text, ", EXECUTION_TASK `%s`",
                                 standing->executions[standing->execution_count - 1].file);
    }
    buffer_append_format(text, "\n\n%s", rule);
}

/* --- fill --- */

static void append_markers(struct buffer *text, const struct document *document) {
    const struct markdown *markdown = &document->markdown;
    struct span title = {0}; /* of the section that the line is in */
    for (size_t i = 0, section = 0; i < markdown->line_count; i++) {
        struct span rest = markdown->lines[i].text;
        for (; section < markdown->section_count && markdown->sections[section].line <= i; section++)
            title = markdown->sections[section].title;
        for (const char *at; (at = memmem(rest.data, rest.length, DOCUMENT_MARKER, strlen(DOCUMENT_MARKER)));) {
            rest = span_skip(rest, (size_t)(at - rest.data));
            const char *close = memchr(rest.data, ']', rest.length);
            size_t length = close ? (size_t)(close - rest.data) + 1 : rest.length;
            if (!markdown_is_code(markdown, at)) {
                buffer_append_format(text, "%s- line %zu, ", text->length ? "\n" : "", i + 1);
                prose_append_words(text, title);
                buffer_append_string(text, ": ");
                prose_append_code(text, (struct span){rest.data, length});
            }
            rest = span_skip(rest, length);
        }
    }
}

/* Why a SUBPLAN without markers is not complete. */
static void append_missing(struct buffer *text, const struct document *document) {
    if (!document_has_text(document, SECTION_OBJECTIVE) && document_header(document, "Objective").length == 0)
        buffer_append_format(text, "%s- it has no text under a heading `## Objective`", text->length ? "\n" : "");
    if (!document_has_text(document, SECTION_APPROACH) && !document_has_text(document, SECTION_DELIVERABLES))
        buffer_append_format(text, "%s- it has text neither under `## Approach` nor under `## Deliverables`",
                             text->length ? "\n" : "");
}

bool prompt_builder_fill(struct buffer *text, const struct prompt_builder *builder, size_t position,
                         struct error *error) {
    static const char *const required[] = {"id", "file", "definition", "markers", NULL};
    const struct standing *standing = &builder->plan->standings[position];
    AUTO(variables) variables = {0};
    AUTO(buffer) value = {0};
    AUTO(source) subplan = {0};
    if (!read_source(&subplan, builder, standing->subplan_file, error))
        return false;
    add_common(&variables, builder, position, NULL);
    variables_add_line(&variables, "file", subplan.path);
    variables_add_line(&variables, "lines", arena_format(&variables.arena, "%zu", line_count(&subplan)));
    variables_add_line(&variables, "state", subplan_state_name(standing->subplan));
    append_markers(&value, &subplan.document);
    bool has_markers = value.length > 0;
    append_missing(&value, &subplan.document);
    if (has_markers)
        buffer_append_string(&value,
                             "\n\nReplace each marker that is named, its brackets included, by what it asks for.");
    variables_add_text(&variables, "markers", &value);
    add_definition(&variables, builder, position);
    append_basis(&value, builder->plan, position,
                 "Design for what these make, not for what you would like them to make.");
    variables_add_text(&variables, "dependencies", &value);
    task_document_append_group(
        &value, builder->plan, position, NEIGHBOURS_MOST,
        "No two of them may change the same lines of a file. Where you cannot avoid touching a file "
        "that another one owns, say so under \"Approach\".");
    variables_add_text(&variables, "parallel_group", &value);
    bool is_done = render(text, &variables, builder, required, error);
    return is_done;
}

/* --- execute --- */

struct order {
    const struct prompt_builder *builder;
    size_t position;
    const struct execution *execution;
    const struct sub_execution *part;
    struct source task, subplan, fix, previous;
    bool has_whole_approach; /* it is quoted word for word, nothing of it is left to be read */
    size_t line_total;       /* of what is to be read */
    size_t reading_count;
};

static void order_release(struct order *order) {
    source_release(&order->task);
    source_release(&order->subplan);
    source_release(&order->fix);
    source_release(&order->previous);
}

static bool is_failed(const struct order *order) {
    return order->fix.path != NULL;
}

/* Is the task the answer to the FIX, and not what the FIX sent back? */
static bool is_answer(const struct order *order) {
    const char *rework = order->builder->plan->standings[order->position].rework_file;
    return rework && strcmp(rework, order->execution->file) == 0;
}

/* Of the SUBPLAN, or else of the task itself. */
static bool append_section(struct buffer *text, const struct order *order, enum section_kind kind, size_t most) {
    const struct source *sources[] = {&order->subplan, &order->task};
    for (size_t i = 0; i < 2; i++) {
        const struct document *document = &sources[i]->document;
        if (!sources[i]->path)
            continue;
        struct excerpt excerpt = excerpt_of_section(document, names_base(sources[i]->path), document->sections[kind]);
        if (kind == SECTION_OBJECTIVE && !document->sections[kind])
            excerpt.lead = document_header(document, "Objective");
        if (excerpt_append_told(text, &excerpt, most))
            return true;
    }
    return false;
}

static void add_objective(struct variables *variables, const struct order *order) {
    const struct definition *definition = definition_of(order->builder, order->position);
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
static bool is_quoted_whole(const struct source *source, enum section_kind kind, size_t most) {
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

static void append_whole(struct buffer *text, struct order *order, const struct source *source, const char *what) {
    append_reading(text, order, source->path);
    buffer_append_format(text, ": all of it (%zu line%s); %s", line_count(source), text_plural(line_count(source)),
                         what);
    order->line_total += line_count(source);
}

/* The sections of level 2, with their lines, so that a long document need not be read as a whole. */
static void append_sections(struct buffer *text, struct order *order, const struct source *source, const char *what) {
    const struct markdown *markdown = &source->document.markdown;
    append_reading(text, order, source->path);
    buffer_append_format(text, " (%zu lines): %s. Its sections:", line_count(source), what);
    for (size_t i = 0; i < markdown->section_count; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        if (section->level != 2)
            continue;
        buffer_append_format(text, "\n   - lines %zu-%zu, ", section->line + 1, section->end);
        prose_append_words(text, section->title);
    }
    order->line_total += line_count(source);
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
static void append_some(struct buffer *text, struct order *order, const struct source *source) {
    const struct markdown *markdown = &source->document.markdown;
    size_t count = 0;
    append_reading(text, order, source->path);
    buffer_append_format(text, " (%zu lines): the design", line_count(source));
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
        order->line_total += line_count(source);
    buffer_append_string(text, count ? "; the rest only if these leave something open" : ", all of it");
}

static void append_previous(struct buffer *text, struct order *order) {
    struct iteration_log_entry last = iteration_log_last(&order->previous.document, names_base(order->previous.path));
    size_t end = last.title.length ? last.text.end : line_count(&order->previous);
    size_t first = last.title.length ? last.line : 0;
    append_reading(text, order, order->previous.path);
    buffer_append_format(text, " (%zu lines): what was sent back; of it lines %zu-%zu (%s)",
                         line_count(&order->previous), first + 1, end,
                         last.title.length ? "the last entry of its log" : "it has no log with entries");
    order->line_total += end - first;
}

static void append_definition_lines(struct buffer *text, struct order *order) {
    const struct prompt_builder *builder = order->builder;
    const struct definition *definition = definition_of(builder, order->position);
    if (!definition)
        return;
    append_reading(text, order, builder->plan->plan_file);
    buffer_append_format(text, " (%zu lines): only lines %zu-%zu, what the plan wants of this achievement",
                         builder->plan_document->markdown.line_count, definition->line + 1, definition->end);
    order->line_total += definition->end - definition->line;
}

static void add_reading(struct variables *variables, struct order *order) {
    AUTO(buffer) text = {0};
    if (line_count(&order->task) == 0) {
        append_reading(&text, order, order->task.path);
        buffer_append_string(&text, ": your work order. It is empty: write into it what you do");
    } else if (line_count(&order->task) <= SHORT_LINES_MOST) {
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
            buffer_append_string(&text, "- [ ] It says nothing: ask the reviewer before you begin");
        fix_append_others(&others, &order->fix.document);
        if (others.length)
            buffer_append_format(&text, "\n\nIt says more: %s.", buffer_text(&others));
    }
    variables_add_text(variables, "mend", &text);
}

/* How to go through the task. */
static void add_boxes(struct variables *variables, const struct order *order) {
    const struct markdown *markdown = &order->task.document.markdown;
    bool has_boxes = false;
    for (size_t i = 0; i < markdown->line_count; i++) {
        struct span line = span_trim(markdown->lines[i].text);
        has_boxes |= !markdown->lines[i].is_code && line.length > 4 && memcmp(line.data, "- [ ]", 5) == 0;
    }
    AUTO(buffer) text = {0};
    if (has_boxes) {
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
    const char *id = achievement_at(order->builder, order->position)->id;
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
    append_basis(&text, plan, order->position, "Build on what these have made.");
    append_open(&open, plan, order->position);
    if (open.length)
        buffer_append_format(&text,
                             " When this prompt was made, it was **blocked** by %s: what that makes may be missing. Do "
                             "not build on it then; say in your answer what has to wait for it.",
                             open.data);
    variables_add_text(variables, "dependencies", &text);
}

static void append_one_beside(struct buffer *text, const struct plan *plan, uint32_t node) {
    const struct standing *standing = &plan->standings[node];
    buffer_append_string(text, "\n- ");
    task_document_append_name(text, &plan->dependencies.achievements[node]);
    if (standing->execution_count) {
        buffer_append_string(text, ": ");
        prose_append_code(text, span_of(standing->executions[standing->execution_count - 1].file));
    }
}

static void append_parts(struct buffer *text, const struct order *order) {
    const struct achievement *achievement = achievement_at(order->builder, order->position);
    for (size_t i = 0; order->part && i < achievement->sub_execution_count; i++) {
        const struct sub_execution *other = &achievement->sub_executions[i];
        if (other == order->part)
            continue;
        buffer_append_format(text, "\n- %s ", other->id);
        prose_append_words(text, span_of(other->title));
        buffer_append_string(text, ": another part of this achievement");
    }
}

static void append_neighbour(struct buffer *text, const struct plan *plan, uint32_t node, uint32_t listed) {
    if (listed == NEIGHBOURS_MOST)
        buffer_append_format(text, "\n- and more; `batchctl status %s` lists them", plan->reference);
    else
        append_one_beside(text, plan, node);
}

/* The open ones of the same level. */
static void append_level(struct buffer *text, const struct order *order) {
    const struct plan *plan = order->builder->plan;
    const struct neighbours *neighbours = order->builder->neighbours;
    uint32_t level = plan->dependencies.graph.levels[order->position], end = neighbours->open_start[level + 1];
    for (uint32_t i = neighbours->open_start[level], listed = 0; i < end && listed <= NEIGHBOURS_MOST; i++)
        if (neighbours->open[i] != order->position)
            append_neighbour(text, plan, neighbours->open[i], listed++);
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
            append_neighbour(text, plan, node, listed++);
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
    const char *fix = standing->state == STATE_FAILED ? standing->fix_file : NULL;
    const char *previous = NULL;
    for (size_t i = 0; i < standing->execution_count && is_answer(order); i++)
        if (&standing->executions[i] < order->execution)
            previous = standing->executions[i].file;
    return read_source(&order->task, builder, order->execution->file, error) &&
           read_source(&order->subplan, builder, standing->subplan_file, error) &&
           read_source(&order->fix, builder, fix, error) && read_source(&order->previous, builder, previous, error);
}

static bool render_order(struct buffer *text, struct order *order, struct error *error) {
    static const char *const required[] = {"id",      "file",           "objective", "approach", "mend",
                                           "reading", "parallel_group", "approved",  NULL};
    const struct prompt_builder *builder = order->builder;
    AUTO(variables) variables = {0};
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement_at(builder, order->position)->id, digits);
    add_common(&variables, builder, order->position, order->part);
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
    return render(text, &variables, builder, required, error);
}

bool prompt_builder_execute(struct buffer *text, const struct prompt_builder *builder, size_t position,
                            const struct execution *task, const struct sub_execution *part, struct error *error) {
    AUTO(order) order = {.builder = builder, .position = position, .execution = task, .part = part};
    return read_order(&order, error) && render_order(text, &order, error);
}

/* --- review --- */

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
    struct source task, subplan, submission;
};

static void add_section(struct variables *variables, const struct judgement *judgement, const char *name,
                        enum section_kind kind, append_excerpt *append, size_t most) {
    const struct source *sources[] = {&judgement->subplan, &judgement->task};
    struct buffer text = {0};
    for (size_t i = 0; i < 2 && text.length == 0; i++) {
        const struct document *document = &sources[i]->document;
        if (!sources[i]->path)
            continue;
        struct excerpt excerpt = excerpt_of_section(document, names_base(sources[i]->path), document->sections[kind]);
        if (kind == SECTION_OBJECTIVE && !document->sections[kind])
            excerpt.lead = document_header(document, "Objective");
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
        struct source fix;
        if (review->kind != NAME_FIX)
            continue;
        is_read = read_source(&fix, judgement->builder, review->file, error);
        buffer_append_string(&text, text.length ? "\n\n" : "## What had to be fixed\n\nCheck each point: ");
        prose_append_code(&text, span_of(review->file));
        buffer_append_string(&text, "\n\n");
        if (is_read && fix_append_points(&text, &fix.document, names_base(review->file),
                                         REVIEW_LIST_LINES_MOST / judgement->standing->review_count) == 0)
            buffer_append_string(&text, "- [ ] It says nothing");
        source_release(&fix);
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
        append_fence(&text, document, first, last);
        buffer_append_string(&text, "\n");
        for (size_t i = first; i < last; i++) {
            buffer_append_span(&text, document->markdown.lines[i].text);
            buffer_append_byte(&text, '\n');
        }
        append_fence(&text, document, first, last);
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
    const char *id = achievement_at(builder, position)->id, *reference = builder->plan->reference;
    struct variables variables = {0};
    struct buffer value = {0};
    add_common(&variables, builder, position, NULL);
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
    bool is_done = add_points(&variables, judgement, error) && render(text, &variables, builder, required, error);
    buffer_release(&value);
    variables_release(&variables);
    return is_done;
}

bool prompt_builder_review(struct buffer *text, const struct prompt_builder *builder, size_t position,
                           struct error *error) {
    const struct standing *standing = &builder->plan->standings[position];
    const struct review *submission = achievement_submission(standing);
    struct judgement judgement = {.builder = builder, .standing = standing};
    bool is_done =
        read_source(&judgement.task, builder, standing->executions[standing->execution_count - 1].file, error) &&
        read_source(&judgement.subplan, builder, standing->subplan_file, error) &&
        read_source(&judgement.submission, builder, submission ? submission->file : NULL, error) &&
        render_judgement(text, &judgement, position, error);
    source_release(&judgement.task);
    source_release(&judgement.subplan);
    source_release(&judgement.submission);
    return is_done;
}

/* --- discover --- */

bool prompt_builder_discover(struct buffer *text, const struct prompt_builder *builder, struct error *error) {
    static const char *const required[] = {"file", "achievements", "skeleton", NULL};
    const struct plan *plan = builder->plan;
    const struct discover_prompt prompt = {plan, builder->plan_document, builder->definitions};
    AUTO(variables) variables = {0};
    AUTO(buffer) value = {0};
    const char *target =
        plan->dependency_file ? plan->dependency_file : arena_format(&variables.arena, "%s/parallel.json", plan->path);
    variables_add_words(&variables, "plan", plan->name);
    variables_add_line(&variables, "path", plan->path);
    variables_add_line(&variables, "plan_file", plan->plan_file ? plan->plan_file : "none");
    variables_add_line(&variables, "reference", plan->reference);
    variables_add_line(&variables, "workspace", builder->workspace);
    variables_add_line(&variables, "file", target);
    variables_add_line(&variables, "count", arena_format(&variables.arena, "%zu", discover_prompt_count(&prompt)));
    discover_prompt_append_present(&value, &prompt);
    variables_add_text(&variables, "present", &value);
    discover_prompt_append_achievements(&value, &prompt);
    discover_prompt_append_order(&value, &prompt);
    variables_add_text(&variables, "achievements", &value);
    discover_prompt_append_skeleton(&value, &prompt);
    variables_add_text(&variables, "skeleton", &value);
    return render(text, &variables, builder, required, error);
}
