/*
 * core/plan/plan: what is read from a plan's folder: names, states, readiness, and that nothing is read twice.
 */
#include "plan/achievement.h"
#include "plan/plan.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/memory.h"
#include "load.h"

TestSuite(plan, .timeout = 60);

/* "1.1 subplan_created ready, 1.2 complete, ..." */
static void expect_states(const struct space *space, const char *path, const char *expected) {
    struct load loaded;
    struct buffer found = {0};
    load(&loaded, space, path);
    for (size_t i = 0; i < loaded.plan.dependencies.count; i++) {
        const struct standing *standing = &loaded.plan.standings[i];
        buffer_append_format(&found, "%s%s %s%s", i ? ", " : "", loaded.plan.dependencies.achievements[i].id,
                             achievement_state_name(standing->state), standing->is_ready ? " ready" : "");
    }
    cr_expect_str_eq(buffer_text(&found), expected, "%s: %s", path, buffer_text(&found));
    buffer_release(&found);
    unload(&loaded);
}

/* Diagnostics as "code file, code file", in the order they were found. */
static void expect_diagnostics(const struct space *space, const char *path, bool is_valid, const char *expected) {
    struct load loaded;
    struct buffer found = {0};
    load(&loaded, space, path);
    const struct diagnostics *diagnostics = &loaded.plan.diagnostics;
    for (size_t i = 0; i < diagnostics->count; i++)
        buffer_append_format(&found, "%s%s %s", i ? ", " : "", diagnostics->items[i].code,
                             diagnostics->items[i].file ? diagnostics->items[i].file : "-");
    cr_expect_str_eq(buffer_text(&found), expected, "%s: %s", path, buffer_text(&found));
    cr_expect_eq(loaded.plan.is_valid, is_valid, "%s: %s", path, buffer_text(&found));
    if (!is_valid)
        cr_expect_not(loaded.plan.has_graph);
    buffer_release(&found);
    unload(&loaded);
}

/* --- states --- */

enum mark { NOTHING = 0, SUBPLAN = 1, EXECUTION = 2, FIX = 4, SKIPPED = 8, APPROVED = 16, ALL_MARKS = 32 };

/* Every combination of files: the first of APPROVED, SKIPPED, FIX, EXECUTION_TASK, SUBPLAN decides. */
Test(plan, the_strongest_file_decides_the_state) {
    for (unsigned marks = 0; marks < ALL_MARKS; marks++) {
        struct space space = space_new();
        struct load loaded;
        space_plan(&space, "X", "1.1");
        if (marks & SUBPLAN)
            space_subplan(&space, "X", "1.1");
        if (marks & EXECUTION)
            space_execution(&space, "X", "1.1");
        if (marks & FIX)
            space_fix(&space, "X", "1.1");
        if (marks & SKIPPED)
            space_skipped(&space, "X", "1.1");
        if (marks & APPROVED)
            space_approved(&space, "X", "1.1");
        enum achievement_state expected = marks & APPROVED    ? STATE_COMPLETE
                                          : marks & SKIPPED   ? STATE_SKIPPED
                                          : marks & FIX       ? STATE_FAILED
                                          : marks & EXECUTION ? STATE_EXECUTION_CREATED
                                          : marks & SUBPLAN   ? STATE_SUBPLAN_CREATED
                                                              : STATE_NOT_STARTED;
        static const enum next_step steps[] = {STEP_SUBPLAN, STEP_EXECUTION, STEP_WORK,
                                               STEP_REWORK,  STEP_NOTHING,   STEP_NOTHING};
        load(&loaded, &space, "X");
        const struct standing *standing = &loaded.plan.standings[0];
        cr_expect_eq(standing->state, expected, "marks %u: %s", marks, achievement_state_name(standing->state));
        cr_expect_eq(standing->next, steps[expected], "marks %u", marks);
        cr_expect_eq(standing->is_ready, !(marks & (APPROVED | SKIPPED)), "marks %u", marks);
        cr_expect_eq(plan_is_open(&loaded.plan, 0), standing->is_ready);
        cr_expect_eq(loaded.plan.counts[expected], 1);
        unload(&loaded);
        space_end(&space);
    }
}

Test(plan, states_and_steps_have_names) {
    static const char *const states[] = {"not_started", "subplan_created", "execution_created",
                                         "failed",      "skipped",         "complete"};
    for (int state = STATE_NOT_STARTED; state <= STATE_COMPLETE; state++)
        cr_expect_str_eq(achievement_state_name((enum achievement_state)state), states[state]);
    cr_expect_null(next_step_name(STEP_NOTHING));
    cr_expect_str_eq(next_step_name(STEP_SUBPLAN), "subplan");
    cr_expect_str_eq(next_step_name(STEP_FILL), "fill");
    cr_expect_str_eq(next_step_purpose(STEP_FILL), "subplan");
    cr_expect_str_eq(next_step_name(STEP_REWORK), "rework");
}

Test(plan, ready_is_what_depends_on_finished_work_alone) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 2.1: 1.1; 2.2: 1.1, 1.2; 2.3: 1.3; 2.4: 1.4; 3.1: 2.1");
    space_approved(&space, "X", "1.1");
    space_skipped(&space, "X", "1.2");
    space_fix(&space, "X", "1.3");
    space_execution(&space, "X", "1.4");
    expect_states(&space, "X",
                  "1.1 complete, 1.2 skipped, 1.3 failed ready, 1.4 execution_created ready, 2.1 not_started ready, "
                  "2.2 not_started ready, 2.3 not_started, 2.4 not_started, 3.1 not_started");
    space_end(&space);
}

Test(plan, status_in_prose_is_no_state) {
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    space_write(&space, "X/parallel.json",
                "{\"plan_name\": \"X\", \"parallelization_level\": \"level_1\", \"achievements\": ["
                "{\"achievement_id\": \"1.1\", \"dependencies\": [], \"status\": \"complete\"}]}");
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "# S\n\n**Status**: ✅ APPROVED\n");
    expect_states(&space, "X", "1.1 subplan_created ready");
    space_end(&space);
}

/* --- names --- */

Test(plan, irregular_names_are_passed_over) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    static const char *const files[] = {
        "subplans/INDEX.md",
        "subplans/SUBPLAN_Y_11.md",
        "subplans/SUBPLAN_X_11.txt",
        "subplans/APPROVED_11.md",
        "execution/INDEX.md",
        "execution/EXECUTION_TASK_Y_11_01.md",
        "execution/APPROVED_11.md",
        "execution/FIX_11.md",
        "execution/SUBPLAN_X_11.md",
        "execution/EXECUTION_TASK_X_11.md",
        "execution/feedbacks/FIX_11_RESOLUTION.md",
        "execution/feedbacks/APPROVED_1.1.md",
        "execution/feedbacks/SKIPPED_11.md",
        "execution/feedbacks/approved_11.md",
        "execution/EXECUTION_TASK_X_11_01.md.bak",
        "SUBPLAN_X_11.md",
        "documentation/execution/feedbacks/APPROVED_11.md",
        "SKIPPED_11.md",
        "subplans/old/SUBPLAN_X_11.md",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct buffer path = {0};
        buffer_append_format(&path, "X/%s", files[i]);
        space_write(&space, path.data, "text");
        buffer_release(&path);
    }
    expect_states(&space, "X", "1.1 not_started ready");
    expect_diagnostics(&space, "X", true,
                       "file.misplaced X/subplans/APPROVED_11.md, file.irregular_name X/subplans/SUBPLAN_X_11.txt, "
                       "file.misplaced X/execution/APPROVED_11.md, file.irregular_name "
                       "X/execution/EXECUTION_TASK_X_11.md, file.misplaced X/execution/FIX_11.md, file.misplaced "
                       "X/execution/SUBPLAN_X_11.md, file.irregular_name X/execution/feedbacks/APPROVED_1.1.md, "
                       "file.misplaced X/execution/feedbacks/SKIPPED_11.md, file.irregular_name "
                       "X/execution/feedbacks/approved_11.md, file.misplaced X/SKIPPED_11.md, file.misplaced "
                       "X/SUBPLAN_X_11.md");
    space_end(&space);
}

/* Each name alone is named with what it was meant to be, or not at all. */
Test(plan, names_that_nearly_count_are_named_with_the_command_that_corrects_them) {
    static const struct {
        const char *file, *hint;
    } rows[] = {
        {"execution/feedbacks/APPROVED_2.1.md",
         "mv -n X/execution/feedbacks/APPROVED_2.1.md X/execution/feedbacks/APPROVED_21.md"},
        {"execution/feedbacks/Approved-21.MD", "APPROVED_21.md"},
        {"execution/feedbacks/APROVED_21.md", "APPROVED_21.md"},
        {"execution/feedbacks/APPROVED21.md", "APPROVED_21.md"},
        {"execution/feedbacks/APPROVED_21_v2.md", "APPROVED_21.md"},
        {"execution/feedbacks/APPROVED_21 (1).md", "'X/execution/feedbacks/APPROVED_21 (1).md'"},
        {"execution/feedbacks/APPROVED_3.md", "APPROVED_03.md"},
        {"execution/feedbacks/APPROVED_02.01.md", "APPROVED_21.md"},
        {"execution/feedbacks/APPROVED_21", "APPROVED_21.md"},
        {"execution/feedbacks/APPROVED_21.txt", "APPROVED_21.md"},
        {"execution/feedbacks/fix_2_1.md", "FIX_21.md"},
        {"execution/skipped_21.md", "SKIPPED_21.md"},
        {"execution/feedback/APPROVED_21.md",
         "mv -n X/execution/feedback/APPROVED_21.md X/execution/feedbacks/APPROVED_21.md"},
        {"execution/reviews/FIX_21.md", "FIX_21.md"},
        {"review/approved 2.1.md", "APPROVED_21.md"},
        {"feedbacks/APPROVED_21.md", "APPROVED_21.md"},
        {"Subplan/SUBPLAN_X_21.md", "X/subplans/SUBPLAN_X_21.md"},
        {"subplans/subplan_x_2.1.md", "X/subplans/SUBPLAN_X_21.md"},
        {"subplans/SUBPLAN_21.md", "X/subplans/SUBPLAN_X_21.md"},
        {"subplans/SUBPLAN_X_21_v2.md", "X/subplans/SUBPLAN_X_21.md"},
        {"execution/EXECUTION_TASK_X_21.md", "X/execution/EXECUTION_TASK_X_21_01.md"},
        {"execution/EXECUTION_TASK_X_2.1_02.md", "X/execution/EXECUTION_TASK_X_21_02.md"},
        {"execution/Execution-Task_X_21_01.md", "X/execution/EXECUTION_TASK_X_21_01.md"},
        {"execution/feedbacks/FIX_21_RESOLUTION.md", NULL},
        {"execution/feedbacks/APPROVED_21.md.orig", NULL},
        {"execution/feedbacks/APPROVED_21.md~", NULL},
        {"execution/feedbacks/DISAPPROVED_21.md", NULL},
        {"execution/feedbacks/APPROVED_77.txt", NULL},
        {"execution/feedbacks/REVIEW.md", NULL},
        {"execution/notes/APPROVED_21.md", NULL},
        {"execution/FIXTURES_21.md", NULL},
        {"subplans/SUBPLAN_Y_21.md", NULL},
        {"INDEX.md", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = space_new();
        struct load loaded;
        struct buffer path = {0};
        buffer_append_format(&path, "X/%s", rows[i].file);
        space_plan(&space, "X", "0.3; 2.1");
        space_write(&space, path.data, "text");
        load(&loaded, &space, "X");
        const struct diagnostics *found = &loaded.plan.diagnostics;
        cr_expect_eq(found->count, rows[i].hint ? 1 : 0, "%s: %zu", rows[i].file, found->count);
        cr_expect(!rows[i].hint || (found->count && has(found->items[0].hint, rows[i].hint)), "%s: %s", rows[i].file,
                  found->count ? found->items[0].hint : "");
        unload(&loaded);
        buffer_release(&path);
        space_end(&space);
    }
}

Test(plan, a_name_that_nearly_counts_is_no_news_where_the_right_one_is) {
    struct space space = space_new();
    space_plan(&space, "X", "2.1");
    space_approved(&space, "X", "2.1");
    space_write(&space, "X/execution/feedbacks/APPROVED_2.1.md", "x");
    expect_diagnostics(&space, "X", true, "");
    space_remove(&space, "X/execution/feedbacks/APPROVED_21.md");
    expect_diagnostics(&space, "X", true, "file.irregular_name X/execution/feedbacks/APPROVED_2.1.md");
    space_end(&space);
}

Test(plan, a_subplan_with_a_suffix_is_missing_and_named) {
    struct space space = space_new();
    struct load loaded;
    space_plan(&space, "X", "1.1; 1.2");
    space_write(&space, "X/subplans/SUBPLAN_X_11_V2.md", "x");
    load(&loaded, &space, "X");
    cr_expect_eq(loaded.plan.standings[0].subplan, SUBPLAN_MISSING);
    cr_expect_null(loaded.plan.standings[0].subplan_file);
    cr_expect(has(loaded.plan.standings[0].irregular_subplan, "SUBPLAN_X_11_V2.md"));
    cr_expect_null(loaded.plan.standings[1].irregular_subplan);
    unload(&loaded);
    space_end(&space);
}

Test(plan, any_execution_task_counts_whatever_its_number_and_suffix) {
    struct space space = space_new();
    struct load loaded;
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_10.md", "%s", "");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02_V2.md", "x");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "x");
    space_write(&space, "X/execution/EXECUTION_TASK_X_12_07_RECOVERY.md", "x");
    expect_states(&space, "X", "1.1 execution_created ready, 1.2 execution_created ready, 1.3 not_started ready");
    load(&loaded, &space, "X");
    const struct standing *standing = &loaded.plan.standings[0];
    cr_assert_eq(standing->execution_count, 3);
    cr_expect_str_eq(standing->executions[0].file, "X/execution/EXECUTION_TASK_X_11_02.md");
    cr_expect_not(standing->executions[0].has_suffix);
    cr_expect_str_eq(standing->executions[1].file, "X/execution/EXECUTION_TASK_X_11_02_V2.md");
    cr_expect(standing->executions[1].has_suffix);
    cr_expect_eq(standing->executions[2].number, 10);
    unload(&loaded);
    space_end(&space);
}

Test(plan, names_with_dots_digits_and_glob_characters) {
    static const char *const names[] = {"MY-PLAN_V2", "PLAN_X", "V1.2.3", "11",  "X_11", "a[b]*?", "with blank",
                                        "PLAN",       "X_",     "%s%n",   "-rf", "é",    "$(x)",   "a'b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct space space = space_new();
        struct load loaded;
        space_plan(&space, names[i], "1.1; 1.2");
        space_subplan(&space, names[i], "1.1");
        space_execution(&space, names[i], "1.2");
        load(&loaded, &space, names[i]);
        cr_expect_str_eq(loaded.plan.name, names[i]);
        cr_expect(loaded.plan.is_valid, "%s", names[i]);
        cr_expect_eq(loaded.plan.diagnostics.count, 0, "%s", names[i]);
        cr_expect_eq(loaded.plan.standings[0].state, STATE_SUBPLAN_CREATED, "%s", names[i]);
        cr_expect_eq(loaded.plan.standings[1].state, STATE_EXECUTION_CREATED, "%s", names[i]);
        unload(&loaded);
        space_end(&space);
    }
}

/* A plan whose name is the beginning of another one's must not take its files. */
Test(plan, files_of_a_plan_with_a_longer_name_are_not_taken) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/subplans/SUBPLAN_X_V2_11.md", "x");
    space_write(&space, "X/execution/EXECUTION_TASK_X_V2_11_01.md", "x");
    expect_states(&space, "X", "1.1 not_started ready");
    space_end(&space);
}

/* --- things in a file's place --- */

Test(plan, folders_and_links_never_count_and_are_reported) {
    static const struct {
        const char *path;
        enum mark mark;
    } targets[] = {{"X/subplans/SUBPLAN_X_11.md", SUBPLAN},
                   {"X/execution/EXECUTION_TASK_X_11_01.md", EXECUTION},
                   {"X/execution/SKIPPED_11.md", SKIPPED},
                   {"X/execution/feedbacks/APPROVED_11.md", APPROVED},
                   {"X/execution/feedbacks/FIX_11.md", FIX}};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        for (int is_link = 0; is_link < 2; is_link++) {
            struct space space = space_new();
            struct buffer expected = {0};
            space_plan(&space, "X", "1.1");
            space_write(&space, "real.md", "x");
            if (is_link)
                space_link(&space, targets[i].path, "../../real.md");
            else
                space_make_folder(&space, targets[i].path);
            expect_states(&space, "X", "1.1 not_started ready");
            buffer_append_format(&expected, "file.irregular %s", targets[i].path);
            expect_diagnostics(&space, "X", true, expected.data);
            buffer_release(&expected);
            space_end(&space);
        }
}

Test(plan, a_files_own_achievement_must_exist_and_its_header_agree) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    space_approved(&space, "X", "9.9");
    space_subplan(&space, "X", "8.8");
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "**Achievement**: 1.2 - Title\n");
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "**Achievement**: 1.2 - Title\n");
    space_write(&space, "X/subplans/SUBPLAN_X_13.md", "no header\n");
    expect_diagnostics(&space, "X", true,
                       "document.achievement X/subplans/SUBPLAN_X_11.md, "
                       "file.unknown_achievement X/subplans/SUBPLAN_X_88.md, "
                       "file.unknown_achievement X/execution/feedbacks/APPROVED_99.md");
    space_end(&space);
}

Test(plan, how_complete_the_subplans_are) {
    struct space space = space_new();
    struct load loaded;
    space_plan(&space, "X", "1.1; 1.2; 1.3; 1.4; 1.5");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/subplans/SUBPLAN_X_12.md", "[TO BE FILLED]\n");
    space_write(&space, "X/subplans/SUBPLAN_X_13.md", "%s", "");
    char *large = memory_allocate(DOCUMENT_SIZE_MOST_BYTES + 1, 1);
    space_write_bytes(&space, "X/subplans/SUBPLAN_X_14.md", large, DOCUMENT_SIZE_MOST_BYTES + 1);
    memory_free(large);
    static const enum subplan_state states[] = {SUBPLAN_COMPLETE, SUBPLAN_PLACEHOLDER, SUBPLAN_PLACEHOLDER,
                                                SUBPLAN_DRAFT, SUBPLAN_MISSING};
    load(&loaded, &space, "X");
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(loaded.plan.standings[i].subplan, states[i], "%zu", i);
    unload(&loaded);
    expect_diagnostics(&space, "X", true, "file.unreadable X/subplans/SUBPLAN_X_14.md");
    space_end(&space);
}
