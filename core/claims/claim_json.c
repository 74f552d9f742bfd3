#include "claims/claim_json.h"

#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/memory.h"
#include "claims/claim_member.h"
#include "format/json.h"
#include "format/json_writer.h"

#define SCHEMA        "batchd-claim/"
#define SCHEMA_NUMBER "1"
#define SHA_PREFIX    "sha256:"

enum { TEXT_BYTES_MOST = 4096 }; /* of what has no cap by name: hosts, commits, names of files */

/* --- writing --- */

static void write_sha(struct json_writer *writer, const char *key, const char *sha) {
    AUTO(buffer) text = {0};
    buffer_append_format(&text, SHA_PREFIX "%s", sha);
    json_writer_key_string(writer, key, text.data);
}

static void write_keeper(struct json_writer *writer, const struct claim_keeper *keeper) {
    if (keeper->pid == 0) {
        json_writer_key_null(writer, "keeper");
        return;
    }
    json_writer_key_object(writer, "keeper");
    json_writer_key_unsigned(writer, "pid", keeper->pid);
    json_writer_key_unsigned(writer, "start", keeper->start);
    json_writer_key_unsigned(writer, "pid_ns", keeper->pid_namespace);
    json_writer_close_object(writer);
}

static void write_holding(struct json_writer *writer, const struct claim_holding *held) {
    json_writer_key_object(writer, "held");
    json_writer_key_string(writer, "for", claim_kind_name(held->kind));
    json_writer_key_string(writer, "by", held->by);
    write_sha(writer, "secret", held->secret);
    json_writer_key_string(writer, "since", held->since);
    json_writer_key_string(writer, "until", held->until);
    json_writer_key_unsigned(writer, "ttl_ms", held->ttl_ms);
    json_writer_key_string(writer, "boot", held->boot);
    json_writer_key_unsigned(writer, "deadline_ms", held->deadline_ms);
    write_keeper(writer, &held->keeper);
    json_writer_key_string(writer, "host", held->host);
    json_writer_key_string(writer, "branch", held->branch);
    json_writer_key_string(writer, "note", held->note);
    json_writer_close_object(writer);
}

static void write_ending(struct json_writer *writer, const struct claim_ending *ended) {
    json_writer_key_object(writer, "ended");
    json_writer_key_string(writer, "result", claim_result_name(ended->result));
    json_writer_key_string(writer, "by", ended->by);
    json_writer_key_string(writer, "time", ended->time);
    json_writer_key_string(writer, "note", ended->note);
    json_writer_close_object(writer);
}

static void write_fixes(struct json_writer *writer, const struct claim_mark *mark) {
    json_writer_key_array(writer, "fixes");
    for (size_t i = 0; i < mark->fix_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "name", mark->fixes[i].name);
        write_sha(writer, "sha", mark->fixes[i].sha);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_mark(struct json_writer *writer, const struct claim_mark *mark) {
    json_writer_key_object(writer, "finished");
    json_writer_key_string(writer, "for", claim_kind_name(mark->kind));
    if (mark->kind == CLAIM_DESIGN)
        json_writer_key_null(writer, "order");
    else
        json_writer_key_unsigned(writer, "order", mark->order);
    write_fixes(writer, mark);
    json_writer_key_unsigned(writer, "fence", mark->fence);
    json_writer_key_string(writer, "by", mark->by);
    json_writer_key_string(writer, "time", mark->time);
    json_writer_key_string(writer, "commit", mark->commit);
    json_writer_key_string(writer, "worktree", mark->worktree);
    json_writer_key_string(writer, "branch", mark->branch);
    json_writer_key_string(writer, "side", mark->side);
    json_writer_close_object(writer);
}

void claim_json_write(struct buffer *text, const struct claim_record *record) {
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "schema", SCHEMA SCHEMA_NUMBER);
    json_writer_key_string(&writer, "plan", record->plan);
    json_writer_key_string(&writer, "id", record->id);
    json_writer_key_unsigned(&writer, "fence", record->fence);
    if (record->is_held)
        write_holding(&writer, &record->held);
    else
        json_writer_key_null(&writer, "held");
    if (record->is_ended)
        write_ending(&writer, &record->ended);
    else
        json_writer_key_null(&writer, "ended");
    if (record->is_finished)
        write_mark(&writer, &record->finished);
    else
        json_writer_key_null(&writer, "finished");
    json_writer_close_object(&writer);
    buffer_append_byte(text, '\n');
}

/* --- reading: every reader returns whether the member is what it must be --- */

static bool read_sha(const cJSON *object, const char *key, char sha[DIGEST_SHA_TEXT]) {
    const char *text = json_get_string(object, key);
    size_t prefix = strlen(SHA_PREFIX);
    if (!text || strncmp(text, SHA_PREFIX, prefix) != 0 ||
        !claim_member_is_hexadecimal(text + prefix, DIGEST_SHA_TEXT - 1))
        return false;
    memcpy(sha, text + prefix, DIGEST_SHA_TEXT);
    return true;
}

static bool read_boot(const cJSON *object, char boot[CLAIM_BOOT_TEXT]) {
    const char *text = json_get_string(object, "boot");
    if (!text || strlen(text) != CLAIM_BOOT_TEXT - 1)
        return false;
    memcpy(boot, text, CLAIM_BOOT_TEXT);
    return true;
}

static bool read_keeper(const cJSON *object, struct claim_keeper *keeper) {
    const cJSON *node = json_get(object, "keeper");
    return cJSON_IsNull(node) || (cJSON_IsObject(node) && claim_member_whole(node, "pid", 1, INT32_MAX, &keeper->pid) &&
                                  claim_member_whole(node, "start", 0, CLAIM_FENCE_MOST, &keeper->start) &&
                                  claim_member_whole(node, "pid_ns", 1, CLAIM_FENCE_MOST, &keeper->pid_namespace));
}

static bool read_holding(struct claim_record *record, const cJSON *node) {
    struct arena *arena = record->arena;
    struct claim_holding *held = &record->held;
    record->is_held = cJSON_IsObject(node);
    return cJSON_IsNull(node) ||
           (record->is_held && claim_kind_find(json_get_string(node, "for"), &held->kind) &&
            claim_member_text(arena, node, "by", CLAIM_OWNER_BYTES_MOST, &held->by) && held->by[0] &&
            read_sha(node, "secret", held->secret) && claim_member_moment(arena, node, "since", &held->since) &&
            claim_member_moment(arena, node, "until", &held->until) &&
            claim_member_whole(node, "ttl_ms", 1, CLAIM_TTL_MS_MOST, &held->ttl_ms) && read_boot(node, held->boot) &&
            claim_member_whole(node, "deadline_ms", 0, CLAIM_FENCE_MOST, &held->deadline_ms) &&
            read_keeper(node, &held->keeper) && claim_member_text(arena, node, "host", TEXT_BYTES_MOST, &held->host) &&
            claim_member_text_or_null(arena, node, "branch", CLAIM_BRANCH_BYTES_MOST, &held->branch) &&
            claim_member_text_or_null(arena, node, "note", CLAIM_NOTE_BYTES_MOST, &held->note));
}

static bool read_ending(struct claim_record *record, const cJSON *node) {
    struct arena *arena = record->arena;
    struct claim_ending *ended = &record->ended;
    record->is_ended = cJSON_IsObject(node);
    return cJSON_IsNull(node) ||
           (record->is_ended && claim_result_find(json_get_string(node, "result"), &ended->result) &&
            claim_member_text(arena, node, "by", CLAIM_OWNER_BYTES_MOST, &ended->by) &&
            claim_member_moment(arena, node, "time", &ended->time) &&
            claim_member_text_or_null(arena, node, "note", CLAIM_NOTE_BYTES_MOST, &ended->note));
}

static bool read_fixes(struct claim_record *record, const cJSON *array) {
    struct claim_mark *mark = &record->finished;
    if (!cJSON_IsArray(array))
        return false;
    mark->fixes = arena_allocate(record->arena, (size_t)cJSON_GetArraySize(array), sizeof *mark->fixes);
    for (const cJSON *node = array->child; node; node = node->next) {
        struct claim_fix *fix = &mark->fixes[mark->fix_count++];
        char sha[DIGEST_SHA_TEXT];
        if (!claim_member_text(record->arena, node, "name", TEXT_BYTES_MOST, &fix->name) || !read_sha(node, "sha", sha))
            return false;
        fix->sha = arena_copy(record->arena, sha, DIGEST_SHA_TEXT - 1);
    }
    return true;
}

static bool read_order(struct claim_mark *mark, const cJSON *node) {
    uint64_t order = 0;
    bool is_right = mark->kind == CLAIM_DESIGN ? cJSON_IsNull(json_get(node, "order"))
                                               : claim_member_whole(node, "order", 0, UINT32_MAX, &order);
    mark->order = (unsigned)order;
    return is_right;
}

static bool read_mark(struct claim_record *record, const cJSON *node) {
    struct arena *arena = record->arena;
    struct claim_mark *mark = &record->finished;
    record->is_finished = cJSON_IsObject(node);
    return cJSON_IsNull(node) ||
           (record->is_finished && claim_kind_find(json_get_string(node, "for"), &mark->kind) &&
            read_order(mark, node) && read_fixes(record, json_get(node, "fixes")) &&
            claim_member_whole(node, "fence", 1, CLAIM_FENCE_MOST, &mark->fence) &&
            claim_member_text(arena, node, "by", CLAIM_OWNER_BYTES_MOST, &mark->by) &&
            claim_member_moment(arena, node, "time", &mark->time) &&
            claim_member_text_or_null(arena, node, "commit", TEXT_BYTES_MOST, &mark->commit) &&
            claim_member_text_or_null(arena, node, "worktree", CLAIM_WORKTREE_BYTES_MOST, &mark->worktree) &&
            claim_member_text_or_null(arena, node, "branch", CLAIM_BRANCH_BYTES_MOST, &mark->branch) &&
            claim_member_text_or_null(arena, node, "side", CLAIM_SIDE_TEXT - 1, &mark->side) &&
            (!mark->side || claim_member_is_hexadecimal(mark->side, CLAIM_SIDE_TEXT - 1)));
}

static bool is_text(const cJSON *object, const char *key, const char *expected) {
    const char *text = json_get_string(object, key);
    return text && strcmp(text, expected) == 0;
}

static const char *read_members(struct claim_record *record, const cJSON *root, const char *plan, const char *id) {
    const char *schema = json_get_string(root, "schema");
    if (!schema || strncmp(schema, SCHEMA, strlen(SCHEMA)) != 0)
        return "it is no record of a claim";
    if (strcmp(schema + strlen(SCHEMA), SCHEMA_NUMBER) != 0)
        return "a newer version has written it";
    if (!is_text(root, "plan", plan) || !is_text(root, "id", id))
        return "it is of another achievement";
    record->plan = arena_copy(record->arena, plan, strlen(plan));
    record->id = arena_copy(record->arena, id, strlen(id));
    bool is_whole = claim_member_whole(root, "fence", 1, CLAIM_FENCE_MOST - 1, &record->fence) &&
                    read_holding(record, json_get(root, "held")) && read_ending(record, json_get(root, "ended")) &&
                    read_mark(record, json_get(root, "finished")) && (record->is_held || record->is_ended);
    return is_whole ? NULL : "a member is missing or wrong";
}

const char *claim_json_read(struct claim_record *record, struct arena *arena, struct span text, const char *plan,
                            const char *id) {
    AUTO(json) json = {0};
    AUTO(diagnostics) diagnostics = {0};
    const char *damage = "it is not JSON, or too large";
    *record = (struct claim_record){.arena = arena};
    if (text.length <= CLAIM_JSON_BYTES_MOST && json_parse(&json, text, id, &diagnostics))
        damage = read_members(record, json.root, plan, id);
    if (damage)
        *record = (struct claim_record){.arena = arena};
    return damage;
}
