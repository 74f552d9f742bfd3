/*
 * batchctl validate: every fault is named with its file, line and column and what to do, also for a file outside any
 * workspace; the plan with the fault is closed to creation, the others are not.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(validate, .timeout = 120);

#define HEAD             "{\"plan_name\": \"X\", \"parallelization_level\": \"level_2\", \"achievements\": [\n"
#define ITEM(id, others) "{\"achievement_id\": \"" id "\", \"dependencies\": " others "}"
#define TAIL             "\n]}\n"
/* Columns: the id stands at 20, the value of "dependencies" at 43, its first element at 44. */

static const struct {
    const char *name, *text;
    const char *code;
    const char *place; /* ":line:column: " */
    const char *part;  /* of the message or hint */
} faults[] = {
    {"cycle of two", HEAD ITEM("1.1", "[\"1.2\"]") ",\n" ITEM("1.2", "[\"1.1\"]") TAIL, "dependency.cycle",
     ":44: ", "1.1 -> 1.2 -> 1.1"},
    {"cycle of three",
     HEAD ITEM("1.1", "[]") ",\n" ITEM("2.1", "[\"2.2\", \"1.1\"]") ",\n" ITEM("2.2", "[\"2.3\"]") ",\n" ITEM(
         "2.3", "[\"2.1\"]") TAIL,
     "dependency.cycle", ":44: ", "2.1 -> 2.2 -> 2.3 -> 2.1"},
    {"what breaks a cycle", HEAD ITEM("1.1", "[\"1.2\"]") ",\n" ITEM("1.2", "[\"1.1\"]") TAIL, "dependency.cycle",
     ":44: ", "to break it"},
    {"unknown dependency", HEAD ITEM("1.12", "[]") ",\n" ITEM("2.1", "[\"1.13\"]") TAIL, "dependency.unknown",
     ":3:44: ", "did you mean 1.12?"},
    {"unknown, not close to any", HEAD ITEM("1.1", "[]") ",\n" ITEM("2.1", "[\"1.1\", \"77.88.99\"]") TAIL,
     "dependency.unknown", ":3:51: ", "77.88.99 is not an achievement of this plan"},
    {"self-dependency", HEAD ITEM("1.1", "[\"1.1\"]") TAIL, "dependency.self", ":2:44: ", "1.1 depends on itself"},
    {"duplicate id", HEAD ITEM("1.1", "[]") ",\n" ITEM("1.1", "[]") TAIL, "achievement.duplicate", ":3:20: ", "line 2"},
    {"duplicate key", HEAD "{\"achievement_id\": \"1.1\", \"dependencies\": [], \"dependencies\": []}" TAIL,
     "json.duplicate_key", ":2:47: ", "dependencies"},
    {"colliding file names", HEAD ITEM("1.11", "[]") ",\n" ITEM("11.1", "[]") TAIL, "achievement.collision",
     ":3:20: ", "1.11 and 11.1"},
    {"no dependencies", HEAD ITEM("1.1", "null") TAIL, "dependencies.type", ":2:43: ", "must be an array, not null"},
    {"dependencies left out", HEAD "{\"achievement_id\": \"1.1\"}" TAIL, "dependencies.missing",
     ":2:1: ", "add \"dependencies\": []"},
    {"a dependency that is a number", HEAD ITEM("1.1", "[1.2]") TAIL, "dependencies.type", ":2:44: ", "not a number"},
    {"an id that is none", HEAD ITEM("1", "[]") TAIL, "achievement.id", ":2:20: ", "such as 1.1"},
    {"an id with a path", HEAD ITEM("../1.1", "[]") TAIL, "achievement.id", ":2:20: ", "not a valid achievement id"},
    {"no id", HEAD "{\"dependencies\": []}" TAIL, "dependencies.missing", ":2:1: ", "achievement_id"},
    {"a level that is none", "{\"plan_name\": \"X\",\n \"parallelization_level\": \"level_9\", \"achievements\": []}",
     "dependencies.level", ":2:27: ", "use level_1, level_2 or level_3"},
    {"missing fields", "{}", "dependencies.missing", ":1:1: ", "\"achievements\" is missing"},
    {"a number on top", "42\n", "dependencies.type", ":1:1: ", "holds one object, not a number"},
    {"truncated", HEAD "{\"achievement_id\": \"1.1\", \"depend", "json.syntax", ":2:27: ", "no closing quote"},
    {"truncated between values", HEAD ITEM("1.1", "[]") ",", "json.syntax", ":2:47: ", "the text ends here"},
    {"text after the end", HEAD ITEM("1.1", "[]") TAIL "x", "json.syntax", ":4:1: ", ""},
    {"a comma too many", HEAD ITEM("1.1", "[]") ",\n]}", "json.syntax", ":2:46: ", "comma"},
    {"a byte order mark", "\xEF\xBB\xBF" HEAD ITEM("1.1", "[]") TAIL, "json.encoding", ":1:1: ", "byte-order mark"},
    {"half a byte order mark", "\xEF\xBB{}", "json.encoding", ":1:1: ", "UTF-8"},
    {"invalid UTF-8", HEAD ITEM("1.1", "[]") ",\n{\"achievement_id\": \"1.2\", \"title\": \"\xFF\"" TAIL,
     "json.encoding", ":3:37: ", "UTF-8"},
    {"half a surrogate pair", HEAD "{\"achievement_id\": \"\\ud800\"}" TAIL, "json.syntax", ":2:", "surrogate"},
    {"nothing", "", "json.syntax", ":1:1: ", ""},
    {"only blanks", " \r\n\t\n", "json.syntax", ":3:1: ", ""},
};

static void expect_fault(const struct space *space, const char *command, const char *file, const char *name,
                         const char *code, const char *place, const char *part) {
    struct outcome outcome = run(space, command);
    cr_expect_eq(outcome.status, 6, "%s: %s gives %d\n%s", name, command, outcome.status, outcome.err);
    cr_expect(has(outcome.err, file) && has(outcome.err, place) && has(outcome.err, part),
              "%s: no %s or %s or \"%s\" in\n%s", name, file, place, part, outcome.err);
    outcome_end(&outcome);
    char with_json[300];
    snprintf(with_json, sizeof with_json, "%s --json", command);
    outcome = run(space, with_json);
    struct json json = outcome_json(&outcome);
    cr_expect_eq(outcome.status, 6, "%s: %s", name, with_json);
    bool is_found = false;
    for (size_t i = 0; i < count_at(&json, "/diagnostics"); i++) {
        char pointer[40];
        snprintf(pointer, sizeof pointer, "/diagnostics/%zu/code", i);
        is_found |= strcmp(text_at(&json, pointer), code) == 0;
    }
    cr_expect(is_found, "%s: no %s in %s", name, code, outcome.out);
    cr_expect_not(json_get_boolean(node_at(&json, ""), "ok"));
    cr_expect_eq(count_at(&json, "/data/plans"), 1);
    cr_expect_not(json_get_boolean(node_at(&json, "/data/plans/0"), "valid"));
    json_release(&json);
    outcome_end(&outcome);
}

Test(validate, every_fault_has_its_place_and_a_remedy) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        space_write(&space, "X/parallel.json", "%s", faults[i].text);
        expect_fault(&space, "validate X", "X/parallel.json:", faults[i].name, faults[i].code, faults[i].place,
                     faults[i].part);
    }
    space_end(&space);
}

Test(validate, a_plan_with_a_fault_is_closed_and_the_others_are_not) {
    struct space space = space_new();
    space_plan(&space, "GOOD", "1.1");
    space_plan(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        space_write(&space, "X/parallel.json", "%s", faults[i].text);
        uint64_t before = space_fingerprint(&space, "");
        struct outcome outcome = run(&space, "create X --kind subplan --ids 1.1 --yes");
        cr_expect_eq(outcome.status, 6, "%s: %d", faults[i].name, outcome.status);
        cr_expect(has(outcome.err, faults[i].place), "%s: %s", faults[i].name, outcome.err);
        cr_expect_eq(space_fingerprint(&space, ""), before, "%s", faults[i].name);
        outcome_end(&outcome);
    }
    struct outcome outcome = run(&space, "create GOOD --kind subplan --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(space_exists(&space, "GOOD/subplans/SUBPLAN_GOOD_11.md"));
    outcome_end(&outcome);
    space_end(&space);
}

Test(validate, a_file_needs_no_workspace) {
    struct space space = space_new();
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        space_write(&space, "../elsewhere/draft.json", "%s", faults[i].text);
        expect_fault(&space, "validate ../elsewhere/draft.json", "draft.json:", faults[i].name, faults[i].code,
                     faults[i].place, faults[i].part);
    }
    space_write(&space, "../elsewhere/draft.json", "%s", HEAD ITEM("1.1", "[]") TAIL);
    static const char *const commands[] = {"validate draft.json", "validate ./draft.json",
                                           "validate ../elsewhere/draft.json"};
    for (size_t i = 0; i < 3; i++) {
        struct outcome outcome = run_in(&space, "../elsewhere", commands[i]);
        cr_expect_eq(outcome.status, 0, "%s: %s", commands[i], outcome.err);
        cr_expect(has(outcome.out, "1 achievement, valid"), "%s", outcome.out);
        outcome_end(&outcome);
    }
    struct outcome outcome = run_in(&space, "../elsewhere", "validate nowhere.json");
    cr_expect_eq(outcome.status, 3, "%d", outcome.status);
    outcome_end(&outcome);
    outcome = run_in(&space, "../elsewhere", "validate nowhere/parallel.json");
    cr_expect_eq(outcome.status, 3, "%d", outcome.status);
    cr_expect(has(outcome.err, "nowhere"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(validate, all_faults_are_told_at_once) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(
        &space, "X/parallel.json", "%s",
        HEAD ITEM("1.1", "[\"1.1\"]") ",\n" ITEM("1.1", "[]") ",\n" ITEM("1.2", "[\"9.9\"]") ",\n" ITEM(
            "2.1", "[\"2.2\"]") ",\n" ITEM("2.2", "[\"2.1\"]") ",\n" ITEM("1.11", "null") ",\n" ITEM("11.1", "7") TAIL);
    static const char *const codes[] = {"dependency.self",       "achievement.duplicate", "dependency.unknown",
                                        "achievement.collision", "dependencies.type",     "dependency.cycle"};
    struct outcome outcome = run(&space, "validate --json");
    cr_expect_eq(outcome.status, 6);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        cr_expect(has(outcome.out, codes[i]), "%s", codes[i]);
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/data/plans/0/plan", "X");
    cr_expect(json_get_unsigned(node_at(&json, "/data/plans/0"), "errors") >= 7, "%s", outcome.out);
    static const char *const keys[] = {"severity", "code", "message", "file", "line", "column", "pointer", "hint"};
    for (const cJSON *item = node_at(&json, "/diagnostics")->child; item; item = item->next)
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            cr_expect(json_get(item, keys[i]), "%s", keys[i]);
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(validate, nesting_of_200_is_refused_where_it_gets_too_deep) {
    struct space space = space_new();
    char text[500] = {0};
    space_plan(&space, "X", "1.1");
    memset(text, '[', 200);
    memset(text + 200, ']', 200);
    space_write(&space, "X/parallel.json", "%s", text);
    expect_fault(&space, "validate X", "X/parallel.json:", "deep", "json.depth", ":1:33: ", "nest");
    space_write(&space, "X/parallel.json", "{\"plan_name\": \"X\",\n\"notes\": %s}", text);
    expect_fault(&space, "validate X", "X/parallel.json:", "deep in notes", "json.depth", ":2:", "nest");
    space_end(&space);
}

Test(validate, nul_bytes_are_found) {
    static const char inside[] = HEAD "{\"achievement_id\": \"1.1\0\"}" TAIL,
                      behind[] = HEAD ITEM("1.1", "[]") TAIL "\0";
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write_bytes(&space, "X/parallel.json", inside, sizeof inside - 1);
    expect_fault(&space, "validate X", "X/parallel.json:", "NUL in a string", "json.syntax", ":2:24: ", "");
    space_write_bytes(&space, "X/parallel.json", behind, sizeof behind - 1);
    expect_fault(&space, "validate X", "X/parallel.json:", "NUL behind the end", "json.syntax", ":4:1: ", "");
    static const char zeros[4096];
    space_write_bytes(&space, "X/parallel.json", zeros, sizeof zeros);
    expect_fault(&space, "validate X", "X/parallel.json:", "only NUL", "json.syntax", ":1:1: ", "");
    space_end(&space);
}

Test(validate, carriage_returns_are_lived_with) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/parallel.json", "%s",
                "{\"plan_name\": \"X\",\r\n\"parallelization_level\": \"level_2\",\r\n\"achievements\": [\r\n" ITEM(
                    "1.1", "[]") "\r\n]}\r\n");
    struct outcome outcome = run(&space, "validate X");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    /* and lines are counted as an editor counts them */
    space_write(&space, "X/parallel.json", "%s",
                "{\"plan_name\": \"X\",\r\n\"parallelization_level\": \"level_2\",\r\n\"achievements\": [\r\n" ITEM(
                    "1.1", "[\"1.1\"]") "\r\n]}\r\n");
    expect_fault(&space, "validate X", "X/parallel.json:", "CRLF", "dependency.self", ":4:44: ", "");
    space_end(&space);
}

Test(validate, a_huge_file_is_refused_quickly_and_by_name) {
    struct space space = space_new();
    char path[500];
    space_plan(&space, "X", "1.1");
    space_plan(&space, "Y", "1.1");
    snprintf(path, sizeof path, "%s/X/parallel.json", space.root);
    cr_assert_eq(truncate(path, (off_t)65 << 20), 0); /* sparse */
    static const char *const commands[] = {"validate X", "validate X/parallel.json", "create X --yes", "validate"};
    for (size_t i = 0; i < 4; i++) {
        struct outcome outcome = run(&space, commands[i]);
        cr_expect_eq(outcome.status, 6, "%s: %d", commands[i], outcome.status);
        cr_expect(has(outcome.err, "parallel.json") && has(outcome.err, "64 MiB"), "%s: %s", commands[i], outcome.err);
        outcome_end(&outcome);
    }
    struct outcome outcome = run(&space, "create Y --kind subplan --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(validate, a_folder_or_link_in_place_of_the_file_is_no_file) {
    struct space space = space_new();
    for (int is_link = 0; is_link < 2; is_link++) {
        space_plan(&space, "X", "1.1");
        space_write(&space, "real.json", "%s", HEAD ITEM("1.1", "[]") TAIL);
        space_remove(&space, "X/parallel.json");
        if (is_link)
            space_link(&space, "X/parallel.json", "../real.json");
        else
            space_make_folder(&space, "X/parallel.json");
        struct outcome outcome = run(&space, "validate X");
        cr_expect_eq(outcome.status, 6, "%d: %s", outcome.status, outcome.out);
        cr_expect(has(outcome.err, "X/parallel.json"), "%s", outcome.err);
        outcome_end(&outcome);
        outcome = run(&space, "create X --kind subplan --ids 1.1 --yes");
        cr_expect_eq(outcome.status, 6, "%d: %s", outcome.status, outcome.out);
        cr_expect_not(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"));
        outcome_end(&outcome);
        space_remove(&space, "X/parallel.json");
    }
    space_end(&space);
}

Test(validate, the_other_names_of_the_file_and_several_of_them) {
    static const char *const names[] = {"PARALLEL-EXECUTION-ANALYSIS.json", "parallel-execution.json",
                                        "parallel_analysis.json"};
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    char path[100];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "X/%s", names[i]);
        space_write(&space, path, "%s", HEAD ITEM("1.1", "[\"1.1\"]") TAIL);
        struct outcome outcome = run(&space, "validate X");
        cr_expect_eq(outcome.status, 6);
        cr_expect(has(outcome.err, path), "%s", outcome.err);
        outcome_end(&outcome);
        space_remove(&space, path);
    }
    space_write(&space, "X/parallel-execution.json", "%s", HEAD ITEM("1.1", "[]") TAIL);
    space_write(&space, "X/parallel_analysis.json", "%s", HEAD ITEM("1.1", "[]") TAIL);
    struct outcome outcome = run(&space, "validate X");
    cr_expect_eq(outcome.status, 6);
    cr_expect(has(outcome.err, "parallel-execution.json, parallel_analysis.json"), "%s", outcome.err);
    outcome_end(&outcome);
    space_write(&space, "X/parallel.json", "%s", HEAD ITEM("1.1", "[]") TAIL); /* wins over all of them */
    outcome = run(&space, "validate X");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(validate, warnings_are_told_but_are_no_faults) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1, 1.1");
    space_write(&space, "X/parallel.json", "%s",
                "{\"plan_name\": \"OTHER\", \"parallelization_level\": \"level_1\", \"unknown\": {\"a\": [1]},\n"
                "\"achievements\": [{\"id\": \"1.1\", \"dependencies\": [], \"estimated_hours\": \"soon\"}],\n"
                "\"cross_priority_dependencies\": null}");
    struct outcome outcome = run(&space, "validate X");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.err, "\"plan_name\" is \"OTHER\""), "%s", outcome.err);
    cr_expect(has(outcome.err, "hours of 1.1"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(validate, several_plan_files_of_which_none_has_the_folder_s_name) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_remove(&space, "X/PLAN_X.md");
    space_write(&space, "X/PLAN_A.md", "# A\n");
    space_write(&space, "X/PLAN_B.md", "# B\n");
    struct outcome outcome = run(&space, "validate X");
    cr_expect_eq(outcome.status, 6);
    cr_expect(has(outcome.err, "PLAN_A.md, PLAN_B.md"), "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

/* What is written twice is compared, and nothing is changed. */
Test(validate, the_plan_and_the_graph_are_compared) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2: 1.1; 2.1: 1.1 1.2");
    space_write(&space, "X/PLAN_X.md",
                "# PLAN: X\n\n## Achievements\n\n**Achievement 1.1**: %s\n\n- **Dependencies**: None\n\n"
                "**Achievement 1.2**: Another\n\n- **Dependencies**: 2.1\n\n"
                "**Achievement 3.1**: Third\n\n- **Goal**: more\n",
                "First");
    static const struct {
        const char *code, *line, *finding;
    } expected[] = {
        {"achievement.only_in_plan", "X/PLAN_X.md:13: warning: 3.1 is defined here, but parallel.json does not have it",
         "X/PLAN_X.md:13: 3.1 is defined here"},
        {"achievement.only_in_graph", "X/parallel.json: warning: 2.1 is only here: PLAN_X.md does not define it",
         "X/parallel.json: 2.1 is only here"},
        {"achievement.dependencies", "X/PLAN_X.md:9: warning: 1.2 depends on 2.1 here, but on 1.1 in parallel.json",
         "X/PLAN_X.md:9: 1.2 depends on 2.1 here"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        expect_status(&space, "validate X", 0, expected[i].line);
        expect_status(&space, "validate X --json", 0, expected[i].code);
        expect_status(&space, "doctor", 0, expected[i].finding);
    }
    expect_status(&space, "status X", 0, "the PLAN and parallel.json differ in");
    space_end(&space);
}
