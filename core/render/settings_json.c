#include "render/settings_json.h"

#include "config/config.h"
#include "view/settings_view.h"

static void write_entry(struct json_writer *writer, const struct config *config, enum config_key key) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "section", config_entries[key].section);
    json_writer_key_string(writer, "key", config_entries[key].key);
    json_writer_key_string(writer, "value", config->values[key]);
    json_writer_key_string(writer, "origin", config->origins[key]);
    json_writer_key_string(writer, "meaning", config_entries[key].meaning);
    json_writer_key_string(writer, "environment", config_entries[key].environment);
    json_writer_key_string(writer, "default", config_entries[key].built_in);
    json_writer_key_string(writer, "workspace", config_right_name(config_entries[key].right));
    json_writer_close_object(writer);
}

void settings_json_write(struct json_writer *writer, const void *view) {
    const struct settings_view *shown = view;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "user_file", shown->settings->user_file);
    json_writer_key_array(writer, "values");
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (shown->only == CONFIG_KEYS || key == shown->only)
            write_entry(writer, &shown->settings->config, key);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}
