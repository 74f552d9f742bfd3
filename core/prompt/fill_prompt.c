#include "prompt/fill_prompt.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/task_document.h"
#include "document/document.h"
#include "format/markdown.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/standing.h"
#include "prompt/neighbours.h"

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

bool fill_prompt_append(struct buffer *text, const struct prompt_builder *builder, size_t position,
                        struct error *error) {
    static const char *const required[] = {"id", "file", "definition", "markers", NULL};
    const struct standing *standing = &builder->plan->standings[position];
    AUTO(variables) variables = {0};
    AUTO(buffer) value = {0};
    AUTO(prompt_source) subplan = {0};
    if (!prompt_source_read(&subplan, builder, standing->subplan_file, error))
        return false;
    prompt_builder_add_common(&variables, builder, position, NULL);
    variables_add_line(&variables, "file", subplan.path);
    variables_add_line(&variables, "lines", arena_format(&variables.arena, "%zu", prompt_source_lines(&subplan)));
    variables_add_line(&variables, "state", subplan_state_name(standing->subplan));
    append_markers(&value, &subplan.document);
    bool has_markers = value.length > 0;
    append_missing(&value, &subplan.document);
    if (has_markers)
        buffer_append_string(&value,
                             "\n\nReplace each marker that is named, its brackets included, by what it asks for.");
    variables_add_text(&variables, "markers", &value);
    prompt_builder_add_definition(&variables, builder, position);
    prompt_builder_append_basis(&value, builder->plan, position,
                                "Design for what these make, not for what you would like them to make.");
    variables_add_text(&variables, "dependencies", &value);
    task_document_append_group(
        &value, builder->plan, position, NEIGHBOURS_MOST,
        "No two of them may change the same lines of a file. Where you cannot avoid touching a file "
        "that another one owns, say so under \"Approach\".");
    variables_add_text(&variables, "parallel_group", &value);
    bool is_done = prompt_builder_render(text, &variables, builder, required, error);
    return is_done;
}
