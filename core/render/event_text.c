#include "render/event_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "render/styled_text.h"

/* The time of day and the type, which may be any text. */
static void append_head(struct buffer *text, const struct received_event *received) {
    AUTO(buffer) time = {0}, type = {0};
    styled_text_append_visible(&time, received->time);
    styled_text_append_visible(&type, received->type);
    const char *clock = strchr(buffer_text(&time), 'T');
    buffer_append_format(text, "%.8s  %-23s", clock ? clock + 1 : buffer_text(&time), buffer_text(&type));
}

void event_text_append(struct buffer *text, const struct received_event *received, const struct style *style) {
    const struct event *event = &received->event;
    const char *id = event->achievement;
    append_head(text, received);
    for (size_t i = 0; i < 2; i++) {
        const char *part = i ? id : event->plan;
        if (part)
            buffer_append_string(text, i ? " " : "  ");
        styled_text_append_visible(text, part ? part : "");
    }
    if (event->has_level && !id)
        buffer_append_format(text, " level %" PRIu32, event->level);
    if (event->batch)
        buffer_append_format(text, " batch %" PRIu64, event->batch);
    if (event->by)
        buffer_append_string(text, " by ");
    styled_text_append_visible(text, event->by);
    if (event->need)
        buffer_append_string(text, ": ");
    styled_text_append_visible(text, event->need);
    if (event->file || event->reason)
        buffer_append_string(text, "  ");
    styled_text_append_path(text, style, event->file);
    styled_text_append_visible(text, event->file ? NULL : event->reason);
    buffer_append_byte(text, '\n');
}
