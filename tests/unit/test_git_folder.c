/*
 * core/disk/git_folder and core/disk/git_head: the working trees that git(1) really makes, and those that were moved,
 * copied or given away by hand. HOME is the space's root.
 */
#include "disk/git_folder.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/path.h"
#include "disk/git_head.h"
#include "space.h"

#define GIT "git -c user.name=t -c user.email=t@t -c commit.gpgsign=false -c protocol.file.allow=always"

TestSuite(git_folder, .timeout = 60);

/* In the space's root; every git in it is GIT. */
static void shell(const struct space *space, const char *commands) {
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "set -e; cd %s; g() { env -u GIT_DIR %s \"$@\" >/dev/null 2>&1; }; %s", space->root,
                         GIT, commands);
    cr_assert_eq(system(line.data), 0, "%s", commands);
}

/* main (branch trunk, one commit, a folder plans) and the linked worktree linked (branch other). */
static struct space new_repository(void) {
    struct space space = space_new_alone();
    shell(&space, "g init -b trunk main; mkdir main/plans; touch main/plans/a; cd main; g add .; g commit -m one; "
                  "g worktree add -b other ../linked");
    return space;
}

static bool find(const struct space *space, const char *folder, struct git_folder *git, struct error *error) {
    AUTO_FREE char *start = path_in(space->root, folder);
    return git_folder_find(git, start, &(struct walk_limits){space->root, geteuid(), geteuid()}, error);
}

/* From @folder, the repository @common is found; NULL: no git at all. */
static void expect_common(const struct space *space, const char *folder, const char *common) {
    AUTO(git_folder) git = {0};
    AUTO(error) error = {0};
    cr_assert(find(space, folder, &git, &error), "%s: %s", folder, error.message);
    cr_assert_eq(git.common != NULL, common != NULL, "%s: %s", folder, git.common);
    if (!common)
        return;
    AUTO_FREE char *path = path_in(space->root, common);
    cr_expect_str_eq(git.common, path, "%s", folder);
    cr_expect(git.inode != 0 && git.top);
}

/* From @folder, the search is refused, and the message has both parts. */
static void expect_refusal(const struct space *space, const char *folder, const char *part, const char *remedy) {
    AUTO(git_folder) git = {0};
    AUTO(error) error = {0};
    cr_assert_not(find(space, folder, &git, &error), "%s: %s", folder, git.common);
    cr_expect_eq(error.code, ERROR_CONFLICT);
    cr_expect(has(error.message, part), "%s: %s", folder, error.message);
    cr_expect(has(error.hint, remedy) && has(error.hint, "folder = state"), "%s: %s", folder, error.hint);
    cr_expect(git.inode != 0 && !git.common && !git.folder, "what bounds the tree is known");
}

static struct git_head head_of(const struct space *space, const char *folder) {
    AUTO(git_folder) git = {0};
    AUTO(error) error = {0};
    struct git_head head;
    cr_assert(find(space, folder, &git, &error), "%s", error.message);
    git_head_read(&head, &git);
    return head;
}

static void expect_head(const struct space *space, const char *folder, const char *branch, bool has_commit) {
    AUTO(git_head) head = head_of(space, folder);
    cr_expect(branch ? head.branch && strcmp(head.branch, branch) == 0 : !head.branch, "%s: %s", folder, head.branch);
    cr_expect_eq(head.commit != NULL, has_commit, "%s: %s", folder, head.commit);
    cr_expect_eq(strlen(head.side), 32u, "%s", head.side);
}

static bool is_same_side(const struct space *space, const char *one, const char *other) {
    AUTO(git_head) a = head_of(space, one);
    AUTO(git_head) b = head_of(space, other);
    return strcmp(a.side, b.side) == 0;
}

Test(git_folder, all_worktrees_of_a_repository_share_its_common_folder) {
    struct space space = new_repository();
    expect_common(&space, "main", "main/.git");
    expect_common(&space, "main/plans", "main/.git");
    expect_common(&space, "linked", "main/.git");
    expect_common(&space, "linked/plans", "main/.git");
    expect_common(&space, "elsewhere", NULL);
    shell(&space, "cd main; g worktree add ../relative; cd ..; r=$(cat linked/.git); "
                  "printf 'gitdir: ../main/.git/worktrees/relative' >relative/.git; "
                  "printf '../../../../relative/.git\\n' >main/.git/worktrees/relative/gitdir");
    expect_common(&space, "relative/plans", "main/.git");
    space_end(&space);
}

Test(git_folder, worktrees_of_a_bare_repository_and_submodules_are_found) {
    struct space space = new_repository();
    shell(&space, "g clone --bare main bare.git; cd bare.git; g worktree add ../a trunk; g worktree add -b b ../b");
    expect_common(&space, "a/plans", "bare.git");
    expect_common(&space, "b", "bare.git");
    shell(&space, "g init outer; cd outer; g submodule add ../main sub; cd sub; g worktree add ../../of-sub");
    expect_common(&space, "outer/sub/plans", "outer/.git/modules/sub");
    expect_common(&space, "of-sub/plans", "outer/.git/modules/sub");
    expect_common(&space, "outer", "outer/.git");
    shell(&space, "cd outer/sub; g sparse-checkout set plans"); /* moves core.worktree to config.worktree */
    expect_common(&space, "outer/sub/plans", "outer/.git/modules/sub");
    space_end(&space);
}

/* @expected: beneath the space's root, each followed by a blank. */
static void expect_trees(const struct space *space, const char *folder, const char *expected) {
    AUTO(git_folder) git = {0};
    AUTO(error) error = {0};
    AUTO(arena) arena = {0};
    AUTO(buffer) found = {0};
    size_t count;
    cr_assert(find(space, folder, &git, &error), "%s: %s", folder, error.message);
    const char **tops = git_folder_list_trees(&git, &arena, &count);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&found, "%s ", tops[i] + strlen(space->root) + 1);
    cr_expect_str_eq(buffer_text(&found), expected, "%s", folder);
}

Test(git_folder, all_working_trees_are_listed) {
    struct space space = new_repository();
    expect_trees(&space, "linked", "main linked ");
    shell(&space, "cd main; g worktree add -b more ../more");
    expect_trees(&space, "main", "main linked more ");
    shell(&space, "rm -r more");
    expect_trees(&space, "main/plans", "main linked ");
    shell(&space, "g clone --bare main bare.git; cd bare.git; g worktree add ../a trunk");
    expect_trees(&space, "a", "a ");
    shell(&space, "g init --bare hub/.git; cp -a main/.git/objects main/.git/refs hub/.git; cd hub/.git; "
                  "g worktree add ../b trunk");
    expect_trees(&space, "hub/b", "hub/b ");
    shell(&space, "g init outer; cd outer; g submodule add ../main sub; cd sub; g worktree add ../../of-sub");
    expect_trees(&space, "of-sub", "outer/sub of-sub ");
    space_end(&space);
}

Test(git_folder, what_does_not_name_this_working_tree_is_refused) {
    struct space space = new_repository();
    shell(&space, "g init --separate-git-dir=apart.git separate; cp -a linked copied; mv linked moved");
    expect_refusal(&space, "separate", "does not name it", "core.worktree");
    expect_refusal(&space, "copied/plans", "names another working tree", "git worktree repair");
    expect_refusal(&space, "moved", "names another working tree", "git worktree repair");
    shell(&space, "cd moved; g worktree repair");
    expect_common(&space, "moved", "main/.git");
    shell(&space, "mv main away; cp -a away copy");
    expect_refusal(&space, "moved", "cannot be found", "git worktree repair");
    expect_common(&space, "away", "away/.git");
    expect_common(&space, "copy", "copy/.git");
    space_end(&space);
}

Test(git_folder, what_is_no_repository_is_refused) {
    static const char *const spoilers[] = {"rm .git/HEAD", "mv .git/refs r", "mv .git/objects o",
                                           "rm -r .git; echo nothing >.git",
                                           "rm -r .git; echo 'gitdir: /nowhere' >.git"};
    for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
        struct space space = new_repository();
        AUTO(buffer) commands = {0};
        buffer_append_format(&commands, "cd main; %s", spoilers[i]);
        shell(&space, commands.data);
        expect_refusal(&space, "main", i < 3 ? "lacks HEAD" : "cannot be found", "git");
        space_end(&space);
    }
}

Test(git_folder, another_users_is_refused) {
    if (geteuid() != 0)
        return;
    struct space space = new_repository();
    shell(&space, "chown 12345 main/.git/worktrees/linked");
    expect_refusal(&space, "linked", "belongs to another user", "clone");
    shell(&space, "chown 0 main/.git/worktrees/linked; chown 12345 main/.git");
    expect_refusal(&space, "linked", "belongs to another user", "clone");
    expect_common(&space, "main", NULL); /* no own .git, so it is no boundary either */
    space_end(&space);
}

Test(git_folder, branch_and_commit_are_read_from_loose_and_packed_refs) {
    struct space space = new_repository();
    expect_head(&space, "main/plans", "trunk", true);
    expect_head(&space, "linked", "other", true);
    AUTO(git_head) loose = head_of(&space, "linked");
    shell(&space, "cd main; g pack-refs --all");
    AUTO(git_head) packed = head_of(&space, "linked");
    cr_expect_str_eq(loose.commit, packed.commit);
    shell(&space, "cd main; test $(git rev-parse HEAD) = $(cat .git/packed-refs | grep trunk | cut -d' ' -f1)");
    shell(&space, "cd main; g checkout --orphan young");
    expect_head(&space, "main", "young", false);
    shell(&space, "cd linked; g checkout --detach");
    expect_head(&space, "linked", NULL, true);
    space_write(&space, "main/.git/HEAD", "ref: refs/heads/.invalid\n");
    expect_head(&space, "main", NULL, false);
    space_write(&space, "main/.git/HEAD", "ref: refs/heads/../../../x\n");
    expect_head(&space, "main", "../../../x", false);
    space_end(&space);
}

Test(git_folder, a_side_is_one_worktree_with_one_branch) {
    struct space space = new_repository();
    cr_expect(is_same_side(&space, "main", "main/plans"));
    cr_expect_not(is_same_side(&space, "main", "linked"));
    AUTO(git_head) before = head_of(&space, "linked");
    shell(&space, "cd linked; touch b; g add b; g commit -m two");
    AUTO(git_head) later = head_of(&space, "linked");
    cr_expect_str_eq(before.side, later.side, "a commit changes no side");
    cr_expect_str_neq(before.commit, later.commit);
    shell(&space, "cd linked; g checkout -b third");
    AUTO(git_head) third = head_of(&space, "linked");
    cr_expect_str_neq(before.side, third.side);
    shell(&space, "cd main; g worktree remove --force ../linked; g worktree add ../linked other");
    AUTO(git_head) again = head_of(&space, "linked");
    cr_expect_str_neq(before.side, again.side, "made again at the same path, it is another side");
    AUTO(git_head) outside = head_of(&space, "elsewhere");
    cr_expect(!outside.branch && !outside.side[0]);
    space_end(&space);
}
