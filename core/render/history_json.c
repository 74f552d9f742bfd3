#include "render/history_json.h"

#include "batch/record.h"
#include "render/achievement_json.h"
#include "view/history_view.h"

static void write_item(struct json_writer *writer, const struct history_item *item) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", item->number);
    json_writer_key_string(writer, "time", item->time);
    json_writer_key_unsigned(writer, "user", item->user);
    json_writer_key_string(writer, "plan", item->plan);
    json_writer_key_string(writer, "kind", item->kind);
    json_writer_key_string(writer, "selection", item->selection);
    achievement_json_ids(writer, "ids", &item->ids);
    json_writer_key_string(writer, "by", item->by);
    json_writer_key_unsigned(writer, "files", item->file_count);
    json_writer_key_string(writer, "result", item->result);
    json_writer_key_string(writer, "request", item->request);
    json_writer_close_object(writer);
}

void history_json_list(struct json_writer *writer, const void *view) {
    const struct history_view *history = view;
    json_writer_open_object(writer);
    json_writer_key_array(writer, "batches");
    for (size_t i = 0; i < history->count; i++)
        write_item(writer, &history->items[i]);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

static void write_file(struct json_writer *writer, const struct recorded_file *file) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", file->id);
    json_writer_key_string(writer, "path", file->path);
    json_writer_key_unsigned(writer, "size", file->size_bytes);
    json_writer_key_string(writer, "sha", file->sha);
    json_writer_key_string(writer, "state", file->state);
    json_writer_close_object(writer);
}

static void write_failure(struct json_writer *writer, const struct record_failure *failure) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", failure->id);
    json_writer_key_string(writer, "path", failure->path);
    json_writer_key_string(writer, "reason", failure->reason);
    json_writer_close_object(writer);
}

void history_json_batch(struct json_writer *writer, const void *view) {
    const struct recorded_batch *batch = view;
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", batch->item.number);
    json_writer_key_string(writer, "time", batch->item.time);
    json_writer_key_unsigned(writer, "user", batch->item.user);
    json_writer_key_string(writer, "request", batch->item.request);
    json_writer_key_string(writer, "plan", batch->item.plan);
    json_writer_key_string(writer, "path", batch->item.path);
    json_writer_key_string(writer, "kind", batch->item.kind);
    json_writer_key_string(writer, "selection", batch->item.selection);
    json_writer_key_string(writer, "by", batch->item.by);
    json_writer_key_string(writer, "note", batch->item.note);
    json_writer_key_string(writer, "token", batch->item.token);
    json_writer_key_string(writer, "result", batch->item.result);
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < batch->item.file_count; i++)
        write_file(writer, &batch->files[i]);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "failed");
    for (size_t i = 0; i < batch->failure_count; i++)
        write_failure(writer, &batch->failures[i]);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}
