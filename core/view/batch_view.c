#include "view/batch_view.h"

#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/error.h"
#include "batch/record_answer.h"

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

static struct failure_list copy_skipped(const struct batch_skip *items, size_t count, struct arena *arena) {
    struct failure_list list = {arena_allocate(arena, count, sizeof *list.items), count};
    for (size_t i = 0; i < count; i++)
        list.items[i] = failure_of(items[i].id, items[i].path, items[i].reason, arena);
    return list;
}

static struct failure_list copy_failures(const struct batch_failure *items, size_t count, struct arena *arena) {
    struct failure_list list = {arena_allocate(arena, count, sizeof *list.items), count};
    for (size_t i = 0; i < count; i++)
        list.items[i] = failure_of(items[i].id, items[i].path, items[i].reason, arena);
    return list;
}

static void add_blocked(struct batch_view *view, const struct record_answer *answer, struct arena *arena) {
    view->blocked_count = answer->blocked_count;
    view->blocked = arena_allocate(arena, answer->blocked_count, sizeof *view->blocked);
    for (size_t i = 0; i < answer->blocked_count; i++) {
        const struct batch_blocked *blocked = &answer->blocked[i];
        struct ids blockers = copy_ids(blocked->blockers, blocked->blocker_count, arena);
        view->blocked[i] = (struct batch_blocked){item_text(arena, blocked->id), blockers.items, blockers.count};
    }
}

/* What a record keeps of the answer, and a batch that is not applied has, too. */
static void add_answer(struct batch_view *view, const struct record_answer *answer, struct arena *arena) {
    view->skipped = copy_skipped(answer->skipped, answer->skipped_count, arena);
    view->missing_subplans = copy_ids(answer->missing_subplans, answer->missing_count, arena);
    view->other_count = answer->other_count;
    view->others = arena_allocate(arena, answer->other_count, sizeof *view->others);
    for (size_t i = 0; i < answer->other_count; i++)
        view->others[i] = (struct batch_other){item_text(arena, answer->others[i].id), answer->others[i].step,
                                               item_text(arena, answer->others[i].need)};
    add_blocked(view, answer, arena);
    view->diff = item_text(arena, answer->diff);
    view->format = item_text(arena, answer->format);
    view->is_new_workspace = answer->is_new_workspace;
}

static struct ids copy_folders(const struct batch *batch, struct arena *arena) {
    struct ids folders = {arena_allocate(arena, batch->folder_count, sizeof *folders.items), batch->folder_count};
    for (size_t i = 0; i < folders.count; i++)
        folders.items[i] = item_text(arena, batch->folders[i].path);
    return folders;
}

/* A file that is as it was written has its content; one that was changed since has none. */
static void add_content(struct file_view *view, const struct record_file *file, const struct files *files,
                        struct arena *arena) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    char sha[DIGEST_SHA_TEXT];
    if (!files_read(files, file->path, file->size_bytes, &text, NULL, &error))
        return;
    digest_sha(buffer_span(&text), sha);
    view->has_content = strcmp(sha, file->sha) == 0;
    view->content = (struct span){arena_copy(arena, buffer_text(&text), text.length), text.length};
}

static struct file_list files_of(const struct record *record, struct arena *arena) {
    struct file_list list = {arena_allocate(arena, record->file_count, sizeof *list.items), record->file_count};
    for (size_t i = 0; i < list.count; i++)
        list.items[i] = (struct file_view){.id = item_text(arena, record->files[i].id),
                                           .path = item_text(arena, record->files[i].path),
                                           .sha = item_text(arena, record->files[i].sha),
                                           .size_bytes = record->files[i].size_bytes};
    return list;
}

static struct failure_list failures_of(const struct record *record, struct arena *arena) {
    struct failure_list list = {arena_allocate(arena, record->failure_count, sizeof *list.items),
                                record->failure_count};
    for (size_t i = 0; i < list.count; i++)
        list.items[i] = failure_of(record->failures[i].id, record->failures[i].path, record->failures[i].reason, arena);
    return list;
}

void batch_view_of_record(struct batch_view *view, const struct record *record, const struct files *files,
                          struct arena *arena) {
    *view = (struct batch_view){
        .plan = item_text(arena, record->plan),
        .path = item_text(arena, record->plan_path),
        .selection = item_text(arena, record->selection),
        .kind = record->kind,
        .kind_name = item_text(arena, record_kind_name(record)),
        .number = record->number,
        .created = files_of(record, arena),
        .failed = failures_of(record, arena),
        .folders = copy_ids(record->folders, record->folder_count, arena),
    };
    add_answer(view, &record->answer, arena);
    if (!files)
        return;
    view->files = files_of(record, arena);
    for (size_t i = 0; i < record->file_count; i++)
        add_content(&view->files.items[i], &record->files[i], files, arena);
}

void batch_view_make(struct batch_view *view, const struct batch *batch, const struct batch_view_options *options,
                     struct arena *arena) {
    const struct record_answer answer = record_answer_of(batch, NULL);
    *view = (struct batch_view){
        .plan = item_text(arena, batch->plan),
        .path = item_text(arena, batch->plan_path),
        .selection = item_text(arena, batch->selection),
        .kind = batch->kind,
        .kind_name = batch_kind_name(batch->kind),
        .is_dry_run = options->is_dry_run,
        .token = options->is_dry_run ? item_text(arena, batch->token) : NULL,
        .failed = copy_failures(batch->failures, batch->failure_count, arena),
        .next = {batch->next.kind, item_text(arena, batch->next.command), item_text(arena, batch->next.reason)},
        .folders = copy_folders(batch, arena),
    };
    add_preview(view, batch, options, arena);
    add_answer(view, &answer, arena);
}

const struct file_list *batch_view_files(const struct batch_view *view) {
    return view->created.count ? &view->created : &view->files;
}
