/*
 * batchctl import: a plan from a tasks.json of Task Master, with nothing of it lost.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(import, .timeout = 120);

static void expect_run(const struct space *space, const char *command, int status, const char *part) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

static void expect_parts(const struct space *space, const char *path, const char *const *parts, size_t count) {
    char *text = space_read(space, path);
    for (size_t i = 0; i < count; i++)
        cr_expect(has(text, parts[i]), "%s: no \"%s\" in\n%s", path, parts[i], text);
    memory_free(text);
}

static const char usual[] =
    "{\"master\": {\"tasks\": [\n"
    "  {\"id\": 1, \"title\": \"Base\", \"description\": \"What it is for\", \"status\": \"done\", \"priority\": \"high\",\n"
    "   \"dependencies\": [], \"details\": \"Do this\\nand that\", \"testStrategy\": \"Run it\", \"complexityScore\": 7},\n"
    "  {\"id\": 2, \"title\": \"Core\", \"status\": \"in-progress\", \"dependencies\": [1], \"subtasks\": [\n"
    "    {\"id\": 1, \"title\": \"One\", \"status\": \"done\", \"dependencies\": [], \"parentTaskId\": 2},\n"
    "    {\"id\": 2, \"title\": \"Two\", \"status\": \"cancelled\", \"dependencies\": [1], \"details\": \"d\"},\n"
    "    {\"id\": 3, \"title\": \"Three\", \"dependencies\": [\"1\"], \"metadata\": {\"issue\": [42, null, true]}}]},\n"
    "  {\"id\": \"3\", \"title\": \"Last\", \"dependencies\": [\"2\", \"2.3\"]}],\n"
    "  \"metadata\": {\"description\": \"Tasks for master\"}}}\n";

Test(import, tasks_and_subtasks_become_achievements) {
    struct space space = space_new();
    space_write(&space, "in/tasks.json", "%s", usual);
    expect_run(&space, "import in/tasks.json --name X --dry-run", 0, "Would create the plan X");
    cr_expect_not(space_exists(&space, "X"));
    struct outcome outcome = run(&space, "import in/tasks.json --name X --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.err, "2 finished and 1 given up there, but open here"), "%s", outcome.err);
    cr_expect(has(outcome.err, "stand under Notes in the PLAN: complexityScore, metadata\n"), "%s", outcome.err);
    outcome_end(&outcome);
    static const char *const plan[] = {
        "- **Goal**: What it is for\n",
        "- **Approach**:\n  Do this\n  and that\n",
        "- **Tests**: Run it\n",
        "- **Origin**: `1` in tasks.json, line 2, Task Master; status \"done\", priority \"high\"\n",
        "- complexityScore: 7\n",
        "- metadata: {\"issue\":[42,null,true]}\n",
        "- metadata: {\"description\":\"Tasks for master\"}",
        "Imported from tasks.json",
    };
    expect_parts(&space, "X/PLAN_X.md", plan, sizeof plan / sizeof *plan);
    expect_run(&space, "validate X", 0, "6 achievements, valid");
    static const struct {
        const char *id, *dependencies;
    } rows[] = {{"1.0", ""},        {"2.0", "1.0 2.1 2.2 2.3"}, {"2.1", "1.0"},
                {"2.2", "2.1 1.0"}, {"2.3", "2.1 1.0"},         {"3.0", "2.0 2.3"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "show X %s --json", rows[i].id);
        outcome = run(&space, command.data);
        struct json json = outcome_json(&outcome);
        expect_list(&json, "/data/achievement/dependencies", rows[i].dependencies);
        expect_text(&json, "/data/achievement/state", "not_started");
        json_release(&json);
        outcome_end(&outcome);
        buffer_release(&command);
    }
    expect_run(&space, "create X --kind subplan --ids 1.0 --dry-run --show", 0, "Do this\nand that\n");
    expect_run(&space, "history", 0, "6 achievements of tasks.json, Task Master");
    expect_run(&space, "undo --yes", 0, "imported plan");
    cr_expect_not(space_exists(&space, "X"));
    space_end(&space);
}

Test(import, states_only_if_they_are_asked_for) {
    struct space space = space_new();
    space_write(&space, "tasks.json", "%s", usual);
    struct outcome outcome = run(&space, "import tasks.json --name X --yes --with-status");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect_not(has(outcome.err, "but open here"), "%s", outcome.err);
    outcome_end(&outcome);
    expect_run(&space, "status X", 0, "2 of 6 complete, 1 skipped");
    static const char *const files[] = {"X/execution/feedbacks/APPROVED_10.md", "X/execution/feedbacks/APPROVED_21.md",
                                        "X/execution/SKIPPED_22.md"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        cr_expect(space_exists(&space, files[i]), "%s", files[i]);
    expect_run(&space, "show --batch 1", 0, "APPROVED_10.md  (as written)");
    expect_run(&space, "undo --yes", 0, "Removed 5 files");
    cr_expect_not(space_exists(&space, "X"), "its own SKIPPED is no work in it");
    space_end(&space);
}

/* With a subtask of ten or more, two digits stand behind the dot, and no two ids share their file names. */
Test(import, many_subtasks_keep_file_names_apart) {
    struct space space = space_new();
    space_write(&space, "tasks.json",
                "{\"tasks\": [{\"id\": 1, \"title\": \"a\", \"subtasks\": [{\"id\": 12, \"title\": \"b\"}]},"
                "{\"id\": 11, \"title\": \"c\", \"dependencies\": [\"1.12\"], "
                "\"subtasks\": [{\"id\": 2, \"title\": \"d\"}]}]}");
    expect_run(&space, "import tasks.json --name X --yes", 0, "Created");
    static const char *const ids[] = {"\"1.00\"", "\"1.12\"", "\"11.00\"", "\"11.02\""};
    expect_parts(&space, "X/parallel.json", ids, 4);
    expect_run(&space, "validate X", 0, "4 achievements, valid");
    space_end(&space);
}

Test(import, what_is_wrong_is_named_with_its_place_and_nothing_is_created) {
    static const struct {
        const char *tasks, *part;
    } rows[] = {
        {"[{\"id\": 1, \"title\": \"a\", \"dependencies\": [2]}]",
         "tasks.json:1:53: error: 1 depends on 2: there is no such task"},
        {"[{\"id\": 1, \"title\": \"a\", \"dependencies\": [\"1.1\"]}]", "/tasks/0/dependencies/0"},
        {"[{\"id\": 1, \"title\": \"a\", \"dependencies\": [1.2]}]", "1 depends on 1.2: there is no such"},
        {"[{\"id\": 1, \"title\": \"a\", \"dependencies\": [1]}]", "1 (1.0) depends on itself"},
        {"[{\"id\": 1, \"title\": \"a\", \"dependencies\": [2]}, {\"id\": 2, \"title\": \"b\", \"dependencies\": [1]}]",
         "dependency cycle: 1 (1.0) -> 2 (2.0) -> 1 (1.0)"},
        {"[{\"id\": 1, \"title\": \"a\", \"subtasks\": [{\"id\": 1, \"title\": \"b\", \"dependencies\": [2]}]},"
         "{\"id\": 2, \"title\": \"c\", \"dependencies\": [1]}]",
         "dependency cycle: "},
        {"[{\"id\": 1, \"title\": \"a\"}, {\"id\": \"01\", \"title\": \"b\"}]", "task 01 occurs twice"},
        {"[{\"id\": 1, \"title\": \"a\", \"subtasks\": [{\"id\": 0, \"title\": \"b\"}]}]", "no number of a subtask"},
        {"[{\"id\": \"HAM-1\", \"title\": \"a\"}]", "no number of a task"},
        {"[{\"id\": -1, \"title\": \"a\"}]", "no number of a task"},
        {"[{\"title\": \"a\"}]", "this task has no \"id\""},
        {"[7]", "an object is expected here"},
        {"[]", "there are no tasks in it"},
        {"[{\"id\": 1, \"title\": \"a\", \"dependencies\": \"2\"}]", "must be an array"},
        {"{}", "this is no tasks.json of Task Master"},
        {"[{\"id\": 1, \"id\": 2}]", "appears twice"},
    };
    struct space space = space_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        space_write(&space, "tasks.json", "{\"tasks\": %s}", rows[i].tasks);
        expect_run(&space, "import tasks.json --name X --yes", 6, rows[i].part);
        cr_expect_not(space_exists(&space, "X"), "%s", rows[i].tasks);
        cr_expect_not(space_exists(&space, ".batchd"), "%s", rows[i].tasks);
    }
    space_end(&space);
}

Test(import, tags) {
    struct space space = space_new();
    space_write(&space, "tasks.json", "%s",
                "{\"master\": {\"tasks\": [{\"id\": 1, \"title\": \"of the first\"}]},"
                "\"feature\": {\"tasks\": [{\"id\": 1, \"title\": \"of the feature\"}]},"
                "\"version\": 3}");
    expect_run(&space, "import tasks.json --name A --yes", 0, "the tag feature is not imported");
    static const char *const first[] = {"of the first", "- version: 3"}, *const feature[] = {"of the feature"};
    expect_parts(&space, "A/PLAN_A.md", first, 2);
    expect_run(&space, "import tasks.json --tag feature --name B --yes", 0, "the tag master is not imported");
    expect_parts(&space, "B/PLAN_B.md", feature, 1);
    expect_run(&space, "import tasks.json --tag nosuch --name C --yes", 3, "choose one with --tag: master, feature");
    space_write(&space, "other.json", "%s", "{\"a\": {\"tasks\": []}, \"b\": {\"tasks\": []}}");
    expect_run(&space, "import other.json --name C --yes", 3, "several tags");
    space_end(&space);
}

/* Texts that would break a PLAN if they stood in it as they are. */
Test(import, foreign_texts_cannot_pass_for_a_part_of_the_plan) {
    static const char *const details[] = {
        "# Heading\\n\\n## Another\\n\\ntext",
        "a\\n---\\nb\\n***\\nc",
        "**Achievement 9.9**: forged\\n\\n- **Goal**: none",
        "- Achievement 2.0: forged\\n- **Dependencies**: 1.0",
        "### Achievement 2.0: forged\\n- Dependencies: x",
        "```\\nleft open",
        "~~~\\n```\\n~~~",
        "    ```\\n# x",
        "- list\\n\\n  ```\\n  code\\n# heading inside\\n",
        "> ```\\n> quoted\\n## after",
        "<!--\\n\\nopen comment",
        "<pre>\\n# not closed",
        "{{plan}} {{nosuch}}",
        "tab\\there \\u001b[31m red \\u0007",
        "line\\r\\nline\\rline",
    };
    struct space space = space_new();
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        struct buffer command = {0};
        buffer_append_format(&command, "import tasks.json --name P%zu --yes", i);
        space_write(&space, "tasks.json",
                    "{\"tasks\": [{\"id\": 1, \"title\": \"a\", \"details\": \"%s\"},"
                    "{\"id\": 2, \"title\": \"b\", \"description\": \"the second one\", \"details\": \"%s\"}]}",
                    details[i], details[i]);
        expect_run(&space, command.data, 0, "Created");
        buffer_clear(&command);
        buffer_append_format(&command, "create P%zu --kind subplan --ids 2.0 --dry-run --show", i);
        struct outcome outcome = run(&space, command.data);
        cr_expect(has(outcome.out, "the second one"), "%s:\n%s%s", details[i], outcome.out, outcome.err);
        cr_expect_not(has(outcome.err, "does not define"), "%s: %s", details[i], outcome.err);
        outcome_end(&outcome);
        buffer_release(&command);
    }
    space_end(&space);
}

/* The data comes that way, so the person is asked on the terminal, if there is one. */
Test(import, from_standard_input) {
    struct space space = space_new();
    const struct setting setting = {.in = "tasks.json"};
    space_write(&space, "tasks.json", "%s", usual);
    struct outcome outcome = run_under(&space, &setting, "import - --name X");
    cr_expect_eq(outcome.status, 8, "%s", outcome.err);
    cr_expect(has(outcome.err, "add --yes"), "%s", outcome.err);
    cr_expect(has(outcome.out, "Would create the plan X (6 achievements of standard input, Task Master)"), "%s",
              outcome.out);
    outcome_end(&outcome);
    outcome = run_on_terminal_under(&space, &setting, "import - --name X", "n\n");
    cr_expect_eq(outcome.status, 8, "%s", outcome.out);
    cr_expect(has(outcome.out, "Create 2 files? [y/N] "), "%s", outcome.out);
    cr_expect_not(space_exists(&space, "X"));
    outcome_end(&outcome);
    outcome = run_on_terminal_under(&space, &setting, "import - --name X", "y\n");
    cr_expect_eq(outcome.status, 0, "%s", outcome.out);
    outcome_end(&outcome);
    expect_run(&space, "validate X", 0, "6 achievements, valid");
    outcome = run_under(&space, &setting, "import - --name Y --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    expect_parts(&space, "Y/PLAN_Y.md", (const char *const[]){"Imported from standard input"}, 1);
    space_end(&space);
}

Test(import, standard_input_that_is_no_list) {
    static const struct {
        const char *in;
        int status;
        const char *part;
    } rows[] = {{NULL, 6, "standard input"}, /* empty */
                {"broken.json", 6, "standard input:1:2: "},
                {"folder", 13, "cannot read standard input"},
                {"../elsewhere/large.json", 13, "standard input is larger than 64 MiB"}};
    struct space space = space_new();
    space_write(&space, "broken.json", "{");
    space_make_folder(&space, "folder");
    space_write(&space, "../elsewhere/large.json", "%s", "");
    struct buffer path = {0};
    buffer_append_format(&path, "%s/../elsewhere/large.json", space.root);
    cr_assert_eq(truncate(path.data, (64 << 20) + 1), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct setting setting = {.in = rows[i].in};
        struct outcome outcome = run_under(&space, &setting, "import - --name X --yes");
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d %s", rows[i].in, outcome.status, outcome.err);
        cr_expect(has(outcome.err, rows[i].part), "%s: %s", rows[i].in, outcome.err);
        cr_expect_not(space_exists(&space, "X"));
        outcome_end(&outcome);
    }
    buffer_release(&path);
    space_end(&space);
}

Test(import, usage) {
    struct space space = space_new();
    space_write(&space, "tasks.json", "%s", usual);
    space_plan(&space, "X", "1.1");
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {
        {"import", 2, "a file or folder is expected"},
        {"import tasks.json", 2, "--name MY-PLAN"},
        {"import tasks.json other --name Y", 2, "a file or folder is expected"},
        {"import nosuch.json --name Y", 3, "cannot read nosuch.json"},
        {"import X --name Y", 6, "no task list is recognised in X"},
        {"import tasks.json --name a.b", 2, "only letters, digits"},
        {"import tasks.json --name X", 5, "there is a plan X already"},
        {"import tasks.json --name Y", 8, "add --yes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_run(&space, rows[i].command, rows[i].status, rows[i].part);
    cr_expect_not(space_exists(&space, "Y"));
    space_end(&space);
}
