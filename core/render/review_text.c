#include "render/review_text.h"

#include <string.h>

#include "batch/batch.h"
#include "render/batch_text.h"
#include "view/batch_view.h"

/* What a verb does, and has done. */
static const struct deed {
    enum batch_kind kind;
    const char *would, *done, *nothing;
} deeds[] = {
    {BATCH_SUBMIT, "Would submit", "Submitted", "submitted"},
    {BATCH_APPROVE, "Would approve", "Approved", "approved"},
    {BATCH_REJECT, "Would send back", "Sent back", "sent back"},
    {BATCH_SKIP, "Would skip", "Skipped", "skipped"},
    {BATCH_REOPEN, "Would open again", "Opened again", "opened again"},
    {BATCH_ADOPT, "Would adopt", "Adopted", "adopted"},
};

static const struct deed *deed_of(enum batch_kind kind) {
    size_t i = 0;
    while (i + 1 < sizeof deeds / sizeof *deeds && deeds[i].kind != kind)
        i++;
    return &deeds[i];
}

/* The ids, each once. */
static void append_ids(struct buffer *text, const struct file_list *files) {
    const char *last = "";
    for (size_t i = 0; i < files->count; i++) {
        const char *id = files->items[i].id ? files->items[i].id : "";
        if (strcmp(id, last) != 0)
            buffer_append_format(text, "%s%s", last[0] ? ", " : " ", id);
        last = id;
    }
}

void review_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct batch_view *batch = view;
    const struct deed *deed = deed_of(batch->kind);
    const struct file_list *files = batch_view_files(batch);
    if (style->has_failed)
        return;
    if (files->count) {
        buffer_append_string(text, batch->created.count ? deed->done : deed->would);
        append_ids(text, files);
        buffer_append_string(text, ":\n");
    } else {
        buffer_append_format(text, "Nothing to be %s (%s).\n", deed->nothing, batch->selection);
    }
    batch_text_files(text, batch, style);
    batch_text_skipped(text, batch, style);
    batch_text_end(text, batch, style);
}
