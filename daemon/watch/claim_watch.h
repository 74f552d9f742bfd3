/*
 * The claim watch: the claims of a live workspace, kept current. It watches the folder of claims by the watcher's
 * inotify instance and keeps the lists of claims that were asked for, until their folder changes.
 *
 * The generation grows whenever an answer that shows claims may differ: a record has changed, a claim has run out or
 * lost its keeper, another branch is checked out while there are marks, or a day has begun, as times of another day are
 * shown with theirs.
 */
#ifndef BATCHD_CLAIM_WATCH_H
#define BATCHD_CLAIM_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/string_map.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "plan/workspace.h"

struct inotify_event;
struct kept_claims;
struct watched_place;

struct claim_watch {
    struct claim_board board; /* what answers are made with */
    const int *descriptor;    /* of the inotify instance, borrowed; -1 is none */
    struct kept_claims **plans;
    size_t plan_count, plan_capacity;
    struct string_map positions;  /* of @plans, by path */
    struct watched_place *places; /* the folders above those of plans */
    size_t place_count, place_capacity;
    bool has_changed;                        /* where the claims are */
    bool is_blind;                           /* not everything can be watched: everything is read for each answer */
    bool has_marks, has_claims, has_keepers; /* keepers: of claims that hold */
    uint64_t generation;
    uint64_t earliest_ms; /* when the next claim runs out, by CLOCK_BOOTTIME; 0 for never */
    int64_t day;
    char side[CLAIM_SIDE_TEXT];
};

/* @watch must not be moved afterwards; @workspace and @descriptor outlive it. */
void claim_watch_open(struct claim_watch *watch, const struct workspace *workspace, const struct claim_setting *setting,
                      const int *descriptor);
void claim_watch_close(struct claim_watch *watch);

/* An event of the instance. False if it is about something else. */
bool claim_watch_note(struct claim_watch *watch, const struct inotify_event *event);

/* Make it as current as the moment of the call; all events have been noted. */
void claim_watch_refresh(struct claim_watch *watch);

/* Once a second, as long as there are claims: has a keeper died? */
void claim_watch_look_at_keepers(struct claim_watch *watch);

#endif
