#include "api/batch_answer.h"

#include "base/buffer.h"
#include "plan/achievement.h"

static void write_file(struct json_writer *writer, const struct batch_file *file, bool has_content) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", file->id);
    json_writer_key_string(writer, "path", file->path);
    json_writer_key_unsigned(writer, "size", file->content.length);
    json_writer_key_string(writer, "sha", file->sha);
    json_writer_key(writer, "content");
    if (has_content)
        json_writer_span(writer, file->content);
    else
        json_writer_null(writer);
    json_writer_close_object(writer);
}

void batch_answer_write_preview(struct json_writer *writer, const struct request *request, const struct batch *batch) {
    bool has_sources = batch && request->is_dry_run, has_files = has_sources || (batch && request->has_content);
    json_writer_key_array(writer, "sources");
    for (size_t i = 0; has_sources && i < batch->source_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", batch->sources[i].path);
        json_writer_key_string(writer, "digest", batch->sources[i].digest);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_key_array(writer, "files");
    for (size_t i = 0; has_files && i < batch->file_count; i++)
        write_file(writer, &batch->files[i], request->has_content);
    json_writer_close_array(writer);
}

void batch_answer_write_head(struct json_writer *writer, const struct request *request, const struct batch *batch) {
    json_writer_key_string(writer, "plan", batch->plan);
    json_writer_key_string(writer, "path", batch->plan_path);
    json_writer_key_string(writer, "kind", batch_kind_name(batch->kind));
    json_writer_key_string(writer, "selection", batch->selection);
    json_writer_key_boolean(writer, "dry_run", request->is_dry_run);
    json_writer_key_string(writer, "token", request->is_dry_run ? batch->token : NULL);
}

void batch_answer_write_recorded_head(struct json_writer *writer, const struct record *record) {
    json_writer_key_string(writer, "plan", record->plan);
    json_writer_key_string(writer, "path", record->plan_path);
    json_writer_key_string(writer, "kind", record_kind_name(record));
    json_writer_key_string(writer, "selection", record->selection);
    json_writer_key_boolean(writer, "dry_run", false);
    json_writer_key_null(writer, "token");
}

void batch_answer_write_number(struct json_writer *writer, const struct record *committed) {
    if (committed)
        json_writer_key_unsigned(writer, "batch", committed->number);
    else
        json_writer_key_null(writer, "batch");
}

void batch_answer_write_failure(struct json_writer *writer, const char *id, const char *path, const char *reason) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", id);
    json_writer_key_string(writer, "path", path);
    json_writer_key_string(writer, "reason", reason);
    json_writer_close_object(writer);
}

void batch_answer_write_created(struct json_writer *writer, const struct record *committed) {
    json_writer_key_array(writer, "created");
    for (size_t i = 0; committed && i < committed->file_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", committed->files[i].id);
        json_writer_key_string(writer, "path", committed->files[i].path);
        json_writer_key_unsigned(writer, "size", committed->files[i].size_bytes);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_blocked(struct json_writer *writer, const struct batch *batch) {
    json_writer_key_array(writer, "blocked");
    for (size_t i = 0; i < batch->blocked_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", batch->blocked[i].id);
        json_writer_key_array(writer, "blocked_by");
        for (size_t k = 0; k < batch->blocked[i].blocker_count; k++)
            json_writer_string(writer, batch->blocked[i].blockers[k]);
        json_writer_close_array(writer);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

/* @committed: what was recorded of the batch, or NULL if it was not applied. */
static void write_result(struct json_writer *writer, const struct batch *batch, const struct record *committed) {
    batch_answer_write_created(writer, committed);
    json_writer_key_array(writer, "skipped");
    for (size_t i = 0; i < batch->skipped_count; i++)
        batch_answer_write_failure(writer, batch->skipped[i].id, batch->skipped[i].path, batch->skipped[i].reason);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "failed");
    for (size_t i = 0; committed && i < committed->failure_count; i++)
        batch_answer_write_failure(writer, committed->failures[i].id, committed->failures[i].path,
                                   committed->failures[i].reason);
    for (size_t i = 0; !committed && i < batch->failure_count; i++)
        batch_answer_write_failure(writer, batch->failures[i].id, batch->failures[i].path, batch->failures[i].reason);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "missing_subplans");
    for (size_t i = 0; i < batch->missing_count; i++)
        json_writer_string(writer, batch->missing_subplans[i]);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "also_ready");
    for (size_t i = 0; i < batch->other_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", batch->others[i].id);
        json_writer_key_string(writer, "for", next_step_purpose(batch->others[i].step));
        json_writer_key_string(writer, "what_next", batch->others[i].need);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    write_blocked(writer, batch);
    json_writer_key_string(writer, "command", batch->next.command);
    json_writer_key_string(writer, "reason", batch->next.reason);
}

void batch_answer_write_creation(struct json_writer *writer, const struct request *request, const struct batch *batch,
                                 const struct record *committed) {
    json_writer_open_object(writer);
    batch_answer_write_head(writer, request, batch);
    batch_answer_write_preview(writer, request, batch);
    write_result(writer, batch, committed);
    batch_answer_write_number(writer, committed);
    json_writer_close_object(writer);
}

void batch_answer_write_record(struct json_writer *writer, const struct record *record) {
    static const struct batch nothing = {0};
    json_writer_open_object(writer);
    batch_answer_write_recorded_head(writer, record);
    batch_answer_write_preview(writer, NULL, NULL);
    write_result(writer, &nothing, record);
    batch_answer_write_number(writer, record);
    json_writer_close_object(writer);
}

void batch_answer_write_undo(struct json_writer *writer, const struct undo *undo, bool is_dry_run) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "batch", undo->record->number);
    json_writer_key_string(writer, "plan", undo->record->plan);
    json_writer_key_string(writer, "kind", record_kind_name(undo->record));
    json_writer_key_string(writer, "selection", undo->record->selection);
    json_writer_key_string(writer, "time", undo->record->time);
    json_writer_key_boolean(writer, "dry_run", is_dry_run);
    json_writer_key_array(writer, "removed");
    for (size_t i = 0; i < undo->removed_count; i++)
        json_writer_string(writer, undo->removed[i].path);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "kept");
    for (size_t i = 0; i < undo->kept_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", undo->kept[i].path);
        json_writer_key_string(writer, "reason", undo->kept[i].reason);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

void batch_answer_write_undone(struct json_writer *writer, const struct record *batch, const struct record *undone) {
    const struct undo undo = {
        .record = batch,
        .selection = undone->selection,
        .removed = undone->files,
        .removed_count = undone->file_count,
        .kept = undone->failures,
        .kept_count = undone->failure_count,
    };
    batch_answer_write_undo(writer, &undo, false);
}
