/*
 * batchctl create --rework: the next EXECUTION_TASK of what a FIX has sent back, once for each FIX; what next says
 * before and after; what undo removes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(rework, .timeout = 120);

#define TASK(digits, number) "X/execution/EXECUTION_TASK_X_" digits "_" number ".md"
#define FIX(digits)          "X/execution/feedbacks/FIX_" digits ".md"

static const char fix_text[] =
    "# FIX\n\n## Issues Found\n\n1. **Tests fail**\n   - Fix: run them\n\n## Next Steps\n\n1. ask\n";
static const char log_text[] = "# Task\n\n## Iteration Log\n\n### Iteration 1\n\nDone the first half.\n";

/* 1.1 and 1.2 failed, 1.3 is worked on, 1.4 is complete; 2.1 waits for 1.1 and failed as well. */
static struct space with_failures(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 2.1: 1.1");
    static const char *const ids[] = {"1.1", "1.2", "1.3", "1.4", "2.1"};
    for (size_t i = 0; i < 5; i++) {
        space_subplan(&space, "X", ids[i]);
        space_execution(&space, "X", ids[i]);
    }
    space_write(&space, TASK("11", "01"), "%s", log_text);
    space_write(&space, FIX("11"), "%s", fix_text);
    space_write(&space, FIX("12"), "%s", fix_text);
    space_write(&space, FIX("21"), "%s", fix_text);
    space_approved(&space, "X", "1.4");
    return space;
}

static void expect_text_of(const struct space *space, const char *path, const char *part) {
    char *text = space_read(space, path);
    cr_assert(text, "%s is missing", path);
    cr_expect(has(text, part), "%s: no \"%s\" in\n%s", path, part, text);
    memory_free(text);
}

static size_t line_count(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

Test(rework, what_each_selector_selects) {
    static const struct {
        const char *selector, *files, *skipped, *also_ready;
    } rows[] = {
        {"", "1.1 1.2", "", "1.3"},
        {"--ready", "1.1 1.2", "", "1.3"},
        {"--level 0", "1.1 1.2", "1.4 1.3", ""},
        {"--ids 2.1", "2.1", "", ""}, /* a blocked one may be named */
        {"--ids 1.3,1.4,1.2", "1.2", "1.4 1.3", ""},
    };
    struct space space = with_failures();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[100];
        snprintf(command, sizeof command, "create X --rework %s --dry-run --json", rows[i].selector);
        struct outcome outcome = run(&space, command);
        cr_assert_eq(outcome.status, 0, "%s: %s", command, outcome.err);
        struct json json = outcome_json(&outcome);
        cr_log_info("%s", command);
        expect_list(&json, "/data/files", rows[i].files);
        expect_list(&json, "/data/skipped", rows[i].skipped);
        expect_list(&json, "/data/also_ready", rows[i].also_ready);
        expect_text(&json, "/data/kind", "rework");
        json_release(&json);
        outcome_end(&outcome);
    }
    cr_expect_not(space_exists(&space, ".batchd"), "previews write nothing");
    expect_status(&space, "create X --rework --ids 1.3 --dry-run", 0, "1.3  (not failed)");
    expect_status(&space, "create X --rework --level 9", 3, "its levels are 0 to 1");
    expect_status(&space, "create X --rework --kind subplan", 2, "exclude each other");
    expect_status(&space, "create X --kind execution --rework", 2, "exclude each other");
    expect_status(&space, "create X --rework", 8, "Would create 2 rework EXECUTION_TASKs");
    space_end(&space);
}

Test(rework, the_task_carries_the_points_and_the_last_log_entry) {
    struct space space = with_failures();
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, "Created 1 rework EXECUTION_TASK (ids 1.1):");
    static const char *const parts[] = {
        "# EXECUTION_TASK: Achievement 1.1 - Title of 1.1 (rework)\n",
        "**Task**: 02\n",
        "**Rework of**: FIX_11.md sha256:",
        "**Previous Task**: EXECUTION_TASK_X_11_01.md\n",
        "Objective of 1.1\n",
        "- [ ] **Tests fail**\n  - Fix: run them\n",
        "1. `execution/feedbacks/FIX_11.md` (10 lines): the points above, and Next Steps (lines 8-10)\n",
        "2. `execution/EXECUTION_TASK_X_11_01.md` (7 lines)",
        "3. `subplans/SUBPLAN_X_11.md`",
        "**Iteration 1** (EXECUTION_TASK_X_11_01.md, lines 5-7):\n\nDone the first half.\n",
        "- [ ] Works: 1.1\n",
        "execution/feedbacks/APPROVED_11.md",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_text_of(&space, TASK("11", "02"), parts[i]);
    space_end(&space);
}

Test(rework, a_fix_is_answered_once_and_a_new_one_again) {
    struct space space = with_failures();
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, TASK("11", "02"));
    uint64_t before = space_fingerprint(&space, "X");
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, "Nothing to create");
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, TASK("11", "02") "  (exists)");
    expect_status(&space, "create X --rework --dry-run", 0,
                  "Ready for something else:\n    1.1  rework it in EXECUTION_TASK_X_11_02.md\n    1.3  work on it\n");
    cr_expect_eq(space_fingerprint(&space, "X"), before);
    /* the work on it does not matter, nor does a new date */
    char *text = space_read(&space, TASK("11", "02"));
    space_write(&space, TASK("11", "02"), "%s\nworked on\n", text);
    memory_free(text);
    space_write(&space, FIX("11"), "%s", fix_text);
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, "Nothing to create");
    /* the reviewer sends it back again */
    space_write(&space, FIX("11"), "# FIX\n\n## Issues Found\n\n- Still wrong\n");
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, TASK("11", "03"));
    expect_text_of(&space, TASK("11", "03"), "- [ ] Still wrong\n");
    expect_text_of(&space, TASK("11", "03"), "The log of EXECUTION_TASK_X_11_02.md is empty.");
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, TASK("11", "03") "  (exists)");
    space_end(&space);
}

Test(rework, the_number_is_one_more_than_any_that_is_there) {
    static const struct {
        const char *there, *made, *previous;
    } rows[] = {
        {NULL, TASK("11", "02"), "EXECUTION_TASK_X_11_01.md"},
        {TASK("11", "01_V2"), TASK("11", "02"), "EXECUTION_TASK_X_11_01_V2.md"},
        {TASK("11", "03_RECOVERY"), TASK("11", "04"), "EXECUTION_TASK_X_11_03_RECOVERY.md"},
        {TASK("11", "99"), TASK("11", "100"), "EXECUTION_TASK_X_11_99.md"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = with_failures();
        if (rows[i].there)
            space_write(&space, rows[i].there, "%s", log_text);
        expect_status(&space, "create X --rework --ids 1.1 --yes", 0, rows[i].made);
        expect_text_of(&space, rows[i].made, rows[i].previous);
        space_end(&space);
    }
    struct space space = with_failures();
    space_remove(&space, TASK("12", "01"));
    expect_status(&space, "create X --rework --ids 1.2 --yes", 0, TASK("12", "01"));
    expect_text_of(&space, TASK("12", "01"), "There is no earlier EXECUTION_TASK.");
    space_write(&space, TASK("11", "9999"), "x\n");
    expect_status(&space, "create X --rework --ids 1.1 --yes", 5,
                  "has an EXECUTION_TASK with the largest number, 9999");
    space_make_folder(&space, TASK("21", "02"));
    expect_status(&space, "create X --rework --ids 2.1 --yes", 5, "a folder has the name of a file to create");
    space_end(&space);
}

Test(rework, next_says_what_to_type_and_then_to_work_on_it) {
    struct space space = with_failures();
    expect_status(&space, "next X", 0,
                  "Next: batchctl create X --rework --level 0\n      sent back by a FIX, to be reworked: 1.1, 1.2");
    expect_status(&space, "status X", 0, "ready: sent back by FIX_11.md: create its rework EXECUTION_TASK");
    expect_status(&space, "create X --rework --level 0 --yes", 0, "Created 2 rework EXECUTION_TASKs (level 0):");
    struct outcome outcome = run(&space, "next X --json");
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/data/plans/0/ready/0/for", "work");
    expect_text(&json, "/data/plans/0/reason", "ready to be worked on: 1.1, 1.2, 1.3");
    expect_text(&json, "/data/plans/0/command", "batchctl prompt execute X");
    json_release(&json);
    outcome_end(&outcome);
    expect_status(&space, "status X", 0, "ready: rework it in EXECUTION_TASK_X_11_02.md");
    outcome = run(&space, "show X 1.1 --json");
    json = outcome_json(&outcome);
    expect_text(&json, "/data/achievement/state", "failed");
    expect_text(&json, "/data/achievement/files/rework", TASK("11", "02"));
    json_release(&json);
    outcome_end(&outcome);
    space_remove(&space, "X/subplans/SUBPLAN_X_12.md");
    space_remove(&space, TASK("12", "02"));
    expect_status(&space, "create X --rework --yes", 4, "batchctl create X --kind subplan --ids 1.2");
    expect_status(&space, "next X", 0, "Next: batchctl create X --kind subplan --level 0");
    space_end(&space);
}

Test(rework, what_changed_since_the_preview_is_named) {
    static const struct {
        const char *path, *name;
    } rows[] = {{FIX("11"), "FIX_11.md changed"},
                {TASK("11", "01"), "EXECUTION_TASK_X_11_01.md changed"},
                {"X/subplans/SUBPLAN_X_11.md", "SUBPLAN_X_11.md changed"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = with_failures();
        struct outcome outcome = run(&space, "create X --rework --ids 1.1 --dry-run --json");
        struct json json = outcome_json(&outcome);
        struct buffer command = {0};
        buffer_append_format(&command, "create X --rework --ids 1.1 --yes --expect %s", text_at(&json, "/data/token"));
        char *text = space_read(&space, rows[i].path);
        space_write(&space, rows[i].path, "%s\nmore\n", text);
        memory_free(text);
        expect_status(&space, command.data, 7, rows[i].name);
        cr_expect_not(space_exists(&space, TASK("11", "02")));
        buffer_release(&command);
        json_release(&json);
        outcome_end(&outcome);
        space_end(&space);
    }
}

Test(rework, undo_takes_back_what_has_not_been_reviewed) {
    static const struct {
        const char *path, *text; /* written after the batch; NULL: removed */
        bool goes;
    } rows[] = {
        {FIX("11"), fix_text, true},                               /* as it was: about the task before */
        {FIX("11"), "another one\n", false},                       /* a new FIX is about this task */
        {FIX("11"), NULL, true},                                   /* nothing speaks of it any more */
        {"X/execution/feedbacks/APPROVED_11.md", "fine\n", false}, /* approved */
        {TASK("11", "02"), "edited\n", false},                     /* edited */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = with_failures();
        expect_status(&space, "create X --rework --ids 1.1 --yes", 0, "batchctl undo 1");
        if (rows[i].text)
            space_write(&space, rows[i].path, "%s", rows[i].text);
        else
            space_remove(&space, rows[i].path);
        expect_status(&space, "undo --yes", 0, rows[i].goes ? "Removed 1 file:" : "Kept:");
        cr_expect_eq(space_exists(&space, TASK("11", "02")), !rows[i].goes, "%zu", i);
        cr_expect(space_exists(&space, TASK("11", "01")));
        space_end(&space);
    }
}

Test(rework, undo_history_and_a_second_go) {
    struct space space = with_failures();
    expect_status(&space, "create X --rework --yes --request mine", 0, "Batch 1.");
    expect_status(&space, "history", 0, "rework");
    expect_status(&space, "show --batch 1", 0, "rework EXECUTION_TASK");
    expect_status(&space, "undo --yes", 0, "Removed 2 files:");
    expect_status(&space, "next X", 0, "batchctl create X --rework");
    expect_status(&space, "create X --rework --yes", 0, "Created 2 rework EXECUTION_TASKs (ready):");
    space_end(&space);
}

Test(rework, the_first_task_of_a_failed_achievement_is_still_kept_by_undo) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    expect_status(&space, "create X --yes", 0, "Batch 1.");
    space_write(&space, FIX("11"), "%s", fix_text);
    expect_status(&space, "create X --rework --yes", 0, "Batch 2.");
    expect_status(&space, "undo 1 --yes", 0, "(has been reviewed)");
    cr_expect(space_exists(&space, TASK("11", "01")));
    expect_status(&space, "undo 2 --yes", 0, "Removed 1 file:");
    space_end(&space);
}

/* A FIX speaks of a split achievement as a whole: one task for all of it, behind the numbers of its parts. */
Test(rework, a_split_achievement_gets_one_task_for_the_whole) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [{\"achievement_id\": "
        "\"1.1\", \"title\": \"Split\", \"dependencies\": [], \"sub_executions\": [{\"execution_id\": \"1.1.1\"}, "
        "{\"execution_id\": \"1.1.2\"}, {\"execution_id\": \"1.1.5\"}]}]}");
    space_subplan(&space, "X", "1.1");
    space_write(&space, TASK("11", "01"), "%s", log_text);
    space_write(&space, FIX("11"), "%s", fix_text);
    expect_status(&space, "create X --rework --yes", 0, TASK("11", "06")); /* 02 and 05 are for the parts */
    expect_status(&space, "create X --rework --yes", 0, "Nothing to create");
    expect_status(&space, "create X --dry-run", 0,
                  "Ready for something else:\n    1.1  rework it in EXECUTION_TASK_X_11_06.md\n");
    expect_text_of(&space, TASK("11", "06"), "Done the first half.");
    space_end(&space);
}

Test(rework, a_large_fix_and_log_still_make_at_most_200_lines) {
    struct space space = with_failures();
    struct buffer fix = {0}, log = {0};
    buffer_append_string(&fix, "# FIX\n\n## Issues Found\n\n");
    buffer_append_string(&log, "# T\n\n## Iteration Log\n\n### Iteration 9\n\n");
    for (size_t i = 0; i < 400; i++) {
        buffer_append_format(&fix, "%zu. Point %zu\n   - Impact: much\n   - Fix: repair %zu\n", i + 1, i, i);
        buffer_append_format(&log, "- Step %zu\n  - in detail\n", i);
    }
    space_write(&space, FIX("11"), "%s", fix.data);
    space_write(&space, TASK("11", "01"), "%s", log.data);
    expect_status(&space, "create X --rework --ids 1.1 --yes", 0, "Created 1");
    char *text = space_read(&space, TASK("11", "02"));
    cr_expect_leq(line_count(text), 200);
    cr_expect_geq(line_count(text), 150, "room is used");
    cr_expect(has(text, "- [ ] Point 0\n- [ ] Point 1\n"));
    cr_expect(has(text, "*(continues in FIX_11.md, lines "), "%s", text);
    cr_expect(has(text, "*(continues in EXECUTION_TASK_X_11_01.md, lines "), "%s", text);
    memory_free(text);
    buffer_release(&fix);
    buffer_release(&log);
    space_end(&space);
}

Test(rework, templates_of_ones_own) {
    static const struct {
        const char *text, *part;
        int status;
    } rows[] = {
        {"# {{id}}\n\n**Rework of**: {{rework_of}}\n\n{{objective}}\n{{points}}\n", "Created 1", 0},
        {"# {{id}}\n\n**Answers**: {{rework_of}}\n\n{{objective}}\n{{points}}\n", "has no line \"**Rework of**", 6},
        {"# {{id}}\n\n## X\n**Rework of**: {{rework_of}}\n{{objective}}\n{{points}}\n", "above the first heading", 6},
        {"# {{id}}\n\n**Rework of**: {{rework_of}}\n\n{{objective}}\n", "does not use {{points}}", 6},
        {"# {{id}}\n\n{{rework}}\n", ".batchd/templates/rework.md:3:1: error: there is no variable {{rework}}", 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = with_failures();
        space_write(&space, ".batchd/templates/rework.md", "%s", rows[i].text);
        expect_status(&space, "create X --rework --ids 1.1 --yes", rows[i].status, rows[i].part);
        space_end(&space);
    }
}

Test(rework, keep_going_and_retry) {
    struct space space = with_failures();
    space_make_folder(&space, TASK("12", "02"));
    expect_status(&space, "create X --rework --yes", 5, "nothing was created");
    expect_status(&space, "create X --rework --yes --keep-going", 10, "batchctl retry 1");
    cr_expect(space_exists(&space, TASK("11", "02")));
    space_remove(&space, TASK("12", "02"));
    expect_status(&space, "retry 1 --yes", 0, TASK("12", "02"));
    expect_text_of(&space, TASK("12", "02"), "**Rework of**: FIX_12.md");
    space_end(&space);
}
