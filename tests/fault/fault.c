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
 * twice       a create dies before an operation that changes the disk, and the next one before each of its operations
 * mounted, mounted-undo, mounted-recover
 *             as create, undo and recover, but X/execution is a separate mount; needs root
 *
 * After each fault either the files are there as before, or as the command has to leave them and says so; or the run
 * says that it does not know, and readers are shown one of the two. Success is never said where a sync failed;
 * interruptions and short writes are survived; an error says its cause. Then, without faults, the next command succeeds
 * and leaves everything there once.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"
#include "trial.h"
#include "volume.h"

enum { OPERATIONS_MOST = 4096, TASKS_MOST = 200000 };
enum { STRIDE = 7919 }; /* a prime: who stops after the first failures looks everywhere at once */
/* Fewer than these, and the shim does not see what it should. */
enum { OPERATIONS_LEAST = 100, TORN_LEAST = 3 };

/* What a run without faults does, by number less one. */
struct course {
    struct operation operations[OPERATIONS_MOST];
    long count;
};

struct program program;
struct counts *tally;
long failures_shown = 20;
static struct task *tasks;
static size_t task_count;
static bool is_quick;

/* --- the jobs --- */

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

static void learn(const struct trial *trial, enum scenario scenario, long dead_at, struct course *course) {
    static struct run run;
    char log[PATH_BYTES + 8];
    snprintf(log, sizeof log, "%s.log", trial->root);
    if (!prepare(trial, scenario, dead_at)) {
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

/* --- all of it --- */

/* The two places of a worker: one of them has X/execution on a separate mount, if that is possible. */
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

static void work(const char *folder, int worker, bool has_mounted, long stop_after) {
    struct places places = {.has_mounted = has_mounted};
    char name[16];
    snprintf(name, sizeof name, "%d", worker);
    start_places(&places, folder, name);
    for (size_t i; (i = atomic_fetch_add(&tally->next, 1)) < task_count && tally->failed < stop_after;) {
        const struct task *task = &tasks[stop_after < TASKS_MOST ? i * STRIDE % task_count : i];
        perform(place_of(&places, task->scenario), task);
    }
    end_places(&places);
}

static bool is_wanted(const char *only, enum scenario scenario) {
    return !only || strcmp(only, scenarios[scenario].name) == 0;
}

static void plan_deaths(const struct trial *trial, const struct course *create) {
    static struct course course;
    int deaths = 0;
    for (long at = 1; at <= create->count; at++) {
        if (!create->operations[at - 1].is_write || (is_quick && deaths++ % 3))
            continue;
        prepare(trial, TWICE, at);
        if (trial_standing(trial)) /* nothing is left to be done and to die in */
            continue;
        learn(trial, TWICE, at, &course);
        add_deaths(at, &course);
    }
}

static void plan_everything(const struct places *places, const char *only, long *operations) {
    static struct course create[2], course;
    learn(&places->usual, CREATE, 0, &create[false]);
    if (places->has_mounted)
        learn(&places->mounted, MOUNTED, 0, &create[true]);
    for (enum scenario scenario = CREATE; scenario < TWICE; scenario++) {
        bool is_mounted = scenarios[scenario].is_mounted;
        if (is_mounted && !places->has_mounted)
            continue;
        long dead_at = scenarios[scenario].begins_dead ? after_publishing(&create[is_mounted], 1) : 0;
        learn(place_of(places, scenario), scenario, dead_at, &course);
        operations[scenario] = course.count;
        if (is_wanted(only, scenario))
            add_tasks(scenario, dead_at, &course);
    }
    if (is_wanted(only, TWICE))
        plan_deaths(&places->usual, &create[false]);
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
    long operations[SCENARIOS] = {0};
    start_places(&places, folder, "plan");
    plan_everything(&places, only, operations);
    end_places(&places);

    for (int worker = 0; worker < jobs; worker++)
        if (fork() == 0) {
            work(folder, worker, !reason, stop_after);
            _exit(0);
        }
    for (int status; wait(&status) > 0;)
        if (status != 0)
            tally->failed++;
    rmdir(folder);
    report(operations, !reason, trial_now() - began);
    return tally->failed ? 1 : 0;
}
