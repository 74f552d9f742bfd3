#include "api/new_plan.h"

#include <stdint.h>
#include <string.h>

#include "api/batch_transaction.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/record_list.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "disk/template_files.h"
#include "document/document.h"
#include "format/prose.h"
#include "format/template.h"

/* --- a batch of the plan's own files --- */

void new_plan_begin(struct batch *batch, enum batch_kind kind, const char *name, const char *path) {
    *batch = (struct batch){.kind = kind};
    batch->plan = arena_copy(&batch->arena, name, strlen(name));
    batch->plan_path = arena_copy(&batch->arena, path, strlen(path));
    batch->selection = "none";
}

void new_plan_end(struct batch *batch, const struct plan_draft *draft, const char *origin) {
    batch->selection =
        arena_format(&batch->arena, "%zu achievement%s of %s", draft->count, text_plural(draft->count), origin);
}

/* A batch that cannot be made creates nothing, and must not look as if it did. */
bool new_plan_fail(struct batch *batch) {
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

void new_plan_add_graph(struct batch *batch, const struct plan_draft *draft, mode_t mode) {
    AUTO(buffer) text = {0};
    plan_draft_write_graph(&text, draft, batch->plan);
    batch_add_file(batch, NULL, arena_format(&batch->arena, "%s/parallel.json", batch->plan_path), buffer_span(&text),
                   mode);
}

/* PLAN and dependency file of an outline that has been checked. */
bool new_plan_add_files(struct context *context, struct batch *batch, const struct plan_location *location,
                        const struct plan_draft *draft, struct error *error) {
    AUTO(buffer) text = {0};
    bool is_made = make_plan_text(&text, context, batch, draft, error);
    if (is_made) {
        add_folders(batch, location);
        batch_add_file(batch, NULL, arena_format(&batch->arena, "%s/PLAN_%s.md", location->path, location->name),
                       buffer_span(&text), location->file_mode);
        new_plan_add_graph(batch, draft, location->file_mode);
    }
    return is_made;
}

/* --- its location --- */

struct new_plan {
    const char *name;
    make_new_plan *make;
};

/* Where the plan @name is to be; it is looked for again under the lock. */
static bool find_location(struct context *context, const char *name, struct plan_location *location,
                          struct error *error) {
    const struct request *request = context->request;
    return plan_location_find(location, context->workspace, context->files, name, request->here ? request->here : "",
                              error);
}

/* Is it one that was no workspace before? */
static bool is_new_workspace(const struct context *context) {
    AUTO(error) error = {0};
    AUTO_FREE uint64_t *numbers = NULL;
    struct state_dir state;
    size_t count;
    return context->workspace->plan_count == 0 && state_dir_find(&state, context->files, &error) &&
           record_list_numbers(&state, &numbers, &count, &error) && count == 0;
}

/* The location may have been taken since it was found. */
static bool make_at_location(struct context *context, const void *subject, struct batch *batch, struct error *error) {
    const struct new_plan *new_plan = subject;
    AUTO(plan_location) location = {0};
    if (!find_location(context, new_plan->name, &location, error) || !new_plan->make(context, &location, batch, error))
        return false;
    batch->is_new_workspace = is_new_workspace(context);
    return true;
}

void new_plan_run(struct context *context, const char *name, make_new_plan *make) {
    struct error error = {0};
    AUTO(plan_location) location = {0};
    const struct new_plan new_plan = {name, make};
    if (!name) {
        error_set(&error, ERROR_USAGE, "the new plan needs a name: --name MY-PLAN");
        context_fail(context, &error);
    } else if (find_location(context, name, &location, &error)) {
        batch_transaction_run(context, make_at_location, &new_plan, &error);
    } else {
        context_fail(context, &error);
    }
}
