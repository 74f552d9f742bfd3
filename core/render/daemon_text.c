#include "render/daemon_text.h"

#include "base/auto.h"
#include "base/text.h"
#include "render/styled_text.h"
#include "view/daemon_view.h"

static void append_stopped(struct buffer *text, const struct daemon_view *daemon) {
    if (!daemon->stopped_count)
        buffer_append_string(text, "No daemon is running.\n");
    for (size_t i = 0; i < daemon->stopped_count; i++) {
        buffer_append_string(text, "The daemon of ");
        styled_text_append_visible(text, daemon->stopped[i].path);
        buffer_append_format(text, " has stopped (process %zu).\n", daemon->stopped[i].process);
    }
}

static void append_duration(struct buffer *text, size_t milliseconds) {
    size_t seconds = milliseconds / 1000;
    if (seconds >= 86400)
        buffer_append_format(text, "%zu d %zu h", seconds / 86400, seconds % 86400 / 3600);
    else if (seconds >= 3600)
        buffer_append_format(text, "%zu h %zu min", seconds / 3600, seconds % 3600 / 60);
    else if (seconds >= 60)
        buffer_append_format(text, "%zu min %zu s", seconds / 60, seconds % 60);
    else
        buffer_append_format(text, "%zu s", seconds);
}

/* The line that is in @line, which is empty then. */
static void append_line(struct buffer *text, const char *label, struct buffer *line) {
    styled_text_append_line(text, label, buffer_text(line));
    buffer_clear(line);
}

static void append_owed(struct buffer *line, const struct daemon_owed *owed) {
    buffer_append_format(line, "level %zu of %s: the EXECUTION_TASKs of %s", owed->level, owed->path, owed->ids);
    if (owed->attempts)
        buffer_append_format(line, "; failed %zu time%s: %s", owed->attempts, text_plural(owed->attempts),
                             owed->failure);
}

static void append_work(struct buffer *text, const struct daemon_stats *stats) {
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "%zu, with %zu achievements, %zu ready; %zu invalid", stats->plans, stats->achievements,
                         stats->ready, stats->plans_invalid);
    append_line(text, "plans", &line);
    if (stats->is_polling)
        buffer_append_format(&line, "not all folders, so it polls: %s", stats->watch_reason);
    else
        buffer_append_format(&line, "all folders: %zu", stats->watches);
    append_line(text, "watching", &line);
    buffer_append_format(&line, "%zu, %zu of them subscribed to events", stats->connections, stats->subscriptions);
    append_line(text, "clients", &line);
    for (size_t i = 0; i < stats->owed_count; i++) {
        append_owed(&line, &stats->owed[i]);
        append_line(text, "owed", &line);
    }
    buffer_append_format(&line, "answers: %zu, events: %zu, overflows: %zu, audits: %zu, differences: %zu",
                         stats->requests, stats->events, stats->watch_overflows, stats->audits,
                         stats->audit_differences);
    append_line(text, "so far", &line);
}

static void append_stats(struct buffer *text, const struct daemon_view *daemon) {
    const struct daemon_stats *stats = daemon->stats;
    buffer_append_string(text, "batchd ");
    styled_text_append_visible(text, stats->version);
    buffer_append_format(text, " is running: process %zu, for ", stats->process);
    append_duration(text, stats->uptime_ms);
    buffer_append_string(text, "\n\n");
    styled_text_append_line(text, "root", stats->path);
    styled_text_append_line(text, "socket", daemon->socket);
    append_work(text, stats);
}

static void append_commands(struct buffer *text, const struct daemon_service *service) {
    for (size_t i = 0; i < service->command_count; i++) {
        buffer_append_string(text, "  ");
        styled_text_append_visible(text, service->commands[i]);
        buffer_append_byte(text, '\n');
    }
}

/* What happens next, and how to take it back. */
static void append_outcome(struct buffer *text, const struct daemon_service *service) {
    if (service->is_removal)
        return;
    buffer_append_string(text, service->is_running ? "The daemon runs" : "The first client starts the daemon");
    buffer_append_string(text, service->is_lingering ? ", and it starts at boot.\n" : ".\n");
    buffer_append_string(text, "To remove it: batchctl daemon uninstall\n");
}

static void append_service(struct buffer *text, const struct daemon_service *service) {
    const char *unit = service->unit;
    if (!service->command_count) {
        styled_text_append_visible(text, unit);
        buffer_append_string(text, service->is_removal ? " is not installed" : " is installed already");
    } else {
        buffer_append_string(text, service->is_done ? "" : "Would ");
        buffer_append_string(text, service->is_removal ? service->is_done ? "Removed " : "remove "
                                   : service->is_done  ? "Installed "
                                                       : "install ");
        styled_text_append_visible(text, unit);
    }
    buffer_append_string(text, ", the service of ");
    styled_text_append_visible(text, service->path);
    buffer_append_string(text, service->command_count ? ":\n" : ".\n");
    append_commands(text, service);
    if (service->is_done || !service->command_count)
        append_outcome(text, service);
}

void daemon_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct daemon_view *daemon = view;
    if (daemon->stopped)
        append_stopped(text, daemon);
    else if (daemon->service)
        append_service(text, daemon->service);
    else if (daemon->stats)
        append_stats(text, daemon);
    else if (!style->has_failed)
        buffer_append_string(text, daemon->is_running ? "The configuration has been read again.\n"
                                                      : "The daemon has stopped.\n");
}
