#include "keeper.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/methods.h"
#include "base/memory.h"
#include "claims/claim_board.h"
#include "config/socket_path.h"
#include "process.h"
#include "wire/answer_wire.h"

/* --- checks --- */

long check_count, check_failures;

void check(bool is_well, const char *format, ...) {
    check_count++;
    if (is_well)
        return;
    check_failures++;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED: ");
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
}

double now_ms_exact(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- life --- */

static const struct daemon *current; /* whose notices are skipped */

void keeper_init(struct keeper *keeper, const char *program, const char *client) {
    *keeper = (struct keeper){
        .program = realpath(program, NULL), .client = realpath(client, NULL), .space = space_new_alone()};
    must(keeper->program && keeper->client, "the programs");
    keeper->base = memory_copy(keeper->space.root);
    *strrchr(keeper->base, '/') = '\0';
    must(chdir(keeper->space.root) == 0, keeper->space.root);
}

/* What the daemon has said helps where something failed. */
static void print_log(const struct keeper *keeper) {
    char *text = daemon_logged(&keeper->daemon);
    fprintf(stderr, "%s", text);
    memory_free(text);
}

void keeper_end(struct keeper *keeper) {
    if (keeper->daemon.child)
        keeper_stop(keeper);
    must(chdir("/") == 0, "/");
    space_end(&keeper->space);
    memory_free(keeper->base);
}

pid_t keeper_run(const struct keeper *keeper, const char *const *words) {
    char *all[PROCESS_WORDS_MOST] = {(char *)keeper->client, (char *)"-C", keeper->space.root};
    struct environment environment;
    for (size_t i = 0; words[i]; i++)
        all[3 + i] = (char *)words[i];
    space_fill_environment(&keeper->space, &environment);
    pid_t child = process_begin(all, &environment, &(struct process_setting){0});
    environment_release(&environment);
    return child;
}

void keeper_begin(struct keeper *keeper, const char *const *variables) {
    struct daemon_setting setting = {.program = keeper->program, .life_s = KEEPER_LIFE_S};
    for (size_t i = 0; variables && variables[i]; i++)
        setting.variables[i] = variables[i];
    daemon_begin(&keeper->daemon, &keeper->space, &setting);
    current = &keeper->daemon;
}

void keeper_start(struct keeper *keeper, const char *const *variables) {
    keeper_begin(keeper, variables);
    if (daemon_await_ready(&keeper->daemon))
        return;
    print_log(keeper);
    failure_end("the daemon did not start");
}

void keeper_stop(struct keeper *keeper) {
    kill(keeper->daemon.child, SIGTERM);
    daemon_wait(&keeper->daemon);
    check(keeper->daemon.status == 0, "the daemon ended with status %d", keeper->daemon.status);
    if (check_failures)
        print_log(keeper);
    daemon_end(&keeper->daemon);
}

void keeper_skip_notices(void) {
    char text[4096];
    while (recv(current->notices, text, sizeof text, MSG_DONTWAIT) > 0)
        ;
}

/* --- asking --- */

static char *keeper_runtime; /* for the callback */

static char *variable(const char *name) {
    return strcmp(name, "XDG_RUNTIME_DIR") == 0 ? keeper_runtime : NULL;
}

void keeper_connect(const struct keeper *keeper, struct rpc_client *channel) {
    struct config config;
    struct files files;
    struct file_identity identity;
    enum file_kind kind;
    struct error error = {0};
    struct socket_paths addresses = {0};
    keeper_runtime = space_run(&keeper->space, "");
    config_init(&config);
    must(files_open(&files, keeper->space.root, &error) && files_look(&files, "", &kind, &identity, &error),
         keeper->space.root);
    files_close(&files);
    addresses.names = memory_grow(NULL, &addresses.capacity, 1, sizeof *addresses.names);
    addresses.names[addresses.count++] = socket_path_of_daemon(&addresses.arena, &config, &identity, variable);
    struct rpc_root root = rpc_root_of(&identity);
    rpc_client_init(channel, &addresses, &root);
    memory_free(keeper_runtime);
    config_release(&config);
}

bool keeper_ask(struct rpc_client *channel, const struct request *request, struct answer *answer) {
    keeper_skip_notices();
    struct span line;
    *answer = (struct answer){0};
    enum rpc_outcome outcome = rpc_client_exchange(channel, request, KEEPER_DEADLINE_MS, &line);
    bool is_answered = outcome == RPC_ANSWERED && rpc_read_answer(answer, line, &channel->fault);
    answer->kind = request->method;
    check(is_answered, "%s: no answer (%d: %s)", request->method, (int)outcome, channel->fault.reason);
    return is_answered;
}

void keeper_ask_directly(const char *root, const struct request *request, struct answer *answer) {
    const struct claim_setting setting = {.wanted = CLAIM_KEPT_IN_GIT, .limits.user = geteuid()};
    struct workspace workspace;
    struct claim_board board;
    struct request whole = *request;
    struct error error = {0};
    *answer = (struct answer){.kind = request->method};
    if (!workspace_open(&workspace, root, &error)) {
        answer_fail(answer, &error);
        return;
    }
    claim_board_init(&board, &workspace, &setting);
    whole.claims = &board;
    request_handle(&workspace, &whole, answer);
    answer_fill_data(answer);
    claim_board_close(&board);
    workspace_release(&workspace);
}

double keeper_stat(struct rpc_client *channel, const char *name) {
    struct span result;
    struct json json;
    struct diagnostics faults = {0};
    double value = -1;
    if (rpc_client_call(channel, "stats", (struct span){0}, KEEPER_DEADLINE_MS, &result) == RPC_ANSWERED &&
        json_parse_ours(&json, result, &faults)) {
        const cJSON *member = json_get(json.root, name);
        value = cJSON_IsNumber(member) ? member->valuedouble : -1;
        json_release(&json);
    }
    diagnostics_release(&faults);
    check(value >= 0, "stats has no %s", name);
    return value;
}

char *answer_text(const struct answer *answer) {
    struct buffer text = {0};
    buffer_append_format(&text, "code %d\n", (int)answer->code);
    if (answer->code == ERROR_NOT_FOUND || answer->code == ERROR_USAGE)
        return text.data;
    buffer_append_span(&text, buffer_span(&answer->data));
    for (size_t i = 0; i < answer->diagnostics.count; i++) {
        const struct diagnostic *item = &answer->diagnostics.items[i];
        if (strcmp(item->code, "journal.pending") != 0)
            buffer_append_format(&text, "\n%d %s %s %s %u:%u %s %s", (int)item->severity, item->code, item->message,
                                 item->file ? item->file : "-", item->line, item->column,
                                 item->pointer ? item->pointer : "-", item->hint ? item->hint : "-");
    }
    return text.data;
}

/* --- events --- */

void events_begin(struct rpc_client *channel) {
    struct span result;
    must(rpc_client_call(channel, "subscribe", (struct span){0}, KEEPER_DEADLINE_MS, &result) == RPC_ANSWERED,
         "subscribe");
}

bool events_next(struct rpc_client *channel, int timeout_ms, struct json *json, const cJSON **event) {
    struct span line;
    struct diagnostics faults = {0};
    keeper_skip_notices();
    if (rpc_client_next_line(channel, timeout_ms, &line) != RPC_ANSWERED)
        return false;
    bool is_read = json_parse_ours(json, line, &faults);
    check(is_read, "an event is no JSON: %.*s", (int)line.length, line.data);
    diagnostics_release(&faults);
    *event = is_read ? json_get(json->root, "params") : NULL;
    return is_read;
}

bool events_wait(struct rpc_client *channel, const char *type, const char *plan) {
    struct json json;
    const cJSON *event;
    while (events_next(channel, KEEPER_DEADLINE_MS, &json, &event)) {
        const char *its_plan = json_get_string(event, "plan");
        bool is_it =
            strcmp(json_get_string(event, "type"), type) == 0 && (!plan || (its_plan && strcmp(plan, its_plan) == 0));
        json_release(&json);
        if (is_it)
            return true;
    }
    check(false, "the event %s of %s did not come", type, plan ? plan : "the workspace");
    return false;
}
