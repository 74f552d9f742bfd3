/*
 * Programs of another version. The bytes of batchd and batchctl 0.1.0, which speak protocol 1, are recorded; "make
 * old-check" does the same with the programs.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "daemon.h"

TestSuite(versions, .timeout = 120);

/* What batchd 0.1.0 says to any request of protocol 2. */
static const char old_reply[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32002,\"message\":\"this is batchd 0.1.0, "
    "which speaks protocol 1, not 2\"}}\n";
static const char old_refuses[] = " refuses: this is batchd 0.1.0, which speaks protocol 1, not 2";

static struct outcome run_through(const struct space *space, const char *socket, const char *command) {
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
    struct outcome outcome = run_with(space, variable.data, command);
    buffer_release(&variable);
    return outcome;
}

/* With that on the socket the command says what refuses, and does everything without it. */
static void expect_direct(const struct space *space, const char *socket, const char *command) {
    struct outcome direct = run(space, command), outcome = run_through(space, socket, command);
    cr_expect_eq(outcome.status, direct.status, "%s: %d %s", command, outcome.status, outcome.err);
    cr_expect_str_eq(outcome.out, direct.out, "%s", command);
    cr_expect(has(outcome.err, old_refuses) && has(outcome.err, "; batchctl answers without the daemon\n"), "%s: %s",
              command, outcome.err);
    cr_expect_eq(count_of(outcome.err, "\n"), count_of(direct.err, "\n") + 1, "%s: %s", command, outcome.err);
    outcome_end(&direct);
    outcome_end(&outcome);
}

/* What only the daemon can do is refused: with both versions, and how to replace it. */
static void expect_remedy(const struct space *space, const char *socket, const char *command) {
    struct buffer hint = {0};
    struct outcome outcome = run_through(space, socket, command);
    buffer_append_format(&hint,
                         "hint: this is batchctl " BATCHD_VERSION "; end that one: kill %ld; then batchctl daemon run",
                         (long)getpid()); /* which has called listen(2) */
    cr_expect_eq(outcome.status, 9, "%s", command);
    cr_expect(has(outcome.err, old_refuses) && has(outcome.err, hint.data), "%s: %s", command, outcome.err);
    outcome_end(&outcome);
    buffer_release(&hint);
}

Test(versions, an_old_daemon_is_named_and_the_answer_is_direct) {
    static const char *const commands[] = {"status", "status --json",    "next",       "show 1.1", "validate",
                                           "graph",  "create --dry-run", "next --json"};
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_subplan(&space, "X", "1.1");
    char *folder = space_run(&space, ""), *socket = space_run(&space, "old.sock");
    cr_assert_eq(mkdir(folder, 0700), 0);
    pid_t old = parrot_start(geteuid(), socket, old_reply);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        expect_direct(&space, socket, commands[i]);
    struct outcome outcome = run_through(&space, socket, "create X --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    cr_expect(has(outcome.err, old_refuses), "%s", outcome.err);
    outcome_end(&outcome);
    expect_remedy(&space, socket, "daemon status");
    expect_remedy(&space, socket, "daemon stop");
    parrot_end(old);
    memory_free(folder);
    memory_free(socket);
    space_end(&space);
}

/* 0.1.0 prints the message, and answers without the daemon. */
Test(versions, an_old_client_is_refused_by_a_sentence) {
    static const char *const requests[] = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"protocol\":1,\"root\":\"65024:11116886\",\"version\":"
        "\"0.1.0\",\"here\":\"\",\"lock_timeout_ms\":10000,\"kind\":\"execution\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"protocol\":1,\"root\":\"65024:11116886\",\"version\":"
        "\"0.1.0\",\"here\":\"\",\"dry_run\":true,\"lock_timeout_ms\":10000,\"kind\":\"execution\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stats\",\"params\":{\"protocol\":1,\"root\":\"65024:11116886\"}}",
    };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct json json = peer_json(peer_ask(&peer, "%s", requests[i]));
        const cJSON *code = node_at(&json, "/error/code"), *id = node_at(&json, "/id");
        cr_expect(cJSON_IsNumber(code) && code->valueint == -32002, "%s", requests[i]);
        cr_expect(cJSON_IsNumber(id) && id->valueint == 1, "%s", requests[i]);
        expect_text(&json, "/error/message", "this is batchd " BATCHD_VERSION ", which speaks protocol 2, not 1");
        json_release(&json);
    }
    peer_close(&peer);
    daemon_stop(&daemon);
    space_end(&space);
}
