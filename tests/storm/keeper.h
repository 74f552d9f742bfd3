/*
 * A keeper: the real batchd over a workspace in a separate temporary folder, and ways to ask it. Everything has a
 * deadline, nothing sleeps: the daemon's notification says that it is ready (sd_notify(3)). What fails in the
 * harness itself ends the program with status 99; what the daemon does wrong is counted by check().
 */
#ifndef STORM_KEEPER_H
#define STORM_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "api/request.h"
#include "format/json.h"
#include "session/rpc_client.h"

enum { KEEPER_BASE = 64, KEEPER_PATH = 512, KEEPER_DEADLINE_MS = 20000, KEEPER_VARIABLES_MOST = 8 };

struct keeper {
    const char *daemon, *client;    /* paths of the programs */
    char base[KEEPER_BASE];         /* holds all that follows; short, as it is part of a socket's name */
    char root[KEEPER_BASE + 16];    /* plans/ */
    char runtime[KEEPER_BASE + 16]; /* XDG_RUNTIME_DIR */
    char log[KEEPER_BASE + 16];     /* what the daemon says */
    int notify;                     /* NOTIFY_SOCKET */
    pid_t process;                  /* 0 while it does not run */
};

/* Makes the folders. Neither starts nor needs a daemon. */
void keeper_init(struct keeper *keeper, const char *daemon, const char *client);
/* Stops the daemon and removes everything. */
void keeper_end(struct keeper *keeper);

/* Start the daemon and wait until it is ready; @variables: "NAME=value", NULL-terminated, more of the environment. */
void keeper_start(struct keeper *keeper, const char *const *variables);
/* SIGTERM; checks that it ends with 0. */
void keeper_stop(struct keeper *keeper);
/* Wait until the daemon has notified something that has @part in it. */
bool keeper_wait_notice(struct keeper *keeper, const char *part, int timeout_ms);
/*
 * Forget what has been notified so far, or the queue fills, and the daemon waits for room in it. Asking, and waiting
 * for events, do so.
 */
void keeper_skip_notices(void);

/* The environment of a program: nothing but PATH, what the keeper needs, and @variables. For a forked child. */
void keeper_set_environment(const struct keeper *keeper, const char *const *variables);

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
/* The harness itself cannot go on. */
void must(bool is_well, const char *what);
double now_ms_exact(void);

/* --- files, relative to the working directory --- */

void put_file(const char *path, const char *text);
void put_folder(const char *path);        /* with those above it */
void remove_tree(const char *path);       /* harmless if it is not there */
void put_plan(const char *path, int ids); /* PLAN, parallel.json of so many independent achievements 1.1 ... */
void put_subplan(const char *path, const char *name, int number);
/* Write a complete SUBPLAN's text of at least @length bytes into @text. */
const char *subplan_text(void);

#endif
