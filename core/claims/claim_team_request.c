#include "claims/claim_team_request.h"

#include "base/auto.h"
#include "claims/claim_clock.h"
#include "claims/claim_team_wire.h"

struct json_writer claim_team_request_begin(struct buffer *request, const char *op) {
    struct json_writer writer = {.buffer = request};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "op", op);
    return writer;
}

bool claim_team_request_send(struct claim_team_link *link, const struct buffer *request,
                             struct claim_helper_line *answer, const cJSON **ok, struct claim_reply *reply,
                             struct error *error) {
    return claim_team_link_ask(link, buffer_span(request), answer, ok, reply ? &reply->reason : NULL, error);
}

bool claim_team_request_read(struct claim_team_link *link, struct claim_reply *reply, const cJSON *node,
                             struct error *error) {
    struct claim_moment moment;
    reply->record = (struct claim_record){0};
    if (cJSON_IsNull(node))
        return true;
    if (!claim_clock_read(&moment, error))
        return false;
    return claim_team_wire_read(&reply->record, &reply->arena, node, &moment) || claim_team_link_fail(link, error);
}

bool claim_team_request_refuse(struct claim_reply *reply, enum claim_reason reason, const struct claim_subject *subject,
                               struct error *error) {
    reply->reason = reason;
    return claim_refusal_set(reply, subject, error);
}

/* The reason @word why the claim is lost, with the claim as it is. */
static bool refuse_lost(struct claim_team_link *link, struct claim_reply *reply, const char *word, const cJSON *claim,
                        const struct claim_handle *handle, struct error *error) {
    const struct claim_subject subject = {.plan = handle->plan, .id = handle->id, .fence = handle->fence};
    enum claim_reason reason = claim_team_wire_reason(word);
    if (!claim_team_request_read(link, reply, claim, error))
        return false;
    if (reason == CLAIM_REASON_NONE || (!reply->record.id && reason != CLAIM_REASON_GONE))
        return claim_team_link_fail(link, error);
    return claim_team_request_refuse(reply, reason, &subject, error);
}

bool claim_team_request_renew(struct claim_team_link *link, const struct claim_handle *handle,
                              struct claim_reply *reply, struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    AUTO(buffer) request = {0};
    const cJSON *ok;
    struct json_writer writer = claim_team_request_begin(&request, "renew");
    json_writer_key_array(&writer, "handles");
    json_writer_open_object(&writer);
    claim_team_wire_handle(&writer, handle);
    json_writer_close_object(&writer);
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
    if (!claim_team_request_send(link, &request, &answer, &ok, reply, error))
        return false;
    const cJSON *kept = cJSON_GetArrayItem(json_get(ok, "kept"), 0);
    const cJSON *lost = cJSON_GetArrayItem(json_get(ok, "lost"), 0);
    if (lost)
        return refuse_lost(link, reply, json_get_string(lost, "reason"), json_get(lost, "claim"), handle, error);
    if (!kept)
        return claim_team_link_fail(link, error);
    return claim_team_request_read(link, reply, kept, error) && (reply->record.id || claim_team_link_fail(link, error));
}

bool claim_team_request_end(struct claim_team_link *link, const struct claim_handle *handle,
                            const struct claim_end *end, const struct claim_mark *mark, struct claim_reply *reply,
                            struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    AUTO(buffer) request = {0};
    const cJSON *ok;
    struct json_writer writer = claim_team_request_begin(&request, "end");
    claim_team_wire_handle(&writer, handle);
    claim_team_wire_end(&writer, end, mark);
    json_writer_close_object(&writer);
    if (!claim_team_request_send(link, &request, &answer, &ok, reply, error))
        return false;
    const char *lost = json_get_string(ok, "lost");
    if (lost)
        return refuse_lost(link, reply, lost, json_get(ok, "claim"), handle, error);
    reply->is_repeated = json_get_boolean(ok, "repeated");
    return claim_team_request_read(link, reply, json_get(ok, "claim"), error) &&
           (reply->record.id || claim_team_link_fail(link, error));
}
