#include "batch/record_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "batch/record_path.h"
#include "disk/files.h"

bool record_list(const struct state_dir *state, enum state_part part, struct listing *listing, struct error *error) {
    if (!state->is_mine || files_list(state->files, state_dir_path(state, part, NULL).text, listing, error))
        return true;
    if (error->code != ERROR_NOT_FOUND)
        return false;
    error_release(error);
    return true;
}

bool record_list_pending(const struct state_dir *state, struct listing *listing, struct error *error) {
    return record_list(state, STATE_PENDING, listing, error) && record_list(state, STATE_STAGE, listing, error);
}

/* Is what is at @path the file of the record at @position? */
static bool is_staged_file(const struct state_dir *state, const char *path, const char *position,
                           const struct record *record) {
    size_t i = strtoul(position, NULL, 10);
    enum file_kind kind;
    struct file_identity identity;
    AUTO(error) error = {0}; /* what cannot be looked at does not count */
    return i < record->file_count && files_look(state->files, path, &kind, &identity, &error) && kind == FILE_REGULAR &&
           identity.inode == record->files[i].inode;
}

/* Does the folder @path of the stage hold one of the record's files? */
static bool holds_staged(const struct state_dir *state, const char *path, const struct record *record) {
    AUTO(listing) listing = {0};
    AUTO(error) error = {0}; /* what cannot be listed holds nothing that counts */
    AUTO(arena) arena = {0};
    bool is_held = false;
    files_list(state->files, path, &listing, &error);
    for (size_t i = 0; i < listing.count && !is_held; i++) {
        const char *name = listing.entries[i].name;
        is_held = is_staged_file(state, arena_format(&arena, "%s/%s", path, name), name, record);
    }
    return is_held;
}

bool record_list_has_staged(const struct state_dir *state, const struct record *record) {
    AUTO(listing) stage = {0};
    AUTO(error) error = {0};
    bool is_staged = false;
    record_list(state, STATE_STAGE, &stage, &error);
    for (size_t i = 0; i < stage.count && !is_staged; i++) {
        const struct listing_entry *entry = &stage.entries[i];
        if (record_staged_number(entry->name) != record->number)
            continue;
        struct state_path path = state_dir_path(state, STATE_STAGE, entry->name);
        is_staged = entry->is_folder ? holds_staged(state, path.text, record)
                                     : is_staged_file(state, path.text, strchr(entry->name, '-') + 1, record);
    }
    return is_staged;
}

static int compare_numbers(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Does the committed batch count as pending, because something of it is staged? */
static bool counts_as_pending(const struct state_dir *state, uint64_t number) {
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    return record_read(state->files, record_path(state, STATE_BATCHES, number, "").text, number, &record, &error) &&
           record.is_staged && record_list_has_staged(state, &record);
}

/* @numbers ascend. */
static bool leave_out_staged(const struct state_dir *state, uint64_t *numbers, size_t *count, struct error *error) {
    AUTO(listing) listing = {0};
    bool is_listed = *count == 0 || record_list(state, STATE_STAGE, &listing, error);
    uint64_t last = 0;
    for (size_t i = 0; i < listing.count && *count; i++) {
        uint64_t number = record_staged_number(listing.entries[i].name);
        uint64_t *place = bsearch(&number, numbers, *count, sizeof *numbers, compare_numbers);
        if (place && number != last && counts_as_pending(state, number))
            memmove(place, place + 1, (size_t)(numbers + --*count - place) * sizeof *numbers);
        last = number;
    }
    return is_listed;
}

bool record_list_numbers(const struct state_dir *state, uint64_t **numbers, size_t *count, struct error *error) {
    AUTO(listing) listing = {0};
    bool is_listed = record_list(state, STATE_BATCHES, &listing, error);
    *numbers = memory_allocate(listing.count, sizeof **numbers);
    *count = 0;
    for (size_t i = 0; is_listed && i < listing.count; i++) {
        uint64_t number = record_number(listing.entries[i].name, "");
        if (number)
            (*numbers)[(*count)++] = number;
    }
    qsort(*numbers, *count, sizeof **numbers, compare_numbers);
    return is_listed && leave_out_staged(state, *numbers, count, error);
}

bool record_list_next_number(const struct state_dir *state, bool is_settled, uint64_t *number, struct error *error) {
    AUTO(listing) listing = {0};
    bool is_listed = record_list(state, STATE_BATCHES, &listing, error) &&
                     (is_settled || record_list_pending(state, &listing, error));
    AUTO_FREE uint64_t *numbers = memory_allocate(listing.count, sizeof *numbers);
    uint64_t last = 0;
    for (size_t i = 0; i < listing.count; i++)
        numbers[i] = record_any_number(listing.entries[i].name);
    qsort(numbers, listing.count, sizeof *numbers, compare_numbers);
    if (listing.count && numbers[listing.count - 1] < RECORD_NUMBER_MOST)
        last = numbers[listing.count - 1];
    else
        for (size_t i = 0; i < listing.count && numbers[i] <= last + 1; i++)
            last = numbers[i];
    *number = last + 1;
    return is_listed;
}
