#include "render/event_text.h"

#include <inttypes.h>
#include <string.h>

#include "render/styled_text.h"

void event_text_append(struct buffer *text, const struct event *event, const char *type, const char *time,
                       const struct style *style) {
    const char *clock = strchr(time, 'T'), *id = event->achievement;
    buffer_append_format(text, "%.8s  %-23s", clock ? clock + 1 : time, type);
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
