#include "render/batch_text.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "format/json.h"
#include "plan/next_command.h"
#include "render/plan_text.h"
#include "render/symbol.h"
#include "render/table.h"

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

static const char *kind_words(const cJSON *data) {
    return batch_text_kind(styled_text_string(data, "kind"));
}

static size_t line_count(const char *content) {
    size_t count = 0;
    for (; *content; content++)
        count += *content == '\n';
    return count;
}

static void append_contents(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *file = styled_text_first(data, "files"); file; file = file->next) {
        const char *content = styled_text_string(file, "content");
        buffer_append_byte(text, '\n');
        struct buffer path = {0};
        styled_text_append_path(&path, style, styled_text_string(file, "path"));
        styled_text_append_bold(text, style, buffer_text(&path));
        buffer_release(&path);
        buffer_append_format(text, "  (%zu lines)\n", line_count(content));
        for (struct span rest = span_of(content), line; span_next_line(&rest, &line);) {
            text_append_visible(text, line);
            buffer_append_byte(text, '\n');
        }
    }
}

void batch_text_skipped(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t count = styled_text_count(data, "skipped"), shown = 0;
    if (count)
        buffer_append_format(text, "Left as %s:\n", count == 1 ? "it is" : "they are");
    for (const cJSON *item = styled_text_first(data, "skipped"); item && shown < LISTED_MOST;
         item = item->next, shown++) {
        buffer_append_string(text, "    ");
        styled_text_append_visible(text, styled_text_is_null(item, "path") ? styled_text_string(item, "id") : "");
        styled_text_append_path(text, style, styled_text_string(item, "path"));
        buffer_append_format(text, "  (%s)\n", styled_text_string(item, "reason"));
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

static void append_failed(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *item = styled_text_first(data, "failed"); item; item = item->next)
        batch_text_failure(text, styled_text_string(item, "path"), styled_text_string(item, "reason"), style);
}

static void append_also_ready(struct buffer *text, const cJSON *data) {
    size_t count = styled_text_count(data, "also_ready"), shown = 0;
    if (count)
        buffer_append_string(text, "Ready for something else:\n");
    for (const cJSON *item = styled_text_first(data, "also_ready"); item && shown < LISTED_MOST;
         item = item->next, shown++)
        buffer_append_format(text, "    %s  %s\n", styled_text_string(item, "id"),
                             styled_text_string(item, "what_next"));
    if (count > shown)
        buffer_append_format(text, "    and %zu more\n", count - shown);
}

static void append_blocked(struct buffer *text, const cJSON *data) {
    size_t count = styled_text_count(data, "blocked"), shown = 0;
    if (count)
        buffer_append_string(text, "Blocked, and not to be worked on yet:\n");
    for (const cJSON *item = styled_text_first(data, "blocked"); item && shown < LISTED_MOST;
         item = item->next, shown++) {
        buffer_append_format(text, "    %s  blocked by ", styled_text_string(item, "id"));
        for (const cJSON *id = styled_text_first(item, "blocked_by"); id; id = id->next)
            buffer_append_format(text, "%s%s", id->valuestring, id->next ? ", " : "\n");
    }
    if (count > shown)
        buffer_append_format(text, "    and %zu more\n", count - shown);
}

/* With nothing left to create: why. */
static void append_nothing(struct buffer *text, const cJSON *data) {
    const char *kind = kind_words(data), *selection = styled_text_string(data, "selection");
    bool is_waiting = false; /* is one ready for the SUBPLAN that another file is made from? */
    for (const cJSON *item = styled_text_first(data, "also_ready"); item; item = item->next)
        is_waiting |= strcmp(styled_text_string(item, "for"), "subplan") == 0;
    if (strcmp(selection, "ready") != 0)
        buffer_append_format(text, "Nothing to create: no %s is missing (%s).\n", kind, selection);
    else if (is_waiting)
        buffer_append_format(text, "Nothing to create: no achievement is ready for its %s.\n", kind);
    else
        buffer_append_format(text, "Nothing to create: every ready achievement has its %s.\n", kind);
}

const char *batch_text_list(const cJSON *data) {
    return styled_text_count(data, "created") ? "created" : "files";
}

static void append_files_of(struct buffer *text, const cJSON *data, const char *key, const struct style *style) {
    size_t count = styled_text_count(data, key), shown = 0;
    for (const cJSON *file = styled_text_first(data, key); file; file = file->next) {
        if (shown++ == STYLED_TEXT_ROWS_MOST && !style->is_verbose) {
            buffer_append_format(text, "    and %zu more; -v lists them\n", count - STYLED_TEXT_ROWS_MOST);
            break;
        }
        styled_text_append_styled(text, style, "32", "  + ");
        styled_text_append_path(text, style, styled_text_string(file, "path"));
        if (!styled_text_is_null(file, "size"))
            buffer_append_format(text, "  (%zu bytes)", json_get_unsigned(file, "size"));
        buffer_append_byte(text, '\n');
    }
}

void batch_text_files(struct buffer *text, const cJSON *data, const struct style *style) {
    append_files_of(text, data, batch_text_list(data), style);
    if (style->has_content)
        append_contents(text, data, style);
}

void batch_text_create(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t created = styled_text_count(data, "created"), files = created ? created : styled_text_count(data, "files");
    size_t failed = styled_text_count(data, "failed"), batch = json_get_unsigned(data, "batch");
    const char *kind = kind_words(data);
    if (style->has_failed && !failed)
        return;
    if (files)
        buffer_append_format(text, "%s %zu %s%s (%s):\n", created ? "Created" : "Would create", files, kind,
                             text_plural(files), styled_text_string(data, "selection"));
    else if (!failed)
        append_nothing(text, data);
    append_files_of(text, data, batch_text_list(data), style);
    append_failed(text, data, style);
    batch_text_skipped(text, data, style);
    append_also_ready(text, data);
    append_blocked(text, data);
    if (!files && !failed && !styled_text_is_null(data, "reason"))
        plan_text_advice(text,
                         &(struct next_command){.command = json_get_string(data, "command"),
                                                .reason = styled_text_string(data, "reason")},
                         style);
    if (style->has_content)
        append_contents(text, data, style);
    if (batch)
        buffer_append_format(text, "Batch %zu. To undo it: batchctl undo %zu\n", batch, batch);
    else if (files && style->is_verbose)
        buffer_append_format(text, "Token: %s\n", styled_text_string(data, "token"));
}

void batch_text_undo(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t removed = styled_text_count(data, "removed"), kept = styled_text_count(data, "kept");
    bool is_preview = json_get_boolean(data, "dry_run");
    bool is_renaming = strcmp(styled_text_string(data, "kind"), "reopen") == 0;
    if (style->has_failed)
        return;
    buffer_append_format(text, "Batch %zu of ", json_get_unsigned(data, "batch"));
    styled_text_append_visible(text, styled_text_string(data, "time"));
    buffer_append_string(text, ": ");
    styled_text_append_visible(text, styled_text_string(data, "plan"));
    buffer_append_format(text, ", %s, ", kind_words(data));
    styled_text_append_visible(text, styled_text_string(data, "selection"));
    buffer_append_byte(text, '\n');
    if (removed && strcmp(styled_text_string(data, "kind"), "update") == 0)
        buffer_append_format(text, "%s back as it was before:\n", is_preview ? "Would put" : "Put");
    else if (removed)
        buffer_append_format(text, "%s %zu file%s:\n",
                             is_renaming  ? is_preview ? "Would rename back" : "Renamed back"
                             : is_preview ? "Would remove"
                                          : "Removed",
                             removed, text_plural(removed));
    else
        buffer_append_string(text, "Nothing to undo: every file stays.\n");
    for (const cJSON *file = styled_text_first(data, "removed"); file; file = file->next) {
        styled_text_append_styled(text, style, "31", "  - ");
        styled_text_append_path(text, style, file->valuestring);
        buffer_append_byte(text, '\n');
    }
    if (kept)
        buffer_append_string(text, is_preview ? "Would keep:\n" : "Kept:\n");
    for (const cJSON *file = styled_text_first(data, "kept"); file; file = file->next) {
        buffer_append_string(text, "    ");
        styled_text_append_path(text, style, styled_text_string(file, "path"));
        buffer_append_format(text, "  (%s)\n", styled_text_string(file, "reason"));
    }
}
