/*
 * The log: one line a message, to the journal if the service manager has connected us to it, else to standard error.
 */
#ifndef BATCHD_LOG_H
#define BATCHD_LOG_H

#include "base/diagnostics.h"
#include "config/config.h"
#include "os/message.h"
#include "view/event.h"

/* Where to, and up to which level. */
void log_open(enum log_level level);
void log_set_level(enum log_level level);

void log_say(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What is wrong with the settings, each with its place and remedy. */
void log_diagnostics(const struct diagnostics *diagnostics);
/* At the level of the message, which the journal finds by its id. */
void log_message(enum message message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An event, with its plan, achievement and batch as separate fields in the journal. */
void log_event(const struct event *event);

#endif
