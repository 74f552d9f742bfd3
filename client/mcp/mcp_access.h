/*
 * The access of an MCP server to the plans: the session, what may be done with it, and who asks. The session begins
 * with the first call that needs it, so that a server can be started where no plans are yet.
 */
#ifndef BATCHCTL_MCP_ACCESS_H
#define BATCHCTL_MCP_ACCESS_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "config/config.h"
#include "mcp/mcp_feed.h"
#include "session/session.h"

enum {
    MCP_LOCK_MS = 10000,      /* for a lock that another process holds */
    MCP_LOCK_SLICE_MS = 300,  /* of it in one piece, during which no other message is read */
    MCP_ANSWER_MS_MOST = 800, /* for a daemon to begin its events: the server must end within a second */
};

struct mcp_access {
    struct options *options; /* borrowed: of the command line */
    struct session session;
    bool has_session;
    char *name;           /* owned: of the agent; as it named itself last, or else the user's */
    struct mcp_feed feed; /* of events, where there is no daemon */
};

void mcp_access_init(struct mcp_access *access, struct options *options);
void mcp_access_release(struct mcp_access *access);

/*
 * Look at the workspace afresh. Called once in each call, before anything is asked.
 *   NOT_FOUND, INVALID and others  see session_start
 */
bool mcp_access_open(struct mcp_access *access, struct error *error);
/* The workspace, an absolute path; NULL if none is found. */
const char *mcp_access_root(struct mcp_access *access);

/* Is it allowed, by [mcp] allow (0 always is)? DECLINED with @command, what a person can do instead; NULL for none. */
bool mcp_access_permit(const struct mcp_access *access, enum config_mcp right, const char *command,
                       struct error *error);

/* The agent calls itself @name from now on; NULL changes nothing. */
void mcp_access_rename(struct mcp_access *access, const char *name);

/* Does a process hold the lock of batches? Takes no lock. */
bool mcp_access_is_locked(const struct mcp_access *access);

#endif
