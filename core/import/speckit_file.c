#include "import/speckit_file.h"

#include <ctype.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/document.h"
#include "document/list_item.h"
#include "import/list_number.h"

void speckit_file_release(struct speckit_file *file) {
    list_lines_release(&file->lines);
    string_map_release(&file->ids);
    memory_free(file->phases);
    memory_free(file->tasks);
    memory_free(file->sections);
    *file = (struct speckit_file){0};
}

struct outline_place speckit_place(const struct speckit_file *file, size_t line) {
    return (struct outline_place){.file = file->name, .line = (unsigned)line + 1};
}

/* --- a task --- */

static bool take_mark(struct span *text, struct span *inner) {
    const char *close = text->length && text->data[0] == '[' ? memchr(text->data, ']', text->length) : NULL;
    if (!close)
        return false;
    *inner = (struct span){text->data + 1, (size_t)(close - text->data) - 1};
    *text = span_trim(span_skip(*text, inner->length + 2));
    return true;
}

static bool is_story(struct span mark) {
    bool is_number = mark.length > 2 && span_starts_with(mark, "US");
    for (size_t i = 2; i < mark.length; i++)
        is_number &= isdigit((unsigned char)mark.data[i]) != 0;
    return is_number;
}

/* "[P] [US1]" */
static void take_marks(struct speckit_task *task) {
    for (struct span rest = task->text, inner; take_mark(&rest, &inner); task->text = rest)
        if (span_equals(inner, "P") && !task->is_parallel)
            task->is_parallel = true;
        else if (is_story(inner) && !task->story.length)
            task->story = inner;
        else
            return;
}

/* A box at the margin, one with an id, or a heading with an id. */
static bool read_task(struct speckit_task *task, const struct list_line *line) {
    struct list_item box;
    *task = (struct speckit_task){0};
    if (line->is_code)
        return false;
    bool is_box = list_item_read_box(line->heading.length ? line->heading : line->text, &box);
    if (is_box && !list_number_task_id(box.text).length && (box.indentation >= 2 || line->level))
        return false;
    if (!is_box && !(line->level > 1 && list_number_task_id(line->heading).length))
        return false;
    task->text = is_box ? box.text : line->heading;
    task->mark = is_box ? box.mark : (struct span){0};
    task->box = is_box ? box.box : LIST_ITEM_NO_BOX;
    take_marks(task);
    task->id = list_number_take_task_id(&task->text);
    take_marks(task);
    return true;
}

/* --- the lines below a task --- */

static size_t indentation_of(const struct list_line *line) {
    return line->is_empty ? 0 : text_indentation(line->text);
}

/* Where the text of the task in line @at ends: at the next task, heading, or line that is not indented. */
static size_t end_of_task(const struct speckit_file *file, size_t at, bool is_heading) {
    size_t end = at + 1, last = at + 1;
    for (struct speckit_task next; end < file->lines.count; end++) {
        const struct list_line *line = &file->lines.items[end];
        bool is_within_code = line->is_code && end > at + 1 && file->lines.items[end - 1].is_code;
        bool is_below = is_heading || line->is_empty || is_within_code || indentation_of(line) >= 2;
        if (!is_below || line->level || read_task(&next, line))
            break;
        last = line->is_empty ? last : end + 1;
    }
    return last;
}

/* Boxes are criteria, anything else the approach; without the indentation that all have. */
static void read_below(struct speckit_file *file, struct speckit_task *task, size_t end) {
    struct buffer approach = {0}, criteria = {0};
    size_t least = SIZE_MAX;
    for (size_t i = task->line + 1; i < end; i++)
        if (!file->lines.items[i].is_empty && indentation_of(&file->lines.items[i]) < least)
            least = indentation_of(&file->lines.items[i]);
    for (size_t i = task->line + 1; i < end; i++) {
        const struct list_line *line = &file->lines.items[i];
        struct list_item box;
        struct span text = line->text;
        size_t columns = 0;
        if (!line->is_code && list_item_read_box(text, &box)) {
            buffer_append_span(&criteria, span_trim(text));
            buffer_append_byte(&criteria, '\n');
            continue;
        }
        for (; text.length && columns < least && text_is_one_of(text.data[0], " \t"); text = span_skip(text, 1))
            columns += text.data[0] == '\t' ? 4 : 1;
        buffer_append_span(&approach, text);
        buffer_append_byte(&approach, '\n');
    }
    task->approach = outline_take(file->outline, &approach);
    task->criteria = outline_take(file->outline, &criteria);
}

/* --- sections --- */

struct section {
    struct span heading; /* of level 3 */
    size_t block;
    bool is_run; /* the last task had [P], under the same heading */
    struct buffer goal, tests, text;
};

/* A label's value with the lines that go on below it. */
static size_t append_labelled(const struct speckit_file *file, struct buffer *text, size_t at, size_t end,
                              struct span label, struct span value, bool with_label) {
    buffer_append_string(text, text->length ? "\n" : "");
    if (with_label)
        buffer_append_format(text, "%.*s: ", (int)label.length, label.data);
    buffer_append_span(text, value);
    struct span next_label, next_value;
    struct speckit_task task;
    for (at++; at < end; at++) {
        const struct list_line *line = &file->lines.items[at];
        if (line->is_empty || line->level || line->is_code || document_label(line->text, &next_label, &next_value) ||
            read_task(&task, line))
            break;
        buffer_append_format(text, " %.*s", (int)line->text.length, line->text.data);
    }
    return at;
}

static bool is_word(struct span label, const char *word) {
    return label.length == strlen(word) && text_starts_with_word(label, word);
}

/* A line that is no task: purpose and goal, tests, or any other text. Returns the index of the next one. */
static size_t read_text(struct speckit_file *file, struct section *section, size_t at, size_t end) {
    const struct list_line *line = &file->lines.items[at];
    struct span label, value;
    if (!line->is_code && !line->level && document_label(line->text, &label, &value)) {
        if (is_word(label, "Goal") || is_word(label, "Purpose"))
            return append_labelled(file, &section->goal, at, end, label, value, false);
        if (is_word(label, "Independent Test") || is_word(label, "Checkpoint"))
            return append_labelled(file, &section->tests, at, end, label, value, true);
    }
    struct span text = line->is_empty ? (struct span){0} : line->text; /* a rule is none of the phase */
    bool is_after_blank = section->text.length < 2 || section->text.data[section->text.length - 2] == '\n';
    if (text.length || !is_after_blank) {
        buffer_append_span(&section->text, text);
        buffer_append_byte(&section->text, '\n');
    }
    return at + 1;
}

static void add_task(struct speckit_file *file, struct speckit_phase *phase, struct section *section,
                     struct speckit_task *task, size_t line) {
    size_t position = file->task_count;
    bool is_beside = task->is_parallel && section->is_run;
    section->block += phase->task_count && !is_beside ? 1 : 0;
    section->is_run = task->is_parallel;
    task->line = line;
    task->heading = section->heading;
    task->phase = file->phase_count - 1;
    task->position = ++phase->task_count;
    task->block = section->block;
    *LIST_ADD(file->tasks, file->task_count, file->task_capacity) = *task;
    if (!task->id.length)
        return;
    const char *id = outline_copy(file->outline, task->id);
    if (!string_map_add(&file->ids, id, &position))
        outline_remedy(
            file->outline, OUTLINE_NONE, speckit_place(file, line), "task.id",
            outline_text(file->outline, "%s occurs twice; first in line %zu", id, file->tasks[position].line + 1),
            "both are kept, and an edge to this id means the first");
}

static void read_phase(struct speckit_file *file, size_t first, size_t end) {
    struct speckit_phase *phase = &file->phases[file->phase_count - 1];
    struct section section = {0};
    struct speckit_task task;
    phase->first_task = file->task_count;
    for (size_t i = first; i < end && file->task_count <= OUTLINE_ITEMS_MOST;) {
        const struct list_line *line = &file->lines.items[i];
        if (read_task(&task, line)) {
            add_task(file, phase, &section, &task, i);
            size_t last = end_of_task(file, i, line->level > 0);
            read_below(file, &file->tasks[file->task_count - 1], last);
            i = last;
        } else if (line->level) {
            section.heading = line->heading;
            section.is_run = false;
            i++;
        } else {
            i = read_text(file, &section, i, end);
        }
    }
    phase->goal = outline_take(file->outline, &section.goal);
    phase->tests = outline_take(file->outline, &section.tests);
    phase->text = outline_take(file->outline, &section.text);
}

static bool has_tasks(const struct speckit_file *file, size_t first, size_t end) {
    for (struct speckit_task task; first < end; first++)
        if (read_task(&task, &file->lines.items[first]))
            return true;
    return false;
}

static bool speaks_of_dependencies(struct span heading) {
    static const char *const words[] = {"Dependencies", "dependencies", "DEPENDENCIES", "依賴", "依赖", "依存"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(heading.data, heading.length, words[i], strlen(words[i])))
            return true;
    return false;
}

/* A section of level 2, or what is before the first one: its heading is the line before @first, but at the start. */
static void read_section(struct speckit_file *file, size_t first, size_t end, size_t *number) {
    bool is_start = first == 0;
    struct span heading = is_start ? (struct span){0} : file->lines.items[first - 1].heading;
    if (!is_start && speaks_of_dependencies(heading))
        *LIST_ADD(file->sections, file->section_count, file->section_capacity) = (struct speckit_section){first, end};
    if (!has_tasks(file, first, end)) {
        list_lines_quote(file->outline, &file->lines, first, end);
        return;
    }
    *LIST_ADD(file->phases, file->phase_count, file->phase_capacity) = (struct speckit_phase){
        .line = is_start ? 0 : first - 1, .heading = heading, .number = is_start ? 0 : ++*number};
    read_phase(file, first, end);
}

void speckit_file_read(struct speckit_file *file, struct outline *outline, const struct source_file *source) {
    *file = (struct speckit_file){.outline = outline, .name = source->name};
    list_lines_read(&file->lines, source->text);
    size_t number = 0, first = 0;
    for (size_t i = 0; i <= file->lines.count; i++) {
        struct speckit_task task;
        bool is_end = i == file->lines.count;
        if (!is_end && (file->lines.items[i].level != 2 || read_task(&task, &file->lines.items[i])))
            continue;
        if (i > 0)
            read_section(file, first, i, &number);
        first = i + 1;
    }
}
