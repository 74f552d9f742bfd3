/*
 * bench_commands DAEMON CLIENT ONESHOT ECHO [PAIRS]: what a command costs from its start to its end, through the daemon
 * and without, against the least that a program could cost which asks a daemon.
 */
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "meter.h"
#include "process.h"
#include "support.h"

extern char **environ;

struct command {
    const char *words[10];
};

/* From before the process is made until it has ended. */
static double run_command(void *data) {
    const struct command *command = data;
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    double start = meter_now_us();
    must(posix_spawn(&child, command->words[0], &actions, NULL, (char *const *)command->words, environ) == 0, "spawn");
    must(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0, command->words[0]);
    double took = meter_now_us() - start;
    posix_spawn_file_actions_destroy(&actions);
    return took;
}

/* What a program that loads the plan reads, and the dependency file as JSON, its memory from an arena. */
static struct arena json_memory;

static void *take_memory(size_t bytes) {
    return arena_allocate(&json_memory, bytes, 1);
}

static void keep_memory(void *memory) {
    (void)memory;
}

static void read_folder(const char *path, struct buffer *text) {
    char inner[KEEPER_PATH];
    DIR *folder = opendir(path);
    must(folder, path);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        struct stat status;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_type != DT_REG)
            continue;
        int file = open(inner, O_RDONLY | O_CLOEXEC);
        must(file >= 0 && fstat(file, &status) == 0, inner);
        text->length = 0;
        buffer_reserve(text, (size_t)status.st_size);
        must(read(file, text->data, (size_t)status.st_size) == status.st_size, inner);
        close(file);
    }
    closedir(folder);
}

static double load_files(void *data) {
    const char *plan = data;
    struct buffer text = {0};
    char path[KEEPER_PATH];
    double start = meter_now_us();
    snprintf(path, sizeof path, "%s/subplans", plan);
    read_folder(path, &text);
    read_folder(plan, &text);
    snprintf(path, sizeof path, "%s/parallel.json", plan);
    char *json = tree_read(path);
    cJSON_InitHooks(&(cJSON_Hooks){take_memory, keep_memory});
    must(cJSON_Parse(json), path);
    cJSON_InitHooks(NULL);
    double took = meter_now_us() - start;
    arena_release(&json_memory);
    memory_free(json);
    buffer_release(&text);
    return took;
}

/* F13: a plan of 10,000 achievements. */
static void measure_large(const struct keeper *keeper, size_t pairs) {
    struct command status = {{keeper->client, "status", "Z"}}, next = {{keeper->client, "next", "Z"}};
    struct command direct = {{keeper->client, "--no-daemon", "status", "Z"}};
    char plan[] = "Z";
    meter_compare("F13 status of 10,000, through the daemon, unchanged; next", run_command, &status, run_command, &next,
                  pairs, (struct target){2, 1.2});
    struct medians all = meter_compare("F13 status of 10,000, direct; the load of its files", run_command, &direct,
                                       load_files, plan, pairs / 10 + 1, (struct target){2, 1.3});
    struct command version = {{keeper->client, "daemon", "--help"}};
    struct medians start = meter_pairs(run_command, &version, run_command, &version, pairs / 10 + 1);
    const struct part parts[] = {{"start and end of the program", start.first},
                                 {"the files read, the dependency file as JSON", all.second},
                                 {"Markdown, states, comparison, text", all.first - all.second - start.first}};
    meter_print_parts("F13 where the time of direct status goes", parts, sizeof parts / sizeof *parts);
}

/* F1: what the start of the launcher, the exchange, and the rest take. */
static void print_parts_of_next(const struct keeper *keeper, size_t pairs) {
    struct command next = {{keeper->client, "next", "X"}}, version = {{keeper->client, "version"}};
    struct rpc_client channel;
    double *times = memory_allocate(pairs, sizeof *times);
    struct medians all = meter_pairs(run_command, &next, run_command, &version, pairs);
    keeper_connect(keeper, &channel);
    for (size_t i = 0; i < pairs; i++) {
        double start = meter_now_us();
        bench_ask(&channel, "next", "X", NULL);
        times[i] = meter_now_us() - start;
    }
    double exchange = meter_median(times, pairs);
    const struct part parts[] = {{"start and end of the launcher", all.second},
                                 {"one request on an open connection", exchange},
                                 {"search, settings, connection", all.first - all.second - exchange}};
    meter_print_parts("F1 where the time of next goes", parts, sizeof parts / sizeof *parts);
    rpc_client_release(&channel);
    memory_free(times);
}

/* A plan of usual size, a third of it complete. */
static void put_usual_plan(void) {
    char path[KEEPER_PATH];
    bench_put_plan("X", IDS);
    for (int i = 1; i <= IDS / 3; i++) {
        snprintf(path, sizeof path, "X/execution/feedbacks/APPROVED_1%d.md", i);
        tree_write(path, "yes\n");
    }
}

int main(int count, char **words) {
    static const char *const variables[] = {"BATCHD_LOG_LEVEL=error", NULL};
    if (count < 5)
        return FAILURE_STATUS;
    size_t pairs = count > 5 ? strtoul(words[5], NULL, 10) : 200;
    struct keeper keeper;
    struct environment environment;
    char *one_shot = realpath(words[3], NULL), *echo = realpath(words[4], NULL);
    must(one_shot && echo, "the baseline programs");
    keeper_init(&keeper, words[1], words[2]);
    put_usual_plan();
    keeper_start(&keeper, variables);
    char *socket = space_run(&keeper.space, "echo");
    const char *const echo_words[] = {echo, socket, NULL};
    pid_t echo_process = bench_start(&keeper, echo_words);
    struct peer probe = bench_connect(socket);
    space_fill_environment(&keeper.space, &environment);
    environment_add(&environment, "LC_ALL=C.UTF-8");
    environ = environment.variables;
    struct command least = {{one_shot, socket}};
    const struct {
        const char *what;
        struct command command;
        struct target target;
    } rows[] = {
        {"F1 batchctl status, through the daemon", {{keeper.client, "status"}}, {1.05, 0.5}},
        {"F1 batchctl next, through the daemon", {{keeper.client, "next"}}, {1.05, 0.5}},
        {"F1 batchctl show X 1.9, through the daemon", {{keeper.client, "show", "X", "1.9"}}, {1.05, 0.5}},
        {"F1 batchctl status --json, through the daemon", {{keeper.client, "status", "--json"}}, {1.05, 0.5}},
        {"F1 batchctl -C ROOT next, through the daemon",
         {{keeper.client, "-C", keeper.space.root, "next"}},
         {1.05, 0.5}},
        {"F2 batchctl status, without a daemon", {{keeper.client, "--no-daemon", "status"}}, {2, 1.5}},
        {"F2 batchctl next, without a daemon", {{keeper.client, "--no-daemon", "next"}}, {2, 1.5}},
        {"   batchctl version", {{keeper.client, "version"}}, {1.05, 0.5}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command command = rows[i].command;
        meter_compare(rows[i].what, run_command, &command, run_command, &least, pairs, rows[i].target);
    }
    print_parts_of_next(&keeper, pairs);
    bench_put_plan("Z", 10000);
    measure_large(&keeper, pairs);
    bench_stop(echo_process);
    peer_close(&probe);
    keeper_end(&keeper);
    memory_free(socket);
    return 0;
}
