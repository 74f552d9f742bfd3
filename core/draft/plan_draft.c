#include "draft/plan_draft.h"

#include <string.h>

#include "base/auto.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/document.h"
#include "document/markdown_quote.h"
#include "format/json_writer.h"
#include "format/prose.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/hours.h"

void plan_draft_release(struct plan_draft *draft) {
    for (size_t i = 0; i < draft->count; i++) {
        memory_free(draft->items[i].dependencies);
        string_map_release(&draft->items[i].depended);
    }
    memory_free(draft->items);
    arena_release(&draft->arena);
    *draft = (struct plan_draft){0};
}

struct plan_draft_item *plan_draft_add(struct plan_draft *draft, const char *id) {
    draft->items = memory_grow(draft->items, &draft->capacity, draft->count + 1, sizeof *draft->items);
    struct plan_draft_item *item = &draft->items[draft->count++];
    *item = (struct plan_draft_item){.id = arena_copy(&draft->arena, id, strlen(id))};
    return item;
}

void plan_draft_depend(struct plan_draft *draft, struct plan_draft_item *item, const char *id,
                       struct plan_draft_place place) {
    size_t position = item->dependency_count;
    const char *kept = arena_copy(&draft->arena, id, strlen(id));
    if (!string_map_add(&item->depended, kept, &position))
        return;
    item->dependencies = memory_grow(item->dependencies, &item->dependency_capacity, item->dependency_count + 1,
                                     sizeof *item->dependencies);
    item->dependencies[item->dependency_count++] = (struct plan_draft_dependency){kept, place};
}

/* --- checking --- */

struct check {
    const struct plan_draft *draft;
    const char *file;
    struct diagnostics *diagnostics;
    struct string_map ids;
    struct arena arena;
    struct edge *edges;
    size_t edge_count;
    const struct plan_draft_place **places; /* of the edges */
};

static void fault(struct check *check, const char *code, struct plan_draft_place place, const char *message,
                  const char *hint) {
    diagnostics_add(check->diagnostics, &(struct diagnostic){.code = code,
                                                             .message = message,
                                                             .file = check->file,
                                                             .line = place.line,
                                                             .column = place.column,
                                                             .pointer = place.pointer,
                                                             .hint = hint});
}

static void check_ids(struct check *check) {
    const struct plan_draft *draft = check->draft;
    for (size_t i = 0; i < draft->count; i++) {
        size_t position = i;
        if (!string_map_add(&check->ids, draft->items[i].id, &position))
            fault(check, "achievement.duplicate", draft->items[i].place,
                  arena_format(&check->arena, "the id %s is used twice; first in line %u", draft->items[i].id,
                               draft->items[position].place.line),
                  "give each its own id");
    }
}

static void check_names(struct check *check) {
    const struct plan_draft *draft = check->draft;
    struct achievement *achievements = arena_allocate(&check->arena, draft->count, sizeof *achievements);
    for (size_t i = 0; i < draft->count; i++)
        achievements[i].id = draft->items[i].id;
    dependency_file_check_names(achievements, draft->count, check->file, check->diagnostics);
}

static void check_edges_of(struct check *check, uint32_t from) {
    const struct plan_draft_item *item = &check->draft->items[from];
    for (size_t i = 0; i < item->dependency_count; i++) {
        const struct plan_draft_dependency *dependency = &item->dependencies[i];
        size_t to;
        if (!string_map_find(&check->ids, span_of(dependency->id), &to)) {
            fault(check, "dependency.unknown", dependency->place,
                  arena_format(&check->arena, "%s depends on %s, which is not there", item->id, dependency->id),
                  "correct it, or remove it");
        } else if (to == from) {
            fault(check, "dependency.self", dependency->place,
                  arena_format(&check->arena, "%s depends on itself", item->id), "remove it");
        } else {
            check->places[check->edge_count] = &dependency->place;
            check->edges[check->edge_count++] = (struct edge){from, (uint32_t)to};
        }
    }
}

/* The place of the edge to cut; of an edge without a place in the file, that of the item. */
static struct plan_draft_place place_of(const struct check *check, struct edge edge) {
    for (size_t i = 0; i < check->edge_count; i++)
        if (check->edges[i].from == edge.from && check->edges[i].to == edge.to && check->places[i]->line)
            return *check->places[i];
    return check->draft->items[edge.from].place;
}

static void report_cycle(struct check *check, const struct cycle *cycle) {
    const struct plan_draft_item *items = check->draft->items;
    AUTO(buffer) path = {0};
    for (uint32_t i = 0; i < cycle->count; i++)
        buffer_append_format(&path, "%s -> ", items[cycle->nodes[i]].id);
    buffer_append_string(&path, items[cycle->nodes[0]].id);
    fault(check, "dependency.cycle", place_of(check, cycle->cut),
          arena_format(&check->arena, "dependency cycle: %s", buffer_text(&path)),
          arena_format(&check->arena, "remove %s from the dependencies of %s to break it", items[cycle->cut.to].id,
                       items[cycle->cut.from].id));
}

static void check_edges(struct check *check) {
    size_t most = 0;
    for (size_t i = 0; i < check->draft->count; i++)
        most += check->draft->items[i].dependency_count;
    check->edges = arena_allocate(&check->arena, most, sizeof *check->edges);
    check->places = arena_allocate(&check->arena, most, sizeof *check->places);
    for (size_t i = 0; i < check->draft->count; i++)
        check_edges_of(check, (uint32_t)i);
    struct graph graph;
    AUTO(cycles) cycles = {0};
    if (graph_build(&graph, (uint32_t)check->draft->count, check->edges, check->edge_count, &cycles))
        graph_release(&graph);
    for (size_t i = 0; i < cycles.count; i++)
        report_cycle(check, &cycles.items[i]);
}

bool plan_draft_check(const struct plan_draft *draft, const char *file, struct diagnostics *diagnostics) {
    struct check check = {.draft = draft, .file = file, .diagnostics = diagnostics};
    size_t before = diagnostics->error_count;
    check_ids(&check);
    if (diagnostics->error_count == before) /* the same id twice has the same names, of course */
        check_names(&check);
    check_edges(&check);
    string_map_release(&check.ids);
    arena_release(&check.arena);
    return diagnostics->error_count == before;
}

/* --- the dependency file --- */

static void append_json(struct buffer *text, const char *key, const char *value) {
    struct json_writer writer = {.buffer = text};
    buffer_append_format(text, "\"%s\": ", key);
    json_writer_string(&writer, value);
}

bool plan_draft_append_hours(struct buffer *text, struct span span) {
    double hours;
    if (!hours_parse(span, &hours))
        return false;
    size_t length = 0;
    while (length < span.length && text_is_one_of(span.data[length], "0123456789.-"))
        length++;
    AUTO(buffer) range = {0};
    buffer_append(&range, span.data, length);
    double mean;
    bool is_range = memchr(span.data, '-', length) && hours_parse(buffer_span(&range), &mean) &&
                    mean == hours; /* not of "30-45 minutes" */
    if (is_range)
        buffer_append_format(text, "\"%s\"", buffer_text(&range));
    else
        buffer_append_format(text, "%.6g", hours);
    return true;
}

static void append_optional(struct buffer *text, const char *key, const char *value) {
    if (!value)
        return;
    buffer_append_string(text, ",\n      ");
    append_json(text, key, value);
}

/* One id, or an array where there may be several. */
static void append_origin_ids(struct buffer *text, const struct plan_draft_item *item) {
    if (!item->is_origin_list) {
        append_optional(text, "origin", item->origin_ids);
        return;
    }
    struct json_writer writer = {.buffer = text};
    buffer_append_string(text, ",\n      \"origin\": ");
    json_writer_open_array(&writer);
    for (struct span rest = span_of(item->origin_ids), id; span_next_line(&rest, &id);)
        json_writer_span(&writer, id);
    json_writer_close_array(&writer);
}

static void append_item(struct buffer *text, const struct plan_draft_item *item) {
    buffer_append_string(text, "    {\n      ");
    append_json(text, "achievement_id", item->id);
    append_optional(text, "title", item->title);
    append_optional(text, "part_of", item->part_of_id);
    if (item->priority)
        buffer_append_format(text, ",\n      \"priority\": %s", item->priority);
    append_origin_ids(text, item);
    AUTO(buffer) hours = {0};
    if (item->effort && plan_draft_append_hours(&hours, span_of(item->effort)))
        buffer_append_format(text, ",\n      \"estimated_hours\": %s", hours.data);
    buffer_append_string(text, ",\n      \"dependencies\": [");
    for (size_t i = 0; i < item->dependency_count; i++)
        buffer_append_format(text, "%s\"%s\"", i ? ", " : "", item->dependencies[i].id);
    buffer_append_string(text, "]\n    }");
}

void plan_draft_write_graph(struct buffer *text, const struct plan_draft *draft, const char *name) {
    buffer_append_string(text, "{\n  ");
    append_json(text, "$schema", DEPENDENCY_FILE_SCHEMA);
    buffer_append_string(text, ",\n  ");
    append_json(text, "plan_name", name);
    if (draft->origin_format) {
        buffer_append_string(text, ",\n  \"origin\": {");
        append_json(text, "format", draft->origin_format);
        buffer_append_string(text, ", ");
        append_json(text, "file", draft->origin_file);
        buffer_append_byte(text, '}');
    }
    buffer_append_string(text, ",\n  \"parallelization_level\": \"level_2\",\n  \"achievements\": [");
    for (size_t i = 0; i < draft->count; i++) {
        buffer_append_string(text, i ? ",\n" : "\n");
        append_item(text, &draft->items[i]);
    }
    buffer_append_string(text, draft->count ? "\n  ]\n}\n" : "]\n}\n");
}

/* --- the PLAN --- */

static void append_title(struct buffer *text, const struct plan_draft_item *item) {
    buffer_append_format(text, "**Achievement %s**: ", item->id);
    prose_append_words(text, span_trim(span_of(item->title ? item->title : "(no title)")));
}

void plan_draft_write_index(struct buffer *text, const struct plan_draft *draft) {
    for (size_t i = 0; i < draft->count; i++) {
        buffer_append_string(text, i ? "\n- " : "- ");
        append_title(text, &draft->items[i]);
    }
}

static void append_field(struct buffer *text, const char *label, const char *value, bool is_verbatim) {
    if (!value || span_trim(span_of(value)).length == 0)
        return;
    buffer_append_format(text, "- **%s**:", label);
    markdown_quote_append(text, span_of(value), is_verbatim);
}

static void append_dependencies(struct buffer *text, const struct plan_draft_item *item) {
    buffer_append_string(text, "- **Dependencies**: ");
    for (size_t i = 0; i < item->dependency_count; i++)
        buffer_append_format(text, "%s%s", i ? ", " : "", item->dependencies[i].id);
    buffer_append_string(text, item->dependency_count ? "\n" : "None\n");
}

/* Dependencies come last: a reader of them has read the whole body. */
void plan_draft_write_bodies(struct buffer *text, const struct plan_draft *draft, bool is_verbatim) {
    static const struct {
        enum definition_field field;
        const char *label;
    } order[] = {{DEFINITION_GOAL, "Goal"},
                 {DEFINITION_APPROACH, "Approach"},
                 {DEFINITION_DELIVERABLES, "Deliverables"},
                 {DEFINITION_CRITERIA, "Success Criteria"},
                 {DEFINITION_TESTS, "Tests"}};
    for (size_t i = 0; i < draft->count; i++) {
        const struct plan_draft_item *item = &draft->items[i];
        buffer_append_string(text, i ? "\n" : "");
        append_title(text, item);
        buffer_append_string(text, "\n\n");
        append_field(text, "Parts", item->parts, is_verbatim);
        append_field(text, "Part of", item->part_of, is_verbatim);
        append_field(text, "Origin", item->origin, is_verbatim);
        for (size_t k = 0; k < sizeof order / sizeof *order; k++)
            append_field(text, order[k].label, item->fields[order[k].field], is_verbatim);
        append_field(text, "Effort", item->effort, is_verbatim);
        append_field(text, "Notes", item->notes, is_verbatim);
        append_dependencies(text, item);
    }
}

bool plan_draft_is_defined(const struct plan_draft *draft, struct span text) {
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    document_parse(&document, text);
    plan_document_read(&definitions, &document);
    if (definitions.count != draft->count)
        return false;
    for (size_t i = 0; i < draft->count; i++) {
        const struct definition *found = plan_document_find(&definitions, draft->items[i].id);
        if (!found || !found->has_field[DEFINITION_DEPENDENCIES])
            return false;
    }
    return true;
}
