#include "batch/rework_document.h"

#include "base/text.h"
#include "document/excerpt.h"
#include "document/fix.h"
#include "document/iteration_log.h"
#include "document/list_item.h"
#include "format/prose.h"
#include "format/template.h"

/* How the lines are shared, as in task_document.c. */
static const struct {
    size_t objective, points, entry, criteria, dependencies, group;
} full_shares = {12, 80, 36, 16, 8, 8};

static const char *const required[] = {"id", "rework_of", "objective", "points", NULL};

/* Of several, each under its name. */
static void add_points(struct variables *variables, const struct rework_document *rework, size_t most) {
    struct buffer text = {0};
    for (size_t i = 0; i < rework->fix_count; i++) {
        const struct rework_fix *fix = &rework->fixes[i];
        if (rework->fix_count > 1)
            buffer_append_format(&text, "%s`%s`:\n\n", i ? "\n\n" : "", fix->name);
        if (fix_append_points(&text, &fix->document, fix->name, most / rework->fix_count) == 0)
            buffer_append_format(
                &text, LIST_ITEM_OPEN "Find out from the reviewer what has to be fixed: %s says nothing", fix->name);
    }
    variables_add_text(variables, "points", &text);
    buffer_release(&text);
}

static void add_answered(struct variables *variables, const struct rework_document *rework) {
    struct buffer text = {0};
    for (size_t i = 0; i < rework->fix_count; i++) {
        buffer_append_string(&text, i ? "\n**" FIX_LABEL "**: " : "");
        fix_append_mark(&text, rework->fixes[i].name, rework->fixes[i].sha);
    }
    variables_add_text(variables, "rework_of", &text);
    buffer_release(&text);
}

static void append_lines(struct buffer *text, const struct document *document) {
    size_t count = document->markdown.line_count;
    buffer_append_format(text, " (%zu line%s)", count, text_plural(count));
}

static void append_path(struct buffer *text, const char *folder, const char *name) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/%s", folder, name);
    prose_append_code(text, buffer_span(&path));
    buffer_release(&path);
}

static void add_sources(struct variables *variables, const struct rework_document *rework) {
    struct buffer text = {0}, others = {0};
    size_t number = 0;
    for (size_t i = 0; i < rework->fix_count; i++) {
        const struct rework_fix *fix = &rework->fixes[i];
        buffer_append_format(&text, "%s%zu. `execution/feedbacks/%s`", i ? "\n" : "", ++number, fix->name);
        append_lines(&text, &fix->document);
        buffer_clear(&others);
        fix_append_others(&others, &fix->document);
        if (others.length)
            buffer_append_format(&text, ": the points above, and %s", buffer_text(&others));
    }
    if (rework->previous) {
        buffer_append_format(&text, "\n%zu. ", ++number);
        append_path(&text, "execution", rework->previous_name);
        append_lines(&text, rework->previous);
        buffer_append_string(&text, ": the work that was sent back");
    }
    buffer_append_format(&text, "\n%zu. ", ++number);
    append_path(&text, "subplans", rework->content.source_name);
    append_lines(&text, rework->content.source);
    buffer_append_string(&text, ": the design, where the above leaves something open");
    variables_add_text(variables, "sources", &text);
    buffer_release(&text);
    buffer_release(&others);
}

static void add_last_entry(struct variables *variables, const struct rework_document *rework, size_t most) {
    struct buffer text = {0};
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
    buffer_release(&text);
}

static bool render(struct buffer *text, const void *data, size_t percent, struct diagnostics *diagnostics) {
    const struct rework_document *rework = data;
    const struct task_document *content = &rework->content;
    struct variables variables = {0};
    struct buffer value = {0};
    task_document_add_common(&variables, content);
    task_document_add_task(&variables, content);
    add_answered(&variables, rework);
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
    bool is_done = variables_render(&variables, text, content->template_text, content->template_name, diagnostics);
    buffer_release(&value);
    variables_release(&variables);
    return is_done;
}

bool rework_document_append(struct buffer *text, const struct rework_document *rework,
                            struct diagnostics *diagnostics) {
    size_t start = text->length;
    struct document made;
    if (!task_document_fit(text, render, rework, rework->content.template_name, diagnostics))
        return false;
    document_parse(&made, span_skip(buffer_span(text), start));
    bool is_answer = true;
    for (size_t i = 0; i < rework->fix_count; i++)
        is_answer &= fix_is_answered_by(&made, rework->fixes[i].name, rework->fixes[i].sha);
    document_release(&made);
    if (!is_answer)
        diagnostics_add(diagnostics, &(struct diagnostic){.code = "template.no_answer",
                                                          .message = "the header has no line \"**" FIX_LABEL
                                                                     "**: {{rework_of}}\", which says what is answered",
                                                          .file = rework->content.template_name,
                                                          .hint = "put that line above the first heading of level 2"});
    return is_answer;
}
