#include "base/path.h"

#include <string.h>

#include "base/memory.h"

/* The bytes of the folder that holds both, without a slash at the end: 0 is "/". */
static size_t shared_length(const char *a, const char *b) {
    size_t shared = 0;
    for (size_t i = 0;; i++) {
        bool a_ends = a[i] == '/' || a[i] == '\0', b_ends = b[i] == '/' || b[i] == '\0';
        if (a_ends && b_ends)
            shared = i;
        if (a[i] != b[i] || a[i] == '\0')
            return shared;
    }
}

void path_between(struct buffer *text, const char *here, const char *to) {
    size_t shared = shared_length(here, to), start = text->length;
    if (shared == 0 && strcmp(here, "/") != 0) {
        buffer_append_string(text, to);
        return;
    }
    for (const char *up = here + shared; (up = strchr(up, '/')) && up[1]; up++)
        buffer_append_string(text, text->length > start ? "/.." : "..");
    const char *rest = to + shared;
    while (*rest == '/')
        rest++;
    if (*rest && text->length > start)
        buffer_append_byte(text, '/');
    buffer_append_string(text, *rest || text->length > start ? rest : ".");
}

char *path_in(const char *folder, const char *name) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/%s", folder, name);
    return path.data;
}

char *path_parent(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == path ? memory_copy("/") : memory_copy_part(path, (size_t)(slash - path));
}
