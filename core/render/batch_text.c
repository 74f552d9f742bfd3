#include "render/batch_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "batch/batch.h"
#include "plan/achievement.h"
#include "render/achievement_text.h"
#include "render/plan_text.h"
#include "render/styled_text.h"
#include "render/symbol.h"
#include "view/achievement_item.h"

enum { LISTED_MOST = 12 }; /* files that are left as they are */

const char *batch_text_kind(const char *kind) {
    static const struct {
        const char *kind, *words;
    } kinds[] = {{"subplan", "SUBPLAN"},
                 {"execution", "EXECUTION_TASK"},
                 {"rework", "rework EXECUTION_TASK"},
                 {"plan", "new plan"},
                 {"graph", "dependency file"},
                 {"import", "imported plan"},
                 {"submit", "SUBMITTED"},
                 {"approve", "APPROVED"},
                 {"reject", "FIX"},
                 {"skip", "SKIPPED"},
                 {"reopen", "reopened"},
                 {"adopt", "adopted"},
                 {"update", "update of the dependency file"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i].kind) == 0)
            return kinds[i].words;
    return kind;
}

static size_t line_count(struct span content) {
    size_t count = 0;
    for (size_t i = 0; i < content.length; i++)
        count += content.data[i] == '\n';
    return count;
}

static void append_content(struct buffer *text, const struct file_view *file, const struct style *style) {
    AUTO(buffer) path = {0};
    buffer_append_byte(text, '\n');
    styled_text_append_path(&path, style, file->path);
    styled_text_append_bold(text, style, buffer_text(&path));
    buffer_append_format(text, "  (%zu lines)\n", line_count(file->content));
    for (struct span rest = file->content, line; span_next_line(&rest, &line);) {
        text_append_visible(text, line);
        buffer_append_byte(text, '\n');
    }
}

static void append_contents(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    for (size_t i = 0; style->has_content && i < batch->files.count; i++)
        if (batch->files.items[i].has_content)
            append_content(text, &batch->files.items[i], style);
}

void batch_text_skipped(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    size_t count = batch->skipped.count, shown = count < LISTED_MOST ? count : LISTED_MOST;
    if (count)
        buffer_append_format(text, "Left as %s:\n", count == 1 ? "it is" : "they are");
    for (size_t i = 0; i < shown; i++) {
        const struct batch_failure *skip = &batch->skipped.items[i];
        buffer_append_string(text, "    ");
        styled_text_append_visible(text, skip->path ? "" : skip->id);
        styled_text_append_path(text, style, skip->path);
        buffer_append_format(text, "  (%s)\n", skip->reason);
    }
    if (count > shown)
        buffer_append_format(text, "    and %zu more\n", count - shown);
}

void batch_text_failure(struct buffer *text, const char *path, const char *reason, const struct style *style) {
    buffer_append_string(text, "  ");
    styled_text_append_styled(text, style, "31", symbol_text(style, "✗"));
    buffer_append_byte(text, ' ');
    styled_text_append_path(text, style, path);
    buffer_append_string(text, "  (");
    styled_text_append_visible(text, reason);
    buffer_append_string(text, ")\n");
}

static void append_others(struct buffer *text, const struct batch_view *batch) {
    size_t count = batch->other_count, shown = count < LISTED_MOST ? count : LISTED_MOST;
    if (count)
        buffer_append_string(text, "Ready for something else:\n");
    for (size_t i = 0; i < shown; i++)
        buffer_append_format(text, "    %s  %s\n", batch->others[i].id, batch->others[i].need);
    if (count > shown)
        buffer_append_format(text, "    and %zu more\n", count - shown);
}

static void append_blocked(struct buffer *text, const struct batch_view *batch) {
    size_t count = batch->blocked_count, shown = count < LISTED_MOST ? count : LISTED_MOST;
    if (count)
        buffer_append_string(text, "Blocked, and not to be worked on yet:\n");
    for (size_t i = 0; i < shown; i++) {
        const struct batch_blocked *blocked = &batch->blocked[i];
        buffer_append_format(text, "    %s  blocked by ", blocked->id);
        achievement_text_ids(text, &(struct ids){blocked->blockers, blocked->blocker_count}, SIZE_MAX);
        buffer_append_byte(text, '\n');
    }
    if (count > shown)
        buffer_append_format(text, "    and %zu more\n", count - shown);
}

/* With nothing left to create: why. */
static void append_nothing(struct buffer *text, const struct batch_view *batch) {
    const char *kind = batch_text_kind(batch->kind_name);
    bool is_waiting = false; /* is one ready for the SUBPLAN that another file is made from? */
    for (size_t i = 0; i < batch->other_count; i++)
        is_waiting |= strcmp(next_step_purpose(batch->others[i].step), "subplan") == 0;
    if (strcmp(batch->selection, "ready") != 0)
        buffer_append_format(text, "Nothing to create: no %s is missing (%s).\n", kind, batch->selection);
    else if (is_waiting)
        buffer_append_format(text, "Nothing to create: no achievement is ready for its %s.\n", kind);
    else
        buffer_append_format(text, "Nothing to create: every ready achievement has its %s.\n", kind);
}

static void append_files(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    const struct file_list *files = batch_view_files(batch);
    bool is_cut = files->count > STYLED_TEXT_ROWS_MOST && !style->is_verbose;
    for (size_t i = 0; i < (is_cut ? STYLED_TEXT_ROWS_MOST : files->count); i++) {
        styled_text_append_styled(text, style, "32", "  + ");
        styled_text_append_path(text, style, files->items[i].path);
        buffer_append_format(text, "  (%" PRIu64 " bytes)\n", files->items[i].size_bytes);
    }
    if (is_cut)
        buffer_append_format(text, "    and %zu more; -v lists them\n", files->count - STYLED_TEXT_ROWS_MOST);
}

void batch_text_files(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    append_files(text, batch, style);
    append_contents(text, batch, style);
}

void batch_text_end(struct buffer *text, const struct batch_view *batch, const struct style *style) {
    if (batch->number)
        buffer_append_format(text, "Batch %" PRIu64 ". To undo it: batchctl undo %" PRIu64 "\n", batch->number,
                             batch->number);
    else if (batch_view_files(batch)->count && style->is_verbose && batch->token)
        buffer_append_format(text, "Token: %s\n", batch->token);
}

void batch_text_create(struct buffer *text, const void *view, const struct style *style) {
    const struct batch_view *batch = view;
    size_t files = batch_view_files(batch)->count, failed = batch->failed.count;
    if (style->has_failed && !failed)
        return;
    if (files)
        buffer_append_format(text, "%s %zu %s%s (%s):\n", batch->created.count ? "Created" : "Would create", files,
                             batch_text_kind(batch->kind_name), text_plural(files), batch->selection);
    else if (!failed)
        append_nothing(text, batch);
    append_files(text, batch, style);
    for (size_t i = 0; i < failed; i++)
        batch_text_failure(text, batch->failed.items[i].path, batch->failed.items[i].reason, style);
    batch_text_skipped(text, batch, style);
    append_others(text, batch);
    append_blocked(text, batch);
    if (!files && !failed && batch->next.reason)
        plan_text_advice(text, &batch->next, style);
    append_contents(text, batch, style);
    batch_text_end(text, batch, style);
}
