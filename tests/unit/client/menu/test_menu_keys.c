/*
 * What the keys of the menu do, without a terminal. The same on a real one: tests/system/test_menu.c.
 */
#include "onlooker.h"

TestSuite(menu_keys, .timeout = 60);

static struct space two_ready(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1, 1.2; 3.1: 2.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    return space;
}

Test(menu_keys, numbers_mean_the_same_in_every_state) {
    static const char *const labels[] = {"1  Create SUBPLANs",  "2  Create EXECUTION_TASKs", "3  In parallel now",
                                         "4  Dependency graph", "5  Prompt for the next",    "6  Fill placeholders",
                                         "7  Validate"};
    struct onlooker onlooker;
    struct space spaces[] = {two_ready(), space_new(), space_new(), space_new()};
    space_plan(&spaces[1], "X", NULL);
    space_plan(&spaces[2], "X", "1.1: 9.9");
    space_plan(&spaces[3], "X", "1.1");
    space_approved(&spaces[3], "X", "1.1");
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        onlooker_begin(&onlooker, spaces[i], NULL);
        for (size_t j = 0; j < sizeof labels / sizeof *labels; j++)
            expect_seen(look(&onlooker), labels[j]);
        for (const char *key = "1234567"; *key; key++) { /* each either opens something or says why not */
            menu_press(&onlooker.menu, (uint32_t)*key);
            cr_expect(onlooker.menu.place != MENU_BOARD || onlooker.menu.message.length, "%zu: %c", i, *key);
            menu_press(&onlooker.menu, MENU_KEY_BACK);
            cr_expect_eq(onlooker.menu.place, MENU_BOARD);
        }
        onlooker_end(&onlooker);
    }
}

Test(menu_keys, a_merge_that_is_not_finished) {
    struct onlooker onlooker;
    struct space space = two_ready();
    space_write(&space, "X/subplans/SUBPLAN_X_11.md", "<<<<<<< HEAD\n=======\n>>>>>>> f\n");
    onlooker_begin(&onlooker, space, NULL);
    expect_seen(look(&onlooker), "2  Create EXECUTION_TASKs  ready: 1.2");
    expect_seen(look(&onlooker), "7  Validate                conflict markers: 1.1");
    expect_not_seen(look(&onlooker), "level 0");
    expect_seen(look(&onlooker), "fix the conflict markers (line 1)");
    expect_seen(press(&onlooker, "3"), "fix the conflict markers (line 1)");
    space_execution(&space, "X", "1.2");
    menu_press(&onlooker.menu, MENU_KEY_BACK);
    menu_refresh(&onlooker.menu);
    expect_seen(look(&onlooker), "fix the conflicts first: 1.1");
    expect_seen(look(&onlooker), "Next: 7");
    expect_seen(press(&onlooker, "7"), "SUBPLAN_X_11.md:1: error: git conflict markers");
    onlooker_end(&onlooker);
}

Test(menu_keys, nothing_is_created_without_y) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, two_ready(), "X");
    uint64_t before = space_fingerprint(&onlooker.space, "");
    menu_press(&onlooker.menu, MENU_KEY_ENTER); /* the cursor stands on what is recommended */
    expect_seen(look(&onlooker), "Create 2 EXECUTION_TASKs?");
    menu_press(&onlooker.menu, MENU_KEY_ENTER);
    expect_seen(look(&onlooker), "y does it, n does not.");
    expect_not_seen(look(&onlooker), "Token");
    expect_seen(press(&onlooker, "s"), "# EXECUTION_TASK: Achievement 1.1");
    press(&onlooker, "sn2q2s");
    menu_press(&onlooker.menu, MENU_KEY_BACK);
    cr_expect_eq(space_fingerprint(&onlooker.space, ""), before);
    expect_seen(press(&onlooker, "2y"), "Created 2 EXECUTION_TASKs");
    cr_expect(space_exists(&onlooker.space, "X/execution/EXECUTION_TASK_X_12_01.md"));
    expect_seen(press(&onlooker, "q"), "u undo the batch");
    expect_seen(press(&onlooker, "u"), "Undo batch 1?");
    expect_seen(press(&onlooker, "n"), "u undo the batch");
    expect_seen(press(&onlooker, "uy"), "Removed 2 files");
    expect_not_seen(press(&onlooker, "q"), "u undo");
    expect_seen(press(&onlooker, "u"), "No batch was made here");
    cr_expect(!space_exists(&onlooker.space, "X/execution/EXECUTION_TASK_X_12_01.md"));
    onlooker_end(&onlooker);
}

/* The cursor stays where the user has put it, unless there is nothing more to do. */
Test(menu_keys, the_cursor_leaves_what_is_done) {
    struct onlooker onlooker;
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_subplan(&space, "X", "1.1");
    onlooker_begin(&onlooker, space, "X");
    expect_seen(look(&onlooker), "▸2  Create EXECUTION_TASKs");
    expect_seen(press(&onlooker, "1y"), "Created ");
    expect_seen(press(&onlooker, "q"), "▸2  Create EXECUTION_TASKs");
    expect_seen(press(&onlooker, "7q"), "▸7  Validate");
    onlooker_end(&onlooker);
}

static void somebody_executes(const struct space *space) {
    space_execution(space, "X", "1.1");
}

static void somebody_edits(const struct space *space) {
    space_write(space, "X/subplans/SUBPLAN_X_12.md", "# S\n\n## Objective\n\nAnother\n\n## Approach\n\nNew\n");
}

static void somebody_fills_all(const struct space *space) {
    space_execution(space, "X", "1.1");
    space_execution(space, "X", "1.2");
}

Test(menu_keys, a_changed_preview_is_shown_again) {
    static const struct {
        void (*meanwhile)(const struct space *space);
        const char *change, *title;
    } cases[] = {
        {somebody_executes, "no more: X/execution/EXECUTION_TASK_X_11_01.md", "Create 1 EXECUTION_TASK?"},
        {somebody_edits, "SUBPLAN_X_12.md changed", "Create 2 EXECUTION_TASKs?"},
        {somebody_fills_all, "no more: X/execution/EXECUTION_TASK_X_12_01.md", "No EXECUTION_TASK to create"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct onlooker onlooker;
        onlooker_begin(&onlooker, two_ready(), "X");
        press(&onlooker, "2");
        onlooker.meanwhile = cases[i].meanwhile;
        expect_seen(press(&onlooker, "y"), cases[i].change);
        expect_seen(look(&onlooker), cases[i].title);
        cr_expect(!space_exists(&onlooker.space, ".batchd/*/batches/000001.json"));
        press(&onlooker, "n");
        expect_not_seen(press(&onlooker, "2"), "no more:");
        onlooker_end(&onlooker);
    }
}

Test(menu_keys, a_whole_level_can_be_chosen_instead) {
    struct onlooker onlooker;
    struct space space = two_ready();
    space_subplan(&space, "X", "2.1");
    onlooker_begin(&onlooker, space, "X");
    expect_seen(press(&onlooker, "2"), "← → other selection");
    menu_press(&onlooker.menu, MENU_KEY_RIGHT);
    expect_seen(look(&onlooker), "Would create 1 EXECUTION_TASK (level 1)");
    menu_press(&onlooker.menu, MENU_KEY_RIGHT);
    expect_seen(look(&onlooker), "Would create 2 EXECUTION_TASKs (ready)");
    menu_press(&onlooker.menu, MENU_KEY_LEFT);
    expect_seen(press(&onlooker, "y"), "Created 1 EXECUTION_TASK (level 1)");
    onlooker_end(&onlooker);
}

Test(menu_keys, what_a_fix_sends_back_is_reworked) {
    struct onlooker onlooker;
    struct space space = two_ready();
    space_execution(&space, "X", "1.1");
    space_execution(&space, "X", "1.2");
    space_write(&space, "X/execution/feedbacks/FIX_11.md", "# FIX\n\n- Repair the hinge\n");
    onlooker_begin(&onlooker, space, "X");
    expect_seen(look(&onlooker), "1 failed");
    expect_seen(look(&onlooker), "rework: 1.1");
    expect_seen(press(&onlooker, "2"), "EXECUTION_TASK_X_11_02.md");
    expect_seen(press(&onlooker, "y"), "Created 1 rework EXECUTION_TASK");
    expect_seen(press(&onlooker, "q"), "rework it");
    onlooker_end(&onlooker);
}

Test(menu_keys, what_is_submitted_is_reviewed_and_approved) {
    struct onlooker onlooker;
    struct space space = two_ready();
    space_write(&space, "X/execution/EXECUTION_TASK_X_11_01.md", "# T\n\n**Status**: COMPLETE\n");
    setenv("BATCHCTL_AS", "ann", true); /* a longer name leaves less room for what is to be done */
    onlooker_begin(&onlooker, space, NULL);
    expect_seen(press(&onlooker, "a"), "Nothing is submitted.");
    expect_seen(press(&onlooker, "d"), "Create 1 SUBMITTED file?");
    expect_seen(press(&onlooker, "n"), "says it is complete (line 3)");
    expect_seen(press(&onlooker, "dy"), "Adopted 1.1:");
    expect_seen(press(&onlooker, "q"), "review it");
    expect_seen(look(&onlooker), "5  Prompt for the next     review 1.1");
    expect_seen(press(&onlooker, "5"), "You are to review finished work");
    expect_seen(press(&onlooker, "qa"), "Create 1 APPROVED file?");
    expect_seen(press(&onlooker, "y"), "Approved 1.1:");
    cr_expect(space_exists(&onlooker.space, "X/execution/feedbacks/APPROVED_11.md"));
    expect_seen(press(&onlooker, "qu"), "Undo batch 2?");
    onlooker_end(&onlooker);
}

Test(menu_keys, prompts_turn_and_print) {
    struct onlooker onlooker;
    struct space space = two_ready();
    space_execution(&space, "X", "1.1");
    space_execution(&space, "X", "1.2");
    onlooker_begin(&onlooker, space, "X");
    expect_seen(press(&onlooker, "5"), "Prompt 1 of 2: 1.1");
    expect_seen(press(&onlooker, "n"), "Prompt 2 of 2: 1.2");
    expect_seen(press(&onlooker, "n"), "Prompt 1 of 2: 1.1");
    expect_seen(press(&onlooker, "N"), "Prompt 2 of 2: 1.2");
    press(&onlooker, "p");
    expect_seen(buffer_text(&onlooker.printed), "EXECUTION_TASK_X_12_01.md");
    expect_not_seen(press(&onlooker, "G"), "Carry out");
    expect_seen(press(&onlooker, "g"), "Carry out");
    onlooker_end(&onlooker);
}

Test(menu_keys, without_a_dependency_file_there_is_a_prompt_that_finds_it) {
    struct onlooker onlooker;
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    space_write(&space, "X/PLAN_X.md", "# PLAN\n\n**Achievement 1.1**: One\n\n- **Goal**: G\n");
    onlooker_begin(&onlooker, space, "X");
    expect_seen(look(&onlooker), "No parallel.json");
    expect_seen(look(&onlooker), "Next: 5, a prompt that finds the dependencies");
    expect_seen(press(&onlooker, "5"), "parallel.json");
    press(&onlooker, "q");
    expect_seen(press(&onlooker, "1"), "Create 1 SUBPLAN?");
    expect_seen(press(&onlooker, "y"), "Created 1 SUBPLAN");
    onlooker_end(&onlooker);
}

Test(menu_keys, what_is_parallel_and_what_comes_after) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, two_ready(), "X");
    expect_seen(look(&onlooker), "3  In parallel now         2 ready, 6 h → 3 h");
    expect_seen(press(&onlooker, "3"), "One after the other  6 h");
    expect_seen(look(&onlooker), "Side by side         3 h");
    expect_seen(look(&onlooker), "Ready then:");
    onlooker_end(&onlooker);
}

Test(menu_keys, a_refresh_says_what_has_changed) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, two_ready(), "X");
    menu_refresh(&onlooker.menu);
    cr_expect_eq(onlooker.menu.message.length, 0);
    space_execution(&onlooker.space, "X", "1.2");
    space_approved(&onlooker.space, "X", "1.1");
    menu_refresh(&onlooker.menu);
    expect_seen(look(&onlooker), "1.1: SUBPLAN → complete; 1.2: SUBPLAN → EXECUTION_TASK");
    cr_expect_eq(onlooker.menu.cursor, ENTRY_PROMPT, "the cursor goes along with what is recommended");
    menu_press(&onlooker.menu, MENU_KEY_UP);
    expect_not_seen(look(&onlooker), "→ complete");
    space_write(&onlooker.space, "X/parallel.json", "{");
    menu_refresh(&onlooker.menu);
    expect_seen(look(&onlooker), "the plan is invalid now");
    cr_expect_eq(onlooker.menu.cursor, ENTRY_GRAPH, "but not if the user has moved it");
    onlooker_end(&onlooker);
}

Test(menu_keys, plans_are_chosen_and_changed) {
    struct onlooker onlooker;
    struct space space = two_ready();
    space_plan(&space, "group/Y", "1.1: 7.7");
    onlooker_begin(&onlooker, space, NULL);
    expect_seen(look(&onlooker), "Which plan?");
    expect_seen(look(&onlooker), "group/Y  0 of 1, invalid");
    menu_press(&onlooker.menu, MENU_KEY_ENTER);
    expect_seen(look(&onlooker), "2 ready");
    expect_seen(press(&onlooker, "b"), "Which plan?");
    press(&onlooker, "j");
    menu_press(&onlooker.menu, MENU_KEY_ENTER);
    expect_seen(look(&onlooker), "This plan is invalid");
    expect_seen(press(&onlooker, "7"), "7.7 is not an achievement");
    press(&onlooker, "qq");
    cr_expect(onlooker.menu.is_over);
    onlooker_end(&onlooker);
}

/* What Enter opens is what the cursor was on, though another entry is recommended by now. */
Test(menu_keys, enter_opens_what_was_seen) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, two_ready(), "X");
    expect_seen(look(&onlooker), "▸2  Create EXECUTION_TASKs");
    space_write(&onlooker.space, "X/parallel.json", "{");
    menu_press(&onlooker.menu, MENU_KEY_ENTER);
    expect_seen(look(&onlooker), "▸2  Create EXECUTION_TASKs (the plan is invalid: see 7)");
    expect_seen(look(&onlooker), "The plan has errors. 7 lists them");
    onlooker_end(&onlooker);
}

Test(menu_keys, the_plan_can_go) {
    struct onlooker onlooker;
    onlooker_begin(&onlooker, two_ready(), "X");
    char *from = space_path(&onlooker.space, "X"), *to = space_path(&onlooker.space, "../X");
    cr_assert_eq(rename(from, to), 0);
    memory_free(from);
    memory_free(to);
    expect_seen(press(&onlooker, "r"), "X");
    press(&onlooker, "b1234567");
    expect_seen(press(&onlooker, "qqb"), "Next: ");
    onlooker_end(&onlooker);
}

Test(menu_keys, there_is_something_to_begin_with_or_a_reason) {
    struct onlooker onlooker = {.space = space_new(), .menu.host = {onlooker_answer, onlooker_print, &onlooker}};
    struct answer answer;
    cr_expect(!menu_begin(&onlooker.menu, "MISSING", &answer));
    cr_expect_eq(answer.code, ERROR_NOT_FOUND);
    answer_release(&answer);
    cr_expect(!menu_begin(&onlooker.menu, NULL, &answer));
    cr_expect_neq(answer.code, ERROR_NONE);
    answer_release(&answer);
    onlooker_end(&onlooker);
}
