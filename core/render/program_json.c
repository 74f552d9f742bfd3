#include "render/program_json.h"

#include "view/program_view.h"

void program_json_version(struct json_writer *writer, const void *view) {
    const struct version_view *version = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "version", version->version);
    json_writer_key_string(writer, "schema", version->schema);
    json_writer_close_object(writer);
}

void program_json_verbatim(struct json_writer *writer, const void *view) {
    const struct verbatim_view *shown = view;
    json_writer_open_object(writer);
    if (shown->name)
        json_writer_key_string(writer, shown->name, shown->value);
    json_writer_key_string(writer, "text", shown->text);
    json_writer_close_object(writer);
}
