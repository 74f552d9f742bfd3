#include "mcp/mcp_feed.h"

#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/pending.h"
#include "disk/files.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "view/event.h"
#include "view/event_ring.h"

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

static struct mcp_feed_plan *find(struct mcp_feed *feed, const char *path) {
    for (size_t i = 0; i < feed->plan_count; i++)
        if (strcmp(published_state_path(feed->plans[i].state), path) == 0)
            return &feed->plans[i];
    return NULL;
}

/* A batch that began or ended meanwhile may have been seen in part: that is left to the next look. */
static bool is_settled(const struct look *look) {
    AUTO(pending) after = {0};
    pending_read(&after, &look->workspace.files);
    return pending_equals(&look->pending, &after);
}

/* Claims that cannot be read now stay as they were. */
static void compare_claims(struct look *look, struct mcp_feed_plan *known, const struct plan *plan) {
    AUTO(claim_list) list = {0};
    claim_board_list(&look->claims, plan->path, &list);
    if (look->claims.authority)
        claim_changes_compare(&known->claims, &list, &look->claims.moment, plan, &look->sink);
}

static void compare(struct look *look, const struct plan *plan) {
    struct mcp_feed *feed = look->feed;
    struct mcp_feed_plan added = {0}, *known = find(feed, plan->path);
    if (look->is_first)
        added.state = published_state_new(plan);
    else
        changes_compare(known ? &known->state : &added.state, plan, NULL, &look->sink);
    if (!known) {
        known = LIST_ADD(feed->plans, feed->plan_count, feed->plan_capacity);
        *known = added;
    }
    compare_claims(look, known, plan);
}

static bool look_at(struct look *look, const struct plan_place *place) {
    const struct plan *plan = workspace_take_plan(place, &look->view);
    bool is_whole = is_settled(look);
    if (is_whole)
        compare(look, plan);
    workspace_return_plan(place, plan);
    return is_whole;
}

static bool is_there(const struct look *look, const char *path) {
    for (size_t i = 0; i < look->workspace.plan_count; i++)
        if (strcmp(look->workspace.plans[i].path, path) == 0)
            return true;
    return false;
}

static void remove_gone(struct look *look) {
    struct mcp_feed *feed = look->feed;
    for (size_t i = 0; i < feed->plan_count;) {
        if (is_there(look, published_state_path(feed->plans[i].state))) {
            i++;
            continue;
        }
        changes_remove(feed->plans[i].state, &look->sink);
        published_claims_free(feed->plans[i].claims);
        feed->plans[i] = feed->plans[--feed->plan_count];
    }
}

static void look_at_all(struct look *look) {
    bool is_whole = true;
    for (size_t i = 0; i < look->workspace.plan_count && is_whole; i++)
        is_whole = look_at(look, &look->workspace.plans[i]);
    if (is_whole && !look->workspace.has_gaps)
        remove_gone(look);
    if (is_whole && look->is_first)
        event_ring_init(&look->feed->ring);
}

/* Each compares the plans with what was seen last; a first look that was not whole begins again. */
static void forget(struct mcp_feed *feed) {
    for (size_t i = 0; i < feed->plan_count; i++) {
        published_state_free(feed->plans[i].state);
        published_claims_free(feed->plans[i].claims);
    }
    feed->plan_count = 0;
}

void mcp_feed_look(struct mcp_feed *feed, const char *root, const struct claim_setting *claims) {
    enum { REST = 10 }; /* times as long as the look */
    AUTO(error) ignored = {0};
    int64_t begun_ms = clock_now_ms();
    struct look look = {.feed = feed, .workspace = {.files = FILES_CLOSED}, .is_first = !feed->ring.instance[0]};
    look.sink = (struct changes_sink){publish, is_being_written, &look};
    if (begun_ms < feed->next_look_ms)
        return;
    if (look.is_first)
        forget(feed);
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
    forget(feed);
    event_ring_release(&feed->ring);
    memory_free(feed->plans);
    *feed = (struct mcp_feed){0};
}
