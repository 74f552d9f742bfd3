#include "batch/create_maker.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "document/conflict.h"
#include "document/names.h"

const char *create_maker_keep(struct create_maker *maker, const char *text) {
    return arena_copy(&maker->batch->arena, text, strlen(text));
}

const struct achievement *create_maker_achievement(const struct create_maker *maker, size_t position) {
    return &maker->plan->dependencies.achievements[position];
}

const struct standing *create_maker_standing(const struct create_maker *maker, size_t position) {
    return &maker->plan->standings[position];
}

static void add_missing(struct create_maker *maker, const char *id) {
    struct batch *batch = maker->batch;
    batch->missing_subplans = memory_grow(batch->missing_subplans, &batch->missing_capacity, batch->missing_count + 1,
                                          sizeof *batch->missing_subplans);
    batch->missing_subplans[batch->missing_count++] = create_maker_keep(maker, id);
}

static void add_failure(struct create_maker *maker, const char *id, const char *path, const char *reason) {
    struct batch *batch = maker->batch;
    batch->failures =
        memory_grow(batch->failures, &batch->failure_capacity, batch->failure_count + 1, sizeof *batch->failures);
    batch->failures[batch->failure_count++] = (struct batch_failure){
        create_maker_keep(maker, id), create_maker_keep(maker, path), create_maker_keep(maker, reason)};
}

void create_maker_warn(struct create_maker *maker, const char *code, const char *file, const char *message,
                       const char *hint) {
    diagnostics_add(maker->diagnostics,
                    &(struct diagnostic){
                        .severity = SEVERITY_WARNING, .code = code, .file = file, .message = message, .hint = hint});
}

/* What stands at a target; UNUSABLE is an error that is set. What is no file is counted, and fails the batch later. */
enum create_presence create_maker_look(struct create_maker *maker, const char *id, const char *path) {
    enum file_kind kind;
    if (!files_look(maker->files, path, &kind, NULL, maker->error))
        return TARGET_UNUSABLE;
    if (kind == FILE_ABSENT)
        return TARGET_ABSENT;
    if (kind == FILE_REGULAR)
        return TARGET_PRESENT;
    if (maker->options->keep_going) {
        add_failure(maker, id, path,
                    kind == FILE_FOLDER ? "a folder has its name" : "a link or special file has its name");
        return TARGET_FAILED;
    }
    diagnostics_add(maker->diagnostics,
                    &(struct diagnostic){
                        .code = "target.occupied",
                        .file = path,
                        .message = kind == FILE_FOLDER ? "a folder has the name of a file to create"
                                                       : "a link or special file has the name of a file to create",
                        .hint = "move it out of the way",
                    });
    maker->occupied_count++;
    return TARGET_PRESENT;
}

void create_maker_add_file(struct create_maker *maker, const char *id, const char *path, struct buffer *text) {
    batch_add_file(maker->batch, id, path, buffer_span(text), maker->file_mode);
}

bool create_maker_check_conflict(struct create_maker *maker, const char *path, const struct document *document) {
    return conflict_check(document->conflict_line, path, maker->options->keep_going ? SEVERITY_WARNING : SEVERITY_ERROR,
                          maker->diagnostics, maker->error);
}

/* Reads a source document; its digest becomes one of the batch's sources. The caller releases it, also on failure. */
bool create_maker_read_source(struct create_maker *maker, const char *path, struct document *document) {
    AUTO(buffer) text = {0};
    if (!files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, maker->error))
        return false;
    batch_add_text_source(maker->batch, path, buffer_span(&text));
    document_parse(document, buffer_span(&text));
    return create_maker_check_conflict(maker, path, document);
}

bool create_maker_fail_template(struct create_maker *maker) {
    return error_set(maker->error, ERROR_INVALID, "the template %s cannot be used", maker->template.name);
}

static void warn_of_irregular_subplan(struct create_maker *maker, size_t position) {
    const struct standing *standing = create_maker_standing(maker, position);
    char digits[NAMES_ID_BYTES_MOST + 1];
    if (!standing_rare(standing)->irregular_subplan)
        return;
    names_digits(create_maker_achievement(maker, position)->id, digits);
    create_maker_warn(maker, "subplan.irregular", standing_rare(standing)->irregular_subplan,
                      create_maker_text(maker, "this file is ignored: its name does not match SUBPLAN_%s_%s.md",
                                        maker->plan->name, digits),
                      "rename it if it is the SUBPLAN to use");
}

static void note_incomplete_subplan(struct create_maker *maker, size_t position) {
    struct batch *batch = maker->batch;
    const struct standing *standing = create_maker_standing(maker, position);
    create_maker_warn(
        maker, "subplan.incomplete", standing->subplan_file,
        create_maker_text(maker, "the SUBPLAN of %s is a %s", create_maker_achievement(maker, position)->id,
                          subplan_state_name(standing->subplan)),
        standing->subplan == SUBPLAN_PLACEHOLDER ? "fill in what is marked [TO BE FILLED: ...]"
                                                 : "it needs an objective, and an approach or deliverables");
    *LIST_ADD(batch->incomplete, batch->incomplete_count, batch->incomplete_capacity) =
        create_maker_keep(maker, create_maker_achievement(maker, position)->id);
}

/* Why nothing can be made from it, which is noted for the error to come; NULL if something can. */
static const char *find_obstacle(struct create_maker *maker, size_t position) {
    const char *id = create_maker_achievement(maker, position)->id;
    const struct standing *standing = create_maker_standing(maker, position);
    switch (standing->subplan) {
    case SUBPLAN_MISSING:
        add_missing(maker, id);
        warn_of_irregular_subplan(maker, position);
        return "its SUBPLAN is missing";
    case SUBPLAN_CONFLICTED:
        conflict_report(maker->diagnostics, maker->options->keep_going ? SEVERITY_WARNING : SEVERITY_ERROR,
                        standing->subplan_file, standing->conflict_line);
        maker->conflicted_count++;
        return "its SUBPLAN has git conflict markers";
    case SUBPLAN_PLACEHOLDER:
        note_incomplete_subplan(maker, position);
        if (!maker->options->require_complete)
            return NULL;
        maker->placeholders[maker->placeholder_count++] = id;
        return "its SUBPLAN is a placeholder";
    case SUBPLAN_DRAFT:
        note_incomplete_subplan(maker, position);
        return NULL;
    default:
        return NULL;
    }
}

/* False if the SUBPLAN is not what the @wanted files need; with keep_going they are noted as failed. */
bool create_maker_has_subplan(struct create_maker *maker, size_t position, const struct create_target *wanted,
                              size_t count) {
    const char *obstacle = find_obstacle(maker, position);
    for (size_t i = 0; i < count && obstacle && maker->options->keep_going; i++)
        add_failure(maker, wanted[i].id, wanted[i].path, obstacle);
    return !obstacle;
}

/* Something is wrong with one achievement's files: with keep_going that is noted and the error, which is set,
 * forgotten. */
bool create_maker_goes_on(struct create_maker *maker, const struct create_target *wanted, size_t count) {
    if (!maker->options->keep_going)
        return false;
    for (size_t i = 0; i < count; i++)
        add_failure(maker, wanted[i].id, wanted[i].path, maker->error->message);
    error_release(maker->error);
    return true;
}
