#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool is_one_of(const char *name, const char *const *names) {
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

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
    char *record = trial_read(trial, ".batchd/*/batches/000001.json"),
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
    /* if a dead batch could not be rolled back, its files still exist, hidden */
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
    if (is_done && !judgement->task->fault.is_for_good && strncmp(judgement->task->operation.name, "unlink", 6) != 0 &&
        !trial_is_tidy(trial))
        fail(judgement, "status %d, but something is left in .batchd", status);
    if (!trial_is_unharmed(trial))
        fail(judgement, "status %d, a file that is not the batch's was harmed", status);
}

/* The next command repairs everything: create, or the retry of what --keep-going has left out. */
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

static const char foreign[] = "X/execution/THEIRS.md", foreign_text[] = "Another's.\n";

static void judge_foreign(struct judgement *judgement, const struct trial *trial) {
    char *text = trial_read(trial, foreign);
    if (!text || strcmp(text, foreign_text) != 0)
        fail(judgement, "another process's file among the batch's was harmed");
    free(text);
}

void perform(const struct trial *trial, const struct task *task) {
    static struct run run;
    struct judgement judgement = {task, true};
    if (!prepare(trial, task->scenario, task->dead_at))
        fail(&judgement, "the batch before it did not die");
    trial_run(trial, &program, &task->fault, NULL, scenarios[task->scenario].command, &run);
    judge_status(&judgement, &run);
    judge_disk(&judgement, trial, run.status);
    /* every second time another process uses the folder meanwhile */
    bool has_foreign = task->fault.at % 2 == 0 && trial_exists(trial, "X/execution");
    if (has_foreign)
        trial_write(trial, foreign, foreign_text);
    judge_next(&judgement, trial);
    if (has_foreign)
        judge_foreign(&judgement, trial);
    tally->passed += judgement.is_well;
}
