/*
 * core/view/changes: what differs between what was published about a plan and its snapshot, as events.
 */
#include "view/changes.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "disk/files.h"
#include "plan/plan.h"
#include "space.h"
#include "view/event.h"

TestSuite(changes, .timeout = 120);

struct received {
    struct buffer text;
    const char *written; /* the file that another process has open */
};

static void note(void *data, const struct event *event) {
    struct received *events = data;
    buffer_append_format(&events->text, "%s%s", events->text.length ? "; " : "", event_type_name(event->type));
    if (event->achievement)
        buffer_append_format(&events->text, " %s", event->achievement);
    else if (event->has_level)
        buffer_append_format(&events->text, " %u", event->level);
    if (event->step)
        buffer_append_format(&events->text, " for %s", event->step);
}

static bool is_written(void *data, const char *path) {
    const struct received *events = data;
    return events->written && strcmp(events->written, path) == 0;
}

struct watching {
    struct space space;
    struct files files;
    struct published_state *state;
    struct received events;
};

static void open_root(struct watching *watching) {
    struct error error = {0};
    cr_assert(files_open(&watching->files, watching->space.root, &error), "%s", error.message);
}

static bool compare(struct watching *watching) {
    const struct changes_sink sink = {note, is_written, &watching->events};
    struct plan plan;
    plan_load(&plan, &watching->files, "X");
    buffer_clear(&watching->events.text);
    bool is_holding = changes_compare(&watching->state, &plan, NULL, &sink);
    plan_release(&plan);
    return is_holding;
}

static void expect_events(struct watching *watching, const char *expected) {
    compare(watching);
    cr_expect_str_eq(buffer_text(&watching->events.text), expected, "%s, not %s", buffer_text(&watching->events.text),
                     expected);
}

Test(changes, what_differs_between_two_snapshots_is_published_once) {
    struct watching watching = {.space = space_new()};
    struct space *space = &watching.space;
    space_plan(space, "X", "1.1; 1.2; 2.1: 1.1, 1.2");
    open_root(&watching);
    expect_events(&watching, "plan.added");
    expect_events(&watching, "");
    space_write(space, "X/subplans/SUBPLAN_X_11.md", "# SUBPLAN\n\n[TO BE FILLED: x]\n");
    expect_events(&watching, "subplan.created 1.1");
    space_subplan(space, "X", "1.1");
    expect_events(&watching, "subplan.completed 1.1");
    space_subplan(space, "X", "1.2");
    expect_events(&watching, "subplan.created 1.2; subplan.completed 1.2; level.subplans_complete 0");
    space_execution(space, "X", "1.1");
    expect_events(&watching, "execution.created 1.1");
    space_approved(space, "X", "1.1");
    expect_events(&watching, "achievement.completed 1.1");
    space_skipped(space, "X", "1.2");
    expect_events(&watching, "achievement.skipped 1.2; achievement.ready 2.1 for subplan; level.completed 0");
    space_fix(space, "X", "2.1");
    compare(&watching);
    cr_expect(has(buffer_text(&watching.events.text), "achievement.failed 2.1"), "%s",
              buffer_text(&watching.events.text));
    space_remove(space, "X/execution/EXECUTION_TASK_X_11_01.md");
    space_remove(space, "X/subplans/SUBPLAN_X_12.md");
    expect_events(&watching, "execution.removed 1.1; subplan.removed 1.2");
    space_write(space, "X/parallel.json", "{");
    expect_events(&watching, "plan.invalid");
    expect_events(&watching, "");
    published_state_free(watching.state);
    buffer_release(&watching.events.text);
    files_close(&watching.files);
    space_end(space);
}

/* Each rejection is published; that its answer goes away is no rejection. */
Test(changes, what_a_review_changes_is_published) {
    struct watching watching = {.space = space_new()};
    struct space *space = &watching.space;
    space_plan(space, "X", "1.1");
    space_subplan(space, "X", "1.1");
    space_execution(space, "X", "1.1");
    open_root(&watching);
    expect_events(&watching, "plan.added");
    space_write(space, "X/execution/feedbacks/SUBMITTED_11_01.md", "**By**: ann\n");
    expect_events(&watching, "achievement.submitted 1.1; achievement.ready 1.1 for review");
    space_write(space, "X/execution/feedbacks/FIX_11.md", "%s", "");
    expect_events(&watching, "achievement.failed 1.1");
    space_write(space, "X/execution/EXECUTION_TASK_X_11_02.md", "**Rework of**: FIX_11.md sha256:e3b0c44298fc1c14\n");
    expect_events(&watching, "execution.created 1.1");
    space_remove(space, "X/execution/EXECUTION_TASK_X_11_02.md");
    expect_events(&watching, "execution.removed 1.1");
    space_write(space, "X/execution/EXECUTION_TASK_X_11_02.md", "**Rework of**: FIX_11.md sha256:e3b0c44298fc1c14\n");
    expect_events(&watching, "execution.created 1.1");
    space_write(space, "X/execution/feedbacks/FIX_11_02.md", "again\n");
    expect_events(&watching, "achievement.failed 1.1");
    space_approved(space, "X", "1.1");
    expect_events(&watching, "achievement.completed 1.1; level.completed 0");
    space_remove(space, "X/execution/feedbacks/APPROVED_11.md");
    compare(&watching);
    cr_expect(has(buffer_text(&watching.events.text), "achievement.reopened 1.1"), "%s",
              buffer_text(&watching.events.text));
    published_state_free(watching.state);
    buffer_release(&watching.events.text);
    files_close(&watching.files);
    space_end(space);
}

Test(changes, a_subplan_that_is_being_written_is_not_complete_yet) {
    struct watching watching = {.space = space_new(), .events = {.written = "X/subplans/SUBPLAN_X_11.md"}};
    space_plan(&watching.space, "X", "1.1");
    open_root(&watching);
    compare(&watching);
    space_subplan(&watching.space, "X", "1.1");
    cr_expect(compare(&watching), "something is held back");
    cr_expect_str_eq(buffer_text(&watching.events.text), "subplan.created 1.1");
    watching.events.written = NULL;
    cr_expect_not(compare(&watching));
    cr_expect_str_eq(buffer_text(&watching.events.text), "subplan.completed 1.1; level.subplans_complete 0");
    const struct changes_sink sink = {note, is_written, &watching.events};
    buffer_clear(&watching.events.text);
    changes_remove(watching.state, &sink);
    cr_expect_str_eq(buffer_text(&watching.events.text), "plan.removed");
    buffer_release(&watching.events.text);
    files_close(&watching.files);
    space_end(&watching.space);
}

Test(changes, every_type_of_event_has_a_name_that_is_found) {
    for (enum event_type type = 0; type < EVENT_TYPES; type++) {
        enum event_type found;
        cr_expect(event_type_find(event_type_name(type), &found) && found == type, "%s", event_type_name(type));
    }
    enum event_type found;
    cr_expect_not(event_type_find("nonsense", &found));
}
