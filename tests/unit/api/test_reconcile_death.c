/*
 * core/api/reconcile: what became of a write whose answer was lost.
 */
#include "api/reconcile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define outcome run_outcome /* the fixture's struct; the core has an enum of the same name */
#include "disk/files_lock.h"
#include "scene.h"
#undef outcome

TestSuite(outcome, .timeout = 120);

static enum reconcile_result find(const struct space *space, const char *method, const char *id, uint64_t batch,
                                  struct answer *answer, enum error_code *code) {
    struct workspace workspace;
    struct error error = {0};
    const struct request request = {.method = method, .request_id = id, .batch = batch, .lock_timeout_ms = 0};
    *answer = (struct answer){0};
    cr_assert(workspace_open(&workspace, space->root, &error));
    enum reconcile_result outcome = reconcile_find(&workspace, &request, answer, &error);
    *code = error.code;
    error_release(&error);
    workspace_release(&workspace);
    return outcome;
}

static void expect_outcome(const struct space *space, const char *method, const char *id, uint64_t batch,
                           enum reconcile_result expected, const char *part) {
    struct answer answer;
    enum error_code code;
    enum reconcile_result outcome = find(space, method, id, batch, &answer, &code);
    cr_expect_eq(outcome, expected, "%s %s: %d", method, id, (int)outcome);
    cr_expect_eq(code == ERROR_NONE, outcome != RECONCILE_UNKNOWN);
    answer_fill_data(&answer);
    cr_expect(!part || has(buffer_text(&answer.data), part), "%s", buffer_text(&answer.data));
    answer_release(&answer);
}

Test(outcome, a_request_is_known_by_its_id) {
    struct space space = scene_new();
    enum error_code code;
    uint64_t before = space_fingerprint(&space, "");
    expect_outcome(&space, "create", "request", 0, RECONCILE_NOT_DONE, NULL);
    cr_expect_eq(space_fingerprint(&space, ""), before); /* asking writes nothing, not even .batchd */
    cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    expect_outcome(&space, "create", "request", 0, RECONCILE_DONE, "EXECUTION_TASK_X_12_01.md");
    expect_outcome(&space, "retry", "request", 1, RECONCILE_DONE, NULL);
    expect_outcome(&space, "create", "another", 0, RECONCILE_NOT_DONE, NULL);
    expect_outcome(&space, "undo", "undoing", 1, RECONCILE_NOT_DONE, NULL);
    expect_outcome(&space, "undo", "undoing", 99, RECONCILE_NOT_DONE, NULL);
    struct run_outcome undone = run(&space, "undo 1 --yes --no-daemon");
    cr_assert_eq(undone.status, 0, "%s", undone.err);
    outcome_end(&undone);
    char *record = space_read(&space, ".batchd/*/batches/000001.undone.json"), id[64] = "";
    const char *place = strstr(record, "\"batchctl-");
    cr_assert(place && sscanf(place, "\"%60[^\"]", id) == 1, "%s", record);
    memory_free(record);
    expect_outcome(&space, "undo", id, 1, RECONCILE_DONE, "EXECUTION_TASK_X_12_01.md");
    expect_outcome(&space, "undo", id, 0, RECONCILE_DONE, "\"batch\":1");
    expect_outcome(&space, "undo", "another's", 1, RECONCILE_NOT_DONE, NULL);
    space_end(&space);
}

static int left;

static int die_there(void *data, enum files_operation operation, const char *path) {
    (void)data;
    (void)operation;
    (void)path;
    if (--left == 0)
        _exit(0);
    return 0;
}

/* Whenever the writer dies: either the batch was made, or it was not; then it has been rolled back when the result says
 * so. */
Test(outcome, of_a_writer_that_died_at_any_operation) {
    struct expectation expectation;
    bool has_died = true;
    size_t done = 0, not_done = 0;
    cr_assert(expectation_make(&expectation));
    for (int operation = 1; has_died; operation++) {
        struct space space = scene_new();
        struct answer answer;
        enum error_code code;
        int status;
        pid_t child = fork();
        if (child == 0) {
            left = operation;
            scene_create(&space, die_there, NULL, &code);
            _exit(1);
        }
        cr_assert_eq(waitpid(child, &status, 0), child);
        has_died = status == 0;
        enum reconcile_result outcome = find(&space, "create", "request", 0, &answer, &code);
        cr_expect_neq(outcome, RECONCILE_UNKNOWN, "operation %d", operation);
        cr_expect_str_eq(verdict(&space, &expectation), outcome == RECONCILE_DONE ? "all" : "none", "operation %d",
                         operation);
        done += outcome == RECONCILE_DONE;
        not_done += outcome == RECONCILE_NOT_DONE;
        answer_release(&answer);
        space_end(&space);
    }
    cr_expect(done > 1 && not_done > 20, "%zu done, %zu not", done, not_done);
    expectation_end(&expectation);
}

Test(outcome, is_unknown_while_somebody_holds_the_lock) {
    struct space space = scene_new();
    enum error_code code;
    struct files files;
    struct error error = {0};
    cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    cr_assert(files_open(&files, space.root, &error));
    int lock = files_lock(&files, ".batchd", 0, &error);
    cr_assert_geq(lock, 0);
    expect_outcome(&space, "create", "another", 0, RECONCILE_UNKNOWN, NULL);
    expect_outcome(&space, "create", "request", 0, RECONCILE_DONE, NULL); /* what is recorded is so for good */
    close(lock);
    expect_outcome(&space, "create", "another", 0, RECONCILE_NOT_DONE, NULL);
    files_close(&files);
    space_end(&space);
}

/* Recovery is in vain, but no process holds the lock: only a trace of the request itself makes it unknown. */
Test(outcome, is_known_where_something_else_cannot_be_taken_back) {
    struct space space = scene_new();
    enum error_code code;
    cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    space_make_folder(&space, ".batchd/*/pending/000002.json");
    expect_outcome(&space, "create", "another", 0, RECONCILE_NOT_DONE, NULL);
    expect_outcome(&space, "create", "request", 0, RECONCILE_DONE, NULL);
    space_end(&space);
}
