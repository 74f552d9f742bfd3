#include "render/prompt_json.h"

#include "view/prompt_view.h"

static void write_prompts(struct json_writer *writer, const struct prompt_view *prompts) {
    json_writer_key_array(writer, "prompts");
    for (size_t i = 0; i < prompts->count; i++) {
        const struct prompt_item *prompt = &prompts->prompts[i];
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", prompt->id);
        json_writer_key_string(writer, "name", prompt->name);
        json_writer_key_unsigned(writer, "lines", prompt->line_count);
        json_writer_key_string(writer, "text", prompts->is_delivered ? NULL : prompt->text);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_skipped(struct json_writer *writer, const struct prompt_view *prompts) {
    json_writer_key_array(writer, "skipped");
    for (size_t i = 0; i < prompts->skipped_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", prompts->skipped[i].id);
        json_writer_key_string(writer, "reason", prompts->skipped[i].reason);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_files(struct json_writer *writer, const struct prompt_view *prompts) {
    if (!prompts->is_delivered) {
        json_writer_key_null(writer, "files");
        return;
    }
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < prompts->count; i++)
        json_writer_string(writer, prompts->prompts[i].outcome);
    json_writer_close_array(writer);
}

void prompt_json_write(struct json_writer *writer, const void *view) {
    const struct prompt_view *prompts = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", prompts->plan);
    json_writer_key_string(writer, "path", prompts->path);
    json_writer_key_string(writer, "kind", prompts->kind);
    json_writer_key_string(writer, "selection", prompts->selection);
    write_prompts(writer, prompts);
    write_skipped(writer, prompts);
    write_files(writer, prompts);
    json_writer_close_object(writer);
}
