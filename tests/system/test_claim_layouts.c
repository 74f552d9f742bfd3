/*
 * Claims in real repositories: what is claimed in one working tree is held in all others, and what is finished there
 * is offered in none of them, whatever the layout; another user shares none of it.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "space.h"

TestSuite(claim_layouts, .timeout = 120);

/* In the space's root; g is git. */
static void shell(const struct space *space, const char *commands) {
    AUTO(buffer) line = {0};
    buffer_append_format(&line,
                         "set -e; cd %s; g() { env -u GIT_DIR git -c user.name=t -c user.email=t@t -c "
                         "commit.gpgsign=false -c protocol.file.allow=always \"$@\" >/dev/null 2>&1; }; %s",
                         space->root, commands);
    cr_assert_eq(system(line.data), 0, "%s", commands);
}

/* The plan X, with work on 1.1 and 1.2 to be designed, committed in the repository main. */
static struct space new_repository(void) {
    struct space space = space_new();
    space_plan(&space, "main/plans/X", "1.1; 1.2");
    space_subplan(&space, "main/plans/X", "1.1");
    space_execution(&space, "main/plans/X", "1.1");
    shell(&space, "g init -b trunk main; cd main; g add .; g commit -m one");
    return space;
}

static void expect_in(const struct space *space, const char *folder, const char *command, int status,
                      const char *part) {
    struct outcome outcome = run_in(space, folder, command);
    cr_expect_eq(outcome.status, status, "%s: %s: %d\n%s%s", folder, command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: %s: no \"%s\" in\n%s%s", folder, command, part,
              outcome.out, outcome.err);
    outcome_end(&outcome);
}

/* 1.1 is claimed and finished in the first of the trees, which is on the branch one; then it is merged in the last. */
static void expect_shared(const struct space *space, const char *const trees[3]) {
    AUTO(buffer) release = {0}, merge = {0};
    struct outcome outcome = run_in(space, trees[0], "claim 1.1 --as ann -q");
    cr_assert_eq(outcome.status, 0, "%s: %s", trees[0], outcome.err);
    buffer_append_format(&release, "release %.*s --done", (int)strcspn(outcome.out, "\n"), outcome.out);
    outcome_end(&outcome);
    for (size_t i = 0; i < 3; i++)
        expect_in(space, trees[i], "claim 1.1 --as bob", 5, "ann works on 1.1");
    expect_in(space, trees[0], release.data, 0, "Done: 1.1");
    for (size_t i = 1; i < 3; i++) {
        expect_in(space, trees[i], "claim 1.1 --as bob", 5, "1.1 was finished by ann on branch one");
        expect_in(space, trees[i], "next", 0, "Finished elsewhere, to be merged: 1.1 (branch one)");
    }
    buffer_append_format(&merge, "(cd %s; g add .; g commit -m done); cd %s; g merge one", trees[0], trees[2]);
    shell(space, merge.data);
    expect_in(space, trees[2], "claim 1.1 --for review --as bob", 0, "Claimed 1.1");
    expect_in(space, trees[1], "claim 1.1 --as eve", 5, "bob reviews 1.1");
}

Test(claim_layouts, linked_worktrees) {
    struct space space = new_repository();
    shell(&space, "cd main; g worktree add -b one ../a; g worktree add -b two ../b");
    expect_shared(&space, (const char *const[]){"a", "b", "main"});
    space_end(&space);
}

Test(claim_layouts, worktrees_of_a_bare_repository) {
    struct space space = new_repository();
    shell(&space, "g clone --bare main bare.git; cd bare.git; g worktree add -b one ../a; g worktree add -b two ../b; "
                  "g worktree add ../c trunk");
    expect_shared(&space, (const char *const[]){"a", "b", "c"});
    space_end(&space);
}

Test(claim_layouts, a_submodule_and_its_worktrees) {
    struct space space = new_repository();
    shell(&space, "g init -b outer outer; cd outer; g submodule add ../main sub; cd sub; g checkout -b one; "
                  "g worktree add -b two ../../b; g worktree add -b three ../../c");
    expect_shared(&space, (const char *const[]){"outer/sub", "b", "c"});
    expect_in(&space, "main", "claim 1.1 --as eve", 0, "Claimed 1.1"); /* another repository: a clone */
    space_end(&space);
}

Test(claim_layouts, without_git) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    expect_in(&space, "", "claim 1.1 --as ann", 0, "Claimed 1.1");
    expect_in(&space, "X", "claim 1.1 --as bob", 5, "ann designs 1.1");
    expect_in(&space, "", "status --json", 0, "\"kept\":\"state\",\"certain\":true");
    space_end(&space);
}

/* As the user 12345, without a daemon. */
static void expect_as_other(const struct space *space, const char *folder, const char *command, int status,
                            const char *part) {
    AUTO(buffer) words = {0};
    const struct setting setting = {.folder = folder, .user = 12345, .variables = {"HOME=/nonexistent"}};
    buffer_append_format(&words, "--no-daemon %s", command);
    struct outcome outcome = run_under(space, &setting, words.data);
    cr_expect_eq(outcome.status, status, "%s: %d\n%s%s", command, outcome.status, outcome.out, outcome.err);
    cr_expect(has(outcome.out, part) || has(outcome.err, part), "%s: no \"%s\" in\n%s%s", command, part, outcome.out,
              outcome.err);
    outcome_end(&outcome);
}

Test(claim_layouts, another_user_reads_no_claims_and_takes_none_in_a_foreign_repository) {
    if (geteuid() != 0)
        cr_skip_test("needs root, to become another user");
    struct space space = new_repository();
    shell(&space,
          "chmod 711 ..; cd main; g worktree add -b one ../theirs; chown -R 12345 ../theirs .git/worktrees/theirs");
    expect_in(&space, "main", "claim 1.1 --as ann", 0, "Claimed 1.1");
    expect_as_other(&space, "theirs", "claim 1.1 --as eve", 5, "belongs to another user");
    expect_as_other(&space, "theirs", "status", 0, "belongs to another user");
    expect_as_other(&space, "theirs", "status --json", 0, "\"certain\":false");
    expect_as_other(&space, "theirs", "release --force 1.1 --yes --fence 1", 5, "belongs to another user");
    expect_in(&space, "main", "claims", 0, "ann");
    space_end(&space);
}
