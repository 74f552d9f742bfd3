#include "import/speckit.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/list_item.h"
#include "document/plan_document.h"
#include "import/list_lines.h"
#include "import/list_number.h"
#include "import/order_words.h"
#include "import/speckit_file.h"
#include "import/speckit_order.h"

/* --- titles --- */

/* Takes "(depends on T007)" off the end of a title. */
static struct span without_dependency(struct span text) {
    size_t at = 0, open;
    for (struct span inner; order_words_next_bracket(text, &at, &open, &inner);)
        if (span_trim(span_skip(text, at)).length == 0 && order_words_take_after(&inner))
            return span_trim((struct span){text.data, open});
    return text;
}

/* What a phase is, for each of its tasks: its heading, the heading above the task, and its goal. */
static const char *context_of(struct speckit_file *file, const struct speckit_task *task) {
    const struct speckit_phase *phase = &file->phases[task->phase];
    struct buffer text = {0};
    buffer_append_span(&text, phase->heading);
    if (task->heading.length)
        buffer_append_format(&text, "%s%.*s", text.length ? "; " : "", (int)task->heading.length, task->heading.data);
    if (phase->goal)
        buffer_append_format(&text, "%s%s", text.length ? "; " : "", phase->goal);
    return outline_take(file->outline, &text);
}

static const char *remark_of(struct outline *outline, const struct speckit_task *task) {
    struct buffer text = {0};
    if (task->box == LIST_ITEM_TICKED_BOX || task->box == LIST_ITEM_OTHER_BOX)
        buffer_append_format(&text, "status \"[%.*s]\"", (int)task->mark.length, task->mark.data);
    if (task->is_parallel)
        buffer_append_format(&text, "%s[P]", text.length ? ", " : "");
    if (task->story.length)
        buffer_append_format(&text, "%s[%.*s]", text.length ? ", " : "", (int)task->story.length, task->story.data);
    return outline_take(outline, &text);
}

/* --- states --- */

static void set_state(struct outline *outline, struct outline_item *item, const struct speckit_task *task) {
    bool is_usual = task->box == LIST_ITEM_NO_BOX || task->box == LIST_ITEM_OPEN_BOX;
    item->state = task->box == LIST_ITEM_TICKED_BOX ? OUTLINE_FINISHED : OUTLINE_OPEN;
    item->is_usual = is_usual;
    item->word = is_usual ? NULL : outline_text(outline, "[%.*s]", (int)task->mark.length, task->mark.data);
}

static void report_doubled(struct speckit_file *file) {
    for (size_t i = 0; i < file->task_count; i++) {
        const struct speckit_task *task = &file->tasks[i];
        if (task->doubled_line)
            outline_remedy(file->outline, task->item, speckit_place(file, task->line), "task.id",
                           outline_text(file->outline, "%.*s occurs twice; first in line %zu", (int)task->id.length,
                                        task->id.data, task->doubled_line),
                           "both are kept, and an edge to this id means the first");
    }
}

/* --- by task --- */

static void fill_task(struct speckit_file *file, struct speckit_task *task) {
    struct outline *outline = file->outline;
    struct outline_item *item = &outline->items[task->item];
    struct span title = without_dependency(task->text);
    item->id = task->id.length ? outline_copy(outline, task->id) : NULL;
    item->title = outline_copy(outline, title.length ? title : task->text);
    item->group = file->phases[task->phase].number;
    item->member = task->position;
    item->fields[DEFINITION_GOAL] = outline_copy(outline, task->text);
    item->fields[DEFINITION_APPROACH] = task->approach;
    item->fields[DEFINITION_CRITERIA] = task->criteria;
    item->context = context_of(file, task);
    item->remark = remark_of(outline, task);
    set_state(outline, item, task);
    if (span_trim(span_of(item->title)).length)
        return;
    item->title = outline_text(outline, "Task %s", item->id ? item->id : "without text");
    outline_warn(outline, item->place, "task.title",
                 outline_text(outline, "this has no title, and is called \"%s\"", item->title), NULL);
}

static void fill_by_task(struct speckit_file *file) {
    for (size_t i = 0; i < file->task_count; i++) {
        struct speckit_task *task = &file->tasks[i];
        task->item = outline_add(file->outline, speckit_place(file, task->line));
        if (task->item == OUTLINE_NONE)
            return;
        fill_task(file, task);
    }
    for (size_t i = 0; i < file->phase_count; i++) {
        const struct speckit_phase *phase = &file->phases[i];
        uint32_t first = file->tasks[phase->first_task].item;
        uint32_t last = file->tasks[phase->first_task + phase->task_count - 1].item;
        if (phase->text)
            outline_note(file->outline, first, "Text of the phase", span_of(phase->text));
        file->outline->items[last].fields[DEFINITION_TESTS] = phase->tests;
    }
}

/* --- by phase --- */

/* @before: the task before it in the phase, or NULL. */
static void append_task(struct buffer *text, const struct speckit_task *task, const struct speckit_task *before,
                        bool is_told) {
    bool is_ticked = task->box == LIST_ITEM_TICKED_BOX;
    if (task->heading.length && (!before || before->heading.data != task->heading.data))
        buffer_append_format(text, "\n%.*s:\n\n", (int)task->heading.length, task->heading.data);
    buffer_append_string(text, "- ");
    if (task->id.length)
        buffer_append_format(text, "%.*s ", (int)task->id.length, task->id.data);
    if (task->is_parallel)
        buffer_append_string(text, "[P] ");
    if (task->story.length)
        buffer_append_format(text, "[%.*s] ", (int)task->story.length, task->story.data);
    buffer_append_span(text, task->text);
    if (task->box == LIST_ITEM_OTHER_BOX)
        buffer_append_format(text, " (marked [%.*s] there)", (int)task->mark.length, task->mark.data);
    buffer_append_string(text, is_ticked && is_told ? " (ticked there)\n" : "\n");
    const char *const parts[] = {task->approach, task->criteria};
    for (size_t i = 0; i < 2; i++)
        for (struct span rest = span_of(parts[i]), line; span_next_line(&rest, &line);)
            buffer_append_format(text, "  %.*s\n", (int)line.length, line.data);
}

/* Finished if all its tasks are; what is said of a task's other marks is in the list. */
static void fill_phase(struct speckit_file *file, struct speckit_phase *phase) {
    struct outline *outline = file->outline;
    struct outline_item *item = &outline->items[phase->item];
    struct buffer ids = {0}, approach = {0};
    size_t ticked = 0;
    for (size_t i = 0; i < phase->task_count; i++) {
        const struct speckit_task *task = &file->tasks[phase->first_task + i];
        ticked += task->box == LIST_ITEM_TICKED_BOX;
        if (task->id.length)
            buffer_append_format(&ids, "%.*s\n", (int)task->id.length, task->id.data);
        else
            buffer_append_format(&ids, "%s:%zu\n", outline->source, task->line + 1);
    }
    bool is_finished = ticked == phase->task_count;
    for (size_t i = 0; i < phase->task_count; i++)
        append_task(&approach, &file->tasks[phase->first_task + i], i ? &file->tasks[phase->first_task + i - 1] : NULL,
                    !is_finished);
    item->ids = outline_take(outline, &ids);
    item->group = phase->number;
    item->title = phase->heading.length ? outline_copy(outline, phase->heading) : "Tasks before the first phase";
    item->fields[DEFINITION_GOAL] = phase->goal;
    item->fields[DEFINITION_APPROACH] = outline_take(outline, &approach);
    item->fields[DEFINITION_TESTS] = phase->tests;
    item->state = is_finished ? OUTLINE_FINISHED : OUTLINE_OPEN;
    item->word = is_finished ? "all tasks ticked" : NULL;
    if (phase->text)
        outline_note(outline, phase->item, "Text of the phase", span_of(phase->text));
}

static void fill_by_phase(struct speckit_file *file) {
    for (size_t i = 0; i < file->phase_count; i++) {
        struct speckit_phase *phase = &file->phases[i];
        phase->item = outline_add(file->outline, speckit_place(file, phase->line));
        if (phase->item == OUTLINE_NONE)
            return;
        fill_phase(file, phase);
        for (size_t k = 0; k < phase->task_count; k++)
            file->tasks[phase->first_task + k].item = phase->item;
    }
}

/* --- the whole --- */

static void report_size(const struct speckit_file *file) {
    enum { USUAL_TASKS = 30 };
    if (file->task_count > USUAL_TASKS && !file->outline->options->by_phase)
        outline_warn(file->outline, (struct outline_place){0}, "import.size",
                     outline_text(file->outline, "%zu tasks become %zu achievements, each with a SUBPLAN and a review",
                                  file->task_count, file->task_count),
                     outline_text(file->outline, "--by phase makes %zu", file->phase_count));
}

static void report_beside(struct outline *outline, const struct source *source) {
    if (source->beside)
        outline_warn(outline, (struct outline_place){0}, "import.beside",
                     outline_text(outline, "beside it, and not imported: %s", source->beside), NULL);
}

bool speckit_read(struct outline *outline, const struct source *source, struct error *error) {
    struct speckit_file file;
    (void)error;
    speckit_file_read(&file, outline, &source->files[0]);
    if (outline->options->by_phase)
        fill_by_phase(&file);
    else
        fill_by_task(&file);
    if (!outline->is_too_large) {
        report_doubled(&file);
        speckit_order_add(&file);
    }
    if (file.task_count == 0)
        outline_error(outline, (struct outline_place){.file = source->files[0].name}, "task.format",
                      "there are no tasks in it", "a task is a line such as \"- [ ] T001 Text\"");
    report_size(&file);
    report_beside(outline, source);
    speckit_file_release(&file);
    return true;
}
