#include "api/claim_end.h"

#include <string.h>

#include "api/answer.h"
#include "api/claim_answer.h"
#include "api/request.h"
#include "api/write_review.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "claims/claim_fence.h"
#include "claims/claim_handle.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/workspace.h"
#include "render/claims_json.h"
#include "render/claims_text.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* --- heartbeat --- */

/* Renews one. The message of what has failed is in the view, too. */
static void renew(struct context *context, const char *text, struct claim_view *view, struct error *error) {
    struct claim_authority *authority = context->request->claims->authority;
    AUTO(claim_handle) handle = {0};
    AUTO(claim_reply) reply = {0};
    bool is_renewed = claim_handle_parse(&handle, text, error) &&
                      authority->calls->renew(authority, &handle, context->request->message, &reply, error);
    claim_answer_describe(view, context, &reply, handle.plan ? &handle : NULL, false);
    if (!is_renewed)
        view->message = arena_copy(&context->answer->arena, error->message, strlen(error->message));
}

/* The claims that are lost are named by the text, so the error sums them up; what is no handle only the error names. */
static void fail_renewals(struct context *context, const struct claim_renewals *renewals, struct error *first) {
    size_t lost = 0;
    for (size_t i = 0; i < renewals->count; i++)
        lost += renewals->claims[i].message != NULL;
    if (renewals->count > 1 && first->code != ERROR_USAGE)
        error_set(first, first->code, "%zu of %zu claims could not be renewed", lost, renewals->count);
    if (first->code == ERROR_STALE)
        error_hint(first, "stop working on it: another may have it by now");
    context_fail(context, first);
}

void claim_end_heartbeat(struct context *context) {
    const struct request *request = context->request;
    static const struct answer_type type = {claims_json_renewed, claims_text_renewed};
    struct arena *arena = &context->answer->arena;
    struct error error = {0};
    if (!claim_answer_begin(context, &error)) {
        context_fail(context, &error);
        return;
    }
    struct claim_renewals *renewals = arena_allocate(arena, 1, sizeof *renewals);
    renewals->claims = arena_allocate(arena, request->handle_count, sizeof *renewals->claims);
    renewals->count = request->handle_count;
    for (size_t i = 0; i < request->handle_count; i++) {
        AUTO(error) later = {0};
        renew(context, request->handles[i], &renewals->claims[i], error.code ? &later : &error);
    }
    context_answer(context, &type, renewals);
    if (error.code)
        fail_renewals(context, renewals, &error);
}

/* --- release --- */

/* The end of one claim, as it is going on. */
struct ending {
    const struct claim_handle *handle;
    const struct plan_place *place; /* NULL if its plan is gone */
    struct claim_reply *reply;
    uint64_t batch;
    const char *submitted;
};

static bool end_once(struct context *context, struct ending *ending, enum claim_result result, struct error *error) {
    const struct request *request = context->request;
    struct claim_authority *authority = request->claims->authority;
    const struct plan *plan = ending->place ? workspace_take_plan(ending->place, context->files) : NULL;
    const struct claim_end end = {
        .result = result,
        .by = request->as,
        .note = result == CLAIM_DONE ? NULL : request->message, /* that is what SUBMITTED says */
        .plan = plan,
        .side = request->claims->side,
    };
    claim_reply_release(ending->reply);
    bool is_ended = authority->calls->end(authority, ending->handle, &end, ending->reply, error);
    if (plan)
        workspace_return_plan(ending->place, plan);
    return is_ended;
}

/* The batch that a submission has made. */
static void note_submission(struct ending *ending, const struct answer *answer, struct arena *arena) {
    const struct batch_view *view = answer->view;
    ending->batch = view->number;
    ending->submitted = view->created.count ? item_text(arena, view->created.items[0].path) : NULL;
}

/* Write SUBMITTED, under the fence of the claim. What fails is the answer's outcome, in @error. */
static bool submit(struct context *context, struct ending *ending, struct error *error) {
    const char *ids[] = {ending->handle->id};
    struct answer answer = {.kind = "submit"};
    struct request request = *context->request;
    request.method = "submit";
    request.plan = ending->handle->plan;
    request.claim = ending->handle;
    request.as = request.as ? request.as : ending->reply->record.held.by;
    request.options.selection = (struct selection){.kind = SELECT_IDS, .ids = ids, .id_count = 1};
    AUTO_CALL(claim_fence_close) struct claim_fence fence = {0};
    if (!claim_fence_open(&fence, request.claims->authority, ending->handle, false, error))
        return false;
    request.batch_fence = &fence.fence;
    struct context inner = {context->workspace, context->files, &request, &answer, {.buffer = &answer.data}};
    review_handle(&inner);
    if (answer.code == ERROR_NONE)
        note_submission(ending, &answer, &context->answer->arena);
    else
        error_set(error, answer.code, "it cannot be submitted"); /* the diagnostics say why */
    diagnostics_append(&context->answer->diagnostics, &answer.diagnostics);
    answer_release(&answer);
    return error->code == ERROR_NONE;
}

static bool is_work_not_done(const struct claim_reply *reply) {
    return reply->reason == CLAIM_REASON_NOT_DONE && reply->record.is_held && reply->record.held.kind == CLAIM_WORK;
}

static bool end_done(struct context *context, struct ending *ending, struct error *error) {
    if (end_once(context, ending, CLAIM_DONE, error))
        return true;
    bool submits = context->request->submits && !context->request->claims->authority->is_shared;
    if (!submits || !is_work_not_done(ending->reply))
        return false;
    error_release(error);
    return submit(context, ending, error) && end_once(context, ending, CLAIM_DONE, error);
}

static void end_by_handle(struct context *context, struct claim_view *view, struct error *error) {
    AUTO(claim_handle) handle = {0};
    AUTO(claim_reply) reply = {0};
    if (!claim_handle_parse(&handle, context->request->handles[0], error))
        return;
    struct ending ending = {.handle = &handle, .reply = &reply, .place = claim_answer_find_plan(context, handle.plan)};
    if (context->request->is_done)
        end_done(context, &ending, error);
    else
        end_once(context, &ending, CLAIM_GIVEN_UP, error);
    claim_answer_describe(view, context, &reply, &handle, false);
    view->batch = ending.batch;
    view->submitted = ending.submitted;
}

/* --- by a person --- */

/* What would be ended or forgotten, for the preview; NOT_FOUND if there is nothing. */
static bool look(struct context *context, const char *plan, struct claim_view *view, struct error *error) {
    struct arena *arena = &context->answer->arena;
    AUTO(claim_list) list = {0};
    const struct request *request = context->request;
    claim_board_refresh(request->claims);
    claim_board_list(request->claims, plan, &list);
    if (!claim_board_require(request->claims, error))
        return false;
    const struct claim_entry *entry = claim_list_find(&list, request->id);
    bool is_there = entry && (request->forgets ? entry->record.is_finished
                                               : entry->damage || claim_state(&entry->record,
                                                                              &request->claims->moment) == CLAIM_HELD);
    if (!is_there)
        return error_set(error, ERROR_NOT_FOUND, request->forgets ? "%s has no mark" : "%s has no claim that holds",
                         request->id);
    if (request->forgets)
        view->mark = mark_item_make(&entry->record, false, arena);
    else if (entry->record.is_held)
        view->claim = claim_item_make(&entry->record, &request->claims->moment, arena);
    return true;
}

static void end_by_person(struct context *context, struct claim_view *view, struct error *error) {
    struct arena *arena = &context->answer->arena;
    const struct request *request = context->request;
    struct claim_authority *authority = request->claims->authority;
    AUTO(claim_reply) reply = {0};
    const struct plan_place *place = context_choose_plan(context, true, error);
    const char *path = place ? place->path : request->plan; /* of a plan that is gone: as doctor names it */
    if (!path)
        return;
    error_release(error);
    if (!request->is_dry_run && request->forgets)
        authority->calls->forget(authority, path, request->id, request->fence, request->as, &reply, error);
    else if (!request->is_dry_run)
        authority->calls->force(authority, path, request->id, request->fence, request->as, request->message, &reply,
                                error);
    claim_answer_describe(view, context, &reply, NULL, false);
    view->is_forgotten = request->forgets;
    view->path = arena_copy(arena, path, strlen(path));
    view->plan = place ? arena_copy(arena, place->name, strlen(place->name)) : NULL;
    view->id = arena_copy(arena, request->id, strlen(request->id));
    view->is_preview = request->is_dry_run;
    if (request->is_dry_run)
        look(context, path, view, error);
}

void claim_end_release(struct context *context) {
    static const struct answer_type type = {claims_json_released, claims_text_released};
    struct error error = {0};
    struct claim_view *view = arena_allocate(&context->answer->arena, 1, sizeof *view);
    if (claim_answer_begin(context, &error)) {
        if (context->request->handle_count)
            end_by_handle(context, view, &error);
        else
            end_by_person(context, view, &error);
    }
    context_answer(context, &type, view);
    if (error.code)
        context_fail(context, &error);
}
