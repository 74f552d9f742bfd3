#include "os/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "os/libsystemd.h"

static struct {
    enum log_level level;
    const struct libsystemd *journal; /* NULL: standard error is not the journal */
} log_state = {LOG_LEVEL_INFO, NULL};

static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* The ids are 32 hexadecimal digits, and never change. */
static const struct {
    const char *id;
    enum log_level level;
} messages[MESSAGES] = {
    [MESSAGE_NONE] = {NULL, LOG_LEVEL_DEBUG},
    [MESSAGE_SERVING] = {"be983ebae4774f7799f01290300b0ed1", LOG_LEVEL_INFO},
    [MESSAGE_STOPPING] = {"823c3e0e14f8436ca62a372d45690359", LOG_LEVEL_INFO},
    [MESSAGE_RELOADED] = {"6e7b2b9576c14840b406b7e307bc40ae", LOG_LEVEL_INFO},
    [MESSAGE_RELOAD_REFUSED] = {"7441627c552043a7a2d70a231e9f9a3c", LOG_LEVEL_ERROR},
    [MESSAGE_ROOT_LOST] = {"5f2a140a719f4135b77c757ea4f3a5b8", LOG_LEVEL_WARNING},
    [MESSAGE_RECOVERED] = {"72bac08e75bc40a386db655cbdada1f8", LOG_LEVEL_WARNING},
    [MESSAGE_RECOVERY_WAITS] = {"56151ac9758e4fef9b72f6c809d66f88", LOG_LEVEL_WARNING},
    [MESSAGE_AUDIT_DIFFERENCE] = {"dace1f840e9e41a8b473d44c29498fe3", LOG_LEVEL_ERROR},
    [MESSAGE_AUTOMATION_FAILED] = {"5dea387958124afab2c966d6cc1950de", LOG_LEVEL_WARNING},
    [MESSAGE_BATCH_CREATED] = {"d524da00a89440e78da6ecb704c3eeaf", LOG_LEVEL_INFO},
    [MESSAGE_BATCH_UNDONE] = {"25510ba087d14e80b41b4499a1197ba8", LOG_LEVEL_INFO},
    [MESSAGE_BATCH_FAILED] = {"557b9f6104964661a9639050f04a914a", LOG_LEVEL_WARNING},
    [MESSAGE_PLAN_INVALID] = {"d63b68cc9f9d4040a9504a23ac6b618e", LOG_LEVEL_WARNING},
    [MESSAGE_WATCH_OVERFLOW] = {"9008c5dc270d480ca2c771794552922c", LOG_LEVEL_WARNING},
    [MESSAGE_WATCH_DEGRADED] = {"8656823b3a4a4cd6822e13aee9466c28", LOG_LEVEL_WARNING},
    [MESSAGE_WATCH_RECOVERED] = {"1e847c3268a04ce88f87f41f563571f9", LOG_LEVEL_INFO},
};

/* Those of the events that only report how people work have none, and the level debug. */
static enum message message_of_event(enum event_type type) {
    switch (type) {
    case EVENT_BATCH_CREATED:
        return MESSAGE_BATCH_CREATED;
    case EVENT_BATCH_UNDONE:
        return MESSAGE_BATCH_UNDONE;
    case EVENT_BATCH_FAILED:
        return MESSAGE_BATCH_FAILED;
    case EVENT_PLAN_INVALID:
        return MESSAGE_PLAN_INVALID;
    case EVENT_WATCH_OVERFLOW:
        return MESSAGE_WATCH_OVERFLOW;
    case EVENT_WATCH_DEGRADED:
        return MESSAGE_WATCH_DEGRADED;
    case EVENT_WATCH_RECOVERED:
        return MESSAGE_WATCH_RECOVERED;
    default:
        return MESSAGE_NONE;
    }
}

/* JOURNAL_STREAM is "device:inode" of what standard error was when we were started (systemd.exec(5)). */
static bool is_journal_stream(void) {
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    char own[48];
    if (!stream || fstat(STDERR_FILENO, &status))
        return false;
    snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    return strcmp(stream, own) == 0;
}

void log_open(enum log_level level) {
    log_state.level = level;
    log_state.journal = is_journal_stream() ? libsystemd() : NULL;
}

void log_set_level(enum log_level level) {
    log_state.level = level;
}

/* The fields are "NAME=value" each; the first one is the message. */
static void put(enum log_level level, enum message message, const struct buffer *fields, size_t count) {
    enum { FIELDS_MOST = 8 };
    struct iovec parts[FIELDS_MOST];
    char priority[16], id[64];
    if (!log_state.journal) {
        fprintf(stderr, "batchd: %s: %s\n", level_names[level], buffer_text(&fields[0]) + strlen("MESSAGE="));
        return;
    }
    size_t used = 0;
    snprintf(priority, sizeof priority, "PRIORITY=%d", priorities[level]);
    parts[used++] = (struct iovec){priority, strlen(priority)};
    if (messages[message].id) {
        snprintf(id, sizeof id, "MESSAGE_ID=%s", messages[message].id);
        parts[used++] = (struct iovec){id, strlen(id)};
    }
    for (size_t i = 0; i < count && used < FIELDS_MOST; i++)
        if (fields[i].length)
            parts[used++] = (struct iovec){fields[i].data, fields[i].length};
    log_state.journal->journal_sendv(parts, (int)used);
}

static void say(enum log_level level, enum message message, const char *format, va_list arguments) {
    AUTO(buffer) raw = {0}, field = {0};
    if (level > log_state.level)
        return;
    buffer_append_arguments(&raw, format, arguments);
    buffer_append_string(&field, "MESSAGE=");
    text_append_visible(&field, buffer_span(&raw));
    put(level, message, &field, 1);
}

void log_say(enum log_level level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(level, MESSAGE_NONE, format, arguments);
    va_end(arguments);
}

void log_diagnostics(const struct diagnostics *diagnostics) {
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        log_say(item->severity == SEVERITY_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "%s:%u: %s%s%s",
                item->file ? item->file : "settings", item->line, item->message, item->hint ? "; " : "",
                item->hint ? item->hint : "");
    }
}

void log_message(enum message message, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(messages[message].level, message, format, arguments);
    va_end(arguments);
}

static void append_field(struct buffer *field, const char *name, const char *value) {
    if (!value)
        return;
    buffer_append_format(field, "%s=", name);
    text_append_visible(field, span_of(value));
}

void log_event(const struct event *event) {
    enum { MESSAGE, EVENT, PLAN, ACHIEVEMENT, BATCH, FIELDS };
    struct buffer fields[FIELDS] = {0};
    enum message message = message_of_event(event->type);
    enum log_level level = messages[message].level;
    if (level > log_state.level)
        return;
    buffer_append_format(&fields[MESSAGE], "MESSAGE=%s", event_type_name(event->type));
    for (size_t i = 0; i < 3; i++) {
        const char *part = (const char *[]){event->plan, event->achievement, event->reason}[i];
        if (part)
            buffer_append_byte(&fields[MESSAGE], ' ');
        text_append_visible(&fields[MESSAGE], span_of(part));
    }
    if (event->has_level && !event->achievement)
        buffer_append_format(&fields[MESSAGE], " level %u", event->level);
    if (event->batch)
        buffer_append_format(&fields[MESSAGE], " batch %" PRIu64, event->batch);
    append_field(&fields[EVENT], "EVENT", event_type_name(event->type));
    append_field(&fields[PLAN], "PLAN", event->plan);
    append_field(&fields[ACHIEVEMENT], "ACHIEVEMENT", event->achievement);
    if (event->batch)
        buffer_append_format(&fields[BATCH], "BATCH=%" PRIu64, event->batch);
    put(level, message, fields, FIELDS);
    for (size_t i = 0; i < FIELDS; i++)
        buffer_release(&fields[i]);
}
