#include "api/context.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "batch/batch.h"
#include "disk/listing.h"
#include "document/names.h"
#include "plan/selection.h"

void context_answer(struct context *context, const struct answer_type *type, const void *view) {
    context->answer->type = type;
    context->answer->view = view;
}

void context_fail(struct context *context, struct error *error) {
    answer_fail(context->answer, error);
}

static bool has_plan_file(const struct files *files) {
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    bool is_found = false;
    files_list(files, "", &listing, &error);
    for (size_t i = 0; i < listing.count; i++)
        is_found |= names_plan(listing.entries[i].name).length > 0;
    return is_found;
}

static void append_word(struct buffer *text, const char *before, const char *word) {
    buffer_append_string(text, before);
    text_append_shell_word(text, word);
}

/* The command of the request, with the plan that it has not named. */
static void append_command(struct buffer *text, const struct request *request, const char *plan) {
    const struct selection *selection = &request->options.selection;
    const char *prompt = request->prompt, *id = selection->kind == SELECT_IDS ? NULL : request->id;
    buffer_append_format(text, "batchctl %s%s%s%s ", request->method, request->wants_graph ? " --graph" : "",
                         prompt ? " " : "", prompt ? prompt : "");
    plan_append_reference(text, plan);
    if (id)
        append_word(text, " ", id);
    for (size_t i = 0; selection->kind == SELECT_IDS && i < selection->id_count; i++)
        append_word(text, " ", selection->ids[i]);
    if (request->unblock)
        append_word(text, " --unblock ", request->unblock);
    if (request->options.kind == BATCH_SUBPLAN)
        buffer_append_string(text, " --kind subplan");
    if (request->options.kind == BATCH_REWORK)
        buffer_append_string(text, " --rework");
    if (selection->kind == SELECT_LEVEL)
        buffer_append_format(text, " --level %s", selection->levels);
    if (selection->kind == SELECT_ALL && !(prompt && strcmp(prompt, "fill") == 0)) /* which is its default */
        buffer_append_string(text, " --all");
}

static bool fail_no_plan(const struct context *context, struct error *error) {
    enum { LISTED_MOST = 10 };
    const struct workspace *workspace = context->workspace;
    if (workspace->plan_count == 0 && workspace->has_gaps)
        return error_set(error, ERROR_IO, "no plan was found, but not everything could be searched: %s",
                         workspace->diagnostics.items[0].message);
    if (workspace->plan_count == 0) {
        error_set(error, ERROR_NOT_FOUND, "there are no plans in %s", workspace->root);
        if (has_plan_file(context->files))
            return error_hint(error, "this folder is itself a plan: the root is the folder that holds it");
        return error_hint(
            error, "\"batchctl init MY-PLAN\" makes one; a plan is a folder NAME with a file PLAN_NAME.md. -C names "
                   "another root");
    }
    AUTO(buffer) names = {0};
    for (size_t i = 0; i < workspace->plan_count && i < LISTED_MOST; i++)
        buffer_append_format(&names, "%s%s", i ? ", " : "", workspace->plans[i].name);
    if (workspace->plan_count > LISTED_MOST)
        buffer_append_format(&names, " and %zu more", workspace->plan_count - LISTED_MOST);
    error_set(error, ERROR_USAGE, "which plan? there are %zu: %s", workspace->plan_count, buffer_text(&names));
    AUTO(buffer) command = {0};
    append_command(&command, context->request, workspace_reference(&workspace->plans[0]));
    return error_hint(error, "name one, such as: %s", command.data);
}

const struct plan_place *context_choose_plan(const struct context *context, bool is_strict, struct error *error) {
    const struct workspace *workspace = context->workspace;
    if (context->request->plan)
        return workspace_find(workspace, context->request->plan, is_strict, error);
    const struct plan_place *around =
        context->request->here ? workspace_plan_around(workspace, context->request->here) : NULL;
    if (around)
        return around;
    if (workspace->plan_count == 1)
        return &workspace->plans[0];
    fail_no_plan(context, error);
    return NULL;
}

/* Does it name achievements, whose ids are those of one plan? */
static bool has_ids(const struct request *request) {
    return request->options.selection.kind == SELECT_IDS && request->options.selection.id_count;
}

bool context_is_about_one(const struct context *context) {
    const struct request *request = context->request;
    return request->plan || has_ids(request) ||
           (request->here && workspace_plan_around(context->workspace, request->here)) ||
           context->workspace->plan_count == 0;
}

struct plan_filter context_filter(const struct context *context) {
    const struct request *request = context->request;
    const struct selection *selection = &request->options.selection;
    return (struct plan_filter){
        .ids = has_ids(request) ? selection->ids : NULL,
        .id_count = has_ids(request) ? selection->id_count : 0,
        .levels = selection->kind == SELECT_LEVEL ? selection->levels : NULL,
        .purpose = request->purpose,
        .is_ready = request->wants_ready,
        .is_blocked = request->wants_blocked,
        .is_open = request->wants_open,
    };
}
