#include "batch/review_adoption.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "disk/files.h"
#include "document/checklist.h"
#include "document/document.h"
#include "document/names.h"
#include "document/plan_document.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/standing.h"

static const char *quote_claim(struct review_maker *maker, const struct completion_claim *claim, size_t open) {
    const char *boxes =
        open ? review_maker_text(maker, "\n\n%zu of its boxes %s not ticked.", open, open == 1 ? "is" : "are") : "";
    return review_maker_text(maker, "The work order says it is complete, in line %u:\n\n> %s%s", claim->line,
                             claim->text, boxes);
}

static bool count_open(struct review_maker *maker, const char *path, size_t *open) {
    AUTO(buffer) text = {0};
    AUTO(document) document = {0};
    struct checklist checklist;
    if (!files_read(maker->files, path, DOCUMENT_SIZE_MOST_BYTES, &text, NULL, maker->error))
        return false;
    document_parse(&document, buffer_span(&text));
    checklist_read(&checklist, &document);
    *open = checklist.open;
    return true;
}

/* One whose work order says so: left out, and named, where that alone is not enough. */
static bool adopt_task(struct review_maker *maker, const struct review_subject *subject) {
    const struct standing *standing = subject->standing;
    size_t open = 0;
    if (!count_open(maker, standing_rare(standing)->claim->file, &open))
        return false;
    const struct review *fix = review_find_open_fix(standing);
    const char *says =
        review_maker_text(maker, "%s says it is complete (line %u)", subject->id, standing_rare(standing)->claim->line);
    if (fix)
        review_maker_warn(maker, standing_rare(standing)->claim->file,
                          review_maker_text(maker, "%s, but %s is open: it is left out", says, names_base(fix->file)),
                          review_maker_rework_hint(maker, subject));
    else if (maker->options->approves && open)
        review_maker_warn(maker, standing_rare(standing)->claim->file,
                          review_maker_text(maker, "%s, but %zu of its boxes %s not ticked: it is left out", says, open,
                                            open == 1 ? "is" : "are"),
                          review_maker_text(maker, "batchctl submit %s %s", maker->plan->reference, subject->id));
    else if (achievement_claim(standing)) {
        const char *path = maker->options->approves ? review_maker_path(maker, subject, NAME_APPROVED, "APPROVED", 0)
                                                    : review_maker_path(maker, subject, NAME_SUBMITTED, "SUBMITTED",
                                                                        review_task_number(subject->task));
        if (review_find(standing, NAME_SUBMITTED, review_task_number(subject->task)) && !maker->options->approves)
            review_maker_skip(maker, subject, path, "submitted");
        else
            return review_maker_check_name(maker, subject, path) &&
                   review_maker_add_file(maker, subject, path,
                                         quote_claim(maker, standing_rare(standing)->claim, open));
    }
    return true;
}

/* The PLAN alone says so, of an achievement that has no work order. */
static void name_defined(struct review_maker *maker, const struct review_subject *subject,
                         const struct document *document, const struct definition *definition) {
    struct checklist checklist;
    if (!definition || subject->task || !plan_is_open(maker->plan, subject->position))
        return;
    checklist_read_lines(&checklist, document, definition->line, definition->end);
    if (checklist.says_complete)
        review_maker_warn(
            maker, maker->plan->plan_file,
            review_maker_text(maker, "the PLAN says that %s is complete (line %zu), and it has no EXECUTION_TASK",
                              subject->id, checklist.line + 1),
            review_maker_text(maker, "batchctl skip %s %s -m TEXT", maker->plan->reference, subject->id));
}

bool review_adoption_add(struct review_maker *maker) {
    const struct plan *plan = maker->plan;
    size_t *positions = arena_allocate(&maker->batch->arena, plan->dependencies.count, sizeof *positions), count = 0;
    AUTO(buffer) text = {0};
    AUTO(document) document = {0};
    AUTO(plan_document) definitions = {0};
    bool is_done = selection_resolve(&maker->options->selection, plan, positions, &count, maker->error) &&
                   (!plan->plan_file || review_maker_add_source(maker, plan->plan_file, &text));
    document_parse(&document, buffer_span(&text));
    plan_document_read(&definitions, &document);
    for (size_t i = 0; i < count && is_done; i++) {
        struct review_subject subject = review_maker_subject(maker, positions[i], NULL);
        if (standing_rare(subject.standing)->claim && plan_is_open(plan, positions[i]))
            is_done = adopt_task(maker, &subject) || review_maker_goes_on(maker);
        else
            name_defined(maker, &subject, &document, plan_document_find(&definitions, subject.id));
    }
    return is_done;
}
