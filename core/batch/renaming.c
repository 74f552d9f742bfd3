#include "batch/renaming.h"

#include <errno.h>

#include "batch/journal_files.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "disk/files.h"
#include "disk/files_write.h"

bool renaming_file(const struct state_dir *state, struct record_file file, const char *to, const char *cause,
                   struct diagnostics *recovered, struct error *error) {
    enum record_state found;
    if (!record_look(state->files, &file, &found, error))
        return false;
    if (found != RECORD_AS_WRITTEN)
        return true;
    if (!files_publish(state->files, file.path, to, error)) {
        if (error->system_errno != EEXIST)
            return false;
        error_release(error);
    } else if (cause) {
        diagnostics_add(recovered,
                        &(struct diagnostic){
                            .severity = SEVERITY_WARNING, .code = "journal.recovered", .message = cause, .file = to});
    }
    return true;
}

bool renaming_finish(const struct state_dir *state, const struct record *record, const char *cause,
                     struct diagnostics *recovered, struct error *error) {
    for (size_t i = 0; i < record->file_count; i++) {
        struct record_file file = record->files[i];
        file.path = file.from;
        if (!renaming_file(state, file, record->files[i].path, cause, recovered, error))
            return false;
    }
    return journal_files_sync_folders_of(state->files, record->files, record->file_count, error) &&
           journal_files_commit(state, record_path(state, STATE_PENDING, record->number, "").text,
                                record_path(state, STATE_BATCHES, record->number, "").text, error);
}
