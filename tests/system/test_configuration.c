/*
 * Configuration: where the root and each setting come from, and what may not be read or written.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "usage.h"

TestSuite(configuration, .timeout = 120);

Test(configuration, where_the_root_comes_from) {
    struct space space = space_new();
    space_plan(&space, "A/one/PLAN1", "1.1");
    space_plan(&space, "B/PLAN2", "1.1");
    space_plan(&space, "C/work-space/plans/PLAN3", "1.1");
    space_make_folder(&space, "C/source/deep");
    char variable[600], conf[600];
    snprintf(variable, sizeof variable, "BATCHD_ROOT=%s/B", space.root);
    snprintf(conf, sizeof conf, "[workspace]\nroot = %s/B\n", space.root);
    space_write(&space, "conf/batchd/batchd.conf", "%s", conf);
    char with_conf[600];
    snprintf(with_conf, sizeof with_conf, "XDG_CONFIG_HOME=%s/conf", space.root);
    const struct {
        const char *folder, *variable, *command;
        int status;
        const char *part;
    } rows[] = {
        {"", NULL, "-C A status", 0, "PLAN1"},
        {"", NULL, "-CA status", 0, "PLAN1"},
        {"", NULL, "--root A status", 0, "PLAN1"},
        {"", NULL, "--root=A status", 0, "PLAN1"},
        {"", NULL, "status -C A", 0, "PLAN1"},
        {"", NULL, "--json -C A status", 0, "PLAN1"},
        {"A", variable, "status", 0, "PLAN2"},     /* the variable before searching */
        {"", variable, "-C A status", 0, "PLAN1"}, /* the option before the variable */
        {"", "BATCHD_ROOT=nowhere", "status", 3, "nowhere"},
        {"", "BATCHD_ROOT=", "-C B status", 0, "PLAN2"},
        {"C/source/deep", NULL, "status", 0, "PLAN3"}, /* the nearest work-space/plans */
        {"C/work-space/plans/PLAN3/subplans", NULL, "status", 0, "PLAN3"},
        {"../elsewhere", NULL, "status", 3, "the search ended at"},
        {"../elsewhere", with_conf, "status", 0, "PLAN2"}, /* the configured one where none is found */
        {"C/source", with_conf, "status", 0, "PLAN3"},
        {"", NULL, "-C nowhere status", 3, "nowhere"},
        {"", NULL, "-C nowhere create --yes", 3, "nowhere"},
        {"", NULL, "-C nowhere version", 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct setting setting = {.folder = rows[i].folder, .variables = {rows[i].variable}};
        struct outcome outcome = run_under(&space, &setting, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%zu, %s: %d\n%s", i, rows[i].command, outcome.status,
                     outcome.err);
        cr_expect(has(rows[i].status ? outcome.err : outcome.out, rows[i].part), "%zu, %s: %s%s", i, rows[i].command,
                  outcome.out, outcome.err);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(configuration, every_setting_is_shown_with_its_origin) {
    struct space space = small();
    space_write(&space, "../.config/batchd/batchd.conf", "# user\n\n[create]\nlock_timeout = 7s\n");
    expect_stream(&space, "config show", 0, "create.lock_timeout = 7s");
    expect_stream(&space, "config show", 0, ".config/batchd/batchd.conf:4");
    expect_stream(&space, "config show", 0, "create.require_complete_subplans = yes  (built in)");
    space_write(&space, ".batchd/config", "[create]\nlock_timeout=8s\nrequire_complete_subplans = yes\n");
    expect_stream(&space, "config show", 0, "create.lock_timeout = 7s"); /* which is the user's alone */
    expect_stream(&space, "config show", 0, ".batchd/config:3");
    expect_stream(&space, "config get lock_timeout", 0, "7s\n");
    expect_stream(&space, "config get create.lock_timeout", 0, "7s\n");
    expect_stream(&space, "config get daemon.lock_timeout", 3, "did you mean lock_timeout?");
    expect_stream(&space, "config get lock_timeut", 3, "did you mean lock_timeout?");
    expect_stream(&space, "config get", 2, "get KEY");
    expect_stream(&space, "config path", 0, "/.config/batchd/batchd.conf\n");
    struct outcome path = run_under(&space, &(struct setting){.variables = {"HOME="}}, "config path");
    cr_expect(path.status == 3 && has(path.err, "neither HOME nor"), "%d %s", path.status, path.err);
    outcome_end(&path);
    struct outcome outcome = run_with(&space, "BATCHD_LOCK_TIMEOUT=9s", "config show --json");
    struct json json = outcome_json(&outcome);
    bool is_found = false;
    for (const cJSON *item = node_at(&json, "/data/values")->child; item; item = item->next) {
        if (strcmp(json_get_string(item, "key"), "lock_timeout") != 0)
            continue;
        is_found = true;
        cr_expect_str_eq(json_get_string(item, "value"), "9s");
        cr_expect_str_eq(json_get_string(item, "origin"), "BATCHD_LOCK_TIMEOUT");
    }
    cr_expect(is_found, "%s", outcome.out);
    json_release(&json);
    outcome_end(&outcome);
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "# S\n\n[TO BE FILLED]\n"); /* and they are obeyed */
    expect_stream(&space, "create X --ids 1.1 --yes", 4, "is a placeholder");
    space_end(&space);
}

Test(configuration, a_fault_in_the_configuration_is_told_with_file_and_line) {
    static const struct {
        const char *text, *part;
    } rows[] = {
        {"[create]\nlock_timeut = 7s\n", "config:2: error: there is no key lock_timeut in section [create]"},
        {"[create]\nlock_timeut = 7s\n", "did you mean lock_timeout?"},
        {"\n\n[crate]\n", "config:3: error: there is no section [crate]"},
        {"lock_timeout = 7s\n", "config:1: "},
        {"[create]\n\nlock_timeout = soon\n", "config:3: error: lock_timeout is set to \"soon\""},
        {"[create]\nrequire_complete_subplans = perhaps\n", "must be yes or no"},
        {"[create]\nthis is no setting\n", "config:2: "},
        {"[create\n", "config:1: "},
        {"[workspace]\nroot = relative/path\n", "an absolute path"},
    };
    static const char file[] = "../.config/batchd/batchd.conf";
    struct space space = small();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *part = strncmp(rows[i].part, "config:", 7) == 0 ? rows[i].part + 6 : rows[i].part;
        space_write(&space, file, "%s", rows[i].text);
        expect_stream(&space, "status", 6, part);
        expect_stream(&space, "create X --yes", 6, part);
        space_remove(&space, file);
        space_write(&space, ".batchd/config", "%s", rows[i].text); /* a clone blocks nothing */
        struct outcome outcome = run(&space, "status");
        cr_expect_eq(outcome.status, 0, "%s: %s", rows[i].text, outcome.err);
        cr_expect_eq(count_of(outcome.err, "warning: "), 1, "%s: %s", rows[i].text, outcome.err);
        cr_expect(has(outcome.err, ".config/batchd/batchd.conf"), "%s", outcome.err);
        outcome_end(&outcome);
        space_remove(&space, ".batchd/config");
    }
    space_write(&space, file, "[create]\nlock_timeut = 7s\n[crate]\n"); /* all at once */
    expect_stream(&space, "status", 6, "crate");
    expect_stream(&space, "status", 6, "lock_timeut");
    expect_stream(&space, "help", 0, "usage"); /* which needs no configuration */
    space_write(&space, "../.config/batchd/batchd.conf", "[daemon]\nsocket = /tmp/come-here.sock\n"); /* the user's */
    expect_stream(&space, "status", 0, "X");
    space_remove(&space, "../.config/batchd/batchd.conf");
    struct outcome outcome = run_with(&space, "BATCHD_LOCK_TIMEOUT=soon", "status");
    cr_expect_eq(outcome.status, 6);
    cr_expect(has(outcome.err, "BATCHD_LOCK_TIMEOUT"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

/* Root may do anything, so the tests of permissions become another user then; anybody else stays who they are. */
/* The workspace is named, as the search does not look at another user's. */
static struct setting unprivileged(const struct space *space) {
    static char root[500];
    const struct setting setting = {.user = geteuid() == 0 ? 65534 : 0, .variables = {root}};
    snprintf(root, sizeof root, "BATCHD_ROOT=%s", space->root);
    set_mode(space, "..", 0755);
    struct outcome outcome = run_under(space, &setting, "version");
    bool is_reachable = outcome.status == 0;
    outcome_end(&outcome);
    if (!is_reachable)
        cr_skip_test("the program lies where another user cannot reach it; run this as a user other than root");
    return setting;
}

Test(configuration, what_may_not_be_read_or_written_is_named_and_the_rest_is_shown) {
    struct space space = small();
    space_plan(&space, "Y", "1.1");
    const struct setting setting = unprivileged(&space);
    set_mode(&space, "X", 0);
    struct outcome outcome = run_under(&space, &setting, "status");
    cr_expect_eq(outcome.status, 0, "%d", outcome.status);
    cr_expect(has(outcome.out, "Y"), "%s", outcome.out);
    cr_expect(has(outcome.err, "X") && has(outcome.err, "Permission denied"), "%s", outcome.err);
    outcome_end(&outcome);
    set_mode(&space, "", 0555);
    outcome = run_under(&space, &setting, "create Y --kind subplan --yes");
    cr_expect_eq(outcome.status, 13, "%d: %s", outcome.status, outcome.err);
    cr_expect_not(space_exists(&space, ".batchd"));
    outcome_end(&outcome);
    set_mode(&space, "X", 0755);
    set_mode(&space, "X/subplans", 0);
    outcome = run_under(&space, &setting, "validate X");
    cr_expect_eq(outcome.status, 6, "%d: %s", outcome.status, outcome.err);
    cr_expect(has(outcome.err, "X/subplans") && has(outcome.err, "Permission denied"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(configuration, a_home_that_cannot_be_entered_is_a_warning) {
    static const char *const commands[] = {"status X", "next", "validate",
                                           "create X --kind subplan --level 1 --dry-run"};
    if (geteuid() != 0)
        cr_skip_test("only root can have a home that it cannot enter as another user");
    struct space space = small();
    struct setting setting = unprivileged(&space);
    char folder[500];
    space_make_folder(&space, "../closed/batchd");
    space_make_folder(&space, "../.config/batchd");
    set_mode(&space, "../closed", 0700);
    set_mode(&space, "../.config", 0700);
    for (int is_named = 0; is_named < 2; is_named++) {
        snprintf(folder, sizeof folder, "XDG_CONFIG_HOME=%s/../closed", space.root);
        setting.variables[1] = is_named ? folder : NULL;
        for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
            struct outcome outcome = run_under(&space, &setting, commands[k]);
            cr_expect_eq(outcome.status, 0, "%s: %d %s", commands[k], outcome.status, outcome.err);
            cr_expect_eq(count_of(outcome.err, "no setting in it is used"), 1, "%s: %s", commands[k], outcome.err);
            outcome_end(&outcome);
        }
    }
    space_end(&space);
}

Test(configuration, a_root_that_cannot_be_written_can_be_read) {
    static const struct {
        const char *command;
        int status;
    } rows[] = {
        {"status X", 0},
        {"create X --ids 1.1 --dry-run", 0},
        {"history", 0},
        {"validate", 0},
        {"create X --kind subplan --level 1 --yes", 13},
        {"undo --yes", 3},
        {"next", 0},
    };
    struct space space = small();
    const struct setting setting = unprivileged(&space);
    set_mode(&space, "", 0555);
    uint64_t before = space_fingerprint(&space, "..");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run_under(&space, &setting, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d %s", rows[i].command, outcome.status, outcome.err);
        outcome_end(&outcome);
    }
    cr_expect_eq(space_fingerprint(&space, ".."), before);
    space_end(&space);
}
