/*
 * Hostile and slow peers, many at once: memory stays bounded, and other clients do not wait.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"
#include "wire/rpc.h"

TestSuite(load, .timeout = 280);

#define CALL(method) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\"}"
#define PONG         "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"pong\"}"

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- hostile peers; in children, so no Criterion --- */

enum { KINDS = 7 };

/* What the peer of a kind sends, over and over. */
static struct buffer text_of(int kind) {
    struct buffer text = {0};
    switch (kind) {
    case 0: /* a flood of small requests, whose answers are never read */
        while (text.length < 60000)
            buffer_append_string(&text, CALL("stats") "\n");
        break;
    case 1: /* one that asks for large answers and reads nothing */
        for (int i = 0; i < 50; i++)
            buffer_append_string(&text, CALL("status") "\n");
        break;
    case 2: /* part of a line, as long as permitted */
        while (text.length < RPC_LINE_BYTES_MOST - 10)
            buffer_append_string(&text, "xxxxxxxxxx");
        break;
    case 3: /* a line that is too long */
        while (text.length < RPC_LINE_BYTES_MOST + 1000)
            buffer_append_string(&text, "xxxxxxxxxx");
        break;
    case 4: /* as many values as a line can have */
        buffer_append_string(&text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":[1");
        while (text.length < RPC_LINE_BYTES_MOST - 10)
            buffer_append_string(&text, ",1");
        buffer_append_string(&text, "]}}\n");
        break;
    case 5: /* work for the thread pool, with as many ids as a line can have */
        buffer_append_string(
            &text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"plan\":\"X\",\"dry_run\":true,"
                   "\"content\":true,\"ids\":[\"1.1\"");
        while (text.length < RPC_LINE_BYTES_MOST - 20)
            buffer_append_string(&text, ",\"1.1\"");
        buffer_append_string(&text, "]}}\n");
        break;
    default: /* no request at all */
        while (text.length < 200000)
            buffer_append_string(&text, "\x80\xFF{[\"\n");
        break;
    }
    return text;
}

/* Opens @count connections of all kinds and sends for @passes rounds whatever is taken; what is closed is opened again.
 */
static void be_hostile(const char *socket, int count, int passes, int done) {
    struct buffer texts[KINDS];
    struct peer *peers = memory_allocate((size_t)count, sizeof *peers);
    size_t *sent = memory_allocate((size_t)count, sizeof *sent);
    for (int kind = 0; kind < KINDS; kind++)
        texts[kind] = text_of(kind);
    for (int i = 0; i < count; i++)
        peers[i].descriptor = -1;
    for (int pass = 0; pass < passes; pass++)
        for (int i = 0; i < count; i++) {
            const struct buffer *text = &texts[i % KINDS];
            if (peers[i].descriptor < 0 && !peer_try_connect(&peers[i], socket))
                continue;
            sent[i] %= text->length;
            ssize_t got =
                send(peers[i].descriptor, text->data + sent[i], text->length - sent[i], MSG_DONTWAIT | MSG_NOSIGNAL);
            sent[i] += got > 0 ? (size_t)got : 0;
            if (got < 0 && errno != EAGAIN) {
                close(peers[i].descriptor);
                peers[i].descriptor = -1;
                sent[i] = 0;
            }
        }
    if (write(done, "", 1) != 1)
        _exit(1);
    pause();
    _exit(0);
}

static void make_plans(const struct space *space) {
    struct buffer graph = {0};
    for (int i = 0; i < 1000; i++)
        buffer_append_format(&graph, "%d.1;", i + 1); /* ids whose digits differ */
    space_plan(space, "X", graph.data);
    space_plan(space, "Y", graph.data);
    buffer_release(&graph);
}

/* P11: 1,000 of them, in 20 processes of 50. */
Test(load, memory_is_bounded_whatever_a_thousand_peers_do) {
    enum { PROCESSES = 20, CONNECTIONS = 50, PASSES = 400, KIB_MOST = 64 << 10 };
    struct space space = space_new_alone();
    make_plans(&space);
    struct daemon daemon = daemon_start(&space);
    unsigned long before = daemon_peak_kib(&daemon);
    pid_t children[PROCESSES];
    int done[2];
    cr_assert_eq(pipe(done), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            alarm(120);
            be_hostile(daemon.socket, CONNECTIONS, PASSES, done[1]);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        char byte;
        cr_assert_eq(read(done[0], &byte, 1), 1);
    }
    unsigned long peak = daemon_peak_kib(&daemon);
    for (int i = 0; i < PROCESSES; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    const char *line = NULL;
    struct peer peer;
    for (bool is_served = false; !is_served; peer_close(&peer)) {
        peer = peer_connect(daemon.socket);
        line = peer_ask(&peer, CALL("stats"));
        is_served = has(line, "\"result\"");
        if (is_served)
            fprintf(stderr, "%.1500s\n", line);
    }
    fprintf(stderr, "resident memory: %lu KiB before, %lu KiB at its highest\n", before, peak);
    if (!IS_SANITIZED) /* which takes a multiple */
        cr_expect_leq(peak, (unsigned long)KIB_MOST, "%lu KiB", peak);
    daemon_stop(&daemon);
    space_end(&space);
}

/* Requests that wait for a thread are kept, with everything they name; answers of all of them are large. */
Test(load, memory_is_bounded_whatever_waits_for_the_thread_pool) {
    enum { CONNECTIONS = 55, THREADS = 6, ROUNDS = 3, KIB_MOST = 64 << 10 };
    struct space space = space_new_alone();
    make_plans(&space);
    for (int i = 0; i < 200; i++) {
        char id[12];
        snprintf(id, sizeof id, "%d.1", i + 1);
        space_subplan(&space, "X", id);
    }
    struct daemon daemon = daemon_start(&space);
    struct buffer long_line = text_of(5);
    struct peer peers[CONNECTIONS], waiting[THREADS];
    char *state = memory_allocate(strlen(space.root) + 20, 1);
    space_make_folder(&space, ".batchd");
    sprintf(state, "%s/.batchd", space.root);
    int lock = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    for (int i = 0; i < THREADS; i++) { /* as many as may wait for the lock */
        waiting[i] = peer_connect(daemon.socket);
        peer_send(&waiting[i], "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"plan\":\"X\","
                               "\"ids\":[\"1.1\"],\"lock_timeout_ms\":60000}}\n");
    }
    size_t refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CONNECTIONS; i++) {
            peers[i] = peer_connect(daemon.socket);
            if (round == 0)
                peer_send_bytes(&peers[i], long_line.data, long_line.length);
            else
                peer_send(&peers[i], "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"create\",\"params\":{\"plan\":\"X\","
                                     "\"dry_run\":true,\"content\":true}}\n");
        }
        if (round == 0)
            close(lock);
        for (int i = 0; i < CONNECTIONS; i++) {
            const char *line = peer_line(&peers[i]);
            cr_expect(has(line, "\"id\":1,") || has(line, "\"id\":null,"), "%d: %.200s", i, line);
            if (has(line, "\"error\"") && !refused++)
                fprintf(stderr, "%.200s\n", line);
            peer_close(&peers[i]);
        }
    }
    unsigned long peak = daemon_peak_kib(&daemon);
    fprintf(stderr, "resident memory: %lu KiB at its highest, %zu requests refused\n", peak, refused);
    if (!IS_SANITIZED) /* which takes a multiple */
        cr_expect_leq(peak, (unsigned long)KIB_MOST, "%lu KiB", peak);
    for (int i = 0; i < THREADS; i++) {
        const char *line = peer_line(&waiting[i]);
        cr_expect(has(line, "\"ok\":true"), "%.200s", line);
        peer_close(&waiting[i]);
    }
    memory_free(state);
    buffer_release(&long_line);
    daemon_stop(&daemon);
    space_end(&space);
}

/* --- subscribers that are stopped --- */

/* Subscribes, stops itself, and once it goes on reads until it receives that it has missed something. */
static pid_t begin_laggard(const char *socket, int ready) {
    pid_t child = fork();
    if (child)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(120);
    struct peer peer;
    static char part[1 << 16];
    size_t kept = 0;
    if (!peer_try_connect(&peer, socket) || !peer_send(&peer, CALL("subscribe") "\n") ||
        read(peer.descriptor, part, sizeof part) <= 0 || write(ready, "", 1) != 1)
        _exit(1);
    raise(SIGSTOP);
    for (ssize_t got; (got = read(peer.descriptor, part + kept, sizeof part - kept - 1)) > 0;) {
        part[kept + (size_t)got] = '\0';
        if (strstr(part, "\"type\":\"resync\""))
            _exit(0);
        size_t length = kept + (size_t)got;
        kept = length < 40 ? length : 40; /* the word may come in two parts */
        memmove(part, part + length - kept, kept);
    }
    _exit(2);
}

static int compare_times(const void *a, const void *b) {
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return one < other ? -1 : one > other;
}

/* Reads until an event of the type says @id; counts them. */
static size_t read_until(struct peer *peer, const char *type, const char *id) {
    size_t count = 0;
    char end[60];
    snprintf(end, sizeof end, "\"achievement\":\"%s\"", id);
    for (;; count++) {
        const char *line = peer_line(peer);
        cr_assert(line, "closed");
        cr_expect_not(has(line, "\"type\":\"resync\""), "the one who reads has missed something: %s", line);
        if (has(line, type) && has(line, end))
            return count;
    }
}

/*
 * Changes every SUBPLAN, asking in between; how long 99 % of the answers took at most. @reader, if there is one,
 * receives the events before so many are waiting that the oldest are dropped; their number is added to @events.
 */
static int64_t make_noise(const struct space *space, struct peer *peer, bool is_there, struct peer *reader,
                          size_t *events) {
    enum { CHANGES = 1000, READ_AFTER = 250 };
    static int64_t times[CHANGES];
    for (int i = 0; i < CHANGES; i++) {
        char id[12], path[60];
        snprintf(id, sizeof id, "%d.1", i + 1);
        snprintf(path, sizeof path, "X/subplans/SUBPLAN_X_%d1.md", i + 1);
        if (is_there)
            space_subplan(space, "X", id);
        else
            space_remove(space, path);
        int64_t start_us = now_us();
        cr_assert_str_eq(peer_ask(peer, CALL("ping")), PONG);
        times[i] = now_us() - start_us;
        if (reader && (i + 1) % READ_AFTER == 0)
            *events +=
                read_until(reader, is_there ? "\"type\":\"subplan.created\"" : "\"type\":\"subplan.removed\"", id);
    }
    qsort(times, CHANGES, sizeof *times, compare_times);
    return times[CHANGES * 99 / 100];
}

Test(load, stopped_subscribers_harm_nobody_and_are_told_what_they_missed) {
    enum { LAGGARDS = 50, ROUNDS = 3 };
    if (IS_SANITIZED)
        cr_skip_test("it measures time, and sanitizers multiply it");
    struct space space = space_new_alone();
    make_plans(&space);
    struct daemon daemon = daemon_start(&space);
    struct peer peer = peer_connect(daemon.socket), reader = peer_connect(daemon.socket);
    int64_t alone_us = make_noise(&space, &peer, true, NULL, NULL);
    alone_us = make_noise(&space, &peer, false, NULL, NULL) + alone_us;
    pid_t children[LAGGARDS];
    int ready[2];
    char byte;
    cr_assert_eq(pipe(ready), 0);
    for (int i = 0; i < LAGGARDS; i++) {
        children[i] = begin_laggard(daemon.socket, ready[1]);
        cr_assert_eq(read(ready[0], &byte, 1), 1);
    }
    peer_ask(&reader, CALL("subscribe"));
    int64_t among_us = 0;
    size_t events = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t times = make_noise(&space, &peer, true, &reader, &events);
        times += make_noise(&space, &peer, false, &reader, &events);
        among_us = i == 0 || times < among_us ? times : among_us;
    }
    fprintf(stderr, "99 %% of answers within %ld us alone, %ld us with %d stopped subscribers; %zu events\n",
            (long)alone_us / 2, (long)among_us / 2, LAGGARDS, events);
    cr_expect_leq(among_us, alone_us * 2 + 2000);
    cr_expect_gt(events, 4096, "%zu", events);
    for (int i = 0; i < LAGGARDS; i++) {
        int status;
        kill(children[i], SIGCONT);
        cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
        /* it receives a resync, or is cut off because it took nothing for half a minute */
        cr_expect(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2), "laggard %d: %d", i,
                  status);
    }
    cr_expect_leq(daemon_peak_kib(&daemon), 64ul << 10);
    peer_close(&peer);
    peer_close(&reader);
    daemon_stop(&daemon);
    space_end(&space);
}
