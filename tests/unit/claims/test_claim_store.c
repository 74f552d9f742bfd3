/*
 * core/claims/claim_store: claims on the disk, taken, renewed and ended by several claimants.
 */
#include "claims/claim_store.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "claimant.h"
#include "claims/claim_clock.h"
#include "space.h"

TestSuite(claim_store, .timeout = 120);

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct space new_space(void) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    return space;
}

/* The call must succeed. */
#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        struct error failure = {0};                                                                                    \
        struct error *error = &failure;                                                                                \
        cr_assert(call, "%s", failure.message);                                                                        \
    } while (0)

/* The call must be refused with this code and reason, and say @part. */
#define REFUSED(reply, expected_code, expected_reason, part, call)                                                     \
    do {                                                                                                               \
        struct error failure = {0};                                                                                    \
        struct error *error = &failure;                                                                                \
        claim_reply_release(reply);                                                                                    \
        cr_assert_not(call);                                                                                           \
        cr_expect_eq(failure.code, expected_code, "%d %s", (int)failure.code, failure.message);                        \
        cr_expect_eq((reply)->reason, expected_reason, "%d", (int)(reply)->reason);                                    \
        cr_expect(strstr(failure.message, part), "%s", failure.message);                                               \
        error_release(&failure);                                                                                       \
    } while (0)

Test(claim_store, one_has_it_until_it_ends) {
    struct space space = new_space();
    struct claimant ann, bob;
    struct claim_reply reply = {0}, other = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    claimant_open(&bob, space.root, NULL, "bob");
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    cr_expect_eq(reply.record.fence, 1);
    REFUSED(&other, ERROR_CONFLICT, CLAIM_REASON_HELD, "ann works on 1.1 (since ",
            claimant_take(&bob, "1.1", CLAIM_WORK, &other, error));
    struct claim_end given_up = {.result = CLAIM_GIVEN_UP, .note = "too hard"};
    struct claim_reply end = {0};
    MUST(CALL(&ann, end, &reply.handle, &given_up, &end, error));
    claim_reply_release(&end);
    MUST(CALL(&ann, end, &reply.handle, &given_up, &end, error));
    cr_expect(end.is_repeated);
    REFUSED(&end, ERROR_STALE, CLAIM_REASON_ENDED, "claim 1 on 1.1 was given up by ann at ",
            CALL(&ann, renew, &reply.handle, NULL, &end, error));
    claim_reply_release(&other);
    MUST(claimant_take(&bob, "1.1", CLAIM_WORK, &other, error));
    cr_expect_eq(other.record.fence, 2);
    REFUSED(&end, ERROR_STALE, CLAIM_REASON_TAKEN, "claim 1 on 1.1 is lost: bob works on 1.1",
            CALL(&ann, renew, &reply.handle, NULL, &end, error));
    claim_reply_release(&reply);
    claim_reply_release(&other);
    claim_reply_release(&end);
    claimant_close(&ann);
    claimant_close(&bob);
    space_end(&space);
}

Test(claim_store, what_is_not_ready_is_refused) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    REFUSED(&reply, ERROR_PREREQUISITES, CLAIM_REASON_NOT_READY, "2.1 is not ready for a SUBPLAN",
            claimant_take(&ann, "2.1", CLAIM_DESIGN, &reply, error));
    REFUSED(&reply, ERROR_PREREQUISITES, CLAIM_REASON_NOT_READY, "1.1 is not ready for a review",
            claimant_take(&ann, "1.1", CLAIM_REVIEW, &reply, error));
    claim_reply_release(&reply);
    claimant_close(&ann);
    space_end(&space);
}

Test(claim_store, files_that_have_changed_meanwhile_are_noticed) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    static const char *const files[] = {"X/execution/feedbacks/APPROVED_11.md", "X/execution/SKIPPED_11.md",
                                        "X/execution/EXECUTION_TASK_X_11_01.md", "X/execution/feedbacks/FIX_11.md"};
    for (size_t i = 0; i < COUNT(files); i++) {
        space_write(&space, files[i], "new\n");
        REFUSED(&reply, ERROR_STALE, CLAIM_REASON_CHANGED, "the files of 1.1 have changed",
                claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
        cr_expect_eq(reply.record.fence, 0);
        space_remove(&space, files[i]);
    }
    space_remove(&space, "X/subplans/SUBPLAN_X_11.md");
    REFUSED(&reply, ERROR_STALE, CLAIM_REASON_CHANGED, "the files of 1.1 have changed",
            claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    claimant_reload(&ann);
    claim_reply_release(&reply);
    MUST(claimant_take(&ann, "1.1", CLAIM_DESIGN, &reply, error));
    claim_reply_release(&reply);
    claimant_close(&ann);
    space_end(&space);
}

Test(claim_store, of_many_candidates_the_first_free_one_is_taken) {
    struct space space = new_space();
    struct claimant ann, bob;
    struct claim_reply reply = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    claimant_open(&bob, space.root, NULL, "bob");
    struct claim_candidate candidates[] = {claimant_candidate(&ann, "1.1", CLAIM_WORK),
                                           claimant_candidate(&ann, "1.2", CLAIM_DESIGN),
                                           claimant_candidate(&ann, "1.3", CLAIM_DESIGN)};
    for (size_t i = 0; i < 3; i++) {
        struct claimant *who = i % 2 ? &bob : &ann; /* none has listed since: what was taken has changed */
        MUST(CALL(who, take, &who->taker, candidates, 3, &reply, error));
        cr_expect_eq(reply.chosen, i);
        cr_expect_eq(reply.look_count, 1);
        claim_reply_release(&reply);
    }
    REFUSED(&reply, ERROR_CONFLICT, CLAIM_REASON_HELD, "1.3",
            CALL(&bob, take, &bob.taker, candidates, 3, &reply, error));
    claim_reply_release(&reply);
    claimant_close(&ann);
    claimant_close(&bob);
    space_end(&space);
}

static void submit(const struct space *space) {
    space_execution(space, "X", "1.1");
    space_write(space, "X/execution/feedbacks/SUBMITTED_11_01.md", "# SUBMITTED: Achievement 1.1\n\n**By**: ann\n");
}

Test(claim_store, done_is_what_the_files_show) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0}, end = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    struct claim_end done = {.result = CLAIM_DONE, .plan = &ann.plan};
    REFUSED(&end, ERROR_PREREQUISITES, CLAIM_REASON_NOT_DONE, "1.1 is not submitted",
            CALL(&ann, end, &reply.handle, &done, &end, error));
    submit(&space);
    claimant_reload(&ann);
    claim_reply_release(&end);
    MUST(CALL(&ann, end, &reply.handle, &done, &end, error));
    cr_expect(end.record.is_finished);
    cr_expect_eq(end.record.finished.order, 1);
    REFUSED(&end, ERROR_STALE, CLAIM_REASON_ENDED, "done by ann", CALL(&ann, hold, &reply.handle, &end, error));
    claim_reply_release(&reply);
    MUST(claimant_take(&ann, "1.1", CLAIM_REVIEW, &reply, error));
    claim_reply_release(&reply);
    claim_reply_release(&end);
    claimant_close(&ann);
    space_end(&space);
}

/* --- sides --- */

#define ONE_SIDE   "0123456789abcdef0123456789abcdef"
#define OTHER_SIDE "fedcba9876543210fedcba9876543210"

Test(claim_store, what_is_finished_in_one_worktree_is_not_done_in_another) {
    struct space space = new_space(), other = new_space(), common = space_new_alone();
    struct claimant ann, bob;
    struct claim_reply reply = {0}, end = {0};
    claimant_open(&ann, space.root, common.root, "ann");
    claimant_open(&bob, other.root, common.root, "bob");
    ann.taker.side = (struct claim_side){ONE_SIDE, space.root, "ann/1.1", "9f3a1c2d4e"};
    bob.taker.side = (struct claim_side){OTHER_SIDE, other.root, "bob/1.1", NULL};
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    cr_expect_eq(ann.store.folder.keeping, CLAIM_KEPT_IN_GIT);
    REFUSED(&end, ERROR_CONFLICT, CLAIM_REASON_HELD, "ann works on 1.1",
            claimant_take(&bob, "1.1", CLAIM_WORK, &end, error));
    submit(&space);
    claimant_reload(&ann);
    struct claim_end done = {.result = CLAIM_DONE, .plan = &ann.plan, .side = ann.taker.side};
    claim_reply_release(&end);
    MUST(CALL(&ann, end, &reply.handle, &done, &end, error));
    REFUSED(&end, ERROR_CONFLICT, CLAIM_REASON_FINISHED,
            "1.1 was finished by ann on branch ann/1.1 (9f3a1c2), which is not merged here",
            claimant_take(&bob, "1.1", CLAIM_WORK, &end, error));
    /* merged: the files of the other show it */
    submit(&other);
    claimant_reload(&bob);
    claim_reply_release(&end);
    MUST(claimant_take(&bob, "1.1", CLAIM_REVIEW, &end, error));
    claim_reply_release(&reply);
    claim_reply_release(&end);
    claimant_close(&ann);
    claimant_close(&bob);
    space_end(&space);
    space_end(&other);
    space_end(&common);
}

/* Another branch in the same checkout is another side; a person can forget the mark. */
Test(claim_store, a_mark_that_is_forgotten_binds_no_more) {
    struct space space = new_space(), common = space_new_alone();
    struct claimant ann;
    struct claim_reply reply = {0};
    claimant_open(&ann, space.root, common.root, "ann");
    ann.taker.side = (struct claim_side){ONE_SIDE, space.root, "one", NULL};
    MUST(claimant_take(&ann, "1.2", CLAIM_DESIGN, &reply, error));
    space_subplan(&space, "X", "1.2");
    claimant_reload(&ann);
    struct claim_end done = {.result = CLAIM_DONE, .plan = &ann.plan, .side = ann.taker.side};
    struct claim_reply end = {0};
    MUST(CALL(&ann, end, &reply.handle, &done, &end, error));
    space_remove(&space, "X/subplans/SUBPLAN_X_12.md"); /* git switch */
    claimant_reload(&ann);
    ann.taker.side.side = OTHER_SIDE;
    REFUSED(&end, ERROR_CONFLICT, CLAIM_REASON_FINISHED, "on branch one",
            claimant_take(&ann, "1.2", CLAIM_DESIGN, &end, error));
    REFUSED(&end, ERROR_STALE, CLAIM_REASON_FENCE, "not 2", CALL(&ann, forget, "X", "1.2", 2, "eve", &end, error));
    REFUSED(&end, ERROR_NOT_FOUND, CLAIM_REASON_GONE, "no mark", CALL(&ann, forget, "X", "1.1", 1, "eve", &end, error));
    claim_reply_release(&end);
    MUST(CALL(&ann, forget, "X", "1.2", 1, "eve", &end, error));
    claim_reply_release(&end);
    MUST(claimant_take(&ann, "1.2", CLAIM_DESIGN, &end, error));
    claim_reply_release(&reply);
    claim_reply_release(&end);
    claimant_close(&ann);
    space_end(&space);
    space_end(&common);
}

/* A folder that was copied has another key: its claims are not believed. */
Test(claim_store, a_copy_begins_afresh) {
    struct space space = new_space(), common = space_new_alone(), copy = space_new_alone();
    struct claimant ann, bob;
    struct claim_reply reply = {0};
    claimant_open(&ann, space.root, common.root, "ann");
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    claim_reply_release(&reply);
    char command[1000];
    snprintf(command, sizeof command, "cp -a '%s/batchd' '%s/batchd'", common.root, copy.root);
    cr_assert_eq(system(command), 0);
    claimant_open(&bob, space.root, copy.root, "bob");
    MUST(claimant_take(&bob, "1.1", CLAIM_WORK, &reply, error));
    cr_expect_eq(reply.record.fence, 1);
    claim_reply_release(&reply);
    claimant_close(&ann);
    claimant_close(&bob);
    space_end(&space);
    space_end(&common);
    space_end(&copy);
}

/* --- requests --- */

/* The process that kept the claim has died, and another one makes the same request. */
Test(claim_store, a_repeated_request_brings_its_keeper) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0}, again = {0};
    struct claim_keeper self;
    claimant_open(&ann, space.root, NULL, "ann");
    ann.taker.request = "r1";
    ann.taker.ttl_ms = CLAIM_TTL_MS_LEAST;
    pid_t child = fork();
    if (child == 0)
        pause();
    MUST(claim_clock_find_keeper(child, &ann.taker.keeper, error));
    struct claim_candidate first = claimant_candidate(&ann, "1.1", CLAIM_WORK);
    MUST(CALL(&ann, take, &ann.taker, &first, 1, &reply, error));
    cr_assert(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    MUST(claim_clock_find_keeper(getpid(), &self, error));
    ann.taker.keeper = self;
    MUST(CALL(&ann, take, &ann.taker, &first, 1, &again, error));
    cr_expect(again.is_repeated);
    cr_expect_eq(again.record.held.keeper.pid, self.pid);
    claim_reply_release(&reply);
    claim_reply_release(&again);
    claimant_close(&ann);
    space_end(&space);
}

Test(claim_store, a_repeated_request_gets_the_same_claim) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0}, again = {0};
    struct buffer one = {0}, other = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    ann.taker.request = "r1";
    ann.taker.ttl_ms = CLAIM_TTL_MS_LEAST;
    struct claim_candidate first = claimant_candidate(&ann, "1.1", CLAIM_WORK),
                           second = claimant_candidate(&ann, "1.2", CLAIM_DESIGN);
    MUST(CALL(&ann, take, &ann.taker, &first, 1, &reply, error));
    MUST(CALL(&ann, take, &ann.taker, &second, 1, &again, error));
    cr_expect(again.is_repeated);
    claim_handle_append(&one, &reply.handle);
    claim_handle_append(&other, &again.handle);
    cr_expect_str_eq(one.data, other.data);
    claim_reply_release(&again);
    MUST(CALL(&ann, take, &ann.taker, NULL, 0, &again, error)); /* nothing else is free */
    cr_expect(again.is_repeated);
    struct claim_end given_up = {.result = CLAIM_GIVEN_UP};
    claim_reply_release(&again);
    MUST(CALL(&ann, end, &reply.handle, &given_up, &again, error));
    REFUSED(&again, ERROR_STALE, CLAIM_REASON_ENDED, "given up",
            CALL(&ann, take, &ann.taker, &second, 1, &again, error));
    ann.taker.request = "r2";
    REFUSED(&again, ERROR_PREREQUISITES, CLAIM_REASON_NONE, "nothing is free",
            CALL(&ann, take, &ann.taker, NULL, 0, &again, error));
    claim_reply_release(&again);
    MUST(CALL(&ann, take, &ann.taker, &second, 1, &again, error));
    cr_expect_not(again.is_repeated);
    buffer_release(&one);
    buffer_release(&other);
    claim_reply_release(&reply);
    claim_reply_release(&again);
    claimant_close(&ann);
    space_end(&space);
}

/* --- damage --- */

/* The file of a record. The caller frees it. */
static char *record_path(const struct claimant *claimant, const char *id) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/plans/X/%s.json", claimant->store.folder.path, id);
    return path.data;
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs(text, file);
    fclose(file);
}

static void damage(const char *path, int way) {
    unlink(path);
    switch (way) {
    case 0:
        write_file(path, "");
        break;
    case 1:
        write_file(path, "{\"schema\":\"batchd-claim/2\"}\n");
        break;
    case 2:
        cr_assert_eq(symlink("/dev/null", path), 0);
        break;
    case 3:
        cr_assert_eq(mkfifo(path, 0600), 0);
        break;
    case 4:
        write_file(path, "{}");
        cr_assert_eq(truncate(path, 20000), 0);
        break;
    default:
        cr_assert_eq(mkdir(path, 0700), 0);
        break;
    }
}

Test(claim_store, what_is_damaged_is_not_free_until_a_person_frees_it) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0}, first = {0};
    claimant_open(&ann, space.root, NULL, "ann");
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &first, error));
    char *path = record_path(&ann, "1.1");
    for (int way = 0; way <= 5; way++) {
        struct claim_list list = {0};
        damage(path, way);
        REFUSED(&reply, ERROR_CONFLICT, CLAIM_REASON_DAMAGED, path,
                claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
        REFUSED(&reply, ERROR_CONFLICT, CLAIM_REASON_DAMAGED, path,
                CALL(&ann, renew, &first.handle, NULL, &reply, error));
        MUST(CALL(&ann, list, "X", &list, error));
        cr_assert_eq(list.count, 1);
        cr_expect_not_null(list.entries[0].damage);
        cr_expect_str_eq(list.entries[0].file, path);
        claim_list_release(&list);
        REFUSED(&reply, ERROR_STALE, CLAIM_REASON_FENCE, "1.1",
                CALL(&ann, force, "X", "1.1", 1, "eve", NULL, &reply, error));
        if (way == 5) {
            cr_assert_eq(rmdir(path), 0);
            break;
        }
        claim_reply_release(&reply);
        MUST(CALL(&ann, force, "X", "1.1", 0, "eve", NULL, &reply, error));
        cr_expect_gt(reply.record.fence, 1700000000);
        claim_reply_release(&reply);
        MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
        cr_expect_gt(reply.record.fence, 1700000000);
    }
    free(path);
    claim_reply_release(&reply);
    claim_reply_release(&first);
    claimant_close(&ann);
    space_end(&space);
}

Test(claim_store, others_that_can_write_there_are_not_believed) {
    struct space space = new_space(), common = space_new_alone();
    struct claimant ann, bob;
    struct claim_reply reply = {0};
    struct error problem = {0};
    claimant_open(&ann, space.root, common.root, "ann");
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    char *folder = strdup(ann.store.folder.path);
    *strrchr(folder, '/') = '\0';
    cr_assert_eq(chmod(folder, 0770), 0);
    bob = ann;
    cr_expect_not(claim_store_open(&bob.store, &ann.workspace, &ann.git, CLAIM_KEPT_IN_GIT, 10, &problem));
    cr_expect_eq(problem.code, ERROR_CONFLICT);
    cr_expect(strstr(problem.hint, "chmod 700"), "%s", problem.hint);
    error_release(&problem);
    claim_store_close(&bob.store);
    free(folder);
    claim_reply_release(&reply);
    claimant_close(&ann);
    space_end(&space);
    space_end(&common);
}

/* --- the lock --- */

Test(claim_store, a_lock_that_is_held_is_named_with_its_process) {
    struct space space = new_space();
    struct claimant ann;
    struct claim_reply reply = {0}, held = {0};
    char pid[32];
    claimant_open(&ann, space.root, NULL, "ann");
    MUST(claimant_take(&ann, "1.1", CLAIM_WORK, &reply, error));
    MUST(CALL(&ann, hold, &reply.handle, &held, error));
    snprintf(pid, sizeof pid, "process %d holds the lock", (int)getpid());
    struct claimant bob;
    claimant_open(&bob, space.root, NULL, "bob");
    bob.store.lock.timeout_ms = 50;
    struct claim_reply other = {0};
    REFUSED(&other, ERROR_CONFLICT, CLAIM_REASON_NONE, pid, claimant_take(&bob, "1.2", CLAIM_DESIGN, &other, error));
    struct claim_list list = {0};
    MUST(CALL(&bob, list, "X", &list, error)); /* readers need no lock */
    cr_expect_eq(list.count, 1);
    claim_list_release(&list);
    ann.store.authority.calls->drop(&ann.store.authority);
    claim_reply_release(&other);
    MUST(claimant_take(&bob, "1.2", CLAIM_DESIGN, &other, error));
    claim_reply_release(&reply);
    claim_reply_release(&held);
    claim_reply_release(&other);
    claimant_close(&ann);
    claimant_close(&bob);
    space_end(&space);
}

/* Each operation of a take fails once: it is taken whole or not at all, and another can take it then. */
static int fail_at(void *data, enum files_operation operation, const char *path) {
    int *left = data;
    (void)operation, (void)path;
    return --*left == 0 ? EIO : 0;
}

Test(claim_store, a_take_that_fails_leaves_nothing_in_the_way) {
    for (int at = 1, left = 0; left <= 0; at++) {
        struct space space = new_space();
        struct claimant ann;
        struct claim_reply reply = {0};
        struct error error = {0};
        left = at;
        claimant_open(&ann, space.root, NULL, "ann");
        ann.workspace.files.hook = fail_at;
        ann.workspace.files.hook_data = &left;
        bool is_failed = !claimant_take(&ann, "1.1", CLAIM_WORK, &reply, &error);
        ann.workspace.files.hook = ann.store.folder.files.hook = NULL;
        claim_reply_release(&reply);
        struct claim_reply other = {0};
        struct error again = {0};
        bool is_taken = claimant_take(&ann, "1.1", CLAIM_WORK, &other, &again);
        cr_expect_eq(is_taken, is_failed, "%d: %s", at, again.message);
        error_release(&error);
        error_release(&again);
        claim_reply_release(&other);
        claimant_close(&ann);
        space_end(&space);
    }
}
