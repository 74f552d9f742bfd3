#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "failure.h"
#include "plan_files.h"
#include "process.h"
#include "tree.h"

enum { DEADLINE_SECONDS = 30, ID_BYTES = 16, FILE_BYTES_MOST = 1 << 20 };

const char *const verdict_names[] = {"all", "none", "torn", "wrong content"};

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
    tree_write(whole, text);
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

static void remove_all(const struct trial *trial, const char *path) {
    char whole[PATH_BYTES];
    absolute(trial, path, whole);
    must(tree_remove(whole), whole);
}

static void empty_folder(const struct trial *trial, const char *folder) {
    char whole[PATH_BYTES], path[PATH_BYTES];
    absolute(trial, folder, whole);
    DIR *entries = opendir(whole);
    must(entries != NULL, whole);
    for (const struct dirent *entry; (entry = readdir(entries));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            must(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path, folder);
            remove_all(trial, path);
        }
    closedir(entries);
}

void trial_clear(const struct trial *trial) {
    remove_all(trial, ".batchd");
    if (trial->is_mounted)
        empty_folder(trial, "X/execution");
    else
        remove_all(trial, "X/execution");
}

/* --- the plan --- */

void trial_target(int i, char path[PATH_BYTES]) {
    snprintf(path, PATH_BYTES, "X/execution/EXECUTION_TASK_X_1%d_01.md", i + 1);
}

static void id_of(int i, char id[ID_BYTES]) {
    snprintf(id, ID_BYTES, "1.%d", i + 1);
}

static const char note[] = "Another person's note.\n";

static void write_plan(const struct trial *trial) {
    char folder[PATH_BYTES], id[ID_BYTES];
    struct buffer graph = {0};
    absolute(trial, "X", folder);
    for (int i = 0; i < trial->count; i++)
        buffer_append_format(&graph, "%s1.%d", i ? "; " : "", i + 1);
    plan_files_write(folder, graph.data);
    for (int i = 0; i < trial->count; i++) {
        id_of(i, id);
        plan_files_write_subplan(folder, id);
    }
    trial_write(trial, "X/NOTES.md", note);
    remove_all(trial, "X/execution");
    buffer_release(&graph);
}

void trial_start(struct trial *trial, const char *folder, int count) {
    *trial = (struct trial){.count = count};
    must(mkdir(folder, 0755) == 0 || errno == EEXIST, folder);
    char *resolved = realpath(folder, NULL);
    must(resolved && snprintf(trial->root, PATH_BYTES, "%s", resolved) < PATH_BYTES, folder);
    free(resolved);
    write_plan(trial);
}

void trial_end(struct trial *trial) {
    remove_all(trial, "");
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

static void fill_environment(struct environment *environment, const struct trial *trial, const struct program *program,
                             const struct fault *fault, const char *log) {
    environment_init(environment, "/nonexistent");
    if (fault->at == 0 && !log)
        return;
    environment_add(environment, "LD_PRELOAD=%s", program->shim);
    environment_add(environment, "FAULT_ROOT=%s", trial->root);
    environment_add(environment, "FAULT_AT=%ld", fault->at);
    if (fault->kind)
        environment_add(environment, "FAULT_KIND=%s", fault->kind);
    if (fault->is_for_good)
        environment_add(environment, "FAULT_FOR=good");
    if (log)
        environment_add(environment, "FAULT_COUNT=%s", log);
}

static pid_t start(const struct trial *trial, const struct program *program, const struct fault *fault, const char *log,
                   const char *command, int out, int err) {
    char copy[PATH_BYTES],
        *words[PROCESS_WORDS_MOST] = {(char *)program->batchctl, (char *)"--root", (char *)trial->root};
    struct environment environment;
    must(snprintf(copy, sizeof copy, "%s", command) < PATH_BYTES, command);
    words_split(copy, words, 3);
    fill_environment(&environment, trial, program, fault, log);
    pid_t child = process_begin(
        words, &environment,
        &(struct process_setting){
            .out = out, .err = err, .deadline_s = DEADLINE_SECONDS, .descriptors_most = fault->descriptors_most});
    environment_release(&environment);
    return child;
}

pid_t trial_begin(const struct trial *trial, const struct program *program, const char *command) {
    return start(trial, program, &(struct fault){0}, NULL, command, 0, 0);
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
    run->status = process_wait(start(trial, program, fault, log, command, out, err));
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
    char id[ID_BYTES];
    bool is_same = is_still(trial, "X/NOTES.md", note) && is_still(trial, "X/PLAN_X.md", NULL) &&
                   is_still(trial, "X/parallel.json", NULL);
    for (int i = 0; i < trial->count && is_same; i++) {
        id_of(i, id);
        char *path = plan_files_path("X", "subplans/SUBPLAN_@_#.md", id), *text = plan_files_subplan(id);
        is_same = is_still(trial, path, text);
        free(path);
        free(text);
    }
    return is_same && count_entries(trial, "X", "") == (trial_exists(trial, "X/execution") ? 5 : 4) &&
           count_entries(trial, "X/subplans", "") == trial->count;
}
