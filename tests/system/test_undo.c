/*
 * batchctl undo and history: exactly the files of a batch that are still as written go; everything else stays and is
 * listed.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(undo, .timeout = 120);

#define TASK(digits) "X/execution/EXECUTION_TASK_X_" digits "_01.md"

static struct space with_a_batch(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 2.1: 1.1");
    static const char *const ids[] = {"1.1", "1.2", "1.3", "1.4"};
    for (size_t i = 0; i < 4; i++)
        space_subplan(&space, "X", ids[i]);
    struct outcome outcome = run(&space, "create X --level 0 --yes");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    return space;
}

Test(undo, edited_reviewed_and_gone_files_are_kept_and_listed) {
    struct space space = with_a_batch();
    space_write(&space, TASK("11"), "edited\n");
    space_approved(&space, "X", "1.2");
    space_fix(&space, "X", "1.3");
    struct outcome outcome = run(&space, "undo --dry-run --json");
    struct json json = outcome_json(&outcome);
    expect_list(&json, "/data/removed", TASK("14"));
    cr_expect_eq(count_at(&json, "/data/kept"), 3);
    expect_text(&json, "/data/kept/0/path", TASK("11"));
    expect_text(&json, "/data/kept/0/reason", "edited since");
    expect_text(&json, "/data/kept/1/path", TASK("12"));
    json_release(&json);
    outcome_end(&outcome);
    cr_expect(space_exists(&space, TASK("14")), "a preview removes nothing");

    expect_status(&space, "undo --yes", 0, "Removed 1 file:");
    static const struct {
        const char *file;
        bool stays;
    } rows[] = {{TASK("11"), true}, {TASK("12"), true}, {TASK("13"), true}, {TASK("14"), false}};
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(space_exists(&space, rows[i].file), rows[i].stays, "%s", rows[i].file);
    char *text = space_read(&space, TASK("11"));
    cr_expect_str_eq(text, "edited\n");
    memory_free(text);
    space_end(&space);
}

Test(undo, a_file_that_was_replaced_by_a_link_or_a_folder_is_not_touched) {
    struct space space = with_a_batch();
    space_remove(&space, TASK("11"));
    space_link(&space, TASK("11"), "../PLAN_X.md");
    space_remove(&space, TASK("12"));
    space_make_folder(&space, TASK("12"));
    space_remove(&space, TASK("13"));
    expect_status(&space, "undo --yes", 0, "Removed 1 file:");
    cr_expect(space_exists(&space, TASK("11")) && space_exists(&space, TASK("12")));
    cr_expect(space_exists(&space, "X/PLAN_X.md"));
    space_end(&space);
}

Test(undo, a_subplan_that_has_an_execution_task_stays) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    expect_status(&space, "create X --kind subplan --yes", 0, "Created 2 SUBPLANs");
    expect_status(&space, "create X --ids 1.1 --yes", 0, "Created 1 EXECUTION_TASK");
    expect_status(&space, "undo 1 --yes", 0, "has an EXECUTION_TASK");
    cr_expect(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"));
    cr_expect_not(space_exists(&space, "X/subplans/SUBPLAN_X_12.md"));
    space_end(&space);
}

Test(undo, by_number_and_once_only) {
    struct space space = with_a_batch();
    space_approved(&space, "X", "1.1");
    expect_status(&space, "create X --kind subplan --ids 2.1 --yes", 0, "batchctl undo 2");
    expect_status(&space, "undo 1 --yes", 0, "Batch 1 ");
    cr_expect_not(space_exists(&space, TASK("12")));
    cr_expect(space_exists(&space, TASK("11")), "it has been approved");
    cr_expect(space_exists(&space, "X/subplans/SUBPLAN_X_21.md"), "batch 2 is another one");
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {
        {"undo 1 --yes", 3, "undone already"},  {"undo 7 --yes", 3, "there is no batch 7"},
        {"undo 0 --yes", 2, "number"},          {"undo -1 --yes", 2, "unknown option"},
        {"undo 1x --yes", 2, "number"},         {"undo 99999999999999999999 --yes", 3, "no batch"},
        {"undo 1 2 --yes", 2, "number of one"}, {"undo", 8, "--yes"},
        {"undo --yes", 0, "Batch 2 "},          {"undo --yes", 3, "no batch of yours left"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_status(&space, rows[i].command, rows[i].status, rows[i].part);
    expect_status(&space, "create X --ids 1.2 --yes", 0, "Batch 3."); /* numbers are never used again */
    space_end(&space);
}

Test(undo, history_lists_every_batch_newest_first) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    expect_status(&space, "history", 0, "No batches of yours");
    expect_status(&space, "undo --yes", 3, "no batch");
    cr_expect_not(space_exists(&space, ".batchd"), "who only looks makes no folder");
    expect_status(&space, "create X --kind subplan --ids 1.1 --yes", 0, "Batch 1.");
    expect_status(&space, "create X --kind subplan --yes", 0, "Batch 2.");
    expect_status(&space, "undo 2 --yes", 0, "Removed 1 file:");
    struct outcome outcome = run(&space, "history --json");
    struct json json = outcome_json(&outcome);
    static const char *const keys[] = {"batch", "time", "user", "plan", "kind", "selection", "files", "result"};
    cr_expect_eq(count_at(&json, "/data/batches"), 2);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect(json_get(node_at(&json, "/data/batches/0"), keys[i]), "%s", keys[i]);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data/batches/0"), "batch"), 2);
    expect_text(&json, "/data/batches/0/result", "undone");
    expect_text(&json, "/data/batches/0/selection", "ready");
    expect_text(&json, "/data/batches/1/selection", "ids 1.1");
    expect_text(&json, "/data/batches/1/result", "created");
    const char *time = text_at(&json, "/data/batches/0/time");
    cr_expect(strlen(time) == 20 && time[10] == 'T' && time[19] == 'Z', "%s", time);
    json_release(&json);
    outcome_end(&outcome);
    expect_status(&space, "history", 0, "undone");
    space_end(&space);
}

Test(undo, a_folder_that_was_made_goes_if_it_is_empty) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    space_remove(&space, "X/execution/feedbacks");
    space_remove(&space, "X/execution");
    uint64_t before = space_fingerprint(&space, "X/subplans");
    expect_status(&space, "create X --yes", 0, "Created 1 EXECUTION_TASK");
    cr_expect(space_exists(&space, TASK("11")));
    expect_status(&space, "undo --yes", 0, "Removed 1 file:");
    cr_expect_not(space_exists(&space, "X/execution"));

    expect_status(&space, "create X --yes", 0, "Created 1 EXECUTION_TASK");
    space_write(&space, "X/execution/notes.md", "mine\n");
    expect_status(&space, "undo --yes", 0, "Removed 1 file:");
    cr_expect(space_exists(&space, "X/execution/notes.md"));
    cr_expect_not(space_exists(&space, TASK("11")));
    cr_expect_eq(space_fingerprint(&space, "X/subplans"), before);
    space_end(&space);
}

Test(undo, a_person_is_asked_and_the_batch_is_named) {
    struct space space = with_a_batch();
    struct outcome outcome = run_on_terminal(&space, "undo", "n\n");
    cr_expect_eq(outcome.status, 8);
    cr_expect(has(outcome.out, "Batch 1 "), "%s", outcome.out);
    cr_expect(has(outcome.out, "Remove 4 files? [y/N]"), "%s", outcome.out);
    cr_expect(space_exists(&space, TASK("11")));
    outcome_end(&outcome);
    outcome = run_on_terminal(&space, "undo", "y\n");
    cr_expect_eq(outcome.status, 0);
    cr_expect_not(space_exists(&space, TASK("11")));
    outcome_end(&outcome);
    space_end(&space);
}

Test(undo, when_the_plan_is_gone_or_broken_the_untouched_files_still_go) {
    struct space space = with_a_batch();
    space_write(&space, "X/parallel.json", "{");
    expect_status(&space, "undo --yes", 0, "Removed 4 files");
    space_end(&space);
}

Test(undo, a_review_protects_its_file_also_when_the_plan_is_broken) {
    struct space space = with_a_batch();
    space_approved(&space, "X", "1.1");
    space_write(&space, "X/parallel.json", "{");
    expect_status(&space, "undo --yes", 0, "reviewed");
    cr_expect(space_exists(&space, TASK("11")));
    cr_expect_not(space_exists(&space, TASK("12")));
    space_end(&space);
}
