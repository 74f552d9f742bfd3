#include "render/help_text.h"

#include <string.h>

#include "base/auto.h"
#include "base/columns.h"
#include "view/help_view.h"

enum { COLUMNS = 80 };

/* --- lines --- */

/* The first line has @used columns already, the others begin with @indent blanks. */
static void append_wrapped(struct buffer *text, const char *words, size_t used, size_t indent) {
    columns_append_wrapped(text, span_of(words), used, indent, COLUMNS);
    buffer_append_byte(text, '\n');
}

static void append_row(struct buffer *text, const char *name, size_t indent, const char *meaning) {
    buffer_append_format(text, "%-*s ", (int)indent - 1, name);
    append_wrapped(text, meaning, strlen(name) < indent ? indent : strlen(name) + 1, indent);
}

/* --- parts --- */

/* Those of every command, or the others. */
static void append_options(struct buffer *text, const struct help_view *help, bool is_common) {
    for (size_t i = 0; i < help->option_count; i++) {
        const struct help_option *option = &help->options[i];
        AUTO(buffer) name = {0};
        if (is_common != !option->commands)
            continue;
        buffer_append_format(&name, option->letter ? "  -%c, " : "      ", option->letter);
        buffer_append_format(&name, "--%s%s%s", option->name, option->value && option->value[0] != '[' ? " " : "",
                             option->value ? option->value : "");
        append_row(text, buffer_text(&name), 27, option->meaning);
    }
}

static bool has_separate_options(const struct help_view *help) {
    for (size_t i = 0; i < help->option_count; i++)
        if (help->options[i].commands)
            return true;
    return false;
}

static void append_exits(struct buffer *text, const struct help_view *help) {
    buffer_append_string(text, "\nexit status:\n");
    for (size_t i = 0; i < help->exit_count; i++) {
        AUTO(buffer) status = {0};
        buffer_append_format(&status, "  %d", help->exits[i].status);
        append_row(text, buffer_text(&status), 7, help->exits[i].meaning);
    }
}

/* A command a line, and its meaning in the next, which is indented. */
static void append_examples(struct buffer *text, const char *examples) {
    for (struct span rest = span_of(examples), line; span_next_line(&rest, &line);) {
        bool is_meaning = line.length > 4 && memcmp(line.data, "    ", 4) == 0;
        buffer_append_string(text, is_meaning ? "    " : "");
        if (is_meaning)
            columns_append_wrapped(text, line, 4, 4, COLUMNS);
        else
            buffer_append_span(text, line);
        buffer_append_byte(text, '\n');
    }
}

/* --- subjects --- */

static void append_overview(struct buffer *text, const struct help_view *help) {
    buffer_append_string(text, "batchctl: work through plans in parallel, in batches that are all or nothing\n\n"
                               "usage: batchctl COMMAND [PLAN] [options]\n\n");
    append_wrapped(text,
                   "A plan is a folder with PLAN_<NAME>.md, which says what is to be achieved, and parallel.json, "
                   "which says what depends on what. Each achievement gets a SUBPLAN, its design, then an "
                   "EXECUTION_TASK, its work order. A reviewer ends it with an APPROVED file, or sends it back with "
                   "a FIX file.",
                   0, 0);
    for (size_t i = 0; i < help->command_count; i++) {
        const struct help_command *command = &help->commands[i];
        AUTO(buffer) name = {0};
        if (command->group)
            buffer_append_format(text, "\n%s:\n", command->group);
        buffer_append_format(&name, "  %s", command->name);
        append_row(text, buffer_text(&name), 13, command->summary);
    }
    buffer_append_string(text, "\noptions of every command:\n");
    append_options(text, help, true);
    buffer_append_byte(text, '\n');
    append_wrapped(text,
                   "PLAN is a plan's name, an unambiguous beginning of it, or the path of its folder; it can be left "
                   "out when you stand in the plan, or have only one. \"batchctl help COMMAND\" says more, with "
                   "examples; \"help files\" where the files are, \"help exit\" what the exit statuses mean, \"help "
                   "agents\" how coding agents work with it.",
                   0, 0);
}

static void append_command(struct buffer *text, const struct help_view *help) {
    const struct help_command *command = help->commands;
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "batchctl %s: %s", command->name, command->summary);
    append_wrapped(text, buffer_text(&line), 0, 4);
    buffer_clear(&line);
    buffer_append_format(&line, "usage: batchctl %s %s", command->name, command->arguments);
    buffer_append_byte(text, '\n');
    append_wrapped(text, buffer_text(&line), 0, 16);
    if (command->details) {
        buffer_append_byte(text, '\n');
        append_wrapped(text, command->details, 0, 0);
    }
    if (has_separate_options(help)) {
        buffer_append_string(text, "\noptions:\n");
        append_options(text, help, false);
    }
    buffer_append_string(text, "\noptions of every command:\n");
    append_options(text, help, true);
    append_exits(text, help);
    buffer_append_string(text, "\nexamples:\n");
    append_examples(text, command->examples);
}

static void append_files(struct buffer *text, const struct help_view *help) {
    buffer_append_string(text, "files of a plan, in its folder:\n");
    for (size_t i = 0; i < help->file_count; i++) {
        AUTO(buffer) name = {0};
        buffer_append_format(&name, "  %s", help->files[i].name);
        append_row(text, buffer_text(&name), 44, help->files[i].meaning);
    }
    append_wrapped(text, "All can be written by hand, too. \"batchctl show ID\" names those of an achievement.", 0, 0);
}

void help_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct help_view *help = view;
    (void)style;
    switch (help->subject) {
    case HELP_OVERVIEW:
        append_overview(text, help);
        break;
    case HELP_COMMAND:
        append_command(text, help);
        break;
    case HELP_FILES:
        append_files(text, help);
        break;
    case HELP_EXITS:
        append_exits(text, help);
        break;
    case HELP_TEXT:
        buffer_append_string(text, help->text);
        break;
    }
}
