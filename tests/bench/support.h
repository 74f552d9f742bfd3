/*
 * What the benchmarks of the programs share: plans, programs beside the daemon, requests. Failing system calls end the
 * program (failure.h).
 */
#ifndef BENCH_SUPPORT_H
#define BENCH_SUPPORT_H

#include <stdbool.h>
#include <sys/types.h>

#include "keeper.h"
#include "peer.h"

enum { IDS = 24 }; /* achievements of a plan of usual size */

/* The programs that are measured, absolute paths; and how often. */
struct bench {
    const char *daemon, *client, *echo;
    size_t rounds;
};

/* Environments of a daemon: events at once, or late. */
extern const char *const bench_at_once[], *const bench_late[];

/* A plan @name of @count independent achievements, 1.1 and so on, that its PLAN and its dependency file agree about,
 * each with a complete SUBPLAN. */
void bench_put_plan(const char *name, int count);
/* The SUBPLAN of achievement 1.@number. */
void bench_put_subplan(const char *plan, int number);

/* Start a program, its output lost. */
pid_t bench_start(const struct keeper *keeper, const char *const *words);
void bench_stop(pid_t process);
/* A connection to a socket that may not exist yet. */
struct peer bench_connect(const char *socket);

/* Ask the daemon; the answer is dropped. */
void bench_ask(struct rpc_client *channel, const char *method, const char *plan, const char *id);

/* --- the groups of figures --- */

void bench_news(const struct bench *bench);     /* F3 */
void bench_saves(const struct bench *bench);    /* F7 */
void bench_requests(const struct bench *bench); /* F8 */
void bench_memory(const struct bench *bench);   /* F5, F9, F10 */

#endif
