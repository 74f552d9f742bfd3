/*
 * batchctl status, next, show, why and graph, through the real program: what they say of every state, for people and
 * as JSON, and all the ways in which a plan can be named.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(status, .timeout = 120);

/* One achievement in each state, and one that waits for each. */
static struct space every_state(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 1.5; 1.6; 2.1: 1.1; 2.2: 1.2; 2.3: 1.3, 1.4; 2.4: 1.1, 1.2");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    space_skipped(&space, "X", "1.2");
    space_fix(&space, "X", "1.3");
    space_subplan(&space, "X", "1.4");
    space_execution(&space, "X", "1.4");
    space_subplan(&space, "X", "1.5");
    return space;
}

static struct json answer_of(const struct space *space, const char *command, int status, struct outcome *outcome) {
    *outcome = run(space, command);
    cr_assert_eq(outcome->status, status, "%s: %d %s", command, outcome->status, outcome->err);
    return outcome_json(outcome);
}

static void expect_output(const struct space *space, const char *folder, const char *command, int status,
                          const char *part) {
    struct outcome outcome = run_in(space, folder, command);
    cr_expect_eq(outcome.status, status, "%s (in \"%s\"): %d\n%s%s", command, folder, outcome.status, outcome.out,
                 outcome.err);
    cr_expect(has(status ? outcome.err : outcome.out, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

/* Every object beneath @pointer, an array, has all of @keys. */
static void expect_keys(const struct json *json, const char *pointer, const char *const *keys) {
    const cJSON *node = node_at(json, pointer);
    cr_expect(node && node->child, "%s is missing or empty", pointer);
    for (const cJSON *item = node ? node->child : NULL; item; item = item->next)
        for (size_t i = 0; keys[i]; i++)
            cr_expect(json_get(item, keys[i]), "%s: %s is missing", pointer, keys[i]);
}

Test(status, every_state_and_what_it_is_ready_for) {
    static const struct {
        const char *id, *state, *ready_for, *blocked_by, *subplan;
    } rows[] = {
        {"1.1", "complete", NULL, "", "complete"},
        {"1.2", "skipped", NULL, "", "missing"},
        {"1.3", "failed", "rework", "", "missing"},
        {"1.4", "execution_created", "work", "", "complete"},
        {"1.5", "subplan_created", "execution", "", "complete"},
        {"1.6", "not_started", "subplan", "", "missing"},
        {"2.1", "not_started", "subplan", "", "missing"},
        {"2.2", "not_started", "subplan", "", "missing"},
        {"2.3", "not_started", NULL, "1.3 1.4", "missing"},
        {"2.4", "not_started", "subplan", "", "missing"},
    };
    struct space space = every_state();
    struct outcome outcome;
    struct json json = answer_of(&space, "status X --json", 0, &outcome);
    const cJSON *item = node_at(&json, "/data/plans/0/achievements")->child;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, item = item->next) {
        const struct json one = {.root = item};
        cr_assert(item);
        expect_text(&one, "/id", rows[i].id);
        expect_text(&one, "/state", rows[i].state);
        expect_text(&one, "/subplan", rows[i].subplan);
        expect_list(&one, "/blocked_by", rows[i].blocked_by);
        cr_expect_eq(json_get_boolean(item, "is_ready"), rows[i].ready_for != NULL, "%s", rows[i].id);
        cr_expect_str_eq(text_at(&one, "/ready_for"), rows[i].ready_for ? rows[i].ready_for : "");
    }
    cr_expect_null(item);
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, the_json_has_every_key_and_counts_that_are_lengths) {
    static const char *const achievement[] = {"id",         "title",   "level", "state", "is_ready",
                                              "blocked_by", "subplan", "files", NULL},
                             *const level[] = {"level", "ids", "complete", "total", NULL},
                             *const top[] = {"schema", "kind", "ok", "data", "diagnostics", "meta", NULL};
    struct space space = every_state();
    struct outcome outcome;
    struct json json = answer_of(&space, "status --json", 0, &outcome);
    for (size_t i = 0; top[i]; i++)
        cr_expect(json_get(json.root, top[i]), "%s", top[i]);
    expect_text(&json, "/schema", "batchctl/2");
    expect_text(&json, "/kind", "status");
    expect_text(&json, "/data/plans/0/plan", "X");
    expect_text(&json, "/data/plans/0/path", "X");
    cr_expect(json_get_boolean(node_at(&json, "/data/plans/0"), "valid"));
    expect_keys(&json, "/data/plans/0/achievements", achievement);
    expect_keys(&json, "/data/plans/0/levels", level);
    expect_list(&json, "/data/plans/0/achievements", "1.1 1.2 1.3 1.4 1.5 1.6 2.1 2.2 2.3 2.4");
    expect_list(&json, "/data/plans/0/levels/0/ids", "1.1 1.2 1.3 1.4 1.5 1.6");
    expect_list(&json, "/data/plans/0/levels/1/ids", "2.1 2.2 2.3 2.4");
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data/plans/0/levels/0"), "complete"), 1);
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data/plans/0/levels/0"), "total"), 6);
    expect_text(&json, "/data/plans/0/achievements/0/files/subplan", "X/subplans/SUBPLAN_X_11.md");
    expect_text(&json, "/data/plans/0/achievements/0/files/executions/0", "X/execution/EXECUTION_TASK_X_11_01.md");
    expect_text(&json, "/data/plans/0/achievements/0/files/approved", "X/execution/feedbacks/APPROVED_11.md");
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

/* What is ready for a worker is recommended with the prompts for it; what is named there gives one each. */
Test(status, the_next_command_leads_to_the_prompts) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_plan(&space, "LOOSE", NULL);
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "# S\n\n## Objective\n\n[TO BE FILLED: what]\n");
    space_skipped(&space, "X", "1.2");
    expect_output(&space, "", "next X", 0, "Next: batchctl prompt fill X --ready\n      placeholders to fill in: 1.1");
    expect_output(&space, "", "prompt fill X --ready", 0, "# Design achievement 1.1");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    expect_output(&space, "", "next X", 0, "Next: batchctl prompt execute X\n      ready to be worked on: 1.1");
    expect_output(&space, "", "prompt execute X", 0, "# Carry out 1.1");
    expect_output(
        &space, "", "next LOOSE", 0,
        "Next: batchctl init --graph LOOSE\n      no parallel.json yet; or have an LLM find it: batchctl prompt "
        "discover LOOSE\n");
    expect_output(&space, "", "status", 0,
                  "1 more has no parallel.json (-v): nothing can be called ready.\n  batchctl prompt discover LOOSE\n");
    space_end(&space);
}

Test(status, the_table_is_in_the_order_of_levels) {
    struct space space = space_new();
    space_plan(&space, "X", "3.1: 2.2; 1.1; 2.2: 1.1; 1.3");
    struct outcome outcome = run(&space, "status X");
    static const char *const rows[] = {"\n    0  1.1 ", "\n    0  1.3 ", "\n    1  2.2 ", "\n    2  3.1 "};
    for (size_t i = 0; i + 1 < sizeof rows / sizeof *rows; i++) {
        const char *at = strstr(outcome.out, rows[i]);
        cr_expect(at && has(at, rows[i + 1]), "%s before %s in%s", rows[i], rows[i + 1], outcome.out);
    }
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, the_next_command_can_be_typed_and_ends_with_all_complete) {
    struct space space = every_state();
    struct outcome outcome;
    struct json json = answer_of(&space, "next X --json", 0, &outcome);
    static const char *const keys[] = {"id", "for", NULL};
    expect_keys(&json, "/data/plans/0/ready", keys);
    expect_list(&json, "/data/plans/0/ready", "1.3 1.4 1.5 1.6 2.1 2.2 2.4");
    expect_text(&json, "/data/plans/0/ready/0/for", "rework");
    expect_text(&json, "/data/plans/0/ready/2/for", "execution");
    const char *command = text_at(&json, "/data/plans/0/command");
    cr_assert(strncmp(command, "batchctl create X", 17) == 0, "%s", command);
    struct outcome dry = {0};
    char typed[200];
    snprintf(typed, sizeof typed, "%s --dry-run --json", command + strlen("batchctl "));
    struct json plan = answer_of(&space, typed, 0, &dry);
    expect_list(&plan, "/data/files", "1.5");
    json_release(&plan);
    outcome_end(&dry);
    json_release(&json);
    outcome_end(&outcome);

    space_plan(&space, "Z", "1.1");
    space_approved(&space, "Z", "1.1");
    json = answer_of(&space, "next Z --json", 0, &outcome);
    cr_expect_eq(count_at(&json, "/data/plans/0/ready"), 0);
    cr_expect(cJSON_IsNull(node_at(&json, "/data/plans/0/command")));
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, approved_wins_over_skipped_over_fix_over_everything) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    static const char *const ids[] = {"1.1", "1.2", "1.3"};
    for (size_t i = 0; i < 3; i++) {
        space_subplan(&space, "X", ids[i]);
        space_execution(&space, "X", ids[i]);
        space_fix(&space, "X", ids[i]);
    }
    space_skipped(&space, "X", "1.1");
    space_skipped(&space, "X", "1.2");
    space_approved(&space, "X", "1.1");
    struct outcome outcome;
    struct json json = answer_of(&space, "status X --json", 0, &outcome);
    expect_text(&json, "/data/plans/0/achievements/0/state", "complete");
    expect_text(&json, "/data/plans/0/achievements/1/state", "skipped");
    expect_text(&json, "/data/plans/0/achievements/2/state", "failed");
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, files_that_count_and_files_that_do_not) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 1.5; 1.6; 1.7");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_03_RECOVERY.md", "%s", ""); /* irregular and empty: counts */
    space_write(&space, "X/subplans/SUBPLAN_X_12_V2.md", "text\n");                  /* irregular: missing */
    space_write(&space, "X/execution/feedbacks/FIX_13_RESOLUTION.md", "text\n");
    space_make_folder(&space, "X/execution/feedbacks/APPROVED_14.md");
    space_link(&space, "X/execution/feedbacks/APPROVED_15.md", "../../PLAN_X.md");
    space_write(&space, "X/execution/APPROVED_16.md", "not in feedbacks/\n");
    space_write(&space, "X/subplans/SUBPLAN_X_17.md", "# S\n\n**Status**: complete\n\n[TO BE FILLED: all]\n");
    struct outcome outcome;
    struct json json = answer_of(&space, "status X --json", 0, &outcome);
    static const char *const states[] = {"execution_created", "not_started", "not_started",    "not_started",
                                         "not_started",       "not_started", "subplan_created"};
    for (size_t i = 0; i < 7; i++) {
        char pointer[64];
        snprintf(pointer, sizeof pointer, "/data/plans/0/achievements/%zu/state", i);
        expect_text(&json, pointer, states[i]);
    }
    expect_text(&json, "/data/plans/0/achievements/6/subplan", "placeholder");
    cr_expect(has(outcome.out, "APPROVED_14.md") && has(outcome.out, "APPROVED_15.md"), "occupied names are reported");
    json_release(&json);
    outcome_end(&outcome);
    expect_output(&space, "", "why X 1.2", 0, "SUBPLAN_X_12_V2.md");
    space_end(&space);
}

Test(status, why_proves_what_is_missing_and_what_it_holds_up) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1, 1.2; 3.1: 2.1; 3.2: 2.1");
    space_approved(&space, "X", "1.1");
    space_fix(&space, "X", "1.2");
    struct outcome outcome;
    struct json json = answer_of(&space, "why X 3.1 --json", 0, &outcome);
    expect_list(&json, "/data/blocked_by", "2.1");
    expect_list(&json, "/data/waits_for", "1.2 2.1");
    expect_text(&json, "/data/waits_for/0/state", "failed");
    expect_text(&json, "/data/waits_for/0/ends_with", "X/execution/feedbacks/APPROVED_12.md");
    json_release(&json);
    outcome_end(&outcome);
    json = answer_of(&space, "why X 1.2 --json", 0, &outcome);
    expect_list(&json, "/data/blocks_ids", "2.1 3.1 3.2");
    expect_list(&json, "/data/would_make_ready", "2.1");
    json_release(&json);
    outcome_end(&outcome);
    expect_output(&space, "", "why X 2.1", 0, "waits for 1.2 (failed): sent back by FIX_12.md");
    expect_output(&space, "", "why X 2.1", 0, "FIX_12.md");
    expect_output(&space, "", "status X", 0, "blocked by 1.2 (failed)");
    expect_output(&space, "", "show X 2.1", 0, "blocked by      1.2");
    expect_output(&space, "", "why X 9.9", 3, "no achievement 9.9");
    expect_output(&space, "", "why X 2.2", 3, "did you mean");
    space_end(&space);
}

Test(status, show_tells_all_about_one_achievement) {
    struct space space = every_state();
    struct outcome outcome;
    struct json json = answer_of(&space, "show X 1.1 --json", 0, &outcome);
    expect_text(&json, "/kind", "show");
    expect_text(&json, "/data/achievement/id", "1.1");
    expect_text(&json, "/data/achievement/objective", "Objective of 1.1");
    expect_list(&json, "/data/achievement/dependencies", "");
    expect_list(&json, "/data/achievement/dependents", "2.1 2.4");
    json_release(&json);
    outcome_end(&outcome);
    expect_output(&space, "", "show 1.1", 0, "Title of 1.1");
    expect_output(&space, "", "show 1.1", 0, "Objective of 1.1");
    expect_output(&space, "", "show -p X 1.1", 0, "Title of 1.1");
    expect_output(&space, "X/execution", "show 1.1", 0, "Title of 1.1");
    expect_output(&space, "", "show", 2, "usage: batchctl show");
    expect_output(&space, "", "show X 1.1 1.2", 0, "2.2, 2.4");
    space_end(&space);
}

Test(status, the_graph_in_four_formats) {
    struct space space = every_state();
    expect_output(&space, "", "graph X", 0, "✓ 1.1 Title of 1.1");
    expect_output(&space, "", "graph X --format tree", 0, "└─ ");
    expect_output(&space, "", "graph X --format dot", 0, "\"1.3\" -> \"2.3\";");
    expect_output(&space, "", "graph X --format mermaid", 0, "n1_3 --> n2_3");
    struct outcome outcome;
    static const char *const commands[] = {"graph X --format json", "graph X --json"};
    for (size_t i = 0; i < 2; i++) {
        static const char *const keys[] = {"from", "to", NULL};
        struct json json = answer_of(&space, commands[i], 0, &outcome);
        expect_text(&json, "/data/plan", "X");
        cr_expect_eq(count_at(&json, "/data/nodes"), 10);
        cr_expect_eq(count_at(&json, "/data/edges"), 6);
        expect_keys(&json, "/data/edges", keys);
        expect_text(&json, "/data/edges/0/from", "2.1"); /* 2.1 depends on 1.1 */
        expect_text(&json, "/data/edges/0/to", "1.1");
        json_release(&json);
        outcome_end(&outcome);
    }
    outcome = run(&space, "graph X");
    for (size_t i = 0; i < 4; i++) { /* each node once, also with two dependencies */
        static const char *const nodes[] = {"Title of 2.1: write SUBPLAN\n", "Title of 2.2: write SUBPLAN\n",
                                            "Title of 2.3 ", "Title of 2.4: write SUBPLAN "};
        cr_expect_eq(count_of(outcome.out, nodes[i]), 1, "%s", outcome.out);
    }
    outcome_end(&outcome);
    expect_output(&space, "", "graph X --format svgg", 2, "it is one of");
    space_end(&space);
}

Test(status, a_deep_and_a_wide_graph_are_drawn) {
    struct space space = space_new();
    char graph[4000] = "0.0";
    for (size_t i = 1; i < 60; i++)
        snprintf(graph + strlen(graph), sizeof graph - strlen(graph), "; 0.%zu: 0.%zu", i, i - 1);
    for (size_t i = 0; i < 90; i++)
        snprintf(graph + strlen(graph), sizeof graph - strlen(graph), "; 1.%zu: 0.0", i + 100);
    space_plan(&space, "X", graph);
    struct outcome outcome = run(&space, "graph X");
    cr_expect_eq(outcome.status, 0);
    cr_expect_eq(count_of(outcome.out, "Title of "), 150);
    outcome_end(&outcome);
    expect_output(&space, "", "status X", 0, "-v lists every achievement");
    expect_output(&space, "", "status X -v", 0, "Title of 1.189");
    space_end(&space);
}

Test(status, all_the_ways_to_name_a_plan) {
    struct space space = space_new();
    space_plan(&space, "ALPHA", "1.1");
    space_plan(&space, "ALPHA-TWO", "1.1");
    space_plan(&space, "a_paused/MY-PLAN_V2", "1.1");
    space_plan(&space, "deep/er/GAMMA.1[x]", "1.1");
    static const struct {
        const char *folder, *command;
        int status;
        const char *part;
    } rows[] = {
        {"", "status ALPHA", 0, "Title of 1.1"}, /* exact before prefix */
        {"", "status @ALPHA", 0, "ALPHA  "},
        {"", "status @PLAN_ALPHA.md", 0, "ALPHA  "},
        {"", "status -p ALPHA", 0, "ALPHA  "},
        {"", "status --plan=ALPHA", 0, "ALPHA  "},
        {"", "status MY", 0, "MY-PLAN_V2  "}, /* prefix */
        {"", "status @PLAN_MY-PLAN_V2.md", 0, "MY-PLAN_V2  "},
        {"", "status plan_v", 0, "MY-PLAN_V2  "}, /* part, whatever its case */
        {"", "status a_paused/MY-PLAN_V2", 0, "MY-PLAN_V2  "},
        {"", "status ./a_paused/MY-PLAN_V2/", 0, "MY-PLAN_V2  "},
        {"a_paused", "status ./MY-PLAN_V2", 0, "MY-PLAN_V2  "},
        {"a_paused/MY-PLAN_V2/subplans", "status", 0, "MY-PLAN_V2  "},
        {"a_paused/MY-PLAN_V2", "status .", 0, "MY-PLAN_V2  "},
        {"a_paused/MY-PLAN_V2/subplans", "status ALPHA", 0, "ALPHA  "},
        {"", "status deep/er/GAMMA.1[x]", 0, "GAMMA.1[x]  "},
        {"", "status GAMMA.1[x]", 0, "GAMMA.1[x]  "},
        {"", "status GAMMA*", 3, "there is no plan GAMMA*"},
        {"", "status ALPH", 2, "ALPHA-TWO"},
        {"", "status ALPHX", 3, "did you mean ALPHA?"},
        {"", "status ''", 2, "an argument is empty"},
        {"", "status ALPHA MY", 2, "only one plan"},
        {"", "graph", 2, "which plan?"},
        {"", "create --dry-run", 2, "ALPHA-TWO"},
        {"", "create plan_v --dry-run", 3, ""}, /* a verb that writes takes no part of a name */
        {"", "create MY --kind subplan --dry-run", 0, "SUBPLAN_MY-PLAN_V2_11.md"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_output(&space, rows[i].folder, rows[i].command, rows[i].status, rows[i].part);
    char command[400];
    snprintf(command, sizeof command, "status %s/a_paused/MY-PLAN_V2", space.root);
    expect_output(&space, "", command, 0, "MY-PLAN_V2  ");
    struct outcome outcome;
    struct json json = answer_of(&space, "status --json", 0, &outcome);
    cr_expect_eq(count_at(&json, "/data/plans"), 4);
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, the_same_name_in_two_groups_is_ambiguous_until_the_path_is_given) {
    struct space space = space_new();
    space_plan(&space, "a/X", "1.1");
    space_plan(&space, "b/X", "1.1; 1.2");
    expect_output(&space, "", "status X", 2, "a/X, b/X");
    expect_output(&space, "", "create X --kind subplan --yes", 2, "a/X, b/X");
    struct outcome outcome;
    struct json json = answer_of(&space, "next b/X --json", 0, &outcome);
    /* the recommended command must be one that can be typed here */
    cr_expect(has(text_at(&json, "/data/plans/0/command"), "batchctl create b/X "), "%s",
              text_at(&json, "/data/plans/0/command"));
    json_release(&json);
    outcome_end(&outcome);
    outcome = run(&space, "create b/X");
    cr_expect_eq(outcome.status, 0, "nothing is ready for an EXECUTION_TASK");
    outcome_end(&outcome);
    outcome = run(&space, "create b/X --level 0 --yes");
    cr_expect_eq(outcome.status, 4);
    cr_expect(has(outcome.err, "batchctl create b/X --kind subplan --ids 1.1,1.2"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, a_workspace_without_plans_says_so) {
    struct space space = space_new();
    expect_output(&space, "", "status", 3, "no plans");
    expect_output(&space, "", "-C . status", 3, "there are no plans");
    space_make_folder(&space, "documentation");
    expect_output(&space, "", "status X", 3, "no plans");
    space_end(&space);
}

Test(status, a_plan_without_a_dependency_file) {
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    space_write(
        &space, "X/PLAN_X.md",
        "# PLAN: X\n\n**Achievement 0.1**: First\n\n- **Goal**: g\n\n**Achievement 1.1**: Second\n\n- **Goal**: g\n");
    space_subplan(&space, "X", "0.1");
    struct outcome outcome;
    struct json json = answer_of(&space, "status X --json", 0, &outcome);
    expect_list(&json, "/data/plans/0/achievements", "0.1 1.1");
    expect_text(&json, "/data/plans/0/achievements/0/state", "subplan_created");
    cr_expect(cJSON_IsNull(node_at(&json, "/data/plans/0/achievements/0/level")));
    cr_expect_eq(count_at(&json, "/data/plans/0/levels"), 0);
    cr_expect_eq(count_at(&json, "/diagnostics"), 1);
    expect_text(&json, "/diagnostics/0/severity", "warning");
    json_release(&json);
    outcome_end(&outcome);
    expect_output(&space, "", "create X --ready --dry-run", 4, "parallel.json");
    expect_output(&space, "", "create X --kind subplan --ids 1.1 --yes", 0, "SUBPLAN_X_11.md");
    expect_output(&space, "", "create X --ids 0.1 --yes", 4, "parallel.json");
    expect_output(&space, "", "next X", 0, "batchctl init --graph X");
    space_end(&space);
}

Test(status, an_invalid_plan_beside_a_valid_one) {
    struct space space = space_new();
    space_plan(&space, "BAD", "1.1: 1.2; 1.2: 1.1");
    space_plan(&space, "GOOD", "1.1");
    struct outcome outcome;
    struct json json = answer_of(&space, "status --json --all", 6, &outcome);
    cr_expect_eq(count_at(&json, "/data/plans"), 2);
    cr_expect_not(json_get_boolean(node_at(&json, "/data/plans/0"), "valid"));
    cr_expect(json_get_boolean(node_at(&json, "/data/plans/1"), "valid"));
    cr_expect_eq(count_at(&json, "/data/plans/0/levels"), 0);
    cr_expect_not(json_get_boolean(node_at(&json, "/data/plans/0/achievements/0"), "is_ready"));
    expect_text(&json, "/diagnostics/0/code", "dependency.cycle");
    expect_text(&json, "/diagnostics/0/file", "BAD/parallel.json");
    json_release(&json);
    outcome_end(&outcome);
    expect_output(&space, "", "graph BAD", 6, "dependency cycle");
    expect_output(&space, "", "next GOOD", 0, "batchctl create GOOD --kind subplan");
    space_end(&space);
}

/* What is known about one plan or about all: the members that a summary leaves out. */
static void expect_details(const struct space *space, const char *command, bool has_details) {
    static const char *const keys[] = {"achievements", "levels", "hours", "critical_path", "remaining"};
    struct outcome outcome;
    struct json json = answer_of(space, command, 0, &outcome);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const cJSON *member = json_get(node_at(&json, "/data/plans/0"), keys[i]);
        cr_expect(member && cJSON_IsNull(member) == !has_details, "%s: %s", command, keys[i]);
    }
    json_release(&json);
    outcome_end(&outcome);
}

Test(status, several_plans_are_answered_in_brief) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1");
    expect_details(&space, "status --json", true);
    space_plan(&space, "Y", "1.1");
    expect_details(&space, "status --json", false);
    expect_details(&space, "status X --json", true);
    expect_details(&space, "status --json -v", true);
    expect_details(&space, "status --json --all", true);
    expect_details(&space, "status --json --for subplan", true);
    space_end(&space);
}

/* LOOSE10 to LOOSE22 without parallel.json, one plan with work, and one that is complete. */
static struct space many_plans(void) {
    struct space space = space_new();
    char name[16], file[64];
    for (int i = 10; i < 23; i++) {
        snprintf(name, sizeof name, "LOOSE%d", i);
        snprintf(file, sizeof file, "%s/PLAN_%s.md", name, name);
        space_plan(&space, name, NULL);
        space_write(&space, file, "# PLAN\n\n**Achievement 1.1: A**\n\n- **Goal**: a\n");
    }
    space_plan(&space, "WORK", "1.1; 1.2: 1.1");
    space_plan(&space, "DONE", "1.1");
    space_approved(&space, "DONE", "1.1");
    return space;
}

Test(status, of_many_plans_those_with_work_come_first_and_nothing_is_said_twice) {
    static const char *const commands[] = {"status", "next", "doctor", "validate"};
    static const char rest[] = "13 more have no parallel.json (-v): nothing can be called ready.\n"
                               "  batchctl prompt discover PLAN\n1 is complete (-v)\n";
    struct space space = many_plans();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run(&space, commands[i]);
        size_t count = count_of(outcome.out, "nothing can be called ready");
        count += count_of(outcome.err, "nothing can be called ready");
        cr_expect_eq(outcome.status, 0);
        cr_expect_eq(count, 1, "%s: %zu times:\n%s%s", commands[i], count, outcome.out, outcome.err);
        cr_expect(i > 1 || has(outcome.out, rest), "%s:\n%s", commands[i], outcome.out);
        cr_expect(i < 2 || has(outcome.out, "the same: LOOSE11, LOOSE12, LOOSE13 and 9 more (-v)\n") ||
                      has(outcome.err, "the same: LOOSE11, LOOSE12, LOOSE13 and 9 more (-v)\n"),
                  "%s:\n%s%s", commands[i], outcome.out, outcome.err);
        outcome_end(&outcome);
    }
    expect_output(&space, "", "status", 0, "WHAT NEXT\nWORK ");
    expect_output(&space, "", "next", 0, "WORK  1 ready\n");
    expect_output(&space, "", "next", 0, "Next: batchctl create WORK --kind subplan --level 0\n");
    expect_output(&space, "", "status -v", 0, "\nLOOSE22 ");
    expect_output(&space, "", "status --all", 0, "\nDONE ");
    expect_output(&space, "", "next -v", 0, "\nLOOSE22  0 ready\n");
    space_plan(&space, "BAD", "1.1: 1.2; 1.2: 1.1");
    struct outcome outcome = run(&space, "status");
    const char *work = strstr(outcome.out, "\nWORK "), *bad = strstr(outcome.out, "\nBAD ");
    cr_expect(work && bad && work < bad, "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(status, a_complete_plan_needs_no_graph) {
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    space_write(&space, "X/PLAN_X.md", "# PLAN\n\n**Achievement 1.1: A**\n\n- **Goal**: a\n");
    space_approved(&space, "X", "1.1");
    expect_output(&space, "", "status", 0, "Next: everything is complete\n");
    space_end(&space);
}

/* Each achievement takes an hour. */
Test(status, hours_and_critical_path_are_of_what_is_left) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1; 2.2: 1.1; 3.1: 2.1");
    expect_output(&space, "", "status X", 0, "\nCritical path: 1.1, 2.1, 3.1\n");
    space_approved(&space, "X", "1.1");
    expect_output(&space, "", "status X", 0, "\nCritical path: 2.1, 3.1\n");
    space_end(&space);
}

/* What is listed: the ids in the first column of the table of each plan. */
static void expect_listed(const struct space *space, const char *command, const char *ids) {
    struct buffer list = {0}, as_json = {0};
    buffer_append_format(&as_json, "%s --json", command);
    struct outcome outcome = run(space, as_json.data);
    struct json json = outcome_json(&outcome);
    const char *key = strncmp(command, "next", 4) == 0 ? "ready" : "achievements";
    for (const cJSON *plan = node_at(&json, "/data/plans")->child; plan; plan = plan->next)
        for (const cJSON *item = json_get(plan, key)->child; item; item = item->next)
            buffer_append_format(&list, "%s%s", list.length ? " " : "", json_get_string(item, "id"));
    cr_expect_str_eq(buffer_text(&list), ids, "%s", command);
    json_release(&json);
    outcome_end(&outcome);
    buffer_release(&list);
    buffer_release(&as_json);
}

Test(status, filters) {
    static const struct {
        const char *command, *ids, *shown;
    } rows[] = {
        {"status X --level 0", "1.1 1.2", "1.1"},
        {"status X --level 0,2", "1.1 1.2 3.1", "3.1"},
        {"status X 2.1 3.1", "2.1 3.1", "3.1"},
        {"status X 1.1,2.1 --ready", "2.1", "2.1"},
        {"next X 2.1", "2.1", "X  1 ready (ids 2.1)\n"},
        {"status X --ready", "1.2 2.1", "ready: "},
        {"status X --blocked", "3.1", "blocked by 2.1"},
        {"status X --blocked --level 0-1", "", "No achievement is listed (levels 0-1, blocked).\n"},
        {"status X --ready --level 1", "2.1", "2.1"},
        {"status --ready", "1.2 2.1 1.1", "\nY "},
        {"status --blocked", "3.1", "X "},
        {"status --level 7", "", "No achievement is listed (level 7).\n"},
        {"next X --level 1", "2.1", "X  1 ready (level 1)\n"},
        {"next X --level 2", "", "X  0 ready (level 2)\n"},
    };
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1; 3.1: 2.1");
    space_plan(&space, "Y", "1.1");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_listed(&space, rows[i].command, rows[i].ids);
        expect_status(&space, rows[i].command, 0, rows[i].shown);
    }
    expect_status(&space, "status X 2.1 9.9", 3, "X has no achievement 9.9");
    expect_status(&space, "next 2.1", 2, "which plan?");
    expect_status(&space, "status X 2.1 --level 1", 2, "exclude each other");
    expect_status(&space, "status X --level one", 2, "--level needs a number from 0");
    space_end(&space);
}

/* What can be typed now: for the achievement itself if it is ready or has no design, and for what it waits for. */
Test(status, why_and_show_name_a_command) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1; 3.1: 2.1");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/subplans/SUBPLAN_X_21.md", "[TO BE FILLED: all]\n");
    space_subplan(&space, "X", "3.1");
    expect_output(&space, "", "why X 2.1", 0, "command         batchctl prompt fill X --ids 2.1\n");
    expect_output(&space, "", "why X 2.1", 0,
                  "create its EXECUTION_TASK\n    batchctl create X --ids 1.1\n    ends with");
    expect_output(&space, "", "show X 2.1", 0, "command         batchctl prompt fill X --ids 2.1\n");
    struct outcome outcome;
    struct json json = answer_of(&space, "why X 3.1 --json", 0, &outcome);
    cr_expect(cJSON_IsNull(node_at(&json, "/data/command")), "it waits, and has its design");
    expect_text(&json, "/data/waits_for/0/command", "batchctl create X --ids 1.1");
    expect_text(&json, "/data/waits_for/1/command", "batchctl prompt fill X --ids 2.1");
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

/* Of a graph that cannot be read it is not said that nothing is left to do. */
Test(status, a_damaged_graph_is_unknown_and_an_empty_one_is_not_complete) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_plan(&space, "E", "1.1");
    space_write(&space, "E/parallel.json", "{\"plan_name\": \"E\", \"achievements\": []}");
    space_write(&space, "E/PLAN_E.md", "# PLAN: E\n");
    space_write(&space, "X/parallel.json", "{\"plan_name\": \"X\", \n");
    struct outcome outcome = run(&space, "status X");
    cr_expect_eq(outcome.status, 6);
    cr_expect(has(outcome.out, "X  its achievements are unknown\n"), "%s", outcome.out);
    cr_expect_not(has(outcome.out, "0 of 0") || has(outcome.out, "No achievements"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run(&space, "status");
    cr_expect(has(outcome.out, "X     unknown      ?"), "%s", outcome.out);
    cr_expect(has(outcome.out, "the plan has no achievements") && !has(outcome.out, "complete (-v)"), "%s",
              outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

/* The command is about what is listed: neither another kind of work, nor more than that. */
Test(status, a_filter_decides_the_command) {
    static const struct {
        const char *filter, *kind, *command;
    } rows[] = {
        {"", "execution", "batchctl create X --ids 1.3,2.1"},
        {" --for execution", "execution", "batchctl create X --ids 1.3,2.1"},
        {" --for execution --level 0", "execution", "batchctl create X --ids 1.3"},
        {" --level 1", "execution", "batchctl create X --level 1"},
        {" --for work", "work", "batchctl prompt execute X"},
        {" --for subplan", "fill", "batchctl prompt fill X --ready"},
        {" --for subplan --level 1", "none", ""},
        {" --for review", "none", ""},
    };
    struct space space = space_new();
    space_plan(&space, "X", "0.1; 1.1; 1.2; 1.3; 1.4; 2.1: 0.1");
    space_approved(&space, "X", "0.1");
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "[TO BE FILLED: all]\n");
    for (int i = 2; i <= 4; i++)
        space_subplan(&space, "X", (const char *[]){"1.2", "1.3", "1.4"}[i - 2]);
    space_subplan(&space, "X", "2.1");
    space_execution(&space, "X", "1.2");
    space_execution(&space, "X", "1.4");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int verb = 0; verb < 2; verb++) {
            char command[100];
            struct outcome outcome;
            snprintf(command, sizeof command, "%s X%s --json", verb ? "status" : "next", rows[i].filter);
            struct json json = answer_of(&space, command, 0, &outcome);
            expect_text(&json, "/data/plans/0/kind", rows[i].kind);
            cr_expect_str_eq(text_at(&json, "/data/plans/0/command"), rows[i].command, "%s", command);
            json_release(&json);
            outcome_end(&outcome);
        }
    expect_status(&space, "next X --for fill", 2, "it is one of review, work, rework, execution, subplan");
    space_end(&space);
}

Test(status, watch_shows_it_again_at_each_change_until_the_time_is_over) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    expect_status(&space, "status X --watch --timeout 100ms", 124, "X  ");
    expect_status(&space, "status X --watch --timeout 100ms", 124, "error: timed out");
    expect_status(&space, "status NOSUCH --watch", 3, "there is no plan NOSUCH");
    struct outcome outcome = run_on_terminal(&space, "status X -w --timeout 100ms", "");
    cr_expect(has(outcome.out, "\033[H\033[2J"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}
