/*
 * batchctl doctor: everything that is or may become wrong with a workspace, and nothing else; it writes nothing.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "disk/state_dir.h"
#include "space.h"

TestSuite(doctor, .timeout = 120);

/*
 * The workspace without anything to find: what is in it is as it should be, and so is the daemon, if there is one. (One
 * that dies in mid-call is something to find: see tests/daemon/test_checkup.c.)
 */
static struct space healthy(void) {
    struct space space = space_mode() == SPACE_DYING ? space_new_alone() : space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    struct outcome outcome = run(&space, "create X --ids 1.1 --yes");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    return space;
}

/* Does the answer have a finding with all of these? */
static bool has_finding(const struct json *json, const char *severity, const char *code, const char *file) {
    for (size_t i = 0; i < count_at(json, "/data/findings"); i++) {
        char pointer[64];
        snprintf(pointer, sizeof pointer, "/data/findings/%zu", i);
        const cJSON *finding = node_at(json, pointer);
        const char *found = json_get_string(finding, "file");
        if (strcmp(json_get_string(finding, "severity"), severity) == 0 &&
            strcmp(json_get_string(finding, "code"), code) == 0 && has(found ? found : "", file))
            return true;
    }
    return false;
}

static void expect_finding(const struct space *space, int status, const char *severity, const char *code,
                           const char *file) {
    struct outcome outcome = run(space, "doctor --json");
    struct json json = outcome_json(&outcome);
    char *named = space_name(space, file);
    cr_expect_eq(outcome.status, status, "%s: %d %s", code, outcome.status, outcome.out);
    cr_expect(has_finding(&json, severity, code, named), "no %s %s of %s in %s", severity, code, file, outcome.out);
    memory_free(named);
    json_release(&json);
    outcome_end(&outcome);
}

static void expect_healthy(const struct space *space, const char *after) {
    struct outcome outcome = run(space, "doctor");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "Nothing wrong was found."), "after %s: %s", after, outcome.out);
    outcome_end(&outcome);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void remove_all(const struct space *space, const char *path) {
    struct buffer whole = {0};
    buffer_append_format(&whole, "%s/%s", space->root, path);
    cr_assert_eq(nftw(whole.data, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    buffer_release(&whole);
}

Test(doctor, a_healthy_workspace_has_no_findings_and_is_not_touched) {
    struct space space = healthy();
    uint64_t before = space_fingerprint(&space, "");
    expect_healthy(&space, "nothing");
    struct outcome outcome = run(&space, "doctor --json");
    struct json json = outcome_json(&outcome);
    cr_expect_eq(count_at(&json, "/data/findings"), 0);
    expect_text(&json, "/data/root", space.root);
    cr_expect(text_at(&json, "/data/version")[0]);
    json_release(&json);
    outcome_end(&outcome);
    cr_expect_eq(space_fingerprint(&space, ""), before);
    space_end(&space);
}

/* Each file alone makes its finding, and none without it. */
Test(doctor, files_that_are_not_what_they_look_like) {
    static const struct {
        const char *file, *text, *severity, *code;
    } rows[] = {
        {"X/subplans/EXECUTION_TASK_X_12_01.md", "x", "warning", "file.misplaced"},
        {"X/execution/SUBPLAN_X_12.md", "x", "warning", "file.misplaced"},
        {"X/execution/APPROVED_11.md", "x", "warning", "file.misplaced"},
        {"X/execution/FIX_11.md", "x", "warning", "file.misplaced"},
        {"X/execution/feedbacks/SKIPPED_11.md", "x", "warning", "file.misplaced"},
        {"X/SUBPLAN_X_12.md", "x", "warning", "file.misplaced"},
        {"X/subplans/SUBPLAN_X_12_V2.md", "x", "warning", "file.irregular_name"},
        {"X/subplans/SUBPLAN_X_11_V2.md", "x", "note", "file.irregular_name"},
        {"X/execution/EXECUTION_TASK_X_11_01_RECOVERY.md", "x", "note", "file.irregular_name"},
        {"X/execution/feedbacks/FIX_21_RESOLUTION.md", "x", "note", "file.irregular_name"},
        {"X/subplans/SUBPLAN_Y_11.md", "x", "warning", "file.other_plan"},
        {"X/execution/EXECUTION_TASK_XX_11_01.md", "x", "warning", "file.other_plan"},
        {"X/execution/INDEX.md", "x", "note", "file.stray"},
        {"X/execution/EXECUTION_TASK_X_12_01.md", "**Achievement**: 2.1\n", "warning", "document.achievement"},
        {"X/subplans/SUBPLAN_X_12.md", "**Achievement**: 2.1\n", "warning", "document.achievement"},
        {"X/execution/EXECUTION_TASK_X_99_01.md", "x", "warning", "file.unknown_achievement"},
    };
    struct space space = healthy();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        space_write(&space, rows[i].file, "%s", rows[i].text);
        expect_finding(&space, 0, rows[i].severity, rows[i].code, rows[i].file);
        space_remove(&space, rows[i].file);
        expect_healthy(&space, rows[i].file);
    }
    space_end(&space);
}

Test(doctor, the_remedy_is_a_command_that_works) {
    struct space space = healthy();
    space_write(&space, "X/execution/APPROVED_11.md", "mine\n");
    struct outcome outcome = run(&space, "doctor");
    cr_expect(has(outcome.out, "mv -n X/execution/APPROVED_11.md X/execution/feedbacks/APPROVED_11.md"), "%s",
              outcome.out);
    outcome_end(&outcome);
    space_write(&space, "X/execution/feedbacks/APPROVED_11.md", "another\n");
    outcome = run(&space, "doctor");
    cr_expect(has(outcome.out, "diff X/execution/APPROVED_11.md X/execution/feedbacks/APPROVED_11.md"), "%s",
              outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

/* Also where the path of the workspace is no word of a shell. */
Test(doctor, a_command_of_a_hint_is_quoted) {
    static const char *const names[] = {"my plans", "$(touch trap)", "it's; exit 1", "a*b"};
    struct space space = space_new_alone();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buffer path = {0}, root = {0}, command = {0};
        buffer_append_format(&path, "%s/X", names[i]);
        space_plan(&space, path.data, "1.1");
        buffer_append_string(&path, "/execution/APPROVED_1.1.md");
        space_write(&space, path.data, "ok\n");
        buffer_append_format(&root, "BATCHD_ROOT=%s/%s", space.root, names[i]);
        struct setting setting = {.variables = {root.data}};
        struct outcome outcome = run_under(&space, &setting, "status");
        const char *hint = strstr(outcome.err, "mv -n ");
        cr_assert(hint, "%s", outcome.err);
        buffer_append_format(&command, "cd '%s' && %.*s", space.root, (int)strcspn(hint, "\n"), hint);
        cr_expect_eq(system(command.data), 0, "%s", command.data);
        cr_expect_not(space_exists(&space, path.data), "%s", command.data);
        cr_expect_not(space_exists(&space, "trap"), "%s", command.data);
        outcome_end(&outcome);
        buffer_release(&path);
        buffer_release(&root);
        buffer_release(&command);
    }
    space_end(&space);
}

/* Wherever one looks for what became of it, in every mode; and the command that is printed makes it count. */
Test(doctor, every_answer_names_a_file_that_nearly_counts) {
    static const char *const commands[] = {"status X",
                                           "why X 1.1",
                                           "show X 1.1",
                                           "validate X",
                                           "doctor",
                                           "wait X --for complete=1.1 --timeout 1ms",
                                           "wait X --for level-complete --level 0 --timeout 1ms"};
    static const char *const files[] = {"X/execution/feedbacks/APPROVED_1.1.md", "X/execution/feedback/APPROVED_11.md",
                                        "X/reviews/approved_11.txt", "X/execution/feedbacks/APPROVED_11.md.txt",
                                        "X/execution/feedbacks/APPROVED_X_11.md"};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        struct space space = healthy();
        space_write(&space, files[f], "ok\n");
        struct buffer command = {0};
        buffer_append_format(&command, "mv -n %s X/execution/feedbacks/APPROVED_11.md", files[f]);
        for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
            struct outcome outcome = run(&space, commands[i]);
            cr_expect(has(outcome.out, command.data) || has(outcome.err, command.data), "%s: %s%s", commands[i],
                      outcome.out, outcome.err);
            outcome_end(&outcome);
        }
        struct outcome other = run(&space, "why X 1.2");
        cr_expect_not(has(other.err, "mv -n"), "%s", other.err);
        outcome_end(&other);
        struct outcome moved = run_under(&space, &(struct setting){.program = "/bin/mv"}, command.data + 3);
        cr_expect_eq(moved.status, 0, "%s", moved.err);
        outcome_end(&moved);
        expect_status(&space, "wait X --for complete=1.1 --timeout 1ms", 0, "1.1 is complete");
        buffer_release(&command);
        space_end(&space);
    }
}

Test(doctor, a_plan_file_in_a_group_folder) {
    struct space space = healthy();
    space_plan(&space, "group/Z", "1.1");
    space_write(&space, "group/PLAN_LOOSE.md", "# PLAN\n");
    expect_finding(&space, 0, "note", "plan.loose", "group/PLAN_LOOSE.md");
    struct outcome outcome = run_in(&space, "X", "doctor");
    cr_expect(has(outcome.out, "mkdir ../group/LOOSE && mv -n ../group/PLAN_LOOSE.md ../group/LOOSE/"), "%s",
              outcome.out);
    outcome_end(&outcome);
    space_remove(&space, "group/PLAN_LOOSE.md");
    space_write(&space, "PLAN_TOP.md", "# PLAN\n");
    outcome = run_in(&space, "X", "doctor");
    cr_expect(has(outcome.out, "mkdir ../TOP && mv -n ../PLAN_TOP.md ../TOP/"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(doctor, files_of_a_plan_that_are_right_are_no_findings) {
    static const char *const files[] = {"X/documentation/INDEX.md", "X/README.md", "X/execution/picture.png",
                                        "X/execution/feedbacks/APPROVED_12.md", "X/execution/SKIPPED_21.md"};
    struct space space = healthy();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        space_write(&space, files[i], "x");
    space_write(&space, "X/execution/EXECUTION_TASK_X_12_01.md", "**Achievement**: 1.2.1 (part)\n");
    expect_healthy(&space, "regular files");
    space_end(&space);
}

/* What a SUBPLAN does not say is marked in its work order; that is no fault of either. */
Test(doctor, a_work_order_of_a_complete_subplan_may_have_gaps) {
    struct space space = healthy();
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "# S\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n");
    expect_status(&space, "create X --ids 1.1,1.2 --show --yes", 0, "success criteria; SUBPLAN_X_12.md does not say]");
    expect_status(&space, "doctor", 0, "Nothing wrong");
    space_end(&space);
}

/* What has been made of a SUBPLAN that was no design yet, by content and records. */
Test(doctor, work_orders_that_are_older_than_their_design) {
    static const char placeholder[] = "# S\n\n## Objective\n\nWhy\n\n## Approach\n\n[TO BE FILLED: how]\n";
    static const char other[] = "# S\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n\n## Notes\n\n[TO BE FILLED]\n";
    static const char draft[] = "# S\n\n## Objective\n\nWhy\n";
    static const char order[] = "X/execution/EXECUTION_TASK_X_12_01.md", subplan[] = "X/subplans/SUBPLAN_X_12.md";
    static const struct {
        const char *subplan, *code;
    } rows[] = {{placeholder, "order.placeholder"}, {other, "order.outdated"}, {draft, "order.outdated"}};
    struct space space = healthy();
    expect_status(&space, "doctor", 0, "Nothing wrong"); /* batch 1 */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char command[100];
        space_write(&space, subplan, "%s", rows[i].subplan);
        expect_status(&space, "create X --ids 1.1,1.2 --allow-incomplete --yes", 0, "Created 1 EXECUTION_TASK");
        space_subplan(&space, "X", "1.2");
        expect_finding(&space, 0, "warning", rows[i].code, order);
        snprintf(command, sizeof command, "batchctl undo %zu --ids 1.2 && batchctl create X --ids 1.2", i * 2 + 2);
        expect_status(&space, "doctor", 0, command);
        expect_status(&space, "doctor", 0, "0 errors, 1 warning, 0 notes");
        snprintf(command, sizeof command, "undo %zu --ids 1.2 --yes", i * 2 + 2);
        expect_status(&space, command, 0, "Removed 1 file:");
        expect_status(&space, "create X --ids 1.2 --yes", 0, "Created 1 EXECUTION_TASK");
        expect_status(&space, "doctor", 0, "Nothing wrong");
        snprintf(command, sizeof command, "undo %zu --yes", i * 2 + 3);
        expect_status(&space, command, 0, "Removed 1 file:");
    }
    space_write(&space, order, "# T\n\n`[TO BE FILLED: an example]`\n\n[TO BE FILLED: all]\n");
    expect_status(&space, "doctor", 0, "EXECUTION_TASK_X_12_01.md:5: ");
    expect_status(&space, "doctor", 0, "or move it away, and create it again: batchctl create X --ids 1.2");
    space_approved(&space, "X", "1.2");
    expect_status(&space, "doctor", 0, "Nothing wrong");
    space_end(&space);
}

Test(doctor, plans_that_are_wrong) {
    struct space space = healthy();
    space_plan(&space, "BAD", "1.1: 1.2; 1.2: 1.1");
    expect_finding(&space, 6, "error", "dependency.cycle", "BAD/parallel.json");
    remove_all(&space, "BAD");
    space_plan(&space, "SAME", "1.11; 11.1");
    expect_finding(&space, 6, "error", "achievement.collision", "SAME/parallel.json");
    remove_all(&space, "SAME");
    space_write(&space, "Y/PLAN_Y.md", "# Y\n");
    space_write(&space, "Y/parallel.json",
                "{\"plan_name\": \"Z\", \"parallelization_level\": \"level_1\", "
                "\"achievements\": []}");
    expect_finding(&space, 0, "warning", "plan.name", "Y/parallel.json");
    remove_all(&space, "Y");
    space_plan(&space, "LOOSE", NULL);
    expect_finding(&space, 0, "warning", "plan.no_dependencies", "LOOSE");
    space_execution(&space, "LOOSE", "1.1");
    static const char *const verbs[] = {"doctor", "validate LOOSE", "status LOOSE"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        struct outcome outcome = run(&space, verbs[i]);
        cr_expect(has(outcome.out, "although there are EXECUTION_TASKs") ||
                      has(outcome.err, "although there are EXECUTION_TASKs"),
                  "%s: %s%s", verbs[i], outcome.out, outcome.err);
        outcome_end(&outcome);
    }
    remove_all(&space, "LOOSE");
    space_plan(&space, "group/X", "1.1");
    expect_finding(&space, 0, "note", "workspace.same_name", "group/X");
    space_end(&space);
}

/* State of this user, as a first write in that folder makes it. */
static void make_state(const struct space *space, const char *folder) {
    struct buffer path = {0};
    struct files files;
    struct state_dir state;
    struct error error = {0};
    buffer_append_format(&path, "%s/%s", space->root, folder);
    cr_assert(files_open(&files, path.data, &error) && state_dir_make(&state, &files, &error), "%s", error.message);
    files_close(&files);
    buffer_release(&path);
}

Test(doctor, nested_workspaces) {
    struct space space = healthy();
    space_plan(&space, "group/Z", "1.1");
    space_make_folder(&space, "group/.batchd");
    expect_healthy(&space, "a .batchd that is not this user's state");
    make_state(&space, "group");
    expect_finding(&space, 0, "warning", "workspace.nested", "group");
    remove_all(&space, "group");
    make_state(&space, "X");
    expect_finding(&space, 0, "warning", "workspace.nested", "X");
    remove_all(&space, "X/.batchd");
    expect_healthy(&space, "nesting");
    space_end(&space);
}

Test(doctor, other_working_trees) {
    struct space space = healthy();
    space_plan(&space, "worktrees/w1/X", "1.1");
    space_write(&space, "worktrees/w1/.git", "gitdir: elsewhere\n");
    expect_finding(&space, 0, "note", "workspace.other_tree", "worktrees/w1");
    remove_all(&space, "worktrees");
    expect_healthy(&space, "trees");
    space_end(&space);
}

static void change_mode(const struct space *space, const char *path, mode_t mode) {
    struct buffer whole = {0};
    char *named = space_name(space, path);
    buffer_append_format(&whole, "%s/%s", space->root, named);
    cr_assert_eq(chmod(whole.data, mode), 0);
    memory_free(named);
    buffer_release(&whole);
}

/* As a user who is not root, for whom permissions count. */
static void expect_access(const struct space *space, const char *part) {
    struct setting setting = {.user = geteuid() == 0 ? 12345 : 0};
    struct outcome outcome = run_under(space, &setting, "doctor --no-daemon");
    cr_expect_eq(outcome.status, 0, "%s: %d %s", part, outcome.status, outcome.out);
    cr_expect(has(outcome.out, part), "no \"%s\" in %s", part, outcome.out);
    outcome_end(&outcome);
}

Test(doctor, folders_that_cannot_be_written) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    space_plan(&space, "a plan/Y", "1.1");
    if (geteuid() == 0) {
        struct outcome outcome = run_under(&space, &(struct setting){.program = "/bin/sh"},
                                           "-c 'chmod 711 .. && chown -R 12345 . && chmod -R go+rX .'");
        cr_assert_eq(outcome.status, 0, "%s", outcome.err);
        outcome_end(&outcome);
    }
    expect_access(&space, "Nothing wrong was found.");
    change_mode(&space, "X/execution", 0555);
    expect_access(&space, "commands that write (create, undo, init) fail in the plan X: Permission denied");
    expect_access(&space, "chmod u+rwx X/execution");
    change_mode(&space, "a plan/Y", 0555);
    expect_access(&space, "in the plans X, Y: Permission denied");
    change_mode(&space, "X/execution", 0755);
    expect_access(&space, "chmod u+rwx 'a plan/Y'");
    change_mode(&space, "a plan/Y", 0755);
    change_mode(&space, "", 0555);
    expect_access(&space, "commands that write (create, undo, init) fail: Permission denied");
    expect_access(&space, "chmod u+rwx .");
    change_mode(&space, "", 0755);
    space_end(&space);
}

Test(doctor, a_read_only_file_system) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        cr_skip_test("no mounts without privileges");
    cr_assert_eq(mount(space.root, space.root, NULL, MS_BIND, NULL), 0);
    cr_assert_eq(mount(NULL, space.root, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), 0);
    struct outcome outcome = run(&space, "doctor");
    cr_expect(has(outcome.out, "commands that write (create, undo, init) fail: Read-only file system"), "%s",
              outcome.out);
    cr_expect(has(outcome.out, "sudo mount -o remount,rw \"$(findmnt -no TARGET -T .)\""), "%s", outcome.out);
    outcome_end(&outcome);
    cr_assert_eq(umount2(space.root, MNT_DETACH), 0);
    space_end(&space);
}

Test(doctor, the_state_of_the_program) {
    struct space space = healthy();
    char *ignored = space_read(&space, ".batchd/.gitignore");
    change_mode(&space, ".batchd/*", 0770);
    expect_finding(&space, 6, "error", "state.folder", ".batchd/*");
    change_mode(&space, ".batchd/*", 0500);
    expect_finding(&space, 6, "error", "state.permissions", ".batchd/*");
    change_mode(&space, ".batchd/*", 0700);
    space_remove(&space, ".batchd/.gitignore");
    expect_finding(&space, 0, "note", "state.gitignore", ".batchd");
    space_write(&space, ".batchd/.gitignore", "*\n");
    expect_finding(&space, 0, "note", "state.gitignore", ".batchd");
    space_write(&space, ".batchd/.gitignore", "%s", ignored);
    memory_free(ignored);
    space_write(&space, ".batchd/pending/000001.json", "{}");
    expect_finding(&space, 0, "note", "state.unused", ".batchd");
    expect_status(&space, "doctor", 0, "of batchctl 0.1.0: not used");
    expect_status(&space, "doctor", 0, "mv -n .batchd/pending .batchd-old/");
    remove_all(&space, ".batchd/pending");
    space_link(&space, ".batchd/templates/execution.md", "nowhere");
    expect_finding(&space, 0, "warning", "state.template", ".batchd/templates/execution.md");
    remove_all(&space, ".batchd/templates");
    space_write(&space, ".batchd/*/batches/9999999999999.json", "{}");
    expect_finding(&space, 0, "note", "journal.leftover", "/9999999999999.json");
    space_remove(&space, ".batchd/*/batches/9999999999999.json");
    space_write(&space, ".batchd/*/batches/000009.json", "{");
    expect_finding(&space, 0, "warning", "journal.damaged", "000009.json");
    space_remove(&space, ".batchd/*/batches/000009.json");
    space_write(&space, ".batchd/*/stage/000004-0", "x");
    expect_finding(&space, 0, "note", "journal.leftover", ".batchd/*/stage/000004-0");
    space_remove(&space, ".batchd/*/stage/000004-0");
    space_write(&space, ".batchd/config", "[create]\nlock_timeout = soon\n");
    expect_finding(&space, 0, "warning", "config.ignored", ".batchd/config");
    space_remove(&space, ".batchd/config");
    expect_healthy(&space, "its state");
    remove_all(&space, ".batchd");
    space_write(&space, ".batchd", "a file\n");
    expect_finding(&space, 6, "error", "state.folder", ".batchd");
    space_end(&space);
}

Test(doctor, a_batch_that_died_and_a_lock_that_is_held) {
    struct space space = healthy();
    char *record = space_read(&space, ".batchd/*/batches/000001.json");
    space_write(&space, ".batchd/*/pending/000002.json", "%s", record);
    space_write(&space, ".batchd/*/stage/000002-0", "x");
    expect_finding(&space, 0, "warning", "journal.dead", ".batchd/*/pending/000002.json");
    struct buffer path = {0};
    buffer_append_format(&path, "%s/.batchd", space.root);
    int lock = open(path.data, O_RDONLY | O_DIRECTORY);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    expect_finding(&space, 0, "note", "journal.locked", ".batchd");
    struct outcome outcome = run(&space, "doctor");
    struct buffer holder = {0};
    buffer_append_format(&holder, "process %ld holds the lock", (long)getpid());
    cr_expect(has(outcome.out, holder.data), "%s", outcome.out);
    cr_expect_not(has(outcome.out, "was interrupted"), "%s", outcome.out);
    outcome_end(&outcome);
    close(lock);
    space_write(&space, ".batchd/*/pending/000001.undo.json", "%s", record);
    outcome = run(&space, "doctor");
    cr_expect(has(outcome.out, "the undo of batch 1 was interrupted, and must still be finished"), "%s", outcome.out);
    outcome_end(&outcome);
    memory_free(record);
    buffer_release(&holder);
    buffer_release(&path);
    space_end(&space);
}

/* A record of a version that is yet to come is shown, and neither undone nor retried. */
Test(doctor, records_of_a_newer_version) {
    struct space space = healthy();
    char *record = space_read(&space, ".batchd/*/batches/000001.json");
    char *kind = strstr(record, "\"kind\":\"execution\"");
    cr_assert(kind);
    memcpy(kind, "\"kind\":\"telepathy\"", strlen("\"kind\":\"telepathy\""));
    space_remove(&space, ".batchd/*/batches/000001.json");
    space_write(&space, ".batchd/*/batches/000001.json", "%s", record);
    memory_free(record);
    expect_finding(&space, 0, "note", "journal.foreign", "000001.json");
    static const struct {
        const char *command;
        int status;
        const char *part;
    } rows[] = {{"history", 0, "telepathy"},
                {"show --batch 1", 0, "telepathy"},
                {"undo 1 --yes", 6, "which this version does not know"},
                {"undo --yes", 6, "which this version does not know"},
                {"retry 1 --yes", 6, "which this version does not know"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcome = run(&space, rows[i].command);
        cr_expect_eq(outcome.status, rows[i].status, "%s: %d", rows[i].command, outcome.status);
        cr_expect(has(outcome.out, rows[i].part) || has(outcome.err, rows[i].part), "%s:\n%s%s", rows[i].command,
                  outcome.out, outcome.err);
        outcome_end(&outcome);
    }
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    space_end(&space);
}

Test(doctor, usage) {
    struct space space = space_new();
    struct outcome outcome = run(&space, "doctor -C .");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "batchctl -C . init MY-PLAN"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run(&space, "doctor X");
    cr_expect_eq(outcome.status, 2);
    outcome_end(&outcome);
    outcome = run(&space, "doctor");
    cr_expect_eq(outcome.status, 3, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}
