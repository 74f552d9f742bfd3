#include "mcp/mcp_feed.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/string_map.h"
#include "batch/pending.h"
#include "disk/files.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "view/changes.h"
#include "view/claim_changes.h"
#include "view/event.h"
#include "view/event_ring.h"
#include "view/published_plans.h"

struct look {
    struct mcp_feed *feed;
    struct workspace workspace;
    struct pending pending;
    struct files view; /* as if no batch were pending */
    struct claim_board claims;
    struct changes_sink sink;
    bool is_first;
};

static bool is_being_written(void *data, const char *path) {
    const struct look *look = data;
    return files_is_being_written(&look->workspace.files, path);
}

static void publish(void *data, const struct event *event) {
    const struct look *look = data;
    event_ring_add(&look->feed->ring, event);
}

/* A batch that began or ended meanwhile may have been seen in part: that is left to the next look. */
static bool is_settled(const struct look *look) {
    AUTO(pending) after = {0};
    pending_read(&after, &look->workspace.files);
    return pending_equals(&look->pending, &after);
}

/* Claims that cannot be read now stay as they were. */
static void compare_claims(struct look *look, struct published_plan *known, const struct plan *plan) {
    AUTO(claim_list) list = {0};
    claim_board_list(&look->claims, plan->path, &list);
    if (look->claims.authority)
        claim_changes_compare(&known->claims, &list, &look->claims.moment, plan, &look->sink);
}

static bool look_at(struct look *look, size_t position) {
    const struct plan_place *place = &look->workspace.plans[position];
    struct published_plan *known = &look->feed->published.plans[position];
    const struct plan *plan = workspace_take_plan(place, &look->view);
    bool is_whole = is_settled(look);
    if (is_whole && look->is_first)
        known->state = published_state_new(plan);
    else if (is_whole)
        changes_compare(&known->state, plan, NULL, &look->sink);
    if (is_whole)
        compare_claims(look, known, plan);
    workspace_return_plan(place, plan);
    return is_whole;
}

/* Removes the plans that are gone. */
static void arrange(struct look *look) {
    AUTO(string_map) positions = {0};
    for (size_t i = 0; i < look->workspace.plan_count; i++) {
        size_t position = i;
        string_map_add(&positions, look->workspace.plans[i].path, &position);
    }
    published_plans_arrange(&look->feed->published, &positions, look->workspace.plan_count, &look->sink);
}

static void look_at_all(struct look *look) {
    bool is_whole = !look->workspace.has_gaps && is_settled(look);
    if (is_whole)
        arrange(look);
    for (size_t i = 0; i < look->workspace.plan_count && is_whole; i++)
        is_whole = look_at(look, i);
    if (is_whole && look->is_first)
        event_ring_init(&look->feed->ring);
}

void mcp_feed_look(struct mcp_feed *feed, const char *root, const struct claim_setting *claims) {
    enum { REST = 10 }; /* times as long as the look */
    AUTO(error) ignored = {0};
    int64_t begun_ms = clock_now_ms();
    struct look look = {.feed = feed, .workspace = {.files = FILES_CLOSED}, .is_first = !feed->ring.instance[0]};
    look.sink = (struct changes_sink){publish, is_being_written, &look};
    if (begun_ms < feed->next_look_ms)
        return;
    if (look.is_first) /* one before it was not whole */
        published_plans_release(&feed->published);
    if (workspace_enter(&look.workspace, root, &ignored)) {
        pending_read(&look.pending, &look.workspace.files);
        look.view = pending_view(&look.pending, &look.workspace.files);
        workspace_search(&look.workspace, &look.view);
        claim_board_init(&look.claims, &look.workspace, claims);
        claim_board_refresh(&look.claims);
        look_at_all(&look);
        claim_board_close(&look.claims);
        pending_release(&look.pending);
        workspace_release(&look.workspace);
    }
    int64_t took_ms = clock_now_ms() - begun_ms;
    feed->next_look_ms = clock_now_ms() + (took_ms * REST > MCP_FEED_LOOK_MS ? took_ms * REST : MCP_FEED_LOOK_MS);
}

void mcp_feed_release(struct mcp_feed *feed) {
    published_plans_release(&feed->published);
    event_ring_release(&feed->ring);
    *feed = (struct mcp_feed){0};
}
