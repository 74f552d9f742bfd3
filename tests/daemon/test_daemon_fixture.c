/*
 * The fixture itself: a daemon is started, reached by batchctl, asked over its socket, stopped and killed.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "daemon.h"

TestSuite(daemon_fixture, .timeout = 60);

static void expect_served_by(const struct space *space, const char *who) {
    struct outcome outcome = run(space, "status --json");
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/meta/served_by", who);
    cr_expect_str_eq(outcome.err, "");
    json_release(&json);
    outcome_end(&outcome);
}

Test(daemon_fixture, batchctl_reaches_the_daemon_of_its_space_and_no_other) {
    struct space space = space_new_alone(), other = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_plan(&other, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    expect_served_by(&space, "daemon");
    expect_served_by(&other, "direct");
    struct peer peer = peer_connect(daemon.socket);
    const char *line = peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
    cr_expect_str_eq(line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"pong\"}");
    peer_close(&peer);
    daemon_stop(&daemon);
    expect_served_by(&space, "direct");
    daemon = daemon_start(&space);
    expect_served_by(&space, "daemon");
    daemon_kill(&daemon);
    expect_served_by(&space, "direct");
    space_end(&space);
    space_end(&other);
}
