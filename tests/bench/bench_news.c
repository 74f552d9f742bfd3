/* F3: from close(2) to the line at a subscriber. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "meter.h"
#include "support.h"

enum { SMALL, LARGE, VERY_LARGE, PLANS };

struct watched {
    struct rpc_client *events;
    const char *plan; /* whose SUBPLAN is saved */
    int number;
};

struct watchman {
    struct peer peer;
    char file[KEEPER_PATH];
};

/* Written in place and closed at once; the clock starts before close. */
static double save(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    must(file >= 0 && write(file, text, strlen(text)) > 0, path);
    double start = meter_now_us();
    close(file);
    return start;
}

static bool is_about(const cJSON *event, const char *type, const char *plan) {
    return strcmp(json_get_string(event, "type"), type) == 0 && strcmp(json_get_string(event, "plan"), plan) == 0;
}

static double notify_ours(void *data) {
    static const char draft[] = "# SUBPLAN\n\n## Objective\n\n"; /* the rest stays: blanks cover it */
    struct watched *watched = data;
    struct json json;
    const cJSON *event;
    char text[1024], path[KEEPER_PATH], *whole = plan_files_subplan("1.1");
    bool is_complete = watched->number++ % 2;
    snprintf(text, sizeof text, "%-600s", is_complete ? whole : draft);
    memory_free(whole);
    snprintf(path, sizeof path, "%s/subplans/SUBPLAN_%s_11.md", watched->plan, watched->plan);
    poll(NULL, 0, 5); /* what came of the last save is over by then */
    while (events_next(watched->events, 0, &json, &event))
        json_release(&json);
    double start = save(path, text);
    for (bool is_it = false; !is_it; json_release(&json)) {
        must(events_next(watched->events, KEEPER_DEADLINE_MS, &json, &event), "no event came");
        is_it = is_about(event, is_complete ? "subplan.completed" : "subplan.reopened", watched->plan);
    }
    return meter_now_us() - start;
}

static double notify_watchman(void *data) {
    struct watchman *watchman = data;
    poll(NULL, 0, 5);
    while (peer_wait(watchman->peer.descriptor, POLLIN, 0))
        peer_line(&watchman->peer);
    char *text = plan_files_subplan("1.1");
    double start = save(watchman->file, text);
    memory_free(text);
    while (!strstr(peer_line(&watchman->peer), "other.md"))
        ;
    return meter_now_us() - start;
}

/* Over a tree that our daemon does not watch. */
static pid_t start_watchman(const struct keeper *keeper, struct watchman *watchman) {
    static char options[4][KEEPER_PATH], tree[KEEPER_PATH], path[2 * KEEPER_PATH];
    static const char *const names[] = {"sockname", "statefile", "logfile", "pidfile"};
    const char *words[] = {"/usr/bin/watchman", "--foreground", "--no-save-state", options[0],
                           options[1],          options[2],     options[3],        NULL};
    snprintf(path, sizeof path, "%s/w", keeper->base);
    must(mkdir(path, 0700) == 0, path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        snprintf(options[i], KEEPER_PATH, "--%s=%s/w/%s", names[i], keeper->base, names[i]);
    snprintf(tree, sizeof tree, "%s/watched", keeper->base);
    snprintf(path, sizeof path, "%s/.watchmanconfig", tree);
    tree_write(path, "{\"settle\": 0}\n");
    snprintf(watchman->file, KEEPER_PATH, "%.400s/other.md", tree);
    pid_t process = bench_start(keeper, words);
    snprintf(path, sizeof path, "%s/w/sockname", keeper->base);
    watchman->peer = bench_connect(path);
    peer_ask(&watchman->peer, "[\"watch\",\"%s\"]", tree);
    peer_ask(&watchman->peer, "[\"subscribe\",\"%s\",\"s\",{\"fields\":[\"name\"]}]", tree);
    return process;
}

/* --- the least: another thread gets the event from the kernel, and writes a line to a socket --- */

struct relay {
    int watch, in, out;
    char file[KEEPER_PATH];
};

static void *relay_events(void *data) {
    const struct relay *relay = data;
    _Alignas(struct inotify_event) char events[4096];
    while (read(relay->watch, events, sizeof events) > 0 && write(relay->in, "line\n", 5) == 5)
        ;
    return NULL;
}

static double notify_by_relay(void *data) {
    const struct relay *relay = data;
    char line[16];
    poll(NULL, 0, 5);
    double start = save(relay->file, "text\n");
    must(read(relay->out, line, sizeof line) > 0, "read");
    return meter_now_us() - start;
}

/* Ends with the process: its thread waits for events. */
static void start_relay(const struct keeper *keeper, struct relay *relay) {
    int ends[2];
    pthread_t thread;
    snprintf(relay->file, KEEPER_PATH, "%s/relayed", keeper->base);
    must(mkdir(relay->file, 0700) == 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "relay");
    relay->watch = inotify_init1(IN_CLOEXEC);
    must(inotify_add_watch(relay->watch, relay->file, IN_CLOSE_WRITE) >= 0, relay->file);
    snprintf(relay->file, KEEPER_PATH, "%s/relayed/file", keeper->base);
    relay->in = ends[0];
    relay->out = ends[1];
    must(pthread_create(&thread, NULL, relay_events, relay) == 0 && pthread_detach(thread) == 0, "thread");
}

static void print_parts(const struct keeper *keeper, struct watched *watched, size_t pairs) {
    static struct relay relay;
    start_relay(keeper, &relay);
    struct medians all = meter_pairs(notify_ours, watched, notify_by_relay, &relay, pairs);
    const struct part parts[] = {{"the kernel's event in another thread, and a line over a socket", all.second},
                                 {"read the document, compare, write the event", all.first - all.second}};
    meter_print_parts("F3 where the time goes", parts, sizeof parts / sizeof *parts);
}

static void compare_sizes(struct watched *watched, size_t rounds) {
    meter_compare("F3 the same in a plan of 1,000; in one of 24", notify_ours, &watched[LARGE], notify_ours,
                  &watched[SMALL], rounds, (struct target){1.3, 1.1});
    meter_compare("F3 the same in a plan of 10,000; in one of 24", notify_ours, &watched[VERY_LARGE], notify_ours,
                  &watched[SMALL], rounds, (struct target){2, 1.1});
}

void bench_news(const struct bench *bench) {
    struct keeper keeper;
    struct rpc_client events;
    struct watchman watchman;
    struct watched watched[PLANS] = {{&events, "X", 0}, {&events, "Y", 0}, {&events, "Z", 0}};
    keeper_init(&keeper, bench->daemon, bench->client);
    bench_put_plan("X", IDS);
    bench_put_plan("Y", 1000);
    bench_put_plan("Z", 10000);
    keeper_start(&keeper, bench_at_once);
    keeper_connect(&keeper, &events);
    events_begin(&events);
    if (access("/usr/bin/watchman", X_OK)) {
        printf("*** SKIPPED: F3: watchman is not installed ***\n");
    } else {
        pid_t process = start_watchman(&keeper, &watchman);
        meter_compare("F3 close(2) to a line at a subscriber, settle 0; Watchman's", notify_ours, &watched[SMALL],
                      notify_watchman, &watchman, bench->rounds, (struct target){0.7, 0.45});
        bench_stop(process);
        peer_close(&watchman.peer);
    }
    print_parts(&keeper, &watched[SMALL], bench->rounds);
    compare_sizes(watched, bench->rounds / 4);
    rpc_client_release(&events);
    keeper_end(&keeper);
}
