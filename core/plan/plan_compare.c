#include "plan/plan_compare.h"

#include <ctype.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "document/document.h"
#include "document/id_list.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "plan/graph.h"

struct comparison {
    const struct plan *plan;
    struct document document;
    struct plan_document definitions;
    struct diagnostics *diagnostics;
    struct arena arena;
    bool *is_named; /* by position: does the PLAN name it as a dependency of the one that is compared? */
};

#define text_of(comparison, ...) arena_format(&(comparison)->arena, __VA_ARGS__)

static void warn(struct comparison *comparison, const char *code, const char *id, const char *file, size_t line,
                 const char *message) {
    diagnostics_add(comparison->diagnostics,
                    &(struct diagnostic){.severity = SEVERITY_WARNING,
                                         .code = code,
                                         .message = message,
                                         .file = file,
                                         .line = (unsigned)line,
                                         .achievement = id,
                                         .hint = "correct the one that is wrong; batches follow parallel.json"});
}

static void warn_in_plan(struct comparison *comparison, const char *code, const struct definition *definition,
                         const char *message) {
    warn(comparison, code, definition->id, comparison->plan->plan_file, definition->line + 1, message);
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

static void compare_titles(struct comparison *comparison, const struct definition *definition, const char *title) {
    if (title && title[0] && definition->title[0] && !is_same_title(title, definition->title))
        warn_in_plan(comparison, "achievement.title", definition,
                     text_of(comparison, "%s is \"%s\" here, but \"%s\" in %s", definition->id, definition->title,
                             title, names_base(comparison->plan->dependency_file)));
}

/* --- dependencies --- */

struct named {
    struct buffer ids; /* "1.1, 1.2" */
    size_t *positions;
    size_t count, capacity;
    bool is_sure; /* nothing but ids, or that there are none */
};

static void read_named(struct comparison *comparison, const struct definition *definition, struct named *named) {
    struct buffer text = {0};
    struct id_list_item mention;
    plan_document_append_dependencies(&text, &comparison->document, definition);
    for (struct span rest = buffer_span(&text); id_list_next(&rest, &mention);) {
        size_t position;
        const char *id = text_of(comparison, "%.*s", (int)mention.id.length, mention.id.data ? mention.id.data : "");
        bool is_known = mention.kind == ID_LIST_ID && plan_find(comparison->plan, id, &position);
        named->is_sure |= mention.kind == ID_LIST_NONE || is_known;
        if (mention.kind == ID_LIST_UNSURE || (mention.kind == ID_LIST_ID && !is_known)) {
            named->is_sure = false;
            break;
        }
        if (!is_known || comparison->is_named[position])
            continue;
        comparison->is_named[position] = true;
        buffer_append_format(&named->ids, "%s%s", named->count ? ", " : "", id);
        named->positions = memory_grow(named->positions, &named->capacity, named->count + 1, sizeof *named->positions);
        named->positions[named->count++] = position;
    }
    buffer_release(&text);
}

static void compare_dependencies(struct comparison *comparison, const struct definition *definition, size_t position) {
    const struct plan *plan = comparison->plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    size_t first = lists->start[position], end = lists->start[position + 1], common = 0;
    struct named named = {0};
    struct buffer ids = {0};
    read_named(comparison, definition, &named);
    for (size_t i = first; i < end; i++) {
        common += comparison->is_named[lists->items[i]];
        buffer_append_format(&ids, "%s%s", i > first ? ", " : "", plan->dependencies.achievements[lists->items[i]].id);
    }
    if (named.is_sure && (common != named.count || common != end - first))
        warn_in_plan(comparison, "achievement.dependencies", definition,
                     text_of(comparison, "%s depends on %s here, but on %s in %s", definition->id,
                             named.count ? buffer_text(&named.ids) : "nothing",
                             end > first ? buffer_text(&ids) : "nothing", names_base(plan->dependency_file)));
    for (size_t i = 0; i < named.count; i++)
        comparison->is_named[named.positions[i]] = false;
    memory_free(named.positions);
    buffer_release(&named.ids);
    buffer_release(&ids);
}

/* --- all of it --- */

static void compare_definitions(struct comparison *comparison) {
    const struct plan *plan = comparison->plan;
    comparison->is_named = arena_allocate(&comparison->arena, plan->dependencies.count, sizeof *comparison->is_named);
    for (size_t i = 0; i < comparison->definitions.count; i++) {
        const struct definition *definition = &comparison->definitions.items[i];
        size_t position;
        if (!plan_find(plan, definition->id, &position)) {
            warn_in_plan(comparison, "achievement.only_in_plan", definition,
                         text_of(comparison, "%s is defined here, but %s does not have it", definition->id,
                                 names_base(plan->dependency_file)));
            continue;
        }
        compare_titles(comparison, definition, plan->dependencies.achievements[position].title);
        if (definition->has_field[DEFINITION_DEPENDENCIES])
            compare_dependencies(comparison, definition, position);
    }
}

static void compare_achievements(struct comparison *comparison) {
    const struct plan *plan = comparison->plan;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        const char *id = plan->dependencies.achievements[i].id;
        if (!plan_document_find(&comparison->definitions, id))
            warn(comparison, "achievement.only_in_graph", id, plan->dependency_file, 0,
                 text_of(comparison, "%s is only here: %s does not define it", id, names_base(plan->plan_file)));
    }
}

void plan_compare_append(struct diagnostics *diagnostics, const struct plan *plan, const struct files *files) {
    struct comparison comparison = {.plan = plan, .diagnostics = diagnostics};
    struct buffer text = {0};
    struct error error = {0};
    if (plan->plan_file && plan->has_graph &&
        files_read(files, plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error)) {
        document_parse(&comparison.document, buffer_span(&text));
        if (!comparison.document.conflict_line) {
            plan_document_read(&comparison.definitions, &comparison.document);
            compare_definitions(&comparison);
            compare_achievements(&comparison);
        }
    }
    error_release(&error);
    buffer_release(&text);
    plan_document_release(&comparison.definitions);
    document_release(&comparison.document);
    arena_release(&comparison.arena);
}
