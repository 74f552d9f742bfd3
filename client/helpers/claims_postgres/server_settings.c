#include "helpers/claims_postgres/server_settings.h"

#include <string.h>

#include "base/auto.h"

enum {
    TIMEOUT_MS = 2000,
    TIMEOUT_MS_LEAST = 100,
    TIMEOUT_MS_MOST = 60000,
    TEAM_BYTES_MOST = 40,
    TEXT_BYTES_MOST = 2048,
};

void server_settings_release(struct server_settings *settings) {
    arena_release(&settings->arena);
    *settings = (struct server_settings){0};
}

static void free_options(PQconninfoOption **options) {
    PQconninfoFree(*options);
}
#define AUTO_OPTIONS AUTO_CALL(free_options)

static const char *option_value(const PQconninfoOption *options, const char *key) {
    for (; options && options->keyword; options++)
        if (strcmp(options->keyword, key) == 0)
            return options->val ? options->val : "";
    return "";
}

/* --- reading --- */

static bool is_team_name(const char *name) {
    static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    return strchr(first, name[0]) && name[0] && strlen(name) <= TEAM_BYTES_MOST &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

/* What a URL in a committed file may say: nothing secret, and nothing that names files or programs but the certificate.
 */
static bool is_allowed_key(const char *key) {
    static const char *const keys[] = {
        "host", "port", "dbname", "user", "sslmode", "sslrootcert", "target_session_attrs", "connect_timeout"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* libpq's message about a URL quotes it, so it is not passed on. */
static bool check_url(struct server_settings *settings, struct server_refusal *refusal) {
    char *message = NULL;
    AUTO_OPTIONS PQconninfoOption *options = PQconninfoParse(settings->url, &message);
    PQfreemem(message);
    if (!options)
        return server_refusal_set(refusal, REFUSAL_BAD, "the url of the team is not one of PostgreSQL");
    for (const PQconninfoOption *option = options; option->keyword; option++)
        if (option->val && !is_allowed_key(option->keyword))
            return server_refusal_set(refusal, REFUSAL_BAD, "the url of the team must not have %s", option->keyword);
    const char *host = option_value(options, "host");
    settings->target = arena_copy(&settings->arena, host, strlen(host));
    return true;
}

static const char *copy_member(struct server_settings *settings, const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text && text[0] && strlen(text) <= TEXT_BYTES_MOST ? arena_copy(&settings->arena, text, strlen(text)) : NULL;
}

static bool fill(struct server_settings *settings, const cJSON *hello, struct server_refusal *refusal) {
    const cJSON *config = json_get(hello, "config");
    settings->team = copy_member(settings, config, "name");
    settings->service = copy_member(settings, config, "service");
    settings->url = copy_member(settings, config, "url");
    settings->workspace = copy_member(settings, hello, "workspace");
    settings->host = copy_member(settings, hello, "host");
    settings->agent = copy_member(settings, hello, "agent");
    settings->is_insecure = json_get_boolean(config, "insecure");
    settings->timeout_ms = (int64_t)json_get_unsigned(config, "timeout_ms");
    if (!settings->timeout_ms)
        settings->timeout_ms = TIMEOUT_MS;
    if (!settings->team || !is_team_name(settings->team))
        return server_refusal_set(refusal, REFUSAL_BAD,
                                  "a name of a team has 1 to 40 of the characters a-z, 0-9, _ and -");
    if (!settings->workspace)
        return server_refusal_set(refusal, REFUSAL_BAD, "hello needs a workspace");
    if (settings->timeout_ms < TIMEOUT_MS_LEAST || settings->timeout_ms > TIMEOUT_MS_MOST)
        return server_refusal_set(refusal, REFUSAL_BAD, "timeout_ms is from %d to %d", TIMEOUT_MS_LEAST,
                                  TIMEOUT_MS_MOST);
    if (!settings->service == !settings->url)
        return server_refusal_set(refusal, REFUSAL_BAD, "the team needs either a service or a url");
    if (settings->url)
        return check_url(settings, refusal);
    settings->target = arena_format(&settings->arena, "service:%s", settings->service);
    return true;
}

bool server_settings_read(struct server_settings *settings, const cJSON *hello, struct server_refusal *refusal) {
    if (fill(settings, hello, refusal))
        return true;
    server_settings_release(settings);
    return false;
}

/* --- connecting --- */

/* What libpq would print or pass on is not for the log of the client: a notice can quote rows. */
static void ignore_notice(void *argument, const PGresult *result) {
    (void)argument;
    (void)result;
}

PGconn *server_settings_connect(const struct server_settings *settings, struct server_refusal *refusal) {
    const char *const keys[] = {settings->url ? "dbname" : "service",
                                "fallback_application_name",
                                "client_encoding",
                                "gssencmode", /* its encryption comes before that of TLS, and has no verify-full */
                                "tcp_user_timeout",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                NULL};
    const char *const values[] = {settings->url ? settings->url : settings->service,
                                  settings->agent ? settings->agent : "batchd",
                                  "UTF8",
                                  "disable",
                                  "5000",
                                  "10",
                                  "5",
                                  "3",
                                  NULL};
    PGconn *connection = PQconnectStartParams(keys, values, 1);
    if (!connection) {
        server_refusal_set(refusal, REFUSAL_INTERNAL, "libpq has no memory");
        return NULL;
    }
    PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
}

/* Is each element of the list a folder or an abstract name, or missing, which means the usual folder? */
static bool are_unix_sockets(const char *hosts) {
    for (const char *host = hosts;; host++) {
        if (*host && !strchr("/@,", *host))
            return false;
        host += strcspn(host, ",");
        if (!*host)
            return true;
    }
}

bool server_settings_is_verified(PGconn *connection) {
    AUTO_OPTIONS PQconninfoOption *options = PQconninfo(connection);
    if (options && !option_value(options, "hostaddr")[0] && are_unix_sockets(option_value(options, "host")))
        return true;
    return strcmp(option_value(options, "sslmode"), "verify-full") == 0;
}
