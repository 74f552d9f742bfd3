/*
 * daemon/connection: a peer that is idle, sends part of a line or does not read is cut off in time. The real connection
 * on a real loop; only the clock that it is checked against is ours.
 */
#include "net/connection.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"
#include "net/listener.h"

TestSuite(connection, .timeout = 60);

enum { READ_TIMEOUT_MS = 10000, WRITE_TIMEOUT_MS = 30000, IDLE_TIMEOUT_MS = 60000, LARGE_BYTES = 8 << 20 };

struct bench {
    struct space space;
    uv_loop_t loop;
    struct listener listener;
    struct peer peer;
    bool wants_large, is_held, has_subscribed;
    unsigned lines;
};

/* Answers a line, with itself or with something large; or later. */
static void handle(void *data, struct connection *connection, struct span line) {
    struct bench *bench = data;
    struct buffer reply = {0};
    bench->lines++;
    connection->is_subscribed = bench->has_subscribed;
    if (bench->is_held)
        return;
    buffer_append_span(&reply, line);
    if (bench->wants_large) {
        buffer_reserve(&reply, LARGE_BYTES);
        memset(reply.data + reply.length, 'x', LARGE_BYTES - 1);
        reply.length += LARGE_BYTES - 1;
    }
    buffer_append_byte(&reply, '\n');
    connection_reply(connection, &reply);
}

static void ignore(void *data, struct connection *connection) {
    (void)data;
    (void)connection;
}

static void turn(struct bench *bench) {
    for (int i = 0; i < 10; i++)
        uv_run(&bench->loop, UV_RUN_NOWAIT);
}

static struct bench *bench_new(void) {
    struct bench *bench = memory_allocate(1, sizeof *bench);
    struct error error = {0};
    bench->space = space_new_alone();
    char *folder = space_run(&bench->space, ""), *path = space_run(&bench->space, "test.sock");
    uv_loop_init(&bench->loop);
    listener_init(&bench->listener, &bench->loop);
    bench->listener.owner.handle = handle;
    bench->listener.owner.drained = bench->listener.owner.lost = ignore;
    bench->listener.owner.data = bench;
    cr_assert(listener_bind(&bench->listener, path, &error), "%s", error.message);
    bench->peer = peer_connect(path);
    turn(bench);
    cr_assert_eq(bench->listener.count, 1);
    memory_free(folder);
    memory_free(path);
    return bench;
}

static void bench_end(struct bench *bench) {
    listener_close(&bench->listener);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&bench->loop), 0);
    cr_expect_eq(bench->listener.owner.received, 0);
    cr_expect_eq(bench->listener.owner.unsent, 0);
    peer_close(&bench->peer);
    space_end(&bench->space);
    memory_free(bench);
}

/* Is the connection cut off when it is looked at so long after it was heard of last? */
static bool is_cut(struct bench *bench, uint64_t idle_ms) {
    turn(bench);
    if (bench->listener.count == 0)
        return true;
    struct connection *connection = bench->listener.connections;
    connection_check(connection, connection->active_ms + idle_ms);
    turn(bench);
    return bench->listener.count == 0;
}

Test(connection, who_says_nothing_is_cut_off_unless_it_has_subscribed) {
    struct bench *bench = bench_new();
    cr_expect_not(is_cut(bench, IDLE_TIMEOUT_MS));
    cr_expect(is_cut(bench, IDLE_TIMEOUT_MS + 1));
    bench_end(bench);
    bench = bench_new();
    bench->has_subscribed = true;
    peer_send(&bench->peer, "subscribe\n");
    cr_expect_not(is_cut(bench, (uint64_t)IDLE_TIMEOUT_MS * 1000));
    bench_end(bench);
}

Test(connection, half_a_line_has_to_be_finished_also_by_who_sends_it_bit_by_bit) {
    struct bench *bench = bench_new();
    peer_send(&bench->peer, "a");
    cr_expect_not(is_cut(bench, READ_TIMEOUT_MS));
    uint64_t begun_ms = bench->listener.connections->active_ms;
    for (int i = 0; i < 20; i++) {
        uv_update_time(&bench->loop);
        peer_send(&bench->peer, "a");
        turn(bench);
        cr_expect_eq(bench->listener.connections->active_ms, begun_ms, "a byte has bought it time");
    }
    cr_expect(is_cut(bench, READ_TIMEOUT_MS + 1));
    bench_end(bench);
    bench = bench_new(); /* a subscriber's, too */
    bench->has_subscribed = true;
    peer_send(&bench->peer, "subscribe\nhalf");
    cr_expect(is_cut(bench, READ_TIMEOUT_MS + 1));
    bench_end(bench);
}

Test(connection, whoever_waits_for_us_is_never_cut_off) {
    struct bench *bench = bench_new();
    bench->is_held = true;
    peer_send(&bench->peer, "long work\nhalf");
    cr_expect_not(is_cut(bench, (uint64_t)IDLE_TIMEOUT_MS * 1000));
    bench_end(bench);
}

Test(connection, who_does_not_read_is_cut_off_and_who_reads_slowly_is_not) {
    static char part[1 << 20];
    struct bench *bench = bench_new();
    bench->wants_large = true;
    peer_send(&bench->peer, "large\n");
    cr_expect_not(is_cut(bench, WRITE_TIMEOUT_MS));
    cr_expect(is_cut(bench, WRITE_TIMEOUT_MS + 1));
    bench_end(bench);
    bench = bench_new();
    bench->wants_large = true;
    peer_send(&bench->peer, "large\n");
    turn(bench);
    struct connection *connection = bench->listener.connections;
    uint64_t now_ms = connection->active_ms;
    for (size_t total = 0; total < (size_t)LARGE_BYTES / 2;) { /* takes hours for it */
        ssize_t got = recv(bench->peer.descriptor, part, sizeof part, MSG_DONTWAIT);
        cr_assert_gt(got, 0);
        total += (size_t)got;
        turn(bench);
        connection_check(connection, now_ms += WRITE_TIMEOUT_MS);
        cr_assert_not(connection->is_closing, "cut off after %zu bytes", total);
    }
    cr_expect(is_cut(bench, WRITE_TIMEOUT_MS + 1)); /* and then reads no more */
    bench_end(bench);
}
