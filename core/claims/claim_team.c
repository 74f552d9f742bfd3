#include "claims/claim_team.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_clock.h"
#include "claims/claim_handle.h"
#include "claims/claim_refusal.h"
#include "claims/claim_taking.h"
#include "claims/claim_team_request.h"
#include "claims/claim_team_take.h"
#include "claims/claim_team_wire.h"
#include "claims/claim_transition.h"
#include "disk/listing.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/plan.h"
#include "plan/standing.h"

enum { PAGE_CLAIMS = 500, PAGES_MOST = 1000 };

static struct claim_team *team_of(struct claim_authority *authority) {
    return (struct claim_team *)(void *)authority;
}

/* --- listing --- */

static void forget_pages(struct claim_team *team) {
    for (size_t i = 0; i < team->pages.count; i++)
        claim_helper_line_release(&team->pages.lines[i]);
    memory_free(team->pages.lines);
    team->pages = (struct claim_team_pages){0};
}

/* @after: the member of the page before, or NULL. */
static void write_list(struct buffer *request, const cJSON *after) {
    struct json_writer writer = claim_team_request_begin(request, "list");
    json_writer_key_null(&writer, "plan");
    json_writer_key(&writer, "after");
    if (after) {
        json_writer_open_array(&writer);
        json_writer_string(&writer, cJSON_GetArrayItem(after, 0)->valuestring);
        json_writer_string(&writer, cJSON_GetArrayItem(after, 1)->valuestring);
        json_writer_close_array(&writer);
    } else {
        json_writer_null(&writer);
    }
    json_writer_key_unsigned(&writer, "most", PAGE_CLAIMS);
    json_writer_close_object(&writer);
}

static bool is_place(const cJSON *after) {
    return cJSON_GetArraySize(after) == 2 && cJSON_IsString(cJSON_GetArrayItem(after, 0)) &&
           cJSON_IsString(cJSON_GetArrayItem(after, 1));
}

/* One more page. @after: where the next one begins, in the page; NULL behind the last one. */
static bool add_page(struct claim_team *team, const cJSON **after, struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    AUTO(buffer) request = {0};
    const cJSON *ok;
    write_list(&request, *after);
    if (!claim_team_request_send(&team->link, &request, &answer, &ok, NULL, error))
        return false;
    const cJSON *next = json_get(ok, "after");
    bool is_last = !next || cJSON_IsNull(next);
    if (!cJSON_IsArray(json_get(ok, "claims")) || (!is_last && !is_place(next)) || team->pages.count == PAGES_MOST)
        return claim_team_link_fail(&team->link, error);
    *LIST_ADD(team->pages.lines, team->pages.count, team->pages.capacity) = answer;
    answer = (struct claim_helper_line){0};
    *after = is_last ? NULL : next;
    return true;
}

static bool refresh(struct claim_authority *self, struct error *error) {
    struct claim_team *team = team_of(self);
    const cJSON *after = NULL;
    if (claim_team_feed_follows(&team->feed))
        claim_team_feed_wait(&team->feed, 0); /* what has come */
    if (team->pages.is_complete && claim_team_feed_follows(&team->feed) && !team->feed.is_stale)
        return true;
    forget_pages(team);
    team->feed.is_stale = false;
    do
        if (!add_page(team, &after, error))
            return false;
    while (after);
    team->pages.is_complete = true;
    return true;
}

static size_t note(struct claim_authority *self, const struct claim_notice **notices) {
    const struct claim_team_server *server = &team_of(self)->link.server;
    *notices = server->notices;
    return server->notice_count;
}

static const cJSON *first_claim(const struct claim_helper_line *page) {
    return json_get(json_get(page->json.root, "ok"), "claims")->child;
}

static bool is_of_plan(const cJSON *claim, const char *plan) {
    const char *path = json_get_string(claim, "plan");
    return !path || strcmp(path, plan) == 0; /* without a path it is not valid, which is found when it is read */
}

static int compare_entries(const void *one, const void *other) {
    return strcmp(((const struct claim_entry *)one)->id, ((const struct claim_entry *)other)->id);
}

static bool add_entry(struct claim_list *found, const cJSON *claim, const struct claim_moment *moment) {
    struct claim_entry *entry = LIST_ADD(found->entries, found->count, found->capacity);
    *entry = (struct claim_entry){0};
    if (!claim_team_wire_read(&entry->record, &found->arena, claim, moment))
        return false;
    entry->id = entry->record.id;
    entry->file = "";
    entry->mark = entry->record.is_finished ? entry->record.finished.fence : 0;
    return true;
}

static bool list(struct claim_authority *self, const char *plan, struct claim_list *found, struct error *error) {
    struct claim_team *team = team_of(self);
    struct claim_moment moment;
    if ((!team->pages.is_complete && !refresh(self, error)) || !claim_clock_read(&moment, error))
        return false;
    for (size_t i = 0; i < team->pages.count; i++)
        for (const cJSON *claim = first_claim(&team->pages.lines[i]); claim; claim = claim->next)
            if (is_of_plan(claim, plan) && !add_entry(found, claim, &moment)) {
                claim_list_release(found);
                return claim_team_link_fail(&team->link, error);
            }
    if (found->count)
        qsort(found->entries, found->count, sizeof *found->entries, compare_entries);
    return true;
}

static bool list_plans(struct claim_authority *self, struct listing *plans, struct error *error) {
    struct claim_team *team = team_of(self);
    AUTO(buffer) last = {0};
    if (!team->pages.is_complete && !refresh(self, error))
        return false;
    for (size_t i = 0; i < team->pages.count; i++)
        for (const cJSON *claim = first_claim(&team->pages.lines[i]); claim; claim = claim->next) {
            AUTO(buffer) name = {0};
            const char *path = json_get_string(claim, "plan");
            claim_name_append(&name, path ? path : "");
            if (strcmp(name.data, buffer_text(&last)) == 0)
                continue;
            listing_add(plans, name.data, false, true);
            buffer_clear(&last);
            buffer_append_string(&last, name.data);
        }
    listing_sort(plans);
    return true;
}

/* --- renewing --- */

static bool renew(struct claim_authority *self, const struct claim_handle *handle, const char *note,
                  struct claim_reply *reply, struct error *error) {
    if (note)
        return error_set(error, ERROR_USAGE, "in a team a claim keeps the note that it was taken with");
    forget_pages(team_of(self));
    return claim_team_request_renew(&team_of(self)->link, handle, reply, error);
}

static bool hold(struct claim_authority *self, const struct claim_handle *handle, struct claim_reply *reply,
                 struct error *error) {
    return claim_team_request_renew(&team_of(self)->link, handle, reply, error);
}

/* Between the check and the commit of a batch another takes the claim only after its whole time. */
static void drop(struct claim_authority *self) {
    (void)self;
}

/* --- ending --- */

static void add_path(const char **paths, size_t *count, const char *path) {
    if (path)
        paths[(*count)++] = path;
}

/* Is what was done for the achievement in the commit that is checked out? */
static bool check_committed(const struct claim_team *team, const struct standing *standing, const char *id,
                            const struct claim_side *side, struct error *error) {
    enum { OTHERS = 3 };
    size_t count = 0;
    if (!side->worktree || !team->clone.is_committed)
        return true;
    AUTO_FREE const char **paths =
        memory_allocate(standing->execution_count + standing->review_count + OTHERS, sizeof *paths);
    add_path(paths, &count, standing->subplan_file);
    for (size_t i = 0; i < standing->execution_count; i++)
        add_path(paths, &count, standing->executions[i].file);
    for (size_t i = 0; i < standing->review_count; i++)
        add_path(paths, &count, standing->reviews[i].file);
    if (team->clone.is_committed(team->clone.data, paths, count))
        return true;
    error_set(error, ERROR_PREREQUISITES, "the files of %s are not committed as they are; the claim is kept", id);
    return error_hint(error, "git add and commit %s, then release again", count ? paths[count - 1] : id);
}

static bool end_done(struct claim_team *team, const struct claim_handle *handle, const struct claim_end *end,
                     struct claim_reply *reply, struct error *error) {
    static const struct standing none;
    size_t position;
    struct claim_moment moment;
    bool is_known = end->plan && plan_find(end->plan, handle->id, &position);
    const struct standing *standing = is_known ? &end->plan->standings[position] : &none;
    if (!claim_clock_read(&moment, error))
        return false;
    struct claim_subject subject = {.plan = handle->plan, .id = handle->id, .fence = handle->fence};
    if (claim_team_request_renew(&team->link, handle, reply, error)) {
        subject.kind = reply->record.held.kind;
        if (!claim_is_done(subject.kind, standing))
            return claim_team_request_refuse(reply, CLAIM_REASON_NOT_DONE, &subject, error);
        if (!check_committed(team, standing, handle->id, &end->side, error))
            return false;
    } else if (reply->reason != CLAIM_REASON_ENDED) {
        return false;
    }
    error_release(error); /* one that has ended as done is answered as repeated */
    reply->reason = CLAIM_REASON_NONE;
    claim_transition_mark(&reply->record, end, standing, &moment);
    return claim_team_request_end(&team->link, handle, end, &reply->record.finished, reply, error);
}

static bool end(struct claim_authority *self, const struct claim_handle *handle, const struct claim_end *ending,
                struct claim_reply *reply, struct error *error) {
    if (!claim_text_check(ending->note, CLAIM_NOTE_BYTES_MOST, "the note", error))
        return false;
    forget_pages(team_of(self));
    return ending->result == CLAIM_DONE
               ? end_done(team_of(self), handle, ending, reply, error)
               : claim_team_request_end(&team_of(self)->link, handle, ending, NULL, reply, error);
}

/* --- taking --- */

static bool take(struct claim_authority *self, const struct claim_taker *taker,
                 const struct claim_candidate *candidates, size_t count, struct claim_reply *reply,
                 struct error *error) {
    struct claim_team *team = team_of(self);
    bool is_taken = claim_team_take(&team->link, self, &team->clone, taker, candidates, count, reply, error);
    forget_pages(team); /* it has used them */
    return is_taken;
}

/* --- a person's --- */

static bool send_force(struct claim_team *team, const char *plan, const char *id, uint64_t fence, bool forgets,
                       const char *by, const char *why, struct claim_reply *reply, struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    AUTO(buffer) request = {0};
    const cJSON *ok;
    struct json_writer writer = claim_team_request_begin(&request, "force");
    json_writer_key_string(&writer, "plan", plan);
    json_writer_key_string(&writer, "id", id);
    json_writer_key_unsigned(&writer, "fence", fence);
    json_writer_key_boolean(&writer, "forget", forgets);
    json_writer_key_string(&writer, "by", by);
    json_writer_key_string(&writer, "why", why);
    json_writer_close_object(&writer);
    forget_pages(team);
    if (!claim_team_request_send(&team->link, &request, &answer, &ok, reply, error) ||
        !claim_team_request_read(&team->link, reply, json_get(ok, "claim"), error))
        return false;
    const char *lost = json_get_string(ok, "lost");
    if (!lost)
        return reply->record.id || claim_team_link_fail(&team->link, error);
    if (claim_team_wire_reason(lost) == CLAIM_REASON_GONE || !reply->record.id) {
        reply->reason = CLAIM_REASON_GONE;
        return error_set(
            error, ERROR_NOT_FOUND,
            forgets ? "%s has no mark that could be forgotten" : "there is no claim on %s that could be ended", id);
    }
    const struct claim_subject subject = {.plan = plan, .id = id, .fence = fence};
    return claim_team_request_refuse(reply, CLAIM_REASON_FENCE, &subject, error);
}

static bool force(struct claim_authority *self, const char *plan, const char *id, uint64_t fence, const char *by,
                  const char *note, struct claim_reply *reply, struct error *error) {
    return claim_text_check(by, CLAIM_OWNER_BYTES_MOST, "the name", error) &&
           claim_text_check(note, CLAIM_NOTE_BYTES_MOST, "the note", error) &&
           send_force(team_of(self), plan, id, fence, false, by, note, reply, error);
}

static bool forget(struct claim_authority *self, const char *plan, const char *id, uint64_t fence, const char *by,
                   struct claim_reply *reply, struct error *error) {
    return send_force(team_of(self), plan, id, fence, true, by, NULL, reply, error);
}

/* --- opening --- */

void claim_team_init(struct claim_team *team, const struct claim_team_setting *setting) {
    static const struct claim_calls calls = {.refresh = refresh,
                                             .note = note,
                                             .list = list,
                                             .list_plans = list_plans,
                                             .take = take,
                                             .renew = renew,
                                             .end = end,
                                             .force = force,
                                             .forget = forget,
                                             .hold = hold,
                                             .drop = drop};
    *team = (struct claim_team){.authority = {.calls = &calls, .is_shared = true}, .link.setting = *setting};
    team->feed.link = &team->link;
}

void claim_team_release(struct claim_team *team) {
    forget_pages(team);
    claim_team_feed_release(&team->feed);
    claim_team_link_release(&team->link);
    *team = (struct claim_team){0};
}
