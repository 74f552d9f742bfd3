/* F8: requests on open connections. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "meter.h"
#include "support.h"

enum { CROWD = 50, BUSY_ANSWERS_MOST = 100000 };
static const char next_of_x[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"next\",\"params\":{\"plan\":\"X\"}}\n";

/* Sends a line, and takes as many bytes for a reply. */
struct exchange {
    int descriptor;
    const char *message;
    size_t reply_bytes;
};

static void send_message(const struct exchange *exchange) {
    size_t length = strlen(exchange->message);
    must(write(exchange->descriptor, exchange->message, length) == (ssize_t)length, "write");
}

static void take_reply(const struct exchange *exchange) {
    static char part[65536];
    for (size_t taken = 0; taken < exchange->reply_bytes;) {
        ssize_t got = read(exchange->descriptor, part, sizeof part);
        must(got > 0, "read");
        taken += (size_t)got;
    }
}

static double round_trips(void *data) {
    enum { TRIPS = 200 };
    double start = meter_now_us();
    for (int i = 0; i < TRIPS; i++) {
        send_message(data);
        take_reply(data);
    }
    return (meter_now_us() - start) / TRIPS;
}

/* All send, then all are read: microseconds a request. */
static double crowd_round(void *data) {
    enum { TRIPS = 20 };
    const struct exchange *crowd = data;
    double start = meter_now_us();
    for (int trip = 0; trip < TRIPS; trip++) {
        for (int i = 0; i < CROWD; i++)
            send_message(&crowd[i]);
        for (int i = 0; i < CROWD; i++)
            take_reply(&crowd[i]);
    }
    return (meter_now_us() - start) / (TRIPS * CROWD);
}

static void pin(pid_t process) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    sched_setaffinity(process, sizeof set, &set);
}

static void unpin(pid_t process) {
    cpu_set_t set;
    memset(&set, 0xFF, sizeof set);
    sched_setaffinity(process, sizeof set, &set);
}

static void compare_crowds(const struct keeper *keeper, const char *echo, const struct exchange *ours,
                           const struct exchange *theirs, size_t pairs) {
    struct exchange our_crowd[CROWD], their_crowd[CROWD];
    for (int i = 0; i < CROWD; i++) {
        our_crowd[i] = *ours;
        their_crowd[i] = *theirs;
        our_crowd[i].descriptor = bench_connect(keeper->daemon.socket).descriptor;
        their_crowd[i].descriptor = bench_connect(echo).descriptor;
    }
    meter_compare("F8 50 clients, time a request; an echo", crowd_round, our_crowd, crowd_round, their_crowd, pairs,
                  (struct target){1.3, 1.1});
    for (int i = 0; i < CROWD; i++) {
        close(our_crowd[i].descriptor);
        close(their_crowd[i].descriptor);
    }
}

static void compare_with_echo(const struct bench *bench, const struct keeper *keeper) {
    static char padded[65536];
    char *socket = space_run(&keeper->space, "echo");
    const char *const words[] = {bench->echo, socket, NULL};
    pid_t echo = bench_start(keeper, words);
    struct peer ours = bench_connect(keeper->daemon.socket), theirs = bench_connect(socket);
    peer_send(&ours, next_of_x);
    size_t reply_bytes = strlen(peer_line(&ours)) + 1;
    must(reply_bytes < sizeof padded, "a long reply");
    memset(padded, 'x', reply_bytes); /* what comes back is as long from both; the daemon is sent less */
    struct exchange our_exchange = {ours.descriptor, next_of_x, reply_bytes};
    struct exchange their_exchange = {theirs.descriptor, padded, reply_bytes};
    pin(0);
    pin(keeper->daemon.child);
    pin(echo);
    meter_compare("F8 a request that is known, on an open connection; an echo", round_trips, &our_exchange, round_trips,
                  &their_exchange, bench->rounds / 4, (struct target){1.2, 1.1});
    compare_crowds(keeper, socket, &our_exchange, &their_exchange, bench->rounds / 4);
    unpin(0);
    unpin(keeper->daemon.child);
    bench_stop(echo);
    peer_close(&ours);
    peer_close(&theirs);
    memory_free(socket);
}

/* --- the longest wait --- */

/* Answers about X as long as @is_busy says so. */
static void measure_wait(const char *what, struct rpc_client *channel, bool (*is_busy)(void *), void *data) {
    double longest = 0, *times = memory_allocate(BUSY_ANSWERS_MOST, sizeof *times);
    size_t count = 0;
    while (is_busy(data) && count < BUSY_ANSWERS_MOST) {
        double start = meter_now_us();
        bench_ask(channel, "next", "X", NULL);
        times[count] = meter_now_us() - start;
        longest = times[count] > longest ? times[count] : longest;
        count++;
    }
    must(count > 0, what);
    meter_print(what, longest / 1000, "ms", (struct target){5, 0});
    printf("    %zu answers, median %.0f us\n", count, meter_median(times, count));
    memory_free(times);
}

static bool is_running(void *data) {
    int status = 0;
    bool is_over = waitpid(*(pid_t *)data, &status, WNOHANG) != 0;
    must(!is_over || status == 0, "create");
    return !is_over;
}

struct asker {
    const char *socket;
    atomic_bool is_over;
};

/* Another client, which asks for a large answer that is new each time. */
static void *ask_for_all(void *data) {
    enum { TIMES = 20 };
    struct asker *asker = data;
    struct peer peer = bench_connect(asker->socket);
    for (int i = 0; i < TIMES; i++) {
        bench_put_subplan("Z", 1 + i);
        peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"params\":{\"plan\":\"Z\"}}");
    }
    peer_close(&peer);
    asker->is_over = true;
    return NULL;
}

static bool is_asking(void *data) {
    return !((struct asker *)data)->is_over;
}

void bench_requests(const struct bench *bench) {
    static const char *const create[] = {"create", "Y", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel;
    pthread_t thread;
    keeper_init(&keeper, bench->daemon, bench->client);
    bench_put_plan("X", IDS);
    bench_put_plan("Y", 1000);
    bench_put_plan("Z", 10000);
    keeper_start(&keeper, bench_late);
    compare_with_echo(bench, &keeper);
    keeper_connect(&keeper, &channel);
    struct asker asker = {.socket = keeper.daemon.socket};
    must(pthread_create(&thread, NULL, ask_for_all, &asker) == 0, "pthread_create");
    measure_wait("F8 longest answer while another client asks for status of 10,000", &channel, is_asking, &asker);
    pthread_join(thread, NULL);
    pid_t child = keeper_run(&keeper, create);
    measure_wait("F8 longest answer while a batch of 1,000 is made", &channel, is_running, &child);
    rpc_client_release(&channel);
    keeper_end(&keeper);
}
