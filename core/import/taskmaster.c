#include "import/taskmaster.h"

#include <assert.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/json.h"
#include "import/json_text.h"

struct reader {
    struct outline *outline;
    struct json json;
    const char *file;
    struct string_map ids; /* "3", "3.2" -> the item; of doubled ones the first */
    const cJSON **nodes;   /* by item */
    size_t capacity;
    uint64_t highest; /* number of a task */
};

#define text_of(reader, ...) outline_text((reader)->outline, __VA_ARGS__)

static struct outline_place place_of(struct reader *reader, const cJSON *node) {
    return json_text_place(reader->outline, &reader->json, reader->file, node);
}

static void fail(struct reader *reader, const cJSON *node, const char *code, const char *message, const char *hint) {
    outline_error(reader->outline, place_of(reader, node), code, message, hint);
}

/* The first item of a list; NULL if it is none. */
static const cJSON *first_of(const cJSON *list) {
    return list && cJSON_IsArray(list) ? list->child : NULL;
}

/* --- ids --- */

static bool is_number(struct span text, uint64_t *number) {
    *number = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.length > 0 && text.length <= OUTLINE_DIGITS_MOST;
}

/* "9.1": both numbers. */
static bool is_pair(const char *text, uint64_t *task, uint64_t *subtask) {
    const char *dot = strchr(text, '.');
    return dot && is_number((struct span){text, (size_t)(dot - text)}, task) && is_number(span_of(dot + 1), subtask);
}

static const char *key_of(struct reader *reader, uint64_t task, uint64_t subtask) {
    return text_of(reader, "%llu.%llu", (unsigned long long)task, (unsigned long long)subtask);
}

/* The number of a subtask in @task: 2, or 3.2 in task 3, by the text of its token. */
static bool subtask_number(const char *token, uint64_t task, uint64_t *number) {
    uint64_t of_task;
    return is_number(span_of(token), number) || (is_pair(token, &of_task, number) && of_task == task);
}

/* --- fields --- */

static const char **home_of(struct outline_item *item, const char *key) {
    static const struct {
        const char *key;
        enum definition_field field;
    } homes[] = {{"description", DEFINITION_GOAL},
                 {"details", DEFINITION_APPROACH},
                 {"testStrategy", DEFINITION_TESTS},
                 {"test_strategy", DEFINITION_TESTS},
                 {"acceptanceCriteria", DEFINITION_CRITERIA},
                 {"acceptance_criteria", DEFINITION_CRITERIA}};
    if (strcmp(key, "title") == 0)
        return &item->title;
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        if (strcmp(key, homes[i].key) == 0)
            return &item->fields[homes[i].field];
    return NULL;
}

static bool is_one_of(const char *key, const char *const *keys) {
    for (; *keys; keys++)
        if (strcmp(key, *keys) == 0)
            return true;
    return false;
}

/* Does it say what its place says already? */
static bool is_place(struct reader *reader, const struct outline_item *item, const cJSON *member) {
    static const char *const keys[] = {"parentId", "parentTaskId", "parent_id", "parent_task_id", NULL};
    if (!is_one_of(member->string, keys))
        return false;
    const char *token = json_text_token(reader->outline, &reader->json, member);
    uint64_t number;
    bool is_undefined = token && strcmp(token, "undefined") == 0;
    return is_undefined ||
           (item->parent != OUTLINE_NONE && token && is_number(span_of(token), &number) && number == item->group);
}

static bool take_hours(struct reader *reader, struct outline_item *item, const cJSON *member) {
    static const char *const keys[] = {"estimatedHours", "estimated_hours", NULL};
    const char *token = json_text_token(reader->outline, &reader->json, member);
    if (!is_one_of(member->string, keys) || !token || item->effort || span_trim(span_of(token)).length == 0)
        return false;
    item->effort = cJSON_IsNumber(member) ? text_of(reader, "%s hours", token) : token;
    return true;
}

/* Keys that are read elsewhere, if they are of the right type. */
static bool is_read_elsewhere(const struct outline_item *item, const cJSON *member) {
    static const char *const texts[] = {"status",     "priority",    "updatedAt",    "updated_at", "createdAt",
                                        "created_at", "completedAt", "completed_at", NULL};
    const char *key = member->string;
    if (is_one_of(key, texts))
        return cJSON_IsString(member);
    return strcmp(key, "id") == 0 || strcmp(key, "dependencies") == 0 ||
           (strcmp(key, "subtasks") == 0 && item->parent == OUTLINE_NONE);
}

static void read_members(struct reader *reader, uint32_t index, const cJSON *node) {
    for (const cJSON *member = node->child; member; member = member->next) {
        struct outline_item *item = &reader->outline->items[index];
        assert(item); /* it has been added */
        const char **home = home_of(item, member->string);
        const char *text = home ? json_text_prose(reader->outline, member) : NULL;
        AUTO(buffer) value = {0};
        if (json_text_is_empty(member))
            continue;
        if (text && home == &item->title)
            *home = text;
        else if (text)
            outline_append_field(reader->outline, home, span_of(text));
        else if (!is_place(reader, item, member) && !take_hours(reader, item, member) &&
                 !is_read_elsewhere(item, member)) {
            json_text_append(&value, member);
            outline_note_field(reader->outline, index, member->string, buffer_span(&value));
        }
    }
}

/* Its words about itself that are no texts: status, priority, dates. */
static void read_remark(struct reader *reader, struct outline_item *item, const cJSON *node) {
    static const struct {
        const char *key, *format;
    } rows[] = {{"status", "status \"%s\""},     {"priority", "priority \"%s\""}, {"createdAt", "created %s"},
                {"created_at", "created %s"},    {"updatedAt", "updated %s"},     {"updated_at", "updated %s"},
                {"completedAt", "completed %s"}, {"completed_at", "completed %s"}};
    struct buffer remark = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        outline_append_remark(&remark, rows[i].format, json_get_string(node, rows[i].key));
    item->remark = outline_take(reader->outline, &remark);
    item->priority = json_text_raw(reader->outline, json_get(node, "priority"));
}

static void read_state(struct outline_item *item, const char *status) {
    static const char *const finished[] = {"done", "completed", NULL};
    static const char *const given_up[] = {"cancelled", "canceled", NULL};
    static const char *const usual[] = {"pending", "todo", NULL};
    item->word = status;
    item->is_usual = !status || is_one_of(status, usual);
    item->state = status && is_one_of(status, finished)   ? OUTLINE_FINISHED
                  : status && is_one_of(status, given_up) ? OUTLINE_GIVEN_UP
                                                          : OUTLINE_OPEN;
}

/* --- items --- */

/* A list that is none would be lost, and with it the order of things. */
static void check_list(struct reader *reader, const cJSON *node) {
    if (node && !cJSON_IsNull(node) && !cJSON_IsArray(node))
        fail(reader, node, "task.format",
             text_of(reader, "\"%s\" must be an array, not %s", node->string, json_type_name(node)), NULL);
}

static void fail_id(struct reader *reader, const cJSON *node, bool is_subtask) {
    const cJSON *id = json_get(node, "id");
    const char *what = is_subtask ? "subtask" : "task";
    fail(reader, id ? id : node, "task.id",
         id ? text_of(reader, "this is no number of a %s", what) : text_of(reader, "this %s has no \"id\"", what),
         "tasks have whole numbers, such as 3; subtasks those within their task");
}

/* The number that is really its own; *@number is what it says. */
static void claim(struct reader *reader, uint32_t index, const char *key, uint64_t *number, uint64_t highest) {
    const struct outline_item *item = &reader->outline->items[index];
    size_t position = index;
    if (string_map_add(&reader->ids, key, &position))
        return;
    const cJSON *id = json_get(reader->nodes[index], "id");
    const char *message =
        text_of(reader, "%s %s occurs twice; first in line %u", item->parent == OUTLINE_NONE ? "task" : "subtask",
                item->id, reader->outline->items[position].place.line);
    *number = highest + 1;
    outline_remedy(reader->outline, index, place_of(reader, id), "task.id", message,
                   text_of(reader, "this one is number %llu here", (unsigned long long)*number));
}

/* Whether @node is a task, and which number it has. */
static bool read_number(struct reader *reader, const cJSON *node, bool is_subtask, uint64_t task, uint64_t *number) {
    const cJSON *id = json_get(node, "id");
    const char *token = id ? json_text_token(reader->outline, &reader->json, id) : NULL;
    if (!cJSON_IsObject(node)) {
        fail(reader, node, "task.format", text_of(reader, "an object is expected here, not %s", json_type_name(node)),
             NULL);
        return false;
    }
    bool is_good =
        token && (is_subtask ? subtask_number(token, task, number) && *number > 0 : is_number(span_of(token), number));
    if (!is_good)
        fail_id(reader, node, is_subtask);
    return is_good;
}

static uint32_t add_item(struct reader *reader, const cJSON *node, uint32_t parent) {
    struct outline *outline = reader->outline;
    uint32_t index = outline_add(outline, place_of(reader, node));
    if (index == OUTLINE_NONE)
        return index;
    reader->nodes = memory_grow(reader->nodes, &reader->capacity, index + 1, sizeof *reader->nodes);
    reader->nodes[index] = node;
    outline_set_parent(outline, index, parent);
    return index;
}

static void read_title(struct reader *reader, uint32_t index) {
    struct outline_item *item = &reader->outline->items[index];
    if (item->title)
        return;
    item->title = text_of(reader, "%s %s", item->parent == OUTLINE_NONE ? "Task" : "Subtask", item->id);
    outline_warn(reader->outline, item->place, "task.title",
                 text_of(reader, "this has no title, and is called \"%s\"", item->title), NULL);
}

static void read_item(struct reader *reader, uint32_t index) {
    const cJSON *node = reader->nodes[index];
    check_list(reader, json_get(node, "dependencies"));
    read_members(reader, index, node);
    read_remark(reader, &reader->outline->items[index], node);
    read_state(&reader->outline->items[index], json_text_member(reader->outline, node, "status"));
    read_title(reader, index);
}

/* @own: what its task says is its number, even if that is another one here. */
static void read_subtask(struct reader *reader, const cJSON *node, uint32_t parent, uint64_t own, uint64_t *highest) {
    uint64_t group = reader->outline->items[parent].group, number = 0;
    if (!read_number(reader, node, true, own, &number))
        return;
    const char *token = json_text_token(reader->outline, &reader->json, json_get(node, "id"));
    const char *task = reader->outline->items[parent].id;
    uint32_t index = add_item(reader, node, parent);
    if (index == OUTLINE_NONE)
        return;
    struct outline_item *item = &reader->outline->items[index];
    item->id = strchr(token, '.') ? token : text_of(reader, "%s.%s", task, token);
    claim(reader, index, key_of(reader, group, number), &number, *highest);
    *highest = number > *highest ? number : *highest;
    reader->outline->items[index].group = group;
    reader->outline->items[index].member = number;
    read_item(reader, index);
}

/* The highest number that a subtask of the task says. */
static uint64_t highest_subtask(struct reader *reader, const cJSON *task, uint64_t own) {
    uint64_t highest = 0, number;
    for (const cJSON *node = first_of(json_get(task, "subtasks")); node; node = node->next) {
        const cJSON *id = json_get(node, "id");
        const char *token = id ? json_text_token(reader->outline, &reader->json, id) : NULL;
        if (token && subtask_number(token, own, &number) && number > highest)
            highest = number;
    }
    return highest;
}

static void read_task(struct reader *reader, const cJSON *node) {
    uint64_t number = 0;
    if (!read_number(reader, node, false, 0, &number))
        return;
    uint64_t own = number, highest = highest_subtask(reader, node, own);
    uint32_t index = add_item(reader, node, OUTLINE_NONE);
    if (index == OUTLINE_NONE)
        return;
    reader->outline->items[index].id = json_text_token(reader->outline, &reader->json, json_get(node, "id"));
    claim(reader, index, text_of(reader, "%llu", (unsigned long long)number), &number, reader->highest);
    reader->highest = number > reader->highest ? number : reader->highest;
    reader->outline->items[index].group = number;
    check_list(reader, json_get(node, "subtasks"));
    read_item(reader, index);
    for (const cJSON *subtask = first_of(json_get(node, "subtasks")); subtask; subtask = subtask->next)
        read_subtask(reader, subtask, index, own, &highest);
}

/* --- dependencies --- */

static uint32_t find(struct reader *reader, const char *key) {
    size_t position;
    return string_map_find(&reader->ids, span_of(key), &position) ? (uint32_t)position : OUTLINE_NONE;
}

/* The item that a dependency names: among the brothers first, as Task Master has it. */
static uint32_t target_of(struct reader *reader, uint32_t index, const char *token) {
    const struct outline_item *item = &reader->outline->items[index];
    uint64_t number, subtask;
    uint32_t found = OUTLINE_NONE;
    if (is_number(span_of(token), &number)) {
        if (item->parent != OUTLINE_NONE)
            found = find(reader, key_of(reader, item->group, number));
        return found == OUTLINE_NONE ? find(reader, text_of(reader, "%llu", (unsigned long long)number)) : found;
    }
    return is_pair(token, &number, &subtask) ? find(reader, key_of(reader, number, subtask)) : OUTLINE_NONE;
}

static void read_dependencies(struct reader *reader, uint32_t index) {
    const cJSON *list = json_get(reader->nodes[index], "dependencies");
    for (const cJSON *node = first_of(list); node; node = node->next) {
        const char *token = json_text_token(reader->outline, &reader->json, node);
        uint32_t target = token ? target_of(reader, index, token) : OUTLINE_NONE;
        AUTO(buffer) shown = {0};
        json_text_append(&shown, node);
        if (target != OUTLINE_NONE)
            outline_add_edge(reader->outline, index, target, OUTLINE_STATED, place_of(reader, node));
        else
            outline_remedy(reader->outline, index, place_of(reader, node), "task.dependency",
                           text_of(reader, "%s depends on %s: there is no such task or subtask",
                                   outline_name(reader->outline, index), token ? token : shown.data),
                           "the dependency is dropped");
    }
}

/* --- which list --- */

static bool is_list(const cJSON *node) {
    return cJSON_IsArray(json_get(node, "tasks"));
}

static bool fail_tag(struct reader *reader, const char *tag, struct error *error) {
    AUTO(buffer) names = {0};
    size_t count = 0;
    for (const cJSON *node = cJSON_IsObject(reader->json.root) ? reader->json.root->child : NULL; node;
         node = node->next)
        if (is_list(node))
            buffer_append_format(&names, "%s%s", count++ ? ", " : "", node->string);
    if (tag)
        error_set(error, ERROR_NOT_FOUND, "%s has no tag %s", reader->file, tag);
    else
        error_set(error, ERROR_NOT_FOUND, "%s has several tags, and none of them is master", reader->file);
    error_hint(error, count ? "choose one with --tag: %s" : "there are none in it%s", buffer_text(&names));
    return false;
}

/* The object that holds the tasks. NULL with @error, or with a diagnostic. */
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
    if (count || tag)
        fail_tag(reader, tag, error);
    else
        fail(reader, root, "task.format", "this is no tasks.json of Task Master: it has no \"tasks\"",
             "expected is {\"tasks\": [...]}, or {\"master\": {\"tasks\": [...]}}");
    return NULL;
}

static void note_member(struct reader *reader, const cJSON *node) {
    AUTO(buffer) value = {0};
    json_text_append(&value, node);
    outline_note_plan(reader->outline, node->string, buffer_span(&value));
}

/* The members beside the list of tasks, and the tags beside the chosen one. */
static void read_others(struct reader *reader, const cJSON *list) {
    for (const cJSON *node = list->child; node; node = node->next)
        if (strcmp(node->string, "tasks") != 0)
            note_member(reader, node);
    const cJSON *root = reader->json.root;
    for (const cJSON *node = list == root ? NULL : root->child; node; node = node->next)
        if (node != list && is_list(node))
            outline_warn(reader->outline, place_of(reader, node), "task.tag",
                         text_of(reader, "the tag %s is not imported; its tasks: %d", node->string,
                                 cJSON_GetArraySize(json_get(node, "tasks"))),
                         text_of(reader, "import them as a separate plan with --tag %s", node->string));
        else if (node != list)
            note_member(reader, node);
}

/* --- the whole --- */

/* Numbers that are given to doubled tasks come after all others. */
static void find_highest(struct reader *reader, const cJSON *tasks) {
    uint64_t number;
    for (const cJSON *node = first_of(tasks); node; node = node->next) {
        const cJSON *id = json_get(node, "id");
        const char *token = id ? json_text_token(reader->outline, &reader->json, id) : NULL;
        if (token && is_number(span_of(token), &number) && number > reader->highest)
            reader->highest = number;
    }
}

static void read_list(struct reader *reader, const cJSON *list) {
    const cJSON *tasks = json_get(list, "tasks");
    find_highest(reader, tasks);
    read_others(reader, list);
    for (const cJSON *node = first_of(tasks); node && !reader->outline->is_too_large; node = node->next)
        read_task(reader, node);
    for (uint32_t i = 0; i < reader->outline->count; i++)
        read_dependencies(reader, i);
    if (!first_of(tasks))
        fail(reader, tasks, "task.format", "there are no tasks in it", NULL);
}

bool taskmaster_read(struct outline *outline, const struct source *source, struct error *error) {
    struct reader reader = {.outline = outline, .file = source->files[0].name};
    outline->part = "subtask";
    outline->parts_follow = true;
    bool is_read = json_parse(&reader.json, source->files[0].text, reader.file, outline->diagnostics);
    const cJSON *list = is_read ? choose_list(&reader, outline->options->tag, error) : NULL;
    if (list)
        read_list(&reader, list);
    string_map_release(&reader.ids);
    memory_free(reader.nodes);
    json_release(&reader.json);
    return error->code == ERROR_NONE;
}
