/*
 * Git's conflict markers in the documents of a plan: they are named with their line, and no text with them goes into
 * anything that is created, by any verb and any option.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(conflict, .timeout = 120);

static const char *const markers[] = {
    "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> feature\n",
    "<<<<<<< HEAD\nours\n||||||| base\nbefore\n=======\ntheirs\n>>>>>>> feature\n",
    "<<<<<<< HEAD\n",
    ">>>>>>> feature\r\n",
};
enum { MARKERS = sizeof markers / sizeof *markers };

#define SUBPLAN(digits) "X/subplans/SUBPLAN_X_" digits ".md"
#define TASK(digits)    "X/execution/EXECUTION_TASK_X_" digits "_01.md"
#define SUBPLAN_TEXT    "# SUBPLAN\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n\n"
#define FIX_TEXT        "# FIX\n\n## Issues Found\n\n- One\n\n"
#define PLAN_TEXT       "# PLAN\n\n## Achievements\n\n**Achievement 1.1**: One\n\n- Goal: g\n\n"

/* 1.1 is designed, 1.2 too, 1.3 is worked on, 1.4 failed, 1.5 is complete, 1.6 skipped, 1.7 has nothing. */
static struct space with_plan(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 1.5; 1.6; 1.7");
    static const char *const ids[] = {"1.1", "1.2", "1.3", "1.4", "1.5"};
    for (size_t i = 0; i < 5; i++)
        space_subplan(&space, "X", ids[i]);
    space_execution(&space, "X", "1.3");
    space_execution(&space, "X", "1.4");
    space_write(&space, "X/execution/feedbacks/FIX_14.md", FIX_TEXT);
    space_approved(&space, "X", "1.5");
    space_skipped(&space, "X", "1.6");
    return space;
}

static const struct {
    const char *file, *text; /* what stands before the markers */
    const char *commands[6]; /* refused */
} documents[] = {
    {SUBPLAN("11"),
     SUBPLAN_TEXT,
     {"create X --ids 1.1 --yes", "create X --ids 1.1 --allow-incomplete --yes", "create X --level 0 --dry-run",
      "create X --ids 1.1,1.2 --require-complete --yes", "prompt fill X --ids 1.1"}},
    {SUBPLAN("13"), SUBPLAN_TEXT, {"prompt execute X --ids 1.3", "prompt fill X --ids 1.3"}},
    {SUBPLAN("14"), SUBPLAN_TEXT, {"create X --rework --ids 1.4 --yes", "prompt execute X --ids 1.4"}},
    {TASK("13"), "# Task\n\n", {"prompt execute X --ids 1.3"}},
    {TASK("14"), "# Task\n\n", {"create X --rework --yes", "create X --rework --ids 1.4 --allow-incomplete --yes"}},
    {"X/execution/feedbacks/FIX_14.md", FIX_TEXT, {"create X --rework --yes", "prompt execute X --ids 1.4"}},
    {"X/PLAN_X.md",
     PLAN_TEXT,
     {"create X --kind subplan --yes", "create X --kind subplan --ids 1.7 --yes", "prompt discover X",
      "prompt execute X", "prompt fill X"}},
    {"X/execution/feedbacks/APPROVED_15.md", "", {NULL}},
    {"X/execution/feedbacks/SUBMITTED_13_01.md", "", {NULL}},
    {"X/execution/SKIPPED_16.md", "", {NULL}},
    {"X/execution/EXECUTION_TASK_X_13_01_V2.md", "# Task\n\n", {NULL}},
};

static size_t count_lines(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void expect_refused(const struct space *space, size_t document) {
    char place[120], in_table[120];
    size_t line = count_lines(documents[document].text) + 1;
    snprintf(place, sizeof place, "%s:%zu: error: git conflict markers", documents[document].file, line);
    snprintf(in_table, sizeof in_table, "%s:%zu: git conflict markers", documents[document].file, line);
    uint64_t before = space_fingerprint(space, "");
    expect_status(space, "validate X", 6, place);
    expect_status(space, "doctor", 6, in_table);
    for (const char *const *command = documents[document].commands; *command; command++)
        expect_status(space, *command, 4, place);
    cr_expect_eq(space_fingerprint(space, ""), before, "%s", documents[document].file);
}

Test(conflict, nothing_is_made_of_any_document_with_markers) {
    for (size_t d = 0; d < sizeof documents / sizeof *documents; d++)
        for (size_t m = 0; m < MARKERS; m++) {
            struct space space = with_plan();
            space_write(&space, documents[d].file, "%s%s", documents[d].text, markers[m]);
            expect_refused(&space, d);
            space_end(&space);
        }
}

/* A heading underlined with "=======", and a conflict in an example. */
Test(conflict, what_is_none_does_no_harm) {
    struct space space = with_plan();
    for (size_t d = 0; d < sizeof documents / sizeof *documents; d++)
        space_write(&space, documents[d].file, "%s\nNotes\n=======\n\n```\n%s```\n", documents[d].text, markers[0]);
    expect_status(&space, "validate X", 0, "valid");
    expect_status(&space, "create X --yes", 0, "Created 2 EXECUTION_TASKs");
    expect_status(&space, "create X --rework --yes", 0, "Created 1");
    expect_status(&space, "prompt execute X", 0, "1.3");
    space_end(&space);
}

/* One of many that are merely ready is left out and named; one that keeps going says why it failed. */
Test(conflict, the_others_are_created) {
    struct space space = with_plan();
    space_write(&space, SUBPLAN("11"), SUBPLAN_TEXT "%s", markers[0]);
    expect_status(&space, "create X --ids 1.1,1.2 --keep-going --yes", 10, "has git conflict markers");
    cr_expect(space_exists(&space, TASK("12")));
    cr_expect_not(space_exists(&space, TASK("11")));
    expect_status(&space, "undo --yes", 0, "");
    struct outcome outcome = run(&space, "create X --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.err, SUBPLAN("11") ":11: warning: git conflict markers"), "%s", outcome.err);
    cr_expect(space_exists(&space, TASK("12")));
    cr_expect_not(space_exists(&space, TASK("11")));
    outcome_end(&outcome);
    outcome = run(&space, "prompt fill X");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.err, "No prompt for 1.1 (git conflict markers)"), "%s", outcome.err);
    outcome_end(&outcome);
    space_subplan(&space, "X", "1.1");
    expect_status(&space, "create X --yes", 0, "Created 1 EXECUTION_TASK");
    space_end(&space);
}

Test(conflict, a_conflicted_subplan_is_ready_for_a_subplan) {
    struct space space = space_new();
    struct outcome outcome;
    struct json json;
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    space_write(&space, SUBPLAN("11"), SUBPLAN_TEXT "%s", markers[0]);
    outcome = run(&space, "status X --json");
    json = outcome_json(&outcome);
    expect_text(&json, "/data/plans/0/achievements/0/state", "subplan_created");
    expect_text(&json, "/data/plans/0/achievements/0/subplan", "conflicted");
    expect_text(&json, "/data/plans/0/achievements/0/ready_for", "subplan");
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data/plans/0/achievements/0"), "conflict_line"), 11);
    json_release(&json);
    outcome_end(&outcome);
    outcome = run(&space, "next X --json");
    json = outcome_json(&outcome);
    expect_text(&json, "/data/plans/0/ready/0/for", "subplan");
    expect_text(&json, "/data/plans/0/command", "batchctl validate X");
    json_release(&json);
    outcome_end(&outcome);
    expect_status(&space, "status X", 0, "fix the conflict markers (line 11)");
    expect_status(&space, "next X", 0, "fix the conflict markers (line 11)");
    expect_status(&space, "why X 1.1", 0, "fix the conflict markers (line 11)");
    expect_status(&space, "create X --kind subplan --yes", 0, "git conflict markers");
    expect_status(&space, "wait X --for subplans-complete --level 0 --timeout 1ms", 124, "1 SUBPLAN is not complete");
    space_write(&space, SUBPLAN("11"), "%s" SUBPLAN_TEXT, markers[0]); /* both sides are no objective */
    outcome = run(&space, "show X 1.1");
    cr_expect_eq(outcome.status, 0);
    cr_expect_not(has(outcome.out, "Why"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

static void git(const struct space *space, int status, const char *command) {
    static const struct setting setting = {
        .program = "/usr/bin/git",
        .variables = {"GIT_AUTHOR_NAME=a", "GIT_COMMITTER_NAME=a", "EMAIL=a@b.invalid", "GIT_CONFIG_NOSYSTEM=1"}};
    struct outcome outcome = run_under(space, &setting, command);
    cr_assert_eq(outcome.status, status, "git %s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    outcome_end(&outcome);
}

static void commit(const struct space *space, const char *id, const char *text) {
    space_write(space, SUBPLAN("11"), "# SUBPLAN\n\n## Objective\n\n%s\n\n## Approach\n\nHow\n", text);
    space_plan(space, "X", id);
    git(space, 0, "add X");
    git(space, 0, "commit -q -m x");
}

/* What git itself leaves in a SUBPLAN and in parallel.json. */
Test(conflict, a_merge_that_is_not_finished) {
    struct space space = space_new();
    git(&space, 0, "init -q -b main");
    commit(&space, "1.1", "Before");
    git(&space, 0, "checkout -q -b feature");
    commit(&space, "1.1; 1.2: 1.1", "By ISBN");
    git(&space, 0, "checkout -q main");
    commit(&space, "1.1; 1.3: 1.1", "By words");
    git(&space, 1, "merge -q feature");
    expect_status(&space, "validate X", 6, SUBPLAN("11") ":5: error: git conflict markers");
    expect_status(&space, "validate X", 6, "X/parallel.json:");
    expect_status(&space, "next X", 6, "git conflict markers");
    expect_status(&space, "create X --ids 1.1 --yes", 6, "git conflict markers");
    git(&space, 0, "checkout -q --ours X/parallel.json");
    expect_status(&space, "create X --ids 1.1 --yes", 4, SUBPLAN("11") ":5: error: git conflict markers");
    git(&space, 0, "checkout -q --theirs X");
    expect_status(&space, "create X --ids 1.1 --yes", 0, "Created 1 EXECUTION_TASK");
    space_end(&space);
}

Test(conflict, templates_and_what_is_imported) {
    struct space space = with_plan();
    space_write(&space, ".batchd/templates/execution.md", "%s", markers[0]);
    expect_status(&space, "create X --ids 1.1 --dry-run", 6, ".batchd/templates/execution.md has git conflict markers");
    space_remove(&space, ".batchd/templates/execution.md");
    space_write(&space, "tasks.json", "{\"tasks\": [\n%s]}\n", markers[0]);
    expect_status(&space, "import tasks.json --name NEW --dry-run", 6, "tasks.json:2: error: git conflict markers");
    space_plan(&space, "Y", NULL);
    space_write(&space, "Y/PLAN_Y.md", PLAN_TEXT "%s", markers[0]);
    expect_status(&space, "init --graph Y --dry-run", 4, "Y/PLAN_Y.md:9: error: git conflict markers");
    expect_status(&space, "create Y --kind subplan --ids 1.1 --dry-run", 4,
                  "Y/PLAN_Y.md:9: error: git conflict markers");
    space_end(&space);
}

/* A title that looks like a marker, where a template puts it at the start of a line. */
Test(conflict, no_text_puts_one_into_what_is_created) {
    struct space space = with_plan();
    space_write(
        &space, "X/parallel.json",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [{\"achievement_id\": \"1.1\", \"dependencies\": [],"
        "\"title\": \"<<<<<<< HEAD\"}]}");
    expect_status(&space, "create X --ids 1.1 --dry-run", 0, "Would create 1");
    space_write(&space, ".batchd/templates/execution.md",
                "{{title}}\n\n{{id}} {{objective}} {{approach}} {{deliverables}} {{criteria}}\n");
    uint64_t before = space_fingerprint(&space, "X");
    expect_status(&space, "create X --ids 1.1 --yes", 4, "line 1 of " TASK("11") " would be a git conflict marker");
    cr_expect_eq(space_fingerprint(&space, "X"), before);
    space_end(&space);
}
