#include "batch/review_maker.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "batch/review_document.h"
#include "document/document.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/next_command.h"

/* --- refusing --- */

bool review_maker_refuse(struct review_maker *maker, enum error_code code, const char *message, const char *hint) {
    diagnostics_add(&maker->refusals, &(struct diagnostic){.code = "review.refused", .message = message, .hint = hint});
    if (maker->refused_count++ == 0)
        maker->refusal = code;
    return false;
}

bool review_maker_goes_on(const struct review_maker *maker) {
    return !maker->error->code;
}

void review_maker_warn(struct review_maker *maker, const char *file, const char *message, const char *hint) {
    diagnostics_add(
        maker->diagnostics,
        &(struct diagnostic){
            .severity = SEVERITY_WARNING, .code = "review.warning", .message = message, .file = file, .hint = hint});
}

bool review_maker_skip(struct review_maker *maker, const struct review_subject *subject, const char *path,
                       const char *reason) {
    batch_add_skip(maker->batch, subject->id, path, reason);
    return false;
}

const char *review_maker_rework_hint(struct review_maker *maker, const struct review_subject *subject) {
    return review_maker_text(maker, "batchctl create %s --rework --ids %s", maker->plan->reference,
                             maker->plan->dependencies.achievements[subject->position].id);
}

/* --- the files of an achievement --- */

const struct execution *review_find_task(const struct standing *standing, unsigned number) {
    const struct execution *found = NULL;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (number == 0 || standing->executions[i].number == number)
            found = &standing->executions[i];
    return found;
}

const struct review *review_find(const struct standing *standing, enum name_kind kind, unsigned number) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == kind && standing->reviews[i].number == number)
            return &standing->reviews[i];
    return NULL;
}

const struct review *review_find_open_fix(const struct standing *standing) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].is_open)
            return &standing->reviews[i];
    return NULL;
}

unsigned review_task_number(const struct execution *task) {
    return task ? task->number : 0;
}

static const char *base_of(const struct execution *task) {
    return task ? names_base(task->file) : "none";
}

const char *review_maker_path(struct review_maker *maker, const struct review_subject *subject, enum name_kind kind,
                              const char *word, unsigned number) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(maker->plan->dependencies.achievements[subject->position].id, digits);
    const char *folder = names_folder(kind);
    return number ? review_maker_text(maker, "%s/%s/%s_%s_%02u.md", maker->plan->path, folder, word, digits, number)
                  : review_maker_text(maker, "%s/%s/%s_%s.md", maker->plan->path, folder, word, digits);
}

struct review_subject review_maker_subject(const struct review_maker *maker, size_t position,
                                           const struct sub_execution *part) {
    const struct achievement *achievement = &maker->plan->dependencies.achievements[position];
    const struct standing *standing = &maker->plan->standings[position];
    return (struct review_subject){position,
                                   part,
                                   part ? part->id : achievement->id,
                                   part ? part->title : achievement->title,
                                   standing,
                                   review_find_task(standing, part ? part->number : 0)};
}

/* --- what the batch rests on --- */

bool review_maker_add_source(struct review_maker *maker, const char *path, struct buffer *text) {
    buffer_clear(text);
    if (!files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, text, NULL, maker->error))
        return false;
    batch_add_text_source(maker->batch, path, buffer_span(text));
    return true;
}

/* The state, the work order, and what has been said of it. */
static bool add_sources(struct review_maker *maker, const struct review_subject *subject) {
    AUTO(buffer) text = {0};
    bool is_read = true;
    batch_add_source(
        maker->batch,
        review_maker_text(maker, "achievement %s", maker->plan->dependencies.achievements[subject->position].id),
        achievement_state_name(subject->standing->state));
    if (subject->task)
        is_read = review_maker_add_source(maker, subject->task->file, &text);
    for (size_t i = 0; i < subject->standing->review_count && is_read; i++)
        is_read = review_maker_add_source(maker, subject->standing->reviews[i].file, &text);
    return is_read;
}

/* --- the file --- */

/* What adopt writes is the one or the other. */
static enum batch_kind kind_of_file(const struct review_options *options) {
    if (options->kind != BATCH_ADOPT)
        return options->kind;
    return options->approves ? BATCH_APPROVE : BATCH_SUBMIT;
}

bool review_maker_add_file(struct review_maker *maker, const struct review_subject *subject, const char *path,
                           const char *said) {
    const struct review_document content = {.plan = maker->plan,
                                            .files = maker->files,
                                            .standing = subject->standing,
                                            .id = subject->id,
                                            .title = subject->title,
                                            .task = base_of(subject->task),
                                            .by = maker->options->by,
                                            .fence = maker->options->fence,
                                            .said = said,
                                            .kind = kind_of_file(maker->options)};
    AUTO(buffer) text = {0};
    if (!review_document_append(&text, &content, &maker->form, maker->diagnostics, maker->error) ||
        !add_sources(maker, subject))
        return false;
    batch_add_file(maker->batch, subject->id, path, buffer_span(&text), maker->file_mode);
    return true;
}

bool review_maker_check_name(struct review_maker *maker, const struct review_subject *subject, const char *path) {
    enum file_kind kind;
    if (!files_look(maker->files, path, &kind, NULL, maker->error))
        return false;
    return kind == FILE_ABSENT ||
           review_maker_refuse(maker, ERROR_CONFLICT,
                               review_maker_text(maker, "%s: %s is taken by %s", subject->id, path,
                                                 kind == FILE_REGULAR  ? "a file that does not count"
                                                 : kind == FILE_FOLDER ? "a folder"
                                                                       : "a link or special file"),
                               "move it out of the way");
}
