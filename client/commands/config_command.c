#include <string.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/command_words.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "config/config.h"
#include "config/settings.h"
#include "render/program_json.h"
#include "render/program_text.h"
#include "render/settings_json.h"
#include "render/settings_text.h"
#include "session/session.h"
#include "view/program_view.h"
#include "view/settings_view.h"

static const struct answer_type all_type = {settings_json_write, settings_text_append},
                                value_type = {settings_json_write, settings_text_value},
                                path_type = {settings_json_write, settings_text_path};

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
                         const struct answer_type *type) {
    struct session session = {0};
    struct error error = {0};
    const struct settings_view view = {&session.settings, only};
    struct answer answer = {.kind = verb->name, .type = type, .view = &view};
    bool is_open = command_open(&session, options, &answer.diagnostics, &error);
    if (is_open && type == &path_type && !session.settings.user_file) {
        error_set(&error, ERROR_NOT_FOUND,
                  "there is no folder for your own settings: neither HOME nor XDG_CONFIG_HOME is an "
                  "absolute path");
        is_open = error_hint(&error, "set one of them");
    }
    if (!is_open)
        answer_fail(&answer, &error);
    int status = command_finish(&answer, options);
    session_release(&session);
    return status;
}

static int show_all(const struct verb *verb, struct options *options) {
    return answer_config(verb, options, CONFIG_KEYS, &all_type);
}

static int show_path(const struct verb *verb, struct options *options) {
    return answer_config(verb, options, CONFIG_KEYS, &path_type);
}

static int show_value(const struct verb *verb, struct options *options) {
    enum config_key key;
    struct error error = {0};
    return find_key(options->arguments[1], &key, &error) ? answer_config(verb, options, key, &value_type)
                                                         : command_fail(&error, verb->name, options->is_json);
}

int config_command_run(const struct verb *verb, struct options *options) {
    static const struct command_word words[] = {{"show", NULL, show_all, 0, false},
                                                {"get", "KEY", show_value, 0, false},
                                                {"path", NULL, show_path, 0, false},
                                                {0}};
    return command_words_run(words, verb, options);
}

int config_command_version(const struct verb *verb, struct options *options) {
    static const struct answer_type type = {program_json_version, program_text_version};
    const struct version_view view = {"batchctl", program_version, ANSWER_SCHEMA};
    return command_finish_view(verb->name, &type, &view, options);
}
