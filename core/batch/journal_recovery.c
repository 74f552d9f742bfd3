#include "batch/journal_recovery.h"

#include <inttypes.h>
#include <limits.h>

#include "base/auto.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/exchange.h"
#include "batch/journal_files.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/renaming.h"
#include "batch/rollback.h"
#include "disk/files.h"
#include "disk/listing.h"

/* Is the batch committed? Not if something of it is staged: then its record is made pending. */
static bool look_at_commit(const struct state_dir *state, uint64_t number, bool *is_committed, struct error *error) {
    struct state_path path = record_path(state, STATE_BATCHES, number, "");
    enum file_kind kind;
    AUTO(record) record = {0};
    AUTO(error) ignored = {0};
    if (!files_look(state->files, path.text, &kind, NULL, error))
        return false;
    *is_committed = kind == FILE_REGULAR;
    if (!*is_committed || !record_read(state->files, path.text, number, &record, &ignored))
        return true; /* a damaged record says nothing of what is staged */
    if (record.is_staged && record_list_has_staged(state, &record))
        *is_committed = false;
    return *is_committed || rollback_commit(state, number, error);
}

bool journal_recovery_finish_exchange(const struct state_dir *state, const struct record *record, struct error *error) {
    struct state_path pending = record_path(state, STATE_PENDING, record->number, "");
    return exchange_clear(state, record, error) &&
           journal_files_commit(state, pending.text, record_path(state, STATE_BATCHES, record->number, "").text, error);
}

/* Finishes an exchange that has happened, or clears one that has not. */
static bool recover_exchange(const struct state_dir *state, struct record *record, struct diagnostics *recovered,
                             struct error *error) {
    bool is_replaced = false;
    if (!exchange_settle(state, record, &is_replaced, error))
        return false;
    if (!is_replaced)
        return rollback_batch(state, record, 0, NULL, recovered, error);
    const char *cause = arena_format(&record->arena, "replaced: batch %" PRIu64 " was interrupted", record->number);
    diagnostics_add(recovered, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                    .code = "journal.recovered",
                                                    .message = cause,
                                                    .file = record->files[0].path});
    return journal_recovery_finish_exchange(state, record, error);
}

static bool recover_batch(const struct state_dir *state, uint64_t number, struct diagnostics *recovered,
                          struct error *error) {
    struct state_path pending = record_path(state, STATE_PENDING, number, "");
    AUTO(record) record = {0};
    bool is_committed;
    if (!look_at_commit(state, number, &is_committed, error))
        return false;
    if (is_committed) /* it died before it could tidy up */
        return rollback_clear_staged(state, number, recovered, error) &&
               journal_files_remove(state->files, pending.text, error);
    if (!record_read(state->files, pending.text, number, &record, error)) {
        bool is_gone = error->code == ERROR_NOT_FOUND;
        if (!is_gone && error->code != ERROR_INVALID)
            return false;
        error_release(error); /* cut off while it was written: nothing had been published then */
        return rollback_clear_staged(state, number, recovered, error) &&
               (is_gone || journal_files_remove(state->files, pending.text, error));
    }
    if (record.kind == BATCH_UPDATE && record.is_staged && record.file_count)
        return recover_exchange(state, &record, recovered, error);
    if (record.kind == BATCH_REOPEN && record.is_staged)
        return renaming_finish(state, &record,
                               arena_format(&record.arena, "renamed: batch %" PRIu64 " was interrupted", number),
                               recovered, error);
    const char *cause =
        arena_format(&record.arena, "removed: batch %" PRIu64 " was interrupted before it was whole", number);
    return rollback_batch(state, &record, record.is_staged ? record.file_count : 0, cause, recovered, error);
}

/* The undo of a part gets the first name that is free; there are few of them. */
static bool commit_undo(const struct state_dir *state, const struct record *record, struct error *error) {
    struct state_path pending = record_path(state, STATE_PENDING, record->number, ".undo"), undone;
    unsigned part = record->is_part;
    enum file_kind kind;
    do {
        undone = record_undone_path(state, record->number, part);
        if (!files_look(state->files, undone.text, &kind, NULL, error))
            return false;
    } while (record->is_part && kind != FILE_ABSENT && part++ < UINT_MAX);
    return journal_files_commit(state, pending.text, undone.text, error);
}

bool journal_recovery_finish_undo(const struct state_dir *state, const struct record *record, const char *cause,
                                  struct diagnostics *recovered, struct error *error) {
    const struct files *files = state->files;
    for (size_t i = 0; i < record->file_count; i++) {
        bool is_done = record->kind == BATCH_UPDATE ? exchange_undo(state, record, cause, recovered, error)
                                                    : rollback_file(state, &record->files[i], cause, recovered, error);
        if (!is_done)
            return false;
    }
    journal_files_remove_folders(files, record->folders, record->folder_count);
    if (!journal_files_sync_folders_of(files, record->files, record->file_count, error))
        return false;
    for (size_t i = 0; i < record->folder_count; i++)
        if (!journal_files_sync_folder_of(files, record->folders[i], error))
            return false;
    return commit_undo(state, record, error);
}

static bool recover_undo(const struct state_dir *state, uint64_t number, struct diagnostics *recovered,
                         struct error *error) {
    struct state_path pending = record_path(state, STATE_PENDING, number, ".undo");
    struct state_path undone = record_path(state, STATE_BATCHES, number, ".undone");
    AUTO(record) record = {0};
    enum file_kind kind;
    if (!files_look(state->files, undone.text, &kind, NULL, error))
        return false;
    bool is_over = kind != FILE_ABSENT; /* a batch is undone once */
    bool is_read = !is_over && record_read(state->files, pending.text, number, &record, error);
    if (!is_over && !is_read && error->code != ERROR_INVALID)
        return false;
    if (!is_read || !record.is_staged) { /* cut off while it was written: nothing had been removed then */
        error_release(error);
        return journal_files_remove(state->files, pending.text, error);
    }
    const char *cause = arena_format(&record.arena, "removed: the undo of batch %" PRIu64 " was interrupted", number);
    return journal_recovery_finish_undo(state, &record, cause, recovered, error);
}

/* Does something that is no file have the name of a pending record? The journal cannot have made it: it is named. */
static bool is_unknown(const struct state_dir *state, const char *path, bool *is_so, struct diagnostics *recovered,
                       struct error *error) {
    enum file_kind kind;
    struct error cause = {0};
    if (!files_look(state->files, path, &kind, NULL, error))
        return false;
    *is_so = kind == FILE_FOLDER || kind == FILE_OTHER;
    if (*is_so) {
        error_set(&cause, ERROR_CONFLICT, "it is not a regular file");
        rollback_note_stuck(recovered, path, &cause);
    }
    return true;
}

/* A failed rollback ends the write: the published files would pass for the user's. */
static bool recover_entry(const struct state_dir *state, const char *name, struct diagnostics *recovered,
                          struct error *error) {
    uint64_t staged = record_staged_number(name), number = staged ? staged : record_number(name, "");
    uint64_t undone = record_number(name, ".undo");
    bool is_skipped = false;
    struct state_path path =
        number ? record_path(state, STATE_PENDING, number, "") : record_path(state, STATE_PENDING, undone, ".undo");
    if (!number && !undone)
        return true;
    if (!is_unknown(state, path.text, &is_skipped, recovered, error))
        return false;
    if (is_skipped)
        return !staged || rollback_clear_staged(state, number, recovered, error);
    return number ? recover_batch(state, number, recovered, error) : recover_undo(state, undone, recovered, error);
}

bool journal_recovery_run(const struct state_dir *state, struct diagnostics *recovered, bool *is_empty,
                          struct error *error) {
    AUTO(listing) listing = {0};
    bool is_done = record_list_pending(state, &listing, error);
    *is_empty = is_done && listing.count == 0;
    uint64_t last = 0; /* a batch's staged files come before its record, by name */
    for (size_t i = 0; i < listing.count && is_done; i++) {
        uint64_t staged = record_staged_number(listing.entries[i].name);
        uint64_t number = staged ? staged : record_number(listing.entries[i].name, "");
        if (number == 0 || number != last)
            is_done = recover_entry(state, listing.entries[i].name, recovered, error);
        last = number ? number : last;
    }
    return is_done;
}
