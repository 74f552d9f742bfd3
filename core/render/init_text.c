#include "render/init_text.h"

#include <inttypes.h>

#include "base/auto.h"
#include "base/text.h"
#include "batch/batch.h"
#include "plan/plan.h"
#include "render/batch_text.h"
#include "render/styled_text.h"
#include "view/batch_view.h"

static bool is_update(const struct batch_view *batch) {
    return batch->kind == BATCH_UPDATE;
}

/* Of a plan that is there. */
static bool is_of_graph(const struct batch_view *batch) {
    return batch->kind == BATCH_GRAPH || is_update(batch);
}

static void append_heading(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    if (is_update(batch))
        buffer_append_string(text, batch->number ? "Updated " : "Would update ");
    else
        buffer_append_string(text, batch->number ? "Created " : "Would create ");
    buffer_append_string(text, is_of_graph(batch) ? "the dependency file of " : "the plan ");
    styled_text_append_bold(text, style, batch->plan);
    buffer_append_string(text, " (");
    styled_text_append_visible(text, batch->selection);
    buffer_append_string(text, ") in ");
    if (batch->is_new_workspace)
        buffer_append_string(text, "the new workspace ");
    styled_text_append_visible(text, batch->root);
    buffer_append_string(text, ":\n");
}

static void append_folders(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    for (size_t i = 0; i < batch->folders.count; i++) {
        styled_text_append_styled(text, style, "32", "  + ");
        styled_text_append_path(text, style, batch->folders.items[i]);
        buffer_append_string(text, "/\n");
    }
}

/* A command that takes the plan by its name, which is the only one of it. */
static void append_command(struct buffer *text, const char *before, const struct batch_view *batch, const char *after) {
    buffer_append_string(text, before);
    plan_append_reference(text, batch->plan);
    buffer_append_string(text, after);
}

static void append_next(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    if (is_of_graph(batch)) {
        append_command(text, "Next: batchctl status ", batch, "\n");
        return;
    }
    buffer_append_string(text, "Next: edit ");
    styled_text_append_path(text, style, batch->path);
    buffer_append_string(text, "/PLAN_");
    styled_text_append_visible(text, batch->plan);
    buffer_append_string(text, ".md and parallel.json beside it;\n");
    append_command(text, "      batchctl validate ", batch, " finds what is wrong,");
    append_command(text, " batchctl status ", batch, " shows where you are\n");
}

/* What changes, as patch(1) reads it. */
static void append_diff(struct buffer *text, const char *diff, const struct style *style) {
    AUTO(buffer) shown = {0};
    for (struct span rest = span_of(diff), line; span_next_line(&rest, &line);) {
        buffer_clear(&shown);
        text_append_shown(&shown, line);
        char mark = line.length ? line.data[0] : ' ';
        if (mark == '+' || mark == '-')
            styled_text_append_styled(text, style, mark == '+' ? "32" : "31", buffer_text(&shown));
        else
            buffer_append_span(text, buffer_span(&shown));
        buffer_append_byte(text, '\n');
    }
}

void init_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct batch_view *batch = view;
    bool has_files = batch_view_files(batch)->count;
    if (!style->has_failed && !has_files && is_update(batch))
        buffer_append_string(text, "Nothing to change: the dependency file says what the PLAN says.\n");
    if (style->has_failed || !has_files)
        return;
    append_heading(text, batch, style);
    append_folders(text, batch, style);
    if (is_update(batch) && !batch->number)
        append_diff(text, batch->diff, style);
    else
        batch_text_files(text, batch, style);
    batch_text_end(text, batch, style);
    if (batch->number)
        append_next(text, batch, style);
}
