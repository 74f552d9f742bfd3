#include "batch/staging.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/journal_files.h"
#include "disk/files.h"

/* The innermost folder on the way to @path that is there already: what is made in it is given what it hands down. */
static void find_model(const struct batch *batch, const char *path, struct buffer *model) {
    journal_files_folder_of(path, model);
    for (size_t i = 0; i < batch->folder_count; i++) {
        size_t length = strlen(batch->folders[i].path);
        bool is_around = strncmp(path, batch->folders[i].path, length) == 0 && path[length] == '/';
        if (!is_around)
            continue;
        journal_files_folder_of(batch->folders[i].path, model); /* outer ones come first */
        return;
    }
}

static bool is_on_other_mount(const struct files *files, const char *folder, bool *is_other, struct error *error) {
    uint64_t own, target;
    bool is_known = files_mount(files, STATE_DIR_FOLDER, &own, error) && files_mount(files, folder, &target, error);
    *is_other = is_known && own != target;
    return is_known;
}

/*
 * Files are moved from the state to their places, from a folder that hands down what theirs does. Where that cannot be
 * had, on another mount or without the right to it, they are staged beside their places.
 */
static bool make_stage(struct staging *staging, const char *path, const char *model, struct error *error) {
    struct record *record = staging->record;
    struct stage *stage = &staging->stages[staging->count];
    const struct files *files = staging->state->files;
    char name[64];
    snprintf(name, sizeof name, "%06" PRIu64 "-%zu", record->number, staging->count);
    stage->folder = state_dir_path(staging->state, STATE_STAGE, name);
    if (!is_on_other_mount(files, model, &stage->is_beside, error))
        return false;
    if (!stage->is_beside && (!files_make_folder(files, stage->folder.text, STATE_DIR_MODE, error) ||
                              !files_hand_down(files, model, stage->folder.text, &stage->descent, error)))
        return false;
    if (!stage->is_beside && stage->descent == FILES_DESCENT_LOST) {
        stage->is_beside = true;
        if (!files_remove_folder(files, stage->folder.text, error))
            return false;
    }
    if (stage->is_beside) {
        AUTO(buffer) folder = {0};
        journal_files_folder_of(path, &folder);
        record->besides[record->beside_count++] = arena_copy(&record->arena, buffer_text(&folder), folder.length);
        if (!files_look_at_descent(files, model, &stage->descent, error))
            return false;
    }
    staging->count++;
    return true;
}

void staging_begin(struct staging *staging, const struct state_dir *state, const struct batch *batch,
                   struct record *record) {
    *staging = (struct staging){
        .state = state,
        .batch = batch,
        .record = record,
        .stages = memory_allocate(batch->file_count, sizeof *staging->stages),
        .stage_of = memory_allocate(batch->file_count, sizeof *staging->stage_of),
    };
}

void staging_release(struct staging *staging) {
    memory_free(staging->stages);
    memory_free(staging->stage_of);
    *staging = (struct staging){0};
}

bool staging_make_folders(struct staging *staging, struct error *error) {
    const struct batch *batch = staging->batch;
    AUTO(buffer) last = {0}, folder = {0}, model = {0};
    bool is_made = true;
    for (size_t i = 0; i < batch->file_count && is_made; i++) {
        journal_files_folder_of(batch->files[i].path, &folder);
        find_model(batch, batch->files[i].path, &model);
        if (i == 0 || strcmp(buffer_text(&last), buffer_text(&folder)) != 0)
            is_made = make_stage(staging, batch->files[i].path, buffer_text(&model), error);
        if (is_made)
            staging->stage_of[i] = staging->count - 1;
        journal_files_folder_of(batch->files[i].path, &last);
    }
    return is_made;
}

const char *staging_path(struct staging *staging, size_t i) {
    const struct stage *stage = &staging->stages[staging->stage_of[i]];
    if (stage->is_beside)
        return record_beside(staging->record, i);
    return arena_format(&staging->record->arena, "%s/%zu", stage->folder.text, i);
}

bool staging_write_file(struct staging *staging, size_t i, struct error *error) {
    const struct batch_file *file = &staging->batch->files[i];
    const struct stage *stage = &staging->stages[staging->stage_of[i]];
    struct file_identity identity;
    mode_t mode = stage->descent == FILES_DESCENT_ACL ? FILES_MODE_INHERITED : file->mode;
    /* one beside its target may be out of the barrier's reach */
    if (!files_create(staging->state->files, staging_path(staging, i), file->content, mode, stage->is_beside, &identity,
                      error))
        return false;
    staging->record->files[i].inode = identity.inode;
    return true;
}

bool staging_remove_folders(const struct staging *staging, struct error *error) {
    for (size_t i = 0; i < staging->count; i++)
        if (!staging->stages[i].is_beside &&
            !files_remove_folder(staging->state->files, staging->stages[i].folder.text, error))
            return false;
    return true;
}
