#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_SECONDS = 30, WORDS_MOST = 24, FILE_BYTES_MOST = 1 << 20 };

const char *const verdict_names[] = {"all", "none", "torn", "wrong content"};

static void must(bool is_well, const char *what) {
    if (is_well)
        return;
    fprintf(stderr, "the trial itself failed: %s: %s\n", what, strerror(errno));
    exit(99);
}

double trial_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

const char *trial_base(void) {
    const char *base = getenv("TMPDIR");
    return base ? base : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

/* --- files --- */

static void absolute(const struct trial *trial, const char *path, char whole[PATH_BYTES]) {
    char named[PATH_BYTES];
    trial_name(trial, path, named);
    int length = snprintf(whole, PATH_BYTES, "%s%s%s", trial->root, path[0] ? "/" : "", named);
    must(length < PATH_BYTES, "a path is too long");
}

void trial_name(const struct trial *trial, const char *path, char name[PATH_BYTES]) {
    enum { KEY_BYTES = 32 };
    static const char start[] = ".batchd/*";
    char folder[PATH_BYTES * 2];
    bool has_star = strncmp(path, start, strlen(start)) == 0;
    snprintf(name, PATH_BYTES, "%s", path);
    snprintf(folder, sizeof folder, "%s/.batchd", trial->root);
    DIR *entries = has_star ? opendir(folder) : NULL;
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        if (strlen(entry->d_name) == KEY_BYTES)
            snprintf(name, PATH_BYTES, ".batchd/%.32s%s", entry->d_name, path + strlen(start));
    if (entries)
        closedir(entries);
}

void trial_write(const struct trial *trial, const char *path, const char *text) {
    char whole[PATH_BYTES];
    absolute(trial, path, whole);
    FILE *file = fopen(whole, "w");
    must(file && fputs(text, file) >= 0 && fclose(file) == 0, whole);
}

char *trial_read(const struct trial *trial, const char *path) {
    static char buffer[FILE_BYTES_MOST];
    char whole[PATH_BYTES];
    absolute(trial, path, whole);
    int descriptor = open(whole, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return NULL;
    ssize_t length = read(descriptor, buffer, sizeof buffer - 1);
    close(descriptor);
    if (length < 0)
        return NULL;
    buffer[length] = '\0';
    for (ssize_t i = 0; i < length; i++) /* zeros from a lost write must not end the comparison */
        if (buffer[i] == '\0')
            buffer[i] = '?';
    return strdup(buffer);
}

bool trial_exists(const struct trial *trial, const char *path) {
    char whole[PATH_BYTES];
    struct stat status;
    absolute(trial, path, whole);
    return lstat(whole, &status) == 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)walk;
    return type == FTW_DP ? rmdir(path) : unlink(path);
}

static void remove_tree(const struct trial *trial, const char *path) {
    char whole[PATH_BYTES];
    absolute(trial, path, whole);
    must(nftw(whole, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT, whole);
}

static void empty_folder(const struct trial *trial, const char *folder) {
    char whole[PATH_BYTES], path[PATH_BYTES];
    absolute(trial, folder, whole);
    DIR *entries = opendir(whole);
    must(entries != NULL, whole);
    for (const struct dirent *entry; (entry = readdir(entries));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            must(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path, folder);
            remove_tree(trial, path);
        }
    closedir(entries);
}

void trial_clear(const struct trial *trial) {
    remove_tree(trial, ".batchd");
    if (trial->is_mounted)
        empty_folder(trial, "X/execution");
    else
        remove_tree(trial, "X/execution");
}

/* --- the plan --- */

void trial_target(int i, char path[PATH_BYTES]) {
    snprintf(path, PATH_BYTES, "X/execution/EXECUTION_TASK_X_1%d_01.md", i + 1);
}

static void subplan_of(int i, char path[PATH_BYTES], char text[PATH_BYTES]) {
    snprintf(path, PATH_BYTES, "X/subplans/SUBPLAN_X_1%d.md", i + 1);
    snprintf(text, PATH_BYTES,
             "# SUBPLAN\n\n**Achievement**: 1.%d\n\n## Objective\n\nObjective %d\n\n## Approach\n\n"
             "### Phase 1: Begin %d\n\n### Phase 2: End\n\n## Deliverables\n\n- Thing\n\n## Success Criteria\n\n"
             "- Works\n",
             i + 1, i + 1, i + 1);
}

static const char note[] = "Another person's note.\n";

static void write_plan(const struct trial *trial) {
    char path[PATH_BYTES], text[PATH_BYTES];
    absolute(trial, "X/PLAN_X.md", path);
    FILE *plan = fopen(path, "w");
    absolute(trial, "X/parallel.json", path);
    FILE *graph = fopen(path, "w");
    must(plan && graph, path);
    fputs("# PLAN: X\n\n## Achievements\n\n", plan);
    fputs("{\"plan_name\": \"X\", \"parallelization_level\": \"level_2\", \"achievements\": [", graph);
    for (int i = 0; i < trial->count; i++) {
        fprintf(plan, "**Achievement 1.%d: Title %d**\n\n- **Goal**: Goal\n- **Deliverables**:\n  - One\n\n", i + 1,
                i + 1);
        fprintf(graph,
                "%s\n  {\"achievement_id\": \"1.%d\", \"title\": \"Title %d\", \"estimated_hours\": \"2-4\", "
                "\"dependencies\": []}",
                i ? "," : "", i + 1, i + 1);
        subplan_of(i, path, text);
        trial_write(trial, path, text);
    }
    fputs("\n]}\n", graph);
    must(fclose(plan) == 0 && fclose(graph) == 0, "writing the plan");
    trial_write(trial, "X/NOTES.md", note);
}

void trial_start(struct trial *trial, const char *folder, int count) {
    *trial = (struct trial){.count = count};
    must(mkdir(folder, 0755) == 0 || errno == EEXIST, folder);
    char *resolved = realpath(folder, NULL);
    must(resolved && snprintf(trial->root, PATH_BYTES, "%s", resolved) < PATH_BYTES, folder);
    free(resolved);
    char path[PATH_BYTES];
    absolute(trial, "X", path);
    must(mkdir(path, 0755) == 0, path);
    absolute(trial, "X/subplans", path);
    must(mkdir(path, 0755) == 0, path);
    write_plan(trial);
}

void trial_end(struct trial *trial) {
    remove_tree(trial, "");
    for (int i = 0; trial->contents && i < trial->count; i++)
        free(trial->contents[i]);
    free(trial->contents);
    *trial = (struct trial){0};
}

void trial_expect(struct trial *trial, const struct program *program) {
    static struct run run;
    char path[PATH_BYTES];
    trial_run(trial, program, &(struct fault){0}, NULL, "create --yes X", &run);
    if (run.status)
        fprintf(stderr, "%s", run.err);
    must(run.status == 0, "a run without faults");
    trial->contents = calloc((size_t)trial->count, sizeof *trial->contents);
    must(trial->contents != NULL, "memory");
    for (int i = 0; i < trial->count; i++) {
        trial_target(i, path);
        trial->contents[i] = trial_read(trial, path);
        must(trial->contents[i] && strlen(trial->contents[i]) > 100, path);
    }
    trial_clear(trial);
}

/* --- running --- */

static void set_environment(const struct trial *trial, const struct program *program, const struct fault *fault,
                            const char *log) {
    char at[32];
    clearenv();
    setenv("HOME", "/nonexistent", 1);
    if (fault->at == 0 && !log)
        return;
    snprintf(at, sizeof at, "%ld", fault->at);
    setenv("LD_PRELOAD", program->shim, 1);
    setenv("FAULT_ROOT", trial->root, 1);
    setenv("FAULT_AT", at, 1);
    if (fault->kind)
        setenv("FAULT_KIND", fault->kind, 1);
    if (fault->is_for_good)
        setenv("FAULT_FOR", "good", 1);
    if (log)
        setenv("FAULT_COUNT", log, 1);
}

static void become(const struct trial *trial, const struct program *program, const char *command) {
    char copy[PATH_BYTES * 3], *words[WORDS_MOST], *rest = NULL;
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s --root %s %s", program->batchctl, trial->root, command);
    for (char *word = strtok_r(copy, " ", &rest); word && count < WORDS_MOST - 1; word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    words[count] = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(DEADLINE_SECONDS);
    execv(words[0], words);
    _exit(127);
}

static pid_t start(const struct trial *trial, const struct program *program, const struct fault *fault, const char *log,
                   const char *command, int out, int err) {
    fflush(NULL);
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child > 0)
        return child;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(out >= 0 ? out : nothing, STDOUT_FILENO);
    dup2(err >= 0 ? err : nothing, STDERR_FILENO);
    struct rlimit limit = {fault->descriptors_most, fault->descriptors_most};
    must(fault->descriptors_most == 0 || setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
    set_environment(trial, program, fault, log);
    become(trial, program, command);
    return 0;
}

int trial_wait(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0)
        must(errno == EINTR, "waitpid");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

pid_t trial_begin(const struct trial *trial, const struct program *program, const char *command) {
    return start(trial, program, &(struct fault){0}, NULL, command, -1, -1);
}

static void take_output(int descriptor, char *text, size_t size) {
    ssize_t length = pread(descriptor, text, size - 1, 0);
    must(length >= 0, "reading what was printed");
    text[length] = '\0';
    must(ftruncate(descriptor, 0) == 0 && lseek(descriptor, 0, SEEK_SET) == 0, "ftruncate");
}

void trial_run(const struct trial *trial, const struct program *program, const struct fault *fault, const char *log,
               const char *command, struct run *run) {
    static int out = -1, err = -1;
    static pid_t owner; /* a process forked meanwhile needs its own */
    if (owner != getpid()) {
        owner = getpid();
        out = memfd_create("out", MFD_CLOEXEC);
        err = memfd_create("err", MFD_CLOEXEC);
        must(out >= 0 && err >= 0, "memfd_create");
    }
    run->status = trial_wait(start(trial, program, fault, log, command, out, err));
    take_output(out, run->out, sizeof run->out);
    take_output(err, run->err, sizeof run->err);
    must(run->status != 127, program->batchctl);
}

/* --- judging --- */

static enum verdict verdict_of(int found, int count) {
    return found == count ? VERDICT_ALL : found == 0 ? VERDICT_NONE : VERDICT_TORN;
}

bool trial_files(const struct trial *trial, unsigned *files) {
    bool is_right = true;
    *files = 0;
    for (int i = 0; i < trial->count && i < 32; i++) {
        char path[PATH_BYTES];
        trial_target(i, path);
        char *text = trial_read(trial, path);
        *files |= text ? 1u << i : 0;
        is_right = is_right && (!text || strcmp(text, trial->contents[i]) == 0);
        free(text);
    }
    return is_right;
}

enum verdict trial_verdict(const struct trial *trial) {
    int found = 0;
    for (int i = 0; i < trial->count; i++) {
        char path[PATH_BYTES];
        trial_target(i, path);
        char *text = trial_read(trial, path);
        bool is_right = text && strcmp(text, trial->contents[i]) == 0, is_there = text != NULL;
        free(text);
        if (is_there && !is_right)
            return VERDICT_WRONG;
        found += is_there;
    }
    return verdict_of(found, trial->count);
}

int trial_shown(const struct trial *trial, const struct program *program) {
    static struct run run;
    static const char key[] = "\"execution_created\":";
    trial_run(trial, program, &(struct fault){0}, NULL, "status X --json", &run);
    const char *place = strstr(run.out, key);
    return run.status || !place ? -1 : (int)strtol(place + sizeof key - 1, NULL, 10);
}

enum verdict trial_reader(const struct trial *trial, const struct program *program) {
    int shown = trial_shown(trial, program);
    return shown < 0 ? VERDICT_WRONG : verdict_of(shown, trial->count);
}

/* How many entries of the folder have a name that begins and ends so; hidden ones only where that is asked for. */
static int count_named(const struct trial *trial, const char *folder, const char *prefix, const char *suffix) {
    char whole[PATH_BYTES];
    absolute(trial, folder, whole);
    DIR *entries = opendir(whole);
    int count = 0;
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        size_t length = strlen(entry->d_name), end = strlen(suffix);
        count += (entry->d_name[0] != '.' || prefix[0] == '.') && strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
                 length >= end && strcmp(entry->d_name + length - end, suffix) == 0;
    }
    if (entries)
        closedir(entries);
    return count;
}

static int count_entries(const struct trial *trial, const char *folder, const char *suffix) {
    return count_named(trial, folder, "", suffix);
}

int trial_standing(const struct trial *trial) {
    return count_entries(trial, ".batchd/*/batches", ".json") -
           2 * count_entries(trial, ".batchd/*/batches", ".undone.json");
}

bool trial_is_tidy(const struct trial *trial) {
    return count_entries(trial, ".batchd/*/pending", "") == 0 && count_entries(trial, ".batchd/*/stage", "") == 0 &&
           count_named(trial, "X/execution", ".batchd-", "") == 0;
}

static bool is_still(const struct trial *trial, const char *path, const char *expected) {
    char *text = trial_read(trial, path);
    bool is_same = text && (!expected || strcmp(text, expected) == 0);
    free(text);
    return is_same;
}

bool trial_is_unharmed(const struct trial *trial) {
    char path[PATH_BYTES], text[PATH_BYTES];
    bool is_same = is_still(trial, "X/NOTES.md", note) && is_still(trial, "X/PLAN_X.md", NULL) &&
                   is_still(trial, "X/parallel.json", NULL);
    for (int i = 0; i < trial->count && is_same; i++) {
        subplan_of(i, path, text);
        is_same = is_still(trial, path, text);
    }
    return is_same && count_entries(trial, "X", "") == (trial_exists(trial, "X/execution") ? 5 : 4) &&
           count_entries(trial, "X/subplans", "") == trial->count;
}
