/*
 * bench_daemon DAEMON CLIENT ECHO [ROUNDS]: what the daemon costs, against the least that could be done, or against
 * Watchman where it is installed: news to subscribers, an answer after a saved file, requests on open connections, the
 * start, memory. Times are medians of runs in turns; counters are exact.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "keeper.h"
#include "meter.h"
#include "process.h"

enum { IDS = 24, LINE_BYTES = 1 << 20, CROWD = 50 };

static const char *daemon_path, *client_path, *echo_path;
static size_t rounds = 200;
static const char *const at_once[] = {"BATCHD_SETTLE=0", "BATCHD_LOG_LEVEL=error", NULL};

/* --- sockets --- */

static int connect_to(const char *name) {
    struct peer peer;
    for (double end = now_ms_exact() + KEEPER_DEADLINE_MS; now_ms_exact() < end;)
        if (peer_try_connect(&peer, name))
            return peer.descriptor;
    failure_end("nothing listens on %s", name);
}

static char lines[LINE_BYTES]; /* what read_line has read, of one socket at a time */
static size_t have, taken;

static bool has_line(int peer) {
    struct pollfd place = {.fd = peer, .events = POLLIN};
    return have > taken || poll(&place, 1, 0) == 1;
}

/* A line from a socket whose lines are read one by one. */
static const char *read_line(int peer) {
    memmove(lines, lines + taken, have - taken);
    have -= taken;
    taken = 0;
    for (;;) {
        char *end = memchr(lines, '\n', have);
        if (end) {
            *end = '\0';
            taken = (size_t)(end - lines) + 1;
            return lines;
        }
        struct pollfd place = {.fd = peer, .events = POLLIN};
        must(have < sizeof lines && poll(&place, 1, KEEPER_DEADLINE_MS) == 1, "no line came");
        ssize_t got = read(peer, lines + have, sizeof lines - have);
        must(got > 0, "read");
        have += (size_t)got;
    }
}

static void send_text(int peer, const char *text) {
    must(write(peer, text, strlen(text)) == (ssize_t)strlen(text), "write");
}

/* Starts one of the programs of comparison, a path. */
static pid_t run_program(const struct keeper *keeper, const char *const *words) {
    struct environment environment;
    space_fill_environment(&keeper->space, &environment);
    pid_t child =
        process_begin((char *const *)words, &environment, &(struct process_setting){.deadline_s = KEEPER_LIFE_S});
    environment_release(&environment);
    return child;
}

static void put_subplan(const char *plan, int number) {
    char id[16];
    snprintf(id, sizeof id, "1.%d", number);
    plan_files_write_subplan(plan, id);
}

/* --- F3: close(2) -> a line at a subscriber --- */

struct news {
    struct rpc_client events;    /* of ours */
    int watchman;                /* -1 without */
    char other[KEEPER_PATH * 2]; /* a file in its tree */
    int number;
};

/* Written in place and closed at once; the clock starts before close. What came of the last time is over by then. */
static double save(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    must(file >= 0 && write(file, text, strlen(text)) > 0, path);
    double start = meter_now_us();
    close(file);
    return start;
}

static const char complete[] =
    "# SUBPLAN\n\n## Objective\n\nReach it.\n\n## Approach\n\nDo it.\n\n## Deliverables\n\n- One\n";

static double tell_ours(void *data) {
    static const char draft[] = "# SUBPLAN\n\n## Objective\n\n"; /* the rest stays: blanks cover it */
    struct news *news = data;
    struct json json;
    const cJSON *event;
    char text[256];
    bool is_complete = news->number++ % 2;
    snprintf(text, sizeof text, "%-200s", is_complete ? complete : draft);
    poll(NULL, 0, 5);
    while (events_next(&news->events, 0, &json, &event))
        json_release(&json);
    double start = save("X/subplans/SUBPLAN_X_11.md", text);
    for (bool is_it = false; !is_it; json_release(&json)) {
        must(events_next(&news->events, KEEPER_DEADLINE_MS, &json, &event), "no event came");
        is_it = strcmp(json_get_string(event, "type"), is_complete ? "subplan.completed" : "subplan.reopened") == 0;
    }
    return meter_now_us() - start;
}

static double tell_watchman(void *data) {
    struct news *news = data;
    poll(NULL, 0, 5);
    while (has_line(news->watchman))
        read_line(news->watchman);
    double start = save(news->other, complete);
    while (!strstr(read_line(news->watchman), "other.md"))
        ;
    return meter_now_us() - start;
}

/* In a separate tree: in ours each would slow the other. */
static int start_watchman(const struct keeper *keeper, struct news *news, pid_t *process) {
    static char options[4][KEEPER_PATH], tree[KEEPER_PATH], path[KEEPER_PATH * 2];
    static const char *const names[] = {"sockname", "statefile", "logfile", "pidfile"};
    if (access("/usr/bin/watchman", X_OK))
        return -1;
    snprintf(tree, sizeof tree, "%s/watchman", keeper->base);
    must(mkdir(tree, 0700) == 0, tree);
    for (int i = 0; i < 4; i++)
        snprintf(options[i], KEEPER_PATH, "--%s=%s/watchman/%s", names[i], keeper->base, names[i]);
    snprintf(tree, sizeof tree, "%s/theirs", keeper->base);
    snprintf(path, sizeof path, "%s/X", tree);
    plan_files_write_many(path, 1, IDS);
    snprintf(path, sizeof path, "%s/.watchmanconfig", tree);
    tree_write(path, "{\"settle\": 0}\n");
    snprintf(news->other, sizeof news->other, "%s/X/subplans/other.md", tree);
    const char *words[] = {"/usr/bin/watchman", "--foreground", "--no-save-state", options[0],
                           options[1],          options[2],     options[3],        NULL};
    *process = run_program(keeper, words);
    snprintf(path, sizeof path, "%s/watchman/sockname", keeper->base);
    int peer = connect_to(path);
    snprintf(path, sizeof path, "[\"watch\",\"%s\"]\n", tree);
    send_text(peer, path);
    read_line(peer);
    snprintf(path, sizeof path, "[\"subscribe\",\"%s\",\"s\",{\"fields\":[\"name\"]}]\n", tree);
    send_text(peer, path);
    read_line(peer);
    return peer;
}

static void measure_news(void) {
    struct keeper keeper;
    pid_t process = 0;
    struct news news = {.watchman = -1};
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, IDS);
    put_subplan("X", 1);
    keeper_start(&keeper, at_once);
    keeper_connect(&keeper, &news.events);
    events_begin(&news.events);
    news.watchman = start_watchman(&keeper, &news, &process);
    if (news.watchman < 0)
        printf("*** SKIPPED: F3: watchman is not installed ***\n");
    else
        meter_compare("F3 close(2) to a line at a subscriber, settle 0; Watchman's", tell_ours, &news, tell_watchman,
                      &news, rounds, (struct target){0.7, 0.45});
    if (process) {
        kill(process, SIGKILL);
        waitpid(process, NULL, 0);
        close(news.watchman);
    }
    rpc_client_release(&news.events);
    keeper_end(&keeper);
}

/* --- F7: one saved file among many --- */

static const char *const counters[] = {"documents_read", "folders_listed", "plans_loaded", "plans_updated", "searches"};
enum { COUNTERS = sizeof counters / sizeof *counters };

static void ask(struct rpc_client *channel, const char *method, const char *plan, const char *id) {
    const struct request request = {.method = method, .plan = plan, .id = id};
    struct answer answer;
    must(keeper_ask(channel, &request, &answer), method);
    answer_release(&answer);
}

/* One document of one plan among @plans, each of @ids achievements; then the answer after such a save, in turn. */
static void measure_one_file(int plans, int ids) {
    struct keeper keeper;
    struct rpc_client channel;
    char path[96], name[16];
    double before[COUNTERS];
    double *times = memory_allocate(rounds, sizeof *times);
    keeper_init(&keeper, daemon_path, client_path);
    for (int plan = 0; plan < plans; plan++) {
        snprintf(name, sizeof name, "P%d", plan);
        plan_files_write_many(name, 1, ids);
        for (int i = 1; i <= ids; i++)
            put_subplan(name, i);
    }
    poll(NULL, 0, 60); /* files so young are read again, see core/plan/plan.h */
    keeper_start(&keeper, (const char *const[]){"BATCHD_SETTLE=1h", "BATCHD_LOG_LEVEL=error", NULL});
    keeper_connect(&keeper, &channel);
    ask(&channel, "show", "P0", "1.3");
    for (size_t i = 0; i < COUNTERS; i++)
        before[i] = keeper_stat(&channel, counters[i]);
    put_subplan("P0", 3);
    ask(&channel, "show", "P0", "1.3");
    printf("F7 one saved file of %d in %d plan%s:", plans * ids, plans, plans == 1 ? "" : "s");
    for (size_t i = 0; i < COUNTERS; i++)
        printf(" %s %.0f", counters[i], keeper_stat(&channel, counters[i]) - before[i]);
    printf("\n");
    for (size_t i = 0; i < rounds; i++) {
        int plan = (int)(i % (size_t)plans);
        snprintf(path, sizeof path, "P%d/subplans/SUBPLAN_P%d_13.md", plan, plan);
        tree_write(path, complete);
        snprintf(name, sizeof name, "P%d", plan);
        double start = meter_now_us();
        ask(&channel, "show", name, "1.3");
        times[i] = meter_now_us() - start;
    }
    meter_print("F7 the answer after it", meter_median(times, rounds) / 1000, " ms",
                (struct target){ids > 100 ? 1 : 0.3, 0});
    memory_free(times);
    rpc_client_release(&channel);
    keeper_end(&keeper);
}

/* --- F8: requests on open connections --- */

struct caller {
    int descriptor;
    const char *message;
    size_t reply_bytes;
};

static void exchange(const struct caller *caller) {
    static char part[65536];
    send_text(caller->descriptor, caller->message);
    for (size_t got_bytes = 0; got_bytes < caller->reply_bytes;) {
        ssize_t got = read(caller->descriptor, part, sizeof part);
        must(got > 0, "read");
        got_bytes += (size_t)got;
    }
}

static double round_trips(void *data) {
    enum { TRIPS = 200 };
    double start = meter_now_us();
    for (int i = 0; i < TRIPS; i++)
        exchange(data);
    return (meter_now_us() - start) / TRIPS;
}

struct crowd {
    struct caller callers[CROWD];
};

/* All send, then all are read: microseconds a request. */
static double crowd_round(void *data) {
    enum { TRIPS = 20 };
    static char part[65536];
    const struct crowd *crowd = data;
    double start = meter_now_us();
    for (int trip = 0; trip < TRIPS; trip++) {
        for (int i = 0; i < CROWD; i++)
            send_text(crowd->callers[i].descriptor, crowd->callers[i].message);
        for (int i = 0; i < CROWD; i++)
            for (size_t got_bytes = 0; got_bytes < crowd->callers[i].reply_bytes;) {
                ssize_t got = read(crowd->callers[i].descriptor, part, sizeof part);
                must(got > 0, "read");
                got_bytes += (size_t)got;
            }
    }
    return (meter_now_us() - start) / (TRIPS * CROWD);
}

static void pin(pid_t process) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    sched_setaffinity(process, sizeof set, &set);
}

static void unpin(void) {
    cpu_set_t set;
    memset(&set, 0xFF, sizeof set);
    sched_setaffinity(0, sizeof set, &set);
}

static void measure_requests(void) {
    struct keeper keeper;
    char echo_socket[KEEPER_PATH];
    static char padded[65536];
    const char *request = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"next\",\"params\":{\"plan\":\"X\"}}\n";
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, IDS);
    plan_files_write_many("Y", 1, 1000);
    for (int i = 1; i <= 1000; i++)
        put_subplan("Y", i);
    snprintf(echo_socket, sizeof echo_socket, "%s/echo", keeper.base);
    keeper_start(&keeper, at_once);
    const char *const words[] = {echo_path, echo_socket, NULL};
    pid_t echo = run_program(&keeper, words);
    int ours = connect_to(keeper.daemon.socket), theirs = connect_to(echo_socket);
    send_text(ours, request);
    size_t reply_bytes = strlen(read_line(ours)) + 1;
    memset(padded, 'x', reply_bytes); /* what comes back is as long from both; the daemon is sent less */
    struct caller our_caller = {ours, request, reply_bytes}, their_caller = {theirs, padded, reply_bytes};
    pin(0);
    pin(keeper.daemon.child);
    pin(echo);
    meter_compare("F8 a request that is known, on an open connection; an echo", round_trips, &our_caller, round_trips,
                  &their_caller, rounds / 4, (struct target){1.2, 1.1});
    struct crowd our_crowd, their_crowd;
    for (int i = 0; i < CROWD; i++) {
        our_crowd.callers[i] = (struct caller){connect_to(keeper.daemon.socket), request, reply_bytes};
        their_crowd.callers[i] = (struct caller){connect_to(echo_socket), padded, reply_bytes};
    }
    meter_compare("F8 50 clients, time a request; an echo", crowd_round, &our_crowd, crowd_round, &their_crowd,
                  rounds / 4, (struct target){1.3, 1.1});
    unpin();
    for (int i = 0; i < CROWD; i++) {
        close(our_crowd.callers[i].descriptor);
        close(their_crowd.callers[i].descriptor);
    }

    /* while a batch is made */
    struct rpc_client channel;
    double longest = 0, *times = memory_allocate(100000, sizeof *times);
    size_t count = 0;
    int status = 0;
    keeper_connect(&keeper, &channel);
    pid_t child = keeper_run(&keeper, (const char *const[]){"create", "Y", "--yes", NULL});
    while (waitpid(child, &status, WNOHANG) == 0 && count < 100000) {
        double start = meter_now_us();
        ask(&channel, "next", "X", NULL);
        times[count] = meter_now_us() - start;
        longest = times[count] > longest ? times[count] : longest;
        count++;
    }
    must(status == 0, "create");
    meter_print("F8 while a batch of 1,000 is made: the longest answer", longest / 1000, " ms", (struct target){5, 0});
    meter_print("F8 the median of these answers", meter_median(times, count) / 1000, " ms", (struct target){0});
    memory_free(times);
    rpc_client_release(&channel);
    kill(echo, SIGKILL);
    waitpid(echo, NULL, 0);
    close(ours);
    close(theirs);
    keeper_end(&keeper);
}

/* --- F5, F9: the start, and memory --- */

static void read_everything(const char *path, size_t *files) {
    char part[65536], inner[KEEPER_PATH];
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            read_everything(inner, files);
        if (entry->d_type != DT_REG)
            continue;
        struct stat status;
        int file = open(inner, O_RDONLY | O_CLOEXEC);
        must(fstat(file, &status) == 0, inner);
        while (read(file, part, sizeof part) > 0)
            ;
        close(file);
        ++*files;
    }
    closedir(folder);
}

enum { PLANS = 100, FILES = 200, READERS = 16 }; /* files in each plan */

static atomic_int next_plan;

static void *read_plans(void *data) {
    char name[16];
    size_t files = 0;
    (void)data;
    for (int plan; (plan = next_plan++) < PLANS;) {
        snprintf(name, sizeof name, "P%d", plan);
        read_everything(name, &files);
    }
    return NULL;
}

static void forget_disk(void) {
    int file = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
    sync();
    must(file >= 0 && write(file, "3", 1) == 1, "drop_caches");
    close(file);
}

/* What a disk can do: many readers at a time. */
static double scan_cold(void *data) {
    pthread_t readers[READERS];
    (void)data;
    forget_disk();
    next_plan = 0;
    double start = meter_now_us();
    for (int i = 0; i < READERS; i++)
        pthread_create(&readers[i], NULL, read_plans, NULL);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    return meter_now_us() - start;
}

static double scan(void *data) {
    size_t *files = data;
    *files = 0;
    double start = meter_now_us();
    read_everything(".", files);
    return meter_now_us() - start;
}

/* From the daemon's start to the first answer. */
static double start_daemon(void *data) {
    struct keeper *keeper = data;
    struct rpc_client channel;
    double start = meter_now_us();
    keeper_start(keeper, at_once);
    keeper_connect(keeper, &channel);
    ask(&channel, "next", "P0", NULL);
    double took = meter_now_us() - start;
    rpc_client_release(&channel);
    keeper_stop(keeper);
    return took;
}

static double start_daemon_cold(void *data) {
    forget_disk();
    return start_daemon(data);
}

static long anonymous_kib(pid_t process) {
    char path[64], text[8192];
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = read(file, text, sizeof text - 1);
    close(file);
    text[got > 0 ? got : 0] = '\0';
    const char *place = strstr(text, "RssAnon:");
    return place ? strtol(place + 8, NULL, 10) : 0;
}

static void measure_start(void) {
    struct keeper keeper;
    struct rpc_client channel;
    char name[16], path[KEEPER_PATH];
    size_t files = 0;
    keeper_init(&keeper, daemon_path, client_path);
    keeper_start(&keeper, at_once);
    long empty = anonymous_kib(keeper.daemon.child);
    keeper_stop(&keeper);
    snprintf(path, sizeof path, "%s/echo", keeper.base);
    const char *const words[] = {echo_path, path, NULL};
    pid_t echo = run_program(&keeper, words);
    close(connect_to(path));
    long least = anonymous_kib(echo);
    kill(echo, SIGKILL);
    waitpid(echo, NULL, 0);
    meter_print("F9 anonymous memory of a daemon without plans; an echo", (double)empty / (double)least, " x",
                (struct target){2, 0});
    for (int plan = 0; plan < PLANS; plan++) {
        snprintf(name, sizeof name, "P%d", plan);
        plan_files_write_many(name, 1, FILES / 2);
        for (int i = 1; i <= FILES / 2; i++) {
            put_subplan(name, i);
            snprintf(path, sizeof path, "%s/execution/EXECUTION_TASK_%s_1%d_01.md", name, name, i);
            tree_write(path, complete);
        }
    }
    meter_compare("F5 from the start to an answer, 20,000 files, warm; reading them", start_daemon, &keeper, scan,
                  &files, 7, (struct target){1.2, 1});
    if (geteuid() == 0)
        meter_compare("F5 the same, nothing of it in memory; 16 readers", start_daemon_cold, &keeper, scan_cold, NULL,
                      5, (struct target){1.2, 1});
    else
        printf("*** SKIPPED: F5 cold: only root can empty the kernel's memory of files ***\n");
    keeper_start(&keeper, at_once);
    keeper_connect(&keeper, &channel);
    ask(&channel, "next", "P1", NULL);
    long full = anonymous_kib(keeper.daemon.child);
    meter_print("F9 anonymous memory a watched file, 20,200 files", (double)(full - empty) * 1024 / (double)files,
                " bytes", (struct target){300, 256});
    meter_print("F9 watches in 100 plans", keeper_stat(&channel, "watches"), "", (struct target){401, 0});
    rpc_client_release(&channel);
    keeper_end(&keeper);
}

int main(int count, char **words) {
    if (count < 4)
        return 99;
    daemon_path = realpath(words[1], NULL);
    client_path = realpath(words[2], NULL);
    echo_path = realpath(words[3], NULL);
    rounds = count > 4 ? strtoul(words[4], NULL, 10) : rounds;
    measure_news();
    measure_one_file(100, IDS);
    measure_one_file(1, 1000);
    measure_one_file(1, 10000);
    measure_requests();
    measure_start();
    return 0;
}
