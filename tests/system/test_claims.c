/*
 * Claims by commands: taken, kept, ended, forced, forgotten; what stands in the way of each, and with which exit
 * status; what is finished in one worktree, or on one branch, as another one sees it.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "space.h"

#define GIT "git -c user.name=t -c user.email=t@t -c commit.gpgsign=false"

TestSuite(claims, .timeout = 120);

/* 1.1 has its work order, 1.2 only its SUBPLAN, 1.3 nothing; 2.1 waits for 1.1. */
static struct space scene(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_execution(&space, "X", "1.1");
    return space;
}

/* What "-q" prints: the handle. The caller frees it. */
static char *take(const struct space *space, const char *folder, const char *command) {
    AUTO(buffer) words = {0};
    buffer_append_format(&words, "%s -q", command);
    struct outcome outcome = run_in(space, folder, words.data);
    cr_assert_eq(outcome.status, 0, "%s: %s%s", command, outcome.out, outcome.err);
    char *handle = memory_copy_part(outcome.out, strcspn(outcome.out, "\n"));
    outcome_end(&outcome);
    return handle;
}

/* @format has the handle. */
static void expect_of(const struct space *space, const char *format, const char *handle, int status, const char *part) {
    AUTO(buffer) command = {0};
    const char *place = strstr(format, "%s");
    buffer_append_format(&command, "%.*s%s%s", (int)(place - format), format, handle, place + 2);
    expect_status(space, command.data, status, part);
}

/* In the space's root. */
static void shell(const struct space *space, const char *commands) {
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "set -e; cd %s; g() { env -u GIT_DIR %s \"$@\" >/dev/null 2>&1; }; %s", space->root,
                         GIT, commands);
    cr_assert_eq(system(line.data), 0, "%s", commands);
}

Test(claims, one_has_it_until_it_is_given_up) {
    struct space space = scene();
    AUTO_FREE char *handle = take(&space, "", "claim X 1.1 --as ann --note hello");
    expect_status(&space, "claim X 1.1 --as bob", 5, "ann works on 1.1 (since ");
    expect_status(&space, "claim X 1.1 --as bob", 5,
                  "batchctl next X --claim; or wait: batchctl wait X --for free=1.1");
    expect_status(&space, "claims X", 0, "held: hello");
    expect_status(&space, "graph X", 0, "ann works on it (since ");
    expect_status(&space, "graph X -f mermaid", 0, "ann works on it (since ");
    expect_status(&space, "graph X -f svg", 0, "<g class=\"p\" transform=\"translate(-6 -7)\">"); /* in the legend */
    expect_status(&space, "graph X -f svg", 0, "<title>ann works on it (since ");
    expect_status(&space, "graph X -f html", 0, "<title>ann works on it (since ");
    expect_status(&space, "graph X --json", 0,
                  "\"is_free\":false,\"claim\":{\"by\":\"ann\",\"for\":\"work\",\"fence\":1,");
    expect_of(&space, "heartbeat %s", handle, 0, "Renewed 1.1");
    expect_of(&space, "release %s", handle, 0, "Given up: 1.1");
    expect_of(&space, "release %s", handle, 0, "Given up: 1.1");
    expect_of(&space, "heartbeat %s", handle, 7, "was given up by ann");
    expect_status(&space, "claims X", 0, "No claims.");
    expect_status(&space, "graph X -f svg", 0, ">ready</text>");
    struct outcome free_again = run(&space, "graph X -f svg");
    cr_expect_not(has(free_again.out, "class=\"p\""), "nothing is held");
    outcome_end(&free_again);
    expect_status(&space, "claims X -a", 0, "given up");
    AUTO_FREE char *next = take(&space, "", "claim X 1.1 --as bob");
    cr_expect(has(next, "X/1.1@2."), "%s", next);
    expect_of(&space, "release %s --done", handle, 7, "");
    space_end(&space);
}

Test(claims, a_prompt_names_who_works_beside) {
    struct space space = scene();
    AUTO_FREE char *handle = take(&space, "", "claim X 1.2 --as ann");
    expect_status(&space, "prompt execute X 1.1", 0, "- 1.2 Title of 1.2 (ann works on it)\n- 1.3 Title of 1.3\n");
    expect_of(&space, "release %s", handle, 0, "");
    expect_status(&space, "prompt execute X 1.1", 0, "- 1.2 Title of 1.2\n- 1.3 Title of 1.3\n");
    space_end(&space);
}

Test(claims, what_cannot_be_claimed) {
    struct space space = scene();
    expect_status(&space, "claim X 2.1", 4, "2.1 is not ready: it waits for 1.1");
    expect_status(&space, "claim X 1.3 --for work", 4, "1.3 is ready for design");
    expect_status(&space, "claim X 9.9", 3, "");
    expect_status(&space, "claim X", 2, "the id of one achievement");
    expect_status(&space, "claim X 1.1 --ttl 10ms", 2, "--ttl needs a time from 1s");
    expect_status(&space, "next X --note x", 2, "--note goes with --claim");
    expect_status(&space, "claim X 1.1 --", 2, "a command is missing behind --");
    expect_status(&space, "next X --claim --", 2, "a command is missing behind --");
    expect_status(&space, "next X --claim --ready", 2, "whatever its level");
    expect_status(&space, "heartbeat", 2, "BATCHCTL_CLAIM");
    expect_status(&space, "heartbeat X/1.1@7", 2, "a handle is what \"batchctl claim\" prints");
    expect_status(&space, "heartbeat X/1.1@7 nope", 2, "X/1.1@7\" is no handle");
    expect_status(&space, "heartbeat X/1.1@7.00112233445566778899aabbccddeeff", 7, "there is no claim 7 on 1.1");
    cr_expect_not(space_exists(&space, ".batchd"), "what is refused makes nothing");
    space_end(&space);
}

Test(claims, next_takes_what_is_most_urgent_and_free) {
    struct space space = scene();
    AUTO_FREE char *first = take(&space, "", "next --claim"), *second = take(&space, "", "next --claim");
    AUTO_FREE char *third = take(&space, "", "next --claim");
    cr_expect(has(first, "X/1.1@1."), "%s", first); /* 2.1 waits for it */
    cr_expect(has(second, "X/1.2@1."), "%s", second);
    cr_expect(has(third, "X/1.3@1."), "%s", third);
    expect_status(&space, "next --claim", 4, "nothing is free now: 3 claimed; 4 are open");
    expect_status(&space, "next X --claim --for review", 4, "batchctl next X --claim --wait --for review");
    expect_status(&space, "next --claim --wait=100ms", 124, "timed out");
    expect_of(&space, "release %s", second, 0, "");
    expect_status(&space, "next --claim --for design", 4, "");
    AUTO_FREE char *again = take(&space, "", "next --claim --for work --for design");
    cr_expect(has(again, "X/1.2@2."), "%s", again);
    space_plan(&space, "DONE", "1.1");
    space_execution(&space, "DONE", "1.1");
    space_approved(&space, "DONE", "1.1");
    expect_status(&space, "next DONE --claim", 3, "nothing is left to be done");
    space_end(&space);
}

Test(claims, done_is_checked_and_work_is_submitted_first) {
    struct space space = scene();
    AUTO_FREE char *design = take(&space, "", "claim X 1.3 --as ann"), *work = take(&space, "", "claim X 1.1 --as ann");
    expect_of(&space, "release %s --done", design, 4, "the SUBPLAN of 1.3 is not complete");
    space_subplan(&space, "X", "1.3");
    expect_of(&space, "release %s --done", design, 0, "Done: 1.3");
    expect_of(&space, "release %s --done -m ready", work, 0, "SUBMITTED_11_01.md");
    expect_of(&space, "release %s --done", work, 0, "Done: 1.1");
    expect_status(&space, "show X 1.1", 0, "submitted by ann");
    expect_status(&space, "next X --claim --for review --as ann", 4, "1 submitted by you");
    AUTO_FREE char *review = take(&space, "", "next X --claim --for review --as bob");
    expect_of(&space, "release %s --done", review, 4, "the review of 1.1 is not decided");
    expect_status(&space, "approve X 1.1 --as bob --yes", 0, "");
    expect_of(&space, "release %s --done", review, 0, "Done: 1.1");
    space_end(&space);
}

Test(claims, the_same_request_gets_the_same_claim) {
    struct space space = scene();
    AUTO_FREE char *first = take(&space, "", "next --claim --request one");
    AUTO_FREE char *again = take(&space, "", "next --claim --request one");
    AUTO_FREE char *other = take(&space, "", "next --claim --request two");
    cr_expect_str_eq(first, again);
    cr_expect_str_neq(first, other);
    expect_of(&space, "release %s", first, 0, "");
    expect_status(&space, "next --claim --request one", 7, "was given up");
    space_end(&space);
}

Test(claims, a_person_ends_the_claim_of_another) {
    struct space space = scene();
    AUTO_FREE char *handle = take(&space, "", "claim X 1.1 --as ann");
    expect_status(&space, "release --force X 1.1", 8, "without a terminal");
    expect_status(&space, "release --force X 1.1 --yes", 2, "--fence");
    expect_status(&space, "release --force X 1.1 --yes --fence 2", 7, "");
    struct outcome outcome = run_on_terminal(&space, "release --force X 1.1", "n\n");
    cr_expect_eq(outcome.status, 8);
    cr_expect(has(outcome.out, "1.1: claim 1 of ann"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_on_terminal(&space, "release --force X 1.1 --as bob", "y\n");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "Freed "), "%s", outcome.out);
    outcome_end(&outcome);
    expect_of(&space, "heartbeat %s", handle, 7, "was ended by force by bob");
    expect_status(&space, "release --force X 1.2", 3, "");
    space_end(&space);
}

Test(claims, a_damaged_record_is_not_free) {
    struct space space = scene();
    AUTO_FREE char *handle = take(&space, "", "claim X 1.1");
    space_write(&space, ".batchd/*/claims/plans/X/1.1.json", "{");
    expect_status(&space, "claim X 1.1", 5, "batchctl release --force X 1.1");
    expect_of(&space, "heartbeat %s", handle, 5, "");
    expect_status(&space, "claims X", 0, "damaged");
    expect_status(&space, "release --force X 1.1 --yes --fence 0", 0, "");
    expect_status(&space, "claim X 1.1", 0, "Claimed 1.1");
    space_end(&space);
}

/* The plan lies in a repository with a linked worktree on the branch other. */
static struct space new_repository(void) {
    struct space space = space_new();
    space_plan(&space, "main/plans/X", "1.1; 1.2");
    space_subplan(&space, "main/plans/X", "1.1");
    space_execution(&space, "main/plans/X", "1.1");
    shell(&space, "g init -b trunk main; cd main; g add .; g commit -m one; g worktree add -b other ../linked");
    return space;
}

/* As expect_status, in @folder. */
static void expect_in(const struct space *space, const char *folder, const char *command, int status,
                      const char *part) {
    struct outcome outcome = run_in(space, folder, command);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

Test(claims, worktrees_share_claims_and_learn_what_is_finished) {
    struct space space = new_repository();
    AUTO_FREE char *handle = take(&space, "linked", "claim 1.1 --as ann");
    AUTO(buffer) release = {0};
    expect_in(&space, "main", "claim 1.1", 5, "ann works on 1.1");
    buffer_append_format(&release, "release %s --done", handle);
    expect_in(&space, "linked", release.data, 0, "Done: 1.1");
    expect_in(&space, "main", "claim 1.1", 5, "1.1 was finished by ann on branch other");
    expect_in(&space, "main", "claims", 0, "on branch other");
    expect_in(&space, "main", "why 1.1", 0, "for work by ann, fence 1, 20");
    expect_in(&space, "main", "why 1.1", 0, "  branch          other\n  commit          ");
    expect_in(&space, "main", "why 1.1", 0, "linked\n");
    expect_in(&space, "main", "why 1.1 --json", 0, "\"command\":null");
    expect_in(&space, "linked", "why 1.1 --json", 0, "\"command\":\"batchctl prompt review");
    expect_in(&space, "main", "next --claim", 0, "Claimed 1.2");
    expect_in(&space, "main", "next --claim", 4, "1 claimed, 1 finished elsewhere, to be merged");
    expect_in(&space, "linked", "next --claim --for review", 0, "Claimed 1.1");
    shell(&space, "cd linked; g add .; g commit -m two; cd ../main; g merge other");
    expect_in(&space, "main", "claim 1.1", 5, "reviews 1.1");
    expect_in(&space, "main", "release --force 1.1 --yes --fence 2", 0, "");
    expect_in(&space, "main", "claim 1.1", 0, "Claimed 1.1 Title of 1.1 of X for review");
    space_end(&space);
}

Test(claims, a_worktree_made_again_is_another_side) {
    struct space space = new_repository();
    AUTO_FREE char *handle = take(&space, "linked", "claim 1.1 --as ann");
    AUTO(buffer) release = {0};
    buffer_append_format(&release, "release %s --done", handle);
    expect_in(&space, "linked", release.data, 0, "");
    shell(&space, "cd main; g worktree remove --force ../linked; g worktree add -f ../linked other");
    expect_in(&space, "linked", "claim 1.1", 5, "finished by ann");
    expect_in(&space, "linked", "claims --forget 1.1 --yes --fence 1", 0, "offered again");
    expect_in(&space, "linked", "claim 1.1", 0, "Claimed 1.1");
    space_end(&space);
}

Test(claims, one_checkout_with_a_branch_a_task) {
    struct space space = new_repository();
    shell(&space, "cd main; g checkout -b ann/1.1");
    AUTO_FREE char *handle = take(&space, "main", "claim 1.1 --as ann");
    AUTO(buffer) release = {0};
    buffer_append_format(&release, "release %s --done", handle);
    expect_in(&space, "main", release.data, 0, "");
    shell(&space, "cd main; g add .; g commit -m done; g checkout trunk; g checkout -b bob/1.2");
    expect_in(&space, "main", "claim 1.1", 5, "git merge ann/1.1");
    expect_in(&space, "main", "next --claim", 0, "Claimed 1.2");
    shell(&space, "cd main; g checkout ann/1.1");
    expect_in(&space, "main", "claim 1.1 --for review", 0, "Claimed 1.1");
    space_end(&space);
}

Test(claims, where_the_repository_does_not_know_the_tree_they_are_refused) {
    struct space space = new_repository();
    shell(&space, "cp -a linked copied");
    expect_in(&space, "copied", "claim 1.1", 5, "git worktree repair");
    expect_in(&space, "copied", "status", 0, "");
    struct outcome outcome = run_under(
        &space, &(struct setting){.folder = "copied", .variables = {"BATCHD_CLAIMS_FOLDER=state"}}, "claim 1.1");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}

Test(claims, doctor_says_where_they_lie_and_who_shares_them) {
    struct space space = new_repository();
    AUTO(buffer) shared = {0};
    expect_in(&space, "main", "doctor --json", 0, "\"claims\":{\"kept\":\"git\",\"folder\":null,\"worktrees\":[");
    memory_free(take(&space, "linked", "claim 1.1 --as ann"));
    buffer_append_format(&shared, ", shared by %s/main, %s/linked\n", space.root, space.root);
    expect_in(&space, "main", "doctor", 0, "/main/.git/batchd/");
    expect_in(&space, "main", "doctor", 0, shared.data);
    expect_in(&space, "linked", "doctor", 0, shared.data);
    shell(&space, "cp -a linked copied");
    expect_in(&space, "copied", "doctor --json", 0, "\"claims\":null");
    space_end(&space);
}

Test(claims, doctor_finds_claims_in_two_places) {
    struct space space = new_repository();
    const struct setting state = {.folder = "main", .variables = {"BATCHD_CLAIMS_FOLDER=state"}};
    struct outcome outcome = run_under(&space, &state, "claim 1.1 --as ann");
    cr_assert_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    memory_free(take(&space, "main", "claim 1.1 --as bob"));
    expect_in(&space, "main", "doctor", 0, "1 claim is held there, and claims are kept in git");
    outcome = run_under(&space, &state, "doctor");
    cr_expect(has(outcome.out, "1 claim is held there, and claims are kept in state"), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run_under(&space, &state, "release --force 1.1 --yes --fence 1");
    outcome_end(&outcome);
    outcome = run_in(&space, "main", "doctor --json");
    cr_expect_not(has(outcome.out, "claims.two_places"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(claims, doctor_finds_what_a_dead_process_has_left) {
    struct space space = scene();
    AUTO_FREE char *handle = take(&space, "", "claim X 1.1");
    shell(&space, "echo '{' >$(echo .batchd/*/claims/tmp)/record");
    struct outcome outcome = run(&space, "doctor --json");
    cr_expect_not(has(outcome.out, "claim.left"), "it may be being written: %s", outcome.out);
    outcome_end(&outcome);
    shell(&space, "touch -d '2 hours ago' .batchd/*/claims/tmp/record");
    expect_status(&space, "doctor", 0, "a process has died while it wrote a claim");
    expect_of(&space, "heartbeat %s", handle, 0, "");
    outcome = run(&space, "doctor --json");
    cr_expect_not(has(outcome.out, "claim.left"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(claims, create_leaves_out_what_is_finished_elsewhere) {
    struct space space = new_repository();
    space_subplan(&space, "main/plans/X", "1.2");
    shell(&space, "cd main; g add .; g commit -m design; cd ../linked; g merge trunk");
    expect_in(&space, "linked", "create 1.2 --yes", 0, "");
    AUTO_FREE char *handle = take(&space, "linked", "claim 1.2 --as ann");
    expect_in(&space, "main", "create 1.2 --yes", 0, "warning: ann works on 1.2");
    expect_in(&space, "main", "undo --yes", 0, "");
    AUTO(buffer) release = {0};
    buffer_append_format(&release, "release %s --done", handle);
    expect_in(&space, "linked", release.data, 0, "");
    expect_in(&space, "main", "create --ready --yes", 0, "1.2  finished elsewhere, to be merged");
    expect_in(&space, "main", "create 1.2 --yes", 5, "git merge other");
    expect_in(&space, "main", "create --level 0 --yes", 5, "1.2 was finished by ann on branch other");
    expect_in(&space, "main", "doctor", 0, "");
    expect_in(&space, "main", "wait --for free=1.2 --timeout 100ms", 124, "1.2 is not free");
    expect_in(&space, "main", "wait --for free=1.1 --timeout 100ms", 0, "1.1 is ready");
    expect_in(&space, "main", "next", 0, "Finished elsewhere, to be merged: 1.2 (branch other)");
    space_end(&space);
}

Test(claims, a_batch_under_a_lost_claim_is_refused) {
    struct space space = scene();
    AUTO_FREE char *handle = take(&space, "", "claim X 1.1 --as ann"),
                   *other = take(&space, "", "claim X 1.3 --as ann");
    AUTO(buffer) variable = {0};
    buffer_append_format(&variable, "BATCHCTL_CLAIM=%s", handle);
    expect_of(&space, "create X 1.2 --yes --claim %s", handle, 2, "");
    expect_of(&space, "submit X 1.1 --yes --claim %s --dry-run", handle, 0, "Would submit 1.1");
    expect_status(&space, "release --force X 1.1 --yes --fence 1 --as boss", 0, "");
    expect_of(&space, "submit X 1.1 --yes --claim %s", handle, 7, "ended by force by boss");
    struct outcome outcome = run_with(&space, variable.data, "submit X 1.1 --yes");
    cr_expect_eq(outcome.status, 7, "%s%s", outcome.out, outcome.err);
    outcome_end(&outcome);
    cr_expect_not(space_exists(&space, "X/execution/feedbacks/SUBMITTED_11_01.md"), "nothing was written");
    outcome = run_with(&space, variable.data, "create X 1.2 --yes");
    cr_expect_eq(outcome.status, 0, "it is not about 1.1: %s", outcome.err);
    outcome_end(&outcome);
    expect_of(&space, "create X 1.3 --kind subplan --yes --claim %s", other, 0, "Created 1 SUBPLAN");
    expect_of(&space, "undo --yes --claim %s", other, 0, "");
    space_end(&space);
}

/* --- the same answer, with the daemon of the mode and without --- */

/* Is it? In text and JSON, but for who has answered. */
static bool is_same_answer(const struct space *space, const char *command) {
    AUTO(buffer) direct = {0};
    buffer_append_format(&direct, "%s --no-daemon", command);
    struct outcome one = run(space, command), other = run(space, direct.data);
    char *one_meta = strstr(one.out, "\"meta\":"), *other_meta = strstr(other.out, "\"meta\":");
    if (one_meta && other_meta)
        *one_meta = *other_meta = '\0';
    bool is_same = one.status == other.status && strcmp(one.out, other.out) == 0 && strcmp(one.err, other.err) == 0;
    outcome_end(&one);
    outcome_end(&other);
    return is_same;
}

static void expect_same_answers(const struct space *space, const char *when) {
    static const char *const commands[] = {"status X",       "next X",           "show X 1.1", "why X 1.1",
                                           "graph X -f svg", "graph X --json",   "status",     "status --json",
                                           "next --json",    "show X 1.1 --json"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        cr_expect(is_same_answer(space, commands[i]), "%s: %s", when, commands[i]);
        cr_expect(is_same_answer(space, commands[i]), "%s, again: %s", when, commands[i]);
    }
}

/* Asks until the answer has the part, or the time of the test is over. */
static void await_answer(const struct space *space, const char *command, const char *part) {
    for (;;) {
        struct outcome outcome = run(space, command);
        bool is_there = has(outcome.out, part);
        outcome_end(&outcome);
        if (is_there)
            return;
    }
}

Test(claims, the_answer_is_the_same_with_and_without_a_daemon) {
    struct space space = scene();
    expect_same_answers(&space, "before");
    AUTO_FREE char *handle = take(&space, "", "claim X 1.1 --as ann --ttl 1s");
    await_answer(&space, "status X", "ann works on it");
    await_answer(&space, "status X", "free again: ann's claim ran out");
    expect_same_answers(&space, "run out");
    expect_of(&space, "heartbeat %s", handle, 0, "it had run out");
    expect_of(&space, "release %s", handle, 0, "");
    expect_same_answers(&space, "given up");
    struct running running =
        run_begin(&space, &(struct setting){0}, "claim X 1.1 --as bob -- sh -c 'touch started; exec sleep 1000'");
    while (!space_exists(&space, "started"))
        usleep(5000);
    expect_same_answers(&space, "kept");
    kill(running.child, SIGKILL);
    struct outcome outcome = run_end(&running);
    outcome_end(&outcome);
    expect_status(&space, "status X --no-daemon", 0, "bob's process has ended");
    int64_t killed_ms = clock_now_ms();
    await_answer(&space, "status X", "bob's process has ended");
    cr_expect_lt(clock_now_ms() - killed_ms, 1100 + 500, "a dead keeper is seen within 1.1 s, and the time of a run");
    await_answer(&space, "status X --json", "\"state\":\"expired\"");
    expect_same_answers(&space, "killed");
    space_end(&space);
}
