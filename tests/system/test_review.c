/*
 * The review by commands: each verb, what it needs, what it refuses and with which exit status; what undo keeps; who
 * may approve; what is submitted as others see it.
 */
#include <criterion/criterion.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(review, .timeout = 120);

#define FEEDBACK(name) "X/execution/feedbacks/" name ".md"

/* 1.1 has its work order, 1.2 only its SUBPLAN; 1.3 is complete, 1.4 skipped; 2.1 waits for 1.1. */
static struct space scene(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_execution(&space, "X", "1.1");
    space_execution(&space, "X", "1.3");
    space_approved(&space, "X", "1.3");
    space_skipped(&space, "X", "1.4");
    return space;
}

static void expect_in(const struct space *space, const char *path, const char *part) {
    char *text = space_read(space, path);
    cr_assert(text, "%s is missing", path);
    cr_expect(has(text, part), "%s: no \"%s\" in\n%s", path, part, text);
    memory_free(text);
}

static void expect_state(const struct space *space, const char *id, const char *state) {
    char command[64], part[64];
    snprintf(command, sizeof command, "show X %s --json", id);
    snprintf(part, sizeof part, "\"state\":\"%s\"", state);
    expect_status(space, command, 0, part);
}

Test(review, from_a_work_order_to_an_approval) {
    struct space space = scene();
    uint64_t untouched = space_fingerprint(&space, "");
    expect_status(&space, "submit X 1.1 -m made --as ann --dry-run", 0, "Would submit 1.1:");
    cr_expect_eq(space_fingerprint(&space, ""), untouched);
    expect_status(&space, "submit X 1.1 -m made --as ann --yes", 0, "Submitted 1.1:");
    expect_in(&space, FEEDBACK("SUBMITTED_11_01"), "**By**: ann\n\n## What was done\n\nmade\n");
    expect_state(&space, "1.1", "submitted");
    expect_status(&space, "next X", 0, "batchctl prompt review X --ids 1.1");
    expect_status(&space, "status X", 0, "write SUBPLAN (waits for the review of 1.1)");
    expect_status(&space, "status X --for review", 0, "submitted by ann (work order 01): review it");
    expect_status(&space, "wait X --for submitted --timeout 1s", 0, "X: 1.1 is submitted by ann");
    expect_status(&space, "wait X --for submitted=1.1 --timeout 1s", 0, "review it");
    expect_status(&space, "wait X --for submitted=1.2 --timeout 100ms", 124, "not submitted");
    expect_status(&space, "prompt review X", 0, "batchctl reject X 1.1 -F - --yes");
    expect_status(&space, "submit X 1.1 --yes", 0, "(submitted)");
    expect_status(&space, "approve X 1.1 --as bob --yes", 0, "Approved 1.1:");
    expect_state(&space, "1.1", "complete");
    expect_status(&space, "approve X 1.1 --yes", 0, "(complete)");
    expect_status(&space, "next X", 0, "2.1");
    space_end(&space);
}

/* Sent back twice: no file is replaced, and each rework answers what is open. */
/* A reviewer's wait, in a workspace of several plans. */
Test(review, waiting_for_submissions_of_all_plans) {
    struct space space = scene();
    space_plan(&space, "Y", "1.1; 5.1");
    space_execution(&space, "Y", "5.1");
    expect_status(&space, "wait --for submitted --timeout 50ms", 124, "timed out after 50ms: nothing is submitted");
    expect_status(&space, "wait --for submitted=5.1 --timeout 50ms", 124, "5.1 is not submitted");
    expect_status(&space, "wait --for submitted=1.1", 2, "2 plans have an achievement 1.1");
    expect_status(&space, "wait --for submitted=7.1", 2, "which plan?");
    expect_status(&space, "submit Y 5.1 --as ann --yes", 0, "Submitted");
    expect_status(&space, "wait --for submitted", 0, "Y: 5.1 is submitted by ann");
    expect_status(&space, "wait --for submitted=5.1", 0, "Y: 5.1 is ");
    expect_status(&space, "wait X --for submitted --timeout 50ms", 124, "nothing is submitted");
    space_end(&space);
}

Test(review, rejections_and_reworks) {
    struct space space = scene();
    space_write(&space, "points", "Two things.\n\n- the empty list crashes\n- {{id}} is shown\n");
    const struct setting points = {.in = "points"};
    expect_status(&space, "submit X 1.1 --yes", 0, "Submitted");
    struct outcome outcome = run_under(&space, &points, "reject X 1.1 -F - --as bob --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    expect_in(&space, FEEDBACK("FIX_11"), "- [ ] the empty list crashes\n- [ ] {{id}} is shown\n");
    expect_state(&space, "1.1", "failed");
    expect_status(&space, "reject X 1.1 -m again --yes", 5, "has been sent back already, by FIX_11.md");
    expect_status(&space, "submit X 1.1 --yes", 4, "batchctl create X --rework --ids 1.1");
    expect_status(&space, "approve X 1.1 --yes", 4, "needs a text");
    expect_status(&space, "create X --rework --yes", 0, "EXECUTION_TASK_X_11_02.md");
    expect_in(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "- [ ] the empty list crashes");
    expect_status(&space, "submit X 1.1 --yes", 0, "SUBMITTED_11_02.md");
    expect_status(&space, "reject X 1.1 -m 'still not' --yes", 0, "FIX_11_02.md");
    expect_status(&space, "create X --rework --yes", 0, "EXECUTION_TASK_X_11_03.md");
    expect_in(&space, "X/execution/EXECUTION_TASK_X_11_03.md", "FIX_11_02.md sha256:");
    expect_status(&space, "submit X 1.1 --yes", 0, "SUBMITTED_11_03.md");
    expect_state(&space, "1.1", "submitted");
    space_end(&space);
}

/* A FIX that a person rewrites is open again, beside another one: the next work order has the points of both. */
Test(review, one_rework_answers_all_that_is_open) {
    struct space space = scene();
    space_write(&space, FEEDBACK("FIX_11"), "# FIX\n\n- first point\n");
    space_write(&space, FEEDBACK("FIX_11_01"), "# FIX\n\n- second point\n");
    expect_status(&space, "create X --rework --yes", 0, "EXECUTION_TASK_X_11_02.md");
    expect_in(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "first point");
    expect_in(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "second point");
    expect_status(&space, "why X 1.1", 0, "rework it in EXECUTION_TASK_X_11_02.md");
    space_end(&space);
}

Test(review, what_each_verb_refuses) {
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {
        {"submit X 1.2 --yes", 4, "1.2 has no EXECUTION_TASK"},
        {"submit X 1.3 --yes", 5, "1.3 is complete"},
        {"submit X 1.4 --yes", 5, "batchctl reopen X 1.4"},
        {"submit X 9.9 --yes", 3, "no achievement 9.9"},
        {"submit --yes", 2, "ids of achievements are needed"},
        {"submit X --yes", 2, "ids of achievements are needed"},
        {"submit X 1.1 -m a -F b --yes", 2, "exclude each other"},
        {"approve X 1.2 --yes", 4, "1.2 has no EXECUTION_TASK"},
        {"approve X 1.4 --yes", 5, "1.4 is skipped"},
        {"reject X 1.1 --yes", 4, "what has to be fixed is missing"},
        {"reject X 1.1 -m '  ' --yes", 4, "what has to be fixed is missing"},
        {"reject X 1.2 -m a --yes", 4, "1.2 has no EXECUTION_TASK"},
        {"reject X 1.3 -m a --yes", 5, "1.3 is complete"},
        {"skip X 1.2 --yes", 4, "the reason is missing"},
        {"skip X 1.3 -m a --yes", 5, "1.3 is complete"},
        {"skip X 1.4 --yes", 0, "(skipped)"},
        {"reopen X 1.1 --yes", 0, "(open)"},
        {"approve X 1.1,1.2,1.4 --yes", 4, "2 of these cannot be done"},
        {"submit X 1.1", 8, "cannot ask for confirmation"},
        {"approve X 1.1 --expect b1-0 --yes", 7, "not as in the preview"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = scene();
        uint64_t untouched = space_fingerprint(&space, "X");
        expect_status(&space, rows[i].command, rows[i].status, rows[i].part);
        cr_expect_eq(space_fingerprint(&space, "X"), untouched, "%s", rows[i].command);
        space_end(&space);
    }
}

Test(review, a_name_that_is_taken_or_has_conflict_markers) {
    struct space space = scene();
    space_make_folder(&space, FEEDBACK("SUBMITTED_11_01"));
    expect_status(&space, "submit X 1.1 --yes", 5, "is taken by a folder");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "# T\n\n<<<<<<< a\n=======\n>>>>>>> b\n");
    expect_status(&space, "approve X 1.1 --yes", 4, "has git conflict markers (line 3)");
    expect_state(&space, "1.1", "conflicted");
    expect_status(&space, "status X", 0, "fix the conflict markers (line 3) in EXECUTION_TASK_X_11_01.md");
    space_end(&space);
}

Test(review, who_may_approve) {
    struct space space = scene();
    expect_status(&space, "approve X 1.1 --dry-run", 0, "1.1 has not been submitted");
    expect_status(&space, "submit X 1.1 --as ann_b --yes", 0, "Submitted");
    struct outcome outcome = run_with(&space, "BATCHD_REVIEW_SELF=no", "approve X 1.1 --as ann_b --yes");
    cr_expect_eq(outcome.status, 5, "%s", outcome.err);
    outcome_end(&outcome);
    expect_status(&space, "approve X 1.1 --as ann_b --yes", 0, "who approves it");
    expect_status(&space, "undo --yes", 0, "APPROVED_11.md");
    space_write(&space, FEEDBACK("SUBMITTED_11_02"), "%s", "");
    space_remove(&space, FEEDBACK("SUBMITTED_11_01"));
    outcome = run_with(&space, "BATCHD_REQUIRE_SUBMITTED=yes", "approve X 1.1 --yes");
    cr_expect_eq(outcome.status, 4, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

/* --as, else BATCHCTL_AS, else the user's login name, whatever USER says. */
Test(review, whose_name_it_has) {
    const struct passwd *user = getpwuid(getuid());
    struct space space = scene();
    struct outcome outcome = run_with(&space, "BATCHCTL_AS=cleo", "submit X 1.1 --yes");
    expect_in(&space, FEEDBACK("SUBMITTED_11_01"), "**By**: cleo\n");
    outcome_end(&outcome);
    expect_status(&space, "undo --yes", 0, "SUBMITTED_11_01.md");
    outcome = run_with(&space, "USER=mallory", "submit X 1.1 --yes");
    cr_assert(user);
    char by[300];
    snprintf(by, sizeof by, "**By**: %s@", user->pw_name);
    expect_in(&space, FEEDBACK("SUBMITTED_11_01"), by);
    outcome_end(&outcome);
    space_end(&space);
}

/* What others have built on it stays, and is named. */
Test(review, what_undo_keeps) {
    struct space space = scene();
    expect_status(&space, "create X --ids 1.2 --yes", 0, "Batch 1");
    expect_status(&space, "submit X 1.2 --yes", 0, "Batch 2");
    expect_status(&space, "undo 1 --yes", 0, "EXECUTION_TASK_X_12_01.md  (has been reviewed)");
    expect_status(&space, "reject X 1.2 -m no --yes", 0, "Batch 3");
    expect_status(&space, "undo 2 --yes", 0, "SUBMITTED_12_01.md  (has been reviewed)");
    expect_status(&space, "create X --rework --yes", 0, "Batch 4");
    expect_status(&space, "undo 3 --yes", 0, "FIX_12.md  (has been answered)");
    expect_status(&space, "undo 4 --yes", 0, "- X/execution/EXECUTION_TASK_X_12_02.md");
    expect_status(&space, "undo 3 --yes", 0, "- X/execution/feedbacks/FIX_12.md");
    expect_status(&space, "approve X 1.1,1.2 --yes", 0, "Batch 5");
    expect_status(&space, "undo 2 --yes", 0, "SUBMITTED_12_01.md  (has been reviewed)");
    expect_status(&space, "undo 5 --dry-run", 0, "1.1 blocks again: 2.1");
    space_write(&space, FEEDBACK("APPROVED_12"), "edited\n");
    expect_status(&space, "undo 5 --yes", 0, "APPROVED_12.md  (edited since)");
    cr_expect_not(space_exists(&space, FEEDBACK("APPROVED_11")));
    space_end(&space);
}

Test(review, reopening_renames_and_is_undone) {
    struct space space = scene();
    expect_status(&space, "approve X 1.1 --yes", 0, "Batch 1");
    expect_status(&space, "reopen X 1.1,1.4 -m 'too early' --dry-run", 0, "1.1 blocks again: 2.1");
    expect_status(&space, "reopen X 1.1,1.4 -m 'too early' --yes", 0, "APPROVED_11_REOPENED_1.md");
    cr_expect_not(space_exists(&space, FEEDBACK("APPROVED_11")));
    cr_expect(space_exists(&space, "X/execution/SKIPPED_14_REOPENED_1.md"));
    expect_state(&space, "1.1", "execution_created");
    expect_state(&space, "1.4", "not_started");
    expect_status(&space, "doctor", 0, "");
    expect_status(&space, "approve X 1.1 --yes", 0, "Batch 3");
    expect_status(&space, "undo 2 --yes", 0, "APPROVED_11_REOPENED_1.md  (its name from before is taken)");
    cr_expect(space_exists(&space, "X/execution/SKIPPED_14.md"));
    expect_status(&space, "reopen X 1.4 --yes", 0, "Opened again 1.4:");
    expect_status(&space, "undo --yes", 0, "Renamed back 1 file:");
    expect_status(&space, "reopen X 1.1 --yes", 0, "APPROVED_11_REOPENED_2.md");
    space_end(&space);
}

/* Only what says so is adopted, with its line; what says so but cannot be is named. */
Test(review, adopting_what_says_it_is_complete) {
    struct space space = scene();
    space_execution(&space, "X", "1.2");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "# T\n\n**Status**: COMPLETE\n\n- [x] a\n- [ ] b\n");
    space_write(&space, "X/execution/EXECUTION_TASK_X_12_01.md", "# T\n\n**Status**: in work\n\n- [x] a\n");
    expect_status(&space, "next X", 0, "says it is complete (line 3): submit or review it");
    expect_status(&space, "adopt X --approve --dry-run", 0, "1 of its boxes is not ticked: it is left out");
    expect_status(&space, "adopt X --yes", 0, "Adopted 1.1, 1.2:");
    expect_in(&space, FEEDBACK("SUBMITTED_11_01"),
              "in line 3:\n\n> **Status**: COMPLETE\n\n1 of its boxes is not ticked.");
    expect_in(&space, FEEDBACK("SUBMITTED_12_01"), "in line 5:\n\n> - [x] a\n");
    expect_status(&space, "adopt X --yes", 0, "Nothing to be adopted (all).");
    expect_state(&space, "1.1", "submitted");
    space_end(&space);
}

/* Part by part, until it is sent back. */
Test(review, parts_are_submitted_one_by_one) {
    struct space space = space_new();
    space_write(&space, "X/PLAN_X.md", "# PLAN\n\n**Achievement 1.1: Split**\n\n- **Goal**: g\n");
    space_write(&space, "X/parallel.json", "%s",
                "{\"plan_name\":\"X\",\"achievements\":[{\"achievement_id\":\"1.1\",\"title\":\"Split\","
                "\"dependencies\":[],\"sub_executions\":[{\"execution_id\":\"1.1.1\",\"title\":\"A\"},"
                "{\"execution_id\":\"1.1.2\",\"title\":\"B\"}]}]}");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "a");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "b");
    expect_status(&space, "submit X 1.1.2 --yes", 0, "SUBMITTED_11_02.md");
    expect_state(&space, "1.1", "execution_created");
    expect_status(&space, "submit X 1.1 --yes", 0, "SUBMITTED_11_01.md");
    expect_state(&space, "1.1", "submitted");
    expect_status(&space, "reject X 1.1 -m no --yes", 0, "FIX_11.md");
    expect_status(&space, "create X --rework --yes", 0, "EXECUTION_TASK_X_11_03.md");
    expect_status(&space, "submit X 1.1 --yes", 0, "SUBMITTED_11_03.md");
    expect_state(&space, "1.1", "submitted");
    space_end(&space);
}

/* A reader is warned of a FIX that an approval has passed over. */
Test(review, an_open_fix_beside_an_approval_is_named) {
    struct space space = scene();
    space_write(&space, FEEDBACK("FIX_13"), "# FIX\n\n- basket loses items\n");
    expect_state(&space, "1.3", "complete");
    expect_status(&space, "status X", 0, "FIX_13.md: warning: no work order answers it, but 1.3 is complete");
    expect_status(&space, "doctor", 0, "FIX_13.md");
    space_end(&space);
}
