/*
 * The dispatch: from a line to its answer. What the snapshots answer is answered at once, from the cache or the
 * reply cache; about large plans it is answered on the thread pool, which holds their snapshots for that. Everything
 * else runs there over a separate workspace, as it would in batchctl. So no client waits for the answer of another.
 */
#ifndef BATCHD_DISPATCH_H
#define BATCHD_DISPATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "base/error.h"
#include "format/json_writer.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/publisher.h"
#include "serve/auto_create.h"
#include "serve/reply_cache.h"
#include "serve/waiting_lines.h"
#include "watch/live_workspace.h"
#include "wire/rpc.h"

enum {
    DISPATCH_JOB_BYTES_MOST = 512 << 10,   /* of requests that wait for a thread, or are dealt with in one */
    DISPATCH_WRITERS_MOST = 6,             /* at a time; there are two threads more, for those that only read */
    DISPATCH_HELD_MOST = 2,                /* answers about large plans that are made at a time, as they take memory */
    DISPATCH_LOOP_ACHIEVEMENTS_MOST = 200, /* of the plans that are answered about on the loop */
};

struct dispatch;

/* A method that the daemon answers itself: writes the result, or returns false and sets the fault. */
typedef bool dispatch_method(struct dispatch *dispatch, struct connection *connection,
                             const struct rpc_message *message, struct json_writer *writer, struct rpc_fault *fault);

struct dispatch {
    uv_loop_t *loop;
    struct live_workspace *live;
    struct publisher *publisher;
    const struct listener *listener;
    struct rpc_root root;
    struct reply_cache replies;
    struct waiting_lines waiting;
    size_t job_count, job_bytes;
    size_t held_count;       /* of jobs that answer from snapshots */
    size_t writer_count;     /* of jobs that write, and may wait for the lock */
    uint64_t requests, jobs; /* since the start */
    uint64_t started_ms;     /* by the loop's clock */
    atomic_bool is_stopping; /* nothing new is begun, and what waits for the lock gives up */

    dispatch_method *(*find_method)(const char *name); /* those of the daemon, by name */
    const struct auto_create *auto_create;             /* what is owed, for those who ask */
    /* An automatic creation has ended, see auto_create_settle. */
    void (*settled)(void *data, const char *plan_path, uint32_t level, bool is_settled, const struct answer *answer);
    /* A job has ended: what could not be read meanwhile can be now. */
    void (*job_ended)(void *data);
    /* Asked for by a client. */
    bool (*reload)(void *data, struct error *error);
    void (*stop)(void *data);
    void *data;
};

/* Once it is filled in: large plans are read on the thread pool from now on. */
void dispatch_start(struct dispatch *dispatch);

/* Deal with a line of @connection; ends in connection_reply. */
void dispatch_line(struct dispatch *dispatch, struct connection *connection, struct span line);

/*
 * Create the EXECUTION_TASKs of a level, as a client would ask; no client waits for the answer. Nothing that was undone
 * is created again.
 */
void dispatch_create_level(struct dispatch *dispatch, const char *plan_path, uint32_t level);

void dispatch_release(struct dispatch *dispatch);

#endif
