#include "api/batch_answer.h"

#include "base/diagnostics.h"
#include "base/memory.h"
#include "render/batch_json.h"
#include "render/batch_text.h"
#include "render/init_text.h"
#include "render/review_text.h"
#include "render/undo_text.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"
#include "view/undo_view.h"

static const struct answer_type *type_of(enum batch_kind kind) {
    static const struct answer_type creation = {batch_json_create, batch_text_create};
    static const struct answer_type review = {batch_json_create, review_text_append};
    static const struct answer_type init = {batch_json_init, init_text_append};
    return batch_kind_is_review(kind) ? &review : batch_kind_is_created(kind) ? &creation : &init;
}

/* The answer without a view, and without the memory of the one that it had. */
static void clear(struct answer *answer) {
    arena_release(&answer->arena);
    answer->view = NULL;
    answer->count = 0;
    answer->batch = 0;
    answer->token = NULL;
}

static struct batch_view *begin(struct answer *answer) {
    clear(answer);
    return arena_allocate(&answer->arena, 1, sizeof(struct batch_view));
}

/* The root is what a person has to see before a workspace is made there. */
static void finish(struct answer *answer, struct batch_view *view, const struct workspace *workspace) {
    view->root = item_text(&answer->arena, workspace->root);
    answer->type = type_of(view->kind);
    answer->view = view;
    answer->count = view->is_dry_run ? view->files.count : view->created.count;
    answer->batch = view->number;
    answer->token = view->token;
}

void batch_answer_make(struct answer *answer, const struct request *request, const struct workspace *workspace,
                       const struct batch *batch) {
    struct batch_view *view = begin(answer);
    const struct batch_view_options options = {request->is_dry_run, request->has_content};
    batch_view_make(view, batch, &options, &answer->arena);
    finish(answer, view, workspace);
}

void batch_answer_of_record(struct answer *answer, const struct request *request, const struct workspace *workspace,
                            const struct record *record) {
    struct batch_view *view = begin(answer);
    batch_view_of_record(view, record, request->has_content ? &workspace->files : NULL, &answer->arena);
    finish(answer, view, workspace);
}

void batch_answer_add_diagnostics(struct answer *answer, const struct record *record) {
    for (size_t i = 0; i < record->answer.diagnostic_count; i++) {
        struct diagnostic diagnostic = record->answer.diagnostics[i];
        diagnostic.code = item_text(&answer->arena, diagnostic.code);
        diagnostics_add(&answer->diagnostics, &diagnostic);
    }
    answer->diagnostics.left_out += record->answer.left_out;
}

void batch_answer_undo(struct answer *answer, const struct undo *undo, bool is_dry_run) {
    static const struct answer_type type = {batch_json_undo, undo_text_append};
    clear(answer);
    struct undo_view *view = arena_allocate(&answer->arena, 1, sizeof *view);
    undo_view_make(view, undo, is_dry_run, &answer->arena);
    answer->type = &type;
    answer->view = view;
    answer->count = view->removed.count;
    answer->batch = view->batch;
    answer->token = view->token;
}

void batch_answer_undone(struct answer *answer, const struct record *batch, const struct record *undone) {
    const struct undo undo = {
        .record = batch,
        .selection = undone->selection,
        .removed = undone->files,
        .removed_count = undone->file_count,
        .kept = undone->failures,
        .kept_count = undone->failure_count,
    };
    batch_answer_undo(answer, &undo, false);
}
