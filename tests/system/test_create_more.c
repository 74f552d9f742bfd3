/*
 * batchctl create in depth: what is selected, what blocks a batch, what is never touched, and the previews. What comes
 * after a batch is in test_undo.c.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(create_more, .timeout = 120);

#define TASK(digits)    "X/execution/EXECUTION_TASK_X_" digits "_01.md"
#define SUBPLAN(digits) "X/subplans/SUBPLAN_X_" digits ".md"

static struct space two_levels(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 2.1: 1.1; 2.2: 1.1, 1.2; 2.3: 1.3");
    static const char *const ids[] = {"1.1", "1.2", "1.3", "2.1", "2.2"};
    for (size_t i = 0; i < 5; i++)
        space_subplan(&space, "X", ids[i]);
    return space;
}

/* The command ends with @status and changes nothing at all, not even .batchd/. */
static void expect_refused(const struct space *space, const char *command, int status, const char *part) {
    uint64_t before = space_fingerprint(space, "");
    expect_status(space, command, status, part);
    cr_expect_eq(space_fingerprint(space, ""), before, "%s changed something", command);
}

Test(create_more, what_each_selector_selects) {
    static const struct {
        const char *selector, *files, *also_ready, *skipped;
    } rows[] = {
        {"", "1.2", "2.1 2.3", ""},
        {"--ready", "1.2", "2.1 2.3", ""},
        {"--level 0", "1.2", "", "1.1 1.3"},
        {"-l 0", "1.2", "", "1.1 1.3"},
        {"--level=1 --kind subplan", "2.3", "", "2.1 2.2"},
        {"--ids 2.2,1.2", "1.2 2.2", "", ""}, /* a blocked one may be named; in the order of the plan */
        {"--ids '2.2, 1.2'", "1.2 2.2", "", ""},
        {"--ids 1.2,1.2", "1.2", "", ""},
        {"--ids 1.1,1.3", "", "", "1.1 1.3"},
        {"--kind subplan", "2.3", "1.2 2.1", ""},
        {"-k subplan --ids 2.3", "2.3", "", ""},
    };
    struct space space = two_levels();
    space_approved(&space, "X", "1.1");
    space_skipped(&space, "X", "1.3");
    space_execution(&space, "X", "2.1");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[100];
        snprintf(command, sizeof command, "create X %s --dry-run --json", rows[i].selector);
        struct outcome outcome = run(&space, command);
        cr_assert_eq(outcome.status, 0, "%s: %s", command, outcome.err);
        struct json json = outcome_json(&outcome);
        cr_log_info("%s", command);
        expect_list(&json, "/data/files", rows[i].files);
        expect_list(&json, "/data/also_ready", rows[i].also_ready);
        expect_list(&json, "/data/skipped", rows[i].skipped);
        json_release(&json);
        outcome_end(&outcome);
    }
    expect_refused(&space, "create X --level 7 --yes", 3, "its levels are 0 to 1");
    expect_refused(&space, "create X --ids 1.2,9.9 --yes", 3, "9.9");
    expect_refused(&space, "create X --level 0 --ids 1.1 --yes", 2, "exclude each other");
    space_end(&space);
}

Test(create_more, the_json_has_every_key_and_counts_that_are_lengths) {
    static const char *const keys[] = {"plan",  "kind",    "selection", "token",  "sources",          "files",
                                       "batch", "created", "skipped",   "failed", "missing_subplans", NULL},
                             *const file[] = {"id", "path", "size", "sha", "content"};
    struct space space = two_levels();
    struct outcome outcome = run(&space, "create X --level 0 --dry-run --json");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    struct json json = outcome_json(&outcome);
    for (size_t i = 0; keys[i]; i++)
        cr_expect(json_get(node_at(&json, "/data"), keys[i]), "%s", keys[i]);
    for (size_t i = 0; i < sizeof file / sizeof *file; i++)
        cr_expect(json_get(node_at(&json, "/data/files/0"), file[i]), "%s", file[i]);
    expect_list(&json, "/data/files", "1.1 1.2 1.3");
    expect_list(&json, "/data/created", "");
    cr_expect(has(outcome.out, SUBPLAN("11")), "the SUBPLANs are sources");
    json_release(&json);
    outcome_end(&outcome);
    outcome = run(&space, "create X --level 0 --yes --json");
    json = outcome_json(&outcome);
    for (size_t i = 0; keys[i]; i++)
        cr_expect(json_get(node_at(&json, "/data"), keys[i]), "%s", keys[i]);
    expect_list(&json, "/data/created", "1.1 1.2 1.3");
    expect_text(&json, "/data/created/2/path", TASK("13"));
    expect_text(&json, "/data/kind", "execution");
    cr_expect_eq(json_get_unsigned(node_at(&json, "/data"), "batch"), 1);
    json_release(&json);
    outcome_end(&outcome);
    outcome = run(&space, "create X --level 0 --yes --json");
    json = outcome_json(&outcome);
    expect_list(&json, "/data/created", "");
    expect_list(&json, "/data/skipped", "1.1 1.2 1.3");
    cr_expect(cJSON_IsNull(node_at(&json, "/data/batch")));
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

/* An agent that reads what was done pays for each byte. */
Test(create_more, what_only_a_preview_needs_is_only_in_a_preview) {
    static const char *const commands[] = {"create X --ids 1.1 --yes --json", "submit X 1.1 --yes --json",
                                           "init Y --yes --json"};
    struct space space = two_levels();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run(&space, commands[i]);
        struct json json = outcome_json(&outcome);
        cr_assert_eq(outcome.status, 0, "%s: %s", commands[i], outcome.out);
        cr_expect(cJSON_IsNull(node_at(&json, "/data/token")), "%s", outcome.out);
        expect_list(&json, "/data/sources", "");
        expect_list(&json, "/data/files", "");
        cr_expect(json_get_unsigned(node_at(&json, "/data/created/0"), "size") > 0, "%s", outcome.out);
        cr_expect(!has(outcome.out, "\"sha\""), "%s", outcome.out);
        json_release(&json);
        outcome_end(&outcome);
    }
    struct outcome outcome = run(&space, "create X --ids 1.2 --yes --show --json");
    struct json json = outcome_json(&outcome);
    cr_expect(has(text_at(&json, "/data/files/0/content"), "# EXECUTION_TASK"), "%s", outcome.out);
    json_release(&json);
    outcome_end(&outcome);
    space_end(&space);
}

Test(create_more, one_missing_subplan_blocks_all_and_the_hint_can_be_typed) {
    struct space space = two_levels();
    space_remove(&space, SUBPLAN("21"));
    expect_refused(&space, "create X --level 1 --yes", 4, "2 SUBPLANs are missing: 2.1,2.3");
    struct outcome outcome = run(&space, "create X --level 1 --yes --json");
    struct json json = outcome_json(&outcome);
    expect_list(&json, "/data/missing_subplans", "2.1 2.3");
    expect_list(&json, "/data/files", "");
    expect_list(&json, "/data/created", "");
    json_release(&json);
    outcome_end(&outcome);

    outcome = run(&space, "create X --level 1 --yes");
    const char *command = strstr(outcome.err, "batchctl ");
    cr_assert(command, "%s", outcome.err);
    char typed[200];
    snprintf(typed, sizeof typed, "%.*s --yes", (int)strcspn(command + 9, "\n"), command + 9);
    expect_status(&space, typed, 0, "Created 2 SUBPLANs");
    outcome_end(&outcome);
    cr_expect(space_exists(&space, SUBPLAN("21")) && space_exists(&space, SUBPLAN("23")));
    expect_refused(&space, "create X --level 1 --yes", 4, "2 SUBPLANs are placeholders: 2.1,2.3");
    expect_status(&space, "create X --level 1 --yes --allow-incomplete", 0, "Created 3 EXECUTION_TASKs");
    space_end(&space);
}

Test(create_more, the_hint_can_be_typed_for_any_name_of_a_plan) {
    static const char *const names[] = {"MY PLAN", "a/X", "b/X", "-X", "X*Y", "PLAN_PLAN_X", "$HOME;ls"};
    enum { NAMES = sizeof names / sizeof *names };
    struct space space = space_new();
    for (size_t i = 0; i < NAMES; i++)
        space_plan(&space, names[i], "1.1");
    for (size_t i = 0; i < NAMES; i++) {
        char command[100], typed[200];
        snprintf(command, sizeof command, "create --level 0 --yes -p './%s'", names[i]);
        struct outcome outcome = run(&space, command);
        cr_expect_eq(outcome.status, 4, "%s: %d %s", command, outcome.status, outcome.err);
        const char *hint = strstr(outcome.err, "batchctl ");
        cr_assert(hint, "%s: %s", names[i], outcome.err);
        snprintf(typed, sizeof typed, "%.*s --yes", (int)strcspn(hint + 9, "\n"), hint + 9);
        expect_status(&space, typed, 0, "Created 1 SUBPLAN ");
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(create_more, an_irregular_subplan_is_missing_and_named) {
    struct space space = two_levels();
    space_write(&space, "X/subplans/SUBPLAN_X_23_V2.md", "# V2\n");
    expect_refused(&space, "create X --ids 2.3 --yes", 4, "SUBPLAN_X_23_V2.md");
    expect_refused(&space, "create X --ids 2.3 --yes", 4, "2.3");
    space_end(&space);
}

Test(create_more, what_exists_is_never_replaced) {
    static const struct {
        const char *file, *content;
    } rows[] = {
        {TASK("11"), "mine\n"},
        {TASK("11"), ""},
        {"X/execution/EXECUTION_TASK_X_11_02.md", "mine\n"},
        {"X/execution/EXECUTION_TASK_X_11_01_V2.md", "mine\n"},
        {"X/execution/EXECUTION_TASK_X_11_01_RECOVERY.md", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = two_levels();
        space_write(&space, rows[i].file, "%s", rows[i].content);
        uint64_t before = space_fingerprint(&space, rows[i].file);
        struct outcome outcome = run(&space, "create X --level 0 --yes --json");
        struct json json = outcome_json(&outcome);
        expect_list(&json, "/data/created", "1.2 1.3");
        expect_list(&json, "/data/skipped", "1.1");
        expect_text(&json, "/data/skipped/0/path", rows[i].file);
        json_release(&json);
        outcome_end(&outcome);
        cr_expect_eq(space_fingerprint(&space, rows[i].file), before, "%s", rows[i].file);
        if (strcmp(rows[i].file, TASK("11")) != 0)
            cr_expect_not(space_exists(&space, TASK("11")), "%s", rows[i].file);
        expect_status(&space, "undo --yes", 0, "Removed 2 files");
        cr_expect_eq(space_fingerprint(&space, rows[i].file), before, "%s", rows[i].file);
        space_end(&space);
    }
}

Test(create_more, a_target_that_is_occupied_is_a_conflict) {
    static const char *const kinds[] = {"folder", "link", "dangling link", "fifo"};
    static const struct {
        const char *target, *command;
    } rows[] = {{TASK("12"), "create X --level 0 --yes"}, {SUBPLAN("23"), "create X --kind subplan --ids 2.3 --yes"}};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 4; k++) {
            struct space space = two_levels();
            char path[500];
            snprintf(path, sizeof path, "%s/%s", space.root, rows[i].target);
            if (k == 0)
                space_make_folder(&space, rows[i].target);
            else if (k < 3)
                space_link(&space, rows[i].target, k == 1 ? "../PLAN_X.md" : "nowhere.md");
            else
                cr_assert_eq(mkfifo(path, 0600), 0);
            cr_log_info("%s, %s", rows[i].command, kinds[k]);
            expect_refused(&space, rows[i].command, 5, rows[i].target);
            space_end(&space);
        }
}

Test(create_more, a_token_is_good_until_something_changes_which_is_then_named) {
    static const struct {
        const char *file, *part; /* what is written, and what the refusal names */
    } rows[] = {
        {SUBPLAN("12"), "SUBPLAN_X_12.md"},
        {"X/parallel.json", "parallel.json"},
        {TASK("12"), "EXECUTION_TASK_X_12_01.md"},
        {"X/execution/feedbacks/APPROVED_13.md", "1.3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = two_levels();
        char good[200], command[200];
        space_subplan(&space, "X", "2.3");
        struct outcome outcome = run(&space, "create X --ids 1.1,1.2,2.3 --dry-run --json");
        struct json json = outcome_json(&outcome);
        snprintf(good, sizeof good, "create X --ids 1.1,1.2,2.3 --expect %s --yes", text_at(&json, "/data/token"));
        json_release(&json);
        outcome_end(&outcome);

        char *text = space_read(&space, rows[i].file);
        space_write(&space, rows[i].file, "%s \n", text ? text : "x");
        snprintf(command, sizeof command, "%s", good);
        expect_refused(&space, command, 7, rows[i].part);
        if (text)
            space_write(&space, rows[i].file, "%s", text);
        else
            space_remove(&space, rows[i].file);
        memory_free(text);
        expect_status(&space, good, 0, "Created 3 EXECUTION_TASKs");
        expect_refused(&space, "create X --ids 1.3 --expect 0000000000000000 --yes", 7, "");
        space_end(&space);
    }
}

Test(create_more, the_token_does_not_depend_on_the_place_or_the_moment) {
    struct space spaces[2] = {two_levels(), two_levels()};
    char tokens[2][128];
    for (size_t i = 0; i < 2; i++) {
        const struct setting setting = {.folder = i ? "X" : "", .umask = i ? 077 : 022};
        struct outcome outcome = run_under(&spaces[i], &setting, "create X --level 0 --dry-run --json");
        struct json json = outcome_json(&outcome);
        snprintf(tokens[i], sizeof tokens[i], "%s", text_at(&json, "/data/token"));
        json_release(&json);
        outcome_end(&outcome);
    }
    cr_expect(tokens[0][0]);
    cr_expect_str_eq(tokens[0], tokens[1]);
    space_end(&spaces[0]);
    space_end(&spaces[1]);
}

Test(create_more, without_somebody_to_confirm_nothing_is_done) {
    struct space space = two_levels();
    expect_refused(&space, "create X --level 0", 8, "--yes");
    expect_refused(&space, "create X --level 0 --json", 8, "--yes");
    static const char *const answers[] = {"n\n", "\n", "\004", "no\n", "yess\n"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        uint64_t before = space_fingerprint(&space, "");
        struct outcome outcome = run_on_terminal(&space, "create X --level 0", answers[i]);
        cr_expect_eq(outcome.status, 8, "%zu: %d", i, outcome.status);
        cr_expect_eq(count_of(outcome.out, "[y/N]"), 1, "%s", outcome.out);
        cr_expect_eq(space_fingerprint(&space, ""), before, "%zu", i);
        outcome_end(&outcome);
    }
    struct outcome outcome = run_on_terminal(&space, "create X --level 0", "Yes\n");
    cr_expect_eq(outcome.status, 0, "%s", outcome.out);
    cr_expect(space_exists(&space, TASK("13")));
    outcome_end(&outcome);
    space_end(&space);
}

Test(create_more, a_preview_says_what_is_blocked) {
    struct space space = two_levels();
    expect_status(&space, "create X --ids 1.1,2.1 --dry-run", 0, "    2.1  blocked by 1.1\n");
    struct outcome outcome = run(&space, "create X --ids 1.1,2.1 --dry-run --json");
    struct json json = outcome_json(&outcome);
    cr_expect_eq(count_at(&json, "/data/blocked"), 1);
    expect_text(&json, "/data/blocked/0/id", "2.1");
    expect_list(&json, "/data/blocked/0/blocked_by", "1.1");
    json_release(&json);
    outcome_end(&outcome);
    space_approved(&space, "X", "1.1");
    outcome = run(&space, "create X --ids 2.1 --dry-run");
    cr_expect_not(has(outcome.out, "blocked"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(create_more, a_placeholder_blocks_unless_it_is_allowed_and_a_draft_warns) {
    struct space space = two_levels();
    space_write(&space, SUBPLAN("12"), "# S\n\n## Objective\n\n[TO BE FILLED: objective]\n");
    static const char lax[] = "BATCHD_REQUIRE_COMPLETE_SUBPLANS=no";
    static const struct {
        const char *setting, *command, *part;
        int status;
    } rows[] = {
        {"", "create X --level 0 --yes", "1 SUBPLAN is a placeholder: 1.2", 4},
        {"", "create X --ids 1.2 --dry-run", "prompt fill X --ids 1.2", 4},
        {"", "create X --level 0 --dry-run --allow-incomplete", "SUBPLAN_X_12.md: warning: ", 0},
        {lax, "create X --level 0 --dry-run", "is a placeholder", 0},
        {lax, "create X --level 0 --dry-run --require-complete", "is a placeholder", 4},
        {"", "create X --yes", "1.2  fill in SUBPLAN", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run_with(&space, rows[i].setting[0] ? rows[i].setting : "X=", rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d", rows[i].command, outcome.status);
        cr_expect(has(outcome.out, rows[i].part) || has(outcome.err, rows[i].part), "%s: %s%s", rows[i].command,
                  outcome.out, outcome.err);
        outcome_end(&outcome);
    }
    cr_expect(space_exists(&space, TASK("11")));
    cr_expect_not(space_exists(&space, TASK("12")));
    space_write(&space, SUBPLAN("21"), "# Only a title\n");
    expect_status(&space, "create X --ids 2.1 --yes --require-complete", 0, "the SUBPLAN of 2.1 is a draft");
    space_end(&space);
}

Test(create_more, sub_executions_become_one_task_each_and_the_rest_of_them_is_created) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/parallel.json", "%s",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_2\", \"achievements\": [\n"
                "{\"achievement_id\": \"1.1\", \"dependencies\": [], \"sub_executions\": [\n"
                "{\"execution_id\": \"1.1.1\", \"title\": \"Left half\"},\n"
                "{\"execution_id\": \"1.1.2\", \"title\": \"Right half\"},\n"
                "{\"execution_id\": \"1.1.7\", \"title\": \"The seventh\"}]}]}\n");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "mine\n");
    struct outcome outcome = run(&space, "create X --yes --json");
    struct json json = outcome_json(&outcome);
    cr_expect_eq(outcome.status, 0);
    expect_list(&json, "/data/created", "1.1.1 1.1.7");
    expect_list(&json, "/data/skipped", "1.1.2");
    expect_text(&json, "/data/created/1/path", "X/execution/EXECUTION_TASK_X_11_07.md");
    json_release(&json);
    outcome_end(&outcome);
    char *text = space_read(&space, "X/execution/EXECUTION_TASK_X_11_07.md");
    cr_expect(has(text, "The seventh") && !has(text, "Left half\n"), "%s", text);
    memory_free(text);
    expect_status(&space, "create X --yes", 0, "Nothing to create");
    space_end(&space);
}

Test(create_more, modes_follow_the_folder_and_not_the_umask) {
    static const struct { mode_t folder, file; } rows[] = {{0775, 0664}, {0770, 0660}, {0755, 0644}, {0700, 0600}};
    for (size_t i = 0; i < 4; i++)
        for (int is_made = 0; is_made < 2; is_made++) {
            struct space space = two_levels();
            char path[500];
            struct stat status;
            if (is_made) { /* the folder is made by the batch, and follows the plan's */
                space_remove(&space, "X/execution/feedbacks");
                space_remove(&space, "X/execution");
            }
            snprintf(path, sizeof path, "%s/%s", space.root, is_made ? "X" : "X/execution");
            cr_assert_eq(chmod(path, rows[i].folder), 0);
            struct outcome outcome = run_under(&space, &(struct setting){.umask = 077}, "create X --level 0 --yes");
            cr_assert_eq(outcome.status, 0, "%s", outcome.err);
            outcome_end(&outcome);
            snprintf(path, sizeof path, "%s/X/execution", space.root);
            cr_assert_eq(lstat(path, &status), 0);
            cr_expect_eq(status.st_mode & 07777, rows[i].folder, "%o: %o", rows[i].folder, status.st_mode);
            snprintf(path, sizeof path, "%s/%s", space.root, TASK("11"));
            cr_assert_eq(lstat(path, &status), 0);
            cr_expect_eq(status.st_mode & 07777, rows[i].file, "%o: %o", rows[i].folder, status.st_mode);
            space_end(&space);
        }
}

Test(create_more, the_preview_shows_the_very_bytes_that_are_created) {
    static const char *const kinds[] = {"create X --level 0", "create X --kind subplan --ids 2.3"};
    struct space space = two_levels();
    for (size_t i = 0; i < 2; i++) {
        char command[100];
        uint64_t before = space_fingerprint(&space, "");
        snprintf(command, sizeof command, "%s --dry-run --show --json", kinds[i]);
        struct outcome outcome = run(&space, command);
        cr_expect_eq(space_fingerprint(&space, ""), before, "%s", command);
        struct json json = outcome_json(&outcome);
        expect_list(&json, "/data/created", "");
        snprintf(command, sizeof command, "%s --yes", kinds[i]);
        expect_status(&space, command, 0, "Created ");
        for (const cJSON *file = node_at(&json, "/data/files")->child; file; file = file->next) {
            char *text = space_read(&space, json_get_string(file, "path"));
            cr_expect_str_eq(text, json_get_string(file, "content"), "%s", json_get_string(file, "path"));
            cr_expect_eq(strlen(text), json_get_unsigned(file, "size"));
            memory_free(text);
        }
        json_release(&json);
        outcome_end(&outcome);
    }
    expect_status(&space, "create X --ids 2.1 --dry-run --show", 0, "- [ ] Phase 1: Begin 2.1");
    space_end(&space);
}

Test(create_more, every_execution_task_is_at_most_200_lines_and_has_all_it_needs) {
    struct space space = space_new();
    char *text = memory_allocate(400000, 1), graph[4000] = "1.1";
    for (size_t i = 2; i < 90; i++) /* many side by side, and one that waits for all of them */
        snprintf(graph + strlen(graph), sizeof graph - strlen(graph), "; 1.%zu", i);
    strcat(graph, "; 2.1: 1.1");
    for (size_t i = 2; i < 90; i++)
        snprintf(graph + strlen(graph), sizeof graph - strlen(graph), ", 1.%zu", i);
    space_plan(&space, "X", graph);
    char *end = text;
    static const char *const sections[] = {"Objective", "Approach", "Deliverables", "Success Criteria", "Tests"};
    for (size_t i = 0; i < 5; i++) {
        end += sprintf(end, "## 🎯 %s\n\n", sections[i]);
        for (int line = 0; line < 400; line++)
            end += sprintf(end, "%s %d of a long SUBPLAN\n%s", i % 2 ? "###  Phase" : "- [ ] Item", line,
                           line % 7 ? "" : "\n```sh\n## no heading\n```\n\n");
    }
    static const char *const digits[] = {"11", "12", "21"};
    space_write(&space, SUBPLAN("11"), "%s", text);
    space_write(&space, SUBPLAN("21"), "%s", text);
    space_subplan(&space, "X", "1.2");
    expect_status(&space, "create X --ids 1.1,1.2,2.1 --yes", 0, "Created 3 EXECUTION_TASKs");
    static const char *const needed[] = {"X",         "SUBPLAN_X_", "Objective", "Approach", "Deliverables",
                                         "Iteration", "Depend",     "- [ ] ",    "Parallel"};
    for (size_t i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "X/execution/EXECUTION_TASK_X_%s_01.md", digits[i]);
        char *task = space_read(&space, path);
        cr_expect_leq(count_of(task, "\n"), 200, "%s has %zu lines", path, count_of(task, "\n"));
        cr_expect_eq(count_of(task, "```") % 2, 0, "%s: a code block is cut open", path);
        cr_expect_not(has(task, "{{"), "%s", path);
        for (size_t k = 0; k < sizeof needed / sizeof *needed; k++)
            cr_expect(has(task, needed[k]), "%s lacks %s", path, needed[k]);
        memory_free(task);
    }
    memory_free(text);
    space_end(&space);
}
