/*
 * core/api/init, and death and errors: a plan that is founded is a batch over several folders, and all of it is there
 * or nothing at all, not even a folder. Until it is committed no reader sees the plan.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/methods.h"
#include "api/request.h"
#include "base/memory.h"
#include "batch/journal.h"
#include "plan/workspace.h"
#include "space.h"
#include "trouble.h"

TestSuite(foundation, .timeout = 240);

enum { FILES_MADE = 5 };

static const char *const made[FILES_MADE] = {
    "group/X/PLAN_X.md", "group/X/parallel.json", "group/X/execution/SKIPPED_21.md",
    "group/X/execution/feedbacks/APPROVED_10.md", "group/X/execution/feedbacks/APPROVED_20.md"};

static const char tasks[] = "{\"tasks\": [{\"id\": 1, \"title\": \"a\", \"status\": \"done\"},"
                            "{\"id\": 2, \"title\": \"b\", \"status\": \"done\", \"subtasks\": ["
                            "{\"id\": 1, \"title\": \"c\", \"status\": \"cancelled\"}]}]}";

/* One request in a workspace that is opened for it, with trouble from then on. */
static enum error_code ask(const struct space *space, const struct request *request, struct trouble *trouble,
                           struct buffer *data) {
    struct workspace workspace;
    struct answer answer;
    struct error error = {0};
    if (!workspace_open(&workspace, space->root, &error))
        return error.code;
    workspace.files.hook = trouble ? make_trouble : NULL;
    workspace.files.hook_data = trouble;
    request_handle(&workspace, request, &answer);
    enum error_code code = answer.code;
    answer_fill_data(&answer);
    if (data)
        buffer_append_span(data, buffer_span(&answer.data));
    answer_release(&answer);
    workspace_release(&workspace);
    return code;
}

static struct request import_request(void) {
    return (struct request){.method = "import",
                            .name = "group/X",
                            .import = {.name = "tasks.json", .text = span_of(tasks), .with_status = true}};
}

static bool recover(const struct space *space) {
    struct files files;
    struct journal journal;
    struct error error = {0};
    files_open(&files, space->root, &error);
    bool is_open = journal_open(&journal, &files, 0, &error);
    journal_close(&journal);
    error_release(&error);
    files_close(&files);
    return is_open;
}

/* "all", "none" (then no folder either), or "torn". */
static const char *verdict(const struct space *space) {
    int found = 0;
    for (int i = 0; i < FILES_MADE; i++)
        found += space_exists(space, made[i]);
    return found == FILES_MADE ? "all" : found || space_exists(space, "group") ? "torn" : "none";
}

/* Readers see the whole plan or none, also before anybody has recovered it. */
static void expect_seen_whole(const struct space *space, int k) {
    struct buffer data = {0};
    enum error_code code = ask(space, &(struct request){.method = "status"}, NULL, &data);
    bool is_there = code == ERROR_NONE && has(buffer_text(&data), "\"valid\":true");
    cr_expect(is_there || code == ERROR_NOT_FOUND, "%d: %s %s", k, error_name(code), buffer_text(&data));
    buffer_release(&data);
}

/* A child makes the request and dies before its operation @k. False when it came to its end. */
static bool die_at(const struct space *space, const struct request *request, int k) {
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct trouble trouble = {.at = k};
        ask(space, request, &trouble, NULL);
        _exit(0);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "status %d", status);
    return WEXITSTATUS(status) == STATUS_KILLED;
}

Test(foundation, dying_while_importing_leaves_all_or_none) {
    int torn = 0, k = 1;
    const struct request request = import_request();
    for (bool has_died = true; has_died; k++) {
        struct space space = space_new();
        has_died = die_at(&space, &request, k);
        torn += strcmp(verdict(&space), "torn") == 0;
        expect_seen_whole(&space, k);
        cr_expect(recover(&space), "%d", k);
        cr_expect_str_neq(verdict(&space), "torn", "%d", k);
        enum error_code code = ask(&space, &request, NULL, NULL);
        cr_expect(code == ERROR_NONE || code == ERROR_CONFLICT, "%d: %s", k, error_name(code));
        cr_expect_str_eq(verdict(&space), "all", "%d", k);
        space_end(&space);
    }
    cr_expect_gt(k, 60, "only %d operations", k);
    cr_expect_gt(torn, 5, "no death left part of the batch: the loop proves nothing");
}

Test(foundation, dying_while_undoing_leaves_all_or_none) {
    int torn = 0, k = 1;
    const struct request request = import_request(), undo = {.method = "undo"};
    for (bool has_died = true; has_died; k++) {
        struct space space = space_new();
        cr_assert_eq(ask(&space, &request, NULL, NULL), ERROR_NONE);
        has_died = die_at(&space, &undo, k);
        torn += strcmp(verdict(&space), "torn") == 0;
        expect_seen_whole(&space, k);
        cr_expect(recover(&space), "%d", k);
        cr_expect_str_neq(verdict(&space), "torn", "%d", k);
        space_end(&space);
    }
    cr_expect_gt(torn, 5);
}

Test(foundation, an_error_anywhere_leaves_all_or_none) {
    static const int failures[] = {EIO, ENOSPC};
    const struct request request = import_request();
    int failed = 0;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        for (int k = 1;; k++) {
            struct space space = space_new();
            struct trouble trouble = {.at = k, .failure = failures[i]};
            enum error_code code = ask(&space, &request, &trouble, NULL);
            const char *found = verdict(&space);
            if (code == ERROR_NONE)
                cr_expect_str_eq(found, "all", "%d", k);
            else
                cr_expect(strcmp(found, "none") == 0 || code == ERROR_UNKNOWN, "%d: %s %s", k, error_name(code), found);
            failed += code != ERROR_NONE;
            bool is_over = trouble.calls < k;
            cr_expect(recover(&space), "%d", k);
            cr_expect_str_neq(verdict(&space), "torn", "%d", k);
            space_end(&space);
            if (is_over)
                break;
        }
    cr_expect_gt(failed, 60);
}

/* A batch that a newer version has begun is rolled back like any other: files are known by inode and content. */
Test(foundation, a_dead_batch_of_an_unknown_kind_is_taken_back) {
    const struct request request = import_request();
    int taken_back = 0;
    bool has_died = true;
    for (int k = 1; has_died; k++) {
        struct space space = space_new();
        has_died = die_at(&space, &request, k);
        char *record = space_read(&space, ".batchd/*/pending/000001.json");
        char *kind = record ? strstr(record, "\"kind\":\"import\"") : NULL;
        if (has_died && kind && strcmp(verdict(&space), "torn") == 0) {
            memcpy(kind, "\"kind\":\"future\"", strlen("\"kind\":\"future\""));
            space_write(&space, ".batchd/*/pending/000001.json", "%s", record);
            cr_expect(recover(&space), "%d", k);
            cr_expect_str_eq(verdict(&space), "none", "%d", k);
            taken_back++;
        }
        memory_free(record);
        space_end(&space);
    }
    cr_expect_gt(taken_back, 3);
}

/* --- another mount --- */

/* group/ is a separate file system, on which the plan's folders are made; then part of a plan's folder is. */
Test(foundation, a_plan_on_another_mount_is_all_or_none_too) {
    static const struct {
        const char *mount; /* is there already */
        const char *made;  /* a folder that is not */
    } rows[] = {{"group", "group/X"},
                {"group/X", "group/X/execution"},
                {"group/X/execution", "group/X/subplans"}, /* files go to both mounts */
                {"group/X/subplans", "group/X/execution"}};
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        cr_skip_test("no mounts without privileges");
    const struct request request = import_request(), undo = {.method = "undo"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = space_new();
        struct buffer folder = {0};
        space_make_folder(&space, rows[i].mount);
        buffer_append_format(&folder, "%s/%s", space.root, rows[i].mount);
        cr_assert_eq(mount("tmpfs", folder.data, "tmpfs", 0, "size=1m"), 0);
        enum error_code code = ask(&space, &request, NULL, NULL);
        cr_expect_eq(code, ERROR_NONE, "%s: %s", rows[i].mount, error_name(code));
        cr_expect_str_eq(verdict(&space), "all", "%s", rows[i].mount);
        cr_expect_eq(ask(&space, &undo, NULL, NULL), ERROR_NONE);
        for (int k = 0; k < FILES_MADE; k++)
            cr_expect_not(space_exists(&space, made[k]), "%s: %s is left", rows[i].mount, made[k]);
        cr_expect_not(space_exists(&space, rows[i].made), "%s: %s is left", rows[i].mount, rows[i].made);
        cr_assert_eq(umount(folder.data), 0);
        buffer_release(&folder);
        space_end(&space);
    }
}
