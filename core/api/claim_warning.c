#include "api/claim_warning.h"

#include <stdint.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "claims/claim_handle.h"
#include "claims/claim_refusal.h"
#include "plan/dependency_file.h"
#include "plan/selection.h"
#include "plan/standing.h"

void claim_warning_look(struct context *context, const struct plan *plan, struct claim_overview *claims) {
    if (context->request->claims)
        claim_board_refresh(context->request->claims);
    claim_overview_make(claims, context->request->claims, plan);
}

static bool fail_bound(const struct plan *plan, size_t position, const struct claim_overview *claims,
                       struct error *error) {
    const struct claim_reply reply = {.reason = CLAIM_REASON_FINISHED,
                                      .record = claim_overview_find(claims, position)->entry->record};
    const struct claim_subject subject = {.plan = plan->name, .id = plan->dependencies.achievements[position].id};
    return claim_refusal_set(&reply, &subject, error);
}

/* Is a file of the kind missing? One that exists is not made again, wherever it was finished. */
static bool is_missing(enum batch_kind kind, const struct standing *standing) {
    if (kind == BATCH_SUBPLAN)
        return !standing->subplan_file;
    return kind == BATCH_REWORK ? standing->next == STEP_REWORK : standing->execution_count == 0;
}

bool claim_warning_check(const struct batch_options *options, const struct plan *plan,
                         const struct claim_overview *claims, struct error *error) {
    const struct selection *selection = &options->selection;
    AUTO(error) ignored = {0}; /* what cannot be resolved is refused for that */
    size_t count = 0;
    bool is_strict = selection->kind == SELECT_IDS || selection->kind == SELECT_LEVEL;
    if (!is_strict || !claims->situations)
        return true;
    AUTO_FREE size_t *positions = memory_allocate(plan->dependencies.count, sizeof *positions);
    if (!selection_resolve(selection, plan, positions, &count, &ignored))
        return true;
    for (size_t i = 0; i < count; i++)
        if (claim_overview_is_bound(claims, positions[i]) && is_missing(options->kind, &plan->standings[positions[i]]))
            return fail_bound(plan, positions[i], claims, error);
    return true;
}

/* The caller's own claim is known by its handle, or, unless others are refused, by the name that is said. */
static bool is_own(const struct request *request, const struct claim_record *record) {
    const struct claim_handle *claim = request->claim;
    bool is_handle = claim && strcmp(claim->id, record->id) == 0 && claim->fence == record->fence;
    return is_handle || (!request->refuses_held && request->as && strcmp(request->as, record->held.by) == 0);
}

static bool report(struct context *context, const struct claim_record *record, struct error *error) {
    AUTO(buffer) message = {0};
    claim_refusal_append_holder(&message, record);
    if (context->request->refuses_held) {
        error_set(error, ERROR_CONFLICT, "%s", message.data);
        return error_hint(error, "leave %s out, or wait; your own work needs its handle", record->id);
    }
    diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                        .code = "claim.held",
                                                                        .message = message.data,
                                                                        .achievement = record->id});
    return true;
}

bool claim_warning_heed(struct context *context, const struct plan *plan, const struct claim_overview *claims,
                        const struct batch *batch, struct error *error) {
    size_t last = SIZE_MAX, position;
    for (size_t i = 0; i < batch->file_count; i++) {
        const char *id = batch->files[i].id;
        if (!id || !plan_find_whole(plan, id, &position) || position == last)
            continue;
        const struct claim_situation *situation = claim_overview_find(claims, position);
        if (situation && situation->state == CLAIM_HELD && !is_own(context->request, &situation->entry->record) &&
            !report(context, &situation->entry->record, error))
            return false;
        last = position;
    }
    return true;
}
