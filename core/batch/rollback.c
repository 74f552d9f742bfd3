#include "batch/rollback.h"

#include <errno.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/journal_files.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "batch/renaming.h"
#include "disk/files.h"
#include "disk/files_write.h"
#include "disk/listing.h"

bool rollback_file(const struct state_dir *state, const struct record_file *file, const char *cause,
                   struct diagnostics *recovered, struct error *error) {
    enum record_state found;
    if (file->from)
        return renaming_file(state, *file, file->from, cause, recovered, error);
    if (!record_look(state->files, file, &found, error))
        return false;
    if (found != RECORD_AS_WRITTEN)
        return true;
    if (!journal_files_remove(state->files, file->path, error))
        return false;
    if (cause)
        diagnostics_add(recovered, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                        .code = "journal.recovered",
                                                        .message = cause,
                                                        .file = file->path});
    return true;
}

/* Removes what is staged beside its target. */
static bool clear_beside(const struct files *files, struct record *record, struct error *error) {
    for (size_t i = 0; record->beside_count && i < record->file_count; i++)
        if (record_is_beside(record, &record->files[i]) &&
            !journal_files_remove(files, record_beside(record, i), error))
            return false;
    return true;
}

/* Is the cause the entry itself, which stays until a person removes it, and not the state of the disk? */
static bool is_lasting(const struct error *error) {
    static const int causes[] = {EISDIR, ENOTDIR, ENOTEMPTY, ELOOP, EACCES, EPERM, EBUSY};
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
        if (error->system_errno == causes[i])
            return true;
    return false;
}

void rollback_note_stuck(struct diagnostics *recovered, const char *path, struct error *error) {
    AUTO(arena) arena = {0};
    diagnostics_add(recovered,
                    &(struct diagnostic){
                        .severity = SEVERITY_WARNING,
                        .code = "journal.stuck",
                        .message = arena_format(
                            &arena, "left by a batch that was interrupted, and cannot be cleared: %s", error->message),
                        .file = path,
                        .hint = arena_format(&arena, "to move it away: mkdir -p %s && mv -n %s %s/", STATE_DIR_ASIDE,
                                             path, STATE_DIR_ASIDE)});
    error_release(error);
}

/* Removes an entry of the stage: a file, or a folder with files in it. */
static bool clear_entry(const struct state_dir *state, const struct listing_entry *entry, struct error *error) {
    struct state_path path = state_dir_path(state, STATE_STAGE, entry->name);
    AUTO(listing) listing = {0};
    if (!entry->is_folder)
        return journal_files_remove(state->files, path.text, error);
    bool is_clear = files_list(state->files, path.text, &listing, error);
    for (size_t i = 0; i < listing.count && is_clear; i++) {
        AUTO(buffer) file = {0};
        buffer_append_format(&file, "%s/%s", path.text, listing.entries[i].name);
        is_clear = journal_files_remove(state->files, file.data, error);
    }
    return is_clear && files_remove_folder(state->files, path.text, error);
}

/* False if an entry cannot be cleared for a reason that passes. */
static bool clear_or_note(const struct state_dir *state, const struct listing_entry *entry,
                          struct diagnostics *recovered, struct error *error) {
    if (clear_entry(state, entry, error))
        return true;
    if (!is_lasting(error))
        return false;
    rollback_note_stuck(recovered, state_dir_path(state, STATE_STAGE, entry->name).text, error);
    return true;
}

bool rollback_clear_staged(const struct state_dir *state, uint64_t number, struct diagnostics *recovered,
                           struct error *error) {
    AUTO(listing) stage = {0};
    bool is_clear = record_list(state, STATE_STAGE, &stage, error);
    for (size_t i = 0; i < stage.count && is_clear; i++)
        is_clear = record_staged_number(stage.entries[i].name) != number ||
                   clear_or_note(state, &stage.entries[i], recovered, error);
    return is_clear;
}

bool rollback_batch(const struct state_dir *state, struct record *record, size_t tried_count, const char *cause,
                    struct diagnostics *recovered, struct error *error) {
    const struct files *files = state->files;
    struct state_path pending = record_path(state, STATE_PENDING, record->number, "");
    for (size_t i = 0; i < tried_count; i++)
        if (!rollback_file(state, &record->files[i], cause, recovered, error))
            return false;
    if (!clear_beside(files, record, error) || !rollback_clear_staged(state, record->number, recovered, error))
        return false;
    journal_files_remove_folders(files, record->folders, record->folder_count);
    return journal_files_sync_folders_of(files, record->files, tried_count, error) &&
           journal_files_remove(files, pending.text, error);
}

bool rollback_commit(const struct state_dir *state, uint64_t number, struct error *error) {
    struct state_path committed = record_path(state, STATE_BATCHES, number, "");
    struct state_path pending = record_path(state, STATE_PENDING, number, "");
    if (files_publish(state->files, committed.text, pending.text, error))
        return true;
    bool are_both = error->system_errno == EEXIST; /* as with --keep-going */
    if (!are_both && error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return !are_both || journal_files_remove(state->files, committed.text, error);
}
