#include "batch/journal_files.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "batch/record_path.h"
#include "disk/files_write.h"

bool journal_files_remove(const struct files *files, const char *path, struct error *error) {
    AUTO(error) unseen = {0};
    enum file_kind kind;
    if (files_remove(files, path, error))
        return true;
    /* a file system that is read-only refuses it whether there is such a file or not */
    if (error->code != ERROR_NOT_FOUND && (!files_look(files, path, &kind, NULL, &unseen) || kind != FILE_ABSENT))
        return false;
    error_release(error);
    return true;
}

void journal_files_remove_quietly(const struct files *files, const char *path) {
    AUTO(error) error = {0};
    files_remove(files, path, &error);
}

void journal_files_folder_of(const char *path, struct buffer *folder) {
    const char *slash = strrchr(path, '/');
    buffer_clear(folder);
    buffer_append(folder, path, slash ? (size_t)(slash - path) : 0);
}

bool journal_files_sync_folder_of(const struct files *files, const char *path, struct error *error) {
    AUTO(buffer) folder = {0};
    journal_files_folder_of(path, &folder);
    bool is_synced = files_sync_folder(files, buffer_text(&folder), error);
    if (!is_synced && error->code == ERROR_NOT_FOUND) {
        error_release(error);
        is_synced = true;
    }
    return is_synced;
}

bool journal_files_sync_folders_of(const struct files *files, const struct record_file *list, size_t count,
                                   struct error *error) {
    AUTO(buffer) last = {0}, folder = {0};
    bool is_synced = true;
    for (size_t i = 0; i < count && is_synced; i++) {
        journal_files_folder_of(list[i].path, &folder);
        if (i == 0 || strcmp(buffer_text(&last), buffer_text(&folder)) != 0)
            is_synced = journal_files_sync_folder_of(files, list[i].path, error);
        journal_files_folder_of(list[i].path, &last);
    }
    return is_synced;
}

void journal_files_remove_folders(const struct files *files, const char *const *folders, size_t count) {
    for (size_t i = count; i-- > 0;) {
        AUTO(error) error = {0};
        files_remove_folder(files, folders[i], &error); /* one that is not empty stays */
    }
}

bool journal_files_write_pending(const struct state_dir *state, const struct record *record, const char *suffix,
                                 struct error *error) {
    AUTO(buffer) text = {0};
    /* what is staged beside its target is known by the record alone, and not behind the same barrier */
    bool is_synced = record->beside_count > 0;
    struct state_path path = record_path(state, STATE_PENDING, record->number, suffix);
    record_write(&text, record);
    return files_create(state->files, path.text, buffer_span(&text), RECORD_FILE_MODE, is_synced, NULL, error) &&
           (!is_synced || files_sync_folder(state->files, state_dir_path(state, STATE_PENDING, NULL).text, error));
}

bool journal_files_commit(const struct state_dir *state, const char *from, const char *to, struct error *error) {
    return files_publish(state->files, from, to, error) && files_sync_all(state->files, STATE_DIR_FOLDER, error);
}
