#include "doctor/check_orders.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "batch/record_state.h"
#include "batch/task_document.h"
#include "disk/state_dir.h"
#include "document/document.h"
#include "format/markdown.h"
#include "plan/plan.h"
#include "plan/standing.h"

/* --- what batches have made --- */

struct order {
    uint64_t batch;
    bool was_incomplete; /* its SUBPLAN, when the order was made */
    bool is_as_written;
};

struct history {
    struct arena arena;
    struct string_map paths; /* of work orders -> position */
    struct order *orders;
    size_t count, capacity;
};

static void history_release(struct history *history) {
    string_map_release(&history->paths);
    memory_free(history->orders);
    arena_release(&history->arena);
}

/* Is the file of an achievement, or of a part of one, whose SUBPLAN was no complete one? */
static bool was_incomplete(const struct record *record, const struct record_file *file) {
    for (size_t i = 0; i < record->incomplete_count; i++) {
        size_t length = strlen(record->incomplete[i]);
        if (strncmp(file->id, record->incomplete[i], length) == 0 &&
            (file->id[length] == '\0' || file->id[length] == '.'))
            return true;
    }
    return false;
}

static void add_orders(struct history *history, const struct files *files, const struct record *record) {
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        enum record_state state = RECORD_GONE;
        AUTO(error) error = {0};
        size_t position = history->count;
        if (!record_look(files, file, &state, &error) || state == RECORD_GONE)
            continue;
        if (!string_map_add(&history->paths, arena_copy(&history->arena, file->path, strlen(file->path)), &position))
            continue;
        *LIST_ADD(history->orders, history->count, history->capacity) =
            (struct order){record->number, was_incomplete(record, file), state == RECORD_AS_WRITTEN};
    }
}

/* Newest first: a name that was used again is of the last batch. */
static void read_history(struct history *history, const struct files *files) {
    struct state_dir state;
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count = 0;
    AUTO(error) error = {0};
    if (!state_dir_find(&state, files, &error) || !record_list_numbers(&state, &numbers, &count, &error))
        return; /* which check_state reports */
    for (size_t i = count; i-- > 0;) {
        AUTO(record) record = {0};
        AUTO(error) damage = {0};
        if (record_read_batch(&state, numbers[i], &record, &damage) && !record.is_undone &&
            (record.kind == BATCH_EXECUTION || record.kind == BATCH_REWORK))
            add_orders(history, files, &record);
    }
}

/* --- one order --- */

struct place {
    struct findings *findings;
    const struct files *files;
    const struct history *history;
    const struct plan *plan;
    size_t position;
};

/* What the template adds where a SUBPLAN that is complete has no such section is not from a placeholder. */
static bool is_from_placeholder(struct span rest) {
    const char *end = rest.length ? memchr(rest.data, ']', rest.length) : NULL;
    size_t length = end ? (size_t)(end - rest.data) : rest.length, unsaid = strlen(TASK_DOCUMENT_UNSAID);
    return length < unsaid || memcmp(rest.data + length - unsaid, TASK_DOCUMENT_UNSAID, unsaid) != 0;
}

/* The line of the first marker that is from a placeholder; 0 if there is none, or the file cannot be read. */
static unsigned find_marker(const struct files *files, const char *path) {
    AUTO(buffer) text = {0};
    AUTO(document) document = {0};
    AUTO(error) error = {0};
    if (!files_read(files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, &error))
        return 0;
    document_parse(&document, buffer_span(&text));
    for (size_t i = 0; i < document.markdown.line_count; i++) {
        struct span rest = document.markdown.lines[i].text;
        const char *at = rest.length ? memmem(rest.data, rest.length, DOCUMENT_MARKER, strlen(DOCUMENT_MARKER)) : NULL;
        if (at && !markdown_is_code(&document.markdown, at) &&
            is_from_placeholder(span_skip(rest, (size_t)(at - rest.data))))
            return (unsigned)i + 1;
    }
    return 0;
}

static const char *remedy_of(struct arena *arena, const struct place *place, const struct order *order) {
    const char *id = place->plan->dependencies.achievements[place->position].id, *reference = place->plan->reference;
    const struct standing *standing = &place->plan->standings[place->position];
    const char *create = arena_format(arena, "batchctl create %s --ids %s", reference, id);
    const char *fill =
        standing->subplan == SUBPLAN_PLACEHOLDER
            ? arena_format(arena, "complete its SUBPLAN (batchctl prompt fill %s --ids %s), then: ", reference, id)
            : "";
    if (order && order->is_as_written)
        return arena_format(arena, "%sbatchctl undo %" PRIu64 " --ids %s && %s", fill, order->batch, id, create);
    return arena_format(arena, "%sfill it in by hand; or move it away, and create it again: %s", fill, create);
}

static void check_order(const struct place *place, const char *path) {
    const struct standing *standing = &place->plan->standings[place->position];
    const struct order *order = NULL;
    AUTO(arena) arena = {0};
    size_t position;
    if (string_map_find(&place->history->paths, span_of(path), &position))
        order = &place->history->orders[position];
    unsigned line = find_marker(place->files, path);
    bool is_outdated = order && order->is_as_written && order->was_incomplete && standing->subplan == SUBPLAN_COMPLETE;
    if (!line && !is_outdated)
        return;
    findings_add(place->findings, &(struct finding){
                                      .severity = FINDING_WARNING,
                                      .code = line ? "order.placeholder" : "order.outdated",
                                      .message = line ? "this work order is not complete: it holds [TO BE FILLED"
                                                      : "this work order was made before its SUBPLAN was complete",
                                      .file = path,
                                      .line = line,
                                      .hint = remedy_of(&arena, place, order),
                                  });
}

/* --- the whole --- */

static void check_achievement(const struct place *place) {
    const struct standing *standing = &place->plan->standings[place->position];
    size_t parts = place->plan->dependencies.achievements[place->position].sub_execution_count;
    size_t first = parts || !standing->execution_count ? 0 : standing->execution_count - 1;
    if (standing->next != STEP_WORK)
        return;
    for (size_t i = first; i < standing->execution_count; i++)
        check_order(place, standing->executions[i].file);
}

void check_orders_report(struct findings *findings, const struct workspace *workspace, const struct files *files) {
    AUTO(history) history = {0};
    read_history(&history, files);
    for (size_t i = 0; i < workspace->plan_count; i++) {
        struct place place = {findings, files, &history, workspace_take_plan(&workspace->plans[i], files), 0};
        for (; place.position < place.plan->dependencies.count; place.position++)
            check_achievement(&place);
        workspace_return_plan(&workspace->plans[i], place.plan);
    }
}
