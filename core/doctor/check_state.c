#include "doctor/check_state.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/batch.h"
#include "batch/pending.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "disk/files_lock.h"
#include "disk/listing.h"
#include "disk/state_dir.h"
#include "format/template.h"

/* --- the folder itself --- */

static void check_ignored(struct findings *findings, const struct files *files) {
    if (!state_dir_is_hidden_from_git(files))
        findings_report(findings, FINDING_NOTE, "state.gitignore", STATE_DIR_GITIGNORE,
                        "the next batchctl create, init or import with --yes renews it",
                        "git does not ignore the state, and only the state");
}

static void check_root(struct findings *findings, const struct state_dir *state) {
    enum file_kind kind = FILE_ABSENT;
    struct file_identity identity = {0};
    AUTO(error) error = {0};
    struct state_path root = state_dir_root(state);
    if (!state_dir_check(state, &error))
        findings_report(findings, FINDING_ERROR, "state.folder", root.text, error.hint, "%s: nothing can be written",
                        error.message);
    else if (state->is_mine && files_look(state->files, root.text, &kind, &identity, &error) &&
             (identity.mode & STATE_DIR_MODE) != STATE_DIR_MODE)
        findings_report(findings, FINDING_ERROR, "state.permissions", root.text, state_dir_remedy(state).text,
                        "its owner may not use it (mode %03o): nothing can be written", (unsigned)identity.mode & 0777);
}

/* Is there a folder of state to look into? */
static bool check_folder(struct findings *findings, const struct files *files, struct state_dir *state) {
    enum file_kind kind = FILE_ABSENT;
    AUTO(error) error = {0};
    if (!state_dir_find(state, files, &error) || !files_look(files, STATE_DIR_FOLDER, &kind, NULL, &error))
        findings_report(findings, FINDING_ERROR, "state.folder", STATE_DIR_FOLDER, NULL, "%s", error.message);
    if (kind == FILE_REGULAR || kind == FILE_OTHER)
        findings_report(findings, FINDING_ERROR, "state.folder", STATE_DIR_FOLDER,
                        "mv -n " STATE_DIR_FOLDER " ./batchd-was-here", "it is not a folder: nothing can be written");
    if (kind != FILE_FOLDER || !state->key[0])
        return false;
    check_ignored(findings, files);
    check_root(findings, state);
    return true;
}

/* --- what is in it beside our own state --- */

static bool is_known_name(const struct state_dir *state, const char *name) {
    static const char *const names[] = {".gitignore", "config", "templates", "lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strcmp(name, state->key) == 0;
}

static bool is_of_first_version(const char *name) {
    return strcmp(name, "batches") == 0 || strcmp(name, "pending") == 0 || strcmp(name, "stage") == 0;
}

static void report_unused(struct findings *findings, const struct buffer *names, size_t count, bool is_of_0_1_0) {
    AUTO(buffer) remedy = {0};
    if (count == 0)
        return;
    buffer_append_format(&remedy, "to move it away: mkdir -p %s && mv -n%s %s/", STATE_DIR_ASIDE, names->data,
                         STATE_DIR_ASIDE);
    findings_report(findings, FINDING_NOTE, "state.unused", STATE_DIR_FOLDER, remedy.data,
                    "%zu entr%s of another folder, user or version%s: not used", count,
                    count == 1 ? "y is state" : "ies are state",
                    is_of_0_1_0 ? ", among them the history of batchctl 0.1.0" : "");
}

static void check_others(struct findings *findings, const struct state_dir *state) {
    enum { LISTED_MOST = 20 };
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    AUTO(buffer) names = {0};
    size_t count = 0;
    bool is_of_0_1_0 = false;
    uid_t user;
    files_list(state->files, STATE_DIR_FOLDER, &listing, &error);
    for (size_t i = 0; i < listing.count; i++) {
        const char *name = listing.entries[i].name;
        if (is_known_name(state, name))
            continue;
        if (state_dir_is_of_owner(state->files, name, &user)) {
            findings_report(findings, FINDING_NOTE, "state.other_user", STATE_DIR_FOLDER, NULL,
                            "there is state of another user (uid %u) as well, which is not looked at", (unsigned)user);
            continue;
        }
        AUTO(buffer) path = {0};
        buffer_append_format(&path, "%s/%s", STATE_DIR_FOLDER, name);
        if (count++ < LISTED_MOST) {
            buffer_append_byte(&names, ' ');
            text_append_shell_word(&names, path.data);
        }
        is_of_0_1_0 |= is_of_first_version(name);
    }
    report_unused(findings, &names, count, is_of_0_1_0);
}

static void check_templates(struct findings *findings, const struct files *files) {
    static const char folder[] = STATE_DIR_FOLDER "/templates";
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    AUTO(arena) arena = {0};
    files_list(files, folder, &listing, &error);
    for (size_t i = 0; i < listing.count; i++)
        if (!listing.entries[i].is_regular && template_default(listing.entries[i].name))
            findings_report(findings, FINDING_WARNING, "state.template",
                            arena_format(&arena, "%s/%s", folder, listing.entries[i].name), NULL,
                            "it is not a regular file: the built-in template is used");
}

/* --- batches --- */

/* The record of a batch that is not finished: pending, or with the committed ones if the power failed too soon. */
static struct state_path record_of(const struct state_dir *state, uint64_t number) {
    struct state_path pending = record_path(state, STATE_PENDING, number, "");
    bool is_pending = files_kind(state->files, pending.text) == FILE_REGULAR;
    return is_pending ? pending : record_path(state, STATE_BATCHES, number, "");
}

/* What becomes of a batch that died: files that it created go, but an exchange or a renaming that happened is kept. */
static const char *end_of(const struct state_dir *state, const char *path, uint64_t number) {
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    bool is_read = record_read(state->files, path, number, &record, &error);
    if (is_read && record.kind == BATCH_REOPEN && record.is_staged)
        return "finished";
    return is_read && record.kind == BATCH_UPDATE ? "finished, or rolled back if the file was not replaced yet"
                                                  : "rolled back";
}

static void check_pending(struct findings *findings, const struct pending *pending, long holder) {
    const struct state_dir *state = &pending->state;
    if (holder)
        findings_report(findings, FINDING_NOTE, "journal.locked", STATE_DIR_FOLDER, NULL,
                        "process %ld holds the lock: it is writing", holder);
    for (size_t i = 0; i < pending->batch_count && !holder; i++) {
        uint64_t number = pending->numbers[i];
        struct state_path undo = record_path(state, STATE_PENDING, number, ".undo");
        bool is_undo = files_kind(state->files, undo.text) != FILE_ABSENT;
        struct state_path path = is_undo ? undo : record_of(state, number);
        findings_report(findings, FINDING_WARNING, "journal.dead", path.text,
                        "the next batchctl command that writes does that before anything else",
                        "%sbatch %" PRIu64 " was interrupted, and must still be %s", is_undo ? "the undo of " : "",
                        number, is_undo ? "finished" : end_of(state, path.text, number));
    }
}

static bool is_pending(const struct pending *pending, uint64_t number) {
    for (size_t i = 0; i < pending->batch_count; i++)
        if (pending->numbers[i] == number)
            return true;
    return false;
}

static void report_leftover(struct findings *findings, const struct state_dir *state, enum state_part part,
                            const char *name) {
    AUTO(arena) arena = {0};
    const char *path = arena_format(&arena, "%s/%s", state_dir_path(state, part, NULL).text, name);
    AUTO(buffer) remedy = {0};
    buffer_append_format(&remedy, "to move it away: mkdir -p %s && mv -n ", STATE_DIR_ASIDE);
    text_append_shell_word(&remedy, path);
    buffer_append_format(&remedy, " %s/", STATE_DIR_ASIDE);
    findings_report(findings, FINDING_NOTE, "journal.leftover", path, remedy.data,
                    "left over; no batch needs it, and the next write clears what is ours");
}

/* The batch that needs it; 0 if none can. */
static uint64_t batch_of(enum state_part part, const char *name) {
    if (part == STATE_STAGE)
        return record_staged_number(name);
    uint64_t number = record_number(name, "");
    if (number == 0)
        number = part == STATE_PENDING ? record_number(name, ".undo") : record_undone_number(name);
    if (number == 0 && part == STATE_BATCHES)
        number = record_number(name, ".replaced");
    return number;
}

/* Records that are committed are needed by their names alone. */
static bool is_needed(const struct pending *pending, enum state_part part, const char *name) {
    uint64_t number = batch_of(part, name);
    return part == STATE_BATCHES ? number != 0 : is_pending(pending, number);
}

static void check_leftovers(struct findings *findings, const struct pending *pending) {
    for (enum state_part part = 0; part < STATE_PARTS; part++) {
        AUTO(listing) listing = {0};
        AUTO(error) error = {0};
        record_list(&pending->state, part, &listing, &error);
        for (size_t k = 0; k < listing.count; k++)
            if (!is_needed(pending, part, listing.entries[k].name))
                report_leftover(findings, &pending->state, part, listing.entries[k].name);
    }
}

static void check_record(struct findings *findings, const struct state_dir *state, uint64_t number) {
    struct record record;
    AUTO(error) error = {0};
    struct state_path path = record_path(state, STATE_BATCHES, number, "");
    if (!record_read_batch(state, number, &record, &error)) {
        findings_report(findings, FINDING_WARNING, "journal.damaged", path.text,
                        "restore it from a backup; the files of the batch are not touched", "%s",
                        error.code == ERROR_INVALID ? "this record is damaged or cut off, and not used"
                                                    : error.message);
        return;
    }
    if (record.kind == BATCH_UNKNOWN)
        findings_report(findings, FINDING_NOTE, "journal.foreign", path.text, NULL,
                        "batch %" PRIu64 " is of the kind \"%s\": a newer version made it, and only that can undo it",
                        number, record_kind_name(&record));
    record_release(&record);
}

static void check_batches(struct findings *findings, const struct files *files) {
    uint64_t *numbers = NULL;
    size_t count = 0;
    AUTO(error) error = {0};
    struct pending pending;
    pending_read(&pending, files);
    const struct state_dir *state = &pending.state;
    long holder = files_lock_holder(files, STATE_DIR_FOLDER);
    check_pending(findings, &pending, holder);
    if (!holder)
        check_leftovers(findings, &pending);
    if (!record_list_numbers(state, &numbers, &count, &error))
        findings_report(findings, FINDING_ERROR, "state.folder", state_dir_path(state, STATE_BATCHES, NULL).text,
                        state_dir_remedy(state).text, "%s", error.message);
    for (size_t i = 0; error.code == ERROR_NONE && i < count; i++)
        check_record(findings, state, numbers[i]);
    memory_free(numbers);
    pending_release(&pending);
}

void check_state_report(struct findings *findings, const struct files *files) {
    struct state_dir state;
    if (!check_folder(findings, files, &state))
        return;
    check_others(findings, &state);
    check_templates(findings, files);
    if (state.is_mine)
        check_batches(findings, files);
}
