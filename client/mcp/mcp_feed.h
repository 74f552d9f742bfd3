/*
 * The feed of events of an MCP server without a daemon: it looks at the plans and their claims, and what differs from
 * the look before is an event. As with a daemon, numbers count within an instance, and the last events are kept.
 */
#ifndef BATCHCTL_MCP_FEED_H
#define BATCHCTL_MCP_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "claims/claim_board.h"
#include "view/event_ring.h"
#include "view/published_plans.h"

enum { MCP_FEED_LOOK_MS = 500 };

/* {0} is valid and empty. */
struct mcp_feed {
    struct event_ring ring;           /* without an instance before the first look */
    struct published_plans published; /* as they were at the last look */
    int64_t next_look_ms;             /* looks take a tenth of the time at most */
};

/* Look at the plans of @root, if it is time to. The first look makes no events. @claims: where claims are. */
void mcp_feed_look(struct mcp_feed *feed, const char *root, const struct claim_setting *claims);
void mcp_feed_release(struct mcp_feed *feed);

#endif
