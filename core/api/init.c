#include "api/init.h"

#include <string.h>

#include "api/batch_transaction.h"
#include "api/init_update.h"
#include "api/new_plan.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "disk/files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "draft/graph_draft.h"
#include "draft/plan_draft.h"
#include "draft/plan_location.h"
#include "plan/plan.h"
#include "plan/workspace.h"

/* --- init: a new plan --- */

static void make_example(struct plan_draft *draft) {
    static const struct {
        const char *id, *title, *effort, *dependencies[2];
    } examples[] = {
        {"0.1", "First Example", "2-3 hours", {NULL, NULL}},
        {"0.2", "Second Example, beside the first", "2 hours", {NULL, NULL}},
        {"1.1", "Third Example, after both", "4 hours", {"0.1", "0.2"}},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct plan_draft_item *item = plan_draft_add(draft, examples[i].id);
        item->title = examples[i].title;
        item->effort = examples[i].effort;
        item->fields[DEFINITION_GOAL] = "[TO BE FILLED: what exists when this is done]";
        item->fields[DEFINITION_DELIVERABLES] = "- [TO BE FILLED: a file, a page, a command]";
        item->fields[DEFINITION_CRITERIA] = "- [TO BE FILLED: how anybody can tell that it is done]";
        for (size_t k = 0; k < 2 && examples[i].dependencies[k]; k++)
            plan_draft_depend(draft, item, examples[i].dependencies[k], (struct plan_draft_place){0});
    }
    draft->notes =
        "Three examples from `batchctl init`: put your own in their place, here and in `parallel.json`, and\n"
        "run `batchctl validate`. An achievement's dependencies are those of `parallel.json`.";
}

static bool make_example_plan(struct context *context, const struct plan_location *location, struct batch *batch,
                              struct error *error) {
    AUTO(plan_draft) draft = {0};
    new_plan_begin(batch, BATCH_PLAN, location->name, location->path);
    make_example(&draft);
    bool is_made = new_plan_add_files(context, batch, location, &draft, error);
    if (is_made)
        new_plan_end(batch, &draft, "the template");
    return is_made || new_plan_fail(batch);
}

/* --- init --graph: the dependency file of a plan that has none, or with --update of one that has it --- */

static bool check_plan(struct context *context, const struct plan *plan, struct error *error) {
    if (plan->dependency_file) {
        error_set(error, ERROR_CONFLICT, "%s has its dependency file already: %s", plan->name, plan->dependency_file);
        error_about(error, plan->dependency_file);
        return error_hint(error, "take the PLAN over: batchctl init --graph %s --update", plan->reference);
    }
    return plan_require_valid(plan, &context->answer->diagnostics, error) && batch_check_plan_name(plan, error);
}

static bool look_at_folder(const struct context *context, const struct plan *plan, mode_t *mode, struct error *error) {
    enum file_kind kind;
    struct file_identity identity = {0};
    if (!files_look(context->files, plan->path, &kind, &identity, error))
        return false;
    *mode = identity.mode & 0666;
    return kind == FILE_FOLDER || error_set(error, ERROR_NOT_FOUND, "the folder %s is gone", plan->path) ||
           error_about(error, plan->path);
}

static bool read_plan_document(struct document *document, struct context *context, const struct plan *plan,
                               struct batch *batch, struct error *error) {
    AUTO(buffer) text = {0};
    if (!files_read(context->files, plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error))
        return false;
    batch_add_text_source(batch, plan->plan_file, buffer_span(&text));
    document_parse(document, buffer_span(&text));
    return conflict_check(document->conflict_line, plan->plan_file, SEVERITY_ERROR, &context->answer->diagnostics,
                          error);
}

static enum graph_order requested_order(const struct request *request) {
    return request->is_flat ? GRAPH_FLAT : request->by_priority ? GRAPH_BY_PRIORITY : GRAPH_STATED;
}

static bool fill_graph(struct context *context, const struct plan *plan, struct batch *batch, struct error *error) {
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    AUTO(plan_draft) draft = {0};
    mode_t mode;
    if (!check_plan(context, plan, error) || !look_at_folder(context, plan, &mode, error) ||
        !read_plan_document(&document, context, plan, batch, error))
        return false;
    plan_document_read(&definitions, &document);
    if (!graph_draft_make(&draft, plan, &document, &definitions, requested_order(context->request),
                          &context->answer->diagnostics, error))
        return false;
    new_plan_add_graph(batch, &draft, mode);
    new_plan_end(batch, &draft, "the PLAN");
    return true;
}

static bool make_graph(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_place *place = subject;
    const struct plan *plan = workspace_take_plan(place, context->files);
    bool is_update = context->request->is_update;
    new_plan_begin(batch, is_update ? BATCH_UPDATE : BATCH_GRAPH, plan->name, plan->path);
    bool is_made = is_update ? init_update_fill(context, plan, batch, error) : fill_graph(context, plan, batch, error);
    workspace_return_plan(place, plan);
    return is_made || new_plan_fail(batch);
}

static void run_graph(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, true, &error);
    if (place)
        batch_transaction_run(context, make_graph, place, &error);
    else
        context_fail(context, &error);
}

void init_plan(struct context *context) {
    if (context->request->wants_graph)
        run_graph(context);
    else
        new_plan_run(context, context->request->name, make_example_plan);
}
