/*
 * batchctl create --keep-going, retry, show --batch, and request ids: what was asked for, what became of it, and doing
 * the rest later.
 */
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(keep_going, .timeout = 120);

/* Three achievements on level 0, all designed; the second one's target is taken by a folder. */
static struct space obstructed(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_subplan(&space, "X", "1.3");
    space_make_folder(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    return space;
}

static void expect(const struct space *space, const char *command, int status, const char *out, const char *err) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, out), "%s: no \"%s\" in\n%s", command, out, outcome.out);
    cr_expect(has(outcome.err, err), "%s: no \"%s\" in\n%s", command, err, outcome.err);
    outcome_end(&outcome);
}

Test(keep_going, without_it_one_obstacle_stops_the_batch) {
    struct space space = obstructed();
    expect(&space, "create X --yes", 5, "", "EXECUTION_TASK_X_12_01.md: error: a folder has the name");
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    space_end(&space);
}

Test(keep_going, what_can_be_created_is_and_the_rest_is_listed_and_retried) {
    struct space space = obstructed();
    expect(&space, "create X --yes --keep-going --request mine", 10, "✗ X/execution/EXECUTION_TASK_X_12_01.md",
           "batchctl retry 1");
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_13_01.md"));
    expect(&space, "history", 0, "partial", "");
    expect(&space, "show --batch 1", 0, "a folder has its name", "");
    expect(&space, "retry 1 --yes", 5, "", "a folder has the name");

    space_remove(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    expect(&space, "retry 1 --dry-run", 0, "Would create 1 EXECUTION_TASK (ids 1.2)", "");
    expect(&space, "retry 1 --yes", 0, "Created 1 EXECUTION_TASK (ids 1.2)", "");
    char *text = space_read(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    cr_expect(has(text, "Objective of 1.2"));
    memory_free(text);
    expect(&space, "retry 1 --yes", 0, "Nothing to create", "");
    space_end(&space);
}

/* Whatever a SUBPLAN is not, the others are created. */
Test(keep_going, a_subplan_that_cannot_be_used_fails_alone) {
    static const struct {
        const char *subplan, *reason; /* NULL: there is none */
    } rows[] = {{NULL, "its SUBPLAN is missing"},
                {"[TO BE FILLED: all]\n", "its SUBPLAN is a placeholder"},
                {"", "its SUBPLAN is a placeholder"},
                {"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> b\n", "its SUBPLAN has git conflict markers"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = obstructed();
        space_remove(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
        space_remove(&space, "X/subplans/SUBPLAN_X_12.md");
        if (rows[i].subplan)
            space_write(&space, "X/subplans/SUBPLAN_X_12.md", "%s", rows[i].subplan);
        expect(&space, "create X --level 0 --yes", 4, "", "nothing was created");
        expect(&space, "create X --level 0 --keep-going --dry-run", 0, rows[i].reason, "");
        expect(&space, "create X --level 0 --keep-going --yes", 10, rows[i].reason,
               "2 files were created, 1 could not");
        cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_13_01.md"));
        cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"));
        expect(&space, "retry 1 --yes", 4, "", "1 SUBPLAN ");
        space_subplan(&space, "X", "1.2");
        expect(&space, "retry 1 --yes", 0, "Created 1 EXECUTION_TASK (ids 1.2)", "");
        space_end(&space);
    }
}

Test(keep_going, the_counts_equal_the_lists) {
    struct space space = obstructed();
    struct outcome outcome = run(&space, "create X --yes --keep-going --json");
    cr_expect_eq(outcome.status, 10);
    cr_expect(has(outcome.out, "\"created\":[{\"id\":\"1.1\""), "%s", outcome.out);
    cr_expect(has(outcome.out, "\"failed\":[{\"id\":\"1.2\",\"path\":\"X/execution/EXECUTION_TASK_X_12_01.md\","
                               "\"reason\":\"a folder has its name\"}]"),
              "%s", outcome.out);
    cr_expect(has(outcome.out, "\"code\":\"partial\""), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(keep_going, when_nothing_can_be_created_nothing_is_recorded) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    space_make_folder(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    expect(&space, "create X --yes --keep-going", 10, "✗ X/execution/EXECUTION_TASK_X_11_01.md",
           "0 files were created");
    cr_expect_not(space_exists(&space, ".batchd"));
    space_end(&space);
}

Test(keep_going, an_undo_takes_back_what_was_created) {
    struct space space = obstructed();
    expect(&space, "create X --yes --keep-going", 10, "Created 2", "");
    expect(&space, "undo --yes", 0, "Removed 2 files", "");
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"));
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    space_end(&space);
}

/* What the configuration requires can be allowed again, for retry as for create. */
Test(keep_going, retry_takes_the_options_of_create) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.2");
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "# S\n\n## Objective\n\n[TO BE FILLED: objective]\n");
    space_make_folder(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    expect(&space, "create X --ids 1.1,1.2 --yes --keep-going --allow-incomplete", 10,
           "✗ X/execution/EXECUTION_TASK_X_11_01.md", "batchctl retry 1");
    space_remove(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    static const struct {
        const char *command, *part;
        int status;
    } rows[] = {{"retry 1 --yes", "1.1", 4}, {"retry 1 --yes --allow-incomplete", "", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run_with(&space, "BATCHD_REQUIRE_COMPLETE_SUBPLANS=yes", rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d\n%s", rows[i].command, outcome.status, outcome.err);
        cr_expect(has(outcome.err, rows[i].part), "%s: %s", rows[i].command, outcome.err);
        outcome_end(&outcome);
    }
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    space_end(&space);
}

Test(keep_going, retry_of_a_part_of_a_split_achievement) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [{\"achievement_id\": "
        "\"1.1\", \"dependencies\": [], \"sub_executions\": [{\"execution_id\": \"1.1.1\"}, {\"execution_id\": "
        "\"1.1.2\"}]}]}");
    space_make_folder(&space, "X/execution/EXECUTION_TASK_X_11_02.md");
    expect(&space, "create X --yes --keep-going", 10, "+ X/execution/EXECUTION_TASK_X_11_01.md", "batchctl retry 1");
    space_remove(&space, "X/execution/EXECUTION_TASK_X_11_02.md");
    expect(&space, "retry 1 --yes", 0, "+ X/execution/EXECUTION_TASK_X_11_02.md", "");
    space_end(&space);
}

Test(keep_going, a_batch_is_found_by_the_request_that_made_it) {
    struct space space = obstructed();
    space_remove(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    expect(&space, "create X --ids 1.1 --yes --request alpha", 0, "Batch 1", "");
    expect(&space, "create X --ids 1.2 --yes --request beta", 0, "Batch 2", "");
    struct outcome outcome = run(&space, "history --request beta");
    cr_expect(has(outcome.out, "ids 1.2") && !has(outcome.out, "ids 1.1"), "%s", outcome.out);
    outcome_end(&outcome);
    expect(&space, "history --request gamma", 0, "No batches", "");
    expect(&space, "show --batch 2", 0, "beta", "");
    space_end(&space);
}

Test(keep_going, a_batch_shows_what_became_of_its_files) {
    struct space space = obstructed();
    space_remove(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    expect(&space, "create X --yes", 0, "Batch 1", "");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "edited");
    space_remove(&space, "X/execution/EXECUTION_TASK_X_13_01.md");
    expect(&space, "show --batch 1", 0, "EXECUTION_TASK_X_11_01.md  (edited)", "");
    expect(&space, "show --batch 1", 0, "EXECUTION_TASK_X_12_01.md  (as written)", "");
    expect(&space, "show --batch 1", 0, "EXECUTION_TASK_X_13_01.md  (gone)", "");
    expect(&space, "show --batch 9", 3, "", "there is no batch 9");
    expect(&space, "show --batch x", 2, "", "--batch needs the number");
    expect(&space, "show 1.1 --batch 1", 2, "", "not both");
    space_end(&space);
}

/* A workspace's own templates, and what is wrong with them, by file and line. */
Test(keep_going, templates_of_the_workspace) {
    struct space space = obstructed();
    space_remove(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    expect(&space, "create X --ids 1.1 --yes", 0, "Batch 1", "");
    space_write(&space, ".batchd/templates/execution.md",
                "# {{id}}\n{{objective}}\n{{approach}}\n{{deliverables}}\n{{criteria}}\nOurs.\n");
    expect(&space, "create X --ids 1.2 --yes", 0, "Batch 2", "");
    char *text = space_read(&space, "X/execution/EXECUTION_TASK_X_12_01.md");
    cr_expect(has(text, "# 1.2\nObjective of 1.2\n") && has(text, "Ours."), "%s", text);
    memory_free(text);
    space_write(&space, ".batchd/templates/execution.md", "{{id}}\n{{objektive}}\n");
    expect(&space, "create X --ids 1.3 --yes", 6, "",
           ".batchd/templates/execution.md:2:1: error: there is no variable");
    expect(&space, "create X --ids 1.3 --yes", 6, "", "does not use {{objective}}");
    expect(&space, "create X --ids 1.3 --yes", 6, "", "did you mean {{objective}}?");
    space_end(&space);
}
