#include "watch/published_batches.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "disk/files.h"
#include "disk/listing.h"
#include "view/event.h"

static bool exists(const struct state_dir *state, enum state_part part, uint64_t number, const char *suffix) {
    return state->is_mine && files_kind(state->files, record_path(state, part, number, suffix).text) == FILE_REGULAR;
}

/* --- noting --- */

static void note(struct published_batches *batches, uint64_t number, bool is_undo) {
    for (size_t i = 0; i < batches->open_count; i++)
        if (batches->open[i].number == number && batches->open[i].is_undo == is_undo)
            return;
    *LIST_ADD(batches->open, batches->open_count, batches->open_capacity) = (struct open_batch){number, is_undo};
}

void published_batches_note(struct published_batches *batches, const char *name) {
    uint64_t created = record_number(name, ""), undone = record_number(name, ".undo");
    if (created || undone)
        note(batches, created ? created : undone, undone != 0);
}

/* --- undone --- */

static int compare_numbers(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool is_known(const struct published_batches *batches, uint64_t undone) {
    return batches->undone_count &&
           bsearch(&undone, batches->undone, batches->undone_count, sizeof undone, compare_numbers);
}

/* In its place, which is mostly the last one. */
static void add_undone(struct published_batches *batches, uint64_t number) {
    uint64_t *place = LIST_ADD(batches->undone, batches->undone_count, batches->undone_capacity);
    for (; place > batches->undone && place[-1] > number; place--)
        *place = place[-1];
    *place = number;
}

/* --- what exists --- */

static void list(const struct state_dir *state, enum state_part part, struct listing *listing) {
    AUTO(error) error = {0};
    record_list(state, part, listing, &error); /* what cannot be read is not news */
}

static uint64_t find_last(const struct state_dir *state, uint64_t otherwise) {
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count;
    AUTO(error) error = {0};
    if (!record_list_numbers(state, &numbers, &count, &error))
        return otherwise;
    return count ? numbers[count - 1] : 0;
}

void published_batches_start(struct published_batches *batches, const struct state_dir *state) {
    AUTO(listing) listing = {0};
    batches->last = find_last(state, batches->last);
    batches->undone_count = 0;
    list(state, STATE_BATCHES, &listing);
    for (size_t i = 0; i < listing.count; i++) {
        uint64_t undone = record_number(listing.entries[i].name, ".undone");
        if (undone)
            add_undone(batches, undone);
    }
}

void published_batches_look(struct published_batches *batches, const struct state_dir *state) {
    AUTO(listing) pending = {0}, ended = {0};
    list(state, STATE_PENDING, &pending);
    list(state, STATE_BATCHES, &ended);
    for (size_t i = 0; i < pending.count; i++)
        published_batches_note(batches, pending.entries[i].name);
    for (size_t i = 0; i < ended.count; i++) {
        uint64_t undone = record_number(ended.entries[i].name, ".undone");
        if (undone && !is_known(batches, undone))
            note(batches, undone, true);
    }
    batches->has_news |= batches->open_count || exists(state, STATE_BATCHES, batches->last + 1, "");
}

/* --- publishing --- */

static void publish(const struct state_dir *state, enum event_type type, uint64_t number,
                    const struct changes_sink *sink) {
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    struct event event = {.type = type, .batch = number};
    if (record_read_batch(state, number, &record, &error)) {
        event.plan = record.plan;
        event.path = record.plan_path;
    }
    sink->publish(sink->data, &event);
}

static void publish_undone(struct published_batches *batches, const struct state_dir *state, uint64_t number,
                           const struct changes_sink *sink) {
    if (is_known(batches, number))
        return;
    add_undone(batches, number);
    publish(state, EVENT_BATCH_UNDONE, number, sink);
}

/* Returns false while it is not decided. */
static bool publish_result(struct published_batches *batches, const struct state_dir *state,
                           const struct open_batch *batch, const struct changes_sink *sink) {
    if (exists(state, STATE_PENDING, batch->number, batch->is_undo ? ".undo" : ""))
        return false;
    if (batch->is_undo && exists(state, STATE_BATCHES, batch->number, ".undone"))
        publish_undone(batches, state, batch->number, sink);
    else if (!batch->is_undo && !exists(state, STATE_BATCHES, batch->number, ""))
        publish(state, EVENT_BATCH_FAILED, batch->number, sink);
    return true;
}

/*
 * Batches are numbered one after the other: a new one is seen by its record, also if it was the first of all. If the
 * last one is gone, it or all of .batchd was removed, and numbers continue from those that are left.
 */
void published_batches_publish(struct published_batches *batches, const struct state_dir *state,
                               const struct changes_sink *sink) {
    size_t kept = 0;
    if (!batches->has_news)
        return;
    if (batches->last && !exists(state, STATE_BATCHES, batches->last, ""))
        published_batches_start(batches, state);
    while (exists(state, STATE_BATCHES, batches->last + 1, ""))
        publish(state, EVENT_BATCH_CREATED, ++batches->last, sink);
    for (size_t i = 0; i < batches->open_count; i++)
        if (!publish_result(batches, state, &batches->open[i], sink))
            batches->open[kept++] = batches->open[i];
    batches->open_count = kept;
    batches->has_news = false;
}

void published_batches_release(struct published_batches *batches) {
    memory_free(batches->undone);
    memory_free(batches->open);
    *batches = (struct published_batches){0};
}
