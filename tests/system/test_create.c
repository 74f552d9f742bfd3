/*
 * batchctl create and undo, through the real program.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(create, .timeout = 120);

static struct space ready_plan(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1; 2.2: 1.1; 3.1: 2.1, 2.2");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    space_subplan(&space, "X", "2.1");
    space_subplan(&space, "X", "2.2");
    return space;
}

Test(create, the_preview_changes_nothing) {
    struct space space = ready_plan();
    uint64_t before = space_fingerprint(&space, "");
    struct outcome outcome = run(&space, "create X --level 1 --dry-run");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.out, "Would create 2 EXECUTION_TASKs (level 1)"), "%s", outcome.out);
    cr_expect(has(outcome.out, "X/execution/EXECUTION_TASK_X_21_01.md"));
    cr_expect_eq(space_fingerprint(&space, ""), before);
    outcome_end(&outcome);
    space_end(&space);
}

Test(create, a_level_and_again_and_undo) {
    struct space space = ready_plan();
    struct outcome outcome = run(&space, "create X --level 1 --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    char *text = space_read(&space, "X/execution/EXECUTION_TASK_X_21_01.md");
    cr_expect(has(text, "Objective of 2.1"));
    cr_expect(has(text, "- [ ] Phase 1: Begin 2.1"));
    memory_free(text);
    outcome_end(&outcome);

    outcome = run(&space, "create X --level 1 --yes");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "Nothing to create"));
    outcome_end(&outcome);

    outcome = run(&space, "undo --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_21_01.md"));
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    outcome_end(&outcome);
    space_end(&space);
}

Test(create, a_person_is_asked_once) {
    struct space space = ready_plan();
    struct outcome outcome = run_on_terminal(&space, "create X --level 1", "n\n");
    cr_expect_eq(outcome.status, 8);
    cr_expect(has(outcome.out, "Create 2 files? [y/N]"), "%s", outcome.out);
    cr_expect_not(space_exists(&space, ".batchd"));
    outcome_end(&outcome);
    outcome = run_on_terminal(&space, "create X --level 1", "y\n");
    cr_expect_eq(outcome.status, 0);
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_22_01.md"));
    outcome_end(&outcome);
    space_end(&space);
}

/* The plan is named twice to the core, for the preview and for the batch; a path is resolved both times. */
Test(create, a_person_may_name_the_plan_by_a_path) {
    struct space space = ready_plan();
    struct outcome outcome = run_on_terminal(&space, "create ./X --level 1", "y\n");
    cr_expect_eq(outcome.status, 0, "%s", outcome.out);
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_21_01.md"));
    outcome_end(&outcome);
    space_end(&space);
}
