#include "outcome.h"

#include <string.h>

#include "change.h"
#include "foundation.h"
#include "journal.h"
#include "memory.h"

/* Only among the last ones: it was made moments ago. */
enum { RECORDS_SEARCHED_MOST = 1000 };

/* Finds the batch that was made for the request. False if there is none, or with @error set. */
static bool find_batch(const struct files *files, const char *request_id, struct record *record, struct error *error) {
    uint64_t *numbers;
    size_t count;
    bool is_found = false;
    if (!record_numbers(files, &numbers, &count, error))
        return false;
    size_t first = count > RECORDS_SEARCHED_MOST ? count - RECORDS_SEARCHED_MOST : 0;
    for (size_t i = count; i-- > first && !is_found;) {
        if (!record_read_batch(files, numbers[i], record, error)) {
            error_release(error); /* a damaged record is not ours: ours is whole or not there */
            continue;
        }
        is_found = record->request && strcmp(record->request, request_id) == 0;
        if (!is_found)
            record_release(record);
    }
    memory_free(numbers);
    return is_found;
}

/* Plans are founded by init; every other batch is of create or retry. */
static void answer_create(const struct workspace *workspace, struct answer *answer, const struct record *record) {
    struct writer writer = {.buffer = &answer->data};
    struct error error = {0};
    if (batch_kind_is_created(record->kind))
        change_write_record(&writer, record);
    else
        foundation_write_record(&writer, workspace, record);
    if (record->failure_count) {
        change_set_partial(record, &error);
        answer_fail(answer, &error);
    }
}

static bool answer_undo(const struct files *files, struct answer *answer, const struct record *record,
                        struct error *error) {
    struct record undone;
    if (!record_read(files, record_path(RECORD_BATCHES, record->number, ".undone").text, record->number, &undone,
                     error))
        return false;
    struct writer writer = {.buffer = &answer->data};
    const struct undo undo = {
        .record = record,
        .removed = undone.files,
        .removed_count = undone.file_count,
        .kept = undone.failures,
        .kept_count = undone.failure_count,
    };
    change_write_undo(&writer, &undo, false);
    record_release(&undone);
    return true;
}

static enum outcome find_undo(const struct files *files, uint64_t number, struct answer *answer, struct error *error) {
    struct record record;
    if (!record_read_batch(files, number, &record, error))
        return OUTCOME_UNKNOWN;
    enum outcome outcome = OUTCOME_NOT_DONE;
    if (record.is_undone)
        outcome = answer_undo(files, answer, &record, error) ? OUTCOME_DONE : OUTCOME_UNKNOWN;
    record_release(&record);
    return outcome;
}

static enum outcome find_create(const struct workspace *workspace, const char *request_id, struct answer *answer,
                                struct error *error) {
    struct record record = {0};
    bool is_found = find_batch(&workspace->files, request_id, &record, error);
    if (is_found)
        answer_create(workspace, answer, &record);
    record_release(&record);
    return error->code ? OUTCOME_UNKNOWN : is_found ? OUTCOME_DONE : OUTCOME_NOT_DONE;
}

enum outcome outcome_find(const struct workspace *workspace, const struct request *request, struct answer *answer,
                          struct error *error) {
    struct journal journal;
    const struct files *files = &workspace->files;
    if (!journal_open(&journal, files, request->lock_timeout_ms, error))
        return OUTCOME_UNKNOWN;
    enum outcome outcome = strcmp(request->method, "undo") == 0
                               ? find_undo(files, request->batch, answer, error)
                               : find_create(workspace, request->request_id, answer, error);
    journal_close(&journal);
    return outcome;
}
