#include "api/import_method.h"

#include <string.h>

#include "api/new_plan.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/batch.h"
#include "document/markdown_quote.h"
#include "document/names.h"
#include "draft/plan_draft.h"
#include "draft/plan_location.h"
#include "format/prose.h"
#include "import/import.h"
#include "import/import_options.h"
#include "import/source.h"

/* "APPROVED" or "SKIPPED" for @item, and why. */
static void append_mark(struct buffer *text, const char *word, const struct plan_draft_item *item, const char *file) {
    buffer_append_format(text, "# %s: Achievement %s\n\nImported from ", word, item->id);
    prose_append_words(text, span_of(file));
    buffer_append_string(text, ":");
    markdown_quote_append(text, span_of(item->origin), false);
    if (!item->mark_reason)
        return;
    buffer_append_string(text, "\nReason:");
    markdown_quote_append(text, span_of(item->mark_reason), false);
}

static void add_mark(struct batch *batch, const struct plan_location *location, const struct plan_draft_item *item,
                     const char *file) {
    bool is_done = item->mark == PLAN_DRAFT_DONE;
    const char *word = is_done ? "APPROVED" : "SKIPPED", *folder = is_done ? "execution/feedbacks" : "execution";
    char digits[NAMES_ID_BYTES_MOST + 1];
    AUTO(buffer) text = {0};
    names_digits(item->id, digits);
    append_mark(&text, word, item, file);
    batch_add_file(batch, item->id, arena_format(&batch->arena, "%s/%s/%s_%s.md", location->path, folder, word, digits),
                   buffer_span(&text), location->file_mode);
}

/* SKIPPED before APPROVED, as their folders are. */
static void add_marks(struct batch *batch, const struct plan_location *location, const struct plan_draft *draft,
                      const char *file) {
    static const enum plan_draft_mark order[] = {PLAN_DRAFT_CANCELLED, PLAN_DRAFT_DONE};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < draft->count; i++)
            if (draft->items[i].mark == order[k])
                add_mark(batch, location, &draft->items[i], file);
}

static void add_sources(struct batch *batch, const struct source *source) {
    for (size_t i = 0; i < source->count; i++)
        batch_add_text_source(batch, names_base(source->files[i].name), source->files[i].text);
}

static bool make_imported_plan(struct context *context, const struct plan_location *location, struct batch *batch,
                               struct error *error) {
    const struct import_options *options = &context->request->import;
    struct diagnostics *diagnostics = &context->answer->diagnostics;
    AUTO(source) source = {0};
    AUTO(plan_draft) draft = {0};
    new_plan_begin(batch, BATCH_IMPORT, location->name, location->path);
    if (!source_open(&source, options, diagnostics, error) ||
        !import_read(&draft, &source, options, location->name, diagnostics, error))
        return new_plan_fail(batch);
    add_sources(batch, &source);
    if (!new_plan_add_files(context, batch, location, &draft, error))
        return new_plan_fail(batch);
    if (options->with_status)
        add_marks(batch, location, &draft, source.name);
    batch->format = source_format_word(source.format);
    new_plan_end(batch, &draft, arena_format(&batch->arena, "%s, %s", source.name, source_format_name(source.format)));
    return true;
}

/* The source is looked at first: it may give the plan its name. */
static bool find_name(struct context *context, struct source *source, const char **name, struct error *error) {
    const struct import_options *options = &context->request->import;
    if (!source_open(source, options, &context->answer->diagnostics, error) ||
        !import_check_options(source, options, error))
        return false;
    *name = context->request->name ? context->request->name : source->plan;
    return true;
}

void import_method_run(struct context *context) {
    struct error error = {0};
    AUTO(source) source = {0};
    const char *name = NULL;
    if (find_name(context, &source, &name, &error))
        new_plan_run(context, name, make_imported_plan);
    else
        context_fail(context, &error);
}
