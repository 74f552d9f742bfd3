/*
 * A process swaps a folder of the workspace for a link to one outside, and back, as fast as it goes, while batches are
 * created and undone. Nothing outside may be opened, changed or made. Half of the rounds run without openat2(2), one
 * component at a time. In every second one the swaps happen between operations of ours instead, where a busy machine
 * would hardly hit.
 *
 * What becomes of the batch is no matter here: a process that removes a folder during a write cannot expect it
 * complete.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/methods.h"
#include "api/request.h"
#include "soak.h"

enum {
    FILES = 3,
    ENOUGH = 200,
    EVENTS = IN_ACCESS | IN_OPEN | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVE
};

/* What is swapped: a folder of the root, and the folder outside that stands in for it. */
static const char *const victims[] = {"X/execution",     "X/subplans",       "X",
                                      ".batchd",         ".batchd/*",        ".batchd/*/pending",
                                      ".batchd/*/stage", ".batchd/*/batches"};
enum { VICTIMS = sizeof victims / sizeof *victims };

/* Shared by both processes. */
struct course {
    atomic_long round, finished; /* the round in which the rival swaps, and the last one it is through with */
    atomic_int victim;
    char path[PATH_BYTES]; /* of the victim in this round */
    atomic_bool is_over;   /* the round: the real folder goes back to its place */
    atomic_long swaps;
};

struct arena_of_swaps {
    struct trial trial; /* its root is FOLDER/plans */
    char outside[PATH_BYTES];
    int root, watch;
    struct course *course;
    struct workspace workspace;
    long round, chance; /* of a swap before an operation, in percent; 0 where the rival swaps */
    bool is_swapped;
    long applied, failed, opened;
};

/* --- the place --- */

static void link_name(int victim, char name[64]) {
    snprintf(name, 64, "swap-%d", victim);
}

static bool swap(int root, struct course *course, int victim) {
    char name[64];
    link_name(victim, name);
    bool is_done = renameat2(root, name, root, course->path, RENAME_EXCHANGE) == 0;
    course->swaps += is_done;
    return is_done;
}

static void write_outside(const struct arena_of_swaps *place, const char *path, const char *text) {
    struct trial outside = {0};
    char whole[PATH_BYTES];
    snprintf(outside.root, sizeof outside.root, "%s", place->outside);
    snprintf(whole, sizeof whole, "%.300s/%.100s", place->outside, path);
    for (char *slash = whole + strlen(place->outside) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0755);
        *slash = '/';
    }
    if (text)
        trial_write(&outside, path, text);
    else
        mkdir(whole, 0755);
}

static void watch_tree(int watch, const char *folder) {
    if (inotify_add_watch(watch, folder, EVENTS) < 0) {
        perror(folder);
        exit(99);
    }
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        char path[PATH_BYTES * 2];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            watch_tree(watch, path);
    }
    if (entries)
        closedir(entries);
}

/* How many bytes of events there were in the outside. */
static long drain(int watch) {
    _Alignas(struct inotify_event) char events[8192];
    long bytes = 0;
    for (ssize_t got; (got = read(watch, events, sizeof events)) > 0;)
        bytes += got;
    return bytes;
}

/* The outside has all that the inside has: who follows a link finds what it looks for. */
static void make_place(struct arena_of_swaps *place, const char *folder) {
    char path[PATH_BYTES * 2];
    snprintf(place->outside, sizeof place->outside, "%s/outside", folder);
    mkdir(place->outside, 0755);
    write_outside(place, "X/PLAN_X.md", "# PLAN\n\n**Achievement 1.1: SECRET**\n");
    write_outside(place, "X/parallel.json",
                  "{\"plan_name\": \"X\", \"parallelization_level\": \"level_2\", \"achievements\": [\n"
                  "{\"achievement_id\": \"1.1\", \"title\": \"SECRET\", \"dependencies\": []}]}\n");
    write_outside(place, "X/subplans/SUBPLAN_X_11.md", "# S\n\n## Objective\n\nSECRET\n");
    write_outside(place, "X/execution/theirs.md", "SECRET\n");
    write_outside(place, "state/batches/theirs", "SECRET\n");
    write_outside(place, "state/pending/theirs", "SECRET\n");
    write_outside(place, "state/stage/theirs", "SECRET\n");
    for (int victim = 0; victim < VICTIMS; victim++) {
        char name[64];
        const char *inner = strchr(victims[victim], '*');
        link_name(victim, name);
        if (victims[victim][0] == '.')
            snprintf(path, sizeof path, "%s/state%s", place->outside, inner ? inner + 1 : "");
        else
            snprintf(path, sizeof path, "%s/%s", place->outside, victims[victim]);
        if (symlinkat(path, place->root, name) != 0)
            perror(name);
    }
    place->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    watch_tree(place->watch, place->outside);
    drain(place->watch);
}

/* --- the rival --- */

static void be_the_rival(struct course *course, int root) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (long round = 1;; round++) {
        while (course->round < round)
            sched_yield();
        bool is_swapped = false;
        while (!course->is_over)
            is_swapped ^= swap(root, course, course->victim);
        while (is_swapped)
            is_swapped ^= swap(root, course, course->victim);
        course->finished = round;
    }
}

/* Before each operation of ours. */
static int may_swap(void *data, enum files_operation operation, const char *path) {
    (void)operation;
    (void)path;
    struct arena_of_swaps *place = data;
    if (place->chance && random() % 100 < place->chance)
        place->is_swapped ^= swap(place->root, place->course, place->course->victim);
    return 0;
}

/* --- rounds --- */

static void ask(struct arena_of_swaps *place, const char *method) {
    struct answer answer = {0};
    struct request request = {.method = method, .plan = strcmp(method, "create") == 0 ? "X" : NULL};
    request_handle(&place->workspace, &request, &answer);
    place->applied += answer.code == ERROR_NONE;
    place->failed += answer.code != ERROR_NONE;
    answer_fill_data(&answer);
    place->opened += answer.data.data && strstr(answer.data.data, "SECRET") != NULL;
    answer_release(&answer);
}

static void play(struct tally *tally, struct arena_of_swaps *place, long round) {
    struct course *course = place->course;
    bool is_beside = round % 2 == 0;
    trial_clear(&place->trial);
    ask(place,
        "create"); /* without anybody: .batchd and execution/ are there to be swapped, and a batch to be undone */
    course->victim = (int)(random() % VICTIMS);
    trial_name(&place->trial, victims[course->victim], course->path);
    place->chance = is_beside ? 0 : 1 + random() % 40;
    course->is_over = false;
    if (is_beside)
        course->round++;
    ask(place, "undo");
    ask(place, "create");
    ask(place, "status");
    course->is_over = true;
    while (course->finished < course->round)
        sched_yield();
    place->chance = 0;
    while (place->is_swapped)
        place->is_swapped ^= swap(place->root, course, course->victim);
    long events = drain(place->watch);
    tally_add(tally, events == 0 && place->opened == 0, "swap %ld of %s, %s: something outside was opened", round,
              victims[course->victim], is_beside ? "at any time" : "between operations");
    place->opened = 0;
}

/* Returns the number of faults that were found. */
static long play_all(struct tally *tally, struct arena_of_swaps *place, long count) {
    long before = tally->failed;
    place->applied = place->failed = 0;
    struct error error = {0};
    place->course = mmap(NULL, sizeof *place->course, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool is_ready = place->course != MAP_FAILED && workspace_open(&place->workspace, place->trial.root, &error);
    place->workspace.files.hook = may_swap;
    place->workspace.files.hook_data = place;
    pid_t rival = is_ready ? fork() : -1;
    if (rival == 0)
        be_the_rival(place->course, place->root);
    for (long round = 1; rival > 0 && round <= count; round++)
        play(tally, place, round);
    if (rival > 0) {
        kill(rival, SIGKILL);
        waitpid(rival, NULL, 0);
    }
    bool is_proof =
        count < ENOUGH || (place->course->swaps > count && place->failed > count / 20 && place->applied > count / 20);
    tally_add(tally, rival > 0 && is_proof, "swaps: %ld swaps, %ld commands applied, %ld failed: it proves nothing",
              (long)place->course->swaps, place->applied, place->failed);
    printf("swaps: %ld rounds, %ld swaps, %ld commands applied, %ld failed\n", count, (long)place->course->swaps,
           place->applied, place->failed);
    error_release(&error);
    workspace_release(&place->workspace);
    munmap(place->course, sizeof *place->course);
    return tally->failed - before;
}

/* From here on openat2(2) fails as on kernels that have none. */
static bool take_openat2_away(void) {
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof instructions / sizeof *instructions, instructions};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* The same in a separate process, which cannot have openat2 back. Its exit status says whether faults were found. */
static void play_without_openat2(struct tally *tally, struct arena_of_swaps *place, long count) {
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int result = !take_openat2_away() ? 2 : play_all(tally, place, count) != 0;
        fflush(NULL);
        _exit(result);
    }
    bool is_run = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    if (is_run && WEXITSTATUS(status) == 2)
        tally_skip(tally, "swaps without openat2", "no seccomp");
    else if (is_run && WEXITSTATUS(status) == 0)
        tally->passed += count;
    else
        tally_add(tally, false, "swaps without openat2: faults, see above");
}

void soak_swaps(struct tally *tally, const char *folder, long count) {
    static struct arena_of_swaps place;
    char path[PATH_BYTES * 2];
    double began = trial_now();
    place = (struct arena_of_swaps){.workspace = {.files = FILES_CLOSED}};
    snprintf(path, sizeof path, "%s/plans", folder);
    trial_start(&place.trial, path, FILES);
    place.root = open(place.trial.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    make_place(&place, folder);
    play_all(tally, &place, count / 2);
    play_without_openat2(tally, &place, count / 2);
    close(place.root);
    close(place.watch);
    trial_end(&place.trial);
    snprintf(place.trial.root, sizeof place.trial.root, "%s", place.outside);
    trial_end(&place.trial);
    printf("swaps: %ld rounds, %.0f s\n", count / 2 * 2, trial_now() - began);
}
