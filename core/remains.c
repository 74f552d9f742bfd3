#include "remains.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "pending.h"
#include "record.h"

/* --- the folder itself --- */

static void check_mode(struct findings *findings, mode_t mode) {
    if ((mode & 0700) != 0700)
        findings_report(findings, FINDING_ERROR, "state.permissions", RECORD_STATE, "chmod 700 " RECORD_STATE,
                        "its owner may not use it (mode %03o): nothing can be written", (unsigned)mode & 0777);
    else if (mode & 0022)
        findings_report(findings, FINDING_WARNING, "state.permissions", RECORD_STATE, "chmod 700 " RECORD_STATE,
                        "others can change what is remembered of batches (mode %03o)", (unsigned)mode & 0777);
}

static void check_ignored(struct findings *findings, const struct files *files) {
    enum file_kind kind = FILE_REGULAR;
    struct error error = {0};
    files_look(files, RECORD_STATE "/.gitignore", &kind, NULL, &error);
    error_release(&error);
    if (kind == FILE_ABSENT)
        findings_report(findings, FINDING_NOTE, "state.gitignore", RECORD_STATE,
                        "echo '*' > " RECORD_STATE "/.gitignore", "git will see what is in it");
}

/* Is there a state of ours to look into? */
static bool check_folder(struct findings *findings, const struct files *files) {
    enum file_kind kind = FILE_ABSENT;
    struct file_identity identity = {0};
    struct error error = {0};
    if (!files_look(files, RECORD_STATE, &kind, &identity, &error))
        findings_report(findings, FINDING_ERROR, "state.folder", RECORD_STATE, NULL, "%s", error.message);
    error_release(&error);
    if (kind == FILE_REGULAR || kind == FILE_OTHER)
        findings_report(findings, FINDING_ERROR, "state.folder", RECORD_STATE,
                        "mv -n " RECORD_STATE " ./batchd-was-here", "it is not a folder: nothing can be written");
    if (kind != FILE_FOLDER)
        return false;
    if (identity.owner != geteuid()) {
        findings_report(findings, FINDING_ERROR, "state.owner", RECORD_STATE,
                        "work as that user, or have root do: chown -R USER " RECORD_STATE,
                        "it belongs to another user (uid %u): you can read, but not write", (unsigned)identity.owner);
        return false;
    }
    check_mode(findings, identity.mode);
    check_ignored(findings, files);
    return true;
}

/* --- batches --- */

/* The record of a batch that is not finished: pending, or with the committed ones if the power failed too soon. */
static struct record_path record_of(const struct files *files, uint64_t number) {
    struct record_path pending = record_path(RECORD_PENDING, number, "");
    enum file_kind kind = FILE_REGULAR;
    struct error error = {0};
    files_look(files, pending.text, &kind, NULL, &error);
    error_release(&error);
    return kind == FILE_REGULAR ? pending : record_path(RECORD_BATCHES, number, "");
}

static void check_pending(struct findings *findings, const struct files *files, const struct pending *pending,
                          long holder) {
    if (holder)
        findings_report(findings, FINDING_NOTE, "journal.locked", RECORD_STATE, NULL,
                        "process %ld holds the lock: it is writing", holder);
    for (size_t i = 0; i < pending->batch_count && !holder; i++) {
        uint64_t number = pending->numbers[i];
        enum file_kind kind = FILE_ABSENT;
        struct error error = {0};
        struct record_path undo = record_path(RECORD_PENDING, number, ".undo");
        files_look(files, undo.text, &kind, NULL, &error);
        error_release(&error);
        bool is_undo = kind != FILE_ABSENT;
        struct record_path path = is_undo ? undo : record_of(files, number);
        findings_report(findings, FINDING_WARNING, "journal.dead", path.text,
                        "the next batchctl create, init or import with --yes does that before anything else",
                        "%s of batch %" PRIu64 " was interrupted, and is still to be %s",
                        is_undo ? "the undo" : "the making", number, is_undo ? "finished" : "taken back");
    }
}

static bool is_pending(const struct pending *pending, uint64_t number) {
    for (size_t i = 0; i < pending->batch_count; i++)
        if (pending->numbers[i] == number)
            return true;
    return false;
}

static void report_leftover(struct findings *findings, const char *folder, const char *name) {
    struct arena arena = {0};
    findings_report(findings, FINDING_NOTE, "journal.leftover", arena_format(&arena, "%s/%s", folder, name), NULL,
                    "left over; no batch needs it, and the next write clears what is ours");
    arena_release(&arena);
}

/* The batch that needs it; 0 if none can. */
static uint64_t batch_of(const char *folder, const char *name) {
    if (strcmp(folder, RECORD_STAGE) == 0)
        return record_staged_number(name);
    uint64_t number = record_number(name, "");
    return number ? number : record_number(name, ".undo");
}

static void check_leftovers(struct findings *findings, const struct files *files, const struct pending *pending) {
    static const char *const places[] = {RECORD_PENDING, RECORD_STAGE};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct listing listing = {0};
        struct error error = {0};
        record_list(files, places[i], &listing, &error);
        error_release(&error);
        for (size_t k = 0; k < listing.count; k++)
            if (!is_pending(pending, batch_of(places[i], listing.entries[k].name)))
                report_leftover(findings, places[i], listing.entries[k].name);
        listing_release(&listing);
    }
}

static void check_record(struct findings *findings, const struct files *files, uint64_t number) {
    struct record record;
    struct error error = {0};
    struct record_path path = record_path(RECORD_BATCHES, number, "");
    if (!record_read_batch(files, number, &record, &error)) {
        findings_report(findings, FINDING_WARNING, "journal.damaged", path.text,
                        "restore it from a backup; the files of the batch are not touched", "%s",
                        error.code == ERROR_INVALID ? "this record is damaged or cut off" : error.message);
        error_release(&error);
        return;
    }
    if (record.kind == BATCH_FOREIGN)
        findings_report(findings, FINDING_NOTE, "journal.foreign", path.text, NULL,
                        "batch %" PRIu64 " is of the kind \"%s\": a newer version made it, and only that can undo it",
                        number, record_kind_name(&record));
    record_release(&record);
}

void remains_find(struct findings *findings, const struct files *files) {
    uint64_t *numbers = NULL;
    size_t count;
    struct error error = {0};
    struct pending pending;
    if (!check_folder(findings, files))
        return;
    pending_read(&pending, files);
    long holder = files_lock_holder(files, RECORD_STATE);
    check_pending(findings, files, &pending, holder);
    if (!holder)
        check_leftovers(findings, files, &pending);
    pending_release(&pending);
    if (!record_numbers(files, &numbers, &count, &error))
        findings_report(findings, FINDING_ERROR, "state.folder", RECORD_BATCHES, "chmod -R u+rwX " RECORD_STATE, "%s",
                        error.message);
    for (size_t i = 0; error.code == ERROR_NONE && i < count; i++)
        check_record(findings, files, numbers[i]);
    error_release(&error);
    memory_free(numbers);
}
