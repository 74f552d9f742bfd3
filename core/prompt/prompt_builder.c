#include "prompt/prompt_builder.h"

#include <stdint.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "batch/task_document.h"
#include "claims/claim.h"
#include "document/conflict.h"
#include "document/names.h"
#include "format/markdown.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/graph.h"
#include "plan/standing.h"

/* @path may be NULL: then the source is empty. */
bool prompt_source_read(struct prompt_source *source, const struct prompt_builder *builder, const char *path,
                        struct error *error) {
    AUTO(buffer) text = {0};
    *source = (struct prompt_source){.path = path};
    if (!path)
        return true;
    if (!files_read(builder->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error))
        return false;
    document_parse(&source->document, buffer_span(&text));
    return conflict_check(source->document.conflict_line, path, builder->severity, builder->diagnostics, error);
}

void prompt_source_release(struct prompt_source *source) {
    document_release(&source->document);
}

size_t prompt_source_lines(const struct prompt_source *source) {
    return source->document.markdown.line_count;
}

const struct achievement *prompt_builder_achievement(const struct prompt_builder *builder, size_t position) {
    return &builder->plan->dependencies.achievements[position];
}

const struct definition *prompt_builder_definition(const struct prompt_builder *builder, size_t position) {
    return plan_document_find(builder->definitions, prompt_builder_achievement(builder, position)->id);
}

/* {{path}}, {{plan_file}}, {{reference}}, {{workspace}} and what task_document.h has in common. */
void prompt_builder_add_common(struct variables *variables, const struct prompt_builder *builder, size_t position,
                               const struct sub_execution *part) {
    const struct plan *plan = builder->plan;
    const struct task_document content = {
        .plan = plan, .position = position, .part = part, .definition = prompt_builder_definition(builder, position)};
    task_document_add_common(variables, &content);
    variables_add_line(variables, "path", plan->path);
    variables_add_line(variables, "plan_file", plan->plan_file ? plan->plan_file : "none");
    variables_add_line(variables, "reference", plan->reference);
    variables_add_line(variables, "workspace", builder->workspace);
}

bool prompt_builder_render(struct buffer *text, struct variables *variables, const struct prompt_builder *builder,
                           const char *const *required, struct error *error) {
    variables_require(variables, required);
    return variables_render(variables, text, builder->form.text, builder->form.name, builder->diagnostics) ||
           error_set(error, ERROR_INVALID, "the template %s cannot be used", builder->form.name);
}

void prompt_builder_append_holder(struct buffer *text, const struct prompt_builder *builder, size_t position) {
    const struct claim_situation *situation = claim_overview_find(builder->claims, position);
    if (!situation || situation->state != CLAIM_HELD)
        return;
    const struct claim_holding *held = &situation->entry->record.held;
    buffer_append_string(text, " (");
    prose_append_words(text, span_of(held->by));
    buffer_append_format(text, " %s it)", claim_kind_deed(held->kind));
}

void prompt_builder_append_fence(struct buffer *text, const struct document *document, size_t first, size_t end) {
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

void prompt_builder_add_definition(struct variables *variables, const struct prompt_builder *builder, size_t position) {
    const struct definition *definition = prompt_builder_definition(builder, position);
    const struct document *document = builder->plan_document;
    AUTO(buffer) text = {0};
    if (definition) {
        size_t end = definition->end;
        prose_append_code(&text, span_of(builder->plan->plan_file));
        buffer_append_format(&text, ", lines %zu-%zu:\n\n", definition->line + 1, end);
        prompt_builder_append_fence(&text, document, definition->line, end);
        buffer_append_string(&text, "markdown\n");
        for (size_t i = definition->line; i < end; i++) {
            buffer_append_span(&text, document->markdown.lines[i].text);
            buffer_append_byte(&text, '\n');
        }
        prompt_builder_append_fence(&text, document, definition->line, end);
    } else {
        buffer_append_format(&text, "The PLAN does not define achievement %s: all there is about it is its title.",
                             prompt_builder_achievement(builder, position)->id);
    }
    variables_add_text(variables, "definition", &text);
}

/* Each dependency with its documents, then what they are for: @rule. */
void prompt_builder_append_basis(struct buffer *text, const struct plan *plan, size_t position, const char *rule) {
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
