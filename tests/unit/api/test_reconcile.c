/*
 * core/api/reconcile: what became of a write whose answer was lost, from its record, where it can be read or not.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/files_lock.h"
#include "plan/workspace.h"
#include "scene.h"

#define outcome verdict_of_outcome /* the tag is that of a program's outcome in space.h */
#include "api/reconcile.h"
#undef outcome

TestSuite(outcome, .timeout = 60);

static const char record_file[] = ".batchd/*/batches/000001.json";

/* Batch 1 is there, made by the request "request". */
static struct space with_batch(void) {
    struct space space = scene_new();
    enum error_code code;
    cr_assert_eq(scene_create(&space, NULL, NULL, &code), APPLIED);
    return space;
}

static int fail_record(void *data, enum files_operation operation, const char *path) {
    return operation != FILES_LOOK && has(path, "/batches/000001.json") ? *(int *)data : 0;
}

/* @failure: errno of whatever reads the record; 0 for none. */
static int find(const struct space *space, const char *word, uint64_t last_batch, int failure) {
    const struct request request = {.method = "create", .request_id = word, .last_batch = last_batch};
    struct workspace workspace;
    struct answer answer = {.kind = "create"};
    struct error error = {0};
    cr_assert(workspace_open(&workspace, space->root, &error));
    workspace.files.hook = fail_record;
    workspace.files.hook_data = &failure;
    int found = (int)reconcile_find(&workspace, &request, &answer, &error);
    cr_expect_eq(answer.view != NULL, found == RECONCILE_DONE);
    cr_expect_eq(error.code != ERROR_NONE, found == RECONCILE_UNKNOWN);
    error_release(&error);
    answer_release(&answer);
    workspace_release(&workspace);
    return found;
}

Test(outcome, a_word_that_was_used_before_is_not_taken_for_this_request) {
    struct space space = with_batch();
    cr_expect_eq(reconcile_last_batch(space.root), 1);
    cr_expect_eq(find(&space, "request", 0, 0), RECONCILE_DONE);
    cr_expect_eq(find(&space, "request", 1, 0), RECONCILE_NOT_DONE);
    cr_expect_eq(find(&space, "another", 0, 0), RECONCILE_NOT_DONE);
    space_end(&space);
    space = scene_new();
    cr_expect_eq(reconcile_last_batch(space.root), 0);
    cr_expect_eq(reconcile_last_batch("/nosuch"), 0);
    space_end(&space);
}

Test(outcome, a_record_that_cannot_be_read_may_be_that_of_the_request) {
    static const int failures[] = {EMFILE, EIO, EACCES};
    struct space space = with_batch();
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        cr_expect_eq(find(&space, "request", 0, failures[i]), RECONCILE_UNKNOWN, "%s", strerror(failures[i]));
    cr_expect_eq(find(&space, "request", 0, ENOENT), RECONCILE_NOT_DONE);
    space_remove(&space, record_file);
    space_write(&space, record_file, "{\"cut off");
    cr_expect_eq(find(&space, "request", 0, 0), RECONCILE_NOT_DONE); /* ours is whole */
    space_remove(&space, record_file);
    space_make_folder(&space, record_file);
    cr_expect_eq(find(&space, "request", 0, 0), RECONCILE_NOT_DONE); /* ours is a file */
    space_end(&space);
}

Test(outcome, what_is_recorded_is_found_also_while_somebody_holds_the_lock) {
    struct space space = with_batch();
    struct files files;
    struct error error = {0};
    cr_assert(files_open(&files, space.root, &error));
    int lock = files_lock(&files, STATE_DIR_FOLDER, 0, &error);
    cr_assert_geq(lock, 0);
    cr_expect_eq(find(&space, "request", 0, 0), RECONCILE_DONE);
    cr_expect_eq(find(&space, "another", 0, 0), RECONCILE_UNKNOWN);
    cr_expect_eq(find(&space, "request", 0, EIO), RECONCILE_UNKNOWN);
    close(lock);
    files_close(&files);
    space_end(&space);
}

/* --- settling --- */

/* What became of "create", as its caller receives it. The caller releases @answer. */
static void settle(const struct space *space, const char *word, struct answer *answer) {
    const struct request request = {.method = "create", .request_id = word};
    struct workspace workspace;
    struct error error = {0};
    *answer = (struct answer){.kind = "create"};
    cr_assert(workspace_open(&workspace, space->root, &error));
    reconcile_settle(&workspace, &request, answer);
    workspace_release(&workspace);
}

static void expect_settled(const struct space *space, const char *word, enum error_code code, uint64_t batch,
                           size_t count) {
    struct answer answer;
    settle(space, word, &answer);
    cr_expect_eq(answer.code, code, "%s: %d", word, (int)answer.code);
    cr_expect_eq(answer.batch, batch, "%s: batch %d", word, (int)answer.batch);
    cr_expect_eq(answer.count, count, "%s: %zu files", word, answer.count);
    answer_release(&answer);
}

Test(outcome, what_has_happened_is_answered_as_recorded_and_what_has_not_is_done) {
    struct space space = with_batch();
    expect_settled(&space, "request", ERROR_NONE, 1, TARGETS);
    cr_expect_eq(reconcile_last_batch(space.root), 1); /* not done twice */
    space_remove(&space, targets[0]);
    expect_settled(&space, "another", ERROR_NONE, 2, 1);
    cr_expect_eq(reconcile_last_batch(space.root), 2);
    space_end(&space);
}

Test(outcome, what_cannot_be_found_out_is_unknown_and_says_where_to_look) {
    struct space space = with_batch();
    struct files files;
    struct error error = {0};
    struct answer answer;
    cr_assert(files_open(&files, space.root, &error));
    int lock = files_lock(&files, STATE_DIR_FOLDER, 0, &error);
    settle(&space, "another", &answer);
    cr_expect_eq(answer.code, ERROR_UNKNOWN);
    cr_assert_eq(answer.diagnostics.count, 1);
    cr_expect(has(answer.diagnostics.items[0].hint, "batchctl history --no-daemon --request another"));
    close(lock);
    files_close(&files);
    answer_release(&answer);
    space_end(&space);
}

/* A batch that died with the lost answer is rolled back by the search for it, and that is said. */
static int die_at_the_second_file(void *data, enum files_operation operation, const char *path) {
    int *published = data;
    bool is_target = operation == FILES_PUBLISH && has(path, "X/execution/");
    if (is_target && ++*published == 2)
        _exit(0);
    return 0;
}

Test(outcome, what_a_dead_process_had_begun_is_rolled_back_and_done_again) {
    struct space space = scene_new();
    struct answer answer;
    enum error_code code;
    int published = 0;
    pid_t child = fork();
    if (child == 0) {
        scene_create(&space, die_at_the_second_file, &published, &code);
        _exit(1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(WEXITSTATUS(status), 0, "it has died as it published");
    settle(&space, "request", &answer);
    cr_expect_eq(answer.code, ERROR_NONE);
    cr_expect_eq(answer.count, (size_t)TARGETS);
    bool is_named = false;
    for (size_t i = 0; i < answer.diagnostics.count; i++)
        is_named |= strcmp(answer.diagnostics.items[i].code, "journal.recovered") == 0;
    cr_expect(is_named);
    answer_release(&answer);
    space_end(&space);
}
