#include "config/team_trust.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "config/user_state.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "disk/files_write.h"

#define TRUST_FILE "trust"
#define TRUST_LOCK "trust.lock"

enum { TRUST_BYTES_MOST = 1 << 20, TRUST_MODE = 0600, LOCK_TIMEOUT_MS = 10000 };

static void append_line(struct buffer *text, const struct team_config *team, const char *root) {
    buffer_append_format(text, "%s %s %s", team->server, team->name, root);
}

/* The text of the file, empty if it is missing. False if it cannot be read, or others can write it. */
static bool read_trust(const struct files *files, struct buffer *text, struct error *error) {
    struct file_identity identity;
    if (files_kind(files, TRUST_FILE) == FILE_ABSENT)
        return true;
    if (!files_read(files, TRUST_FILE, TRUST_BYTES_MOST, text, &identity, error))
        return false;
    return (identity.owner == geteuid() && !(identity.mode & (S_IWGRP | S_IWOTH))) ||
           error_set(error, ERROR_CONFLICT, "others can write the file %s of your state", TRUST_FILE);
}

static bool has_line(struct span text, const char *wanted) {
    for (struct span line; span_next_line(&text, &line);)
        if (span_equals(line, wanted))
            return true;
    return false;
}

bool team_trust_has(const struct team_config *team, const char *root, settings_variable *variable) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(buffer) text = {0}, line = {0};
    AUTO(error) ignored = {0};
    append_line(&line, team, root);
    return user_state_open(&files, variable, false, &ignored) && read_trust(&files, &text, &ignored) &&
           has_line(buffer_span(&text), line.data);
}

static bool write_trust(const struct files *files, struct span text, struct error *error) {
    char temporary[sizeof TRUST_FILE "." + 24];
    snprintf(temporary, sizeof temporary, TRUST_FILE ".%ld", (long)getpid());
    return files_create(files, temporary, text, TRUST_MODE, true, NULL, error) &&
           files_replace(files, temporary, TRUST_FILE, error);
}

bool team_trust_add(const struct team_config *team, const char *root, settings_variable *variable,
                    struct error *error) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(buffer) text = {0}, line = {0};
    append_line(&line, team, root);
    if (text_shown_length(buffer_span(&line)) != line.length || strchr(root, '\n'))
        return error_set(error, ERROR_INVALID, "the workspace's path has characters that are not seen");
    if (!user_state_open(&files, variable, true, error))
        return false;
    AUTO_CLOSE int lock = files_lock_file(&files, TRUST_LOCK, TRUST_MODE, LOCK_TIMEOUT_MS, error);
    if (lock < 0 || !read_trust(&files, &text, error))
        return false;
    if (has_line(buffer_span(&text), line.data))
        return true;
    buffer_append_format(&text, "%s\n", line.data);
    return write_trust(&files, buffer_span(&text), error);
}
