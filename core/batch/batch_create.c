#include "batch/batch_create.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/create_execution.h"
#include "batch/create_maker.h"
#include "batch/create_rework.h"
#include "batch/create_subplan.h"
#include "disk/template_files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/next_command.h"
#include "plan/selection.h"
#include "plan/standing.h"

static void add_folder(struct create_maker *maker, const char *path) {
    batch_add_folder(maker->batch, path, maker->folder_mode);
}

/* --- select --- */

static bool is_elsewhere(const struct create_maker *maker, size_t position) {
    return maker->options->is_elsewhere && maker->options->is_elsewhere[position];
}

/* Is the achievement ready for a file of this kind? One that is made from a placeholder is none. */
static bool is_ready_for(const struct create_maker *maker, size_t position) {
    const struct standing *standing = create_maker_standing(maker, position);
    if (!standing->is_ready || standing->subplan == SUBPLAN_CONFLICTED || is_elsewhere(maker, position))
        return false;
    if (maker->options->kind == BATCH_SUBPLAN)
        return standing->next == STEP_SUBPLAN;
    if (standing->subplan == SUBPLAN_PLACEHOLDER)
        return false;
    if (maker->options->kind == BATCH_REWORK)
        return standing->next == STEP_REWORK;
    bool is_split =
        create_maker_achievement(maker, position)->sub_execution_count > 0 && standing->state != STATE_FAILED;
    return standing->next == STEP_EXECUTION || (is_split && standing->next == STEP_WORK);
}

/* One that is ready for something else, or has a conflict that a person has to resolve first. */
static void add_other(struct create_maker *maker, size_t position) {
    struct batch *batch = maker->batch;
    const struct standing *standing = create_maker_standing(maker, position);
    AUTO(buffer) need = {0};
    if (standing->subplan == SUBPLAN_CONFLICTED)
        conflict_report(maker->diagnostics, SEVERITY_WARNING, standing->subplan_file, standing->conflict_line);
    if (is_elsewhere(maker, position))
        buffer_append_string(&need, "finished elsewhere, to be merged");
    else
        achievement_append_need(&need, standing);
    batch->others = memory_grow(batch->others, &batch->other_capacity, batch->other_count + 1, sizeof *batch->others);
    batch->others[batch->other_count++] =
        (struct batch_other){create_maker_keep(maker, create_maker_achievement(maker, position)->id), standing->next,
                             create_maker_keep(maker, need.data)};
}

static void select_one(struct create_maker *maker, size_t position) {
    if (plan_is_open(maker->plan, position))
        maker->selected[maker->selected_count++] = position;
    else
        batch_add_skip(maker->batch, create_maker_achievement(maker, position)->id, NULL,
                       achievement_state_name(create_maker_standing(maker, position)->state));
}

static void describe_selection(struct create_maker *maker) {
    AUTO(buffer) text = {0};
    selection_append_words(&text, &maker->options->selection);
    if (text.length == 0)
        buffer_append_string(&text, "none failed");
    maker->batch->selection = create_maker_keep(maker, buffer_text(&text));
}

/* A named selection is taken as it is; of the ready ones only those that are ready for this kind. */
static bool select_achievements(struct create_maker *maker) {
    const struct plan *plan = maker->plan;
    const struct selection *selection = &maker->options->selection;
    size_t *positions = arena_allocate(&maker->batch->arena, plan->dependencies.count, sizeof *positions), count;
    maker->selected = arena_allocate(&maker->batch->arena, plan->dependencies.count, sizeof *maker->selected);
    maker->placeholders = arena_allocate(&maker->batch->arena, plan->dependencies.count, sizeof *maker->placeholders);
    if (maker->options->kind != BATCH_SUBPLAN && !plan_require_graph(plan, maker->error))
        return false;
    if (!selection_resolve(selection, plan, positions, &count, maker->error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (selection->kind == SELECT_READY && !is_ready_for(maker, positions[i]))
            add_other(maker, positions[i]);
        else
            select_one(maker, positions[i]);
    }
    for (size_t i = 0; i < plan->dependencies.count && maker->options->kind == BATCH_REWORK; i++)
        if (selection->kind == SELECT_READY && create_rework_is_conflicted(create_maker_standing(maker, i)))
            select_one(maker, i); /* which is not ready, but must not go unsaid */
    return true;
}

/* A preview names what its user may not expect: work orders for what is not ready to be worked on. */
static void note_blocked(struct create_maker *maker, size_t position) {
    const struct adjacency *lists = &maker->plan->dependencies.graph.dependencies;
    uint32_t first = lists->start[position], end = lists->start[position + 1];
    struct batch *batch = maker->batch;
    struct batch_blocked blocked = {.id = create_maker_keep(maker, create_maker_achievement(maker, position)->id)};
    blocked.blockers = arena_allocate(&batch->arena, end - first, sizeof *blocked.blockers);
    for (uint32_t i = first; i < end; i++)
        if (plan_is_open(maker->plan, lists->items[i]))
            blocked.blockers[blocked.blocker_count++] =
                create_maker_keep(maker, create_maker_achievement(maker, lists->items[i])->id);
    if (blocked.blocker_count)
        *LIST_ADD(batch->blocked, batch->blocked_count, batch->blocked_capacity) = blocked;
}

static bool make_executions(struct create_maker *maker) {
    bool is_rework = maker->options->kind == BATCH_REWORK;
    for (size_t i = 0; i < maker->selected_count; i++) {
        size_t count = maker->batch->file_count;
        if (!(is_rework ? create_rework_add : create_execution_add)(maker, maker->selected[i]))
            return false;
        if (maker->batch->file_count > count)
            note_blocked(maker, maker->selected[i]);
    }
    return true;
}

static bool make_subplans(struct create_maker *maker) {
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    if (maker->selected_count == 0)
        return true;
    if (!create_maker_read_source(maker, maker->plan->plan_file, &document))
        return false;
    plan_document_read(&definitions, &document);
    bool is_done = true;
    for (size_t i = 0; i < maker->selected_count && is_done; i++)
        is_done = create_subplan_add(maker, maker->selected[i], &document, &definitions);
    return is_done;
}

/* The states of what the selected achievements depend on: with another one the preview was about other circumstances.
 */
static void add_states(struct create_maker *maker) {
    const struct plan *plan = maker->plan;
    if (!plan->has_graph)
        return;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    bool *is_added = arena_allocate(&maker->batch->arena, plan->dependencies.count, sizeof *is_added);
    for (size_t s = 0; s < maker->selected_count; s++) {
        size_t position = maker->selected[s];
        for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++) {
            uint32_t other = lists->items[i];
            if (!is_added[other])
                batch_add_source(maker->batch,
                                 create_maker_text(maker, "achievement %s", create_maker_achievement(maker, other)->id),
                                 achievement_state_name(create_maker_standing(maker, other)->state));
            is_added[other] = true;
        }
    }
}

/* The kind's folder, if it is not there. A name that is taken by something else is a conflict. */
static bool check_folder(struct create_maker *maker) {
    const char *path = create_maker_text(maker, "%s/%s", maker->plan->path,
                                         maker->options->kind == BATCH_SUBPLAN ? "subplans" : "execution");
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(maker->files, maker->plan->path, &kind, &identity, maker->error))
        return false;
    if (kind != FILE_FOLDER)
        return error_set(maker->error, ERROR_NOT_FOUND, "the folder %s is gone", maker->plan->path) ||
               error_about(maker->error, maker->plan->path);
    maker->folder_mode = identity.mode & 0777;
    maker->file_mode = identity.mode & 0666;
    if (!files_look(maker->files, path, &kind, &identity, maker->error))
        return false;
    if (kind == FILE_FOLDER)
        maker->file_mode = identity.mode & 0666;
    else if (kind == FILE_ABSENT)
        add_folder(maker, path);
    else
        return error_set(maker->error, ERROR_CONFLICT, "%s is not a folder", path) || error_about(maker->error, path);
    return true;
}

/* A batch that cannot be made creates nothing, and must not look as if it did. */
static bool fail(struct create_maker *maker) {
    maker->batch->file_count = maker->batch->folder_count = maker->batch->blocked_count = 0;
    return false;
}

static void append_ids(struct buffer *text, const char *const *ids, size_t count) {
    for (size_t i = 0; i < count; i++)
        buffer_append_format(text, "%s%s", i ? "," : "", ids[i]);
}

static bool fail_missing(struct create_maker *maker) {
    struct batch *batch = maker->batch;
    AUTO(buffer) ids = {0};
    append_ids(&ids, batch->missing_subplans, batch->missing_count);
    error_set(maker->error, ERROR_PREREQUISITES, "%zu SUBPLAN%s missing: %s; nothing was created", batch->missing_count,
              batch->missing_count == 1 ? " is" : "s are", buffer_text(&ids));
    return error_hint(maker->error, "batchctl create %s --kind subplan --ids %s", maker->plan->reference,
                      buffer_text(&ids));
}

static bool fail_placeholders(struct create_maker *maker) {
    size_t count = maker->placeholder_count;
    AUTO(buffer) ids = {0};
    append_ids(&ids, maker->placeholders, count);
    error_set(maker->error, ERROR_PREREQUISITES, "%zu SUBPLAN%s: %s; nothing was created", count,
              count == 1 ? " is a placeholder" : "s are placeholders", buffer_text(&ids));
    return error_hint(maker->error,
                      "\"batchctl prompt fill %s --ids %s\" prints what completes %s; --allow-incomplete uses %s as %s",
                      maker->plan->reference, buffer_text(&ids), count == 1 ? "it" : "them", count == 1 ? "it" : "them",
                      count == 1 ? "it is" : "they are");
}

static bool check_plan(struct create_maker *maker) {
    return batch_check_plan_name(maker->plan, maker->error) &&
           plan_require_valid(maker->plan, maker->diagnostics, maker->error);
}

static bool check_made(struct create_maker *maker) {
    struct batch *batch = maker->batch;
    if (maker->occupied_count)
        return error_set(maker->error, ERROR_CONFLICT,
                         "%zu name%s taken by something that is no file; nothing was created", maker->occupied_count,
                         maker->occupied_count == 1 ? " is" : "s are");
    if (!maker->options->keep_going && batch->missing_count)
        return fail_missing(maker);
    if (!maker->options->keep_going && maker->conflicted_count)
        return error_set(maker->error, ERROR_PREREQUISITES, "%zu SUBPLAN%s git conflict markers; nothing was created",
                         maker->conflicted_count, maker->conflicted_count == 1 ? " has" : "s have");
    if (!maker->options->keep_going && maker->placeholder_count)
        return fail_placeholders(maker);
    if (batch->file_count > BATCH_FILES_MOST)
        return error_set(maker->error, ERROR_USAGE, "a batch may have at most %d files, not %zu", BATCH_FILES_MOST,
                         batch->file_count);
    return true;
}

/* Nothing is to be created: what else there is to do, here. */
static void add_next(struct create_maker *maker) {
    const struct plan *plan = maker->plan;
    AUTO_FREE bool *is_here = memory_allocate(plan->dependencies.count, sizeof *is_here);
    bool is_all = true;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        is_here[i] = !is_elsewhere(maker, i);
        is_all &= is_here[i];
    }
    maker->batch->next = next_command_make(plan, is_all ? NULL : is_here, &maker->batch->arena);
}

bool batch_make(struct batch *batch, const struct files *files, const struct plan *plan,
                const struct batch_options *options, struct diagnostics *diagnostics, struct error *error) {
    *batch = (struct batch){.kind = options->kind, .selection = "ready"};
    struct create_maker maker = {
        .batch = batch,
        .files = files,
        .plan = plan,
        .options = options,
        .diagnostics = diagnostics,
        .error = error,
    };
    batch->plan = create_maker_keep(&maker, plan->name);
    batch->plan_path = create_maker_keep(&maker, plan->path);
    describe_selection(&maker);
    const char *template = create_maker_text(&maker, "%s.md", batch_kind_name(options->kind));
    if (!check_plan(&maker) || !template_file_read(&maker.template, files, template, &batch->arena, error) ||
        !document_check_template(maker.template.name, maker.template.text, error) || !select_achievements(&maker) ||
        !check_folder(&maker))
        return fail(&maker);
    if (plan->dependency_file)
        batch_add_source(batch, plan->dependency_file, plan->dependency_digest);
    batch_add_text_source(batch, maker.template.name, maker.template.text);
    add_states(&maker);
    bool is_made = options->kind == BATCH_SUBPLAN ? make_subplans(&maker) : make_executions(&maker);
    if (!is_made || !check_made(&maker))
        return fail(&maker);
    if (batch->file_count == 0) {
        batch->folder_count = 0;
        add_next(&maker);
    }
    return true;
}
