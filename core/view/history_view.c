#include "view/history_view.h"

#include "base/auto.h"
#include "base/error.h"
#include "base/string_map.h"
#include "batch/record_state.h"
#include "disk/files.h"
#include "view/achievement_item.h"

static const char *result_of(const struct record *record) {
    return record->is_undone          ? "undone"
           : record->is_partly_undone ? "partly_undone"
           : record->failure_count    ? "partial"
                                      : "created";
}

static struct ids ids_of(const struct record *record, struct arena *arena) {
    AUTO(string_map) known = {0};
    struct ids ids = {.items = arena_allocate(arena, record->file_count, sizeof *ids.items)};
    size_t position = 0;
    for (size_t i = 0; i < record->file_count; i++)
        if (record->files[i].id && string_map_add(&known, record->files[i].id, &position))
            ids.items[ids.count++] = item_text(arena, record->files[i].id);
    return ids;
}

struct history_item history_item_of(const struct record *record, struct arena *arena) {
    return (struct history_item){
        .number = record->number,
        .user = record->user,
        .time = item_text(arena, record->time),
        .plan = item_text(arena, record->plan),
        .path = item_text(arena, record->plan_path),
        .kind = item_text(arena, record_kind_name(record)),
        .selection = item_text(arena, record->selection),
        .token = item_text(arena, record->token),
        .request = item_text(arena, record->request),
        .by = item_text(arena, record->by),
        .note = item_text(arena, record->note),
        .result = result_of(record),
        .file_count = record->file_count,
        .ids = ids_of(record, arena),
    };
}

/* Is the file there, and as it was written? "unknown" if that is not known. */
static const char *file_state(const struct files *files, const struct record_file *file) {
    static const char *const names[] = {"as_written", "as_written", "edited", "gone"};
    AUTO(error) error = {0};
    enum record_state state;
    return record_look(files, file, &state, &error) ? names[state] : "unknown";
}

void recorded_batch_make(struct recorded_batch *batch, const struct record *record, const struct files *files,
                         struct arena *arena) {
    *batch = (struct recorded_batch){
        .item = history_item_of(record, arena),
        .files = arena_allocate(arena, record->file_count, sizeof *batch->files),
        .failures = arena_allocate(arena, record->failure_count, sizeof *batch->failures),
        .failure_count = record->failure_count,
    };
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        batch->files[i] =
            (struct recorded_file){item_text(arena, file->id), item_text(arena, file->path),
                                   item_text(arena, file->sha), file->size_bytes, file_state(files, file)};
    }
    for (size_t i = 0; i < record->failure_count; i++)
        batch->failures[i] = (struct record_failure){item_text(arena, record->failures[i].id),
                                                     item_text(arena, record->failures[i].path),
                                                     item_text(arena, record->failures[i].reason)};
}
