#include "batch/review.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "batch/review_adoption.h"
#include "batch/review_maker.h"
#include "batch/review_rules.h"
#include "batch/review_words.h"
#include "disk/template_files.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/dependency_file.h"
#include "plan/selection.h"
#include "plan/standing.h"

/* --- deciding --- */

static bool decide(struct review_maker *maker, const struct review_subject *subject) {
    const char *path = review_rules_target(maker, subject);
    if (!path || !review_maker_check_name(maker, subject, path))
        return review_maker_goes_on(maker);
    return review_maker_add_file(maker, subject, path, maker->options->text) || review_maker_goes_on(maker);
}

/* --- reopening --- */

/* The first free name "APPROVED_11_REOPENED_1.md". */
static bool find_free(struct review_maker *maker, const char *file, const char **path) {
    size_t length = strlen(file) - strlen(".md");
    for (unsigned n = 1;; n++) {
        enum file_kind kind;
        *path = review_maker_text(maker, "%.*s_REOPENED_%u.md", (int)length, file, n);
        if (!files_look(maker->files, *path, &kind, NULL, maker->error))
            return false;
        if (kind == FILE_ABSENT)
            return true;
    }
}

static bool add_renaming(struct review_maker *maker, const struct review_subject *subject, const char *file) {
    AUTO(buffer) text = {0};
    const char *path;
    bool is_made = find_free(maker, file, &path) && review_maker_add_source(maker, file, &text);
    if (is_made)
        batch_add_renaming(maker->batch, subject->id, file, path, buffer_span(&text));
    return is_made;
}

/* A folder or link in its place cannot be reopened, and does not count. */
static bool check_regular(struct review_maker *maker, const struct review_subject *subject, enum name_kind kind,
                          const char *word) {
    const char *path = review_maker_path(maker, subject, kind, word, 0);
    enum file_kind found;
    if (!files_look(maker->files, path, &found, NULL, maker->error))
        return false;
    return found == FILE_ABSENT || found == FILE_REGULAR ||
           review_maker_refuse(maker, ERROR_CONFLICT, review_maker_text(maker, "%s is not a regular file", path),
                               "move it out of the way");
}

/* What waits for it again, directly or not. */
static void warn_of_blocked(struct review_maker *maker, const struct review_subject *subject) {
    AUTO(buffer) ids = {0};
    review_words_append_blocked(&ids, maker->plan, subject->position);
    if (ids.length)
        review_maker_warn(maker, NULL, review_maker_text(maker, "%s blocks again: %s", subject->id, ids.data), NULL);
}

static bool reopen(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    if (!check_regular(maker, subject, NAME_APPROVED, "APPROVED") ||
        !check_regular(maker, subject, NAME_SKIPPED, "SKIPPED"))
        return review_maker_goes_on(maker);
    if (!standing->approved_file && !standing->skipped_file) {
        review_maker_skip(maker, subject, NULL, "open");
        return true;
    }
    warn_of_blocked(maker, subject);
    return (!standing->approved_file || add_renaming(maker, subject, standing->approved_file)) &&
           (!standing->skipped_file || add_renaming(maker, subject, standing->skipped_file));
}

/* --- the whole --- */

/* Finds the achievement, or for submit the part of one. */
static bool find_subject(struct review_maker *maker, const char *id, struct review_subject *subject) {
    const struct dependency_file *dependencies = &maker->plan->dependencies;
    size_t position;
    if (plan_find(maker->plan, id, &position)) {
        *subject = review_maker_subject(maker, position, NULL);
        return true;
    }
    for (size_t i = 0; i < dependencies->count && maker->options->kind == BATCH_SUBMIT; i++)
        for (size_t k = 0; k < dependencies->achievements[i].sub_execution_count; k++)
            if (strcmp(dependencies->achievements[i].sub_executions[k].id, id) == 0) {
                *subject = review_maker_subject(maker, i, &dependencies->achievements[i].sub_executions[k]);
                return true;
            }
    plan_find_or_fail(maker->plan, id, &position, maker->error);
    return false;
}

/* A split achievement that is not in rework is submitted part by part. */
static bool decide_parts(struct review_maker *maker, const struct review_subject *whole) {
    const struct achievement *achievement = &maker->plan->dependencies.achievements[whole->position];
    bool is_split = maker->options->kind == BATCH_SUBMIT && !whole->part && achievement->sub_execution_count &&
                    whole->standing->state == STATE_EXECUTION_CREATED;
    bool is_done = true;
    for (size_t i = 0; i < achievement->sub_execution_count && is_split && is_done; i++) {
        struct review_subject part = review_maker_subject(maker, whole->position, &achievement->sub_executions[i]);
        if (part.task)
            is_done = decide(maker, &part);
    }
    return is_split ? is_done : decide(maker, whole);
}

static bool decide_ids(struct review_maker *maker) {
    const struct selection *selection = &maker->options->selection;
    for (size_t i = 0; i < selection->id_count; i++) {
        struct review_subject subject;
        bool is_double = false;
        for (size_t k = 0; k < i; k++)
            is_double |= strcmp(selection->ids[k], selection->ids[i]) == 0;
        if (is_double)
            continue;
        if (!find_subject(maker, selection->ids[i], &subject) ||
            !(maker->options->kind == BATCH_REOPEN ? reopen : decide_parts)(maker, &subject))
            return false;
    }
    return true;
}

static bool check_text(struct review_maker *maker) {
    const char *text = maker->options->text;
    if (text && strlen(text) > REVIEW_TEXT_MOST_BYTES)
        return error_set(maker->error, ERROR_USAGE, "the text has %zu bytes; at most %d are possible", strlen(text),
                         REVIEW_TEXT_MOST_BYTES);
    if (text && text_valid_length(span_of(text)) < strlen(text))
        return error_set(maker->error, ERROR_USAGE, "the text is not valid UTF-8");
    return true;
}

static bool read_form(struct review_maker *maker) {
    static const struct {
        enum batch_kind kind;
        const char *name;
    } forms[] = {{BATCH_SUBMIT, "submitted.md"},
                 {BATCH_APPROVE, "approved.md"},
                 {BATCH_REJECT, "fix.md"},
                 {BATCH_SKIP, "skipped.md"},
                 {BATCH_ADOPT, "submitted.md"}};
    if (maker->options->kind == BATCH_REOPEN)
        return true;
    size_t i = 0;
    while (forms[i].kind != maker->options->kind)
        i++;
    const char *name = maker->options->approves ? "approved.md" : forms[i].name;
    if (!template_file_read(&maker->form, maker->files, name, &maker->batch->arena, maker->error) ||
        !document_check_template(maker->form.name, maker->form.text, maker->error))
        return false;
    batch_add_text_source(maker->batch, maker->form.name, maker->form.text);
    return true;
}

/* "execution", and "execution/feedbacks" unless it is about SKIPPED files. A name that is taken is a conflict. */
static bool check_folders(struct review_maker *maker) {
    static const char *const folders[] = {"execution", "execution/feedbacks"};
    size_t count = maker->options->kind == BATCH_SKIP ? 1 : 2;
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(maker->files, maker->plan->path, &kind, &identity, maker->error))
        return false;
    if (kind != FILE_FOLDER)
        return error_set(maker->error, ERROR_NOT_FOUND, "the folder %s is gone", maker->plan->path);
    maker->folder_mode = identity.mode & 0777;
    for (size_t i = 0; i < count; i++) {
        const char *path = review_maker_text(maker, "%s/%s", maker->plan->path, folders[i]);
        maker->file_mode = identity.mode & 0666;
        if (!files_look(maker->files, path, &kind, &identity, maker->error))
            return false;
        if (kind == FILE_ABSENT)
            batch_add_folder(maker->batch, path, maker->folder_mode);
        else if (kind == FILE_FOLDER)
            maker->file_mode = identity.mode & 0666;
        else
            return error_set(maker->error, ERROR_CONFLICT, "%s is not a folder", path);
    }
    return true;
}

static void describe(struct review_maker *maker) {
    AUTO(buffer) words = {0};
    selection_append_words(&words, &maker->options->selection);
    maker->batch->plan = review_maker_text(maker, "%s", maker->plan->name);
    maker->batch->plan_path = review_maker_text(maker, "%s", maker->plan->path);
    maker->batch->selection = review_maker_text(maker, "%s", buffer_text(&words));
    maker->batch->by = maker->options->by ? review_maker_text(maker, "%s", maker->options->by) : NULL;
}

static bool fail(struct review_maker *maker) {
    const struct diagnostic *first = maker->refusals.items;
    maker->batch->file_count = maker->batch->folder_count = 0;
    if (!maker->error->code && maker->refused_count == 1) {
        error_set(maker->error, maker->refusal, "%s", first->message);
        if (first->hint)
            error_hint(maker->error, "%s", first->hint);
    } else if (!maker->error->code) {
        diagnostics_append(maker->diagnostics, &maker->refusals);
        error_set(maker->error, maker->refusal, "%zu of these cannot be done, so nothing was written",
                  maker->refused_count);
    }
    diagnostics_release(&maker->refusals);
    return false;
}

bool review_make(struct batch *batch, const struct files *files, const struct plan *plan,
                 const struct review_options *options, struct diagnostics *diagnostics, struct error *error) {
    *batch = (struct batch){.kind = options->kind};
    struct review_maker maker = {
        .batch = batch, .files = files, .plan = plan, .options = options, .diagnostics = diagnostics, .error = error};
    describe(&maker);
    if (!check_text(&maker) || !plan_require_valid(plan, diagnostics, error) || !read_form(&maker) ||
        !check_folders(&maker))
        return fail(&maker);
    if (plan->dependency_file)
        batch_add_source(batch, plan->dependency_file, plan->dependency_digest);
    if (!(options->kind == BATCH_ADOPT ? review_adoption_add : decide_ids)(&maker) || maker.refused_count)
        return fail(&maker);
    if (batch->file_count == 0)
        batch->folder_count = 0;
    return true;
}
