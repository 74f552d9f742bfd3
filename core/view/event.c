#include "view/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static const char *const type_names[EVENT_TYPES] = {
    [EVENT_PLAN_ADDED] = "plan.added",
    [EVENT_PLAN_REMOVED] = "plan.removed",
    [EVENT_PLAN_CHANGED] = "plan.changed",
    [EVENT_PLAN_INVALID] = "plan.invalid",
    [EVENT_SUBPLAN_CREATED] = "subplan.created",
    [EVENT_SUBPLAN_COMPLETED] = "subplan.completed",
    [EVENT_SUBPLAN_REOPENED] = "subplan.reopened",
    [EVENT_SUBPLAN_REMOVED] = "subplan.removed",
    [EVENT_EXECUTION_CREATED] = "execution.created",
    [EVENT_EXECUTION_REMOVED] = "execution.removed",
    [EVENT_ACHIEVEMENT_SUBMITTED] = "achievement.submitted",
    [EVENT_ACHIEVEMENT_COMPLETED] = "achievement.completed",
    [EVENT_ACHIEVEMENT_SKIPPED] = "achievement.skipped",
    [EVENT_ACHIEVEMENT_REOPENED] = "achievement.reopened",
    [EVENT_ACHIEVEMENT_FAILED] = "achievement.failed",
    [EVENT_ACHIEVEMENT_READY] = "achievement.ready",
    [EVENT_LEVEL_SUBPLANS_COMPLETE] = "level.subplans_complete",
    [EVENT_LEVEL_COMPLETED] = "level.completed",
    [EVENT_CLAIM_TAKEN] = "claim.taken",
    [EVENT_CLAIM_RELEASED] = "claim.released",
    [EVENT_CLAIM_EXPIRED] = "claim.expired",
    [EVENT_CLAIM_FINISHED] = "claim.finished",
    [EVENT_BATCH_CREATED] = "batch.created",
    [EVENT_BATCH_UNDONE] = "batch.undone",
    [EVENT_BATCH_FAILED] = "batch.failed",
    [EVENT_WATCH_OVERFLOW] = "watch.overflow",
    [EVENT_WATCH_DEGRADED] = "watch.degraded",
    [EVENT_WATCH_RECOVERED] = "watch.recovered",
    [EVENT_RESYNC] = "resync",
};

const char *event_type_name(enum event_type type) {
    return type_names[type];
}

bool event_type_find(const char *name, enum event_type *type) {
    for (*type = 0; *type < EVENT_TYPES; ++*type)
        if (strcmp(name, type_names[*type]) == 0)
            return true;
    return false;
}

void event_make_instance(char instance[EVENT_INSTANCE_TEXT]) {
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        number = (uint64_t)getpid() ^ (uint64_t)time(NULL);
    snprintf(instance, EVENT_INSTANCE_TEXT, "%016" PRIx64, number);
}

static void format_now(char text[32]) {
    struct timespec now;
    struct tm utc;
    char seconds[24];
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
    snprintf(text, 32, "%s.%03dZ", seconds, (int)(now.tv_nsec / 1000000));
}

/* A member; nothing where it is NULL and the event is terse. */
static void write_text(struct json_writer *writer, const char *key, const char *text, bool is_terse) {
    if (text || !is_terse)
        json_writer_key_string(writer, key, text);
}

static void write_number(struct json_writer *writer, const char *key, bool is_given, uint64_t number, bool is_terse) {
    if (is_given)
        json_writer_key_unsigned(writer, key, number);
    else if (!is_terse)
        json_writer_key_null(writer, key);
}

/* From the type on. */
static void write_members(struct json_writer *writer, const char *type, const struct event *event, bool is_terse) {
    json_writer_key_string(writer, "type", type);
    json_writer_key_string(writer, "plan", event->plan);
    write_text(writer, "path", event->path, is_terse);
    json_writer_key_string(writer, "achievement", event->achievement);
    write_number(writer, "level", event->has_level, event->level, is_terse);
    write_text(writer, "for", event->step, is_terse);
    write_text(writer, "what_next", event->need, is_terse);
    write_text(writer, "file", event->file, is_terse);
    write_number(writer, "batch", event->batch, event->batch, is_terse);
    write_text(writer, "by", event->by, is_terse);
    write_number(writer, "fence", event->fence, event->fence, is_terse);
    write_text(writer, "reason", event->reason, is_terse);
}

void event_write(struct json_writer *writer, uint64_t seq, const char *instance, const struct event *event) {
    char now[32];
    format_now(now);
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "seq", seq);
    json_writer_key_string(writer, "instance", instance);
    json_writer_key_string(writer, "time", now);
    write_members(writer, event_type_name(event->type), event, false);
    json_writer_close_object(writer);
}

void event_write_received(struct json_writer *writer, const struct received_event *received) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "seq", received->seq);
    json_writer_key_string(writer, "time", received->time);
    write_members(writer, received->type, &received->event, true);
    json_writer_close_object(writer);
}
