/*
 * Messages: the important ones of the log, each with an id that the journal finds (journalctl MESSAGE_ID=...)
 * and explains it (journalctl -x, from systemd/batchd.catalog). docs/systemd.md lists them.
 */
#ifndef BATCHD_MESSAGE_H
#define BATCHD_MESSAGE_H

#include "config/config.h"
#include "view/event.h"

enum message {
    MESSAGE_NONE, /* has no id */
    MESSAGE_SERVING,
    MESSAGE_STOPPING,
    MESSAGE_RELOADED,
    MESSAGE_RELOAD_REFUSED,
    MESSAGE_ROOT_LOST,
    MESSAGE_RECOVERED,
    MESSAGE_RECOVERY_WAITS,
    MESSAGE_AUDIT_DIFFERENCE,
    MESSAGE_AUTOMATION_FAILED,
    MESSAGE_BATCH_CREATED,
    MESSAGE_BATCH_UNDONE,
    MESSAGE_BATCH_FAILED,
    MESSAGE_PLAN_INVALID,
    MESSAGE_WATCH_OVERFLOW,
    MESSAGE_WATCH_DEGRADED,
    MESSAGE_WATCH_RECOVERED,
    MESSAGES
};

/* 32 hexadecimal digits; NULL for MESSAGE_NONE. They never change. */
const char *message_id(enum message message);
/* From which level on it is said. */
enum log_level message_level(enum message message);

/* What an event is in the log: NONE, at the level debug, for those that only tell how people work. */
enum message message_of_event(enum event_type type);

#endif
