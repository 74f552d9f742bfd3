#include "batch/create_subplan.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "batch/batch.h"
#include "batch/task_document.h"
#include "document/names.h"
#include "plan/dependency_file.h"

bool create_subplan_add(struct create_maker *maker, size_t position, const struct document *plan_document,
                        const struct plan_document *definitions) {
    const struct achievement *achievement = create_maker_achievement(maker, position);
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(achievement->id, digits);
    const char *path =
        create_maker_text(maker, "%s/subplans/SUBPLAN_%s_%s.md", maker->plan->path, maker->plan->name, digits);
    enum create_presence presence = create_maker_look(maker, achievement->id, path);
    if (presence == TARGET_PRESENT)
        batch_add_skip(maker->batch, achievement->id, path, "exists");
    if (presence != TARGET_ABSENT)
        return presence != TARGET_UNUSABLE;
    const struct task_document content = {
        .plan = maker->plan,
        .position = position,
        .source = plan_document,
        .source_name = names_base(maker->plan->plan_file),
        .definition = plan_document_find(definitions, achievement->id),
        .definitions = definitions,
        .template_text = maker->template.text,
        .template_name = maker->template.name,
    };
    if (!content.definition)
        create_maker_warn(
            maker, "plan.no_definition", maker->plan->plan_file,
            create_maker_text(maker, "the PLAN does not define achievement %s; its SUBPLAN has to be filled in by hand",
                              achievement->id),
            create_maker_text(maker, "add \"**Achievement %s**: Title\" with its goal and deliverables",
                              achievement->id));
    AUTO(buffer) text = {0};
    bool is_done = task_document_subplan(&text, &content, maker->diagnostics) || create_maker_fail_template(maker);
    if (is_done)
        create_maker_add_file(maker, achievement->id, path, &text);
    return is_done;
}
