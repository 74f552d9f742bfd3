#include "commands/help.h"

#include <stdio.h>
#include <string.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/columns.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "format/json_writer.h"
#include "format/template.h"

enum { HELP_COLUMNS = 80 };

/* The first line has @used columns already, the others begin with @indent blanks. */
static void put_wrapped(FILE *stream, const char *words, size_t used, size_t indent) {
    AUTO(buffer) text = {0};
    columns_append_wrapped(&text, span_of(words), used, indent, HELP_COLUMNS);
    fprintf(stream, "%s\n", buffer_text(&text));
}

static void put_row(FILE *stream, const char *name, size_t indent, const char *meaning) {
    fprintf(stream, "%-*s ", (int)indent - 1, name);
    put_wrapped(stream, meaning, strlen(name) < indent ? indent : strlen(name) + 1, indent);
}

/* Under @heading, if there are any. */
static void put_options(FILE *stream, const char *heading, option_scopes scopes) {
    for (const struct option_row *row = option_rows; row->name; row++) {
        AUTO(buffer) option = {0};
        if (!(row->scope & scopes))
            continue;
        fputs(heading, stream);
        heading = "";
        buffer_append_format(&option, row->letter ? "  -%c, " : "      ", row->letter);
        buffer_append_format(&option, "--%s%s%s", row->name, option_rows_need_value(row) ? " " : "",
                             row->value ? row->value : "");
        put_row(stream, buffer_text(&option), 27, row->meaning);
    }
}

/* --- exit statuses --- */

static const struct exit_row {
    enum error_code code;
    option_scopes scopes; /* of the verbs that can end with it */
} exit_rows[] = {
    {ERROR_NONE, SCOPE_COMMON},
    {ERROR_INTERNAL, 0},
    {ERROR_USAGE, SCOPE_COMMON},
    {ERROR_NOT_FOUND, SCOPE_COMMON},
    {ERROR_PREREQUISITES, SCOPE_SELECT | SCOPE_WRITE | SCOPE_TAKE | SCOPE_RELEASE},
    {ERROR_CONFLICT, SCOPE_WRITE | SCOPE_GRAPH | SCOPE_TAKE | SCOPE_TEAM},
    {ERROR_INVALID, SCOPE_PLAN | SCOPE_IMPORT | SCOPE_TEAM},
    {ERROR_STALE, SCOPE_WRITE | SCOPE_TAKE | SCOPE_HEARTBEAT | SCOPE_RELEASE | SCOPE_CLAIMS},
    {ERROR_DECLINED,
     SCOPE_WRITE | SCOPE_DAEMON | SCOPE_TAKE | SCOPE_HEARTBEAT | SCOPE_RELEASE | SCOPE_CLAIMS | SCOPE_TEAM},
    {ERROR_UNREACHABLE,
     SCOPE_WATCH | SCOPE_DAEMON | SCOPE_TAKE | SCOPE_HEARTBEAT | SCOPE_RELEASE | SCOPE_CLAIMS | SCOPE_TEAM},
    {ERROR_PARTIAL, SCOPE_CREATE},
    {ERROR_ROLLED_BACK, SCOPE_WRITE},
    {ERROR_UNKNOWN, SCOPE_WRITE},
    {ERROR_IO, SCOPE_COMMON},
    {ERROR_TIMEOUT, SCOPE_WAIT | SCOPE_NEXT | SCOPE_STATUS | SCOPE_WATCH},
    {ERROR_INTERRUPTED, 0},
};

/* Those of verbs with @scopes, or all. */
static void put_exits(FILE *stream, option_scopes scopes) {
    fputs("\nexit status:\n", stream);
    for (size_t i = 0; i < sizeof exit_rows / sizeof *exit_rows; i++) {
        AUTO(buffer) code = {0};
        buffer_append_format(&code, "  %d", (int)exit_rows[i].code);
        if (!scopes || (exit_rows[i].scopes & scopes))
            put_row(stream, buffer_text(&code), 7, error_meaning(exit_rows[i].code));
    }
}

/* --- what is no verb --- */

static const struct file_row {
    const char *name, *meaning;
} file_rows[] = {
    {"PLAN_<NAME>.md", "what is to be achieved"},
    {"parallel.json", "which achievement depends on which"},
    {"subplans/SUBPLAN_<NAME>_31.md", "the design of achievement 3.1"},
    {"execution/EXECUTION_TASK_<NAME>_31_01.md", "its work order; _02 is the rework"},
    {"execution/feedbacks/SUBMITTED_31_01.md", "handed in: batchctl submit"},
    {"execution/feedbacks/APPROVED_31.md", "complete: batchctl approve"},
    {"execution/feedbacks/FIX_31.md", "sent back: batchctl reject"},
    {"execution/SKIPPED_31.md", "not needed: batchctl skip"},
};
enum { FILE_ROWS = sizeof file_rows / sizeof *file_rows };

static void put_files(FILE *stream) {
    fputs("files of a plan, in its folder:\n", stream);
    for (size_t i = 0; i < FILE_ROWS; i++) {
        AUTO(buffer) name = {0};
        buffer_append_format(&name, "  %s", file_rows[i].name);
        put_row(stream, buffer_text(&name), 44, file_rows[i].meaning);
    }
    put_wrapped(stream, "All can be written by hand, too. \"batchctl show ID\" names those of an achievement.", 0, 0);
}

/* How coding agents work with plans: what "init --agents" prints as well. */
static void put_agents(FILE *stream) {
    fputs(template_default("agents.md"), stream);
}

static void put_exit_topic(FILE *stream) {
    put_exits(stream, 0);
}

static const struct topic {
    const char *name;
    void (*put)(FILE *stream);
} topics[] = {{"files", put_files}, {"exit", put_exit_topic}, {"agents", put_agents}};

/* By its name, or that in the singular or plural. */
static const struct topic *find_topic(const char *name) {
    for (size_t i = 0; name && i < sizeof topics / sizeof *topics; i++) {
        size_t length = strlen(topics[i].name) - (topics[i].put != put_exit_topic);
        const char *rest = name + length;
        if (strncmp(topics[i].name, name, length) == 0 && (!*rest || strcmp(rest, "s") == 0))
            return &topics[i];
    }
    return NULL;
}

/* --- all verbs, and one --- */

/* The verbs stand in groups; these are the first ones. */
static void put_heading(FILE *stream, const char *verb) {
    static const struct {
        const char *verb, *heading;
    } rows[] = {{"status", "the progress of a plan"},
                {"create", "create files, and undo that"},
                {"submit", "the review"},
                {"menu", "work with it"},
                {"init", "begin plans, and check them"},
                {"daemon", "the daemon"},
                {"config", "this program"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].verb, verb) == 0)
            fprintf(stream, "\n%s:\n", rows[i].heading);
}

void help_overview(FILE *stream, const struct verb *table) {
    fputs("batchctl: work through plans in parallel, in batches that are all or nothing\n\n"
          "usage: batchctl COMMAND [PLAN] [options]\n\n",
          stream);
    put_wrapped(
        stream,
        "A plan is a folder with PLAN_<NAME>.md, which says what is to be achieved, and parallel.json, which says "
        "what depends on what. Each achievement gets a SUBPLAN, its design, then an EXECUTION_TASK, its work "
        "order. A reviewer ends it with an APPROVED file, or sends it back with a FIX file.",
        0, 0);
    for (const struct verb *verb = table; verb->name; verb++) {
        AUTO(buffer) name = {0};
        put_heading(stream, verb->name);
        buffer_append_format(&name, "  %s", verb->name);
        put_row(stream, buffer_text(&name), 13, verb->summary);
    }
    put_options(stream, "\noptions of every command:\n", SCOPE_COMMON);
    fputc('\n', stream);
    put_wrapped(
        stream,
        "PLAN is a plan's name, an unambiguous beginning of it, or the path of its folder; it can be left out "
        "when you stand in the plan, or have only one. \"batchctl help COMMAND\" says more, with examples; "
        "\"help files\" where the files are, \"help exit\" what the exit statuses mean, \"help agents\" how coding "
        "agents work with it.",
        0, 0);
}

/* A command a line, and its meaning in the next. */
static void put_examples(FILE *stream, const char *examples) {
    for (struct span rest = span_of(examples), line; span_next_line(&rest, &line);) {
        bool is_meaning = line.length > 4 && memcmp(line.data, "    ", 4) == 0;
        AUTO(buffer) words = {0};
        buffer_append_span(&words, line);
        fputs(is_meaning ? "    " : "", stream);
        if (is_meaning)
            put_wrapped(stream, buffer_text(&words), 4, 4);
        else
            fprintf(stream, "%s\n", buffer_text(&words));
    }
}

void help_verb(const struct verb *verb) {
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "batchctl %s: %s", verb->name, verb->summary);
    put_wrapped(stdout, buffer_text(&line), 0, 4);
    buffer_clear(&line);
    buffer_append_format(&line, "usage: batchctl %s %s", verb->name, verb->arguments);
    putchar('\n');
    put_wrapped(stdout, buffer_text(&line), 0, 16);
    if (verb->details) {
        putchar('\n');
        put_wrapped(stdout, verb->details, 0, 0);
    }
    put_options(stdout, "\noptions:\n", verb->scopes & ~SCOPE_COMMON);
    put_options(stdout, "\noptions of every command:\n", SCOPE_COMMON);
    put_exits(stdout, verb->scopes);
    puts("\nexamples:");
    put_examples(stdout, verb->examples);
}

/* An option is described once, with the verbs that take it: null for all. */
static void write_option(struct json_writer *writer, const struct option_row *row, const struct verb *table) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "name", row->name);
    json_writer_key_string(writer, "letter", row->letter ? (const char[]){row->letter, '\0'} : NULL);
    json_writer_key_string(writer, "value", row->value);
    json_writer_key_string(writer, "meaning", row->meaning);
    if (row->scope & SCOPE_COMMON) {
        json_writer_key_null(writer, "commands");
    } else {
        json_writer_key_array(writer, "commands");
        for (const struct verb *verb = table; verb->name; verb++)
            if (row->scope & verb->scopes)
                json_writer_string(writer, verb->name);
        json_writer_close_array(writer);
    }
    json_writer_close_object(writer);
}

static void write_files(struct json_writer *writer, bool is_asked) {
    json_writer_key_array(writer, "files");
    for (size_t i = 0; is_asked && i < FILE_ROWS; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "name", file_rows[i].name);
        json_writer_key_string(writer, "meaning", file_rows[i].meaning);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_exits(struct json_writer *writer, bool is_asked) {
    json_writer_key_array(writer, "exit_statuses");
    for (size_t i = 0; is_asked && i < sizeof exit_rows / sizeof *exit_rows; i++) {
        json_writer_open_object(writer);
        json_writer_key_unsigned(writer, "code", exit_rows[i].code);
        json_writer_key_string(writer, "meaning", error_meaning(exit_rows[i].code));
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

/* @is_whole: with what the overview leaves out. */
static void write_commands(struct json_writer *writer, const struct verb *table, const struct verb *about,
                           bool is_whole) {
    json_writer_key_array(writer, "commands");
    for (const struct verb *verb = table; verb->name; verb++) {
        if (about && verb != about)
            continue;
        json_writer_open_object(writer);
        json_writer_key_string(writer, "name", verb->name);
        json_writer_key_string(writer, "arguments", verb->arguments);
        json_writer_key_string(writer, "summary", verb->summary);
        json_writer_key_string(writer, "details", is_whole ? verb->details : NULL);
        json_writer_key_string(writer, "examples", is_whole ? verb->examples : NULL);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    json_writer_key_array(writer, "options");
    for (const struct option_row *row = option_rows; row->name; row++)
        if (!about || (row->scope & about->scopes))
            write_option(writer, row, table);
    json_writer_close_array(writer);
}

/* For programs: the data of an answer about all verbs, or about one, or about a topic. */
static void write_all(struct buffer *data, const struct verb *table, const struct verb *about,
                      const struct topic *topic, bool is_whole) {
    static const struct verb none[] = {{0}};
    struct json_writer writer = {.buffer = data};
    bool is_topic = topic != NULL;
    json_writer_open_object(&writer);
    write_commands(&writer, is_topic ? none : table, is_topic ? none : about, is_whole);
    write_files(&writer, is_topic && topic->put == put_files);
    write_exits(&writer, is_topic && topic->put == put_exit_topic);
    json_writer_key_string(&writer, "text",
                           is_topic && topic->put == put_agents ? template_default("agents.md") : NULL);
    json_writer_close_object(&writer);
}

/* --- the verb --- */

/* What other programs call it. A guess by letters could do the opposite: "revert" is closer to retry than to undo. */
static const struct synonym {
    const char *word, *verb;
} synonyms[] = {
    {"accept", "approve"},   {"close", "approve"},    {"complete", "approve"}, {"done", "submit"},
    {"finish", "submit"},    {"deny", "reject"},      {"review", "prompt"},    {"add", "create"},
    {"cancel", "undo"},      {"check", "validate"},   {"delete", "undo"},      {"diff", "create"},
    {"edit", "show"},        {"find", "status"},      {"follow", "watch"},     {"generate", "create"},
    {"info", "show"},        {"lint", "validate"},    {"list", "status"},      {"log", "history"},
    {"ls", "status"},        {"make", "create"},      {"new", "init"},         {"plans", "status"},
    {"ps", "status"},        {"ready", "next"},       {"redo", "retry"},       {"remove", "undo"},
    {"revert", "undo"},      {"rm", "undo"},          {"rollback", "undo"},    {"settings", "config"},
    {"shell", "completion"}, {"st", "status"},        {"start", "daemon"},     {"stop", "daemon"},
    {"tail", "watch"},       {"test", "validate"},    {"todo", "next"},        {"top", "menu"},
    {"tree", "graph"},       {"tui", "menu"},         {"ui", "menu"},          {"verify", "validate"},
    {"view", "show"},        {"unapprove", "reopen"}, {"unskip", "reopen"},
};

static const char *synonym_of(const char *word) {
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcmp(word, synonyms[i].word) == 0)
            return synonyms[i].verb;
    return NULL;
}

/* "unsubmit" undoes what a verb does that differs from it in two letters. */
static bool is_opposite(const char *word, const char *verb) {
    static const char *const beginnings[] = {"un", "dis", "de"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t length = strlen(beginnings[i]);
        if (strncmp(word, beginnings[i], length) == 0 && strncmp(verb, beginnings[i], length) != 0)
            return true;
    }
    return false;
}

static const char *closest_verb(const struct verb *table, const char *word) {
    AUTO_FREE const char **names = NULL;
    size_t count = 0, capacity = 0;
    for (const struct verb *verb = table; verb->name; verb++) {
        if (is_opposite(word, verb->name))
            continue;
        names = memory_grow(names, &capacity, count + 1, sizeof *names);
        names[count++] = verb->name;
    }
    return text_closest(word, names, count);
}

static int fail_unknown_verb(const struct verb *table, const char *word, bool is_json) {
    struct error error = {0};
    const char *synonym = synonym_of(word), *closest = closest_verb(table, word);
    error_set(&error, ERROR_USAGE, "there is no command %s", word);
    if (synonym)
        error_hint(&error, "\"batchctl %s\": %s", synonym, command_find_verb(table, synonym)->summary);
    else if (closest)
        error_hint(&error, "did you mean \"batchctl %s\"?", closest);
    else
        error_hint(&error, "\"batchctl help\" lists the commands");
    return command_fail(&error, NULL, is_json);
}

int help_run(const struct verb *verb, struct options *options, const struct verb *table) {
    const struct verb *about = options->argument_count ? command_find_verb(table, options->arguments[0]) : NULL;
    if (options->argument_count > 1)
        return command_fail_usage(verb, options, "help takes one argument, a command");
    const struct topic *topic = about ? NULL : find_topic(options->arguments[0]);
    if (topic && !options->is_json) {
        topic->put(stdout);
        return 0;
    }
    if (options->argument_count && !about && !topic)
        return fail_unknown_verb(table, options->arguments[0], options->is_json);
    if (options->is_json) {
        struct answer answer = {.kind = verb->name};
        write_all(&answer.data, table, about, topic, about || options->is_verbose);
        return command_finish(&answer, options);
    }
    if (about)
        help_verb(about);
    else
        help_overview(stdout, table);
    return 0;
}
