#include "render/help_json.h"

#include "view/help_view.h"

static void write_command(struct json_writer *writer, const struct help_command *command) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "name", command->name);
    json_writer_key_string(writer, "arguments", command->arguments);
    json_writer_key_string(writer, "summary", command->summary);
    json_writer_key_string(writer, "details", command->details);
    json_writer_key_string(writer, "examples", command->examples);
    json_writer_close_object(writer);
}

static void write_option(struct json_writer *writer, const struct help_option *option) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "name", option->name);
    json_writer_key_string(writer, "letter", option->letter ? (const char[]){option->letter, '\0'} : NULL);
    json_writer_key_string(writer, "value", option->value);
    json_writer_key_string(writer, "meaning", option->meaning);
    if (option->commands) {
        json_writer_key_array(writer, "commands");
        for (size_t i = 0; i < option->command_count; i++)
            json_writer_string(writer, option->commands[i]);
        json_writer_close_array(writer);
    } else {
        json_writer_key_null(writer, "commands");
    }
    json_writer_close_object(writer);
}

static void write_file(struct json_writer *writer, const struct help_file *file) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "name", file->name);
    json_writer_key_string(writer, "meaning", file->meaning);
    json_writer_close_object(writer);
}

static void write_exit(struct json_writer *writer, const struct help_exit *row) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "code", (uint64_t)row->status);
    json_writer_key_string(writer, "meaning", row->meaning);
    json_writer_close_object(writer);
}

void help_json_write(struct json_writer *writer, const void *view) {
    const struct help_view *help = view;
    json_writer_open_object(writer);
    json_writer_key_array(writer, "commands");
    for (size_t i = 0; i < help->command_count; i++)
        write_command(writer, &help->commands[i]);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "options");
    for (size_t i = 0; i < help->option_count; i++)
        write_option(writer, &help->options[i]);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "files");
    for (size_t i = 0; i < help->file_count; i++)
        write_file(writer, &help->files[i]);
    json_writer_close_array(writer);
    json_writer_key_array(writer, "exit_statuses");
    for (size_t i = 0; i < help->exit_count; i++)
        write_exit(writer, &help->exits[i]);
    json_writer_close_array(writer);
    json_writer_key_string(writer, "text", help->text);
    json_writer_close_object(writer);
}
