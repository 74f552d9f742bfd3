#include "render/batch_json.h"

#include "batch/batch.h"
#include "plan/achievement.h"
#include "render/achievement_json.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"
#include "view/undo_view.h"

static void write_file(struct json_writer *writer, const struct file_view *file) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", file->id);
    json_writer_key_string(writer, "path", file->path);
    json_writer_key_unsigned(writer, "size", file->size_bytes);
    json_writer_key_string(writer, "sha", file->sha);
    json_writer_key(writer, "content");
    if (file->has_content)
        json_writer_span(writer, file->content);
    else
        json_writer_null(writer);
    json_writer_close_object(writer);
}

static void write_preview(struct json_writer *writer, const struct batch_view *batch) {
    json_writer_key_array(writer, "sources");
    for (size_t i = 0; i < batch->source_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", batch->sources[i].path);
        json_writer_key_string(writer, "digest", batch->sources[i].digest);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < batch->files.count; i++)
        write_file(writer, &batch->files.items[i]);
    json_writer_close_array(writer);
}

static void write_head(struct json_writer *writer, const struct batch_view *batch) {
    json_writer_key_string(writer, "plan", batch->plan);
    json_writer_key_string(writer, "path", batch->path);
    json_writer_key_string(writer, "kind", batch->kind_name);
    json_writer_key_string(writer, "selection", batch->selection);
    json_writer_key_boolean(writer, "dry_run", batch->is_dry_run);
    json_writer_key_string(writer, "token", batch->token);
}

static void write_created(struct json_writer *writer, const struct batch_view *batch) {
    json_writer_key_array(writer, "created");
    for (size_t i = 0; i < batch->created.count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", batch->created.items[i].id);
        json_writer_key_string(writer, "path", batch->created.items[i].path);
        json_writer_key_unsigned(writer, "size", batch->created.items[i].size_bytes);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_number(struct json_writer *writer, const struct batch_view *batch) {
    if (batch->number)
        json_writer_key_unsigned(writer, "batch", batch->number);
    else
        json_writer_key_null(writer, "batch");
}

static void write_failures(struct json_writer *writer, const char *key, const struct failure_list *list) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < list->count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", list->items[i].id);
        json_writer_key_string(writer, "path", list->items[i].path);
        json_writer_key_string(writer, "reason", list->items[i].reason);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_others(struct json_writer *writer, const struct batch_view *batch) {
    json_writer_key_array(writer, "also_ready");
    for (size_t i = 0; i < batch->other_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", batch->others[i].id);
        json_writer_key_string(writer, "for", next_step_purpose(batch->others[i].step));
        json_writer_key_string(writer, "what_next", batch->others[i].need);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_blocked(struct json_writer *writer, const struct batch_view *batch) {
    json_writer_key_array(writer, "blocked");
    for (size_t i = 0; i < batch->blocked_count; i++) {
        const struct batch_blocked *blocked = &batch->blocked[i];
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", blocked->id);
        achievement_json_ids(writer, "blocked_by", &(struct ids){blocked->blockers, blocked->blocker_count});
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void batch_json_create(struct json_writer *writer, const void *view) {
    const struct batch_view *batch = view;
    json_writer_open_object(writer);
    write_head(writer, batch);
    write_preview(writer, batch);
    write_created(writer, batch);
    write_failures(writer, "skipped", &batch->skipped);
    write_failures(writer, "failed", &batch->failed);
    achievement_json_ids(writer, "missing_subplans", &batch->missing_subplans);
    write_others(writer, batch);
    write_blocked(writer, batch);
    json_writer_key_string(writer, "command", batch->next.command);
    json_writer_key_string(writer, "reason", batch->next.reason);
    write_number(writer, batch);
    json_writer_close_object(writer);
}

void batch_json_init(struct json_writer *writer, const void *view) {
    const struct batch_view *batch = view;
    json_writer_open_object(writer);
    write_head(writer, batch);
    json_writer_key_object(writer, "workspace");
    json_writer_key_string(writer, "root", batch->root);
    json_writer_key_boolean(writer, "is_new", batch->is_new_workspace);
    json_writer_close_object(writer);
    write_preview(writer, batch);
    achievement_json_ids(writer, "folders", &batch->folders);
    json_writer_key_string(writer, "diff", batch->diff);
    json_writer_key_string(writer, "format", batch->format);
    write_created(writer, batch);
    write_number(writer, batch);
    json_writer_close_object(writer);
}

void batch_json_undo(struct json_writer *writer, const void *view) {
    const struct undo_view *undo = view;
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", undo->batch);
    json_writer_key_string(writer, "plan", undo->plan);
    json_writer_key_string(writer, "kind", undo->kind_name);
    json_writer_key_string(writer, "selection", undo->selection);
    json_writer_key_string(writer, "time", undo->time);
    json_writer_key_boolean(writer, "dry_run", undo->is_dry_run);
    json_writer_key_string(writer, "token", undo->token);
    achievement_json_ids(writer, "removed", &undo->removed);
    json_writer_key_array(writer, "kept");
    for (size_t i = 0; i < undo->kept.count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", undo->kept.items[i].path);
        json_writer_key_string(writer, "reason", undo->kept.items[i].reason);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}
