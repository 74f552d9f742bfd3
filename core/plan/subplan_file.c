#include "plan/subplan_file.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

void subplan_file_read(struct subplan_file *file, const struct files *files, const char *path) {
    AUTO(buffer) text = {0};
    AUTO(document) document = {0};
    file->is_tried = true;
    file->is_read = files_read(files, path, DOCUMENT_SIZE_MOST_BYTES, &text, &file->identity, &file->error);
    if (!file->is_read)
        return;
    document_parse(&document, buffer_span(&text));
    file->state = document_subplan_state(&document);
    file->conflict_line = document.conflict_line;
    file->unseen_line = text_unseen_line(buffer_span(&document.text));
    struct span stated = document_achievement(&document);
    if (stated.length)
        file->stated_id = memory_copy_part(stated.data, stated.length);
}

void subplan_file_release(struct subplan_file *file) {
    memory_free(file->stated_id);
    error_release(&file->error);
    *file = (struct subplan_file){0};
}
