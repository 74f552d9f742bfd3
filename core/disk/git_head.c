#include "disk/git_head.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "disk/files.h"
#include "disk/state_dir.h"

#define BRANCHES "refs/heads/"

enum { REF_BYTES_MOST = 4096, PACKED_BYTES_MOST = 64 << 20 };

/* A commit's name: SHA-1 or SHA-256. */
static bool is_commit(struct span text) {
    bool is_hex = text.length == 40 || text.length == 64;
    for (size_t i = 0; is_hex && i < text.length; i++)
        is_hex = isxdigit((unsigned char)text.data[i]);
    return is_hex;
}

/* The text of a ref in @folder, or of HEAD. Empty if it cannot be read. */
static struct span read_ref(const char *folder, const char *name, struct buffer *text) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    if (!files_open(&files, folder, &error) || !files_is_path(name) ||
        !files_read(&files, name, REF_BYTES_MOST, text, NULL, &error))
        return (struct span){0};
    return span_trim(buffer_span(text));
}

/* Lines are "COMMIT NAME"; those that begin with "#" or "^" are none. The caller owns it. */
static char *find_packed(const char *common, const char *name) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    AUTO(buffer) text = {0};
    if (!files_open(&files, common, &error) ||
        !files_read(&files, "packed-refs", PACKED_BYTES_MOST, &text, NULL, &error))
        return NULL;
    struct span rest = buffer_span(&text), line;
    while (span_next_line(&rest, &line)) {
        const char *space = memchr(line.data, ' ', line.length);
        size_t length = space ? (size_t)(space - line.data) : 0;
        if (space && span_equals(span_skip(line, length + 1), name) && is_commit((struct span){line.data, length}))
            return memory_copy_part(line.data, length);
    }
    return NULL;
}

static char *find_commit(const char *common, const char *name) {
    AUTO(buffer) text = {0};
    struct span loose = read_ref(common, name, &text);
    return is_commit(loose) ? memory_copy_part(loose.data, loose.length) : find_packed(common, name);
}

static void make_side(struct git_head *head, const struct git_folder *git) {
    AUTO(buffer) text = {0};
    char key[DIGEST_FAST_TEXT];
    if (!state_dir_make_key(AT_FDCWD, git->folder, geteuid(), key))
        return;
    buffer_append_format(&text, "%s %s", key, head->branch ? head->branch : head->commit ? head->commit : "");
    digest_fast(buffer_span(&text), head->side);
}

void git_head_read(struct git_head *head, const struct git_folder *git) {
    static const char reference[] = "ref:";
    *head = (struct git_head){0};
    if (!git->folder)
        return;
    AUTO(buffer) text = {0};
    struct span content = read_ref(git->folder, "HEAD", &text);
    if (is_commit(content)) {
        head->commit = memory_copy_part(content.data, content.length);
    } else if (span_starts_with(content, reference)) {
        struct span name = span_trim(span_skip(content, strlen(reference)));
        AUTO_FREE char *whole = memory_copy_part(name.data, name.length);
        if (span_starts_with(name, BRANCHES) && strcmp(whole, BRANCHES ".invalid") != 0) /* a reftable has that */
            head->branch = memory_copy(whole + strlen(BRANCHES));
        head->commit = find_commit(git->common, whole);
    }
    make_side(head, git);
}

void git_head_release(struct git_head *head) {
    memory_free(head->branch);
    memory_free(head->commit);
    *head = (struct git_head){0};
}
