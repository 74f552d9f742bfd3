/*
 * Every disk operation of the real batchctl fails, in every way, one at a time: fault BATCHCTL SHIM
 *
 *   --quick         leave out what can hardly differ: dying between operations that only read, errors there that no
 *                   read gives, two of three first deaths of "twice", what "thin" scenarios share with others
 *   --jobs N        this many at a time (2)
 *   --only NAME     a scenario
 *   --stop-after N  failures
 *   --show N        failures (20)
 *
 * create      a batch of three files whose folder is not there
 * undo        of that batch
 * keep-going  create --keep-going, where a folder has the name of one of the three
 * retry       of that batch, without the folder
 * recover     the same create where a batch lies that died when two of its files were published
 * twice       a create dies before an operation that changes the disk, and the next one before each of its own
 * mounted, mounted-undo, mounted-recover
 *             as create, undo and recover, but X/execution is a mount of its own; needs root
 *
 * After each fault either the files are there as before, or as the command has to leave them and says so; or the run
 * says that it does not know, and readers are shown one of the two. Success is never said where a sync failed;
 * interruptions and short writes are survived; an error says its cause. Then, without faults, the next command succeeds
 * and leaves everything there once.
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
#include "volume.h"

enum { OPERATIONS_MOST = 4096, TASKS_MOST = 200000, FILES = 3, NAME_BYTES = 16 };
enum { STRIDE = 7919 }; /* a prime: who stops after the first failures looks everywhere at once */
/* Fewer than these, and the shim does not see what it should. */
enum { OPERATIONS_LEAST = 100, TORN_LEAST = 3 };

enum scenario { CREATE, UNDO, KEEP_GOING, RETRY, RECOVER, MOUNTED, MOUNTED_UNDO, MOUNTED_RECOVER, TWICE, SCENARIOS };
enum { ALL = 7, ONE = 2, OTHERS = 5 }; /* files, as bits: ONE is the blocked one */
enum { STATUS_PARTLY = 10 };

static const struct {
    const char *name, *command;
    int status;             /* of success */
    unsigned before, after; /* files */
    int standing_before, standing_after;
    bool is_mounted, is_thin, begins_dead;
} scenarios[] = {
    [CREATE] = {.name = "create", .command = "create --yes X", .after = ALL, .standing_after = 1},
    [UNDO] = {.name = "undo", .command = "undo --yes", .before = ALL, .standing_before = 1},
    [KEEP_GOING] = {.name = "keep-going",
                    .command = "create --yes --keep-going X",
                    .status = STATUS_PARTLY,
                    .after = OTHERS,
                    .standing_after = 1,
                    .is_thin = true},
    [RETRY] = {.name = "retry",
               .command = "retry 1 --yes",
               .before = OTHERS,
               .after = ALL,
               .standing_before = 1,
               .standing_after = 2,
               .is_thin = true},
    [RECOVER] =
        {.name = "recover", .command = "create --yes X", .after = ALL, .standing_after = 1, .begins_dead = true},
    [MOUNTED] = {.name = "mounted",
                 .command = "create --yes X",
                 .after = ALL,
                 .standing_after = 1,
                 .is_mounted = true,
                 .is_thin = true},
    [MOUNTED_UNDO] = {.name = "mounted-undo",
                      .command = "undo --yes",
                      .before = ALL,
                      .standing_before = 1,
                      .is_mounted = true,
                      .is_thin = true},
    [MOUNTED_RECOVER] = {.name = "mounted-recover",
                         .command = "create --yes X",
                         .after = ALL,
                         .standing_after = 1,
                         .is_mounted = true,
                         .is_thin = true,
                         .begins_dead = true},
    [TWICE] = {.name = "twice", .command = "create --yes X", .after = ALL, .standing_after = 1},
};

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

/* The records of the batch of all files and the one of OTHERS, which borrow the process's memory. */
struct records {
    char *whole, *partly;
};

/* A batch as a create has left it. */
static void put_batch(const struct trial *trial, const char *record, unsigned files) {
    static const char *const folders[] = {".batchd", ".batchd/batches", ".batchd/pending", "X/execution"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        make_folder(trial, folders[i]);
    trial_write(trial, ".batchd/.gitignore", "*\n");
    trial_write(trial, ".batchd/batches/000001.json", record);
    for (int i = 0; i < trial->count; i++) {
        char path[PATH_BYTES];
        trial_target(i, path);
        if (files & 1u << i)
            trial_write(trial, path, trial->contents[i]);
    }
}

/* A folder in the place of file ONE, or no more. */
static void block(const struct trial *trial, bool is_blocked) {
    char path[PATH_BYTES], whole[PATH_BYTES * 2];
    trial_target(1, path);
    make_folder(trial, "X/execution");
    snprintf(whole, sizeof whole, "%s/%s", trial->root, path);
    if (is_blocked ? mkdir(whole, 0755) != 0 : rmdir(whole) != 0) {
        perror(whole);
        exit(99);
    }
}

/* The state in which the fault is going to hit. False if it cannot be made. */
static bool prepare(const struct trial *trial, enum scenario scenario, long dead_at, const struct records *records) {
    static struct run run;
    trial_clear(trial);
    if (scenarios[scenario].before)
        put_batch(trial, scenario == RETRY ? records->partly : records->whole, scenarios[scenario].before);
    if (scenario == KEEP_GOING)
        block(trial, true);
    if (dead_at == 0)
        return true;
    trial_run(trial, &program, &(struct fault){.at = dead_at, .kind = "kill-before"}, NULL, scenarios[CREATE].command,
              &run);
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

static void learn(const struct trial *trial, enum scenario scenario, long dead_at, const struct records *records,
                  struct course *course) {
    static struct run run;
    char log[PATH_BYTES + 8];
    snprintf(log, sizeof log, "%s.log", trial->root);
    if (!prepare(trial, scenario, dead_at, records)) {
        fprintf(stderr, "no batch died at operation %ld\n", dead_at);
        exit(99);
    }
    trial_run(trial, &program, &(struct fault){0}, log, scenarios[scenario].command, &run);
    read_course(log, course);
    if (run.status != scenarios[scenario].status || course->count == 0) {
        fprintf(stderr, "%s (dead at %ld) without faults: status %d, %ld operations: %s", scenarios[scenario].name,
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
static bool is_worth(enum scenario scenario, const struct course *course, long at, const char *kind, bool is_for_good) {
    static const char *const of_writes[] = {"ENOSPC", "EDQUOT", "EROFS", NULL};
    static const char *const thin[] = {"kill-before", "kill-after", "ENOSPC", "EIO", NULL};
    bool is_write = course->operations[at - 1].is_write;
    if (strcmp(kind, "short-write") == 0)
        return strcmp(course->operations[at - 1].name, "write") == 0;
    if (is_quick && scenarios[scenario].is_thin)
        return is_write ? is_one_of(kind, thin) : strcmp(kind, "EIO") == 0 && !is_for_good;
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
                if (is_worth(scenario, course, at, kinds[i], is_for_good))
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
        fprintf(stderr, "%s (dead at %ld), %s%s at operation %ld, %s %s: %s\n", scenarios[task->scenario].name,
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

/* Operations that are tried again when they are interrupted. */
static const char *const retried[] = {"open", "openat", "openat2", "create", "read", "write", "flock", "close", NULL};

/* What the run said, given what was done to it. */
static void judge_status(struct judgement *judgement, const struct run *run) {
    static const char *const syncs[] = {"fsync", "fdatasync", "syncfs", NULL};
    const struct task *task = judgement->task;
    const char *kind = task->fault.kind, *name = task->operation.name;
    bool is_kill = strncmp(kind, "kill", 4) == 0, is_short = strcmp(kind, "short-write") == 0;
    bool is_interrupted = strcmp(kind, "EINTR") == 0;
    if (is_kill && run->status != STATUS_KILLED)
        fail(judgement, "it was to die, and exited with %d", run->status);
    if (!is_kill && run->status >= 124)
        fail(judgement, "it crashed or hung: %d", run->status);
    bool is_done = run->status == scenarios[task->scenario].status;
    if (is_done && !is_kill && !is_short && is_one_of(name, syncs))
        fail(judgement, "a failed sync was reported as success");
    if (!is_done && is_short)
        fail(judgement, "a short write was not continued: %d, %s", run->status, run->err);
    if (!is_done && is_interrupted && !task->fault.is_for_good && is_one_of(name, retried))
        fail(judgement, "an interruption was not survived: %d, %s", run->status, run->err);
    const char *cause = cause_of(kind);
    if (!is_done && cause && !strstr(run->err, cause))
        fail(judgement, "status %d, but the cause (%s) is not named: %s", run->status, cause, run->err);
}

/* What --keep-going is to leave: what its record says. Of the files it can create an error may have kept it from some.
 */
static unsigned promised(struct judgement *judgement, const struct trial *trial) {
    const struct task *task = judgement->task;
    unsigned files = 0;
    char *record = trial_read(trial, ".batchd/batches/000001.json"),
         *end = record ? strstr(record, "\"failures\"") : NULL;
    if (task->scenario != KEEP_GOING || !end) {
        free(record);
        return scenarios[task->scenario].after;
    }
    *end = '\0';
    for (int i = 0; i < trial->count; i++) {
        char path[PATH_BYTES];
        trial_target(i, path);
        files |= strstr(record, path) ? 1u << i : 0;
    }
    free(record);
    bool is_survived =
        strcmp(task->fault.kind, "EINTR") == 0 && !task->fault.is_for_good && is_one_of(task->operation.name, retried);
    bool is_error = task->fault.kind[0] == 'E' && !is_survived;
    if (files == 0 || (files & ~(unsigned)OTHERS) || (files != OTHERS && !is_error))
        fail(judgement, "the record says that the files %x were created", files);
    return files;
}

/* What it left, given what it said. */
static void judge_disk(struct judgement *judgement, const struct trial *trial, int status) {
    enum scenario scenario = judgement->task->scenario;
    unsigned before = scenarios[scenario].before, after = promised(judgement, trial), files;
    int standing_before = scenarios[scenario].standing_before, standing_after = scenarios[scenario].standing_after;
    int shown = trial_shown(trial, &program), standing = trial_standing(trial);
    bool is_done = status == scenarios[scenario].status, is_right = trial_files(trial, &files);
    bool is_shown_before = shown == __builtin_popcount(before), is_shown_after = shown == __builtin_popcount(after);
    /* where a dead batch could not be taken back its files are there still, and hidden */
    bool is_begun = !scenarios[scenario].begins_dead || status == STATUS_ROLLED_BACK;
    tally->torn += files != before && files != after;
    tally->unknown += status == STATUS_UNKNOWN;
    if (!is_right)
        fail(judgement, "status %d, a file has wrong content", status);
    if (!is_shown_before && !is_shown_after)
        fail(judgement, "status %d, a reader is shown %d files (on disk: %x)", status, shown, files);
    if (is_done && (files != after || !is_shown_after || standing != standing_after))
        fail(judgement, "status %d, but on disk: %x, shown: %d, batches: %d", status, files, shown, standing);
    if (!is_done && status != STATUS_UNKNOWN && status != STATUS_KILLED &&
        ((is_begun && files != before) || !is_shown_before || standing != standing_before))
        fail(judgement, "status %d, but on disk: %x, shown: %d, batches: %d", status, files, shown, standing);
    if (before < after && standing != (is_shown_after ? standing_after : standing_before))
        fail(judgement, "status %d, shown: %d, but batches: %d", status, shown, standing);
    if (status == STATUS_ROLLED_BACK && !judgement->task->fault.is_for_good && !trial_is_tidy(trial))
        fail(judgement, "status %d, but something is left in .batchd", status);
    if (!trial_is_unharmed(trial))
        fail(judgement, "status %d, a file that is not the batch's was harmed", status);
}

/* The next command mends everything: create, or the retry of what --keep-going has left out. */
static void judge_next(struct judgement *judgement, const struct trial *trial) {
    static struct run run;
    enum scenario scenario = judgement->task->scenario;
    bool is_retry = scenario == KEEP_GOING && trial_standing(trial) == 1;
    int expected = is_retry || scenario == RETRY ? 2 : 1;
    if (scenario == KEEP_GOING)
        block(trial, false);
    trial_run(trial, &program, &(struct fault){0}, NULL, scenarios[is_retry ? RETRY : CREATE].command, &run);
    enum verdict disk = trial_verdict(trial);
    int standing = trial_standing(trial);
    if (run.status)
        fail(judgement, "the next command: status %d, %s", run.status, run.err);
    else if (disk != VERDICT_ALL || standing != expected)
        fail(judgement, "the next command: on disk: %s, batches: %d", verdict_names[disk], standing);
    else if (!trial_is_tidy(trial))
        fail(judgement, "the next command leaves something pending or staged");
    if (!trial_is_unharmed(trial))
        fail(judgement, "the next command harmed a file that is not the batch's");
}

static const char foreign[] = "X/execution/THEIRS.md", foreign_text[] = "Somebody else's.\n";

static void judge_foreign(struct judgement *judgement, const struct trial *trial) {
    char *text = trial_read(trial, foreign);
    if (!text || strcmp(text, foreign_text) != 0)
        fail(judgement, "somebody else's file among the batch's was harmed");
    free(text);
}

static void perform(const struct trial *trial, const struct task *task, const struct records *records) {
    static struct run run;
    struct judgement judgement = {task, true};
    if (!prepare(trial, task->scenario, task->dead_at, records))
        fail(&judgement, "the batch before it did not die");
    trial_run(trial, &program, &task->fault, NULL, scenarios[task->scenario].command, &run);
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

/* The two places of a worker: one of them has X/execution on a mount of its own, if that can be had. */
struct places {
    struct trial usual, mounted;
    bool has_mounted;
};

static void start_places(struct places *places, const char *folder, const char *name) {
    char place[PATH_BYTES + 32], execution[PATH_BYTES * 2];
    snprintf(place, sizeof place, "%s/%s", folder, name);
    trial_start(&places->usual, place, FILES);
    trial_expect(&places->usual, &program);
    if (!places->has_mounted)
        return;
    snprintf(place, sizeof place, "%s/%s-mounted", folder, name);
    trial_start(&places->mounted, place, FILES);
    make_folder(&places->mounted, "X/execution");
    snprintf(execution, sizeof execution, "%s/X/execution", places->mounted.root);
    if (!volume_mount_memory(execution, "size=4m")) {
        perror(execution);
        exit(99);
    }
    places->mounted.is_mounted = true;
    trial_expect(&places->mounted, &program);
}

static void end_places(struct places *places) {
    char execution[PATH_BYTES * 2];
    trial_end(&places->usual);
    if (!places->has_mounted)
        return;
    snprintf(execution, sizeof execution, "%s/X/execution", places->mounted.root);
    volume_unmount(execution);
    trial_end(&places->mounted);
}

static const struct trial *place_of(const struct places *places, enum scenario scenario) {
    return scenarios[scenario].is_mounted ? &places->mounted : &places->usual;
}

static void work(const char *folder, int worker, bool has_mounted, long stop_after, const struct records *records) {
    struct places places = {.has_mounted = has_mounted};
    char name[16];
    snprintf(name, sizeof name, "%d", worker);
    start_places(&places, folder, name);
    for (size_t i; (i = atomic_fetch_add(&tally->next, 1)) < task_count && tally->failed < stop_after;) {
        const struct task *task = &tasks[stop_after < TASKS_MOST ? i * STRIDE % task_count : i];
        perform(place_of(&places, task->scenario), task, records);
    }
    end_places(&places);
}

static bool is_wanted(const char *only, enum scenario scenario) {
    return !only || strcmp(only, scenarios[scenario].name) == 0;
}

static void plan_deaths(const struct trial *trial, const struct course *create, const struct records *records) {
    static struct course course;
    int deaths = 0;
    for (long at = 1; at <= create->count; at++) {
        if (!create->operations[at - 1].is_write || (is_quick && deaths++ % 3))
            continue;
        prepare(trial, TWICE, at, records);
        if (trial_standing(trial)) /* nothing is left to be done and to die in */
            continue;
        learn(trial, TWICE, at, records, &course);
        add_deaths(at, &course);
    }
}

static void plan_everything(const struct places *places, const char *only, const struct records *records,
                            long *operations) {
    static struct course create[2], course;
    learn(&places->usual, CREATE, 0, records, &create[false]);
    if (places->has_mounted)
        learn(&places->mounted, MOUNTED, 0, records, &create[true]);
    for (enum scenario scenario = CREATE; scenario < TWICE; scenario++) {
        bool is_mounted = scenarios[scenario].is_mounted;
        if (is_mounted && !places->has_mounted)
            continue;
        long dead_at = scenarios[scenario].begins_dead ? after_publishing(&create[is_mounted], 1) : 0;
        learn(place_of(places, scenario), scenario, dead_at, records, &course);
        operations[scenario] = course.count;
        if (is_wanted(only, scenario))
            add_tasks(scenario, dead_at, &course);
    }
    if (is_wanted(only, TWICE))
        plan_deaths(&places->usual, &create[false], records);
}

/* The records of batches without faults, as they stand on disk. */
static void read_records(const struct trial *trial, struct records *records) {
    static const char path[] = ".batchd/batches/000001.json";
    static struct run run;
    trial_run(trial, &program, &(struct fault){0}, NULL, scenarios[CREATE].command, &run);
    records->whole = trial_read(trial, path);
    prepare(trial, KEEP_GOING, 0, records);
    trial_run(trial, &program, &(struct fault){0}, NULL, scenarios[KEEP_GOING].command, &run);
    records->partly = trial_read(trial, path);
    if (!records->whole || !records->partly) {
        fprintf(stderr, "no records without faults: %s", run.err);
        exit(99);
    }
}

static const char *only;
static long jobs = 2, stop_after = TASKS_MOST;

static void read_words(int count, char **words) {
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
}

/* Says what was done, and whether it proves anything. */
static void report(const long *operations, bool has_mounted, double seconds) {
    bool is_complete = stop_after < TASKS_MOST || (size_t)(tally->passed + tally->failed) == task_count;
    for (enum scenario scenario = CREATE; scenario < TWICE; scenario++)
        is_complete = is_complete &&
                      (operations[scenario] >= OPERATIONS_LEAST || (scenarios[scenario].is_mounted && !has_mounted));
    if (!is_complete || task_count == 0 || (!only && stop_after == TASKS_MOST && tally->torn < TORN_LEAST)) {
        fprintf(stderr, "the loop proves nothing: too few operations, faults or deaths half way\n");
        tally->failed++;
    }
    printf("%ld passed, %ld failed (operations:", (long)tally->passed, (long)tally->failed);
    for (enum scenario scenario = CREATE; scenario < TWICE; scenario++)
        printf(" %s %ld%s", scenarios[scenario].name, operations[scenario], scenario + 1 < TWICE ? "," : ";");
    printf(" %ld left part of a batch for recovery, %ld said unknown; %.0f s)\n", (long)tally->torn,
           (long)tally->unknown, seconds);
}

int main(int count, char **words) {
    if (count < 3) {
        fprintf(stderr, "usage: fault BATCHCTL SHIM [--quick] [--jobs N] [--only NAME] [--stop-after N] [--show N]\n");
        return 2;
    }
    program = (struct program){realpath(words[1], NULL), realpath(words[2], NULL)};
    read_words(count, words);
    double began = trial_now();
    tasks = calloc(TASKS_MOST, sizeof *tasks);
    tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s/batchd-fault-XXXXXX", trial_base());
    if (!program.batchctl || !program.shim || !tasks || tally == MAP_FAILED || !mkdtemp(folder)) {
        perror("fault");
        return 99;
    }

    const char *reason = volume_prepare();
    if (reason)
        fprintf(stderr, "*** SKIPPED: faults where a target is on another mount: %s ***\n", reason);
    struct places places = {.has_mounted = !reason};
    struct records records = {0};
    long operations[SCENARIOS] = {0};
    start_places(&places, folder, "plan");
    read_records(&places.usual, &records);
    plan_everything(&places, only, &records, operations);
    end_places(&places);

    for (int worker = 0; worker < jobs; worker++)
        if (fork() == 0) {
            work(folder, worker, !reason, stop_after, &records);
            _exit(0);
        }
    for (int status; wait(&status) > 0;)
        if (status != 0)
            tally->failed++;
    rmdir(folder);
    free(records.whole);
    free(records.partly);
    report(operations, !reason, trial_now() - began);
    return tally->failed ? 1 : 0;
}
