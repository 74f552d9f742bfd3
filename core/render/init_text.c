#include "render/init_text.h"

#include <string.h>

#include "base/text.h"
#include "format/json.h"
#include "render/batch_text.h"

static bool is_graph(const cJSON *data) {
    return strcmp(styled_text_string(data, "kind"), "graph") == 0;
}

static void append_heading(struct buffer *text, const cJSON *data, const struct style *style) {
    bool is_done = !styled_text_is_null(data, "batch");
    buffer_append_format(text, "%s %s", is_done ? "Created" : "Would create",
                         is_graph(data) ? "the dependency file of " : "the plan ");
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
    if (is_graph(data)) {
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

void init_text_plan(struct buffer *text, const cJSON *data, const struct style *style) {
    if (style->has_failed || !styled_text_count(data, "files"))
        return;
    append_heading(text, data, style);
    append_folders(text, data, style);
    batch_text_files(text, data, style);
    if (style->is_verbose && styled_text_is_null(data, "batch"))
        buffer_append_format(text, "Token: %s\n", styled_text_string(data, "token"));
    append_next(text, data, style);
}
