/*
 * The log: one line a message, to the journal if the service manager has connected the daemon to it, else to standard
 * error. The important messages each have an id: the journal finds them (journalctl MESSAGE_ID=...) and explains
 * them (journalctl -x, from systemd/batchd.catalog). docs/systemd.md lists them.
 */
#ifndef BATCHD_LOG_H
#define BATCHD_LOG_H

#include "base/diagnostics.h"
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

/* Where to, and up to which level. */
void log_open(enum log_level level);
void log_set_level(enum log_level level);

/* A line of no id, if @level is written at all. */
void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What is wrong with the settings, each with its place and remedy. */
void log_diagnostics(const struct diagnostics *diagnostics);
/* At the level of the message, which the journal finds by its id. */
void log_message(enum message message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An event, with its plan, achievement and batch as separate fields in the journal. */
void log_event(const struct event *event);

#endif
