#include "api/init_update.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "draft/graph_update.h"
#include "format/json_size.h"
#include "format/text_edits.h"
#include "plan/plan_compare.h"

static bool check_plan(struct context *context, const struct plan *plan, struct error *error) {
    if (plan_require_valid(plan, &context->answer->diagnostics, error) && plan->dependency_file && plan->plan_file)
        return batch_check_plan_name(plan, error);
    if (error->code)
        return false;
    error_set(error, ERROR_PREREQUISITES, "%s has no %s", plan->name, plan->plan_file ? "dependency file" : "PLAN");
    return !plan->plan_file ? false : error_hint(error, "make it: batchctl init --graph %s", plan->reference);
}

/* Reads a file that the batch is made of. */
static bool read_source(struct buffer *text, struct context *context, const char *path, size_t most,
                        struct batch *batch, struct error *error) {
    if (!files_read(context->files, path, most, text, NULL, error))
        return false;
    batch_add_text_source(batch, path, buffer_span(text));
    return true;
}

/* Adds the file with the edits made, and their diff. */
static void add_edited(struct batch *batch, const struct plan *plan, const struct text_edits *edits, struct span old) {
    AUTO(buffer) text = {0}, diff = {0};
    text_edits_apply(&text, edits, old);
    text_edits_diff(&diff, edits, old, plan->dependency_file);
    batch_add_replacement(batch, plan->dependency_file, old, buffer_span(&text));
    batch->diff = arena_copy(&batch->arena, diff.data, diff.length);
    batch->selection = arena_format(&batch->arena, "%zu place%s that differ%s from the PLAN", edits->count,
                                    text_plural(edits->count), edits->count == 1 ? "s" : "");
}

bool init_update_fill(struct context *context, const struct plan *plan, struct batch *batch, struct error *error) {
    struct diagnostics *diagnostics = &context->answer->diagnostics;
    AUTO(buffer) text = {0}, old = {0};
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    AUTO(plan_differences) differences = {0};
    AUTO(text_edits) edits = {0};
    if (!check_plan(context, plan, error) ||
        !read_source(&text, context, plan->plan_file, DOCUMENT_SIZE_MOST_BYTES, batch, error) ||
        !read_source(&old, context, plan->dependency_file, JSON_SIZE_MOST_BYTES, batch, error))
        return false;
    document_parse(&document, buffer_span(&text));
    if (!conflict_check(document.conflict_line, plan->plan_file, SEVERITY_ERROR, diagnostics, error))
        return false;
    plan_document_read(&definitions, &document);
    plan_differences_find(&differences, plan, &document, &definitions);
    if (!graph_update_make(&edits, plan, buffer_span(&old), &differences, diagnostics, error))
        return false;
    if (edits.count)
        add_edited(batch, plan, &edits, buffer_span(&old));
    return true;
}
