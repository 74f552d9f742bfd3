#include "batch/batch_create.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "batch/rework_document.h"
#include "batch/task_document.h"
#include "disk/template_files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/next_command.h"
#include "plan/standing.h"

/* --- what is to be made, while it is being made --- */

struct maker {
    struct batch *batch;
    const struct files *files;
    const struct plan *plan;
    const struct batch_options *options;
    struct diagnostics *diagnostics;
    struct error *error;
    struct template_file template;
    size_t *selected; /* positions, in the order of the plan */
    size_t selected_count;
    const char **placeholders; /* ids whose SUBPLAN is one, with require_complete */
    size_t placeholder_count;
    size_t conflicted_count; /* SUBPLANs with conflict markers */
    size_t occupied_count;   /* targets that something else than a file has taken */
    mode_t file_mode, folder_mode;
};

#define text_of(maker, ...) arena_format(&(maker)->batch->arena, __VA_ARGS__)

static const char *keep(struct maker *maker, const char *text) {
    return arena_copy(&maker->batch->arena, text, strlen(text));
}

static const struct achievement *achievement_at(const struct maker *maker, size_t position) {
    return &maker->plan->dependencies.achievements[position];
}

static const struct standing *standing_at(const struct maker *maker, size_t position) {
    return &maker->plan->standings[position];
}

/* --- filling the lists --- */

static void add_skip(struct maker *maker, const char *id, const char *path, const char *reason) {
    batch_add_skip(maker->batch, id, path, reason);
}

static void add_source(struct maker *maker, const char *path, const char *digest) {
    batch_add_source(maker->batch, path, digest);
}

static void add_text_source(struct maker *maker, const char *path, struct span text) {
    batch_add_text_source(maker->batch, path, text);
}

static void add_missing(struct maker *maker, const char *id) {
    struct batch *batch = maker->batch;
    batch->missing_subplans = memory_grow(batch->missing_subplans, &batch->missing_capacity, batch->missing_count + 1,
                                          sizeof *batch->missing_subplans);
    batch->missing_subplans[batch->missing_count++] = keep(maker, id);
}

static void add_failure(struct maker *maker, const char *id, const char *path, const char *reason) {
    struct batch *batch = maker->batch;
    batch->failures =
        memory_grow(batch->failures, &batch->failure_capacity, batch->failure_count + 1, sizeof *batch->failures);
    batch->failures[batch->failure_count++] =
        (struct batch_failure){keep(maker, id), keep(maker, path), keep(maker, reason)};
}

static void add_folder(struct maker *maker, const char *path) {
    batch_add_folder(maker->batch, path, maker->folder_mode);
}

static void warn(struct maker *maker, const char *code, const char *file, const char *message, const char *hint) {
    diagnostics_add(maker->diagnostics,
                    &(struct diagnostic){
                        .severity = SEVERITY_WARNING, .code = code, .file = file, .message = message, .hint = hint});
}

/* --- select --- */

static bool is_elsewhere(const struct maker *maker, size_t position) {
    return maker->options->is_elsewhere && maker->options->is_elsewhere[position];
}

/* Is the achievement ready for a file of this kind? One that is made from a placeholder is none. */
static bool is_ready_for(const struct maker *maker, size_t position) {
    const struct standing *standing = standing_at(maker, position);
    if (!standing->is_ready || standing->subplan == SUBPLAN_CONFLICTED || is_elsewhere(maker, position))
        return false;
    if (maker->options->kind == BATCH_SUBPLAN)
        return standing->next == STEP_SUBPLAN;
    if (standing->subplan == SUBPLAN_PLACEHOLDER)
        return false;
    if (maker->options->kind == BATCH_REWORK)
        return standing->next == STEP_REWORK;
    bool is_split = achievement_at(maker, position)->sub_execution_count > 0 && standing->state != STATE_FAILED;
    return standing->next == STEP_EXECUTION || (is_split && standing->next == STEP_WORK);
}

/* Has it been sent back by a FIX with git's conflict markers? Then the rework would be made of them. */
static bool has_conflicted_fix(const struct standing *standing) {
    return standing->conflict_file && standing->fix_file && strcmp(standing->conflict_file, standing->fix_file) == 0;
}

/* One that is ready for something else, or has a conflict that a person has to resolve first. */
static void add_other(struct maker *maker, size_t position) {
    struct batch *batch = maker->batch;
    const struct standing *standing = standing_at(maker, position);
    AUTO(buffer) need = {0};
    if (standing->subplan == SUBPLAN_CONFLICTED)
        conflict_report(maker->diagnostics, SEVERITY_WARNING, standing->subplan_file, standing->conflict_line);
    if (is_elsewhere(maker, position))
        buffer_append_string(&need, "finished elsewhere, to be merged");
    else
        achievement_append_need(&need, standing);
    batch->others = memory_grow(batch->others, &batch->other_capacity, batch->other_count + 1, sizeof *batch->others);
    batch->others[batch->other_count++] =
        (struct batch_other){keep(maker, achievement_at(maker, position)->id), standing->next, keep(maker, need.data)};
}

static void select_one(struct maker *maker, size_t position) {
    if (plan_is_open(maker->plan, position))
        maker->selected[maker->selected_count++] = position;
    else
        add_skip(maker, achievement_at(maker, position)->id, NULL,
                 achievement_state_name(standing_at(maker, position)->state));
}

static void describe_selection(struct maker *maker) {
    AUTO(buffer) text = {0};
    selection_append_words(&text, &maker->options->selection);
    if (text.length == 0)
        buffer_append_string(&text, "none failed");
    maker->batch->selection = keep(maker, buffer_text(&text));
}

/* A named selection is taken as it is; of the ready ones only those that are ready for this kind. */
static bool select_achievements(struct maker *maker) {
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
        if (selection->kind == SELECT_READY && has_conflicted_fix(standing_at(maker, i)))
            select_one(maker, i); /* which is not ready, but must not go unsaid */
    return true;
}

/* --- the file or files of one achievement --- */

enum { NUMBER_MOST = 9999 }; /* of an EXECUTION_TASK; no real plan has more than a few */

enum presence { IS_ABSENT, IS_PRESENT, IS_FAILED, IS_UNUSABLE };

/* What stands at a target; UNUSABLE is an error that is set. What is no file is counted, and fails the batch later. */
static enum presence look(struct maker *maker, const char *id, const char *path) {
    enum file_kind kind;
    if (!files_look(maker->files, path, &kind, NULL, maker->error))
        return IS_UNUSABLE;
    if (kind == FILE_ABSENT)
        return IS_ABSENT;
    if (kind == FILE_REGULAR)
        return IS_PRESENT;
    if (maker->options->keep_going) {
        add_failure(maker, id, path,
                    kind == FILE_FOLDER ? "a folder has its name" : "a link or special file has its name");
        return IS_FAILED;
    }
    diagnostics_add(maker->diagnostics,
                    &(struct diagnostic){
                        .code = "target.occupied",
                        .file = path,
                        .message = kind == FILE_FOLDER ? "a folder has the name of a file to create"
                                                       : "a link or special file has the name of a file to create",
                        .hint = "move it out of the way",
                    });
    maker->occupied_count++;
    return IS_PRESENT;
}

static void add_file(struct maker *maker, const char *id, const char *path, struct buffer *text) {
    batch_add_file(maker->batch, id, path, buffer_span(text), maker->file_mode);
}

static bool check_conflict(struct maker *maker, const char *path, const struct document *document) {
    return conflict_check(document->conflict_line, path, maker->options->keep_going ? SEVERITY_WARNING : SEVERITY_ERROR,
                          maker->diagnostics, maker->error);
}

/* Reads a source document; its digest becomes one of the batch's sources. The caller releases it, also on failure. */
static bool read_source(struct maker *maker, const char *path, struct document *document) {
    AUTO(buffer) text = {0};
    if (!files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, maker->error))
        return false;
    add_text_source(maker, path, buffer_span(&text));
    document_parse(document, buffer_span(&text));
    return check_conflict(maker, path, document);
}

static bool fail_invalid_template(struct maker *maker) {
    return error_set(maker->error, ERROR_INVALID, "the template %s cannot be used", maker->template.name);
}

struct target {
    const char *id;
    const char *path;
    unsigned number;
    const struct sub_execution *part; /* NULL unless the achievement is split */
};

/* --- the SUBPLAN that a file is made from --- */

static void warn_of_irregular_subplan(struct maker *maker, size_t position) {
    const struct standing *standing = standing_at(maker, position);
    char digits[NAMES_ID_BYTES_MOST + 1];
    if (!standing->irregular_subplan)
        return;
    names_digits(achievement_at(maker, position)->id, digits);
    warn(maker, "subplan.irregular", standing->irregular_subplan,
         text_of(maker, "this file is ignored: its name does not match SUBPLAN_%s_%s.md", maker->plan->name, digits),
         "rename it if it is the SUBPLAN to use");
}

static void note_incomplete_subplan(struct maker *maker, size_t position) {
    struct batch *batch = maker->batch;
    const struct standing *standing = standing_at(maker, position);
    warn(maker, "subplan.incomplete", standing->subplan_file,
         text_of(maker, "the SUBPLAN of %s is a %s", achievement_at(maker, position)->id,
                 subplan_state_name(standing->subplan)),
         standing->subplan == SUBPLAN_PLACEHOLDER ? "fill in what is marked [TO BE FILLED: ...]"
                                                  : "it needs an objective, and an approach or deliverables");
    *LIST_ADD(batch->incomplete, batch->incomplete_count, batch->incomplete_capacity) =
        keep(maker, achievement_at(maker, position)->id);
}

/* Why nothing can be made from it, which is noted for the error to come; NULL if something can. */
static const char *find_obstacle(struct maker *maker, size_t position) {
    const char *id = achievement_at(maker, position)->id;
    const struct standing *standing = standing_at(maker, position);
    switch (standing->subplan) {
    case SUBPLAN_MISSING:
        add_missing(maker, id);
        warn_of_irregular_subplan(maker, position);
        return "its SUBPLAN is missing";
    case SUBPLAN_CONFLICTED:
        conflict_report(maker->diagnostics, maker->options->keep_going ? SEVERITY_WARNING : SEVERITY_ERROR,
                        standing->subplan_file, standing->conflict_line);
        maker->conflicted_count++;
        return "its SUBPLAN has git conflict markers";
    case SUBPLAN_PLACEHOLDER:
        note_incomplete_subplan(maker, position);
        if (!maker->options->require_complete)
            return NULL;
        maker->placeholders[maker->placeholder_count++] = id;
        return "its SUBPLAN is a placeholder";
    case SUBPLAN_DRAFT:
        note_incomplete_subplan(maker, position);
        return NULL;
    default:
        return NULL;
    }
}

/* False if the SUBPLAN is not what the @wanted files need; with keep_going they are noted as failed. */
static bool has_subplan(struct maker *maker, size_t position, const struct target *wanted, size_t count) {
    const char *obstacle = find_obstacle(maker, position);
    for (size_t i = 0; i < count && obstacle && maker->options->keep_going; i++)
        add_failure(maker, wanted[i].id, wanted[i].path, obstacle);
    return !obstacle;
}

static struct target execution_target(struct maker *maker, size_t position, const struct sub_execution *part) {
    const struct achievement *achievement = achievement_at(maker, position);
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement->id, digits);
    unsigned number = part ? part->number : 1;
    return (struct target){part ? part->id : achievement->id,
                           text_of(maker, "%s/execution/EXECUTION_TASK_%s_%s_%02u.md", maker->plan->path,
                                   maker->plan->name, digits, number),
                           number, part};
}

static const struct execution *existing_execution(const struct standing *standing, const struct target *target) {
    for (size_t i = 0; i < standing->execution_count; i++)
        if (!target->part || standing->executions[i].number == target->number)
            return &standing->executions[i];
    return NULL;
}

/* Appends to @wanted what of the achievement is not there yet. */
static bool find_wanted_executions(struct maker *maker, size_t position, struct target *wanted, size_t *count) {
    const struct achievement *achievement = achievement_at(maker, position);
    size_t parts = achievement->sub_execution_count ? achievement->sub_execution_count : 1;
    *count = 0;
    for (size_t i = 0; i < parts; i++) {
        const struct sub_execution *part = achievement->sub_execution_count ? &achievement->sub_executions[i] : NULL;
        struct target target = execution_target(maker, position, part);
        const struct execution *existing = existing_execution(standing_at(maker, position), &target);
        enum presence presence = existing ? IS_PRESENT : look(maker, target.id, target.path);
        if (presence == IS_UNUSABLE)
            return false;
        if (presence == IS_PRESENT)
            add_skip(maker, target.id, existing ? existing->file : target.path, "exists");
        if (presence == IS_ABSENT)
            wanted[(*count)++] = target;
    }
    return true;
}

/* Something is wrong with one achievement's files: with keep_going that is noted and the error, which is set,
 * forgotten. */
static bool may_go_on(struct maker *maker, const struct target *wanted, size_t count) {
    if (!maker->options->keep_going)
        return false;
    for (size_t i = 0; i < count; i++)
        add_failure(maker, wanted[i].id, wanted[i].path, maker->error->message);
    error_release(maker->error);
    return true;
}

static bool add_executions(struct maker *maker, size_t position) {
    const struct achievement *achievement = achievement_at(maker, position);
    const struct standing *standing = standing_at(maker, position);
    struct target *wanted = arena_allocate(&maker->batch->arena, achievement->sub_execution_count + 1, sizeof *wanted);
    size_t count;
    if (!find_wanted_executions(maker, position, wanted, &count))
        return false;
    if (count == 0 || !has_subplan(maker, position, wanted, count))
        return true;
    AUTO(document) subplan = {0};
    if (!read_source(maker, standing->subplan_file, &subplan))
        return may_go_on(maker, wanted, count);
    AUTO(buffer) text = {0};
    bool is_done = true;
    for (size_t i = 0; i < count && is_done; i++) {
        const struct task_document content = {
            .plan = maker->plan,
            .position = position,
            .source = &subplan,
            .source_name = names_base(standing->subplan_file),
            .part = wanted[i].part,
            .number = wanted[i].number,
            .template_text = maker->template.text,
            .template_name = maker->template.name,
        };
        buffer_clear(&text);
        is_done = task_document_execution(&text, &content, maker->diagnostics) || fail_invalid_template(maker);
        if (is_done)
            add_file(maker, wanted[i].id, wanted[i].path, &text);
    }
    return is_done;
}

/* One more than that of any file there is, whatever its suffix, and of any part of a split achievement. */
static unsigned rework_number(const struct achievement *achievement, const struct standing *standing) {
    unsigned last = standing->execution_count ? standing->executions[standing->execution_count - 1].number : 0;
    for (size_t i = 0; i < achievement->sub_execution_count; i++)
        if (achievement->sub_executions[i].number > last)
            last = achievement->sub_executions[i].number;
    return last < NUMBER_MOST ? last + 1 : NUMBER_MOST + 1;
}

static struct target rework_target(struct maker *maker, size_t position) {
    const struct achievement *achievement = achievement_at(maker, position);
    unsigned number = rework_number(achievement, standing_at(maker, position));
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement->id, digits);
    return (struct target){achievement->id,
                           text_of(maker, "%s/execution/EXECUTION_TASK_%s_%s_%02u.md", maker->plan->path,
                                   maker->plan->name, digits, number),
                           number, NULL};
}

static bool fail_last_number(struct maker *maker, const char *id) {
    error_set(maker->error, ERROR_CONFLICT, "an EXECUTION_TASK of %s has the last number there is, %d", id,
              NUMBER_MOST);
    return error_hint(maker->error, "rename it");
}

static bool read_fix(struct maker *maker, const char *path, struct rework_fix *fix) {
    struct buffer text = {0};
    bool is_read = files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, maker->error);
    if (is_read) {
        add_text_source(maker, path, buffer_span(&text));
        digest_sha(buffer_span(&text), fix->sha);
        document_parse(&fix->document, buffer_span(&text));
        fix->name = names_base(path);
        is_read = check_conflict(maker, path, &fix->document);
    }
    buffer_release(&text);
    return is_read;
}

/* The caller releases the documents, also on failure. */
static bool read_rework_sources(struct maker *maker, const struct standing *standing, struct document *subplan,
                                struct document *previous, struct rework_fix *fixes, size_t *fix_count) {
    bool is_read = read_source(maker, standing->subplan_file, subplan) &&
                   (standing->execution_count == 0 ||
                    read_source(maker, standing->executions[standing->execution_count - 1].file, previous));
    *fix_count = 0;
    for (size_t i = 0; i < standing->review_count && is_read; i++)
        if (standing->reviews[i].is_open)
            is_read = read_fix(maker, standing->reviews[i].file, &fixes[(*fix_count)++]);
    return is_read;
}

static bool add_rework_file(struct maker *maker, size_t position, const struct target *target) {
    const struct standing *standing = standing_at(maker, position);
    struct document subplan = {0}, previous = {0};
    struct rework_fix *fixes = memory_allocate(standing->review_count, sizeof *fixes);
    size_t fix_count;
    struct buffer text = {0};
    bool is_read = read_rework_sources(maker, standing, &subplan, &previous, fixes, &fix_count);
    const char *last = standing->execution_count ? standing->executions[standing->execution_count - 1].file : NULL;
    const struct rework_document rework = {
        .content = {.plan = maker->plan,
                    .position = position,
                    .source = &subplan,
                    .source_name = names_base(standing->subplan_file),
                    .number = target->number,
                    .template_text = maker->template.text,
                    .template_name = maker->template.name},
        .fixes = fixes,
        .fix_count = fix_count,
        .previous = last ? &previous : NULL,
        .previous_name = last ? names_base(last) : NULL,
    };
    bool is_done = is_read ? rework_document_append(&text, &rework, maker->diagnostics) || fail_invalid_template(maker)
                           : may_go_on(maker, target, 1);
    if (is_read && is_done)
        add_file(maker, target->id, target->path, &text);
    for (size_t i = 0; i < fix_count; i++)
        document_release(&fixes[i].document);
    memory_free(fixes);
    buffer_release(&text);
    document_release(&subplan);
    document_release(&previous);
    return is_done;
}

static bool add_rework(struct maker *maker, size_t position) {
    const struct standing *standing = standing_at(maker, position);
    const char *id = achievement_at(maker, position)->id;
    if ((standing->state != STATE_FAILED && !has_conflicted_fix(standing)) || standing->rework_file) {
        bool is_answered = standing->state == STATE_FAILED;
        add_skip(maker, id, standing->rework_file, is_answered ? "exists" : "not failed");
        return true;
    }
    struct target target = rework_target(maker, position);
    if (target.number > NUMBER_MOST)
        return fail_last_number(maker, id) || may_go_on(maker, &target, 1);
    enum presence presence = look(maker, id, target.path);
    if (presence == IS_PRESENT)
        add_skip(maker, id, target.path, "exists");
    if (presence != IS_ABSENT)
        return presence != IS_UNUSABLE;
    return !has_subplan(maker, position, &target, 1) || add_rework_file(maker, position, &target);
}

static bool add_subplan(struct maker *maker, size_t position, const struct document *plan_document,
                        const struct plan_document *definitions) {
    const struct achievement *achievement = achievement_at(maker, position);
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement->id, digits);
    const char *path = text_of(maker, "%s/subplans/SUBPLAN_%s_%s.md", maker->plan->path, maker->plan->name, digits);
    enum presence presence = look(maker, achievement->id, path);
    if (presence == IS_PRESENT)
        add_skip(maker, achievement->id, path, "exists");
    if (presence != IS_ABSENT)
        return presence != IS_UNUSABLE;
    const struct task_document content = {
        .plan = maker->plan,
        .position = position,
        .source = plan_document,
        .source_name = names_base(maker->plan->plan_file),
        .definition = plan_document_find(definitions, achievement->id),
        .definitions = definitions,
        .template_text = maker->template.text,
        .template_name = maker->template.name,
    };
    if (!content.definition)
        warn(maker, "plan.no_definition", maker->plan->plan_file,
             text_of(maker, "the PLAN does not define achievement %s; its SUBPLAN has to be filled in by hand",
                     achievement->id),
             text_of(maker, "add \"**Achievement %s**: Title\" with its goal and deliverables", achievement->id));
    AUTO(buffer) text = {0};
    bool is_done = task_document_subplan(&text, &content, maker->diagnostics) || fail_invalid_template(maker);
    if (is_done)
        add_file(maker, achievement->id, path, &text);
    return is_done;
}

/* --- the whole --- */

/* A preview names what its user may not expect: work orders for what is not ready to be worked on. */
static void note_blocked(struct maker *maker, size_t position) {
    const struct adjacency *lists = &maker->plan->dependencies.graph.dependencies;
    uint32_t first = lists->start[position], end = lists->start[position + 1];
    struct batch *batch = maker->batch;
    struct batch_blocked blocked = {.id = keep(maker, achievement_at(maker, position)->id)};
    blocked.blockers = arena_allocate(&batch->arena, end - first, sizeof *blocked.blockers);
    for (uint32_t i = first; i < end; i++)
        if (plan_is_open(maker->plan, lists->items[i]))
            blocked.blockers[blocked.blocker_count++] = keep(maker, achievement_at(maker, lists->items[i])->id);
    if (blocked.blocker_count)
        *LIST_ADD(batch->blocked, batch->blocked_count, batch->blocked_capacity) = blocked;
}

static bool make_executions(struct maker *maker) {
    bool is_rework = maker->options->kind == BATCH_REWORK;
    for (size_t i = 0; i < maker->selected_count; i++) {
        size_t count = maker->batch->file_count;
        if (!(is_rework ? add_rework : add_executions)(maker, maker->selected[i]))
            return false;
        if (maker->batch->file_count > count)
            note_blocked(maker, maker->selected[i]);
    }
    return true;
}

static bool make_subplans(struct maker *maker) {
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    if (maker->selected_count == 0)
        return true;
    if (!read_source(maker, maker->plan->plan_file, &document))
        return false;
    plan_document_read(&definitions, &document);
    bool is_done = true;
    for (size_t i = 0; i < maker->selected_count && is_done; i++)
        is_done = add_subplan(maker, maker->selected[i], &document, &definitions);
    return is_done;
}

/* The states of what the selected achievements depend on: with another one the preview was about other circumstances.
 */
static void add_states(struct maker *maker) {
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
                add_source(maker, text_of(maker, "achievement %s", achievement_at(maker, other)->id),
                           achievement_state_name(standing_at(maker, other)->state));
            is_added[other] = true;
        }
    }
}

/* The kind's folder, if it is not there. A name that is taken by something else is a conflict. */
static bool check_folder(struct maker *maker) {
    const char *path =
        text_of(maker, "%s/%s", maker->plan->path, maker->options->kind == BATCH_SUBPLAN ? "subplans" : "execution");
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
static bool fail(struct maker *maker) {
    maker->batch->file_count = maker->batch->folder_count = maker->batch->blocked_count = 0;
    return false;
}

static void append_ids(struct buffer *text, const char *const *ids, size_t count) {
    for (size_t i = 0; i < count; i++)
        buffer_append_format(text, "%s%s", i ? "," : "", ids[i]);
}

static bool fail_missing(struct maker *maker) {
    struct batch *batch = maker->batch;
    AUTO(buffer) ids = {0};
    append_ids(&ids, batch->missing_subplans, batch->missing_count);
    error_set(maker->error, ERROR_PREREQUISITES, "%zu SUBPLAN%s missing: %s; nothing was created", batch->missing_count,
              batch->missing_count == 1 ? " is" : "s are", buffer_text(&ids));
    return error_hint(maker->error, "batchctl create %s --kind subplan --ids %s", maker->plan->reference,
                      buffer_text(&ids));
}

static bool fail_placeholders(struct maker *maker) {
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

static bool check_plan(struct maker *maker) {
    return batch_check_plan_name(maker->plan, maker->error) &&
           plan_require_valid(maker->plan, maker->diagnostics, maker->error);
}

static bool check_made(struct maker *maker) {
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
static void add_next(struct maker *maker) {
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
    struct maker maker = {
        .batch = batch,
        .files = files,
        .plan = plan,
        .options = options,
        .diagnostics = diagnostics,
        .error = error,
    };
    batch->plan = keep(&maker, plan->name);
    batch->plan_path = keep(&maker, plan->path);
    describe_selection(&maker);
    const char *template = text_of(&maker, "%s.md", batch_kind_name(options->kind));
    if (!check_plan(&maker) || !template_file_read(&maker.template, files, template, &batch->arena, error) ||
        !document_check_template(maker.template.name, maker.template.text, error) || !select_achievements(&maker) ||
        !check_folder(&maker))
        return fail(&maker);
    if (plan->dependency_file)
        add_source(&maker, plan->dependency_file, plan->dependency_digest);
    add_text_source(&maker, maker.template.name, maker.template.text);
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
