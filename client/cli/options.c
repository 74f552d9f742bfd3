#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/batch.h"
#include "config/config.h"
#include "document/names.h"
#include "plan/selection.h"

/* In the order of the table below. */
enum option {
    OPTION_LEVEL,
    OPTION_READY,
    OPTION_IDS,
    OPTION_KIND,
    OPTION_REWORK,
    OPTION_REQUIRE_COMPLETE,
    OPTION_ALLOW_INCOMPLETE,
    OPTION_KEEP_GOING,
    OPTION_SHOW,
    OPTION_EXPECT,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_REQUEST,
    OPTION_BATCH,
    OPTION_LIMIT,
    OPTION_UNDO_IDS,
    OPTION_FORMAT,
    OPTION_EVENT,
    OPTION_SINCE,
    OPTION_COUNT_EVENTS,
    OPTION_EXEC,
    OPTION_FOR,
    OPTION_WAIT_LEVEL,
    OPTION_COMPLETE,
    OPTION_UNBLOCK,
    OPTION_OUTPUT,
    OPTION_GRAPH,
    OPTION_FLAT,
    OPTION_BY_PRIORITY,
    OPTION_NAME,
    OPTION_TAG,
    OPTION_WITH_STATUS,
    OPTION_ALL,
    OPTION_PLAN,
    OPTION_ROOT,
    OPTION_JSON,
    OPTION_TIMEOUT,
    OPTION_NO_DAEMON,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP,
    OPTION_COUNT
};

const struct option_row option_rows[] = {
    [OPTION_LEVEL] = {"level", 'l', "N", SCOPE_SELECT, "all achievements of dependency level N"},
    [OPTION_READY] = {"ready", 0, NULL, SCOPE_SELECT, "those that are ready for this kind (the default)"},
    [OPTION_IDS] = {"ids", 0, "IDS", SCOPE_SELECT, "just these, such as 3.1,3.2"},
    [OPTION_KIND] = {"kind", 'k', "KIND", SCOPE_KIND, "what to create: execution (the default) or subplan"},
    [OPTION_REWORK] = {"rework", 0, NULL, SCOPE_KIND, "the next EXECUTION_TASK of what a FIX has sent back"},
    [OPTION_REQUIRE_COMPLETE] = {"require-complete", 0, NULL, SCOPE_CREATE,
                                 "a SUBPLAN that is a placeholder blocks the batch, whatever the configuration says"},
    [OPTION_ALLOW_INCOMPLETE] = {"allow-incomplete", 0, NULL, SCOPE_CREATE,
                                 "a SUBPLAN that is a placeholder is used as it is"},
    [OPTION_KEEP_GOING] = {"keep-going", 0, NULL, SCOPE_CREATE,
                           "create what can be, list what cannot (exit 10; see retry)"},
    [OPTION_SHOW] = {"show", 0, NULL, SCOPE_CREATE | SCOPE_CONTENT, "print the text of the files, too"},
    [OPTION_EXPECT] = {"expect", 0, "TOKEN", SCOPE_CREATE | SCOPE_CONTENT,
                       "create exactly what the preview with this token showed (see -v, --json), or nothing"},
    [OPTION_DRY_RUN] = {"dry-run", 'n', NULL, SCOPE_WRITE, "show what would be done; change nothing at all"},
    [OPTION_YES] = {"yes", 'y', NULL, SCOPE_WRITE, "do it without asking"},
    [OPTION_REQUEST] = {"request", 0, "ID", SCOPE_REQUEST, "a label stored with the batch; history --request finds it"},
    [OPTION_BATCH] = {"batch", 0, "N", SCOPE_SHOW, "all about batch N instead"},
    [OPTION_LIMIT] = {"limit", 'n', "N", SCOPE_HISTORY, "only the newest N"},
    [OPTION_UNDO_IDS] = {"ids", 0, "IDS", SCOPE_UNDO, "only the files of these achievements"},
    [OPTION_EVENT] = {"event", 'e', "TYPE", SCOPE_WATCH, "only such events; may be repeated"},
    [OPTION_SINCE] = {"since", 0, "SEQ", SCOPE_WATCH, "begin behind this event, if it is still known"},
    [OPTION_COUNT_EVENTS] = {"count", 'c', "N", SCOPE_WATCH, "end after N events"},
    [OPTION_EXEC] = {"exec", 'x', NULL, SCOPE_WATCH, "run what follows behind -- for each event"},
    [OPTION_FOR] = {"for", 0, "CONDITION", SCOPE_WAIT, "what to wait for"},
    [OPTION_WAIT_LEVEL] = {"level", 'l', "N", SCOPE_WAIT, "the dependency level"},
    [OPTION_FORMAT] = {"format", 'f', "FORMAT", SCOPE_GRAPH, "tree (the default), svg, dot, mermaid or json"},
    [OPTION_COMPLETE] = {"complete", 0, "IDS", SCOPE_WHAT_IF, "as if these were complete, such as 3.1,3.2"},
    [OPTION_UNBLOCK] = {"unblock", 0, "ID", SCOPE_WHAT_IF, "as if everything this one waits for were complete"},
    [OPTION_OUTPUT] = {"output", 'o', "DIR", SCOPE_PROMPT, "write each prompt to a separate file in this folder"},
    [OPTION_GRAPH] = {"graph", 0, NULL, SCOPE_INIT, "the parallel.json of a plan that has none, from its PLAN"},
    [OPTION_FLAT] = {"flat", 0, NULL, SCOPE_INIT, "--graph: write it even if the PLAN names no dependencies"},
    [OPTION_BY_PRIORITY] = {"by-priority", 0, NULL, SCOPE_INIT,
                            "--graph: 2.1 waits for all of 1.x, beside what the PLAN names"},
    [OPTION_NAME] = {"name", 0, "NAME", SCOPE_IMPORT, "what the new plan is called, such as MY-PLAN or group/MY-PLAN"},
    [OPTION_TAG] = {"tag", 0, "TAG", SCOPE_IMPORT, "which of the file's lists (master, or the only one)"},
    [OPTION_WITH_STATUS] = {"with-status", 0, NULL, SCOPE_IMPORT,
                            "an APPROVED for what is done there, a SKIPPED for what is cancelled"},
    [OPTION_ALL] = {"all", 0, NULL, SCOPE_DAEMON, "stop: all daemons that you have started, whatever they serve"},
    [OPTION_PLAN] = {"plan", 'p', "PLAN", SCOPE_PLAN, "the plan, where it is not named as an argument"},
    [OPTION_ROOT] = {"root", 'C', "DIR", SCOPE_COMMON, "the workspace, instead of searching for it"},
    [OPTION_JSON] = {"json", 0, NULL, SCOPE_COMMON, "answer with one JSON document"},
    [OPTION_TIMEOUT] = {"timeout", 0, "TIME", SCOPE_COMMON, "how long to wait for another process's batch, such as 5s"},
    [OPTION_NO_DAEMON] = {"no-daemon", 0, NULL, SCOPE_COMMON,
                          "answer from the files in this process; do not ask the daemon"},
    [OPTION_COLOR] = {"color", 0, "WHEN", SCOPE_COMMON, "auto, always or never"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, SCOPE_COMMON, "no hints and no warnings"},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL, SCOPE_COMMON, "leave nothing out of long lists"},
    [OPTION_HELP] = {"help", 'h', NULL, SCOPE_COMMON, "this help"},
    [OPTION_COUNT] = {NULL, 0, NULL, 0, NULL},
};

/* @option: the name of the one that takes them. */
static bool parse_ids(struct options *options, const char *option, const char *text, struct error *error) {
    struct buffer copy = {0};
    buffer_append_string(&copy, text);
    memory_free(options->ids_text);
    memory_free(options->ids);
    options->ids_text = copy.data;
    options->ids = memory_allocate(copy.length + 1, sizeof *options->ids);
    size_t count = 0;
    char *rest = NULL;
    for (char *id = strtok_r(copy.data, ", ", &rest); id; id = strtok_r(NULL, ", ", &rest)) {
        if (!names_is_id(span_of(id))) {
            error_set(error, ERROR_USAGE, "\"%s\" is no achievement id", id);
            return error_hint(error, "ids look like 1.1; several are written 3.1,3.2");
        }
        options->ids[count++] = id;
    }
    if (count == 0)
        return error_set(error, ERROR_USAGE, "--%s needs at least one id, such as 3.1", option);
    options->batch.selection = (struct selection){.kind = SELECT_IDS, .ids = options->ids, .id_count = count};
    return true;
}

static bool parse_level(struct options *options, const char *text, struct error *error) {
    char *end;
    unsigned long level = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || level > UINT32_MAX)
        return error_set(error, ERROR_USAGE, "--level needs a number from 0, not \"%s\"", text);
    options->batch.selection = (struct selection){.kind = SELECT_LEVEL, .level = (uint32_t)level};
    return true;
}

static bool add_event(struct options *options, const char *text, struct error *error) {
    if (options->event_count == OPTIONS_EVENTS_MOST)
        return error_set(error, ERROR_USAGE, "more than %d times --event", OPTIONS_EVENTS_MOST);
    options->events[options->event_count++] = text;
    return true;
}

/* @option: the name of the one that takes it. */
static bool parse_count(struct options *options, const char *option, const char *text, struct error *error) {
    char *end;
    options->count = strtoul(text, &end, 10);
    return (text[0] >= '1' && text[0] <= '9' && *end == '\0') ||
           error_set(error, ERROR_USAGE, "--%s needs a number from 1, not \"%s\"", option, text);
}

static bool choose(const char *option, const char *text, const char *const *choices, size_t count, size_t *chosen,
                   struct error *error) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, choices[i]) == 0) {
            *chosen = i;
            return true;
        }
    struct buffer list = {0};
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&list, "%s%s", i ? ", " : "", choices[i]);
    error_set(error, ERROR_USAGE, "--%s cannot be \"%s\"; it is one of %s", option, text, buffer_text(&list));
    const char *closest = text_closest(text, choices, count);
    if (closest)
        error_hint(error, "did you mean --%s %s?", option, closest);
    buffer_release(&list);
    return false;
}

static bool select_once(struct options *options, struct error *error) {
    if (options->has_selector)
        return error_set(error, ERROR_USAGE, "--level, --ready and --ids exclude each other");
    options->has_selector = true;
    return true;
}

static bool choose_kind_once(struct options *options, struct error *error) {
    if (options->has_kind)
        return error_set(error, ERROR_USAGE, "--kind and --rework exclude each other, and are given once");
    options->has_kind = true;
    return true;
}

bool options_parse_batch(const char *word, uint64_t *number) {
    char *end;
    *number = strtoull(word, &end, 10);
    return word[0] >= '1' && word[0] <= '9' && *end == '\0';
}

static const char *const kinds[] = {"execution", "subplan", NULL}, *const formats[] = {"tree",    "svg",  "dot",
                                                                                       "mermaid", "json", NULL},
                         *const colors[] = {"auto", "always", "never", NULL};

const char *const *options_choices(const struct option_row *row) {
    switch ((enum option)(row - option_rows)) {
    case OPTION_KIND:
        return kinds;
    case OPTION_FORMAT:
        return formats;
    case OPTION_COLOR:
        return colors;
    default:
        return NULL;
    }
}

static bool apply(struct options *options, enum option option, const char *value, struct error *error) {
    size_t chosen;
    int milliseconds;
    value = value ? value : ""; /* only options without one have none */
    switch (option) {
    case OPTION_LEVEL:
        return select_once(options, error) && parse_level(options, value, error);
    case OPTION_READY:
        return select_once(options, error);
    case OPTION_IDS:
        return select_once(options, error) && parse_ids(options, "ids", value, error);
    case OPTION_UNDO_IDS:
        return parse_ids(options, "ids", value, error);
    case OPTION_COMPLETE:
        return parse_ids(options, "complete", value, error);
    case OPTION_UNBLOCK:
        options->unblock = value;
        return names_is_id(span_of(value)) ||
               error_set(error, ERROR_USAGE, "--unblock needs the id of one achievement, not \"%s\"", value);
    case OPTION_KIND:
        if (!choose_kind_once(options, error) || !choose("kind", value, kinds, 2, &chosen, error))
            return false;
        options->batch.kind = chosen ? BATCH_SUBPLAN : BATCH_EXECUTION;
        return true;
    case OPTION_REWORK:
        options->batch.kind = BATCH_REWORK;
        return choose_kind_once(options, error);
    case OPTION_FORMAT:
        if (!choose("format", value, formats, 5, &chosen, error))
            return false;
        options->format = formats[chosen];
        return true;
    case OPTION_OUTPUT:
        options->output = value;
        return value[0] || error_set(error, ERROR_USAGE, "--output needs the name of a folder");
    case OPTION_COLOR:
        if (!choose("color", value, colors, 3, &chosen, error))
            return false;
        options->color = (enum color_choice)chosen;
        return true;
    case OPTION_TIMEOUT:
        options->timeout = value;
        return config_parse_duration(value, &milliseconds) ||
               error_set(error, ERROR_USAGE, "--timeout needs a time such as 5s or 500ms, not \"%s\"", value);
    case OPTION_REQUIRE_COMPLETE:
    case OPTION_ALLOW_INCOMPLETE:
        options->batch.require_complete = option == OPTION_REQUIRE_COMPLETE;
        options->batch.allow_incomplete = option == OPTION_ALLOW_INCOMPLETE;
        return true;
    case OPTION_KEEP_GOING:
        options->batch.keep_going = true;
        return true;
    case OPTION_REQUEST:
        options->request = value;
        return true;
    case OPTION_BATCH:
        return options_parse_batch(value, &options->batch_number) ||
               error_set(error, ERROR_USAGE, "--batch needs the number of a batch, not \"%s\"", value);
    case OPTION_EVENT:
        return add_event(options, value, error);
    case OPTION_SINCE:
        options->since = value;
        return true;
    case OPTION_COUNT_EVENTS:
        return parse_count(options, "count", value, error);
    case OPTION_LIMIT:
        return parse_count(options, "limit", value, error);
    case OPTION_EXEC:
        options->has_exec = true;
        return true;
    case OPTION_FOR:
        options->condition = value;
        return true;
    case OPTION_WAIT_LEVEL:
        return parse_level(options, value, error);
    case OPTION_SHOW:
        options->has_content = true;
        return true;
    case OPTION_EXPECT:
        options->expect = value;
        return true;
    case OPTION_DRY_RUN:
        options->is_dry_run = true;
        return true;
    case OPTION_YES:
        options->is_yes = true;
        return true;
    case OPTION_GRAPH:
        options->wants_graph = true;
        return true;
    case OPTION_FLAT:
        options->is_flat = true;
        return true;
    case OPTION_BY_PRIORITY:
        options->by_priority = true;
        return true;
    case OPTION_NAME:
        options->name = value;
        return true;
    case OPTION_TAG:
        options->tag = value;
        return true;
    case OPTION_WITH_STATUS:
        options->with_status = true;
        return true;
    case OPTION_ALL:
        options->wants_all = true;
        return true;
    case OPTION_PLAN:
        options->plan = value;
        return true;
    case OPTION_ROOT:
        options->root = value;
        return true;
    case OPTION_JSON:
        options->is_json = true;
        return true;
    case OPTION_QUIET:
        options->is_quiet = true;
        return true;
    case OPTION_VERBOSE:
        options->is_verbose = true;
        return true;
    case OPTION_HELP:
        options->wants_help = true;
        return true;
    case OPTION_NO_DAEMON:
        options->has_no_daemon = true;
        return true;
    case OPTION_COUNT:
        return true;
    }
    return true;
}

static bool fail_unknown(const char *word, int scopes, struct error *error) {
    const char *names[OPTION_COUNT];
    size_t count = 0;
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->scope & scopes)
            names[count++] = row->name;
    struct span name = span_of(word);
    while (name.length && name.data[0] == '-')
        name = span_skip(name, 1);
    struct buffer bare = {0};
    buffer_append(&bare, name.data, strcspn(name.data, "="));
    const char *closest = text_closest(buffer_text(&bare), names, count);
    error_set(error, ERROR_USAGE, "unknown option %s", word);
    if (closest)
        error_hint(error, "did you mean --%s?", closest);
    buffer_release(&bare);
    return false;
}

/* The option that @word is, and its value if it is written "--name=value". */
static const struct option_row *find(const char *word, int scopes, const char **value) {
    *value = NULL;
    for (const struct option_row *row = option_rows; row->name; row++) {
        size_t length = strlen(row->name);
        if (!(row->scope & scopes))
            continue;
        if (word[1] != '-') {
            if (row->letter && word[1] == row->letter && (word[2] == '\0' || row->value)) {
                *value = word[2] ? word + 2 : NULL;
                return row;
            }
        } else if (strncmp(word + 2, row->name, length) == 0 && (word[2 + length] == '\0' || word[2 + length] == '=')) {
            *value = word[2 + length] ? word + 3 + length : NULL;
            return row;
        }
    }
    return NULL;
}

static bool take_argument(struct options *options, const char *word, struct error *error) {
    if (options->argument_count == OPTIONS_ARGUMENTS_MOST)
        return error_set(error, ERROR_USAGE, "too many arguments: %s", word);
    options->arguments[options->argument_count++] = word;
    return true;
}

bool options_parse(struct options *options, int count, char **words, int scopes, struct error *error) {
    *options = (struct options){.words = words, .word_count = count};
    bool has_ended = false;
    for (int i = 0; i < count; i++) {
        const char *word = words[i], *value;
        if (has_ended || word[0] != '-' || word[1] == '\0') {
            if (!take_argument(options, word, error))
                return false;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            if ((options->has_exec || (scopes & SCOPE_WORDS)) && i + 1 < count) {
                options->command = words + i + 1; /* main's words end with NULL */
                return true;
            }
            has_ended = true;
            continue;
        }
        const struct option_row *row = find(word, scopes, &value);
        if (!row)
            return fail_unknown(word, scopes, error);
        if (!row->value && value)
            return error_set(error, ERROR_USAGE, "--%s takes no value", row->name);
        if (row->value && !value && i + 1 == count)
            return error_set(error, ERROR_USAGE, "--%s needs a value: --%s %s", row->name, row->name, row->value);
        if (row->value && !value)
            value = words[++i];
        if (!apply(options, (enum option)(row - option_rows), value, error))
            return false;
    }
    return true;
}

void options_release(struct options *options) {
    memory_free(options->ids);
    memory_free(options->ids_text);
    memory_free(options->workspace);
    memory_free(options->here);
    *options = (struct options){0};
}
