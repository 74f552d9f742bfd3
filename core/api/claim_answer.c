#include "api/claim_answer.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "claims/claim.h"
#include "claims/claim_board.h"
#include "claims/claim_handle.h"
#include "plan/achievement.h"
#include "plan/next_command.h"
#include "plan/standing.h"
#include "view/claim_item.h"

static const char *copy(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

bool claim_answer_begin(const struct context *context, struct error *error) {
    claim_board_update(context->request->claims);
    return claim_board_require(context->request->claims, error);
}

static void add_notices(struct context *context, struct claim_authority *authority) {
    const struct claim_notice *notices;
    size_t count = authority->calls->note(authority, &notices);
    for (size_t i = 0; i < count; i++)
        diagnostics_add(
            &context->answer->diagnostics,
            &(struct diagnostic){.severity = SEVERITY_WARNING, .code = notices[i].code, .message = notices[i].message});
}

struct claims_note claim_answer_note(struct context *context) {
    struct claim_board *board = context->request->claims;
    if (!board)
        return (struct claims_note){0};
    claim_board_refresh(board);
    const struct error *trouble = &board->trouble;
    if (board->authority) {
        add_notices(context, board->authority);
        return (struct claims_note){claim_board_keeping(board), true, NULL};
    }
    diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                        .code = claim_board_warning(board),
                                                                        .message = trouble->message,
                                                                        .hint = trouble->hint});
    return (struct claims_note){NULL, false, copy(&context->answer->arena, trouble->message)};
}

void claim_answer_look(struct context *context, const struct plan *plan, struct claim_overview *claims) {
    AUTO(arena) arena = {0};
    claim_overview_make(claims, context->request->claims, plan);
    for (size_t i = 0; claims->list && i < claims->list->count; i++) {
        const struct claim_entry *entry = &claims->list->entries[i];
        if (entry->damage)
            diagnostics_add(
                &context->answer->diagnostics,
                &(struct diagnostic){
                    .severity = SEVERITY_WARNING,
                    .code = "claim.damaged",
                    .message = arena_format(&arena, "whether %s is free is not known: %s: %s", entry->id, entry->file,
                                            entry->damage),
                    .achievement = entry->id,
                    .hint = arena_format(&arena, "if nothing holds it any more: batchctl release --force %s %s",
                                         plan->reference, entry->id)});
    }
}

const struct plan_place *claim_answer_find_plan(const struct context *context, const char *path) {
    const struct workspace *workspace = context->workspace;
    for (size_t i = 0; i < workspace->plan_count; i++)
        if (strcmp(workspace->plans[i].path, path) == 0)
            return &workspace->plans[i];
    return NULL;
}

/* What the holder of the claim works on: the SUBPLAN, the last EXECUTION_TASK, what was submitted. NULL if it is not
 * there yet. */
static const char *work_file(const struct standing *standing, enum claim_kind kind) {
    const struct review *submission = achievement_submission(standing);
    if (kind == CLAIM_REVIEW)
        return submission ? submission->file : NULL;
    if (kind == CLAIM_DESIGN)
        return standing->subplan_file;
    return standing->execution_count && standing->next == STEP_WORK
               ? standing->executions[standing->execution_count - 1].file
               : NULL;
}

static void describe_plan(struct claim_view *view, const struct plan *plan, bool wants_work, struct arena *arena) {
    size_t position;
    view->plan = copy(arena, plan->name);
    if (!plan_find(plan, view->id, &position))
        return;
    view->title = copy(arena, plan->dependencies.achievements[position].title);
    if (!wants_work || !view->claim)
        return;
    const struct standing *standing = &plan->standings[position];
    view->file = copy(arena, work_file(standing, view->claim->kind));
    if (standing->next != STEP_NOTHING)
        view->command = next_command_of_one(plan, position, arena).command;
}

static void describe_record(struct claim_view *view, const struct claim_record *record, const struct claim_board *board,
                            struct arena *arena) {
    view->path = copy(arena, record->plan);
    view->id = copy(arena, record->id);
    if (record->is_held)
        view->claim = claim_item_make(record, &board->moment, arena);
}

void claim_answer_describe(struct claim_view *view, const struct context *context, const struct claim_reply *reply,
                           const struct claim_handle *handle, bool wants_work) {
    struct arena *arena = &context->answer->arena;
    *view = (struct claim_view){
        .reason = claim_reason_name(reply->reason), .is_repeated = reply->is_repeated, .is_late = reply->is_late};
    if (reply->record.id)
        describe_record(view, &reply->record, context->request->claims, arena);
    if (handle && !view->id) {
        view->path = copy(arena, handle->plan);
        view->id = copy(arena, handle->id);
    }
    if (reply->handle.plan) {
        AUTO(buffer) text = {0};
        claim_handle_append(&text, &reply->handle);
        view->handle = copy(arena, text.data);
    }
    if (reply->reason == CLAIM_REASON_FINISHED && reply->record.is_finished)
        view->mark = mark_item_make(&reply->record, true, arena);
    const struct plan_place *place = view->path ? claim_answer_find_plan(context, view->path) : NULL;
    if (!place)
        return;
    const struct plan *plan = workspace_take_plan(place, context->files);
    describe_plan(view, plan, wants_work, arena);
    workspace_return_plan(place, plan);
}
