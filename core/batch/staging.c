#include "batch/staging.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/journal_files.h"
#include "batch/record_path.h"
#include "disk/files.h"

/* A folder never becomes shorter, and each reader lists the stage: its first block has room for the names of as many.
 */
enum { SHARED_FILES_MOST = 128 };

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

/* May files for the folder @model be staged in the folder of the stage itself? */
static bool is_stage_alike(const struct staging *staging, const char *model, struct stage *stage, struct error *error) {
    stage->folder = state_dir_path(staging->state, STATE_STAGE, NULL);
    return files_hands_down_same(staging->state->files, model, stage->folder.text, &stage->is_shared, &stage->descent,
                                 error);
}

/* Makes the folder of the stage for what goes to folders like @model. */
static bool make_folder(const struct staging *staging, size_t position, const char *model, struct stage *stage,
                        struct error *error) {
    const struct files *files = staging->state->files;
    stage->folder = record_staged_path(staging->state, staging->record->number, position);
    if (!files_make_folder(files, stage->folder.text, STATE_DIR_MODE, error) ||
        !files_hand_down(files, model, stage->folder.text, &stage->descent, error))
        return false;
    stage->is_beside = stage->descent == FILES_DESCENT_LOST;
    return !stage->is_beside || files_remove_folder(files, stage->folder.text, error);
}

static bool go_beside(const struct staging *staging, size_t position, const char *model, struct stage *stage,
                      struct error *error) {
    struct record *record = staging->record;
    AUTO(buffer) folder = {0};
    journal_files_folder_of(staging->batch->files[position].path, &folder);
    record->besides[record->beside_count++] = arena_copy(&record->arena, buffer_text(&folder), folder.length);
    return files_look_at_descent(staging->state->files, model, &stage->descent, error);
}

/*
 * Files are moved from the state to their places, from a folder that hands down what theirs does: the stage itself, if
 * it does and they are few, as to make and remove a folder costs as much as a flush of the disk. Where no such folder
 * can be had, on another mount or without the right to it, they are staged beside their places.
 */
static bool make_stage(struct staging *staging, size_t position, const char *model, struct error *error) {
    struct stage *stage = &staging->stages[staging->count++];
    *stage = (struct stage){.descriptor = -1, .target = -1};
    if (!is_on_other_mount(staging->state->files, model, &stage->is_beside, error))
        return false;
    if (!stage->is_beside && staging->batch->file_count <= SHARED_FILES_MOST &&
        !is_stage_alike(staging, model, stage, error))
        return false;
    if (!stage->is_beside && !stage->is_shared && !make_folder(staging, position, model, stage, error))
        return false;
    return !stage->is_beside || go_beside(staging, position, model, stage, error);
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

static void close_folder(int *descriptor) {
    auto_close(descriptor);
    *descriptor = -1;
}

void staging_close(struct staging *staging) {
    for (size_t i = 0; i < staging->count; i++) {
        close_folder(&staging->stages[i].descriptor);
        close_folder(&staging->stages[i].target);
    }
}

void staging_release(struct staging *staging) {
    staging_close(staging);
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
            is_made = make_stage(staging, i, buffer_text(&model), error);
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
    if (stage->is_shared) {
        struct state_path path = record_staged_path(staging->state, staging->record->number, i);
        return arena_copy(&staging->record->arena, path.text, strlen(path.text));
    }
    return arena_format(&staging->record->arena, "%s/%zu", stage->folder.text, i);
}

bool staging_write_file(struct staging *staging, size_t i, struct error *error) {
    const struct batch_file *file = &staging->batch->files[i];
    const struct stage *stage = &staging->stages[staging->stage_of[i]];
    mode_t mode = stage->descent == FILES_DESCENT_ACL ? FILES_MODE_INHERITED : file->mode;
    /* one beside its target may be out of the barrier's reach */
    return files_create(staging->state->files, staging_path(staging, i), file->content, mode, stage->is_beside,
                        &staging->record->files[i].inode, error);
}

bool staging_publish(struct staging *staging, size_t i, struct error *error) {
    const struct files *files = staging->state->files;
    struct stage *stage = &staging->stages[staging->stage_of[i]];
    const char *from = staging_path(staging, i), *to = staging->batch->files[i].path, *name;
    if (stage->is_beside)
        return files_publish(files, from, to, error);
    if (stage->descriptor < 0)
        stage->descriptor = files_open_folder(files, stage->folder.text);
    if (stage->descriptor >= 0 && stage->target < 0)
        stage->target = files_open_parent(files, to, &name);
    return files_publish_between(files, stage->descriptor, strrchr(from, '/') + 1, stage->target, to, error);
}

bool staging_remove_folders(const struct staging *staging, struct error *error) {
    for (size_t i = 0; i < staging->count; i++)
        if (!staging->stages[i].is_beside && !staging->stages[i].is_shared &&
            !files_remove_folder(staging->state->files, staging->stages[i].folder.text, error))
            return false;
    return true;
}
