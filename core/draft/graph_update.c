#include "draft/graph_update.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "draft/plan_draft.h"
#include "format/json.h"
#include "format/json_scanner.h"
#include "format/json_writer.h"
#include "plan/dependency_file.h"

/* How the file is written: the blanks before an entry, before a key in it, and before its closing brace. */
struct layout {
    struct span entry, key, closing;
};

struct update {
    struct text_edits *edits;
    const struct plan *plan;
    struct json json;
    const cJSON **entries;      /* by position */
    struct string_map crossing; /* "1.2 1.1": cross_priority_dependencies */
    struct layout layout;
    size_t added;
    struct diagnostics *diagnostics;
};

static void warn(struct update *update, const struct definition *definition, const char *message) {
    diagnostics_add(update->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                              .code = "plan.dependency",
                                                              .message = message,
                                                              .file = update->plan->plan_file,
                                                              .line = (unsigned)definition->line + 1,
                                                              .achievement = definition->id});
}

/* --- reading the file --- */

static bool find_entries(struct update *update) {
    const cJSON *array = json_get(update->json.root, "achievements");
    update->entries = arena_allocate(&update->json.arena, update->plan->dependencies.count, sizeof *update->entries);
    for (const cJSON *object = array ? array->child : NULL; object; object = object->next) {
        const char *id = json_get_string(object, "achievement_id");
        size_t position;
        id = id ? id : json_get_string(object, "id");
        if (id && plan_find(update->plan, id, &position))
            update->entries[position] = object;
    }
    for (size_t i = 0; i < update->plan->dependencies.count; i++)
        if (!update->entries[i])
            return false; /* it was written since the plan was read */
    return array;
}

static const char *pair_of(struct update *update, const char *from, const char *to) {
    return arena_format(&update->json.arena, "%s %s", from, to);
}

static void find_crossing(struct update *update) {
    const cJSON *array = json_get(update->json.root, "cross_priority_dependencies");
    for (const cJSON *object = array ? array->child : NULL; object; object = object->next) {
        const char *from = json_get_string(object, "from_achievement"), *to = json_get_string(object, "to_achievement");
        size_t position = 0;
        if (from && to)
            string_map_add(&update->crossing, pair_of(update, from, to), &position);
    }
}

static bool is_crossing(struct update *update, const char *from, const char *to) {
    size_t position;
    return string_map_find(&update->crossing, span_of(pair_of(update, from, to)), &position);
}

/* The blanks that end before @offset. */
static struct span blanks_before(struct span text, size_t offset) {
    size_t start = offset;
    while (start && (text.data[start - 1] == ' ' || text.data[start - 1] == '\t' || text.data[start - 1] == '\n' ||
                     text.data[start - 1] == '\r'))
        start--;
    return (struct span){text.data + start, offset - start};
}

/* As the last entry is written. */
static struct layout find_layout(struct update *update, const cJSON *last) {
    struct layout layout = {span_of("\n    "), span_of("\n      "), span_of("\n    ")};
    struct span text = update->json.text;
    struct json_offsets entry, key;
    if (!last || !last->child)
        return layout;
    entry = json_offsets_of(&update->json, last);
    key = json_offsets_of(&update->json, last->child);
    return (struct layout){blanks_before(text, entry.value), blanks_before(text, key.key),
                           blanks_before(text, entry.end - 1)};
}

/* --- edits --- */

static void append_string(struct buffer *text, const char *value) {
    struct json_writer writer = {.buffer = text};
    json_writer_string(&writer, value);
}

static void append_ids(struct buffer *text, const char *const *ids, size_t count) {
    buffer_append_byte(text, '[');
    for (size_t i = 0; i < count; i++)
        buffer_append_format(text, "%s\"%s\"", i ? ", " : "", ids[i]);
    buffer_append_byte(text, ']');
}

/* The blanks between a comma and a key. */
static struct span key_blanks(struct span blanks) {
    return blanks.length ? blanks : span_of(" ");
}

/* Sets the member @key of @object to @value, which is JSON. */
static void set_member(struct update *update, const cJSON *object, const char *key, const struct buffer *value) {
    const cJSON *node = json_get(object, key);
    if (node) {
        struct json_offsets place = json_offsets_of(&update->json, node);
        text_edits_add(update->edits, place.value, place.end - place.value, buffer_span(value));
        return;
    }
    const cJSON *last = object->child;
    while (last->next)
        last = last->next;
    struct json_offsets first = json_offsets_of(&update->json, object->child);
    AUTO(buffer) member = {0};
    buffer_append_byte(&member, ',');
    buffer_append_span(&member, key_blanks(blanks_before(update->json.text, first.key)));
    buffer_append_format(&member, "\"%s\": %s", key, buffer_text(value));
    text_edits_add(update->edits, json_offsets_of(&update->json, last).end, 0, buffer_span(&member));
}

/* Does the array of @object hold just these ids? */
static bool has_ids(const cJSON *object, const char *const *ids, size_t count) {
    const cJSON *array = json_get(object, "dependencies");
    AUTO(string_map) seen = {0};
    size_t position = 0, found = 0;
    for (size_t i = 0; i < count; i++)
        string_map_add(&seen, ids[i], &position);
    for (const cJSON *node = array ? array->child : NULL; node; node = node->next) {
        if (!string_map_find(&seen, span_of(node->valuestring), &position))
            return false;
        found++;
    }
    return found == count;
}

/* What cross_priority_dependencies says stays there, and is not said twice. */
static void set_dependencies(struct update *update, const struct plan_difference *difference) {
    const cJSON *object = update->entries[difference->position];
    const char **ids = arena_allocate(&update->json.arena, difference->dependency_count, sizeof *ids);
    AUTO(buffer) value = {0};
    size_t count = 0;
    for (size_t i = 0; i < difference->dependency_count; i++)
        if (!is_crossing(update, difference->definition->id, difference->dependencies[i]))
            ids[count++] = difference->dependencies[i];
    append_ids(&value, ids, count);
    if (has_ids(object, ids, count))
        warn(update, difference->definition,
             arena_format(&update->json.arena,
                          "%s has other dependencies by cross_priority_dependencies, which stay as they are",
                          difference->definition->id));
    else
        set_member(update, object, "dependencies", &value);
}

static void append_key(struct update *update, struct buffer *text, const char *key, struct span value) {
    buffer_append_byte(text, ',');
    buffer_append_span(text, key_blanks(update->layout.key));
    buffer_append_format(text, "\"%s\": ", key);
    buffer_append_span(text, value);
}

static void append_entry(struct update *update, struct buffer *text, const struct plan_difference *difference) {
    const struct definition *definition = difference->definition;
    AUTO(buffer) title = {0}, hours = {0}, dependencies = {0};
    append_string(&title, definition->title);
    append_ids(&dependencies, difference->dependencies, difference->dependency_count);
    buffer_append_byte(text, '{');
    buffer_append_span(text, update->layout.key);
    buffer_append_format(text, "\"achievement_id\": \"%s\"", definition->id);
    if (definition->title[0])
        append_key(update, text, "title", buffer_span(&title));
    if (plan_draft_append_hours(&hours, span_trim(definition->effort)))
        append_key(update, text, "estimated_hours", buffer_span(&hours));
    append_key(update, text, "dependencies", buffer_span(&dependencies));
    buffer_append_span(text, update->layout.closing);
    buffer_append_byte(text, '}');
}

/* Adds an entry behind the last one of the file, and behind those added before. */
static void add_entry(struct update *update, const struct plan_difference *difference) {
    const cJSON *array = json_get(update->json.root, "achievements"), *last = array->child;
    AUTO(buffer) text = {0};
    while (last && last->next)
        last = last->next;
    struct json_offsets place = json_offsets_of(&update->json, last ? last : array);
    if (last || update->added)
        buffer_append_byte(&text, ',');
    buffer_append_span(&text, last ? key_blanks(update->layout.entry) : update->layout.entry);
    append_entry(update, &text, difference);
    text_edits_add(update->edits, last ? place.end : place.value + 1, 0, buffer_span(&text));
    update->added++;
    if (!difference->is_sure)
        warn(update, difference->definition,
             arena_format(&update->json.arena,
                          "not all that %s says of its dependencies names an achievement for sure; "
                          "write what is missing into parallel.json",
                          difference->definition->id));
}

static void take_over(struct update *update, const struct plan_difference *difference) {
    AUTO(buffer) value = {0};
    switch (difference->kind) {
    case DIFFERENCE_ONLY_IN_PLAN:
        add_entry(update, difference);
        break;
    case DIFFERENCE_ONLY_IN_GRAPH:
        plan_difference_report(update->diagnostics, update->plan, difference);
        break;
    case DIFFERENCE_TITLE:
        append_string(&value, difference->definition->title);
        set_member(update, update->entries[difference->position], "title", &value);
        break;
    case DIFFERENCE_HOURS:
        plan_draft_append_hours(&value, span_trim(difference->definition->effort));
        set_member(update, update->entries[difference->position], "estimated_hours", &value);
        break;
    case DIFFERENCE_DEPENDENCIES:
        set_dependencies(update, difference);
        break;
    }
}

/* --- all of it --- */

static bool check_result(const struct update *update, struct error *error) {
    AUTO(buffer) text = {0};
    AUTO(dependency_file) result = {0};
    const char *file = update->plan->dependency_file;
    text_edits_apply(&text, update->edits, update->json.text);
    AUTO(diagnostics) found = {0};
    if (dependency_file_read(&result, buffer_span(&text), file, &found))
        return true;
    diagnostics_append(update->diagnostics, &found);
    error_set(error, ERROR_INVALID, "with what %s says, %s would be invalid; nothing was changed",
              names_base(update->plan->plan_file), names_base(file));
    error_about(error, update->plan->plan_file);
    return error_hint(error, "correct the PLAN, then try again; the lines are those of the new %s", names_base(file));
}

static void update_release(struct update *update) {
    string_map_release(&update->crossing);
    json_release(&update->json);
}

bool graph_update_make(struct text_edits *edits, const struct plan *plan, struct span text,
                       const struct plan_differences *differences, struct diagnostics *diagnostics,
                       struct error *error) {
    AUTO(update) update = {.edits = edits, .plan = plan, .diagnostics = diagnostics};
    if (!json_parse(&update.json, text, plan->dependency_file, diagnostics) || !find_entries(&update))
        return error_set(error, ERROR_STALE, "%s was changed meanwhile; nothing was written", plan->dependency_file);
    const cJSON *last = json_get(update.json.root, "achievements")->child;
    while (last && last->next)
        last = last->next;
    update.layout = find_layout(&update, last);
    find_crossing(&update);
    for (size_t i = 0; i < differences->count; i++)
        take_over(&update, &differences->items[i]);
    return check_result(&update, error);
}
