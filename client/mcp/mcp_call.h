/*
 * A call of a tool, from its arguments to its result. A call that has to wait, for an event or for a lock, is run again
 * later; meanwhile other messages are served.
 */
#ifndef BATCHCTL_MCP_CALL_H
#define BATCHCTL_MCP_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/error.h"
#include "config/config.h"
#include "format/json.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_result.h"

struct mcp_call;
struct mcp_watch; /* of mcp_events.c */

/* Runs the call. True if it is done, and call->result has its outcome; false if it is to be run again. */
typedef bool mcp_run(struct mcp_call *call);

struct mcp_tool {
    const char *name;
    mcp_run *run;
    enum config_mcp right;       /* what it needs of [mcp] allow; 0 if it looks itself */
    const cJSON *input, *output; /* schemas; borrowed from the list of tools */
    const cJSON *preview;        /* the input of batch_preview, whose token it may take */
};

struct mcp_call {
    const struct mcp_tool *tool;
    struct mcp_access *access;
    struct buffer id, progress_token; /* as they were written */
    bool is_modern;
    struct buffer text; /* of the arguments */
    struct json arguments;
    struct mcp_result result;
    int64_t begun_ms;    /* 0 until it is run for the first time */
    int64_t again_ms;    /* when it is to be run again, at the latest */
    int64_t progress_ms; /* when progress is due */
    unsigned progress;
    int descriptor;          /* that is readable when it is to be run again; -1 if none */
    struct mcp_watch *watch; /* of a wait for events; owned */
    void (*watch_free)(struct mcp_watch *watch);
};

/* @arguments: the text of an object, or empty. Never fails: what is wrong with them is the result of its first run. */
struct mcp_call *mcp_call_new(const struct mcp_tool *tool, struct mcp_access *access, struct span arguments);
void mcp_call_free(struct mcp_call *call);

/* Run it; when it begins after a check of the arguments, a look at the workspace, and whether it is allowed. As
 * mcp_run.
 */
bool mcp_call_run(struct mcp_call *call);

/* Answer @request in this process. False if it failed; then that is the outcome of the call. */
bool mcp_call_ask(struct mcp_call *call, const struct request *request, struct answer *answer);

/* The argument, or its default in the schema: NULL or 0 without either. */
const char *mcp_call_text(const struct mcp_call *call, const char *key);
uint64_t mcp_call_number(const struct mcp_call *call, const char *key);
bool mcp_call_has(const struct mcp_call *call, const char *key);

/* Run it again in @pause_ms; false, for a tool that returns it. */
bool mcp_call_wait(struct mcp_call *call, int pause_ms);
/* Must the call wait as another process holds the lock of batches? Not any more after MCP_LOCK_MS. */
bool mcp_call_must_wait(struct mcp_call *call);

#endif
