#include "batch/rework_document.h"

#include "base/auto.h"
#include "base/text.h"
#include "document/excerpt.h"
#include "document/fix.h"
#include "document/iteration_log.h"
#include "format/prose.h"
#include "format/template.h"

/* How the lines are shared, as in task_document.c. */
static const struct {
    size_t objective, points, entry, criteria, dependencies, group;
} full_shares = {12, 80, 36, 16, 8, 8};

static const char *const required[] = {"id", "rework_of", "objective", "points", NULL};

static void add_points(struct variables *variables, const struct rework_document *rework, size_t most) {
    AUTO(buffer) text = {0};
    if (fix_append_points(&text, rework->fix, rework->fix_name, most) == 0)
        buffer_append_format(&text, "- [ ] Find out from the reviewer what has to be fixed: %s says nothing",
                             rework->fix_name);
    variables_add_text(variables, "points", &text);
}

static void append_lines(struct buffer *text, const struct document *document) {
    size_t count = document->markdown.line_count;
    buffer_append_format(text, " (%zu line%s)", count, text_plural(count));
}

static void append_path(struct buffer *text, const char *folder, const char *name) {
    AUTO(buffer) path = {0};
    buffer_append_format(&path, "%s/%s", folder, name);
    prose_append_code(text, buffer_span(&path));
}

static void add_sources(struct variables *variables, const struct rework_document *rework) {
    AUTO(buffer) text = {0}, others = {0};
    buffer_append_format(&text, "1. `execution/feedbacks/%s`", rework->fix_name);
    append_lines(&text, rework->fix);
    fix_append_others(&others, rework->fix);
    if (others.length)
        buffer_append_format(&text, ": the points above, and %s", buffer_text(&others));
    if (rework->previous) {
        buffer_append_string(&text, "\n2. ");
        append_path(&text, "execution", rework->previous_name);
        append_lines(&text, rework->previous);
        buffer_append_string(&text, ": the work that was sent back");
    }
    buffer_append_format(&text, "\n%d. ", rework->previous ? 3 : 2);
    append_path(&text, "subplans", rework->content.source_name);
    append_lines(&text, rework->content.source);
    buffer_append_string(&text, ": the design, where the above leaves something open");
    variables_add_text(variables, "sources", &text);
}

static void add_last_entry(struct variables *variables, const struct rework_document *rework, size_t most) {
    AUTO(buffer) text = {0};
    struct iteration_log_entry last = rework->previous ? iteration_log_last(rework->previous, rework->previous_name)
                                                       : (struct iteration_log_entry){0};
    if (last.title.length) {
        buffer_append_string(&text, "**");
        prose_append_words(&text, last.title);
        buffer_append_string(&text, "** (");
        excerpt_append_place(&text, rework->previous_name, last.line, last.text.end);
        buffer_append_string(&text, "):\n\n");
        excerpt_append_told(&text, &last.text, most);
    } else if (!rework->previous) {
        buffer_append_string(&text, "There is no earlier EXECUTION_TASK.");
    } else {
        buffer_append_string(&text, "The log of ");
        prose_append_words(&text, span_of(rework->previous_name));
        buffer_append_string(&text, iteration_log_exists(rework->previous) ? " is empty." : " is missing.");
    }
    variables_add_text(variables, "last_entry", &text);
}

static bool render(struct buffer *text, const void *data, size_t percent, struct diagnostics *diagnostics) {
    const struct rework_document *rework = data;
    const struct task_document *content = &rework->content;
    AUTO(variables) variables = {0};
    AUTO(buffer) value = {0};
    task_document_add_common(&variables, content);
    task_document_add_task(&variables, content);
    fix_append_mark(&value, rework->fix_name, rework->fix_sha);
    variables_add_text(&variables, "rework_of", &value);
    variables_add_words(&variables, "previous", rework->previous ? rework->previous_name : "none");
    task_document_add_section(&variables, "objective", content, SECTION_OBJECTIVE, excerpt_append_text,
                              task_document_scaled(full_shares.objective, percent), "objective");
    task_document_add_section(&variables, "criteria", content, SECTION_CRITERIA, excerpt_append_checklist,
                              task_document_scaled(full_shares.criteria, percent), "success criteria");
    add_points(&variables, rework, task_document_scaled(full_shares.points, percent));
    add_sources(&variables, rework);
    add_last_entry(&variables, rework, task_document_scaled(full_shares.entry, percent));
    task_document_append_dependencies(&value, content->plan, content->position,
                                      task_document_scaled(full_shares.dependencies, percent));
    variables_add_text(&variables, "dependencies", &value);
    task_document_append_group(
        &value, content->plan, content->position, task_document_scaled(full_shares.group, percent),
        "Stay within the points above and the deliverables of the SUBPLAN: each of the others changes "
        "only the files of its deliverables.");
    variables_add_text(&variables, "parallel_group", &value);
    variables_require(&variables, required);
    return variables_render(&variables, text, content->template_text, content->template_name, diagnostics);
}

bool rework_document_append(struct buffer *text, const struct rework_document *rework,
                            struct diagnostics *diagnostics) {
    size_t start = text->length;
    AUTO(document) made = {0};
    if (!task_document_fit(text, render, rework, rework->content.template_name, diagnostics))
        return false;
    document_parse(&made, span_skip(buffer_span(text), start));
    bool is_answer = fix_is_answered_by(&made, rework->fix_name, rework->fix_sha);
    if (!is_answer)
        diagnostics_add(diagnostics, &(struct diagnostic){.code = "template.no_answer",
                                                          .message = "the header has no line \"**" FIX_LABEL
                                                                     "**: {{rework_of}}\", which says what is answered",
                                                          .file = rework->content.template_name,
                                                          .hint = "put that line above the first heading of level 2"});
    return is_answer;
}
