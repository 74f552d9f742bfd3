/*
 * Events: what has happened in a workspace, as subscribers of the daemon receive it.
 */
#ifndef BATCHD_EVENT_H
#define BATCHD_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "format/json_writer.h"

enum event_type {
    EVENT_PLAN_ADDED,
    EVENT_PLAN_REMOVED,
    EVENT_PLAN_CHANGED, /* its dependency file, or which plan it is; also when it is valid again */
    EVENT_PLAN_INVALID,
    EVENT_SUBPLAN_CREATED,
    EVENT_SUBPLAN_COMPLETED, /* complete now, and no writer has it open */
    EVENT_SUBPLAN_REOPENED,  /* not complete any more */
    EVENT_SUBPLAN_REMOVED,
    EVENT_EXECUTION_CREATED,
    EVENT_EXECUTION_REMOVED,
    EVENT_ACHIEVEMENT_SUBMITTED, /* its work is done, and waits for a review */
    EVENT_ACHIEVEMENT_COMPLETED,
    EVENT_ACHIEVEMENT_SKIPPED,
    EVENT_ACHIEVEMENT_REOPENED, /* neither complete nor skipped any more */
    EVENT_ACHIEVEMENT_FAILED,   /* a FIX is open that was not */
    EVENT_ACHIEVEMENT_READY,
    EVENT_LEVEL_SUBPLANS_COMPLETE, /* every achievement of the level that is still open has a complete SUBPLAN */
    EVENT_LEVEL_COMPLETED,         /* every achievement of the level is complete or skipped */
    EVENT_CLAIM_TAKEN,             /* or renewed after it had run out: then @reason is renewed_late */
    EVENT_CLAIM_RELEASED,          /* @reason: given_up, forced; or forgotten, of a mark */
    EVENT_CLAIM_EXPIRED,           /* its time is over, or its keeper has ended */
    EVENT_CLAIM_FINISHED,          /* ended as done: there is a mark */
    EVENT_BATCH_CREATED,
    EVENT_BATCH_UNDONE,
    EVENT_BATCH_FAILED,
    EVENT_WATCH_OVERFLOW, /* changes may have been missed; everything is read again */
    EVENT_WATCH_DEGRADED, /* some folders cannot be watched; they are looked at now and then */
    EVENT_WATCH_RECOVERED,
    EVENT_RESYNC, /* what you know may be old: ask for the status */
    EVENT_TYPES
};

/* "plan.added", ... */
const char *event_type_name(enum event_type type);
/* False if there is no such type. */
bool event_type_find(const char *name, enum event_type *type);

enum { EVENT_INSTANCE_TEXT = 16 + 1 };

/* The name of one run of a program that publishes events, in which their numbers count. */
void event_make_instance(char instance[EVENT_INSTANCE_TEXT]);

/* Everything is borrowed; what does not concern an event is NULL, or 0 with has_... false. */
struct event {
    enum event_type type;
    const char *plan, *path; /* the plan's name and folder */
    const char *achievement; /* its id */
    bool has_level;
    uint32_t level;
    const char *step; /* ready: for what, as achievement_ready_for; a claim that was taken: its kind */
    const char *need; /* ready: what to do, as achievement_append_need */
    const char *file; /* relative to the root */
    uint64_t batch;   /* 0 if it is not about one */
    const char *by;   /* who holds or held the claim */
    uint64_t fence;   /* of the claim; 0 if it is not about one */
    const char *reason;
};

/* Write @event as an object, with the time that it is now; @seq is its number in @instance. */
void event_write(struct json_writer *writer, uint64_t seq, const char *instance, const struct event *event);

/* As a subscriber has received it. */
struct received_event {
    uint64_t seq;
    const char *type, *time; /* as they were sent: a newer daemon may have more types; "" if they are missing */
    struct event event;      /* but its type */
};

/* The same without an instance, and but for plan and achievement without what does not concern the event. */
void event_write_received(struct json_writer *writer, const struct received_event *received);

#endif
