/*
 * daemon/watch/plan_cache: snapshots that are refreshed where they are dirty, say what a fresh reading says, and read
 * nothing that has not changed.
 */
#include "watch/plan_cache.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "space.h"
#include "view/changes.h"
#include "view/event.h"
#include "watch/held_plans.h"
#include "watch/plan_audit.h"
#include "watch/plan_reading.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

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
        cr_expect(plan_audit_agrees(cache, i), "%s", cache->entries[i]->path);
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
    cr_expect_not(plan_audit_agrees(&cache, 0)); /* so an audit would notice */
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
    plan_cache_distrust(&cache, cache.entries[1]);
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
    cr_expect_null(plan_cache_mark_around(&cache, "A"));
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

/* Until all documents have been on disk for PLAN_SETTLED_MS, and are known; how many were read. */
static uint64_t settle(struct plan_cache *cache) {
    uint64_t read, attempts = 0;
    do {
        read = cache->counters.documents_read;
        plan_cache_mark_all(cache);
        plan_cache_refresh(cache);
        cr_assert_lt(attempts++, 1000000u);
    } while (cache->counters.documents_read > read);
    return read;
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
    uint64_t read = settle(&cache);
    space_subplan(&space, "A", "1.2");
    plan_cache_mark_around(&cache, "A");
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.documents_read, read + 1, "%d", (int)(cache.counters.documents_read - read));
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

/* No event comes from the folder of the plan, as the kernel reports the name under which the file was opened. */
Test(cache, a_known_document_may_change_through_another_name) {
    static const char *const documents[] = {"A/subplans/SUBPLAN_A_11.md", "A/execution/EXECUTION_TASK_A_11_01.md",
                                            "A/execution/feedbacks/FIX_11.md"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct space space = space_new();
        struct plan_cache cache;
        struct buffer from = {0}, to = {0};
        space_plan(&space, "A", "1.1; 1.2");
        for (size_t k = 0; k <= i; k++)
            space_write(&space, documents[k], "# D\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n");
        buffer_append_format(&from, "%s/%s", space.root, documents[i]);
        buffer_append_format(&to, "%s/other name.md", space.root);
        cr_assert_eq(link(from.data, to.data), 0);
        open_cache(&cache, &space);
        settle(&cache);
        space_write(&space, "other name.md", "# D\n\n<<<<<<< HEAD\nA\n");
        plan_cache_refresh(&cache);
        expect_agreement(&cache);
        plan_cache_release(&cache);
        buffer_release(&from);
        buffer_release(&to);
        space_end(&space);
    }
}

/* --- single documents --- */

static void note(void *data, const struct event *event) {
    buffer_append_format(data, "%s %s %u; ", event_type_name(event->type),
                         event->achievement ? event->achievement : "-", event->level);
}

static bool is_written(void *data, const char *path) {
    (void)data;
    (void)path;
    return false;
}

/* Two that know the same: the one is shown what has changed, the other compares everything. */
struct pair {
    struct published_state *kept, *whole;
};

static void expect_same_events(struct pair *pair, struct plan_cache_entry *entry, const char *change) {
    AUTO(buffer) kept = {0}, whole = {0};
    changes_compare(&pair->kept, &entry->plan, entry->is_fresh ? NULL : &entry->changed,
                    &(struct changes_sink){note, is_written, &kept});
    changes_compare(&pair->whole, &entry->plan, NULL, &(struct changes_sink){note, is_written, &whole});
    cr_expect_str_eq(buffer_text(&kept), buffer_text(&whole), "%s: %s, not %s", change, buffer_text(&kept),
                     buffer_text(&whole));
    plan_cache_forget_changes(entry);
}

static unsigned random_below(unsigned count) {
    static uint64_t random = 88172645463325252u;
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return (unsigned)((random >> 20) % count);
}

/* The first ones are right; the others are nearly so, and get diagnostics. */
static const char *const names[] = {
    "subplans/SUBPLAN_A_%s.md",
    "execution/EXECUTION_TASK_A_%s_01.md",
    "execution/EXECUTION_TASK_A_%s_02.md",
    "execution/EXECUTION_TASK_A_%s_01.md~",
    "execution/feedbacks/APPROVED_%s.md",
    "execution/feedbacks/FIX_%s.md",
    "execution/feedbacks/SUBMITTED_%s_01.md",
    "execution/SKIPPED_%s.md",
    "subplans/SUBPLAN_A_%s_V2.md",
    "subplans/subplan_A_%s.md",
    "execution/APPROVED_%s.md",
};
enum { RIGHT_NAMES = 8 };
static const char *const digits[] = {"11", "12", "13", "21", "22", "77"};
static const char *const contents[] = {
    "# D\n\n## Objective\n\nWhy\n\n## Approach\n\nHow\n",
    "# D\n\n[TO BE FILLED: all]\n",
    "# D\n\n<<<<<<< HEAD\n",
    "# D\n\n**Achievement**: 9.9\n\n## Objective\n\nWhy\n",
    "# D\n\n**Status**: complete\n\n## Objective\n\nWhy\n",
    "",
};

/* Writes or removes a file; its path. */
static void change_file(const struct space *space, struct buffer *path, bool is_wild) {
    const char *name = names[random_below(is_wild ? COUNT(names) : RIGHT_NAMES)];
    const char *id = digits[random_below(COUNT(digits) - !is_wild)];
    buffer_clear(path);
    buffer_append_string(path, "A/");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buffer_append_format(path, name, id);
#pragma GCC diagnostic pop
    if (random_below(3) == 0 && space_exists(space, path->data))
        space_remove(space, path->data);
    else
        space_write(space, path->data, "%s", contents[random_below(COUNT(contents))]);
}

static void change_many(bool is_wild) {
    struct space space = space_new();
    struct plan_cache cache;
    struct pair pair = {0};
    AUTO(buffer) path = {0};
    space_plan(&space, "A", "1.1; 1.2; 1.3; 2.1: 1.1, 1.2; 2.2: 1.3");
    open_cache(&cache, &space);
    for (int i = 0; i < 100; i++) {
        expect_same_events(&pair, cache.entries[0], buffer_text(&path));
        change_file(&space, &path, is_wild);
        char *name = strrchr(path.data, '/');
        *name = '\0';
        plan_cache_mark_file(&cache, path.data, name + 1);
        *name = '/';
        plan_cache_refresh(&cache);
        cr_assert(plan_audit_agrees(&cache, 0), "%d: %s", i, path.data);
    }
    cr_expect(is_wild || cache.counters.plans_updated > 10, "%d", (int)cache.counters.plans_updated);
    published_state_free(pair.kept);
    published_state_free(pair.whole);
    plan_cache_release(&cache);
    space_end(&space);
}

/* What is read into the snapshot says what a reading of the whole plan says, and others are notified of the same. */
Test(cache, a_document_that_has_changed_is_read_into_the_snapshot) {
    for (int round = 0; round < 30; round++)
        change_many(round % 2);
}

/* One document is read and no folder listed, however many there are. */
Test(cache, a_save_costs_the_reading_of_one_document) {
    struct space space = space_new();
    struct plan_cache cache;
    space_plan(&space, "A", "1.1; 1.2; 1.3; 2.1: 1.1, 1.2");
    for (int i = 1; i <= 3; i++) {
        char id[8];
        snprintf(id, sizeof id, "1.%d", i);
        space_subplan(&space, "A", id);
        space_execution(&space, "A", id);
    }
    open_cache(&cache, &space);
    plan_cache_forget_changes(cache.entries[0]);
    struct plan_cache_counters before = cache.counters;
    space_subplan(&space, "A", "1.2");
    plan_cache_mark_file(&cache, "A/subplans", "SUBPLAN_A_12.md");
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.documents_read, before.documents_read + 1);
    cr_expect_eq(cache.counters.folders_listed, before.folders_listed);
    cr_expect_eq(cache.counters.plans_loaded, before.plans_loaded);
    cr_assert_eq(cache.entries[0]->changed.count, 1u);
    cr_expect_eq(cache.entries[0]->changed.items[0], 1u);
    space_approved(&space, "A", "1.1");
    space_skipped(&space, "A", "1.2");
    plan_cache_mark_file(&cache, "A/execution/feedbacks", "APPROVED_11.md");
    plan_cache_mark_file(&cache, "A/execution", "SKIPPED_12.md");
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.counters.plans_loaded, before.plans_loaded);
    cr_assert_eq(cache.entries[0]->changed.count, 4u, "the two, and the one that both were in the way of");
    cr_expect_eq(cache.entries[0]->changed.items[3], 3u);
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

/* --- on other threads --- */

enum { LARGE = PLAN_CACHE_LARGE + 1 };

static struct plan_reading *begun; /* and not ended */

static void begin_reading(void *data, struct plan_reading *reading) {
    (void)data;
    cr_expect_null(begun);
    begun = reading;
}

static void end_reading(struct plan_cache *cache) {
    struct plan_reading *reading = begun;
    cr_assert_not_null(reading);
    begun = NULL;
    plan_cache_end_reading(cache, reading);
}

static void open_with_large(struct plan_cache *cache, const struct space *space) {
    struct buffer ids = {0};
    for (int i = 1; i <= LARGE; i++)
        buffer_append_format(&ids, "%s%d.1", i > 1 ? "; " : "", i);
    space_plan(space, "large", ids.data);
    space_plan(space, "small", "1.1");
    buffer_release(&ids);
    open_cache(cache, space);
    cache->read_elsewhere = begin_reading;
}

static bool is_late(const struct plan_cache *cache, const char *plan) {
    return plan_cache_is_late(cache, &(struct request){.method = "status", .plan = plan});
}

Test(cache, a_large_plan_is_read_elsewhere_and_only_who_asks_about_it_waits) {
    struct space space = space_new();
    struct plan_cache cache;
    open_with_large(&cache, &space);
    space_subplan(&space, "large", "1.1");
    plan_cache_mark_around(&cache, "large/subplans");
    space_subplan(&space, "small", "1.1");
    plan_cache_mark_around(&cache, "small/subplans");
    plan_cache_refresh(&cache);
    cr_expect(is_late(&cache, "large") && is_late(&cache, NULL));
    cr_expect_not(is_late(&cache, "small"));
    cr_expect(plan_audit_agrees(&cache, 1));
    plan_reading_run(begun);
    space_subplan(&space, "large", "2.1"); /* before the reading is taken over */
    plan_cache_mark_file(&cache, "large/subplans", "SUBPLAN_large_21.md");
    plan_cache_refresh(&cache);
    cr_expect(is_late(&cache, "large"));
    end_reading(&cache);
    plan_cache_refresh(&cache);
    cr_expect_null(begun);
    cr_expect_not(is_late(&cache, NULL));
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

Test(cache, a_plan_that_goes_on_changing_is_read_at_once_in_the_end) {
    struct space space = space_new();
    struct plan_cache cache;
    int readings = 0;
    open_with_large(&cache, &space);
    plan_cache_mark_around(&cache, "large");
    for (plan_cache_refresh(&cache); begun; plan_cache_refresh(&cache), readings++) {
        plan_cache_mark_around(&cache, "large");
        plan_reading_run(begun);
        end_reading(&cache);
    }
    cr_expect_eq(readings, PLAN_CACHE_READINGS_MOST);
    cr_expect_not(is_late(&cache, NULL));
    expect_agreement(&cache);
    plan_cache_release(&cache);
    space_end(&space);
}

static void hide(const struct space *space, const char *path, const char *name) {
    char *from = space_path(space, path), *to = space_path(space, name);
    cr_expect_eq(rename(from, to), 0);
    memory_free(from);
    memory_free(to);
}

Test(cache, a_plan_may_go_while_it_is_read_or_held) {
    struct space space = space_new();
    struct plan_cache cache;
    struct held_plans held;
    struct answer answer = {0};
    const struct request request = {.method = "status", .plan = "small"};
    open_with_large(&cache, &space);
    held_plans_take(&held, &cache, &request);
    plan_cache_mark_around(&cache, "large");
    plan_cache_refresh(&cache);
    hide(&space, "large", ".large");
    hide(&space, "small", ".small");
    plan_cache_mark_places(&cache);
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.workspace.plan_count, 0);
    plan_reading_run(begun);
    end_reading(&cache);
    held_plans_answer(&held, &request, &answer);
    cr_expect_eq(answer.code, ERROR_NONE);
    answer_release(&answer);
    held_plans_return(&held, &cache);
    plan_cache_refresh(&cache);
    cr_expect_eq(cache.late_count, 0);
    plan_cache_release(&cache);
    space_end(&space);
}
