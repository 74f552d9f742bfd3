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

/* A file of the achievement 1.1: what stands under each name. */
enum presence { IS_ABSENT, IS_PRESENT, IS_EMPTY, IS_CONFLICTED, IS_LINK, IS_FOLDER, PRESENCES };
enum { SUBPLAN, EXECUTION, FIX, SUBMITTED, SKIPPED, APPROVED, FILES };

static const char *const state_files[FILES] = {
    "X/subplans/SUBPLAN_X_11.md",      "X/execution/EXECUTION_TASK_X_11_01.md",
    "X/execution/feedbacks/FIX_11.md", "X/execution/feedbacks/SUBMITTED_11_01.md",
    "X/execution/SKIPPED_11.md",       "X/execution/feedbacks/APPROVED_11.md"};

static bool counts(enum presence presence) {
    return presence == IS_PRESENT || presence == IS_EMPTY || presence == IS_CONFLICTED;
}

static void put(const struct space *space, size_t file, enum presence presence) {
    static const char conflict[] = "# T\n\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n";
    static const char text[] = "# S\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n";
    if (presence == IS_LINK)
        space_link(space, state_files[file], "/etc/hostname");
    else if (presence == IS_FOLDER)
        space_make_folder(space, state_files[file]);
    else if (presence != IS_ABSENT)
        space_write(space, state_files[file], "%s",
                    presence == IS_EMPTY        ? ""
                    : presence == IS_CONFLICTED ? conflict
                                                : text);
}

/* The table of states, once more and written differently: nested decisions, and no list of rows. */
static void expect_state(const struct standing *standing, const enum presence *has, const char *where) {
    bool is_conflicted = false;
    enum achievement_state state;
    enum next_step next = STEP_WORK;
    if (counts(has[APPROVED]) || counts(has[SKIPPED])) {
        bool is_complete = counts(has[APPROVED]);
        state = is_complete ? STATE_COMPLETE : STATE_SKIPPED;
        next = STEP_NOTHING;
        is_conflicted = has[is_complete ? APPROVED : SKIPPED] == IS_CONFLICTED;
    } else if (counts(has[FIX])) { /* open, as nothing here answers it; and no SUBMITTED counts beside it */
        state = STATE_FAILED;
        next = STEP_REWORK;
        is_conflicted = has[FIX] == IS_CONFLICTED;
    } else if (counts(has[EXECUTION])) {
        bool is_submitted = counts(has[SUBMITTED]);
        state = is_submitted ? STATE_SUBMITTED : STATE_EXECUTION_CREATED;
        next = is_submitted ? STEP_REVIEW : STEP_WORK;
        is_conflicted = has[is_submitted ? SUBMITTED : EXECUTION] == IS_CONFLICTED;
    } else {
        state = counts(has[SUBPLAN]) ? STATE_SUBPLAN_CREATED : STATE_NOT_STARTED;
        next = !counts(has[SUBPLAN])           ? STEP_SUBPLAN
               : has[SUBPLAN] == IS_EMPTY      ? STEP_FILL
               : has[SUBPLAN] == IS_CONFLICTED ? STEP_RESOLVE
                                               : STEP_EXECUTION;
    }
    bool is_done = next == STEP_NOTHING;
    state = is_conflicted ? STATE_CONFLICTED : state;
    next = is_conflicted ? STEP_RESOLVE : next;
    cr_expect_eq(standing->state, state, "%s: %s", where, achievement_state_name(standing->state));
    cr_expect_eq(standing->next, next, "%s: %s", where, next_step_name(standing->next));
    cr_expect_eq(standing->is_ready, !is_done && !is_conflicted, "%s", where);
    cr_expect_eq(standing_rare(standing)->conflict_file != NULL, is_conflicted, "%s", where);
    cr_expect_eq(standing_rare(standing)->conflict_file_line, is_conflicted ? 3 : 0, "%s", where);
}

/* Every file in every presence, with every other one absent or present. */
Test(plan, the_table_of_states_holds_for_every_combination) {
    size_t cases = 0;
    for (size_t odd = 0; odd < FILES; odd++)
        for (enum presence presence = IS_ABSENT; presence < PRESENCES; presence++)
            for (unsigned others = 0; others < 1u << FILES; others++) {
                enum presence has[FILES];
                struct buffer where = {0};
                struct space space;
                struct load loaded;
                if (others & 1u << odd)
                    continue;
                space = space_new();
                space_plan(&space, "X", "1.1");
                for (size_t i = 0; i < FILES; i++) {
                    bool is_there = others & 1u << i;
                    has[i] = is_there ? IS_PRESENT : IS_ABSENT;
                    if (i == odd)
                        has[i] = presence;
                    put(&space, i, has[i]);
                    buffer_append_format(&where, "%d", has[i]);
                }
                load(&loaded, &space, "X");
                expect_state(&loaded.plan.standings[0], has, where.data);
                cr_expect_eq(loaded.plan.counts[loaded.plan.standings[0].state], 1);
                unload(&loaded);
                space_end(&space);
                buffer_release(&where);
                cases++;
            }
    cr_expect_geq(cases, 500, "%zu", cases);
}

/* --- submissions and FIX files --- */

static void expect_standing(const struct space *space, enum achievement_state state, enum next_step next,
                            const char *fix) {
    struct load loaded;
    load(&loaded, space, "X");
    const struct standing *standing = &loaded.plan.standings[0];
    cr_expect_eq(standing->state, state, "%s", achievement_state_name(standing->state));
    cr_expect_eq(standing->next, next, "%s", next_step_name(standing->next));
    cr_expect_str_eq(standing_rare(standing)->fix_file ? names_base(standing_rare(standing)->fix_file) : "", fix);
    unload(&loaded);
}

#define EMPTY_SHA  "sha256:e3b0c44298fc1c14"
#define REWORK(of) "# T\n\n**Rework of**: " of " " EMPTY_SHA "\n"

Test(plan, a_submission_counts_for_the_last_work_order_alone) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/execution/feedbacks/SUBMITTED_11_01.md", "**By**: ann\n");
    expect_standing(&space, STATE_SUBPLAN_CREATED, STEP_EXECUTION, "");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01_V2.md", "x");
    expect_standing(&space, STATE_SUBMITTED, STEP_REVIEW, "");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md", "x");
    expect_standing(&space, STATE_EXECUTION_CREATED, STEP_WORK, "");
    space_write(&space, "X/execution/feedbacks/SUBMITTED_11_02.md", "%s", "");
    expect_standing(&space, STATE_SUBMITTED, STEP_REVIEW, "");
    space_write(&space, "X/execution/feedbacks/SUBMITTED_11_02_V2.md", "%s", "");
    expect_standing(&space, STATE_SUBMITTED, STEP_REVIEW, "");
    space_end(&space);
}

/* By content: whatever the times are, a FIX that is rewritten is open again. */
Test(plan, each_fix_is_open_until_its_content_is_answered) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.1");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "x");
    space_write(&space, "X/execution/feedbacks/SUBMITTED_11_01.md", "%s", "");
    space_write(&space, "X/execution/feedbacks/FIX_11.md", "%s", "");
    expect_standing(&space, STATE_FAILED, STEP_REWORK, "FIX_11.md");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md", REWORK("FIX_11.md"));
    expect_standing(&space, STATE_FAILED, STEP_WORK, "FIX_11.md");
    space_write(&space, "X/execution/feedbacks/FIX_11_02.md", "%s", "");
    expect_standing(&space, STATE_FAILED, STEP_REWORK, "FIX_11_02.md");
    space_write(&space, "X/execution/feedbacks/SUBMITTED_11_02.md", REWORK("FIX_11_02.md"));
    expect_standing(&space, STATE_SUBMITTED, STEP_REVIEW, "FIX_11_02.md");
    space_write(&space, "X/execution/feedbacks/FIX_11.md", "again\n");
    expect_standing(&space, STATE_FAILED, STEP_REWORK, "FIX_11.md");
    space_write(&space, "X/execution/feedbacks/FIX_11.md", "%s", "");
    expect_standing(&space, STATE_SUBMITTED, STEP_REVIEW, "FIX_11_02.md");
    space_end(&space);
}

/* One EXECUTION_TASK can answer several, a line each. */
Test(plan, one_work_order_answers_several_fixes) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_write(&space, "X/execution/feedbacks/FIX_11.md", "%s", "");
    space_write(&space, "X/execution/feedbacks/FIX_11_01.md", "%s", "");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md",
                REWORK("FIX_11.md") "**Rework of**: FIX_11_01.md " EMPTY_SHA "\n\n## Objective\n");
    expect_standing(&space, STATE_FAILED, STEP_WORK, "FIX_11_01.md");
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_02.md",
                REWORK("FIX_11.md") "\n## Objective\n\n**Rework of**: FIX_11_01.md " EMPTY_SHA "\n");
    expect_standing(&space, STATE_FAILED, STEP_REWORK, "FIX_11_01.md");
    space_end(&space);
}

static void expect_claim(const struct space *space, const char *text, unsigned line) {
    struct load loaded;
    space_write(space, "X/execution/EXECUTION_TASK_X_11_01.md", "%s", text);
    load(&loaded, space, "X");
    const struct completion_claim *claim = achievement_claim(&loaded.plan.standings[0]);
    cr_expect_eq(claim ? claim->line : 0, line, "%s: %u", text, claim ? claim->line : 0);
    cr_expect_eq(loaded.plan.standings[0].state, STATE_EXECUTION_CREATED);
    unload(&loaded);
}

Test(plan, what_a_work_order_says_of_itself_is_a_hint) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    expect_claim(&space, "# T\n\n**Status**: \u2705 **COMPLETE** - all made\n", 3);
    expect_claim(&space, "**Status**: done\n", 1);
    expect_claim(&space, "**Status:** Completed\n", 1);
    expect_claim(&space, "- **Final Status**: \u2705 Complete\n", 1);
    expect_claim(&space, "**Status**: Ready\n\n**Status**: COMPLETE\n", 3);
    expect_claim(&space, "**Status**: COMPLETE\n\n**Status**: in review\n", 0);
    expect_claim(&space, "**Status**: Partially complete\n", 0);
    expect_claim(&space, "**Status**: Ready for execution, nothing is done\n", 0);
    expect_claim(&space, "**Status**: phase 1 complete\n", 0);
    expect_claim(&space, "**Status**: completely open\n", 0);
    expect_claim(&space, "```\n**Status**: COMPLETE\n```\n", 0);
    expect_claim(&space, "Status: COMPLETE\n", 0);
    expect_claim(&space, "- [x] a\n- [X] b\n", 2);
    expect_claim(&space, "- [x] a\n  - [ ] b\n", 0);
    expect_claim(&space, "- [x] a\n\n```\n- [ ] b\n```\n", 1);
    expect_claim(&space, "**Status**: open\n1. [x] a\n", 2);
    expect_claim(&space, "no boxes\n", 0);
    space_end(&space);
}

Test(plan, states_and_steps_have_names) {
    static const char *const states[] = {"not_started", "subplan_created", "execution_created", "submitted",
                                         "failed",      "conflicted",      "skipped",           "complete"};
    for (int state = STATE_NOT_STARTED; state <= STATE_COMPLETE; state++)
        cr_expect_str_eq(achievement_state_name((enum achievement_state)state), states[state]);
    cr_expect_null(next_step_name(STEP_NOTHING));
    cr_expect_str_eq(next_step_name(STEP_SUBPLAN), "subplan");
    cr_expect_str_eq(next_step_name(STEP_FILL), "fill");
    cr_expect_str_eq(next_step_purpose(STEP_FILL), "subplan");
    cr_expect_str_eq(next_step_name(STEP_REWORK), "rework");
    cr_expect_str_eq(next_step_name(STEP_REVIEW), "review");
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
    cr_expect(has(standing_rare(&loaded.plan.standings[0])->irregular_subplan, "SUBPLAN_X_11_V2.md"));
    cr_expect_null(standing_rare(&loaded.plan.standings[1])->irregular_subplan);
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
    for (size_t i = 0; i < FILES; i++)
        for (int is_link = 0; is_link < 2; is_link++) {
            struct space space = space_new();
            struct buffer expected = {0};
            space_plan(&space, "X", "1.1");
            space_write(&space, "real.md", "x");
            if (is_link)
                space_link(&space, state_files[i], "../../real.md");
            else
                space_make_folder(&space, state_files[i]);
            expect_states(&space, "X", "1.1 not_started ready");
            buffer_append_format(&expected, "file.irregular %s", state_files[i]);
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
