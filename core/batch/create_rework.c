#include "batch/create_rework.h"

#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/rework_document.h"
#include "disk/files.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/dependency_file.h"

/* Has it been sent back by a FIX with git's conflict markers? Then the rework would be made of them. */
bool create_rework_is_conflicted(const struct standing *standing) {
    return standing_rare(standing)->conflict_file && standing_rare(standing)->fix_file &&
           strcmp(standing_rare(standing)->conflict_file, standing_rare(standing)->fix_file) == 0;
}

/* One more than that of any file there is, whatever its suffix, and of any part of a split achievement. */
static unsigned rework_number(const struct achievement *achievement, const struct standing *standing) {
    unsigned last = standing->execution_count ? standing->executions[standing->execution_count - 1].number : 0;
    for (size_t i = 0; i < achievement->sub_execution_count; i++)
        if (achievement->sub_executions[i].number > last)
            last = achievement->sub_executions[i].number;
    return last < CREATE_NUMBER_MOST ? last + 1 : CREATE_NUMBER_MOST + 1;
}

static struct create_target rework_target(struct create_maker *maker, size_t position) {
    const struct achievement *achievement = create_maker_achievement(maker, position);
    unsigned number = rework_number(achievement, create_maker_standing(maker, position));
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement->id, digits);
    return (struct create_target){achievement->id,
                                  create_maker_text(maker, "%s/execution/EXECUTION_TASK_%s_%s_%02u.md",
                                                    maker->plan->path, maker->plan->name, digits, number),
                                  number, NULL};
}

static bool fail_last_number(struct create_maker *maker, const char *id) {
    error_set(maker->error, ERROR_CONFLICT, "%s has an EXECUTION_TASK with the largest number, %d", id,
              CREATE_NUMBER_MOST);
    return error_hint(maker->error, "rename it");
}

static bool read_fix(struct create_maker *maker, const char *path, struct rework_fix *fix) {
    struct buffer text = {0};
    bool is_read = files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, maker->error);
    if (is_read) {
        batch_add_text_source(maker->batch, path, buffer_span(&text));
        digest_sha(buffer_span(&text), fix->sha);
        document_parse(&fix->document, buffer_span(&text));
        fix->name = names_base(path);
        is_read = create_maker_check_conflict(maker, path, &fix->document);
    }
    buffer_release(&text);
    return is_read;
}

/* The caller releases the documents, also on failure. */
static bool read_rework_sources(struct create_maker *maker, const struct standing *standing, struct document *subplan,
                                struct document *previous, struct rework_fix *fixes, size_t *fix_count) {
    bool is_read =
        create_maker_read_source(maker, standing->subplan_file, subplan) &&
        (standing->execution_count == 0 ||
         create_maker_read_source(maker, standing->executions[standing->execution_count - 1].file, previous));
    *fix_count = 0;
    for (size_t i = 0; i < standing->review_count && is_read; i++)
        if (standing->reviews[i].is_open)
            is_read = read_fix(maker, standing->reviews[i].file, &fixes[(*fix_count)++]);
    return is_read;
}

static bool add_rework_file(struct create_maker *maker, size_t position, const struct create_target *target) {
    const struct standing *standing = create_maker_standing(maker, position);
    struct document subplan = {0}, previous = {0};
    struct rework_fix *fixes = memory_allocate(standing->review_count, sizeof *fixes);
    size_t fix_count;
    struct buffer text = {0};
    bool is_read = read_rework_sources(maker, standing, &subplan, &previous, fixes, &fix_count);
    const char *last = standing->execution_count ? standing->executions[standing->execution_count - 1].file : NULL;
    const struct rework_document rework = {
        .content = {.plan = maker->plan,
                    .position = position,
                    .source = &subplan,
                    .source_name = names_base(standing->subplan_file),
                    .number = target->number,
                    .template_text = maker->template.text,
                    .template_name = maker->template.name},
        .fixes = fixes,
        .fix_count = fix_count,
        .previous = last ? &previous : NULL,
        .previous_name = last ? names_base(last) : NULL,
    };
    bool is_done = is_read
                       ? rework_document_append(&text, &rework, maker->diagnostics) || create_maker_fail_template(maker)
                       : create_maker_goes_on(maker, target, 1);
    if (is_read && is_done)
        create_maker_add_file(maker, target->id, target->path, &text);
    for (size_t i = 0; i < fix_count; i++)
        document_release(&fixes[i].document);
    memory_free(fixes);
    buffer_release(&text);
    document_release(&subplan);
    document_release(&previous);
    return is_done;
}

bool create_rework_add(struct create_maker *maker, size_t position) {
    const struct standing *standing = create_maker_standing(maker, position);
    const char *id = create_maker_achievement(maker, position)->id;
    if ((standing->state != STATE_FAILED && !create_rework_is_conflicted(standing)) ||
        standing_rare(standing)->rework_file) {
        bool is_answered = standing->state == STATE_FAILED;
        batch_add_skip(maker->batch, id, standing_rare(standing)->rework_file, is_answered ? "exists" : "not failed");
        return true;
    }
    struct create_target target = rework_target(maker, position);
    if (target.number > CREATE_NUMBER_MOST)
        return fail_last_number(maker, id) || create_maker_goes_on(maker, &target, 1);
    enum create_presence presence = create_maker_look(maker, id, target.path);
    if (presence == TARGET_PRESENT)
        batch_add_skip(maker->batch, id, target.path, "exists");
    if (presence != TARGET_ABSENT)
        return presence != TARGET_UNUSABLE;
    return !create_maker_has_subplan(maker, position, &target, 1) || add_rework_file(maker, position, &target);
}
