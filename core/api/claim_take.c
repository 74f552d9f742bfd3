#include "api/claim_take.h"

#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/claim_answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "disk/files.h"
#include "plan/achievement.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/schedule.h"
#include "plan/standing.h"
#include "plan/workspace.h"
#include "render/claims_json.h"
#include "render/claims_text.h"
#include "view/claim_view.h"

enum { ATTEMPTS_MOST = 20, DESIGN_OR_WORK = 1 << CLAIM_DESIGN | 1 << CLAIM_WORK, ANY_KIND = (1 << CLAIM_KINDS) - 1 };

/* --- candidates --- */

/* One that could be taken, with what decides how urgent it is. */
struct urgent {
    struct claim_candidate candidate;
    double slack;
    uint32_t level;
};

/* The plans that are taken from, and what is free in them. */
struct offer {
    const struct plan_place **places;
    const struct plan **plans; /* given back by offer_release */
    size_t plan_count, plan_capacity, plan_list_capacity;
    struct urgent *items;
    size_t count, capacity;
    size_t open, held, bound, own; /* achievements that are not done; and those of them that cannot be taken */
};

static void offer_release(struct offer *offer) {
    for (size_t i = 0; i < offer->plan_count; i++)
        workspace_return_plan(offer->places[i], offer->plans[i]);
    memory_free(offer->places);
    memory_free(offer->plans);
    memory_free(offer->items);
    *offer = (struct offer){0};
}

static const struct plan *take_plan(struct offer *offer, const struct context *context,
                                    const struct plan_place *place) {
    size_t count = offer->plan_count;
    const struct plan *plan = workspace_take_plan(place, context->files);
    *LIST_ADD(offer->places, count, offer->plan_capacity) = place;
    *LIST_ADD(offer->plans, offer->plan_count, offer->plan_list_capacity) = plan;
    return plan;
}

static bool is_own_submission(const struct standing *standing, const char *as) {
    const struct review *submission = achievement_submission(standing);
    return submission && submission->by && strcmp(submission->by, as) == 0;
}

/* Is it free, as far as the records said when they were listed? Counts it if it is not. */
static bool is_free(struct offer *offer, const struct claim_entry *entry, const struct claim_board *board,
                    const struct standing *standing) {
    bool is_held = entry && (entry->damage || claim_state(&entry->record, &board->moment) == CLAIM_HELD);
    bool is_bound = entry && !is_held && claim_is_bound(&entry->record, board->side.side, standing);
    offer->held += is_held;
    offer->bound += is_bound;
    return !is_held && !is_bound;
}

static void offer_achievement(struct offer *offer, const struct context *context, const struct plan *plan,
                              size_t position, const struct claim_list *list, const struct schedule *schedule) {
    const struct request *request = context->request;
    const struct standing *standing = &plan->standings[position];
    unsigned kinds = request->claim_kinds ? request->claim_kinds : DESIGN_OR_WORK;
    enum claim_kind kind;
    offer->open += plan_is_open(plan, position);
    if (!claim_find_kind(standing, &kind) || !(kinds >> kind & 1))
        return;
    const struct claim_entry *entry = claim_list_find(list, plan->dependencies.achievements[position].id);
    if (!is_free(offer, entry, request->claims, standing))
        return;
    if (kind == CLAIM_REVIEW && is_own_submission(standing, request->as)) {
        offer->own++;
        return;
    }
    *LIST_ADD(offer->items, offer->count, offer->capacity) = (struct urgent){
        .candidate = {plan, position, kind, entry ? entry->mark : 0},
        .slack = schedule->slacks[position],
        .level = plan->dependencies.graph.levels[position],
    };
}

static void offer_plan(struct offer *offer, const struct context *context, const struct plan_place *place) {
    AUTO(claim_list) list = {0};
    AUTO(schedule) schedule = {0};
    const struct plan *plan = take_plan(offer, context, place);
    if (!plan->is_valid || !plan->has_graph)
        return;
    claim_board_list(context->request->claims, plan->path, &list);
    schedule_make(&schedule, plan, NULL);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        offer_achievement(offer, context, plan, i, &list, &schedule);
}

/* The most urgent first: what can wait least, then by level, order in the file, and path. */
static int compare_urgency(const void *first, const void *second) {
    const struct urgent *a = first, *b = second;
    if (a->slack != b->slack)
        return a->slack < b->slack ? -1 : 1;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a->candidate.position != b->candidate.position)
        return a->candidate.position < b->candidate.position ? -1 : 1;
    return strcmp(a->candidate.plan->path, b->candidate.plan->path);
}

/* --- taking --- */

static struct claim_taker taker_of(const struct request *request) {
    return (struct claim_taker){
        .by = request->as,
        .host = request->host,
        .note = request->message,
        .ttl_ms = request->ttl_ms,
        .keeper = request->keeper,
        .request = request->request_id,
        .side = request->claims->side,
    };
}

static bool take(const struct context *context, const struct claim_candidate *candidates, size_t count,
                 struct claim_reply *reply, struct error *error) {
    struct claim_authority *authority = context->request->claims->authority;
    const struct claim_taker taker = taker_of(context->request);
    claim_reply_release(reply);
    error_release(error);
    return authority->calls->take(authority, &taker, candidates, count, reply, error);
}

/* The same command again, which waits. */
static bool hint_wait(const struct request *request, struct error *error) {
    AUTO(buffer) command = {0};
    buffer_append_string(&command, "batchctl next ");
    if (request->plan) {
        plan_append_reference(&command, request->plan);
        buffer_append_byte(&command, ' ');
    }
    buffer_append_string(&command, "--claim --wait");
    for (unsigned kind = 0; kind < CLAIM_KINDS; kind++)
        if (request->claim_kinds & (1U << kind))
            buffer_append_format(&command, " --for %s", claim_kind_name((enum claim_kind)kind));
    return error_hint(error, "wait until something is: %s", buffer_text(&command));
}

/* Nothing that was offered is left: what stands in the way of the rest. */
static bool fail_nothing_free(const struct request *request, const struct offer *offer, struct error *error) {
    AUTO(buffer) why = {0};
    if (offer->open == 0)
        return error_set(error, ERROR_NOT_FOUND, "nothing is left to be done");
    if (offer->held)
        buffer_append_format(&why, ": %zu claimed", offer->held);
    if (offer->bound)
        buffer_append_format(&why, "%s%zu finished elsewhere, to be merged", why.length ? ", " : ": ", offer->bound);
    if (offer->own)
        buffer_append_format(&why, "%s%zu submitted by you", why.length ? ", " : ": ", offer->own);
    error_set(error, ERROR_PREREQUISITES, "nothing is free now%s; %zu %s open", buffer_text(&why), offer->open,
              offer->open == 1 ? "is" : "are");
    return hint_wait(request, error);
}

/* Free when the records were listed, and no more when they were locked. */
static bool is_taken_meanwhile(enum claim_reason reason) {
    return reason == CLAIM_REASON_HELD || reason == CLAIM_REASON_FINISHED || reason == CLAIM_REASON_DAMAGED;
}

static bool take_offered(const struct context *context, const struct offer *offer, struct claim_reply *reply,
                         struct error *error) {
    size_t count = offer->count < CLAIM_CANDIDATES_MOST ? offer->count : CLAIM_CANDIDATES_MOST;
    AUTO_FREE struct claim_candidate *candidates = memory_allocate(count ? count : 1, sizeof *candidates);
    for (size_t i = 0; i < count; i++)
        candidates[i] = offer->items[i].candidate;
    if (take(context, candidates, count, reply, error))
        return true;
    bool are_taken = is_taken_meanwhile(reply->reason) || reply->reason == CLAIM_REASON_NOT_READY ||
                     (reply->reason == CLAIM_REASON_NONE && error->code == ERROR_PREREQUISITES); /* none was offered */
    if (!are_taken)
        return false;
    error_release(error);
    return fail_nothing_free(context->request, offer, error);
}

/* Others may take what was listed before we lock: then it is listed again. */
static bool take_next(const struct context *context, const struct plan_place *place, struct claim_reply *reply,
                      struct error *error) {
    const struct workspace *workspace = context->workspace;
    struct context now = *context;
    for (int attempt = 1;; attempt++, now.files = &workspace->files) { /* what was pending may be complete by then */
        AUTO(offer) offer = {0};
        claim_board_refresh(context->request->claims);
        if (!claim_board_require(context->request->claims, error))
            return false;
        for (size_t i = 0; i < (place ? 1 : workspace->plan_count); i++)
            offer_plan(&offer, &now, place ? place : &workspace->plans[i]);
        if (offer.count)
            qsort(offer.items, offer.count, sizeof *offer.items, compare_urgency);
        bool is_taken = take_offered(context, &offer, reply, error);
        bool is_outdated = !is_taken && (reply->reason == CLAIM_REASON_CHANGED || is_taken_meanwhile(reply->reason));
        if (!is_outdated || attempt == ATTEMPTS_MOST)
            return is_taken;
    }
}

/* --- one that is named --- */

static bool fail_kind(const struct plan *plan, size_t position, enum claim_kind kind, struct error *error) {
    const char *id = plan->dependencies.achievements[position].id;
    error_set(error, ERROR_PREREQUISITES, "%s is ready for %s, and not for what was asked", id, claim_kind_name(kind));
    return error_hint(error, "batchctl claim %s %s --for %s", plan->reference, id, claim_kind_name(kind));
}

/* "2.1, 2.3" */
static void append_open_dependencies(struct buffer *text, const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++)
        if (plan_is_open(plan, lists->items[i]))
            buffer_append_format(text, "%s%s", text->length ? ", " : "",
                                 plan->dependencies.achievements[lists->items[i]].id);
}

static bool fail_not_ready(const struct plan *plan, size_t position, struct error *error) {
    const struct standing *standing = &plan->standings[position];
    const char *id = plan->dependencies.achievements[position].id;
    if (!plan_is_open(plan, position))
        return error_set(error, ERROR_PREREQUISITES, "%s is %s already", id, achievement_label(standing));
    AUTO(buffer) open = {0};
    append_open_dependencies(&open, plan, position);
    if (open.length)
        error_set(error, ERROR_PREREQUISITES, "%s is not ready: it waits for %s", id, open.data);
    else
        error_set(error, ERROR_PREREQUISITES, "%s is not ready: it is %s", id, achievement_label(standing));
    return error_hint(error, "see what it waits for: batchctl why %s %s", plan->reference, id);
}

static bool take_of_plan(struct context *context, const struct plan *plan, struct claim_reply *reply,
                         struct error *error) {
    const struct request *request = context->request;
    struct claim_candidate candidate = {.plan = plan};
    unsigned kinds = request->claim_kinds ? request->claim_kinds : ANY_KIND;
    if (!plan_require_valid(plan, &context->answer->diagnostics, error) ||
        !plan_find_or_fail(plan, request->id, &candidate.position, error) || !plan_require_graph(plan, error))
        return false;
    bool is_ready = claim_find_kind(&plan->standings[candidate.position], &candidate.kind);
    bool is_wanted = is_ready && kinds >> candidate.kind & 1;
    if (!is_wanted && !request->request_id)
        return is_ready ? fail_kind(plan, candidate.position, candidate.kind, error)
                        : fail_not_ready(plan, candidate.position, error);
    if (take(context, &candidate, is_wanted, reply, error))
        return true;
    if (is_wanted || reply->reason != CLAIM_REASON_NONE)
        return false;
    error_release(error);
    return is_ready ? fail_kind(plan, candidate.position, candidate.kind, error)
                    : fail_not_ready(plan, candidate.position, error);
}

static bool take_one(struct context *context, const struct plan_place *place, struct claim_reply *reply,
                     struct error *error) {
    const struct files *files = context->files;
    for (int attempt = 1;; attempt++, files = &context->workspace->files) {
        const struct plan *plan = workspace_take_plan(place, files);
        bool is_taken = take_of_plan(context, plan, reply, error);
        workspace_return_plan(place, plan);
        if (is_taken || reply->reason != CLAIM_REASON_CHANGED || attempt == ATTEMPTS_MOST)
            return is_taken;
    }
}

/* --- */

/* Is a plan named, or stood in? Without, all are taken from. */
static bool is_about_one(const struct context *context) {
    const struct request *request = context->request;
    return request->id || request->plan || context->workspace->plan_count <= 1 ||
           (request->here && workspace_plan_around(context->workspace, request->here));
}

static bool check_ttl(const struct request *request, struct error *error) {
    return request->ttl_ms == 0 || request->ttl_ms >= CLAIM_TTL_MS_LEAST ||
           error_set(error, ERROR_USAGE, "a claim lasts one second at least");
}

void claim_take_handle(struct context *context) {
    static const struct answer_type type = {claims_json_taken, claims_text_taken};
    AUTO(claim_reply) reply = {0};
    struct error error = {0};
    struct claim_view *view = arena_allocate(&context->answer->arena, 1, sizeof *view);
    const struct plan_place *place = NULL;
    bool is_taken = false;
    if (check_ttl(context->request, &error) && is_about_one(context))
        place = context_choose_plan(context, true, &error);
    if (error.code == ERROR_NONE && claim_answer_begin(context, &error))
        is_taken =
            context->request->id ? take_one(context, place, &reply, &error) : take_next(context, place, &reply, &error);
    claim_answer_describe(view, context, &reply, NULL, is_taken);
    context_answer(context, &type, view);
    if (!is_taken)
        context_fail(context, &error);
}
