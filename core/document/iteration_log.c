#include "document/iteration_log.h"

#include "base/text.h"
#include "format/markdown.h"

/* Does the line say anything: no heading, no rule, no label that still waits for its value? */
static bool says_something(const struct markdown_line *line) {
    struct span label, value, text = span_trim(line->text);
    if (document_is_empty_line(text) || (!line->is_code && text.data[0] == '#'))
        return false;
    return line->is_code || !document_label(text, &label, &value) || value.length > 0;
}

static bool has_text(const struct document *task, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (says_something(&task->markdown.lines[i]))
            return true;
    return false;
}

static bool is_log(const struct markdown_section *section) {
    return section->level <= 3 &&
           (text_has_word(section->title, "iteration log") || text_has_word(section->title, "iterations log"));
}

static struct iteration_log_entry iteration_at(const struct document *task, const char *name,
                                               const struct markdown_section *section) {
    return (struct iteration_log_entry){section->title, section->line, excerpt_of_section(task, name, section)};
}

/* Of the log itself: its entries are the sections one level down. */
static struct iteration_log_entry last_entry(const struct document *task, const char *name,
                                             const struct markdown_section *log) {
    const struct markdown *markdown = &task->markdown;
    const struct markdown_section *last = NULL;
    unsigned level = 7;
    for (size_t i = 0; i < markdown->section_count; i++) {
        const struct markdown_section *section = &markdown->sections[i];
        if (section->line <= log->line || section->line >= log->end || section->level > level)
            continue;
        if (section->level < level)
            last = NULL; /* those before it were but parts of something */
        level = section->level;
        if (has_text(task, section->line + 1, section->end))
            last = section;
    }
    if (last)
        return iteration_at(task, name, last);
    return has_text(task, log->line + 1, log->end) ? iteration_at(task, name, log) : (struct iteration_log_entry){0};
}

struct iteration_log_entry iteration_log_last(const struct document *task, const char *name) {
    for (size_t i = task->markdown.section_count; i-- > 0;) {
        const struct markdown_section *section = &task->markdown.sections[i];
        struct iteration_log_entry last =
            is_log(section) ? last_entry(task, name, section) : (struct iteration_log_entry){0};
        if (last.title.length)
            return last;
    }
    return (struct iteration_log_entry){0};
}

bool iteration_log_exists(const struct document *task) {
    for (size_t i = 0; i < task->markdown.section_count; i++)
        if (is_log(&task->markdown.sections[i]))
            return true;
    return false;
}
