#include "plan/loader.h"

#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"

struct loader loader_begin(struct plan *plan, const struct files *files, const struct plan *previous) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct loader){
        .plan = plan,
        .previous = previous,
        .files = files,
        .started_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
    };
}

void loader_report(struct loader *loader, enum severity severity, const char *file, const char *code,
                   const char *message, const char *hint) {
    diagnostics_add(
        &loader->plan->diagnostics,
        &(struct diagnostic){.severity = severity, .code = code, .message = message, .file = file, .hint = hint});
}

void loader_report_unseen(struct loader *loader, const char *file, unsigned line) {
    if (line)
        diagnostics_add(&loader->plan->diagnostics,
                        &(struct diagnostic){.severity = SEVERITY_WARNING,
                                             .code = "text.unseen",
                                             .message = "this line has characters that are not seen; where it is "
                                                        "shown or quoted, their codes stand for them",
                                             .file = file,
                                             .line = line,
                                             .hint = "write it without them"});
}

const char *loader_join(struct loader *loader, const char *folder, const char *name) {
    AUTO(buffer) path = {0};
    buffer_append_string(&path, folder);
    if (folder[0])
        buffer_append_byte(&path, '/');
    buffer_append_string(&path, name);
    return arena_copy(&loader->plan->arena, path.data, path.length);
}

void loader_report_error(struct loader *loader, const char *file, const char *code, struct error *error) {
    const char *cause = error->system_errno ? strerrordesc_np(error->system_errno) : NULL;
    loader_report(loader, SEVERITY_ERROR, file, code,
                  cause ? loader_format(loader, "this cannot be read: %s", cause) : error->message, error->hint);
    error_release(error);
}

uint64_t loader_mark(const struct loader *loader, const struct file_identity *identity) {
    bool is_settled = identity->ctime_ns + (int64_t)PLAN_SETTLED_MS * 1000000 < loader->started_ns;
    return is_settled ? digest_number(identity, sizeof *identity) : 0;
}

void loader_note_links(struct loader *loader, const struct file_identity *identity) {
    const uint64_t file[] = {identity->device, identity->inode};
    if (identity->links > 1)
        loader->plan->links += digest_number(file, sizeof file) | 1;
}

uint64_t loader_note_read(struct loader *loader, const struct file_identity *identity) {
    if (!loader->has_noted_links)
        loader_note_links(loader, identity);
    return loader_mark(loader, identity);
}

bool loader_read_file(struct loader *loader, const char *path, size_t most, struct buffer *text, uint64_t *mark,
                      struct error *error) {
    struct file_identity identity;
    loader->plan->read_count++;
    if (!files_read(loader->files, path, most, text, &identity, error))
        return false;
    uint64_t read_mark = loader_note_read(loader, &identity);
    if (mark)
        *mark = read_mark;
    return true;
}

bool loader_list(struct loader *loader, const char *path, struct listing *listing, struct error *error) {
    loader->plan->list_count++;
    return files_list(loader->files, path, listing, error);
}
