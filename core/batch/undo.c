#include "batch/undo.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "batch/batch.h"
#include "disk/listing.h"
#include "document/document.h"
#include "document/fix.h"
#include "document/names.h"

/* Has the plan a regular file of this name for the digits among its feedbacks? Its path is in @path. */
static bool look_for_feedback(const struct files *files, const struct record *record, const char *prefix,
                              struct span digits, struct buffer *path, bool *is_there, struct error *error) {
    enum file_kind kind;
    buffer_clear(path);
    buffer_append_format(path, "%s/execution/feedbacks/%s%.*s.md", record->plan_path, prefix, (int)digits.length,
                         digits.data);
    bool is_known = files_look(files, path->data, &kind, NULL, error);
    *is_there = is_known && kind == FILE_REGULAR;
    return is_known;
}

/* Was the task made to answer the FIX that is there? Then that FIX is about the task before it. */
static bool is_answer(const struct files *files, const char *task_path, const char *fix_path) {
    AUTO(buffer) task = {0}, fix = {0};
    AUTO(document) document = {0};
    AUTO(error) error = {0}; /* what cannot be read answers nothing: the task is kept */
    char sha[DIGEST_SHA_TEXT];
    if (!files_read(files, task_path, DOCUMENT_SIZE_MOST_BYTES, &task, NULL, &error) ||
        !files_read(files, fix_path, DOCUMENT_SIZE_MOST_BYTES, &fix, NULL, &error))
        return false;
    digest_sha(buffer_span(&fix), sha);
    document_parse(&document, buffer_span(&task));
    return fix_is_answered_by(&document, strrchr(fix_path, '/') + 1, sha);
}

/* A review of the EXECUTION_TASK is an APPROVED, or a FIX that it was not itself made to answer. */
static bool look_for_review(const struct files *files, const struct record *record, const char *path,
                            struct span digits, bool *is_reviewed, struct error *error) {
    AUTO(buffer) feedback = {0};
    bool is_known = look_for_feedback(files, record, "APPROVED_", digits, &feedback, is_reviewed, error);
    if (is_known && !*is_reviewed) {
        is_known = look_for_feedback(files, record, "FIX_", digits, &feedback, is_reviewed, error);
        *is_reviewed = *is_reviewed && !is_answer(files, path, feedback.data);
    }
    return is_known;
}

/* The digits of every achievement that has an EXECUTION_TASK. */
static void index_executions(struct string_map *digits, const struct listing *executions, const char *plan) {
    for (size_t i = 0; i < executions->count; i++) {
        struct name name = names_read(plan, executions->entries[i].name);
        size_t position = 0;
        if (executions->entries[i].is_regular && name.kind == NAME_EXECUTION)
            string_map_add(digits, arena_copy(&digits->arena, name.digits.data, name.digits.length), &position);
    }
}

/* What others may have built on the batch. */
struct use {
    struct string_map executions; /* digits of achievements that have an EXECUTION_TASK */
    bool is_in_use;               /* a new plan: there is work in it */
};

/* Why the file must stay, or NULL if it can go. False if that cannot be told. */
static bool find_reason(const struct files *files, const struct record *record, const struct record_file *file,
                        const struct use *use, const char **reason, struct error *error) {
    static const char *const reasons[] = {[RECORD_REPLACED] = "replaced since, by another file with the same text",
                                          [RECORD_CHANGED] = "edited since",
                                          [RECORD_GONE] = "gone already"};
    enum record_state state;
    bool is_reviewed = false;
    size_t position;
    *reason = NULL;
    if (!record_look(files, file, &state, error))
        return false;
    if (state != RECORD_AS_WRITTEN) {
        *reason = reasons[state];
        return true;
    }
    if (use->is_in_use) {
        *reason = "the plan is in use";
        return true;
    }
    struct name name = names_read(record->plan, names_base(file->path));
    if (name.kind == NAME_SUBPLAN && string_map_find(&use->executions, name.digits, &position))
        *reason = "has an EXECUTION_TASK";
    if (name.kind != NAME_EXECUTION)
        return true;
    if (!look_for_review(files, record, file->path, name.digits, &is_reviewed, error))
        return false;
    *reason = is_reviewed ? "has been reviewed" : NULL;
    return true;
}

/* A folder of the plan; one that is not there is empty. */
static bool list_folder(const struct files *files, const struct record *record, const char *name,
                        struct listing *listing, struct error *error) {
    AUTO(buffer) folder = {0};
    buffer_append_format(&folder, "%s/%s", record->plan_path, name);
    if (files_list(files, folder.data, listing, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

/* Any file but a SKIPPED, which may be the batch's own. */
static bool has_work(const struct listing *listing, const char *plan) {
    for (size_t i = 0; i < listing->count; i++)
        if (listing->entries[i].is_regular && names_read(plan, listing->entries[i].name).kind != NAME_SKIPPED)
            return true;
    return false;
}

/* A dependency file has no dependents but its content: removing it unedited restores the state before. */
static bool find_use(const struct files *files, const struct record *record, struct use *use, struct error *error) {
    bool is_new_plan = record->kind == BATCH_PLAN || record->kind == BATCH_IMPORT;
    AUTO(listing) executions = {0}, subplans = {0};
    if (record->kind == BATCH_UNKNOWN) {
        error_set(error, ERROR_INVALID, "batch %" PRIu64 " is of the kind \"%s\", which this version does not know",
                  record->number, record_kind_name(record));
        return error_hint(error, "undo it with the version of batchctl that made it");
    }
    if ((is_new_plan || record->kind == BATCH_SUBPLAN) && !list_folder(files, record, "execution", &executions, error))
        return false;
    if (is_new_plan && !list_folder(files, record, "subplans", &subplans, error))
        return false;
    index_executions(&use->executions, &executions, record->plan);
    use->is_in_use = is_new_plan && (has_work(&executions, record->plan) || has_work(&subplans, record->plan));
    return true;
}

static void use_release(struct use *use) {
    string_map_release(&use->executions);
}

/* --- a part of it --- */

/* Is it a file of the achievement @id, or of a part of that? */
static bool is_file_of(const struct record *record, const struct record_file *file, const char *id) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    size_t length = strlen(id);
    if (!file->id || strncmp(file->id, id, length) != 0)
        return false;
    names_digits(id, digits);
    return file->id[length] == '\0' ||
           (file->id[length] == '.' && span_equals(names_read(record->plan, names_base(file->path)).digits, digits));
}

/* Which of the files are meant, into @is_meant. */
static bool select_files(const struct record *record, const struct selection *selection, bool *is_meant,
                         struct error *error) {
    for (size_t i = 0; i < record->file_count; i++)
        is_meant[i] = selection->kind != SELECT_IDS;
    for (size_t k = 0; selection->kind == SELECT_IDS && k < selection->id_count; k++) {
        bool is_found = false;
        for (size_t i = 0; i < record->file_count; i++)
            if (is_file_of(record, &record->files[i], selection->ids[k]))
                is_found = is_meant[i] = true;
        if (is_found)
            continue;
        error_set(error, ERROR_NOT_FOUND, "batch %" PRIu64 " has no file of %s", record->number, selection->ids[k]);
        return error_hint(error, "\"batchctl show --batch %" PRIu64 "\" lists its files", record->number);
    }
    return true;
}

/* Is one of the files that are not meant still there, so that something of the batch can be undone later? */
static bool look_for_rest(const struct files *files, const struct record *record, const bool *is_meant, bool *is_left,
                          struct error *error) {
    enum record_state state;
    *is_left = false;
    for (size_t i = 0; i < record->file_count && !*is_left; i++) {
        if (is_meant[i])
            continue;
        if (!record_look(files, &record->files[i], &state, error))
            return false;
        *is_left = state != RECORD_GONE;
    }
    return true;
}

static void describe_part(struct undo *undo, const struct selection *selection) {
    AUTO(buffer) words = {0};
    selection_append_words(&words, selection);
    undo->selection = arena_copy(&undo->arena, words.data, words.length);
}

bool undo_make(struct undo *undo, const struct files *files, const struct record *record,
               const struct selection *selection, struct error *error) {
    *undo = (struct undo){.record = record, .selection = record->selection};
    undo->removed = memory_allocate(record->file_count, sizeof *undo->removed);
    undo->kept = memory_allocate(record->file_count, sizeof *undo->kept);
    AUTO(use) use = {0};
    bool *is_meant = arena_allocate(&undo->arena, record->file_count, sizeof *is_meant);
    if (!find_use(files, record, &use, error) || !select_files(record, selection, is_meant, error) ||
        !look_for_rest(files, record, is_meant, &undo->is_part, error))
        return false;
    if (selection->kind == SELECT_IDS)
        describe_part(undo, selection);
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        const char *reason;
        if (!is_meant[i])
            continue;
        if (!find_reason(files, record, file, &use, &reason, error))
            return false;
        if (reason)
            undo->kept[undo->kept_count++] = (struct record_failure){file->id, file->path, reason};
        else
            undo->removed[undo->removed_count++] = *file;
    }
    return true;
}

void undo_release(struct undo *undo) {
    arena_release(&undo->arena);
    memory_free(undo->removed);
    memory_free(undo->kept);
    *undo = (struct undo){0};
}
