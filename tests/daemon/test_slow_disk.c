/*
 * A slow disk: a large plan is read on another thread, which waits as long as the test likes. Meanwhile other plans are
 * answered about, and everything that may happen to the plan happens.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "daemon.h"
#include "plan_files.h"
#include "tree.h"

TestSuite(slow_disk, .timeout = 120);

enum { MANY = 300 }; /* achievements: a large plan */

/* A daemon with a small plan X and a large one Z, on a disk that can be stopped. */
struct bench {
    struct space space;
    struct daemon daemon;
    struct peer peer, other;
    char *gate;
    int gate_file; /* locked while the disk is stopped */
};

static void begin(struct bench *bench, const char *variable) {
    struct buffer slow = {0};
    bench->space = space_new_alone();
    char *folder = space_path(&bench->space, "Z");
    space_plan(&bench->space, "X", "1.1; 2.1: 1.1");
    plan_files_write_many(folder, 1, MANY);
    memory_free(folder);
    bench->gate = space_run(&bench->space, "gate");
    tree_write(bench->gate, "");
    bench->gate_file = open(bench->gate, O_RDWR | O_CLOEXEC);
    buffer_append_format(&slow, "PRELOAD_SLOW=%s", bench->gate);
    const struct daemon_setting setting = {.variables = {"LD_PRELOAD=" PRELOAD_PATH, slow.data, variable}};
    cr_assert(daemon_start_under(&bench->daemon, &bench->space, &setting));
    bench->peer = peer_connect(bench->daemon.socket);
    bench->other = peer_connect(bench->daemon.socket);
    buffer_release(&slow);
}

static void end(struct bench *bench) {
    close(bench->gate_file);
    memory_free(bench->gate);
    peer_close(&bench->peer);
    peer_close(&bench->other);
    daemon_end(&bench->daemon);
    space_end(&bench->space);
}

static void remove_z(const struct bench *bench) {
    char *folder = space_path(&bench->space, "Z");
    cr_assert(tree_remove(folder));
    memory_free(folder);
}

static void stop_disk(const struct bench *bench) {
    cr_assert_eq(flock(bench->gate_file, LOCK_EX), 0);
}

static void start_disk(const struct bench *bench) {
    cr_assert_eq(flock(bench->gate_file, LOCK_UN), 0);
}

/* The plan must be read as a whole, which has begun when this returns. */
static void change_whole(struct bench *bench) {
    space_remove(&bench->space, "Z/subplans");
    space_make_folder(&bench->space, "Z/subplans");
    peer_ask(&bench->other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"next\",\"params\":{\"plan\":\"X\"}}");
}

static void ask_for_z(const struct bench *bench) {
    peer_send(&bench->peer,
              "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"show\",\"params\":{\"plan\":\"Z\",\"id\":\"1.1\"}}\n");
}

/* Other plans are answered about, and the request about Z is not yet. */
static void expect_others_served(struct bench *bench) {
    for (int i = 0; i < 3; i++) {
        space_subplan(&bench->space, "X", i % 2 ? "2.1" : "1.1");
        const char *line =
            peer_ask(&bench->other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"plan\":\"X\"}}");
        cr_expect(has(line, "\"result\""), "%s", line);
    }
    cr_expect_not(peer_wait(bench->peer.descriptor, POLLIN, 0));
}

Test(slow_disk, others_are_served_and_the_answer_has_what_changed_meanwhile) {
    struct bench bench;
    begin(&bench, NULL);
    stop_disk(&bench);
    change_whole(&bench);
    space_subplan(&bench.space, "Z", "1.1");
    ask_for_z(&bench);
    expect_others_served(&bench);
    start_disk(&bench);
    const char *line = peer_line(&bench.peer);
    cr_expect(has(line, "SUBPLAN_Z_11.md"), "%s", line);
    daemon_stop(&bench.daemon);
    end(&bench);
}

Test(slow_disk, the_plan_goes_while_it_is_read) {
    struct bench bench;
    begin(&bench, NULL);
    stop_disk(&bench);
    change_whole(&bench);
    remove_z(&bench);
    ask_for_z(&bench); /* it is gone, which is known without a reading */
    const char *line = peer_line(&bench.peer);
    cr_expect(has(line, "\"code\":3"), "%s", line);
    start_disk(&bench);
    daemon_stop(&bench.daemon);
    end(&bench);
}

Test(slow_disk, a_large_plan_that_is_new_is_read_elsewhere) {
    struct bench bench;
    begin(&bench, NULL);
    char *folder = space_path(&bench.space, "ready/Z");
    struct peer reader = peer_connect(bench.daemon.socket);
    peer_ask(&reader, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{}}");
    stop_disk(&bench);
    remove_z(&bench);
    plan_files_write_many(folder, 1, MANY);
    ask_for_z(&bench);
    expect_others_served(&bench);
    const char *line = peer_ask(&bench.other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stats\"}");
    cr_expect(has(line, "\"plans\":2,\"plans_invalid\":0,\"achievements\":2"), "%s", line);
    start_disk(&bench);
    line = peer_line(&bench.peer);
    cr_expect(has(line, "\"id\":\"1.1\""), "%s", line);
    while (!has(line = peer_line(&reader), "plan.added"))
        ;
    cr_expect(has(line, "\"path\":\"ready/Z\""), "%s", line);
    peer_close(&reader);
    memory_free(folder);
    daemon_stop(&bench.daemon);
    end(&bench);
}

Test(slow_disk, a_stop_waits_for_the_reading) {
    struct bench bench;
    begin(&bench, NULL);
    stop_disk(&bench);
    change_whole(&bench);
    ask_for_z(&bench);
    cr_assert_eq(kill(bench.daemon.child, SIGTERM), 0);
    memory_free(daemon_notice(&bench.daemon, "STOPPING=1"));
    start_disk(&bench);
    cr_expect_eq(daemon_wait(&bench.daemon), 0);
    end(&bench);
}

static size_t stat_of(struct bench *bench, const char *name) {
    struct buffer pointer = {0};
    struct json answer = peer_json(peer_ask(&bench->other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stats\"}"));
    buffer_append_format(&pointer, "/result/%s", name);
    size_t value = (size_t)node_at(&answer, pointer.data)->valuedouble;
    buffer_release(&pointer);
    json_release(&answer);
    return value;
}

Test(slow_disk, others_are_served_during_an_audit) {
    struct bench bench;
    begin(&bench, "BATCHD_AUDIT_INTERVAL=10ms");
    stop_disk(&bench);
    size_t audits = stat_of(&bench, "audits");
    while (stat_of(&bench, "audits") < audits + 4) /* of Z among them */
        ;
    space_subplan(&bench.space, "Z", "1.1");
    ask_for_z(&bench);
    expect_others_served(&bench);
    start_disk(&bench);
    const char *line = peer_line(&bench.peer);
    cr_expect(has(line, "SUBPLAN_Z_11.md"), "%s", line);
    cr_expect_eq(stat_of(&bench, "audit_differences"), 0);
    daemon_stop(&bench.daemon);
    end(&bench);
}
