#include "prompt/discover_prompt.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/excerpt.h"
#include "document/names.h"
#include "document/order_line.h"
#include "format/json_writer.h"
#include "format/markdown.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/hours.h"

static int compare_ids(const void *a, const void *b) {
    return names_compare_ids(*(const char *const *)a, *(const char *const *)b);
}

/* The ids, each once; the caller frees the list. */
static const char **collect_ids(const struct discover_prompt *prompt, size_t *count) {
    const struct dependency_file *dependencies = &prompt->plan->dependencies;
    const char **ids = memory_allocate(dependencies->count + prompt->definitions->count + 1, sizeof *ids);
    size_t all = 0;
    for (size_t i = 0; i < dependencies->count; i++)
        ids[all++] = dependencies->achievements[i].id;
    for (size_t i = 0; i < prompt->definitions->count; i++)
        ids[all++] = prompt->definitions->items[i].id;
    qsort(ids, all, sizeof *ids, compare_ids);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (*count == 0 || strcmp(ids[*count - 1], ids[i]) != 0)
            ids[(*count)++] = ids[i];
    return ids;
}

size_t discover_prompt_count(const struct discover_prompt *prompt) {
    size_t count;
    memory_free(collect_ids(prompt, &count));
    return count;
}

/* As the dependency file has it, or NULL. */
static const struct achievement *listed(const struct discover_prompt *prompt, const char *id, size_t *position) {
    return plan_find(prompt->plan, id, position) ? &prompt->plan->dependencies.achievements[*position] : NULL;
}

static const char *title_of(const struct discover_prompt *prompt, const char *id) {
    const struct definition *definition = plan_document_find(prompt->definitions, id);
    size_t position;
    const struct achievement *achievement = listed(prompt, id, &position);
    if (achievement && achievement->title)
        return achievement->title;
    return definition ? definition->title : NULL;
}

/* --- the achievements --- */

enum { ACHIEVEMENT_LEVEL = 3 /* of its heading */, ORDER_LINES_MOST = 20 };

static void append_field(struct buffer *text, const struct discover_prompt *prompt, const struct definition *definition,
                         enum definition_field field, const char *label) {
    AUTO(buffer) value = {0};
    if (definition->has_field[field]) {
        struct excerpt excerpt =
            excerpt_of_field(prompt->plan_document, prompt->plan->plan_file, &definition->fields[field]);
        excerpt.beneath = ACHIEVEMENT_LEVEL;
        excerpt_append_text(&value, &excerpt, SIZE_MAX);
    }
    if (value.length)
        buffer_append_format(text, "\n\n**%s**:%s%s", label, memchr(value.data, '\n', value.length) ? "\n" : " ",
                             value.data);
}

static void append_defined(struct buffer *text, const struct discover_prompt *prompt,
                           const struct definition *definition) {
    buffer_append_format(text, "\n\nPLAN lines %zu-%zu", definition->line + 1, definition->end);
    if (definition->effort.length)
        buffer_append_string(text, ", effort ");
    prose_append_words(text, definition->effort);
    append_field(text, prompt, definition, DEFINITION_GOAL, "Goal");
    append_field(text, prompt, definition, DEFINITION_DELIVERABLES, "Deliverables");
    append_field(text, prompt, definition, DEFINITION_DEPENDENCIES, "Dependencies, as the PLAN puts it (check it)");
    if (definition->has_field[DEFINITION_GOAL] || definition->has_field[DEFINITION_DELIVERABLES])
        return;
    const struct excerpt body = {.document = prompt->plan_document,
                                 .name = prompt->plan->plan_file,
                                 .first = definition->line + 1,
                                 .end = definition->end,
                                 .beneath = ACHIEVEMENT_LEVEL};
    buffer_append_string(text, "\n\n");
    excerpt_append_text(text, &body, SIZE_MAX);
}

void discover_prompt_append_achievements(struct buffer *text, const struct discover_prompt *prompt) {
    size_t count;
    AUTO_FREE const char **ids = collect_ids(prompt, &count);
    for (size_t i = 0; i < count; i++) {
        const struct definition *definition = plan_document_find(prompt->definitions, ids[i]);
        const char *title = title_of(prompt, ids[i]);
        buffer_append_format(text, "%s### %s ", i ? "\n\n" : "", ids[i]);
        prose_append_words(text, span_of(title ? title : "(no title)"));
        if (definition)
            append_defined(text, prompt, definition);
        else
            buffer_append_string(text, "\n\nThe PLAN does not define it.");
    }
    if (count == 0)
        buffer_append_string(text, "None could be found: the PLAN defines no achievement.");
}

/* --- what else speaks of an order --- */

/* By line: is it in the listing of an achievement? */
static bool *find_listings(const struct discover_prompt *prompt) {
    const struct plan_document *definitions = prompt->definitions;
    bool *is_listing = memory_allocate(prompt->plan_document->markdown.line_count, sizeof *is_listing);
    for (size_t i = 0; i < definitions->count; i++)
        memset(is_listing + definitions->items[i].line, true, definitions->items[i].end - definitions->items[i].line);
    return is_listing;
}

void discover_prompt_append_order(struct buffer *text, const struct discover_prompt *prompt) {
    const struct markdown *markdown = &prompt->plan_document->markdown;
    AUTO_FREE bool *is_listing = find_listings(prompt);
    AUTO_FREE size_t *lines = memory_allocate(markdown->line_count, sizeof *lines);
    size_t found = order_line_find_all(prompt->plan_document, prompt->definitions, lines), count = 0;
    for (size_t i = 0; i < found; i++) {
        struct span line = span_trim(markdown->lines[lines[i]].text);
        if (is_listing[lines[i]])
            continue;
        if (count == ORDER_LINES_MOST) {
            buffer_append_string(text, "\n- and more; search the PLAN for them");
            return;
        }
        buffer_append_string(text,
                             count++ ? "\n" : "\n\nThese lines outside of the achievements speak of an order:\n\n");
        buffer_append_format(text, "- line %zu: ", lines[i] + 1);
        prose_append_words(text, line);
    }
}

/* --- the dependency file as it is --- */

void discover_prompt_append_present(struct buffer *text, const struct discover_prompt *prompt) {
    const struct plan *plan = prompt->plan;
    if (!plan->dependency_file) {
        buffer_append_string(text, "There is none yet.");
        return;
    }
    const struct diagnostics *faults = &plan->dependency_diagnostics;
    prose_append_code(text, span_of(plan->dependency_file));
    buffer_append_format(text,
                         " is there, with %zu achievements. Improve it: keep what is right, and every key that "
                         "you do not know; what it lacks is in the skeleton below.",
                         plan->dependencies.count);
    if (faults->count)
        buffer_append_string(text, " What is wrong with it:\n");
    for (size_t i = 0; i < faults->count; i++) {
        buffer_append_format(text, "\n- line %u, column %u: ", faults->items[i].line, faults->items[i].column);
        prose_append_words(text, span_of(faults->items[i].message));
    }
}

/* --- the skeleton --- */

/* "4-6" of "4-6 hours". */
static void append_hours(struct buffer *text, struct span effort) {
    for (size_t i = 0; i < effort.length; i++) {
        static const char dash[] = "\xE2\x80\x93";
        if (span_starts_with(span_skip(effort, i), dash)) {
            buffer_append_byte(text, '-');
            i += strlen(dash) - 1;
        } else if (isdigit((unsigned char)effort.data[i]) || text_is_one_of(effort.data[i], ".-")) {
            buffer_append_byte(text, effort.data[i]);
        } else {
            break;
        }
    }
}

static void write_hours(struct json_writer *writer, const struct discover_prompt *prompt, const char *id) {
    const struct definition *definition = plan_document_find(prompt->definitions, id);
    AUTO(buffer) hours = {0};
    size_t position;
    double mean;
    const struct achievement *achievement = listed(prompt, id, &position);
    if (definition)
        append_hours(&hours, definition->effort);
    json_writer_key(writer, "estimated_hours");
    if (hours.length && hours_parse(buffer_span(&hours), &mean))
        json_writer_string(writer, hours.data);
    else if (achievement && achievement->has_hours)
        json_writer_number(writer, achievement->hours);
    else
        json_writer_null(writer);
}

static void write_achievement(struct json_writer *writer, const struct discover_prompt *prompt, const char *id) {
    const struct plan *plan = prompt->plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    size_t position = 0;
    bool is_listed = listed(prompt, id, &position) && plan->has_graph;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "achievement_id", id);
    json_writer_key_string(writer, "title", title_of(prompt, id));
    write_hours(writer, prompt, id);
    json_writer_key_array(writer, "dependencies");
    for (uint32_t i = is_listed ? lists->start[position] : 0; is_listed && i < lists->start[position + 1]; i++)
        json_writer_string(writer, plan->dependencies.achievements[lists->items[i]].id);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

void discover_prompt_append_skeleton(struct buffer *text, const struct discover_prompt *prompt) {
    size_t count;
    AUTO_FREE const char **ids = collect_ids(prompt, &count);
    const char *level = prompt->plan->dependencies.level;
    struct json_writer name = {.buffer = text};
    buffer_append_string(text, "{\n  \"plan_name\": ");
    json_writer_string(&name, prompt->plan->name);
    buffer_append_format(text, ",\n  \"parallelization_level\": \"%s\",\n  \"achievements\": [",
                         level ? level : "level_3");
    for (size_t i = 0; i < count; i++) {
        struct json_writer writer = {.buffer = text};
        buffer_append_string(text, i ? ",\n    " : "\n    ");
        write_achievement(&writer, prompt, ids[i]);
    }
    buffer_append_string(text, "\n  ]\n}");
}

/* --- the whole --- */

bool discover_prompt_append(struct buffer *text, const struct prompt_builder *builder, struct error *error) {
    static const char *const required[] = {"file", "achievements", "skeleton", NULL};
    const struct plan *plan = builder->plan;
    const struct discover_prompt prompt = {plan, builder->plan_document, builder->definitions};
    AUTO(variables) variables = {0};
    AUTO(buffer) value = {0};
    const char *target =
        plan->dependency_file ? plan->dependency_file : arena_format(&variables.arena, "%s/parallel.json", plan->path);
    variables_add_words(&variables, "plan", plan->name);
    variables_add_line(&variables, "path", plan->path);
    variables_add_line(&variables, "plan_file", plan->plan_file ? plan->plan_file : "none");
    variables_add_line(&variables, "reference", plan->reference);
    variables_add_line(&variables, "workspace", builder->workspace);
    variables_add_line(&variables, "file", target);
    variables_add_line(&variables, "count", arena_format(&variables.arena, "%zu", discover_prompt_count(&prompt)));
    discover_prompt_append_present(&value, &prompt);
    variables_add_text(&variables, "present", &value);
    discover_prompt_append_achievements(&value, &prompt);
    discover_prompt_append_order(&value, &prompt);
    variables_add_text(&variables, "achievements", &value);
    discover_prompt_append_skeleton(&value, &prompt);
    variables_add_text(&variables, "skeleton", &value);
    return prompt_builder_render(text, &variables, builder, required, error);
}
