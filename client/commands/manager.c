#include "commands/manager.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "session/capture.h"

#define START_UNIT "systemctl --user reset-failed batchd.service batchd.socket; systemctl --user start batchd.socket"
#define START      "start one: batchctl daemon run, or systemctl --user start batchd"

enum { DEADLINE_MS = 1000 };

/* Whatever the unit asks for that this machine does not allow a user's manager (systemd.exec(5), exit codes). */
enum { EXIT_NAMESPACES = 217, EXIT_CAPABILITIES = 218, EXIT_MOUNTS = 226 };

struct unit {
    bool has_failed;
    bool is_idle; /* loaded, but not active */
    long status;  /* exit status of its process; 0 if that is not why */
};

/* Without a manager no program is started. */
static bool is_there(void) {
    const char *folder = getenv("XDG_RUNTIME_DIR");
    AUTO(buffer) path = {0};
    buffer_append_format(&path, "%s/systemd/private", folder ? folder : "");
    return folder && access(path.data, F_OK) == 0;
}

/* The socket's state is "active" while it listens, the service's "inactive" until it is needed. */
static void read_state(struct unit *unit, struct span state) {
    unit->has_failed |= span_equals(state, "failed");
    unit->is_idle |= span_equals(state, "inactive") || span_equals(state, "failed");
}

static void read_line(struct unit *unit, struct span line) {
    static const char active[] = "ActiveState=", status[] = "ExecMainStatus=";
    if (span_starts_with(line, active))
        read_state(unit, span_skip(line, strlen(active)));
    else if (span_starts_with(line, status))
        unit->status = strtol(line.data + strlen(status), NULL, 10);
}

/* The socket fails as well once the service has been tried too often. */
static struct unit find_unit(void) {
    static const char *const words[] = {
        "systemctl",      "--user",        "show", "--property=ActiveState,ExecMainStatus",
        "batchd.service", "batchd.socket", NULL};
    struct unit unit = {0};
    AUTO(buffer) text = {0};
    if (is_there() && capture_run(words[0], words, NULL, DEADLINE_MS, &text))
        for (struct span rest = buffer_span(&text), line; span_next_line(&rest, &line);)
            read_line(&unit, line);
    return unit;
}

bool manager_has_idle_unit(void) {
    return find_unit().is_idle;
}

static bool is_forbidden(const struct unit *unit) {
    return unit->status == EXIT_NAMESPACES || unit->status == EXIT_CAPABILITIES || unit->status == EXIT_MOUNTS;
}

bool manager_hint(struct error *error) {
    struct unit unit = find_unit();
    if (!unit.has_failed)
        return error_hint(error, START);
    if (is_forbidden(&unit))
        return error_hint(error,
                          "its unit cannot start here, as users may not make namespaces (exit status %ld); "
                          "\"batchctl doctor\" says what to do",
                          unit.status);
    return error_hint(error, "its unit has failed (exit status %ld); see journalctl --user -u batchd", unit.status);
}

void manager_check(struct findings *findings) {
    static const char drop_in[] = "~/.config/systemd/user/batchd.service.d/50-no-namespaces.conf";
    struct unit unit = find_unit();
    AUTO(arena) arena = {0};
    if (unit.has_failed && is_forbidden(&unit))
        findings_report(findings, FINDING_WARNING, "daemon.unit", NULL,
                        arena_format(&arena,
                                     "install -D -m 644 " EXAMPLES "/no-namespaces.conf %s; "
                                     "systemctl --user daemon-reload; " START_UNIT,
                                     drop_in),
                        "batchd.service cannot start: users may not make namespaces on this machine (exit status %ld)",
                        unit.status);
    else if (unit.has_failed)
        findings_report(findings, FINDING_WARNING, "daemon.unit", NULL,
                        "journalctl --user -u batchd says why; then " START_UNIT,
                        "batchd.service has failed (exit status %ld)", unit.status);
}
