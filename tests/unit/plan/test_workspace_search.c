/*
 * core/plan/workspace_search: what the table of layouts in tests/search cannot make, state below and above, and the
 * words in which a search explains itself. The home is the space's root.
 */
#include "plan/workspace_search.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "disk/state_dir.h"
#include "space.h"

TestSuite(workspace_search, .timeout = 60);

static char *absolute(const struct space *space, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s%s%s", space->root, path[0] ? "/" : "", path);
    return text.data;
}

static struct workspace_found search_from(const struct space *space, const char *folder, const char *configured) {
    struct workspace_found found;
    char *start = absolute(space, folder);
    workspace_search_from(&(struct workspace_search){start, configured, {space->root, geteuid(), geteuid()}}, &found);
    memory_free(start);
    return found;
}

/* @wanted: the workspace relative to the space's root, or NULL; @reason: part of the explanation. */
static void expect_found(const struct space *space, const char *folder, const char *wanted, const char *reason) {
    struct workspace_found found = search_from(space, folder, NULL);
    struct buffer text = {0};
    char *path = wanted ? absolute(space, wanted) : NULL;
    if (found.folder)
        workspace_found_explain(&found, &text);
    else
        workspace_found_explain_end(&found, &text);
    cr_expect_eq(found.folder != NULL, wanted != NULL, "from %s: %s", folder, found.folder);
    if (found.folder && path)
        cr_expect_str_eq(found.folder, path, "from %s", folder);
    cr_expect(has(text.data, reason), "from %s: %s", folder, text.data);
    buffer_release(&text);
    memory_free(path);
    workspace_found_release(&found);
}

/* As a first write makes it. */
static void make_state(const struct space *space, const char *folder) {
    struct files files;
    struct state_dir state;
    struct error error = {0};
    char *path = absolute(space, folder);
    space_make_folder(space, folder);
    cr_assert(files_open(&files, path, &error) && state_dir_make(&state, &files, &error), "%s", error.message);
    files_close(&files);
    memory_free(path);
}

Test(workspace_search, the_nearest_own_state_goes_before_everything) {
    struct space space = space_new();
    space_make_folder(&space, "w/.git");
    space_plan(&space, "w/plans/X", "1.1");
    space_plan(&space, "w/a/b/Y", "1.1");
    make_state(&space, "w/a");
    expect_found(&space, "w", "w/plans", "plans in the top of the git working tree");
    expect_found(&space, "w/a", "w/a", "the nearest folder with state");
    expect_found(&space, "w/a/b/Y", "w/a", "the nearest folder with state");
    make_state(&space, "w/a/b");
    expect_found(&space, "w/a/b/Y", "w/a/b", "the nearest folder with state");
    expect_found(&space, "w/a", "w/a", "the nearest folder with state");
    space_end(&space);
}

Test(workspace_search, state_beyond_the_boundary_does_not_count) {
    struct space space = space_new();
    make_state(&space, "");
    make_state(&space, "w");
    space_make_folder(&space, "w/sub/.git");
    expect_found(&space, "w", "w", "the nearest folder with state");
    expect_found(&space, "w/sub", NULL, "the top of a git working tree");
    expect_found(&space, "", NULL, "is the home folder");
    space_end(&space);
}

Test(workspace_search, a_copy_of_state_is_none) {
    struct space space = space_new();
    struct outcome copy;
    space_plan(&space, "w/X", "1.1");
    make_state(&space, "w/X/execution");
    space_make_folder(&space, "w/X/subplans/.batchd");
    copy = run_under(&space, &(struct setting){.program = "/bin/cp"}, "-a w/X/execution/.batchd w/X/subplans/");
    cr_assert_eq(copy.status, 0, "%s", copy.err);
    outcome_end(&copy);
    expect_found(&space, "w/X/execution", "w/X/execution", "the nearest folder with state");
    expect_found(&space, "w/X/subplans", "w", "plans below");
    space_end(&space);
}

Test(workspace_search, it_says_why) {
    struct space space = space_new();
    space_make_folder(&space, "w/.git");
    space_make_folder(&space, "w/src");
    space_link(&space, "w/plans", "../elsewhere");
    expect_found(&space, "w/src", NULL, "/w, the top of a git working tree");
    expect_found(&space, "w/src", NULL, "w/plans is a link, or lies behind one, and the search follows none");
    space_write(&space, "file", "no folder\n");
    expect_found(&space, "file/below", NULL, "at once, as the working directory cannot be looked at: Not a directory");
    space_plan(&space, "w/X", "1.1");
    expect_found(&space, "w/src", "w", "the top of the git working tree");
    space_plan(&space, "v/.agents/X", "1.1");
    expect_found(&space, "v/.agents/X", "v/.agents", "the outermost folder above");
    expect_found(&space, "v", NULL, "the folder above is the home folder");
    struct workspace_found slash;
    workspace_search_from(&(struct workspace_search){.start = "/"}, &slash);
    cr_expect(slash.reason == WORKSPACE_NOT_FOUND && !slash.top && slash.boundary == BOUNDARY_SLASH);
    workspace_found_release(&slash);
    space_end(&space);
}

Test(workspace_search, an_empty_usual_place_is_kept_in_mind) {
    struct space space = space_new();
    struct workspace_found found;
    space_make_folder(&space, "w/.git");
    space_make_folder(&space, "w/docs/plans");
    space_make_folder(&space, "w/plans/notes");
    found = search_from(&space, "w", NULL);
    char *wanted = absolute(&space, "w/plans");
    cr_expect_null(found.folder);
    cr_assert(found.empty);
    cr_expect_str_eq(found.empty, wanted);
    workspace_found_release(&found);
    memory_free(wanted);
    space_end(&space);
}

Test(workspace_search, the_look_downward_ends) {
    struct space space = space_new();
    space_make_folder(&space, "w/.git");
    space_make_folder(&space, "w/1/2/3/4/5/6/7");
    space_plan(&space, "w/1/2/3/4/5/6/7/8/TOO-DEEP", "1.1");
    expect_found(&space, "w", NULL, "the search ended at");
    space_plan(&space, "w/1/2/3/4/5/6/7/X", "1.1");
    expect_found(&space, "w", "w", "plans below");
    space_end(&space);
}

Test(workspace_search, what_is_configured_and_is_not_there_does_not_count) {
    struct space space = space_new();
    struct workspace_found found;
    space_plan(&space, "w/X", "1.1");
    found = search_from(&space, "w/X", "/nowhere");
    cr_expect_eq(found.reason, WORKSPACE_TOP);
    workspace_found_release(&found);
    space_end(&space);
}
