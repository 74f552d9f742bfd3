/*
 * A daemon's answers are those that batchctl gives without it, and those that it gives as the daemon dies, byte for
 * byte: standard output, standard error, exit status; of --json everything but "meta", which says who answered.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"
#include "scene.h"

TestSuite(same, .timeout = 280);

/* The answer without what says who gave it. */
static void cut_meta(char *text) {
    char *meta = strstr(text, ",\"meta\":{");
    if (meta)
        *meta = '\0';
}

static size_t compared, by_daemon, died;

/* The line that says that the daemon has died; a verb that asks none has none. */
static void cut_death(char *text) {
    char *line = strstr(text, "warning: the daemon on "), *end = line ? strchr(line, '\n') + 1 : NULL;
    if (!line)
        return;
    cr_expect(has(line, " went away without an answer; batchctl answers without the daemon\n"), "%s", text);
    memmove(line, end, strlen(end) + 1);
    died++;
}

/* Releases @there. */
static void expect_equal(const struct outcome *here, struct outcome *there, const char *name, const char *command) {
    cut_meta(there->out);
    compared++;
    cr_expect_str_eq(there->out, here->out, "%s: %s:\n%s\n--- not as without a daemon:\n%s", name, command, there->out,
                     here->out);
    cr_expect_str_eq(there->err, here->err, "%s: %s:\n%s\n--- not as without a daemon:\n%s", name, command, there->err,
                     here->err);
    cr_expect_eq(there->status, here->status, "%s: %s: %d, not %d", name, command, there->status, here->status);
    outcome_end(there);
}

static void expect_same(struct outcome *here, struct outcome *there, const char *name, const char *command) {
    by_daemon += has(there->out, "\"served_by\":\"daemon\"");
    cut_meta(here->out);
    expect_equal(here, there, name, command);
    outcome_end(here);
}

static const char *const commands[] = {
    "status",
    "status X",
    "status -v",
    "status x",
    "status NONE",
    "status X extra",
    "next",
    "next X",
    "show 1.1",
    "show X 1.1",
    "show X 9.9",
    "show X nonsense",
    "why 2.1",
    "why X 1.1",
    "why X 9.9",
    "why CYCLE 1.1",
    "validate",
    "validate X",
    "validate CYCLE",
    "validate SYNTAX",
    "validate -q",
    "graph X",
    "graph X --format dot",
    "graph X --format mermaid",
    "graph X --format json",
    "graph X --format svg",
    "graph X --format html",
    "graph --format html",
    "graph CYCLE",
    "history",
    "history X",
    "show --batch 1",
    "show --batch 99",
    "what-if X --complete 1.1",
    "prompt discover X",
    "prompt fill X",
    "prompt execute X",
    "create X",
    "create X --dry-run",
    "create X --level 0 --dry-run",
    "create X --level 1 --dry-run --show",
    "create X --level 9",
    "create X --ids 1.1,9.9 --dry-run",
    "create X --ids 1.1,1.2 --dry-run -v",
    "create X --kind subplan --dry-run",
    "create X --kind subplan --level 0 --dry-run --show",
    "create X --require-complete --dry-run",
    "create X --allow-incomplete --dry-run",
    "create X --expect nonsense --yes",
    "create CYCLE --dry-run",
    "create SYNTAX --dry-run",
    "create LOOSE --dry-run",
    "create group --dry-run",
    "init NEW --dry-run",
    "init group/NEW --dry-run --show",
    "init X --dry-run",
    "init X/NEW --dry-run",
    "init 'no name' --dry-run",
    "init",
    "init NEW",
    "init --graph LOOSE --dry-run --show",
    "init --graph X --dry-run",
    "init --graph --dry-run",
    "import nosuch.json --name NEW --dry-run",
    "doctor",
    "create --dry-run",
    "undo 1 --dry-run",
    "undo --dry-run",
    "undo 99 --dry-run",
    "undo 1",
    "retry 1 --dry-run",
    "retry 99",
    "retry 1",
    "status group/Y",
    "status ./X",
    "status @PLAN_X.md",
    "status $'odd'",
    "status 'pl\xC3\xA4ne'",
    "status '\xFF'",
    "show X '\xFF'",
    "history --request scene",
    "next -q",
    "status --color always",
};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* A daemon that dies at each request; the space's own is not found beside it. */
struct mortal {
    char *variable; /* that leads to it */
    pid_t trap;
};

static struct mortal mortal_start(const struct space *space) {
    char *socket = space_path(space, "../trap.sock");
    struct buffer text = {0};
    buffer_append_format(&text, "BATCHD_SOCKET=%s", socket);
    struct mortal mortal = {text.data, trap_start(socket, NULL)};
    memory_free(socket);
    return mortal;
}

static void mortal_stop(struct mortal *mortal) {
    trap_end(mortal->trap);
    memory_free(mortal->variable);
}

static struct outcome run_dying(const struct space *space, const struct mortal *mortal, const char *folder,
                                const char *command) {
    const struct setting setting = {.folder = folder, .variables = {mortal->variable, "XDG_RUNTIME_DIR=/nonexistent"}};
    struct outcome outcome = run_under(space, &setting, command);
    cut_death(outcome.err);
    return outcome;
}

/* @mortal may be NULL; doctor reports about it. */
static void compare(const struct space *space, const struct mortal *mortal, const char *name, const char *folder,
                    const char *command) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s --no-daemon", command);
    struct outcome there = run_in(space, folder, command), here = run_in(space, folder, text.data);
    if (mortal && strncmp(command, "doctor", 6) != 0) {
        struct outcome dying = run_dying(space, mortal, folder, command);
        cut_meta(here.out);
        expect_equal(&here, &dying, name, command);
    }
    expect_same(&here, &there, name, command);
    buffer_release(&text);
}

static void compare_all(const struct space *space, const struct mortal *mortal, const char *name) {
    static const char *const folders[] = {"", "X/subplans"};
    static const char *const styles[] = {"", " --json", " -v --color always"};
    struct buffer text = {0};
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; i < COMMANDS; i++)
            for (size_t s = 0; s < sizeof styles / sizeof *styles; s++) {
                if (f && !space_exists(space, folders[f]))
                    continue;
                buffer_clear(&text);
                buffer_append_format(&text, "%s%s", commands[i], styles[s]);
                compare(space, mortal, name, folders[f], text.data);
            }
    buffer_release(&text);
}

static void compare_space(struct space *space, const char *name) {
    struct daemon daemon = daemon_start(space);
    compared = by_daemon = 0;
    compare_all(space, NULL, name);
    cr_expect_geq(by_daemon * 6, compared, "%s: only %zu of %zu were answered by the daemon", name, by_daemon,
                  compared);
    daemon_stop(&daemon);
    space_end(space);
}

static void add_varied_plans(const struct space *space) {
    space_plan(space, "X", "1.1; 1.2; 1.3; 2.1: 1.1, 1.2; 2.2: 1.3; 3.1: 2.1, 2.2; 3.2");
    space_subplan(space, "X", "1.1");
    space_execution(space, "X", "1.1");
    space_approved(space, "X", "1.1");
    space_subplan(space, "X", "1.2");
    space_fix(space, "X", "1.3");
    space_skipped(space, "X", "3.2");
    space_write(space, "X/subplans/SUBPLAN_X_13.md", "# SUBPLAN\n\n## Objective\n\n[TO BE FILLED: objective]\n");
    space_write(space, "X/subplans/SUBPLAN_X_21_old.md", "# not regularly named\n");
    space_plan(space, "group/Y", "1.1; 1.2: 1.1");
    space_subplan(space, "group/Y", "1.1");
    space_plan(space, "group/deeper/X", "1.1");
    space_plan(space, "LOOSE", NULL);
    space_subplan(space, "LOOSE", "1.1");
    space_plan(space, "CYCLE", "1.1: 1.2; 1.2: 1.1; 2.1: 9.9");
    space_plan(space, "SYNTAX", "1.1");
    space_write(space, "SYNTAX/parallel.json", "{\"plan_name\": \"SYNTAX\",\n\n  \"achievements\": [,]}");
}

/* Also as the daemon dies: then most answers are made here. */
Test(same, in_a_workspace_with_plans_in_every_state) {
    struct space space = space_new_alone();
    add_varied_plans(&space);
    struct daemon daemon = daemon_start(&space);
    struct mortal mortal = mortal_start(&space);
    compare_all(&space, &mortal, "varied");
    cr_expect_geq(by_daemon * 12, compared, "only %zu of %zu were answered by the daemon", by_daemon, compared);
    cr_expect_geq(died * 3, compared, "the daemon has died in only %zu of %zu", died, compared);
    mortal_stop(&mortal);
    daemon_stop(&daemon);
    space_end(&space);
}

Test(same, in_an_empty_workspace) {
    struct space space = space_new_alone();
    expect_status(&space, "init X --yes", 0, "Batch 1.");
    expect_status(&space, "undo --yes", 0, "Removed");
    compare_space(&space, "empty");
}

Test(same, with_only_one_plan_and_with_no_dependency_file) {
    struct space space = space_new_alone();
    space_plan(&space, "X", NULL);
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "2.1");
    compare_space(&space, "no dependency file");
}

/* The line that says that the daemon does not see the claims; the test fails without it. */
static void cut_refusal(char *text) {
    char *line = strstr(text, "warning: the daemon on ");
    cr_assert(line && has(line, "claims.unseen"), "%s", text);
    char *end = strchr(line, '\n') + 1;
    memmove(line, end, strlen(end) + 1);
}

/* Claims are in the repository, and the daemon does not look there: it refuses, and batchctl answers without it. */
Test(same, where_the_daemon_does_not_see_the_claims) {
    static const char *const asked[] = {"status", "status X --json", "next", "why X 1.1",
                                        "create X --kind subplan --ready --dry-run"};
    struct space space = space_new_alone();
    struct daemon daemon;
    space_plan(&space, "X", "1.1; 1.2");
    space_write(&space, ".git/HEAD", "ref: refs/heads/trunk\n");
    space_make_folder(&space, ".git/objects");
    space_make_folder(&space, ".git/refs");
    expect_status(&space, "claim X 1.1 --as ann", 0, "Claimed 1.1");
    const struct daemon_setting setting = {.variables = {"BATCHD_CLAIMS_FOLDER=state"}};
    cr_assert(daemon_start_under(&daemon, &space, &setting));
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct buffer here_text = {0};
        buffer_append_format(&here_text, "%s --no-daemon", asked[i]);
        struct outcome here = run(&space, here_text.data), there = run(&space, asked[i]);
        cr_expect(has(there.out, "ann") || has(there.err, "ann"), "%s: %s%s", asked[i], there.out, there.err);
        cut_refusal(there.err);
        expect_same(&here, &there, "unseen", asked[i]);
        buffer_release(&here_text);
    }
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(same, with_hostile_names) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_plan(&space, "pl\xC3\xA4ne", "1.1");
    space_plan(&space, "odd\x1b[31m", "1.1");
    space_plan(&space, "new\nline", "1.1; 1.2: 1.1");
    space_plan(&space, "bytes\xFF\xFE", "1.1");
    space_plan(&space, "gr\xFFup/Z", "1.1");
    space_plan(&space, "back\\slash\"quote", "1.1");
    space_subplan(&space, "bytes\xFF\xFE", "1.1");
    space_write(&space, "X/subplans/SUBPLAN_X_11_\xFF.md", "# bytes\n");
    space_write(&space, "X/subplans/SUBPLAN_X_11_\x07.md", "# bell\n");
    space_write(&space, "bad/PLAN_bad.md", "# \xFF\x1b\n");
    space_write(&space, "bad/parallel.json", "{\"plan_name\": \"\xFF\"}");
    space_write(&space, "bad2/PLAN_bad2.md", "# bad\n");
    space_write(&space, "bad2/parallel.json",
                "{\"plan_name\": \"\\u001b[31m\", \"achievements\": [{\"achievement_id\": \"1.1\\u0007\"}]}");
    space_link(&space, "linked", "X");
    compare_space(&space, "hostile");
}

/* The operation before which a batch dies. */
static int left;

static int die_there(void *data, enum files_operation operation, const char *path) {
    (void)data;
    (void)operation;
    (void)path;
    if (--left == 0)
        _exit(0);
    return 0;
}

static void let_a_batch_die(const struct space *space, int operation, bool is_undo) {
    enum error_code code;
    pid_t child = fork();
    if (child == 0) {
        left = operation;
        if (is_undo)
            scene_undo(space, die_there, NULL, &code);
        else
            scene_create(space, die_there, NULL, &code);
        _exit(1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0, "operation %d is none", operation);
}

Test(same, while_a_dead_batch_or_undo_waits_to_be_taken_back) {
    static const int operations[] = {40, 48, 56};
    for (int is_undo = 0; is_undo < 2; is_undo++)
        for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
            struct space space = space_new_alone();
            enum error_code code;
            space_plan(&space, "X", "1.1; 1.2; 1.3");
            for (int k = 1; k <= 3; k++) {
                char id[8];
                snprintf(id, sizeof id, "1.%d", k);
                space_subplan(&space, "X", id);
            }
            if (is_undo)
                cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
            struct daemon daemon = daemon_start(&space); /* it recovers when it starts: so it dies afterwards */
            let_a_batch_die(&space, is_undo ? 20 + (int)i * 3 : operations[i], is_undo);
            compare_all(&space, NULL, is_undo ? "dead undo" : "dead batch");
            daemon_stop(&daemon);
            space_end(&space);
        }
}

/* --- writes: the same ones in two workspaces --- */

/* Times and the ids that clients make for requests are all that may differ. */
static void blank_times(char *text) {
    static const char id[] = "batchctl-";
    for (char *at = text; (at = strstr(at, id)); at += strlen(id))
        memset(at + strlen(id), '0', strspn(at + strlen(id), "0123456789abcdef"));
    for (char *at = text; (at = strstr(at, "20")); at++)
        if (strlen(at) >= 20 && at[4] == '-' && at[10] == 'T' && at[19] == 'Z')
            memset(at, '0', 19);
}

Test(same, what_is_written) {
    static const char *const writes[] = {"create X --level 0 --yes",
                                         "create X --level 0 --yes",
                                         "create X --kind subplan --ready --yes",
                                         "create X --ids 2.1 --yes",
                                         "create X --level 2 --yes",
                                         "create X --kind subplan --level 2 --yes",
                                         "create TAKEN --yes",
                                         "create TAKEN --yes --keep-going",
                                         "retry 4 --yes",
                                         "undo 1 --yes",
                                         "undo 1 --yes",
                                         "undo --yes",
                                         "history",
                                         "show --batch 1",
                                         "create group/Y --yes",
                                         "create CYCLE --yes",
                                         "status"};
    for (int is_json = 0; is_json < 2; is_json++) {
        struct space spaces[3] = {space_new_alone(), space_new_alone(), space_new_alone()};
        for (int i = 0; i < 3; i++) {
            add_varied_plans(&spaces[i]);
            space_plan(&spaces[i], "TAKEN", "1.1; 1.2");
            space_subplan(&spaces[i], "TAKEN", "1.1");
            space_subplan(&spaces[i], "TAKEN", "1.2");
            space_make_folder(&spaces[i], "TAKEN/execution/EXECUTION_TASK_TAKEN_11_01.md");
        }
        struct daemon daemon = daemon_start(&spaces[0]);
        struct mortal mortal = mortal_start(&spaces[2]);
        for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
            struct buffer text = {0};
            buffer_append_format(&text, "%s%s", writes[i], is_json ? " --json" : "");
            struct outcome there = run(&spaces[0], text.data), here = run(&spaces[1], text.data);
            struct outcome dying = run_dying(&spaces[2], &mortal, "", text.data);
            blank_times(there.out);
            blank_times(here.out);
            blank_times(dying.out);
            cut_meta(here.out);
            expect_equal(&here, &dying, "written", text.data);
            expect_same(&here, &there, "written", text.data);
            buffer_release(&text);
        }
        mortal_stop(&mortal);
        daemon_stop(&daemon);
        static const char *const files[] = {"X/execution/EXECUTION_TASK_X_12_01.md", "X/subplans/SUBPLAN_X_22.md",
                                            "group/Y/execution/EXECUTION_TASK_Y_11_01.md"};
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            char *here = space_read(&spaces[1], files[i]);
            for (int k = 0; k < 3; k += 2) {
                char *there = space_read(&spaces[k], files[i]);
                cr_expect((!there && !here) || (there && here && strcmp(there, here) == 0), "%s", files[i]);
                memory_free(there);
            }
            memory_free(here);
        }
        for (int i = 0; i < 3; i++)
            space_end(&spaces[i]);
    }
}
