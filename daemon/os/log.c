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

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "base/buffer.h"
#include "base/text.h"

static struct {
    enum log_level level;
    bool is_journal;
} log_state = {LOG_LEVEL_INFO, false};

static const int priorities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
static const char *const level_names[] = {"error", "warning", "info", "debug"};

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
    log_state.is_journal = is_journal_stream();
}

void log_set_level(enum log_level level) {
    log_state.level = level;
}

/* The fields are "NAME=value" each; the first one is the message. */
static void put(enum log_level level, enum message message, const struct buffer *fields, size_t count) {
    enum { FIELDS_MOST = 8 };
    struct iovec parts[FIELDS_MOST];
    char priority[16], id[64];
    if (!log_state.is_journal) {
        fprintf(stderr, "batchd: %s: %s\n", level_names[level], buffer_text(&fields[0]) + strlen("MESSAGE="));
        return;
    }
    size_t used = 0;
    snprintf(priority, sizeof priority, "PRIORITY=%d", priorities[level]);
    parts[used++] = (struct iovec){priority, strlen(priority)};
    if (message_id(message)) {
        snprintf(id, sizeof id, "MESSAGE_ID=%s", message_id(message));
        parts[used++] = (struct iovec){id, strlen(id)};
    }
    for (size_t i = 0; i < count && used < FIELDS_MOST; i++)
        if (fields[i].length)
            parts[used++] = (struct iovec){fields[i].data, fields[i].length};
    sd_journal_sendv(parts, (int)used);
}

static void say(enum log_level level, enum message message, const char *format, va_list arguments) {
    struct buffer raw = {0}, field = {0};
    if (level > log_state.level)
        return;
    buffer_append_arguments(&raw, format, arguments);
    buffer_append_string(&field, "MESSAGE=");
    text_append_visible(&field, buffer_span(&raw));
    put(level, message, &field, 1);
    buffer_release(&raw);
    buffer_release(&field);
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
    say(message_level(message), message, format, arguments);
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
    enum log_level level = message_level(message);
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
