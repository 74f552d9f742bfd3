/*
 * watch, wait and daemon: the verbs that need the daemon, or use it to wait.
 */
#include "achievements.h"
#include "base/clock.h"
#include "daemon.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(watch, .timeout = 120);

/* Until @count have subscribed: each question is a round trip, so nothing sleeps, and the suite's timeout is the end.
 */
static void await_subscribers(const struct daemon *daemon, size_t count) {
    struct peer peer = peer_connect(daemon->socket);
    for (size_t found = SIZE_MAX; found != count;) {
        struct json json = peer_json(peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stats\"}"));
        found = json_get_unsigned(node_at(&json, "/result"), "subscriptions");
        json_release(&json);
    }
    peer_close(&peer);
}

/* In the folder that the daemon's socket is found from. */
static struct running begin(const struct space *space, const struct daemon *daemon, const char *command) {
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", daemon->socket);
    struct running running = run_begin(space, &(struct setting){.variables = {variable.data}}, command);
    buffer_release(&variable);
    return running;
}

static struct outcome ask(const struct space *space, const struct daemon *daemon, const char *command) {
    struct running running = begin(space, daemon, command);
    return run_end(&running);
}

Test(watch, each_event_is_a_line_for_people_or_of_json) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_plan(&space, "Y", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running people = begin(&space, &daemon, "watch --count 3");
    struct running programs = begin(&space, &daemon, "watch X --json --count 3");
    await_subscribers(&daemon, 2);
    space_subplan(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    struct outcome outcome = run_end(&people);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "subplan.created"), "%s", outcome.out);
    cr_expect(has(outcome.out, "subplan.completed"), "%s", outcome.out);
    cr_expect(has(outcome.out, "X 1.1"), "%s", outcome.out);
    cr_expect(has(outcome.out, "X/subplans/SUBPLAN_X_11.md"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_end(&programs);
    cr_expect_eq(outcome.status, 0);
    size_t lines = 0;
    for (char *rest = NULL, *line = strtok_r(outcome.out, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        struct json json = peer_json(line);
        cr_expect_str_eq(text_at(&json, "/plan"), "X");
        cr_expect(json_get_unsigned(json.root, "seq") > 0);
        cr_expect_eq(cJSON_GetArraySize(json.root), 15, "%s", line);
        json_release(&json);
        lines++;
    }
    cr_expect_eq(lines, 3);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, what_is_ready_is_told_in_the_words_of_every_answer) {
    struct space space = achievements_new();
    struct daemon daemon = daemon_start(&space);
    struct running ready = begin(&space, &daemon, "watch --event achievement.ready --json --count 14");
    await_subscribers(&daemon, 1);
    space_approved(&space, "X", "1.1");
    struct outcome outcome = run_end(&ready);
    for (size_t row = 0; row < ACHIEVEMENT_ROWS; row++) {
        char need[200], words[400];
        achievement_text(achievement_rows[row].what_next, 2, row, need, sizeof need);
        snprintf(words, sizeof words, "\"achievement\":\"2.%zu\",\"level\":1,\"for\":\"%s\",\"what_next\":\"%s\"",
                 row + 1, achievement_rows[row].ready_for, need);
        cr_expect_eq(has(outcome.out, words), achievement_rows[row].needs[0] != '\0', "%s in %s", words, outcome.out);
    }
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

/* A record of each achievement from 1.@first to 1.@last, as @text is one of 1.1, by @owner; NULL removes them. */
static void write_records(const struct space *space, const char *text, int first, int last, const char *owner) {
    for (int i = first; i <= last; i++) {
        struct buffer path = {0}, record = {0};
        buffer_append_format(&path, ".batchd/*/claims/plans/X/1.%d.json", i);
        if (owner) {
            const char *id = strstr(text, "\"1.1\""), *by = strstr(text, "\"ann\"");
            buffer_append_format(&record, "%.*s\"1.%d\"%.*s\"%s\"%s", (int)(id - text), text, i, (int)(by - id - 5),
                                 id + 5, owner, by + 5);
            space_write(space, path.data, "%s", record.data);
        } else {
            space_remove(space, path.data);
        }
        buffer_release(&path);
        buffer_release(&record);
    }
}

/* The daemon's answer: @count of the achievements are claimed by @owner. */
static void expect_owners(const struct space *space, const char *owner, size_t count) {
    char words[60];
    snprintf(words, sizeof words, "\"claim\":{\"by\":\"%s\"", owner);
    struct outcome outcome = run(space, "status X --json");
    cr_expect_eq(count_of(outcome.out, words), count, "%s: %zu, not %zu", owner, count_of(outcome.out, words), count);
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""));
    outcome_end(&outcome);
}

Test(watch, claims_that_change_one_by_one_or_many_at_once_are_seen) {
    enum { COUNT = 150 };
    struct space space = space_new_alone();
    struct buffer ids = {0};
    for (int i = 1; i <= COUNT; i++)
        buffer_append_format(&ids, "%s1.%d", i > 1 ? "; " : "", i);
    space_plan(&space, "X", ids.data);
    expect_status(&space, "claim X 1.1 --as ann", 0, "Claimed");
    char *text = space_read(&space, ".batchd/*/claims/plans/X/1.1.json");
    struct daemon daemon = daemon_start(&space);
    expect_owners(&space, "ann", 1);
    write_records(&space, text, 2, COUNT, "ann");
    expect_owners(&space, "ann", COUNT);
    write_records(&space, text, 10, 12, "bob");
    expect_owners(&space, "bob", 3);
    write_records(&space, text, 11, 20, NULL);
    expect_owners(&space, "ann", COUNT - 11);
    for (int round = 0; round < 5; round++) { /* more in all than there are records */
        write_records(&space, text, 15, 64, round % 2 ? "ann" : "eve");
        expect_owners(&space, "eve", round % 2 ? 0 : 50);
    }
    write_records(&space, text, 1, COUNT, "max");
    expect_owners(&space, "max", COUNT);
    daemon_stop(&daemon);
    memory_free(text);
    buffer_release(&ids);
    space_end(&space);
}

Test(watch, who_waits_for_a_claim_goes_on_with_the_event_of_its_end) {
    enum { LOOK_MS = 5000 }; /* between looks beside a daemon */
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running watch = begin(&space, &daemon, "watch X --event claim --count 3");
    await_subscribers(&daemon, 1);
    struct outcome outcome = ask(&space, &daemon, "claim X 1.1 --as ann");
    outcome_end(&outcome);
    struct running wait = begin(&space, &daemon, "wait X --for free=1.1");
    struct running next = begin(&space, &daemon, "next X --claim --as bob --wait");
    await_subscribers(&daemon, 3);
    int64_t begun_ms = clock_now_ms();
    outcome = ask(&space, &daemon, "release --force X 1.1 --yes --fence 1");
    outcome_end(&outcome);
    outcome = run_end(&next);
    cr_expect_lt(clock_now_ms() - begun_ms, LOOK_MS - 1000);
    cr_expect(has(outcome.out, "X/1.1@2."), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_end(&watch);
    cr_expect(has(outcome.out, "claim.taken              X 1.1 by ann\n"), "%s", outcome.out);
    cr_expect(has(outcome.out, "claim.released           X 1.1 by ann  forced\n"), "%s", outcome.out);
    cr_expect(has(outcome.out, "claim.taken              X 1.1 by bob\n"), "%s", outcome.out);
    outcome_end(&outcome);
    kill(wait.child, SIGTERM); /* bob may have been faster */
    outcome = run_end(&wait);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, who_waits_goes_on_without_a_daemon_and_follows_the_next_one) {
    enum { LOOK_MS = 5000 }; /* between looks beside a daemon */
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    struct daemon daemon = daemon_start(&space);
    struct running wait = begin(&space, &daemon, "wait X --for complete=1.1");
    struct running other = begin(&space, &daemon, "wait X --for complete=1.2");
    await_subscribers(&daemon, 2);
    daemon_kill(&daemon);
    int64_t begun_ms = clock_now_ms();
    space_approved(&space, "X", "1.1");
    struct outcome outcome = run_end(&wait);
    cr_expect_eq(outcome.status, 0);
    cr_expect_lt(clock_now_ms() - begun_ms, LOOK_MS - 1000);
    outcome_end(&outcome);
    daemon_end(&daemon);
    daemon = daemon_start(&space);
    await_subscribers(&daemon, 1);
    space_approved(&space, "X", "1.2");
    outcome = run_end(&other);
    cr_expect_eq(outcome.status, 0);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, only_the_events_that_are_wanted) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_plan(&space, "Y", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running one = begin(&space, &daemon, "watch --event achievement.completed --count 1");
    struct running group = begin(&space, &daemon, "watch --event level -e achievement.ready --count 3");
    struct running plan = begin(&space, &daemon, "watch Y --count 1");
    await_subscribers(&daemon, 3);
    space_subplan(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    space_subplan(&space, "Y", "1.1");
    struct outcome outcome = run_end(&one);
    cr_expect(has(outcome.out, "achievement.completed") && count_of(outcome.out, "\n") == 1, "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_end(&group);
    cr_expect_eq(count_of(outcome.out, "\n"), 3);
    cr_expect(has(outcome.out, "level.completed") && has(outcome.out, "level 0"), "%s", outcome.out);
    cr_expect(has(outcome.out, "achievement.ready        X 1.2: write SUBPLAN"), "%s", outcome.out);
    cr_expect(has(outcome.out, "level.subplans_complete"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_end(&plan);
    cr_expect(has(outcome.out, "Y 1.1") && !has(outcome.out, "X"), "%s", outcome.out);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, a_program_gets_each_event_on_its_standard_input) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    struct daemon daemon = daemon_start(&space);
    struct running running =
        begin(&space, &daemon, "watch --event subplan.completed --count 2 --exec -- sh -c 'cat; echo got it; exit 3'");
    struct running missing = begin(&space, &daemon, "watch -e subplan.completed -c 1 -x -- /nosuch/program");
    struct running deaf = begin(&space, &daemon, "watch -e subplan.completed -c 1 -x -- true");
    await_subscribers(&daemon, 3);
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 0);
    cr_expect_eq(count_of(outcome.out, "\"type\":\"subplan.completed\""), 2, "%s", outcome.out);
    cr_expect_eq(count_of(outcome.out, "got it"), 2, "%s", outcome.out);
    cr_expect_eq(count_of(outcome.err, "sh failed (status 3)"), 2, "%s", outcome.err);
    outcome_end(&outcome);
    outcome = run_end(&missing);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.err, "cannot run /nosuch/program"), "%s", outcome.err);
    outcome_end(&outcome);
    outcome = run_end(&deaf);
    cr_expect_eq(outcome.status, 0);
    cr_expect_str_eq(outcome.err, "");
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, what_was_missed_is_told_or_a_resync) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    struct daemon daemon = daemon_start(&space);
    struct running running = begin(&space, &daemon, "watch --json --count 2");
    await_subscribers(&daemon, 1);
    space_subplan(&space, "X", "1.1");
    struct outcome outcome = run_end(&running);
    *strchr(outcome.out, '\n') = '\0'; /* the first one: subplan.created, or whatever it was */
    struct json last = peer_json(outcome.out);
    size_t seq = json_get_unsigned(last.root, "seq");
    const char *instance = text_at(&last, "/instance");
    struct buffer since = {0};
    buffer_append_format(&since, "watch --count 1 --since %s:%zu", instance, seq);
    struct outcome again = ask(&space, &daemon, since.data);
    cr_expect(has(again.out, "subplan.completed") && !has(again.out, "resync"), "%s%s", again.out, again.err);
    outcome_end(&again);
    again = ask(&space, &daemon, "watch --count 1 --since otherinstance:1");
    cr_expect(has(again.out, "resync"), "%s%s", again.out, again.err);
    outcome_end(&again);
    again = ask(&space, &daemon, "watch --count 1 --since 999999");
    cr_expect(has(again.out, "resync"), "%s%s", again.out, again.err);
    outcome_end(&again);
    buffer_release(&since);
    json_release(&last);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, goes_on_with_the_next_daemon_which_begins_with_a_resync) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running running = begin(&space, &daemon, "watch --event resync --count 1");
    await_subscribers(&daemon, 1);
    daemon_kill(&daemon);
    daemon_end(&daemon);
    daemon = daemon_start(&space);
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.out, "resync"), "%s", outcome.out);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, ends_with_its_time) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct outcome outcome = ask(&space, &daemon, "watch --timeout 1ms");
    cr_expect_eq(outcome.status, 124);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(watch, ends_with_its_time_also_when_the_daemon_has_died) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running running = begin(&space, &daemon, "watch --timeout 5s");
    await_subscribers(&daemon, 1);
    daemon_kill(&daemon);
    daemon_end(&daemon);
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 124, "%d: %s", outcome.status, outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(watch, wrong_calls_are_explained) {
    static const struct {
        const char *command, *says;
        int status;
    } calls[] = {
        {"watch", "there is no daemon of", 9},
        {"watch --no-daemon", "there is no daemon of", 9},
        {"watch --event subplan.complete", "did you mean subplan.completed?", 2},
        {"watch --event nonsense", "there are no events \"nonsense\"", 2},
        {"watch --since x", "--since needs the seq of an event", 2},
        {"watch --count 0", "--count needs a number from 1", 2},
        {"watch --exec", "--exec goes with a command behind --", 2},
        {"watch X Y", "only one plan can be named", 2},
        {"wait", "what to wait for is missing", 2},
        {"wait X --for red", "there is no condition \"red\"", 2},
        {"wait X --for ready", "--for ready needs an achievement", 2},
        {"wait X --for ready=x", "--for ready needs an achievement", 2},
        {"wait X --for level-complete", "--for level-complete needs --level N", 2},
        {"wait X --for subplans-complete=1.1 --level 0", "--for subplans-complete needs --level N", 2},
        {"wait NOSUCH --for ready=1.1", "there is no plan NOSUCH", 3},
        {"wait X --for ready=9.9", "X has no achievement 9.9", 3},
        {"wait X --for level-complete --level 7", "X has no level 7", 3},
        {"wait --for ready=1.1", "which plan?", 2},
        {"wait X Y --for ready=1.1", "only one plan can be named", 2},
        {"daemon", "one of run, status, reload, stop, install, uninstall is expected", 2},
        {"daemon start", "one of run, status, reload, stop, install, uninstall is expected", 2},
        {"daemon status", "there is no daemon of", 9},
        {"daemon reload", "there is no daemon of", 9},
        {"daemon stop", "there is no daemon of", 9},
    };
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_plan(&space, "Y", "1.1");
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct outcome outcome = run(&space, calls[i].command);
        cr_expect_eq(outcome.status, calls[i].status, "%s: %d", calls[i].command, outcome.status);
        cr_expect(has(outcome.err, calls[i].says), "%s: %s", calls[i].command, outcome.err);
        outcome_end(&outcome);
    }
    space_end(&space);
}

TestSuite(wait, .timeout = 120);

Test(wait, returns_at_once_if_it_is_true) {
    static const char *const conditions[] = {"--for ready=1.2", "--for complete=1.1",
                                             "--for subplans-complete --level 0", "--for level-complete --level 0",
                                             "--for ready=1.1"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1; 1.3: 1.2");
    space_approved(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "wait X %s", conditions[i]);
        struct outcome outcome = run(&space, command.data);
        cr_expect_eq(outcome.status, 0, "%s: %s", conditions[i], outcome.err);
        cr_expect(has(outcome.out, "X: "), "%s", outcome.out);
        outcome_end(&outcome);
        buffer_release(&command);
    }
    space_end(&space);
}

Test(wait, says_what_it_waits_for_when_the_time_is_over) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    static const struct {
        const char *command, *says;
    } calls[] = {
        {"wait X --for complete=1.1 --timeout 1ms", "1.1 is not complete: ready: write SUBPLAN"},
        {"wait X --for ready=1.2 --timeout 1ms", "1.2 is not ready: write SUBPLAN (blocked by 1.1)"},
        {"wait X --for level-complete --level 0 --timeout 1ms", "level 0: 0 of 1 are complete"},
        {"wait X --for subplans-complete --level 0 --timeout 1ms", "level 0: 1 SUBPLAN is not complete"},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct outcome outcome = run(&space, calls[i].command);
        cr_expect_eq(outcome.status, 124, "%s: %d", calls[i].command, outcome.status);
        cr_expect(has(outcome.out, calls[i].says), "%s: %s", calls[i].command, outcome.out);
        outcome_end(&outcome);
    }
    struct outcome outcome = run(&space, "wait X --for complete=1.1 --timeout 1ms --json");
    struct json json = outcome_json(&outcome);
    cr_expect_not(json_get_boolean(node_at(&json, "/data"), "met"));
    expect_text(&json, "/kind", "wait");
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

/* Until a file or folder beneath the root has been read and closed once more. */
struct reading {
    int descriptor;
};

static struct reading reading_begin(const struct space *space, const char *path) {
    struct reading reading = {inotify_init1(IN_CLOEXEC)};
    struct buffer absolute = {0};
    buffer_append_format(&absolute, "%s/%s", space->root, path);
    cr_assert(inotify_add_watch(reading.descriptor, absolute.data, IN_CLOSE_NOWRITE) >= 0);
    buffer_release(&absolute);
    return reading;
}

static void reading_end(const struct reading *reading) {
    char events[4096];
    cr_assert(read(reading->descriptor, events, sizeof events) > 0);
    close(reading->descriptor);
}

static void move(const struct space *space, const char *from, const char *to) {
    struct buffer old = {0}, new = {0};
    buffer_append_format(&old, "%s/%s", space->root, from);
    buffer_append_format(&new, "%s/%s", space->root, to);
    cr_assert_eq(rename(old.data, new.data), 0);
    buffer_release(&old);
    buffer_release(&new);
}

/* As git does it when a branch is switched: the plan, its graph, or the workspace is away for a moment. */
static void leave_and_return(const char *what, bool has_daemon) {
    struct space space = space_new_alone();
    struct daemon daemon = {0};
    static const char command[] = "wait X --for level-complete --level 0 --timeout 60s";
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    if (has_daemon)
        daemon = daemon_start(&space);
    struct reading graph = reading_begin(&space, "X/parallel.json");
    struct running waiting =
        has_daemon ? begin(&space, &daemon, command) : run_begin(&space, &(struct setting){0}, command);
    reading_end(&graph); /* it has seen the plan */
    struct reading look = reading_begin(&space, "");
    move(&space, what, "../elsewhere/away");
    reading_end(&look);
    move(&space, "../elsewhere/away", what);
    space_approved(&space, "X", "1.1");
    struct outcome outcome = run_end(&waiting);
    cr_expect_eq(outcome.status, 0, "%s, %s: %d %s", what, has_daemon ? "daemon" : "direct", outcome.status,
                 outcome.err);
    outcome_end(&outcome);
    if (has_daemon) {
        daemon_stop(&daemon);
        daemon_end(&daemon);
    }
    space_end(&space);
}

Test(wait, goes_on_while_the_plan_or_its_graph_is_away) {
    static const char *const away[] = {"X", "X/parallel.json"};
    for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
        leave_and_return(away[i], false);
        leave_and_return(away[i], true);
    }
}

Test(wait, says_what_is_away_and_since_when_it_is_long) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct reading graph = reading_begin(&space, "X/parallel.json");
    struct running waiting = run_begin(&space, &(struct setting){0}, "wait X --for complete=1.1 --timeout 3500ms");
    reading_end(&graph);
    move(&space, "X", "../elsewhere/away");
    struct outcome outcome = run_end(&waiting);
    cr_expect_eq(outcome.status, 124, "%d", outcome.status);
    cr_expect(has(outcome.err, "; waiting for it to come back"), "%s", outcome.err);
    cr_expect_eq(count_of(outcome.err, "note:"), 1);
    cr_expect(has(outcome.err, "timed out after 3500ms: there is no plan X"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

/* Another folder has come to the root's path: watch follows the daemon, which starts again there. */
Test(watch, goes_on_in_a_workspace_that_went_away_and_came_back_as_another_folder) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running watching = run_begin(&space, &(struct setting){0}, "watch --event resync --count 1");
    await_subscribers(&daemon, 1);
    struct buffer command = {0};
    buffer_append_format(&command, "-c 'mv %s %s.old && cp -a %s.old %s'", space.root, space.root, space.root,
                         space.root);
    struct outcome moved = run_under(&space, &(struct setting){.program = "/bin/bash"}, command.data);
    cr_assert_eq(moved.status, 0, "%s", moved.err);
    outcome_end(&moved);
    buffer_release(&command);
    struct outcome outcome = run_end(&watching);
    cr_expect_eq(outcome.status, 0, "%d %s", outcome.status, outcome.err);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

/* A daemon has ten seconds to come back to a workspace; a workspace has as long as it takes. */
Test(watch, outlives_a_workspace_that_is_away_for_long) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running watching = run_begin(&space, &(struct setting){0}, "watch --timeout 12s");
    await_subscribers(&daemon, 1);
    struct buffer away = {0};
    buffer_append_format(&away, "%s.away", space.root);
    cr_assert_eq(rename(space.root, away.data), 0);
    daemon_kill(&daemon);
    daemon_end(&daemon);
    struct outcome outcome = run_end(&watching);
    cr_expect_eq(outcome.status, 124, "%d %s", outcome.status, outcome.err);
    cr_expect_eq(count_of(outcome.err, "is away; waiting for it to come back"), 1, "%s", outcome.err);
    outcome_end(&outcome);
    cr_assert_eq(rename(away.data, space.root), 0);
    buffer_release(&away);
    space_end(&space);
}

Test(wait, is_told_by_the_daemon) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    struct daemon daemon = daemon_start(&space);
    struct running level = begin(&space, &daemon, "wait X --for subplans-complete --level 0");
    struct running complete = begin(&space, &daemon, "wait X --for complete=1.2 --json");
    await_subscribers(&daemon, 2);
    space_subplan(&space, "X", "1.1");
    space_approved(&space, "X", "1.2");
    struct outcome outcome = run_end(&level);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "every SUBPLAN that is needed is complete"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_end(&complete);
    struct json json = outcome_json(&outcome);
    cr_expect(json_get_boolean(node_at(&json, "/data"), "met"));
    json_release(&json);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(wait, is_woken_when_an_achievement_is_skipped) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_approved(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct running events = begin(&space, &daemon, "watch --event achievement --count 3");
    struct running waiting = begin(&space, &daemon, "wait X --for level-complete --level 1");
    await_subscribers(&daemon, 2);
    space_skipped(&space, "X", "1.2");
    struct outcome outcome = run_end(&waiting);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "level 1: 1 of 1 are complete"), "%s", outcome.out);
    outcome_end(&outcome);
    space_remove(&space, "X/execution/feedbacks/APPROVED_11.md"); /* its dependent is skipped */
    outcome = run_end(&events);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "achievement.skipped      X 1.2"), "%s", outcome.out);
    cr_expect(has(outcome.out, "achievement.reopened     X 1.1"), "%s", outcome.out);
    cr_expect(has(outcome.out, "achievement.ready        X 1.1: write SUBPLAN"), "%s", outcome.out);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

Test(wait, looks_by_itself_without_a_daemon_and_when_the_daemon_dies) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    struct running alone = run_begin(&space, &(struct setting){0}, "wait X --for complete=1.1");
    struct daemon daemon = daemon_start(&space);
    struct running left = begin(&space, &daemon, "wait X --for complete=1.1");
    await_subscribers(&daemon, 1);
    daemon_kill(&daemon);
    daemon_end(&daemon);
    space_approved(&space, "X", "1.1");
    struct outcome outcome = run_end(&alone);
    cr_expect_eq(outcome.status, 0);
    outcome_end(&outcome);
    outcome = run_end(&left);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "1.1 is complete"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(wait, an_invalid_plan_is_waited_for) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    char *good = space_read(&space, "X/parallel.json");
    space_write(&space, "X/parallel.json", "{");
    struct daemon daemon = daemon_start(&space);
    struct running running = begin(&space, &daemon, "wait X --for ready=1.1");
    await_subscribers(&daemon, 1);
    space_write(&space, "X/parallel.json", "%s", good);
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    free(good);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    space_end(&space);
}

TestSuite(control, .timeout = 120);

Test(control, status_reload_and_stop) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    struct daemon daemon = daemon_start(&space);
    struct outcome outcome = ask(&space, &daemon, "daemon status");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "is running: process"), "%s", outcome.out);
    cr_expect(has(outcome.out, "1, with 2 achievements, 1 ready; 0 invalid"), "%s", outcome.out);
    cr_expect(has(outcome.out, "all folders: 5"), "%s", outcome.out); /* the root, X and its three */
    outcome_end(&outcome);
    outcome = ask(&space, &daemon, "daemon status --json");
    struct json json = outcome_json(&outcome);
    cr_expect(json_get_boolean(node_at(&json, "/data"), "running"));
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data/stats"), "process"), (size_t)daemon.child);
    json_release(&json);
    outcome_end(&outcome);

    space_write(&space, "../.config/batchd/batchd.conf", "[daemon]\nsettle = soon\n");
    chmod(space.root, 0755);
    outcome = ask(&space, &daemon, "daemon reload");
    cr_expect_eq(outcome.status, 6, "%d", outcome.status);
    cr_expect(has(outcome.err, "batchd.conf:2"), "%s", outcome.err);
    outcome_end(&outcome);
    space_write(&space, "../.config/batchd/batchd.conf", "[daemon]\nsettle = 5ms\n");
    outcome = ask(&space, &daemon, "daemon reload");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.out, "has been read again"), "%s", outcome.out);
    outcome_end(&outcome);

    outcome = ask(&space, &daemon, "daemon stop");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.out, "The daemon has stopped"), "%s", outcome.out);
    outcome_end(&outcome);
    cr_expect_eq(daemon_wait(&daemon), 0);
    daemon_end(&daemon);
    space_end(&space);
}

/* As for the verbs that write: 13 would say that nothing happened. */
Test(control, what_was_done_is_named_if_the_answer_cannot_be_written) {
    static const char *const rows[][2] = {{"daemon reload", "the configuration was read again"},
                                          {"daemon reload --json", "the configuration was read again"},
                                          {"daemon stop", "the daemon has stopped"}};
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", daemon.socket);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct setting setting = {.out = "/dev/full", .variables = {variable.data}};
        struct outcome outcome = run_under(&space, &setting, "daemon status");
        cr_expect_eq(outcome.status, 13, "%d", outcome.status);
        outcome_end(&outcome);
        outcome = run_under(&space, &setting, rows[i][0]);
        cr_expect_eq(outcome.status, 12, "%s: %d", rows[i][0], outcome.status);
        cr_expect(has(outcome.err, rows[i][1]), "%s: %s", rows[i][0], outcome.err);
        outcome_end(&outcome);
    }
    buffer_release(&variable);
    cr_expect_eq(daemon_wait(&daemon), 0);
    daemon_end(&daemon);
    space_end(&space);
}
