#include "disk/template_files.h"

#include <errno.h>

#include "base/auto.h"
#include "base/text.h"
#include "disk/state_dir.h"
#include "format/template.h"

bool template_file_read(struct template_file *file, const struct files *files, const char *name, struct arena *arena,
                        struct error *error) {
    const char *path = arena_format(arena, "%s/templates/%s", STATE_DIR_FOLDER, name);
    AUTO(buffer) text = {0}, normal = {0};
    enum file_kind kind = FILE_ABSENT;
    if (!files_look(files, path, &kind, NULL, error) && error->system_errno != EACCES)
        return false;
    error_release(error);
    if (kind != FILE_REGULAR) {
        *file = (struct template_file){name, span_of(template_default(name))};
        return true;
    }
    if (!files_read(files, path, TEMPLATE_FILE_SIZE_MOST_BYTES, &text, NULL, error))
        return false;
    text_append_normalized(&normal, buffer_span(&text));
    *file = (struct template_file){path, {arena_copy(arena, buffer_text(&normal), normal.length), normal.length}};
    return true;
}
