#include "helpers/claims_postgres/helper_answer.h"

#include <time.h>

#include "base/auto.h"
#include "format/json_writer.h"

enum { RETRY_MS = 2000, INSTANT_BYTES = sizeof "2026-11-28T12:00:00Z" };

static void begin(struct json_writer *writer, const struct helper_request *request) {
    json_writer_open_object(writer);
    json_writer_key(writer, "n");
    if (request->has_number)
        json_writer_unsigned(writer, request->number);
    else
        json_writer_null(writer);
}

static void end(struct client_pipe *pipe, struct json_writer *writer) {
    json_writer_close_object(writer);
    client_pipe_write(pipe, buffer_span(writer->buffer));
}

bool helper_answer_ok(struct client_pipe *pipe, const struct helper_request *request, struct span value) {
    AUTO(buffer) line = {0};
    struct json_writer writer = {.buffer = &line};
    begin(&writer, request);
    json_writer_key(&writer, "ok");
    json_writer_raw(&writer, value);
    if (line.length + 1 > CLIENT_PIPE_LINE_BYTES_MOST)
        return false;
    end(pipe, &writer);
    return true;
}

static bool can_be_repeated(enum refusal_code code) {
    return code == REFUSAL_UNAVAILABLE || code == REFUSAL_TIMEOUT || code == REFUSAL_SETTLING;
}

void helper_answer_refusal(struct client_pipe *pipe, const struct helper_request *request,
                           const struct server_refusal *refusal) {
    AUTO(buffer) line = {0};
    struct json_writer writer = {.buffer = &line};
    begin(&writer, request);
    json_writer_key_object(&writer, "error");
    json_writer_key_string(&writer, "code", server_refusal_name(refusal->code));
    json_writer_key_string(&writer, "message", buffer_text(&refusal->message));
    json_writer_key_string(&writer, "outcome", refusal->is_outcome_unknown ? "unknown" : "none");
    if (can_be_repeated(refusal->code))
        json_writer_key_unsigned(&writer, "retry_ms", RETRY_MS);
    if (refusal->code == REFUSAL_EPOCH)
        json_writer_key_string(&writer, "epoch", buffer_text(&refusal->epoch));
    json_writer_close_object(&writer);
    end(pipe, &writer);
}

void helper_answer_event(struct client_pipe *pipe, struct span event) {
    AUTO(buffer) line = {0};
    struct json_writer writer = {.buffer = &line};
    json_writer_open_object(&writer);
    json_writer_key(&writer, "event");
    json_writer_raw(&writer, event);
    end(pipe, &writer);
}

void helper_answer_resync(struct client_pipe *pipe, const char *reason) {
    AUTO(buffer) line = {0};
    struct json_writer writer = {.buffer = &line};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "resync", reason);
    end(pipe, &writer);
}

void helper_answer_unreachable(struct client_pipe *pipe, const struct server_refusal *refusal) {
    AUTO(buffer) line = {0};
    struct json_writer writer = {.buffer = &line};
    char since[INSTANT_BYTES];
    time_t now = time(NULL);
    struct tm utc;
    strftime(since, sizeof since, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "state", "unreachable");
    json_writer_key_string(&writer, "since", since);
    json_writer_key_string(&writer, "code", server_refusal_name(refusal->code));
    json_writer_key_string(&writer, "message", buffer_text(&refusal->message));
    end(pipe, &writer);
}

void helper_answer_connected(struct client_pipe *pipe) {
    AUTO(buffer) line = {0};
    struct json_writer writer = {.buffer = &line};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "state", "connected");
    end(pipe, &writer);
}
