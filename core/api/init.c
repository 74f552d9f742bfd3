#include "api/init.h"

#include <string.h>

#include "api/batch_answer.h"
#include "api/init_update.h"
#include "api/request.h"
#include "api/transaction.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/batch.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "disk/template_files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "draft/graph_draft.h"
#include "draft/plan_draft.h"
#include "draft/plan_location.h"
#include "draft/taskmaster.h"
#include "format/prose.h"
#include "format/template.h"
#include "plan/plan.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"

static void warn(struct context *context, const char *code, const char *file, unsigned line, const char *message,
                 const char *hint) {
    diagnostics_add(
        &context->answer->diagnostics,
        &(struct diagnostic){
            .severity = SEVERITY_WARNING, .code = code, .message = message, .file = file, .line = line, .hint = hint});
}

/* --- the answer --- */

/* Is it one that was no workspace before? */
static bool is_new_workspace(const struct context *context, const struct record *committed) {
    AUTO(error) error = {0};
    struct state_dir state;
    bool has_no_state = state_dir_find(&state, context->files, &error) && !state.is_mine;
    return context->workspace->plan_count == 0 && (has_no_state || (committed && committed->number == 1));
}

/* The root is what a person has to see before a workspace is made there. */
static void add_workspace(struct context *context, const struct record *committed, struct batch_view *view) {
    view->root = item_text(&context->answer->arena, context->workspace->root);
    view->is_new_workspace = is_new_workspace(context, committed);
}

/* Was it the first batch, and has the workspace no plan but the one it made? */
static bool has_made_workspace(const struct workspace *workspace, const struct record *record) {
    bool is_first = record->number == 1 && (record->kind == BATCH_PLAN || record->kind == BATCH_IMPORT);
    for (size_t i = 0; i < workspace->plan_count && is_first; i++)
        is_first = strcmp(workspace->plans[i].path, record->plan_path) == 0;
    return is_first;
}

void init_answer_record(struct answer *answer, const struct workspace *workspace, const struct record *record) {
    struct batch_view *view = batch_answer_of_record(answer, record);
    view->root = item_text(&answer->arena, workspace->root);
    view->is_new_workspace = has_made_workspace(workspace, record);
}

/* --- a batch of the plan's own files --- */

static void begin(struct batch *batch, enum batch_kind kind, const char *name, const char *path) {
    *batch = (struct batch){.kind = kind};
    batch->plan = arena_copy(&batch->arena, name, strlen(name));
    batch->plan_path = arena_copy(&batch->arena, path, strlen(path));
    batch->selection = "none";
}

static void end(struct batch *batch, const struct plan_draft *draft, const char *origin) {
    batch->selection =
        arena_format(&batch->arena, "%zu achievement%s of %s", draft->count, text_plural(draft->count), origin);
}

/* A batch that cannot be made creates nothing, and must not look as if it did. */
static bool fail(struct batch *batch) {
    batch->file_count = batch->folder_count = 0;
    return false;
}

static bool render_plan(struct buffer *text, struct context *context, const struct batch *batch,
                        const struct plan_draft *draft, const struct template_file *template, bool is_verbatim) {
    AUTO(buffer) index = {0}, bodies = {0}, name = {0}, notes = {0};
    prose_append_words(&name, span_of(batch->plan));
    plan_draft_write_index(&index, draft);
    plan_draft_write_bodies(&bodies, draft, is_verbatim);
    buffer_append_string(&notes, draft->notes ? draft->notes : "Made by `batchctl init`.");
    const struct template_variable variables[] = {{"plan", buffer_span(&name), true},
                                                  {"index", buffer_span(&index), false},
                                                  {"notes", span_trim(buffer_span(&notes)), false},
                                                  {"achievements", span_trim(buffer_span(&bodies)), true}};
    buffer_clear(text);
    return template_render(text, template->text, template->name, variables, sizeof variables / sizeof *variables,
                           &context->answer->diagnostics);
}

/* What was written has to be what is read: first as prose, and if some text gets in the way of that, as code. */
static bool make_plan_text(struct buffer *text, struct context *context, struct batch *batch,
                           const struct plan_draft *draft, struct error *error) {
    struct template_file template;
    if (!template_file_read(&template, context->files, "plan.md", &batch->arena, error) ||
        !document_check_template(template.name, template.text, error))
        return false;
    batch_add_text_source(batch, template.name, template.text);
    for (int is_verbatim = 0; is_verbatim <= 1; is_verbatim++) {
        if (!render_plan(text, context, batch, draft, &template, is_verbatim))
            return error_set(error, ERROR_INVALID, "the template %s cannot be used", template.name);
        if (plan_draft_is_defined(draft, buffer_span(text)))
            return text->length <= DOCUMENT_SIZE_MOST_BYTES ||
                   error_set(error, ERROR_INVALID, "the PLAN would be larger than %d MiB",
                             DOCUMENT_SIZE_MOST_BYTES >> 20);
    }
    error_set(error, ERROR_INVALID, "in a PLAN made with the template %s the achievements would not be found",
              template.name);
    return error_hint(error, "{{achievements}} belongs under a heading with the word \"Achievements\", outside code");
}

static void add_folders(struct batch *batch, const struct plan_location *location) {
    for (size_t i = 0; i < location->folder_count; i++)
        batch_add_folder(batch, location->folders[i], location->folder_mode);
}

static void add_graph(struct batch *batch, const struct plan_draft *draft, mode_t mode) {
    AUTO(buffer) text = {0};
    plan_draft_write_graph(&text, draft, batch->plan);
    batch_add_file(batch, NULL, arena_format(&batch->arena, "%s/parallel.json", batch->plan_path), buffer_span(&text),
                   mode);
}

/* PLAN and dependency file of an outline that has been checked. */
static bool add_plan_files(struct context *context, struct batch *batch, const struct plan_location *location,
                           const struct plan_draft *draft, struct error *error) {
    AUTO(buffer) text = {0};
    bool is_made = make_plan_text(&text, context, batch, draft, error);
    if (is_made) {
        add_folders(batch, location);
        batch_add_file(batch, NULL, arena_format(&batch->arena, "%s/PLAN_%s.md", location->path, location->name),
                       buffer_span(&text), location->file_mode);
        add_graph(batch, draft, location->file_mode);
    }
    return is_made;
}

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

static bool make_new_plan(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_location *location = subject;
    AUTO(plan_draft) draft = {0};
    begin(batch, BATCH_PLAN, location->name, location->path);
    make_example(&draft);
    bool is_made = add_plan_files(context, batch, location, &draft, error);
    if (is_made)
        end(batch, &draft, "the template");
    return is_made || fail(batch);
}

/* Where the plan of the request is to be; it is looked for again under the lock. */
static bool find_location(struct context *context, struct plan_location *location, struct error *error) {
    const struct request *request = context->request;
    return plan_location_find(location, context->workspace, context->files, request->name,
                              request->here ? request->here : "", error);
}

typedef bool make_at(struct context *context, const void *subject, struct batch *batch, struct error *error);

/* The location may have been taken since it was found. */
static bool make_at_location(struct context *context, make_at *make, struct batch *batch, struct error *error) {
    AUTO(plan_location) location = {0};
    return find_location(context, &location, error) && make(context, &location, batch, error);
}

static bool make_init(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    (void)subject;
    return make_at_location(context, make_new_plan, batch, error);
}

static void run_at_location(struct context *context, make_at *make) {
    struct error error = {0};
    AUTO(plan_location) location = {0};
    if (!context->request->name) {
        error_set(&error, ERROR_USAGE, "the new plan needs a name");
        context_fail(context, &error);
    } else if (find_location(context, &location, &error)) {
        const struct transaction transaction = {NULL, make, add_workspace};
        transaction_run(context, &transaction, &error);
    } else {
        context_fail(context, &error);
    }
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
    add_graph(batch, &draft, mode);
    end(batch, &draft, "the PLAN");
    return true;
}

static bool make_graph(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_place *place = subject;
    const struct plan *plan = workspace_take_plan(place, context->files);
    bool is_update = context->request->is_update;
    begin(batch, is_update ? BATCH_UPDATE : BATCH_GRAPH, plan->name, plan->path);
    bool is_made = is_update ? init_update_fill(context, plan, batch, error) : fill_graph(context, plan, batch, error);
    workspace_return_plan(place, plan);
    return is_made || fail(batch);
}

static void run_graph(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, true, &error);
    if (place) {
        const struct transaction transaction = {place, make_graph, add_workspace};
        transaction_run(context, &transaction, &error);
    } else {
        context_fail(context, &error);
    }
}

void init_plan(struct context *context) {
    if (context->request->wants_graph)
        run_graph(context);
    else
        run_at_location(context, make_init);
}

/* --- import --- */

/* APPROVED or SKIPPED for what the list says is done or cancelled. */
static void add_marks(struct batch *batch, const struct plan_location *location, const struct plan_draft *draft,
                      const char *file) {
    static const struct {
        enum plan_draft_mark mark;
        const char *place, *word;
    } kinds[] = {{PLAN_DRAFT_CANCELLED, "execution", "SKIPPED"}, {PLAN_DRAFT_DONE, "execution/feedbacks", "APPROVED"}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < draft->count; i++) {
            const struct plan_draft_item *item = &draft->items[i];
            char digits[NAMES_ID_BYTES_MOST + 1];
            if (item->mark != kinds[k].mark)
                continue;
            names_digits(item->id, digits);
            const char *path =
                arena_format(&batch->arena, "%s/%s/%s_%s.md", location->path, kinds[k].place, kinds[k].word, digits);
            AUTO(buffer) text = {0};
            buffer_append_format(&text, "# %s: Achievement %s\n\nImported from ", kinds[k].word, item->id);
            prose_append_words(&text, span_of(file));
            buffer_append_string(&text, ": ");
            prose_append_words(&text, span_of(item->origin ? item->origin : ""));
            buffer_append_string(&text, ".\n");
            batch_add_file(batch, item->id, path, buffer_span(&text), location->file_mode);
        }
}

static void warn_of_marks(struct context *context, const struct plan_draft *draft) {
    size_t done = 0, cancelled = 0;
    for (size_t i = 0; i < draft->count; i++) {
        done += draft->items[i].mark == PLAN_DRAFT_DONE;
        cancelled += draft->items[i].mark == PLAN_DRAFT_CANCELLED;
    }
    if (done + cancelled == 0)
        return;
    AUTO(arena) arena = {0};
    warn(context, "task.status", NULL, 0,
         arena_format(&arena, "%zu done and %zu cancelled there, but not here: states are read from files", done,
                      cancelled),
         "--with-status creates an APPROVED for what is done, and a SKIPPED for what is cancelled");
}

static bool make_imported_plan(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct plan_location *location = subject;
    const struct request *request = context->request;
    struct diagnostics *diagnostics = &context->answer->diagnostics;
    AUTO(plan_draft) draft = {0};
    begin(batch, BATCH_IMPORT, location->name, location->path);
    const char *name = names_base(request->file);
    batch_add_text_source(batch, name, request->text);
    bool is_made = taskmaster_read(&draft, request->text, request->file, request->tag, diagnostics, error);
    if (is_made && !plan_draft_check(&draft, request->file, diagnostics))
        is_made = error_set(error, ERROR_INVALID, "the dependencies in %s cannot be", request->file);
    if (is_made)
        is_made = add_plan_files(context, batch, location, &draft, error);
    if (is_made && request->with_status)
        add_marks(batch, location, &draft, name);
    else if (is_made)
        warn_of_marks(context, &draft);
    if (is_made)
        end(batch, &draft, name);
    return is_made || fail(batch);
}

static bool make_import(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    (void)subject;
    return make_at_location(context, make_imported_plan, batch, error);
}

void init_import(struct context *context) {
    run_at_location(context, make_import);
}
