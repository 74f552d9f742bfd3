#include "plan/plan_update.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/names.h"
#include "plan/graph.h"
#include "plan/loader.h"
#include "plan/plan_files.h"
#include "plan/plan_reviews.h"
#include "plan/plan_states.h"
#include "plan/standing.h"

/* What is replaced stays in the arena of the snapshot until it is read as a whole. */
enum { UPDATES_MOST = 4096 };

/* --- may it be updated? --- */

/* The folder in the plan, "subplans"; "" if the path is not beneath the plan's. */
static const char *inner_folder(const struct plan *plan, const char *folder) {
    size_t length = strlen(plan->path);
    bool is_beneath = length == 0 || (strncmp(folder, plan->path, length) == 0 && folder[length] == '/');
    return is_beneath ? folder + length + (length > 0) : "";
}

/* A name that says nothing about a plan: an editor's temporary file. A file can be in the way of a folder. */
static bool is_foreign(const struct plan *plan, const char *file, struct name name) {
    struct near_name near;
    return name.kind == NAME_OTHER && !name.has_suffix && !names_is_near_folder(file) &&
           !names_read_near(plan->name, file, &plan->digits, &near);
}

static bool is_about(const struct plan *plan, const struct diagnostic *diagnostic, size_t position) {
    const char *id = plan->dependencies.achievements[position].id;
    size_t other;
    if (diagnostic->achievement && strcmp(diagnostic->achievement, id) == 0)
        return true;
    struct span digits =
        diagnostic->file ? names_read(plan->name, names_base(diagnostic->file)).digits : (struct span){0};
    return digits.length && string_map_find(&plan->digits, digits, &other) && other == position;
}

static bool has_diagnostics(const struct plan *plan, size_t position) {
    for (size_t i = 0; i < plan->diagnostics.count; i++)
        if (is_about(plan, &plan->diagnostics.items[i], position))
            return true;
    return false;
}

/* --- the files of one achievement --- */

static bool has_file(const struct standing *standing, const char *path) {
    bool has = standing->subplan_file && strcmp(standing->subplan_file, path) == 0;
    for (size_t i = 0; i < standing->execution_count && !has; i++)
        has = strcmp(standing->executions[i].file, path) == 0;
    for (size_t i = 0; i < standing->review_count && !has; i++)
        has = strcmp(standing->reviews[i].file, path) == 0;
    return has;
}

static void update_subplan(struct loader *loader, size_t position, const char *path) {
    struct standing *standing = &loader->plan->standings[position];
    standing->conflict_line = 0;
    standing->stated_id = NULL;
    if (standing->rare)
        standing->rare->unseen_line = 0;
    standing->subplan_mark = 0;
    plan_files_read_subplan(loader, position, path, NULL);
    standing_settle(standing, &loader->plan->arena);
    loader->plan->counts[standing->state]++;
}

/* As before the contents were read. */
static void forget_contents(struct standing *standing) {
    for (size_t i = 0; i < standing->execution_count; i++) {
        const struct execution *known = &standing->executions[i];
        standing->executions[i] =
            (struct execution){.file = known->file, .number = known->number, .has_suffix = known->has_suffix};
    }
    for (size_t i = 0; i < standing->review_count; i++) {
        const struct review *known = &standing->reviews[i];
        standing->reviews[i] = (struct review){.kind = known->kind, .file = known->file, .number = known->number};
    }
    standing->approved_file = standing->skipped_file = NULL;
    if (standing->rare)
        *standing->rare = (struct standing_rare){.irregular_subplan = standing->rare->irregular_subplan,
                                                 .unseen_line = standing->rare->unseen_line};
}

/* @path: of a file that is new; NULL if it is among those that are known. */
static void update_review(struct loader *loader, size_t position, struct name name, const char *path) {
    struct standing *standing = &loader->plan->standings[position];
    struct arena *arena = &loader->plan->arena;
    if (path && name.kind == NAME_EXECUTION)
        plan_reviews_add_execution(
            standing, arena, &(struct execution){.file = path, .number = name.number, .has_suffix = name.has_suffix});
    else if (path)
        plan_reviews_add(standing, arena, &(struct review){.kind = name.kind, .file = path, .number = name.number});
    forget_contents(standing);
    plan_states_settle(loader, position);
}

/* --- what follows for others --- */

static void add(struct positions *positions, size_t position) {
    *LIST_ADD(positions->items, positions->count, positions->capacity) = position;
}

static void update_ready(struct plan *plan, size_t position, bool was_open, struct positions *changed) {
    const struct adjacency *dependents = &plan->dependencies.graph.dependents;
    plan->standings[position].is_ready = plan_states_is_ready(plan, (uint32_t)position);
    add(changed, position);
    if (plan_is_open(plan, position) == was_open)
        return;
    plan_states_count_blocked(plan);
    for (uint32_t i = dependents->start[position]; i < dependents->start[position + 1]; i++) {
        uint32_t dependent = dependents->items[i];
        bool is_ready = plan_states_is_ready(plan, dependent);
        if (is_ready == plan->standings[dependent].is_ready)
            continue;
        plan->standings[dependent].is_ready = is_ready;
        add(changed, dependent);
    }
}

bool plan_update(struct plan *plan, const struct files *files, const char *folder, const char *file,
                 struct positions *changed) {
    const char *inner = inner_folder(plan, folder), *right;
    struct name name = names_read(plan->name, file);
    struct loader loader = loader_begin(plan, files, NULL);
    struct file_identity identity = {0};
    enum file_kind kind;
    size_t position;
    AUTO(error) error = {0};
    AUTO(buffer) path = {0};
    if (!plan->has_graph || plan->links || plan->update_count++ == UPDATES_MOST)
        return false;
    if (is_foreign(plan, file, name))
        return true;
    right = names_folder(name.kind);
    if (!right || strcmp(inner, right) != 0 || !string_map_find(&plan->digits, name.digits, &position) ||
        has_diagnostics(plan, position))
        return false;
    buffer_append_format(&path, "%s/%s", folder, file);
    struct standing *standing = &plan->standings[position];
    bool is_known = has_file(standing, path.data);
    if (!files_look(files, path.data, &kind, &identity, &error))
        return false;
    if (kind != FILE_REGULAR || identity.links > 1) /* where one is missing, others may have its name nearly */
        return kind == FILE_ABSENT && !is_known;
    const char *added = is_known ? NULL : loader_join(&loader, "", path.data);
    size_t count = plan->diagnostics.count;
    bool was_open = plan_is_open(plan, position);
    plan->counts[standing->state]--;
    if (name.kind == NAME_SUBPLAN)
        update_subplan(&loader, position, added ? added : standing->subplan_file);
    else
        update_review(&loader, position, name, added);
    update_ready(plan, position, was_open, changed);
    return plan->diagnostics.count == count && !plan_states_passes_over_fix(plan, position);
}
