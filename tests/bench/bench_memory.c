/* F5, F9, F10: the start, memory, rest. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "meter.h"
#include "support.h"

enum { PLANS = 100, FILES = 200, READERS = 16, SMALL_PLANS = 1000 }; /* FILES in each plan */

/* --- reading the files, the least that a start needs --- */

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

static double scan(void *data) {
    size_t *files = data;
    *files = 0;
    double start = meter_now_us();
    read_everything(".", files);
    return meter_now_us() - start;
}

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

/* From the daemon's start to the first answer. */
static double start_daemon(void *data) {
    struct keeper *keeper = data;
    struct rpc_client channel;
    double start = meter_now_us();
    keeper_start(keeper, bench_at_once);
    keeper_connect(keeper, &channel);
    bench_ask(&channel, "next", "P0", NULL);
    double took = meter_now_us() - start;
    rpc_client_release(&channel);
    keeper_stop(keeper);
    return took;
}

static double start_daemon_cold(void *data) {
    forget_disk();
    return start_daemon(data);
}

/* --- figures of a process --- */

static long status_number(pid_t process, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    char *text = tree_read(path);
    must(text, path);
    const char *place = strstr(text, name);
    long number = place ? strtol(place + strlen(name), NULL, 10) : 0;
    memory_free(text);
    return number;
}

static long anonymous_kib(pid_t process) {
    return status_number(process, "RssAnon:");
}

static long echo_kib(const struct bench *bench, const struct keeper *keeper) {
    char *socket = space_run(&keeper->space, "echo");
    const char *const words[] = {bench->echo, socket, NULL};
    pid_t echo = bench_start(keeper, words);
    struct peer peer = bench_connect(socket);
    peer_close(&peer);
    long kib = anonymous_kib(echo);
    bench_stop(echo);
    memory_free(socket);
    return kib;
}

/* The daemon without plans; returns its anonymous KiB. */
static long measure_empty(const struct bench *bench, struct keeper *keeper) {
    enum { REST_MS = 60000 };
    keeper_start(keeper, bench_at_once);
    long empty = anonymous_kib(keeper->daemon.child);
    long before = status_number(keeper->daemon.child, "\nvoluntary_ctxt_switches:");
    poll(NULL, 0, REST_MS);
    double wakes = (double)(status_number(keeper->daemon.child, "\nvoluntary_ctxt_switches:") - before);
    keeper_stop(keeper);
    long least = echo_kib(bench, keeper);
    meter_print("F10 wake-ups at rest, in 60 s", wakes, "", (struct target){1, 1});
    meter_print("F9 anonymous memory of a daemon without plans; an echo", (double)empty / (double)least, "x",
                (struct target){2, 2});
    printf("    %ld KiB, against %ld KiB\n", empty, least);
    return empty;
}

static void measure_full(struct keeper *keeper, const char *what, long empty, double most) {
    struct rpc_client channel;
    size_t files = 0;
    read_everything(".", &files);
    keeper_start(keeper, bench_at_once);
    keeper_connect(keeper, &channel);
    bench_ask(&channel, "next", "P1", NULL);
    long full = anonymous_kib(keeper->daemon.child);
    meter_print(what, (double)(full - empty) * 1024 / (double)files, "bytes", (struct target){most, 256});
    printf("    %zu files in %.0f watched folders, %ld KiB\n", files, keeper_stat(&channel, "watches"), full);
    rpc_client_release(&channel);
    keeper_stop(keeper);
}

static void put_plans(int plans, int ids, bool has_tasks) {
    char name[16], path[KEEPER_PATH];
    for (int plan = 0; plan < plans; plan++) {
        snprintf(name, sizeof name, "P%d", plan);
        bench_put_plan(name, ids);
        for (int i = 1; i <= ids && has_tasks; i++) {
            snprintf(path, sizeof path, "%s/execution/EXECUTION_TASK_%s_1%d_01.md", name, name, i);
            tree_write(path, "# EXECUTION_TASK\n");
        }
    }
}

void bench_memory(const struct bench *bench) {
    struct keeper keeper;
    size_t files = 0;
    keeper_init(&keeper, bench->daemon, bench->client);
    long empty = measure_empty(bench, &keeper);
    put_plans(PLANS, FILES / 2, true);
    meter_compare("F5 from the start to an answer, 20,000 files, warm; reading them", start_daemon, &keeper, scan,
                  &files, 7, (struct target){1.2, 1.0});
    if (geteuid() == 0)
        meter_compare("F5 the same, nothing of it in memory; 16 readers", start_daemon_cold, &keeper, scan_cold, NULL,
                      5, (struct target){1.2, 1.0});
    else
        printf("*** SKIPPED: F5 cold: only root can empty the kernel's memory of files ***\n");
    measure_full(&keeper, "F9 anonymous memory a file, 100 plans of 200 files", empty, 300);
    keeper_end(&keeper);

    keeper_init(&keeper, bench->daemon, bench->client);
    put_plans(SMALL_PLANS, IDS, false);
    measure_full(&keeper, "F9 anonymous memory a file, 1,000 plans of 24", empty, 350);
    keeper_end(&keeper);
}
