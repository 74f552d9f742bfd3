/*
 * Every disk operation of the real batchctl fails, in every way, one at a time: fault BATCHCTL SHIM
 *
 *   --quick         leave out what can hardly differ: dying between operations that only read, errors there that no
 *                   read gives, every second first death of "twice"
 *   --jobs N        this many at a time (2)
 *   --only NAME     create, undo, recover or twice
 *   --stop-after N  failures
 *   --show N        failures (20)
 *
 * create   a batch of three files whose folder is not there
 * undo     of that batch
 * recover  the same create where a batch lies that died when two of its files were published
 * twice    a create dies before an operation that changes the disk, and the next one before each of its own
 *
 * After each fault all files of the batch exist or none, or the run says that it does not know and no reader is shown
 * part of it; success is only said of all, and never where a sync failed; interruptions and short writes are survived;
 * an error says its cause. Then, without faults, the next create succeeds and leaves everything there once.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"

enum { OPERATIONS_MOST = 4096, TASKS_MOST = 200000, FILES = 3, NAME_BYTES = 16 };
enum { STRIDE = 7919 }; /* a prime: who stops after the first failures looks everywhere at once */
/* Fewer than these, and the shim does not see what it should. */
enum { OPERATIONS_LEAST = 100, TORN_LEAST = 3 };

enum scenario { CREATE, UNDO, RECOVER, TWICE, SCENARIOS };
static const char *const scenario_names[] = {"create", "undo", "recover", "twice"};
static const char *const commands[] = {"create --yes X", "undo --yes", "create --yes X", "create --yes X"};

struct operation {
    char name[NAME_BYTES];
    char place[96];
    bool is_write;
};

/* What a run without faults does, by number less one. */
struct course {
    struct operation operations[OPERATIONS_MOST];
    long count;
};

struct task {
    enum scenario scenario;
    long dead_at; /* recover, twice: where the batch before it died */
    struct fault fault;
    struct operation operation;
};

static struct program program;
static struct task *tasks;
static size_t task_count;
static long failures_shown = 20;
static bool is_quick;

/* Shared by the workers. */
static struct tally {
    atomic_size_t next;
    atomic_long passed, failed, torn, unknown;
} * tally;

/* --- what there is to do --- */

static void make_folder(const struct trial *trial, const char *path) {
    char whole[PATH_BYTES * 2];
    snprintf(whole, sizeof whole, "%s/%s", trial->root, path);
    mkdir(whole, 0755);
}

/* The batch as a create leaves it. */
static void put_batch(const struct trial *trial, const char *record) {
    static const char *const folders[] = {".batchd", ".batchd/batches", ".batchd/pending",
                                          "X/execution"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        make_folder(trial, folders[i]);
    trial_write(trial, ".batchd/.gitignore", "*\n");
    trial_write(trial, ".batchd/batches/000001.json", record);
    for (int i = 0; i < trial->count; i++) {
        char path[PATH_BYTES];
        trial_target(i, path);
        trial_write(trial, path, trial->contents[i]);
    }
}

/* The state in which the fault is going to hit. False if it cannot be made. */
static bool prepare(const struct trial *trial, enum scenario scenario, long dead_at, const char *record) {
    static struct run run;
    trial_clear(trial);
    if (scenario == UNDO)
        put_batch(trial, record);
    if (dead_at == 0)
        return true;
    trial_run(trial, &program, &(struct fault){.at = dead_at, .kind = "kill-before"}, NULL, commands[CREATE], &run);
    return run.status == STATUS_KILLED;
}

static void read_course(const char *path, struct course *course) {
    char line[512], effect;
    long number;
    FILE *log = fopen(path, "r");
    course->count = 0;
    while (log && fgets(line, sizeof line, log) && course->count < OPERATIONS_MOST) {
        struct operation *operation = &course->operations[course->count++];
        if (sscanf(line, "%ld %c %15s %95s", &number, &effect, operation->name, operation->place) != 4 ||
            number != course->count) {
            fprintf(stderr, "the shim has counted wrongly: %s", line);
            exit(99);
        }
        operation->is_write = effect == 'w';
    }
    if (log)
        fclose(log);
    unlink(path);
}

static void learn(const struct trial *trial, enum scenario scenario, long dead_at, const char *record,
                  struct course *course) {
    static struct run run;
    char log[PATH_BYTES + 8];
    snprintf(log, sizeof log, "%s.log", trial->root);
    if (!prepare(trial, scenario, dead_at, record)) {
        fprintf(stderr, "no batch died at operation %ld\n", dead_at);
        exit(99);
    }
    trial_run(trial, &program, &(struct fault){0}, log, commands[scenario], &run);
    read_course(log, course);
    if (run.status || course->count == 0) {
        fprintf(stderr, "%s (dead at %ld) without faults: status %d, %ld operations: %s", scenario_names[scenario],
                dead_at, run.status, course->count, run.err);
        tally->failed++;
    }
}

static void add_task(enum scenario scenario, long dead_at, const struct course *course, long at, const char *kind,
                     bool is_for_good) {
    if (task_count == TASKS_MOST)
        exit(99);
    tasks[task_count++] = (struct task){
        scenario, dead_at, {.at = at, .kind = kind, .is_for_good = is_for_good}, course->operations[at - 1]};
}

static bool is_one_of(const char *name, const char *const *names) {
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* Is it worth while? @at is a number. */
static bool is_worth(const struct course *course, long at, const char *kind, bool is_for_good) {
    static const char *const of_writes[] = {"ENOSPC", "EDQUOT", "EROFS", NULL};
    bool is_write = course->operations[at - 1].is_write;
    if (strcmp(kind, "short-write") == 0)
        return strcmp(course->operations[at - 1].name, "write") == 0;
    if (!is_quick || is_write)
        return true;
    return strncmp(kind, "kill", 4) != 0 && !(is_for_good && is_one_of(kind, of_writes));
}

static void add_tasks(enum scenario scenario, long dead_at, const struct course *course) {
    static const char *const kinds[] = {"kill-before", "kill-after", "short-write", "ENOSPC", "EIO",
                                        "EDQUOT",      "EROFS",      "EMFILE",      "EINTR"};
    for (long at = 1; at <= course->count; at++)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            for (int is_for_good = 0; is_for_good < (strncmp(kinds[i], "kill", 4) == 0 ? 1 : 2); is_for_good++)
                if (is_worth(course, at, kinds[i], is_for_good))
                    add_task(scenario, dead_at, course, at, kinds[i], is_for_good);
}

/* Between two operations that only read, the disk does not change, so dying before those that write is every way. */
static void add_deaths(long dead_at, const struct course *course) {
    for (long at = 1; at <= course->count; at++)
        if (course->operations[at - 1].is_write)
            add_task(TWICE, dead_at, course, at, "kill-before", false);
}

/* The number of the operation that publishes file @i, plus one: dying before it leaves @i + 1 files. */
static long after_publishing(const struct course *course, int i) {
    char path[PATH_BYTES];
    trial_target(i, path);
    for (long at = 1; at < course->count; at++) {
        const struct operation *operation = &course->operations[at - 1];
        if (operation->is_write && strstr(operation->place, path) && strcmp(operation->name, "renameat2") == 0)
            return at + 1;
    }
    return course->count; /* a program that publishes otherwise */
}

/* --- judging --- */

struct judgement {
    const struct task *task;
    bool is_well;
};

static void fail(struct judgement *judgement, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fail(struct judgement *judgement, const char *format, ...) {
    const struct task *task = judgement->task;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (judgement->is_well && atomic_fetch_add(&tally->failed, 1) < failures_shown)
        fprintf(stderr, "%s (dead at %ld), %s%s at operation %ld, %s %s: %s\n", scenario_names[task->scenario],
                task->dead_at, task->fault.kind, task->fault.is_for_good ? " for good" : "", task->fault.at,
                task->operation.name, task->operation.place, text);
    judgement->is_well = false;
}

static const char *cause_of(const char *kind) {
    static const struct {
        const char *name;
        int number;
    } rows[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EMFILE", EMFILE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(kind, rows[i].name) == 0)
            return strerror(rows[i].number);
    return NULL;
}

/* What the run said, given what was done to it. */
static void judge_status(struct judgement *judgement, const struct run *run) {
    static const char *const syncs[] = {"fsync", "fdatasync", "syncfs", NULL};
    static const char *const retried[] = {"open",  "openat", "openat2", "create", "read",
                                          "write", "flock",  "close",   NULL};
    const struct task *task = judgement->task;
    const char *kind = task->fault.kind, *name = task->operation.name;
    bool is_kill = strncmp(kind, "kill", 4) == 0, is_short = strcmp(kind, "short-write") == 0;
    bool is_interrupted = strcmp(kind, "EINTR") == 0;
    if (is_kill && run->status != STATUS_KILLED)
        fail(judgement, "it was to die, and exited with %d", run->status);
    if (!is_kill && run->status >= 124)
        fail(judgement, "it crashed or hung: %d", run->status);
    if (run->status == 0 && !is_kill && !is_short && is_one_of(name, syncs))
        fail(judgement, "a failed sync was reported as success");
    if (run->status != 0 && is_short)
        fail(judgement, "a short write was not continued: %d, %s", run->status, run->err);
    if (run->status != 0 && is_interrupted && !task->fault.is_for_good && is_one_of(name, retried))
        fail(judgement, "an interruption was not survived: %d, %s", run->status, run->err);
    const char *cause = cause_of(kind);
    if (run->status != 0 && cause && !strstr(run->err, cause))
        fail(judgement, "status %d, but the cause (%s) is not named: %s", run->status, cause, run->err);
}

static bool is_whole(enum verdict verdict) {
    return verdict == VERDICT_ALL || verdict == VERDICT_NONE;
}

/* What it left, given what it said. */
static void judge_disk(struct judgement *judgement, const struct trial *trial, int status) {
    const struct task *task = judgement->task;
    enum verdict disk = trial_verdict(trial), reader = trial_reader(trial, &program);
    enum verdict done = task->scenario == UNDO ? VERDICT_NONE : VERDICT_ALL;
    enum verdict undone = task->scenario == UNDO ? VERDICT_ALL : VERDICT_NONE;
    int standing = trial_standing(trial);
    /* where a dead batch could not be taken back its files are there still, and hidden */
    bool is_begun = task->scenario != RECOVER || status == STATUS_ROLLED_BACK;
    const char *found = verdict_names[disk], *shown = verdict_names[reader];
    tally->torn += disk == VERDICT_TORN;
    tally->unknown += status == STATUS_UNKNOWN;
    if (disk == VERDICT_WRONG)
        fail(judgement, "status %d, a file has wrong content", status);
    if (!is_whole(reader))
        fail(judgement, "status %d, a reader is shown: %s (on disk: %s)", status, shown, found);
    if (status == 0 && (disk != done || reader != done || standing != (done == VERDICT_ALL)))
        fail(judgement, "status 0, but on disk: %s, shown: %s, batches: %d", found, shown, standing);
    if (status != 0 && status != STATUS_UNKNOWN && status != STATUS_KILLED &&
        ((is_begun && disk != undone) || reader != undone || standing != (undone == VERDICT_ALL)))
        fail(judgement, "status %d, but on disk: %s, shown: %s, batches: %d", status, found, shown, standing);
    if (task->scenario != UNDO && is_whole(reader) && standing != (reader == VERDICT_ALL))
        fail(judgement, "status %d, shown: %s, but batches: %d", status, shown, standing);
    if (status == STATUS_ROLLED_BACK && !task->fault.is_for_good && !trial_is_tidy(trial))
        fail(judgement, "status %d, but something is left in .batchd", status);
    if (!trial_is_unharmed(trial))
        fail(judgement, "status %d, a file that is not the batch's was harmed", status);
}

/* The next create mends everything. */
static void judge_next(struct judgement *judgement, const struct trial *trial) {
    static struct run run;
    trial_run(trial, &program, &(struct fault){0}, NULL, commands[CREATE], &run);
    enum verdict disk = trial_verdict(trial);
    int standing = trial_standing(trial);
    if (run.status)
        fail(judgement, "the next create: status %d, %s", run.status, run.err);
    else if (disk != VERDICT_ALL || standing != 1)
        fail(judgement, "the next create: on disk: %s, batches: %d", verdict_names[disk], standing);
    else if (!trial_is_tidy(trial))
        fail(judgement, "the next create leaves something in .batchd/pending");
    if (!trial_is_unharmed(trial))
        fail(judgement, "the next create harmed a file that is not the batch's");
}

static const char foreign[] = "X/execution/THEIRS.md", foreign_text[] = "Somebody else's.\n";

static void judge_foreign(struct judgement *judgement, const struct trial *trial) {
    char *text = trial_read(trial, foreign);
    if (!text || strcmp(text, foreign_text) != 0)
        fail(judgement, "somebody else's file among the batch's was harmed");
    free(text);
}

static void perform(const struct trial *trial, const struct task *task, const char *record) {
    static struct run run;
    struct judgement judgement = {task, true};
    if (!prepare(trial, task->scenario, task->dead_at, record))
        fail(&judgement, "the batch before it did not die");
    trial_run(trial, &program, &task->fault, NULL, commands[task->scenario], &run);
    judge_status(&judgement, &run);
    judge_disk(&judgement, trial, run.status);
    /* every second time somebody else uses the folder meanwhile */
    bool has_foreign = task->fault.at % 2 == 0 && trial_exists(trial, "X/execution");
    if (has_foreign)
        trial_write(trial, foreign, foreign_text);
    judge_next(&judgement, trial);
    if (has_foreign)
        judge_foreign(&judgement, trial);
    tally->passed += judgement.is_well;
}

/* --- all of it --- */

static void work(const char *folder, int worker, long stop_after, const char *record) {
    struct trial trial;
    char place[PATH_BYTES + 16];
    snprintf(place, sizeof place, "%s/%d", folder, worker);
    trial_start(&trial, place, FILES);
    trial_expect(&trial, &program);
    for (size_t i; (i = atomic_fetch_add(&tally->next, 1)) < task_count && tally->failed < stop_after;)
        perform(&trial, &tasks[stop_after < TASKS_MOST ? i * STRIDE % task_count : i], record);
    trial_end(&trial);
}

static void plan_everything(const struct trial *trial, const char *only, const char *record, long *operations) {
    static struct course create, course;
    learn(trial, CREATE, 0, record, &create);
    long dead_at = after_publishing(&create, 1);
    for (enum scenario scenario = CREATE; scenario <= RECOVER; scenario++) {
        long dead = scenario == RECOVER ? dead_at : 0;
        learn(trial, scenario, dead, record, &course);
        operations[scenario] = course.count;
        if (!only || strcmp(only, scenario_names[scenario]) == 0)
            add_tasks(scenario, dead, &course);
    }
    int deaths = 0;
    for (long at = 1; at <= create.count && (!only || strcmp(only, scenario_names[TWICE]) == 0); at++) {
        if (!create.operations[at - 1].is_write || (is_quick && deaths++ % 2))
            continue;
        prepare(trial, TWICE, at, record);
        if (trial_standing(trial)) /* nothing is left to be done and to die in */
            continue;
        learn(trial, TWICE, at, record, &course);
        add_deaths(at, &course);
    }
}

int main(int count, char **words) {
    const char *only = NULL;
    long jobs = 2, stop_after = TASKS_MOST;
    if (count < 3) {
        fprintf(
            stderr,
            "usage: fault BATCHCTL SHIM [--quick] [--jobs N] [--only create|undo|recover|twice] [--stop-after N] [--show N]\n");
        return 2;
    }
    program = (struct program){realpath(words[1], NULL), realpath(words[2], NULL)};
    for (int i = 3; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : "";
        is_quick |= strcmp(words[i], "--quick") == 0;
        if (strcmp(words[i], "--jobs") == 0)
            jobs = strtol(value, NULL, 10);
        else if (strcmp(words[i], "--only") == 0)
            only = value;
        else if (strcmp(words[i], "--show") == 0)
            failures_shown = strtol(value, NULL, 10);
        else if (strcmp(words[i], "--stop-after") == 0)
            stop_after = strtol(value, NULL, 10);
    }
    double began = trial_now();
    tasks = calloc(TASKS_MOST, sizeof *tasks);
    tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char folder[PATH_BYTES], place[PATH_BYTES + 16];
    snprintf(folder, sizeof folder, "%s/batchd-fault-XXXXXX", trial_base());
    if (!program.batchctl || !program.shim || !tasks || tally == MAP_FAILED || !mkdtemp(folder)) {
        perror("fault");
        return 99;
    }

    struct trial trial;
    static struct run run;
    snprintf(place, sizeof place, "%s/plan", folder);
    trial_start(&trial, place, FILES);
    trial_expect(&trial, &program);
    trial_run(&trial, &program, &(struct fault){0}, NULL, commands[CREATE], &run);
    char *record = trial_read(&trial, ".batchd/batches/000001.json");
    long operations[SCENARIOS] = {0};
    plan_everything(&trial, only, record, operations);
    trial_end(&trial);

    for (int worker = 0; worker < jobs; worker++)
        if (fork() == 0) {
            work(folder, worker, stop_after, record);
            _exit(0);
        }
    for (int status; wait(&status) > 0;)
        if (status != 0)
            tally->failed++;
    rmdir(folder);
    free(record);

    bool is_complete = stop_after < TASKS_MOST || (size_t)(tally->passed + tally->failed) == task_count;
    for (enum scenario scenario = CREATE; scenario <= RECOVER; scenario++)
        is_complete = is_complete && operations[scenario] >= OPERATIONS_LEAST;
    if (!is_complete || (!only && stop_after == TASKS_MOST && tally->torn < TORN_LEAST)) {
        fprintf(stderr, "the loop proves nothing: too few operations, faults or deaths half way\n");
        tally->failed++;
    }
    printf(
        "%ld passed, %ld failed (operations: create %ld, undo %ld, recover %ld; %ld left part of a batch for recovery, "
        "%ld said unknown; %.0f s)\n",
        (long)tally->passed, (long)tally->failed, operations[CREATE], operations[UNDO], operations[RECOVER],
        (long)tally->torn, (long)tally->unknown, trial_now() - began);
    return tally->failed ? 1 : 0;
}
