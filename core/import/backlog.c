#include "import/backlog.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/names.h"
#include "import/backlog_body.h"
#include "import/front_matter.h"
#include "import/json_text.h"
#include "import/task_id.h"

struct task {
    const struct source_file *file;
    struct front_matter matter;
    struct span body;
    const char *text; /* its id, as it is written */
    unsigned line;    /* of its id */
    struct task_id id;
    uint32_t item;
};

struct reader {
    struct outline *outline;
    struct task *tasks; /* ordered by id */
    size_t count, capacity;
    struct string_map keys, digits; /* "task-7.2", "7.2" -> a task */
    struct string_map prefixes;     /* of tasks */
    struct string_map done, aside;  /* keys of what was filed away */
    struct string_map places;       /* "7.2": ids of achievements that are taken */
    struct string_map highest;      /* "7" -> position among the numbers below */
    uint64_t *highest_members;
    size_t highest_count, highest_capacity;
    uint64_t highest_group;
    const char *first_status, *last_status;
    struct buffer others; /* files that are no tasks */
    size_t other_count;
};

#define text_of(reader, ...) outline_text((reader)->outline, __VA_ARGS__)

static bool is_one_of(const char *key, const char *const *keys) {
    for (; *keys; keys++)
        if (strcasecmp(key, *keys) == 0)
            return true;
    return false;
}

static struct outline_place place_of(const struct task *task, unsigned line) {
    return (struct outline_place){.file = task->file->name, .line = line};
}

/* --- files --- */

static void note_other(struct reader *reader, const struct source_file *file) {
    enum { NAMES_SHOWN = 10 };
    if (reader->other_count++ < NAMES_SHOWN)
        buffer_append_format(&reader->others, "%s%s", reader->others.length ? ", " : "", names_base(file->name));
}

static void read_task(struct reader *reader, const struct source_file *file) {
    struct task task = {.file = file};
    unsigned body_line;
    enum front_matter_end end = front_matter_read(&task.matter, file->text, &task.body, &body_line);
    const struct front_matter_entry *id = front_matter_find(&task.matter, "id");
    if (end == FRONT_MATTER_OPEN)
        outline_error(reader->outline, (struct outline_place){.file = file->name, .line = 1}, "task.format",
                      "the front matter does not end", "it ends with a line \"---\"");
    else if (end == FRONT_MATTER_NONE || !id || !id->count || !id->values[0][0])
        note_other(reader, file);
    else {
        task.text = outline_copy(reader->outline, span_of(id->values[0]));
        task.line = id->line;
        task.id = task_id_read(&reader->outline->arena, task.text);
        *LIST_ADD(reader->tasks, reader->count, reader->capacity) = task;
        return;
    }
    front_matter_release(&task.matter);
}

/* What was filed away: only its id counts. */
static void read_filed(struct reader *reader, const struct source_file *file) {
    AUTO(front_matter) matter = {0};
    struct span body;
    unsigned body_line;
    size_t position = 0;
    front_matter_read(&matter, file->text, &body, &body_line);
    const char *text = front_matter_value(&matter, "id");
    if (!text)
        return;
    struct task_id id = task_id_read(&reader->outline->arena, text);
    string_map_add(file->role == SOURCE_DONE ? &reader->done : &reader->aside,
                   task_id_key(&reader->outline->arena, &id), &position);
}

static void read_settings(struct reader *reader, const struct source_file *file) {
    AUTO(front_matter) matter = {0};
    front_matter_read_all(&matter, file->text);
    const struct front_matter_entry *statuses = front_matter_find(&matter, "statuses");
    if (!statuses || statuses->is_text || !statuses->count)
        return;
    reader->first_status = outline_copy(reader->outline, span_of(statuses->values[0]));
    reader->last_status = outline_copy(reader->outline, span_of(statuses->values[statuses->count - 1]));
}

static int compare_tasks(const void *a, const void *b) {
    const struct task *left = a, *right = b;
    int order = task_id_compare(&left->id, &right->id);
    return order ? order : strcmp(left->file->name, right->file->name);
}

static void read_files(struct reader *reader, const struct source *source) {
    for (size_t i = 0; i < source->count; i++) {
        const struct source_file *file = &source->files[i];
        if (file->role == SOURCE_LIST && reader->count <= OUTLINE_ITEMS_MOST)
            read_task(reader, file);
        else if (file->role == SOURCE_SETTING)
            read_settings(reader, file);
        else if (file->role != SOURCE_LIST)
            read_filed(reader, file);
    }
    if (reader->count)
        qsort(reader->tasks, reader->count, sizeof *reader->tasks, compare_tasks);
}

/* --- fields --- */

static void join_values(struct buffer *text, const struct front_matter_entry *entry) {
    for (size_t i = 0; i < entry->count; i++)
        buffer_append_format(text, "%s%s", i ? ", " : "", entry->values[i]);
}

static void read_fields(struct reader *reader, const struct task *task) {
    static const char *const elsewhere[] = {
        "id", "title", "status", "priority", "dependencies", "created_date", "updated_date", "parent_task_id", NULL};
    static const char *const known[] = {"references", "documentation", "labels", "assignee",
                                        "milestone",  "ordinal",       NULL};
    for (size_t i = 0; i < task->matter.count; i++) {
        const struct front_matter_entry *entry = &task->matter.entries[i];
        AUTO(buffer) value = {0};
        join_values(&value, entry);
        if (!value.length || (is_one_of(entry->key, elsewhere) && !entry->is_text))
            continue;
        const char *label = outline_copy(reader->outline, span_of(*entry->key ? entry->key : "front matter"));
        if (is_one_of(entry->key, known) && !entry->is_text)
            outline_note(reader->outline, task->item, label, buffer_span(&value));
        else
            outline_note_field(reader->outline, task->item, label, buffer_span(&value));
    }
}

static void read_remark(struct reader *reader, const struct task *task, struct outline_item *item) {
    static const struct {
        const char *key, *format;
    } rows[] = {{"status", "status \"%s\""},
                {"priority", "priority \"%s\""},
                {"created_date", "created %s"},
                {"updated_date", "updated %s"}};
    struct buffer remark = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        outline_append_remark(&remark, rows[i].format, front_matter_value(&task->matter, rows[i].key));
    item->remark = outline_take(reader->outline, &remark);
}

static void read_state(struct reader *reader, const struct task *task, struct outline_item *item) {
    static const char *const finished[] = {"done", "completed", "closed", NULL};
    static const char *const given_up[] = {"won't do", "wontfix", "skipped", "cancelled", "rejected", NULL};
    const char *status = front_matter_value(&task->matter, "status");
    if (!status)
        return;
    const char *usual = reader->first_status ? reader->first_status : "To Do";
    bool is_last = reader->last_status && strcasecmp(status, reader->last_status) == 0;
    item->word = outline_copy(reader->outline, span_of(status));
    item->is_usual = strcasecmp(status, usual) == 0;
    item->state = is_one_of(status, given_up)              ? OUTLINE_GIVEN_UP
                  : is_one_of(status, finished) || is_last ? OUTLINE_FINISHED
                                                           : OUTLINE_OPEN;
}

static void fill_item(struct reader *reader, const struct task *task) {
    struct outline *outline = reader->outline;
    struct outline_item *item = &outline->items[task->item];
    const char *title = front_matter_value(&task->matter, "title");
    item->id = task->text;
    item->title = title ? outline_copy(outline, span_of(title)) : NULL;
    item->priority = json_text_quote(outline, front_matter_value(&task->matter, "priority"));
    read_remark(reader, task, item);
    read_fields(reader, task);
    backlog_body_read(outline, task->item, task->body);
    read_state(reader, task, &outline->items[task->item]);
    if (title && span_trim(span_of(title)).length)
        return;
    outline->items[task->item].title = text_of(reader, "Task %s", task->text);
    outline_warn(outline, place_of(task, task->line), "task.title",
                 text_of(reader, "this has no title, and is called \"Task %s\"", task->text), NULL);
}

static void add_items(struct reader *reader) {
    struct arena *arena = &reader->outline->arena;
    for (size_t i = 0; i < reader->count; i++) {
        struct task *task = &reader->tasks[i];
        size_t position = i, ignored = 0;
        task->item = outline_add(reader->outline, place_of(task, task->line));
        if (task->item == OUTLINE_NONE) {
            reader->count = i;
            return;
        }
        fill_item(reader, task);
        if (!string_map_add(&reader->keys, task_id_key(arena, &task->id), &position))
            outline_remedy(
                reader->outline, task->item, place_of(task, task->line), "task.id",
                text_of(reader, "%s occurs twice; first in %s", task->text, reader->tasks[position].file->name),
                "both are kept, and a reference to this id means the first");
        string_map_add(&reader->prefixes, task->id.prefix, &ignored);
        position = i;
        if (task->id.count)
            string_map_add(&reader->digits, task->id.digits, &position);
    }
}

/* --- references --- */

/* The task that @text means; NULL if there is none. A prefix that no task has is not looked at. */
static struct task *find(struct reader *reader, const char *text) {
    struct arena *arena = &reader->outline->arena;
    struct task_id id = task_id_read(arena, text);
    size_t position;
    if (string_map_find(&reader->keys, span_of(task_id_key(arena, &id)), &position))
        return &reader->tasks[position];
    bool is_known = string_map_find(&reader->prefixes, span_of(id.prefix), &position) && *id.prefix;
    if (id.count && !is_known && string_map_find(&reader->digits, span_of(id.digits), &position))
        return &reader->tasks[position];
    return NULL;
}

static bool is_filed(struct reader *reader, const struct string_map *filed, const char *text) {
    struct arena *arena = &reader->outline->arena;
    struct task_id id = task_id_read(arena, text);
    size_t position;
    return string_map_find(filed, span_of(task_id_key(arena, &id)), &position);
}

/* What is not among the tasks: satisfied, dropped and named, or a fault. */
static void miss(struct reader *reader, const struct task *task, const char *what, const char *text, unsigned line) {
    struct outline *outline = reader->outline;
    if (is_filed(reader, &reader->done, text)) {
        outline_note(outline, task->item, what, span_of(text_of(reader, "%s, which is completed", text)));
    } else if (is_filed(reader, &reader->aside, text)) {
        outline_note(outline, task->item, what, span_of(text_of(reader, "%s, which is archived or a draft", text)));
        outline_warn(outline, place_of(task, line), "import.edge",
                     text_of(reader, "%s: %s %s, which is archived or a draft, is dropped", task->text, what, text),
                     NULL);
    } else {
        outline_remedy(outline, task->item, place_of(task, line), "task.dependency",
                       text_of(reader, "%s: %s %s: there is no such task", task->text, what, text), "it is dropped");
    }
}

static void read_dependencies(struct reader *reader, const struct task *task) {
    const struct front_matter_entry *entry = front_matter_find(&task->matter, "dependencies");
    for (size_t i = 0; entry && !entry->is_text && i < entry->count; i++) {
        const struct task *to = find(reader, entry->values[i]);
        if (to)
            outline_add_edge(reader->outline, task->item, to->item, OUTLINE_STATED, place_of(task, entry->line));
        else if (outline_count_reference(reader->outline, place_of(task, entry->line)))
            miss(reader, task, "dependency", entry->values[i], entry->line);
    }
}

/* What its front matter says, or else the part of the id before its last dot. */
static void read_parent(struct reader *reader, const struct task *task) {
    struct arena *arena = &reader->outline->arena;
    const char *text = front_matter_value(&task->matter, "parent_task_id");
    const char *key = text ? NULL : task_id_parent_key(arena, &task->id);
    const struct task *parent = text || key ? find(reader, text ? text : key) : NULL;
    if (parent && parent != task)
        outline_set_parent(reader->outline, task->item, parent->item);
    else if (text)
        miss(reader, task, "parent", text, front_matter_find(&task->matter, "parent_task_id")->line);
}

/* --- numbers --- */

static uint64_t *highest_in(struct reader *reader, uint64_t group) {
    size_t position = reader->highest_count;
    if (string_map_add(&reader->highest, text_of(reader, "%llu", (unsigned long long)group), &position))
        *LIST_ADD(reader->highest_members, reader->highest_count, reader->highest_capacity) = 0;
    return &reader->highest_members[position];
}

/* Takes the id for the item. False if another one has it. */
static bool claim(struct reader *reader, uint32_t index, uint64_t group, uint64_t member) {
    size_t position = index;
    struct outline_item *item = &reader->outline->items[index];
    if (!string_map_add(&reader->places,
                        text_of(reader, "%llu.%llu", (unsigned long long)group, (unsigned long long)member), &position))
        return false;
    item->group = group;
    item->member = member;
    uint64_t *highest = highest_in(reader, group);
    *highest = member > *highest ? member : *highest;
    reader->highest_group = group > reader->highest_group ? group : reader->highest_group;
    return true;
}

static void name_new_number(struct reader *reader, const struct task *task) {
    const struct outline_item *item = &reader->outline->items[task->item];
    outline_warn(reader->outline, place_of(task, task->line), "import.part",
                 text_of(reader, "the number of %s is taken, or none: it is %llu.%llu here", task->text,
                         (unsigned long long)item->group, (unsigned long long)item->member),
                 NULL);
}

static bool is_top(const struct reader *reader, const struct task *task) {
    return reader->outline->items[task->item].parent == OUTLINE_NONE;
}

static void number_tops(struct reader *reader) {
    for (size_t i = 0; i < reader->count; i++)
        if (reader->tasks[i].id.count && reader->tasks[i].id.numbers[0] > reader->highest_group)
            reader->highest_group = reader->tasks[i].id.numbers[0];
    for (size_t i = 0; i < reader->count; i++) {
        const struct task *task = &reader->tasks[i];
        uint64_t member = task->id.count > 1 ? task->id.numbers[1] : 0;
        bool has_number = task->id.count == 1 || task->id.count == 2;
        if (!is_top(reader, task) || (has_number && claim(reader, task->item, task->id.numbers[0], member)))
            continue;
        claim(reader, task->item, reader->highest_group + 1, 0);
        name_new_number(reader, task);
    }
}

/* The group of what it is a part of; those that never end are found later. */
static uint64_t group_of(const struct reader *reader, uint32_t item) {
    for (size_t i = 0; reader->outline->items[item].parent != OUTLINE_NONE && i < reader->count; i++)
        item = reader->outline->items[item].parent;
    return reader->outline->items[item].group;
}

/* First those whose number says their place, then the others, each with the next free one. */
static void number_parts(struct reader *reader) {
    AUTO_FREE bool *is_done = memory_allocate(reader->count + 1, sizeof *is_done);
    for (size_t i = 0; i < reader->count; i++) {
        const struct task *task = &reader->tasks[i];
        uint64_t group = is_top(reader, task) ? 0 : group_of(reader, task->item);
        bool says_place = task->id.count == 2 && task->id.numbers[0] == group && task->id.numbers[1] > 0;
        is_done[i] = is_top(reader, task) || (says_place && claim(reader, task->item, group, task->id.numbers[1]));
    }
    for (size_t i = 0; i < reader->count; i++)
        if (!is_done[i]) {
            uint64_t group = group_of(reader, reader->tasks[i].item);
            claim(reader, reader->tasks[i].item, group, *highest_in(reader, group) + 1);
        }
}

/* --- the whole --- */

static void release(struct reader *reader) {
    for (size_t i = 0; i < reader->count; i++)
        front_matter_release(&reader->tasks[i].matter);
    memory_free(reader->tasks);
    memory_free(reader->highest_members);
    string_map_release(&reader->keys);
    string_map_release(&reader->digits);
    string_map_release(&reader->prefixes);
    string_map_release(&reader->done);
    string_map_release(&reader->aside);
    string_map_release(&reader->places);
    string_map_release(&reader->highest);
    buffer_release(&reader->others);
}

bool backlog_read(struct outline *outline, const struct source *source, struct error *error) {
    struct reader reader = {.outline = outline};
    (void)error;
    outline->parts_stay = true;
    outline->is_ordered_by_id = true;
    read_files(&reader, source);
    size_t all = reader.count;
    add_items(&reader);
    for (size_t i = 0; i < reader.count; i++) {
        assert(reader.tasks);
        read_parent(&reader, &reader.tasks[i]);
        read_dependencies(&reader, &reader.tasks[i]);
    }
    number_tops(&reader);
    number_parts(&reader);
    if (reader.other_count)
        outline_warn(outline, (struct outline_place){0}, "import.beside",
                     outline_text(outline, "%zu file%s without the id of a task %s not imported: %s",
                                  reader.other_count, text_plural(reader.other_count),
                                  reader.other_count == 1 ? "is" : "are", reader.others.data),
                     NULL);
    reader.count = all;
    release(&reader);
    return true;
}
