#include "claims/claim_team_wire.h"

#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/text.h"
#include "claims/claim_json.h"
#include "claims/claim_member.h"
#include "disk/files.h"
#include "document/names.h"

enum { PLAN_BYTES_MOST = 1024, TEXT_BYTES_MOST = 255, FIXES_MOST = 30, ORDER_MOST = 99999 };

/* --- claims --- */

static bool read_fixes(struct claim_mark *mark, struct arena *arena, const cJSON *array) {
    size_t count = cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0;
    mark->fixes = arena_allocate(arena, count + 1, sizeof *mark->fixes);
    for (const cJSON *node = count ? array->child : NULL; node; node = node->next) {
        struct claim_fix *fix = &mark->fixes[mark->fix_count++];
        if (!claim_member_text(arena, node, "name", TEXT_BYTES_MOST, &fix->name) ||
            !claim_member_text(arena, node, "sha", DIGEST_SHA_TEXT - 1, &fix->sha))
            return false;
    }
    return true;
}

/* What clients of another version do not send is unknown. */
static const char *optional(struct arena *arena, const cJSON *object, const char *key, size_t most) {
    const char *text;
    return claim_member_text(arena, object, key, most, &text) ? text : NULL;
}

/* One that git(1) could have, as it stands in commands that people paste. */
static bool is_branch(const char *name) {
    bool is_seen = text_shown_length(span_of(name)) == strlen(name);
    return name[0] && name[0] != '-' && is_seen && !strpbrk(name, " ~^:?*[\\");
}

static bool read_mark(struct claim_record *record, const cJSON *node) {
    struct arena *arena = record->arena;
    struct claim_mark *mark = &record->finished;
    uint64_t order = 0;
    record->is_finished = cJSON_IsObject(node);
    if (!record->is_finished)
        return cJSON_IsNull(node);
    if (claim_member_whole(node, "order", 0, ORDER_MOST, &order))
        mark->order = (unsigned)order;
    mark->commit = optional(arena, node, "commit", DIGEST_SHA_TEXT - 1);
    mark->branch = optional(arena, node, "branch", CLAIM_BRANCH_BYTES_MOST);
    if (mark->branch && !is_branch(mark->branch))
        mark->branch = NULL;
    mark->side = optional(arena, node, "side", CLAIM_SIDE_TEXT - 1);
    return claim_kind_find(json_get_string(node, "for"), &mark->kind) &&
           read_fixes(mark, arena, json_get(node, "fixes")) &&
           claim_member_whole(node, "fence", 1, CLAIM_FENCE_MOST, &mark->fence) &&
           claim_member_text(arena, node, "by", CLAIM_OWNER_BYTES_MOST, &mark->by) &&
           claim_member_moment(arena, node, "time", &mark->time) &&
           (!mark->commit || strspn(mark->commit, "0123456789abcdef") == strlen(mark->commit));
}

static bool read_holding(struct claim_record *record, const cJSON *claim) {
    struct arena *arena = record->arena;
    struct claim_holding *held = &record->held;
    const char *host;
    bool is_read = claim_kind_find(json_get_string(claim, "for"), &held->kind) &&
                   claim_member_text(arena, claim, "by", CLAIM_OWNER_BYTES_MOST, &held->by) && held->by[0] &&
                   claim_member_moment(arena, claim, "taken", &held->since) &&
                   claim_member_moment(arena, claim, "until", &held->until) &&
                   claim_member_whole(claim, "ttl_ms", 1, CLAIM_TTL_MS_MOST, &held->ttl_ms) &&
                   claim_member_text_or_null(arena, claim, "host", TEXT_BYTES_MOST, &host) &&
                   claim_member_text_or_null(arena, claim, "note", CLAIM_NOTE_BYTES_MOST, &held->note);
    held->host = is_read && host ? host : "";
    return is_read;
}

/* The server has judged the time. The record says the same at @moment, and as long as the answer is about that. */
static bool read_state(struct claim_record *record, const cJSON *claim, const struct claim_moment *moment) {
    const char *state = json_get_string(claim, "state");
    bool is_held = state && strcmp(state, "held") == 0, is_expired = state && strcmp(state, "expired") == 0;
    memcpy(record->held.boot, moment->boot, sizeof record->held.boot);
    record->held.deadline_ms = is_held ? moment->boot_ms + record->held.ttl_ms : 0;
    record->is_held = true;
    record->is_ended = !is_held && !is_expired;
    record->ended.by = record->held.by;
    return !record->is_ended || claim_result_find(state, &record->ended.result);
}

bool claim_team_wire_read(struct claim_record *record, struct arena *arena, const cJSON *claim,
                          const struct claim_moment *moment) {
    *record = (struct claim_record){.arena = arena};
    return cJSON_IsObject(claim) && claim_member_text(arena, claim, "plan", PLAN_BYTES_MOST, &record->plan) &&
           record->plan[0] && files_is_path(record->plan) &&
           claim_member_text(arena, claim, "id", NAMES_ID_BYTES_MOST, &record->id) &&
           names_is_id(span_of(record->id)) &&
           claim_member_whole(claim, "fence", 1, CLAIM_FENCE_MOST - 1, &record->fence) && read_holding(record, claim) &&
           read_state(record, claim, moment) && read_mark(record, json_get(claim, "finished"));
}

enum claim_reason claim_team_wire_reason(const char *word) {
    static const struct {
        const char *word;
        enum claim_reason reason;
    } rows[] = {{"held", CLAIM_REASON_HELD},  {"finished", CLAIM_REASON_FINISHED}, {"superseded", CLAIM_REASON_TAKEN},
                {"done", CLAIM_REASON_ENDED}, {"given_up", CLAIM_REASON_ENDED},    {"forced", CLAIM_REASON_ENDED},
                {"gone", CLAIM_REASON_GONE}};
    for (size_t i = 0; word && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].word, word) == 0)
            return rows[i].reason;
    return CLAIM_REASON_NONE;
}

/* --- requests --- */

static void write_candidate(struct json_writer *writer, const struct claim_candidate *candidate, uint64_t past) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", candidate->plan->path);
    json_writer_key_string(writer, "id", candidate->plan->dependencies.achievements[candidate->position].id);
    json_writer_key_string(writer, "for", claim_kind_name(candidate->kind));
    if (past)
        json_writer_key_unsigned(writer, "past", past);
    else
        json_writer_key_null(writer, "past");
    json_writer_close_object(writer);
}

void claim_team_wire_take(struct json_writer *writer, const struct claim_taker *taker, const char *nonce,
                          const struct claim_candidate *candidates, const uint64_t *pasts, size_t count) {
    uint64_t usual_ms = taker->keeper.pid ? CLAIM_TTL_MS_WITH_KEEPER : CLAIM_TTL_MS_USUAL;
    json_writer_key_string(writer, "by", taker->by);
    json_writer_key_string(writer, "nonce", nonce);
    json_writer_key_unsigned(writer, "ttl_ms", taker->ttl_ms ? taker->ttl_ms : usual_ms);
    json_writer_key_string(writer, "note", taker->note);
    json_writer_key_array(writer, "candidates");
    for (size_t i = 0; i < count; i++)
        write_candidate(writer, &candidates[i], pasts[i]);
    json_writer_close_array(writer);
}

void claim_team_wire_handle(struct json_writer *writer, const struct claim_handle *handle) {
    char nonce[DIGEST_SHA_TEXT];
    claim_handle_digest(handle, nonce);
    json_writer_key_string(writer, "plan", handle->plan);
    json_writer_key_string(writer, "id", handle->id);
    json_writer_key_unsigned(writer, "fence", handle->fence);
    json_writer_key_string(writer, "nonce", nonce);
}

/* The last ones: a mark is no history. */
static void write_fixes(struct json_writer *writer, const struct claim_mark *mark) {
    size_t first = mark->fix_count > FIXES_MOST ? mark->fix_count - FIXES_MOST : 0;
    json_writer_key_array(writer, "fixes");
    for (size_t i = first; i < mark->fix_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "name", mark->fixes[i].name);
        json_writer_key_string(writer, "sha", mark->fixes[i].sha);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void claim_team_wire_end(struct json_writer *writer, const struct claim_end *end, const struct claim_mark *mark) {
    json_writer_key_string(writer, "result", claim_result_name(end->result));
    json_writer_key_string(writer, "commit", mark ? mark->commit : NULL);
    json_writer_key_string(writer, "branch", mark ? mark->branch : NULL);
    json_writer_key_string(writer, "note", end->note);
    if (!mark) {
        json_writer_key_null(writer, "about");
        return;
    }
    json_writer_key_object(writer, "about");
    json_writer_key_unsigned(writer, "order", mark->order);
    write_fixes(writer, mark);
    json_writer_key_string(writer, "side", mark->side);
    json_writer_close_object(writer);
}
