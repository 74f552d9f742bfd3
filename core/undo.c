#include "undo.h"

#include <string.h>

#include "memory.h"
#include "names.h"

/* Has the plan a regular file of this name for the digits among its feedbacks? */
static bool look_for_feedback(const struct files *files, const struct record *record, const char *prefix,
                              struct span digits, bool *is_there, struct error *error) {
    struct buffer path = {0};
    enum file_kind kind;
    buffer_append_format(&path, "%s/execution/feedbacks/%s%.*s.md", record->plan_path, prefix, (int)digits.length,
                         digits.data);
    bool is_known = files_look(files, path.data, &kind, NULL, error);
    *is_there |= is_known && kind == FILE_REGULAR;
    buffer_release(&path);
    return is_known;
}

static bool has_execution(const struct listing *executions, const char *plan, struct span digits) {
    for (size_t i = 0; i < executions->count; i++) {
        struct name name = names_read(plan, executions->entries[i].name);
        if (executions->entries[i].is_regular && name.kind == NAME_EXECUTION && name.digits.length == digits.length &&
            memcmp(name.digits.data, digits.data, digits.length) == 0)
            return true;
    }
    return false;
}

/* Why the file must stay, or NULL if it can go. False if that cannot be told. */
static bool find_reason(const struct files *files, const struct record *record, const struct record_file *file,
                        const struct listing *executions, const char **reason, struct error *error) {
    enum file_kind kind;
    bool is_same = false, is_reviewed = false;
    *reason = NULL;
    if (!files_look(files, file->path, &kind, NULL, error))
        return false;
    if (kind == FILE_REGULAR && !record_is_as_written(files, file->path, file->sha, &is_same, error))
        return false;
    if (!is_same) {
        *reason = kind == FILE_ABSENT ? "gone already" : "edited since";
        return true;
    }
    const char *slash = strrchr(file->path, '/');
    struct name name = names_read(record->plan, slash ? slash + 1 : file->path);
    if (name.kind == NAME_SUBPLAN && has_execution(executions, record->plan, name.digits))
        *reason = "has an EXECUTION_TASK";
    if (name.kind != NAME_EXECUTION)
        return true;
    if (!look_for_feedback(files, record, "APPROVED_", name.digits, &is_reviewed, error) ||
        !look_for_feedback(files, record, "FIX_", name.digits, &is_reviewed, error))
        return false;
    *reason = is_reviewed ? "has been reviewed" : NULL;
    return true;
}

bool undo_make(struct undo *undo, const struct files *files, const struct record *record, struct error *error) {
    *undo = (struct undo){.record = record};
    undo->removed = memory_allocate(record->file_count, sizeof *undo->removed);
    undo->kept = memory_allocate(record->file_count, sizeof *undo->kept);
    struct listing executions = {0};
    struct buffer folder = {0};
    buffer_append_format(&folder, "%s/execution", record->plan_path);
    bool is_known = record->kind != BATCH_SUBPLAN || files_list(files, folder.data, &executions, error);
    if (!is_known && error->code == ERROR_NOT_FOUND) {
        error_release(error);
        is_known = true;
    }
    for (size_t i = 0; i < record->file_count && is_known; i++) {
        const struct record_file *file = &record->files[i];
        const char *reason;
        is_known = find_reason(files, record, file, &executions, &reason, error);
        if (reason)
            undo->kept[undo->kept_count++] = (struct record_failure){file->id, file->path, reason};
        else
            undo->removed[undo->removed_count++] = *file;
    }
    listing_release(&executions);
    buffer_release(&folder);
    return is_known;
}

void undo_release(struct undo *undo) {
    memory_free(undo->removed);
    memory_free(undo->kept);
    *undo = (struct undo){0};
}
