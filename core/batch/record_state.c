#include "batch/record_state.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "batch/record_path.h"

/* Reads what counts only as a whole: with all its inodes. */
static bool read_whole(const struct state_dir *state, enum state_part part, uint64_t number, const char *suffix,
                       struct record *record, struct error *error) {
    struct state_path path = record_path(state, part, number, suffix);
    if (!record_read(state->files, path.text, number, record, error))
        return false;
    if (record->is_staged)
        return true;
    record_release(record);
    return error_set(error, ERROR_INVALID, "%s is damaged", path.text);
}

/*
 * What the undo of a part has removed is not the batch's any more, also when another batch has made it again with the
 * same text and the same inode: no file has inode 0. @undo lists it in the order of the record.
 */
static void give_up_files(struct record *record, const struct record *undo) {
    for (size_t i = 0, k = 0; i < record->file_count && k < undo->file_count; i++)
        if (strcmp(record->files[i].path, undo->files[k].path) == 0) {
            record->files[i].inode = 0;
            k++;
        }
}

static bool look_at_parts(const struct state_dir *state, struct record *record, struct error *error) {
    for (unsigned part = 1;; part++) {
        AUTO(record) undo = {0};
        AUTO(error) damage = {0};
        struct state_path path = record_undone_path(state, record->number, part);
        if (record_read(state->files, path.text, record->number, &undo, &damage))
            give_up_files(record, &undo);
        else if (damage.code == ERROR_NOT_FOUND)
            return true;
        else
            return error_set(error, damage.code, "%s", damage.message);
    }
}

/* One that is pending counts: it is finished, unless it was cut off while it was written, and so has not begun. */
static bool look_at_undos(const struct state_dir *state, struct record *record, struct error *error) {
    AUTO(record) undo = {0};
    AUTO(error) failure = {0};
    enum file_kind whole, part;
    if (!files_look(state->files, record_undone_path(state, record->number, 0).text, &whole, NULL, error) ||
        !files_look(state->files, record_undone_path(state, record->number, 1).text, &part, NULL, error))
        return false;
    bool is_pending = read_whole(state, STATE_PENDING, record->number, ".undo", &undo, &failure);
    record->has_pending_undo = whole != FILE_REGULAR && is_pending && !undo.is_part;
    record->is_undone = whole == FILE_REGULAR || record->has_pending_undo;
    record->is_partly_undone = !record->is_undone && (part == FILE_REGULAR || is_pending);
    return part != FILE_REGULAR || look_at_parts(state, record, error);
}

bool record_read_batch(const struct state_dir *state, uint64_t number, struct record *record, struct error *error) {
    *record = (struct record){0};
    bool is_possible = state->is_mine && number > 0 && number <= RECORD_NUMBER_MOST;
    if (!is_possible || !read_whole(state, STATE_BATCHES, number, "", record, error)) {
        if (!is_possible || error->code == ERROR_NOT_FOUND)
            error_set(error, ERROR_NOT_FOUND, "there is no batch %" PRIu64, number);
        return false;
    }
    bool is_known = look_at_undos(state, record, error);
    if (!is_known)
        record_release(record);
    return is_known;
}

/* Is its content what the file was given? @state is set if it is not, or cannot be found any more. */
static bool compare_content(const struct files *files, const struct record_file *file, bool *is_same,
                            enum record_state *state, struct error *error) {
    AUTO(buffer) text = {0};
    char sha[DIGEST_SHA_TEXT];
    bool is_read = files_read(files, file->path, file->size_bytes, &text, NULL, error);
    digest_sha(buffer_span(&text), sha);
    *is_same = is_read && strcmp(sha, file->sha) == 0;
    if (!is_read && error->code == ERROR_NOT_FOUND) { /* removed since the look */
        *state = RECORD_GONE;
        error_release(error);
        return true;
    }
    return is_read;
}

bool record_look(const struct files *files, const struct record_file *file, enum record_state *state,
                 struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    bool is_same;
    *state = RECORD_CHANGED;
    if (!files_look(files, file->path, &kind, &identity, error))
        return false;
    if (kind == FILE_ABSENT)
        *state = RECORD_GONE;
    if (kind != FILE_REGULAR || identity.size_bytes != file->size_bytes)
        return true;
    if (!compare_content(files, file, &is_same, state, error))
        return false;
    if (is_same)
        *state = identity.inode == file->inode ? RECORD_AS_WRITTEN : RECORD_REPLACED;
    return true;
}

bool record_is_being_undone(const struct state_dir *state, uint64_t number) {
    return files_kind(state->files, record_path(state, STATE_PENDING, number, ".undo").text) == FILE_REGULAR;
}
