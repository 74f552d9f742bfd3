#include "api/reconcile.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "api/batch_answer.h"
#include "api/batch_transaction.h"
#include "api/methods.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/journal.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "batch/undo.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "disk/listing.h"
#include "disk/state_dir.h"

/* A batch only among the last ones: it was made moments ago. */
enum { RECORDS_SEARCHED_MOST = 1000 };

static bool is_undo(const struct request *request) {
    return strcmp(request->method, "undo") == 0;
}

static bool is_kind_of(enum batch_kind kind, const struct request *request) {
    if (strcmp(request->method, "init") == 0)
        return kind == (request->is_update ? BATCH_UPDATE : request->wants_graph ? BATCH_GRAPH : BATCH_PLAN);
    return batch_kind_is_review(kind) ? strcmp(request->method, batch_kind_name(kind)) == 0
                                      : batch_kind_is_created(kind);
}

/* Is it the record of the request? A request id that is the user's own word may have been used before. */
static bool is_of(const struct record *record, const struct request *request) {
    if (!record->request || strcmp(record->request, request->request_id) != 0)
        return false;
    if (!is_undo(request) && record->number <= request->last_batch)
        return false;
    bool is_expected = !request->expect || (record->token && strcmp(record->token, request->expect) == 0);
    return is_undo(request) || (is_kind_of(record->kind, request) && is_expected);
}

static bool is_regular(const struct files *files, const char *path) {
    enum file_kind kind;
    AUTO(error) error = {0};
    bool is_known = files_look(files, path, &kind, NULL, &error);
    return !is_known || kind == FILE_REGULAR;
}

/* Reads the record @path of batch @number, if it was made for the request. False also with @error set. */
static bool read_if_ours(const struct state_dir *state, const struct request *request, const char *path,
                         uint64_t number, struct record *record, struct error *error) {
    if (record_read(state->files, path, number, record, error)) {
        if (is_of(record, request))
            return true;
        record_release(record);
    } else if (error->code == ERROR_INVALID || error->code == ERROR_NOT_FOUND) {
        error_release(error); /* a damaged one is not ours: ours is whole or not there */
    }
    return false;
}

/* Reads the record of batch @number, or of an undo of it or of a part, if it was made for the request. The same. */
static bool read_ours(const struct state_dir *state, const struct request *request, uint64_t number,
                      struct record *record, struct error *error) {
    bool is_found = false;
    for (unsigned part = 0; !is_found && !error->code; part++) {
        struct state_path path =
            is_undo(request) ? record_undone_path(state, number, part) : record_path(state, STATE_BATCHES, number, "");
        bool is_there = is_regular(state->files, path.text); /* as ours is */
        is_found = is_there && read_if_ours(state, request, path.text, number, record, error);
        if (!is_undo(request) || (part && !is_there))
            break;
    }
    return is_found;
}

/* Finds what was recorded for the request. False if there is nothing, or with @error set. */
static bool find_record(const struct state_dir *state, const struct request *request, struct record *record,
                        struct error *error) {
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count;
    if (!record_list_numbers(state, &numbers, &count, error))
        return false;
    if (is_undo(request) && request->batch)
        return read_ours(state, request, request->batch, record, error);
    /* of an undo that did not name its batch, that may be any */
    size_t first = !is_undo(request) && count > RECORDS_SEARCHED_MOST ? count - RECORDS_SEARCHED_MOST : 0;
    for (size_t i = count; i-- > first && !error->code;)
        if (read_ours(state, request, numbers[i], record, error))
            return true;
    return false;
}

static void answer_batch(const struct workspace *workspace, const struct request *request, struct answer *answer,
                         const struct record *record) {
    struct error error = {0};
    batch_answer_of_record(answer, request, workspace, record);
    batch_answer_add_diagnostics(answer, record);
    if (record->failure_count) {
        batch_transaction_set_partial(record, &error);
        answer_fail(answer, &error);
    }
}

static bool answer_undo(const struct state_dir *state, struct answer *answer, const struct record *undone,
                        struct error *error) {
    AUTO(record) record = {0};
    bool is_read = record_read_batch(state, undone->number, &record, error);
    if (is_read) {
        batch_answer_undone(answer, &record, undone);
        batch_answer_add_diagnostics(answer, undone);
    }
    return is_read;
}

/* Whichever request had begun the undo: it has been finished as the journal was opened. */
static enum reconcile_result find_finished_undo(const struct state_dir *state, uint64_t number, struct answer *answer,
                                                struct error *error) {
    AUTO(record) undone = {0};
    bool is_found = record_read(state->files, record_undone_path(state, number, 0).text, number, &undone, error) &&
                    answer_undo(state, answer, &undone, error);
    if (!is_found && error->code == ERROR_NOT_FOUND)
        error_release(error);
    return error->code ? RECONCILE_UNKNOWN : is_found ? RECONCILE_DONE : RECONCILE_NOT_DONE;
}

static enum reconcile_result find(const struct workspace *workspace, const struct state_dir *state,
                                  const struct request *request, struct answer *answer, struct error *error) {
    AUTO(record) record = {0};
    bool is_found = find_record(state, request, &record, error);
    if (is_found && is_undo(request))
        is_found = answer_undo(state, answer, &record, error);
    else if (is_found)
        answer_batch(workspace, request, answer, &record);
    return error->code ? RECONCILE_UNKNOWN : is_found ? RECONCILE_DONE : RECONCILE_NOT_DONE;
}

/* Does the pending record @path, to be rolled back or finished, belong to the request? Also true if that is unknown. */
static bool is_pending_of(const struct files *files, const char *path, uint64_t number, const struct request *request) {
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    bool is_ours;
    if (!is_regular(files, path)) /* as ours is */
        return false;
    if (record_read(files, path, number, &record, &error))
        is_ours = is_of(&record, request);
    else
        is_ours = error.code != ERROR_INVALID; /* which was cut off, before anything was changed */
    return is_ours;
}

/* Has the request been begun, and must be rolled back or finished? Also true if that is unknown. */
static bool is_pending(const struct state_dir *state, const struct request *request) {
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    bool is_begun = !record_list(state, STATE_PENDING, &listing, &error);
    for (size_t i = 0; i < listing.count && !is_begun; i++) {
        const char *suffix = is_undo(request) ? ".undo" : "";
        uint64_t number = record_number(listing.entries[i].name, suffix);
        is_begun = number &&
                   is_pending_of(state->files, record_path(state, STATE_PENDING, number, suffix).text, number, request);
    }
    return is_begun;
}

/*
 * The journal cannot be opened. A writer that holds the lock may be applying the request. With no writer, the obstacle
 * stopped the request, too, unless there is a trace of it.
 */
static enum reconcile_result find_without_journal(const struct workspace *workspace, const struct state_dir *state,
                                                  const struct request *request, struct answer *answer,
                                                  struct error *error) {
    AUTO(error) busy = {0}, trouble = {0};
    AUTO_CLOSE int lock =
        files_lock(&workspace->files, STATE_DIR_FOLDER, 0, &busy); /* held or not, records can be read */
    enum reconcile_result result = find(workspace, state, request, answer, &trouble);
    if (result == RECONCILE_NOT_DONE && (lock < 0 || is_pending(state, request)))
        result = RECONCILE_UNKNOWN;
    if (result != RECONCILE_UNKNOWN)
        error_release(error);
    return result;
}

static enum reconcile_result find_locked(const struct workspace *workspace, const struct request *request,
                                         struct answer *answer, struct error *error) {
    AUTO_CALL(journal_close) struct journal journal = JOURNAL_CLOSED;
    const struct files *files = &workspace->files;
    struct state_dir state;
    if (!state_dir_find(&state, files, error))
        return RECONCILE_UNKNOWN;
    if (!state.is_mine)
        return RECONCILE_NOT_DONE; /* every write begins with it; and a request that was refused must leave no trace */
    bool was_begun = is_undo(request) && request->batch && record_is_being_undone(&state, request->batch);
    if (!journal_open(&journal, files, request->lock_timeout_ms, error))
        return find_without_journal(workspace, &state, request, answer, error);
    enum reconcile_result result = find(workspace, &journal.state, request, answer, error);
    if (result == RECONCILE_NOT_DONE && was_begun)
        result = find_finished_undo(&journal.state, request->batch, answer, error);
    diagnostics_append(&answer->diagnostics, &journal.recovered);
    return result;
}

enum reconcile_result reconcile_find(const struct workspace *workspace, const struct request *request,
                                     struct answer *answer, struct error *error) {
    enum reconcile_result result = find_locked(workspace, request, answer, error);
    if (result == RECONCILE_UNKNOWN) {
        answer->view = NULL;
        answer->code = ERROR_NONE;
    }
    return result;
}

/* --- settling --- */

static void answer_unknown(const struct request *request, struct answer *answer, struct error *error) {
    error->code = ERROR_UNKNOWN;
    if (!is_undo(request))
        error_hint(error, "to see whether it happened: batchctl history --no-daemon --request %s", request->request_id);
    else if (request->batch)
        error_hint(error, "to see whether it happened: batchctl show --no-daemon --batch %" PRIu64, request->batch);
    else
        error_hint(error, "to see whether it happened: batchctl history --no-daemon");
    answer_fail(answer, error);
}

/* True if @answer is that to the request: as it was recorded, or UNKNOWN. */
static bool is_settled(const struct workspace *workspace, const struct request *request, struct answer *answer) {
    struct error error = {0};
    enum reconcile_result result = reconcile_find(workspace, request, answer, &error);
    if (result == RECONCILE_UNKNOWN)
        answer_unknown(request, answer, &error);
    return result != RECONCILE_NOT_DONE;
}

/* Does the answer to a write say that files were created, or removed? */
static bool has_effect(const struct answer *answer) {
    return (answer->code == ERROR_NONE || answer->code == ERROR_PARTIAL) && answer->count;
}

/* What the search for the answer has removed of a dead batch is named in @answer as well. */
static void add_recovered(struct answer *answer, const struct diagnostics *found) {
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->items[i].code, "journal.recovered") == 0)
            diagnostics_add(&answer->diagnostics, &found->items[i]);
}

void reconcile_settle(struct workspace *workspace, const struct request *request, struct answer *answer) {
    AUTO(diagnostics) found = {0};
    AUTO(answer) late = {.kind = request->method};
    if (is_settled(workspace, request, answer))
        return;
    found = answer->diagnostics;
    answer->diagnostics = (struct diagnostics){0};
    answer_release(answer);
    request_handle(workspace, request, answer);
    add_recovered(answer, &found);
    if (has_effect(answer) || !is_settled(workspace, request, &late))
        return;
    struct answer done_here = *answer;
    *answer = late;
    late = done_here;
}

uint64_t reconcile_last_batch(const char *root) {
    struct files files;
    struct state_dir state;
    AUTO(error) error = {0};
    AUTO_FREE uint64_t *numbers = NULL;
    uint64_t last = 0;
    size_t count = 0;
    if (files_open(&files, root, &error) && state_dir_find(&state, &files, &error) &&
        record_list_numbers(&state, &numbers, &count, &error) && count)
        last = numbers[count - 1];
    files_close(&files);
    return last;
}
