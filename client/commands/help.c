#include "commands/help.h"

#include <stdio.h>
#include <string.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/options.h"
#include "format/json_writer.h"

static void put_options(FILE *stream, int scopes) {
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!(row->scope & scopes))
            continue;
        char option[40];
        snprintf(option, sizeof option, "--%s%s%s", row->name, row->value ? " " : "", row->value ? row->value : "");
        if (row->letter)
            fprintf(stream, "  -%c, %-20s %s\n", row->letter, option, row->meaning);
        else
            fprintf(stream, "      %-20s %s\n", option, row->meaning);
    }
}

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
    fputs(
        "batchctl: work through plans in parallel, in batches that are all or nothing\n\n"
        "usage: batchctl COMMAND [PLAN] [options]\n\n"
        "A plan is a folder with PLAN_<NAME>.md, which says what is to be achieved, and parallel.json, which says what\n"
        "depends on what. Each achievement gets a SUBPLAN, its design, then an EXECUTION_TASK, its work order. A reviewer\n"
        "ends it with an APPROVED file, or sends it back with a FIX file.\n",
        stream);
    for (const struct verb *verb = table; verb->name; verb++) {
        put_heading(stream, verb->name);
        fprintf(stream, "  %-10s %s\n", verb->name, verb->summary);
    }
    fputs("\noptions of every command:\n", stream);
    put_options(stream, SCOPE_COMMON);
    fputs(
        "\nPLAN is a plan's name, an unambiguous beginning of it, or the path of its folder; it can be left out when\n"
        "you stand in the plan, or have only one. \"batchctl help COMMAND\" says more, with examples.\n",
        stream);
}

void help_verb(const struct verb *verb) {
    printf("batchctl %s: %s\n\nusage: batchctl %s %s\n", verb->name, verb->summary, verb->name, verb->arguments);
    if (verb->details)
        printf("\n%s\n", verb->details);
    if (verb->scopes & ~SCOPE_COMMON) {
        puts("\noptions:");
        put_options(stdout, verb->scopes & ~SCOPE_COMMON);
    }
    puts("\noptions of every command:");
    put_options(stdout, SCOPE_COMMON);
    printf("\nexamples:\n%s", verb->examples);
}

/* For programs: the data of an answer about all verbs, or about one. */
static void write_all(struct buffer *data, const struct verb *table, const struct verb *about) {
    struct json_writer writer = {.buffer = data};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "commands");
    for (const struct verb *verb = table; verb->name; verb++) {
        if (about && verb != about)
            continue;
        json_writer_open_object(&writer);
        json_writer_key_string(&writer, "name", verb->name);
        json_writer_key_string(&writer, "arguments", verb->arguments);
        json_writer_key_string(&writer, "summary", verb->summary);
        json_writer_key_string(&writer, "details", verb->details);
        json_writer_key_string(&writer, "examples", verb->examples);
        json_writer_key_array(&writer, "options");
        for (const struct option_row *row = option_rows; row->name; row++) {
            if (!(row->scope & verb->scopes))
                continue;
            json_writer_open_object(&writer);
            json_writer_key_string(&writer, "name", row->name);
            json_writer_key_string(&writer, "letter", row->letter ? (const char[]){row->letter, '\0'} : NULL);
            json_writer_key_boolean(&writer, "is_common", row->scope & SCOPE_COMMON);
            json_writer_key_string(&writer, "value", row->value);
            json_writer_key_string(&writer, "meaning", row->meaning);
            json_writer_close_object(&writer);
        }
        json_writer_close_array(&writer);
        json_writer_close_object(&writer);
    }
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
}

/* --- the verb --- */

/* What other programs call it. A guess by letters could do the opposite: "revert" is closer to retry than to undo. */
static const struct synonym {
    const char *word, *verb;
} synonyms[] = {
    {"accept", "approve"},   {"close", "approve"},  {"complete", "approve"}, {"done", "submit"},
    {"finish", "submit"},    {"deny", "reject"},    {"review", "prompt"},    {"add", "create"},
    {"cancel", "undo"},      {"check", "validate"}, {"delete", "undo"},      {"diff", "create"},
    {"edit", "show"},        {"find", "status"},    {"follow", "watch"},     {"generate", "create"},
    {"info", "show"},        {"lint", "validate"},  {"list", "status"},      {"log", "history"},
    {"ls", "status"},        {"make", "create"},    {"new", "init"},         {"plans", "status"},
    {"ps", "status"},        {"ready", "next"},     {"redo", "retry"},       {"remove", "undo"},
    {"revert", "undo"},      {"rm", "undo"},        {"rollback", "undo"},    {"settings", "config"},
    {"shell", "completion"}, {"st", "status"},      {"start", "daemon"},     {"stop", "daemon"},
    {"tail", "watch"},       {"test", "validate"},  {"todo", "next"},        {"top", "menu"},
    {"tree", "graph"},       {"tui", "menu"},       {"ui", "menu"},          {"verify", "validate"},
    {"view", "show"},
};

static const char *synonym_of(const char *word) {
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcmp(word, synonyms[i].word) == 0)
            return synonyms[i].verb;
    return NULL;
}

static const char *closest_verb(const struct verb *table, const char *word) {
    AUTO_FREE const char **names = NULL;
    size_t count = 0, capacity = 0;
    for (const struct verb *verb = table; verb->name; verb++) {
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
    if (options->argument_count && !about)
        return fail_unknown_verb(table, options->arguments[0], options->is_json);
    if (options->is_json) {
        struct answer answer = {.kind = verb->name};
        write_all(&answer.data, table, about);
        return command_finish(&answer, options, NULL);
    }
    if (about)
        help_verb(about);
    else
        help_overview(stdout, table);
    return 0;
}
