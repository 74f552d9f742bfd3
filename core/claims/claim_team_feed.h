/*
 * The feed of a team: the server's events, for a process that waits or shows them.
 */
#ifndef BATCHD_CLAIM_TEAM_FEED_H
#define BATCHD_CLAIM_TEAM_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "claims/claim.h"
#include "claims/claim_team_link.h"

/* Borrowed, for the time of the call. */
struct claim_team_event {
    const char *type;                  /* "claim.taken", ...; "resync": events may be missing */
    const char *reason;                /* or NULL */
    uint64_t seq;                      /* 0 of a resync */
    const struct claim_record *record; /* NULL of a resync */
};

/* {.link} is valid. Not to be moved while it is open. */
struct claim_team_feed {
    struct claim_team_link *link; /* borrowed */
    uint64_t greeting;            /* in which it is subscribed; 0: in none */
    bool has_place;               /* the last event is known: */
    uint64_t seq;
    struct buffer mark;   /* of it; empty if that is not known */
    bool has_news;        /* since the wait began */
    bool is_stale;        /* what was listed before; for the one who lists to clear */
    struct error trouble; /* why nothing is heard of the server now; empty while it is */
    void (*take)(void *data, const struct claim_team_event *event); /* or NULL */
    void *data;
};
void claim_team_feed_release(struct claim_team_feed *feed);

/* Is it subscribed? Then each change comes as an event. */
bool claim_team_feed_follows(const struct claim_team_feed *feed);

/*
 * Wait until the server says that something has changed, at most @timeout_ms, or with 0 look at what has come; each
 * event is handed to take(). False if it has not. A server that cannot be reached is waited for. True also once it is
 * subscribed: look then, for what was before.
 */
bool claim_team_feed_wait(struct claim_team_feed *feed, int timeout_ms);

#endif
