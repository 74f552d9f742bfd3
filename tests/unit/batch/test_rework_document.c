/*
 * core/plan/plan and core/batch/rework_document: a failed achievement whose FIX is answered needs work, not rework, in
 * a new snapshot as in one made from an earlier one.
 */
#include "batch/rework_document.h"
#include "plan/achievement.h"

#include <criterion/criterion.h>
#include <string.h>
#include <utime.h>

#include "base/digest.h"
#include "base/memory.h"
#include "space.h"

TestSuite(rework, .timeout = 60);

#define TASK "X/execution/EXECUTION_TASK_X_11_02.md"
#define FIX  "X/execution/feedbacks/FIX_11.md"

static const char fix_text[] = "# FIX\n\nRepair it.\n";

/* Long ago, so that what was read of the file can be relied on. */
static void age(const struct space *space, const char *path) {
    struct buffer at = {0};
    buffer_append_format(&at, "%s/%s", space->root, path);
    cr_assert_eq(utime(at.data, &(struct utimbuf){1000000000, 1000000000}), 0);
    buffer_release(&at);
}

static void write_answer(const struct space *space, const char *fix) {
    char sha[DIGEST_SHA_TEXT];
    digest_sha(span_of(fix), sha);
    space_write(space, TASK, "# T\n\n**Rework of**: FIX_11.md sha256:%.16s\n", sha);
}

static struct space failed(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    space_write(&space, FIX, "%s", fix_text);
    age(&space, FIX);
    return space;
}

static void expect_next(const struct plan *plan, enum next_step next, const char *rework) {
    const struct standing *standing = &plan->standings[0];
    cr_expect_eq(standing->state, STATE_FAILED);
    cr_expect_eq(standing->next, next, "%s", next_step_name(standing->next));
    cr_expect_str_eq(standing_rare(standing)->rework_file ? standing_rare(standing)->rework_file : "", rework);
}

Test(rework, a_snapshot_knows_what_answers_a_fix) {
    struct space space = failed();
    struct files files;
    struct error error = {0};
    struct plan first, second;
    cr_assert(files_open(&files, space.root, &error));
    plan_load(&first, &files, "X");
    expect_next(&first, STEP_REWORK, "");
    write_answer(&space, fix_text);
    plan_reload(&second, &files, &first);
    expect_next(&second, STEP_WORK, TASK);
    plan_replace(&first, &second);
    write_answer(&space, "another FIX");
    plan_reload(&second, &files, &first);
    expect_next(&second, STEP_REWORK, "");
    plan_replace(&first, &second);
    write_answer(&space, fix_text);
    space_write(&space, FIX, "# FIX\n\nRepair that.\n");
    plan_reload(&second, &files, &first);
    expect_next(&second, STEP_REWORK, "");
    plan_release(&second);
    plan_release(&first);
    files_close(&files);
    space_end(&space);
}

Test(rework, an_approved_or_skipped_achievement_needs_nothing) {
    struct space space = failed();
    struct files files;
    struct error error = {0};
    struct plan plan;
    cr_assert(files_open(&files, space.root, &error));
    write_answer(&space, fix_text);
    space_approved(&space, "X", "1.1");
    plan_load(&plan, &files, "X");
    cr_expect_eq(plan.standings[0].next, STEP_NOTHING);
    cr_expect_null(standing_rare(&plan.standings[0])->rework_file);
    plan_release(&plan);
    files_close(&files);
    space_end(&space);
}

/* What a reload of the unchanged plan reads; the files were written just now, so it may have to wait for the clock. */
static size_t reads_of_reload(const struct files *files) {
    struct plan first, second;
    size_t reads = SIZE_MAX;
    plan_load(&first, files, "X");
    for (int attempt = 0; attempt < 100000 && reads != 0; attempt++) {
        plan_reload(&second, files, &first);
        reads = second.read_count;
        expect_next(&second, STEP_WORK, TASK);
        plan_replace(&first, &second);
    }
    plan_release(&first);
    return reads;
}

Test(rework, an_unchanged_fix_is_not_read_again) {
    struct space space = failed();
    struct files files;
    struct error error = {0};
    cr_assert(files_open(&files, space.root, &error));
    write_answer(&space, fix_text);
    cr_expect_eq(reads_of_reload(&files), 0);
    files_close(&files);
    space_end(&space);
}
