#include "watch/mount_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"

/* A path's odd characters are octal there (show_mountinfo in the kernel's fs/proc_namespace.c). */
static void append_as_in_table(struct buffer *text, const char *path) {
    for (; *path; path++)
        if (strchr(" \t\n\\", *path))
            buffer_append_format(text, "\\%03o", (unsigned)*path);
        else
            buffer_append_byte(text, *path);
}

/* The fifth word of a line is where the mount is. */
static bool is_beneath(struct span line, const struct buffer *root) {
    for (int i = 0; i < 4; i++) {
        const char *blank = memchr(line.data, ' ', line.length);
        if (!blank)
            return false;
        line = span_skip(line, (size_t)(blank - line.data) + 1);
    }
    if (root->length > 1) { /* or it is "/", and everything is beneath it */
        if (!span_starts_with(line, root->data))
            return false;
        line = span_skip(line, root->length);
    }
    return line.length && (line.data[0] == ' ' || line.data[0] == '/');
}

static bool read_table(int descriptor, struct buffer *text) {
    enum { PART_BYTES = 4096 };
    for (;;) {
        buffer_reserve(text, PART_BYTES);
        ssize_t got = pread(descriptor, text->data + text->length, PART_BYTES, (off_t)text->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        text->length += (size_t)got;
    }
}

/* A table that cannot be read may hold anything. */
static bool has_any(const struct mount_watch *mounts) {
    AUTO(buffer) table = {0};
    bool is_found = !read_table(mounts->descriptor, &table);
    struct span rest = buffer_span(&table), line;
    while (!is_found && span_next_line(&rest, &line))
        is_found = is_beneath(line, &mounts->root);
    return is_found;
}

void mount_watch_open(struct mount_watch *mounts, const char *root) {
    *mounts = (struct mount_watch){.descriptor = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)};
    append_as_in_table(&mounts->root, root);
    if (mounts->descriptor >= 0)
        mounts->has_any = has_any(mounts);
}

void mount_watch_close(struct mount_watch *mounts) {
    if (mounts->descriptor >= 0)
        close(mounts->descriptor);
    buffer_release(&mounts->root);
    *mounts = (struct mount_watch){.descriptor = -1};
}

bool mount_watch_may_concern_us(struct mount_watch *mounts) {
    bool had_any = mounts->has_any;
    mounts->has_any = has_any(mounts);
    return had_any || mounts->has_any;
}
