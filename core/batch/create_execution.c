#include "batch/create_execution.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/task_document.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/dependency_file.h"
#include "plan/standing.h"

static struct create_target execution_target(struct create_maker *maker, size_t position,
                                             const struct sub_execution *part) {
    const struct achievement *achievement = create_maker_achievement(maker, position);
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement->id, digits);
    unsigned number = part ? part->number : 1;
    return (struct create_target){part ? part->id : achievement->id,
                                  create_maker_text(maker, "%s/execution/EXECUTION_TASK_%s_%s_%02u.md",
                                                    maker->plan->path, maker->plan->name, digits, number),
                                  number, part};
}

static const struct execution *existing_execution(const struct standing *standing, const struct create_target *target) {
    for (size_t i = 0; i < standing->execution_count; i++)
        if (!target->part || standing->executions[i].number == target->number)
            return &standing->executions[i];
    return NULL;
}

/* Appends to @wanted what of the achievement is not there yet. */
static bool find_wanted_executions(struct create_maker *maker, size_t position, struct create_target *wanted,
                                   size_t *count) {
    const struct achievement *achievement = create_maker_achievement(maker, position);
    size_t parts = achievement->sub_execution_count ? achievement->sub_execution_count : 1;
    *count = 0;
    for (size_t i = 0; i < parts; i++) {
        const struct sub_execution *part = achievement->sub_execution_count ? &achievement->sub_executions[i] : NULL;
        struct create_target target = execution_target(maker, position, part);
        const struct execution *existing = existing_execution(create_maker_standing(maker, position), &target);
        enum create_presence presence = existing ? TARGET_PRESENT : create_maker_look(maker, target.id, target.path);
        if (presence == TARGET_UNUSABLE)
            return false;
        if (presence == TARGET_PRESENT)
            batch_add_skip(maker->batch, target.id, existing ? existing->file : target.path, "exists");
        if (presence == TARGET_ABSENT)
            wanted[(*count)++] = target;
    }
    return true;
}

bool create_execution_add(struct create_maker *maker, size_t position) {
    const struct achievement *achievement = create_maker_achievement(maker, position);
    const struct standing *standing = create_maker_standing(maker, position);
    struct create_target *wanted =
        arena_allocate(&maker->batch->arena, achievement->sub_execution_count + 1, sizeof *wanted);
    size_t count;
    if (!find_wanted_executions(maker, position, wanted, &count))
        return false;
    if (count == 0 || !create_maker_has_subplan(maker, position, wanted, count))
        return true;
    AUTO(document) subplan = {0};
    if (!create_maker_read_source(maker, standing->subplan_file, &subplan))
        return create_maker_goes_on(maker, wanted, count);
    AUTO(buffer) text = {0};
    bool is_done = true;
    for (size_t i = 0; i < count && is_done; i++) {
        const struct task_document content = {
            .plan = maker->plan,
            .position = position,
            .source = &subplan,
            .source_name = names_base(standing->subplan_file),
            .part = wanted[i].part,
            .number = wanted[i].number,
            .template_text = maker->template.text,
            .template_name = maker->template.name,
        };
        buffer_clear(&text);
        is_done = task_document_execution(&text, &content, maker->diagnostics) || create_maker_fail_template(maker);
        if (is_done)
            create_maker_add_file(maker, wanted[i].id, wanted[i].path, &text);
    }
    return is_done;
}
