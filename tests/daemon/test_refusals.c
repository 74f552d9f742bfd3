/*
 * System calls that are refused: each of the newer ones, with each errno that means it, under each verb.
 * Either all works, or one sentence names the call.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"
#include "refusal.h"

TestSuite(refusals, .timeout = 300);

static const int failures[] = {ENOSYS, EPERM, EINVAL, EOPNOTSUPP};
enum { FAILURES = sizeof failures / sizeof *failures };

static struct space shop(void) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    return space;
}

static struct outcome run_refused(const struct space *space, const struct refusal *refusal, const char *command) {
    struct setting setting = {.folder = "X", .refusal = refusal};
    struct outcome outcome = run_under(space, &setting, command);
    if (outcome.status == 126)
        cr_skip_test("no seccomp");
    return outcome;
}

static void expect_done(const struct space *space, const struct refusal *refusal, const char *command,
                        const char *part) {
    struct outcome outcome = run_refused(space, refusal, command);
    cr_expect_eq(outcome.status, 0, "%s %s: %s: %d %s", refusal->name, strerrorname_np(refusal->failure), command,
                 outcome.status, outcome.err);
    cr_expect(has(outcome.out, part), "%s %s: %s: %s", refusal->name, strerrorname_np(refusal->failure), command,
              outcome.out);
    outcome_end(&outcome);
}

/* Without flock no batch is made, as it could meet another one. Nothing else is vital. */
static bool is_vital(const struct refusal *refusal) {
    return strcmp(refusal->name, "flock") == 0;
}

static void expect_sentence(const struct space *space, const struct refusal *refusal, const char *command) {
    struct outcome outcome = run_refused(space, refusal, command);
    cr_expect_eq(outcome.status, 13, "%s: %d", command, outcome.status);
    cr_expect(has(outcome.err, "(flock): ") && has(outcome.err, strerrordesc_np(refusal->failure)), "%s: %s", command,
              outcome.err);
    cr_expect_eq(count_of(outcome.err, "error: "), 1, "%s", outcome.err);
    outcome_end(&outcome);
}

Test(refusals, every_verb_works_or_names_the_call) {
    for (size_t i = 0; i < refusal_count * FAILURES; i++) {
        struct refusal refusal = refusal_rows[i / FAILURES];
        refusal.failure = failures[i % FAILURES];
        struct space space = shop();
        expect_done(&space, &refusal, "status", "1.1"); /* by the search, from within a plan */
        expect_done(&space, &refusal, "doctor", "");
        expect_done(&space, &refusal, "validate", "");
        if (is_vital(&refusal)) {
            expect_sentence(&space, &refusal, "create --yes");
            cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
        } else {
            expect_done(&space, &refusal, "create --yes", "EXECUTION_TASK_X_11_01.md");
            cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"), "%s", refusal.name);
            expect_done(&space, &refusal, "history", "created");
            expect_done(&space, &refusal, "undo --yes", "");
            cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"), "%s", refusal.name);
        }
        space_end(&space);
    }
}

/* What a taken name gets where link(2) stands in for renameat2. */
Test(refusals, nothing_is_replaced_without_renameat2) {
    struct refusal row = refusal_rows[1];
    row.failure = EPERM;
    cr_assert_str_eq(row.name, "renameat2");
    struct space space = shop();
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "mine");
    expect_done(&space, &row, "create --yes", "EXECUTION_TASK_X_12_01.md");
    char *content = space_read(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    cr_expect_str_eq(content, "mine");
    memory_free(content);
    space_end(&space);
}

/* A subscriber learns what has been created, whether by watching or by polling. */
static void expect_service(const struct space *space, const struct refusal *refusal) {
    struct daemon daemon;
    const char *name = refusal->name, *failure = strerrorname_np(refusal->failure);
    bool is_ready = daemon_start_under(&daemon, space, &(struct daemon_setting){.refusal = refusal});
    if (!is_ready) {
        char *log = daemon_logged(&daemon);
        cr_expect(is_vital(refusal), "%s %s: %d %s", name, failure, daemon.status, log);
        cr_expect(has(log, "(flock): "), "%s", log);
        memory_free(log);
        daemon_end(&daemon);
        return;
    }
    struct peer peer = peer_connect(daemon.socket);
    peer_ask(&peer,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"events\":[\"batch.created\"]}}");
    struct outcome outcome = run(space, "create X --yes --json");
    cr_expect_eq(outcome.status, 0, "%s %s: %s", name, failure, outcome.out);
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s %s: %s", name, failure, outcome.out);
    bool is_polling = strncmp(name, "inotify", 7) == 0;
    cr_expect(has(outcome.out, is_polling ? "\"watch\":\"degraded\"" : "\"watch\":\"ok\""), "%s %s: %s", name, failure,
              outcome.out);
    outcome_end(&outcome);
    cr_expect(has(peer_line(&peer), "batch.created"), "%s %s", name, failure);
    if (is_polling) {
        outcome = run(space, "daemon status");
        cr_expect(has(outcome.out, name), "%s %s: %s", name, failure, outcome.out);
        outcome_end(&outcome);
    }
    peer_close(&peer);
    daemon_stop(&daemon);
    daemon_end(&daemon);
}

Test(refusals, the_daemon_serves_or_names_the_call) {
    for (size_t i = 0; i < refusal_count * FAILURES; i++) {
        struct refusal refusal = refusal_rows[i / FAILURES];
        refusal.failure = failures[i % FAILURES];
        struct space space = shop();
        expect_service(&space, &refusal);
        space_end(&space);
    }
}

/* --- file systems, by a preloaded library, which sanitizers do not go with --- */

Test(refusals, a_file_system_that_reports_nothing_is_polled) {
    static const char *const types[] = {"0x786F4256", "0x6A656A63", "0x73757245", "0x564C",    "0xBACBACBC",
                                        "0x0BD00BD0", "0x7461636F", "0x47504653", "0x12345678"};
    if (IS_SANITIZED)
        cr_skip_test("sanitizers");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct space space = shop();
        struct daemon daemon;
        struct buffer type = {0};
        buffer_append_format(&type, "PRELOAD_FILE_SYSTEM=%s", types[i]);
        const struct daemon_setting setting = {.variables = {"LD_PRELOAD=" PRELOAD_PATH, type.data}};
        cr_assert(daemon_start_under(&daemon, &space, &setting));
        const struct setting same = {.variables = {"LD_PRELOAD=" PRELOAD_PATH, type.data}};
        struct outcome outcome = run_under(&space, &same, "status --json");
        cr_expect(has(outcome.out, "\"watch\":\"degraded\""), "%s: %s", types[i], outcome.out);
        outcome_end(&outcome);
        outcome = run_under(&space, &same, "doctor --no-daemon");
        cr_expect(has(outcome.out, "report changes"), "%s: %s", types[i], outcome.out);
        outcome_end(&outcome);
        daemon_stop(&daemon);
        daemon_end(&daemon);
        buffer_release(&type);
        space_end(&space);
    }
}

static int lock_file(const struct space *space, const char *name) {
    char path[300];
    snprintf(path, sizeof path, "%s/%s", space->root, name);
    int file = open(path, O_RDWR);
    cr_assert_geq(file, 0, "%s", path);
    cr_assert_eq(flock(file, LOCK_EX | LOCK_NB), 0);
    return file;
}

Test(refusals, where_no_folder_can_be_locked_a_file_is) {
    static const char *const locks[] = {"PRELOAD_FOLDER_LOCKS=9", "PRELOAD_FOLDER_LOCKS=37", "PRELOAD_FOLDER_LOCKS=22"};
    if (IS_SANITIZED)
        cr_skip_test("sanitizers");
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
        struct space space = shop();
        const struct setting setting = {.variables = {"LD_PRELOAD=" PRELOAD_PATH, locks[i]}, .umask = 022};
        struct outcome outcome = run_under(&space, &setting, "create X --yes");
        cr_expect_eq(outcome.status, 0, "%s: %s", locks[i], outcome.err);
        outcome_end(&outcome);
        struct stat status;
        char path[300];
        snprintf(path, sizeof path, "%s/.batchd/lock", space.root);
        cr_assert_eq(lstat(path, &status), 0);
        cr_expect_eq(status.st_mode, S_IFREG | 0660, "%o", (unsigned)status.st_mode);
        int file = lock_file(&space, ".batchd/lock");
        outcome = run_under(&space, &setting, "undo --yes --timeout 100ms");
        cr_expect_eq(outcome.status, 5, "%d", outcome.status);
        cr_expect(has(outcome.err, "holds the lock of .batchd/lock"), "%s", outcome.err);
        outcome_end(&outcome);
        close(file);
        /* the daemon's own lock lies where its socket is */
        struct daemon daemon, second;
        const struct daemon_setting daemon_setting = {.variables = {"LD_PRELOAD=" PRELOAD_PATH, locks[i]}};
        cr_assert(daemon_start_under(&daemon, &space, &daemon_setting));
        cr_expect_not(daemon_start_under(&second, &space, &daemon_setting));
        cr_expect_eq(second.status, 5, "%d", second.status);
        daemon_end(&second);
        daemon_stop(&daemon);
        daemon_end(&daemon);
        cr_expect_not(space_exists(&space, "lock"));
        space_end(&space);
    }
}
