/*
 * core/batch/journal and core/batch/record: opening, locking, the history, what undo keeps, and damaged or forged
 * records. Faults and deaths have separate files.
 */
#include "batch/journal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/record_list.h"
#include "batch/record_state.h"
#include "scene.h"

TestSuite(journal, .timeout = 60);

static struct files open_files(const struct space *space) {
    struct files files;
    struct error error = {0};
    cr_assert(files_open(&files, space->root, &error));
    return files;
}

static void create(const struct space *space) {
    enum error_code code;
    cr_assert_eq(scene_create(space, NULL, NULL, &code), APPLIED, "%s", error_name(code));
}

static bool undo(const struct space *space) {
    enum error_code code;
    return scene_undo(space, NULL, NULL, &code);
}

/* --- opening --- */

Test(journal, opening_makes_a_folder_for_oneself_alone) {
    struct space space = scene_new();
    struct files files = open_files(&space);
    struct file_identity identity;
    struct error error = {0};
    enum file_kind kind;
    mode_t mask = umask(0);
    cr_expect(scene_recover(&space, NULL, NULL));
    umask(mask);
    struct state_dir state = scene_state(&files);
    cr_assert(state.is_mine);
    cr_assert(files_look(&files, state_dir_root(&state).text, &kind, &identity, &error));
    cr_expect_eq(identity.mode & 07777, 0700);
    cr_expect(scene_recover(&space, NULL, NULL));
    files_close(&files);
    space_end(&space);
}

static void expect_open_fails(const struct space *space, enum error_code code) {
    struct files files = open_files(space);
    struct journal journal;
    struct error error = {0};
    uint64_t before = space_fingerprint(space, "");
    cr_expect_not(journal_open(&journal, &files, 0, &error));
    cr_expect_eq(error.code, code, "%s: %s", error_name(error.code), error.message);
    cr_expect_eq(space_fingerprint(space, ""), before);
    error_release(&error);
    files_close(&files);
}

Test(journal, what_is_no_folder_is_refused) {
    struct space space = scene_new();
    space_write(&space, ".batchd", "a file");
    expect_open_fails(&space, ERROR_CONFLICT);
    space_remove(&space, ".batchd");
    space_make_folder(&space, "elsewhere");
    space_link(&space, ".batchd", "elsewhere");
    expect_open_fails(&space, ERROR_CONFLICT);
    space_remove(&space, ".batchd");
    space_end(&space);
}

Test(journal, one_writer_at_a_time) {
    struct space space = scene_new();
    struct files files = open_files(&space);
    struct journal first, second;
    struct error error = {0};
    cr_assert(journal_open(&first, &files, 0, &error));
    cr_expect_not(journal_open(&second, &files, 30, &error));
    cr_expect_eq(error.code, ERROR_CONFLICT);
    cr_expect_not_null(error.hint);
    error_release(&error);
    journal_close(&first);
    cr_expect(journal_open(&second, &files, 0, &error));
    journal_close(&second);
    journal_close(&second);
    files_close(&files);
    space_end(&space);
}

/* --- the history --- */

Test(journal, a_record_tells_what_the_batch_did) {
    struct space space = scene_new();
    create(&space);
    struct files files = open_files(&space);
    struct state_dir state = scene_state(&files);
    struct record record;
    struct error error = {0};
    char sha[DIGEST_SHA_TEXT];
    cr_assert(record_read_batch(&state, 1, &record, &error));
    cr_expect_str_eq(record.plan, "X");
    cr_expect_str_eq(record.plan_path, "X");
    cr_expect_str_eq(record.selection, "ready");
    cr_expect_str_eq(record.request, "request");
    cr_expect_eq(record.kind, BATCH_EXECUTION);
    cr_expect_eq(record.user, geteuid());
    cr_expect_not(record.is_undone);
    cr_assert_eq(record.file_count, TARGETS);
    for (size_t i = 0; i < TARGETS; i++) {
        char *text = space_read(&space, targets[i]);
        digest_sha(span_of(text), sha);
        cr_expect_str_eq(record.files[i].path, targets[i]);
        cr_expect_str_eq(record.files[i].sha, sha);
        cr_expect_eq(record.files[i].size_bytes, strlen(text));
        memory_free(text);
    }
    cr_assert_eq(record.folder_count, 1);
    cr_expect_str_eq(record.folders[0], "X/execution");
    record_release(&record);
    files_close(&files);
    space_end(&space);
}

Test(journal, a_batch_that_is_not_there_gives_an_empty_record) {
    for (int has_state = 0; has_state < 2; has_state++) {
        struct space space = scene_new();
        struct files files = open_files(&space);
        struct state_dir state = scene_state(&files);
        struct record record;
        struct error error = {0};
        memset(&record, 0xAA, sizeof record);
        if (has_state)
            create(&space);
        cr_expect_not(record_read_batch(&state, 7, &record, &error));
        cr_expect_eq(error.code, ERROR_NOT_FOUND);
        cr_expect(has(error.message, "batch 7"), "%s", error.message);
        cr_expect_null(record.plan);
        cr_expect_eq(record.file_count, 0);
        error_release(&error);
        files_close(&files);
        space_end(&space);
    }
}

/* "1 2 3": numbers of the committed batches. */
static void expect_numbers(const struct space *space, const char *expected) {
    struct files files = open_files(space);
    struct state_dir state = scene_state(&files);
    struct buffer found = {0};
    struct error error = {0};
    uint64_t *numbers;
    size_t count;
    cr_assert(record_list_numbers(&state, &numbers, &count, &error));
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&found, "%s%lu", i ? " " : "", (unsigned long)numbers[i]);
    cr_expect_str_eq(buffer_text(&found), expected);
    memory_free(numbers);
    buffer_release(&found);
    files_close(&files);
}

Test(journal, numbers_only_ever_grow) {
    struct space space = scene_new();
    expect_numbers(&space, "");
    cr_expect_not(space_exists(&space, ".batchd"), "reading the history makes nothing");
    create(&space);
    expect_numbers(&space, "1");
    cr_expect(undo(&space));
    create(&space);
    expect_numbers(&space, "1 2");
    cr_expect_not(undo(&space), "batch 1 is undone already");
    space_write(&space, ".batchd/*/batches/1000000.json", "{}");
    space_write(&space, ".batchd/*/batches/notes.json", "{}");
    space_write(&space, ".batchd/*/batches/7.json.bak", "{}");
    expect_numbers(&space, "1 2 1000000");
    space_remove(&space, targets[0]);
    create(&space);
    expect_numbers(&space, "1 2 1000000 1000001");
    space_end(&space);
}

/* --- damaged and forged records --- */

#define RECORD(files, folders)                                                                                          \
    "{\"batch\": 1, \"time\": \"2026-01-01T00:00:00Z\", \"user\": 0, \"request\": null, \"plan\": \"X\", "              \
    "\"plan_path\": \"X\", \"kind\": \"execution\", \"selection\": \"ready\", \"token\": \"t\", \"folders\": [" folders \
    "], \"files\": [" files "], \"failures\": []}\n"
#define FORGED(path) "{\"id\": \"1.1\", \"path\": \"" path "\", \"size\": 1, \"sha\": \"0\"}"

static const char *const damaged[] = {
    "",
    "{",
    "[]",
    "null",
    "{}",
    "{\"batch\": 1}",
    "\xFF\xFE",
    RECORD(FORGED("../secret"), ""),
    RECORD(FORGED("/etc/passwd"), ""),
    RECORD(FORGED("X/../../secret"), ""),
    RECORD(FORGED(""), ""),
    RECORD("{}", ""),
    RECORD("1", ""),
    RECORD("", "\"..\""),
    RECORD("", "\"/\""),
    RECORD("", "1"),
};

Test(journal, a_damaged_record_is_invalid) {
    struct space space = scene_new();
    cr_expect(scene_recover(&space, NULL, NULL));
    struct files files = open_files(&space);
    struct state_dir state = scene_state(&files);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct record record;
        struct error error = {0};
        space_write(&space, ".batchd/*/batches/000001.json", "%s", damaged[i]);
        cr_expect_not(record_read_batch(&state, 1, &record, &error), "%s", damaged[i]);
        cr_expect_eq(error.code, ERROR_INVALID, "%s: %s", damaged[i], error_name(error.code));
        cr_expect_null(record.plan);
        error_release(&error);
    }
    files_close(&files);
    space_end(&space);
}

/* What is pending and makes no sense was cut off while it was written: it goes, and nothing else does. */
Test(journal, a_damaged_pending_record_is_cleared_and_nothing_else) {
    static const char *const names[] = {".batchd/*/pending/000001.json", ".batchd/*/pending/000001.undo.json"};
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
            struct space space = scene_new();
            struct space outside = {.root = strdup(space.root)};
            *strrchr(outside.root, '/') = '\0';
            space_write(&outside, "secret", "secret");
            cr_expect(scene_recover(&space, NULL, NULL));
            space_write(&space, names[n], "%s", damaged[i]);
            uint64_t sources = space_fingerprint(&space, "X");
            cr_expect(scene_recover(&space, NULL, NULL), "%s", damaged[i]);
            cr_expect_eq(space_fingerprint(&space, "X"), sources);
            cr_expect(space_exists(&outside, "secret"));
            cr_expect(scene_is_tidy(&space));
            create(&space);
            memory_free(outside.root);
            space_end(&space);
        }
}

/* --- undo --- */

static void expect_undo(const struct space *space, const char *expected) {
    struct files files = open_files(space);
    struct state_dir state = scene_state(&files);
    struct record record;
    struct undo made;
    struct error error = {0};
    struct buffer found = {0};
    cr_assert(record_read_batch(&state, 1, &record, &error));
    cr_assert(undo_make(&made, &files, &record, &(struct selection){0}, &error));
    for (size_t i = 0; i < made.removed_count; i++)
        buffer_append_format(&found, "%.5s ", strstr(made.removed[i].path, "X_1") + 2);
    for (size_t i = 0; i < made.kept_count; i++)
        buffer_append_format(&found, "(%s) ", made.kept[i].reason);
    cr_expect_str_eq(buffer_text(&found), expected, "%s", buffer_text(&found));
    undo_release(&made);
    record_release(&record);
    buffer_release(&found);
    files_close(&files);
}

Test(journal, undo_keeps_what_is_not_as_it_was_written) {
    struct space space = scene_new();
    create(&space);
    expect_undo(&space, "11_01 12_01 13_01 ");
    space_write(&space, targets[0], "edited");
    space_remove(&space, targets[1]);
    expect_undo(&space, "13_01 (edited since) (gone already) ");
    space_remove(&space, targets[0]);
    space_make_folder(&space, targets[0]);
    space_remove(&space, targets[2]);
    space_link(&space, targets[2], "elsewhere");
    expect_undo(&space, "(edited since) (gone already) (edited since) ");
    cr_expect(undo(&space));
    cr_expect(space_exists(&space, targets[0]));
    cr_expect(space_exists(&space, targets[2]));
    space_end(&space);
}

Test(journal, undo_keeps_what_has_been_reviewed) {
    struct space space = scene_new();
    create(&space);
    space_approved(&space, "X", "1.1");
    space_fix(&space, "X", "1.3");
    expect_undo(&space, "12_01 (has been reviewed) (has been reviewed) ");
    space_write(&space, "X/parallel.json", "{");
    expect_undo(&space, "12_01 (has been reviewed) (has been reviewed) ");
    cr_expect(undo(&space));
    cr_expect(space_exists(&space, targets[0]));
    cr_expect_not(space_exists(&space, targets[1]));
    cr_expect_not(undo(&space));
    space_end(&space);
}

/* 1.1 has been reviewed, 1.1.1 has not: its file is another one's. */
Test(journal, a_review_protects_its_own_achievement_alone) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.1.1");
    space_subplan(&space, "X", "1.1.1");
    space_approved(&space, "X", "1.1");
    create(&space);
    expect_undo(&space, "111_0 ");
    space_end(&space);
}

/* Files that another batch needs, or a person has put there, keep the folder. */
Test(journal, undo_removes_the_folder_it_made_only_if_it_is_empty) {
    struct space space = scene_new();
    create(&space);
    space_write(&space, "X/execution/REPORT.md", "x");
    cr_expect(undo(&space));
    cr_expect(space_exists(&space, "X/execution/REPORT.md"));
    space_remove(&space, "X/execution/REPORT.md");
    create(&space);
    cr_expect(space_exists(&space, targets[0]));
    space_end(&space);
}

/* --- another mount --- */

/* execution/ is a separate file system: files cannot simply be moved there. */
Test(journal, a_target_on_another_mount_is_all_or_none_too) {
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        cr_skip_test("no mounts without privileges");
    struct space space = scene_new();
    struct buffer folder = {0};
    space_make_folder(&space, "X/execution");
    buffer_append_format(&folder, "%s/X/execution", space.root);
    cr_assert_eq(mount("tmpfs", folder.data, "tmpfs", 0, "size=1m"), 0);
    create(&space);
    cr_expect(space_exists(&space, targets[TARGETS - 1]));
    cr_expect(undo(&space));
    for (int i = 0; i < TARGETS; i++)
        cr_expect_not(space_exists(&space, targets[i]));
    cr_assert_eq(umount(folder.data), 0);
    buffer_release(&folder);
    space_end(&space);
}
