/*
 * The command line: one table of options, which help, completion and the parser share.
 */
#ifndef BATCHCTL_OPTIONS_H
#define BATCHCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "batch/batch_create.h"
#include "term/terminal.h"

enum { OPTIONS_ARGUMENTS_MOST = 3, OPTIONS_EVENTS_MOST = 32 };

struct options {
    const char *arguments[OPTIONS_ARGUMENTS_MOST]; /* what is no option, in order, without the verb */
    size_t argument_count;
    const char *root, *plan, *expect, *format, *timeout, *request, *unblock, *output, *name, *tag;
    const char *since, *condition;
    char *workspace, *here; /* owned: the root, and the working directory, once a session has begun; or NULL */
    const char *events[OPTIONS_EVENTS_MOST]; /* --event */
    size_t event_count;
    size_t count;   /* --count, --limit; 0 for no end */
    char **command; /* what stands behind "--" after --exec, or for completion; ends with NULL */
    struct batch_options batch;
    uint64_t batch_number; /* --batch; 0 if it is not given */
    const char **ids;      /* owned; those of batch.selection */
    char *ids_text;        /* owned */
    bool is_dry_run, is_yes, has_content, is_json, is_quiet, is_verbose, wants_help, has_no_daemon, has_exec;
    bool wants_graph, is_flat, by_priority, with_status, wants_all;
    bool has_selector, has_kind;
    enum color_choice color;
    char *const *words; /* all that follows the verb, as it was typed; borrowed */
    int word_count;
};

/* Which verbs an option goes with. */
enum option_scope {
    SCOPE_COMMON = 1,
    SCOPE_PLAN = 2,
    SCOPE_SELECT = 4,
    SCOPE_CREATE = 8, /* create and retry */
    SCOPE_WRITE = 16,
    SCOPE_GRAPH = 32,
    SCOPE_SHOW = 64,
    SCOPE_REQUEST = 128,
    SCOPE_KIND = 256, /* create */
    SCOPE_PROMPT = 512,
    SCOPE_WATCH = 1024,
    SCOPE_WAIT = 2048,
    SCOPE_WHAT_IF = 4096,
    SCOPE_CONTENT = 8192, /* what can be shown before it is made */
    SCOPE_INIT = 16384,
    SCOPE_IMPORT = 32768,
    SCOPE_DAEMON = 1 << 17,
    SCOPE_HISTORY = 1 << 21,
    SCOPE_UNDO = 1 << 22,
    SCOPE_WORDS = 1 << 16, /* completion: what follows behind "--" is no argument */
};

struct option_row {
    const char *name;  /* without the dashes */
    char letter;       /* or 0 */
    const char *value; /* what it takes, such as "N"; NULL if nothing */
    int scope;
    const char *meaning;
};
extern const struct option_row option_rows[]; /* ends with a NULL name */

/* The words that the option's value is one of, ending with NULL; NULL if it can be any. */
const char *const *options_choices(const struct option_row *row);

/*
 * Parse what follows the verb. @scopes: the options the verb has. USAGE for anything else, with the closest option.
 * The caller releases @options also on failure.
 */
bool options_parse(struct options *options, int count, char **words, int scopes, struct error *error);
void options_release(struct options *options);

/* The number of a batch, from 1. */
bool options_parse_batch(const char *word, uint64_t *number);

#endif
