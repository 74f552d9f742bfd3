#include "render/review_text.h"

#include <string.h>

#include "format/json.h"
#include "render/batch_text.h"
#include "render/styled_text.h"

/* What a verb does, and has done. */
static const struct deed {
    const char *kind, *would, *done, *nothing;
} deeds[] = {
    {"submit", "Would submit", "Submitted", "submitted"},
    {"approve", "Would approve", "Approved", "approved"},
    {"reject", "Would send back", "Sent back", "sent back"},
    {"skip", "Would skip", "Skipped", "skipped"},
    {"reopen", "Would open again", "Opened again", "opened again"},
    {"adopt", "Would adopt", "Adopted", "adopted"},
};

static const struct deed *deed_of(const cJSON *data) {
    const char *kind = styled_text_string(data, "kind");
    size_t i = 0;
    while (i + 1 < sizeof deeds / sizeof *deeds && strcmp(deeds[i].kind, kind) != 0)
        i++;
    return &deeds[i];
}

/* The ids, each once. */
static void append_ids(struct buffer *text, const cJSON *data) {
    const char *last = "";
    for (const cJSON *file = styled_text_first(data, batch_text_list(data)); file; file = file->next) {
        const char *id = styled_text_string(file, "id");
        if (strcmp(id, last) != 0)
            buffer_append_format(text, "%s%s", last[0] ? ", " : " ", id);
        last = id;
    }
}

void review_text_show(struct buffer *text, const cJSON *data, const struct style *style) {
    const struct deed *deed = deed_of(data);
    size_t files = styled_text_count(data, batch_text_list(data)), batch = json_get_unsigned(data, "batch");
    if (style->has_failed)
        return;
    if (files) {
        buffer_append_string(text, styled_text_count(data, "created") ? deed->done : deed->would);
        append_ids(text, data);
        buffer_append_string(text, ":\n");
    } else {
        buffer_append_format(text, "Nothing to be %s (%s).\n", deed->nothing, styled_text_string(data, "selection"));
    }
    batch_text_files(text, data, style);
    batch_text_skipped(text, data, style);
    if (batch)
        buffer_append_format(text, "Batch %zu. To undo it: batchctl undo %zu\n", batch, batch);
    else if (files && style->is_verbose)
        buffer_append_format(text, "Token: %s\n", styled_text_string(data, "token"));
}
