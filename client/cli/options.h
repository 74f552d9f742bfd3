/*
 * Options of the command line: one table, which help, completion and the parser share.
 */
#ifndef BATCHCTL_OPTIONS_H
#define BATCHCTL_OPTIONS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "batch/batch_create.h"
#include "import/import_options.h"
#include "term/terminal.h"

struct verb; /* cli/verb.h */

/* A handle of a claim, where none is given. */
#define CLAIM_VARIABLE "BATCHCTL_CLAIM"

struct options {
    const char **arguments; /* owned: what is no option, in order, without the verb and ids that select; NULL ends it */
    size_t argument_count;
    const char *root, *plan, *expect, *format, *timeout, *request, *unblock, *output, *name;
    const char *since, *condition, *client;
    const char *ascii;      /* "yes", or what the configuration says: a constant; NULL if that is not known yet */
    char *workspace, *here; /* owned: the root, and the working directory, once a session has begun; or NULL */
    const char **events;    /* owned: --event */
    size_t event_count;
    struct import_options import; /* of import, without the source */
    const char **epics;           /* owned; those of import */
    size_t count;                 /* --count, --limit; 0 for no end */
    char **command;               /* what stands behind "--" after --exec, or for completion; ends with NULL */
    struct batch_options batch;
    uint64_t batch_number; /* --batch; 0 if it is not given */
    const char **ids;      /* owned; those of batch.selection */
    size_t id_capacity;
    struct arena arena; /* of the ids */
    bool is_dry_run, is_yes, has_content, is_json, is_quiet, is_verbose, wants_help, has_no_daemon, has_exec;
    bool wants_open, wants_follow;                /* graph */
    bool wants_ready, wants_blocked, wants_watch; /* status, next */
    bool is_forced;                               /* --force */
    bool wants_agents, wants_graph, is_update, is_flat, by_priority, wants_all, approves;
    const char *message, *message_file, *as;
    const char *note, *claim;
    unsigned claim_kinds; /* bits by enum claim_kind */
    uint64_t ttl_ms, fence;
    int wait_ms; /* with wants_wait; 0 for no end */
    bool wants_claim, wants_wait, submits, is_done, forgets, wants_ended, has_fence;
    bool has_id_arguments;
    bool has_selector; /* --level, --ready, --all, --ids, or ids as arguments */
    bool has_kind;     /* --kind or --rework */
    enum color_choice color;
    const struct verb *table; /* that printed commands can have; borrowed, or NULL */
    char *const *words;       /* all that follows the verb, as it was typed; borrowed */
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
    SCOPE_WORDS = 65536, /* completion: what follows behind "--" is no argument */
    SCOPE_DAEMON = 131072,
    SCOPE_IDS = 262144,     /* an argument that is an id, or several with commas, selects these */
    SCOPE_REVIEW = 1 << 19, /* those who say something */
    SCOPE_ADOPT = 1 << 20,
    SCOPE_STATUS = 1 << 21,
    SCOPE_FILTER = 1 << 22, /* what is listed: status and next */
    SCOPE_HISTORY = 1 << 23,
    SCOPE_UNDO = 1 << 24,
    SCOPE_VALIDATE = 1 << 25,
    SCOPE_TAKE = 1 << 26,  /* of a claim: claim and next; what follows behind "--" is a command */
    SCOPE_CLAIM = 1 << 27, /* of one that is named */
    SCOPE_NEXT = 1 << 28,  /* of the most urgent one */
    SCOPE_RELEASE = 1 << 29,
    SCOPE_CLAIMS = 1 << 30,
    SCOPE_MCP = INT_MIN, /* the last bit of an int */
};

struct option_row {
    const char *name;  /* without the dashes */
    char letter;       /* or 0 */
    const char *value; /* what it takes, such as "DIR", for help and completion; NULL if nothing. "[=DIR]" if it can be
                          left out: then it is in the same word */
    int scope;
    const char *meaning;
    /* Stores @value ("" if it takes none), at @offset if it is stored as it is. */
    bool (*parse)(struct options *options, const struct option_row *row, const char *value, struct error *error);
    size_t offset;              /* in struct options */
    const char *const *choices; /* the words that the value is one of, ending with NULL; NULL if it can be any */
};
extern const struct option_row option_rows[]; /* ends with a NULL name */

/* A command line that is read word by word. */
struct option_reader {
    char *const *words;
    int count, position;
    int scopes;     /* of the options that are known; may change on the way */
    bool has_ended; /* "--" has been read: what follows are arguments */
};

enum option_item_kind {
    OPTION_ITEM_ARGUMENT,
    OPTION_ITEM_KNOWN,
    OPTION_ITEM_UNKNOWN,   /* or a beginning of several */
    OPTION_ITEM_SEPARATOR, /* the first "--" */
};

struct option_item {
    enum option_item_kind kind;
    const char *word;             /* the first, or only one */
    const struct option_row *row; /* of a known one */
    const char *value;            /* its value, in the same word or the next one; NULL if there is none */
};

/* Read the next item; false at the end. Long options may be cut short to what is the beginning of only one. */
bool option_reader_next(struct option_reader *reader, struct option_item *item);

/* The one that @word is, or begins, and its value if that is in the same word; else NULL. */
const struct option_row *options_find(const char *word, int scopes, const char **value);

/*
 * Parse what follows the verb. @scopes: the options the verb has. USAGE for anything else, with the closest option.
 * The caller releases @options also on failure.
 */
bool options_parse(struct options *options, int count, char **words, int scopes, struct error *error);
void options_release(struct options *options);

/* Must the option have a value? Then that may be the next word. */
bool options_need_value(const struct option_row *row);

/* Is it an achievement's id, or several with commas? */
bool options_are_ids(const char *word);

/* The number of a batch, from 1. */
bool options_parse_batch(const char *word, uint64_t *number);

#endif
