/*
 * Options of a command line: what they say, and the scopes that tell which verbs have which.
 */
#ifndef BATCHCTL_OPTIONS_H
#define BATCHCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/request.h"
#include "base/error.h"
#include "base/memory.h"
#include "term/terminal.h"

struct verb;       /* cli/verb.h */
struct option_row; /* cli/option_rows.h */

/* A handle of a claim, where none is given. */
#define CLAIM_VARIABLE "BATCHCTL_CLAIM"

/* Texts that an option adds to, one each time it is given. */
struct option_list {
    const char **items;
    size_t count;
};

/* Options exclude each other within a group, and each of a group is given once. */
enum option_group { GROUP_NONE, GROUP_SELECTOR, GROUP_KIND, GROUP_MESSAGE };

/* Texts are borrowed from the words; arrays are in the arena. */
struct options {
    const char **arguments; /* what is no option, in order, without the verb and ids that select; NULL ends it */
    size_t argument_count;
    struct request request;          /* as far as the options say it; the verb adds the rest */
    const struct option_row **given; /* the options, in order */
    size_t given_count;
    unsigned groups; /* a bit for each enum option_group that has been given */
    const char *root, *plan, *format, *timeout, *output, *since, *condition, *client, *service, *url, *message_file,
        *as, *claim;
    const char *ascii;      /* "yes", or what the configuration says: a constant; NULL if that is not known yet */
    char *workspace, *here; /* owned: the root, and the working directory, once a session has begun; or NULL */
    struct option_list events, epics;
    uint64_t count; /* of watch; 0 for no end */
    char **command; /* what stands behind "--" after --exec, or for completion; ends with NULL */
    struct arena arena;
    int wait_ms; /* with wants_wait; 0 for no end */
    bool is_dry_run, is_yes, is_json, is_quiet, is_verbose, wants_help, has_no_daemon, has_exec;
    bool wants_watch, wants_follow, is_forced, wants_agents, wants_all, wants_linger, wants_claim, wants_wait,
        has_fence;
    bool has_id_arguments;
    enum color_choice color;
    char *const *words; /* all that follows the verb, as it was typed; borrowed */
    const struct verb
        *verb_table; /* the table of all, which ends with a NULL name: for help and completion; main sets it */
    int word_count;
};

/* --level, --ready, --all, --ids, or ids as arguments. */
static inline bool options_have_selector(const struct options *options) {
    return options->groups & 1U << GROUP_SELECTOR;
}

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
#define SCOPE_DAEMON    ((option_scopes)1 << 17) /* installing and removing its service */
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
#define SCOPE_ONE_PLAN  ((option_scopes)1 << 33) /* an argument that is no id is the plan; there is at most one */
#define SCOPE_TEAM      ((option_scopes)1 << 34) /* init */
#define SCOPE_STOP      ((option_scopes)1 << 35) /* of a daemon */
#define SCOPE_INSTALL   ((option_scopes)1 << 36) /* of a daemon, as a service */
#define SCOPE_ALL       (~(option_scopes)0)

void options_release(struct options *options);

/* Is it an achievement's id, or several with commas? */
bool options_are_ids(const char *word);

/*
 * The ids of the list become those of the request's selection, beside those that it has. USAGE, with @option as its
 * name.
 */
bool options_add_ids(struct options *options, const char *option, const char *list, struct error *error);

/* The number of a batch, from 1. */
bool options_parse_batch(const char *word, uint64_t *number);

#endif
