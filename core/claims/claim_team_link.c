#include "claims/claim_team_link.h"

#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "format/json.h"
#include "format/json_writer.h"

enum {
    PROTOCOL = 1,
    NOTICES_MOST = 20,
    ATTEMPTS_MOST = 2,
    GRACE_MS = 3000 /* beyond the time in which the helper is to answer */
};

void claim_team_link_release(struct claim_team_link *link) {
    claim_helper_release(&link->helper);
    arena_release(&link->arena);
    error_release(&link->refusal);
    *link = (struct claim_team_link){0};
}

/* --- errors --- */

struct refusal_row {
    const char *code;
    enum error_code exit;
    const char *word; /* for people */
};

static const struct refusal_row rows[] = {
    {"unavailable", ERROR_UNREACHABLE, "unreachable"},
    {"timeout", ERROR_UNREACHABLE, "unreachable"},
    {"settling", ERROR_UNREACHABLE, "settling"},
    {"unsupported", ERROR_UNREACHABLE, "unsupported"},
    {"epoch", ERROR_UNREACHABLE, "unreachable"},
    {"denied", ERROR_IO, "denied"},
    {"bad", ERROR_INTERNAL, "refused"},
    {"internal", ERROR_INTERNAL, "failed"},
};

static const struct refusal_row *find_row(const char *code) {
    for (size_t i = 0; code && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].code, code) == 0)
            return &rows[i];
    return NULL;
}

static bool is_code(const cJSON *refusal, const char *code) {
    const char *given = json_get_string(refusal, "code");
    return given && strcmp(given, code) == 0;
}

static bool set_refusal(const cJSON *refusal, struct error *error) {
    const struct refusal_row *row = find_row(json_get_string(refusal, "code"));
    const char *message = json_get_string(refusal, "message");
    AUTO(buffer) shown = {0};
    text_append_visible(&shown, span_of(message ? message : "no reason is given"));
    return row ? error_set(error, row->exit, "team: %s: %s", row->word, buffer_text(&shown))
               : error_set(error, ERROR_INTERNAL, "team: an unknown refusal: %s", buffer_text(&shown));
}

/* The helper itself has failed; @error says how. */
static bool set_unreachable(struct error *error) {
    AUTO(buffer) message = {0};
    buffer_append_string(&message, error->message);
    return error_set(error, ERROR_UNREACHABLE, "team: unreachable: %s", buffer_text(&message));
}

bool claim_team_link_fail(struct claim_team_link *link, struct error *error) {
    link->is_greeted = false;
    claim_helper_fail(&link->helper, "sends what is no answer", error);
    return set_unreachable(error);
}

/* How long the next answer is waited for. */
static int wait_ms(const struct claim_team_link *link) {
    int usual_ms = link->setting.timeout_ms + GRACE_MS;
    int64_t left_ms = link->deadline_ms ? link->deadline_ms - clock_now_ms() : usual_ms;
    return left_ms > usual_ms ? usual_ms : left_ms > 0 ? (int)left_ms : 0;
}

/* --- greeting --- */

static void write_hello(struct json_writer *writer, const struct claim_team_setting *setting) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "op", "hello");
    json_writer_key_array(writer, "protocol");
    json_writer_unsigned(writer, PROTOCOL);
    json_writer_close_array(writer);
    json_writer_key_object(writer, "config");
    json_writer_key_string(writer, "name", setting->name);
    json_writer_key_string(writer, "service", setting->service);
    json_writer_key_string(writer, "url", setting->url);
    json_writer_key_unsigned(writer, "timeout_ms", (uint64_t)setting->timeout_ms);
    json_writer_key_boolean(writer, "insecure", setting->is_insecure);
    json_writer_close_object(writer);
    json_writer_key_string(writer, "workspace", setting->workspace);
    json_writer_key_string(writer, "host", setting->host);
    json_writer_key_string(writer, "agent", setting->agent);
    json_writer_close_object(writer);
}

/* A copy that can be shown; NULL if the member is no text. */
static const char *keep(struct claim_team_link *link, const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    AUTO(buffer) shown = {0};
    if (text)
        text_append_visible(&shown, span_of(text));
    return text ? arena_copy(&link->arena, buffer_text(&shown), shown.length) : NULL;
}

/* "team.fsync": a code that is no other's. */
static bool is_notice_code(const char *code) {
    static const char prefix[] = "team.";
    const char *rest = code && strncmp(code, prefix, strlen(prefix)) == 0 ? code + strlen(prefix) : "";
    return rest[0] && strspn(rest, "abcdefghijklmnopqrstuvwxyz_") == strlen(rest);
}

static void keep_notices(struct claim_team_link *link, const cJSON *warnings) {
    struct claim_team_server *server = &link->server;
    server->notices = arena_allocate(&link->arena, NOTICES_MOST, sizeof *server->notices);
    const cJSON *warning = cJSON_IsArray(warnings) ? warnings->child : NULL;
    for (; warning && server->notice_count < NOTICES_MOST; warning = warning->next) {
        const char *code = keep(link, warning, "code"), *message = keep(link, warning, "message");
        if (message)
            server->notices[server->notice_count++] =
                (struct claim_notice){is_notice_code(code) ? code : "team.server", message};
    }
}

static void keep_server(struct claim_team_link *link, const cJSON *ok) {
    const cJSON *said = json_get(ok, "server");
    link->server = (struct claim_team_server){
        .helper = keep(link, ok, "helper"),
        .epoch = keep(link, ok, "epoch"),
        .host = keep(link, said, "host"),
        .port = keep(link, said, "port"),
        .database = keep(link, said, "database"),
        .login = keep(link, said, "login"),
        .version = keep(link, said, "version"),
        .tls = keep(link, said, "tls"),
        .standbys = keep(link, said, "synchronous_standby_names"),
        .schema = json_get_unsigned(said, "schema"),
        .has_fsync = cJSON_IsBool(json_get(said, "fsync")),
        .is_fsync = json_get_boolean(said, "fsync"),
    };
    keep_notices(link, json_get(ok, "warnings"));
}

static bool has_capability(const cJSON *ok, const char *name) {
    const cJSON *list = json_get(ok, "capabilities");
    for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item; item = item->next)
        if (cJSON_IsString(item) && strcmp(item->valuestring, name) == 0)
            return true;
    return false;
}

static bool greet(struct claim_team_link *link, struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    AUTO(buffer) request = {0};
    struct json_writer writer = {.buffer = &request};
    write_hello(&writer, &link->setting);
    if (!claim_helper_ask(&link->helper, buffer_span(&request), wait_ms(link), &answer, error))
        return set_unreachable(error);
    const cJSON *ok = json_get(answer.json.root, "ok");
    if (!ok)
        return set_refusal(json_get(answer.json.root, "error"), error);
    if (json_get_unsigned(ok, "protocol") != PROTOCOL || !json_get_string(ok, "epoch"))
        return claim_team_link_fail(link, error);
    arena_release(&link->arena);
    keep_server(link, ok);
    link->has_events = has_capability(ok, "subscribe");
    link->seq = json_get_unsigned(ok, "seq");
    link->mark = keep(link, ok, "mark");
    link->is_greeted = true;
    link->greeting++;
    return true;
}

/* False with the refusal, if nothing is to be asked at all. */
static bool may_ask(const struct claim_team_link *link, struct error *error) {
    const struct error *refusal = &link->refusal;
    if (refusal->code == ERROR_NONE)
        return true;
    error_set(error, refusal->code, "%s", refusal->message);
    return refusal->hint ? error_hint(error, "%s", refusal->hint) : false;
}

bool claim_team_link_open(struct claim_team_link *link, struct error *error) {
    if (!may_ask(link, error))
        return false;
    link->helper.program = link->setting.program;
    link->helper.environment = link->setting.environment;
    link->is_greeted = link->is_greeted && claim_helper_runs(&link->helper);
    return link->is_greeted || greet(link, error);
}

/* --- requests --- */

static bool can_repeat(const cJSON *refusal) {
    const char *outcome = json_get_string(refusal, "outcome");
    return is_code(refusal, "epoch") || (outcome && strcmp(outcome, "unknown") == 0 &&
                                         (is_code(refusal, "unavailable") || is_code(refusal, "timeout")));
}

static bool ask_once(struct claim_team_link *link, struct span members, struct claim_helper_line *answer,
                     struct error *error) {
    if (!claim_team_link_open(link, error))
        return false;
    if (claim_helper_ask(&link->helper, members, wait_ms(link), answer, error))
        return true;
    link->is_greeted = false;
    return set_unreachable(error);
}

bool claim_team_link_ask(struct claim_team_link *link, struct span members, struct claim_helper_line *answer,
                         const cJSON **ok, enum claim_reason *reason, struct error *error) {
    int64_t repeat_until_ms = clock_now_ms() + link->setting.timeout_ms;
    const cJSON *refusal = NULL;
    for (int attempt = 1; attempt <= ATTEMPTS_MOST; attempt++) {
        if (!ask_once(link, members, answer, error))
            return false;
        *ok = json_get(answer->json.root, "ok");
        if (*ok)
            return true;
        refusal = json_get(answer->json.root, "error");
        if (!can_repeat(refusal) || clock_now_ms() >= repeat_until_ms)
            break;
    }
    if (reason && is_code(refusal, "settling"))
        *reason = CLAIM_REASON_SETTLING;
    return set_refusal(refusal, error);
}
