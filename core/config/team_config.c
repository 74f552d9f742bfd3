#include "config/team_config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "config/config_value.h"
#include "config/settings.h"
#include "disk/files_write.h"
#include "disk/state_dir.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

enum { FILE_BYTES_MOST = 1 << 20, FILE_MODE = 0666 };

bool team_config_is_set(const struct config *config) {
    return config->values[CONFIG_TEAM_CLAIMS] != NULL;
}

/* --- the URL --- */

/* What a URL in a committed file may set: nothing secret, and nothing that names a file but the certificate. */
static bool is_allowed_key(struct span key) {
    static const char *const keys[] = {
        "host", "port", "dbname", "user", "sslmode", "sslrootcert", "target_session_attrs", "connect_timeout"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (span_equals(key, keys[i]))
            return true;
    return false;
}

static struct span take_until(struct span *rest, const char *stops) {
    size_t length = 0;
    while (length < rest->length && !text_is_one_of(rest->data[length], stops))
        length++;
    struct span taken = {rest->data, length};
    *rest = span_skip(*rest, length);
    return taken;
}

static bool fail_key(struct span key, struct error *error) {
    return error_set(error, ERROR_INVALID, "the url of the team must not have %.*s", (int)key.length, key.data);
}

/* "key=value&key=value". @host: the value of "host", if there is one. */
static bool check_parameters(struct span rest, struct span *host, struct error *error) {
    while (rest.length) {
        struct span pair = take_until(&rest, "&"), key = take_until(&pair, "=");
        if (!is_allowed_key(key))
            return fail_key(key, error);
        if (span_equals(key, "host"))
            *host = pair.length ? span_skip(pair, 1) : pair;
        rest = rest.length ? span_skip(rest, 1) : rest;
    }
    return true;
}

/* Who is written before the host: a name, and no password. */
static bool check_login(struct span *place, struct error *error) {
    const char *at = place->length ? memchr(place->data, '@', place->length) : NULL;
    struct span login = {place->data, at ? (size_t)(at - place->data) : 0};
    if (!at)
        return true;
    *place = span_skip(*place, login.length + 1);
    return !memchr(login.data, ':', login.length) || fail_key(span_of("a password"), error);
}

static bool is_host(struct span host) {
    for (size_t i = 0; i < host.length; i++)
        if (!text_is_one_of(host.data[i], LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS ".,:-_[]%/"))
            return false;
    return host.length;
}

/* "postgresql://USER@HOST:PORT/DATABASE?key=value". The server is the host, with its port. */
static bool check_url(struct team_config *team, struct arena *arena, struct error *error) {
    const char *start = strstr(team->url, "://");
    if (!start || text_shown_length(span_of(team->url)) != strlen(team->url) || strpbrk(team->url, " \t\n"))
        return error_set(error, ERROR_INVALID, "the url of the team must be postgresql://HOST/DATABASE?sslmode=...");
    struct span rest = span_of(start + strlen("://")), named = {0}, place = take_until(&rest, "/?");
    take_until(&rest, "?");
    if (!check_login(&place, error) || !check_parameters(rest.length ? span_skip(rest, 1) : rest, &named, error))
        return false;
    if (place.length && named.length)
        return error_set(error, ERROR_INVALID, "the url of the team names two hosts");
    struct span host = named.length ? named : place;
    if (!is_host(host))
        return error_set(error, ERROR_INVALID, "the url of the team names no host");
    team->server = arena_copy(arena, host.data, host.length);
    return true;
}

/* --- the other values --- */

static bool is_name(const char *name, const char *first, const char *others) {
    size_t length = name ? strlen(name) : 0;
    return length && length <= TEAM_NAME_BYTES_MOST && strchr(first, name[0]) && name[strspn(name, others)] == '\0';
}

static bool check_timeout(struct team_config *team, const char *timeout, struct error *error) {
    return (config_value_duration(timeout ? timeout : "2s", &team->timeout_ms) &&
            team->timeout_ms >= TEAM_TIMEOUT_MS_LEAST && team->timeout_ms <= TEAM_TIMEOUT_MS_MOST) ||
           error_set(error, ERROR_INVALID, "the timeout of the team is from 100ms to 1m, not \"%s\"", timeout);
}

static bool check_workspace(const struct team_config *team, struct error *error) {
    struct span name = span_of(team->workspace ? team->workspace : ".");
    return (name.length && name.length <= TEAM_WORKSPACE_BYTES_MOST && text_shown_length(name) == name.length) ||
           error_set(error, ERROR_INVALID,
                     "the workspace of a team is named by 1 to %d bytes, without control characters",
                     TEAM_WORKSPACE_BYTES_MOST);
}

bool team_config_check(struct team_config *team, const char *timeout, struct arena *arena, struct error *error) {
    if (!is_name(team->helper, LOWER, LOWER DIGITS "-"))
        return error_set(error, ERROR_INVALID, "\"claims\" of [team] names no helper, such as postgres");
    if (!is_name(team->name, LOWER DIGITS, LOWER DIGITS "_-"))
        return error_set(error, ERROR_INVALID, "the name of a team has 1 to %d of the characters a-z, 0-9, _ and -",
                         TEAM_NAME_BYTES_MOST);
    if (!team->service == !team->url)
        return error_set(error, ERROR_INVALID, "[team] needs either a service or a url");
    if (!check_timeout(team, timeout, error) || !check_workspace(team, error))
        return false;
    if (team->url)
        return check_url(team, arena, error);
    team->server = arena_format(arena, "service:%s", team->service);
    return is_name(team->service, LOWER DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ_",
                   LOWER DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-") ||
           error_set(error, ERROR_INVALID, "the service of the team must be the name of an entry in pg_service.conf");
}

bool team_config_read(struct team_config *team, const struct config *config, struct arena *arena, struct error *error) {
    *team = (struct team_config){
        .helper = config->values[CONFIG_TEAM_CLAIMS],
        .name = config->values[CONFIG_TEAM_NAME],
        .service = config->values[CONFIG_TEAM_SERVICE],
        .url = config->values[CONFIG_TEAM_URL],
        .workspace = config->values[CONFIG_TEAM_WORKSPACE],
        .is_insecure = config->is_insecure_team,
    };
    return team_config_check(team, config->values[CONFIG_TEAM_TIMEOUT], arena, error);
}

/* --- writing --- */

static void append_section(struct buffer *text, const struct team_config *team) {
    if (text->length && text->data[text->length - 1] != '\n')
        buffer_append_byte(text, '\n');
    buffer_append_format(text, "%s[team]\nclaims = %s\nname = %s\n", text->length ? "\n" : "", team->helper,
                         team->name);
    buffer_append_format(text, "%s = %s\n", team->url ? "url" : "service", team->url ? team->url : team->service);
}

bool team_config_append(const struct team_config *team, const struct files *workspace, struct error *error) {
    AUTO(buffer) text = {0};
    struct state_dir state;
    struct file_identity identity = {.mode = FILE_MODE};
    char temporary[sizeof STATE_DIR_FOLDER "/config." + 24];
    if (!state_dir_make(&state, workspace, error))
        return false;
    if (files_kind(workspace, SETTINGS_WORKSPACE_FILE) != FILE_ABSENT &&
        !files_read(workspace, SETTINGS_WORKSPACE_FILE, FILE_BYTES_MOST, &text, &identity, error))
        return false;
    append_section(&text, team);
    snprintf(temporary, sizeof temporary, STATE_DIR_FOLDER "/config.%ld", (long)getpid());
    mode_t mode =
        files_kind(workspace, SETTINGS_WORKSPACE_FILE) == FILE_ABSENT ? FILES_MODE_INHERITED : identity.mode & 0777;
    if (!files_create(workspace, temporary, buffer_span(&text), mode, true, NULL, error))
        return false;
    if (files_replace(workspace, temporary, SETTINGS_WORKSPACE_FILE, error))
        return files_sync_folder(workspace, STATE_DIR_FOLDER, error);
    AUTO(error) ignored = {0};
    files_remove(workspace, temporary, &ignored);
    return false;
}
