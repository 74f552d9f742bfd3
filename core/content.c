#include "content.h"

#include <string.h>

#include "excerpt.h"
#include "names.h"
#include "template.h"
#include "text.h"

enum { VARIABLES_MOST = 24, SUBPLAN_SECTION_LINES_MOST = 300, SUBPLAN_LIST_LINES_MOST = 40 };

struct variables {
    struct arena arena;
    struct template_variable items[VARIABLES_MOST];
    size_t count;
};

static void add_span(struct variables *variables, const char *name, struct span value) {
    static const char *const required[] = {"id", "objective", "approach", "deliverables", "criteria"};
    bool is_required = false;
    for (size_t i = 0; i < sizeof required / sizeof *required; i++)
        is_required |= strcmp(name, required[i]) == 0;
    variables->items[variables->count++] = (struct template_variable){name, value, is_required};
}

/* A value of one line, whatever is in it. */
static void add(struct variables *variables, const char *name, const char *value) {
    struct buffer line = {0};
    text_append_visible(&line, span_of(value));
    add_span(variables, name,
             (struct span){arena_copy(&variables->arena, buffer_text(&line), line.length), line.length});
    buffer_release(&line);
}

/* Takes @text's content into the arena, so that the buffer can be used again. */
static void add_buffer(struct variables *variables, const char *name, struct buffer *text) {
    add_span(variables, name,
             (struct span){arena_copy(&variables->arena, buffer_text(text), text->length), text->length});
    buffer_clear(text);
}

static const char *title_of(const struct content *content) {
    const struct achievement *achievement = &content->plan->dependencies.achievements[content->position];
    if (content->part && content->part->title)
        return content->part->title;
    if (achievement->title)
        return achievement->title;
    return content->definition ? content->definition->title : "(no title)";
}

/* --- what both kinds say --- */

static const char *hours_of(struct variables *variables, const struct content *content) {
    const struct achievement *achievement = &content->plan->dependencies.achievements[content->position];
    if (content->part && content->part->has_hours)
        return arena_format(&variables->arena, "%.4g hours", content->part->hours);
    if (achievement->has_hours && !content->part)
        return arena_format(&variables->arena, "%.4g hours", achievement->hours);
    if (content->definition && content->definition->effort.length)
        return arena_copy(&variables->arena, content->definition->effort.data, content->definition->effort.length);
    return "not estimated";
}

/* "3.1 Title", in one line */
static void append_name(struct buffer *text, const struct achievement *achievement) {
    buffer_append_string(text, achievement->id);
    if (!achievement->title)
        return;
    buffer_append_byte(text, ' ');
    text_append_visible(text, span_of(achievement->title));
}

static void append_dependencies(struct buffer *text, const struct content *content, size_t most) {
    const struct plan *plan = content->plan;
    const struct graph *graph = &plan->dependencies.graph;
    if (!plan->has_graph) {
        buffer_append_string(text, "Unknown: the plan has no dependency file.");
        return;
    }
    uint32_t first = graph->dependencies.start[content->position],
             end = graph->dependencies.start[content->position + 1];
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
        append_name(text, &plan->dependencies.achievements[other]);
        buffer_append_format(text, ": **%s**", achievement_state_name(plan->standings[other].state));
    }
}

static void append_group(struct buffer *text, const struct content *content, size_t most) {
    const struct plan *plan = content->plan;
    const struct graph *graph = &plan->dependencies.graph;
    if (!plan->has_graph) {
        buffer_append_string(text, "Unknown: the plan has no dependency file.");
        return;
    }
    uint32_t level = graph->levels[content->position];
    uint32_t first = graph->level_nodes.start[level], end = graph->level_nodes.start[level + 1];
    if (end - first == 1) {
        buffer_append_format(text, "None: %s is alone on level %u.",
                             plan->dependencies.achievements[content->position].id, level);
        return;
    }
    buffer_append_format(text,
                         "Level %u. None of these depends on another, directly or through others, so they can be "
                         "worked on at the same time:\n",
                         level);
    size_t listed = 0, others = end - first - 1;
    for (uint32_t i = first; i < end; i++) {
        uint32_t other = graph->level_nodes.items[i];
        if (other == content->position)
            continue;
        if (listed + 4 >= most && others - listed > 1) {
            buffer_append_format(text, "\n- and %zu more", others - listed);
            break;
        }
        buffer_append_string(text, "\n- ");
        append_name(text, &plan->dependencies.achievements[other]);
        listed++;
    }
    buffer_append_string(text, "\n\nStay within the deliverables above, so that nobody edits what another one edits.");
}

static void add_common(struct variables *variables, const struct content *content) {
    const struct plan *plan = content->plan;
    const struct achievement *achievement = &plan->dependencies.achievements[content->position];
    add(variables, "plan", plan->name);
    add(variables, "id", content->part ? content->part->id : achievement->id);
    add(variables, "achievement", achievement->id);
    add(variables, "title", title_of(content));
    add(variables, "hours", hours_of(variables, content));
    add(variables, "level",
        plan->has_graph ? arena_format(&variables->arena, "%u", plan->dependencies.graph.levels[content->position])
                        : "unknown");
}

/* --- EXECUTION_TASK --- */

/* How the 200 lines are shared: at 100 percent these fill the document; what one part leaves, the others get. */
struct shares {
    size_t objective, approach, steps, deliverables, criteria, dependencies, group;
};
static const struct shares full_shares = {24, 64, 24, 40, 24, 12, 14};

static size_t scaled(size_t share, size_t percent) {
    enum { LEAST = 3 };
    size_t lines = share * percent / 100;
    return lines < LEAST ? LEAST : lines;
}

typedef size_t append_excerpt(struct buffer *buffer, const struct excerpt *excerpt, size_t most);

static void add_section(struct variables *variables, const char *name, const struct content *content,
                        enum section_kind kind, append_excerpt *append, size_t most, const char *missing) {
    struct buffer text = {0};
    struct excerpt excerpt = excerpt_of_section(content->source, content->source_name, content->source->sections[kind]);
    if (kind == SECTION_OBJECTIVE && !content->source->sections[kind])
        excerpt.lead = document_header(content->source, "Objective");
    if (append(&text, &excerpt, most) == 0)
        buffer_append_format(&text, "[TO BE FILLED: %s; %s does not say]", missing, content->source_name);
    add_buffer(variables, name, &text);
    buffer_release(&text);
}

static void add_steps(struct variables *variables, const struct content *content, size_t most) {
    struct buffer text = {0};
    struct excerpt approach =
        excerpt_of_section(content->source, content->source_name, content->source->sections[SECTION_APPROACH]);
    if (excerpt_append_steps(&text, &approach, most) == 0)
        buffer_append_string(&text,
                             "- [ ] Follow the approach above\n- [ ] Produce each deliverable below\n- [ ] Check "
                             "the result against the success criteria");
    add_buffer(variables, "steps", &text);
    buffer_release(&text);
}

static void add_execution_sections(struct variables *variables, const struct content *content, size_t percent) {
    const struct shares *full = &full_shares;
    struct buffer text = {0};
    add_section(variables, "objective", content, SECTION_OBJECTIVE, excerpt_append_text,
                scaled(full->objective, percent), "objective");
    add_section(variables, "approach", content, SECTION_APPROACH, excerpt_append_text, scaled(full->approach, percent),
                "approach");
    add_steps(variables, content, scaled(full->steps, percent));
    add_section(variables, "deliverables", content, SECTION_DELIVERABLES, excerpt_append_checklist,
                scaled(full->deliverables, percent), "deliverables");
    add_section(variables, "criteria", content, SECTION_CRITERIA, excerpt_append_checklist,
                scaled(full->criteria, percent), "success criteria");
    append_dependencies(&text, content, scaled(full->dependencies, percent));
    add_buffer(variables, "dependencies", &text);
    append_group(&text, content, scaled(full->group, percent));
    add_buffer(variables, "parallel_group", &text);
    buffer_release(&text);
}

static bool render_execution(struct buffer *text, const struct content *content, size_t percent,
                             struct diagnostics *diagnostics) {
    struct variables variables = {0};
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(content->plan->dependencies.achievements[content->position].id, digits);
    add_common(&variables, content);
    add(&variables, "task", arena_format(&variables.arena, "%02u", content->number));
    add(&variables, "subplan", content->source_name);
    add(&variables, "approved", arena_format(&variables.arena, "execution/feedbacks/APPROVED_%s.md", digits));
    add(&variables, "fix", arena_format(&variables.arena, "execution/feedbacks/FIX_%s.md", digits));
    add_execution_sections(&variables, content, percent);
    bool is_done = template_render(text, content->template_text, content->template_name, variables.items,
                                   variables.count, diagnostics);
    arena_release(&variables.arena);
    return is_done;
}

static size_t count_lines(struct span text) {
    size_t count = 0;
    for (struct span line; span_next_line(&text, &line);)
        count++;
    return count;
}

bool content_execution(struct buffer *text, const struct content *content, struct diagnostics *diagnostics) {
    static const size_t percents[] = {250, 190, 145, 110, 85, 65, 50, 38, 25, 15, 0};
    size_t start = text->length;
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        buffer_truncate(text, start);
        if (!render_execution(text, content, percents[i], diagnostics))
            return false;
        if (count_lines(span_skip(buffer_span(text), start)) <= CONTENT_EXECUTION_LINES_MOST)
            return true;
    }
    diagnostics_add(diagnostics, &(struct diagnostic){.code = "template.too_long",
                                                      .message = "an EXECUTION_TASK of this template has more than "
                                                                 "200 lines, whatever is left out",
                                                      .file = content->template_name,
                                                      .hint = "shorten the template's own text"});
    return false;
}

/* --- SUBPLAN --- */

static void add_field(struct variables *variables, const char *name, const struct content *content,
                      enum definition_field field, const char *missing) {
    struct buffer text = {0};
    const struct definition *definition = content->definition;
    if (definition && definition->has_field[field]) {
        const struct definition_text *lines = &definition->fields[field];
        const struct excerpt excerpt = {content->source, content->source_name, lines->value, lines->first, lines->end};
        excerpt_append_text(&text, &excerpt, SUBPLAN_SECTION_LINES_MOST);
    }
    if (text.length == 0)
        buffer_append_format(&text, "[TO BE FILLED: %s]", missing);
    add_buffer(variables, name, &text);
    buffer_release(&text);
}

bool content_subplan(struct buffer *text, const struct content *content, struct diagnostics *diagnostics) {
    struct variables variables = {0};
    struct buffer value = {0};
    add_common(&variables, content);
    add_field(&variables, "objective", content, DEFINITION_GOAL, "what this achievement is for");
    add_field(&variables, "deliverables", content, DEFINITION_DELIVERABLES, "what will exist when it is done");
    add_field(&variables, "approach", content, DEFINITION_APPROACH, "how it will be done, in phases");
    add_field(&variables, "criteria", content, DEFINITION_CRITERIA, "how one can tell that it is done");
    add_field(&variables, "tests", content, DEFINITION_TESTS, "how it will be tested");
    append_dependencies(&value, content, SUBPLAN_LIST_LINES_MOST);
    add_buffer(&variables, "dependencies", &value);
    append_group(&value, content, SUBPLAN_LIST_LINES_MOST);
    add_buffer(&variables, "parallel_group", &value);
    bool is_done = template_render(text, content->template_text, content->template_name, variables.items,
                                   variables.count, diagnostics);
    buffer_release(&value);
    arena_release(&variables.arena);
    return is_done;
}
