#include "batch/review_rules.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/review_options.h"
#include "document/names.h"
#include "format/prose.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/next_command.h"
#include "plan/standing.h"

/* --- what each verb needs; false if nothing is to be written, with a refusal or a skip --- */

static bool refuse_state(struct review_maker *maker, const struct review_subject *subject) {
    return review_maker_refuse(
        maker, ERROR_CONFLICT,
        review_maker_text(maker, "%s is %s", subject->id, achievement_state_label(subject->standing->state)),
        review_maker_text(maker, "to open it again: batchctl reopen %s %s", maker->plan->reference, subject->id));
}

static bool refuse_task(struct review_maker *maker, const struct review_subject *subject) {
    return review_maker_refuse(maker, ERROR_PREREQUISITES,
                               review_maker_text(maker, "%s has no EXECUTION_TASK", subject->id),
                               next_command_of_one(maker->plan, subject->position, &maker->batch->arena).command);
}

static bool refuse_text(struct review_maker *maker, const struct review_subject *subject, const char *why) {
    return review_maker_refuse(maker, ERROR_PREREQUISITES, review_maker_text(maker, "%s: %s", subject->id, why),
                               "give it with -m TEXT or -F FILE");
}

static bool has_text(const struct review_maker *maker) {
    return maker->options->text && span_trim(span_of(maker->options->text)).length > 0;
}

static bool check_conflict(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    return !standing_rare(standing)->conflict_file ||
           review_maker_refuse(maker, ERROR_PREREQUISITES,
                               review_maker_text(maker, "%s has git conflict markers (line %u)",
                                                 standing_rare(standing)->conflict_file,
                                                 standing_rare(standing)->conflict_file_line),
                               "decide what stays, and delete the lines <<<<<<<, ======= and >>>>>>>");
}

static bool check_submit(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_COMPLETE || standing->state == STATE_SKIPPED)
        return refuse_state(maker, subject);
    if (!check_conflict(maker, subject))
        return false;
    if (!subject->task)
        return refuse_task(maker, subject);
    const struct review *submitted = review_find(standing, NAME_SUBMITTED, review_task_number(subject->task));
    const struct review *fix = review_find_open_fix(standing);
    if (submitted && fix)
        return review_maker_refuse(
            maker, ERROR_PREREQUISITES,
            review_maker_text(maker, "%s was submitted, and sent back by %s", subject->id, names_base(fix->file)),
            review_maker_rework_hint(maker, subject));
    if (submitted)
        return review_maker_skip(maker, subject, submitted->file, "submitted");
    if (fix)
        review_maker_warn(
            maker, fix->file,
            review_maker_text(maker, "%s has no EXECUTION_TASK for its rework: this submits %s as the answer to %s",
                              subject->id, names_base(subject->task->file), names_base(fix->file)),
            review_maker_rework_hint(maker, subject));
    return true;
}

/* The submission that a decision is about, whether it counts or not: the last work order's. */
static bool check_self(struct review_maker *maker, const struct review_subject *subject) {
    const struct review *submitted = review_find(subject->standing, NAME_SUBMITTED, review_task_number(subject->task));
    AUTO(buffer) name = {0};
    prose_append_words(&name, span_of(maker->options->by ? maker->options->by : ""));
    bool is_self = submitted && submitted->by && name.length && strcmp(submitted->by, name.data) == 0;
    if (!is_self || maker->options->self == REVIEW_SELF_YES)
        return true;
    const char *message =
        review_maker_text(maker, "%s was submitted by %s, who approves it", subject->id, submitted->by);
    if (maker->options->self == REVIEW_SELF_NO)
        return review_maker_refuse(maker, ERROR_CONFLICT, message,
                                   "[review] self = no in the configuration: another person decides");
    review_maker_warn(maker, submitted->file, message, "another person should decide; --as NAME says who you are");
    return true;
}

static bool check_approve(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_COMPLETE)
        return review_maker_skip(maker, subject, standing->approved_file, "complete");
    if (standing->state == STATE_SKIPPED)
        return refuse_state(maker, subject);
    if (!check_conflict(maker, subject))
        return false;
    if (!subject->task)
        return refuse_task(maker, subject);
    const struct review *fix = review_find_open_fix(standing);
    if (fix && !has_text(maker))
        return refuse_text(maker, subject,
                           review_maker_text(maker, "%s has sent it back: approving it all the same needs a text",
                                             names_base(fix->file)));
    const char *message = review_maker_text(maker, "%s has not been submitted", subject->id);
    const char *hint = review_maker_text(maker, "batchctl submit %s %s", maker->plan->reference, subject->id);
    if (standing->state != STATE_SUBMITTED && maker->options->requires_submission)
        return review_maker_refuse(maker, ERROR_PREREQUISITES, message, hint);
    if (standing->state != STATE_SUBMITTED)
        review_maker_warn(maker, subject->task->file, message, NULL);
    return check_self(maker, subject);
}

static bool check_reject(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_COMPLETE || standing->state == STATE_SKIPPED)
        return refuse_state(maker, subject);
    if (!subject->task)
        return refuse_task(maker, subject);
    if (!has_text(maker))
        return refuse_text(maker, subject, "what has to be fixed is missing");
    const struct review *fix = review_find_open_fix(standing);
    return !fix || review_maker_refuse(maker, ERROR_CONFLICT,
                                       review_maker_text(maker, "%s has been sent back already, by %s", subject->id,
                                                         names_base(fix->file)),
                                       review_maker_text(maker, "add to %s what else has to be fixed", fix->file));
}

static bool check_skip(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    if (standing->state == STATE_SKIPPED)
        return review_maker_skip(maker, subject, standing->skipped_file, "skipped");
    if (standing->approved_file)
        return refuse_state(maker, subject);
    return has_text(maker) || refuse_text(maker, subject, "the reason is missing");
}

/* --- the file that each verb writes --- */

static const char *fix_path(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    bool is_first = !review_find(standing, NAME_FIX, 0);
    unsigned number = is_first ? 0 : subject->task->number;
    const char *path = review_maker_path(maker, subject, NAME_FIX, "FIX", number);
    if (is_first || !review_find(standing, NAME_FIX, number))
        return path;
    review_maker_refuse(maker, ERROR_CONFLICT,
                        review_maker_text(maker, "%s: there is a %s already", subject->id, names_base(path)),
                        review_maker_text(maker, "rewrite %s: one that is rewritten is open again", path));
    return NULL;
}

const char *review_rules_target(struct review_maker *maker, const struct review_subject *subject) {
    switch (maker->options->kind) {
    case BATCH_SUBMIT:
        return check_submit(maker, subject)
                   ? review_maker_path(maker, subject, NAME_SUBMITTED, "SUBMITTED", review_task_number(subject->task))
                   : NULL;
    case BATCH_APPROVE:
        return check_approve(maker, subject) ? review_maker_path(maker, subject, NAME_APPROVED, "APPROVED", 0) : NULL;
    case BATCH_REJECT:
        return check_reject(maker, subject) ? fix_path(maker, subject) : NULL;
    default:
        return check_skip(maker, subject) ? review_maker_path(maker, subject, NAME_SKIPPED, "SKIPPED", 0) : NULL;
    }
}
