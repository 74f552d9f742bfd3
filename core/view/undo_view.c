#include "view/undo_view.h"

#include "batch/record.h"

void undo_view_make(struct undo_view *view, const struct undo *undo, bool is_dry_run, struct arena *arena) {
    const struct record *record = undo->record;
    *view = (struct undo_view){
        .batch = record->number,
        .plan = item_text(arena, record->plan),
        .selection = item_text(arena, record->selection),
        .time = item_text(arena, record->time),
        .kind = record->kind,
        .kind_name = item_text(arena, record_kind_name(record)),
        .is_dry_run = is_dry_run,
        .token = is_dry_run ? item_text(arena, undo->token) : NULL,
        .removed = {arena_allocate(arena, undo->removed_count, sizeof(const char *)), undo->removed_count},
        .kept = {arena_allocate(arena, undo->kept_count, sizeof(struct batch_failure)), undo->kept_count},
    };
    for (size_t i = 0; i < undo->removed_count; i++)
        view->removed.items[i] = item_text(arena, undo->removed[i].path);
    for (size_t i = 0; i < undo->kept_count; i++)
        view->kept.items[i] = (struct batch_failure){.path = item_text(arena, undo->kept[i].path),
                                                     .reason = item_text(arena, undo->kept[i].reason)};
}
