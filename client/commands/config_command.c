#include "commands/config_command.h"

#include <string.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
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

/* The value alone, for a script. */
static void render_value(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    styled_text_append_visible(text, styled_text_string(styled_text_first(data, "values"), "value"));
    buffer_append_byte(text, '\n');
}

static void render_path(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    styled_text_append_visible(text, styled_text_string(data, "user_file"));
    buffer_append_byte(text, '\n');
}

/* All keys, or with @only that one. */
static void write_config(struct buffer *data, const struct session *session, enum config_key only) {
    struct json_writer writer = {.buffer = data};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "user_file", session->settings.user_file);
    json_writer_key_array(&writer, "values");
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        if (only != CONFIG_KEYS && key != only)
            continue;
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

/* By "lock_timeout" or "create.lock_timeout". NOT_FOUND with the closest one. */
static bool find_key(const char *word, enum config_key *key, struct error *error) {
    const char *names[CONFIG_KEYS], *point = strchr(word, '.'), *name = point ? point + 1 : word;
    for (*key = 0; *key < CONFIG_KEYS; ++*key) {
        const struct config_entry *entry = &config_entries[*key];
        bool is_section = !point || span_equals((struct span){word, (size_t)(point - word)}, entry->section);
        if (is_section && strcmp(name, entry->key) == 0)
            return true;
        names[*key] = entry->key;
    }
    const char *closest = text_closest(name, names, CONFIG_KEYS);
    error_set(error, ERROR_NOT_FOUND, "there is no setting %s", word);
    return closest ? error_hint(error, "did you mean %s?", closest)
                   : error_hint(error, "\"batchctl config show\" lists them");
}

/* Answers also if some of the settings are wrong, or no root is found: this is how one finds out. */
static int answer_config(const struct verb *verb, const struct options *options, enum config_key only,
                         reply_writer *writer) {
    struct session session = {0};
    struct error error = {0};
    struct answer answer = {.kind = verb->name};
    if (!command_open(&session, options, &answer.diagnostics, &error))
        answer_fail(&answer, &error);
    write_config(&answer.data, &session, only);
    session_release(&session);
    return command_finish(&answer, options, writer);
}

int config_command_run(const struct verb *verb, struct options *options) {
    const char *word = options->argument_count ? options->arguments[0] : "";
    enum config_key key = CONFIG_KEYS;
    struct error error = {0};
    if (options->argument_count == 1 && strcmp(word, "show") == 0)
        return answer_config(verb, options, key, render_config);
    if (options->argument_count == 1 && strcmp(word, "path") == 0)
        return answer_config(verb, options, key, render_path);
    if (options->argument_count != 2 || strcmp(word, "get") != 0)
        return command_fail_usage(verb, options, "one of show, get KEY, path is expected");
    return find_key(options->arguments[1], &key, &error) ? answer_config(verb, options, key, render_value)
                                                         : command_fail(&error, verb->name, options->is_json);
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
