/*
 * core/batch/batch: what a batch selects, what it would create, what it skips and what stops it. Nothing is written.
 */
#include "batch/batch_create.h"
#include "batch/batch_options.h"
#include "plan/achievement.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "space.h"

TestSuite(batch, .timeout = 60);

/* One making of a batch in the plan "X" of a space. */
struct making {
    struct files files;
    struct plan plan;
    struct batch batch;
    struct diagnostics diagnostics;
    struct error error;
    bool is_made;
};

static void make(struct making *making, const struct space *space, const struct batch_options *options) {
    *making = (struct making){0};
    cr_assert(files_open(&making->files, space->root, &making->error));
    plan_load(&making->plan, &making->files, "X");
    uint64_t before = space_fingerprint(space, "");
    making->is_made =
        batch_make(&making->batch, &making->files, &making->plan, options, &making->diagnostics, &making->error);
    cr_expect_eq(space_fingerprint(space, ""), before, "making a batch wrote something");
    cr_expect_eq(making->is_made, making->error.code == ERROR_NONE);
}

static void end(struct making *making) {
    batch_release(&making->batch);
    plan_release(&making->plan);
    files_close(&making->files);
    diagnostics_release(&making->diagnostics);
    error_release(&making->error);
}

/* "ready", "level 2", "ids 1.1,1.2"; the ids are borrowed from @words. */
static struct batch_options options_of(enum batch_kind kind, const char *selection, char *words, const char **ids) {
    struct batch_options options = {.kind = kind};
    if (strncmp(selection, "level ", 6) == 0) {
        options.selection.kind = SELECT_LEVEL;
        options.selection.levels = selection + 6;
    } else if (strncmp(selection, "ids ", 4) == 0) {
        options.selection.kind = SELECT_IDS;
        options.selection.ids = ids;
        char *rest = NULL;
        memcpy(words, selection + 4, strlen(selection + 4) + 1);
        for (char *id = strtok_r(words, ",", &rest); id; id = strtok_r(NULL, ",", &rest))
            ids[options.selection.id_count++] = id;
    }
    return options;
}

/* What the batch is, in words: "11_01 12_01; skipped 1.3 exists; missing 1.4; other 1.5". */
static void describe(const struct batch *batch, struct buffer *text) {
    for (size_t i = 0; i < batch->file_count; i++)
        buffer_append_format(text, "%s%s", i ? " " : "", strstr(batch->files[i].path, "_X_") + 3);
    for (size_t i = 0; i < batch->skipped_count; i++)
        buffer_append_format(text, "; skipped %s %s", batch->skipped[i].id, batch->skipped[i].reason);
    for (size_t i = 0; i < batch->missing_count; i++)
        buffer_append_format(text, "; missing %s", batch->missing_subplans[i]);
    for (size_t i = 0; i < batch->other_count; i++)
        buffer_append_format(text, "; other %s %s", batch->others[i].id, next_step_name(batch->others[i].step));
}

static void expect_batch(const struct space *space, enum batch_kind kind, const char *selection, enum error_code code,
                         const char *expected) {
    struct making making;
    struct buffer found = {0};
    char words[256];
    const char *ids[32];
    const struct batch_options options = options_of(kind, selection, words, ids);
    make(&making, space, &options);
    cr_expect_eq(making.error.code, code, "%s: %s", selection, making.error.message);
    describe(&making.batch, &found);
    cr_expect_str_eq(buffer_text(&found), expected, "%s: %s", selection, buffer_text(&found));
    cr_expect_str_eq(making.batch.selection, selection);
    buffer_release(&found);
    end(&making);
}

/* 1.1 complete; 1.2 skipped; 1.3 being worked on; 1.4 failed; 2.1 designed; 2.2 not; 2.3 blocked and designed. */
static struct space usual_plan(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 2.1: 1.1; 2.2: 1.2; 2.3: 1.3; 3.1: 2.1");
    static const char *const designed[] = {"1.1", "1.3", "1.4", "2.1", "2.3"};
    for (size_t i = 0; i < sizeof designed / sizeof *designed; i++)
        space_subplan(&space, "X", designed[i]);
    space_execution(&space, "X", "1.1");
    space_approved(&space, "X", "1.1");
    space_skipped(&space, "X", "1.2");
    space_execution(&space, "X", "1.3");
    space_execution(&space, "X", "1.4");
    space_fix(&space, "X", "1.4");
    return space;
}

Test(batch, selections_of_execution_tasks) {
    struct space space = usual_plan();
    expect_batch(&space, BATCH_EXECUTION, "ready", ERROR_NONE,
                 "21_01.md; other 1.3 work; other 1.4 rework; other 2.2 subplan");
    expect_batch(&space, BATCH_EXECUTION, "level 0", ERROR_NONE,
                 "; skipped 1.1 complete; skipped 1.2 skipped; skipped 1.3 exists; skipped 1.4 exists");
    expect_batch(&space, BATCH_EXECUTION, "level 1", ERROR_PREREQUISITES, "; missing 2.2");
    expect_batch(&space, BATCH_EXECUTION, "level 2", ERROR_PREREQUISITES, "; missing 3.1");
    expect_batch(&space, BATCH_EXECUTION, "level 3", ERROR_NOT_FOUND, "");
    expect_batch(&space, BATCH_EXECUTION, "ids 2.3,2.1", ERROR_NONE, "21_01.md 23_01.md");
    expect_batch(&space, BATCH_EXECUTION, "ids 2.1,2.1", ERROR_NONE, "21_01.md");
    expect_batch(&space, BATCH_EXECUTION, "ids 2.1,9.9", ERROR_NOT_FOUND, "");
    expect_batch(&space, BATCH_EXECUTION, "ids 2.2,3.1,2.1", ERROR_PREREQUISITES, "; missing 2.2; missing 3.1");
    space_end(&space);
}

Test(batch, selections_of_subplans) {
    struct space space = usual_plan();
    expect_batch(&space, BATCH_SUBPLAN, "ready", ERROR_NONE,
                 "22.md; other 1.3 work; other 1.4 rework; other 2.1 execution");
    expect_batch(&space, BATCH_SUBPLAN, "level 1", ERROR_NONE, "22.md; skipped 2.1 exists; skipped 2.3 exists");
    expect_batch(&space, BATCH_SUBPLAN, "ids 3.1,2.2", ERROR_NONE, "22.md 31.md");
    expect_batch(&space, BATCH_SUBPLAN, "ids 1.1,2.1", ERROR_NONE, "; skipped 1.1 complete; skipped 2.1 exists");
    space_end(&space);
}

Test(batch, files_have_their_paths_bytes_and_digests) {
    struct space space = usual_plan();
    struct making making;
    make(&making, &space, &(struct batch_options){0});
    cr_assert_eq(making.batch.file_count, 1);
    const struct batch_file *file = &making.batch.files[0];
    char sha[DIGEST_SHA_TEXT];
    digest_sha(file->content, sha);
    cr_expect_str_eq(file->id, "2.1");
    cr_expect_str_eq(file->path, "X/execution/EXECUTION_TASK_X_21_01.md");
    cr_expect_str_eq(file->sha, sha);
    cr_expect(has(file->content.data, "Objective of 2.1"));
    cr_expect_eq(making.batch.folder_count, 0);
    cr_expect_str_eq(batch_kind_name(making.batch.kind), "execution");
    end(&making);
    space_end(&space);
}

static void set_mode(const struct space *space, const char *path, mode_t mode) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", space->root, path);
    cr_assert_eq(chmod(text.data, mode), 0);
    buffer_release(&text);
}

Test(batch, modes_follow_the_folder_and_a_missing_folder_is_made) {
    struct space space = space_new();
    struct making making;
    space_plan(&space, "X", "1.1");
    set_mode(&space, "X/subplans", 0770);
    make(&making, &space, &(struct batch_options){.kind = BATCH_SUBPLAN});
    cr_assert_eq(making.batch.file_count, 1);
    cr_expect_eq(making.batch.files[0].mode, 0660);
    end(&making);
    space_remove(&space, "X/subplans");
    set_mode(&space, "X", 0750);
    make(&making, &space, &(struct batch_options){.kind = BATCH_SUBPLAN});
    cr_expect_eq(making.batch.files[0].mode, 0640);
    cr_assert_eq(making.batch.folder_count, 1);
    cr_expect_str_eq(making.batch.folders[0].path, "X/subplans");
    cr_expect_eq(making.batch.folders[0].mode, 0750);
    end(&making);
    space_end(&space);
}

Test(batch, nothing_to_do_makes_no_folder) {
    struct space space = space_new();
    struct making making;
    space_plan(&space, "X", "1.1");
    space_skipped(&space, "X", "1.1");
    space_remove(&space, "X/subplans");
    make(&making, &space, &(struct batch_options){.kind = BATCH_SUBPLAN});
    cr_expect(making.is_made);
    cr_expect_eq(making.batch.file_count, 0);
    cr_expect_eq(making.batch.folder_count, 0);
    end(&making);
    space_end(&space);
}

/* --- what stops a batch --- */

static void expect_conflict(const struct space *space, enum batch_kind kind, const char *part) {
    struct making making;
    make(&making, space, &(struct batch_options){.kind = kind});
    cr_expect_eq(making.error.code, ERROR_CONFLICT, "%s: %d", part, making.error.code);
    bool is_named = has(making.error.message, part);
    for (size_t i = 0; i < making.diagnostics.count; i++)
        is_named |= has(making.diagnostics.items[i].file, part) || has(making.diagnostics.items[i].message, part);
    cr_expect(is_named, "%s: %s", part, making.error.message);
    end(&making);
}

Test(batch, whatever_occupies_a_targets_name_is_a_conflict) {
    static const struct {
        enum batch_kind kind;
        const char *path;
    } targets[] = {{BATCH_SUBPLAN, "X/subplans/SUBPLAN_X_11.md"},
                   {BATCH_EXECUTION, "X/execution/EXECUTION_TASK_X_21_01.md"}};
    for (size_t i = 0; i < 2; i++)
        for (int what = 0; what < 3; what++) {
            struct space space = space_new();
            space_plan(&space, "X", "1.1; 2.1");
            space_subplan(&space, "X", "2.1");
            if (what == 0)
                space_make_folder(&space, targets[i].path);
            else
                space_link(&space, targets[i].path, what == 1 ? "nowhere" : "../PLAN_X.md");
            expect_conflict(&space, targets[i].kind, targets[i].path);
            space_end(&space);
        }
}

Test(batch, what_is_no_folder_in_a_folders_place_stops_it) {
    static const char *const folders[] = {"X/subplans", "X/execution"};
    for (size_t i = 0; i < 2; i++)
        for (int is_link = 0; is_link < 2; is_link++) {
            struct space space = space_new();
            struct making making;
            space_plan(&space, "X", "1.1");
            if (i == 1)
                space_remove(&space, "X/execution/feedbacks");
            space_remove(&space, folders[i]);
            if (is_link)
                space_link(&space, folders[i], "..");
            else
                space_write(&space, folders[i], "x");
            make(&making, &space, &(struct batch_options){.kind = i ? BATCH_EXECUTION : BATCH_SUBPLAN});
            cr_expect(making.error.code == ERROR_INVALID || making.error.code == ERROR_CONFLICT, "%s: %d", folders[i],
                      making.error.code);
            cr_expect_eq(making.batch.file_count, 0);
            end(&making);
            space_end(&space);
        }
}

Test(batch, an_invalid_plan_stops_it_and_says_why) {
    struct space space = space_new();
    struct making making;
    space_plan(&space, "X", "1.1: 1.2; 1.2: 1.1");
    make(&making, &space, &(struct batch_options){.kind = BATCH_SUBPLAN});
    cr_expect_eq(making.error.code, ERROR_INVALID);
    cr_assert_eq(making.diagnostics.count, 1);
    cr_expect_str_eq(making.diagnostics.items[0].code, "dependency.cycle");
    end(&making);
    space_end(&space);
}

Test(batch, without_a_dependency_file_only_subplans_by_their_ids) {
    struct space space = usual_plan();
    space_remove(&space, "X/parallel.json");
    expect_batch(&space, BATCH_SUBPLAN, "ids 2.2", ERROR_NONE, "22.md");
    expect_batch(&space, BATCH_SUBPLAN, "ready", ERROR_PREREQUISITES, "");
    expect_batch(&space, BATCH_SUBPLAN, "level 0", ERROR_PREREQUISITES, "");
    expect_batch(&space, BATCH_EXECUTION, "ids 2.1", ERROR_PREREQUISITES, "");
    space_end(&space);
}

Test(batch, a_placeholder_warns_or_blocks_and_a_draft_warns) {
    static const char *const subplans[] = {"[TO BE FILLED]\n", "# Draft\n", ""};
    for (size_t i = 0; i < 3; i++)
        for (int is_required = 0; is_required < 2; is_required++) {
            struct space space = space_new();
            struct making making;
            space_plan(&space, "X", "1.1; 1.2");
            space_write(&space, "X/subplans/SUBPLAN_X_11.md", "%s", subplans[i]);
            space_subplan(&space, "X", "1.2");
            make(&making, &space,
                 &(struct batch_options){.selection = {SELECT_LEVEL, .levels = "0"}, .require_complete = is_required});
            bool is_blocked = is_required && strcmp(subplans[i], "# Draft\n") != 0;
            cr_expect_eq(making.error.code, is_blocked ? ERROR_PREREQUISITES : ERROR_NONE, "%s", subplans[i]);
            cr_assert_eq(making.diagnostics.count, 1);
            cr_expect_str_eq(making.diagnostics.items[0].code, "subplan.incomplete");
            cr_expect_eq(making.diagnostics.error_count, 0);
            end(&making);
            space_end(&space);
        }
}

Test(batch, what_is_ready_is_not_made_of_placeholders) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4");
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "[TO BE FILLED]\n");
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "%s", "");
    space_write(&space, "X/subplans/SUBPLAN_X_13.md", "# Draft\n");
    space_subplan(&space, "X", "1.4");
    expect_batch(&space, BATCH_EXECUTION, "ready", ERROR_NONE, "13_01.md 14_01.md; other 1.1 fill; other 1.2 fill");
    expect_batch(&space, BATCH_EXECUTION, "level 0", ERROR_NONE, "11_01.md 12_01.md 13_01.md 14_01.md");
    space_end(&space);
}

Test(batch, a_subplan_with_an_irregular_name_is_missing_and_named) {
    struct space space = space_new();
    struct making making;
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/subplans/SUBPLAN_X_11_V2.md", "x");
    const char *ids[] = {"1.1"};
    make(&making, &space, &(struct batch_options){.selection = {.kind = SELECT_IDS, .ids = ids, .id_count = 1}});
    cr_expect_eq(making.error.code, ERROR_PREREQUISITES);
    cr_expect(has(making.error.hint, "batchctl create"));
    cr_assert_eq(making.diagnostics.count, 1);
    cr_expect(has(making.diagnostics.items[0].file, "SUBPLAN_X_11_V2.md"));
    end(&making);
    space_end(&space);
}

Test(batch, an_achievement_the_plan_does_not_define_is_a_warning) {
    struct space space = space_new();
    struct making making;
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/PLAN_X.md", "# PLAN\n");
    make(&making, &space, &(struct batch_options){.kind = BATCH_SUBPLAN});
    cr_expect(making.is_made);
    cr_assert_eq(making.diagnostics.count, 1);
    cr_expect_str_eq(making.diagnostics.items[0].code, "plan.no_definition");
    end(&making);
    space_end(&space);
}

/* --- split achievements --- */

static struct space split_plan(void) {
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    space_write(&space, "X/parallel.json",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": ["
                "{\"achievement_id\": \"1.1\", \"dependencies\": [], \"sub_executions\": ["
                "{\"execution_id\": \"1.1.1\"}, {\"execution_id\": \"1.1.3\"}, {\"execution_id\": \"1.1.12\"}]}]}");
    space_subplan(&space, "X", "1.1");
    return space;
}

Test(batch, a_split_achievement_gets_a_file_for_each_part) {
    struct space space = split_plan();
    expect_batch(&space, BATCH_EXECUTION, "ready", ERROR_NONE, "11_01.md 11_03.md 11_12.md");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_03_V2.md", "x");
    expect_batch(&space, BATCH_EXECUTION, "ready", ERROR_NONE, "11_01.md 11_12.md; skipped 1.1.3 exists");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "x");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_12.md", "x");
    expect_batch(&space, BATCH_EXECUTION, "level 0", ERROR_NONE,
                 "; skipped 1.1.1 exists; skipped 1.1.3 exists; skipped 1.1.12 exists");
    space_end(&space);
}
