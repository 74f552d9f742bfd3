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

static void hide(struct pending *pending, const char *path, uint64_t inode) {
    pending->inodes = memory_grow(pending->inodes, &pending->capacity, pending->count + 1, sizeof *pending->inodes);
    pending->hidden =
        memory_grow(pending->hidden, &pending->hidden_capacity, pending->count + 1, sizeof *pending->hidden);
    size_t position = pending->count;
    const char *copy = arena_copy(&pending->arena, path, strlen(path));
    if (!string_map_add(&pending->paths, copy, &position))
        return;
    pending->hidden[position] = copy;
    pending->inodes[pending->count++] = inode;
}

/*
 * A file that was changed or replaced is not the batch's any more, and is visible. One that is not published yet keeps
 * the inode it is staged with.
 */
static void hide_files(struct pending *pending, const struct record *record) {
    for (size_t i = 0; record->is_staged && i < record->file_count; i++) {
        if (record->files[i].old_sha) /* of two files that exchange their names each is whole */
            continue;
        AUTO(error) error = {0};
        enum record_state state;
        struct record_file file = record->files[i];
        file.path = file.from ? file.from : file.path; /* what is to be renamed counts as renamed, also in an undo */
        bool is_known = record_look(pending->state.files, &file, &state, &error);
        if (is_known && (state == RECORD_GONE || state == RECORD_AS_WRITTEN))
            hide(pending, file.path, file.inode);
    }
}

/*
 * What the record at @path is about, if it is whole: one that is being written has neither published nor removed
 * anything. Of one that @is_committed only what is still staged makes it pending. False if it is not.
 */
static bool hide_recorded(struct pending *pending, const char *path, uint64_t number, bool is_committed) {
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    bool is_read = record_read(pending->state.files, path, number, &record, &error);
    bool is_pending = !is_committed || (is_read && record_list_has_staged(&pending->state, &record));
    if (is_pending)
        hide_files(pending, &record);
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
static uint64_t read_entry(struct pending *pending, const char *name, uint64_t staged) {
    uint64_t created = record_number(name, ""), undone = record_number(name, ".undo");
    uint64_t number = staged ? staged : created;
    bool is_committed = number && has_record(pending, number);
    if (number && is_committed == (staged != 0)) {
        struct state_path path = record_path(&pending->state, is_committed ? STATE_BATCHES : STATE_PENDING, number, "");
        return hide_recorded(pending, path.text, number, is_committed) ? number : 0;
    }
    if (undone)
        hide_recorded(pending, record_path(&pending->state, STATE_PENDING, undone, ".undo").text, undone, false);
    return undone;
}

void pending_read(struct pending *pending, const struct files *files) {
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
        uint64_t number = read_entry(pending, name, staged);
        if (number)
            pending->numbers[pending->batch_count++] = number;
    }
}

void pending_release(struct pending *pending) {
    string_map_release(&pending->paths);
    arena_release(&pending->arena);
    memory_free(pending->inodes);
    memory_free(pending->hidden);
    *pending = (struct pending){0};
}

bool pending_equals(const struct pending *a, const struct pending *b) {
    return a->batch_count == b->batch_count && a->count == b->count && a->committed.mtime_ns == b->committed.mtime_ns &&
           a->committed.inode == b->committed.inode &&
           (a->batch_count == 0 || memcmp(a->numbers, b->numbers, a->batch_count * sizeof *a->numbers) == 0);
}

static bool is_hidden(const void *data, const char *path, uint64_t inode) {
    const struct pending *pending = data;
    size_t position;
    return string_map_find(&pending->paths, span_of(path), &position) && pending->inodes[position] == inode;
}

struct files pending_view(const struct pending *pending, const struct files *files) {
    struct files view = *files;
    if (pending->count) {
        view.is_hidden = is_hidden;
        view.hidden_data = pending;
    }
    return view;
}
