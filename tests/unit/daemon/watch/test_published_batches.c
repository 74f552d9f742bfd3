/*
 * daemon/watch/published_batches: each batch and undo is published once, whether it was noted or found by its record.
 */
#include "watch/published_batches.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "base/buffer.h"
#include "base/error.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "space.h"
#include "view/changes.h"
#include "view/event.h"

TestSuite(published_batches, .timeout = 60);

struct watching {
    struct space space;
    struct files files;
    struct state_dir state;
    struct published_batches batches;
    struct buffer events;
};

static void publish(void *data, const struct event *event) {
    struct buffer *events = data;
    buffer_append_format(events, "%s%s %" PRIu64, events->length ? "; " : "", event_type_name(event->type),
                         event->batch);
}

static void expect_events(struct watching *watching, const char *expected) {
    const struct changes_sink sink = {publish, NULL, &watching->events};
    struct error error = {0};
    cr_assert(state_dir_find(&watching->state, &watching->files, &error), "%s", error.message);
    buffer_clear(&watching->events);
    watching->batches.has_news = true;
    published_batches_publish(&watching->batches, &watching->state, &sink);
    cr_expect_str_eq(buffer_text(&watching->events), expected, "%s, not %s", buffer_text(&watching->events), expected);
}

static void look(struct watching *watching) {
    struct error error = {0};
    cr_assert(state_dir_find(&watching->state, &watching->files, &error), "%s", error.message);
    published_batches_look(&watching->batches, &watching->state);
}

static struct watching begin(void) {
    struct watching watching = {.space = space_new_alone()};
    struct error error = {0};
    space_plan(&watching.space, "X", "1.1");
    space_subplan(&watching.space, "X", "1.1");
    cr_assert(files_open(&watching.files, watching.space.root, &error), "%s", error.message);
    return watching;
}

static void end(struct watching *watching) {
    published_batches_release(&watching->batches);
    buffer_release(&watching->events);
    files_close(&watching->files);
    space_end(&watching->space);
}

Test(published_batches, what_was_noted_is_not_published_again_when_it_is_found) {
    struct watching watching = begin();
    expect_events(&watching, "");
    expect_status(&watching.space, "create X --yes", 0, "");
    published_batches_note(&watching.batches, "000001.json");
    expect_events(&watching, "batch.created 1");
    expect_status(&watching.space, "undo 1 --yes", 0, "");
    published_batches_note(&watching.batches, "000001.undo.json");
    expect_events(&watching, "batch.undone 1");
    look(&watching);
    expect_events(&watching, "");
    published_batches_note(&watching.batches, "000001.undo.json");
    expect_events(&watching, "");
    end(&watching);
}

Test(published_batches, what_was_not_noted_is_found) {
    struct watching watching = begin();
    expect_status(&watching.space, "create X --yes", 0, "");
    expect_status(&watching.space, "undo 1 --yes", 0, "");
    look(&watching);
    expect_events(&watching, "batch.created 1; batch.undone 1");
    space_write(&watching.space, ".batchd/*/pending/000002.json", "{}");
    look(&watching);
    expect_events(&watching, "");
    space_remove(&watching.space, ".batchd/*/pending/000002.json");
    expect_events(&watching, "batch.failed 2");
    look(&watching);
    expect_events(&watching, "");
    end(&watching);
}

Test(published_batches, undos_come_in_any_order) {
    struct watching watching = begin();
    space_plan(&watching.space, "Y", "1.1");
    space_subplan(&watching.space, "Y", "1.1");
    expect_status(&watching.space, "create X --yes", 0, "");
    expect_status(&watching.space, "create Y --yes", 0, "");
    expect_events(&watching, "batch.created 1; batch.created 2");
    expect_status(&watching.space, "undo 2 --yes", 0, "");
    look(&watching);
    expect_events(&watching, "batch.undone 2");
    expect_status(&watching.space, "undo 1 --yes", 0, "");
    look(&watching);
    expect_events(&watching, "batch.undone 1");
    look(&watching);
    expect_events(&watching, "");
    end(&watching);
}

Test(published_batches, what_exists_at_the_start_is_known) {
    struct watching watching = begin();
    expect_status(&watching.space, "create X --yes", 0, "");
    expect_status(&watching.space, "undo 1 --yes", 0, "");
    expect_events(&watching, "batch.created 1");
    published_batches_start(&watching.batches, &watching.state);
    look(&watching);
    expect_events(&watching, "");
    end(&watching);
}
