/*
 * Two processes over one folder: the core creates a batch of three files; a rival makes files of the same names, with
 * its own bytes or, every fourth time, with the same bytes as ours, at random moments of that: after a random time,
 * or beside or before a random operation, because on a busy machine the time cannot be chosen exactly. What the rival
 * has made must keep its bytes, and the batch is whole around it or not there.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/methods.h"
#include "api/request.h"
#include "soak.h"

enum { FILES = 3, RIVAL_BYTES = 48, WARM_UP = 200 };

enum { ANY_TIME, BESIDE_AN_OPERATION, BEFORE_AN_OPERATION, MOMENTS };

struct course {
    atomic_long round, finished; /* rounds in which the rival may strike, and those it is through with */
    atomic_int moment;
    atomic_uint made;     /* bits of the files it made in this round */
    _Atomic double lasts; /* seconds of a create: within so long the rival strikes */
};

/* What the rival writes to file @i. @own is room for its bytes. */
static const char *rival_text(const struct trial *trial, long round, int i, char own[RIVAL_BYTES]) {
    snprintf(own, RIVAL_BYTES, "theirs, of round %ld\n", round);
    return round % 4 == 3 ? trial->contents[i] : own;
}

static void wait_until(const atomic_long *value, long least) {
    while (*value < least)
        sched_yield();
}

static void wait_seconds(double seconds) {
    for (double end = trial_now() + seconds; trial_now() < end;)
        ;
}

static unsigned strike(const struct trial *trial, int root, long round, int i) {
    char path[PATH_BYTES], own[RIVAL_BYTES];
    const char *text = rival_text(trial, round, i, own);
    trial_target(i, path);
    int descriptor = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_made = descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text);
    if (descriptor >= 0)
        close(descriptor);
    return is_made ? 1u << i : 0;
}

static void be_the_rival(struct course *course, const struct trial *trial) {
    int root = open(trial->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (long round = 1;; round++) {
        wait_until(&course->round, round);
        if (course->moment == ANY_TIME)
            wait_seconds(course->lasts * (double)random() / (double)RAND_MAX);
        int first = (int)(random() % FILES), strikes = 1 + (int)(random() % FILES);
        unsigned made = 0;
        for (int i = 0; i < strikes; i++)
            made |= strike(trial, root, round, (first + i) % FILES);
        course->made = made;
        course->finished = round;
    }
}

struct outcome {
    long applied, beside, conflicts, made;
};

/* One create: lets the rival strike at its operation @strike_at. */
struct attempt {
    struct course *course;
    long round, calls, strike_at;
};

static int let_strike(void *data, enum files_operation operation, const char *path) {
    (void)operation;
    (void)path;
    struct attempt *attempt = data;
    if (++attempt->calls == attempt->strike_at) {
        attempt->course->round = attempt->round;
        if (attempt->course->moment == BEFORE_AN_OPERATION)
            wait_until(&attempt->course->finished, attempt->round);
    }
    return 0;
}

/* Everything that "batchctl create --yes X" does. */
static enum error_code create(struct workspace *workspace) {
    struct answer answer = {0};
    struct request request = {.method = "create", .plan = "X"};
    request_handle(workspace, &request, &answer);
    enum error_code code = answer.code;
    answer_release(&answer);
    return code;
}

static bool judge(const struct trial *trial, long round, unsigned made, bool is_applied) {
    char path[PATH_BYTES], own[RIVAL_BYTES];
    for (int i = 0; i < FILES; i++) {
        trial_target(i, path);
        char *text = trial_read(trial, path);
        const char *expected = made & 1u << i ? rival_text(trial, round, i, own)
                               : is_applied   ? trial->contents[i]
                                              : NULL;
        bool is_right = expected ? text && strcmp(text, expected) == 0 : text == NULL;
        free(text);
        if (!is_right)
            return false;
    }
    return true;
}

static void clear(const struct trial *trial, int root) {
    char path[PATH_BYTES];
    for (int i = 0; i < FILES; i++) {
        trial_target(i, path);
        unlinkat(root, path, 0);
    }
    trial_name(trial, ".batchd/*/batches/000001.json", path);
    unlinkat(root, path, 0);
}

static void race(struct tally *tally, const struct trial *trial, struct workspace *workspace, struct course *course,
                 struct outcome *outcome, long count) {
    int root = open(trial->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct attempt attempt = {.course = course};
    workspace->files.hook = let_strike;
    workspace->files.hook_data = &attempt;
    for (long round = 1, operations = 1; round <= count; round++) {
        clear(trial, root);
        course->moment = (int)(round % MOMENTS);
        long first = course->moment == ANY_TIME ? 1 : 1 + random() % operations;
        attempt = (struct attempt){.course = course, .round = round, .strike_at = first};
        double began = trial_now();
        enum error_code code = create(workspace);
        double took = trial_now() - began;
        course->round = round; /* if it did not come so far */
        operations = attempt.calls > operations ? attempt.calls : operations;
        wait_until(&course->finished, round);
        course->lasts = round == 1 ? took : course->lasts * 0.95 + took * 0.05;
        unsigned made = course->made;
        bool is_applied = code == ERROR_NONE;
        outcome->applied += is_applied && made == 0;
        outcome->beside += is_applied && made != 0;
        outcome->conflicts += code == ERROR_CONFLICT;
        for (int i = 0; i < FILES; i++)
            outcome->made += (made >> i) & 1;
        tally_add(tally, (is_applied || code == ERROR_CONFLICT) && judge(trial, round, made, is_applied),
                  "race %ld: code %s, the rival made %x: a file is not what it must be", round, error_name(code), made);
    }
    clear(trial, root);
    close(root);
}

void soak_races(struct tally *tally, const char *folder, long count) {
    struct trial trial;
    struct workspace workspace = {.files = FILES_CLOSED};
    struct error error = {0};
    struct outcome outcome = {0};
    char place[PATH_BYTES];
    double began = trial_now();
    snprintf(place, sizeof place, "%s/races", folder);
    trial_start(&trial, place, FILES);
    struct course *course = mmap(NULL, sizeof *course, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool is_ready =
        course != MAP_FAILED && workspace_open(&workspace, trial.root, &error) && create(&workspace) == ERROR_NONE;
    trial.contents = calloc(FILES, sizeof *trial.contents);
    for (int i = 0; i < FILES; i++) {
        char path[PATH_BYTES];
        trial_target(i, path);
        trial.contents[i] = trial_read(&trial, path);
        is_ready = is_ready && trial.contents[i];
    }
    tally_add(tally, is_ready, "races: no batch without a rival: %s", error.message ? error.message : "");
    pid_t rival = is_ready ? fork() : -1;
    if (rival == 0)
        be_the_rival(course, &trial);
    if (rival > 0) {
        race(tally, &trial, &workspace, course, &outcome, count);
        kill(rival, SIGKILL);
        waitpid(rival, NULL, 0);
        if (count > WARM_UP)
            tally_add(tally, outcome.conflicts > count / 1000 && outcome.applied + outcome.beside > count / 1000,
                      "the races were no races: the loop proves nothing");
    }
    error_release(&error);
    workspace_release(&workspace);
    munmap(course, sizeof *course);
    trial_end(&trial);
    printf("races: %ld (%ld batches alone, %ld beside the rival's files, %ld conflicts; the rival made %ld files), "
           "%.0f s\n",
           count, outcome.applied, outcome.beside, outcome.conflicts, outcome.made, trial_now() - began);
}
