/*
 * batchctl undo and history: exactly the files of a batch that are still as written go; everything else stays and is
 * listed.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
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

/* What is removed is what the preview with the token showed, or nothing. */
Test(undo, as_in_the_preview_or_not_at_all) {
    struct space space = with_a_batch();
    struct outcome outcome = run(&space, "undo --dry-run --json");
    struct json json = outcome_json(&outcome);
    struct buffer command = {0};
    buffer_append_format(&command, "undo 1 --yes --expect %s", text_at(&json, "/data/token"));
    json_release(&json);
    outcome_end(&outcome);
    expect_status(&space, "undo 1 --yes --expect u1-0", 7, "not as in the preview: files of batch 1 have changed");
    space_write(&space, TASK("11"), "edited\n");
    expect_status(&space, command.data, 7, "not as in the preview: files of batch 1 have changed");
    cr_expect(space_exists(&space, TASK("14")));
    outcome = run(&space, "undo --dry-run -v");
    buffer_clear(&command);
    buffer_append_format(&command, "undo 1 --yes --expect %.35s", strstr(outcome.out, "u1-"));
    outcome_end(&outcome);
    expect_status(&space, command.data, 0, "Removed 3 files:");
    buffer_release(&command);
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
    expect_status(&space, "create X --ids 1.1 --yes --allow-incomplete", 0, "Created 1 EXECUTION_TASK");
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
        {"undo 1x --yes", 3, "no plan"},        {"undo 99999999999999999999 --yes", 3, "no batch"},
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

/* --- several plans --- */

/* Batch 1 is of X, batch 2 of Y, batch 3 of X. */
static struct space with_two_plans(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_plan(&space, "Y", "1.1");
    expect_status(&space, "create X --kind subplan --ids 1.1 --yes", 0, "Batch 1.");
    expect_status(&space, "create Y --kind subplan --ids 1.1 --yes", 0, "Batch 2.");
    expect_status(&space, "create X --kind subplan --ids 1.2 --yes", 0, "Batch 3.");
    return space;
}

Test(undo, without_a_number_it_is_of_the_plan_named_or_stood_in) {
    struct space space = with_two_plans();
    expect_status(&space, "undo NOSUCH --yes", 3, "no plan");
    expect_status(&space, "undo Y X --yes", 2, "the number of one batch");
    expect_status(&space, "undo 1 --plan Y --yes", 2, "the number of one batch");
    expect_status(&space, "undo Y --yes", 0, "Batch 2 ");
    expect_status(&space, "undo --plan Y --yes", 3, "there is no batch of yours left to undo in Y");
    struct outcome outcome = run_in(&space, "X/subplans", "undo --yes");
    cr_expect(outcome.status == 0 && has(outcome.out, "Batch 3 "), "%s%s", outcome.out, outcome.err);
    outcome_end(&outcome);
    outcome = run_in(&space, "Y", "undo --yes");
    cr_expect_eq(outcome.status, 3, "%s", outcome.out);
    outcome_end(&outcome);
    expect_status(&space, "undo X --yes", 0, "Batch 1 ");
    space_end(&space);
}

Test(undo, in_a_workspace_of_several_plans_the_last_of_all_is_not_undone_unasked) {
    struct space space = with_two_plans();
    uint64_t before = space_fingerprint(&space, "");
    expect_status(&space, "undo --yes", 2, "which batch? there are 2 plans, and the last batch is 3 of X");
    expect_status(&space, "undo", 8, "the last batch of all 2 plans");
    expect_status(&space, "undo --dry-run", 0, "batchctl undo 3, or batchctl undo PLAN");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    struct outcome outcome = run_on_terminal(&space, "undo", "y\n");
    cr_expect(outcome.status == 0 && has(outcome.out, "Batch 3 "), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

static void expect_history(const struct space *space, const char *command, const char *numbers) {
    char list[100] = "";
    struct outcome outcome = run(space, command);
    struct json json = outcome_json(&outcome);
    for (const cJSON *item = node_at(&json, "/data/batches")->child; item; item = item->next)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%zu", list[0] ? " " : "",
                 json_get_unsigned(item, "batch"));
    cr_expect_str_eq(list, numbers, "%s: %s", command, list);
    json_release(&json);
    outcome_end(&outcome);
}

Test(undo, history_of_a_plan_and_of_the_newest) {
    struct space space = with_two_plans();
    expect_history(&space, "history --json", "3 2 1");
    expect_history(&space, "history X --json", "3 1");
    expect_history(&space, "history --plan Y --json", "2");
    expect_history(&space, "history -n 2 --json", "3 2");
    expect_history(&space, "history X --limit 1 --json", "3");
    expect_history(&space, "history X -n 99 --json", "3 1");
    static const char *const wrong[] = {"history -n 0", "history -n x", "history -n -1", "history X Y"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect_status(&space, wrong[i], 2, "");
    expect_status(&space, "history NOSUCH", 3, "no plan");
    expect_status(&space, "history 3", 3, "batchctl show --batch 3");
    struct outcome outcome = run(&space, "history NOSUCH");
    cr_expect_str_empty(outcome.out, "not that there are none");
    outcome_end(&outcome);
    space_end(&space);
}

/* The undo died after it had removed the files: the next one finishes it, and undoes no other batch. */
Test(undo, one_that_died_is_finished_by_the_next) {
    static const char *const commands[] = {"undo 2 --yes", "undo --yes"};
    for (size_t i = 0; i < 2; i++) {
        struct space space = space_new();
        space_plan(&space, "X", "1.1; 1.2");
        space_subplan(&space, "X", "1.1");
        space_subplan(&space, "X", "1.2");
        expect_status(&space, "create X 1.1 --yes", 0, "Batch 1");
        expect_status(&space, "create X 1.2 --yes", 0, "Batch 2");
        expect_status(&space, "undo 2 --yes", 0, "Removed 1 file");
        char *record = space_read(&space, ".batchd/*/batches/000002.undone.json");
        space_write(&space, ".batchd/*/pending/000002.undo.json", "%s", record);
        space_remove(&space, ".batchd/*/batches/000002.undone.json");
        memory_free(record);
        expect_status(&space, commands[i], 0, "Removed 1 file:\n  - X/execution/EXECUTION_TASK_X_12_01.md");
        cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"), "%s", commands[i]);
        expect_status(&space, "undo 2 --yes", 3, "undone already");
        space_end(&space);
    }
}

Test(undo, history_says_which_achievements_and_who) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    expect_status(&space, "create X --level 0 --yes", 0, "Created 2");
    expect_status(&space, "history", 0, "level 0 (1.1, 1.2)");
    expect_status(&space, "submit X 1.1 --as ann --yes", 0, "Submitted 1.1");
    struct outcome outcome = run(&space, "history --json");
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/data/batches/0/by", "ann");
    expect_text(&json, "/data/batches/0/ids/0", "1.1");
    expect_text(&json, "/data/batches/1/ids/1", "1.2");
    cr_expect(cJSON_IsNull(node_at(&json, "/data/batches/1/by")));
    json_release(&json);
    outcome_end(&outcome);
    expect_status(&space, "history", 0, "created  ann");
    expect_status(&space, "show --batch 2", 0, "  by              ann");
    space_end(&space);
}

/* --- a part of a batch --- */

static void expect_result(const struct space *space, const char *result) {
    struct outcome outcome = run(space, "history --json");
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/data/batches/0/result", result);
    json_release(&json);
    outcome_end(&outcome);
}

Test(undo, a_part_of_a_batch_and_the_rest_later) {
    struct space space = with_a_batch();
    expect_status(&space, "undo 1 --ids 2.1 --yes", 3, "batch 1 has no file of 2.1");
    expect_status(&space, "undo 1 --ids x --yes", 2, "no achievement id");
    expect_status(&space, "undo 1 --ids 1.2 --dry-run", 0, "Would remove 1 file:");
    expect_result(&space, "created");
    expect_status(&space, "undo 1 --ids 1.2 --yes", 0, "Removed 1 file:");
    cr_expect_not(space_exists(&space, TASK("12")));
    cr_expect(space_exists(&space, TASK("11")) && space_exists(&space, TASK("13")));
    expect_result(&space, "partly_undone");
    expect_status(&space, "undo --ids 1.2 --yes", 0, "gone already");
    expect_status(&space, "create X --ids 1.2 --yes", 0, "Batch 2.");
    expect_status(&space, "undo 1 --ids 1.1,1.4 --yes", 0, "Removed 2 files:");
    expect_status(&space, "undo 1 --yes", 0, "Removed 1 file:");
    cr_expect_not(space_exists(&space, TASK("13")));
    cr_expect(space_exists(&space, TASK("12")), "it is of batch 2");
    expect_status(&space, "undo 1 --ids 1.1 --yes", 3, "undone already");
    space_end(&space);
}

Test(undo, a_part_that_is_all_that_is_left_is_the_whole) {
    struct space space = with_a_batch();
    space_remove(&space, TASK("11"));
    space_remove(&space, TASK("12"));
    expect_status(&space, "undo 1 --ids 1.3,1.4 --yes", 0, "Removed 2 files:");
    expect_result(&space, "undone");
    space_end(&space);
}

Test(undo, a_part_of_a_batch_keeps_what_is_reviewed) {
    struct space space = with_a_batch();
    space_approved(&space, "X", "1.2");
    expect_status(&space, "undo 1 --ids 1.2,1.3 --yes", 0, "has been reviewed");
    cr_expect(space_exists(&space, TASK("12")));
    cr_expect_not(space_exists(&space, TASK("13")));
    space_end(&space);
}

Test(undo, completion_offers_what_can_be_undone) {
    struct space space = with_two_plans();
    expect_status(&space, "undo 2 --yes", 0, "Batch 2 ");
    struct outcome outcome = run(&space, "completion words -- undo ''");
    cr_expect(has(outcome.out, "3\t") && has(outcome.out, "1\t") && has(outcome.out, "X\t"), "%s", outcome.out);
    cr_expect_not(has(outcome.out, "2\t"), "%s", outcome.out);
    outcome_end(&outcome);
    expect_status(&space, "completion words -- show --batch ''", 0, "2\t");
    space_end(&space);
}
