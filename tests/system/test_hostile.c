/*
 * Hostile workspaces: links at every level, names that are no text, damaged and foreign state folders. Nothing outside
 * the root is read or written, nothing hangs, terminals get no escape sequences, and JSON stays JSON.
 *
 * The decoy is a folder beside the root, with a plan full of secrets. Its fingerprint shows whether it was written; a
 * secret in any output, whether it was read.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "space.h"

TestSuite(hostile, .timeout = 120);

#define DECOY "../elsewhere"

static const char *const commands[] = {"status",         "status X",
                                       "status --json",  "next --json",
                                       "show X 1.1",     "why X 1.1 --json",
                                       "graph X",        "graph X --format dot",
                                       "validate",       "create X --dry-run --show --json",
                                       "history --json", "create X --kind subplan --level 0 --yes",
                                       "create X --yes", "create X --level 0 --yes",
                                       "undo --yes",     "create X --ids 1.1 --yes --json",
                                       "history",        "graph X --format mermaid",
                                       "graph X -f svg", "what-if X --complete 1.1 --unblock 2.1 --json"};
enum { COMMANDS = sizeof commands / sizeof *commands };

static struct space with_decoy(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    space_plan(&space, DECOY "/deep/DECOY", "1.1; 2.1: 1.1");
    space_write(&space, DECOY "/deep/DECOY/parallel.json",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
                "{\"achievement_id\": \"1.1\", \"title\": \"SECRET\", \"dependencies\": []}]}\n");
    space_write(&space, DECOY "/deep/DECOY/PLAN_DECOY.md",
                "# PLAN\n\n**Achievement 1.1**: SECRET\n\n- **Goal**: SECRET\n");
    space_write(&space, DECOY "/deep/DECOY/PLAN_X.md", "# PLAN\n\n**Achievement 1.1**: SECRET\n\n- **Goal**: SECRET\n");
    space_write(&space, DECOY "/deep/DECOY/subplans/SUBPLAN_X_11.md",
                "# S\n\n## Objective\n\nSECRET\n\n## Deliverables\n\n- SECRET\n");
    return space;
}

static bool is_clean(const char *text) {
    for (const char *at = text; at && *at; at++)
        if (((unsigned char)*at < 0x20 && *at != '\n') || *at == 0x7F)
            return false;
    return true;
}

static void expect_clean(const struct outcome *outcome, const char *command) {
    cr_expect(is_clean(outcome->out), "%s: control bytes on stdout:\n%s", command, outcome->out);
    cr_expect(is_clean(outcome->err), "%s: control bytes on stderr:\n%s", command, outcome->err);
    cr_expect(text_valid_length(span_of(outcome->out)) == strlen(outcome->out), "%s: no UTF-8 on stdout", command);
    if (has(command, "--json"))
        cr_expect_eq(outcome->out[0], '{', "%s: %s", command, outcome->out);
    if (has(command, "--json")) {
        struct json json = outcome_json(outcome);
        json_release(&json);
    }
}

/* May the command end so? 12 only where a daemon took a write with it, and what it left cannot be read. */
static bool is_in_order(int status) {
    return status <= 13 && status != 1 && (status != 12 || space_mode() == SPACE_DYING);
}

/* Every command, in good order; none crashes, hangs, lets the secret out or changes the decoy. */
static void run_all(const struct space *space) {
    uint64_t before = space_fingerprint(space, DECOY);
    for (size_t i = 0; i < COMMANDS; i++) {
        struct outcome outcome = run(space, commands[i]);
        cr_expect(is_in_order(outcome.status), "%s: %d %s", commands[i], outcome.status, outcome.err);
        cr_expect_not(has(outcome.out, "SECRET") || has(outcome.err, "SECRET"), "%s reads outside the root:\n%s%s",
                      commands[i], outcome.out, outcome.err);
        cr_expect_not(has(outcome.out, "root:") || has(outcome.err, "root:"), "%s", commands[i]);
        expect_clean(&outcome, commands[i]);
        cr_expect_eq(space_fingerprint(space, DECOY), before, "%s writes outside the root", commands[i]);
        outcome_end(&outcome);
    }
}

static void remove_tree(const struct space *space, const char *const *paths) {
    for (size_t i = 0; paths[i]; i++)
        space_remove(space, paths[i]);
}

Test(hostile, links_at_every_level_lead_nowhere) {
    static const struct {
        const char *gone[6]; /* removed first, in this order */
        const char *link, *target;
    } rows[] = {
        {{NULL}, "LINKED", DECOY "/deep/DECOY"},
        {{NULL}, "group/LINKED", "../" DECOY "/deep/DECOY"},
        {{NULL}, "linked-group", DECOY "/deep"},
        {{"X/PLAN_X.md"}, "X/PLAN_X.md", "../" DECOY "/deep/DECOY/PLAN_DECOY.md"},
        {{"X/parallel.json"}, "X/parallel.json", "../" DECOY "/deep/DECOY/parallel.json"},
        {{"X/subplans"}, "X/subplans", "../" DECOY "/deep/DECOY/subplans"},
        {{"X/execution/feedbacks", "X/execution"}, "X/execution", "../" DECOY "/deep/DECOY/execution"},
        {{"X/execution/feedbacks"}, "X/execution/feedbacks", "../../" DECOY "/deep/DECOY/execution/feedbacks"},
        {{NULL}, "X/subplans/SUBPLAN_X_11.md", "/etc/passwd"},
        {{NULL}, "X/subplans/SUBPLAN_X_11.md", "../../" DECOY "/deep/DECOY/subplans/SUBPLAN_X_11.md"},
        {{NULL}, "X/execution/EXECUTION_TASK_X_11_01.md", "../../" DECOY "/made-by-mistake.md"},
        {{NULL}, "X/execution/feedbacks/APPROVED_11.md", "../../../" DECOY "/deep/DECOY/PLAN_X.md"},
        {{NULL}, "loop", "."},
        {{NULL}, "X/loop", ".."},
        {{NULL}, "X/subplans/SUBPLAN_X_11.md", "SUBPLAN_X_11.md"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = with_decoy();
        remove_tree(&space, rows[i].gone);
        space_link(&space, rows[i].link, rows[i].target);
        cr_log_info("%s -> %s", rows[i].link, rows[i].target);
        run_all(&space);
        space_end(&space);
    }
}

Test(hostile, what_a_link_occupies_is_missing_and_in_the_way) {
    struct space space = with_decoy();
    space_link(&space, "X/subplans/SUBPLAN_X_11.md", "/etc/passwd");
    expect_status(&space, "create X --ids 1.1 --yes", 4, "1.1");
    expect_status(&space, "create X --ids 1.1 --kind subplan --yes", 5, "SUBPLAN_X_11.md");
    expect_status(&space, "status X", 0, "not started");
    space_end(&space);
}

Test(hostile, plans_that_are_links_do_not_exist) {
    struct space space = with_decoy();
    space_link(&space, "LINKED", DECOY "/deep/DECOY");
    static const char *const typed[] = {"status LINKED",
                                        "status ./LINKED",
                                        "status " DECOY "/deep/DECOY",
                                        "create LINKED --kind subplan --yes",
                                        "create " DECOY "/deep/DECOY --kind subplan --yes",
                                        "status ../../../../etc"};
    uint64_t before = space_fingerprint(&space, "");
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        expect_status(&space, typed[i], 3, "there is no plan");
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_end(&space);
}

static void make_parent(const struct space *space, const char *path) {
    char folder[100];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    space_make_folder(space, folder);
}

Test(hostile, special_files_do_not_hang_anything) {
    static const struct {
        const char *gone[3], *path;
    } rows[] = {
        {{"X/parallel.json"}, "X/parallel.json"},
        {{"X/PLAN_X.md"}, "X/PLAN_X.md"},
        {{"X/subplans"}, "X/subplans"},
        {{NULL}, "X/subplans/SUBPLAN_X_11.md"},
        {{NULL}, "X/execution/EXECUTION_TASK_X_11_01.md"},
        {{NULL}, "X/execution/feedbacks/FIX_11.md"},
        {{NULL}, ".batchd"},
        {{NULL}, ".batchd/config"},
        {{NULL}, ".batchd/*/batches"},
        {{NULL}, ".batchd/*/batches/000001.json"},
        {{NULL}, ".batchd/*/pending/000001.json"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = with_decoy();
        char path[500];
        remove_tree(&space, rows[i].gone);
        if (strncmp(rows[i].path, ".batchd/", 8) == 0)
            make_parent(&space, rows[i].path);
        char *named = space_name(&space, rows[i].path);
        snprintf(path, sizeof path, "%s/%s", space.root, named);
        memory_free(named);
        cr_assert_eq(mkfifo(path, 0600), 0, "%s", path);
        cr_log_info("%s is a fifo", rows[i].path);
        run_all(&space);
        space_end(&space);
    }
}

Test(hostile, names_that_are_no_plain_text) {
    char longest[248], longer[253];
    memset(longest, 'L', sizeof longest);
    memset(longer, 'L', sizeof longer);
    longest[247] = longer[252] = '\0'; /* PLAN_<247>.md has 255 bytes; a folder may have 252, its PLAN not */
    const char *const names[] = {"A\nB",       "A\033[31mB",      "A\033]0;title\007B",
                                 "A\377\376B", "A\302\23331mB",   "-rf",
                                 "A B",        "A'B\"C",          "$(touch x)",
                                 "A..",        "A\\x1b",          "PLAN_PLAN_X",
                                 "*",          "\xE2\x80\xAEtxt", longest};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct space space = space_new();
        char graph[700], command[700];
        space_plan(&space, names[i], NULL);
        snprintf(graph, sizeof graph, "%s/parallel.json", names[i]);
        space_write(
            &space, graph,
            "{\"plan_name\": \"\\u001b[31mX\\u0007\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
            "{\"achievement_id\": \"1.1\", \"title\": \"red \\u001b[31m and \\u009b31m\", \"dependencies\": []}]}\n");
        static const char *const forms[] = {"status%s",
                                            "status%s --json",
                                            "next%s",
                                            "graph%s",
                                            "graph%s -f dot",
                                            "graph%s -f mermaid",
                                            "graph%s -f svg",
                                            "validate%s",
                                            "show%s 1.1",
                                            "why%s 1.1 --json",
                                            "create%s --kind subplan --yes --json",
                                            "create%s --yes --show",
                                            "history",
                                            "undo --yes --json"};
        for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
            snprintf(command, sizeof command, "%.*s%s", (int)strcspn(forms[k], "%"), forms[k],
                     has(forms[k], "%s") ? strstr(forms[k], "%s") + 2 : "");
            struct outcome outcome = run(&space, command);
            bool is_create = strncmp(command, "create", 6) == 0, is_undo = strncmp(command, "undo", 4) == 0;
            bool is_too_long = names[i] == longest && strncmp(command, "create --kind", 13) == 0;
            bool is_no_text = text_valid_length(span_of(names[i])) < strlen(names[i]); /* cannot be recorded */
            bool is_refused = is_too_long || (is_no_text && is_create);
            bool is_after = is_undo && (names[i] == longest || is_no_text);
            cr_expect(is_after || (outcome.status == 0) == !is_refused, "%s of %s: %d\n%s", command, names[i],
                      outcome.status, outcome.err);
            expect_clean(&outcome, command);
            outcome_end(&outcome);
        }
        space_end(&space);
    }
    struct space space = space_new();
    space_make_folder(&space, longer);
    space_plan(&space, "X", "1.1");
    run_all(&space);
    space_end(&space);
}

Test(hostile, arguments_and_texts_that_are_no_plain_text) {
    static const char *const words[] = {"\033[31m", "\xFF\xFE", "a\nb", "\302\2331m"};
    static const char *const forms[] = {"status '%s'",
                                        "status '%s' --json",
                                        "show X '%s'",
                                        "show X '%s' --json",
                                        "'%s'",
                                        "status '--%s'",
                                        "create X --ids '%s'",
                                        "create X --kind '%s'",
                                        "create X --expect '%s' --json --yes",
                                        "-C '%s' status",
                                        "-C '%s' status --json",
                                        "validate './%s.json' --json",
                                        "validate './%s.json'",
                                        "status --timeout '%s'"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
            char command[100];
            const char *place = strstr(forms[k], "%s");
            snprintf(command, sizeof command, "%.*s%s%s", (int)(place - forms[k]), forms[k], words[i], place + 2);
            struct outcome outcome = run(&space, command);
            expect_clean(&outcome, command);
            outcome_end(&outcome);
        }
    space_write(&space, "X/subplans/SUBPLAN_X_11.md",
                "# S\n\n## Objective\n\nred \033[31m \xFF \302\23331m\r\n\n## Deliverables\n\n- b\033]0;t\007\n");
    space_write(&space, ".batchd/config", "[create]\n\033[31m = \xFF\n");
    run_all(&space);
    space_remove(&space, ".batchd/config");
    run_all(&space);
    space_end(&space);
}

Test(hostile, a_root_whose_own_path_is_no_plain_text) {
    struct space space = space_new();
    space_plan(&space, "r\033[31m\xFF\n/X", "1.1");
    static const char *const typed[] = {"-C . status --json",      "-C . config show --json", "-C . config show",
                                        "-C . status NOPE --json", "-C . status NOPE",        "-C . create --json",
                                        "-C nowhere status"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct outcome outcome = run_in(&space, "r\033[31m\xFF\n", typed[i]);
        expect_clean(&outcome, typed[i]);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(hostile, ids_and_names_in_the_graph_cannot_leave_the_plan) {
    static const char *const graphs[] = {
        "{\"plan_name\": \"../" DECOY "/deep/DECOY\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"dependencies\": []}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"../../elsewhere/1.1\", \"dependencies\": []}]}\n",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1.1\", \"dependencies\": [], \"sub_executions\": [{\"execution_id\": \"1.1.1/../../x\"}]}]}",
        "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": [\n"
        "{\"achievement_id\": \"1111111111111111111111111111111111111111.1\", \"dependencies\": []}]}\n"};
    for (size_t i = 0; i < sizeof graphs / sizeof *graphs; i++) {
        struct space space = with_decoy();
        space_write(&space, "X/parallel.json", "%s", graphs[i]);
        space_subplan(&space, "X", "1.1");
        run_all(&space);
        space_end(&space);
    }
}

Test(hostile, a_state_folder_that_is_none_is_a_conflict_for_writers_only) {
    static const char *const kinds[] = {"file", "link", "dangling link"};
    for (size_t i = 0; i < 3; i++) {
        struct space space = with_decoy();
        if (i == 0)
            space_write(&space, ".batchd", "mine\n");
        else
            space_link(&space, ".batchd", i == 1 ? DECOY : "nowhere");
        uint64_t before = space_fingerprint(&space, ".."), inside = space_fingerprint(&space, "");
        cr_log_info(".batchd is a %s", kinds[i]);
        expect_status(&space, "create X --kind subplan --yes", 5, ".batchd");
        expect_status(&space, "status", 0, "Title of 1.1");
        struct outcome outcome = run(&space, "history");
        cr_expect_neq(outcome.status == 0, !has(outcome.out, "No batches"), "%d: %s", outcome.status, outcome.out);
        outcome_end(&outcome);
        cr_expect_eq(space_fingerprint(&space, ".."), before, "%s", kinds[i]);
        cr_expect_eq(space_fingerprint(&space, ""), inside, "%s", kinds[i]);
        space_end(&space);
    }
}

Test(hostile, folders_of_the_state_that_are_links_are_not_followed) {
    static const char *const links[] = {".batchd/*/batches", ".batchd/*/pending", ".batchd/*/stage"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct space space = with_decoy();
        space_link(&space, links[i], "../" DECOY);
        uint64_t before = space_fingerprint(&space, DECOY);
        struct outcome outcome = run(&space, "create X --kind subplan --yes");
        cr_expect(outcome.status != 0 && outcome.status != 1, "%d", outcome.status);
        cr_expect_eq(space_fingerprint(&space, DECOY), before, "%s", links[i]);
        cr_expect_not(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"));
        outcome_end(&outcome);
        space_end(&space);
    }
}

Test(hostile, a_state_folder_of_another_user_blocks_nobody) {
    if (geteuid() != 0)
        cr_skip_test("only root can give a folder away");
    struct space space = with_decoy();
    char path[500];
    expect_status(&space, "create X --kind subplan --yes", 0, "Batch 1.");
    char *state = space_name(&space, ".batchd/*");
    snprintf(path, sizeof path, "%s/%s", space.root, state);
    cr_assert_eq(chown(path, 65534, 65534), 0);
    expect_status(&space, "history", 0, "No batches");
    expect_status(&space, "create X --kind subplan --yes", 0, "Nothing to create");
    space_remove(&space, "X/subplans/SUBPLAN_X_11.md");
    expect_status(&space, "create X --kind subplan --yes", 5, "is another user's (uid 65534)");
    expect_status(&space, "create X --kind subplan --yes", 5, "mv -n .batchd/");
    cr_assert_eq(chown(path, geteuid(), getegid()), 0);
    *strrchr(path, '/') = '\0';
    cr_assert_eq(chown(path, 65534, 65534), 0);
    expect_status(&space, "create X --kind subplan --yes", 0, "Batch 2.");
    memory_free(state);
    space_end(&space);
}

Test(hostile, state_folders_above_below_and_in_a_plan_refuse_nothing) {
    static const char *const nested[] = {"../.batchd", "group/.batchd", "group/deeper/.batchd", "X/.batchd"};
    for (size_t i = 0; i < sizeof nested / sizeof *nested; i++) {
        struct space space = space_new();
        space_plan(&space, "X", "1.1");
        space_plan(&space, "group/Y", "1.1");
        space_make_folder(&space, nested[i]);
        cr_log_info("%s", nested[i]);
        expect_status(&space, "-C . status X", 0, "Title of 1.1");
        expect_status(&space, "-C . create X --kind subplan --yes", 0, "SUBPLAN_X_11.md");
        expect_status(&space, "-C . undo 1 --yes", 0, "SUBPLAN_X_11.md");
        space_end(&space);
    }
}

Test(hostile, root_reads_a_users_workspace_and_writes_nothing_there) {
    if (geteuid() != 0)
        cr_skip_test("only root can give a folder away");
    static const char *const writers[] = {"create X --kind subplan --yes", "init NEW --yes", "undo --yes",
                                          "retry 1 --yes"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    cr_assert_eq(chown(space.root, 65534, 65534), 0);
    uint64_t before = space_fingerprint(&space, "..");
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        char hint[100];
        snprintf(hint, sizeof hint, "sudo -u nobody batchctl %s\n", writers[i]);
        expect_status(&space, writers[i], 5, hint);
    }
    expect_status(&space, "status X", 0, "Title of 1.1");
    expect_status(&space, "create X --kind subplan --dry-run", 0, "root writes nothing in it");
    cr_expect_eq(space_fingerprint(&space, ".."), before);
    space_end(&space);
}

/* Another working tree comes and goes while a daemon watches. */
Test(hostile, plans_below_a_git_are_not_there) {
    static const char *const trees[] = {"X/.git", "group/.git", "group/X/.git"};
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
        struct space space = space_new();
        space_plan(&space, i ? "group/X" : "X", "1.1");
        space_plan(&space, "Y", "1.1");
        expect_status(&space, "status X", 0, "Title of 1.1");
        space_make_folder(&space, trees[i]);
        expect_status(&space, "status X", 3, "there is no plan X");
        expect_status(&space, "status", 0, "Title of 1.1");
        expect_status(&space, "doctor", 0, "another working tree");
        space_remove(&space, trees[i]);
        expect_status(&space, "status X", 0, "Title of 1.1");
        space_write(&space, trees[i], "gitdir: elsewhere\n");
        expect_status(&space, "create X --kind subplan --yes", 3, "there is no plan X");
        space_remove(&space, trees[i]);
        expect_status(&space, "status X", 0, "Title of 1.1");
        space_end(&space);
    }
}

Test(hostile, a_record_that_was_tampered_with_takes_nothing_outside_the_root) {
    static const char *const records[] = {
        "{\"batch\": 1, \"time\": \"2025-01-01T00:00:00Z\", \"user\": 0, \"plan\": \"X\", \"plan_path\": \"X\", "
        "\"kind\": \"execution\", \"selection\": \"ready\", \"token\": \"t\", \"folders\": [], \"files\": [{\"id\": "
        "\"1.1\", \"path\": \"../elsewhere/deep/DECOY/PLAN_X.md\", \"size\": 1, \"sha\": \"0\"}], \"failures\": []}\n",
        "{\"batch\": 1, \"time\": \"2025-01-01T00:00:00Z\", \"user\": 0, \"plan\": \"X\", \"plan_path\": "
        "\"../elsewhere/deep/DECOY\", \"kind\": \"execution\", \"selection\": \"ready\", \"token\": \"t\", \"folders\": "
        "[\"../elsewhere/empty\"], \"files\": [], \"failures\": []}\n",
        "{",
        "",
        "[]",
        "{\"files\": 1}"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct space space = with_decoy();
        space_make_folder(&space, DECOY "/empty");
        space_write(&space, ".batchd/*/batches/000001.json", "%s", records[i]);
        run_all(&space);
        struct outcome outcome = run(&space, "undo 1 --yes");
        cr_expect_eq(outcome.status, 6, "%zu: %d %s", i, outcome.status, outcome.err);
        outcome_end(&outcome);
        space_remove(&space, ".batchd/*/batches/000001.json");
        space_write(&space, ".batchd/*/pending/000001.json", "%s", records[i]);
        space_write(&space, ".batchd/*/pending/000002.undo.json", "%s", records[i]);
        run_all(&space);
        space_end(&space);
    }
}
