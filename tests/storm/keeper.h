/*
 * A keeper: a space whose root is the working directory, the real batchd over it, and ways to ask it. What fails in the
 * harness itself ends the program (failure.h); what the daemon does wrong is counted by check().
 */
#ifndef STORM_KEEPER_H
#define STORM_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "api/request.h"
#include "daemon.h"
#include "failure.h"
#include "format/json.h"
#include "plan_files.h"
#include "session/rpc_client.h"
#include "tree.h"

enum { KEEPER_BASE = 256, KEEPER_PATH = 512, KEEPER_DEADLINE_MS = 20000, KEEPER_LIFE_S = 7200 };

struct keeper {
    const char *program, *client; /* paths of batchd and batchctl */
    struct space space;
    char *base;           /* the folder with the root in it */
    struct daemon daemon; /* its child is 0 while it does not run */
};

/* Makes the folders. Neither starts nor needs a daemon. */
void keeper_init(struct keeper *keeper, const char *daemon, const char *client);
/* Stops the daemon and removes everything. */
void keeper_end(struct keeper *keeper);

/* Start the daemon and wait until it is ready; @variables: "NAME=value", NULL-terminated, more of the environment. */
void keeper_start(struct keeper *keeper, const char *const *variables);
/* The same without waiting. */
void keeper_begin(struct keeper *keeper, const char *const *variables);
/* SIGTERM; checks that it ends with 0. */
void keeper_stop(struct keeper *keeper);
/*
 * Forget what has been notified so far, or the queue fills, and the daemon waits for room in it. Asking, and waiting
 * for events, do so.
 */
void keeper_skip_notices(void);

/* Start batchctl in the space, whose output is lost, with the NULL-terminated @words behind "-C ROOT". */
pid_t keeper_run(const struct keeper *keeper, const char *const *words);

/* A connection to the daemon. rpc_client_release ends it. */
void keeper_connect(const struct keeper *keeper, struct rpc_client *channel);

/* Ask the daemon. What is no answer fails the check. The caller releases @answer. */
bool keeper_ask(struct rpc_client *channel, const struct request *request, struct answer *answer);
/* The same in this process, reading everything afresh. */
void keeper_ask_directly(const char *root, const struct request *request, struct answer *answer);

/* A number from the daemon's "stats". */
double keeper_stat(struct rpc_client *channel, const char *name);

/*
 * All that an answer says, as text: code, data, diagnostics. Left out: that other batches are pending, and in answers
 * that nothing was found, the names of what else there is.
 */
char *answer_text(const struct answer *answer);

/* Subscribe to all events. */
void events_begin(struct rpc_client *channel);
/* One event's parameters, borrowed from @json until it is released. False if none comes in time. */
bool events_next(struct rpc_client *channel, int timeout_ms, struct json *json, const cJSON **event);
/* Read on until an event of this type, of this plan unless NULL; fails the check if it does not come. */
bool events_wait(struct rpc_client *channel, const char *type, const char *plan);

/* --- checks --- */

extern long check_count, check_failures;
void check(bool is_well, const char *format, ...) __attribute__((format(printf, 2, 3)));
double now_ms_exact(void);

#endif
