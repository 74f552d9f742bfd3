/*
 * core/batch/journal and death: a child dies before every operation of creating, undoing and recovering. The process
 * that opens the journal next finds all of the batch or none, and never removes what another process has written
 * meanwhile.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene.h"
#include "trouble.h"

TestSuite(journal_kill, .timeout = 240);

enum deed { CREATE, UNDO, RECOVER };

/* A child does the deed and dies before its operation @die_at. False when it came to its end. */
static bool kill_at(const struct space *space, enum deed deed, int die_at) {
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct trouble death = {.at = die_at};
        enum error_code code;
        if (deed == CREATE)
            scene_create(space, make_trouble, &death, &code);
        else if (deed == UNDO)
            scene_undo(space, make_trouble, &death, &code);
        else
            scene_recover(space, make_trouble, &death);
        _exit(0);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "status %d", status);
    cr_assert(WEXITSTATUS(status) == STATUS_KILLED || WEXITSTATUS(status) == 0, "status %d", status);
    return WEXITSTATUS(status) == STATUS_KILLED;
}

static bool is_whole(const char *found) {
    return strcmp(found, "all") == 0 || strcmp(found, "none") == 0;
}

/* Recovers, and judges; @first and @second say at which operations it died. */
static void expect_recovery(const struct space *space, const struct expectation *expectation, int first, int second) {
    cr_expect(scene_recover(space, NULL, NULL), "%d %d", first, second);
    const char *found = verdict(space, expectation);
    cr_expect(is_whole(found), "%d %d: %s", first, second, found);
    cr_expect(scene_is_tidy(space), "%d %d: left over in .batchd", first, second);
    enum error_code code;
    bool is_there = strcmp(found, "all") == 0;
    enum outcome_kind outcome = scene_create(space, NULL, NULL, &code);
    cr_expect_eq(outcome, is_there ? NOTHING_TO_DO : APPLIED, "%d %d: %s", first, second, error_name(code));
    cr_expect_str_eq(verdict_on_files(space, expectation), "all", "%d %d", first, second);
}

Test(journal_kill, dying_while_creating_leaves_all_or_none) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    int torn = 0, k = 1;
    for (bool has_died = true; has_died; k++) {
        struct space space = scene_new();
        uint64_t sources = scene_sources(&space);
        has_died = kill_at(&space, CREATE, k);
        torn += strcmp(verdict_on_files(&space, &expectation), "torn") == 0;
        expect_recovery(&space, &expectation, k, 0);
        cr_expect_eq(scene_sources(&space), sources, "%d", k);
        space_end(&space);
    }
    cr_expect_gt(k, 40, "only %d operations", k);
    cr_expect_gt(torn, 0, "no death left part of the batch: the loop proves nothing");
    expectation_end(&expectation);
}

/* Recovery dies too, before each of its operations, and the one after it finishes. */
Test(journal_kill, dying_while_recovering_too) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    for (int k = 1;; k += 3) {
        bool has_died = true;
        for (int j = 1; has_died; j += 2) {
            struct space space = scene_new();
            if (!kill_at(&space, CREATE, k)) {
                space_end(&space);
                expectation_end(&expectation);
                return;
            }
            has_died = kill_at(&space, RECOVER, j);
            expect_recovery(&space, &expectation, k, j);
            space_end(&space);
        }
    }
}

Test(journal_kill, dying_while_undoing_leaves_all_or_none) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    int k = 1;
    for (bool has_died = true; has_died; k++) {
        struct space space = scene_new();
        enum error_code code;
        cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
        has_died = kill_at(&space, UNDO, k);
        cr_expect(scene_recover(&space, NULL, NULL), "%d", k);
        const char *found = verdict(&space, &expectation);
        cr_expect(is_whole(found), "%d: %s", k, found);
        cr_expect(scene_is_tidy(&space), "%d", k);
        if (strcmp(found, "all") == 0)
            cr_expect(scene_undo(&space, NULL, NULL, &code), "%d: %s", k, error_name(code));
        cr_expect_str_eq(verdict(&space, &expectation), "none", "%d", k);
        cr_expect_not(space_exists(&space, "X/execution"), "%d", k);
        space_end(&space);
    }
    cr_expect_gt(k, 20, "only %d operations", k);
    expectation_end(&expectation);
}

static uint64_t inode_of(const struct space *space, const char *path) {
    struct buffer text = {0};
    struct stat status;
    buffer_append_format(&text, "%s/%s", space->root, path);
    uint64_t inode = lstat(text.data, &status) == 0 ? status.st_ino : 0;
    buffer_release(&text);
    return inode;
}

/*
 * After the death another process replaces or edits what was published. That is theirs, also if the file system gives
 * their file the number of ours, which it often does at once.
 */
Test(journal_kill, recovery_spares_what_somebody_else_has_written_since) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    int replaced = 0;
    bool has_died = true;
    for (int k = 1; has_died; k++)
        for (int is_edited = 0; is_edited < 2 && has_died; is_edited++) {
            struct space space = scene_new();
            has_died = kill_at(&space, CREATE, k);
            if (strcmp(verdict_on_files(&space, &expectation), "torn") == 0) {
                uint64_t inode = inode_of(&space, targets[0]);
                if (!is_edited)
                    space_remove(&space, targets[0]);
                space_write(&space, targets[0], "theirs");
                replaced += is_edited || inode_of(&space, targets[0]) == inode;
                cr_expect(scene_recover(&space, NULL, NULL));
                char *text = space_read(&space, targets[0]);
                cr_expect_str_eq(text ? text : "gone", "theirs", "operation %d, edited %d", k, is_edited);
                memory_free(text);
                for (int i = 1; i < TARGETS; i++)
                    cr_expect_not(space_exists(&space, targets[i]), "operation %d", k);
            }
            space_end(&space);
        }
    cr_expect_gt(replaced, 0);
    expectation_end(&expectation);
}

/* A folder the batch made goes with it, but not when another process has put something there. */
Test(journal_kill, recovery_spares_the_folder_that_somebody_else_uses) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    int used = 0;
    bool has_died = true;
    for (int k = 1; has_died; k++) {
        struct space space = scene_new();
        has_died = kill_at(&space, CREATE, k);
        if (has_died && space_exists(&space, "X/execution") && !scene_is_recorded(&space)) {
            used++;
            space_write(&space, "X/execution/REPORT.md", "theirs");
            cr_expect(scene_recover(&space, NULL, NULL));
            cr_expect(space_exists(&space, "X/execution/REPORT.md"), "operation %d", k);
            cr_expect_str_eq(verdict(&space, &expectation), "none", "operation %d", k);
        }
        space_end(&space);
    }
    cr_expect_gt(used, 0);
    expectation_end(&expectation);
}
