/*
 * What trials have in common: a daemon for each, two connections to it, and what its subscribers receive.
 */
#ifndef STORM_TRIAL_H
#define STORM_TRIAL_H

#include <stdbool.h>

#include "keeper.h"
#include "session/rpc_client.h"

/* Paths of batchd and batchctl. */
extern const char *trial_daemon, *trial_client;
/* Variables of a daemon that settles at once; NULL-terminated. */
extern const char *const trial_fast[];
/* The text of a complete SUBPLAN. */
extern const char trial_subplan[];

/* Says loudly that the trial cannot be made here. */
void trial_skip(const char *trial, const char *why);

/* Start the daemon, with a connection for requests and one for events; and end all three. */
void trial_begin(struct keeper *keeper, struct rpc_client *channel, struct rpc_client *events,
                 const char *const *variables);
void trial_end(struct keeper *keeper, struct rpc_client *channel, struct rpc_client *events);

/* Checks "status" and others of everything as the daemon answers them against the disk. */
void trial_compare_status(const struct keeper *keeper, struct rpc_client *channel, const char *when);
bool trial_meta_has(struct rpc_client *channel, const char *part);
bool trial_log_has(const struct keeper *keeper, const char *part);

/* Run it to its end. Returns its exit status. */
int trial_run_batchctl(const struct keeper *keeper, const char *const *words);
/* A complete SUBPLAN of achievement 1.NUMBER. */
void trial_put_subplan(const char *plan, int number);

/* --- what subscribers receive --- */

enum { COUNTS_MOST = 64, QUIET_MS = 300 /* many times the settle time */ };

/* All events until nothing has come for a while: how often each type, by name. */
struct counts {
    char names[COUNTS_MOST][40];
    int numbers[COUNTS_MOST], count;
    double last;
    char order[1024]; /* the types, one after the other */
};

/* Count what comes, until nothing has come for @quiet_ms; or until the type has come so often, which is checked. */
void counts_collect(struct rpc_client *events, struct counts *counts, int quiet_ms);
void counts_collect_until(struct rpc_client *events, struct counts *counts, const char *type, int wanted);
/* Let the daemon settle between two steps of a slow writer, and count what it publishes. */
void counts_pass_time(struct rpc_client *events, struct counts *counts, int milliseconds);
int counts_number(const struct counts *counts, const char *type);
/* Checks that the type has come so often. */
void counts_expect(const struct counts *counts, const char *what, const char *type, int wanted);

#endif
