/*
 * batchctl daemon install and uninstall where there is no systemd of the user: nothing is changed, and what to do
 * instead is said. "make systemd-check" has a real one.
 */
#include <criterion/criterion.h>

#include "space.h"

TestSuite(daemon_install, .timeout = 60);

Test(daemon_install, without_a_manager_nothing_is_done) {
    static const char *const commands[] = {"daemon install", "daemon install --yes",
                                           "daemon install --linger --dry-run", "daemon uninstall --yes"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run(&space, commands[i]);
        cr_expect_eq(outcome.status, 9, "%s: %d", commands[i], outcome.status);
        cr_expect(has(outcome.err, "this user has no systemd that runs; nothing was changed"), "%s", outcome.err);
        cr_expect(has(outcome.err, "batchctl daemon run"), "%s", outcome.err);
        cr_expect_str_empty(outcome.out);
        outcome_end(&outcome);
    }
    space_end(&space);
}

Test(daemon_install, options_of_the_others_are_refused) {
    static const char *const commands[] = {
        "daemon status --linger", "daemon stop --yes",         "daemon reload --dry-run", "daemon run -n",
        "daemon install --all",   "daemon uninstall --linger", "daemon install now"};
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run(&space, commands[i]);
        cr_expect_eq(outcome.status, 2, "%s: %d", commands[i], outcome.status);
        outcome_end(&outcome);
    }
    space_end(&space);
}
