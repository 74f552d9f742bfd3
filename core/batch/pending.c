#include "batch/pending.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "disk/listing.h"

/* One that is whole does not change any more. */
struct pending_record {
    struct record record;
    bool is_read;
    struct state_path path;
    struct file_identity identity;
};

/* --- records --- */

static bool is_same_file(const struct file_identity *a, const struct file_identity *b) {
    return a->device == b->device && a->inode == b->inode && a->size_bytes == b->size_bytes &&
           a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

/* Takes it from @previous. NULL if it is not there. */
static struct pending_record *take(struct pending *previous, const struct state_path *path,
                                   const struct file_identity *identity) {
    for (size_t i = 0; previous && i < previous->record_count; i++) {
        struct pending_record *known = previous->records[i];
        if (known && known->record.is_staged && strcmp(known->path.text, path->text) == 0 &&
            is_same_file(&known->identity, identity)) {
            previous->records[i] = NULL;
            return known;
        }
    }
    return NULL;
}

static const struct pending_record *read_record(struct pending *pending, struct pending *previous,
                                                const struct state_path *path, uint64_t number) {
    AUTO(error) error = {0};
    enum file_kind kind;
    struct file_identity identity = {0};
    bool is_found = files_look(pending->state.files, path->text, &kind, &identity, &error) && kind == FILE_REGULAR;
    struct pending_record *known = is_found ? take(previous, path, &identity) : NULL;
    if (!known) {
        known = memory_allocate(1, sizeof *known);
        *known = (struct pending_record){.path = *path, .identity = identity};
        error_release(&error);
        known->is_read = record_read(pending->state.files, path->text, number, &known->record, &error);
    }
    *LIST_ADD(pending->records, pending->record_count, pending->record_capacity) = known;
    return known;
}

/* --- hiding --- */

/* What is to be renamed counts as renamed, also in an undo. */
static const char *hidden_path(const struct record_file *file) {
    return file->from ? file->from : file->path;
}

/* A file that is not published yet keeps the inode it is staged with. */
static void hide_files(struct pending *pending, const struct record *record) {
    for (size_t i = 0; record->is_staged && i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        size_t position = pending->count;
        if (file->old_sha) /* of two files that exchange their names each is whole */
            continue;
        if (string_map_add(&pending->paths, hidden_path(file), &position))
            *LIST_ADD(pending->files, pending->count, pending->capacity) = file;
    }
}

/* A file that was changed or replaced is not the batch's any more, and is visible. */
static bool is_hidden(const void *data, const char *path, uint64_t inode) {
    const struct pending *pending = data;
    AUTO(error) error = {0};
    enum record_state state;
    size_t position;
    if (!string_map_find(&pending->paths, span_of(path), &position) || pending->files[position]->inode != inode)
        return false;
    struct record_file file = *pending->files[position];
    file.path = hidden_path(&file);
    return record_look(pending->state.files, &file, &state, &error) &&
           (state == RECORD_GONE || state == RECORD_AS_WRITTEN);
}

struct files pending_view(const struct pending *pending, const struct files *files) {
    struct files view = *files;
    if (pending->count) {
        view.is_hidden = is_hidden;
        view.hidden_data = pending;
    }
    return view;
}

const char *pending_path(const struct pending *pending, size_t position) {
    return hidden_path(pending->files[position]);
}

/* --- reading --- */

/*
 * What the record at @path is about, if it is whole: one that is being written has neither published nor removed
 * anything. Of one that @is_committed only what is still staged makes it pending. False if it is not.
 */
static bool hide_recorded(struct pending *pending, struct pending *previous, const struct state_path *path,
                          uint64_t number, bool is_committed) {
    const struct pending_record *known = read_record(pending, previous, path, number);
    bool is_pending = !is_committed || (known->is_read && record_list_has_staged(&pending->state, &known->record));
    if (is_pending)
        hide_files(pending, &known->record);
    return is_pending;
}

/* A batch that has its record is committed if nothing of it is staged. */
static bool has_record(const struct pending *pending, uint64_t number) {
    enum file_kind kind;
    AUTO(error) error = {0};
    struct state_path path = record_path(&pending->state, STATE_BATCHES, number, "");
    return files_look(pending->state.files, path.text, &kind, NULL, &error) && kind == FILE_REGULAR;
}

/* One name in pending/ or, with @staged, in stage/. Returns the number of the batch that is pending, 0 if none is. */
static uint64_t read_entry(struct pending *pending, struct pending *previous, const char *name, uint64_t staged) {
    uint64_t created = record_number(name, ""), undone = record_number(name, ".undo");
    uint64_t number = staged ? staged : created;
    bool is_committed = number && has_record(pending, number);
    if (number && is_committed == (staged != 0)) {
        struct state_path path = record_path(&pending->state, is_committed ? STATE_BATCHES : STATE_PENDING, number, "");
        return hide_recorded(pending, previous, &path, number, is_committed) ? number : 0;
    }
    if (undone) {
        struct state_path path = record_path(&pending->state, STATE_PENDING, undone, ".undo");
        hide_recorded(pending, previous, &path, undone, false);
    }
    return undone;
}

void pending_read_again(struct pending *pending, const struct files *files, struct pending *previous) {
    *pending = (struct pending){0};
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    enum file_kind kind;
    if (state_dir_find(&pending->state, files, &error) && pending->state.is_mine) {
        struct state_path batches = state_dir_path(&pending->state, STATE_BATCHES, NULL);
        files_look(files, batches.text, &kind, &pending->committed, &error);
        error_release(&error);
        record_list_pending(&pending->state, &listing, &error);
    }
    pending->numbers = arena_allocate(&pending->arena, listing.count, sizeof *pending->numbers);
    uint64_t staged = 0;
    for (size_t i = 0; i < listing.count; i++) {
        const char *name = listing.entries[i].name;
        uint64_t same = record_staged_number(name);
        if (same && same == staged) /* one staged file says as much as a thousand */
            continue;
        staged = same;
        uint64_t number = read_entry(pending, previous, name, staged);
        if (number)
            pending->numbers[pending->batch_count++] = number;
    }
}

void pending_read(struct pending *pending, const struct files *files) {
    pending_read_again(pending, files, NULL);
}

void pending_release(struct pending *pending) {
    for (size_t i = 0; i < pending->record_count; i++) {
        if (pending->records[i])
            record_release(&pending->records[i]->record);
        memory_free(pending->records[i]);
    }
    memory_free(pending->records);
    memory_free(pending->files);
    string_map_release(&pending->paths);
    arena_release(&pending->arena);
    *pending = (struct pending){0};
}

bool pending_equals(const struct pending *a, const struct pending *b) {
    return a->batch_count == b->batch_count && a->count == b->count && a->committed.mtime_ns == b->committed.mtime_ns &&
           a->committed.inode == b->committed.inode &&
           (a->batch_count == 0 || memcmp(a->numbers, b->numbers, a->batch_count * sizeof *a->numbers) == 0);
}
