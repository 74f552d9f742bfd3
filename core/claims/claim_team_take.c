#include "claims/claim_team_take.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_handle.h"
#include "claims/claim_helper.h"
#include "claims/claim_refusal.h"
#include "claims/claim_secret.h"
#include "claims/claim_taking.h"
#include "claims/claim_team_request.h"
#include "claims/claim_team_wire.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/achievement_files.h"
#include "plan/graph.h"
#include "plan/plan.h"

enum { LOCK_TIMEOUT_MS = 10000, LOCK_MODE = 0600 };

static bool make_secret(const struct claim_team_link *link, const struct claim_clone *clone, const char *request,
                        struct claim_handle *handle, struct error *error) {
    AUTO_CALL(files_close) struct files state = FILES_CLOSED;
    AUTO_CLOSE int lock = -1;
    if (!request)
        return claim_secret_make(handle, NULL, NULL, error);
    if (!clone->open_state(&state, error))
        return false;
    lock = files_lock_file(&state, "secret.lock", LOCK_MODE, LOCK_TIMEOUT_MS, error);
    AUTO(buffer) label = {0}; /* the same words in another team are another request */
    const struct claim_team_setting *setting = &link->setting;
    buffer_append_format(&label, "%s/%s/%s", setting->name, setting->workspace, request);
    return lock >= 0 && claim_secret_make(handle, &state, label.data, error);
}

/* One take, as it is going on. */
struct team_taking {
    struct claim_team_link *link;
    struct claim_authority *authority; /* for its list */
    const struct claim_clone *clone;
    const struct claim_taker *taker;
    const struct claim_candidate *candidates;
    uint64_t *pasts;
    size_t count;
    struct claim_reply *reply;
};

static const char *id_of(const struct claim_candidate *candidate) {
    return candidate->plan->dependencies.achievements[candidate->position].id;
}

static bool find_candidate(const struct team_taking *taking, const struct claim_record *record, size_t *position) {
    for (*position = 0; *position < taking->count; ++*position)
        if (strcmp(taking->candidates[*position].plan->path, record->plan) == 0 &&
            strcmp(id_of(&taking->candidates[*position]), record->id) == 0)
            return true;
    return false;
}

static void give_back(struct team_taking *taking, const char *note) {
    AUTO(claim_reply) reply = {0};
    AUTO(error) ignored = {0};
    const struct claim_end end = {.result = CLAIM_GIVEN_UP, .note = note};
    claim_team_request_end(taking->link, &taking->reply->handle, &end, NULL, &reply, &ignored); /* else it runs out */
}

/* Marks that do not bind this clone are in the way no more. Returns whether there was one. */
static bool pass_marks(struct team_taking *taking, const cJSON *refused, struct error *error) {
    bool has_passed = false;
    for (const cJSON *node = cJSON_IsArray(refused) ? refused->child : NULL; node; node = node->next) {
        struct claim_reply *reply = taking->reply;
        size_t i;
        if (claim_team_wire_reason(json_get_string(node, "reason")) != CLAIM_REASON_FINISHED)
            continue;
        if (!claim_team_request_read(taking->link, reply, json_get(node, "claim"), error))
            return false;
        const struct claim_record *record = &reply->record;
        if (!record->id || !record->is_finished || !find_candidate(taking, record, &i))
            continue;
        const struct claim_candidate *candidate = &taking->candidates[i];
        if (claim_is_bound(record, taking->taker->side.side, &candidate->plan->standings[candidate->position]) ||
            taking->pasts[i] >= record->finished.fence)
            continue;
        taking->pasts[i] = record->finished.fence;
        has_passed = true;
    }
    return has_passed;
}

/* Nothing was free: the reason is that of the first candidate. */
static bool refuse_taking(struct team_taking *taking, const cJSON *refused, struct error *error) {
    const cJSON *node = cJSON_IsArray(refused) ? refused->child : NULL;
    struct claim_reply *reply = taking->reply;
    if (error->code)
        return false;
    if (taking->count == 0)
        return error_set(error, ERROR_PREREQUISITES, "nothing is free");
    enum claim_reason reason = claim_team_wire_reason(json_get_string(node, "reason"));
    if ((reason != CLAIM_REASON_HELD && reason != CLAIM_REASON_FINISHED) ||
        !claim_team_request_read(taking->link, reply, json_get(node, "claim"), error) || !reply->record.id ||
        (reason == CLAIM_REASON_FINISHED && !reply->record.is_finished))
        return error->code ? false : claim_team_link_fail(taking->link, error);
    const struct claim_subject subject = {.plan = reply->record.plan, .id = reply->record.id};
    return claim_team_request_refuse(reply, reason, &subject, error);
}

static bool send_take(struct team_taking *taking, struct claim_helper_line *answer, const cJSON **ok,
                      struct error *error) {
    AUTO(buffer) request = {0};
    char nonce[DIGEST_SHA_TEXT];
    claim_handle_digest(&taking->reply->handle, nonce);
    struct json_writer writer = claim_team_request_begin(&request, "take");
    claim_team_wire_take(&writer, taking->taker, nonce, taking->candidates, taking->pasts, taking->count);
    json_writer_close_object(&writer);
    claim_helper_line_release(answer);
    return claim_team_request_send(taking->link, &request, answer, ok, taking->reply, error);
}

/* The server gives one, or the same request has it already; the handle gets its names. */
static bool take_free(struct team_taking *taking, struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    struct claim_reply *reply = taking->reply;
    const cJSON *ok;
    if (!send_take(taking, &answer, &ok, error))
        return false;
    bool is_refused = cJSON_IsNull(json_get(ok, "claim"));
    if (is_refused && pass_marks(taking, json_get(ok, "refused"), error) && !send_take(taking, &answer, &ok, error))
        return false;
    const cJSON *claim = json_get(ok, "claim");
    if (error->code || cJSON_IsNull(claim))
        return refuse_taking(taking, json_get(ok, "refused"), error);
    if (!claim_team_request_read(taking->link, reply, claim, error))
        return false;
    reply->is_repeated = json_get_boolean(ok, "repeated");
    bool is_candidate = reply->record.id && find_candidate(taking, &reply->record, &reply->chosen);
    if (!reply->record.id || (!is_candidate && !reply->is_repeated))
        return claim_team_link_fail(taking->link, error);
    claim_handle_name(&reply->handle, reply->record.plan, reply->record.id, reply->record.fence);
    return true;
}

/* --- what the clone has --- */

static bool check_dependency(struct team_taking *taking, const struct claim_entry *entry, struct error *error) {
    const struct claim_mark *mark = &entry->record.finished;
    const struct claim_clone *clone = taking->clone;
    const char *side = taking->taker->side.side;
    bool is_own = mark->side && side && strcmp(mark->side, side) == 0;
    if (!entry->record.is_finished || !mark->commit || is_own || clone->has_commit(clone->data, mark->commit))
        return true;
    AUTO(buffer) maker = {0};
    claim_refusal_append_maker(&maker, mark);
    error_set(error, ERROR_STALE, "your clone lacks %s, finished by %s", entry->id, maker.data);
    return error_hint(error, "git pull, or merge that commit; if its work was thrown away: batchctl claims --forget %s",
                      entry->id);
}

/* The commits of all that the chosen one depends on. Outside git nothing is known of commits. */
static bool check_dependencies(struct team_taking *taking, struct error *error) {
    AUTO(claim_list) known = {0};
    const struct claim_candidate *candidate = &taking->candidates[taking->reply->chosen];
    const struct adjacency *lists = &candidate->plan->dependencies.graph.dependencies;
    uint32_t first = lists->start[candidate->position], behind = lists->start[candidate->position + 1];
    if (!taking->taker->side.worktree || !taking->clone->has_commit || first == behind)
        return true;
    if (!taking->authority->calls->list(taking->authority, candidate->plan->path, &known, error))
        return false;
    for (uint32_t i = first; i < behind; i++) {
        const struct claim_entry *entry =
            claim_list_find(&known, candidate->plan->dependencies.achievements[lists->items[i]].id);
        if (entry && !check_dependency(taking, entry, error))
            return false;
    }
    return true;
}

/* Has the clone what the claim needs? Else it is given back. */
static bool check_clone(struct team_taking *taking, struct error *error) {
    struct claim_reply *reply = taking->reply;
    const struct claim_candidate *candidate = &taking->candidates[reply->chosen];
    bool is_same;
    if (!achievement_files_check(candidate->plan, candidate->position, &taking->clone->workspace->files, &is_same,
                                 error) ||
        (is_same && !check_dependencies(taking, error))) {
        give_back(taking, "the clone lacks what it depends on");
        return false;
    }
    if (is_same)
        return true;
    give_back(taking, "its files have changed");
    const struct claim_subject subject = {.plan = candidate->plan->path, .id = id_of(candidate)};
    return claim_team_request_refuse(reply, CLAIM_REASON_CHANGED, &subject, error);
}

bool claim_team_take(struct claim_team_link *link, struct claim_authority *authority, const struct claim_clone *clone,
                     const struct claim_taker *taker, const struct claim_candidate *candidates, size_t count,
                     struct claim_reply *reply, struct error *error) {
    AUTO_FREE uint64_t *pasts = memory_allocate(count + 1, sizeof *pasts);
    struct team_taking taking = {link, authority, clone, taker, candidates, pasts, count, reply};
    for (size_t i = 0; i < count; i++)
        pasts[i] = candidates[i].mark;
    if (!claim_taking_check(taker, candidates, count, error) ||
        !make_secret(link, clone, taker->request, &reply->handle, error) || !take_free(&taking, error))
        return false;
    if (reply->record.is_ended) {
        const struct claim_subject subject = {
            .plan = reply->record.plan, .id = reply->record.id, .fence = reply->record.fence};
        return claim_team_request_refuse(reply, CLAIM_REASON_ENDED, &subject, error);
    }
    return reply->is_repeated || check_clone(&taking, error);
}
