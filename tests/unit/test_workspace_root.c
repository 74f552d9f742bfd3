/*
 * core/workspace: which folder is the plans root, seen from a working directory. Everything lies beneath a home of its
 * own, so that what is above it does not matter; and what cannot be read on the way to the plans.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "space.h"
#include "workspace.h"

TestSuite(workspace_root, .timeout = 60);

static char *absolute(const struct space *space, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s%s%s", space->root, path[0] ? "/" : "", path);
    return text.data;
}

/* @expected relative to the space's root; NULL if there is none. The space's root is the home. */
static void expect_root(const struct space *space, const char *here, const char *expected) {
    char *from = absolute(space, here), *wanted = expected ? absolute(space, expected) : NULL;
    char *found = workspace_find_root(from, space->root);
    if (found && wanted)
        cr_expect_str_eq(found, wanted, "from %s: %s", here, found);
    else
        cr_expect_eq(found != NULL, wanted != NULL, "from %s: %s instead of %s", here, found ? found : "none",
                     wanted ? wanted : "none");
    memory_free(from);
    memory_free(wanted);
    memory_free(found);
}

Test(workspace_root, without_plans_there_is_none) {
    struct space space = space_new();
    space_make_folder(&space, "a/b");
    space_write(&space, "a/file", "x");
    expect_root(&space, "a/b", NULL);
    expect_root(&space, "", NULL);
    space_end(&space);
}

Test(workspace_root, it_is_found_from_anywhere_within) {
    struct space space = space_new();
    space_plan(&space, "work/plans/X", "1.1");
    space_plan(&space, "work/plans/Y", "1.1");
    space_write(&space, "work/src/main.c", "x");
    expect_root(&space, "work/plans", "work/plans");
    expect_root(&space, "work/plans/X", "work/plans");
    expect_root(&space, "work/plans/X/execution/feedbacks", "work/plans");
    space_end(&space);
}

Test(workspace_root, groups_belong_to_it) {
    struct space space = space_new();
    space_plan(&space, "work/plans/a_paused/X", "1.1");
    space_plan(&space, "work/plans/b_active/Y", "1.1");
    space_make_folder(&space, "work/src");
    expect_root(&space, "work/plans/a_paused/X/subplans", "work/plans");
    expect_root(&space, "work/plans", "work/plans");
    space_end(&space);
}

Test(workspace_root, the_nearest_state_folder_goes_before_everything) {
    struct space space = space_new();
    space_plan(&space, "a/b/X", "1.1");
    space_make_folder(&space, "a/b/.batchd");
    space_make_folder(&space, "a/work-space/plans");
    space_make_folder(&space, ".batchd");
    expect_root(&space, "a/b/X", "a/b");
    expect_root(&space, "a/b", "a/b");
    expect_root(&space, "a", "");
    space_end(&space);
}

Test(workspace_root, a_state_folder_must_be_ones_own_folder) {
    struct space space = space_new();
    space_plan(&space, "a/X", "1.1");
    space_write(&space, "a/X/.batchd", "a file");
    space_make_folder(&space, "real");
    space_link(&space, "a/X/execution/.batchd", "../../../real");
    expect_root(&space, "a/X/execution", "a");
    if (geteuid() == 0) {
        char *foreign = absolute(&space, "a/X/subplans/.batchd");
        space_make_folder(&space, "a/X/subplans/.batchd");
        cr_assert_eq(chown(foreign, 65534, 65534), 0);
        expect_root(&space, "a/X/subplans", "a");
        memory_free(foreign);
    }
    space_end(&space);
}

Test(workspace_root, the_nearest_work_space_goes_before_other_plans) {
    struct space space = space_new();
    space_plan(&space, "repository/work-space/plans/X", "1.1");
    space_plan(&space, "repository/old/Y", "1.1");
    space_make_folder(&space, "repository/src/deep");
    expect_root(&space, "repository/src/deep", "repository/work-space/plans");
    expect_root(&space, "repository/old/Y", "repository/work-space/plans");
    expect_root(&space, "repository/work-space/plans/X", "repository/work-space/plans");
    space_end(&space);
}

Test(workspace_root, a_work_space_that_is_a_file_is_none) {
    struct space space = space_new();
    space_plan(&space, "a/X", "1.1");
    space_write(&space, "a/work-space/plans", "a file");
    expect_root(&space, "a/X", "a");
    space_end(&space);
}

Test(workspace_root, the_outermost_folder_of_plans_wins) {
    struct space space = space_new();
    space_plan(&space, "a/X", "1.1");
    space_plan(&space, "a/g/Y", "1.1");
    space_plan(&space, "a/X/archive/OLD", "1.1");
    space_make_folder(&space, "src");
    expect_root(&space, "a/g/Y", "a");
    expect_root(&space, "a/X/archive/OLD", "a");
    space_end(&space);
}

Test(workspace_root, nothing_above_the_home_is_taken) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_plan(&space, "home/plans/Y", "1.1");
    space_make_folder(&space, "home/src");
    char *from = absolute(&space, "home/plans/Y"), *home = absolute(&space, "home");
    char *found = workspace_find_root(from, home), *expected = absolute(&space, "home/plans");
    cr_expect_str_eq(found, expected);
    memory_free(found);
    memory_free(from);
    memory_free(home);
    memory_free(expected);
    space_end(&space);
}

/* A folder that only holds groups beside other things is the root for whoever stands in it, but for nobody below. */
Test(workspace_root, from_a_folder_that_reaches_plans_it_is_that_folder) {
    struct space space = space_new();
    space_plan(&space, "work/g/deep/X", "1.1");
    space_make_folder(&space, "work/src");
    expect_root(&space, "work", "work");
    expect_root(&space, "work/src", NULL);
    space_end(&space);
}

Test(workspace_root, plans_with_other_names_and_hidden_folders) {
    struct space space = space_new();
    space_write(&space, "a/folder/PLAN_X.md", "x");
    space_write(&space, "a/folder/parallel.json", "{}");
    space_make_folder(&space, "a/.git");
    space_make_folder(&space, "src");
    expect_root(&space, "a/folder", "a");
    space_end(&space);
}

Test(workspace_root, a_hidden_folder_is_no_plan) {
    struct space space = space_new();
    space_write(&space, "a/.trash/PLAN_.trash.md", "x");
    expect_root(&space, "a/.trash", NULL);
    expect_root(&space, "a", NULL);
    space_end(&space);
}

/* --- what cannot be read --- */

Test(workspace_root, a_folder_that_cannot_be_listed_is_reported_and_the_rest_is_found) {
    struct space space = space_new();
    struct workspace workspace;
    struct error error = {0};
    char *folder = absolute(&space, "b"), *above = absolute(&space, "..");
    space_plan(&space, "a/X", "1.1");
    space_make_folder(&space, "b");
    cr_assert_eq(chmod(folder, 0), 0);
    cr_assert_eq(chmod(above, 0755), 0);
    uid_t self = geteuid();
    cr_assert(self != 0 || seteuid(65534) == 0); /* root may read everything */
    bool is_open = workspace_open(&workspace, space.root, &error);
    cr_assert(self != 0 || seteuid(0) == 0);
    cr_assert(is_open);
    cr_expect_eq(workspace.plan_count, 1);
    cr_assert_eq(workspace.diagnostics.count, 1);
    cr_expect_str_eq(workspace.diagnostics.items[0].code, "file.unreadable");
    cr_expect_str_eq(workspace.diagnostics.items[0].file, "b");
    memory_free(above);
    workspace_release(&workspace);
    memory_free(folder);
    space_end(&space);
}
