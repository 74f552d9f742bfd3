/*
 * Two batches at the same moment, and a batch against another process that writes the same names: every file is there
 * once and whole, no bytes are replaced, and each program says truly what it did.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(parallel, .timeout = 280);

enum { ROUNDS = 200, FILES = 4 };

static const char *const ids[FILES] = {"1.1", "1.2", "1.3", "1.4"};

static struct space level_of_four(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4");
    for (size_t i = 0; i < FILES; i++)
        space_subplan(&space, "X", ids[i]);
    return space;
}

/* "X/execution/EXECUTION_TASK_X_1<n>_01.md" */
static void task_path(size_t i, char path[64]) {
    snprintf(path, 64, "X/execution/EXECUTION_TASK_X_1%zu_01.md", i + 1);
}

/* What the level's files look like without interference; and they are gone again. */
static void read_expected(const struct space *space, char *texts[FILES]) {
    struct outcome outcome = run(space, "create X --level 0 --yes");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    for (size_t i = 0; i < FILES; i++) {
        char path[64];
        task_path(i, path);
        texts[i] = space_read(space, path);
        cr_assert(has(texts[i], ids[i]));
        space_remove(space, path);
    }
}

static size_t entries_in(const struct space *space, const char *path) {
    char absolute[500], *named = space_name(space, path);
    size_t count = 0;
    snprintf(absolute, sizeof absolute, "%s/%s", space->root, named);
    memory_free(named);
    DIR *folder = opendir(absolute);
    cr_assert(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.' || (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."));
    closedir(folder);
    return count;
}

static void expect_whole(const struct space *space, char *const texts[FILES], int round) {
    for (size_t i = 0; i < FILES; i++) {
        char path[64];
        task_path(i, path);
        char *text = space_read(space, path);
        cr_expect(text && strcmp(text, texts[i]) == 0, "round %d: %s is not whole", round, path);
        memory_free(text);
        if (text)
            space_remove(space, path);
    }
    cr_expect_eq(entries_in(space, "X/execution"), 1, "round %d: something is left beside feedbacks/", round);
    cr_expect_eq(entries_in(space, ".batchd/*/pending"), 0, "round %d: something is left staged", round);
}

Test(parallel, two_creates_of_one_level_make_every_file_once) {
    static const char *const commands[] = {"create X --level 0 --yes --json", "create X --level 0 --yes --json"};
    struct space space = level_of_four();
    const struct setting usual = {0};
    char *texts[FILES];
    read_expected(&space, texts);
    for (int round = 0; round < ROUNDS; round++) {
        struct running running[2];
        size_t created[2];
        for (size_t i = 0; i < 2; i++)
            running[i] = run_begin(&space, &usual, commands[i]);
        for (size_t i = 0; i < 2; i++) {
            struct outcome outcome = run_end(&running[i]);
            cr_expect_eq(outcome.status, 0, "round %d: %d %s", round, outcome.status, outcome.err);
            struct json json = outcome_json(&outcome);
            created[i] = count_at(&json, "/data/created");
            cr_expect_eq(created[i] + count_at(&json, "/data/skipped"), FILES, "round %d: %s", round, outcome.out);
            cr_expect_eq(created[i] > 0, cJSON_IsNumber(node_at(&json, "/data/batch")), "round %d", round);
            json_release(&json);
            outcome_end(&outcome);
        }
        cr_expect((created[0] == FILES && created[1] == 0) || (created[0] == 0 && created[1] == FILES),
                  "round %d: %zu and %zu were created", round, created[0], created[1]);
        expect_whole(&space, texts, round);
    }
    struct outcome outcome = run(&space, "history --json");
    struct json json = outcome_json(&outcome);
    cr_expect_eq(count_at(&json, "/data/batches"), ROUNDS + 1, "a batch for each round, none for who came second");
    json_release(&json);
    outcome_end(&outcome);
    for (size_t i = 0; i < FILES; i++)
        memory_free(texts[i]);
    space_end(&space);
}

Test(parallel, overlapping_batches_together_make_every_file_once) {
    static const char *const commands[] = {"create X --ids 1.1,1.2,1.3 --yes --json",
                                           "create X --ids 1.2,1.3,1.4 --yes --json"};
    struct space space = level_of_four();
    const struct setting usual = {0};
    char *texts[FILES];
    read_expected(&space, texts);
    for (int round = 0; round < ROUNDS / 4; round++) {
        struct running running[2];
        size_t created = 0;
        for (size_t i = 0; i < 2; i++)
            running[i] = run_begin(&space, &usual, commands[i]);
        for (size_t i = 0; i < 2; i++) {
            struct outcome outcome = run_end(&running[i]);
            cr_expect_eq(outcome.status, 0, "round %d: %d %s", round, outcome.status, outcome.err);
            struct json json = outcome_json(&outcome);
            created += count_at(&json, "/data/created");
            json_release(&json);
            outcome_end(&outcome);
        }
        cr_expect_eq(created, FILES, "round %d: %zu", round, created);
        expect_whole(&space, texts, round);
    }
    for (size_t i = 0; i < FILES; i++)
        memory_free(texts[i]);
    space_end(&space);
}

enum { AT_ONCE, WHEN_STAGED, WHEN_OTHERS_ARE_THERE, MOMENTS };

static bool has_come(const struct space *space, size_t moment, size_t contested) {
    char path[64];
    task_path(contested ? contested - 1 : 1, path);
    return moment == AT_ONCE || (moment == WHEN_STAGED && entries_in(space, ".batchd/*/stage") > 0) ||
           (moment == WHEN_OTHERS_ARE_THERE && space_exists(space, path));
}

static bool has_ended(pid_t child) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

Test(parallel, a_foreign_writer_s_file_is_never_changed) {
    struct space space = level_of_four();
    const struct setting usual = {0};
    char *texts[FILES], path[64], absolute[600];
    read_expected(&space, texts);
    size_t lost = 0, won = 0;
    for (int round = 0; round < ROUNDS; round++) {
        size_t contested = (size_t)round % FILES;
        task_path(contested, path);
        snprintf(absolute, sizeof absolute, "%s/%s", space.root, path);
        struct running running = run_begin(&space, &usual, "create X --level 0 --yes --json");
        while (!has_come(&space, (size_t)round / FILES % MOMENTS, contested) && !has_ended(running.child)) {
        }
        int descriptor = open(absolute, O_WRONLY | O_CREAT | O_EXCL, 0600);
        bool is_ours = descriptor >= 0;
        if (is_ours) {
            cr_assert_eq(write(descriptor, "foreign", 7), 7);
            close(descriptor);
        }
        struct outcome outcome = run_end(&running);
        struct json json = outcome_json(&outcome);
        char *text = space_read(&space, path);
        cr_expect_str_eq(text, is_ours ? "foreign" : texts[contested], "round %d", round);
        memory_free(text);
        bool is_done = outcome.status == 0;
        cr_expect(is_done || (is_ours && outcome.status == 5), "round %d: %d %s", round, outcome.status, outcome.err);
        cr_expect_eq(count_at(&json, "/data/created"), is_done ? FILES - is_ours : 0, "round %d: %s", round,
                     outcome.out);
        for (size_t i = 0; i < FILES; i++) { /* all or nothing, but for the foreign one */
            task_path(i, path);
            if (i != contested)
                cr_expect_eq(space_exists(&space, path), is_done, "round %d: %s", round, path);
            if (space_exists(&space, path))
                space_remove(&space, path);
        }
        cr_expect_eq(entries_in(&space, ".batchd/*/pending"), 0, "round %d", round);
        lost += !is_done;
        won += is_done;
        json_release(&json);
        outcome_end(&outcome);
    }
    cr_log_info("%zu rounds lost, %zu won", lost, won);
    for (size_t i = 0; i < FILES; i++)
        memory_free(texts[i]);
    space_end(&space);
}

Test(parallel, a_create_and_an_undo_leave_one_of_two_states) {
    struct space space = level_of_four();
    const struct setting usual = {0};
    char *texts[FILES], path[64];
    read_expected(&space, texts);
    for (int round = 0; round < ROUNDS / 4; round++) {
        struct outcome outcome = run(&space, "create X --level 0 --yes");
        cr_assert_eq(outcome.status, 0, "round %d: %s", round, outcome.err);
        outcome_end(&outcome);
        struct running undo = run_begin(&space, &usual, "undo --yes");
        struct running create = run_begin(&space, &usual, "create X --level 0 --yes");
        outcome = run_end(&undo);
        cr_expect_eq(outcome.status, 0, "round %d: %s", round, outcome.err);
        outcome_end(&outcome);
        outcome = run_end(&create);
        cr_expect_eq(outcome.status, 0, "round %d: %s", round, outcome.err);
        outcome_end(&outcome);
        task_path(0, path);
        bool is_there = space_exists(&space, path);
        for (size_t i = 0; i < FILES; i++) {
            task_path(i, path);
            char *text = space_read(&space, path);
            cr_expect(is_there ? text && strcmp(text, texts[i]) == 0 : text == NULL, "round %d: %s", round, path);
            if (text)
                space_remove(&space, path);
            memory_free(text);
        }
    }
    for (size_t i = 0; i < FILES; i++)
        memory_free(texts[i]);
    space_end(&space);
}

/* How many EXECUTION_TASKs status sees, while a batch or an undo goes on beside it: all of them, or none. */
static void expect_all_or_none(const struct space *space, struct running *running, int round) {
    do {
        struct outcome outcome = run(space, "status X --json");
        struct json json = outcome_json(&outcome);
        const cJSON *progress = node_at(&json, "/data/plans/0/progress");
        size_t seen = json_get_unsigned(progress, "execution_created");
        cr_expect(seen == 0 || seen == FILES, "round %d: status sees %zu of %d files", round, seen, FILES);
        json_release(&json);
        outcome_end(&outcome);
    } while (!has_ended(running->child));
    struct outcome outcome = run_end(running);
    cr_expect_eq(outcome.status, 0, "round %d: %s", round, outcome.err);
    outcome_end(&outcome);
}

Test(parallel, who_reads_meanwhile_sees_all_of_a_batch_or_nothing) {
    struct space space = level_of_four();
    const struct setting usual = {0};
    for (int round = 0; round < ROUNDS / 2; round++) {
        struct running running = run_begin(&space, &usual, "create X --level 0 --yes");
        expect_all_or_none(&space, &running, round);
        running = run_begin(&space, &usual, "undo --yes");
        expect_all_or_none(&space, &running, round);
    }
    space_end(&space);
}

Test(parallel, a_lock_that_is_held_is_waited_for_and_then_a_conflict) {
    if (space_mode() == SPACE_DYING)
        cr_skip_test("the holder of the lock may be at work on the lost request: 12, see daemon/dying");
    struct space space = level_of_four();
    char *texts[FILES], path[500];
    read_expected(&space, texts);
    snprintf(path, sizeof path, "%s/.batchd", space.root);
    int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0);
    struct outcome outcome = run(&space, "create X --level 0 --yes --timeout 50ms");
    cr_expect_eq(outcome.status, 5, "%d", outcome.status);
    cr_expect(has(outcome.err, "lock") && has(outcome.err, "--timeout"), "%s", outcome.err);
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    outcome_end(&outcome);
    static const char *const reading[] = {"status X", "next X", "create X --dry-run", "history", "undo --dry-run"};
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++) { /* who only reads does not wait */
        outcome = run(&space, reading[i]);
        cr_expect_eq(outcome.status, 0, "%s: %s", reading[i], outcome.err);
        outcome_end(&outcome);
    }
    const struct setting usual = {0};
    struct running running = run_begin(&space, &usual, "create X --level 0 --yes --timeout 60s");
    close(lock);
    outcome = run_end(&running);
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    expect_whole(&space, texts, 0);
    outcome_end(&outcome);
    for (size_t i = 0; i < FILES; i++)
        memory_free(texts[i]);
    space_end(&space);
}
