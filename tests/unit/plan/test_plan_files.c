/*
 * core/plan/plan: which PLAN and which dependency file are the plan's, plans without a dependency file, and what
 * loading a plan does to the disk.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "document/names.h"
#include "load.h"
#include "plan/achievement.h"
#include "plan/plan.h"
#include "plan_files.h"

TestSuite(plan_files, .timeout = 60);

/* Is the plan valid, and do its diagnostics begin with this code? Its name and number of achievements. */
static void expect_plan(const struct space *space, const char *path, const char *code, const char *name,
                        size_t achievements) {
    struct load loaded;
    load(&loaded, space, path);
    const struct plan *plan = &loaded.plan;
    const char *found = plan->diagnostics.count ? plan->diagnostics.items[0].code : "";
    cr_expect_str_eq(found, code, "%s: %s", path, found);
    cr_expect_eq(plan->is_valid, plan->diagnostics.error_count == 0);
    cr_expect_str_eq(plan->name, name, "%s: %s", path, plan->name);
    cr_expect_eq(plan->dependencies.count, achievements, "%s: %zu", path, plan->dependencies.count);
    unload(&loaded);
}

#define GRAPH(name)                                                                                                    \
    "{\"plan_name\": \"" name "\", \"parallelization_level\": \"level_1\", \"achievements\": ["                        \
    "{\"achievement_id\": \"1.1\", \"dependencies\": []}]}"

Test(plan_files, the_plan_file_named_after_the_folder_wins) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    space_write(&space, "X/PLAN_A.md", "x");
    space_write(&space, "X/PLAN_Z.md", "x");
    expect_plan(&space, "X", "", "X", 2);
    space_end(&space);
}

Test(plan_files, several_others_are_ambiguous_and_listed) {
    struct space space = space_new();
    struct load loaded;
    space_write(&space, "X/PLAN_A.md", "x");
    space_write(&space, "X/PLAN_B.md", "x");
    space_write(&space, "X/parallel.json", GRAPH("X"));
    load(&loaded, &space, "X");
    cr_expect_not(loaded.plan.is_valid);
    cr_expect_not(loaded.plan.has_graph);
    cr_expect_not(loaded.plan.standings[0].is_ready);
    cr_expect_null(loaded.plan.plan_file);
    cr_assert_eq(loaded.plan.diagnostics.count, 1);
    cr_expect_str_eq(loaded.plan.diagnostics.items[0].code, "plan.ambiguous");
    cr_expect(has(loaded.plan.diagnostics.items[0].message, "PLAN_A.md, PLAN_B.md"));
    cr_expect(has(loaded.plan.diagnostics.items[0].hint, "PLAN_X.md"));
    unload(&loaded);
    space_end(&space);
}

Test(plan_files, a_single_other_one_names_the_plan) {
    struct space space = space_new();
    space_write(&space, "folder/PLAN_X.md", "x");
    space_write(&space, "folder/parallel.json", GRAPH("X"));
    space_write(&space, "folder/subplans/SUBPLAN_X_11.md", "x");
    struct load loaded;
    load(&loaded, &space, "folder");
    cr_expect_str_eq(loaded.plan.name, "X");
    cr_expect_str_eq(loaded.plan.plan_file, "folder/PLAN_X.md");
    cr_expect_eq(loaded.plan.standings[0].state, STATE_SUBPLAN_CREATED);
    unload(&loaded);
    space_end(&space);
}

Test(plan_files, links_and_folders_are_no_plan_files) {
    struct space space = space_new();
    space_write(&space, "real.md", "x");
    space_link(&space, "X/PLAN_X.md", "../real.md");
    space_make_folder(&space, "X/PLAN_Y.md");
    space_write(&space, "X/parallel.json", GRAPH("X"));
    expect_plan(&space, "X", "plan.missing", "X", 1);
    space_write(&space, "X/PLAN_Z.md", "x");
    expect_plan(&space, "X", "plan.name", "Z", 1);
    space_end(&space);
}

Test(plan_files, a_folder_that_is_not_there) {
    struct space space = space_new();
    expect_plan(&space, "group/X", "file.unreadable", "X", 0);
    space_end(&space);
}

/* --- the dependency file --- */

static const char *const names[] = {"parallel.json", "PARALLEL-EXECUTION-ANALYSIS.json", "parallel-execution.json",
                                    "parallel_analysis.json"};

static void write_in_plan(const struct space *space, const char *name, const char *text) {
    struct buffer path = {0};
    buffer_append_format(&path, "X/%s", name);
    space_write(space, path.data, "%s", text);
    buffer_release(&path);
}

Test(plan_files, each_name_of_a_dependency_file_will_do) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct space space = space_new();
        struct load loaded;
        space_plan(&space, "X", NULL);
        write_in_plan(&space, names[i], GRAPH("X"));
        load(&loaded, &space, "X");
        cr_expect(names_is_dependency_file(names[i]));
        cr_expect(has(loaded.plan.dependency_file, names[i]), "%s", names[i]);
        cr_expect(loaded.plan.has_graph, "%s", names[i]);
        cr_expect_eq(strlen(loaded.plan.dependency_digest), 32);
        unload(&loaded);
        space_end(&space);
    }
    cr_expect_not(names_is_dependency_file("Parallel.json"));
    cr_expect_not(names_is_dependency_file("package.json"));
}

Test(plan_files, parallel_json_wins_and_without_it_two_are_one_too_many) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    write_in_plan(&space, names[1], "{");
    write_in_plan(&space, names[3], "{");
    expect_plan(&space, "X", "", "X", 2);
    space_remove(&space, "X/parallel.json");
    expect_plan(&space, "X", "plan.ambiguous", "X", 0);
    space_end(&space);
}

Test(plan_files, a_dependency_file_that_is_no_regular_file_blocks_the_plan) {
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    space_write(&space, "graph.json", GRAPH("X"));
    space_link(&space, "X/parallel.json", "../graph.json");
    expect_plan(&space, "X", "file.irregular", "X", 0);
    space_remove(&space, "X/parallel.json");
    space_make_folder(&space, "X/parallel.json");
    expect_plan(&space, "X", "file.irregular", "X", 0);
    space_end(&space);
}

Test(plan_files, an_invalid_dependency_file_still_shows_what_it_has) {
    struct space space = space_new();
    struct load loaded;
    space_plan(&space, "X", "1.1; 1.2: 9.9");
    space_approved(&space, "X", "1.1");
    load(&loaded, &space, "X");
    cr_expect_not(loaded.plan.is_valid);
    cr_expect_not(loaded.plan.has_graph);
    cr_expect_eq(loaded.plan.standings[0].state, STATE_COMPLETE);
    cr_expect_not(loaded.plan.standings[1].is_ready);
    unload(&loaded);
    space_end(&space);
}

Test(plan_files, another_name_in_the_dependency_file_is_a_warning) {
    struct space space = space_new();
    space_plan(&space, "X", NULL);
    write_in_plan(&space, "parallel.json", GRAPH("Y"));
    expect_plan(&space, "X", "plan.name", "X", 1);
    space_end(&space);
}

Test(plan_files, subplans_and_execution_must_be_folders) {
    static const char *const folders[] = {"X/subplans", "X/execution", "X/execution/feedbacks"};
    for (size_t i = 0; i < 3; i++)
        for (int is_link = 0; is_link < 2; is_link++) {
            struct space space = space_new();
            space_plan(&space, "X", "1.1");
            if (i == 1)
                space_remove(&space, "X/execution/feedbacks");
            space_remove(&space, folders[i]);
            if (is_link)
                space_link(&space, folders[i], "..");
            else
                space_write(&space, folders[i], "x");
            expect_plan(&space, "X", "file.irregular", "X", 1);
            space_end(&space);
        }
}

/* --- without a dependency file --- */

Test(plan_files, without_a_dependency_file_the_plan_and_its_files_speak) {
    struct space space = space_new();
    struct load loaded;
    struct buffer found = {0};
    space_plan(&space, "X", "2.1; 1.10; 1.2");
    space_remove(&space, "X/parallel.json");
    space_subplan(&space, "X", "3.5.1");  /* its header says the id */
    space_approved(&space, "X", "4.2");   /* two digits can only be 4.2 */
    space_approved(&space, "X", "4.1.2"); /* three could be several */
    space_write(&space, "X/subplans/SUBPLAN_X_77.md", "**Achievement**: 7.8\n");
    load(&loaded, &space, "X");
    const struct plan *plan = &loaded.plan;
    for (size_t i = 0; i < plan->dependencies.count; i++)
        buffer_append_format(&found, "%s %s, ", plan->dependencies.achievements[i].id,
                             achievement_state_name(plan->standings[i].state));
    cr_expect_str_eq(found.data, "1.2 not_started, 1.10 not_started, 2.1 not_started, 3.5.1 subplan_created, "
                                 "4.2 complete, 7.7 subplan_created, ");
    cr_expect(plan->is_valid);
    cr_expect_not(plan->has_graph);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        cr_expect_not(plan->standings[i].is_ready);
    cr_expect_str_eq(plan->dependencies.achievements[0].title, "Title of 1.2");
    cr_expect_eq(plan->dependencies.achievements[0].hours, 3);
    cr_expect_str_eq(plan->diagnostics.items[plan->diagnostics.count - 1].code, "plan.no_dependencies");
    size_t position;
    cr_expect(plan_find(plan, "1.10", &position) && position == 1);
    cr_expect_not(plan_find(plan, "1.1", &position));
    buffer_release(&found);
    unload(&loaded);
    space_end(&space);
}

Test(plan_files, colliding_names_are_found_without_a_dependency_file_too) {
    struct space space = space_new();
    space_plan(&space, "X", "1.11; 11.1");
    expect_plan(&space, "X", "achievement.collision", "X", 2);
    space_remove(&space, "X/parallel.json");
    expect_plan(&space, "X", "achievement.collision", "X", 2);
    space_end(&space);
}

/* --- what loading does --- */

struct watch {
    struct buffer log; /* "operation path\n" */
    int calls, fail_at, failure;
    bool has_write;
};

static int note(void *data, enum files_operation operation, const char *path) {
    struct watch *watch = data;
    if (operation != FILES_READ) /* one file or folder takes several */
        buffer_append_format(&watch->log, "%d %s\n", (int)operation, path);
    watch->has_write |= operation >= FILES_CREATE;
    return ++watch->calls == watch->fail_at ? watch->failure : 0;
}

static void expect_each_once(const char *log) {
    struct span rest = span_of(log);
    for (struct span line; span_next_line(&rest, &line);) {
        struct buffer text = {0};
        buffer_append_format(&text, "%.*s\n", (int)line.length, line.data);
        cr_expect_eq(count_of(log, text.data), 1, "more than once: %s", text.data);
        buffer_release(&text);
    }
}

static void watch_load(const struct space *space, struct watch *watch, struct plan *plan) {
    struct files files;
    struct error error = {0};
    cr_assert(files_open(&files, space->root, &error));
    files.hook = note;
    files.hook_data = watch;
    plan_load(plan, &files, "g/X");
    files_close(&files);
}

static struct space busy_plan(void) {
    struct space space = space_new();
    space_plan(&space, "g/X", "1.1; 1.2; 2.1: 1.1");
    space_plan(&space, "g/Y", "1.1");
    space_subplan(&space, "g/X", "1.1");
    space_subplan(&space, "g/X", "1.2");
    space_subplan(&space, "g/Y", "1.1");
    space_execution(&space, "g/X", "1.1");
    space_approved(&space, "g/X", "1.1");
    space_write(&space, "g/X/documentation/PLAN_OLD.md", "x");
    space_write(&space, "g/X/execution/REPORT.md", "x");
    return space;
}

/* Four folders listed, the dependency file and two SUBPLANs opened; nothing twice, nothing of another plan. */
Test(plan_files, loading_touches_each_thing_once_and_no_other_plan) {
    struct space space = busy_plan();
    struct watch watch = {0};
    struct plan plan;
    uint64_t before = space_fingerprint(&space, "");
    watch_load(&space, &watch, &plan);
    expect_each_once(watch.log.data);
    cr_expect_eq(count_of(watch.log.data, "\n"), 8, "%s", watch.log.data);
    cr_expect_eq(count_of(watch.log.data, " g/X"), 8, "%s", watch.log.data);
    cr_expect_not(has(watch.log.data, "g/X/documentation"));
    cr_expect_not(watch.has_write);
    cr_expect_eq(space_fingerprint(&space, ""), before);
    plan_release(&plan);
    buffer_release(&watch.log);
    space_end(&space);
}

Test(plan_files, nothing_is_read_twice_without_a_dependency_file_either) {
    struct space space = busy_plan();
    struct watch watch = {0};
    struct plan plan;
    space_remove(&space, "g/X/parallel.json");
    space_subplan(&space, "g/X", "3.1");
    space_write(&space, "g/X/execution/EXECUTION_TASK_X_41_01.md", "x");
    watch_load(&space, &watch, &plan);
    expect_each_once(watch.log.data);
    plan_release(&plan);
    buffer_release(&watch.log);
    space_end(&space);
}

/* Whatever cannot be read, a plan is made; it says so, and what could not be read is not called ready. */
Test(plan_files, every_operation_may_fail) {
    for (int has_graph = 0; has_graph < 2; has_graph++) {
        bool is_done = false;
        for (int k = 1; !is_done; k++) {
            struct space space = busy_plan();
            struct watch watch = {.fail_at = k, .failure = EIO};
            struct plan plan;
            if (!has_graph)
                space_remove(&space, "g/X/parallel.json");
            watch_load(&space, &watch, &plan);
            is_done = watch.calls < k;
            cr_expect_str_eq(plan.name, "X");
            bool is_silent = true;
            for (size_t i = 0; i < plan.diagnostics.count; i++)
                is_silent &= strcmp(plan.diagnostics.items[i].code, "file.unreadable") != 0;
            cr_expect_eq(is_silent, is_done, "operation %d of %d", k, watch.calls);
            plan_release(&plan);
            buffer_release(&watch.log);
            space_end(&space);
        }
    }
}

/* --- many SUBPLANs are read by several threads --- */

static void write_many(const struct space *space, int count) {
    static const char *const texts[] = {NULL, /* complete */
                                        "# S\n\n[TO BE FILLED: all of it]\n",
                                        "**Achievement**: 9.9\n\n## Objective\n\nx\n",
                                        "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n",
                                        "**Achievement**: 1.1\n\n`code` \xE2\x80\xAE\n",
                                        ""};
    char path[64], id[16], *folder = space_path(space, "X");
    plan_files_write_many(folder, 1, count);
    for (int i = 1; i <= count; i++) {
        const char *text = texts[(size_t)i % (sizeof texts / sizeof *texts)];
        snprintf(path, sizeof path, "X/subplans/SUBPLAN_X_1%d.md", i);
        snprintf(id, sizeof id, "1.%d", i);
        if (i % 17 == 0)
            space_make_folder(space, path);
        else if (i % 13 == 0)
            space_link(space, path, "elsewhere");
        else if (text)
            space_write(space, path, "%s", text);
        else
            plan_files_write_subplan(folder, id);
    }
    memory_free(folder);
}

static void append_all(struct buffer *text, const struct plan *plan) {
    for (size_t i = 0; i < plan->standing_count; i++) {
        const struct standing *standing = &plan->standings[i];
        buffer_append_format(text, "%s %d %u %u %s\n", standing->subplan_file ? standing->subplan_file : "-",
                             standing->subplan, standing->conflict_line, standing_rare(standing)->unseen_line,
                             standing->stated_id ? standing->stated_id : "-");
    }
    for (size_t i = 0; i < plan->diagnostics.count; i++)
        buffer_append_format(text, "%s: %s\n", plan->diagnostics.items[i].file, plan->diagnostics.items[i].message);
}

Test(plan_files, many_subplans_say_what_each_says) {
    enum { MANY = 1500 }; /* enough for threads; a reload of them reads one after the other */
    struct space space = space_new();
    struct load loaded;
    struct plan again;
    struct buffer parallel = {0}, serial = {0};
    write_many(&space, MANY);
    load(&loaded, &space, "X");
    append_all(&parallel, &loaded.plan);
    for (size_t i = 0; i < loaded.plan.standing_count; i++)
        loaded.plan.standings[i].subplan_mark = 0; /* nothing is known */
    plan_reload(&again, &loaded.files, &loaded.plan);
    append_all(&serial, &again);
    cr_expect_str_eq(buffer_text(&parallel), buffer_text(&serial));
    cr_expect(strstr(buffer_text(&parallel), "the header says achievement 9.9"));
    plan_release(&again);
    unload(&loaded);
    buffer_release(&parallel);
    buffer_release(&serial);
    space_end(&space);
}
