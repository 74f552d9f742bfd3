#include "disk/derived_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/memory.h"
#include "disk/files.h"
#include "disk/files_write.h"

enum { DERIVED_FILE_SIZE_MOST_BYTES = 64 << 20 };

const char *const derived_outcome_names[] = {"new", "replaced", "unchanged", "kept"};

static void append_seal(struct buffer *content, const struct derived_file *file) {
    char digest[DIGEST_FAST_TEXT];
    digest_fast(buffer_span(content), digest);
    buffer_append_format(content, "%s written by batchctl, unedited: %s%s\n", file->comment, digest, file->comment_end);
}

static void append_content(struct buffer *content, const struct derived_file *file) {
    buffer_append_span(content, file->text);
    if (file->comment)
        append_seal(content, file);
}

static bool is_same(const struct buffer *one, const struct buffer *other) {
    return one->length == other->length && memcmp(buffer_text(one), buffer_text(other), one->length) == 0;
}

/* Is the last line of @present the digest of those above it? */
static bool is_unedited(const struct buffer *present, const struct derived_file *file) {
    AUTO(buffer) sealed = {0};
    if (!file->comment || present->length < 2)
        return false;
    const char *end = memrchr(present->data, '\n', present->length - 1);
    buffer_append(&sealed, present->data, end ? (size_t)(end + 1 - present->data) : 0);
    append_seal(&sealed, file);
    return is_same(&sealed, present);
}

/* What becomes of the file. CONFLICT if something that is no regular file has its name. */
static bool decide(const struct derived_file *file, const struct files *files, bool is_forced,
                   enum derived_outcome *outcome, struct error *error) {
    AUTO(buffer) content = {0}, present = {0};
    enum file_kind kind;
    *outcome = DERIVED_NEW;
    if (!files_look(files, file->name, &kind, NULL, error))
        return false;
    if (kind == FILE_ABSENT)
        return true;
    if (kind != FILE_REGULAR) {
        error_set(error, ERROR_CONFLICT, "%s/%s is no regular file; nothing was written", files->label, file->name);
        return error_hint(error, "give another name with --output, or remove what is in the way");
    }
    if (!files_read(files, file->name, DERIVED_FILE_SIZE_MOST_BYTES, &present, NULL, error))
        return false;
    append_content(&content, file);
    *outcome = is_same(&content, &present)                ? DERIVED_UNCHANGED
               : is_forced || is_unedited(&present, file) ? DERIVED_REPLACED
                                                          : DERIVED_KEPT;
    return true;
}

/* Write it, if that is the outcome: under another name, which becomes its own in one step. */
static bool write_as(const struct derived_file *file, const struct files *files, enum derived_outcome outcome,
                     struct error *error) {
    AUTO(buffer) content = {0}, other = {0};
    AUTO(error) ignored = {0};
    mode_t mask = umask(0);
    umask(mask);
    if (outcome == DERIVED_UNCHANGED || outcome == DERIVED_KEPT)
        return true;
    append_content(&content, file);
    buffer_append_format(&other, ".%s.%ld", file->name, (long)getpid());
    if (!files_create(files, other.data, buffer_span(&content), 0666 & ~mask, false, NULL, error))
        return false;
    bool is_moved = outcome == DERIVED_NEW ? files_publish(files, other.data, file->name, error)
                                           : files_replace(files, other.data, file->name, error);
    if (!is_moved)
        files_remove(files, other.data, &ignored);
    return is_moved;
}

/* The folder of a path, which ends where its last name begins. The caller frees it. */
static char *folder_of(const char *path, const char *name) {
    struct buffer folder = {0};
    buffer_append(&folder, path, (size_t)(name - path));
    while (folder.length > 1 && folder.data[folder.length - 1] == '/')
        buffer_truncate(&folder, folder.length - 1);
    buffer_append_string(&folder, folder.length ? "" : ".");
    return folder.data;
}

bool derived_file_put(const struct derived_file *file, bool is_forced, enum derived_outcome *outcome,
                      struct error *error) {
    const char *path = file->name, *slash = strrchr(path, '/');
    struct derived_file named = *file;
    named.name = slash ? slash + 1 : path;
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO_FREE char *folder = folder_of(path, named.name);
    if (!files_open(&files, folder, error))
        return false;
    files.label = folder;
    if (!decide(&named, &files, is_forced, outcome, error) || !write_as(&named, &files, *outcome, error))
        return false;
    if (*outcome != DERIVED_KEPT)
        return true;
    error_set(error, ERROR_CONFLICT, "%s was edited, or another program made it; it was not written", path);
    return error_hint(error, "--force replaces it");
}

static bool put_all(const struct derived_file *files, size_t count, const struct files *folder, bool is_forced,
                    enum derived_outcome *outcomes, struct error *error) {
    for (size_t i = 0; i < count; i++)
        if (!decide(&files[i], folder, is_forced, &outcomes[i], error))
            return false;
    for (size_t i = 0; i < count; i++)
        if (!write_as(&files[i], folder, outcomes[i], error))
            return false;
    return true;
}

bool derived_file_put_all(const struct derived_file *files, size_t count, const char *folder, bool is_forced,
                          enum derived_outcome *outcomes, struct error *error) {
    AUTO_CALL(files_close) struct files opened = FILES_CLOSED;
    if (count == 0)
        return true;
    bool is_new = mkdir(folder, 0777) == 0;
    if (!is_new && errno != EEXIST)
        return error_set_system(error, errno, "cannot make the folder %s", folder);
    bool is_open = files_open(&opened, folder, error);
    opened.label = folder;
    bool is_written = is_open && put_all(files, count, &opened, is_forced, outcomes, error);
    if (!is_written && is_new)
        rmdir(folder);
    return is_written;
}

void derived_file_append_outcome(struct buffer *text, const char *name, enum derived_outcome outcome) {
    buffer_append_format(text, outcome == DERIVED_UNCHANGED ? "%s is there and unchanged\n" : "Wrote %s\n", name);
}
