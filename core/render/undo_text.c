#include "render/undo_text.h"

#include <inttypes.h>

#include "base/text.h"
#include "batch/batch.h"
#include "render/batch_text.h"
#include "render/styled_text.h"
#include "view/undo_view.h"

static void append_batch(struct buffer *text, const struct undo_view *undo) {
    buffer_append_format(text, "Batch %" PRIu64 " of ", undo->batch);
    styled_text_append_visible(text, undo->time);
    buffer_append_string(text, ": ");
    styled_text_append_visible(text, undo->plan);
    buffer_append_format(text, ", %s, ", batch_text_kind(undo->kind_name));
    styled_text_append_visible(text, undo->selection);
    buffer_append_byte(text, '\n');
}

static void append_heading(struct buffer *text, const struct undo_view *undo) {
    size_t count = undo->removed.count;
    if (!count)
        buffer_append_string(text, "Nothing to undo: every file stays.\n");
    else if (undo->kind == BATCH_UPDATE)
        buffer_append_format(text, "%s back as it was before:\n", undo->is_dry_run ? "Would put" : "Put");
    else if (undo->kind == BATCH_REOPEN)
        buffer_append_format(text, "%s %zu file%s:\n", undo->is_dry_run ? "Would rename back" : "Renamed back", count,
                             text_plural(count));
    else
        buffer_append_format(text, "%s %zu file%s:\n", undo->is_dry_run ? "Would remove" : "Removed", count,
                             text_plural(count));
}

static void append_kept(struct buffer *text, const struct undo_view *undo, const struct style *style) {
    if (undo->kept.count)
        buffer_append_string(text, undo->is_dry_run ? "Would keep:\n" : "Kept:\n");
    for (size_t i = 0; i < undo->kept.count; i++) {
        buffer_append_string(text, "    ");
        styled_text_append_path(text, style, undo->kept.items[i].path);
        buffer_append_format(text, "  (%s)\n", undo->kept.items[i].reason);
    }
}

void undo_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct undo_view *undo = view;
    if (style->has_failed)
        return;
    append_batch(text, undo);
    append_heading(text, undo);
    for (size_t i = 0; i < undo->removed.count; i++) {
        styled_text_append_styled(text, style, "31", "  - ");
        styled_text_append_path(text, style, undo->removed.items[i]);
        buffer_append_byte(text, '\n');
    }
    append_kept(text, undo, style);
    if (undo->removed.count && style->is_verbose && undo->token)
        buffer_append_format(text, "Token: %s\n", undo->token);
}
