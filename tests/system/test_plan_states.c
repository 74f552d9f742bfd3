/*
 * Every verb about a plan, over plans in every condition of the dependency file: which exit status, and that ok says
 * the same. A plan that cannot be read never looks like one without work.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "space.h"

TestSuite(plan_states, .timeout = 120);

#define CONFLICTED "{\n<<<<<<< HEAD\n\"plan_name\": \"X\"\n=======\n\"plan_name\": \"Y\"\n>>>>>>> f\n}\n"

static void make_valid(const struct space *space) {
    space_plan(space, "X", "1.1; 1.2: 1.1");
}

static void make_without_graph(const struct space *space) {
    space_plan(space, "X", NULL);
    space_write(space, "X/PLAN_X.md", "# PLAN: X\n\n## Achievements\n\n**Achievement 1.1**: One\n\n- Goal: g\n");
}

static void make_cyclic(const struct space *space) {
    space_plan(space, "X", "1.1: 1.2; 1.2: 1.1");
}

static void make_broken(const struct space *space) {
    space_plan(space, "X", "1.1");
    space_write(space, "X/parallel.json", "{");
}

static void make_conflicted(const struct space *space) {
    space_plan(space, "X", "1.1");
    space_write(space, "X/parallel.json", "%s", CONFLICTED);
}

static void make_unreadable(const struct space *space) {
    space_plan(space, "X", NULL);
    space_make_folder(space, "X/parallel.json");
}

enum condition { VALID, WITHOUT_GRAPH, INVALID, CONDITIONS };

static const struct {
    const char *name;
    void (*make)(const struct space *space);
    enum condition condition;
} plans[] = {
    {"valid", make_valid, VALID},
    {"without a graph", make_without_graph, WITHOUT_GRAPH},
    {"cyclic", make_cyclic, INVALID},
    {"broken", make_broken, INVALID},
    {"conflicted", make_conflicted, INVALID},
    {"unreadable", make_unreadable, INVALID},
};

/* %s is the plan, or nothing. */
static const struct {
    const char *command;
    int statuses[CONDITIONS];
} verbs[] = {
    {"status %s", {0, 0, 6}},
    {"next %s", {0, 0, 6}},
    {"show %s 1.1", {0, 0, 6}},
    {"why %s 1.1", {0, 0, 6}},
    {"graph %s", {0, 0, 6}},
    {"validate %s", {0, 0, 6}},
    {"what-if %s --complete 1.1", {0, 4, 6}},
    {"create %s --kind subplan --ids 1.1 --dry-run", {0, 0, 6}},
    {"create %s --level 0 --dry-run", {4, 4, 6}},
    {"create %s --dry-run", {0, 4, 6}},
    {"prompt execute %s", {0, 4, 6}},
    {"prompt fill %s", {0, 0, 6}},
    {"prompt discover %s", {0, 0, 0}},
    {"wait %s --for complete=1.1 --timeout 1ms", {124, 124, 124}},
};

static void expect_both(const struct space *space, const char *folder, const char *command, int status,
                        const char *name) {
    char with_json[200];
    snprintf(with_json, sizeof with_json, "%s --json", command);
    struct outcome outcome = run_in(space, folder, command);
    cr_expect_eq(outcome.status, status, "%s: %s: %d\n%s", name, command, outcome.status, outcome.err);
    cr_expect(status != 6 || has(outcome.err, "parallel.json:"), "%s: %s:\n%s", name, command, outcome.err);
    outcome_end(&outcome);
    outcome = run_in(space, folder, with_json);
    struct json json = outcome_json(&outcome);
    cr_expect_eq(outcome.status, status, "%s: %s", name, with_json);
    cr_expect_eq(json_get_boolean(json.root, "ok"), status == 0, "%s: %s", name, with_json);
    cr_expect_eq(json_get_unsigned(json.root, "code"), (size_t)status, "%s: %s", name, with_json);
    json_release(&json);
    outcome_end(&outcome);
}

Test(plan_states, every_verb_over_every_one) {
    for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
        struct space space = space_new();
        plans[p].make(&space);
        for (size_t v = 0; v < sizeof verbs / sizeof *verbs; v++)
            for (int is_named = 0; is_named < 2; is_named++) { /* or it is the only one */
                char command[120];
                snprintf(command, sizeof command, verbs[v].command, is_named ? "X" : "");
                expect_both(&space, "", command, verbs[v].statuses[plans[p].condition], plans[p].name);
            }
        space_end(&space);
    }
}

/* The others are answered as if it were not there; the exit status still says that one is missing. */
Test(plan_states, one_that_cannot_be_read_beside_others) {
    for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
        struct space space = space_new();
        int status = plans[p].condition == INVALID ? 6 : 0;
        plans[p].make(&space);
        space_plan(&space, "GOOD", "1.1");
        static const char *const commands[] = {"status", "next", "validate"};
        for (size_t i = 0; i < 3; i++) {
            expect_both(&space, "", commands[i], status, plans[p].name);
            expect_both(&space, "X", commands[i], status, plans[p].name);
            expect_both(&space, "GOOD", commands[i], 0, plans[p].name);
        }
        struct outcome outcome = run(&space, "next --json");
        struct json json = outcome_json(&outcome);
        expect_list(&json, "/data/plans/0/ready", "1.1");
        cr_expect_eq(json_get_boolean(node_at(&json, "/data/plans/1"), "valid"), status == 0, "%s", plans[p].name);
        json_release(&json);
        outcome_end(&outcome);
        space_end(&space);
    }
}

/* Conflict markers are one error with its place, whatever the JSON around them looks like. */
Test(plan_states, conflict_markers_are_the_only_error) {
    struct space space = space_new();
    make_conflicted(&space);
    static const char *const commands[] = {"validate X --json", "validate X/parallel.json --json", "status --json",
                                           "next X --json"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run(&space, commands[i]);
        struct json json = outcome_json(&outcome);
        cr_expect_eq(outcome.status, 6, "%s", commands[i]);
        cr_expect_eq(count_at(&json, "/diagnostics"), 1, "%s: %s", commands[i], outcome.out);
        expect_text(&json, "/diagnostics/0/code", "file.conflict");
        expect_text(&json, "/diagnostics/0/file", "X/parallel.json");
        cr_expect_eq(json_get_unsigned(node_at(&json, "/diagnostics/0"), "line"), 2);
        json_release(&json);
        outcome_end(&outcome);
    }
    expect_status(&space, "doctor", 6, "X/parallel.json:2: git conflict markers");
    expect_status(&space, "create X --dry-run", 6, "X/parallel.json:2: error: git conflict markers");
    space_end(&space);
}
