/*
 * daemon/watch/plan_cache and core/view/event: snapshots that are refreshed where they are dirty, say what a fresh
 * reading says, read nothing that has not changed, and are compared into events.
 */
#include "watch/plan_cache.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "space.h"
#include "view/event.h"

TestSuite(cache, .timeout = 120);

static size_t listings;

static void count_listing(void *data, const char *path, int folder) {
    (void)data;
    (void)path;
    (void)folder;
    __atomic_fetch_add(&listings, 1, __ATOMIC_SEQ_CST);
}

static void open_cache(struct plan_cache *cache, const struct space *space) {
    struct error error = {0};
    cr_assert(plan_cache_open(cache, space->root, count_listing, NULL, &error), "%s", error.message);
    cr_expect(plan_cache_is_dirty(cache));
    plan_cache_refresh(cache);
    cr_expect_not(plan_cache_is_dirty(cache));
}

static void expect_agreement(const struct plan_cache *cache) {
    for (size_t i = 0; i < cache->workspace.plan_count; i++)
        cr_expect(plan_cache_agrees(cache, i), "%s", cache->entries[i]->path);
}

Test(cache, only_what_is_marked_is_read_again) {
    struct space space = space_new();
    struct plan_cache cache;
    space_plan(&space, "A", "1.1; 1.2");
    space_plan(&space, "group/B", "1.1");
    open_cache(&cache, &space);
    cr_assert_eq(cache.workspace.plan_count, 2);
    cr_expect_gt(listings, 0);
    uint64_t loaded = cache.counters.plans_loaded, generation = cache.generation;
    plan_cache_refresh(&cache); /* nothing to do */
    cr_expect_eq(cache.generation, generation);
    space_subplan(&space, "A", "1.1");
    cr_expect_null(plan_cache_mark_around(&cache, "group"));
    cr_expect_null(plan_cache_mark_around(&cache, "AB/subplans"));
    cr_expect_not(plan_cache_is_dirty(&cache));
    cr_expect_not(plan_cache_agrees(&cache, 0)); /* so an audit would notice */
    cr_expect_str_eq(plan_cache_mark_around(&cache, "A/subplans"), "A");
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.plans_loaded, loaded + 1);
    cr_expect_eq(cache.generation, generation + 1);
    expect_agreement(&cache);
    plan_cache_mark_beneath(&cache, "group");
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.plans_loaded, loaded + 2);
    plan_cache_mark_beneath(&cache, "gr");
    cr_expect_not(plan_cache_is_dirty(&cache));
    plan_cache_distrust(&cache, 1);
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.plans_loaded, loaded + 3);
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

Test(cache, plans_come_and_go) {
    struct space space = space_new();
    struct plan_cache cache;
    space_plan(&space, "A", "1.1");
    open_cache(&cache, &space);
    space_plan(&space, "B", "1.1");
    space_plan(&space, "g/h/C", NULL);
    plan_cache_mark_places(&cache);
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.workspace.plan_count, 3);
    expect_agreement(&cache);
    space_remove(&space, "A/PLAN_A.md");
    space_remove(&space, "A/parallel.json");
    space_remove(&space, "A/subplans");
    space_remove(&space, "A/execution/feedbacks");
    space_remove(&space, "A/execution");
    space_remove(&space, "A");
    plan_cache_mark_places(&cache);
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.workspace.plan_count, 2);
    cr_expect_eq(cache.gone_count, 1);
    cr_expect_null(plan_cache_mark_around(&cache, "A"));
    plan_cache_forget_gone(&cache);
    cr_expect_eq(cache.gone_count, 0);
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

/* A reloaded plan reads what has changed, and says what a fresh one says. */
Test(cache, a_document_that_has_not_changed_is_not_read_again) {
    struct space space = space_new();
    struct plan_cache cache;
    space_plan(&space, "A", "1.1; 1.2; 1.3");
    for (int i = 1; i <= 3; i++) {
        char id[8];
        snprintf(id, sizeof id, "1.%d", i);
        space_subplan(&space, "A", id);
    }
    space_write(&space, "A/subplans/SUBPLAN_A_13.md", "# S\n\n<<<<<<< HEAD\n");
    open_cache(&cache, &space);
    uint64_t read, attempts = 0;
    do { /* until all of them have been on disk for PLAN_SETTLED_MS */
        read = cache.counters.documents_read;
        plan_cache_mark_all(&cache);
        plan_cache_refresh(&cache);
        cr_assert_lt(attempts++, 1000000u);
    } while (cache.counters.documents_read > read);
    space_subplan(&space, "A", "1.2");
    plan_cache_mark_around(&cache, "A");
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.documents_read, read + 1, "%d", (int)(cache.counters.documents_read - read));
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

/* --- events --- */

struct told_events {
    struct buffer text;
    const char *written; /* the file that another process has open */
};

static void note(void *data, const struct event *event) {
    struct told_events *events = data;
    buffer_append_format(&events->text, "%s%s", events->text.length ? "; " : "", event_type_name(event->type));
    if (event->achievement)
        buffer_append_format(&events->text, " %s", event->achievement);
    else if (event->has_level)
        buffer_append_format(&events->text, " %u", event->level);
    if (event->step)
        buffer_append_format(&events->text, " for %s", event->step);
}

static bool is_written(void *data, const char *path) {
    const struct told_events *events = data;
    return events->written && strcmp(events->written, path) == 0;
}

struct watching {
    struct space space;
    struct plan_cache cache;
    struct told *told;
    struct told_events events;
};

static bool compare(struct watching *watching) {
    const struct events_sink sink = {note, is_written, &watching->events};
    plan_cache_mark_all(&watching->cache);
    plan_cache_refresh(&watching->cache);
    buffer_clear(&watching->events.text);
    return events_compare(&watching->told, &watching->cache.entries[0]->plan, &sink);
}

static void expect_events(struct watching *watching, const char *expected) {
    compare(watching);
    cr_expect_str_eq(buffer_text(&watching->events.text), expected, "%s, not %s", buffer_text(&watching->events.text),
                     expected);
}

Test(cache, what_differs_between_two_snapshots_is_told_once) {
    struct watching watching = {.space = space_new()};
    struct space *space = &watching.space;
    space_plan(space, "X", "1.1; 1.2; 2.1: 1.1, 1.2");
    open_cache(&watching.cache, space);
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
    told_free(watching.told);
    buffer_release(&watching.events.text);
    plan_cache_release(&watching.cache);
    space_end(space);
}

Test(cache, a_subplan_that_is_being_written_is_not_complete_yet) {
    struct watching watching = {.space = space_new(), .events = {.written = "X/subplans/SUBPLAN_X_11.md"}};
    space_plan(&watching.space, "X", "1.1");
    open_cache(&watching.cache, &watching.space);
    compare(&watching);
    space_subplan(&watching.space, "X", "1.1");
    cr_expect(compare(&watching), "something is held back");
    cr_expect_str_eq(buffer_text(&watching.events.text), "subplan.created 1.1");
    watching.events.written = NULL;
    cr_expect_not(compare(&watching));
    cr_expect_str_eq(buffer_text(&watching.events.text), "subplan.completed 1.1; level.subplans_complete 0");
    const struct events_sink sink = {note, is_written, &watching.events};
    buffer_clear(&watching.events.text);
    events_remove(watching.told, &sink);
    cr_expect_str_eq(buffer_text(&watching.events.text), "plan.removed");
    buffer_release(&watching.events.text);
    plan_cache_release(&watching.cache);
    space_end(&watching.space);
}

Test(cache, every_type_of_event_has_a_name_that_is_found) {
    for (enum event_type type = 0; type < EVENT_TYPES; type++) {
        enum event_type found;
        cr_expect(event_type_find(event_type_name(type), &found) && found == type, "%s", event_type_name(type));
    }
    enum event_type found;
    cr_expect_not(event_type_find("nonsense", &found));
}
