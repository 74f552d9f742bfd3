#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "disk/files.h"
#include "disk/listing.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/json.h"
#include "format/json_size.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/hours.h"
#include "plan/loader.h"
#include "plan/plan_files.h"
#include "plan/plan_states.h"
#include "plan/standing.h"

/* --- the PLAN file and the dependency file --- */

static const char *folder_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void choose_plan_file(struct loader *loader) {
    struct plan *plan = loader->plan;
    const char *folder = folder_name(plan->path), *only = NULL;
    AUTO(buffer) several = {0};
    size_t count = 0;
    for (size_t i = 0; i < loader->own.count; i++) {
        const struct listing_entry *entry = &loader->own.entries[i];
        struct span name = names_plan(entry->name);
        if (name.length == 0 || !entry->is_regular)
            continue;
        if (span_equals(name, folder)) {
            only = entry->name;
            count = 1;
            break;
        }
        buffer_append_format(&several, "%s%s", count ? ", " : "", entry->name);
        only = entry->name;
        count++;
    }
    plan->name = arena_copy(&plan->arena, folder, strlen(folder));
    if (count == 1) {
        struct span name = names_plan(only);
        plan->name = arena_copy(&plan->arena, name.data, name.length);
        plan->plan_file = loader_join(loader, plan->path, only);
    } else if (count > 1) {
        loader_report(
            loader, SEVERITY_ERROR, plan->path, "plan.ambiguous",
            loader_format(loader, "several PLAN files, none named after the folder: %s", buffer_text(&several)),
            loader_format(loader, "name the right one PLAN_%s.md", folder));
    } else {
        loader_report(loader, SEVERITY_ERROR, plan->path, "plan.missing",
                      loader_format(loader, "there is no PLAN_%s.md here", folder), NULL);
    }
}

static void choose_dependency_file(struct loader *loader) {
    struct plan *plan = loader->plan;
    const char *chosen = NULL;
    AUTO(buffer) several = {0};
    size_t count = 0;
    for (size_t i = 0; names_of_dependency_file[i]; i++) {
        const struct listing_entry *entry = listing_find(&loader->own, names_of_dependency_file[i]);
        if (!entry)
            continue;
        if (!entry->is_regular) {
            loader_report(loader, SEVERITY_ERROR, loader_join(loader, plan->path, entry->name), "file.irregular",
                          "a dependency file must be a regular file, not a link or a folder", NULL);
            continue;
        }
        buffer_append_format(&several, "%s%s", count ? ", " : "", entry->name);
        chosen = chosen ? chosen : entry->name;
        count++;
        if (i == 0)
            break;
    }
    if (count == 1)
        plan->dependency_file = loader_join(loader, plan->path, chosen);
    else if (count > 1)
        loader_report(loader, SEVERITY_ERROR, plan->path, "plan.ambiguous",
                      loader_format(loader, "several dependency files: %s", buffer_text(&several)),
                      "name the right one parallel.json");
}

/* Is the dependency file as it was? Then what it says is, too. */
static bool take_dependencies(struct loader *loader) {
    struct plan *plan = loader->plan;
    const struct plan *previous = loader->previous;
    struct file_identity identity;
    enum file_kind kind;
    AUTO(error) error = {0};
    if (!previous || !previous->dependency_mark || strcmp(previous->dependency_file, plan->dependency_file) != 0)
        return false;
    if (!files_look(loader->files, plan->dependency_file, &kind, &identity, &error) || kind != FILE_REGULAR ||
        loader_mark(loader, &identity) != previous->dependency_mark)
        return false;
    loader_note_links(loader, &identity);
    plan->shares_dependencies = true;
    plan->dependencies = previous->dependencies;
    plan->dependency_diagnostics = previous->dependency_diagnostics;
    plan->dependency_mark = previous->dependency_mark;
    memcpy(plan->dependency_digest, previous->dependency_digest, sizeof plan->dependency_digest);
    return true;
}

static void read_dependency_file(struct loader *loader) {
    struct plan *plan = loader->plan;
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    if (take_dependencies(loader)) {
        plan->has_graph = plan->dependencies.is_valid;
    } else if (loader_read_file(loader, plan->dependency_file, JSON_SIZE_MOST_BYTES, &text, &plan->dependency_mark,
                                &error)) {
        digest_fast(buffer_span(&text), plan->dependency_digest);
        plan->has_graph = dependency_file_read(&plan->dependencies, buffer_span(&text), plan->dependency_file,
                                               &plan->dependency_diagnostics);
    } else if (error.system_errno == EFBIG) {
        json_report_too_large(plan->dependency_file, &plan->diagnostics);
    } else {
        loader_report_error(loader, plan->dependency_file, "file.unreadable", &error);
    }
    diagnostics_append(&plan->diagnostics, &plan->dependency_diagnostics);
    const char *stated = plan->dependencies.plan_name;
    if (stated && strcmp(stated, plan->name) != 0)
        loader_report(loader, SEVERITY_WARNING, plan->dependency_file, "plan.name",
                      loader_format(loader, "\"plan_name\" is \"%s\", but this is the plan %s", stated, plan->name),
                      "the folder and the PLAN file decide; correct \"plan_name\"");
}

/* --- without a dependency file: the achievements of the PLAN, and those that only files speak of --- */

static void add_defined(struct loader *loader, const struct plan_document *definitions, size_t room) {
    struct plan *plan = loader->plan;
    struct dependency_file *dependencies = &plan->dependencies;
    dependencies->achievements =
        arena_allocate(&plan->arena, definitions->count + room, sizeof *dependencies->achievements);
    for (size_t i = 0; i < definitions->count; i++) {
        const struct definition *definition = &definitions->items[i];
        struct achievement *achievement = &dependencies->achievements[dependencies->count++];
        achievement->id = arena_copy(&plan->arena, definition->id, strlen(definition->id));
        achievement->title = arena_copy(&plan->arena, definition->title, strlen(definition->title));
        achievement->has_hours = hours_parse(definition->effort, &achievement->hours);
    }
}

static void index_digits(struct loader *loader) {
    struct plan *plan = loader->plan;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        char digits[NAMES_ID_BYTES_MOST + 1];
        names_digits(plan->dependencies.achievements[i].id, digits);
        size_t position = i;
        string_map_add(&loader->plan->digits, arena_copy(&plan->arena, digits, strlen(digits)), &position);
    }
}

/*
 * The id behind digits that the PLAN does not define: "1.1" for "11". Longer ones could mean several things; there the
 * document's header says which, if its digits are the same.
 */
static const char *guess_id(struct loader *loader, struct span digits, const char *document_path) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    const char *id = NULL;
    bool is_ambiguous = digits.length > 2;
    if (is_ambiguous && document_path &&
        loader_read_file(loader, document_path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error)) {
        document_parse(&document, buffer_span(&text));
        struct span stated = document_achievement(&document);
        char stated_digits[NAMES_ID_BYTES_MOST + 1] = "";
        if (stated.length) {
            id = arena_copy(&loader->plan->arena, stated.data, stated.length);
            names_digits(id, stated_digits);
        }
        if (!span_equals(digits, stated_digits))
            id = NULL;
    }
    if (!id && digits.length == 2)
        id = loader_format(loader, "%c.%c", digits.data[0], digits.data[1]);
    return id;
}

static void add_from_files(struct loader *loader, const char *folder, const struct listing *listing) {
    struct plan *plan = loader->plan;
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_entry *entry = &listing->entries[i];
        struct name name = names_read(plan->name, entry->name);
        size_t position = plan->dependencies.count;
        if (name.kind == NAME_OTHER || !entry->is_regular ||
            string_map_find(&loader->plan->digits, name.digits, &position))
            continue;
        bool has_header = name.kind == NAME_SUBPLAN || name.kind == NAME_EXECUTION;
        const char *id = guess_id(loader, name.digits, has_header ? loader_join(loader, folder, entry->name) : NULL);
        if (!id)
            continue;
        plan->dependencies.achievements[plan->dependencies.count++].id = id;
        string_map_add(&loader->plan->digits, arena_copy(&plan->arena, name.digits.data, name.digits.length),
                       &position);
    }
}

static int compare_achievements(const void *a, const void *b) {
    return names_compare_ids(((const struct achievement *)a)->id, ((const struct achievement *)b)->id);
}

/* Work orders are made from a graph: where there are some, it may have been deleted. */
static void report_no_dependencies(struct loader *loader) {
    const struct plan *plan = loader->plan;
    AUTO(buffer) path = {0};
    bool has_orders = false;
    plan_append_reference(&path, plan->path);
    for (size_t i = 0; i < plan->standing_count; i++)
        has_orders |= plan->standings[i].execution_count > 0;
    loader_report(loader, SEVERITY_WARNING, plan->path, "plan.no_dependencies",
                  has_orders ? "without parallel.json nothing can be called ready, although there are EXECUTION_TASKs"
                             : "without parallel.json nothing can be called ready",
                  loader_format(loader, "%s\"batchctl init --graph %s\" writes one from the PLAN",
                                has_orders ? "restore it if it was deleted; or " : "", path.data));
}

static void load_without_dependencies(struct loader *loader, const struct plan_folders *folders) {
    struct plan *plan = loader->plan;
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    if (plan->plan_file) {
        if (loader_read_file(loader, plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error))
            document_parse(&document, buffer_span(&text));
        else
            loader_report_error(loader, plan->plan_file, "file.unreadable", &error);
        loader_report_unseen(loader, plan->plan_file, text_unseen_line(buffer_span(&document.text)));
        plan_document_read(&definitions, &document);
    }
    add_defined(loader, &definitions, folders->subplans.count + folders->execution.count + folders->feedbacks.count);
    index_digits(loader);
    add_from_files(loader, folders->subplans_path, &folders->subplans);
    add_from_files(loader, folders->execution_path, &folders->execution);
    add_from_files(loader, folders->feedbacks_path, &folders->feedbacks);
    if (plan->dependencies.count)
        qsort(plan->dependencies.achievements, plan->dependencies.count, sizeof *plan->dependencies.achievements,
              compare_achievements);
    string_map_release(&plan->digits);
    dependency_file_check_names(plan->dependencies.achievements, plan->dependencies.count, plan->plan_file,
                                &plan->diagnostics);
    loader->lacks_graph = plan->plan_file;
}

static void load(struct loader *loader, const char *path) {
    struct plan *plan = loader->plan;
    *plan = (struct plan){0};
    plan->path = arena_copy(&plan->arena, path, strlen(path));
    struct plan_folders folders = {0};
    struct error error = {0};
    if (!loader_list(loader, path, &loader->own, &error)) {
        plan->name = folder_name(plan->path);
        loader_report_error(loader, path, "file.unreadable", &error);
    } else {
        choose_plan_file(loader);
        choose_dependency_file(loader);
        plan_files_list(loader, &folders);
        if (plan->dependency_file)
            read_dependency_file(loader);
        else if (plan->diagnostics.error_count == 0)
            load_without_dependencies(loader, &folders);
        index_digits(loader);
        plan->standing_count = plan->dependencies.count;
        plan->standings = arena_allocate(&plan->arena, plan->standing_count, sizeof *plan->standings);
        plan->blocks = arena_allocate(&plan->arena, plan->standing_count, sizeof *plan->blocks);
        if (loader->previous)
            plan_files_identify(loader, &folders);
        plan_files_take(loader, &folders);
        for (size_t i = 0; i < plan->dependencies.count; i++)
            plan_states_settle(loader, i);
    }
    plan_set_reference(plan, plan->name);
    plan_states_report_open_fixes(loader);
    if (loader->lacks_graph)
        report_no_dependencies(loader);
    plan->is_valid = plan->diagnostics.error_count == 0;
    plan->has_graph = plan->has_graph && plan->is_valid;
    if (plan->has_graph)
        plan_states_settle_ready(plan);
    plan_files_release(&folders);
    listing_release(&loader->own);
}

void plan_load(struct plan *plan, const struct files *files, const char *path) {
    struct loader loader = loader_begin(plan, files, NULL);
    load(&loader, path);
}

void plan_reload(struct plan *plan, const struct files *files, const struct plan *previous) {
    struct loader loader = loader_begin(plan, files, previous);
    load(&loader, previous->path);
}
