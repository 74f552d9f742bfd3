/*
 * Help view: what help answers about the commands of a program. Texts are borrowed from the tables of that program.
 */
#ifndef BATCHD_HELP_VIEW_H
#define BATCHD_HELP_VIEW_H

#include <stddef.h>

enum help_subject { HELP_OVERVIEW, HELP_COMMAND, HELP_FILES, HELP_EXITS, HELP_TEXT };

struct help_command {
    const char *name;
    const char *arguments; /* of the usage line */
    const char *summary;
    const char *details, *examples; /* NULL if there are none, or if not asked for */
    const char *group;              /* the heading of the group that begins with it; or NULL */
};

struct help_option {
    const char *name;            /* without the dashes */
    char letter;                 /* or 0 */
    const char *value, *meaning; /* value: what it takes, "[=TIME]" if it can be left out; NULL if nothing */
    const char **commands;       /* those that take it; NULL: every one */
    size_t command_count;
};

struct help_file {
    const char *name, *meaning;
};

struct help_exit {
    int status;
    const char *meaning;
};

/* What is not of the subject is left out. */
struct help_view {
    enum help_subject subject;
    struct help_command *commands; /* all, or the one that it is about */
    size_t command_count;
    struct help_option *options;
    size_t option_count;
    const struct help_file *files;
    size_t file_count;
    struct help_exit *exits;
    size_t exit_count;
    const char *text; /* Markdown, or NULL */
};

#endif
