#include "pending.h"

#include <string.h>

#include "record.h"

static void hide(struct pending *pending, const char *path, uint64_t inode) {
    pending->inodes = memory_grow(pending->inodes, &pending->capacity, pending->count + 1, sizeof *pending->inodes);
    pending->hidden =
        memory_grow(pending->hidden, &pending->hidden_capacity, pending->count + 1, sizeof *pending->hidden);
    size_t position = pending->count;
    const char *copy = arena_copy(&pending->arena, path, strlen(path));
    if (!index_add(&pending->paths, copy, &position))
        return;
    pending->hidden[position] = copy;
    pending->inodes[pending->count++] = inode;
}

/*
 * A file that somebody has changed or replaced is not the batch's any more, and is seen. @inode 0 is any. One that is
 * not there yet will be, under the inode it is staged with.
 */
static void hide_if_ours(struct pending *pending, const struct files *files, const struct record_file *file,
                         uint64_t inode) {
    struct error error = {0};
    struct file_identity identity;
    enum file_kind kind;
    enum record_state state;
    bool is_known = record_look(files, file, inode, &state, &error);
    if (is_known && state == RECORD_GONE && inode)
        hide(pending, file->path, inode);
    else if (is_known && state == RECORD_AS_WRITTEN && files_look(files, file->path, &kind, &identity, &error) &&
             kind == FILE_REGULAR)
        hide(pending, file->path, identity.inode);
    error_release(&error);
}

/* The files of the batch, published or about to be. @folder has its record. */
static void hide_created(struct pending *pending, const struct files *files, const char *folder, uint64_t number) {
    struct record record;
    struct error error = {0};
    if (record_read(files, record_path(folder, number, "").text, number, &record, &error))
        for (size_t i = 0; i < record.inode_count; i++)
            hide_if_ours(pending, files, &record.files[i], record.inodes[i]);
    error_release(&error); /* being written: nothing is published yet */
    record_release(&record);
}

/* A batch that has its record is committed if nothing of it is staged. */
static bool has_record(const struct files *files, uint64_t number) {
    enum file_kind kind;
    struct error error = {0};
    bool is_there =
        files_look(files, record_path(RECORD_BATCHES, number, "").text, &kind, NULL, &error) && kind == FILE_REGULAR;
    error_release(&error);
    return is_there;
}

static void hide_removed(struct pending *pending, const struct files *files, uint64_t number) {
    struct record record;
    struct error error = {0};
    if (record_read(files, record_path(RECORD_PENDING, number, ".undo").text, number, &record, &error))
        for (size_t i = 0; i < record.file_count; i++)
            hide_if_ours(pending, files, &record.files[i], 0);
    error_release(&error);
    record_release(&record);
}

/* One name in pending/. Returns the number of the batch that is pending, 0 if none is for that. */
static uint64_t read_entry(struct pending *pending, const struct files *files, const char *name, uint64_t staged) {
    uint64_t created = record_number(name, ""), undone = record_number(name, ".undo");
    uint64_t number = staged ? staged : created;
    if (number && has_record(files, number) == (staged != 0)) {
        hide_created(pending, files, staged ? RECORD_BATCHES : RECORD_PENDING, number);
        return number;
    }
    if (undone)
        hide_removed(pending, files, undone);
    return undone;
}

void pending_read(struct pending *pending, const struct files *files) {
    *pending = (struct pending){0};
    struct listing listing = {0};
    struct error error = {0};
    enum file_kind kind;
    files_look(files, RECORD_BATCHES, &kind, &pending->committed, &error);
    error_release(&error);
    record_list_pending(files, &listing, &error);
    pending->numbers = arena_allocate(&pending->arena, listing.count, sizeof *pending->numbers);
    uint64_t staged = 0;
    for (size_t i = 0; i < listing.count; i++) {
        const char *name = listing.entries[i].name;
        uint64_t same = record_staged_number(name);
        if (same && same == staged) /* one staged file tells as much as a thousand */
            continue;
        staged = same;
        uint64_t number = read_entry(pending, files, name, staged);
        if (number)
            pending->numbers[pending->batch_count++] = number;
    }
    error_release(&error);
    listing_release(&listing);
}

void pending_release(struct pending *pending) {
    index_release(&pending->paths);
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
    return index_find(&pending->paths, span_of(path), &position) && pending->inodes[position] == inode;
}

struct files pending_view(const struct pending *pending, const struct files *files) {
    struct files view = *files;
    if (pending->count) {
        view.is_hidden = is_hidden;
        view.hidden_data = pending;
    }
    return view;
}
