#include "plan/dependency_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/conflict.h"
#include "document/names.h"
#include "format/json.h"
#include "plan/hours.h"

enum { SUGGESTIONS_MOST = 20 }; /* a suggestion compares with every id */

struct reader {
    struct dependency_file *result;
    struct json json;
    const char *file;
    struct diagnostics *diagnostics;
    struct string_map ids; /* of achievements: position */
    const cJSON **nodes;   /* by achievement: its object */
    const cJSON **unnamed; /* achievements without a valid id: checked, but left out */
    size_t unnamed_count;
    const cJSON **id_nodes; /* by achievement */
    struct edge *edges;
    const cJSON **edge_nodes; /* by edge: where it is written */
    size_t edge_count, edge_capacity, edge_node_capacity;
    size_t suggestions;
};

static void report(struct reader *reader, enum severity severity, const cJSON *node, const char *code,
                   const char *message, const char *hint) {
    if (diagnostics_count_only(reader->diagnostics, severity))
        return;
    struct json_place place = json_place(&reader->json, node, false);
    diagnostics_add(reader->diagnostics, &(struct diagnostic){severity, code, message, reader->file, place.line,
                                                              place.column, place.pointer, hint, NULL});
}

#define fault(reader, node, code, hint, ...)                                                                           \
    report(reader, SEVERITY_ERROR, node, code, arena_format(&(reader)->json.arena, __VA_ARGS__), hint)
#define warn(reader, node, code, hint, ...)                                                                            \
    report(reader, SEVERITY_WARNING, node, code, arena_format(&(reader)->json.arena, __VA_ARGS__), hint)
#define hint_text(reader, ...) arena_format(&(reader)->json.arena, __VA_ARGS__)

static const char *copy(struct reader *reader, const char *text) {
    return arena_copy(&reader->result->arena, text, strlen(text));
}

/* --- hours --- */

/* True if @object, which has the id @id, says its hours in a way that can be read. */
static bool read_hours(struct reader *reader, const cJSON *object, const char *id, double *hours) {
    const cJSON *node = json_get(object, "estimated_hours");
    if (!node || cJSON_IsNull(node))
        return false;
    if (cJSON_IsString(node) && hours_parse(span_of(node->valuestring), hours))
        return true;
    if (cJSON_IsNumber(node) && node->valuedouble >= 0 && isfinite(node->valuedouble)) {
        *hours = node->valuedouble;
        return true;
    }
    warn(reader, node, "dependencies.hours", "write a number, or a range such as \"4-6\"",
         "the estimated hours of %s cannot be read and count as missing", id);
    return false;
}

/* --- fields --- */

static void warn_unseen(struct reader *reader, const cJSON *title) {
    if (text_unseen_line(span_of(title->valuestring)))
        warn(reader, title, "text.unseen", "write the title without them",
             "the title has characters that are not seen; where it is shown, their codes stand for them");
}

static const char *read_title(struct reader *reader, const cJSON *object) {
    const cJSON *node = json_get(object, "title");
    if (!node || cJSON_IsNull(node))
        return NULL;
    if (cJSON_IsString(node)) {
        warn_unseen(reader, node);
        return copy(reader, node->valuestring);
    }
    fault(reader, node, "dependencies.type", "put it in double quotes", "\"title\" must be a string, not %s",
          json_type_name(node));
    return NULL;
}

/* The id in a string node, checked. NULL, and reported, if it is none. */
static const char *read_id(struct reader *reader, const cJSON *node, const char *what) {
    if (!cJSON_IsString(node)) {
        const char *hint = "write it as a string, such as \"1.1\"";
        fault(reader, node, "dependencies.type", hint, "%s must be a string, not %s", what, json_type_name(node));
        return NULL;
    }
    if (names_is_id(span_of(node->valuestring)))
        return node->valuestring;
    if (strlen(node->valuestring) > NAMES_ID_BYTES_MOST)
        fault(reader, node, "achievement.id", "use a shorter id, such as 1.1", "%s is longer than %d characters", what,
              NAMES_ID_BYTES_MOST);
    else
        fault(reader, node, "achievement.id", "an id is two or more numbers with dots between, such as 1.1 or 3.5.1",
              "\"%s\" is not a valid achievement id", node->valuestring);
    return NULL;
}

static const cJSON *id_node(const cJSON *object) {
    const cJSON *node = json_get(object, "achievement_id");
    return node ? node : json_get(object, "id");
}

/* True if the object has a valid, unused id, and so became an achievement. */
static bool add_achievement(struct reader *reader, const cJSON *object) {
    const cJSON *node = id_node(object);
    if (!node) {
        fault(reader, object, "dependencies.missing", "add \"achievement_id\": \"1.1\"",
              "this achievement has no \"achievement_id\"");
        return false;
    }
    const char *id = read_id(reader, node, "\"achievement_id\"");
    if (!id)
        return false;
    struct dependency_file *result = reader->result;
    size_t position = result->count;
    id = copy(reader, id);
    if (!string_map_add(&reader->ids, id, &position)) {
        if (diagnostics_count_only(reader->diagnostics, SEVERITY_ERROR))
            return false;
        struct json_place first = json_place(&reader->json, reader->id_nodes[position], false);
        fault(reader, node, "achievement.duplicate", "give each achievement a different id",
              "the id %s is used twice; first in line %u", id, first.line);
        return false;
    }
    struct achievement *achievement = &result->achievements[result->count];
    *achievement = (struct achievement){.id = id, .title = read_title(reader, object)};
    reader->nodes[result->count] = object;
    reader->id_nodes[result->count] = node;
    result->count++;
    achievement->has_hours = read_hours(reader, object, id, &achievement->hours);
    return true;
}

static const cJSON *array_of(struct reader *reader, const cJSON *object, const char *key, bool is_required) {
    const cJSON *node = json_get(object, key);
    if (cJSON_IsArray(node))
        return node;
    if (node && (is_required || !cJSON_IsNull(node)))
        fault(reader, node, "dependencies.type", hint_text(reader, "write \"%s\": [] if there are none", key),
              "\"%s\" must be an array, not %s", key, json_type_name(node));
    else if (is_required)
        fault(reader, object, "dependencies.missing", hint_text(reader, "add \"%s\": []", key), "\"%s\" is missing",
              key);
    return NULL;
}

static bool is_object(struct reader *reader, const cJSON *node) {
    if (cJSON_IsObject(node))
        return true;
    fault(reader, node, "dependencies.type", "write { ... } here", "an object is expected here, not %s",
          json_type_name(node));
    return false;
}

static void read_achievements(struct reader *reader, const cJSON *root) {
    const cJSON *array = array_of(reader, root, "achievements", true);
    size_t most = 0;
    for (const cJSON *object = array ? array->child : NULL; object; object = object->next)
        most++;
    reader->result->achievements = arena_allocate(&reader->result->arena, most, sizeof(struct achievement));
    reader->nodes = arena_allocate(&reader->json.arena, most, sizeof *reader->nodes);
    reader->id_nodes = arena_allocate(&reader->json.arena, most, sizeof *reader->id_nodes);
    reader->unnamed = arena_allocate(&reader->json.arena, most, sizeof *reader->unnamed);
    for (const cJSON *object = array ? array->child : NULL; object; object = object->next)
        if (is_object(reader, object) && !add_achievement(reader, object)) {
            read_title(reader, object);
            reader->unnamed[reader->unnamed_count++] = object;
        }
}

/* --- edges --- */

static void add_edge(struct reader *reader, size_t from, size_t to, const cJSON *node) {
    size_t needed = reader->edge_count + 1;
    reader->edges = memory_grow(reader->edges, &reader->edge_capacity, needed, sizeof *reader->edges);
    reader->edge_nodes =
        memory_grow(reader->edge_nodes, &reader->edge_node_capacity, needed, sizeof *reader->edge_nodes);
    reader->edges[reader->edge_count] = (struct edge){(uint32_t)from, (uint32_t)to};
    reader->edge_nodes[reader->edge_count++] = node;
}

/* @dependant is no candidate. */
static const char *suggestion(struct reader *reader, const char *id, size_t dependant) {
    struct dependency_file *result = reader->result;
    if (reader->suggestions++ >= SUGGESTIONS_MOST)
        return NULL;
    AUTO_FREE const char **ids = memory_allocate(result->count, sizeof *ids);
    size_t count = 0;
    for (size_t i = 0; i < result->count; i++)
        if (i != dependant)
            ids[count++] = result->achievements[i].id;
    return text_closest(id, ids, count);
}

/* The achievement that @node names; @dependant, which may be SIZE_MAX, waits for it. False, and reported, if none. */
static bool resolve(struct reader *reader, const cJSON *node, const char *what, size_t dependant, size_t *position) {
    const char *id = read_id(reader, node, what);
    if (!id)
        return false;
    if (string_map_find(&reader->ids, span_of(id), position))
        return true;
    const char *closest = suggestion(reader, id, dependant);
    fault(reader, node, "dependency.unknown",
          closest ? hint_text(reader, "did you mean %s? Otherwise add %s to \"achievements\", or remove it here",
                              closest, id)
                  : hint_text(reader, "add %s to \"achievements\", or remove it here", id),
          "%s is not an achievement of this plan", id);
    return false;
}

/* True unless the edge is one from an achievement to itself. */
static bool is_other(struct reader *reader, size_t from, size_t to, const cJSON *node) {
    if (from != to)
        return true;
    fault(reader, node, "dependency.self", "remove it", "%s depends on itself", reader->result->achievements[to].id);
    return false;
}

static void read_dependencies_of(struct reader *reader, size_t position, size_t *named_by) {
    const cJSON *array = array_of(reader, reader->nodes[position], "dependencies", true);
    for (const cJSON *node = array ? array->child : NULL; node; node = node->next) {
        size_t to;
        if (!resolve(reader, node, "a dependency", position, &to) || !is_other(reader, position, to, node))
            continue;
        if (named_by[to] == position + 1)
            warn(reader, node, "dependency.repeated", "remove one of the two", "%s is named twice here",
                 reader->result->achievements[to].id);
        else
            add_edge(reader, position, to, node);
        named_by[to] = position + 1;
    }
}

static void read_edges(struct reader *reader, const cJSON *root) {
    AUTO_FREE size_t *named_by = memory_allocate(reader->result->count, sizeof *named_by);
    for (size_t i = 0; i < reader->result->count; i++)
        read_dependencies_of(reader, i, named_by);
    for (size_t i = 0; i < reader->unnamed_count; i++) {
        const cJSON *array = array_of(reader, reader->unnamed[i], "dependencies", true);
        size_t to;
        for (const cJSON *node = array ? array->child : NULL; node; node = node->next)
            resolve(reader, node, "a dependency", SIZE_MAX, &to);
    }
    const cJSON *crossing = array_of(reader, root, "cross_priority_dependencies", false);
    for (const cJSON *object = crossing ? crossing->child : NULL; object; object = object->next) {
        size_t from = SIZE_MAX, to;
        if (!is_object(reader, object))
            continue;
        const cJSON *from_node = json_get(object, "from_achievement"), *to_node = json_get(object, "to_achievement");
        if (!from_node || !to_node) {
            fault(reader, object, "dependencies.missing", "the first depends on the second: give both as ids",
                  "\"from_achievement\" and \"to_achievement\" are required here");
            continue;
        }
        bool is_known = resolve(reader, from_node, "\"from_achievement\"", SIZE_MAX, &from);
        if (resolve(reader, to_node, "\"to_achievement\"", from, &to) && is_known &&
            is_other(reader, from, to, to_node))
            add_edge(reader, from, to, to_node);
    }
}

/* --- sub-executions --- */

/* "1.1" + ".2": one more number than its achievement's id. */
static bool extends(const char *id, const char *parent) {
    size_t length = strlen(parent);
    return strncmp(id, parent, length) == 0 && id[length] == '.' && !strchr(id + length + 1, '.');
}

static bool has_number(const struct sub_execution *items, size_t count, unsigned number) {
    for (size_t i = 0; i < count; i++)
        if (items[i].number == number)
            return true;
    return false;
}

static struct sub_execution read_sub_execution(struct reader *reader, const cJSON *object, const char *id,
                                               unsigned number) {
    struct sub_execution part = {.id = copy(reader, id), .title = read_title(reader, object), .number = number};
    part.has_hours = read_hours(reader, object, part.id, &part.hours);
    return part;
}

static void read_sub_executions_of(struct reader *reader, size_t position) {
    enum { SUB_EXECUTIONS_MOST = 99 }; /* they are numbered 01 to 99 in file names */
    struct achievement *achievement = &reader->result->achievements[position];
    const cJSON *array = array_of(reader, reader->nodes[position], "sub_executions", false);
    if (!array || !array->child)
        return;
    size_t given = (size_t)cJSON_GetArraySize(array);
    struct sub_execution *items = arena_allocate(
        &reader->result->arena, given < SUB_EXECUTIONS_MOST ? given : SUB_EXECUTIONS_MOST, sizeof *items);
    size_t count = 0;
    for (const cJSON *object = array->child; object; object = object->next) {
        if (!is_object(reader, object))
            continue;
        const cJSON *node = json_get(object, "execution_id");
        if (!node) {
            fault(reader, object, "dependencies.missing",
                  hint_text(reader, "add \"execution_id\": \"%s.1\"", achievement->id),
                  "this sub-execution has no \"execution_id\"");
            continue;
        }
        const char *id = read_id(reader, node, "\"execution_id\"");
        if (!id)
            continue;
        unsigned number = names_last_number(id);
        size_t other = position;
        if (!extends(id, achievement->id) || number < 1 || number > SUB_EXECUTIONS_MOST)
            fault(reader, node, "sub_execution.id",
                  hint_text(reader, "number them %s.1, %s.2 and so on, up to 99", achievement->id, achievement->id),
                  "the sub-execution %s does not belong under %s", id, achievement->id);
        else if (!string_map_add(&reader->ids, copy(reader, id), &other) || has_number(items, count, number))
            fault(reader, node, "achievement.duplicate", "give each sub-execution a different id",
                  "the id %s is used twice", id);
        else
            items[count++] = read_sub_execution(reader, object, id, number);
    }
    achievement->sub_executions = items;
    achievement->sub_execution_count = (uint32_t)count; /* SUB_EXECUTIONS_MOST */
}

/* --- the whole --- */

static void read_header(struct reader *reader, const cJSON *root) {
    static const char *const levels[] = {"level_1", "level_2", "level_3"};
    static const struct {
        const char *key;
        bool is_required;
    } keys[] = {{"plan_name", true}, {"parallelization_level", false}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const cJSON *node = json_get(root, keys[i].key);
        if (!node && keys[i].is_required)
            fault(reader, root, "dependencies.missing",
                  hint_text(reader, "add \"%s\": \"the plan's name\"", keys[i].key), "\"%s\" is missing", keys[i].key);
        else if (node && !cJSON_IsString(node))
            fault(reader, node, "dependencies.type", "put it in double quotes", "\"%s\" must be a string, not %s",
                  keys[i].key, json_type_name(node));
    }
    const char *name = json_get_string(root, "plan_name"), *level = json_get_string(root, "parallelization_level");
    reader->result->plan_name = name ? copy(reader, name) : NULL;
    for (size_t i = 0; level && i < 3; i++)
        if (strcmp(level, levels[i]) == 0)
            reader->result->level = levels[i];
    if (level && !reader->result->level) {
        fault(reader, json_get(root, "parallelization_level"), "dependencies.level", "use level_1, level_2 or level_3",
              "\"%s\" is no parallelization level", level);
    }
}

static const cJSON *edge_node(const struct reader *reader, struct edge edge) {
    for (size_t i = 0; i < reader->edge_count; i++)
        if (reader->edges[i].from == edge.from && reader->edges[i].to == edge.to)
            return reader->edge_nodes[i];
    return reader->json.root;
}

static void report_cycle(struct reader *reader, const struct cycle *cycle) {
    enum { SHOWN_MOST = 24 };
    const struct achievement *achievements = reader->result->achievements;
    AUTO(buffer) path = {0};
    for (uint32_t i = 0; i < cycle->count && i < SHOWN_MOST; i++)
        buffer_append_format(&path, "%s -> ", achievements[cycle->nodes[i]].id);
    if (cycle->count > SHOWN_MOST)
        buffer_append_format(&path, "(%u more) -> ", cycle->count - SHOWN_MOST);
    fault(reader, edge_node(reader, cycle->cut), "dependency.cycle",
          hint_text(reader, "remove %s from the dependencies of %s to break it", achievements[cycle->cut.to].id,
                    achievements[cycle->cut.from].id),
          "dependency cycle: %s%s", buffer_text(&path), achievements[cycle->nodes[0]].id);
}

static void build_graph(struct reader *reader) {
    AUTO(cycles) cycles = {0};
    if (graph_build(&reader->result->graph, (uint32_t)reader->result->count, reader->edges, reader->edge_count,
                    &cycles))
        return;
    for (size_t i = 0; i < cycles.count; i++)
        report_cycle(reader, &cycles.items[i]);
    if (cycles.has_more)
        fault(reader, reader->json.root, "dependency.cycle", "fix these first, then validate again",
              "there are more than these %zu cycles", cycles.count);
}

static void report_collision(struct reader *reader, const struct achievement *first, const struct achievement *second,
                             const cJSON *node) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(first->id, digits);
    fault(reader, node, "achievement.collision", "rename one of the two",
          "%s and %s would share their file names (both are written %s there)", first->id, second->id, digits);
}

/* Calls @found for every achievement whose digits an earlier one has. */
static bool find_collisions(struct achievement *achievements, size_t count,
                            void (*found)(void *data, size_t first, size_t second), void *data) {
    AUTO(string_map) names = {0};
    AUTO(arena) arena = {0};
    bool is_clean = true;
    for (size_t i = 0; i < count; i++) {
        char digits[NAMES_ID_BYTES_MOST + 1];
        names_digits(achievements[i].id, digits);
        size_t position = i;
        if (string_map_add(&names, arena_copy(&arena, digits, strlen(digits)), &position))
            continue;
        achievements[position].is_colliding = achievements[i].is_colliding = true;
        is_clean = false;
        found(data, position, i);
    }
    return is_clean;
}

static void collision_in_file(void *data, size_t first, size_t second) {
    struct reader *reader = data;
    const struct achievement *achievements = reader->result->achievements;
    report_collision(reader, &achievements[first], &achievements[second], reader->id_nodes[second]);
}

bool dependency_file_read(struct dependency_file *dependencies, struct span text, const char *file,
                          struct diagnostics *diagnostics) {
    *dependencies = (struct dependency_file){0};
    struct reader reader = {.result = dependencies, .file = file, .diagnostics = diagnostics};
    size_t errors = diagnostics->error_count;
    unsigned conflict = conflict_line(text);
    if (conflict) {
        conflict_report(diagnostics, SEVERITY_ERROR, file, conflict);
        return false;
    }
    if (!json_parse(&reader.json, text, file, diagnostics))
        return false;
    if (cJSON_IsObject(reader.json.root)) {
        read_header(&reader, reader.json.root);
        read_achievements(&reader, reader.json.root);
        read_edges(&reader, reader.json.root);
        for (size_t i = 0; i < dependencies->count; i++)
            read_sub_executions_of(&reader, i);
        find_collisions(dependencies->achievements, dependencies->count, collision_in_file, &reader);
        build_graph(&reader);
    } else {
        fault(&reader, reader.json.root, "dependencies.type", "start the file with {",
              "a dependency file holds one object, not %s", json_type_name(reader.json.root));
    }
    dependencies->is_valid = diagnostics->error_count == errors;
    if (!dependencies->is_valid)
        graph_release(&dependencies->graph);
    memory_free(reader.edges);
    memory_free(reader.edge_nodes);
    string_map_release(&reader.ids);
    json_release(&reader.json);
    return dependencies->is_valid;
}

void dependency_file_release(struct dependency_file *dependencies) {
    graph_release(&dependencies->graph);
    arena_release(&dependencies->arena);
    *dependencies = (struct dependency_file){0};
}

struct name_check {
    const struct achievement *achievements;
    const char *file;
    struct diagnostics *diagnostics;
};

static void collision_in_plan(void *data, size_t first, size_t second) {
    struct name_check *check = data;
    AUTO(arena) arena = {0};
    const char *message = arena_format(&arena, "%s and %s would share their file names", check->achievements[first].id,
                                       check->achievements[second].id);
    diagnostics_add(check->diagnostics, &(struct diagnostic){.code = "achievement.collision",
                                                             .message = message,
                                                             .file = check->file,
                                                             .hint = "rename one of the two"});
}

bool dependency_file_check_names(struct achievement *achievements, size_t count, const char *file,
                                 struct diagnostics *diagnostics) {
    struct name_check check = {achievements, file, diagnostics};
    return find_collisions(achievements, count, collision_in_plan, &check);
}
