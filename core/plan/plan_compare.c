#include "plan/plan_compare.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/string_map.h"
#include "base/text.h"
#include "document/id_list.h"
#include "document/names.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/hours.h"

struct comparison {
    struct plan_differences *differences;
    const struct plan *plan;
    const struct document *document;
    const struct plan_document *definitions;
    bool *is_defined; /* by position in the plan */
};

static struct plan_difference *add(struct comparison *comparison, enum plan_difference_kind kind, size_t position,
                                   const struct definition *definition) {
    struct plan_differences *differences = comparison->differences;
    struct plan_difference *difference = LIST_ADD(differences->items, differences->count, differences->capacity);
    *difference = (struct plan_difference){.kind = kind, .position = position, .definition = definition};
    return difference;
}

/* --- titles: what is not a letter or a digit is a matter of markup --- */

static bool is_letter(char byte) {
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

static char next_letter(const char **text) {
    while (**text && !is_letter(**text))
        ++*text;
    return **text ? (char)tolower((unsigned char)*(*text)++) : '\0';
}

static bool is_same_title(const char *a, const char *b) {
    for (;;) {
        char left = next_letter(&a), right = next_letter(&b);
        if (left != right)
            return false;
        if (!left)
            return true;
    }
}

static void compare_titles(struct comparison *comparison, const struct definition *definition, size_t position) {
    const char *title = comparison->plan->dependencies.achievements[position].title;
    bool is_silent = !title || !title[0];
    bool is_same =
        !is_silent && (is_same_title(title, definition->title) || is_same_title(title, definition->whole_title));
    if (definition->title[0] && !is_same)
        add(comparison, DIFFERENCE_TITLE, position, definition)->is_silent = is_silent;
}

static void compare_hours(struct comparison *comparison, const struct definition *definition, size_t position) {
    const struct achievement *achievement = &comparison->plan->dependencies.achievements[position];
    double hours;
    if (hours_parse(span_trim(definition->effort), &hours) &&
        (!achievement->has_hours || fabs(achievement->hours - hours) > 0.001))
        add(comparison, DIFFERENCE_HOURS, position, definition)->is_silent = !achievement->has_hours;
}

/* --- dependencies --- */

static bool is_known(const struct comparison *comparison, const char *id) {
    size_t position;
    return plan_find(comparison->plan, id, &position) || plan_document_find(comparison->definitions, id);
}

/* What the definition names: the ids of achievements, each once, and whether it names nothing else. */
static void read_named(struct comparison *comparison, const struct definition *definition,
                       struct plan_difference *named, struct string_map *seen) {
    struct arena *arena = &comparison->differences->arena;
    AUTO(buffer) text = {0};
    struct id_list_item mention;
    size_t count = 0;
    bool is_doubtful = false;
    plan_document_append_dependencies(&text, comparison->document, definition);
    for (struct span rest = buffer_span(&text); id_list_next(&rest, &mention);)
        count++;
    named->dependencies = arena_allocate(arena, count, sizeof *named->dependencies);
    for (struct span rest = buffer_span(&text); id_list_next(&rest, &mention);) {
        const char *id = arena_copy(arena, mention.id.data ? mention.id.data : "", mention.id.length);
        size_t position = 0;
        if (mention.kind == ID_LIST_NONE)
            named->is_sure = true;
        else if (mention.kind != ID_LIST_ID || !is_known(comparison, id) || strcmp(id, definition->id) == 0)
            is_doubtful = true;
        else if (string_map_add(seen, id, &position))
            named->dependencies[named->dependency_count++] = id;
    }
    named->is_sure = !is_doubtful && (named->is_sure || named->dependency_count);
}

static void compare_dependencies(struct comparison *comparison, const struct definition *definition, size_t position) {
    const struct plan *plan = comparison->plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    size_t first = lists->start[position], end = lists->start[position + 1], common = 0;
    struct plan_difference named = {.kind = DIFFERENCE_DEPENDENCIES, .position = position, .definition = definition};
    AUTO(string_map) seen = {0};
    read_named(comparison, definition, &named, &seen);
    for (size_t i = first, place; i < end; i++)
        common += string_map_find(&seen, span_of(plan->dependencies.achievements[lists->items[i]].id), &place);
    if (named.is_sure && (common != named.dependency_count || common != end - first))
        *add(comparison, DIFFERENCE_DEPENDENCIES, position, definition) = named;
}

/* --- all of it --- */

static void compare_definition(struct comparison *comparison, const struct definition *definition) {
    size_t position;
    if (plan_find(comparison->plan, definition->id, &position)) {
        comparison->is_defined[position] = true;
        compare_titles(comparison, definition, position);
        compare_hours(comparison, definition, position);
        if (definition->has_field[DEFINITION_DEPENDENCIES])
            compare_dependencies(comparison, definition, position);
        return;
    }
    AUTO(string_map) seen = {0};
    struct plan_difference *difference = add(comparison, DIFFERENCE_ONLY_IN_PLAN, 0, definition);
    difference->is_sure = !definition->has_field[DEFINITION_DEPENDENCIES];
    if (!difference->is_sure)
        read_named(comparison, definition, difference, &seen);
}

void plan_differences_find(struct plan_differences *differences, const struct plan *plan,
                           const struct document *document, const struct plan_document *definitions) {
    AUTO_FREE bool *is_defined = memory_allocate(plan->dependencies.count, sizeof *is_defined);
    struct comparison comparison = {differences, plan, document, definitions, is_defined};
    *differences = (struct plan_differences){0};
    for (size_t i = 0; i < definitions->count; i++)
        compare_definition(&comparison, &definitions->items[i]);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (!is_defined[i])
            add(&comparison, DIFFERENCE_ONLY_IN_GRAPH, i, NULL);
}

void plan_differences_release(struct plan_differences *differences) {
    memory_free(differences->items);
    arena_release(&differences->arena);
    *differences = (struct plan_differences){0};
}

/* --- warnings --- */

static void append_ids(struct buffer *text, const struct plan *plan, const struct plan_difference *difference) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    uint32_t first = lists->start[difference->position], end = lists->start[difference->position + 1];
    buffer_append_format(text, "%s depends on ", difference->definition->id);
    for (size_t i = 0; i < difference->dependency_count; i++)
        buffer_append_format(text, "%s%s", i ? ", " : "", difference->dependencies[i]);
    buffer_append_string(text, difference->dependency_count ? " here, but on " : "nothing here, but on ");
    for (uint32_t i = first; i < end; i++)
        buffer_append_format(text, "%s%s", i > first ? ", " : "", plan->dependencies.achievements[lists->items[i]].id);
    buffer_append_format(text, "%s in %s", end > first ? "" : "nothing", names_base(plan->dependency_file));
}

static void append_message(struct buffer *text, const struct plan *plan, const struct plan_difference *difference) {
    const struct definition *definition = difference->definition;
    const struct achievement *achievement = &plan->dependencies.achievements[difference->position];
    const char *file = names_base(plan->dependency_file);
    switch (difference->kind) {
    case DIFFERENCE_ONLY_IN_PLAN:
        buffer_append_format(text, "%s is defined here, but %s does not have it", definition->id, file);
        break;
    case DIFFERENCE_ONLY_IN_GRAPH:
        buffer_append_format(text, "%s is only here: %s does not define it", achievement->id,
                             names_base(plan->plan_file));
        break;
    case DIFFERENCE_TITLE:
        buffer_append_format(text, "%s is \"%s\" here, but \"%s\" in %s", definition->id, definition->title,
                             achievement->title, file);
        break;
    case DIFFERENCE_HOURS:
        buffer_append_format(text, "%s takes \"%.*s\" here, but %g hour%s in %s", definition->id,
                             (int)definition->effort.length, definition->effort.data, achievement->hours,
                             text_plural_hours(achievement->hours), file);
        break;
    case DIFFERENCE_DEPENDENCIES:
        append_ids(text, plan, difference);
        break;
    }
}

void plan_difference_report(struct diagnostics *diagnostics, const struct plan *plan,
                            const struct plan_difference *difference) {
    static const char *const codes[] = {[DIFFERENCE_ONLY_IN_PLAN] = "achievement.only_in_plan",
                                        [DIFFERENCE_ONLY_IN_GRAPH] = "achievement.only_in_graph",
                                        [DIFFERENCE_TITLE] = "achievement.title",
                                        [DIFFERENCE_HOURS] = "achievement.hours",
                                        [DIFFERENCE_DEPENDENCIES] = "achievement.dependencies"};
    const struct definition *definition = difference->definition;
    AUTO(buffer) message = {0}, hint = {0};
    if (difference->is_silent)
        return;
    append_message(&message, plan, difference);
    if (definition)
        buffer_append_format(&hint, "take the PLAN over: batchctl init --graph %s --update", plan->reference);
    else
        buffer_append_string(&hint, "define it in the PLAN, or remove it here; batches follow this file");
    diagnostics_add(diagnostics,
                    &(struct diagnostic){.severity = SEVERITY_WARNING,
                                         .code = codes[difference->kind],
                                         .message = buffer_text(&message),
                                         .file = definition ? plan->plan_file : plan->dependency_file,
                                         .line = definition ? (unsigned)definition->line + 1 : 0,
                                         .achievement = definition
                                                            ? definition->id
                                                            : plan->dependencies.achievements[difference->position].id,
                                         .hint = buffer_text(&hint)});
}

void plan_compare_append(struct diagnostics *diagnostics, const struct plan *plan, const struct files *files) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    AUTO(plan_differences) differences = {0};
    if (!plan->plan_file || !plan->has_graph ||
        !files_read(files, plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error))
        return;
    document_parse(&document, buffer_span(&text));
    if (document.conflict_line)
        return;
    plan_document_read(&definitions, &document);
    plan_differences_find(&differences, plan, &document, &definitions);
    for (size_t i = 0; i < differences.count; i++)
        plan_difference_report(diagnostics, plan, &differences.items[i]);
}
