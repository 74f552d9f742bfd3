#include "config/config.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "config/config_value.h"

enum { LINE_BYTES_MOST = 190 }; /* inih cuts a line at 200 bytes without a word */

const struct config_entry config_entries[CONFIG_KEYS] = {
    [CONFIG_ROOT] = {"workspace", "root", "BATCHD_ROOT", NULL, "the workspace to use where none is found otherwise",
                     CONFIG_IGNORED},
    [CONFIG_REQUIRE_COMPLETE] = {"create", "require_complete_subplans", "BATCHD_REQUIRE_COMPLETE_SUBPLANS", "yes",
                                 "a SUBPLAN that is a placeholder blocks its EXECUTION_TASK", CONFIG_TIGHTENS},
    [CONFIG_REVIEW_SELF] = {"review", "self", "BATCHD_REVIEW_SELF", "warn",
                            "may those who have submitted work approve it: warn, no or yes", CONFIG_TIGHTENS},
    [CONFIG_REQUIRE_SUBMITTED] = {"review", "require_submitted", "BATCHD_REQUIRE_SUBMITTED", "no",
                                  "only work that is submitted can be approved", CONFIG_TIGHTENS},
    [CONFIG_CLAIMS_FOLDER] = {"claims", "folder", "BATCHD_CLAIMS_FOLDER", "git",
                              "where claims are kept: git, for all worktrees of the repository, or state, for this "
                              "workspace alone",
                              CONFIG_IGNORED},
    [CONFIG_LOCK_TIMEOUT] = {"create", "lock_timeout", "BATCHD_LOCK_TIMEOUT", "10s",
                             "how long to wait while another batch is being applied", CONFIG_IGNORED},
    [CONFIG_ANSWER_TIMEOUT] = {"client", "answer_timeout", "BATCHD_ANSWER_TIMEOUT", "5s",
                               "how long batchctl waits for the daemon before it answers without it", CONFIG_IGNORED},
    [CONFIG_ASCII] = {"client", "ascii", "BATCHD_ASCII", "auto",
                      "symbols in ASCII: yes, no, or auto (yes where the locale is not UTF-8)", CONFIG_IGNORED},
    [CONFIG_SOCKET] = {"daemon", "socket", "BATCHD_SOCKET", NULL, "the socket, where it is not the usual one",
                       CONFIG_IGNORED},
    [CONFIG_SETTLE] = {"daemon", "settle", "BATCHD_SETTLE", "20ms",
                       "how long a plan has to be quiet before its events are published; answers never wait",
                       CONFIG_HARMLESS},
    [CONFIG_AUTO_CREATE] = {"daemon", "auto_create", "BATCHD_AUTO_CREATE", "off",
                            "executions: create a level's EXECUTION_TASKs when its last SUBPLAN is complete",
                            CONFIG_IGNORED},
    [CONFIG_AUDIT_INTERVAL] = {"daemon", "audit_interval", "BATCHD_AUDIT_INTERVAL", "10m",
                               "how often one plan is compared with the disk; 0 for never", CONFIG_IGNORED},
    [CONFIG_LOG_LEVEL] = {"daemon", "log_level", "BATCHD_LOG_LEVEL", "info", "error, warning, info or debug",
                          CONFIG_IGNORED},
    [CONFIG_MCP_ALLOW] =
        {"mcp", "allow", "BATCHD_MCP_ALLOW", "read claim create submit",
         "what agents may do by \"batchctl mcp\": none, or any of read, claim, create, submit, decide, "
         "undo",
         CONFIG_TIGHTENS},
    [CONFIG_TEAM_CLAIMS] = {"team", "claims", "BATCHD_TEAM_CLAIMS", NULL,
                            "the helper that keeps the claims of a team on a server: postgres", CONFIG_AGREED},
    [CONFIG_TEAM_NAME] = {"team", "name", "BATCHD_TEAM_NAME", NULL, "the name of the team", CONFIG_AGREED},
    [CONFIG_TEAM_SERVICE] = {"team", "service", "BATCHD_TEAM_SERVICE", NULL,
                             "the server, as an entry of each user's pg_service.conf", CONFIG_AGREED},
    [CONFIG_TEAM_URL] = {"team", "url", "BATCHD_TEAM_URL", NULL, "the server, as a URL without a password",
                         CONFIG_AGREED},
    [CONFIG_TEAM_WORKSPACE] = {"team", "workspace", "BATCHD_TEAM_WORKSPACE", NULL,
                               "the workspace's name in the team, if it is not its path in the working tree",
                               CONFIG_AGREED},
    [CONFIG_TEAM_TIMEOUT] = {"team", "timeout", "BATCHD_TEAM_TIMEOUT", "2s",
                             "how long to wait for the team's server, from 100ms to 1m", CONFIG_AGREED},
    [CONFIG_TEAM_INSECURE] = {"team", "insecure", "BATCHD_TEAM_INSECURE", "no",
                              "a server whose identity is not verified is permitted", CONFIG_IGNORED},
};

const char *config_right_name(enum config_right right) {
    static const char *const names[] = {"ignored", "tightens", "harmless", "agreed"};
    return names[right];
}

static const char *const mcp_words[] = {"read", "claim", "create", "submit", "decide", "undo"};

enum { MCP_WORDS = sizeof mcp_words / sizeof *mcp_words };

const char *config_mcp_name(enum config_mcp right) {
    size_t position = 0;
    while (position + 1 < MCP_WORDS && 1U << position != right)
        position++;
    return mcp_words[position];
}

static bool parse_mcp(const char *text, unsigned *rights) {
    return config_value_set(text, mcp_words, MCP_WORDS, rights);
}

/* Keys whose value is one of a few words. */
static const struct choice {
    const char *const words[4];
    const char *expected;
} choices[CONFIG_KEYS] = {
    [CONFIG_REVIEW_SELF] = {{"yes", "warn", "no"}, "warn, no or yes"}, /* the weakest first */
    [CONFIG_CLAIMS_FOLDER] = {{"git", "state"}, "git or state"},
    [CONFIG_ASCII] = {{"auto", "yes", "no"}, "auto, yes or no"},
    [CONFIG_AUTO_CREATE] = {{"off", "executions"}, "off or executions"},
    [CONFIG_LOG_LEVEL] = {{"error", "warning", "info", "debug"}, "error, warning, info or debug"},
};

static bool choose(enum config_key key, const char *value, size_t *position) {
    const struct choice *choice = &choices[key];
    return config_value_word(value, choice->words, sizeof choice->words / sizeof *choice->words, position);
}

static const char *apply_boolean(const char *value, bool *member) {
    return config_value_boolean(value, member) ? NULL : "yes or no";
}

static const char *apply_duration(const char *value, int *milliseconds) {
    return config_value_duration(value, milliseconds) ? NULL : "a duration such as 10s, 500ms or 2m";
}

static const char *apply_path(const char *value, const char **member) {
    *member = value;
    return value[0] == '/' ? NULL : "an absolute path";
}

/* Of a key whose value is the word at @position among its choices. */
static const char *apply_choice(struct config *config, enum config_key key, const char *value) {
    size_t position;
    if (!choose(key, value, &position))
        return choices[key].expected;
    if (key == CONFIG_REVIEW_SELF)
        config->review_self = choices[key].words[position];
    else if (key == CONFIG_CLAIMS_FOLDER)
        config->keeps_claims_in_state = position == 1;
    else if (key == CONFIG_ASCII)
        config->ascii = choices[key].words[position];
    else if (key == CONFIG_AUTO_CREATE)
        config->auto_creates_executions = position == 1;
    else
        config->log_level = (enum log_level)position;
    return NULL;
}

/* The one place that knows what a key's value means. NULL if all is well, else what is expected. */
static const char *apply(struct config *config, enum config_key key, const char *value) {
    switch (key) {
    case CONFIG_ROOT:
        return apply_path(value, &config->root);
    case CONFIG_SOCKET:
        return apply_path(value, &config->socket);
    case CONFIG_REQUIRE_COMPLETE:
        return apply_boolean(value, &config->require_complete_subplans);
    case CONFIG_REQUIRE_SUBMITTED:
        return apply_boolean(value, &config->require_submitted);
    case CONFIG_TEAM_INSECURE:
        return apply_boolean(value, &config->is_insecure_team);
    case CONFIG_LOCK_TIMEOUT:
        return apply_duration(value, &config->lock_timeout_ms);
    case CONFIG_ANSWER_TIMEOUT:
        return apply_duration(value, &config->answer_timeout_ms);
    case CONFIG_SETTLE:
        return apply_duration(value, &config->settle_ms);
    case CONFIG_AUDIT_INTERVAL:
        return apply_duration(value, &config->audit_interval_ms);
    case CONFIG_MCP_ALLOW:
        return parse_mcp(value, &config->mcp_allow) ? NULL : "none, or words of: read claim create submit decide undo";
    default: /* what is wrong with those of a team concerns claims alone: team_config_read */
        return choices[key].expected ? apply_choice(config, key, value) : NULL;
    }
}

void config_init(struct config *config) {
    *config = (struct config){0};
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        config->values[key] = config_entries[key].built_in;
        config->origins[key] = "built in";
        if (config->values[key])
            apply(config, key, config->values[key]);
    }
}

void config_release(struct config *config) {
    arena_release(&config->arena);
    *config = (struct config){0};
}

static bool set(struct config *config, enum config_key key, const char *value, const char *origin, const char *file,
                unsigned line, struct diagnostics *diagnostics) {
    const char *copy = arena_copy(&config->arena, value, strlen(value));
    struct config before = *config;
    const char *expected = apply(config, key, copy);
    if (!expected) {
        config->values[key] = copy;
        config->origins[key] = arena_copy(&config->arena, origin, strlen(origin));
        return true;
    }
    config->root = before.root;
    config->socket = before.socket;
    diagnostics_add(diagnostics, &(struct diagnostic){
                                     .code = "config.value",
                                     .message = arena_format(&config->arena, "%s is set to \"%s\"%s%s, but must be %s",
                                                             config_entries[key].key, value, file ? "" : " by ",
                                                             file ? "" : origin, expected),
                                     .file = file,
                                     .line = line,
                                 });
    return false;
}

bool config_set(struct config *config, enum config_key key, const char *value, const char *origin,
                struct diagnostics *diagnostics) {
    return set(config, key, value, origin, NULL, 0, diagnostics);
}

/* --- reading a file --- */

struct reading {
    struct config *config;
    struct diagnostics *diagnostics;
    const char *file;
    const char *section;
    unsigned line;
    bool is_workspace;
};

static void report(const struct reading *reading, const char *code, const char *message, const char *hint) {
    diagnostics_add(reading->diagnostics,
                    &(struct diagnostic){
                        .code = code, .message = message, .file = reading->file, .line = reading->line, .hint = hint});
}

/* May the config of a workspace set it? A bad value is found by set(). */
static bool has_right(const struct config *config, enum config_key key, const char *value) {
    bool is_strict = true;
    int duration_ms = 0;
    size_t wanted, present;
    unsigned rights;
    if (key == CONFIG_REVIEW_SELF)
        return !choose(key, value, &wanted) ||
               (wanted > 0 && choose(key, config->review_self, &present) && wanted >= present);
    if (key == CONFIG_MCP_ALLOW)
        return !parse_mcp(value, &rights) || !(rights & ~config->mcp_allow);
    switch (config_entries[key].right) {
    case CONFIG_TIGHTENS:
        return !config_value_boolean(value, &is_strict) || is_strict;
    case CONFIG_HARMLESS:
        return !config_value_duration(value, &duration_ms) || duration_ms <= CONFIG_WORKSPACE_MOST_MS;
    case CONFIG_AGREED:
        return true;
    default:
        return false;
    }
}

/* Of a list that is too long, what a workspace may set: what it has in common with the present one; NULL if nothing. */
static const char *narrowed(const struct config *config, struct arena *arena, enum config_key key, const char *value) {
    unsigned rights;
    bool is_narrower =
        key == CONFIG_MCP_ALLOW && parse_mcp(value, &rights) && (rights & config->mcp_allow) != config->mcp_allow;
    return is_narrower ? config_value_set_text(arena, mcp_words, MCP_WORDS, rights & config->mcp_allow) : NULL;
}

static void take_key(const struct reading *reading, enum config_key key, const char *value) {
    struct arena *arena = &reading->config->arena;
    const char *origin = arena_format(arena, "%s:%u", reading->file, reading->line);
    if (reading->is_workspace && !has_right(reading->config, key, value)) {
        report(reading, "config.ignored", arena_format(arena, "%s = %s", config_entries[key].key, value), NULL);
        value = narrowed(reading->config, arena, key, value);
    }
    if (value)
        set(reading->config, key, value, origin, reading->file, reading->line, reading->diagnostics);
}

static int take_value(void *data, const char *section, const char *name, const char *value) {
    (void)section; /* inih forgets it from line to line, and is given one line at a time */
    struct reading *reading = data;
    const char *keys[CONFIG_KEYS], *home = NULL;
    size_t count = 0;
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        const struct config_entry *entry = &config_entries[key];
        bool is_key = strcmp(name, entry->key) == 0, is_here = strcmp(reading->section, entry->section) == 0;
        if (is_here)
            keys[count++] = entry->key;
        if (is_key && !is_here)
            home = entry->section;
        if (!is_key || !is_here)
            continue;
        take_key(reading, key, value);
        return 1;
    }
    const char *closest = text_closest(name, keys, count);
    report(reading, "config.unknown",
           arena_format(&reading->config->arena, "there is no key %s in section [%s]", name, reading->section),
           home      ? arena_format(&reading->config->arena, "%s belongs in section [%s]", name, home)
           : closest ? arena_format(&reading->config->arena, "did you mean %s?", closest)
                     : NULL);
    return 1;
}

/* "[section]", perhaps with a comment behind it: the name. */
static bool is_section(struct span line, struct span *name) {
    const char *close = line.length && line.data[0] == '[' ? memchr(line.data, ']', line.length) : NULL;
    if (!close)
        return false;
    *name = span_trim((struct span){line.data + 1, (size_t)(close - line.data) - 1});
    struct span rest = span_trim(span_skip(line, (size_t)(close - line.data) + 1));
    return rest.length == 0 || rest.data[0] == ';' || rest.data[0] == '#';
}

static bool is_known_section(struct span name) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (span_equals(name, config_entries[key].section))
            return true;
    return false;
}

static void take_section(struct reading *reading, struct span name) {
    reading->section = arena_copy(&reading->config->arena, name.data, name.length);
    if (is_known_section(name))
        return;
    report(reading, "config.unknown",
           arena_format(&reading->config->arena, "there is no section [%s]", reading->section), NULL);
}

static bool is_readable(struct span line) {
    return line.length <= LINE_BYTES_MOST && !memchr(line.data, '\0', line.length);
}

bool config_sets_nothing(struct span text) {
    for (struct span line; span_next_line(&text, &line);) {
        struct span trimmed = span_trim(line), section;
        bool is_comment = trimmed.length == 0 || trimmed.data[0] == '#' || trimmed.data[0] == ';';
        if (!is_readable(trimmed) || (!is_comment && !(is_section(trimmed, &section) && is_known_section(section))))
            return false;
    }
    return true;
}

static void read_lines(struct reading reading, struct span text) {
    if (span_starts_with(text, "\xEF\xBB\xBF")) /* a byte-order mark */
        text = span_skip(text, 3);
    /* one line at a time: inih keeps only the first bad line, and its numbers drift behind a long one */
    for (struct span line; span_next_line(&text, &line);) {
        reading.line++;
        struct span trimmed = span_trim(line), section;
        if (!is_readable(trimmed)) {
            report(&reading, "config.syntax", "this line is too long, or has a NUL byte", NULL);
            continue;
        }
        if (is_section(trimmed, &section)) {
            take_section(&reading, section);
            continue;
        }
        const char *copy = arena_copy(&reading.config->arena, trimmed.data, trimmed.length);
        if (ini_parse_string(copy, take_value, &reading) != 0)
            report(&reading, "config.syntax", "\"key = value\" or \"[section]\" is expected here", NULL);
    }
}

bool config_read(struct config *config, struct span text, const char *file, struct diagnostics *diagnostics) {
    size_t errors = diagnostics->error_count;
    read_lines((struct reading){config, diagnostics, file, .section = ""}, text);
    return diagnostics->error_count == errors;
}

/* "require_complete_subplans = yes, settle": what the config of a workspace counts for. */
static const char *rights_in_words(struct arena *arena) {
    const char *words = "";
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (config_entries[key].right == CONFIG_TIGHTENS || config_entries[key].right == CONFIG_HARMLESS)
            words = arena_format(arena, "%s%s%s%s", words, words[0] ? ", " : "", config_entries[key].key,
                                 key == CONFIG_REVIEW_SELF                      ? " = no"
                                 : key == CONFIG_MCP_ALLOW                      ? ""
                                 : config_entries[key].right == CONFIG_TIGHTENS ? " = yes"
                                                                                : "");
    return words;
}

void config_read_workspace(struct config *config, struct span text, const char *file, const char *user_file,
                           struct diagnostics *diagnostics) {
    AUTO(diagnostics) faults = {0};
    struct arena *arena = &config->arena;
    read_lines((struct reading){config, &faults, file, .section = "", .is_workspace = true}, text);
    size_t others = faults.count + faults.left_out - 1;
    if (faults.count)
        diagnostics_add(
            diagnostics,
            &(struct diagnostic){
                .severity = SEVERITY_WARNING,
                .code = "config.ignored",
                .message = arena_format(arena, "a workspace's config cannot set this: %s%s", faults.items[0].message,
                                        others ? arena_format(arena, ", and %zu more", others) : ""),
                .file = file,
                .line = faults.items[0].line,
                .hint = arena_format(arena,
                                     "as it may have come with the plans, it can only set: %s; your own settings "
                                     "belong in %s",
                                     rights_in_words(arena), user_file),
            });
}
