/*
 * The socket, byte by byte: what docs/protocol.md says about lines, requests, answers and errors.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"
#include "wire/rpc.h"

TestSuite(socket, .timeout = 120);

#define CALL(method)       "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\"}"
#define FORM(method, form) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{\"form\":\"" form "\"}}"
#define PONG(id)           "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":\"pong\"}"

struct scene {
    struct space space;
    struct daemon daemon;
};

static struct scene scene_new(void) {
    struct scene scene = {.space = space_new_alone()};
    space_plan(&scene.space, "X", "1.1; 1.2: 1.1");
    scene.daemon = daemon_start(&scene.space);
    return scene;
}

static void scene_end(struct scene *scene) {
    daemon_stop(&scene->daemon);
    space_end(&scene->space);
}

static int code_of(const char *line) {
    struct json json = peer_json(line);
    const cJSON *code = node_at(&json, "/error/code");
    int value = cJSON_IsNumber(code) ? (int)code->valuedouble : 0;
    json_release(&json);
    return value;
}

static size_t stat_of(struct peer *peer, const char *key) {
    struct json json = peer_json(peer_ask(peer, CALL("stats")));
    size_t value = json_get_unsigned(node_at(&json, "/result"), key);
    json_release(&json);
    return value;
}

/* --- requests that are refused --- */

Test(socket, every_request_gets_its_answer_or_its_error) {
    static const struct {
        const char *request;
        int code; /* 0: an answer */
        const char *part;
    } rows[] = {
        {CALL("ping"), 0, "\"id\":1,\"result\":\"pong\""},
        {"{\"jsonrpc\":\"2.0\",\"id\":\"a \\u00e9 \\\" b\",\"method\":\"ping\"}", 0, "\"id\":\"a \\u00e9 \\\" b\""},
        {"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", 0, "\"id\":null,\"result\":\"pong\""},
        {"{\"jsonrpc\":\"2.0\",\"id\":-1.50e3,\"method\":\"ping\"}", 0, "\"id\":-1.50e3,"},
        {" { \"method\" : \"ping\" , \"id\" : 7 , \"jsonrpc\" : \"2.0\" } \r", 0, "\"id\":7,\"result\":\"pong\""},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{}}", 0, "\"kind\":\"status\""},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"protocol\":2}}", 0, "\"code\":0"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"next\",\"params\":{\"version\":\"" BATCHD_VERSION "\"}}", 0,
         "\"code\":0"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"why\",\"params\":{\"id\":\"9.9\"}}", 0, "\"code\":3"},
        {CALL("hello"), 0, "\"protocol\":2"},
        {CALL("stats"), 0, "\"plans\":1"},
        {CALL("unsubscribe"), 0, "\"result\":{}"},
        {CALL("reload"), 0, "\"code\":0"},
        {CALL("nonsense"), RPC_METHOD_NOT_FOUND, "there is no such method"},
        {CALL(""), RPC_METHOD_NOT_FOUND, NULL},
        {CALL("Ping"), RPC_METHOD_NOT_FOUND, NULL},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"levl\":1}}", RPC_INVALID_PARAMS,
         "\\\"levl\\\""},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"level\":-1}}", RPC_INVALID_PARAMS, "level"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"level\":1,\"ids\":[\"1.1\"]}}",
         RPC_INVALID_PARAMS, "exclude each other"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"ids\":[\"../x\"]}}", RPC_INVALID_PARAMS,
         "ids"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"dry_run\":\"yes\"}}", RPC_INVALID_PARAMS,
         "dry_run"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"kind\":\"other\"}}", RPC_INVALID_PARAMS,
         "kind"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"undo\",\"params\":{\"batch\":1.5}}", RPC_INVALID_PARAMS, "batch"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"undo\",\"params\":{\"lock_timeout_ms\":90000000}}",
         RPC_INVALID_PARAMS, "lock_timeout_ms"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":[]}", RPC_INVALID_PARAMS, "object"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"root\":\"1:2\"}}", RPC_OTHER_ROOT, NULL},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"protocol\":1}}", RPC_OTHER_PROTOCOL, "not 1"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"protocol\":1,\"version\":\"0.1.0\",\"here\":\"X\"}}",
         RPC_OTHER_PROTOCOL, "this is batchd " BATCHD_VERSION ", which speaks protocol 2, not 1"},
        {FORM("ping", "text"), RPC_OTHER_FORM, "no such"},
        {FORM("hello", "json"), RPC_OTHER_FORM, "no such"},
        {FORM("status", "svg"), RPC_OTHER_FORM, "no such"},
        {FORM("status", "nonsense"), RPC_INVALID_PARAMS, "no such"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"columns\":-1}}", RPC_INVALID_PARAMS,
         "columns"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"version\":\"0.0.9\"}}", RPC_OTHER_PROTOCOL,
         "no other version"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"version\":\"0.0.9\",\"root\":\"1:2\"}}",
         RPC_OTHER_ROOT, NULL},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"events\":[\"nonsense\"]}}",
         RPC_INVALID_PARAMS, "does not exist"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"events\":\"resync\"}}",
         RPC_INVALID_PARAMS, "array"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":1.5}}", RPC_INVALID_PARAMS,
         "since"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{\"since\":\"1\"}}", RPC_INVALID_PARAMS,
         "since"},
        {"{\"id\":1,\"method\":\"ping\"}", RPC_INVALID_REQUEST, "jsonrpc"},
        {"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", RPC_INVALID_REQUEST, "jsonrpc"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1}", RPC_INVALID_REQUEST, "method"},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", RPC_INVALID_REQUEST, "method"},
        {"{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}", RPC_INVALID_REQUEST, "id"},
        {"{\"jsonrpc\":\"2.0\",\"\\u0069d\":1,\"method\":\"ping\"}", RPC_INVALID_REQUEST, "escapes"},
        {"[" CALL("ping") "]", RPC_INVALID_REQUEST, "one a line"},
        {"7", RPC_INVALID_REQUEST, "object"},
    };
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *line = peer_ask(&peer, "%s", rows[i].request);
        cr_assert(line, "%s: closed", rows[i].request);
        cr_expect(!rows[i].part || has(line, rows[i].part), "%s: %s", rows[i].request, line);
        cr_expect_eq(code_of(line), rows[i].code, "%s: %s", rows[i].request, line);
    }
    cr_expect_str_eq(peer_ask(&peer, CALL("ping")), PONG("1")); /* the connection has lived through it all */
    peer_close(&peer);
    scene_end(&scene);
}

/* How many bytes follow the line, which are read. */
static size_t read_reply(struct peer *peer, const char *line, struct buffer *text) {
    struct json json = peer_json(line);
    size_t length = json_get_unsigned(node_at(&json, "/result"), "stdout");
    json_release(&json);
    while (text->length < length)
        buffer_append_format(text, "%s\n", peer_line(peer));
    return length;
}

/* The line announces bytes; the next line begins behind them, whether the reply is new, known, or made on a thread. */
Test(socket, a_reply_in_a_form_is_a_line_and_its_bytes) {
    static const char *const requests[] = {FORM("next", "text"), FORM("graph", "dot"), FORM("history", "text"),
                                           FORM("status", "json")};
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    for (size_t i = 0; i < 2 * sizeof requests / sizeof *requests; i++) {
        struct buffer text = {0};
        const char *line = peer_ask(&peer, "%s", requests[i / 2]);
        cr_expect(has(line, "\"served_by\":\"daemon\"") && has(line, "\"stderr\":0"), "%s", line);
        size_t length = read_reply(&peer, line, &text);
        cr_expect(length > 0 && text.length == length, "%s: %zu, not %zu", requests[i / 2], text.length, length);
        cr_expect_str_eq(peer_ask(&peer, CALL("ping")), PONG("1"));
        buffer_release(&text);
    }
    peer_close(&peer);
    scene_end(&scene);
}

/* It is made on a thread, and known the next time. */
Test(socket, a_large_answer_is_made_once) {
    enum { ACHIEVEMENTS = 1000 };
    struct space space = space_new_alone();
    struct buffer plan = {0}, first = {0}, again = {0};
    for (int i = 0; i < ACHIEVEMENTS; i++)
        buffer_append_format(&plan, "%s%d.1", i ? "; " : "", i);
    space_plan(&space, "X", plan.data);
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket);
    size_t jobs = stat_of(&peer, "jobs");
    size_t length = read_reply(&peer, peer_ask(&peer, FORM("status", "text")), &first);
    cr_expect_eq(stat_of(&peer, "jobs"), jobs + 1);
    size_t hits = stat_of(&peer, "memo_hits");
    cr_expect_eq(read_reply(&peer, peer_ask(&peer, FORM("status", "text")), &again), length);
    cr_expect_eq(stat_of(&peer, "memo_hits"), hits + 1);
    cr_expect_str_eq(again.data, first.data);
    space_subplan(&space, "X", "0.1");
    buffer_clear(&again);
    read_reply(&peer, peer_ask(&peer, FORM("status", "text")), &again);
    cr_expect_str_neq(again.data, first.data);
    peer_close(&peer);
    daemon_stop(&daemon);
    buffer_release(&plan);
    buffer_release(&first);
    buffer_release(&again);
    space_end(&space);
}

/* What is no JSON gets one error, and the connection is closed. */
Test(socket, a_line_that_cannot_be_read_ends_the_connection) {
    char deep[200], bytes[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xC3(ing\"}";
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    const char *const lines[] = {"",     "{",     "nonsense",   bytes, deep, "{\"a\":1,\"a\":2}", CALL("ping") "x",
                                 "\x01", "{} {}", "\"\\u0000\""};
    struct scene scene = scene_new();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct peer peer = peer_connect(scene.daemon.socket);
        const char *line = peer_ask(&peer, "%s\n%s", lines[i], CALL("ping"));
        cr_assert(line, "%s", lines[i]);
        cr_expect_eq(code_of(line), RPC_PARSE_ERROR, "%s: %s", lines[i], line);
        cr_expect(has(line, "\"id\":null"), "%s: %s", lines[i], line);
        cr_expect(peer_is_closed(&peer), "%s", lines[i]);
        peer_close(&peer);
    }
    scene_end(&scene);
}

Test(socket, a_line_is_one_mebibyte_at_most) {
    static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"",
                      tail[] = "\"}}";
    struct scene scene = scene_new();
    char *line = memory_allocate(RPC_LINE_BYTES_MOST + 2, 1);
    for (size_t length = RPC_LINE_BYTES_MOST; length <= RPC_LINE_BYTES_MOST + 1; length++)
        for (int has_end = 0; has_end < 2; has_end++) {
            struct peer peer = peer_connect(scene.daemon.socket);
            memset(line, 'x', length);
            memcpy(line, head, strlen(head));
            memcpy(line + length - strlen(tail), tail, strlen(tail));
            peer_send_bytes(&peer, line, length);
            if (length == RPC_LINE_BYTES_MOST || has_end)
                peer_send(&peer, "\n");
            const char *answer = peer_line(&peer);
            if (length == RPC_LINE_BYTES_MOST) {
                cr_expect_str_eq(answer, PONG("1"));
            } else {
                cr_expect_eq(code_of(answer), RPC_INVALID_REQUEST, "%s", answer);
                cr_expect(peer_is_closed(&peer));
            }
            peer_close(&peer);
        }
    memory_free(line);
    scene_end(&scene);
}

/* --- order --- */

Test(socket, notifications_are_never_answered) {
    static const char *const notifications[] = {
        "{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"nonsense\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"status\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"status\",\"params\":{\"x\":1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":{\"root\":\"1:2\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"create\",\"params\":{\"kind\":\"subplan\",\"dry_run\":true}}",
    };
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    for (size_t i = 0; i < sizeof notifications / sizeof *notifications; i++) {
        peer_send(&peer, notifications[i]);
        cr_expect_str_eq(peer_ask(&peer, "\n%s", CALL("ping")), PONG("1"), "%s", notifications[i]);
    }
    peer_close(&peer);
    scene_end(&scene);
}

Test(socket, requests_sent_at_once_are_answered_in_order) {
    enum { REQUESTS = 2000 };
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    struct buffer text = {0};
    for (int i = 0; i < REQUESTS; i++) /* jobs of the thread pool in between */
        buffer_append_format(&text, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\"%s}\n", i,
                             i % 50 == 0  ? "create"
                             : i % 3 == 0 ? "status"
                                          : "ping",
                             i % 50 == 0 ? ",\"params\":{\"kind\":\"subplan\",\"dry_run\":true}" : "");
    size_t half = text.length / 2 + 7; /* a line in two parts */
    cr_assert(peer_send_bytes(&peer, text.data, half));
    cr_assert(peer_send_bytes(&peer, text.data + half, text.length - half));
    for (int i = 0; i < REQUESTS; i++) {
        char start[60];
        const char *line = peer_line(&peer);
        snprintf(start, sizeof start, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":", i);
        cr_assert(line && strncmp(line, start, strlen(start)) == 0, "%d: %s", i, line);
    }
    buffer_release(&text);
    peer_close(&peer);
    scene_end(&scene);
}

/* "printf ... | nc -U": the end of what is sent comes before the answer. */
Test(socket, whoever_sends_no_more_still_gets_the_answers) {
    static const char *const last[] = {
        CALL("status"), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"kind\":\"subplan\","
                        "\"dry_run\":true}}"};
    struct scene scene = scene_new();
    for (size_t i = 0; i < 2; i++)
        for (int is_subscriber = 0; is_subscriber < 2; is_subscriber++) {
            struct peer peer = peer_connect(scene.daemon.socket);
            if (is_subscriber)
                peer_send(&peer, CALL("subscribe") "\n");
            peer_send(&peer, CALL("ping") "\n");
            peer_send(&peer, last[i]);
            peer_send(&peer, "\nhalf a line that is never finished");
            cr_assert_eq(shutdown(peer.descriptor, SHUT_WR), 0);
            cr_expect(!is_subscriber || has(peer_line(&peer), "\"seq\":"));
            cr_expect_str_eq(peer_line(&peer), PONG("1"));
            const char *line = peer_line(&peer);
            cr_expect(has(line, "\"ok\":true"), "%zu: %s", i, line);
            cr_expect(peer_is_closed(&peer));
            peer_close(&peer);
        }
    scene_end(&scene);
}

/* --- hello and stats --- */

Test(socket, hello_names_the_root_the_instance_and_the_limits) {
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    struct json json = peer_json(peer_ask(&peer, CALL("hello")));
    struct stat status;
    char root[60];
    cr_assert_eq(stat(scene.space.root, &status), 0);
    snprintf(root, sizeof root, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    expect_text(&json, "/result/root", root);
    expect_text(&json, "/result/path", scene.space.root);
    expect_text(&json, "/result/version", BATCHD_VERSION);
    cr_expect_eq(strlen(text_at(&json, "/result/instance")), 16);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/result"), "process"), (size_t)scene.daemon.child);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/result/limits"), "line_bytes"), 1048576);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/result/limits"), "connections"), 512);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/result/limits"), "connections_a_process"), 64);
    json_release(&json);
    peer_close(&peer);
    scene_end(&scene);
}

/* An answer reflects every change that was finished before it was asked for; what did not change is not read again. */
Test(socket, what_is_written_is_in_the_next_answer) {
    enum { ROUNDS = 200 };
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    for (int i = 0; i < ROUNDS; i++) {
        if (i % 2)
            space_remove(&scene.space, "X/subplans/SUBPLAN_X_11.md");
        else
            space_subplan(&scene.space, "X", "1.1");
        const char *line =
            peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"show\",\"params\":{\"id\":\"1.1\"}}");
        cr_assert_eq(has(line, "\"subplan\":\"missing\""), i % 2, "%d: %s", i, line);
    }
    size_t hits = stat_of(&peer, "memo_hits"), loaded = stat_of(&peer, "plans_loaded");
    peer_ask(&peer, CALL("status"));
    peer_ask(&peer, CALL("status"));
    cr_expect_eq(stat_of(&peer, "memo_hits"), hits + 1);
    cr_expect_eq(stat_of(&peer, "plans_loaded"), loaded);
    cr_expect_geq(stat_of(&peer, "requests"), (size_t)ROUNDS);
    peer_close(&peer);
    scene_end(&scene);
}

/* --- events --- */

#define SUBSCRIBE(members) "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"subscribe\",\"params\":{" members "}}"

static size_t last_event(const char *line) {
    struct json json = peer_json(line);
    cr_expect_eq(strlen(text_at(&json, "/result/instance")), 16, "%s", line);
    size_t seq = json_get_unsigned(node_at(&json, "/result"), "seq");
    json_release(&json);
    return seq;
}

/* The next event; its number is returned. */
static size_t expect_event(struct peer *peer, const char *type, const char *achievement) {
    struct json json = peer_json(peer_line(peer));
    expect_text(&json, "/method", "event");
    expect_text(&json, "/params/type", type);
    if (achievement)
        expect_text(&json, "/params/achievement", achievement);
    size_t seq = json_get_unsigned(node_at(&json, "/params"), "seq");
    json_release(&json);
    return seq;
}

Test(socket, subscribers_are_told_from_where_they_want_to_know) {
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket), other = peer_connect(scene.daemon.socket);
    size_t first = last_event(peer_ask(&peer, SUBSCRIBE("")));
    cr_expect_eq(first, 1); /* the resync of the start */
    space_subplan(&scene.space, "X", "1.1");
    cr_expect_eq(expect_event(&peer, "subplan.created", "1.1"), 2);
    cr_expect_eq(expect_event(&peer, "subplan.completed", "1.1"), 3);
    cr_expect_eq(expect_event(&peer, "level.subplans_complete", NULL), 4);
    /* what is asked in between is answered */
    cr_expect_str_eq(peer_ask(&peer, CALL("ping")), PONG("1"));
    /* from an earlier one on */
    cr_expect_eq(last_event(peer_ask(&other, SUBSCRIBE("\"since\":2"))), 4);
    cr_expect_eq(expect_event(&other, "subplan.completed", "1.1"), 3);
    cr_expect_eq(expect_event(&other, "level.subplans_complete", NULL), 4);
    /* from the beginning; only some types */
    peer_ask(&other, SUBSCRIBE("\"since\":0,\"events\":[\"level.subplans_complete\"]"));
    cr_expect_eq(expect_event(&other, "resync", NULL), 1);
    cr_expect_eq(expect_event(&other, "level.subplans_complete", NULL), 4);
    /* of another instance, or from the future: such a client does not know the state */
    peer_ask(&other, SUBSCRIBE("\"since\":2,\"instance\":\"0000000000000000\""));
    cr_expect_eq(expect_event(&other, "resync", NULL), 4);
    peer_ask(&other, SUBSCRIBE("\"since\":99"));
    cr_expect_eq(expect_event(&other, "resync", NULL), 4);
    /* no more */
    peer_ask(&other, CALL("unsubscribe"));
    space_remove(&scene.space, "X/subplans/SUBPLAN_X_11.md");
    cr_expect_eq(expect_event(&peer, "subplan.removed", "1.1"), 5);
    cr_expect_str_eq(peer_ask(&other, CALL("ping")), PONG("1"));
    cr_expect_eq(stat_of(&other, "subscriptions"), 1);
    peer_close(&peer);
    peer_close(&other);
    scene_end(&scene);
}

/* --- who may come, and how many --- */

Test(socket, another_user_is_turned_away_before_a_byte_is_read) {
    if (geteuid() != 0)
        cr_skip_test("only root can become another user");
    struct scene scene = scene_new();
    struct peer peer = peer_connect(scene.daemon.socket);
    size_t requests = stat_of(&peer, "requests"), refused = stat_of(&peer, "connections_refused");
    char *folder = space_run(&scene.space, "batchd"), *above = space_run(&scene.space, "");
    cr_assert_eq(chmod(above, 0711) | chmod(folder, 0711) | chmod(scene.daemon.socket, 0666), 0);
    pid_t child = fork();
    if (child == 0) { /* no Criterion here */
        struct peer stranger;
        char byte;
        alarm(20);
        if (setresuid(65534, 65534, 65534) || !peer_try_connect(&stranger, scene.daemon.socket))
            _exit(2);
        send(stranger.descriptor, CALL("shutdown") "\n", strlen(CALL("shutdown") "\n"), MSG_NOSIGNAL);
        _exit(recv(stranger.descriptor, &byte, 1, 0) > 0 ? 1 : 0);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect_eq(status, 0, "%d", WEXITSTATUS(status));
    cr_expect_eq(stat_of(&peer, "connections_refused"), refused + 1);
    cr_expect_eq(stat_of(&peer, "requests"), requests + 3); /* all ours */
    memory_free(folder);
    memory_free(above);
    peer_close(&peer);
    scene_end(&scene);
}

/* Opens @count connections and reports whether all of them are served; then stays until it is killed. */
static pid_t hold_connections(const char *socket, int count, int ready) {
    pid_t child = fork();
    if (child)
        return child;
    alarm(60);
    for (int i = 0; i < count; i++) {
        struct peer peer;
        char part[200];
        if (!peer_try_connect(&peer, socket) ||
            write(peer.descriptor, CALL("ping") "\n", strlen(CALL("ping")) + 1) < 0 ||
            read(peer.descriptor, part, sizeof part) < 0 || !strstr(part, "pong"))
            _exit(1);
    }
    if (write(ready, "", 1) != 1)
        _exit(1);
    pause();
    _exit(0);
}

static bool is_served(const char *socket) {
    struct peer peer = peer_connect(socket);
    const char *line = peer_ask(&peer, CALL("ping"));
    bool is_busy = line && code_of(line) == RPC_BUSY;
    cr_expect(is_busy || (line && strcmp(line, PONG("1")) == 0), "%s", line);
    if (is_busy)
        cr_expect(peer_is_closed(&peer));
    peer_close(&peer);
    return !is_busy;
}

Test(socket, so_many_connections_a_process_and_in_all) {
    enum { A_PROCESS = 64, PROCESSES = 8 };
    struct scene scene = scene_new();
    struct peer peers[A_PROCESS];
    for (int i = 0; i < A_PROCESS; i++) {
        peers[i] = peer_connect(scene.daemon.socket);
        cr_assert_str_eq(peer_ask(&peers[i], CALL("ping")), PONG("1"), "%d", i);
    }
    cr_expect_not(is_served(scene.daemon.socket));
    cr_expect_str_eq(peer_ask(&peers[0], CALL("ping")), PONG("1")); /* the others are none the worse */
    for (int i = 0; i < A_PROCESS; i++)
        peer_close(&peers[i]);
    while (!is_served(scene.daemon.socket)) /* it notices all the ends in its own time */
        ;
    int ready[2];
    char byte;
    pid_t children[PROCESSES];
    cr_assert_eq(pipe(ready), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = hold_connections(scene.daemon.socket, i ? A_PROCESS : A_PROCESS - 1, ready[1]);
        cr_assert_eq(read(ready[0], &byte, 1), 1);
    }
    struct peer last; /* the 512th */
    for (;; peer_close(&last)) {
        last = peer_connect(scene.daemon.socket);
        const char *line = peer_ask(&last, CALL("ping"));
        if (line && strcmp(line, PONG("1")) == 0)
            break;
    }
    cr_expect_not(is_served(scene.daemon.socket));
    for (int i = 0; i < PROCESSES; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    while (!is_served(scene.daemon.socket))
        ;
    peer_close(&last);
    scene_end(&scene);
}

/* --- large answers --- */

/* Plans whose status has several MiB. */
static void make_large(const struct space *space, int plans, int achievements) {
    struct buffer graph = {0};
    for (int i = 0; i < achievements; i++)
        buffer_append_format(&graph, "%d.1;", i + 1);
    for (int i = 0; i < plans; i++) {
        char name[20];
        snprintf(name, sizeof name, "LARGE%d", i);
        space_plan(space, name, graph.data);
    }
    buffer_release(&graph);
}

/* Of all plans, and not their summary. */
#define STATUS "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"verbose\":true}}"

Test(socket, answers_of_many_megabytes_are_sent_as_they_are_read_within_one_budget) {
    enum { PEERS = 20, BUDGET = 16 << 20 };
    struct space space = space_new_alone();
    make_large(&space, 6, 2500);
    struct daemon daemon = daemon_start(&space);
    struct peer peers[PEERS], quick = peer_connect(daemon.socket);
    size_t size = strlen(peer_ask(&quick, STATUS)), served = 0;
    cr_expect_gt(size, (size_t)2 << 20, "%zu", size);
    for (int i = 0; i < PEERS; i++) {
        peers[i] = peer_connect(daemon.socket);
        cr_assert(peer_send(&peers[i], STATUS "\n"));
        cr_expect_str_eq(peer_ask(&quick, CALL("ping")), PONG("1")); /* what is small is always answered */
    }
    const char *line = peer_ask(&quick, STATUS);
    cr_expect_eq(code_of(line), RPC_BUSY, "%.100s", line);
    for (int i = 0; i < PEERS; i++) {
        line = peer_line(&peers[i]);
        bool is_whole = strlen(line) == size;
        cr_expect(is_whole || code_of(line) == RPC_BUSY, "%d: %.100s", i, line);
        served += is_whole;
        peer_close(&peers[i]);
    }
    cr_expect(served >= 2 && (served - 2) * size < BUDGET, "%zu answers of %zu bytes", served, size);
    line = peer_ask(&quick, STATUS);
    cr_expect_eq(strlen(line), size);
    peer_close(&quick);
    daemon_stop(&daemon);
    space_end(&space);
}

/* A peer that never reads holds up neither the others nor the end. */
Test(socket, who_does_not_read_does_not_keep_the_daemon_from_stopping) {
    struct space space = space_new_alone();
    make_large(&space, 6, 2500);
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket), other = peer_connect(daemon.socket);
    cr_assert(peer_send(&peer, CALL("status") "\n"));
    cr_expect_str_eq(peer_ask(&other, CALL("ping")), PONG("1"));
    cr_expect_str_eq(peer_ask(&other, CALL("shutdown")), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
    cr_expect_eq(daemon_wait(&daemon), 0);
    daemon_end(&daemon);
    peer_close(&peer);
    peer_close(&other);
    space_end(&space);
}
