#include "import/outline_states.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "import/import_options.h"
#include "plan/plan.h"

#define NOWHERE ((struct outline_place){0})

/* --- parts of what is finished --- */

/* The nearest item above that is finished or given up; OUTLINE_NONE if there is none. */
static uint32_t closed_above(const struct outline *outline, uint32_t item) {
    uint32_t above = outline->items[item].parent;
    while (above != OUTLINE_NONE && outline->items[above].state == OUTLINE_OPEN)
        above = outline->items[above].parent;
    return above;
}

static void follow(struct outline *outline, uint32_t item, uint32_t above) {
    struct outline_item *part = &outline->items[item];
    const struct outline_item *whole = &outline->items[above];
    AUTO(buffer) reason = {0};
    buffer_append_format(&reason, "its %s %s is %s there", outline->container, outline_name(outline, above),
                         whole->word ? whole->word : "closed");
    if (part->word)
        buffer_append_format(&reason, "; own status: \"%s\"", part->word);
    part->state = whole->state;
    part->reason = outline_copy(outline, buffer_span(&reason));
}

static void report_closed_parts(struct outline *outline, const bool *is_marked) {
    const char *names = outline_names(outline, is_marked);
    if (!names)
        return;
    if (outline->parts_follow)
        outline_warn(outline, NOWHERE, "import.part",
                     outline_text(outline,
                                  "open %ss of a finished %s are never offered there, and count as finished "
                                  "here: %s",
                                  outline->part, outline->container, names),
                     NULL);
    else
        outline_warn(
            outline, NOWHERE, "import.part",
            outline_text(outline, "open %ss of a finished %s stay open: %s", outline->part, outline->container, names),
            NULL);
}

void outline_states_settle(struct outline *outline) {
    AUTO_FREE bool *is_marked = memory_allocate(outline->count + 1, sizeof *is_marked);
    AUTO_FREE uint32_t *above = memory_allocate(outline->count + 1, sizeof *above);
    for (uint32_t i = 0; i < outline->count; i++) {
        above[i] = outline->items[i].state == OUTLINE_OPEN ? closed_above(outline, i) : OUTLINE_NONE;
        is_marked[i] = above[i] != OUTLINE_NONE && (outline->parts_follow || outline->parts_stay);
    }
    for (uint32_t i = 0; i < outline->count; i++)
        if (above[i] != OUTLINE_NONE && outline->parts_follow)
            follow(outline, i, above[i]);
        else if (above[i] != OUTLINE_NONE && outline->items[i].is_optional)
            outline->items[i].state = OUTLINE_GIVEN_UP;
    report_closed_parts(outline, is_marked);
}

/* --- selection --- */

static bool is_called(const struct outline *outline, uint32_t item, const char *name) {
    const struct outline_item *called = &outline->items[item];
    return (called->id && strcasecmp(called->id, name) == 0) || strcmp(called->achievement, name) == 0;
}

static uint32_t find_called(const struct outline *outline, const char *name) {
    for (uint32_t i = 0; i < outline->count; i++)
        if (is_called(outline, i, name))
            return i;
    return OUTLINE_NONE;
}

static bool is_within(const struct outline *outline, uint32_t item, const uint32_t *wholes, size_t count) {
    for (; item != OUTLINE_NONE; item = outline->items[item].parent)
        for (size_t i = 0; i < count; i++)
            if (wholes[i] == item)
                return true;
    return false;
}

static bool select_epics(struct outline *outline, struct error *error) {
    const struct import_options *options = outline->options;
    AUTO_FREE uint32_t *wholes = memory_allocate(options->epic_count + 1, sizeof *wholes);
    for (size_t i = 0; i < options->epic_count; i++) {
        wholes[i] = find_called(outline, options->epics[i]);
        if (wholes[i] == OUTLINE_NONE) {
            error_set(error, ERROR_NOT_FOUND, "%s has no item %s", options->name, options->epics[i]);
            return error_hint(error, "--epic takes an id as the list writes it");
        }
    }
    for (uint32_t i = 0; i < outline->count && options->epic_count; i++)
        if (!is_within(outline, i, wholes, options->epic_count))
            outline->items[i].is_left_out = true;
    return true;
}

/* What is closed goes, unless it has something open in it. */
static void select_open(struct outline *outline) {
    AUTO_FREE bool *has_open = memory_allocate(outline->count + 1, sizeof *has_open);
    for (uint32_t i = 0; i < outline->count; i++)
        for (uint32_t at = i; outline->items[i].state == OUTLINE_OPEN && at != OUTLINE_NONE && !has_open[at];
             at = outline->items[at].parent)
            has_open[at] = true;
    for (uint32_t i = 0; i < outline->count; i++)
        outline->items[i].is_left_out |= !has_open[i];
}

bool outline_states_select(struct outline *outline, struct error *error) {
    if (!select_epics(outline, error))
        return false;
    if (outline->options->is_open)
        select_open(outline);
    return true;
}

/* --- what is open here --- */

/* "batchctl skip PLAN 1.0,2.0 -m "deferred"": whether that may go on without them is the user's decision. */
static const char *deferral_hint(struct outline *outline, const bool *is_marked) {
    struct buffer hint = {0};
    buffer_append_string(&hint, "batchctl skip ");
    plan_append_reference(&hint, outline->plan);
    for (uint32_t i = 0, count = 0; i < outline->count; i++)
        if (is_marked[i])
            buffer_append_format(&hint, "%s%s", count++ ? "," : " ", outline->items[i].achievement);
    buffer_append_string(&hint, " -m \"deferred\"");
    return outline_take(outline, &hint);
}

/* All open items of the word that the item @first has; marks them in @is_done. */
static void report_word(struct outline *outline, uint32_t first, bool *is_done) {
    const char *word = outline->items[first].word;
    assert(word);
    AUTO_FREE bool *is_marked = memory_allocate(outline->count, sizeof *is_marked);
    for (uint32_t i = first; i < outline->count; i++) {
        const struct outline_item *item = &outline->items[i];
        is_marked[i] = !is_done[i] && item->word && strcmp(item->word, word) == 0;
        is_done[i] |= is_marked[i];
    }
    outline_warn(outline, NOWHERE, "task.status",
                 outline_text(outline, "\"%s\" there, and open here: %s", word, outline_names(outline, is_marked)),
                 strcasecmp(word, "deferred") == 0 ? deferral_hint(outline, is_marked) : NULL);
}

static void report_words(struct outline *outline) {
    AUTO_FREE bool *is_done = memory_allocate(outline->count + 1, sizeof *is_done);
    for (uint32_t i = 0; i < outline->count; i++) {
        const struct outline_item *item = &outline->items[i];
        is_done[i] = item->is_left_out || item->state != OUTLINE_OPEN || item->is_usual || !item->word;
    }
    for (uint32_t i = 0; i < outline->count; i++)
        if (!is_done[i])
            report_word(outline, i, is_done);
}

/* Ready because all it waits for is closed, and one of that was given up? */
static bool is_set_free(const struct outline *outline, uint32_t item) {
    const struct outline_item *waiting = &outline->items[item];
    bool has_given_up = false;
    for (size_t i = 0; i < waiting->edge_count; i++) {
        const struct outline_edge *edge = &waiting->edges[i];
        if (edge->is_dropped)
            continue;
        if (outline->items[edge->to].state == OUTLINE_OPEN)
            return false;
        has_given_up |= edge->kind != OUTLINE_PART && outline->items[edge->to].state == OUTLINE_GIVEN_UP;
    }
    return has_given_up && waiting->state == OUTLINE_OPEN && !waiting->is_left_out;
}

static void report_set_free(struct outline *outline) {
    AUTO_FREE bool *is_marked = memory_allocate(outline->count + 1, sizeof *is_marked);
    for (uint32_t i = 0; i < outline->count; i++)
        is_marked[i] = is_set_free(outline, i);
    const char *names = outline_names(outline, is_marked);
    if (names)
        outline_warn(outline, NOWHERE, "task.status",
                     outline_text(outline, "ready here because what they wait for was given up: %s", names), NULL);
}

static void report_closed(struct outline *outline) {
    size_t finished = 0, given_up = 0;
    for (uint32_t i = 0; i < outline->count; i++) {
        const struct outline_item *item = &outline->items[i];
        finished += !item->is_left_out && item->state == OUTLINE_FINISHED;
        given_up += !item->is_left_out && item->state == OUTLINE_GIVEN_UP;
    }
    if (finished + given_up)
        outline_warn(outline, NOWHERE, "task.status",
                     outline_text(outline,
                                  "%zu finished and %zu given up there, but open here: states are read from files",
                                  finished, given_up),
                     "--with-status creates an APPROVED for what is finished, and a SKIPPED for what is given up");
}

void outline_states_report(struct outline *outline) {
    report_words(outline);
    if (outline->options->with_status)
        report_set_free(outline);
    else
        report_closed(outline);
}
