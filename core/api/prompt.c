#include "api/prompt.h"

#include <ctype.h>
#include <string.h>

#include "api/answer.h"
#include "api/claim_warning.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_overview.h"
#include "disk/files.h"
#include "disk/template_files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/standing.h"
#include "plan/workspace.h"
#include "prompt/discover_prompt.h"
#include "prompt/execute_prompt.h"
#include "prompt/fill_prompt.h"
#include "prompt/neighbours.h"
#include "prompt/prompt_builder.h"
#include "prompt/review_prompt.h"
#include "render/prompt_json.h"
#include "render/prompt_text.h"
#include "view/achievement_item.h"
#include "view/prompt_view.h"

enum kind { KIND_DISCOVER, KIND_FILL, KIND_EXECUTE, KIND_REVIEW, KINDS };

const char *const prompt_kinds[] = {"discover", "fill", "execute", "review", NULL};

struct maker {
    struct context *context;
    const struct plan *plan;
    enum kind kind;
    struct prompt_builder builder;
    struct arena *arena; /* of the answer */
    struct prompt_item *prompts;
    size_t count, capacity;
    struct prompt_skip *skipped;
    size_t skipped_count, skipped_capacity;
    struct error *error;
};

/* --- what is answered --- */

static void add_skip(struct maker *maker, const char *id, const char *reason) {
    *LIST_ADD(maker->skipped, maker->skipped_count, maker->skipped_capacity) =
        (struct prompt_skip){item_text(maker->arena, id), item_text(maker->arena, reason)};
}

/* "PROMPT_FILL_X_11.md" for SUBPLAN_X_11.md */
static void append_name(struct buffer *name, enum kind kind, const char *prefix, const char *path) {
    buffer_append_string(name, "PROMPT_");
    for (const char *letter = prompt_kinds[kind]; *letter; letter++)
        buffer_append_byte(name, (char)toupper((unsigned char)*letter));
    buffer_append_string(name, names_base(path) + strlen(prefix));
}

static size_t line_count(struct span text) {
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == '\n';
    return count;
}

/* @prefix: what the name of the file @path begins with, and the prompt's does not. */
static void add_prompt(struct maker *maker, const char *id, const char *prefix, const char *path, struct span text) {
    AUTO(buffer) name = {0};
    append_name(&name, maker->kind, prefix, path);
    *LIST_ADD(maker->prompts, maker->count, maker->capacity) =
        (struct prompt_item){.id = item_text(maker->arena, id),
                             .name = item_text(maker->arena, name.data),
                             .text = arena_copy(maker->arena, text.data, text.length),
                             .line_count = line_count(text)};
}

/* --- one achievement --- */

/* An achievement that the request does not name is left out if a text has conflict markers, which has been reported. */
static bool may_leave_out(struct maker *maker, const char *id, bool is_named) {
    if (is_named || maker->error->code != ERROR_PREREQUISITES)
        return false;
    add_skip(maker, id, "git conflict markers");
    error_release(maker->error);
    return true;
}

static bool fill_one(struct maker *maker, size_t position, bool is_named) {
    const struct standing *standing = &maker->plan->standings[position];
    const char *id = maker->plan->dependencies.achievements[position].id;
    bool is_due = standing->subplan != SUBPLAN_MISSING && standing->subplan != SUBPLAN_COMPLETE;
    if (!is_due && is_named)
        add_skip(maker, id, standing->subplan == SUBPLAN_MISSING ? "no SUBPLAN" : "SUBPLAN complete");
    if (!is_due)
        return true;
    AUTO(buffer) text = {0};
    bool is_made = fill_prompt_append(&text, &maker->builder, position, maker->error);
    if (is_made)
        add_prompt(maker, id, "SUBPLAN", standing->subplan_file, buffer_span(&text));
    return is_made || may_leave_out(maker, id, is_named);
}

static bool execute_task(struct maker *maker, size_t position, const struct execution *task,
                         const struct sub_execution *part, bool is_named) {
    const char *id = part ? part->id : maker->plan->dependencies.achievements[position].id;
    AUTO(buffer) text = {0};
    if (!task) {
        add_skip(maker, id, "no EXECUTION_TASK");
        return true;
    }
    bool is_made = execute_prompt_append(&text, &maker->builder, position, task, part, maker->error);
    if (is_made)
        add_prompt(maker, id, "EXECUTION_TASK", task->file, buffer_span(&text));
    return is_made || may_leave_out(maker, id, is_named);
}

/* The last one with the number, or of all with 0; NULL if there is none. */
static const struct execution *last_task(const struct standing *standing, unsigned number) {
    const struct execution *last = NULL;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (number == 0 || standing->executions[i].number == number)
            last = &standing->executions[i];
    return last;
}

/* Is the last task of a split achievement one for the whole of it, as a rework is? */
static bool is_for_all(const struct achievement *achievement, const struct execution *last) {
    bool is_part = false;
    for (size_t i = 0; i < achievement->sub_execution_count; i++)
        is_part |= last && last->number == achievement->sub_executions[i].number;
    return last && !is_part;
}

static bool execute_one(struct maker *maker, size_t position, bool is_named) {
    const struct standing *standing = &maker->plan->standings[position];
    const struct achievement *achievement = &maker->plan->dependencies.achievements[position];
    const struct execution *last = last_task(standing, 0);
    if (!conflict_check(standing_rare(standing)->conflict_file_line, standing_rare(standing)->conflict_file,
                        maker->builder.severity, maker->builder.diagnostics, maker->error))
        return may_leave_out(maker, achievement->id, is_named);
    if (!is_named && standing->next != STEP_WORK && standing->next != STEP_REWORK)
        return true;
    for (size_t i = 0; i < standing->execution_count && standing_rare(standing)->rework_file; i++)
        if (strcmp(standing->executions[i].file, standing_rare(standing)->rework_file) == 0)
            last = &standing->executions[i];
    bool is_whole = achievement->sub_execution_count == 0 || standing->state == STATE_FAILED;
    if (is_whole || is_for_all(achievement, last))
        return execute_task(maker, position, last, NULL, is_named);
    bool is_made = true;
    for (size_t i = 0; i < achievement->sub_execution_count && is_made; i++) {
        const struct sub_execution *part = &achievement->sub_executions[i];
        is_made = execute_task(maker, position, last_task(standing, part->number), part, is_named);
    }
    return is_made;
}

/* Named ones that have not been submitted can be reviewed as well. */
static bool review_one(struct maker *maker, size_t position, bool is_named) {
    const struct standing *standing = &maker->plan->standings[position];
    const char *id = maker->plan->dependencies.achievements[position].id;
    if (!is_named && standing->state != STATE_SUBMITTED)
        return true;
    if (standing->execution_count == 0) {
        add_skip(maker, id, "no EXECUTION_TASK");
        return true;
    }
    struct buffer text = {0};
    bool is_made = review_prompt_append(&text, &maker->builder, position, maker->error);
    if (is_made)
        add_prompt(maker, id, "EXECUTION_TASK", standing->executions[standing->execution_count - 1].file,
                   buffer_span(&text));
    buffer_release(&text);
    return is_made || may_leave_out(maker, id, is_named);
}

/* --- all that is selected --- */

static bool make_selected(struct maker *maker) {
    const struct plan *plan = maker->plan;
    const struct selection *selection = &maker->context->request->options.selection;
    AUTO_FREE size_t *positions = memory_allocate(plan->dependencies.count, sizeof *positions);
    size_t count = 0;
    bool is_named = selection->kind == SELECT_LEVEL || selection->kind == SELECT_IDS;
    bool is_made = selection_resolve(selection, plan, positions, &count, maker->error);
    maker->builder.severity = is_named ? SEVERITY_ERROR : SEVERITY_WARNING;
    for (size_t i = 0; i < count && is_made; i++) {
        size_t position = positions[i];
        if (plan_is_open(plan, position))
            is_made = (maker->kind == KIND_FILL     ? fill_one
                       : maker->kind == KIND_REVIEW ? review_one
                                                    : execute_one)(maker, position, is_named);
        else if (is_named)
            add_skip(maker, plan->dependencies.achievements[position].id,
                     achievement_state_name(plan->standings[position].state));
    }
    return is_made;
}

static bool make_discovery(struct maker *maker) {
    AUTO(buffer) text = {0}, path = {0};
    bool is_made = discover_prompt_append(&text, &maker->builder, maker->error);
    buffer_append_format(&path, "_%s.md", maker->plan->name);
    if (is_made)
        add_prompt(maker, NULL, "", path.data, buffer_span(&text));
    return is_made;
}

static bool check_plan(struct maker *maker) {
    const struct plan *plan = maker->plan;
    return (maker->kind == KIND_DISCOVER && plan->plan_file) ||
           plan_require_valid(plan, &maker->context->answer->diagnostics, maker->error);
}

/* The PLAN is read once for all prompts. */
static bool make_prompts(struct maker *maker) {
    AUTO(arena) arena = {0};
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    AUTO(neighbours) neighbours = {0};
    AUTO(claim_overview) claims = {0};
    AUTO(buffer) raw = {0};
    const struct files *files = maker->context->files;
    struct template_file template;
    bool is_read = check_plan(maker) &&
                   template_file_read(&template, files, arena_format(&arena, "prompt_%s.md", prompt_kinds[maker->kind]),
                                      &arena, maker->error) &&
                   document_check_template(template.name, template.text, maker->error) &&
                   (!maker->plan->plan_file ||
                    files_read(files, maker->plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, &raw, NULL, maker->error));
    bool is_made = is_read;
    if (is_read) {
        struct diagnostics *diagnostics = &maker->context->answer->diagnostics;
        document_parse(&document, buffer_span(&raw));
        plan_document_read(&definitions, &document);
        maker->builder = (struct prompt_builder){.plan = maker->plan,
                                                 .files = files,
                                                 .plan_document = &document,
                                                 .definitions = &definitions,
                                                 .neighbours = &neighbours,
                                                 .claims = &claims,
                                                 .form = template,
                                                 .diagnostics = diagnostics,
                                                 .workspace = maker->context->workspace->root,
                                                 .severity = SEVERITY_ERROR};
        neighbours_find(&neighbours, maker->plan);
        claim_warning_look(maker->context, maker->plan, &claims);
        is_made =
            conflict_check(document.conflict_line, maker->plan->plan_file, SEVERITY_ERROR, diagnostics, maker->error);
    }
    if (is_made) {
        is_made = maker->kind == KIND_DISCOVER ? make_discovery(maker) : make_selected(maker);
    }
    return is_made;
}

static void answer_prompts(struct maker *maker) {
    static const struct answer_type type = {prompt_json_write, prompt_text_append};
    AUTO(buffer) selection = {0}, notes = {0};
    selection_append_words(&selection, &maker->context->request->options.selection);
    struct prompt_view *view = arena_allocate(maker->arena, 1, sizeof *view);
    *view = (struct prompt_view){
        .plan = item_text(maker->arena, maker->plan->name),
        .path = item_text(maker->arena, maker->plan->path),
        .kind = prompt_kinds[maker->kind],
        .selection = maker->kind == KIND_DISCOVER ? "all" : item_text(maker->arena, buffer_text(&selection)),
        .prompts = arena_allocate(maker->arena, maker->count, sizeof *view->prompts),
        .count = maker->count,
        .skipped = arena_allocate(maker->arena, maker->skipped_count, sizeof *view->skipped),
        .skipped_count = maker->skipped_count,
    };
    for (size_t i = 0; i < maker->count; i++)
        view->prompts[i] = maker->prompts[i];
    for (size_t i = 0; i < maker->skipped_count; i++)
        view->skipped[i] = maker->skipped[i];
    prompt_text_append_notes(&notes, view);
    maker->context->answer->notes = item_text(maker->arena, notes.data);
    context_answer(maker->context, &type, view);
}

static bool find_kind(const char *word, enum kind *kind, struct error *error) {
    for (*kind = 0; *kind < KINDS; (*kind)++)
        if (word && strcmp(word, prompt_kinds[*kind]) == 0)
            return true;
    const char *closest = word ? text_closest(word, prompt_kinds, KINDS) : NULL;
    error_set(error, ERROR_USAGE, word ? "there are no prompts of the kind \"%s\"" : "a kind of prompts is needed%s",
              word ? word : "");
    return closest ? error_hint(error, "did you mean %s?", closest)
                   : error_hint(error, "it is one of discover, fill, execute and review");
}

void prompt_handle(struct context *context) {
    struct error error = {0};
    struct maker maker = {.context = context, .error = &error, .arena = &context->answer->arena};
    const struct plan_place *place = NULL;
    if (find_kind(context->request->prompt, &maker.kind, &error))
        place = context_choose_plan(context, false, &error);
    if (!place) {
        context_fail(context, &error);
        return;
    }
    maker.plan = workspace_take_plan(place, context->files);
    if (make_prompts(&maker))
        answer_prompts(&maker);
    else
        context_fail(context, &error);
    memory_free(maker.prompts);
    memory_free(maker.skipped);
    workspace_return_plan(place, maker.plan);
}
