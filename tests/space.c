#include "space.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "daemon.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "refusal.h"

static void must(bool is_well, const char *what) {
    if (!is_well)
        cr_assert_fail("%s: %s", what, strerror(errno));
}

/* --- files --- */

static char *absolute(const struct space *space, const char *path) {
    struct buffer text = {0};
    char *named = space_name(space, path);
    buffer_append_format(&text, "%s%s%s", space->root, path[0] ? "/" : "", named);
    memory_free(named);
    return text.data;
}

char *space_name(const struct space *space, const char *path) {
    static const char start[] = STATE_DIR_FOLDER "/*";
    struct files files;
    struct state_dir state = {0};
    struct error error = {0};
    struct buffer text = {0};
    if (strncmp(path, start, strlen(start)) != 0)
        return memory_copy(path);
    must(files_open(&files, space->root, &error) && state_dir_find(&state, &files, &error), "looking for the state");
    files_close(&files);
    buffer_append_format(&text, "%s%s", state_dir_root(&state).text, path + strlen(start));
    return text.data;
}

char *space_run(const struct space *space, const char *name) {
    struct buffer text = {0};
    buffer_append_format(&text, "%.*s.run%s%s", (int)(strrchr(space->root, '/') - space->root), space->root,
                         name[0] ? "/" : "", name);
    return text.data;
}

struct space space_new_alone(void) {
    const char *base = getenv("TMPDIR");
    struct buffer text = {0};
    buffer_append_format(&text, "%s/batchd-test-XXXXXX", base ? base : "/tmp");
    must(mkdtemp(text.data) != NULL, "mkdtemp");
    size_t length = text.length;
    buffer_append_string(&text, "/elsewhere");
    must(mkdir(text.data, 0755) == 0, "mkdir");
    text.data[text.length = length] = '\0';
    buffer_append_string(&text, "/plans");
    must(mkdir(text.data, 0755) == 0, "mkdir");
    return (struct space){.root = text.data};
}

/* --- who answers --- */

struct space_server {
    struct daemon daemon;
    pid_t trap;
    char *trap_socket; /* NULL if there is no trap */
};

enum space_mode space_mode(void) {
    static const char *const names[] = {[SPACE_DIRECT] = "direct", [SPACE_DAEMON] = "daemon", [SPACE_DYING] = "dying"};
    const char *wanted = getenv("BATCHD_TEST_MODE");
    enum { MODES = sizeof names / sizeof *names };
    size_t mode = 0;
    while (mode < MODES && strcmp(wanted && wanted[0] ? wanted : "direct", names[mode]) != 0)
        mode++;
    cr_assert_lt(mode, (size_t)MODES, "BATCHD_TEST_MODE is \"%s\"", wanted);
    return (enum space_mode)mode;
}

pid_t trap_start(const char *socket, const char *real) {
    char program[] = TRAP_PATH, *words[] = {program, (char *)socket, (char *)real, NULL}, byte;
    int ready[2];
    must(pipe2(ready, O_CLOEXEC) == 0, "pipe2");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        dup2(ready[1], STDOUT_FILENO);
        execv(program, words);
        _exit(127);
    }
    close(ready[1]);
    must(read(ready[0], &byte, 1) == 1, "the trap");
    close(ready[0]);
    return child;
}

void trap_end(pid_t trap) {
    kill(trap, SIGKILL);
    must(waitpid(trap, NULL, 0) == trap, "waitpid");
}

static void start_trap(struct space *space) {
    char *runtime = space_run(space, "");
    must(mkdir(runtime, 0700) == 0, runtime);
    space->server->trap_socket = space_run(space, "trap.sock");
    space->server->trap = trap_start(space->server->trap_socket, NULL);
    memory_free(runtime);
}

struct space space_new(void) {
    struct space space = space_new_alone();
    if (space_mode() == SPACE_DIRECT)
        return space;
    space.server = memory_allocate(1, sizeof *space.server);
    if (space_mode() == SPACE_DYING) {
        start_trap(&space);
        return space;
    }
    space.server->daemon = daemon_start(&space);
    return space;
}

static bool is_dying(const struct space *space) {
    return space->server && space->server->trap_socket;
}

static void end_server(struct space *space) {
    if (!space->server)
        return;
    if (is_dying(space))
        trap_end(space->server->trap);
    else
        daemon_stop(&space->server->daemon);
    memory_free(space->server->trap_socket);
    memory_free(space->server);
    space->server = NULL;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)walk;
    return type == FTW_DP ? rmdir(path) : unlink(path);
}

static int unlock_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)walk;
    if (type == FTW_D || type == FTW_DNR)
        chmod(path, 0700);
    return 0;
}

void space_end(struct space *space) {
    end_server(space);
    char *slash = strrchr(space->root, '/'), *runtime = space_run(space, "");
    must(nftw(runtime, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT, "removing a runtime folder");
    memory_free(runtime);
    *slash = '\0';
    nftw(space->root, unlock_one, 32, FTW_PHYS);
    must(nftw(space->root, remove_one, 32, FTW_DEPTH | FTW_PHYS) == 0, "removing a space");
    memory_free(space->root);
    space->root = NULL;
}

static void make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        must(mkdir(path, 0755) == 0 || errno == EEXIST, path);
        *slash = '/';
    }
}

/* The same as an absolute path; folders on the way are made, and .batchd before its key is known. */
static char *make_way(const struct space *space, const char *path) {
    char *first = absolute(space, STATE_DIR_FOLDER);
    if (strncmp(path, STATE_DIR_FOLDER "/", strlen(STATE_DIR_FOLDER) + 1) == 0)
        must(mkdir(first, 0755) == 0 || errno == EEXIST, first);
    memory_free(first);
    char *way = absolute(space, path);
    make_folders(way);
    return way;
}

void space_write_bytes(const struct space *space, const char *path, const void *data, size_t length) {
    char *file = make_way(space, path);
    FILE *stream = fopen(file, "w");
    must(stream && fwrite(data, 1, length, stream) == length && fclose(stream) == 0, file);
    memory_free(file);
}

void space_write(const struct space *space, const char *path, const char *format, ...) {
    struct buffer text = {0};
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(&text, format, arguments);
    va_end(arguments);
    space_write_bytes(space, path, buffer_text(&text), text.length);
    buffer_release(&text);
}

void space_make_folder(const struct space *space, const char *path) {
    char *folder = make_way(space, path);
    must(mkdir(folder, 0755) == 0 || errno == EEXIST, folder);
    memory_free(folder);
}

void space_link(const struct space *space, const char *path, const char *target) {
    char *link = make_way(space, path);
    must(symlink(target, link) == 0, link);
    memory_free(link);
}

void space_remove(const struct space *space, const char *path) {
    char *file = absolute(space, path);
    must(remove(file) == 0, file);
    memory_free(file);
}

char *space_read(const struct space *space, const char *path) {
    char *file = absolute(space, path);
    struct buffer text = {0};
    char part[4096];
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    memory_free(file);
    if (descriptor < 0)
        return NULL;
    for (ssize_t got; (got = read(descriptor, part, sizeof part)) > 0;)
        buffer_append(&text, part, (size_t)got);
    close(descriptor);
    buffer_append_string(&text, "");
    return text.data;
}

bool space_exists(const struct space *space, const char *path) {
    char *file = absolute(space, path);
    struct stat status;
    bool exists = lstat(file, &status) == 0;
    memory_free(file);
    return exists;
}

static uint64_t mixed(uint64_t digest, const void *data, size_t length) {
    for (size_t i = 0; i < length; i++) /* FNV-1a */
        digest = (digest ^ ((const unsigned char *)data)[i]) * 1099511628211u;
    return digest;
}

/* The sum over entries, so that the order of a listing does not matter. */
uint64_t space_fingerprint(const struct space *space, const char *path) {
    char *at = absolute(space, path);
    struct stat status;
    uint64_t digest = mixed(14695981039346656037u, path, strlen(path));
    must(lstat(at, &status) == 0, at);
    digest = mixed(digest, &status.st_mode, sizeof status.st_mode);
    digest = mixed(digest, &status.st_mtim, sizeof status.st_mtim);
    if (S_ISREG(status.st_mode)) {
        char *text = space_read(space, path);
        digest = mixed(digest, text, (size_t)status.st_size);
        memory_free(text);
    }
    DIR *folder = S_ISDIR(status.st_mode) ? opendir(at) : NULL;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        struct buffer inner = {0};
        buffer_append_format(&inner, "%s%s%s", path, path[0] ? "/" : "", entry->d_name);
        digest += space_fingerprint(space, inner.data);
        buffer_release(&inner);
    }
    if (folder)
        closedir(folder);
    memory_free(at);
    return digest;
}

/* --- plans --- */

static const char *name_of(const char *plan) {
    const char *slash = strrchr(plan, '/');
    return slash ? slash + 1 : plan;
}

static void add_achievement(struct buffer *plan, struct buffer *json, const char *id, char *dependencies) {
    buffer_append_format(
        plan,
        "**Achievement %s: Title of %s** ⏱️ 2-4 hours\n\n- **Goal**: Goal of %s\n- **Deliverables**:\n"
        "  - First of %s\n  - Second of %s\n- **Success Criteria**:\n  - Criterion of %s\n\n",
        id, id, id, id, id, id);
    buffer_append_format(json,
                         "%s{\"achievement_id\": \"%s\", \"title\": \"Title of %s\", \"estimated_hours\": \"2-4\", "
                         "\"dependencies\": [",
                         json->length ? ",\n    " : "", id, id);
    char *rest = NULL;
    size_t count = 0;
    for (char *other = dependencies ? strtok_r(dependencies, ", ", &rest) : NULL; other;
         other = strtok_r(NULL, ", ", &rest))
        buffer_append_format(json, "%s\"%s\"", count++ ? ", " : "", other);
    buffer_append_string(json, "]}");
}

void space_plan(const struct space *space, const char *name, const char *graph) {
    struct buffer plan = {0}, json = {0}, path = {0}, copy = {0};
    buffer_append_string(&copy, graph ? graph : "");
    buffer_append_format(&plan, "# PLAN: %s\n\n## Achievements\n\n", name_of(name));
    char *rest = NULL;
    for (char *item = strtok_r(copy.data, ";", &rest); item; item = strtok_r(NULL, ";", &rest)) {
        char *colon = strchr(item, ':');
        if (colon)
            *colon = '\0';
        struct span id = span_trim(span_of(item));
        item = (char *)id.data;
        item[id.length] = '\0';
        add_achievement(&plan, &json, item, colon ? colon + 1 : NULL);
    }
    buffer_append_format(&path, "%s/PLAN_%s.md", name, name_of(name));
    space_write(space, path.data, "%s", plan.data);
    if (graph) {
        buffer_clear(&path);
        buffer_append_format(&path, "%s/parallel.json", name);
        space_write(
            space, path.data,
            "{\n  \"plan_name\": \"%s\",\n  \"parallelization_level\": \"level_2\",\n  \"achievements\": [\n    %s\n"
            "  ]\n}\n",
            name_of(name), buffer_text(&json));
    }
    buffer_clear(&path);
    buffer_append_format(&path, "%s/subplans", name);
    space_make_folder(space, path.data);
    buffer_clear(&path);
    buffer_append_format(&path, "%s/execution/feedbacks", name);
    space_make_folder(space, path.data);
    buffer_release(&plan);
    buffer_release(&json);
    buffer_release(&path);
    buffer_release(&copy);
}

/* @format has places for the plan's path, its name and the digits of the id, in this order; "%2$s" and so on pick. */
static char *file_path(const char *folder, const char *prefix, const char *plan, const char *id, const char *suffix) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    struct buffer path = {0};
    names_digits(id, digits);
    buffer_append_format(&path, "%s/%s/%s%s%s.md", plan, folder, prefix, digits, suffix);
    return path.data;
}

void space_subplan(const struct space *space, const char *plan, const char *id) {
    struct buffer prefix = {0};
    buffer_append_format(&prefix, "SUBPLAN_%s_", name_of(plan));
    char *path = file_path("subplans", prefix.data, plan, id, "");
    space_write(space, path,
                "# SUBPLAN\n\n**Achievement**: %s\n\n## 🎯 Objective\n\nObjective of %s\n\n## 🔧 Approach\n\n"
                "### Phase 1: Begin %s\n\n### Phase 2: End %s\n\n## 📦 Deliverables\n\n- Thing of %s\n\n"
                "## ✅ Success Criteria\n\n- Works: %s\n",
                id, id, id, id, id, id);
    memory_free(path);
    buffer_release(&prefix);
}

void space_execution(const struct space *space, const char *plan, const char *id) {
    struct buffer prefix = {0};
    buffer_append_format(&prefix, "EXECUTION_TASK_%s_", name_of(plan));
    char *path = file_path("execution", prefix.data, plan, id, "_01");
    space_write(space, path, "# EXECUTION_TASK of %s\n", id);
    memory_free(path);
    buffer_release(&prefix);
}

static void write_mark(const struct space *space, const char *plan, const char *id, const char *folder,
                       const char *prefix) {
    char *path = file_path(folder, prefix, plan, id, "");
    space_write(space, path, "# %s%s\n", prefix, id);
    memory_free(path);
}

void space_approved(const struct space *space, const char *plan, const char *id) {
    write_mark(space, plan, id, "execution/feedbacks", "APPROVED_");
}

void space_fix(const struct space *space, const char *plan, const char *id) {
    write_mark(space, plan, id, "execution/feedbacks", "FIX_");
}

void space_skipped(const struct space *space, const char *plan, const char *id) {
    write_mark(space, plan, id, "execution", "SKIPPED_");
}

/* --- running --- */

enum { WORDS_MOST = 64, VARIABLES_MOST = 20, DEADLINE_SECONDS = 120 };

const char *space_program(void) {
    return BATCHCTL_PATH;
}

/* Splits in place. */
static void split(char *command, char **words) {
    static char program[] = BATCHCTL_PATH;
    size_t count = 0;
    words[count++] = program;
    for (char *at = command; *at;) {
        at += strspn(at, " ");
        if (!*at)
            break;
        char end = *at == '\'' ? '\'' : ' ';
        at += end == '\'';
        cr_assert_lt(count, WORDS_MOST - 1);
        words[count++] = at;
        at += strcspn(at, end == '\'' ? "'" : " ");
        if (*at)
            *at++ = '\0';
    }
    words[count] = NULL;
}

static void add_variable(struct buffer *texts, char **variables, size_t *count, const char *text) {
    cr_assert_lt(*count, VARIABLES_MOST - 1);
    buffer_append_string(&texts[*count], text);
    variables[*count] = texts[*count].data;
    variables[++*count] = NULL;
}

static void fill_environment(const struct space *space, const struct setting *setting, struct buffer *texts,
                             char **variables) {
    static const char *const passed[] = {"PATH",         "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
                                         "TSAN_OPTIONS", "GCOV_PREFIX",  "TMPDIR"};
    struct buffer text = {0};
    size_t count = 0;
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
        if (!getenv(passed[i]))
            continue;
        buffer_clear(&text);
        buffer_append_format(&text, "%s=%s", passed[i], getenv(passed[i]));
        add_variable(texts, variables, &count, text.data);
    }
    buffer_clear(&text);
    buffer_append_format(&text, "HOME=%.*s", (int)(strrchr(space->root, '/') - space->root), space->root);
    add_variable(texts, variables, &count, text.data);
    buffer_clear(&text);
    buffer_append_format(&text, "XDG_RUNTIME_DIR=%.*s.run", (int)(strrchr(space->root, '/') - space->root),
                         space->root);
    add_variable(texts, variables, &count, text.data);
    if (is_dying(space)) {
        buffer_clear(&text);
        buffer_append_format(&text, "BATCHD_SOCKET=%s", space->server->trap_socket);
        add_variable(texts, variables, &count, text.data);
    }
    add_variable(texts, variables, &count, "TERM=xterm");
    for (size_t i = 0; i < sizeof setting->variables / sizeof *setting->variables && setting->variables[i]; i++)
        add_variable(texts, variables, &count, setting->variables[i]);
    buffer_release(&text);
}

/* In the child: becomes batchctl. */
static void become(const struct space *space, const struct setting *setting, char **words, char **variables) {
    bool is_elsewhere = setting->folder && setting->folder[0] == '/';
    char *where = is_elsewhere ? strdup(setting->folder) : absolute(space, setting->folder ? setting->folder : "");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(DEADLINE_SECONDS);
    if (setting->umask)
        umask(setting->umask);
    if (setting->in)
        dup2(open(absolute(space, setting->in), O_RDONLY), STDIN_FILENO);
    if (setting->refusal)
        refusal_impose(setting->refusal);
    if (chdir(where) == 0 && (setting->user == 0 || setresuid(setting->user, setting->user, setting->user) == 0))
        execve(setting->program ? setting->program : words[0], words, variables);
    _exit(127);
}

static int status_of(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0)
        must(errno == EINTR, "waitpid");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static char *read_back(FILE *stream) {
    struct buffer text = {0};
    char part[4096];
    rewind(stream);
    for (size_t got; (got = fread(part, 1, sizeof part, stream)) > 0;)
        buffer_append(&text, part, got);
    buffer_append_string(&text, "");
    fclose(stream);
    return text.data;
}

struct running run_begin(const struct space *space, const struct setting *setting, const char *command) {
    struct buffer copy = {0}, texts[VARIABLES_MOST] = {0};
    char *words[WORDS_MOST], *variables[VARIABLES_MOST];
    buffer_append_string(&copy, command);
    split(copy.data, words);
    fill_environment(space, setting, texts, variables);
    struct running running = {.out = tmpfile(), .err = tmpfile(), .may_complain = is_dying(space)};
    must(running.out && running.err, "tmpfile");
    running.child = fork();
    must(running.child >= 0, "fork");
    if (running.child == 0) {
        int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(setting->out ? open(setting->out, O_WRONLY) : fileno(running.out), STDOUT_FILENO);
        dup2(fileno(running.err), STDERR_FILENO);
        become(space, setting, words, variables);
    }
    buffer_release(&copy);
    for (size_t i = 0; i < VARIABLES_MOST; i++)
        buffer_release(&texts[i]);
    return running;
}

/* Takes the line out that says that the daemon has died. There is one at most. */
static void remove_complaint(char *text) {
    static const char start[] = "warning: the daemon on ",
                      end[] = " went away without an answer; batchctl answers without the daemon";
    char *complaint = text ? strstr(text, start) : NULL;
    if (!complaint)
        return;
    size_t length = strcspn(complaint, "\n") + 1;
    const char *said = strstr(complaint, end);
    cr_expect(said && said < complaint + length, "%s", text);
    memmove(complaint, complaint + length, strlen(complaint + length) + 1);
    cr_expect_not(strstr(text, start), "%s", text);
}

struct outcome run_end(struct running *running) {
    struct outcome outcome = {.status = status_of(running->child)};
    outcome.out = read_back(running->out);
    outcome.err = read_back(running->err);
    if (running->may_complain)
        remove_complaint(outcome.err);
    *running = (struct running){0};
    return outcome;
}

struct outcome run_under(const struct space *space, const struct setting *setting, const char *command) {
    struct running running = run_begin(space, setting, command);
    return run_end(&running);
}

struct outcome run_in(const struct space *space, const char *folder, const char *command) {
    return run_under(space, &(struct setting){.folder = folder}, command);
}

struct outcome run(const struct space *space, const char *command) {
    return run_under(space, &(struct setting){0}, command);
}

struct outcome run_with(const struct space *space, const char *variable, const char *command) {
    return run_under(space, &(struct setting){.variables = {variable}}, command);
}

struct outcome run_on_terminal_under(const struct space *space, const struct setting *setting, const char *command,
                                     const char *input) {
    struct buffer copy = {0}, texts[VARIABLES_MOST] = {0}, out = {0};
    char *words[WORDS_MOST], *variables[VARIABLES_MOST], part[4096];
    buffer_append_string(&copy, command);
    split(copy.data, words);
    fill_environment(space, setting, texts, variables);
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int terminal;
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    must(child >= 0, "forkpty");
    if (child == 0)
        become(space, setting, words, variables);
    must(write(terminal, input, strlen(input)) == (ssize_t)strlen(input), "typing");
    for (ssize_t got; (got = read(terminal, part, sizeof part)) > 0;)
        buffer_append(&out, part, (size_t)got);
    buffer_append_string(&out, "");
    struct outcome outcome = {.status = status_of(child), .out = out.data, .err = NULL};
    if (is_dying(space))
        remove_complaint(outcome.out);
    close(terminal);
    buffer_release(&copy);
    for (size_t i = 0; i < VARIABLES_MOST; i++)
        buffer_release(&texts[i]);
    return outcome;
}

struct outcome run_on_terminal(const struct space *space, const char *command, const char *input) {
    return run_on_terminal_under(space, &(struct setting){0}, command, input);
}

void outcome_end(struct outcome *outcome) {
    memory_free(outcome->out);
    memory_free(outcome->err);
    *outcome = (struct outcome){0};
}

/* --- answers --- */

struct json outcome_json(const struct outcome *outcome) {
    struct json json;
    struct diagnostics faults = {0};
    if (!json_parse(&json, span_of(outcome->out), "answer", &faults))
        cr_assert_fail("no JSON document: \"%s\" %s", outcome->out, outcome->err);
    diagnostics_release(&faults);
    return json;
}

const cJSON *node_at(const struct json *json, const char *pointer) {
    const cJSON *node = json->root;
    while (node && *pointer == '/') {
        size_t length = strcspn(++pointer, "/");
        char *name = strndup(pointer, length);
        must(name != NULL, "strndup");
        node = cJSON_IsArray(node) ? cJSON_GetArrayItem(node, atoi(name)) : json_get(node, name);
        memory_free(name);
        pointer += length;
    }
    return node;
}

const char *text_at(const struct json *json, const char *pointer) {
    const cJSON *node = node_at(json, pointer);
    return cJSON_IsString(node) ? node->valuestring : "";
}

size_t count_at(const struct json *json, const char *pointer) {
    const cJSON *node = node_at(json, pointer);
    return cJSON_IsArray(node) ? (size_t)cJSON_GetArraySize(node) : 0;
}

void expect_status(const struct space *space, const char *command, int status, const char *part) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

void expect_text(const struct json *json, const char *pointer, const char *expected) {
    const cJSON *node = node_at(json, pointer);
    const char *text = cJSON_IsString(node) ? node->valuestring : "(no string)";
    cr_expect_str_eq(text, expected, "%s is \"%s\", not \"%s\"", pointer, text, expected);
}

void expect_list(const struct json *json, const char *pointer, const char *expected) {
    const cJSON *node = node_at(json, pointer);
    struct buffer list = {0};
    for (const cJSON *item = cJSON_IsArray(node) ? node->child : NULL; item; item = item->next) {
        const char *id = cJSON_IsString(item) ? item->valuestring : json_get_string(item, "id");
        buffer_append_format(&list, "%s%s", list.length ? " " : "", id ? id : "?");
    }
    cr_expect(cJSON_IsArray(node) && strcmp(buffer_text(&list), expected) == 0, "%s is \"%s\", not \"%s\"", pointer,
              buffer_text(&list), expected);
    buffer_release(&list);
}

bool has(const char *text, const char *part) {
    return text && strstr(text, part);
}

size_t count_of(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = text; at && (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}
