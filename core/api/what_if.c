#include "api/what_if.h"

#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/error.h"
#include "base/memory.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "plan/workspace.h"
#include "render/what_if_json.h"
#include "render/what_if_text.h"
#include "view/what_if_view.h"

static bool check_plan(struct context *context, const struct plan *plan) {
    struct error error = {0};
    if (plan_require_valid(plan, &context->answer->diagnostics, &error) && plan_require_graph(plan, &error))
        return true;
    context_fail(context, &error);
    return false;
}

/* Every id is looked up, so that all unknown ones are reported. @positions: as many as ids. */
static bool find_named(struct context *context, const struct plan *plan, size_t *positions) {
    const struct selection *selection = &context->request->options.selection;
    bool is_found = true;
    for (size_t i = 0; i < selection->id_count; i++) {
        struct error error = {0};
        if (plan_find_or_fail(plan, selection->ids[i], &positions[i], &error))
            continue;
        context_fail(context, &error);
        is_found = false;
    }
    return is_found;
}

static bool find_unblocked(struct context *context, const struct plan *plan, size_t *position) {
    struct error error = {0};
    const char *id = context->request->unblock;
    *position = SIZE_MAX;
    if (!id || plan_find_or_fail(plan, id, position, &error))
        return true;
    context_fail(context, &error);
    return false;
}

static void answer_about(struct context *context, const struct plan *plan) {
    static const struct answer_type type = {what_if_json_write, what_if_text_append};
    struct arena *arena = &context->answer->arena;
    size_t count = context->request->options.selection.id_count;
    AUTO_FREE size_t *positions = memory_allocate(count, sizeof *positions);
    struct what_if_question question = {.named = positions, .named_count = count};
    if (!check_plan(context, plan))
        return;
    bool is_found = find_named(context, plan, positions);
    if (!find_unblocked(context, plan, &question.unblock) || !is_found)
        return;
    struct what_if_view *view = arena_allocate(arena, 1, sizeof *view);
    what_if_view_make(view, plan, &question, arena);
    context_answer(context, &type, view);
}

void what_if_answer(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = NULL;
    if (context->request->options.selection.id_count == 0 && !context->request->unblock)
        error_set(&error, ERROR_USAGE, "the ids that would be complete, or --unblock ID, are needed");
    else
        place = context_choose_plan(context, false, &error);
    if (!place) {
        context_fail(context, &error);
        return;
    }
    const struct plan *plan = workspace_take_plan(place, context->files);
    answer_about(context, plan);
    workspace_return_plan(place, plan);
}
