/*
 * core/plan/workspace: which folders are plans, which plan a word means, and which folder is the root.
 */
#include "plan/workspace.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "space.h"

TestSuite(workspace, .timeout = 60);

static void open_space(struct workspace *workspace, const struct space *space) {
    struct error error = {0};
    cr_assert(workspace_open(workspace, space->root, &error));
}

/* "path=name path=name" of all plans; a name that is the folder's is left out. */
static void expect_plans(const struct space *space, const char *expected) {
    struct workspace workspace;
    struct buffer found = {0};
    open_space(&workspace, space);
    for (size_t i = 0; i < workspace.plan_count; i++) {
        const char *path = workspace.plans[i].path, *name = workspace.plans[i].name;
        const char *slash = strrchr(path, '/');
        bool is_own = strcmp(slash ? slash + 1 : path, name) == 0;
        buffer_append_format(&found, "%s%s%s%s", i ? " " : "", path, is_own ? "" : "=", is_own ? "" : name);
    }
    cr_expect_str_eq(buffer_text(&found), expected, "%s", buffer_text(&found));
    buffer_release(&found);
    workspace_release(&workspace);
}

Test(workspace, an_empty_root_has_no_plans) {
    struct space space = space_new();
    expect_plans(&space, "");
    space_end(&space);
}

Test(workspace, what_makes_a_folder_a_plan) {
    static const struct {
        const char *files[3]; /* a name that ends in '/' is a folder */
        const char *plans;
    } cases[] = {
        {{"X/PLAN_X.md"}, "X"},
        {{"X/PLAN_Y.md"}, ""},
        {{"X/PLAN_Y.md", "X/parallel.json"}, "X=Y"},
        {{"X/PLAN_Y.md", "X/parallel_analysis.json"}, "X=Y"},
        {{"X/PLAN_Y.md", "X/subplans/"}, "X=Y"},
        {{"X/PLAN_Y.md", "X/execution/"}, "X=Y"},
        {{"X/PLAN_Y.md", "X/documentation/"}, ""},
        {{"X/PLAN_Y.md", "X/subplans"}, ""},
        {{"X/PLAN_Y.md", "X/PLAN_Z.md", "X/parallel.json"}, "X"},
        {{"X/PLAN_X.md", "X/PLAN_Z.md", "X/parallel.json"}, "X"},
        {{"X/parallel.json", "X/subplans/", "X/execution/"}, ""},
        {{"X/PLAN_X.md/", "X/parallel.json"}, ""},
        {{"X/plan_X.md", "X/parallel.json"}, ""},
        {{"X/PLAN_.md", "X/parallel.json"}, ""},
        {{"PLAN_X.md", "parallel.json"}, ""},
        {{"MY-PLAN_V2/PLAN_MY-PLAN_V2.md"}, "MY-PLAN_V2"},
        {{"PLAN_X/PLAN_PLAN_X.md"}, "PLAN_X"},
        {{"a*[b]?/PLAN_a*[b]?.md"}, "a*[b]?"},
        {{".hidden/PLAN_.hidden.md", ".hidden/X/PLAN_X.md"}, ""},
        {{"g/.hidden/PLAN_.hidden.md", "g/X/PLAN_X.md"}, "g/X"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct space space = space_new();
        for (size_t k = 0; k < 3 && cases[i].files[k]; k++) {
            struct span path = span_of(cases[i].files[k]);
            char *copy = strndup(path.data, path.length - (path.data[path.length - 1] == '/'));
            if (path.data[path.length - 1] == '/')
                space_make_folder(&space, copy);
            else
                space_write(&space, copy, "x");
            memory_free(copy);
        }
        expect_plans(&space, cases[i].plans);
        space_end(&space);
    }
}

Test(workspace, links_are_never_plans_nor_groups) {
    struct space space = space_new();
    space_plan(&space, "real/X", "1.1");
    space_link(&space, "X", "real/X");
    space_link(&space, "group", "real");
    space_link(&space, "Y/PLAN_Y.md", "../real/X/PLAN_X.md");
    space_link(&space, "loop/loop", "..");
    expect_plans(&space, "real/X");
    space_end(&space);
}

Test(workspace, a_group_may_have_a_plan_file_of_its_own) {
    struct space space = space_new();
    space_plan(&space, "group/X", "1.1");
    space_write(&space, "group/PLAN_OVERVIEW.md", "x");
    space_write(&space, "PLAN_ALL.md", "x");
    expect_plans(&space, "group/X");
    space_end(&space);
}

Test(workspace, copies_inside_a_plan_never_count) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1");
    space_plan(&space, "X/archive/X", "1.1");
    space_plan(&space, "X/OLD", "1.1");
    space_write(&space, "X/documentation/PLAN_OLD.md", "x");
    space_write(&space, "X/documentation/parallel.json", "{}");
    space_write(&space, "Y/PLAN_Z.md", "x");
    space_write(&space, "Y/parallel.json", "{}");
    space_plan(&space, "Y/OLD", "1.1");
    expect_plans(&space, "X Y=Z");
    space_end(&space);
}

Test(workspace, groups_are_searched_to_a_depth) {
    struct space space = space_new();
    struct buffer path = {0};
    for (int depth = 1; depth < WORKSPACE_DEPTH_MOST; depth++)
        buffer_append_format(&path, "%d/", depth);
    size_t length = path.length;
    buffer_append_string(&path, "X");
    space_plan(&space, path.data, "1.1");
    path.length = length;
    buffer_append_string(&path, "8/9/Y");
    space_plan(&space, path.data, "1.1");
    expect_plans(&space, "1/2/3/4/5/6/7/X");
    buffer_release(&path);
    space_end(&space);
}

Test(workspace, plans_are_listed_once_each_in_order) {
    struct space space = space_new();
    static const char *const plans[] = {"b/X", "a/X", "a/b/X", "C", "c", "a/A"};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        space_plan(&space, plans[i], "1.1");
    expect_plans(&space, "C a/A a/X a/b/X b/X c");
    space_end(&space);
}

Test(workspace, a_root_that_cannot_be_one) {
    struct space space = space_new();
    struct workspace workspace;
    struct error error = {0};
    struct buffer path = {0};
    space_write(&space, "file", "x");
    buffer_append_format(&path, "%s/file", space.root);
    cr_expect_not(workspace_open(&workspace, path.data, &error));
    cr_expect_eq(error.code, ERROR_IO);
    cr_expect_eq(workspace.files.root, -1);
    buffer_append_string(&path, "-none");
    cr_expect_not(workspace_open(&workspace, path.data, &error));
    cr_expect_eq(error.code, ERROR_NOT_FOUND);
    cr_expect(has(error.message, path.data));
    workspace_release(&workspace);
    error_release(&error);
    buffer_release(&path);
    space_end(&space);
}

Test(workspace, the_root_is_resolved_once) {
    struct space space = space_new();
    struct workspace workspace;
    struct error error = {0};
    struct buffer path = {0};
    space_plan(&space, "real/X", "1.1");
    space_link(&space, "link", "real");
    buffer_append_format(&path, "%s/link/../link/.", space.root);
    cr_assert(workspace_open(&workspace, path.data, &error));
    buffer_clear(&path);
    buffer_append_format(&path, "%s/real", space.root);
    cr_expect_str_eq(workspace.root, path.data);
    cr_expect_eq(workspace.plan_count, 1);
    workspace_release(&workspace);
    buffer_release(&path);
    space_end(&space);
}

Test(workspace, a_folder_with_git_is_another_working_tree) {
    struct space space = space_new();
    struct workspace workspace;
    space_plan(&space, "X", "1.1");
    space_plan(&space, "a/X", "1.1");
    space_plan(&space, "b/w/X", "1.1");
    space_plan(&space, "Y", "1.1");
    space_make_folder(&space, ".git");
    space_make_folder(&space, "a/.git");
    space_write(&space, "b/w/.git", "gitdir: elsewhere");
    space_link(&space, "Y/.git", "nowhere");
    open_space(&workspace, &space);
    cr_assert_eq(workspace.plan_count, 1);
    cr_expect_str_eq(workspace.plans[0].path, "X");
    cr_expect(workspace.plans[0].is_unique);
    cr_assert_eq(workspace.other_tree_count, 3);
    cr_expect_str_eq(workspace.other_trees[0], "Y");
    cr_expect_str_eq(workspace.other_trees[1], "a");
    cr_expect_str_eq(workspace.other_trees[2], "b/w");
    workspace_search(&workspace, &workspace.files);
    cr_expect_eq(workspace.other_tree_count, 3);
    workspace_release(&workspace);
    space_end(&space);
}

Test(workspace, own_state_in_a_group_is_noticed) {
    struct space space = space_new();
    struct workspace workspace;
    struct files files;
    struct state_dir state;
    struct error error = {0};
    struct buffer path = {0};
    space_plan(&space, "a/X", "1.1");
    space_plan(&space, "b/Y", "1.1");
    space_make_folder(&space, "a/.batchd/0123456789abcdef/batches"); /* as a clone brings it */
    open_space(&workspace, &space);
    cr_expect_null(workspace.inner_state);
    buffer_append_format(&path, "%s/b", space.root);
    cr_assert(files_open(&files, path.data, &error) && state_dir_make(&state, &files, &error));
    workspace_search(&workspace, &workspace.files);
    cr_assert(workspace.inner_state);
    cr_expect_str_eq(workspace.inner_state, "b");
    workspace_release(&workspace);
    files_close(&files);
    buffer_release(&path);
    space_end(&space);
}

/* --- naming a plan --- */

struct naming {
    const char *text;
    bool is_strict;
    enum error_code code;
    const char *answer; /* path of the plan; or part of the error's message or hint */
};

static void expect_namings(const char *const *plans, size_t plan_count, const struct naming *namings, size_t count) {
    struct space space = space_new();
    struct workspace workspace;
    for (size_t i = 0; i < plan_count; i++)
        space_plan(&space, plans[i], "1.1");
    open_space(&workspace, &space);
    for (size_t i = 0; i < count; i++) {
        const struct naming *naming = &namings[i];
        struct error error = {0};
        const struct plan_place *place = workspace_find(&workspace, naming->text, naming->is_strict, &error);
        cr_expect_eq(error.code, naming->code, "%s: %s", naming->text, error.message ? error.message : place->path);
        cr_expect_eq(place != NULL, naming->code == ERROR_NONE, "%s", naming->text);
        if (place)
            cr_expect_str_eq(place->path, naming->answer, "%s: %s", naming->text, place->path);
        else
            cr_expect(has(error.message, naming->answer) || has(error.hint, naming->answer), "%s: %s; %s", naming->text,
                      error.message, error.hint);
        error_release(&error);
    }
    workspace_release(&workspace);
    space_end(&space);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

Test(workspace, a_word_means_a_plan) {
    static const char *const plans[] = {"ALPHA", "ALPHA-TWO", "g/BETA", "g/MY-PLAN_V2", "h/GAMMA.1"};
    static const struct naming namings[] = {
        {"ALPHA", false, ERROR_NONE, "ALPHA"},
        {"ALPHA", true, ERROR_NONE, "ALPHA"},
        {"@ALPHA", true, ERROR_NONE, "ALPHA"},
        {"@PLAN_ALPHA.md", true, ERROR_NONE, "ALPHA"},
        {"PLAN_BETA.md", true, ERROR_NONE, "g/BETA"},
        {"@PLAN_MY-PLAN_V2.md", true, ERROR_NONE, "g/MY-PLAN_V2"},
        {"g/BETA", true, ERROR_NONE, "g/BETA"},
        {"@g/BETA", true, ERROR_NONE, "g/BETA"},
        {"g/BETA/", true, ERROR_NONE, "g/BETA"},
        {"g/BETA///", true, ERROR_NONE, "g/BETA"},
        {"BE", true, ERROR_NONE, "g/BETA"},
        {"ALPHA-", true, ERROR_NONE, "ALPHA-TWO"},
        {"MY", true, ERROR_NONE, "g/MY-PLAN_V2"},
        {"eta", false, ERROR_NONE, "g/BETA"},
        {"two", false, ERROR_NONE, "ALPHA-TWO"},
        {"V2", false, ERROR_NONE, "g/MY-PLAN_V2"},
        {".1", false, ERROR_NONE, "h/GAMMA.1"},
        {"ETA", true, ERROR_NOT_FOUND, "BETA"},
        {"AL", false, ERROR_USAGE, "ALPHA, ALPHA-TWO"},
        {"A", false, ERROR_USAGE, "ALPHA, ALPHA-TWO"},
        {"ta", false, ERROR_NONE, "g/BETA"},
        {"am", false, ERROR_NONE, "h/GAMMA.1"},
        {"P", false, ERROR_USAGE, "any of 3 plans"},
        {"BETTA", false, ERROR_NOT_FOUND, "did you mean BETA?"},
        {"XYZZY-FAR-AWAY", false, ERROR_NOT_FOUND, "batchctl status"},
        {"*", false, ERROR_NOT_FOUND, "no plan *"},
        {"", false, ERROR_NOT_FOUND, "no plan"},
        {"@", false, ERROR_NOT_FOUND, "no plan"},
        {"/", false, ERROR_NOT_FOUND, "no plan"},
        {"BETA/../ALPHA", false, ERROR_NOT_FOUND, "no plan"},
        {"g", true, ERROR_NOT_FOUND, "no plan g"},
    };
    expect_namings(plans, COUNT(plans), namings, COUNT(namings));
}

Test(workspace, the_same_name_in_two_groups_needs_the_path) {
    static const char *const plans[] = {"a/X", "b/X", "b/XY"};
    static const struct naming namings[] = {
        {"X", true, ERROR_USAGE, "a/X, b/X"}, {"X", false, ERROR_USAGE, "a/X, b/X"}, {"a/X", true, ERROR_NONE, "a/X"},
        {"b/X", true, ERROR_NONE, "b/X"},     {"XY", true, ERROR_NONE, "b/XY"},
    };
    expect_namings(plans, COUNT(plans), namings, COUNT(namings));
}

Test(workspace, many_matches_are_counted_and_cut) {
    char names[30][16];
    const char *plans[30];
    for (size_t i = 0; i < 30; i++) {
        snprintf(names[i], sizeof names[i], "PLANS-%02zu", i);
        plans[i] = names[i];
    }
    static const struct naming namings[] = {{"PLANS", false, ERROR_USAGE, "any of 30 plans"},
                                            {"PLANS", false, ERROR_USAGE, "PLANS-09 and 20 more"}};
    expect_namings(plans, COUNT(plans), namings, COUNT(namings));
}

Test(workspace, the_plan_around_a_folder) {
    struct space space = space_new();
    struct workspace workspace;
    space_plan(&space, "g/X", "1.1");
    space_plan(&space, "g/XY", "1.1");
    open_space(&workspace, &space);
    static const struct {
        const char *path, *plan;
    } cases[] = {{"g/X", "g/X"}, {"g/X/execution", "g/X"}, {"g/XY", "g/XY"}, {"g/XY/a/b", "g/XY"}, {"g", NULL},
                 {"", NULL},     {"g/XYZ", NULL},          {"X", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct plan_place *place = workspace_plan_around(&workspace, cases[i].path);
        cr_expect_eq(place != NULL, cases[i].plan != NULL, "%s", cases[i].path);
        if (place && cases[i].plan)
            cr_expect_str_eq(place->path, cases[i].plan);
    }
    workspace_release(&workspace);
    space_end(&space);
}

/* --- what cannot be read --- */

Test(workspace, a_folder_that_cannot_be_listed_is_reported_and_the_rest_is_found) {
    struct space space = space_new();
    struct workspace workspace;
    struct error error = {0};
    struct buffer folder = {0}, above = {0};
    space_plan(&space, "a/X", "1.1");
    space_make_folder(&space, "b");
    buffer_append_format(&folder, "%s/b", space.root);
    buffer_append_format(&above, "%s/..", space.root);
    cr_assert_eq(chmod(folder.data, 0), 0);
    cr_assert_eq(chmod(above.data, 0755), 0);
    uid_t self = geteuid();
    cr_assert(self != 0 || seteuid(65534) == 0); /* root may read everything */
    bool is_open = workspace_open(&workspace, space.root, &error);
    cr_assert(self != 0 || seteuid(0) == 0);
    cr_assert(is_open);
    cr_expect_eq(workspace.plan_count, 1);
    cr_assert_eq(workspace.diagnostics.count, 1);
    cr_expect_str_eq(workspace.diagnostics.items[0].code, "file.unreadable");
    cr_expect_str_eq(workspace.diagnostics.items[0].file, "b");
    buffer_release(&above);
    workspace_release(&workspace);
    buffer_release(&folder);
    space_end(&space);
}
