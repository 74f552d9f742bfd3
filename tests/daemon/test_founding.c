/*
 * Plans that are founded while a daemon watches: it shows them from when their batch is committed, says so once, and
 * does without a request only what a request can ask for.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "daemon.h"

TestSuite(founding, .timeout = 120);

static const char tasks[] = "{\"tasks\": [{\"id\": 1, \"title\": \"a\", \"status\": \"done\"},"
                            "{\"id\": 2, \"title\": \"b\", \"status\": \"cancelled\"}]}";

static void must_run(const struct space *space, const char *command) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, 0, "%s: %d %s%s", command, outcome.status, outcome.out, outcome.err);
    outcome_end(&outcome);
}

/* The next two events are these, in whatever order. */
static void expect_events(struct peer *peer, const char *command, const char *one, const char *other) {
    bool has_one = false, has_other = false;
    for (int i = 0; i < 2; i++) {
        const char *line = peer_line(peer);
        cr_assert(line, "%s", command);
        has_one |= has(line, one);
        has_other |= has(line, other);
        cr_expect(has(line, one) || has(line, other), "%s: %s", command, line);
    }
    cr_expect(has_one && has_other, "%s: %d %d", command, has_one, has_other);
}

Test(founding, a_plan_and_its_batch_are_one_event_each) {
    static const struct {
        const char *command, *plan, *batch;
    } rows[] = {
        {"init group/NEW --yes", "\"plan.added\"", "\"batch.created\""},
        {"undo 1 --yes", "\"plan.removed\"", "\"batch.undone\""},
        {"init NEW --yes --no-daemon", "\"plan.added\"", "\"batch.created\""},
        {"import tasks.json --name deep/er/TASKS --with-status --yes", "\"plan.added\"", "\"batch.created\""},
        {"undo 3 --yes --no-daemon", "\"plan.removed\"", "\"batch.undone\""},
    };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_write(&space, "tasks.json", "%s", tasks);
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket);
    peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\"}");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        must_run(&space, rows[i].command);
        expect_events(&peer, rows[i].command, rows[i].plan, rows[i].batch);
    }
    peer_close(&peer);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

static void move(const struct space *space, const char *from, const char *to) {
    char old[300], new[300], *names[] = {space_name(space, from), space_name(space, to)};
    snprintf(old, sizeof old, "%s/%s", space->root, names[0]);
    snprintf(new, sizeof new, "%s/%s", space->root, names[1]);
    cr_assert_eq(rename(old, new), 0, "%s", from);
    free(names[0]);
    free(names[1]);
}

static void expect_shown(const struct space *space, bool is_shown, const char *when) {
    struct outcome outcome = run(space, "status NEW --json");
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s: %s", when, outcome.out);
    cr_expect_eq(outcome.status, is_shown ? 0 : 3, "%s: %d %s", when, outcome.status, outcome.out);
    outcome_end(&outcome);
    outcome = run(space, "status --json");
    cr_expect_eq(has(outcome.out, "\"group/NEW\""), is_shown, "%s: %s", when, outcome.out);
    outcome_end(&outcome);
}

Test(founding, a_plan_is_hidden_while_its_batch_is_pending) {
    static const char committed[] = ".batchd/*/batches/000001.json", pending[] = ".batchd/*/pending/000001.json";
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    must_run(&space, "init group/NEW --yes");
    expect_shown(&space, true, "committed");
    for (int i = 0; i < 3; i++) {
        move(&space, committed, pending);
        expect_shown(&space, false, "pending");
        move(&space, pending, committed);
        expect_shown(&space, true, "committed again");
    }
    move(&space, committed, pending);
    must_run(&space, "init OTHER --yes"); /* the next writer rolls it back */
    cr_expect_not(space_exists(&space, "group"));
    expect_shown(&space, false, "rolled back");
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(founding, what_needs_the_process_that_asks_is_not_served) {
    static const struct {
        const char *method, *parameters, *reply;
    } rows[] = {
        {"import", "\"name\":\"NEW\"", "-32601"},      {"doctor", "", "-32601"},
        {"init", "", "the new plan needs a name"},     {"init", "\"name\":7", "-32602"},
        {"init", "\"name\":\"../NEW\"", "\"code\":2"}, {"init", "\"name\":\"X\"", "\"code\":5"},
        {"init", "\"graph\":true", "\"code\":5"},      {"create", "\"kind\":\"plan\"", "-32602"},
        {"create", "\"kind\":\"foreign\"", "-32602"},
    };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    uint64_t before = space_fingerprint(&space, "");
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *reply = peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s}}",
                                     rows[i].method, rows[i].parameters);
        cr_expect(has(reply, rows[i].reply), "%s %s: %s", rows[i].method, rows[i].parameters, reply);
    }
    peer_close(&peer);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_write(&space, "tasks.json", "%s", tasks);
    daemon = daemon_start(&space);
    must_run(&space, "import tasks.json --name NEW --yes"); /* by batchctl itself */
    must_run(&space, "doctor");
    must_run(&space, "status NEW");
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}
