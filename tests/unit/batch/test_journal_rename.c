/*
 * core/batch/journal_rename: reopening under faults and deaths at every operation. Afterwards every file has its old
 * name and it said failure, or every file has its new name; nothing is lost, and readers never see some of each.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/wait.h>

#include "base/memory.h"
#include "batch/journal.h"
#include "batch/pending.h"
#include "batch/review.h"
#include "batch/review_options.h"
#include "batch/token.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "space.h"
#include "trouble.h"

TestSuite(journal_rename, .timeout = 240);

enum { FILES_RENAMED = 3 };
static const char *const before[FILES_RENAMED] = {"X/execution/feedbacks/APPROVED_11.md",
                                                  "X/execution/feedbacks/APPROVED_12.md", "X/execution/SKIPPED_13.md"};
static const char *const after[FILES_RENAMED] = {"X/execution/feedbacks/APPROVED_11_REOPENED_1.md",
                                                 "X/execution/feedbacks/APPROVED_12_REOPENED_1.md",
                                                 "X/execution/SKIPPED_13_REOPENED_1.md"};

static struct space scene(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 2.1: 1.1");
    for (size_t i = 0; i < FILES_RENAMED; i++)
        space_write(&space, before[i], "text %zu\n", i);
    return space;
}

/* Everything that "reopen" does; the code of its error. */
static enum error_code reopen(const struct space *space, struct trouble *trouble) {
    static const char *const ids[] = {"1.1", "1.2", "1.3"};
    const struct review_options options = {.kind = BATCH_REOPEN,
                                           .selection = {.kind = SELECT_IDS, .ids = ids, .id_count = 3}};
    struct files files;
    struct plan plan = {0};
    struct batch batch = {0};
    struct journal journal;
    struct record record = {0};
    struct diagnostics diagnostics = {0};
    struct error error = {0};
    files_open(&files, space->root, &error);
    files.hook = make_trouble;
    files.hook_data = trouble;
    if (journal_open(&journal, &files, 0, &error)) {
        plan_load(&plan, &files, "X");
        if (review_make(&batch, &files, &plan, &options, &diagnostics, &error) && batch.file_count) {
            token_make(&batch, false);
            journal_rename(&journal, &batch, NULL, "a note", &record, &error);
        }
        journal_close(&journal);
    }
    enum error_code code = error.code;
    record_release(&record);
    batch_release(&batch);
    plan_release(&plan);
    diagnostics_release(&diagnostics);
    error_release(&error);
    files_close(&files);
    return code;
}

/* How many are seen as complete or skipped by a reader that writes nothing. */
static size_t seen_as_closed(const struct space *space) {
    struct files files;
    struct error error = {0};
    struct pending pending;
    struct plan plan;
    size_t count = 0;
    files_open(&files, space->root, &error);
    pending_read(&pending, &files);
    struct files view = pending_view(&pending, &files);
    plan_load(&plan, &view, "X");
    for (size_t i = 0; i < FILES_RENAMED; i++)
        count += !plan_is_open(&plan, i);
    plan_release(&plan);
    pending_release(&pending);
    files_close(&files);
    return count;
}

static size_t count_there(const struct space *space, const char *const *paths) {
    size_t count = 0;
    for (size_t i = 0; i < FILES_RENAMED; i++)
        count += space_exists(space, paths[i]);
    return count;
}

static void recover(const struct space *space) {
    struct files files;
    struct journal journal;
    struct error error = {0};
    files_open(&files, space->root, &error);
    cr_assert(journal_open(&journal, &files, 0, &error), "%s", error.message);
    journal_close(&journal);
    files_close(&files);
}

Test(journal_rename, every_fault_leaves_all_or_none) {
    static const int failures[] = {EIO, ENOSPC, EACCES};
    for (size_t f = 0; f < sizeof failures / sizeof *failures; f++)
        for (int k = 1;; k++) {
            struct space space = scene();
            struct trouble trouble = {.at = k, .failure = failures[f]};
            enum error_code code = reopen(&space, &trouble);
            bool is_over = trouble.calls < k;
            size_t closed = seen_as_closed(&space);
            cr_expect(closed == 0 || closed == FILES_RENAMED, "operation %d: %zu", k, closed);
            cr_expect(closed == 0 || code, "operation %d says success", k);
            recover(&space);
            size_t old = count_there(&space, before), new = count_there(&space, after);
            cr_expect(old + new == FILES_RENAMED && (old == 0 || new == 0), "operation %d: %zu, %zu", k, old, new);
            cr_expect_eq(new ? 0 : FILES_RENAMED, closed, "operation %d", k);
            space_end(&space);
            if (is_over)
                break;
        }
}

Test(journal_rename, every_death_leaves_all_or_none) {
    for (int k = 1;; k++) {
        struct space space = scene();
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            struct trouble trouble = {.at = k};
            reopen(&space, &trouble);
            _exit(0);
        }
        waitpid(child, &status, 0);
        size_t closed = seen_as_closed(&space);
        cr_expect(closed == 0 || closed == FILES_RENAMED, "operation %d: %zu", k, closed);
        recover(&space);
        size_t old = count_there(&space, before), new = count_there(&space, after);
        cr_expect(old + new == FILES_RENAMED && (old == 0 || new == 0), "operation %d: %zu, %zu", k, old, new);
        cr_expect_eq(new ? 0 : FILES_RENAMED, closed, "operation %d", k);
        space_end(&space);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            break;
    }
}
