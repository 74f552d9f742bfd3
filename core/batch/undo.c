#include "batch/undo.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "batch/batch.h"
#include "batch/exchange.h"
#include "batch/record_state.h"
#include "disk/listing.h"
#include "disk/state_dir.h"
#include "document/document.h"
#include "document/fix.h"
#include "document/names.h"

/* What others may have built on the batch. */
struct use {
    struct listing executions, feedbacks;
    struct string_map digits; /* of achievements that have an EXECUTION_TASK */
    struct arena arena;       /* of these digits */
    bool is_in_use;           /* a new plan: there is work in it */
};

static const char execution_folder[] = "execution", feedback_folder[] = "execution/feedbacks";

/* Was @file, an EXECUTION_TASK or a SUBMITTED, made to answer the FIX that is there? */
static bool is_answer(const struct files *files, const char *file, const char *fix_path) {
    struct buffer task = {0}, fix = {0};
    struct document document;
    struct error error = {0}; /* what cannot be read answers nothing: the file is kept */
    char sha[DIGEST_SHA_TEXT];
    bool is_so = files_read(files, file, DOCUMENT_SIZE_MOST_BYTES, &task, NULL, &error) &&
                 files_read(files, fix_path, DOCUMENT_SIZE_MOST_BYTES, &fix, NULL, &error);
    if (is_so) {
        digest_sha(buffer_span(&fix), sha);
        document_parse(&document, buffer_span(&task));
        is_so = fix_is_answered_by(&document, names_base(fix_path), sha);
        document_release(&document);
    }
    error_release(&error);
    buffer_release(&task);
    buffer_release(&fix);
    return is_so;
}

static bool is_same(struct span a, struct span b) {
    return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/* Does a file of @listing, which is @folder, of the kind and with a number up to @most, answer the FIX? */
static bool has_answer(const struct files *files, const struct record *record, const struct listing *listing,
                       const char *folder, enum name_kind kind, const struct name *about, const char *fix_path,
                       unsigned most) {
    bool is_answered = false;
    for (size_t i = 0; i < listing->count && !is_answered; i++) {
        struct name name = names_read(record->plan, listing->entries[i].name);
        struct buffer path = {0};
        buffer_append_format(&path, "%s/%s/%s", record->plan_path, folder, listing->entries[i].name);
        is_answered = listing->entries[i].is_regular && name.kind == kind && is_same(name.digits, about->digits) &&
                      name.number <= most && is_answer(files, path.data, fix_path);
        buffer_release(&path);
    }
    return is_answered;
}

static bool is_answered(const struct files *files, const struct record *record, const struct use *use,
                        const struct name *about, const char *fix_path, unsigned most) {
    return has_answer(files, record, &use->executions, execution_folder, NAME_EXECUTION, about, fix_path, most) ||
           has_answer(files, record, &use->feedbacks, feedback_folder, NAME_SUBMITTED, about, fix_path, most);
}

/*
 * An APPROVED is about every work order of the achievement and its submission, a SUBMITTED about that with its number;
 * a FIX about those that do not answer it, unless an earlier one does.
 */
static bool is_reviewed(const struct files *files, const struct record *record, const struct use *use,
                        const struct name *about) {
    bool is_so = false;
    for (size_t i = 0; i < use->feedbacks.count && !is_so; i++) {
        struct name name = names_read(record->plan, use->feedbacks.entries[i].name);
        struct buffer path = {0};
        if (!use->feedbacks.entries[i].is_regular || !is_same(name.digits, about->digits))
            continue;
        buffer_append_format(&path, "%s/%s/%s", record->plan_path, feedback_folder, use->feedbacks.entries[i].name);
        if (name.kind == NAME_FIX)
            is_so = !is_answered(files, record, use, about, path.data, about->number);
        else
            is_so = name.kind == NAME_APPROVED ||
                    (name.kind == NAME_SUBMITTED && about->kind == NAME_EXECUTION && name.number == about->number);
        buffer_release(&path);
    }
    return is_so;
}

/* The digits of every achievement that has an EXECUTION_TASK. */
static void index_executions(struct use *use, const char *plan) {
    for (size_t i = 0; i < use->executions.count; i++) {
        const struct listing_entry *entry = &use->executions.entries[i];
        struct name name = names_read(plan, entry->name);
        size_t position = 0;
        if (entry->is_regular && name.kind == NAME_EXECUTION)
            string_map_add(&use->digits, arena_copy(&use->arena, name.digits.data, name.digits.length), &position);
    }
}

/* What has been built on a file that is as it was written; NULL if nothing has. */
static const char *find_use_of(const struct files *files, const struct record *record, const struct record_file *file,
                               const struct use *use) {
    struct name name = names_read(record->plan, names_base(file->path));
    size_t position;
    if (name.kind == NAME_SUBPLAN && string_map_find(&use->digits, name.digits, &position))
        return "has an EXECUTION_TASK";
    if (name.kind == NAME_EXECUTION || name.kind == NAME_SUBMITTED)
        return is_reviewed(files, record, use, &name) ? "has been reviewed" : NULL;
    if (name.kind == NAME_FIX)
        return is_answered(files, record, use, &name, file->path, UINT_MAX) ? "has been answered" : NULL;
    return NULL;
}

/* Why the file must stay, or NULL if it can go. False if that is unknown. */
static bool find_reason(const struct files *files, const struct record *record, const struct record_file *file,
                        const struct use *use, const char **reason, struct error *error) {
    static const char *const reasons[] = {[RECORD_REPLACED] = "replaced since, by another file with the same text",
                                          [RECORD_CHANGED] = "edited since",
                                          [RECORD_GONE] = "gone already"};
    enum record_state state;
    enum file_kind kind = FILE_ABSENT;
    if (!record_look(files, file, &state, error) || (file->from && !files_look(files, file->from, &kind, NULL, error)))
        return false;
    *reason = state != RECORD_AS_WRITTEN ? reasons[state]
              : use->is_in_use           ? "the plan is in use"
              : kind != FILE_ABSENT      ? "its name from before is taken"
                                         : find_use_of(files, record, file, use);
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
    struct listing subplans = {0};
    if (record->kind == BATCH_UNKNOWN) {
        error_set(error, ERROR_INVALID, "batch %" PRIu64 " is of the kind \"%s\", which this version does not know",
                  record->number, record_kind_name(record));
        return error_hint(error, "undo it with the version of batchctl that made it");
    }
    bool is_known =
        record->kind == BATCH_GRAPH || (list_folder(files, record, execution_folder, &use->executions, error) &&
                                        list_folder(files, record, feedback_folder, &use->feedbacks, error));
    if (is_new_plan && is_known)
        is_known = list_folder(files, record, "subplans", &subplans, error);
    index_executions(use, record->plan);
    use->is_in_use = is_new_plan && (has_work(&use->executions, record->plan) || has_work(&subplans, record->plan));
    listing_release(&subplans);
    return is_known;
}

static void use_release(struct use *use) {
    string_map_release(&use->digits);
    arena_release(&use->arena);
    listing_release(&use->executions);
    listing_release(&use->feedbacks);
}

/* What was replaced can be put back only if it is there as it was. */
static bool find_replaced(const struct files *files, const struct record *record, const char **reason,
                          struct error *error) {
    struct state_dir state;
    bool is_kept = true;
    if (record->kind != BATCH_UPDATE || *reason)
        return true;
    if (!state_dir_find(&state, files, error) || !exchange_look(&state, record, &is_kept, error))
        return false;
    *reason = is_kept ? NULL : "the file from before is not as it was";
    return true;
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

static void make_token(struct undo *undo) {
    AUTO(buffer) facts = {0};
    char digest[DIGEST_FAST_TEXT];
    buffer_append_format(&facts, "%" PRIu64 "\n%s\n", undo->record->number, undo->selection);
    for (size_t i = 0; i < undo->removed_count; i++)
        buffer_append_format(&facts, "-%s\n", undo->removed[i].path);
    for (size_t i = 0; i < undo->kept_count; i++)
        buffer_append_format(&facts, "=%s\n%s\n", undo->kept[i].path, undo->kept[i].reason);
    digest_fast(buffer_span(&facts), digest);
    undo->token = arena_format(&undo->arena, "u1-%s", digest);
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
        if (!find_reason(files, record, file, &use, &reason, error) || !find_replaced(files, record, &reason, error))
            return false;
        if (reason)
            undo->kept[undo->kept_count++] = (struct record_failure){file->id, file->path, reason};
        else
            undo->removed[undo->removed_count++] = *file;
    }
    make_token(undo);
    return true;
}

void undo_release(struct undo *undo) {
    arena_release(&undo->arena);
    memory_free(undo->removed);
    memory_free(undo->kept);
    *undo = (struct undo){0};
}
