#include "batch/task_document.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/excerpt.h"
#include "document/list_item.h"
#include "document/names.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/graph.h"

enum { SUBPLAN_SECTION_LINES_MOST = 300, SUBPLAN_LIST_LINES_MOST = 40 };

/* Without these a file would lack what it is for. */
static const char *const required[] = {"id", "objective", "approach", "deliverables", "criteria", NULL};

static const char *const group_rule =
    "Stay within the deliverables above: each of the others changes only the files of its deliverables.";

static const char *title_of(const struct task_document *content) {
    const struct achievement *achievement = &content->plan->dependencies.achievements[content->position];
    if (content->part && content->part->title)
        return content->part->title;
    if (achievement->title)
        return achievement->title;
    return content->definition ? content->definition->title : "(no title)";
}

/* --- what both kinds say --- */

static const char *hours_of(struct variables *variables, const struct task_document *content) {
    const struct achievement *achievement = &content->plan->dependencies.achievements[content->position];
    if (content->part && content->part->has_hours)
        return arena_format(&variables->arena, "%.4g hour%s", content->part->hours,
                            text_plural_hours(content->part->hours));
    if (achievement->has_hours && !content->part)
        return arena_format(&variables->arena, "%.4g hour%s", achievement->hours,
                            text_plural_hours(achievement->hours));
    if (content->definition && content->definition->effort.length)
        return arena_copy(&variables->arena, content->definition->effort.data, content->definition->effort.length);
    return "not estimated";
}

void task_document_append_name(struct buffer *text, const struct achievement *achievement) {
    buffer_append_string(text, achievement->id);
    if (!achievement->title)
        return;
    buffer_append_byte(text, ' ');
    prose_append_words(text, span_of(achievement->title));
}

void task_document_append_dependencies(struct buffer *text, const struct plan *plan, size_t position, size_t most) {
    const struct graph *graph = &plan->dependencies.graph;
    if (!plan->has_graph) {
        buffer_append_string(text, "Unknown: the plan has no dependency file.");
        return;
    }
    char digits[NAMES_ID_BYTES_MOST + 1];
    uint32_t first = graph->dependencies.start[position], end = graph->dependencies.start[position + 1];
    if (first == end) {
        buffer_append_string(text, "None: this achievement can start at once.");
        return;
    }
    for (uint32_t i = first; i < end; i++) {
        size_t left_out = end - i;
        if (i - first + 1 >= most && left_out > 1) {
            buffer_append_format(text, "\n- and %zu more", left_out);
            break;
        }
        uint32_t other = graph->dependencies.items[i];
        buffer_append_string(text, i > first ? "\n- " : "- ");
        task_document_append_name(text, &plan->dependencies.achievements[other]);
        names_digits(plan->dependencies.achievements[other].id, digits);
        buffer_append_format(text, ": complete when `execution/feedbacks/APPROVED_%s.md` exists", digits);
    }
}

void task_document_append_group(struct buffer *text, const struct plan *plan, size_t position, size_t most,
                                const char *rule) {
    const struct graph *graph = &plan->dependencies.graph;
    if (!plan->has_graph) {
        buffer_append_string(text, "Unknown: the plan has no dependency file.");
        return;
    }
    uint32_t level = graph->levels[position];
    uint32_t first = graph->level_nodes.start[level], end = graph->level_nodes.start[level + 1];
    if (end - first == 1) {
        buffer_append_format(text, "None: %s is alone on level %u.", plan->dependencies.achievements[position].id,
                             level);
        return;
    }
    buffer_append_format(text,
                         "Level %u. None of these depends on another, directly or through others, so they can be "
                         "worked on at the same time:\n",
                         level);
    size_t listed = 0, others = end - first - 1;
    for (uint32_t i = first; i < end; i++) {
        uint32_t other = graph->level_nodes.items[i];
        if (other == position)
            continue;
        if (listed + 4 >= most && others - listed > 1) {
            buffer_append_format(text, "\n- and %zu more", others - listed);
            break;
        }
        buffer_append_string(text, "\n- ");
        task_document_append_name(text, &plan->dependencies.achievements[other]);
        listed++;
    }
    buffer_append_format(text, "\n\n%s", rule);
}

void task_document_add_common(struct variables *variables, const struct task_document *content) {
    const struct plan *plan = content->plan;
    const struct achievement *achievement = &plan->dependencies.achievements[content->position];
    variables_add_words(variables, "plan", plan->name);
    variables_add_line(variables, "id", content->part ? content->part->id : achievement->id);
    variables_add_line(variables, "achievement", achievement->id);
    variables_add_words(variables, "title", title_of(content));
    variables_add_words(variables, "hours", hours_of(variables, content));
    variables_add_line(variables, "level",
                       plan->has_graph
                           ? arena_format(&variables->arena, "%u", plan->dependencies.graph.levels[content->position])
                           : "unknown");
}

/* --- EXECUTION_TASK --- */

/* How the 200 lines are shared: at 100 percent these fill the document; what one part leaves, the others get. */
struct shares {
    size_t objective, approach, steps, deliverables, criteria, dependencies, group;
};
static const struct shares full_shares = {24, 64, 24, 40, 24, 12, 14};

size_t task_document_scaled(size_t share, size_t percent) {
    enum { LEAST = 3 };
    size_t lines = share * percent / 100;
    return lines < LEAST ? LEAST : lines;
}

void task_document_add_section(struct variables *variables, const char *name, const struct task_document *content,
                               enum section_kind kind, append_excerpt *append, size_t most, const char *missing) {
    AUTO(buffer) text = {0};
    struct excerpt excerpt = excerpt_of_kind(content->source, content->source_name, kind);
    if (append(&text, &excerpt, most) == 0) {
        buffer_append_format(&text, "[TO BE FILLED: %s; ", missing);
        prose_append_words(&text, span_of(content->source_name));
        buffer_append_string(&text, TASK_DOCUMENT_UNSAID "]");
    }
    variables_add_text(variables, name, &text);
}

static void add_steps(struct variables *variables, const struct task_document *content, size_t most) {
    AUTO(buffer) text = {0};
    struct excerpt approach =
        excerpt_of_section(content->source, content->source_name, content->source->sections[SECTION_APPROACH]);
    if (excerpt_append_steps(&text, &approach, most) == 0)
        buffer_append_string(&text, LIST_ITEM_OPEN "Follow the approach above\n" LIST_ITEM_OPEN
                                                   "Produce each deliverable below\n" LIST_ITEM_OPEN
                                                   "Check the result against the success criteria");
    variables_add_text(variables, "steps", &text);
}

static void add_execution_sections(struct variables *variables, const struct task_document *content, size_t percent) {
    const struct shares *full = &full_shares;
    AUTO(buffer) text = {0};
    task_document_add_section(variables, "objective", content, SECTION_OBJECTIVE, excerpt_append_text,
                              task_document_scaled(full->objective, percent), "objective");
    task_document_add_section(variables, "approach", content, SECTION_APPROACH, excerpt_append_text,
                              task_document_scaled(full->approach, percent), "approach");
    add_steps(variables, content, task_document_scaled(full->steps, percent));
    task_document_add_section(variables, "deliverables", content, SECTION_DELIVERABLES, excerpt_append_checklist,
                              task_document_scaled(full->deliverables, percent), "deliverables");
    task_document_add_section(variables, "criteria", content, SECTION_CRITERIA, excerpt_append_checklist,
                              task_document_scaled(full->criteria, percent), "success criteria");
    task_document_append_dependencies(&text, content->plan, content->position,
                                      task_document_scaled(full->dependencies, percent));
    variables_add_text(variables, "dependencies", &text);
    task_document_append_group(&text, content->plan, content->position, task_document_scaled(full->group, percent),
                               group_rule);
    variables_add_text(variables, "parallel_group", &text);
}

void task_document_add_task(struct variables *variables, const struct task_document *content) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    struct arena *arena = &variables->arena;
    names_digits(content->plan->dependencies.achievements[content->position].id, digits);
    variables_add_line(variables, "task", arena_format(arena, "%02u", content->number));
    variables_add_words(variables, "subplan", content->source_name);
    variables_add_line(variables, "approved", arena_format(arena, "execution/feedbacks/APPROVED_%s.md", digits));
    variables_add_line(variables, "fix", arena_format(arena, "execution/feedbacks/FIX_%s.md", digits));
}

static bool render_execution(struct buffer *text, const void *data, size_t percent, struct diagnostics *diagnostics) {
    const struct task_document *content = data;
    AUTO(variables) variables = {0};
    task_document_add_common(&variables, content);
    task_document_add_task(&variables, content);
    add_execution_sections(&variables, content, percent);
    variables_require(&variables, required);
    return variables_render(&variables, text, content->template_text, content->template_name, diagnostics);
}

static size_t count_lines(struct span text) {
    size_t count = 0;
    for (struct span line; span_next_line(&text, &line);)
        count++;
    return count;
}

bool task_document_fit(struct buffer *text, render_scaled *render, const void *data, const char *template_name,
                       struct diagnostics *diagnostics) {
    static const size_t percents[] = {250, 190, 145, 110, 85, 65, 50, 38, 25, 15, 0};
    size_t start = text->length;
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        buffer_truncate(text, start);
        if (!render(text, data, percents[i], diagnostics))
            return false;
        if (count_lines(span_skip(buffer_span(text), start)) <= TASK_DOCUMENT_EXECUTION_LINES_MOST)
            return true;
    }
    diagnostics_add(diagnostics, &(struct diagnostic){.code = "template.too_long",
                                                      .message = "an EXECUTION_TASK of this template has more than "
                                                                 "200 lines, whatever is left out",
                                                      .file = template_name,
                                                      .hint = "shorten the template's own text"});
    return false;
}

bool task_document_execution(struct buffer *text, const struct task_document *content,
                             struct diagnostics *diagnostics) {
    return task_document_fit(text, render_execution, content, content->template_name, diagnostics);
}

/* --- SUBPLAN --- */

/* False if the definition does not have the field, or nothing in it. */
static bool append_field(struct buffer *text, const struct task_document *content, const struct definition *definition,
                         enum definition_field field) {
    if (!definition || !definition->has_field[field])
        return false;
    struct excerpt excerpt = excerpt_of_field(content->source, content->source_name, &definition->fields[field]);
    return excerpt_append_text(text, &excerpt, SUBPLAN_SECTION_LINES_MOST) > 0;
}

static void add_field(struct variables *variables, const char *name, const struct task_document *content,
                      enum definition_field field, const char *missing) {
    AUTO(buffer) text = {0};
    if (!append_field(&text, content, content->definition, field))
        buffer_append_format(&text, "[TO BE FILLED: %s]", missing);
    variables_add_text(variables, name, &text);
}

/* The goal of the achievement that this is a part of. */
static void append_goal_of_whole(struct buffer *text, const struct task_document *content, struct span part_of) {
    struct span id = names_leading_id(part_of);
    AUTO_FREE char *whole = memory_copy_part(id.length ? id.data : "", id.length);
    const struct definition *definition = content->definitions ? plan_document_find(content->definitions, whole) : NULL;
    AUTO(buffer) goal = {0};
    if (!append_field(&goal, content, definition, DEFINITION_GOAL))
        return;
    buffer_append_format(text, "> The goal of %s:\n", whole);
    for (struct span rest = buffer_span(&goal), line; span_next_line(&rest, &line);)
        buffer_append_format(text, "> %.*s\n", (int)line.length, line.data);
    buffer_append_byte(text, '\n');
}

/* What it is a part of, or which parts it has: its work is not theirs a second time. */
static void append_parts(struct buffer *text, const struct task_document *content) {
    static const struct {
        enum definition_field field;
        const char *label;
    } rows[] = {{DEFINITION_PARTS, "**Parts**: "}, {DEFINITION_PART_OF, "**Part of**: "}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AUTO(buffer) value = {0};
        if (!append_field(&value, content, content->definition, rows[i].field))
            continue;
        buffer_append_format(text, "%s%s\n\n", rows[i].label, value.data);
        if (rows[i].field == DEFINITION_PART_OF)
            append_goal_of_whole(text, content, buffer_span(&value));
    }
}

static void add_objective(struct variables *variables, const struct task_document *content) {
    AUTO(buffer) text = {0};
    append_parts(&text, content);
    if (!append_field(&text, content, content->definition, DEFINITION_GOAL))
        buffer_append_string(&text, "[TO BE FILLED: what this achievement is for]");
    variables_add_text(variables, "objective", &text);
}

bool task_document_subplan(struct buffer *text, const struct task_document *content, struct diagnostics *diagnostics) {
    AUTO(variables) variables = {0};
    AUTO(buffer) value = {0};
    task_document_add_common(&variables, content);
    add_objective(&variables, content);
    add_field(&variables, "deliverables", content, DEFINITION_DELIVERABLES, "what will exist when it is done");
    add_field(&variables, "approach", content, DEFINITION_APPROACH, "how it will be done, in phases");
    add_field(&variables, "criteria", content, DEFINITION_CRITERIA, "how one can tell that it is done");
    add_field(&variables, "tests", content, DEFINITION_TESTS, "how it will be tested");
    task_document_append_dependencies(&value, content->plan, content->position, SUBPLAN_LIST_LINES_MOST);
    variables_add_text(&variables, "dependencies", &value);
    task_document_append_group(&value, content->plan, content->position, SUBPLAN_LIST_LINES_MOST, group_rule);
    variables_add_text(&variables, "parallel_group", &value);
    variables_require(&variables, required);
    return variables_render(&variables, text, content->template_text, content->template_name, diagnostics);
}
