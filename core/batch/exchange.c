#include "batch/exchange.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/auto.h"
#include "base/memory.h"
#include "batch/journal_files.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "disk/files.h"
#include "disk/files_write.h"

enum content {
    CONTENT_NONE,  /* no file */
    CONTENT_NEW,   /* the file of the batch */
    CONTENT_OLD,   /* what the batch was made of */
    CONTENT_OTHER, /* what another process has written */
};

static struct state_path stage_of(const struct state_dir *state, const struct record *record) {
    return record_staged_path(state, record->number, 0);
}

static struct state_path staged_path(const struct state_dir *state, const struct record *record) {
    char name[64];
    snprintf(name, sizeof name, "%06" PRIu64 "-0/0", record->number);
    return state_dir_path(state, STATE_STAGE, name);
}

static struct state_path kept_path(const struct state_dir *state, const struct record *record) {
    return record_path(state, STATE_BATCHES, record->number, ".replaced");
}

static bool look(const struct state_dir *state, const struct record *record, const char *path, enum content *content,
                 struct error *error) {
    struct record_file file = record->files[0];
    enum record_state found;
    file.path = path;
    if (!record_look(state->files, &file, &found, error))
        return false;
    *content = found == RECORD_AS_WRITTEN ? CONTENT_NEW : found == RECORD_GONE ? CONTENT_NONE : CONTENT_OTHER;
    if (*content != CONTENT_OTHER)
        return true;
    file.sha = file.old_sha;
    file.size_bytes = file.old_size_bytes;
    if (!record_look(state->files, &file, &found, error))
        return false;
    bool is_old = found == RECORD_AS_WRITTEN || found == RECORD_REPLACED;
    *content = is_old ? CONTENT_OLD : found == RECORD_GONE ? CONTENT_NONE : CONTENT_OTHER;
    return true;
}

/* --- applying --- */

bool exchange_stage(const struct state_dir *state, struct record *record, struct span content, struct error *error) {
    const struct files *files = state->files;
    struct record_file *file = &record->files[0];
    struct state_path staged = staged_path(state, record);
    struct file_identity old;
    enum file_kind kind;
    enum files_descent descent;
    AUTO(buffer) folder = {0}, line = {0};
    journal_files_folder_of(file->path, &folder);
    if (!files_look(files, file->path, &kind, &old, error))
        return false;
    if (kind != FILE_REGULAR)
        return error_set(error, ERROR_STALE, "%s is gone; nothing was written", file->path);
    if (!files_make_folder(files, stage_of(state, record).text, STATE_DIR_MODE, error) ||
        !files_hand_down(files, buffer_text(&folder), stage_of(state, record).text, &descent, error) ||
        !files_create(files, staged.text, content, old.mode & 0777, false, &file->inode, error) ||
        !files_set_rights(files, staged.text, old.group, old.mode & 0777, error))
        return false;
    record->is_staged = true;
    record_write_inodes(&line, record);
    return files_append(files, record_path(state, STATE_PENDING, record->number, "").text, buffer_span(&line), error);
}

bool exchange_names(const struct state_dir *state, const struct record *record, struct error *error) {
    const char *path = record->files[0].path;
    if (files_exchange(state->files, staged_path(state, record).text, path, error))
        return true;
    if (error->code == ERROR_NOT_FOUND)
        return error_set(error, ERROR_STALE, "%s is gone; nothing was written", path);
    return error_hint(error, "--dry-run shows the difference: apply it by hand");
}

/* Gives @from the name @to; where nothing has that name any more, by a move. */
static bool put_back(const struct files *files, const char *from, const char *to, struct error *error) {
    if (files_exchange(files, from, to, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return files_publish(files, from, to, error);
}

/*
 * @staged is what another process has written: that gets its name back. Has it written again in between, then that is
 * what came out now, and is newer; the one before is kept.
 */
static bool give_way(const struct state_dir *state, const struct record *record, struct error *error) {
    struct state_path staged = staged_path(state, record);
    const char *path = record->files[0].path;
    enum content content;
    if (!put_back(state->files, staged.text, path, error) || !look(state, record, staged.text, &content, error))
        return false;
    bool is_back = content == CONTENT_NEW || content == CONTENT_NONE ||
                   (put_back(state->files, staged.text, path, error) &&
                    files_publish(state->files, staged.text, kept_path(state, record).text, error));
    return is_back && journal_files_sync_folder_of(state->files, path, error);
}

bool exchange_settle(const struct state_dir *state, const struct record *record, bool *is_replaced,
                     struct error *error) {
    struct state_path staged = staged_path(state, record), kept = kept_path(state, record);
    enum content content, before;
    *is_replaced = false;
    if (!look(state, record, staged.text, &content, error) || !look(state, record, kept.text, &before, error))
        return false;
    if (content == CONTENT_NEW)
        return true;
    if (content == CONTENT_NONE) {
        *is_replaced = before == CONTENT_OLD;
        return true;
    }
    if (content == CONTENT_OTHER || files_is_being_written(state->files, staged.text))
        return give_way(state, record, error);
    *is_replaced = true;
    return files_publish(state->files, staged.text, kept.text, error) &&
           journal_files_sync_folder_of(state->files, record->files[0].path, error) &&
           files_sync_all(state->files, STATE_DIR_FOLDER, error);
}

bool exchange_clear(const struct state_dir *state, const struct record *record, struct error *error) {
    if (files_remove_folder(state->files, stage_of(state, record).text, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

/* --- undo --- */

bool exchange_look(const struct state_dir *state, const struct record *record, bool *is_kept, struct error *error) {
    enum content content;
    bool is_known = look(state, record, kept_path(state, record).text, &content, error);
    *is_kept = is_known && content == CONTENT_OLD;
    return is_known;
}

static bool undo_names(const struct state_dir *state, const struct record *record, enum content *kept,
                       struct error *error) {
    struct state_path from = kept_path(state, record);
    return files_exchange(state->files, from.text, record->files[0].path, error) &&
           look(state, record, from.text, kept, error);
}

bool exchange_undo(const struct state_dir *state, const struct record *record, const char *cause,
                   struct diagnostics *recovered, struct error *error) {
    struct state_path from = kept_path(state, record);
    const char *path = record->files[0].path;
    enum content kept, present;
    if (!look(state, record, from.text, &kept, error) || !look(state, record, path, &present, error))
        return false;
    if (kept != CONTENT_NEW && present == CONTENT_NEW && !undo_names(state, record, &kept, error))
        return false;
    if (kept == CONTENT_OTHER && present != CONTENT_NEW && present != CONTENT_OLD)
        return true;
    if (kept == CONTENT_OTHER) /* another process was faster: what it has written gets its name back */
        return put_back(state->files, from.text, path, error);
    if (kept != CONTENT_NEW)
        return true;
    if (cause)
        diagnostics_add(recovered,
                        &(struct diagnostic){
                            .severity = SEVERITY_WARNING, .code = "journal.recovered", .message = cause, .file = path});
    return journal_files_remove(state->files, from.text, error);
}
