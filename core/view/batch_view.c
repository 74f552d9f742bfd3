#include "view/batch_view.h"

/* --- copies --- */

static void add_source(struct batch_view *view, const struct batch_source *source, struct arena *arena) {
    view->sources[view->source_count++] =
        (struct batch_source){item_text(arena, source->path), item_text(arena, source->digest)};
}

static struct file_view file_of(const struct batch_file *file, bool has_content, struct arena *arena) {
    size_t length = file->content.length;
    struct file_view view = {.id = item_text(arena, file->id),
                             .path = item_text(arena, file->path),
                             .sha = item_text(arena, file->sha),
                             .size_bytes = length,
                             .has_content = has_content};
    if (has_content)
        view.content = (struct span){arena_copy(arena, file->content.data, length), length};
    return view;
}

static struct batch_failure failure_of(const char *id, const char *path, const char *reason, struct arena *arena) {
    return (struct batch_failure){item_text(arena, id), item_text(arena, path), item_text(arena, reason)};
}

static struct ids copy_ids(const char *const *ids, size_t count, struct arena *arena) {
    struct ids copy = {arena_allocate(arena, count, sizeof *copy.items), count};
    for (size_t i = 0; i < count; i++)
        copy.items[i] = item_text(arena, ids[i]);
    return copy;
}

/* --- of a batch --- */

/* What only a preview has; and the files' text, if it is asked for. */
static void add_preview(struct batch_view *view, const struct batch *batch, const struct batch_view_options *options,
                        struct arena *arena) {
    bool has_files = options->is_dry_run || options->has_content;
    view->sources = arena_allocate(arena, batch->source_count, sizeof *view->sources);
    for (size_t i = 0; i < batch->source_count && options->is_dry_run; i++)
        add_source(view, &batch->sources[i], arena);
    view->files.count = has_files ? batch->file_count : 0;
    view->files.items = arena_allocate(arena, view->files.count, sizeof *view->files.items);
    for (size_t i = 0; i < view->files.count; i++)
        view->files.items[i] = file_of(&batch->files[i], options->has_content, arena);
}

static void add_skipped(struct batch_view *view, const struct batch *batch, struct arena *arena) {
    view->skipped.count = batch->skipped_count;
    view->skipped.items = arena_allocate(arena, batch->skipped_count, sizeof *view->skipped.items);
    for (size_t i = 0; i < batch->skipped_count; i++)
        view->skipped.items[i] =
            failure_of(batch->skipped[i].id, batch->skipped[i].path, batch->skipped[i].reason, arena);
    view->failed.count = batch->failure_count;
    view->failed.items = arena_allocate(arena, batch->failure_count, sizeof *view->failed.items);
    for (size_t i = 0; i < batch->failure_count; i++)
        view->failed.items[i] =
            failure_of(batch->failures[i].id, batch->failures[i].path, batch->failures[i].reason, arena);
    view->missing_subplans = copy_ids(batch->missing_subplans, batch->missing_count, arena);
}

static void add_others(struct batch_view *view, const struct batch *batch, struct arena *arena) {
    view->other_count = batch->other_count;
    view->others = arena_allocate(arena, batch->other_count, sizeof *view->others);
    for (size_t i = 0; i < batch->other_count; i++)
        view->others[i] = (struct batch_other){item_text(arena, batch->others[i].id), batch->others[i].step,
                                               item_text(arena, batch->others[i].need)};
    view->blocked_count = batch->blocked_count;
    view->blocked = arena_allocate(arena, batch->blocked_count, sizeof *view->blocked);
    for (size_t i = 0; i < batch->blocked_count; i++) {
        const struct batch_blocked *blocked = &batch->blocked[i];
        struct ids blockers = copy_ids(blocked->blockers, blocked->blocker_count, arena);
        view->blocked[i] = (struct batch_blocked){item_text(arena, blocked->id), blockers.items, blockers.count};
    }
}

static struct ids copy_folders(const struct batch *batch, struct arena *arena) {
    struct ids folders = {arena_allocate(arena, batch->folder_count, sizeof *folders.items), batch->folder_count};
    for (size_t i = 0; i < folders.count; i++)
        folders.items[i] = item_text(arena, batch->folders[i].path);
    return folders;
}

/* --- of a record --- */

/* What was created, and what could not be. */
static void add_record(struct batch_view *view, const struct record *record, struct arena *arena) {
    view->number = record->number;
    view->created.count = record->file_count;
    view->created.items = arena_allocate(arena, record->file_count, sizeof *view->created.items);
    for (size_t i = 0; i < record->file_count; i++)
        view->created.items[i] = (struct file_view){.id = item_text(arena, record->files[i].id),
                                                    .path = item_text(arena, record->files[i].path),
                                                    .size_bytes = record->files[i].size_bytes};
    view->failed.count = record->failure_count;
    view->failed.items = arena_allocate(arena, record->failure_count, sizeof *view->failed.items);
    for (size_t i = 0; i < record->failure_count; i++)
        view->failed.items[i] =
            failure_of(record->failures[i].id, record->failures[i].path, record->failures[i].reason, arena);
}

void batch_view_of_record(struct batch_view *view, const struct record *record, struct arena *arena) {
    *view = (struct batch_view){
        .plan = item_text(arena, record->plan),
        .path = item_text(arena, record->plan_path),
        .selection = item_text(arena, record->selection),
        .kind = record->kind,
        .kind_name = item_text(arena, record_kind_name(record)),
        .folders = copy_ids(record->folders, record->folder_count, arena),
    };
    add_record(view, record, arena);
}

void batch_view_make(struct batch_view *view, const struct batch *batch, const struct record *committed,
                     const struct batch_view_options *options, struct arena *arena) {
    *view = (struct batch_view){
        .plan = item_text(arena, batch->plan),
        .path = item_text(arena, batch->plan_path),
        .selection = item_text(arena, batch->selection),
        .kind = batch->kind,
        .kind_name = batch_kind_name(batch->kind),
        .is_dry_run = options->is_dry_run,
        .token = options->is_dry_run ? item_text(arena, batch->token) : NULL,
        .next = {batch->next.kind, item_text(arena, batch->next.command), item_text(arena, batch->next.reason)},
        .folders = copy_folders(batch, arena),
        .diff = item_text(arena, batch->diff),
        .format = item_text(arena, batch->format),
    };
    add_preview(view, batch, options, arena);
    add_skipped(view, batch, arena);
    add_others(view, batch, arena);
    if (committed)
        add_record(view, committed, arena);
}

const struct file_list *batch_view_files(const struct batch_view *view) {
    return view->created.count ? &view->created : &view->files;
}
