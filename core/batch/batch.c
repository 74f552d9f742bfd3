#include "batch/batch.h"

#include <string.h>

#include "base/text.h"
#include "document/document.h"

static const char *const kind_names[] = {
    [BATCH_EXECUTION] = "execution", [BATCH_SUBPLAN] = "subplan", [BATCH_REWORK] = "rework", [BATCH_PLAN] = "plan",
    [BATCH_GRAPH] = "graph",         [BATCH_IMPORT] = "import",   [BATCH_UPDATE] = "update", [BATCH_SUBMIT] = "submit",
    [BATCH_APPROVE] = "approve",     [BATCH_REJECT] = "reject",   [BATCH_SKIP] = "skip",     [BATCH_ADOPT] = "adopt",
    [BATCH_REOPEN] = "reopen",       [BATCH_UNKNOWN] = "unknown",
};

const char *batch_kind_name(enum batch_kind kind) {
    return kind_names[kind];
}

enum batch_kind batch_kind_find(const char *name) {
    enum batch_kind kind = BATCH_EXECUTION;
    while (kind < BATCH_UNKNOWN && strcmp(kind_names[kind], name) != 0)
        kind++;
    return kind;
}

bool batch_kind_is_created(enum batch_kind kind) {
    return kind == BATCH_EXECUTION || kind == BATCH_SUBPLAN || kind == BATCH_REWORK;
}

bool batch_kind_is_review(enum batch_kind kind) {
    return kind >= BATCH_SUBMIT && kind <= BATCH_REOPEN;
}

static const char *copy(struct batch *batch, const char *text) {
    return text ? arena_copy(&batch->arena, text, strlen(text)) : NULL;
}

void batch_add_file(struct batch *batch, const char *id, const char *path, struct span text, mode_t mode) {
    batch->files = memory_grow(batch->files, &batch->file_capacity, batch->file_count + 1, sizeof *batch->files);
    struct batch_file *file = &batch->files[batch->file_count++];
    *file = (struct batch_file){
        .id = copy(batch, id),
        .path = copy(batch, path),
        .content = {arena_copy(&batch->arena, text.data, text.length), text.length},
        .mode = mode,
    };
    digest_sha(file->content, file->sha);
}

void batch_add_replacement(struct batch *batch, const char *path, struct span old, struct span text) {
    char sha[DIGEST_SHA_TEXT];
    batch_add_file(batch, NULL, path, text, 0);
    struct batch_file *file = &batch->files[batch->file_count - 1];
    digest_sha(old, sha);
    file->old_sha = copy(batch, sha);
    file->old_size_bytes = old.length;
}

void batch_add_renaming(struct batch *batch, const char *id, const char *from, const char *path, struct span text) {
    batch_add_file(batch, id, path, text, 0);
    batch->files[batch->file_count - 1].from = copy(batch, from);
}

void batch_add_skip(struct batch *batch, const char *id, const char *path, const char *reason) {
    batch->skipped =
        memory_grow(batch->skipped, &batch->skipped_capacity, batch->skipped_count + 1, sizeof *batch->skipped);
    batch->skipped[batch->skipped_count++] = (struct batch_skip){copy(batch, id), copy(batch, path), reason};
}

void batch_add_folder(struct batch *batch, const char *path, mode_t mode) {
    batch->folders =
        memory_grow(batch->folders, &batch->folder_capacity, batch->folder_count + 1, sizeof *batch->folders);
    batch->folders[batch->folder_count++] = (struct batch_folder){copy(batch, path), mode};
}

void batch_add_source(struct batch *batch, const char *path, const char *digest) {
    batch->sources =
        memory_grow(batch->sources, &batch->source_capacity, batch->source_count + 1, sizeof *batch->sources);
    batch->sources[batch->source_count++] = (struct batch_source){copy(batch, path), copy(batch, digest)};
}

void batch_add_text_source(struct batch *batch, const char *path, struct span text) {
    char digest[DIGEST_FAST_TEXT];
    digest_fast(text, digest);
    batch_add_source(batch, path, digest);
}

bool batch_check_plan_name(const struct plan *plan, struct error *error) {
    if (text_valid_length(span_of(plan->path)) < strlen(plan->path) ||
        text_valid_length(span_of(plan->name)) < strlen(plan->name)) {
        error_set(error, ERROR_INVALID, "the path or name of this plan is not valid UTF-8");
        return error_hint(error, "rename the folder or the PLAN file: batches are recorded in JSON");
    }
    return true;
}

bool batch_check_conflicts(struct batch *batch, struct error *error) {
    for (size_t i = 0; i < batch->file_count; i++) {
        const struct batch_file *file = &batch->files[i];
        unsigned line = document_conflict_line(file->content);
        if (line == 0)
            continue;
        error_set(error, ERROR_PREREQUISITES, "line %u of %s would be a git conflict marker; nothing was created", line,
                  file->path);
        error_about(error, file->path);
        batch->file_count = batch->folder_count = 0;
        return error_hint(error, "one of the texts that it is made from has it");
    }
    return true;
}

void batch_release(struct batch *batch) {
    arena_release(&batch->arena);
    memory_free(batch->files);
    memory_free(batch->folders);
    memory_free(batch->skipped);
    memory_free(batch->sources);
    memory_free(batch->missing_subplans);
    memory_free(batch->incomplete);
    memory_free(batch->others);
    memory_free(batch->blocked);
    memory_free(batch->failures);
    *batch = (struct batch){0};
}
