/*
 * core/batch/batch and core/batch/journal under faults: every operation on the disk fails once, for good, and together
 * with others of its kind, with several errors. After each, all files of the batch exist with exactly their content and
 * it said success, or none exists and it said failure; sources are untouched; and the next run without faults succeeds.
 * The first test proves that the verdict these loops rely on notices each way of going wrong.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "scene.h"

TestSuite(journal_faults, .timeout = 240);

static void expect_verdict(const struct space *space, const struct expectation *expectation, const char *expected) {
    const char *found = verdict(space, expectation);
    cr_expect_str_eq(found, expected, "%s", found);
}

Test(journal_faults, the_verdict_notices_what_these_loops_look_for) {
    struct expectation expectation;
    enum error_code code;
    cr_assert(expectation_make(&expectation));
    struct space space = scene_new();
    expect_verdict(&space, &expectation, "none");
    cr_expect_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    expect_verdict(&space, &expectation, "all");
    cr_expect(scene_is_tidy(&space));
    space_write(&space, ".batchd/*/stage/000009-0", "left over");
    cr_expect_not(scene_is_tidy(&space));
    space_remove(&space, ".batchd/*/batches/000001.json");
    expect_verdict(&space, &expectation, "all, but not in the history");
    space_remove(&space, targets[1]);
    expect_verdict(&space, &expectation, "torn");
    space_write(&space, targets[1], "foreign");
    expect_verdict(&space, &expectation, "wrong content");
    space_end(&space);

    space = scene_new();
    cr_expect_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    for (int i = 0; i < TARGETS; i++)
        space_remove(&space, targets[i]);
    expect_verdict(&space, &expectation, "none, but in the history");
    space_end(&space);
    expectation_end(&expectation);
}

/* --- faults --- */

enum endurance { ONCE, FOR_GOOD, FOR_GOOD_OF_ITS_KIND, TWICE };

struct fault {
    int calls, fail_at, failure;
    enum endurance endurance;
    int again_after; /* with TWICE */
    enum files_operation kind;
};

static int fail_some(void *data, enum files_operation operation, const char *path) {
    (void)path;
    struct fault *fault = data;
    int call = ++fault->calls;
    if (call == fault->fail_at)
        fault->kind = operation;
    bool is_failing =
        call == fault->fail_at ||
        (call > fault->fail_at &&
         (fault->endurance == FOR_GOOD || (fault->endurance == FOR_GOOD_OF_ITS_KIND && operation == fault->kind) ||
          (fault->endurance == TWICE && call == fault->fail_at + fault->again_after)));
    return is_failing ? fault->failure : 0;
}

#define WHERE "operation %d (kind %d), errno %d, endurance %d, again after %d: %s"
#define WHERE_OF(fault, text)                                                                                          \
    (fault).fail_at, (int)(fault).kind, (fault).failure, (int)(fault).endurance, (fault).again_after, text

/* False when there was no such operation. */
static bool create_with(struct fault fault, const struct expectation *expectation) {
    struct space space = scene_new();
    enum error_code code;
    uint64_t sources = scene_sources(&space);
    enum outcome_kind outcome = scene_create(&space, fail_some, &fault, &code);
    const char *found = verdict(&space, expectation);
    bool is_known = code != ERROR_UNKNOWN;
    if (outcome == APPLIED)
        cr_expect_str_eq(found, "all", WHERE, WHERE_OF(fault, found));
    else if (is_known)
        cr_expect_str_eq(found, "none", WHERE, WHERE_OF(fault, found));
    if (outcome == NOT_APPLIED && fault.endurance == ONCE) /* IO: nothing had begun, only reading, and a stage */
        cr_expect(code == ERROR_ROLLED_BACK ||
                      (code == ERROR_IO && (fault.kind <= FILES_LOOK || fault.kind == FILES_MAKE_FOLDER)),
                  WHERE, WHERE_OF(fault, error_name(code)));
    cr_expect_neq(outcome, NOTHING_TO_DO, WHERE, WHERE_OF(fault, found));
    /* what could not be rolled back then is rolled back, or stays, when the journal is opened again */
    cr_expect(scene_recover(&space, NULL, NULL), WHERE, WHERE_OF(fault, "recovery"));
    found = verdict(&space, expectation);
    cr_expect(strcmp(found, "all") == 0 || strcmp(found, "none") == 0, WHERE, WHERE_OF(fault, found));
    cr_expect(scene_is_tidy(&space), WHERE, WHERE_OF(fault, "left over in .batchd"));
    bool is_there = strcmp(found, "all") == 0;
    outcome = scene_create(&space, NULL, NULL, &code);
    cr_expect_eq(outcome, is_there ? NOTHING_TO_DO : APPLIED, WHERE, WHERE_OF(fault, error_name(code)));
    cr_expect_str_eq(verdict_on_files(&space, expectation), "all", WHERE, WHERE_OF(fault, "the next run"));
    cr_expect_eq(scene_sources(&space), sources, WHERE, WHERE_OF(fault, "a source was changed"));
    space_end(&space);
    return fault.calls >= fault.fail_at;
}

static void create_with_every(enum endurance endurance, int failure) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    struct fault fault = {.fail_at = 1, .failure = failure, .endurance = endurance};
    while (create_with(fault, &expectation))
        fault.fail_at++;
    cr_expect_gt(fault.fail_at, 40, "only %d operations: the loop does not reach the journal", fault.fail_at);
    expectation_end(&expectation);
}

static const int failures[] = {ENOSPC, EIO, EMFILE};

Test(journal_faults, creating_while_one_operation_fails) {
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        create_with_every(ONCE, failures[i]);
}

Test(journal_faults, creating_while_everything_fails_from_some_operation_on) {
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        create_with_every(FOR_GOOD, failures[i]);
}

Test(journal_faults, creating_while_one_kind_of_operation_fails_from_some_operation_on) {
    create_with_every(FOR_GOOD_OF_ITS_KIND, EIO);
}

/* A second fault hits while the first is being dealt with. */
Test(journal_faults, creating_while_two_operations_fail) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    for (int again = 1; again <= 16; again++) {
        struct fault fault = {.fail_at = 1, .failure = EIO, .endurance = TWICE, .again_after = again};
        while (create_with(fault, &expectation))
            fault.fail_at++;
    }
    expectation_end(&expectation);
}

/* --- undo --- */

static bool undo_with(struct fault fault, const struct expectation *expectation) {
    struct space space = scene_new();
    enum error_code code;
    cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    uint64_t sources = scene_sources(&space);
    bool is_done = scene_undo(&space, fail_some, &fault, &code);
    const char *found = verdict(&space, expectation);
    if (is_done)
        cr_expect_str_eq(found, "none", WHERE, WHERE_OF(fault, found));
    else if (code != ERROR_UNKNOWN)
        cr_expect_str_eq(found, "all", WHERE, WHERE_OF(fault, found));
    cr_expect(scene_recover(&space, NULL, NULL), WHERE, WHERE_OF(fault, "recovery"));
    found = verdict(&space, expectation);
    cr_expect(strcmp(found, "all") == 0 || strcmp(found, "none") == 0, WHERE, WHERE_OF(fault, found));
    if (strcmp(found, "all") == 0)
        cr_expect(scene_undo(&space, NULL, NULL, &code), WHERE, WHERE_OF(fault, error_name(code)));
    cr_expect_str_eq(verdict(&space, expectation), "none", WHERE, WHERE_OF(fault, "the next undo"));
    /* an empty folder that could not be removed does no harm and is no reason to call an undo a failure */
    if (fault.kind != FILES_REMOVE_FOLDER)
        cr_expect_not(space_exists(&space, "X/execution"), WHERE, WHERE_OF(fault, "the folder stays"));
    cr_expect(scene_is_tidy(&space), WHERE, WHERE_OF(fault, "left over in .batchd"));
    cr_expect_eq(scene_sources(&space), sources, WHERE, WHERE_OF(fault, "a source was changed"));
    space_end(&space);
    return fault.calls >= fault.fail_at;
}

static void undo_with_every(enum endurance endurance, int failure) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    struct fault fault = {.fail_at = 1, .failure = failure, .endurance = endurance};
    while (undo_with(fault, &expectation))
        fault.fail_at++;
    cr_expect_gt(fault.fail_at, 20, "only %d operations", fault.fail_at);
    expectation_end(&expectation);
}

Test(journal_faults, undoing_while_operations_fail) {
    undo_with_every(ONCE, ENOSPC);
    undo_with_every(ONCE, EMFILE);
    undo_with_every(FOR_GOOD, EIO);
    undo_with_every(FOR_GOOD_OF_ITS_KIND, EIO);
}

/* --- a foreign writer at every moment --- */

struct rival {
    const char *path; /* absolute */
    int calls, write_at;
    bool has_written;
};

/* Before operation @write_at another process creates one of the targets, unless it is there already. */
static int write_between(void *data, enum files_operation operation, const char *path) {
    (void)operation;
    (void)path;
    struct rival *rival = data;
    if (++rival->calls != rival->write_at)
        return 0;
    int descriptor = open(rival->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    rival->has_written = descriptor >= 0 && write(descriptor, "foreign", 7) == 7;
    close(descriptor);
    return 0;
}

Test(journal_faults, a_file_that_somebody_else_makes_meanwhile_survives) {
    struct expectation expectation;
    cr_assert(expectation_make(&expectation));
    int written = 0;
    for (int target = 0; target < TARGETS; target++) {
        struct rival rival = {.write_at = 1};
        for (bool is_over = false; !is_over; rival.write_at++) {
            struct space space = scene_new();
            struct buffer path = {0};
            enum error_code code;
            space_make_folder(&space, "X/execution/feedbacks");
            buffer_append_format(&path, "%s/%s", space.root, targets[target]);
            rival.path = path.data;
            rival.calls = 0;
            rival.has_written = false;
            enum outcome_kind outcome = scene_create(&space, write_between, &rival, &code);
            char *text = space_read(&space, targets[target]);
            if (rival.has_written) {
                written++;
                cr_expect_str_eq(text, "foreign", "operation %d", rival.write_at);
                for (int other = 0; other < TARGETS && outcome == NOT_APPLIED; other++)
                    cr_expect(other == target || !space_exists(&space, targets[other]), "operation %d", rival.write_at);
                if (outcome == NOT_APPLIED)
                    cr_expect_eq(code, ERROR_CONFLICT, "operation %d: %s", rival.write_at, error_name(code));
            } else if (outcome == APPLIED) {
                cr_expect_str_eq(verdict(&space, &expectation), "all", "operation %d", rival.write_at);
            }
            is_over = rival.calls < rival.write_at;
            memory_free(text);
            buffer_release(&path);
            space_end(&space);
        }
    }
    cr_expect_gt(written, 60, "%d", written);
    expectation_end(&expectation);
}
