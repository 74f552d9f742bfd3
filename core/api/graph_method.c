#include "api/graph_method.h"

#include <string.h>

#include "api/answer.h"
#include "api/claim_answer.h"
#include "api/claim_list.h"
#include "api/history.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "claims/claim_overview.h"
#include "picture/graph_html.h"
#include "picture/graph_text.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "render/graph_json.h"
#include "render/style.h"
#include "view/claim_item.h"
#include "view/claim_view.h"
#include "view/graph_view.h"
#include "view/history_view.h"
#include "view/page_events.h"
#include "view/page_view.h"
#include "view/plan_view.h"

static struct graph_view *view_graph(struct context *context, const struct plan *plan,
                                     const struct claim_overview *claims, const struct claims_note *note) {
    struct arena *arena = &context->answer->arena;
    struct graph_view *view = arena_allocate(arena, 1, sizeof *view);
    const struct plan_filter filter = context_filter(context);
    graph_view_make(view, plan, &filter, claims, arena);
    view->claims = *note;
    if (!plan->is_valid)
        context->answer->code = ERROR_INVALID;
    return view;
}

static void answer_graph(struct context *context, const struct plan_place *place) {
    static const struct answer_type type = {graph_json_write, graph_text_append};
    const struct plan *plan = workspace_take_plan(place, context->files);
    const struct claims_note note = claim_answer_note(context);
    AUTO(claim_overview) claims = {0};
    claim_answer_look(context, plan, &claims);
    context_answer(context, &type, view_graph(context, plan, &claims, &note));
    if (!plan->is_valid || !plan->has_graph)
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    workspace_return_plan(place, plan);
}

/* --- the page --- */

static void view_plan(struct context *context, const struct plan_place *place, const struct claims_note *note,
                      struct page_plan *shown) {
    struct arena *arena = &context->answer->arena;
    const struct plan *plan = workspace_take_plan(place, context->files);
    const struct plan_filter filter = context_filter(context);
    struct plan_view *status = arena_allocate(arena, 1, sizeof *status);
    struct plan_claims *claimed = arena_allocate(arena, 1, sizeof *claimed);
    AUTO(claim_overview) claims = {0};
    claim_answer_look(context, plan, &claims);
    plan_view_status(status, plan, &filter, &claims, arena);
    *claimed = (struct plan_claims){.path = status->path};
    claim_list_of_plan(context, plan, claimed);
    *shown = (struct page_plan){status, view_graph(context, plan, &claims, note), claimed};
    if (!plan->is_valid) /* that there is no graph, the page says itself */
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    workspace_return_plan(place, plan);
}

/* A history that cannot be read leaves the page without its events. */
static void add_events(struct context *context, const char *plan_path, struct page_view *page) {
    struct history_view history = {0};
    AUTO(error) error = {0};
    history_newest(context, plan_path, PAGE_EVENTS_MOST, &history, &error);
    page_events_of_history(page, &history, &context->answer->arena);
}

static void answer_page(struct context *context, const struct plan_place *places, size_t count) {
    static const struct answer_type type = {NULL, graph_html_append};
    struct arena *arena = &context->answer->arena;
    struct page_view *page = arena_allocate(arena, 1, sizeof *page);
    const struct claims_note note = claim_answer_note(context);
    page->plans = arena_allocate(arena, count, sizeof *page->plans);
    for (; page->plan_count < count; page->plan_count++)
        view_plan(context, &places[page->plan_count], &note, &page->plans[page->plan_count]);
    add_events(context, count == 1 ? places->path : NULL, page);
    context_answer(context, &type, page);
}

void graph_method_answer(struct context *context) {
    const struct workspace *workspace = context->workspace;
    const struct plan_place *places = workspace->plans;
    size_t count = workspace->plan_count;
    bool is_page = context->request->style.form == FORM_HTML;
    struct error error = {0};
    if (!is_page || context_is_about_one(context)) {
        places = context_choose_plan(context, false, &error);
        count = 1;
    }
    if (!places)
        context_fail(context, &error);
    else if (is_page)
        answer_page(context, places, count);
    else
        answer_graph(context, places);
}
