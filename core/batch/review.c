#include "batch/review.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "batch/review_document.h"
#include "batch/review_words.h"
#include "disk/template_files.h"
#include "document/checklist.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "format/prose.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/next_command.h"
#include "plan/standing.h"

struct maker {
    struct batch *batch;
    const struct files *files;
    const struct plan *plan;
    const struct review_options *options;
    struct diagnostics *diagnostics;
    struct error *error;
    struct template_file form;
    struct diagnostics refusals;
    size_t refused_count;
    enum error_code refusal; /* the code of the first */
    mode_t folder_mode, file_mode;
};

/* What is asked about: an achievement, or a part of it. */
struct subject {
    size_t position;
    const struct sub_execution *part; /* or NULL */
    const char *id, *title;
    const struct standing *standing;
    const struct execution *task; /* the work order: the part's, or the last; NULL if there is none */
};

#define text_of(maker, ...) arena_format(&(maker)->batch->arena, __VA_ARGS__)

/* --- refusing --- */

/* Notes why nothing can be written; the first reason's code is that of the whole. */
static bool refuse(struct maker *maker, enum error_code code, const char *message, const char *hint) {
    diagnostics_add(&maker->refusals, &(struct diagnostic){.code = "review.refused", .message = message, .hint = hint});
    if (maker->refused_count++ == 0)
        maker->refusal = code;
    return false;
}

/* After a refusal or a skip the others are looked at, too; not after an error. */
static bool goes_on(const struct maker *maker) {
    return !maker->error->code;
}

static void warn(struct maker *maker, const char *file, const char *message, const char *hint) {
    diagnostics_add(
        maker->diagnostics,
        &(struct diagnostic){
            .severity = SEVERITY_WARNING, .code = "review.warning", .message = message, .file = file, .hint = hint});
}

static bool skip(struct maker *maker, const struct subject *subject, const char *path, const char *reason) {
    batch_add_skip(maker->batch, subject->id, path, reason);
    return false;
}

static const char *hint_at_rework(struct maker *maker, const struct subject *subject) {
    return text_of(maker, "batchctl create %s --rework --ids %s", maker->plan->reference,
                   maker->plan->dependencies.achievements[subject->position].id);
}

/* --- the files of an achievement --- */

/* The last with the number, or of all with 0. */
static const struct execution *find_task(const struct standing *standing, unsigned number) {
    const struct execution *found = NULL;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (number == 0 || standing->executions[i].number == number)
            found = &standing->executions[i];
    return found;
}

static const struct review *find_review(const struct standing *standing, enum name_kind kind, unsigned number) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == kind && standing->reviews[i].number == number)
            return &standing->reviews[i];
    return NULL;
}

static const struct review *find_open_fix(const struct standing *standing) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].is_open)
            return &standing->reviews[i];
    return NULL;
}

static unsigned number_of(const struct execution *task) {
    return task ? task->number : 0;
}

static const char *base_of(const struct execution *task) {
    return task ? names_base(task->file) : "none";
}

/* A file of the achievement, under "execution/" or "execution/feedbacks/". */
static const char *path_of(struct maker *maker, const struct subject *subject, enum name_kind kind, const char *word,
                           unsigned number) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(maker->plan->dependencies.achievements[subject->position].id, digits);
    const char *folder = names_folder(kind);
    return number ? text_of(maker, "%s/%s/%s_%s_%02u.md", maker->plan->path, folder, word, digits, number)
                  : text_of(maker, "%s/%s/%s_%s.md", maker->plan->path, folder, word, digits);
}

/* --- what the batch rests on --- */

/* The bytes of a file become one of the batch's sources. */
static bool add_source(struct maker *maker, const char *path, struct buffer *text) {
    buffer_clear(text);
    if (!files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, text, NULL, maker->error))
        return false;
    batch_add_text_source(maker->batch, path, buffer_span(text));
    return true;
}

/* The state, the work order, and what has been said of it. */
static bool add_sources(struct maker *maker, const struct subject *subject) {
    struct buffer text = {0};
    bool is_read = true;
    batch_add_source(maker->batch,
                     text_of(maker, "achievement %s", maker->plan->dependencies.achievements[subject->position].id),
                     achievement_state_name(subject->standing->state));
    if (subject->task)
        is_read = add_source(maker, subject->task->file, &text);
    for (size_t i = 0; i < subject->standing->review_count && is_read; i++)
        is_read = add_source(maker, subject->standing->reviews[i].file, &text);
    buffer_release(&text);
    return is_read;
}

/* --- the file --- */

/* What adopt writes is the one or the other. */
static enum batch_kind kind_of_file(const struct review_options *options) {
    if (options->kind != BATCH_ADOPT)
        return options->kind;
    return options->approves ? BATCH_APPROVE : BATCH_SUBMIT;
}

static bool add_file(struct maker *maker, const struct subject *subject, const char *path, const char *said) {
    const struct review_document content = {.plan = maker->plan,
                                            .files = maker->files,
                                            .standing = subject->standing,
                                            .id = subject->id,
                                            .title = subject->title,
                                            .task = base_of(subject->task),
                                            .by = maker->options->by,
                                            .said = said,
                                            .kind = kind_of_file(maker->options)};
    AUTO(buffer) text = {0};
    if (!review_document_append(&text, &content, &maker->form, maker->diagnostics, maker->error) ||
        !add_sources(maker, subject))
        return false;
    batch_add_file(maker->batch, subject->id, path, buffer_span(&text), maker->file_mode);
    return true;
}

/* Is the name free? It is taken by something that does not count, or the plan would know of it. */
static bool check_name(struct maker *maker, const struct subject *subject, const char *path) {
    enum file_kind kind;
    if (!files_look(maker->files, path, &kind, NULL, maker->error))
        return false;
    return kind == FILE_ABSENT || refuse(maker, ERROR_CONFLICT,
                                         text_of(maker, "%s: %s is taken by %s", subject->id, path,
                                                 kind == FILE_REGULAR  ? "a file that does not count"
                                                 : kind == FILE_FOLDER ? "a folder"
                                                                       : "a link or special file"),
                                         "move it out of the way");
}

/* --- what each verb needs; false if nothing is to be written, with a refusal or a skip --- */

static bool refuse_state(struct maker *maker, const struct subject *subject) {
    return refuse(maker, ERROR_CONFLICT,
                  text_of(maker, "%s is %s", subject->id, achievement_state_label(subject->standing->state)),
                  text_of(maker, "to open it again: batchctl reopen %s %s", maker->plan->reference, subject->id));
}

static bool refuse_task(struct maker *maker, const struct subject *subject) {
    return refuse(maker, ERROR_PREREQUISITES, text_of(maker, "%s has no EXECUTION_TASK", subject->id),
                  next_command_of_one(maker->plan, subject->position, &maker->batch->arena).command);
}

static bool refuse_text(struct maker *maker, const struct subject *subject, const char *why) {
    return refuse(maker, ERROR_PREREQUISITES, text_of(maker, "%s: %s", subject->id, why),
                  "give it with -m TEXT or -F FILE");
}

static bool has_text(const struct maker *maker) {
    return maker->options->text && span_trim(span_of(maker->options->text)).length > 0;
}

static bool check_conflict(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    return !standing->conflict_file || refuse(maker, ERROR_PREREQUISITES,
                                              text_of(maker, "%s has git conflict markers (line %u)",
                                                      standing->conflict_file, standing->conflict_file_line),
                                              "decide what stays, and delete the lines <<<<<<<, ======= and >>>>>>>");
}

static bool check_submit(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_COMPLETE || standing->state == STATE_SKIPPED)
        return refuse_state(maker, subject);
    if (!check_conflict(maker, subject))
        return false;
    if (!subject->task)
        return refuse_task(maker, subject);
    const struct review *submitted = find_review(standing, NAME_SUBMITTED, number_of(subject->task));
    const struct review *fix = find_open_fix(standing);
    if (submitted && fix)
        return refuse(maker, ERROR_PREREQUISITES,
                      text_of(maker, "%s was submitted, and sent back by %s", subject->id, names_base(fix->file)),
                      hint_at_rework(maker, subject));
    if (submitted)
        return skip(maker, subject, submitted->file, "submitted");
    if (fix)
        warn(maker, fix->file,
             text_of(maker, "%s has no EXECUTION_TASK for its rework: this submits %s as the answer to %s", subject->id,
                     base_of(subject->task), names_base(fix->file)),
             hint_at_rework(maker, subject));
    return true;
}

/* The submission that a decision is about, whether it counts or not: the last work order's. */
static bool check_self(struct maker *maker, const struct subject *subject) {
    const struct review *submitted = find_review(subject->standing, NAME_SUBMITTED, number_of(subject->task));
    struct buffer name = {0};
    prose_append_words(&name, span_of(maker->options->by ? maker->options->by : ""));
    bool is_self = submitted && submitted->by && name.length && strcmp(submitted->by, name.data) == 0;
    buffer_release(&name);
    if (!is_self || maker->options->self == REVIEW_SELF_YES)
        return true;
    const char *message = text_of(maker, "%s was submitted by %s, who approves it", subject->id, submitted->by);
    if (maker->options->self == REVIEW_SELF_NO)
        return refuse(maker, ERROR_CONFLICT, message,
                      "[review] self = no in the configuration: another person decides");
    warn(maker, submitted->file, message, "another person should decide; --as NAME says who you are");
    return true;
}

static bool check_approve(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_COMPLETE)
        return skip(maker, subject, standing->approved_file, "complete");
    if (standing->state == STATE_SKIPPED)
        return refuse_state(maker, subject);
    if (!check_conflict(maker, subject))
        return false;
    if (!subject->task)
        return refuse_task(maker, subject);
    const struct review *fix = find_open_fix(standing);
    if (fix && !has_text(maker))
        return refuse_text(
            maker, subject,
            text_of(maker, "%s has sent it back: approving it all the same needs a text", names_base(fix->file)));
    const char *message = text_of(maker, "%s has not been submitted", subject->id);
    const char *hint = text_of(maker, "batchctl submit %s %s", maker->plan->reference, subject->id);
    if (standing->state != STATE_SUBMITTED && maker->options->requires_submission)
        return refuse(maker, ERROR_PREREQUISITES, message, hint);
    if (standing->state != STATE_SUBMITTED)
        warn(maker, subject->task->file, message, NULL);
    return check_self(maker, subject);
}

static bool check_reject(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_COMPLETE || standing->state == STATE_SKIPPED)
        return refuse_state(maker, subject);
    if (!subject->task)
        return refuse_task(maker, subject);
    if (!has_text(maker))
        return refuse_text(maker, subject, "what has to be fixed is missing");
    const struct review *fix = find_open_fix(standing);
    return !fix || refuse(maker, ERROR_CONFLICT,
                          text_of(maker, "%s has been sent back already, by %s", subject->id, names_base(fix->file)),
                          text_of(maker, "add to %s what else has to be fixed", fix->file));
}

static bool check_skip(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_SKIPPED)
        return skip(maker, subject, standing->skipped_file, "skipped");
    if (standing->approved_file)
        return refuse_state(maker, subject);
    return has_text(maker) || refuse_text(maker, subject, "the reason is missing");
}

/* --- the file that each verb writes --- */

static const char *fix_path(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    bool is_first = !find_review(standing, NAME_FIX, 0);
    unsigned number = is_first ? 0 : subject->task->number;
    const char *path = path_of(maker, subject, NAME_FIX, "FIX", number);
    if (is_first || !find_review(standing, NAME_FIX, number))
        return path;
    refuse(maker, ERROR_CONFLICT, text_of(maker, "%s: there is a %s already", subject->id, names_base(path)),
           text_of(maker, "rewrite %s: one that is rewritten is open again", path));
    return NULL;
}

/* NULL if nothing is to be written. */
static const char *target_of(struct maker *maker, const struct subject *subject) {
    switch (maker->options->kind) {
    case BATCH_SUBMIT:
        return check_submit(maker, subject)
                   ? path_of(maker, subject, NAME_SUBMITTED, "SUBMITTED", number_of(subject->task))
                   : NULL;
    case BATCH_APPROVE:
        return check_approve(maker, subject) ? path_of(maker, subject, NAME_APPROVED, "APPROVED", 0) : NULL;
    case BATCH_REJECT:
        return check_reject(maker, subject) ? fix_path(maker, subject) : NULL;
    default:
        return check_skip(maker, subject) ? path_of(maker, subject, NAME_SKIPPED, "SKIPPED", 0) : NULL;
    }
}

static bool decide(struct maker *maker, const struct subject *subject) {
    const char *path = target_of(maker, subject);
    if (!path || !check_name(maker, subject, path))
        return goes_on(maker);
    return add_file(maker, subject, path, maker->options->text) || goes_on(maker);
}

/* --- reopening --- */

/* The first free name "APPROVED_11_REOPENED_1.md". */
static bool find_free(struct maker *maker, const char *file, const char **path) {
    size_t length = strlen(file) - strlen(".md");
    for (unsigned n = 1;; n++) {
        enum file_kind kind;
        *path = text_of(maker, "%.*s_REOPENED_%u.md", (int)length, file, n);
        if (!files_look(maker->files, *path, &kind, NULL, maker->error))
            return false;
        if (kind == FILE_ABSENT)
            return true;
    }
}

static bool add_renaming(struct maker *maker, const struct subject *subject, const char *file) {
    struct buffer text = {0};
    const char *path;
    bool is_made = find_free(maker, file, &path) && add_source(maker, file, &text);
    if (is_made)
        batch_add_renaming(maker->batch, subject->id, file, path, buffer_span(&text));
    buffer_release(&text);
    return is_made;
}

/* A folder or link in its place cannot be reopened, and does not count. */
static bool check_regular(struct maker *maker, const struct subject *subject, enum name_kind kind, const char *word) {
    const char *path = path_of(maker, subject, kind, word, 0);
    enum file_kind found;
    if (!files_look(maker->files, path, &found, NULL, maker->error))
        return false;
    return found == FILE_ABSENT || found == FILE_REGULAR ||
           refuse(maker, ERROR_CONFLICT, text_of(maker, "%s is not a regular file", path), "move it out of the way");
}

/* What waits for it again, directly or not. */
static void warn_of_blocked(struct maker *maker, const struct subject *subject) {
    struct buffer ids = {0};
    review_words_append_blocked(&ids, maker->plan, subject->position);
    if (ids.length)
        warn(maker, NULL, text_of(maker, "%s blocks again: %s", subject->id, ids.data), NULL);
    buffer_release(&ids);
}

static bool reopen(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    if (!check_regular(maker, subject, NAME_APPROVED, "APPROVED") ||
        !check_regular(maker, subject, NAME_SKIPPED, "SKIPPED"))
        return goes_on(maker);
    if (!standing->approved_file && !standing->skipped_file) {
        skip(maker, subject, NULL, "open");
        return true;
    }
    warn_of_blocked(maker, subject);
    return (!standing->approved_file || add_renaming(maker, subject, standing->approved_file)) &&
           (!standing->skipped_file || add_renaming(maker, subject, standing->skipped_file));
}

/* --- adopting --- */

static const char *quote_claim(struct maker *maker, const struct completion_claim *claim, size_t open) {
    const char *boxes =
        open ? text_of(maker, "\n\n%zu of its boxes %s not ticked.", open, open == 1 ? "is" : "are") : "";
    return text_of(maker, "The work order says it is complete, in line %u:\n\n> %s%s", claim->line, claim->text, boxes);
}

static bool count_open(struct maker *maker, const char *path, size_t *open) {
    struct buffer text = {0};
    struct document document;
    struct checklist checklist;
    if (!files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, maker->error)) {
        buffer_release(&text);
        return false;
    }
    document_parse(&document, buffer_span(&text));
    checklist_read(&checklist, &document);
    *open = checklist.open;
    document_release(&document);
    buffer_release(&text);
    return true;
}

/* One whose work order says so: left out, and named, where that alone is not enough. */
static bool adopt_task(struct maker *maker, const struct subject *subject) {
    const struct standing *standing = subject->standing;
    size_t open = 0;
    if (!count_open(maker, standing->claim->file, &open))
        return false;
    const struct review *fix = find_open_fix(standing);
    const char *says = text_of(maker, "%s says it is complete (line %u)", subject->id, standing->claim->line);
    if (fix)
        warn(maker, standing->claim->file,
             text_of(maker, "%s, but %s is open: it is left out", says, names_base(fix->file)),
             hint_at_rework(maker, subject));
    else if (maker->options->approves && open)
        warn(maker, standing->claim->file,
             text_of(maker, "%s, but %zu of its boxes %s not ticked: it is left out", says, open,
                     open == 1 ? "is" : "are"),
             text_of(maker, "batchctl submit %s %s", maker->plan->reference, subject->id));
    else if (achievement_claim(standing)) {
        const char *path = maker->options->approves
                               ? path_of(maker, subject, NAME_APPROVED, "APPROVED", 0)
                               : path_of(maker, subject, NAME_SUBMITTED, "SUBMITTED", number_of(subject->task));
        if (find_review(standing, NAME_SUBMITTED, number_of(subject->task)) && !maker->options->approves)
            skip(maker, subject, path, "submitted");
        else
            return check_name(maker, subject, path) &&
                   add_file(maker, subject, path, quote_claim(maker, standing->claim, open));
    }
    return true;
}

/* The PLAN alone says so, of an achievement that has no work order. */
static void name_defined(struct maker *maker, const struct subject *subject, const struct document *document,
                         const struct definition *definition) {
    struct checklist checklist;
    if (!definition || subject->task || !plan_is_open(maker->plan, subject->position))
        return;
    checklist_read_lines(&checklist, document, definition->line, definition->end);
    if (checklist.says_complete)
        warn(maker, maker->plan->plan_file,
             text_of(maker, "the PLAN says that %s is complete (line %zu), and it has no EXECUTION_TASK", subject->id,
                     checklist.line + 1),
             text_of(maker, "batchctl skip %s %s -m TEXT", maker->plan->reference, subject->id));
}

/* --- the whole --- */

static struct subject subject_at(const struct maker *maker, size_t position, const struct sub_execution *part) {
    const struct achievement *achievement = &maker->plan->dependencies.achievements[position];
    const struct standing *standing = &maker->plan->standings[position];
    return (struct subject){position,
                            part,
                            part ? part->id : achievement->id,
                            part ? part->title : achievement->title,
                            standing,
                            find_task(standing, part ? part->number : 0)};
}

/* Finds the achievement, or for submit the part of one. */
static bool find_subject(struct maker *maker, const char *id, struct subject *subject) {
    const struct dependency_file *dependencies = &maker->plan->dependencies;
    size_t position;
    if (plan_find(maker->plan, id, &position)) {
        *subject = subject_at(maker, position, NULL);
        return true;
    }
    for (size_t i = 0; i < dependencies->count && maker->options->kind == BATCH_SUBMIT; i++)
        for (size_t k = 0; k < dependencies->achievements[i].sub_execution_count; k++)
            if (strcmp(dependencies->achievements[i].sub_executions[k].id, id) == 0) {
                *subject = subject_at(maker, i, &dependencies->achievements[i].sub_executions[k]);
                return true;
            }
    plan_find_or_fail(maker->plan, id, &position, maker->error);
    return false;
}

/* A split achievement that is not in rework is submitted part by part. */
static bool decide_parts(struct maker *maker, const struct subject *whole) {
    const struct achievement *achievement = &maker->plan->dependencies.achievements[whole->position];
    bool is_split = maker->options->kind == BATCH_SUBMIT && !whole->part && achievement->sub_execution_count &&
                    whole->standing->state == STATE_EXECUTION_CREATED;
    bool is_done = true;
    for (size_t i = 0; i < achievement->sub_execution_count && is_split && is_done; i++) {
        struct subject part = subject_at(maker, whole->position, &achievement->sub_executions[i]);
        if (part.task)
            is_done = decide(maker, &part);
    }
    return is_split ? is_done : decide(maker, whole);
}

static bool decide_ids(struct maker *maker) {
    const struct selection *selection = &maker->options->selection;
    for (size_t i = 0; i < selection->id_count; i++) {
        struct subject subject;
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

static bool adopt_all(struct maker *maker) {
    const struct plan *plan = maker->plan;
    size_t *positions = arena_allocate(&maker->batch->arena, plan->dependencies.count, sizeof *positions), count = 0;
    struct document document = {0};
    struct plan_document definitions = {0};
    struct buffer text = {0};
    bool is_done = selection_resolve(&maker->options->selection, plan, positions, &count, maker->error) &&
                   (!plan->plan_file || add_source(maker, plan->plan_file, &text));
    document_parse(&document, buffer_span(&text));
    plan_document_read(&definitions, &document);
    for (size_t i = 0; i < count && is_done; i++) {
        struct subject subject = subject_at(maker, positions[i], NULL);
        if (subject.standing->claim && plan_is_open(plan, positions[i]))
            is_done = adopt_task(maker, &subject) || goes_on(maker);
        else
            name_defined(maker, &subject, &document, plan_document_find(&definitions, subject.id));
    }
    plan_document_release(&definitions);
    document_release(&document);
    buffer_release(&text);
    return is_done;
}

static bool check_text(struct maker *maker) {
    const char *text = maker->options->text;
    if (text && strlen(text) > REVIEW_TEXT_MOST_BYTES)
        return error_set(maker->error, ERROR_USAGE, "the text has %zu bytes; at most %d are possible", strlen(text),
                         REVIEW_TEXT_MOST_BYTES);
    if (text && text_valid_length(span_of(text)) < strlen(text))
        return error_set(maker->error, ERROR_USAGE, "the text is not valid UTF-8");
    return true;
}

static bool read_form(struct maker *maker) {
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
static bool check_folders(struct maker *maker) {
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
        const char *path = text_of(maker, "%s/%s", maker->plan->path, folders[i]);
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

static void describe(struct maker *maker) {
    struct buffer words = {0};
    selection_append_words(&words, &maker->options->selection);
    maker->batch->plan = text_of(maker, "%s", maker->plan->name);
    maker->batch->plan_path = text_of(maker, "%s", maker->plan->path);
    maker->batch->selection = text_of(maker, "%s", buffer_text(&words));
    maker->batch->by = maker->options->by ? text_of(maker, "%s", maker->options->by) : NULL;
    buffer_release(&words);
}

static bool fail(struct maker *maker) {
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
    struct maker maker = {
        .batch = batch, .files = files, .plan = plan, .options = options, .diagnostics = diagnostics, .error = error};
    describe(&maker);
    if (!check_text(&maker) || !plan_require_valid(plan, diagnostics, error) || !read_form(&maker) ||
        !check_folders(&maker))
        return fail(&maker);
    if (plan->dependency_file)
        batch_add_source(batch, plan->dependency_file, plan->dependency_digest);
    if (!(options->kind == BATCH_ADOPT ? adopt_all : decide_ids)(&maker) || maker.refused_count)
        return fail(&maker);
    if (batch->file_count == 0)
        batch->folder_count = 0;
    return true;
}
