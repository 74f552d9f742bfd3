/*
 * The menu on a real terminal: a level of a plan from SUBPLANs to undo, what happens meanwhile, and that the terminal
 * is left as it was. tests/unit/client/menu/test_menu_keys.c has the keys, test_menu_view.c what the screen says.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "daemon.h"
#include "pane.h"

TestSuite(menu, .timeout = 200);

static struct space three_levels(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1; 2.2: 1.1, 1.2; 3.1: 2.1, 2.2");
    return space;
}

/* Run @command, and note the settings of the terminal before and after. */
static void run_measured(struct pane *pane, const char *command) {
    char line[400];
    space_write(pane->space, "../measured",
                "trap : INT QUIT\nulimit -c 0\nstty -g >../before\nbash -c \"$1\"\necho END $?\nstty -g >../after\n"
                "echo MEASURED\n");
    snprintf(line, sizeof line, "clear; bash ../measured '%s'", command);
    pane_run(pane, line);
}

static void expect_same_settings(const struct space *space) {
    char *before = space_read(space, "../before"), *after = space_read(space, "../after");
    cr_expect(before && after && strcmp(before, after) == 0, "%s%s", before, after);
    memory_free(before);
    memory_free(after);
}

static void expect_terminal_restored(struct pane *pane) {
    pane_await(pane, "MEASURED");
    expect_same_settings(pane->space);
    cr_expect(!has(pane->text, "Validate"), "the shell's own screen is back:\n%s", pane->text);
    pane_run(pane, "echo VISI''BLE");
    pane_await(pane, "VISIBLE");
}

Test(menu, a_whole_level_from_subplans_to_undo) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    run_measured(&pane, "batchctl menu X");
    pane_await(&pane, "Next: 1, ready for SUBPLANs: 1.1, 1.2");
    pane_await(&pane, "0 of 5 complete · 2 ready");
    pane_await(&pane, "blocks 3");
    pane_press(&pane, "1");
    pane_await(&pane, "Create 2 SUBPLANs?");
    pane_await(&pane, "+ X/subplans/SUBPLAN_X_12.md");
    cr_expect(!space_exists(&space, "X/subplans/SUBPLAN_X_11.md"));
    cr_expect(!space_exists(&space, ".batchd"), "a preview writes nothing");
    pane_press(&pane, "y");
    pane_await(&pane, "Created 2 SUBPLANs");
    cr_expect(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"));
    pane_press(&pane, "q");
    pane_await(&pane, "6  Fill placeholders       1.1, 1.2");
    pane_press(&pane, "6");
    pane_await(&pane, "Prompt 1 of 2: 1.1");
    pane_press(&pane, "n");
    pane_await(&pane, "Prompt 2 of 2: 1.2");
    pane_press(&pane, "Escape");
    space_subplan(&space, "X", "1.1"); /* an agent fills them in */
    space_subplan(&space, "X", "1.2");
    pane_await(&pane, "Next: 2, ready for EXECUTION_TASKs: 1.1, 1.2");
    pane_press(&pane, "2");
    pane_await(&pane, "Create 2 EXECUTION_TASKs?");
    pane_press(&pane, "y");
    pane_await(&pane, "Created 2 EXECUTION_TASKs");
    pane_press(&pane, "u");
    pane_await(&pane, "Undo batch 2?");
    cr_expect(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    pane_press(&pane, "y");
    pane_await(&pane, "Removed 2 files");
    cr_expect(!space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    pane_press(&pane, "q");
    pane_await(&pane, "Next: 2");
    pane_press(&pane, "q");
    pane_await(&pane, "END 0");
    expect_terminal_restored(&pane);
    pane_end(&pane);
    space_end(&space);
}

Test(menu, a_file_that_appears_between_preview_and_confirmation) {
    struct space space = three_levels();
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "batchctl menu");
    pane_await(&pane, "Next: 2");
    pane_press(&pane, "2");
    pane_await(&pane, "Create 2 EXECUTION_TASKs?");
    space_execution(&space, "X", "1.1");
    pane_press(&pane, "y");
    pane_await(&pane, "not as in the preview");
    pane_await(&pane, "Create 1 EXECUTION_TASK?");
    cr_expect(has(pane.text, "no more: X/execution/EXECUTION_TASK_X_11_01.md"), "it is named:\n%s", pane.text);
    cr_expect(!space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"));
    pane_press(&pane, "y");
    pane_await(&pane, "Created 1 EXECUTION_TASK");
    char *other = space_read(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    cr_expect_str_eq(other, "# EXECUTION_TASK of 1.1\n");
    memory_free(other);
    pane_end(&pane);
    space_end(&space);
}

Test(menu, it_follows_what_happens_without_a_daemon) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "batchctl menu --no-daemon");
    pane_await(&pane, "Next: 1");
    space_subplan(&space, "X", "1.1");
    pane_await(&pane, "1.1: not started → SUBPLAN");
    pane_await(&pane, "Next: 2, ready for EXECUTION_TASKs: 1.1");
    space_approved(&space, "X", "1.1");
    pane_await(&pane, "1.1: SUBPLAN → complete");
    pane_await(&pane, "2.1  Title of 2.1  write SUBPLAN");
    pane_end(&pane);
    space_end(&space);
}

Test(menu, it_names_who_holds_what_is_ready) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "batchctl claim X 1.1 --as ann -q >/dev/null; batchctl menu --no-daemon");
    pane_await(&pane, "1.1  Title of 1.1  ann designs it");
    pane_await(&pane, "1.2  Title of 1.2  write SUBPLAN");
    struct outcome outcome = run(&space, "claim X 1.2 --as bob --ttl 4s -q");
    outcome_end(&outcome);
    pane_await(&pane, "1.2  Title of 1.2  bob designs it");
    pane_await(&pane, "1.2  Title of 1.2  write SUBPLAN"); /* its time is over */
    pane_press(&pane, "q");
    pane_end(&pane);
    space_end(&space);
}

Test(menu, it_follows_the_events_of_a_daemon) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    struct buffer start = {0};
    buffer_append_format(&start, "%s --root . >../log 2>&1 & ", daemon_program());
    buffer_append_string(&start, "batchctl wait --for ready=1.1 && clear && batchctl menu; clear");
    pane_run(&pane, "export XDG_RUNTIME_DIR=$PWD/../elsewhere");
    pane_run(&pane, start.data);
    buffer_release(&start);
    pane_await(&pane, "2 ready · live");
    space_subplan(&space, "X", "1.2");
    pane_await(&pane, "1.2: not started → SUBPLAN");
    pane_press(&pane, "2");
    pane_press(&pane, "y");
    pane_await(&pane, "Created 1 EXECUTION_TASK");
    pane_press(&pane, "q");
    pane_await(&pane, "· live");
    pane_press(&pane, "q");
    pane_await_gone(&pane, "live");
    pane_run(&pane, "batchctl menu");
    pane_await(&pane, "· live");
    pane_press(&pane, "C-z");
    pane_await(&pane, "Stopped");
    pane_run(&pane, "batchctl daemon stop; clear; fg %batchctl");
    pane_await(&pane, "Next: "); /* the daemon has gone: the menu reads the files */
    pane_await_gone(&pane, "live");
    space_approved(&space, "X", "1.1");
    pane_await(&pane, "1.1: not started → complete");
    pane_press(&pane, "q");
    pane_end(&pane);
    space_end(&space);
}

Test(menu, it_fits_every_size_also_while_it_changes) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "batchctl menu");
    pane_await(&pane, "1  Create SUBPLANs");
    pane_resize(&pane, 40, 12);
    pane_await(&pane, "1  SUBPLANs");
    pane_await(&pane, "7  Validate");
    pane_await(&pane, "0/5 · 2 ready");
    pane_resize(&pane, 120, 40);
    pane_await(&pane, "blocks 3 achievements");
    pane_await(&pane, "blocked by 2.1, 2.2");
    pane_resize(&pane, 10, 3);
    pane_await_gone(&pane, "Validate");
    pane_resize(&pane, 60, 20);
    pane_await(&pane, "1  Create SUBPLANs");
    pane_press(&pane, "?");
    pane_await(&pane, "Help");
    pane_press(&pane, "q");
    pane_await(&pane, "0 of 5 complete");
    pane_press(&pane, "q");
    pane_end(&pane);
    space_end(&space);
}

Test(menu, the_terminal_is_left_as_it_was) {
    static const struct {
        const char *key, *status;
    } cases[] = {{"C-c", "END 130"}, {"C-\\", "END 131"}, {"q", "END 0"}};
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        run_measured(&pane, "exec batchctl menu");
        pane_await(&pane, "Next: 1");
        pane_press(&pane, cases[i].key);
        pane_await(&pane, cases[i].status);
        expect_terminal_restored(&pane);
    }
    pane_end(&pane);
    space_end(&space);
}

Test(menu, it_can_be_stopped_and_goes_on) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "stty -g >../before; batchctl menu");
    pane_await(&pane, "Next: 1");
    pane_press(&pane, "1");
    pane_await(&pane, "Create 2 SUBPLANs?");
    pane_press(&pane, "C-z");
    pane_await(&pane, "Stopped");
    pane_run(&pane, "clear; stty -g >../after; echo MEA''SURED");
    expect_terminal_restored(&pane);
    pane_resize(&pane, 100, 30); /* while it is stopped */
    pane_run(&pane, "fg");
    pane_await(&pane, "Create 2 SUBPLANs?");
    pane_press(&pane, "n");
    pane_await(&pane, "blocks 3 achievements"); /* it has seen the new size */
    pane_run(&pane, "q");
    pane_await_gone(&pane, "blocks");
    pane_end(&pane);
    space_end(&space);
}

Test(menu, a_signal_from_elsewhere_ends_it_too) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    run_measured(&pane, "echo $$ >../pid; exec batchctl menu");
    pane_await(&pane, "Next: 1");
    char *pid = space_read(&space, "../pid");
    cr_assert_eq(kill(atoi(pid), SIGTERM), 0);
    memory_free(pid);
    pane_await(&pane, "END 143");
    expect_terminal_restored(&pane);
    pane_end(&pane);
    space_end(&space);
}

Test(menu, a_text_can_be_printed_to_be_copied) {
    struct space space = three_levels();
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "batchctl menu");
    pane_await(&pane, "5  Prompt for the next     1.1");
    pane_press(&pane, "5");
    pane_await(&pane, "Prompt: 1.1");
    pane_press(&pane, "p");
    pane_await(&pane, "-- any key: back to the menu --");
    pane_press(&pane, "Space");
    pane_await(&pane, "Prompt: 1.1");
    pane_press(&pane, "q");
    pane_await(&pane, "Next: ");
    pane_press(&pane, "q");
    pane_await(&pane, "Never write either of them"); /* it stands on the shell's screen */
    pane_end(&pane);
    space_end(&space);
}

Test(menu, several_plans_are_a_choice) {
    struct space space = three_levels();
    space_plan(&space, "group/Y", "1.1");
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "batchctl menu");
    pane_await(&pane, "Which plan?");
    pane_press(&pane, "End");
    pane_await(&pane, "▸ group/Y");
    pane_press(&pane, "Up");
    pane_await(&pane, "▸ X");
    pane_press(&pane, "Down");
    pane_press(&pane, "Enter");
    pane_await(&pane, "0 of 1 complete");
    pane_press(&pane, "1");
    pane_press(&pane, "y");
    pane_await(&pane, "Created 1 SUBPLAN");
    pane_press(&pane, "q");
    pane_press(&pane, "b");
    pane_await(&pane, "Which plan?");
    pane_press(&pane, "q");
    pane_await_gone(&pane, "Which plan?");
    cr_expect(space_exists(&space, "group/Y/subplans/SUBPLAN_Y_11.md"));
    pane_end(&pane);
    space_end(&space);
}

Test(menu, without_a_terminal_it_tells_the_state) {
    struct space space = three_levels();
    struct outcome outcome = run(&space, "menu X");
    cr_expect_eq(outcome.status, 8);
    cr_expect(has(outcome.out, "0 of 5 complete, 2 ready"), "%s", outcome.out);
    cr_expect(has(outcome.out, "Next: batchctl create X --kind subplan"), "%s", outcome.out);
    cr_expect(has(outcome.err, "the menu needs a terminal"), "%s", outcome.err);
    outcome_end(&outcome);
    outcome = run(&space, "menu X --json");
    cr_expect_eq(outcome.status, 8);
    struct json json = outcome_json(&outcome);
    expect_text(&json, "/kind", "status");
    json_release(&json);
    outcome_end(&outcome);
    outcome = run(&space, "menu MISSING");
    cr_expect_eq(outcome.status, 3);
    outcome_end(&outcome);
    outcome = run(&space, "menu X Y");
    cr_expect_eq(outcome.status, 2);
    outcome_end(&outcome);
    space_end(&space);
}

Test(menu, on_a_terminal_that_cannot_place_text_it_tells_the_state) {
    struct space space = three_levels();
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "TERM=dumb batchctl menu; echo DUMB $?");
    pane_await(&pane, "DUMB 8");
    cr_expect(has(pane.text, "0 of 5 complete"), "%s", pane.text);
    pane_run(&pane, "clear; TERM=unknown-terminal batchctl menu; echo UNKNOWN $?");
    pane_await(&pane, "UNKNOWN 8");
    cr_expect(has(pane.text, "0 of 5 complete"), "%s", pane.text);
    pane_run(&pane, "clear; batchctl menu MISSING; echo NO-PLAN $?");
    pane_await(&pane, "NO-PLAN 3");
    space_write(&space, "../libraries/libncursesw.so.6", "no library");
    pane_run(&pane, "clear; LD_LIBRARY_PATH=../libraries batchctl menu; echo NO-LIBRARY $?");
    pane_await(&pane, "NO-LIBRARY 3");
    cr_expect(has(pane.text, "the menu cannot load libncursesw: "), "%s", pane.text);
    pane_end(&pane);
    space_end(&space);
}

Test(menu, in_ascii) {
    struct space space = three_levels();
    space_approved(&space, "X", "1.1");
    struct pane pane = pane_new(&space, 80, 24);
    pane_run(&pane, "clear; LC_ALL=C batchctl menu X");
    pane_await(&pane, "> 1.2  Title of 1.2  write SUBPLAN");
    pane_await(&pane, "1 of 5 complete - 2 ready");
    for (const char *c = pane.text; *c; c++)
        cr_assert_eq(*c & 0x80, 0, "%s", pane.text);
    pane_press(&pane, "4");
    pane_await(&pane, "+- ");
    pane_press(&pane, "q");
    pane_press(&pane, "q");
    pane_end(&pane);
    space_end(&space);
}
