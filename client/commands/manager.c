#include "commands/manager.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/text.h"
#include "base/version.h"
#include "config/socket_path.h"
#include "session/program.h"

#define START "start one: batchctl daemon run; or as a service: batchctl daemon install"

enum { DEADLINE_MS = 1000 };

/* Whatever the unit asks for that this machine does not allow a user's manager (systemd.exec(5), exit codes). */
enum { EXIT_NAMESPACES = 217, EXIT_CAPABILITIES = 218, EXIT_MOUNTS = 226 };

bool manager_is_there(void) {
    const char *folder = getenv("XDG_RUNTIME_DIR");
    AUTO(buffer) path = {0};
    buffer_append_format(&path, "%s/systemd/private", folder ? folder : "");
    return folder && access(path.data, F_OK) == 0;
}

/* --- which unit --- */

static char *variable_of_unit(const char *name) {
    return strcmp(name, "BATCHD_ROOT") == 0 ? NULL : getenv(name);
}

/* As batchd-generator reads it for batchd.service. */
static bool is_configured(const struct settings *settings) {
    const struct settings_overrides overrides = {.variable = variable_of_unit};
    AUTO(settings) configured = {0};
    AUTO(diagnostics) ignored = {0};
    AUTO(error) error = {0};
    settings_read(&configured, &overrides, &ignored, &error);
    return configured.root && settings->root && strcmp(configured.root, settings->root) == 0;
}

static struct manager_unit unit_of_instance(struct arena *arena, const char *instance) {
    return (struct manager_unit){.service = arena_format(arena, "batchd@%s.service", instance),
                                 .socket = arena_format(arena, "batchd@%s.socket", instance)};
}

static struct manager_unit configured_unit(void) {
    return (struct manager_unit){"batchd.service", "batchd.socket", true};
}

struct manager_unit manager_unit_of(struct arena *arena, const struct settings *settings) {
    if (is_configured(settings) || !settings->root)
        return configured_unit();
    return unit_of_instance(arena, socket_path_instance(arena, settings->root));
}

/* --- its state --- */

/* The value of a line "NAME=value", or an empty one. */
static struct span value_of(struct span line, const char *name) {
    return span_starts_with(line, name) ? span_skip(line, strlen(name)) : (struct span){0};
}

static bool is_any(struct span value, const char *one, const char *other) {
    return span_equals(value, one) || span_equals(value, other);
}

/* The manager answers about the socket first, with an empty line between the two. */
static void read_line(struct manager_state *state, struct span line, bool is_service) {
    struct span active = value_of(line, "ActiveState="), status = value_of(line, "ExecMainStatus=");
    bool is_enabled = is_any(value_of(line, "UnitFileState="), "enabled", "enabled-runtime");
    state->is_known &= !is_any(value_of(line, "LoadState="), "not-found", "masked");
    state->has_failed |= span_equals(active, "failed");
    if (!is_service) {
        state->is_listening |= span_equals(active, "active");
        state->is_socket_enabled |= is_enabled;
        return;
    }
    state->is_running |= is_any(active, "active", "activating") || is_any(active, "reloading", "refreshing");
    state->is_idle |= is_any(active, "inactive", "failed");
    state->is_enabled |= is_enabled;
    if (status.length)
        state->status = strtol(status.data, NULL, 10);
}

struct manager_state manager_look(const struct manager_unit *unit) {
    const char *const words[] = {
        "systemctl",  "--user",      "show", "--property=LoadState,UnitFileState,ActiveState,ExecMainStatus",
        unit->socket, unit->service, NULL};
    struct manager_state state = {0};
    AUTO(buffer) text = {0};
    if (!manager_is_there() || !program_capture(words, NULL, DEADLINE_MS, &text) || !text.length)
        return state;
    bool is_service = false;
    state.is_known = true;
    for (struct span rest = buffer_span(&text), line; span_next_line(&rest, &line);) {
        is_service |= line.length == 0;
        read_line(&state, line, is_service);
    }
    return state;
}

bool manager_listens(const char *socket) {
    AUTO(arena) arena = {0};
    const char *root = socket_path_instance_root(&arena, socket, getenv);
    if (!root)
        return false;
    struct manager_unit unit = strcmp(root, "/default") == 0
                                   ? configured_unit()
                                   : unit_of_instance(&arena, socket_path_instance(&arena, root));
    struct manager_state state = manager_look(&unit);
    return state.is_listening && state.is_idle;
}

/* --- why it has failed --- */

static bool is_forbidden(const struct manager_state *state) {
    return state->status == EXIT_NAMESPACES || state->status == EXIT_CAPABILITIES || state->status == EXIT_MOUNTS;
}

bool manager_hint(struct error *error, const struct settings *settings) {
    AUTO(arena) arena = {0};
    struct manager_unit unit = manager_unit_of(&arena, settings);
    struct manager_state state = manager_look(&unit);
    if (!state.has_failed)
        return error_hint(error, START);
    if (is_forbidden(&state))
        return error_hint(error,
                          "its unit cannot start here, as users may not make namespaces (exit status %ld); "
                          "\"batchctl doctor\" says what to do",
                          state.status);
    AUTO(buffer) journal = {0};
    buffer_append_string(&journal, "journalctl --user -u ");
    text_append_shell_word(&journal, unit.service);
    return error_hint(error, "its unit has failed (exit status %ld); see %s", state.status, journal.data);
}

bool manager_hint_replacement(struct error *error, const struct settings *settings, pid_t process) {
    AUTO(arena) arena = {0};
    AUTO(buffer) remedy = {0};
    struct manager_unit unit = manager_unit_of(&arena, settings);
    if (manager_look(&unit).is_running) {
        buffer_append_string(&remedy, "systemctl --user restart ");
        text_append_shell_word(&remedy, unit.service);
    } else {
        buffer_append_format(&remedy, "end that one: kill %ld; then batchctl daemon run", (long)process);
    }
    return error_hint(error, "this is batchctl %s; %s", program_version, remedy.data);
}

/* "systemctl --user reset-failed ...; systemctl --user start ...", to be pasted. */
static void append_start(struct buffer *text, const struct manager_unit *unit) {
    buffer_append_string(text, "systemctl --user reset-failed ");
    text_append_shell_word(text, unit->service);
    buffer_append_byte(text, ' ');
    text_append_shell_word(text, unit->socket);
    buffer_append_string(text, "; systemctl --user start ");
    text_append_shell_word(text, unit->socket);
}

void manager_check(struct findings *findings, const struct settings *settings) {
    AUTO(arena) arena = {0};
    AUTO(buffer) remedy = {0};
    struct manager_unit unit = manager_unit_of(&arena, settings);
    struct manager_state state = manager_look(&unit);
    if (!state.has_failed)
        return;
    if (is_forbidden(&state)) {
        buffer_append_format(&remedy,
                             "install -D -m 644 " EXAMPLES "/no-namespaces.conf "
                             "~/.config/systemd/user/%s.d/50-no-namespaces.conf; systemctl --user daemon-reload; ",
                             unit.is_configured ? unit.service : "batchd@.service");
        append_start(&remedy, &unit);
        findings_report(findings, FINDING_WARNING, "daemon.unit", NULL, remedy.data,
                        "%s cannot start: users may not make namespaces on this machine (exit status %ld)",
                        unit.service, state.status);
        return;
    }
    buffer_append_string(&remedy, "journalctl --user -u ");
    text_append_shell_word(&remedy, unit.service);
    buffer_append_string(&remedy, " says why; then ");
    append_start(&remedy, &unit);
    findings_report(findings, FINDING_WARNING, "daemon.unit", NULL, remedy.data, "%s has failed (exit status %ld)",
                    unit.service, state.status);
}
