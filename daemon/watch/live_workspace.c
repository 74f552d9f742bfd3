#include "watch/live_workspace.h"

#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "disk/upward_walk.h"
#include "document/names.h"
#include "plan/plan.h"
#include "plan/workspace_search.h"
#include "view/changes.h"
#include "view/claim_changes.h"
#include "view/event.h"
#include "view/published_plans.h"
#include "watch/plan_audit.h"
#include "watch/plan_reading.h"

/* --- from changes to what is dirty --- */

/* As the cache has seen it last. */
static const struct state_dir *state_of(const struct live_workspace *live) {
    return &live->cache.pending.state;
}

static void note_state(struct live_workspace *live, const char *folder, const char *name) {
    plan_cache_mark_pending(&live->cache);
    live->batches.has_news = true;
    if (name && strcmp(folder, state_dir_path(state_of(live), STATE_PENDING, NULL).text) == 0)
        published_batches_note(&live->batches, name);
}

/* A name that may make a folder a plan, or take that from it. */
static bool makes_plan(const char *name, uint32_t mask) {
    return (mask & IN_ISDIR) || names_plan(name).length || names_is_dependency_file(name) ||
           strcmp(name, WORKING_TREE_GIT) == 0;
}

static void note_entry(struct live_workspace *live, const char *folder, const char *name, uint32_t mask) {
    AUTO(buffer) path = {0};
    buffer_append_format(&path, "%s%s%s", folder, folder[0] ? "/" : "", name);
    if (mask & IN_MOVED_FROM)
        watcher_drop_beneath(&live->watcher, path.data);
    plan_cache_mark_beneath(&live->cache, path.data);
}

/* A new name may be one more of a file of another plan, whose folder gets no event: see daemon/watch/plan_cache.c. */
static void note_name(struct live_workspace *live, const char *folder, const char *name) {
    AUTO(buffer) path = {0};
    AUTO(error) error = {0};
    struct file_identity identity;
    enum file_kind kind;
    buffer_append_format(&path, "%s%s%s", folder, folder[0] ? "/" : "", name);
    if (files_look(&live->cache.workspace.files, path.data, &kind, &identity, &error) && kind == FILE_REGULAR &&
        identity.links > 1)
        plan_cache_mark_beneath(&live->cache, "");
}

static void note_change(void *data, const char *folder, const char *name, uint32_t mask) {
    struct live_workspace *live = data;
    live->has_ended |= !(mask & IN_MODIFY);
    if (mask & IN_Q_OVERFLOW) {
        live->claims.has_changed = true;
        live->has_overflowed = live->is_sweep_due = true;
        return;
    }
    if (state_dir_holds(folder) || (folder[0] == '\0' && name && strcmp(name, STATE_DIR_FOLDER) == 0)) {
        note_state(live, folder, name);
        return;
    }
    bool is_file = name && !(mask & IN_ISDIR);
    const char *plan =
        is_file ? plan_cache_mark_file(&live->cache, folder, name) : plan_cache_mark_around(&live->cache, folder);
    bool is_inside = plan && strcmp(plan, folder) != 0; /* subplans/ and the like */
    if (!name || (!is_inside && makes_plan(name, mask)))
        plan_cache_mark_places(&live->cache);
    if (is_file && (mask & IN_CREATE))
        note_name(live, folder, name);
    if (name && (mask & IN_ISDIR))
        note_entry(live, folder, name, mask);
    /* IN_ATTRIB: an empty folder that another one is renamed over loses its name so */
    live->has_lost_root |=
        folder[0] == '\0' && !name && (mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT | IN_IGNORED | IN_ATTRIB));
}

static void end_audit(void *data, const struct plan_reading *audit);

static void before_listing(void *data, const char *path, int folder) {
    struct live_workspace *live = data;
    watcher_add(&live->watcher, path, folder);
}

/* --- life --- */

/* The claims of each plan whose claims may have changed. Those of a plan that is new are known without events. */
static void publish_claims(struct live_workspace *live, const struct changes_sink *sink) {
    struct claim_watch *watch = &live->claims;
    uint64_t generation = watch->generation;
    for (size_t i = 0; i < live->published.count; i++) {
        struct published_plan *published = &live->published.plans[i];
        if (published->claims_generation == generation || !published->state)
            continue;
        const struct plan *plan = &live->cache.entries[i]->plan;
        const struct claim_list *list = claim_board_find_kept(&watch->board, plan->path);
        if (list) /* else they cannot be read now */
            claim_changes_compare(&published->claims, list, &watch->board.moment, plan, sink);
        published->claims_generation = generation;
    }
    live->published_claims = generation;
}

/* What exists at the start is known: of batches before anything is read, of plans afterwards. */
static void skip_batches(struct live_workspace *live) {
    struct state_dir state;
    AUTO(error) error = {0};
    if (state_dir_find(&state, &live->cache.files, &error))
        published_batches_start(&live->batches, &state);
}

static void skip_plans(struct live_workspace *live) {
    const struct plan_cache *cache = &live->cache;
    published_plans_arrange(&live->published, &cache->positions, cache->workspace.plan_count, NULL);
    for (size_t i = 0; i < live->published.count; i++) {
        live->published.plans[i] = (struct published_plan){.state = published_state_new(&cache->entries[i]->plan),
                                                           .generation = cache->entries[i]->generation};
        plan_cache_forget_changes(cache->entries[i]);
    }
    publish_claims(live, NULL);
    live->published_generation = cache->generation;
    live->is_published_degraded = live->watcher.is_degraded;
}

bool live_workspace_open(struct live_workspace *live, const char *root, const struct claim_setting *setting,
                         struct error *error) {
    *live = (struct live_workspace){.watcher = {.descriptor = -1}, .claims = {.board = CLAIM_BOARD_CLOSED}};
    if (!plan_cache_open(&live->cache, root, before_listing, live, error))
        return false;
    live->cache.audited = end_audit;
    live->cache.audited_data = live;
    watcher_open(&live->watcher, live->cache.workspace.files.root);
    claim_watch_open(&live->claims, &live->cache.workspace, setting, &live->watcher.descriptor);
    live->is_sweep_due = true;
    skip_batches(live);
    live_workspace_refresh(live);
    skip_plans(live);
    return true;
}

void live_workspace_close(struct live_workspace *live) {
    claim_watch_close(&live->claims);
    watcher_close(&live->watcher);
    plan_cache_release(&live->cache);
    published_plans_release(&live->published);
    published_batches_release(&live->batches);
    *live = (struct live_workspace){.watcher = {.descriptor = -1}};
}

bool live_workspace_is_root_there(const struct live_workspace *live, const char *path) {
    struct stat named, open;
    return stat(path, &named) == 0 && fstat(live->cache.workspace.files.root, &open) == 0 &&
           named.st_dev == open.st_dev && named.st_ino == open.st_ino && open.st_nlink > 0;
}

/* --- keeping current --- */

void live_workspace_drain(struct live_workspace *live) {
    live->has_ended = false;
    watcher_drain(&live->watcher, note_change, live);
}

/* Everything, and the watches with it: those that are not needed any more go, those that were refused are tried again.
 */
static void sweep(struct live_workspace *live) {
    live->is_sweep_due = false;
    plan_cache_mark_all(&live->cache);
    watcher_begin_sweep(&live->watcher);
    plan_cache_refresh(&live->cache);
    watcher_end_sweep(&live->watcher);
    published_batches_look(&live->batches, state_of(live));
    memory_trim();
}

/* What was not listed in the search for plans is still needed if it is the program's own or one of a plan's. */
static bool is_needed(void *data, const char *path) {
    const struct live_workspace *live = data;
    const char *plan = state_dir_holds(path) ? NULL : plan_cache_plan_around(&live->cache, path);
    const char *inner = plan ? path + strlen(plan) : "";
    return state_dir_holds(path) || (plan && plan_lists_folder(inner + (inner[0] == '/')));
}

/* Folders that were groups and are now within a plan are not listed any more. */
static void refresh(struct live_workspace *live) {
    uint64_t searches = live->cache.counters.searches;
    watcher_begin_round(&live->watcher);
    plan_cache_refresh(&live->cache);
    if (searches != live->cache.counters.searches)
        watcher_prune(&live->watcher, is_needed, live);
}

/* A batch that began or ended while plans were read could be seen in part: then they are read again. */
static void refresh_plans(struct live_workspace *live) {
    enum { ATTEMPTS_MOST = 5 };
    for (int attempt = 0; attempt < ATTEMPTS_MOST; attempt++) {
        live_workspace_drain(live);
        if (live->is_sweep_due || (attempt == 0 && live->watcher.is_degraded))
            sweep(live);
        else if (attempt == 0 || live->cache.has_dirty_pending)
            refresh(live);
        else
            return;
        live_workspace_drain(live);
        if (!live->cache.has_dirty_pending && !live->is_sweep_due)
            return;
    }
}

void live_workspace_refresh(struct live_workspace *live) {
    refresh_plans(live);
    claim_watch_refresh(&live->claims);
}

uint64_t live_workspace_generation(const struct live_workspace *live) {
    return live->cache.generation + live->claims.generation;
}

static bool is_noted(const struct live_workspace *live) {
    return plan_cache_is_dirty(&live->cache) || live->is_sweep_due;
}

/* A change can be seen before its event is queued, and other events may come first. */
static void await_event(struct live_workspace *live) {
    enum { LATE_MS = 500 };
    struct pollfd news = {.fd = live->watcher.descriptor, .events = POLLIN};
    int64_t end_ms = clock_now_ms() + LATE_MS;
    for (int left_ms; (left_ms = clock_left_ms(end_ms)) > 0 && !is_noted(live);) {
        poll(&news, 1, left_ms);
        live_workspace_drain(live);
    }
}

static void end_audit(void *data, const struct plan_reading *audit) {
    struct live_workspace *live = data;
    if (!audit->agrees)
        await_event(live);
    if (audit->agrees || is_noted(live) || audit->generation != live->cache.generation)
        return; /* or it has changed meanwhile, and we know */
    live->audit_differences++;
    plan_cache_distrust(&live->cache, audit->entry);
}

void live_workspace_audit(struct live_workspace *live) {
    live_workspace_refresh(live);
    size_t count = live->cache.workspace.plan_count;
    size_t position = count ? live->audited_count++ % count : 0;
    if (count && !live->cache.entries[position]->holders)
        plan_audit_start(&live->cache, position);
}

/* --- publishing --- */

static void publish_plain(const struct changes_sink *sink, enum event_type type, const char *reason) {
    sink->publish(sink->data, &(struct event){.type = type, .reason = reason});
}

static void publish_plans(struct live_workspace *live, const struct changes_sink *sink) {
    published_plans_arrange(&live->published, &live->cache.positions, live->cache.workspace.plan_count, sink);
    live->is_holding = false;
    for (size_t i = 0; i < live->published.count; i++) {
        struct plan_cache_entry *entry = live->cache.entries[i];
        struct published_plan *published = &live->published.plans[i];
        bool is_new = !published->state; /* then it is added as it was read */
        if (!entry->is_loaded || published->generation == entry->generation ||
            (!is_new && plan_cache_entry_is_late(entry)))
            continue;
        if (changes_compare(&published->state, &entry->plan, entry->is_fresh ? NULL : &entry->changed, sink)) {
            live->is_holding = true;
        } else {
            published->generation = entry->generation;
            plan_cache_forget_changes(entry);
        }
    }
    live->published_generation = live->cache.generation;
}

void live_workspace_sweep_soon(struct live_workspace *live) {
    live->is_sweep_due = true;
}

bool live_workspace_is_behind(const struct live_workspace *live) {
    return plan_cache_is_dirty(&live->cache) || live->is_sweep_due ||
           (live->batches.has_news && !live->cache.late_count) || live->has_overflowed ||
           live->published_generation != live->cache.generation || live->claims.has_changed ||
           live->published_claims != live->claims.generation ||
           live->is_published_degraded != live->watcher.is_degraded;
}

bool live_workspace_has_news(const struct live_workspace *live) {
    return live_workspace_is_behind(live) || live->is_holding;
}

bool live_workspace_publish(struct live_workspace *live, const struct changes_sink *sink) {
    live_workspace_refresh(live);
    bool has_overflowed = live->has_overflowed;
    live->has_overflowed = false;
    if (has_overflowed)
        publish_plain(sink, EVENT_WATCH_OVERFLOW,
                      "more changed at once than the kernel keeps; everything was read again");
    if (live->is_published_degraded != live->watcher.is_degraded) {
        live->is_published_degraded = live->watcher.is_degraded;
        publish_plain(sink, live->is_published_degraded ? EVENT_WATCH_DEGRADED : EVENT_WATCH_RECOVERED,
                      live->is_published_degraded ? live->watcher.reason : NULL);
    }
    publish_plans(live, sink);
    publish_claims(live, sink);
    if (!live->cache.late_count) /* after the events of their files */
        published_batches_publish(&live->batches, state_of(live), sink);
    if (has_overflowed)
        publish_plain(sink, EVENT_RESYNC, NULL);
    return live->is_holding;
}
