#include "render/team_text.h"

#include <inttypes.h>

#include "base/auto.h"
#include "render/styled_text.h"
#include "view/team_view.h"

/* The line that is in @line, which is empty then. */
static void append_line(struct buffer *text, const char *label, struct buffer *line) {
    styled_text_append_line(text, label, buffer_text(line));
    buffer_clear(line);
}

static void append_optional(struct buffer *text, const char *label, const char *value) {
    if (value && value[0])
        styled_text_append_line(text, label, value);
}

static void append_place(struct buffer *text, const struct team_view *team) {
    AUTO(buffer) line = {0};
    if (!team->host)
        return;
    buffer_append_string(&line, team->host);
    if (team->port)
        buffer_append_format(&line, ", port %s", team->port);
    if (team->database)
        buffer_append_format(&line, ", database %s", team->database);
    append_line(text, "host", &line);
}

static void append_server(struct buffer *text, const struct team_view *team) {
    AUTO(buffer) line = {0};
    append_place(text, team);
    append_optional(text, "login", team->login);
    append_optional(text, "TLS", team->tls);
    append_optional(text, "helper", team->helper);
    append_optional(text, "version", team->version);
    if (team->schema) {
        buffer_append_format(&line, "%" PRIu64, team->schema);
        append_line(text, "schema", &line);
    }
    append_optional(text, "epoch", team->epoch);
    if (team->has_fsync)
        styled_text_append_line(text, "fsync", team->is_fsync ? "on" : "off");
    append_optional(text, "standbys", team->standbys);
    for (size_t i = 0; i < team->warning_count; i++)
        styled_text_append_line(text, "warning", team->warnings[i].message);
}

void team_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct team_view *team = view;
    AUTO(buffer) line = {0};
    if (style->has_failed && !team->is_reached)
        return;
    buffer_append_string(text, "Team ");
    styled_text_append_bold(text, style, team->name);
    buffer_append_string(text, ", on ");
    styled_text_append_visible(text, team->server);
    buffer_append_byte(text, '\n');
    styled_text_append_line(text, "workspace", team->workspace);
    styled_text_append_line(text, "consent", team->has_consent ? "yes" : "no");
    if (team->is_reached)
        append_server(text, team);
    if (team->has_counts) {
        buffer_append_format(&line, "%zu held, %zu finished", team->held, team->marks);
        append_line(text, "claims", &line);
    }
    append_optional(text, "next", team->next);
}
