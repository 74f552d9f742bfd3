/*
 * Peers on the socket that send without an end: batchctl stops reading, answers from the files with one warning, soon
 * and in little memory.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"

TestSuite(babble, .timeout = 200);

enum { ANSWER_MS = 1500, MEMORY_MOST_KIB = 400 << 10 };

#define ANNOUNCED(bytes) "{\"result\":{\"code\":0,\"stdout\":" #bytes ",\"stderr\":0,\"count\":0}}\n"

static const struct {
    const char *beginning, *again;
    int pause_ms;
    const char *complaint;
} peers[] = {
    {"", "x", 0, "sends what is no answer"},
    {"", " ", 0, "sends what is no answer"},
    {"", "\\u0000", 0, "sends what is no answer"},
    {"[", "[", 0, "sends what is no answer"},
    {"{\"a\":", "[", 0, "sends what is no answer"},
    {"{\"a\":", "1", 0, "sends what is no answer"},
    {"{\"a\": ", " ", 0, "sends what is no answer"},
    {"{\"a\":\"", "xxxxxxxxxxxxxxx", 0, NULL},            /* no string is that long, or time is over */
    {"{\"jsonrpc\":\"2.0\",\"result\":[", "1,", 0, NULL}, /* no answer is that long */
    {"{\"a\":\"", "x", 20, "has not answered for"},
    {"{\"result\":{\"code\":0,", NULL, 0, "went away without an answer"},
    {ANNOUNCED(1000) "part", NULL, 0, "went away without an answer"},
    {ANNOUNCED(1000), "x", 20, "has not answered for"},
    {ANNOUNCED(268435456), NULL, 0, "went away without an answer"},
    {ANNOUNCED(268435457), "x", 0, "sends what is no answer"},
    {"", NULL, 0, "went away without an answer"},
};

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct outcome run_through(const struct space *space, const char *socket, const char *command) {
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
    const struct setting setting = {.variables = {variable.data, "BATCHD_ANSWER_TIMEOUT=1500ms"}};
    struct outcome outcome = run_under(space, &setting, command);
    buffer_release(&variable);
    return outcome;
}

static char *make_socket(const struct space *space) {
    char *folder = space_run(space, "");
    mkdir(folder, 0700);
    memory_free(folder);
    return space_run(space, "babbler.sock");
}

/* Of the children that have ended, the largest. */
static void expect_little_memory(const char *what) {
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    if (!IS_SANITIZED) /* which takes a multiple */
        cr_expect_lt(usage.ru_maxrss, MEMORY_MOST_KIB, "%s: %ld KiB", what, usage.ru_maxrss);
}

Test(babble, the_answer_comes_from_the_files) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    char *socket = make_socket(&space);
    struct outcome direct = run(&space, "status X");
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        pid_t peer = babbler_start(socket, peers[i].beginning, peers[i].again, peers[i].pause_ms);
        int64_t start_ms = now_ms();
        struct outcome outcome = run_through(&space, socket, "status X");
        cr_expect_lt(now_ms() - start_ms, 2 * ANSWER_MS + 5000, "%s%s", peers[i].beginning, peers[i].again);
        cr_expect_eq(outcome.status, 0, "%zu: %s", i, outcome.err);
        cr_expect_str_eq(outcome.out, direct.out, "%zu", i);
        cr_expect_eq(count_of(outcome.err, "warning: "), 1, "%zu: %s", i, outcome.err);
        cr_expect(!peers[i].complaint || has(outcome.err, peers[i].complaint), "%zu: %s", i, outcome.err);
        outcome_end(&outcome);
        expect_little_memory(peers[i].beginning);
        parrot_end(peer);
    }
    outcome_end(&direct);
    memory_free(socket);
    space_end(&space);
}

Test(babble, what_is_written_is_written_once) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *socket = make_socket(&space);
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        pid_t peer = babbler_start(socket, peers[i].beginning, peers[i].again, peers[i].pause_ms);
        struct outcome outcome = run_through(&space, socket, "create X --kind subplan --yes");
        cr_expect_eq(outcome.status, 0, "%zu: %s", i, outcome.err);
        outcome_end(&outcome);
        cr_expect(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"), "%zu", i);
        space_remove(&space, "X/subplans/SUBPLAN_X_11.md");
        parrot_end(peer);
    }
    memory_free(socket);
    space_end(&space);
}

/* --- texts that would steer a terminal --- */

#define STEER "\xe2\x80\xae\\u202e\\u001b[2J\\u001b[31m\\u0007\xc2\x9b\xf3\xa0\x81\x81"

static void expect_harmless(const struct space *space, const char *socket, const char *command) {
    static const char *const raw[] = {"\033", "\a", "\xe2\x80\xae", "\xc2\x9b", "\xf3\xa0\x81\x81"};
    struct outcome outcome = run_through(space, socket, command);
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
        cr_expect(!has(outcome.out, raw[i]) && !has(outcome.err, raw[i]), "%s: %zu in %s%s", command, i, outcome.out,
                  outcome.err);
    outcome_end(&outcome);
}

/* Texts, ids and words in the JSON of a peer are shown as those of everything else. */
Test(babble, what_a_peer_says_is_shown_as_what_it_is) {
    static const char reply[] =
        "{\"result\":{\"code\":0,\"data\":{\"plan\":\"" STEER "\",\"path\":\"" STEER "\",\"nodes\":[{\"id\":\"" STEER
        "\",\"title\":\"" STEER "\",\"state\":\"" STEER
        "\",\"level\":0}],\"edges\":[],\"levels\":[],\"plans\":[{\"plan\":\"" STEER "\",\"command\":\"" STEER
        "\",\"reason\":\"" STEER "\"}]},\"diagnostics\":[{\"severity\":\"" STEER "\",\"code\":\"" STEER
        "\",\"message\":\"" STEER "\",\"hint\":\"" STEER "\",\"file\":\"" STEER "\"}],\"meta\":{\"watch\":\"" STEER
        "\"},\"version\":\"" STEER "\",\"watch\":\"" STEER "\",\"watch_reason\":\"" STEER
        "\",\"owed\":[{\"path\":\"" STEER "\",\"ids\":\"" STEER "\",\"failure\":\"" STEER "\",\"attempts\":1}]}}\n";
    static const char *const commands[] = {"status X",           "next X",         "graph X",         "graph X -f dot",
                                           "graph X -f mermaid", "graph X -f svg", "validate X",      "history",
                                           "daemon status",      "doctor",         "--json status X", "--json graph X"};
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *socket = make_socket(&space);
    pid_t parrot = parrot_start(geteuid(), socket, reply);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        expect_harmless(&space, socket, commands[i]);
    parrot_end(parrot);
    memory_free(socket);
    space_end(&space);
}

Test(babble, an_event_is_shown_as_what_it_is) {
    static const char event[] =
        "{\"method\":\"event\",\"params\":{\"type\":\"" STEER "\",\"time\":\"" STEER "\",\"plan\":\"" STEER
        "\",\"what_next\":\"" STEER "\",\"by\":\"" STEER "\",\"file\":\"" STEER "\"}}\n";
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *socket = make_socket(&space);
    pid_t peer = babbler_start(socket, "{\"result\":{\"instance\":\"a\",\"seq\":1}}\n", event, 0);
    expect_harmless(&space, socket, "watch --count 1 --timeout 60s");
    expect_harmless(&space, socket, "watch --json --count 1 --timeout 60s");
    parrot_end(peer);
    memory_free(socket);
    space_end(&space);
}

/* What is no answer to a reload is no success. */
Test(babble, a_reload_needs_an_answer) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *socket = make_socket(&space);
    pid_t parrot = parrot_start(geteuid(), socket, "{\"result\":{\"unknown\":1}}\n");
    struct outcome outcome = run_through(&space, socket, "daemon reload");
    cr_expect_eq(outcome.status, 9, "%d %s%s", outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.err, "sends what is no answer") && !outcome.out[0], "%s%s", outcome.out, outcome.err);
    outcome_end(&outcome);
    parrot_end(parrot);
    memory_free(socket);
    space_end(&space);
}

/* It subscribes, and gets what is no event. */
Test(babble, a_stream_of_events_ends) {
    static const char *const again[] = {"x", "[", "{\"method\":\"event\",\"params\":[1,1,1,1,1,1,1,1,1,1,1,1"};
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *socket = make_socket(&space);
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        pid_t peer = babbler_start(socket, "{\"result\":{\"instance\":\"a\",\"seq\":1}}\n", again[i], 0);
        struct outcome outcome = run_through(&space, socket, "watch --timeout 60s");
        cr_expect_eq(outcome.status, 9, "%zu: %d %s", i, outcome.status, outcome.err);
        outcome_end(&outcome);
        expect_little_memory(again[i]);
        parrot_end(peer);
    }
    memory_free(socket);
    space_end(&space);
}
