/*
 * Each verb on each state that a plan can be in: one exit status, and "ok" in the JSON says the same. A loop over
 * `next` must not take a plan that cannot be read for one that is done.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "space.h"

TestSuite(plan_states, .timeout = 120);

enum state { VALID, NO_PLAN, NO_GRAPH, CYCLE, CONFLICTED, FOLDER, FIFO, PLAN_CONFLICTED, STATES };

static const char *const names[STATES] = {"valid",      "no PLAN",  "no graph", "a cycle",
                                          "conflicted", "a folder", "a FIFO",   "a conflicted PLAN"};

static void set_graph(const struct space *space, const char *before, const char *dependencies) {
    space_write(space, "X/parallel.json",
                "%s{\"plan_name\": \"X\", \"achievements\": [{\"achievement_id\": \"1.1\", \"dependencies\": [%s]}, "
                "{\"achievement_id\": \"1.2\", \"dependencies\": [\"1.1\"]}]}\n",
                before, dependencies);
}

static void set_plan(const struct space *space, const char *behind) {
    space_write(space, "X/PLAN_X.md",
                "# PLAN: X\n\n## Achievements\n\n**Achievement 1.1**: A\n\n- **Dependencies**: None\n\n"
                "**Achievement 1.2**: B\n\n- **Dependencies**: 1.1\n\n%s",
                behind);
}

static struct space space_in(enum state state) {
    struct space space = space_new();
    struct buffer path = {0};
    space_make_folder(&space, "X/subplans");
    buffer_append_format(&path, "%s/X/parallel.json", space.root);
    if (state != NO_PLAN)
        set_plan(&space, state == PLAN_CONFLICTED ? "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n" : "");
    if (state == FOLDER)
        space_make_folder(&space, "X/parallel.json");
    else if (state == FIFO)
        cr_assert_eq(mkfifo(buffer_text(&path), 0600), 0);
    else if (state != NO_GRAPH)
        set_graph(&space, state == CONFLICTED ? "<<<<<<< HEAD\n" : "", state == CYCLE ? "\"1.2\"" : "");
    buffer_release(&path);
    return space;
}

Test(plan_states, a_verb_has_one_exit_status_for_each) {
    static const struct {
        const char *command;
        int statuses[STATES];
    } rows[] = {
        {"status --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"status X --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"next --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"next X --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"show X 1.1 --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"why X 1.2 --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"validate --json", {0, 3, 0, 6, 6, 6, 6, 6}},
        {"graph X --json", {0, 3, 0, 6, 6, 6, 6, 0}},
        {"what-if X --complete 1.1 --json", {0, 3, 4, 6, 6, 6, 6, 0}},
        {"create X --dry-run --json", {0, 3, 4, 6, 6, 6, 6, 0}},
        {"create X --kind subplan --dry-run --json", {0, 3, 4, 6, 6, 6, 6, 4}},
        {"prompt execute X --json", {0, 3, 4, 6, 6, 6, 6, 4}},
        {"prompt fill X --json", {0, 3, 0, 6, 6, 6, 6, 4}},
        {"prompt discover X --json", {0, 3, 0, 0, 0, 0, 0, 4}},
        {"init --graph X --dry-run --json", {5, 3, 0, 5, 5, 6, 6, 5}},
        {"doctor --json", {0, 3, 0, 6, 6, 6, 6, 6}},
        {"history --json", {0, 3, 0, 0, 0, 0, 0, 0}},
    };
    for (enum state state = 0; state < STATES; state++) {
        struct space space = space_in(state);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            struct outcome outcome = run(&space, rows[i].command);
            int status = rows[i].statuses[state];
            cr_expect_eq(outcome.status, status, "%s of %s: %d", rows[i].command, names[state], outcome.status);
            cr_expect(has(outcome.out, status ? "\"ok\":false" : "\"ok\":true"), "%s of %s: %s", rows[i].command,
                      names[state], outcome.out);
            outcome_end(&outcome);
        }
        space_end(&space);
    }
}
