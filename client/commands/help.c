#include <stdio.h>
#include <string.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "format/template.h"
#include "render/help_json.h"
#include "render/help_text.h"
#include "view/help_view.h"

/* --- the view, from the tables --- */

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
static void list_exits(struct help_view *view, option_scopes scopes, struct arena *arena) {
    enum { EXIT_ROWS = sizeof exit_rows / sizeof *exit_rows };
    view->exits = arena_allocate(arena, EXIT_ROWS, sizeof *view->exits);
    for (size_t i = 0; i < EXIT_ROWS; i++)
        if (!scopes || (exit_rows[i].scopes & scopes))
            view->exits[view->exit_count++] =
                (struct help_exit){(int)exit_rows[i].code, error_meaning(exit_rows[i].code)};
}

static const struct help_file file_rows[] = {
    {"PLAN_<NAME>.md", "what is to be achieved"},
    {"parallel.json", "which achievement depends on which"},
    {"subplans/SUBPLAN_<NAME>_31.md", "the design of achievement 3.1"},
    {"execution/EXECUTION_TASK_<NAME>_31_01.md", "its work order; _02 is the rework"},
    {"execution/feedbacks/SUBMITTED_31_01.md", "handed in: batchctl submit"},
    {"execution/feedbacks/APPROVED_31.md", "complete: batchctl approve"},
    {"execution/feedbacks/FIX_31.md", "sent back: batchctl reject"},
    {"execution/SKIPPED_31.md", "not needed: batchctl skip"},
};

/* The verbs stand in groups; these are the first ones. */
static const char *group_of(const char *verb) {
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
            return rows[i].heading;
    return NULL;
}

static size_t count_verbs(const struct verb *table) {
    size_t count = 0;
    while (table[count].name)
        count++;
    return count;
}

/* @about: that one alone; or NULL. @is_whole: with what the overview leaves out. */
static void list_commands(struct help_view *view, const struct verb *table, const struct verb *about, bool is_whole,
                          struct arena *arena) {
    view->commands = arena_allocate(arena, count_verbs(table), sizeof *view->commands);
    for (const struct verb *verb = table; verb->name; verb++)
        if (!about || verb == about)
            view->commands[view->command_count++] = (struct help_command){
                .name = verb->name,
                .arguments = verb->arguments,
                .summary = verb->summary,
                .details = is_whole ? verb->details : NULL,
                .examples = is_whole ? verb->examples : NULL,
                .group = group_of(verb->name),
            };
}

/* The verbs that take the option. */
static void list_takers(struct help_option *option, option_scopes scope, const struct verb *table,
                        struct arena *arena) {
    option->commands = arena_allocate(arena, count_verbs(table), sizeof *option->commands);
    for (const struct verb *verb = table; verb->name; verb++)
        if (scope & verb->scopes)
            option->commands[option->command_count++] = verb->name;
}

/* @about: those that it takes; all if it is NULL. */
static void list_options(struct help_view *view, const struct verb *table, const struct verb *about,
                         struct arena *arena) {
    view->options = arena_allocate(arena, OPTION_ROWS_MOST, sizeof *view->options);
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (about && !(row->scope & about->scopes))
            continue;
        struct help_option *option = &view->options[view->option_count++];
        *option = (struct help_option){row->name, row->letter, row->value, row->meaning, NULL, 0};
        if (!(row->scope & SCOPE_COMMON))
            list_takers(option, row->scope, table, arena);
    }
}

static void view_overview(struct help_view *view, const struct verb *table, bool is_whole, struct arena *arena) {
    *view = (struct help_view){.subject = HELP_OVERVIEW};
    list_commands(view, table, NULL, is_whole, arena);
    list_options(view, table, NULL, arena);
}

static void view_verb(struct help_view *view, const struct verb *table, const struct verb *about, struct arena *arena) {
    *view = (struct help_view){.subject = HELP_COMMAND};
    list_commands(view, table, about, true, arena);
    list_options(view, table, about, arena);
    list_exits(view, about->scopes, arena);
}

/* Of a topic: its name, or that in the singular or plural. */
static bool is_topic(const char *word, const char *singular) {
    size_t length = strlen(singular);
    return strncmp(word, singular, length) == 0 && (!word[length] || strcmp(word + length, "s") == 0);
}

/* What is no verb. False if it is no topic either. */
static bool view_topic(struct help_view *view, const char *word, struct arena *arena) {
    *view = (struct help_view){0};
    if (is_topic(word, "file")) {
        view->subject = HELP_FILES;
        view->files = file_rows;
        view->file_count = sizeof file_rows / sizeof *file_rows;
        return true;
    }
    if (is_topic(word, "exit")) {
        view->subject = HELP_EXITS;
        list_exits(view, 0, arena);
        return true;
    }
    if (is_topic(word, "agent")) { /* what "init --agents" prints as well */
        view->subject = HELP_TEXT;
        view->text = template_default("agents.md");
        return true;
    }
    return false;
}

/* --- a verb that does not exist --- */

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

/* --- the verb --- */

void help_print_usage(const struct verb *table) {
    AUTO(arena) arena = {0};
    AUTO(buffer) text = {0};
    struct help_view view;
    view_overview(&view, table, false, &arena);
    help_text_append(&text, &view, NULL);
    fputs(buffer_text(&text), stderr);
}

/* Help is about no workspace: what it names is written without -C. */
static int finish(const struct help_view *view, const struct options *options) {
    static const struct answer_type type = {help_json_write, help_text_append};
    struct options plain = *options;
    plain.root = NULL;
    return command_finish_view("help", &type, view, &plain);
}

int help_show_verb(const struct verb *verb, const struct options *options) {
    AUTO(arena) arena = {0};
    struct help_view view;
    view_verb(&view, options->verb_table, verb, &arena);
    return finish(&view, options);
}

int help_run(const struct verb *verb, struct options *options) {
    AUTO(arena) arena = {0};
    struct help_view view;
    const struct verb *table = options->verb_table;
    const char *word = options->argument_count ? options->arguments[0] : NULL;
    const struct verb *about = word ? command_find_verb(table, word) : NULL;
    if (options->argument_count > 1)
        return command_fail_usage(verb, options, "help takes one argument, a command");
    if (about)
        return help_show_verb(about, options);
    if (!word)
        view_overview(&view, table, options->is_verbose, &arena);
    else if (!view_topic(&view, word, &arena))
        return fail_unknown_verb(table, word, options->is_json);
    return finish(&view, options);
}
