#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "process.h"

const char *const bench_at_once[] = {"BATCHD_SETTLE=0", "BATCHD_LOG_LEVEL=error", NULL};
const char *const bench_late[] = {"BATCHD_SETTLE=1h", "BATCHD_LOG_LEVEL=error", NULL};

void bench_put_subplan(const char *plan, int number) {
    char id[16];
    snprintf(id, sizeof id, "1.%d", number);
    plan_files_write_subplan(plan, id);
}

void bench_put_plan(const char *name, int count) {
    struct buffer text = {0};
    char *path = plan_files_path(name, "PLAN_@.md", "1.1");
    plan_files_write_many(name, 1, count);
    buffer_append_format(&text, "# PLAN: %s\n\n## Achievements\n", name);
    for (int i = 1; i <= count; i++)
        buffer_append_format(&text, "\n**Achievement 1.%d: Reach it**\n\n- **Goal**: Reach it.\n", i);
    tree_write(path, buffer_text(&text));
    for (int i = 1; i <= count; i++)
        bench_put_subplan(name, i);
    buffer_release(&text);
    memory_free(path);
}

pid_t bench_start(const struct keeper *keeper, const char *const *words) {
    enum { LIFE_S = 900 };
    struct environment environment;
    space_fill_environment(&keeper->space, &environment);
    pid_t child = process_begin((char *const *)words, &environment, &(struct process_setting){.deadline_s = LIFE_S});
    environment_release(&environment);
    return child;
}

void bench_stop(pid_t process) {
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
}

struct peer bench_connect(const char *socket) {
    struct peer peer;
    double end = now_ms_exact() + KEEPER_DEADLINE_MS;
    while (!peer_try_connect(&peer, socket))
        must(now_ms_exact() < end, socket);
    return peer;
}

void bench_ask(struct rpc_client *channel, const char *method, const char *plan, const char *id) {
    const struct request request = {.method = method, .plan = plan, .id = id};
    struct answer answer;
    must(keeper_ask(channel, &request, &answer), method);
    answer_release(&answer);
}
