#include "commands/config_command.h"

#include <string.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/version.h"
#include "config/config.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/session.h"

static void render_config(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    const cJSON *values = json_get(data, "values");
    for (const cJSON *item = values ? values->child : NULL; item; item = item->next) {
        buffer_append_format(text, "%s.%s = ", json_get_string(item, "section"), json_get_string(item, "key"));
        styled_text_append_visible(text, json_get_string(item, "value"));
        buffer_append_string(text, "  (");
        styled_text_append_visible(text, json_get_string(item, "origin"));
        buffer_append_string(text, ")\n");
    }
}

static void write_config(struct buffer *data, const struct session *session) {
    struct json_writer writer = {.buffer = data};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "values");
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        json_writer_open_object(&writer);
        json_writer_key_string(&writer, "section", config_entries[key].section);
        json_writer_key_string(&writer, "key", config_entries[key].key);
        json_writer_key_string(&writer, "value", session->settings.config.values[key]);
        json_writer_key_string(&writer, "origin", session->settings.config.origins[key]);
        json_writer_key_string(&writer, "meaning", config_entries[key].meaning);
        json_writer_key_string(&writer, "environment", config_entries[key].environment);
        json_writer_key_string(&writer, "default", config_entries[key].built_in);
        json_writer_key_string(&writer, "workspace", config_right_name(config_entries[key].right));
        json_writer_close_object(&writer);
    }
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
}

/* Shows the settings also if some of it is wrong, or no root is found: this is how one finds out. */
int config_command_run(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct error error = {0};
    struct answer answer = {.kind = verb->name};
    if (options->argument_count != 1 || strcmp(options->arguments[0], "show") != 0)
        return command_fail_usage(verb, options, "the word \"show\" is expected");
    if (!command_open(&session, options, &answer.diagnostics, &error))
        answer_fail(&answer, &error);
    write_config(&answer.data, &session);
    session_release(&session);
    return command_finish(&answer, options, render_config);
}

static void render_version(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    buffer_append_format(text, "batchctl %s\n", json_get_string(data, "version"));
}

int config_command_version(const struct verb *verb, struct options *options) {
    if (options->argument_count)
        return command_fail_usage(verb, options, "version takes no arguments");
    struct answer answer = {.kind = verb->name};
    struct json_writer writer = {.buffer = &answer.data};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "version", program_version);
    json_writer_key_string(&writer, "schema", ANSWER_SCHEMA);
    json_writer_close_object(&writer);
    return command_finish(&answer, options, render_version);
}
