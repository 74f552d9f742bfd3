/*
 * The feed of events of an MCP server without a daemon: it looks at the plans and their claims, and what differs from
 * the look before is an event. As with a daemon, numbers count within an instance, and the last events are kept.
 */
#ifndef BATCHCTL_MCP_FEED_H
#define BATCHCTL_MCP_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "claims/claim_board.h"
#include "view/changes.h"
#include "view/claim_changes.h"
#include "view/event_ring.h"

enum { MCP_FEED_LOOK_MS = 500 };

/* A plan as it was at the last look. */
struct mcp_feed_plan {
    struct published_state *state;
    struct published_claims *claims; /* NULL as long as they could not be read */
};

/* {0} is valid and empty. */
struct mcp_feed {
    struct event_ring ring; /* without an instance before the first look */
    struct mcp_feed_plan *plans;
    size_t plan_count, plan_capacity;
    int64_t next_look_ms; /* looks take a tenth of the time at most */
};

/* Look at the plans of @root, if it is time to. The first look makes no events. @claims: where claims are. */
void mcp_feed_look(struct mcp_feed *feed, const char *root, const struct claim_setting *claims);
void mcp_feed_release(struct mcp_feed *feed);

#endif
