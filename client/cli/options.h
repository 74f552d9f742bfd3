/*
 * Options of the command line: one table, which help, completion and the parser share.
 */
#ifndef BATCHCTL_OPTIONS_H
#define BATCHCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "batch/batch_options.h"
#include "import/import_options.h"
#include "term/terminal.h"

struct verb; /* cli/verb.h */

/* A handle of a claim, where none is given. */
#define CLAIM_VARIABLE "BATCHCTL_CLAIM"

struct options {
    const char **arguments; /* owned: what is no option, in order, without the verb and ids that select; NULL ends it */
    size_t argument_count;
    const char *root, *plan, *expect, *format, *timeout, *request, *unblock, *output, *name;
    const char *since, *condition, *client, *service, *url;
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

/* Which verbs an option goes with: a set of these. */
typedef uint64_t option_scopes;
#define SCOPE_COMMON    ((option_scopes)1 << 0)
#define SCOPE_PLAN      ((option_scopes)1 << 1)
#define SCOPE_SELECT    ((option_scopes)1 << 2)
#define SCOPE_CREATE    ((option_scopes)1 << 3) /* create and retry */
#define SCOPE_WRITE     ((option_scopes)1 << 4)
#define SCOPE_GRAPH     ((option_scopes)1 << 5)
#define SCOPE_SHOW      ((option_scopes)1 << 6)
#define SCOPE_REQUEST   ((option_scopes)1 << 7)
#define SCOPE_KIND      ((option_scopes)1 << 8) /* create */
#define SCOPE_PROMPT    ((option_scopes)1 << 9)
#define SCOPE_WATCH     ((option_scopes)1 << 10)
#define SCOPE_WAIT      ((option_scopes)1 << 11)
#define SCOPE_WHAT_IF   ((option_scopes)1 << 12)
#define SCOPE_CONTENT   ((option_scopes)1 << 13) /* what can be shown before it is made */
#define SCOPE_INIT      ((option_scopes)1 << 14)
#define SCOPE_IMPORT    ((option_scopes)1 << 15)
#define SCOPE_WORDS     ((option_scopes)1 << 16) /* completion: what follows behind "--" is no argument */
#define SCOPE_DAEMON    ((option_scopes)1 << 17)
#define SCOPE_IDS       ((option_scopes)1 << 18) /* an argument that is an id, or several with commas, selects these */
#define SCOPE_REVIEW    ((option_scopes)1 << 19) /* those who say something */
#define SCOPE_ADOPT     ((option_scopes)1 << 20)
#define SCOPE_STATUS    ((option_scopes)1 << 21)
#define SCOPE_FILTER    ((option_scopes)1 << 22) /* what is listed: status and next */
#define SCOPE_HISTORY   ((option_scopes)1 << 23)
#define SCOPE_UNDO      ((option_scopes)1 << 24)
#define SCOPE_VALIDATE  ((option_scopes)1 << 25)
#define SCOPE_TAKE      ((option_scopes)1 << 26) /* of a claim: claim and next; what follows behind "--" is a command */
#define SCOPE_CLAIM     ((option_scopes)1 << 27) /* of one that is named */
#define SCOPE_NEXT      ((option_scopes)1 << 28) /* of the most urgent one */
#define SCOPE_HEARTBEAT ((option_scopes)1 << 29)
#define SCOPE_RELEASE   ((option_scopes)1 << 30)
#define SCOPE_CLAIMS    ((option_scopes)1 << 31)
#define SCOPE_MCP       ((option_scopes)1 << 32)
#define SCOPE_TEAM      ((option_scopes)1 << 33)
#define SCOPE_ALL       (~(option_scopes)0)

struct option_row {
    const char *name;  /* without the dashes */
    char letter;       /* or 0 */
    const char *value; /* what it takes, such as "DIR", for help and completion; NULL if nothing. "[=DIR]" if it can be
                          left out: then it is in the same word */
    option_scopes scope;
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
    option_scopes scopes; /* of the options that are known; may change on the way */
    bool has_ended;       /* "--" has been read: what follows are arguments */
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
const struct option_row *options_find(const char *word, option_scopes scopes, const char **value);

/*
 * Parse what follows the verb. @scopes: the options the verb has. USAGE for anything else, with the closest option.
 * The caller releases @options also on failure.
 */
bool options_parse(struct options *options, int count, char **words, option_scopes scopes, struct error *error);
void options_release(struct options *options);

/* Must the option have a value? Then that may be the next word. */
bool options_need_value(const struct option_row *row);

/* Is it an achievement's id, or several with commas? */
bool options_are_ids(const char *word);

/* The number of a batch, from 1. */
bool options_parse_batch(const char *word, uint64_t *number);

#endif
