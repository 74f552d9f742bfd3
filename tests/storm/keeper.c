#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/methods.h"
#include "base/memory.h"
#include "claims/claim_board.h"
#include "config/socket_path.h"
#include "document/names.h"

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

void must(bool is_well, const char *what) {
    if (is_well)
        return;
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(99);
}

double now_ms_exact(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- life --- */

static int notices = -1; /* the current keeper's */

static void open_notify(struct keeper *keeper) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/notify", keeper->base);
    notices = keeper->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    must(bind(keeper->notify, (const struct sockaddr *)&address, sizeof address) == 0, "bind");
}

void keeper_init(struct keeper *keeper, const char *daemon, const char *client) {
    const char *base = getenv("TMPDIR");
    *keeper = (struct keeper){.daemon = realpath(daemon, NULL), .client = realpath(client, NULL)};
    must(keeper->daemon && keeper->client, "the programs");
    snprintf(keeper->base, sizeof keeper->base, "%s/batchd-storm-XXXXXX", base ? base : "/tmp");
    must(mkdtemp(keeper->base) != NULL, "mkdtemp");
    snprintf(keeper->root, sizeof keeper->root, "%s/plans", keeper->base);
    snprintf(keeper->runtime, sizeof keeper->runtime, "%s/run", keeper->base);
    snprintf(keeper->log, sizeof keeper->log, "%s/log", keeper->base);
    must(mkdir(keeper->root, 0755) == 0 && mkdir(keeper->runtime, 0700) == 0, keeper->base);
    must(chdir(keeper->root) == 0, keeper->root);
    open_notify(keeper);
}

/* What the daemon has said helps where something failed. */
static void print_log(const struct keeper *keeper) {
    static char text[1 << 16];
    int log = open(keeper->log, O_RDONLY | O_CLOEXEC);
    ssize_t got = log < 0 ? 0 : read(log, text, sizeof text - 1);
    if (log >= 0)
        close(log);
    text[got > 0 ? got : 0] = '\0';
    fprintf(stderr, "%s", text);
}

void keeper_end(struct keeper *keeper) {
    if (keeper->process)
        keeper_stop(keeper);
    if (check_failures)
        print_log(keeper);
    must(chdir("/") == 0, "/");
    close(keeper->notify);
    remove_tree(keeper->base);
}

void keeper_set_environment(const struct keeper *keeper, const char *const *variables) {
    const char *path = getenv("PATH");
    char *kept = strdup(path ? path : "/usr/bin:/bin");
    clearenv();
    setenv("PATH", kept, 1);
    setenv("HOME", keeper->base, 1);
    setenv("XDG_RUNTIME_DIR", keeper->runtime, 1);
    setenv("XDG_CONFIG_HOME", keeper->base, 1);
    for (; variables && *variables; variables++)
        putenv(strdup(*variables)); /* until exec */
    free(kept);
}

static void run_daemon(const struct keeper *keeper, const char *const *variables) {
    char name[KEEPER_BASE + 16];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid(); /* away from a terminal, which it would end with */
    snprintf(name, sizeof name, "%s/notify", keeper->base);
    keeper_set_environment(keeper, variables);
    setenv("NOTIFY_SOCKET", name, 1);
    int log = open(keeper->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(log, STDERR_FILENO);
    execl(keeper->daemon, keeper->daemon, "-C", keeper->root, (char *)NULL);
    _exit(99);
}

void keeper_start(struct keeper *keeper, const char *const *variables) {
    keeper->process = fork();
    must(keeper->process >= 0, "fork");
    if (keeper->process == 0)
        run_daemon(keeper, variables);
    if (keeper_wait_notice(keeper, "READY=1", KEEPER_DEADLINE_MS))
        return;
    print_log(keeper);
    must(false, "the daemon did not start");
}

void keeper_stop(struct keeper *keeper) {
    int status = -1;
    kill(keeper->process, SIGTERM);
    must(waitpid(keeper->process, &status, 0) == keeper->process, "waitpid");
    check(status == 0, "the daemon ended with status %#x", (unsigned)status);
    keeper->process = 0;
}

bool keeper_wait_notice(struct keeper *keeper, const char *part, int timeout_ms) {
    char text[4096];
    for (double end = now_ms_exact() + timeout_ms, left; (left = end - now_ms_exact()) > 0;) {
        struct pollfd place = {.fd = keeper->notify, .events = POLLIN};
        if (poll(&place, 1, (int)left + 1) <= 0)
            continue;
        ssize_t got = recv(keeper->notify, text, sizeof text - 1, 0);
        text[got > 0 ? got : 0] = '\0';
        if (strstr(text, part))
            return true;
    }
    return false;
}

void keeper_skip_notices(void) {
    char text[4096];
    while (recv(notices, text, sizeof text, MSG_DONTWAIT) > 0)
        ;
}

/* --- asking --- */

static const char *keeper_runtime; /* for the callback */

static const char *variable(const char *name) {
    return strcmp(name, "XDG_RUNTIME_DIR") == 0 ? keeper_runtime : NULL;
}

void keeper_connect(const struct keeper *keeper, struct rpc_client *channel) {
    struct config config;
    struct files files;
    struct file_identity identity;
    enum file_kind kind;
    struct error error = {0};
    struct socket_paths addresses = {0};
    keeper_runtime = keeper->runtime;
    config_init(&config);
    must(files_open(&files, keeper->root, &error) && files_look(&files, "", &kind, &identity, &error), keeper->root);
    files_close(&files);
    addresses.names = memory_grow(NULL, &addresses.capacity, 1, sizeof *addresses.names);
    addresses.names[addresses.count++] = socket_path_of_daemon(&addresses.arena, &config, &identity, variable);
    struct rpc_root root = rpc_root_of(&identity);
    rpc_client_init(channel, &addresses, &root);
    config_release(&config);
}

bool keeper_ask(struct rpc_client *channel, const struct request *request, struct answer *answer) {
    keeper_skip_notices();
    struct rpc_result result = {0};
    enum rpc_outcome outcome = rpc_client_ask(channel, request, KEEPER_DEADLINE_MS, &result);
    *answer = result.answer;
    answer->kind = request->method;
    check(outcome == RPC_ANSWERED, "%s: no answer (%d: %s)", request->method, (int)outcome, channel->fault.reason);
    if (outcome != RPC_ANSWERED)
        *answer = (struct answer){0};
    return outcome == RPC_ANSWERED;
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

/* --- files --- */

void put_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    must(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) && close(file) == 0, path);
}

void put_folder(const char *path) {
    char *copy = strdup(path);
    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0755);
        *slash = '/';
    }
    mkdir(copy, 0755);
    free(copy);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)walk;
    if (type == FTW_DP)
        rmdir(path);
    else
        unlink(path);
    return 0;
}

void remove_tree(const char *path) {
    nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void put_plan(const char *path, int ids) {
    char file[KEEPER_PATH];
    struct buffer json = {0};
    snprintf(file, sizeof file, "%s/subplans", path);
    put_folder(file);
    snprintf(file, sizeof file, "%s/execution/feedbacks", path);
    put_folder(file);
    buffer_append_format(&json, "{\"plan_name\":\"%s\",\"parallelization_level\":\"level_1\",\"achievements\":[",
                         last_part(path));
    for (int i = 1; i <= ids; i++)
        buffer_append_format(&json, "%s{\"achievement_id\":\"1.%d\",\"dependencies\":[]}", i > 1 ? "," : "", i);
    buffer_append_string(&json, "]}");
    snprintf(file, sizeof file, "%s/parallel.json", path);
    put_file(file, json.data);
    snprintf(file, sizeof file, "%s/PLAN_%s.md", path, last_part(path));
    put_file(file, "# PLAN\n");
    buffer_release(&json);
}

const char *subplan_text(void) {
    return "# SUBPLAN\n\n## Objective\n\nReach it.\n\n## Approach\n\nDo it.\n\n## Deliverables\n\n- One\n";
}

void put_subplan(const char *path, const char *name, int number) {
    char file[KEEPER_PATH];
    snprintf(file, sizeof file, "%s/subplans/SUBPLAN_%s_1%d.md", path, name, number);
    put_file(file, subplan_text());
}
