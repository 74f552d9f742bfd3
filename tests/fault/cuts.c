/*
 * Power cuts. For each: a fresh ext4 with the plan; batchctl runs until its k-th operation, where the file system stops
 * (shim.c); the file system is mounted again, which replays its log, and judged. The same where a batch or an undo was
 * cut off half way before, so that batchctl is recovering it when the power fails again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soak.h"
#include "volume.h"

enum { UNMOUNT_ATTEMPTS = 100, OPERATIONS_LEAST = 100 };
#define SHUTDOWN _IOR('X', 125, uint32_t) /* FS_IOC_SHUTDOWN */

enum deed { CREATE, UNDO, RECOVER, RECOVER_UNDO, DEEDS };

/* What is done, and to what: the file system that another deed starts from, after that deed or half way through it. */
static const struct {
    const char *command, *file; /* its template's name */
    enum deed made_from;
    bool is_cut;           /* made by a cut in the middle */
    const char *operation; /* of those that move or remove the batch's files: the middle is among them */
} deeds[] = {
    [CREATE] = {"create --yes X", "image-create", CREATE, false, "renameat2"},
    [UNDO] = {"undo --yes", "image-undo", CREATE, false, "unlinkat"},
    [RECOVER] = {"create --yes X", "image-recover", CREATE, true, NULL},
    [RECOVER_UNDO] = {"create --yes X", "image-recover-undo", UNDO, true, NULL},
};

struct bench {
    const struct program *program;
    char place[PATH_BYTES / 2]; /* the mount point */
    char image[PATH_BYTES / 2], templates[DEEDS][PATH_BYTES / 2];
    struct trial trial; /* on the mounted file system */
    long operations[DEEDS], middle[DEEDS];
    long torn, acknowledged, lost; /* lost: nothing was there after the cut */
    const char *trouble;           /* why there are no file systems to begin with */
    long second;                   /* cuts during a recovery */
};

struct cut {
    enum deed deed;
    long at; /* one more than there are operations: after the program's end */
    const char *kind;
    bool goes_on; /* the program does, on the dead file system */
};

static bool copy(const char *from, const char *to) {
    struct stat status;
    int source = open(from, O_RDONLY | O_CLOEXEC), target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_copied = source >= 0 && target >= 0 && fstat(source, &status) == 0;
    for (off_t at = 0; is_copied && at < status.st_size;)
        is_copied = sendfile(target, source, &at, (size_t)(status.st_size - at)) > 0;
    close(source);
    close(target);
    return is_copied;
}

/* A process that was just killed may hold it for a moment. */
static bool leave(const struct bench *bench) {
    for (int i = 0; i < UNMOUNT_ATTEMPTS; i++) {
        if (volume_unmount(bench->place))
            return true;
        usleep(5000);
    }
    return false;
}

/* What happens to a machine that has just said that it is done. */
static bool cut_now(const struct bench *bench, const char *kind) {
    uint32_t how = strcmp(kind, "cut") == 0 ? 2 : 1;
    int root = open(bench->trial.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_cut = root >= 0 && ioctl(root, SHUTDOWN, &how) == 0;
    close(root);
    return is_cut;
}

static void judge(struct tally *tally, struct bench *bench, const struct cut *cut, int status) {
    static struct run run;
    struct trial *trial = &bench->trial;
    enum verdict disk = trial_verdict(trial), reader = trial_reader(trial, bench->program);
    enum verdict done = cut->deed == UNDO ? VERDICT_NONE : VERDICT_ALL;
    bool is_whole = reader == VERDICT_ALL || reader == VERDICT_NONE;
    bool is_kept = status != 0 || (disk == done && reader == done);
    bench->torn += disk == VERDICT_TORN;
    bench->acknowledged += status == 0;
    bench->lost += disk == VERDICT_NONE;
    bench->second += deeds[cut->deed].is_cut;
    trial_run(trial, bench->program, &(struct fault){0}, NULL, deeds[CREATE].command, &run);
    enum verdict after = trial_verdict(trial);
    bool is_mended = run.status == 0 && after == VERDICT_ALL && trial_standing(trial) == 1 && trial_is_tidy(trial);
    tally_add(
        tally, is_whole && is_kept && is_mended && disk != VERDICT_WRONG && trial_is_unharmed(trial),
        "%s from %s, %s%s at operation %ld (status %d): on disk: %s, shown: %s; after the next create (status %d): %s, "
        "batches: %d, %s%s",
        deeds[cut->deed].command, deeds[cut->deed].file, cut->kind, cut->goes_on ? ", going on" : "", cut->at, status,
        verdict_names[disk], verdict_names[reader], run.status, verdict_names[after], trial_standing(trial),
        trial_is_tidy(trial) ? "tidy" : "not tidy", trial_is_unharmed(trial) ? "" : ", other files harmed");
}

static void perform(struct tally *tally, struct bench *bench, const struct cut *cut) {
    static struct run run;
    const struct fault fault = {.at = cut->at, .kind = cut->kind, .is_for_good = cut->goes_on};
    if (!copy(bench->templates[cut->deed], bench->image) || !volume_mount(bench->image, bench->place)) {
        tally_add(tally, false, "cut: no file system: %s", strerror(errno));
        return;
    }
    trial_run(&bench->trial, bench->program, &fault, NULL, deeds[cut->deed].command, &run);
    bool is_cut = cut->at <= bench->operations[cut->deed] || cut_now(bench, cut->kind);
    bool is_back = leave(bench) && volume_mount(bench->image, bench->place);
    tally_add(tally, is_cut && is_back && run.status != 125, "cut at operation %ld: %s%s", cut->at,
              is_cut ? "the file system does not come back: " : "cannot cut: ", strerror(errno));
    if (!is_back)
        return;
    judge(tally, bench, cut, run.status);
    bool is_clean = leave(bench) && volume_is_clean(bench->image);
    tally_add(tally, is_clean, "cut at operation %ld: e2fsck finds faults", cut->at);
}

/* Counts the operations of the deed, and finds the one at which half of its files are moved or removed. */
static void count_operations(struct bench *bench, enum deed deed) {
    static struct run run;
    char log[PATH_BYTES], line[512], name[32], place[300];
    long number, files = 0;
    snprintf(log, sizeof log, "%s.log", bench->place);
    if (!copy(bench->templates[deed], bench->image) || !volume_mount(bench->image, bench->place))
        return;
    trial_run(&bench->trial, bench->program, &(struct fault){0}, log, deeds[deed].command, &run);
    leave(bench);
    FILE *file = fopen(log, "r");
    while (file && fgets(line, sizeof line, file)) {
        bench->operations[deed]++;
        bool is_file = sscanf(line, "%ld w %31s %299s", &number, name, place) == 3 && deeds[deed].operation &&
                       strcmp(name, deeds[deed].operation) == 0 && strstr(place, "EXECUTION_TASK");
        files += is_file;
        if (is_file && files == (bench->trial.count + 1) / 2)
            bench->middle[deed] = number + 1;
    }
    if (file)
        fclose(file);
    unlink(log);
    if (run.status)
        bench->trouble = "what has to be cut fails without a cut";
}

/* The file system after another deed, or cut off in the middle of it with its log written, and unmounted. */
static bool make_from(struct bench *bench, enum deed deed) {
    static struct run run;
    enum deed from = deeds[deed].made_from;
    const struct fault none = {0}, middle = {.at = bench->middle[from], .kind = "cut-flushed"};
    if (!copy(bench->templates[from], bench->templates[deed]) || !volume_mount(bench->templates[deed], bench->place))
        return false;
    trial_run(&bench->trial, bench->program, deeds[deed].is_cut ? &middle : &none, NULL, deeds[from].command, &run);
    if (!leave(bench) || run.status != (deeds[deed].is_cut ? STATUS_KILLED : 0))
        return false;
    if (!deeds[deed].is_cut)
        return true;
    if (!volume_mount(bench->templates[deed], bench->place))
        return false;
    enum verdict half = trial_verdict(&bench->trial);
    bench->trouble = half == VERDICT_TORN ? NULL : "a cut in the middle has left no file or wrong content";
    return leave(bench) && !bench->trouble;
}

/* The file systems before the deeds, made once. */
static bool make_templates(struct bench *bench, int files) {
    char root[PATH_BYTES];
    snprintf(root, sizeof root, "%s/plans", bench->place);
    memset(bench->operations, 0, sizeof bench->operations);
    if (!volume_format(bench->templates[CREATE]) || !volume_mount(bench->templates[CREATE], bench->place))
        return false;
    trial_start(&bench->trial, root, files);
    trial_expect(&bench->trial, bench->program);
    if (!leave(bench))
        return false;
    for (enum deed deed = CREATE; deed < DEEDS; deed++) {
        if (deed != CREATE && !make_from(bench, deed))
            return false;
        count_operations(bench, deed);
        if (bench->trouble || bench->operations[deed] < OPERATIONS_LEAST)
            return false;
    }
    return true;
}

enum { WAYS = 4 }; /* each kind, dying or going on */

/* The i-th of all points of this bench: the ends of all deeds first, then every operation. */
static struct cut point(const struct bench *bench, long i) {
    static const char *const kinds[] = {"cut", "cut-flushed"};
    struct cut cut = {.kind = kinds[i % 2], .goes_on = i / 2 % 2 != 0};
    long place = i / WAYS;
    if (place < DEEDS) {
        cut.deed = (enum deed)place;
        cut.at = bench->operations[cut.deed] + 1;
        return cut;
    }
    for (place -= DEEDS; place >= bench->operations[cut.deed]; cut.deed++)
        place -= bench->operations[cut.deed];
    cut.at = 1 + place;
    return cut;
}

/* @most of the points, evenly; 0 for all. Returns how many. */
static long cut_all(struct tally *tally, struct bench *bench, int files, long most) {
    if (!make_templates(bench, files)) {
        tally_add(tally, false, "before any cut: %s", bench->trouble ? bench->trouble : strerror(errno));
        return 0;
    }
    long ends = WAYS * DEEDS, points = ends;
    for (enum deed deed = CREATE; deed < DEEDS; deed++)
        points += WAYS * bench->operations[deed];
    long count = most && most < points ? most : points;
    for (long i = 0; i < count; i++) {
        /* a sample has all the ends, and every way */
        long spread = count == points || i < ends ? i : ends + (i - ends) * (points - ends) / (count - ends);
        struct cut cut = point(bench, count == points ? i : spread / WAYS * WAYS + i % WAYS);
        perform(tally, bench, &cut);
    }
    for (int i = 0; i < files; i++)
        free(bench->trial.contents[i]);
    free(bench->trial.contents);
    return count;
}

void soak_cuts(struct tally *tally, const struct program *program, const char *folder, long count) {
    static const int sizes[] = {3, 20, 60};
    static struct bench bench;
    double began = trial_now();
    const char *reason = volume_prepare();
    bench = (struct bench){.program = program};
    snprintf(bench.place, sizeof bench.place, "%s/volume", folder);
    snprintf(bench.image, sizeof bench.image, "%s/image", folder);
    for (enum deed deed = CREATE; deed < DEEDS; deed++)
        snprintf(bench.templates[deed], sizeof bench.templates[deed], "%s/%s", folder, deeds[deed].file);
    mkdir(bench.place, 0755);
    if (!reason && (!volume_format(bench.image) || !volume_mount(bench.image, bench.place) || !leave(&bench)))
        reason = strerror(errno);
    long cuts = 0;
    for (size_t i = 0; !reason && (i == 0 || cuts < count); i++) {
        long more = cut_all(tally, &bench, sizes[i % 3], count ? count - cuts : 0);
        if (more == 0)
            break;
        cuts += more;
    }
    unlink(bench.image);
    for (enum deed deed = CREATE; deed < DEEDS; deed++)
        unlink(bench.templates[deed]);
    rmdir(bench.place);
    if (reason)
        tally_skip(tally, "power cuts need a loop device and mount(2)", reason);
    else
        printf(
            "cuts: %ld, %ld of them while recovering from another (%ld left part of a batch for recovery, %ld nothing, "
            "%ld were acknowledged), %.0f s\n",
            cuts, bench.second, bench.torn, bench.lost, bench.acknowledged, trial_now() - began);
}
