#include "render/init_text.h"

#include <string.h>

#include "base/text.h"
#include "format/json.h"
#include "render/batch_text.h"

static bool is_graph(const cJSON *data) {
    return strcmp(styled_text_string(data, "kind"), "graph") == 0;
}

static bool is_update(const cJSON *data) {
    return strcmp(styled_text_string(data, "kind"), "update") == 0;
}

static const char *deed(const cJSON *data) {
    bool is_done = !styled_text_is_null(data, "batch");
    return is_update(data) ? (is_done ? "Updated" : "Would update") : is_done ? "Created" : "Would create";
}

static void append_heading(struct buffer *text, const cJSON *data, const struct style *style) {
    buffer_append_format(text, "%s %s", deed(data),
                         is_graph(data) || is_update(data) ? "the dependency file of " : "the plan ");
    styled_text_append_bold(text, style, styled_text_string(data, "plan"));
    buffer_append_string(text, " (");
    styled_text_append_visible(text, styled_text_string(data, "selection"));
    buffer_append_string(text, ") in ");
    const cJSON *workspace = json_get(data, "workspace");
    if (json_get_boolean(workspace, "is_new"))
        buffer_append_string(text, "the new workspace ");
    styled_text_append_visible(text, styled_text_string(workspace, "root"));
    buffer_append_string(text, ":\n");
}

static void append_folders(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *folder = styled_text_first(data, "folders"); folder; folder = folder->next) {
        styled_text_append_styled(text, style, "32", "  + ");
        styled_text_append_path(text, style, folder->valuestring);
        buffer_append_string(text, "/\n");
    }
}

/* A command that takes the plan by its name, which is the only one of it. */
static void append_command(struct buffer *text, const char *before, const cJSON *data, const char *after) {
    buffer_append_string(text, before);
    text_append_shell_word(text, styled_text_string(data, "plan"));
    buffer_append_string(text, after);
}

static void append_next(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t batch = json_get_unsigned(data, "batch");
    if (!batch)
        return;
    buffer_append_format(text, "Batch %zu. To undo it: batchctl undo %zu\n", batch, batch);
    if (is_graph(data) || is_update(data)) {
        append_command(text, "Next: batchctl status ", data, "\n");
        return;
    }
    buffer_append_string(text, "Next: edit ");
    styled_text_append_path(text, style, styled_text_string(data, "path"));
    buffer_append_string(text, "/PLAN_");
    styled_text_append_visible(text, styled_text_string(data, "plan"));
    buffer_append_string(text, ".md and parallel.json beside it;\n");
    append_command(text, "      batchctl validate ", data, " finds what is wrong,");
    append_command(text, " batchctl status ", data, " shows where you are\n");
}

/* What changes, as patch(1) reads it. */
static void append_diff(struct buffer *text, const cJSON *data, const struct style *style) {
    struct buffer shown = {0};
    for (struct span rest = span_of(styled_text_string(data, "diff")), line; span_next_line(&rest, &line);) {
        buffer_clear(&shown);
        text_append_shown(&shown, line);
        char mark = line.length ? line.data[0] : ' ';
        if (mark == '+' || mark == '-')
            styled_text_append_styled(text, style, mark == '+' ? "32" : "31", buffer_text(&shown));
        else
            buffer_append_span(text, buffer_span(&shown));
        buffer_append_byte(text, '\n');
    }
    buffer_release(&shown);
}

void init_text_plan(struct buffer *text, const cJSON *data, const struct style *style) {
    bool has_files = styled_text_count(data, batch_text_list(data));
    if (!style->has_failed && !has_files && is_update(data))
        buffer_append_string(text, "Nothing to change: the dependency file says what the PLAN says.\n");
    if (style->has_failed || !has_files)
        return;
    append_heading(text, data, style);
    append_folders(text, data, style);
    if (is_update(data) && styled_text_is_null(data, "batch"))
        append_diff(text, data, style);
    else
        batch_text_files(text, data, style);
    if (style->is_verbose && styled_text_is_null(data, "batch"))
        buffer_append_format(text, "Token: %s\n", styled_text_string(data, "token"));
    append_next(text, data, style);
}
