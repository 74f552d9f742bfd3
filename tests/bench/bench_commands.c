/*
 * bench_commands DAEMON CLIENT ONESHOT ECHO [PAIRS]: what a command costs from its start to its end, through the daemon
 * and without, against the least that a program could cost which asks a daemon.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "keeper.h"
#include "meter.h"
#include "process.h"

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

static void start_echo(const char *program, const char *socket_name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, socket_name, strlen(socket_name));
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(program, program, socket_name, (char *)NULL);
        _exit(99);
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (double end = now_ms_exact() + KEEPER_DEADLINE_MS; now_ms_exact() < end;)
        if (connect(probe, (const struct sockaddr *)&address, sizeof address) == 0)
            break;
    close(probe);
}

/* A plan of 24 achievements, of usual size. */
static void put_usual_plan(const char *folder) {
    struct buffer graph = {0};
    char id[16];
    for (int i = 1; i <= 24; i++)
        buffer_append_format(&graph, "%s1.%d", i > 1 ? "; " : "", i);
    plan_files_write(folder, graph.data);
    for (int i = 1; i <= 24; i++) {
        snprintf(id, sizeof id, "1.%d", i);
        plan_files_write_subplan(folder, id);
        char *mark = plan_files_path(folder, "execution/feedbacks/APPROVED_#.md", id);
        if (i <= 8)
            tree_write(mark, "yes\n");
        memory_free(mark);
    }
    buffer_release(&graph);
}

/* That of the commands is the space's alone. */
static void set_environment(const struct keeper *keeper) {
    struct environment environment;
    space_fill_environment(&keeper->space, &environment);
    environment_add(&environment, "LC_ALL=C.UTF-8");
    clearenv();
    for (size_t i = 0; i < environment.count; i++)
        putenv(environment.variables[i]); /* which are kept */
}

int main(int count, char **words) {
    static const char *const variables[] = {"BATCHD_LOG_LEVEL=error", NULL};
    if (count < 5)
        return 99;
    size_t pairs = count > 5 ? strtoul(words[5], NULL, 10) : 200;
    struct keeper keeper;
    char socket_name[KEEPER_PATH], *one_shot = realpath(words[3], NULL), *echo = realpath(words[4], NULL);
    must(one_shot && echo, "the baseline programs");
    keeper_init(&keeper, words[1], words[2]);
    put_usual_plan("X");
    keeper_start(&keeper, variables);
    snprintf(socket_name, sizeof socket_name, "%s/echo", keeper.base);
    start_echo(echo, socket_name);
    set_environment(&keeper);
    struct command least = {{one_shot, socket_name}};
    const struct {
        const char *what;
        struct command command;
        struct target target;
    } rows[] = {
        {"F1 batchctl status, through the daemon", {{keeper.client, "status"}}, {1.05, 0.5}},
        {"F1 batchctl next, through the daemon", {{keeper.client, "next"}}, {1.05, 0.5}},
        {"F1 batchctl status --json, through the daemon", {{keeper.client, "status", "--json"}}, {1.05, 0.5}},
        {"F1 batchctl -C ROOT next, through the daemon", {{keeper.client, "-C", keeper.space.root, "next"}}, {0, 0}},
        {"F2 batchctl status, without a daemon", {{keeper.client, "--no-daemon", "status"}}, {2, 1.5}},
        {"F2 batchctl next, without a daemon", {{keeper.client, "--no-daemon", "next"}}, {2, 1.5}},
        {"F1 batchctl version", {{keeper.client, "version"}}, {0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command command = rows[i].command;
        meter_compare(rows[i].what, run_command, &command, run_command, &least, pairs, rows[i].target);
    }
    keeper_end(&keeper);
    return 0;
}
