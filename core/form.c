#include "form.h"

#include <errno.h>

#include "document.h"
#include "state_dir.h"
#include "template.h"

bool form_read(struct form *form, const struct files *files, const char *name, struct arena *arena,
               struct error *error) {
    const char *path = arena_format(arena, "%s/templates/%s", STATE_DIR_FOLDER, name);
    struct buffer text = {0};
    enum file_kind kind = FILE_ABSENT;
    if (!files_look(files, path, &kind, NULL, error) && error->system_errno != EACCES)
        return false;
    error_release(error);
    if (kind != FILE_REGULAR) {
        *form = (struct form){name, span_of(template_default(name))};
        return true;
    }
    bool is_read = files_read(files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, error);
    if (is_read)
        *form = (struct form){path, {arena_copy(arena, buffer_text(&text), text.length), text.length}};
    buffer_release(&text);
    return is_read;
}
