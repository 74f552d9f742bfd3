/*
 * batchctl init: a new plan from the template, and the dependency file of a plan that has none; both are batches.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "space.h"

TestSuite(init, .timeout = 120);

static void expect_run(const struct space *space, const char *folder, const char *command, int status,
                       const char *part) {
    struct outcome outcome = run_in(space, folder, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

Test(init, an_empty_folder_becomes_a_workspace_with_a_valid_plan) {
    struct space space = space_new();
    uint64_t before = space_fingerprint(&space, "");
    expect_run(&space, "", "init FIRST --dry-run", 0, "in the new workspace");
    expect_run(&space, "", "init FIRST --dry-run -v", 0, "Token: b1-");
    expect_run(&space, "", "init FIRST", 8, "add --yes");
    cr_expect_eq(space_fingerprint(&space, ""), before, "a preview writes nothing");
    expect_run(&space, "", "init FIRST --yes", 0, "To undo it: batchctl undo 1");
    static const char *const made[] = {"FIRST/PLAN_FIRST.md", "FIRST/parallel.json", "FIRST/subplans",
                                       "FIRST/execution/feedbacks", ".batchd/*/batches/000001.json"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        cr_expect(space_exists(&space, made[i]), "%s", made[i]);
    expect_run(&space, "", "validate", 0, "FIRST: 3 achievements, valid");
    expect_run(&space, "", "status", 0, "0  0.1  First Example");
    expect_run(&space, "", "status", 0, "1  1.1  Third Example");
    expect_run(&space, "", "create --kind subplan --level 0 --yes", 0, "Created 2 SUBPLANs");
    expect_run(&space, "", "history", 0, "3 achievements of the template");
    space_end(&space);
}

Test(init, what_agents_need_to_know_is_printed_anywhere) {
    struct space space = space_new();
    uint64_t before = space_fingerprint(&space, "");
    struct outcome outcome = run(&space, "init --agents");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "`batchctl next --json`"), "%s", outcome.out);
    cr_expect_str_empty(outcome.err);
    outcome_end(&outcome);
    expect_status(&space, "init --agents X", 2, "--agents takes no name");
    expect_status(&space, "init --agents --graph", 2, "--agents takes no name");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_end(&space);
}

/* Every command in the lines for agents works as it is, without a terminal: none is wrong usage (2) or asks (8). */
Test(init, the_commands_for_agents_work_when_pasted) {
    struct space space = space_new();
    space_plan(&space, "PLAN", "1.1; 1.2");
    space_subplan(&space, "PLAN", "1.1");
    space_execution(&space, "PLAN", "1.1");
    struct outcome agents = run(&space, "help agents");
    size_t count = 0;
    for (char *at = agents.out; (at = strstr(at, "`batchctl ")); count++) {
        char command[200] = "", *end = strchr(at + 1, '`');
        cr_assert(end);
        for (char *from = at + strlen("`batchctl "); from < end; from++) {
            bool is_id = strncmp(from, "ID", 2) == 0 && strchr(" `", from[2]);
            snprintf(command + strlen(command), sizeof command - strlen(command), is_id ? "1.1" : "%c",
                     *from == '"' ? '\'' : *from);
            from += is_id;
        }
        at = end + 1;
        if (strncmp(command, "COMMAND", 7) == 0)
            continue;
        struct outcome outcome = run(&space, command);
        cr_expect(outcome.status != 2 && outcome.status != 8, "%s: %d %s", command, outcome.status, outcome.err);
        outcome_end(&outcome);
    }
    cr_expect_geq(count, 9);
    outcome_end(&agents);
    space_end(&space);
}

Test(init, a_person_is_asked_once) {
    struct space space = space_new();
    struct outcome outcome = run_on_terminal(&space, "init FIRST", "no\n");
    cr_expect_eq(outcome.status, 8);
    cr_expect(has(outcome.out, "Create 2 files?"), "%s", outcome.out);
    cr_expect_not(space_exists(&space, "FIRST"));
    outcome_end(&outcome);
    outcome = run_on_terminal(&space, "init FIRST", "y\n");
    cr_expect_eq(outcome.status, 0, "%s", outcome.out);
    cr_expect(space_exists(&space, "FIRST/PLAN_FIRST.md"));
    outcome_end(&outcome);
    space_end(&space);
}

Test(init, where_a_plan_is_put) {
    static const struct {
        const char *folder, *command, *plan;
    } rows[] = {
        {"", "init A --yes", "A/PLAN_A.md"},
        {"", "init group/B --yes", "group/B/PLAN_B.md"},
        {"", "init deep/er/C/ --yes", "deep/er/C/PLAN_C.md"},
        {"group", "init D --yes", "group/D/PLAN_D.md"},
        {"group/B", "init E --yes", "group/E/PLAN_E.md"},
        {"A/subplans", "init F --yes", "F/PLAN_F.md"},
        {"group", "init G --yes -C ..", "G/PLAN_G.md"},
        {"", "init ÜBER_9-x --yes", "ÜBER_9-x/PLAN_ÜBER_9-x.md"},
    };
    struct space space = space_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run_in(&space, rows[i].folder, rows[i].command);
        cr_expect_eq(outcome.status, 0, "%s: %s", rows[i].command, outcome.err);
        cr_expect(space_exists(&space, rows[i].plan), "%s", rows[i].plan);
        outcome_end(&outcome);
    }
    expect_run(&space, "", "validate", 0, "F: 3 achievements, valid");
    space_end(&space);
}

Test(init, names_that_cannot_be_and_places_that_are_taken) {
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {
        {"init", 2, "the name of the new plan"},
        {"init A B", 2, "the name of the new plan"},
        {"init ''", 2, "an argument is empty"},
        {"init a.b", 2, "only letters, digits"},
        {"init 'a b'", 2, "only letters, digits"},
        {"init a*", 2, "only letters, digits"},
        {"init 'a\tb'", 2, "only letters, digits"},
        {"init .hidden", 2, "only letters, digits"},
        {"init ..", 2, "only letters, digits"},
        {"init ../OUT", 2, "beneath the root"},
        {"init /tmp/OUT", 2, "beneath the root"},
        {"init .git/OUT", 2, "no folder of it may begin with a dot"},
        {"init 'new group/X'", 2, "cannot be the name of a new group"},
        {"init -- -X", 2, "begins with '-'"},
        {"init PLAN_X", 2, "batchctl adds"},
        {"init group/execution", 2, "folders of plans have that name"},
        {"init a/b/c/d/e/f/g/h/X", 2, "lies too deep"},
        {"init 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789X",
         2, "longer than 100 bytes"},
        {"init HAS", 5, "there is a plan HAS already"},
        {"init other/HAS", 5, "there is a plan HAS already"},
        {"init group", 5, "is a group that holds the plan"},
        {"init HAS/INNER", 5, "plans hold no plans"},
        {"init FILE", 5, "FILE is not a folder"},
        {"init LINK", 5, "LINK is not a folder"},
        {"init LINK/X", 5, "LINK is not a folder"},
        {"init LOOSE", 5, "LOOSE/parallel.json already exists"},
        {"init HALF", 5, "HALF/execution is not a folder"},
    };
    struct space space = space_new();
    space_plan(&space, "HAS", "1.1");
    space_plan(&space, "group/IN", "1.1");
    space_write(&space, "FILE", "x");
    space_link(&space, "LINK", "group");
    space_write(&space, "LOOSE/parallel.json", "{}");
    space_write(&space, "HALF/execution", "x");
    uint64_t before = space_fingerprint(&space, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "%s", rows[i].command);
        expect_run(&space, "", command.data, rows[i].status, rows[i].part);
        buffer_release(&command);
    }
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_end(&space);
}

Test(init, a_folder_that_is_there_is_used_and_its_files_stay) {
    struct space space = space_new();
    space_write(&space, "X/notes.txt", "mine\n");
    expect_run(&space, "", "init X --yes", 0, "Created the plan X");
    char *text = space_read(&space, "X/notes.txt");
    cr_expect_str_eq(text, "mine\n");
    memory_free(text);
    expect_run(&space, "", "undo --yes", 0, "Removed 2 files");
    cr_expect(space_exists(&space, "X/notes.txt"));
    cr_expect_not(space_exists(&space, "X/execution"));
    space_end(&space);
}

Test(init, undo_removes_all_of_it_unless_there_is_work_in_it) {
    struct space space = space_new();
    expect_run(&space, "", "init group/X --yes", 0, "Created");
    expect_run(&space, "", "undo --yes", 0, "Removed 2 files");
    cr_expect_not(space_exists(&space, "group"), "also the folders");
    expect_run(&space, "", "init X --yes", 0, "Created");
    space_write(&space, "X/PLAN_X.md", "edited\n");
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "begun\n");
    expect_run(&space, "", "undo 2 --yes", 0, "X/PLAN_X.md  (edited since)");
    expect_run(&space, "", "undo 2 --yes", 0, "X/parallel.json  (the plan is in use)");
    space_remove(&space, "X/subplans/SUBPLAN_X_11.md");
    expect_run(&space, "", "undo 2 --yes", 0, "- X/parallel.json");
    cr_expect(space_exists(&space, "X/PLAN_X.md"));
    expect_run(&space, "", "retry 1 --yes", 3, "has been undone already");
    space_end(&space);
}

Test(init, such_a_batch_cannot_be_retried) {
    struct space space = space_new();
    expect_run(&space, "", "init X --yes", 0, "Created");
    expect_run(&space, "", "retry 1 --yes", 2, "nothing of it can be retried");
    expect_run(&space, "", "show --batch 1", 0, "new plan");
    space_end(&space);
}

/* Of two at once one makes it, and the other finds it there; nothing of his is left. */
Test(init, two_at_once) {
    const struct setting setting = {0};
    for (int round = 0; round < 10; round++) {
        struct space space = space_new();
        struct running first = run_begin(&space, &setting, "init X --yes --request first");
        struct running second = run_begin(&space, &setting, "init X --yes --request second");
        struct outcome a = run_end(&first), b = run_end(&second);
        cr_expect((a.status == 0 && b.status == 5) || (a.status == 5 && b.status == 0), "%d and %d\n%s%s", a.status,
                  b.status, a.err, b.err);
        outcome_end(&a);
        outcome_end(&b);
        expect_run(&space, "", "validate X", 0, "3 achievements, valid");
        expect_run(&space, "", "doctor --no-daemon", 0, "Nothing wrong was found.");
        space_end(&space);
    }
}

Test(init, a_preview_that_does_not_hold_is_not_applied) {
    struct space space = space_new();
    struct outcome outcome = run(&space, "init X --dry-run --json");
    struct json json = outcome_json(&outcome);
    struct buffer command = {0};
    buffer_append_format(&command, "init X --yes --expect %s", text_at(&json, "/data/token"));
    json_release(&json);
    outcome_end(&outcome);
    space_write(&space, ".batchd/templates/plan.md", "# {{plan}}\n\n## Achievements\n\n{{achievements}}\n");
    expect_run(&space, "", command.data, 7, "plan.md changed");
    cr_expect_not(space_exists(&space, "X"));
    space_remove(&space, ".batchd/templates/plan.md");
    expect_run(&space, "", command.data, 0, "Created the plan X");
    buffer_release(&command);
    space_end(&space);
}

Test(init, templates_that_cannot_be_used) {
    static const struct {
        const char *template, *part;
    } rows[] = {
        {"{{achievements}}", "does not use {{plan}}"},
        {"{{plan}} {{achievments}} {{achievements}}", "did you mean {{achievements}}?"},
        {"# {{plan}}\n\n```\n{{achievements}}\n```\n", "the achievements would not be found"},
    };
    struct space space = space_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        space_write(&space, ".batchd/templates/plan.md", "%s", rows[i].template);
        expect_run(&space, "", "init X --yes", 6, rows[i].part);
        cr_expect_not(space_exists(&space, "X"));
    }
    space_end(&space);
}

Test(init, the_home_folder_does_not_become_a_workspace_unasked) {
    struct space space = space_new();
    expect_run(&space, "..", "init X --yes", 3, "no plans found");
    expect_run(&space, "..", "init X --dry-run -C .", 0, "Would create the plan X");
    space_end(&space);
}

/* --- init --graph --- */

static void write_plan(const struct space *space, const char *bodies) {
    space_write(space, "X/PLAN_X.md", "# PLAN: X\n\n## Achievements\n\n%s", bodies);
}

Test(graph, what_the_plan_says_for_sure_is_taken_over) {
    static const char bodies[] =
        "**Achievement 1.1**: First\n\n- **Effort**: 4–6 hours\n- **Dependencies**: None\n\n"
        "**Achievement 1.2: Second \"quoted\"** ⏱️ 2-3 hours\n\n- **Dependencies**: 1.1\n\n"
        "**Achievement 1.3**: Third\n\n- **Effort**: 5h\n- **Dependencies**:\n"
        "  - Achievement 1.1 (the base)\n  - 1.2: Second\n\n"
        "**Achievement 2.1**: Fourth\n\n- **Effort**: a while\n"
        "- **Dependencies**: 1.3, 1.1 or 1.2, Python 3.11, 9.9, 2.1\n";
    struct space space = space_new();
    space_make_folder(&space, "X/subplans");
    write_plan(&space, bodies);
    expect_run(&space, "", "next X", 0, "batchctl init --graph X");
    struct outcome outcome = run(&space, "init --graph X --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    static const char *const warnings[] = {"PLAN_X.md:24: warning: a dependency of 2.1 is not taken over: 1.1 or 1.2",
                                           "not taken over: Python 3.11", "not taken over: 9.9", "not taken over: 2.1",
                                           "the effort of 2.1 cannot be read"};
    for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++)
        cr_expect(has(outcome.err, warnings[i]), "no \"%s\" in\n%s", warnings[i], outcome.err);
    outcome_end(&outcome);
    char *graph = space_read(&space, "X/parallel.json");
    static const char *const parts[] = {"\"title\": \"Second \\\"quoted\\\"\"", "\"estimated_hours\": \"2-3\"",
                                        "\"estimated_hours\": 5,", "\"dependencies\": [\"1.1\", \"1.2\"]",
                                        "\"dependencies\": [\"1.3\"]"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect(has(graph, parts[i]), "no %s in\n%s", parts[i], graph);
    cr_expect_eq(count_of(graph, "estimated_hours"), 3);
    memory_free(graph);
    expect_run(&space, "", "validate X", 0, "4 achievements, valid");
    expect_run(&space, "", "init --graph X --yes", 5, "has its dependency file already");
    expect_run(&space, "", "undo --yes", 0, "dependency file");
    cr_expect_not(space_exists(&space, "X/parallel.json"));
    cr_expect(space_exists(&space, "X/PLAN_X.md"));
    space_end(&space);
}

/* 1.1 states its dependency, the others as @others says. */
static void write_three(const struct space *space, const char *others) {
    space_make_folder(space, "X/subplans");
    space_write(space, "X/PLAN_X.md",
                "# PLAN: X\n\nDo the first bed before Phase 2.\n\n## Achievements\n\n"
                "**Achievement 0.1**: Dig ✅ COMPLETE\n\n- **Goal**: Dig\n- **Effort**: 30 minutes\n%s\n"
                "**Achievement 1.1**: Sow\n\n- **Goal**: Sow\n- **Effort**: 1 h 30 min\n%s\n"
                "**Achievement 1.2**: Reap\n\n- **Goal**: Reap\n- **Effort**: 2 days\n%s\n",
                others, others, others);
}

Test(graph, a_plan_without_dependencies_is_never_written_flat_unasked) {
    struct space space = space_new();
    write_three(&space, "");
    uint64_t before = space_fingerprint(&space, "");
    expect_run(&space, "", "init --graph X --yes", 4, "names no dependencies: all 3 achievements would be on level 0");
    expect_run(&space, "", "init --graph X --yes", 4, "batchctl prompt discover X; or --by-priority; or --flat");
    expect_run(&space, "", "init --graph X --yes", 4, "X/PLAN_X.md:3: warning: this speaks of an order");
    expect_run(&space, "", "init --graph X --dry-run", 4, "the title of 0.1 says COMPLETE");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    expect_run(&space, "", "init --graph X --flat --yes", 0, "the effort of 1.2 cannot be read");
    char *graph = space_read(&space, "X/parallel.json");
    cr_expect_eq(count_of(graph, "\"dependencies\": []"), 3, "%s", graph);
    cr_expect(has(graph, "\"title\": \"Dig\""), "%s", graph);
    cr_expect(has(graph, "\"estimated_hours\": 0.5"), "%s", graph);
    cr_expect(has(graph, "\"estimated_hours\": 1.5"), "%s", graph);
    memory_free(graph);
    space_end(&space);
}

Test(graph, what_the_plan_says_is_independent_is_so) {
    struct space space = space_new();
    write_three(&space, "- **Dependencies**: None\n");
    expect_run(&space, "", "init --graph X --yes", 0, "Created the dependency file of X");
    expect_run(&space, "", "validate X", 0, "3 achievements, valid");
    space_end(&space);
}

Test(graph, priorities_are_an_order_on_request) {
    struct space space = space_new();
    write_three(&space, "");
    expect_run(&space, "", "init --graph X --by-priority --yes", 0, "2 dependencies are assumed from the priorities");
    char *graph = space_read(&space, "X/parallel.json");
    cr_expect_eq(count_of(graph, "\"dependencies\": [\"0.1\"]"), 2, "%s", graph);
    memory_free(graph);
    expect_run(&space, "", "undo --yes", 0, "dependency file");
    /* 0.1 waits for 1.1: so 1.1 cannot wait for it, and 1.2 does not, as 0.1 comes after a 1.x */
    space_write(&space, "X/PLAN_X.md",
                "# PLAN: X\n\n## Achievements\n\n**Achievement 0.1**: A\n\n- **Dependencies**: 1.1\n\n"
                "**Achievement 0.2**: B\n\n- **Goal**: b\n\n**Achievement 1.1**: C\n\n- **Goal**: c\n\n"
                "**Achievement 1.2**: D\n\n- **Goal**: d\n");
    expect_run(&space, "", "init --graph X --by-priority --yes", 0, "2 dependencies are assumed");
    expect_run(&space, "", "validate X", 0, "4 achievements, valid");
    graph = space_read(&space, "X/parallel.json");
    cr_expect_eq(count_of(graph, "\"dependencies\": [\"0.2\"]"), 2, "%s", graph);
    memory_free(graph);
    space_end(&space);
}

Test(graph, a_graph_with_few_edges_is_written_with_a_warning) {
    struct space space = space_new();
    space_make_folder(&space, "X/subplans");
    space_write(&space, "X/PLAN_X.md",
                "# PLAN: X\n\n## Achievements\n\n**Achievement 0.1**: A\n\n- **Goal**: a\n\n"
                "**Achievement 0.2**: B\n\n- **Goal**: b\n\n**Achievement 1.1**: C\n\n- **Goal**: c\n\n"
                "**Achievement 1.2**: D\n\n- **Dependencies**: 0.1\n");
    expect_run(&space, "", "init --graph X --yes", 0,
               "1 of 4 achievements has dependencies; the others would be ready");
    space_end(&space);
}

Test(graph, a_cycle_in_the_plan_is_named_and_nothing_written) {
    struct space space = space_new();
    space_make_folder(&space, "X/subplans");
    write_plan(&space, "**Achievement 1.1**: A\n\n- **Dependencies**: 1.2\n\n"
                       "**Achievement 1.2**: B\n\n- **Dependencies**: 1.1\n");
    uint64_t before = space_fingerprint(&space, "");
    expect_run(&space, "", "init --graph X --yes", 6, "dependency cycle: 1.1 -> 1.2 -> 1.1");
    expect_run(&space, "", "init --graph X --dry-run", 6, "X/PLAN_X.md:");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_end(&space);
}

Test(graph, plans_of_which_none_can_be_made) {
    struct space space = space_new();
    space_make_folder(&space, "X/subplans");
    write_plan(&space, "nothing\n");
    expect_run(&space, "", "init --graph X --yes", 4, "defines no achievements");
    write_plan(&space, "**Achievement 1.11**: A\n\n- **Goal**: a\n\n**Achievement 11.1**: B\n\n- **Goal**: b\n");
    expect_run(&space, "", "init --graph X --yes", 6, "would share their file names");
    space_make_folder(&space, "X/parallel.json");
    write_plan(&space, "**Achievement 1.1**: A\n\n- **Goal**: a\n");
    expect_run(&space, "", "init --graph X --yes", 6, "must be a regular file");
    expect_run(&space, "", "init --graph NOSUCH --yes", 3, "there is no plan NOSUCH");
    space_end(&space);
}
