/*
 * client/launcher: what it answers itself through a daemon is what batchctl-full says, byte for byte, and everything
 * else is left to that. test_same compares more answers, as batchctl is the launcher there, too.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "daemon.h"
#include "space.h"

TestSuite(launcher, .timeout = 280);

static struct space make_space(void) {
    struct space space = space_new_alone();
    space_make_folder(&space, ".git");
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1, 1.2; 3.1: 2.1");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    return space;
}

static char *path_in(const struct space *space, const char *name) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/%s", space->root, name);
    return path.data;
}

/* A copy of the launcher without batchctl-full: what it prints, it has found out itself. The caller frees the path. */
static char *make_lonely(const struct space *space) {
    struct stat status;
    FILE *file = fopen(LAUNCHER_PATH, "re");
    cr_assert(file && fstat(fileno(file), &status) == 0);
    char *bytes = memory_allocate((size_t)status.st_size, 1), *path = path_in(space, "bin/batchctl");
    cr_assert_eq(fread(bytes, 1, (size_t)status.st_size, file), (size_t)status.st_size);
    space_write_bytes(space, "bin/batchctl", bytes, (size_t)status.st_size);
    cr_assert_eq(chmod(path, 0755), 0);
    memory_free(bytes);
    fclose(file);
    return path;
}

static void expect_equal(struct outcome mine, struct outcome theirs, const char *what) {
    cr_expect_str_eq(mine.out, theirs.out, "%s: %s\n--- not:\n%s", what, mine.out, theirs.out);
    if (mine.err) /* on a terminal both are one */
        cr_expect_str_eq(mine.err, theirs.err, "%s: %s\n--- not:\n%s", what, mine.err, theirs.err);
    cr_expect_eq(mine.status, theirs.status, "%s: %d, not %d", what, mine.status, theirs.status);
    outcome_end(&mine);
    outcome_end(&theirs);
}

static const char *const answered[] = {"status",        "status X",          "next",           "next X",
                                       "show 1.1",      "show X 2.1",        "why X 2.1",      "status NONE",
                                       "status --json", "show X 1.1 --json", "why 9.9 --json", "show 9.9",
                                       "why X 9.9"};

Test(launcher, says_what_the_full_client_says) {
    static const char *const variables[] = {NULL, "NO_COLOR=1", "CLICOLOR_FORCE=1", "LC_ALL=C", "LANG=de_DE.UTF-8"};
    static const char *const folders[] = {"", "X", "X/subplans"};
    struct space space = make_space();
    struct daemon daemon = daemon_start(&space);
    char *lonely = make_lonely(&space);
    for (size_t c = 0; c < sizeof answered / sizeof *answered; c++)
        for (size_t v = 0; v < sizeof variables / sizeof *variables; v++)
            for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
                struct setting mine = {.folder = folders[f], .variables = {variables[v]}, .program = lonely};
                struct setting theirs = {.folder = folders[f], .variables = {variables[v]}, .program = FULL_PATH};
                expect_equal(run_under(&space, &mine, answered[c]), run_under(&space, &theirs, answered[c]),
                             answered[c]);
            }
    for (size_t c = 0; c < sizeof answered / sizeof *answered; c++) {
        struct setting mine = {.variables = {"TERM=xterm"}, .program = lonely};
        struct setting theirs = {.variables = {"TERM=xterm"}, .program = FULL_PATH};
        expect_equal(run_on_terminal_under(&space, &mine, answered[c], ""),
                     run_on_terminal_under(&space, &theirs, answered[c], ""), answered[c]);
    }
    memory_free(lonely);
    daemon_stop(&daemon);
    space_end(&space);
}

/* The root may be named, by a path with links, from anywhere; and agents that hold a claim have more variables. */
Test(launcher, finds_the_root_that_is_named) {
    static const char *const roots[] = {"BATCHD_ROOT=%s", "BATCHD_ROOT=%s/X/..", "BATCHD_ROOT=%s/../link",
                                        "BATCHD_ROOT="};
    static const char *const folders[] = {"", "X", "../elsewhere"};
    struct space space = make_space();
    space_link(&space, "../link", "plans");
    struct daemon daemon = daemon_start(&space);
    char *lonely = make_lonely(&space);
    for (size_t r = 0; r < sizeof roots / sizeof *roots; r++)
        for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
            struct buffer root = {0};
            char *folder = path_in(&space, folders[f]);
            for (const char *at = roots[r]; *at; at++)
                if (*at == '%')
                    buffer_append_string(&root, space.root), at++;
                else
                    buffer_append_byte(&root, *at);
            struct setting mine = {.folder = folder, .variables = {root.data, "BATCHCTL_CLAIM=x"}, .program = lonely};
            struct setting theirs = mine;
            theirs.program = FULL_PATH;
            if (strcmp(folders[f], "../elsewhere") != 0 || strlen(roots[r]) > strlen("BATCHD_ROOT="))
                expect_equal(run_under(&space, &mine, "status"), run_under(&space, &theirs, "status"), root.data);
            memory_free(folder);
            buffer_release(&root);
        }
    memory_free(lonely);
    daemon_stop(&daemon);
    space_end(&space);
}

/* -C names the root anywhere in the line, and then stands in the commands that are advised. */
Test(launcher, takes_the_root_from_its_option) {
    static const char *const commands[] = {"-C ../plans next",       "-C ../plans status",    "next -C ../plans",
                                           "-C . why X 2.1",         "show -C ../link X 1.2", "show X -C . 9.9",
                                           "-C . show X 1.2 --json", "-C . status NONE",      "status -C . --json"};
    struct space space = make_space();
    space_link(&space, "../link", "plans");
    struct daemon daemon = daemon_start(&space);
    char *lonely = make_lonely(&space);
    const struct setting mine = {.program = lonely}, theirs = {.program = FULL_PATH};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        expect_equal(run_under(&space, &mine, commands[i]), run_under(&space, &theirs, commands[i]), commands[i]);
    struct outcome outcome = run_under(&space, &mine, commands[0]);
    cr_expect(has(outcome.out, "batchctl -C ../plans create X"), "%s", outcome.out);
    outcome_end(&outcome);
    memory_free(lonely);
    daemon_stop(&daemon);
    space_end(&space);
}

Test(launcher, says_its_version) {
    struct space space = space_new_alone();
    char *lonely = make_lonely(&space);
    static const char *const commands[] = {"version", "--version"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        expect_equal(run_under(&space, &(struct setting){.program = lonely}, commands[i]),
                     run_under(&space, &(struct setting){.program = FULL_PATH}, commands[i]), commands[i]);
    memory_free(lonely);
    space_end(&space);
}

/* What it leaves to batchctl-full, which is missing here. */
static void expect_left(const struct space *space, const char *lonely, const struct setting *setting,
                        const char *command) {
    struct setting alone = *setting;
    alone.program = lonely;
    struct outcome outcome = run_under(space, &alone, command);
    cr_expect_eq(outcome.status, ERROR_IO, "%s: %d %s", command, outcome.status, outcome.out);
    cr_expect(has(outcome.err, "error: cannot run batchctl-full: it is missing"), "%s: %s", command, outcome.err);
    cr_expect_str_empty(outcome.out);
    outcome_end(&outcome);
}

Test(launcher, leaves_everything_else_to_the_full_client) {
    static const char *const commands[] = {"",
                                           "help",
                                           "status -q",
                                           "status --json X",
                                           "-C nowhere status",
                                           "-C . -C . status",
                                           "status -C",
                                           "-C. status",
                                           "-C . version",
                                           "status -v",
                                           "status X Y",
                                           "status X/",
                                           "show",
                                           "show X",
                                           "why",
                                           "show 1.1 1.2",
                                           "show 1.1,1.2",
                                           "status @X",
                                           "status 1.1",
                                           "create X",
                                           "status --watch",
                                           "next --level 0",
                                           "version --json",
                                           "show X 1.1 1.2"};
    struct space space = make_space();
    struct daemon daemon = daemon_start(&space);
    char *lonely = make_lonely(&space);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        expect_left(&space, lonely, &(struct setting){0}, commands[i]);
    expect_left(&space, lonely, &(struct setting){.variables = {"BATCHD_SETTLE=1s"}}, "status");
    expect_left(&space, lonely, &(struct setting){.variables = {"BATCHD_ROOT=/nonexistent"}}, "status");
    expect_left(&space, lonely, &(struct setting){.out = "/dev/full"}, "version");
    space_write(&space, ".batchd/config", "# nothing\n");
    expect_left(&space, lonely, &(struct setting){0}, "status");
    space_remove(&space, ".batchd/config");
    daemon_stop(&daemon);
    expect_left(&space, lonely, &(struct setting){0}, "status"); /* without a daemon */
    memory_free(lonely);
    space_end(&space);
}

Test(launcher, reads_no_settings_but_sees_that_there_are_none) {
    static const struct {
        const char *text;
        bool sets_nothing;
    } cases[] = {{"", true},
                 {"# a comment\n\n[daemon]\n; another\n", true},
                 {"[daemon]\nsettle = 1s\n", false},
                 {"[nonsense]\n", false},
                 {"nonsense\n", false}};
    struct space space = make_space();
    struct daemon daemon = daemon_start(&space);
    char *lonely = make_lonely(&space), *folder = path_in(&space, "home");
    struct buffer home = {0};
    buffer_append_format(&home, "XDG_CONFIG_HOME=%s", folder);
    const struct setting setting = {.variables = {home.data}, .program = lonely};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        space_write(&space, "home/batchd/batchd.conf", "%s", cases[i].text);
        struct outcome outcome = run_under(&space, &setting, "next");
        cr_expect_eq(outcome.status, cases[i].sets_nothing ? 0 : ERROR_IO, "%s: %s", cases[i].text, outcome.err);
        outcome_end(&outcome);
    }
    buffer_release(&home);
    memory_free(folder);
    memory_free(lonely);
    daemon_stop(&daemon);
    space_end(&space);
}

/* A reply that is not as the daemon writes it: the full client answers, and says what is wrong. */
Test(launcher, prints_nothing_of_a_strange_reply) {
    static const char *const replies[] = {
        "nonsense\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32004,\"message\":\"other\"}}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"code\":0,\"stdout\":3,\"stderr\":0,\"count\":0}}\nhm\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"code\":0,\"stdout\":2,\"stderr\":0,\"count\":0}}\nmore\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"code\":0,\"stdout\":9999999,\"stderr\":0,\"count\":0}}\nhm\n",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"code\":999,\"stdout\":3,\"stderr\":0,\"count\":0}}\nhm\n",
    };
    struct space space = make_space();
    struct daemon daemon = daemon_start(&space); /* so that the socket's name is known */
    char *lonely = make_lonely(&space), *socket = strdup(daemon.socket);
    daemon_stop(&daemon);
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        pid_t parrot = parrot_start(geteuid(), socket, replies[i]);
        expect_left(&space, lonely, &(struct setting){0}, "status");
        parrot_end(parrot);
    }
    free(socket);
    memory_free(lonely);
    space_end(&space);
}
