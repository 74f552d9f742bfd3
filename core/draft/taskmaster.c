#include "draft/taskmaster.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/conflict.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "format/prose.h"

enum { ID_DIGITS_MOST = 10 };

struct reader {
    struct plan_draft *draft;
    struct json json;
    const char *file;
    struct diagnostics *diagnostics;
    struct string_map ids;      /* of achievements: position among the items */
    int width;                  /* digits behind the dot */
    struct string_map unplaced; /* keys that have no place in a plan */
    struct buffer keys;         /* the same, as a list */
};

/* A task, or a subtask of @parent. */
struct task {
    const cJSON *node;
    const cJSON *parent; /* NULL for a task */
    const char *number;  /* its own, as a text */
    const char *parent_number;
};

#define text_of(reader, ...) arena_format(&(reader)->draft->arena, __VA_ARGS__)

static struct plan_draft_place place_of(struct reader *reader, const cJSON *node) {
    struct json_place place = json_place(&reader->json, node, false);
    const char *pointer = arena_copy(&reader->draft->arena, place.pointer, strlen(place.pointer));
    return (struct plan_draft_place){place.line, place.column, pointer};
}

static void report(struct reader *reader, enum severity severity, const cJSON *node, const char *code,
                   const char *message, const char *hint) {
    struct plan_draft_place place = node ? place_of(reader, node) : (struct plan_draft_place){0};
    diagnostics_add(reader->diagnostics, &(struct diagnostic){.severity = severity,
                                                              .code = code,
                                                              .message = message,
                                                              .file = reader->file,
                                                              .line = place.line,
                                                              .column = place.column,
                                                              .pointer = place.pointer,
                                                              .hint = hint});
}

/* The first item of a list; NULL if it is none. */
static const cJSON *first_of(const cJSON *list) {
    return list && cJSON_IsArray(list) ? list->child : NULL;
}

/* --- values as text --- */

static void write_value(struct json_writer *writer, const cJSON *node) {
    if (cJSON_IsObject(node)) {
        json_writer_open_object(writer);
        for (const cJSON *child = node->child; child; child = child->next) {
            json_writer_key(writer, child->string);
            write_value(writer, child);
        }
        json_writer_close_object(writer);
    } else if (cJSON_IsArray(node)) {
        json_writer_open_array(writer);
        for (const cJSON *child = node->child; child; child = child->next)
            write_value(writer, child);
        json_writer_close_array(writer);
    } else if (cJSON_IsString(node)) {
        json_writer_string(writer, node->valuestring);
    } else if (cJSON_IsNumber(node)) {
        json_writer_number(writer, node->valuedouble);
    } else if (cJSON_IsNull(node)) {
        json_writer_null(writer);
    } else {
        json_writer_boolean(writer, cJSON_IsTrue(node));
    }
}

static void append_note(struct buffer *notes, const cJSON *node) {
    AUTO(buffer) value = {0};
    struct json_writer writer = {.buffer = &value};
    write_value(&writer, node);
    buffer_append_string(notes, "- ");
    prose_append_words(notes, span_of(node->string));
    buffer_append_string(notes, ": ");
    prose_append_words(notes, buffer_span(&value));
    buffer_append_byte(notes, '\n');
}

static void note_unplaced(struct reader *reader, const char *key) {
    size_t position = 0;
    if (string_map_add(&reader->unplaced, key, &position))
        buffer_append_format(&reader->keys, "%s%s", reader->keys.length ? ", " : "", key);
}

static const char *keep(struct reader *reader, struct buffer *text) {
    const char *kept = text->length ? arena_copy(&reader->draft->arena, text->data, text->length) : NULL;
    buffer_release(text);
    return kept;
}

/* --- ids --- */

/* The whole number that the text is, without leading zeros; NULL if it is none. */
static const char *number_of(struct reader *reader, struct span text) {
    if (text.length == 0 || text.length > ID_DIGITS_MOST)
        return NULL;
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return NULL;
    while (text.length > 1 && text.data[0] == '0')
        text = span_skip(text, 1);
    return arena_copy(&reader->draft->arena, text.data, text.length);
}

/* The same for a node, which may be a number itself. */
static const char *number_in(struct reader *reader, const cJSON *node) {
    if (!cJSON_IsNumber(node))
        return cJSON_IsString(node) ? number_of(reader, span_of(node->valuestring)) : NULL;
    double value = node->valuedouble;
    bool is_whole = value >= 0 && value < 1e10 && (double)(uint64_t)value == value;
    return is_whole ? text_of(reader, "%.0f", value) : NULL;
}

/* The number of a subtask: also as "3.2" in task 3. */
static const char *subtask_number(struct reader *reader, const cJSON *node, const char *task) {
    size_t length = strlen(task);
    const char *text = cJSON_IsString(node) ? node->valuestring : "";
    if (strncmp(text, task, length) != 0 || text[length] != '.')
        return number_in(reader, node);
    return number_of(reader, span_of(text + length + 1));
}

static const char *id_of(struct reader *reader, const char *task, const char *subtask) {
    size_t length = strlen(subtask);
    int zeros = length < (size_t)reader->width ? reader->width - (int)length : 0;
    return text_of(reader, "%s.%.*s%s", task, zeros, "0000000000", subtask);
}

/* --- walking over tasks and subtasks, in the order of the file --- */

typedef void visit_one(struct reader *reader, struct task *task);

static void visit_subtasks(struct reader *reader, const struct task *parent, visit_one *visit) {
    const cJSON *subtasks = json_get(parent->node, "subtasks");
    for (const cJSON *node = first_of(subtasks); node; node = node->next) {
        struct task task = {node, parent->node, NULL, parent->number};
        const cJSON *id = json_get(node, "id");
        task.number = id ? subtask_number(reader, id, parent->number) : NULL;
        visit(reader, &task);
    }
}

static void visit_tasks(struct reader *reader, const cJSON *tasks, visit_one *visit) {
    for (const cJSON *node = tasks->child; node; node = node->next) {
        struct task task = {node, NULL, NULL, NULL};
        const cJSON *id = json_get(node, "id");
        task.number = id ? number_in(reader, id) : NULL;
        visit(reader, &task);
        if (task.number)
            visit_subtasks(reader, &task, visit);
    }
}

static const char *id_of_task(struct reader *reader, const struct task *task) {
    return task->parent ? id_of(reader, task->parent_number, task->number) : id_of(reader, task->number, "0");
}

/* First: how many digits are needed. */
static void measure(struct reader *reader, struct task *task) {
    int length = task->parent && task->number ? (int)strlen(task->number) : 0;
    if (length > reader->width)
        reader->width = length;
}

/* --- second: the items, without dependencies --- */

static enum plan_draft_mark mark_of(const char *status) {
    if (strcmp(status, "done") == 0 || strcmp(status, "completed") == 0)
        return PLAN_DRAFT_DONE;
    return strcmp(status, "cancelled") == 0 || strcmp(status, "canceled") == 0 ? PLAN_DRAFT_CANCELLED : PLAN_DRAFT_OPEN;
}

/* Takes the text of a key that has a home; what is no text there is noted with the others. */
static const char *take_text(struct reader *reader, const cJSON *node) {
    return cJSON_IsString(node) ? text_of(reader, "%s", node->valuestring) : NULL;
}

/* Strings as a list; NULL if it is no array of strings. */
static const char *take_list(struct reader *reader, const cJSON *node) {
    AUTO(buffer) list = {0};
    for (const cJSON *item = first_of(node); item; item = item->next) {
        if (!cJSON_IsString(item))
            return NULL;
        buffer_append_string(&list, "- ");
        text_append_visible(&list, span_of(item->valuestring));
        buffer_append_byte(&list, '\n');
    }
    return keep(reader, &list);
}

static const char **home_of(struct plan_draft_item *item, const char *key) {
    static const struct {
        const char *key;
        enum definition_field field;
    } homes[] = {{"description", DEFINITION_GOAL},
                 {"details", DEFINITION_APPROACH},
                 {"testStrategy", DEFINITION_TESTS},
                 {"acceptanceCriteria", DEFINITION_CRITERIA}};
    if (strcmp(key, "title") == 0)
        return &item->title;
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        if (strcmp(key, homes[i].key) == 0)
            return &item->fields[homes[i].field];
    return NULL;
}

/* Keys whose value is read elsewhere, if it is of the right type. */
static bool is_read_elsewhere(struct reader *reader, const struct task *task, const cJSON *member) {
    const char *key = member->string;
    if (strcmp(key, "id") == 0)
        return true;
    if (strcmp(key, "status") == 0 || strcmp(key, "priority") == 0)
        return cJSON_IsString(member);
    if (strcmp(key, "parentTaskId") == 0 && task->parent) { /* says what its place says already */
        const char *number = number_in(reader, member);
        return number && strcmp(number, task->parent_number) == 0;
    }
    return strcmp(key, "dependencies") == 0 || (strcmp(key, "subtasks") == 0 && !task->parent);
}

static void read_members(struct reader *reader, const struct task *task, struct plan_draft_item *item) {
    struct buffer notes = {0};
    for (const cJSON *member = task->node->child; member; member = member->next) {
        const char **home = home_of(item, member->string);
        const char *text = home ? take_text(reader, member) : NULL;
        if (home && !text)
            text = take_list(reader, member);
        bool is_empty = cJSON_IsNull(member) || (cJSON_IsArray(member) && !member->child);
        if (text)
            *home = text;
        else if (!is_empty && !is_read_elsewhere(reader, task, member)) {
            append_note(&notes, member);
            note_unplaced(reader, member->string);
        }
    }
    item->notes = keep(reader, &notes);
}

static void read_origin(struct reader *reader, const struct task *task, struct plan_draft_item *item) {
    const char *status = json_get_string(task->node, "status"), *priority = json_get_string(task->node, "priority");
    struct buffer origin = {0};
    if (task->parent)
        buffer_append_format(&origin, "subtask %s of task %s", task->number, task->parent_number);
    else
        buffer_append_format(&origin, "task %s", task->number);
    buffer_append_string(&origin, " of Task Master");
    if (status)
        buffer_append_format(&origin, ", status \"%s\"", status);
    if (priority)
        buffer_append_format(&origin, ", priority \"%s\"", priority);
    item->origin = keep(reader, &origin);
    item->mark = mark_of(status ? status : "");
}

/* A list that is none would be lost, and with it the order of things. */
static void check_list(struct reader *reader, const cJSON *node) {
    if (node && !cJSON_IsNull(node) && !cJSON_IsArray(node))
        report(reader, SEVERITY_ERROR, node, "task.format",
               text_of(reader, "\"%s\" must be an array, not %s", node->string, json_type_name(node)), NULL);
}

static void fail_id(struct reader *reader, const struct task *task, const cJSON *id) {
    const char *what = task->parent ? "subtask" : "task";
    report(reader, SEVERITY_ERROR, id ? id : task->node, "task.id",
           id ? text_of(reader, "this is no number of a %s", what) : text_of(reader, "this %s has no \"id\"", what),
           "tasks have whole numbers, such as 3; subtasks those within their task");
}

static void add_item(struct reader *reader, struct task *task) {
    const cJSON *id = json_get(task->node, "id");
    size_t position = reader->draft->count;
    if (!cJSON_IsObject(task->node)) {
        report(reader, SEVERITY_ERROR, task->node, "task.format",
               text_of(reader, "an object is expected here, not %s", json_type_name(task->node)), NULL);
        return;
    }
    if (!task->number || (task->parent && strcmp(task->number, "0") == 0)) {
        fail_id(reader, task, id);
        return;
    }
    const char *own = id_of_task(reader, task);
    if (strlen(own) > NAMES_ID_BYTES_MOST || !string_map_add(&reader->ids, own, &position)) {
        report(reader, SEVERITY_ERROR, id, "task.id",
               text_of(reader, "%s %s occurs twice; first in line %u", task->parent ? "subtask" : "task", task->number,
                       reader->draft->items[position].place.line),
               "give each its own number");
        return;
    }
    struct plan_draft_item *item = plan_draft_add(reader->draft, own);
    item->place = place_of(reader, task->node);
    check_list(reader, json_get(task->node, "dependencies"));
    if (!task->parent)
        check_list(reader, json_get(task->node, "subtasks"));
    read_members(reader, task, item);
    read_origin(reader, task, item);
    if (item->title && span_trim(span_of(item->title)).length)
        return;
    item->title = text_of(reader, "%s %s", task->parent ? "Subtask" : "Task", task->number);
    report(reader, SEVERITY_WARNING, task->node, "task.title",
           text_of(reader, "this has no title, and is called \"%s\"", item->title), NULL);
}

/* --- third: dependencies --- */

/* The achievement that a dependency of @task names, or NULL. */
static const char *target_of(struct reader *reader, const struct task *task, const cJSON *node) {
    const char *number = number_in(reader, node), *id = NULL;
    size_t position;
    if (number && task->parent) { /* among its brothers first, as Task Master has it */
        id = id_of(reader, task->parent_number, number);
        if (strcmp(number, "0") == 0 || !string_map_find(&reader->ids, span_of(id), &position))
            id = NULL;
    }
    if (number && !id)
        id = id_of(reader, number, "0");
    const char *text = cJSON_IsString(node) ? node->valuestring : "";
    const char *dot = strchr(text, '.');
    if (!number && dot) {
        const char *of_task = number_of(reader, (struct span){text, (size_t)(dot - text)});
        const char *of_subtask = number_of(reader, span_of(dot + 1));
        id = of_task && of_subtask && strcmp(of_subtask, "0") != 0 ? id_of(reader, of_task, of_subtask) : NULL;
    }
    return id && string_map_find(&reader->ids, span_of(id), &position) ? id : NULL;
}

static void fail_dependency(struct reader *reader, const cJSON *node) {
    if (cJSON_IsNumber(node) && !number_in(reader, node))
        report(reader, SEVERITY_ERROR, node, "task.dependency", "this is no number of a task",
               "a subtask is named in quotes, such as \"3.2\": 3.10 and 3.1 are the same number");
    else
        report(reader, SEVERITY_ERROR, node, "task.dependency", "there is no such task or subtask",
               "correct it, or remove it; \"task-master fix-dependencies\" removes all of them");
}

/* What a task depends on itself, for @item. Returns whether one of them is a brother. */
static bool depend_on_own(struct reader *reader, const struct task *task, struct plan_draft_item *item, bool is_quiet) {
    const cJSON *list = json_get(task->node, "dependencies");
    bool has_brother = false;
    for (const cJSON *node = first_of(list); node; node = node->next) {
        const char *id = target_of(reader, task, node);
        if (id)
            plan_draft_depend(reader->draft, item, id, place_of(reader, node));
        else if (!is_quiet)
            fail_dependency(reader, node);
        const char *dot = id ? strchr(id, '.') : NULL;
        has_brother |= dot && task->parent && (size_t)(dot - id) == strlen(task->parent_number) &&
                       strncmp(id, task->parent_number, (size_t)(dot - id)) == 0;
    }
    return has_brother;
}

static struct plan_draft_item *item_of(struct reader *reader, const struct task *task) {
    size_t position;
    if (!task->number || !string_map_find(&reader->ids, span_of(id_of_task(reader, task)), &position))
        return NULL;
    return &reader->draft->items[position];
}

static void add_dependencies(struct reader *reader, struct task *task) {
    struct plan_draft_item *item = item_of(reader, task);
    if (!item)
        return;
    bool has_brother = depend_on_own(reader, task, item, false);
    if (task->parent && !has_brother) { /* it begins no earlier than its task may */
        const struct task parent = {task->parent, NULL, task->parent_number, NULL};
        depend_on_own(reader, &parent, item, true);
    }
    const cJSON *subtasks = task->parent ? NULL : json_get(task->node, "subtasks");
    for (const cJSON *node = first_of(subtasks); node; node = node->next) {
        const cJSON *id = json_get(node, "id");
        const struct task child = {node, task->node, id ? subtask_number(reader, id, task->number) : NULL,
                                   task->number};
        const struct plan_draft_item *inner = item_of(reader, &child);
        if (inner)
            plan_draft_depend(reader->draft, item, inner->id, (struct plan_draft_place){0});
    }
}

/* --- which list --- */

static bool is_list(const cJSON *node) {
    return cJSON_IsArray(json_get(node, "tasks"));
}

static bool fail_tag(struct reader *reader, const char *tag, struct error *error) {
    AUTO(buffer) names = {0};
    size_t count = 0;
    for (const cJSON *node = reader->json.root->child; node; node = node->next)
        if (is_list(node))
            buffer_append_format(&names, "%s%s", count++ ? ", " : "", node->string);
    if (tag)
        error_set(error, ERROR_NOT_FOUND, "%s has no tag %s", reader->file, tag);
    else
        error_set(error, ERROR_NOT_FOUND, "%s has several tags, and none of them is master", reader->file);
    error_hint(error, count ? "choose one with --tag: %s" : "there are none in it%s", buffer_text(&names));
    return false;
}

/* The object that holds the tasks. */
static const cJSON *choose_list(struct reader *reader, const char *tag, struct error *error) {
    const cJSON *root = reader->json.root, *only = NULL;
    size_t count = 0;
    if (!tag && is_list(root))
        return root;
    for (const cJSON *node = cJSON_IsObject(root) ? root->child : NULL; node; node = node->next) {
        if (!is_list(node))
            continue;
        count++;
        only = node;
        if (strcmp(node->string, tag ? tag : "master") == 0)
            return node;
    }
    if (count == 1 && !tag)
        return only;
    if (count || tag) {
        fail_tag(reader, tag, error);
        return NULL;
    }
    report(reader, SEVERITY_ERROR, root, "task.format", "this is no tasks.json of Task Master: it has no \"tasks\"",
           "expected is {\"tasks\": [...]}, or {\"master\": {\"tasks\": [...]}}");
    return NULL;
}

/* The members beside the list of tasks, and the tags beside the chosen one. */
static void read_notes(struct reader *reader, const cJSON *list) {
    struct buffer notes = {0};
    buffer_append_string(&notes, "Imported from ");
    prose_append_words(&notes, span_of(names_base(reader->file))); /* no path of this machine gets into a file */
    buffer_append_format(&notes,
                         ", a task list of Task Master. Task 3 is the achievement %s here, its subtask 2 is %s;\n"
                         "a task comes after its subtasks.\n\n",
                         id_of(reader, "3", "0"), id_of(reader, "3", "2"));
    for (const cJSON *node = list->child; node; node = node->next)
        if (strcmp(node->string, "tasks") != 0)
            append_note(&notes, node);
    const cJSON *root = reader->json.root;
    for (const cJSON *node = list == root ? NULL : root->child; node; node = node->next) {
        if (node == list)
            continue;
        if (is_list(node))
            report(reader, SEVERITY_WARNING, node, "task.tag",
                   text_of(reader, "the tag %s is not imported; its tasks: %d", node->string,
                           cJSON_GetArraySize(json_get(node, "tasks"))),
                   text_of(reader, "import them as a separate plan with --tag %s", node->string));
        else
            append_note(&notes, node);
    }
    reader->draft->notes = keep(reader, &notes);
}

/* --- the whole --- */

static void report_unplaced_fields(struct reader *reader) {
    if (reader->keys.length)
        report(reader, SEVERITY_WARNING, NULL, "task.field",
               text_of(reader, "fields that have no place in a plan stand under Notes in the PLAN: %s",
                       buffer_text(&reader->keys)),
               NULL);
}

static void read_list(struct reader *reader, const cJSON *list) {
    const cJSON *tasks = json_get(list, "tasks");
    reader->width = 1;
    visit_tasks(reader, tasks, measure);
    visit_tasks(reader, tasks, add_item);
    visit_tasks(reader, tasks, add_dependencies);
    read_notes(reader, list);
    report_unplaced_fields(reader);
    if (reader->draft->count == 0 && reader->diagnostics->error_count == 0)
        report(reader, SEVERITY_ERROR, tasks, "task.format", "there are no tasks in it", NULL);
}

bool taskmaster_read(struct plan_draft *draft, struct span text, const char *file, const char *tag,
                     struct diagnostics *diagnostics, struct error *error) {
    *draft = (struct plan_draft){0};
    struct reader reader = {.draft = draft, .file = file, .diagnostics = diagnostics};
    size_t before = diagnostics->error_count;
    unsigned conflict = conflict_line(text);
    if (conflict)
        conflict_report(diagnostics, SEVERITY_ERROR, file, conflict);
    const cJSON *list =
        !conflict && json_parse(&reader.json, text, file, diagnostics) ? choose_list(&reader, tag, error) : NULL;
    if (list)
        read_list(&reader, list);
    string_map_release(&reader.ids);
    string_map_release(&reader.unplaced);
    json_release(&reader.json);
    buffer_release(&reader.keys);
    if (error->code)
        return false;
    return diagnostics->error_count == before ||
           error_set(error, ERROR_INVALID, "%s cannot be imported: it has %zu error%s", file,
                     diagnostics->error_count - before, text_plural(diagnostics->error_count - before));
}
