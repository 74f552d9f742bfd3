#include "watch/live_workspace.h"

#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "batch/record.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "plan/plan.h"
#include "plan/workspace_search.h"

/* --- from changes to what is dirty --- */

static void note_batch(struct tracker *tracker, uint64_t number, bool is_undo) {
    for (size_t i = 0; i < tracker->batch_count; i++)
        if (tracker->batches[i].number == number && tracker->batches[i].is_undo == is_undo)
            return;
    tracker->batches =
        memory_grow(tracker->batches, &tracker->batch_capacity, tracker->batch_count + 1, sizeof *tracker->batches);
    tracker->batches[tracker->batch_count++] = (struct tracker_batch){number, is_undo};
}

/* As the cache has seen it last. */
static const struct state_dir *state_of(const struct tracker *tracker) {
    return &tracker->cache.pending.state;
}

static void note_state(struct tracker *tracker, const char *folder, const char *name) {
    plan_cache_mark_pending(&tracker->cache);
    tracker->has_batch_news = true;
    if (!name || strcmp(folder, state_dir_path(state_of(tracker), STATE_PENDING, NULL).text) != 0)
        return;
    uint64_t created = record_number(name, ""), undone = record_number(name, ".undo");
    if (created || undone)
        note_batch(tracker, created ? created : undone, undone != 0);
}

/* A name that may make a folder a plan, or take that from it. */
static bool makes_plan(const char *name, uint32_t mask) {
    return (mask & IN_ISDIR) || names_plan(name).length || plan_is_dependency_name(name) ||
           strcmp(name, WORKSPACE_GIT) == 0;
}

static void note_entry(struct tracker *tracker, const char *folder, const char *name, uint32_t mask) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s%s%s", folder, folder[0] ? "/" : "", name);
    if (mask & IN_MOVED_FROM)
        watcher_drop_beneath(&tracker->watcher, path.data);
    plan_cache_mark_beneath(&tracker->cache, path.data);
    buffer_release(&path);
}

/* A new name may be one more of a file of another plan, whose folder is told nothing: see daemon/watch/plan_cache.c. */
static void note_name(struct tracker *tracker, const char *folder, const char *name) {
    struct buffer path = {0};
    struct error error = {0};
    struct file_identity identity;
    enum file_kind kind;
    buffer_append_format(&path, "%s%s%s", folder, folder[0] ? "/" : "", name);
    if (files_look(&tracker->cache.workspace.files, path.data, &kind, &identity, &error) && kind == FILE_REGULAR &&
        identity.links > 1)
        plan_cache_mark_beneath(&tracker->cache, "");
    error_release(&error);
    buffer_release(&path);
}

static void note_change(void *data, const char *folder, const char *name, uint32_t mask) {
    struct tracker *tracker = data;
    tracker->has_ended |= !(mask & IN_MODIFY);
    if (mask & IN_Q_OVERFLOW) {
        tracker->has_overflowed = tracker->is_sweep_due = true;
        return;
    }
    if (state_dir_holds(folder) || (folder[0] == '\0' && name && strcmp(name, STATE_DIR_FOLDER) == 0)) {
        note_state(tracker, folder, name);
        return;
    }
    const char *plan = plan_cache_mark_around(&tracker->cache, folder);
    bool is_inside = plan && strcmp(plan, folder) != 0; /* subplans/ and the like */
    if (!name || (!is_inside && makes_plan(name, mask)))
        plan_cache_mark_places(&tracker->cache);
    if (name && (mask & IN_CREATE) && !(mask & IN_ISDIR))
        note_name(tracker, folder, name);
    if (name && (mask & IN_ISDIR))
        note_entry(tracker, folder, name, mask);
    /* IN_ATTRIB: an empty folder that another one is renamed over loses its name so */
    tracker->has_lost_root |=
        folder[0] == '\0' && !name && (mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT | IN_IGNORED | IN_ATTRIB));
}

static void before_listing(void *data, const char *path, int folder) {
    struct tracker *tracker = data;
    watcher_add(&tracker->watcher, path, folder);
}

/* --- life --- */

bool tracker_open(struct tracker *tracker, const char *root, struct error *error) {
    *tracker = (struct tracker){.watcher = {.descriptor = -1}};
    if (!plan_cache_open(&tracker->cache, root, before_listing, tracker, error))
        return false;
    watcher_open(&tracker->watcher, tracker->cache.workspace.files.root);
    tracker->is_sweep_due = true;
    tracker_freshen(tracker);
    tracker_skip_news(tracker);
    tracker->is_told_degraded = tracker->watcher.is_degraded;
    return true;
}

void tracker_close(struct tracker *tracker) {
    watcher_close(&tracker->watcher);
    plan_cache_release(&tracker->cache);
    memory_free(tracker->batches);
    *tracker = (struct tracker){.watcher = {.descriptor = -1}};
}

bool tracker_is_root_there(const struct tracker *tracker, const char *path) {
    struct stat named, open;
    return stat(path, &named) == 0 && fstat(tracker->cache.workspace.files.root, &open) == 0 &&
           named.st_dev == open.st_dev && named.st_ino == open.st_ino && open.st_nlink > 0;
}

/* --- keeping current --- */

static bool exists(const struct tracker *tracker, enum state_part part, uint64_t number, const char *suffix) {
    const struct state_dir *state = state_of(tracker);
    enum file_kind kind;
    struct error error = {0};
    bool is_there =
        state->is_mine && files_look(state->files, record_path(state, part, number, suffix).text, &kind, NULL, &error);
    error_release(&error);
    return is_there && kind == FILE_REGULAR;
}

void tracker_drain(struct tracker *tracker) {
    tracker->has_ended = false;
    watcher_drain(&tracker->watcher, note_change, tracker);
}

/* Everything, and the watches with it: those that are not needed any more go, those that were refused are tried again.
 */
static void sweep(struct tracker *tracker) {
    tracker->is_sweep_due = false;
    plan_cache_mark_all(&tracker->cache);
    watcher_begin_sweep(&tracker->watcher);
    plan_cache_refresh(&tracker->cache);
    watcher_end_sweep(&tracker->watcher);
    /* of a batch that was not seen by watching */
    tracker->has_batch_news |= exists(tracker, STATE_BATCHES, tracker->last_batch + 1, "");
    memory_trim();
}

/* What was not listed in the search for plans is still needed if it is the program's own or one of a plan's. */
static bool is_needed(void *data, const char *path) {
    const struct tracker *tracker = data;
    const char *plan = state_dir_holds(path) ? NULL : plan_cache_plan_around(&tracker->cache, path);
    const char *inner = plan ? path + strlen(plan) : "";
    return state_dir_holds(path) || (plan && plan_lists_folder(inner + (inner[0] == '/')));
}

/* Folders that were groups and are now within a plan are not listed any more. */
static void refresh(struct tracker *tracker) {
    uint64_t searches = tracker->cache.counters.searches;
    watcher_begin_round(&tracker->watcher);
    plan_cache_refresh(&tracker->cache);
    if (searches != tracker->cache.counters.searches)
        watcher_prune(&tracker->watcher, is_needed, tracker);
}

/* A batch that began or ended while plans were read could be seen in part: then they are read again. */
void tracker_freshen(struct tracker *tracker) {
    enum { ATTEMPTS_MOST = 5 };
    for (int attempt = 0; attempt < ATTEMPTS_MOST; attempt++) {
        tracker_drain(tracker);
        if (tracker->is_sweep_due || (attempt == 0 && tracker->watcher.is_degraded))
            sweep(tracker);
        else if (attempt == 0 || tracker->cache.has_dirty_pending)
            refresh(tracker);
        else
            return;
        tracker_drain(tracker);
        if (!tracker->cache.has_dirty_pending && !tracker->is_sweep_due)
            return;
    }
}

bool tracker_audit(struct tracker *tracker) {
    enum { EVENT_LATE_MS = 100 };
    tracker_freshen(tracker);
    size_t count = tracker->cache.workspace.plan_count;
    if (count == 0)
        return true;
    size_t position = tracker->audited_count++ % count;
    uint64_t generation = tracker->cache.generation;
    bool is_equal = plan_cache_agrees(&tracker->cache, position);
    /* a change can be seen shortly before its event is queued */
    struct pollfd news = {.fd = tracker->watcher.descriptor, .events = POLLIN};
    if (!is_equal)
        poll(&news, 1, EVENT_LATE_MS);
    tracker_drain(tracker);
    if (is_equal || plan_cache_is_dirty(&tracker->cache) || generation != tracker->cache.generation)
        return true; /* or it has changed meanwhile, and we know */
    tracker->audit_differences++;
    plan_cache_distrust(&tracker->cache, position);
    return false;
}

/* --- telling --- */

static void tell_plain(const struct events_sink *sink, enum event_type type, const char *reason) {
    sink->tell(sink->data, &(struct event){.type = type, .reason = reason});
}

static void tell_batch(struct tracker *tracker, enum event_type type, uint64_t number, const struct events_sink *sink) {
    struct record record = {0};
    struct error error = {0};
    struct event event = {.type = type, .batch = number};
    if (record_read_batch(state_of(tracker), number, &record, &error)) {
        event.plan = record.plan;
        event.path = record.plan_path;
    }
    sink->tell(sink->data, &event);
    error_release(&error);
    record_release(&record);
}

/* Returns false while it is not decided. */
static bool tell_outcome(struct tracker *tracker, const struct tracker_batch *batch, const struct events_sink *sink) {
    if (exists(tracker, STATE_PENDING, batch->number, batch->is_undo ? ".undo" : ""))
        return false;
    if (batch->is_undo && exists(tracker, STATE_BATCHES, batch->number, ".undone"))
        tell_batch(tracker, EVENT_BATCH_UNDONE, batch->number, sink);
    else if (!batch->is_undo && !exists(tracker, STATE_BATCHES, batch->number, ""))
        tell_batch(tracker, EVENT_BATCH_FAILED, batch->number, sink);
    return true;
}

static void find_last_batch(struct tracker *tracker) {
    uint64_t *numbers;
    size_t count;
    struct error error = {0};
    if (record_numbers(state_of(tracker), &numbers, &count, &error)) {
        tracker->last_batch = count ? numbers[count - 1] : 0;
        memory_free(numbers);
    }
    error_release(&error);
}

/*
 * Batches are numbered one after the other: a new one is seen by its record, also if it was the first of all. If the
 * last one is gone, somebody has removed it or all of .batchd, and numbers go on from those that are left.
 */
static void tell_batches(struct tracker *tracker, const struct events_sink *sink) {
    size_t kept = 0;
    if (!tracker->has_batch_news)
        return;
    if (tracker->last_batch && !exists(tracker, STATE_BATCHES, tracker->last_batch, ""))
        find_last_batch(tracker);
    while (exists(tracker, STATE_BATCHES, tracker->last_batch + 1, ""))
        tell_batch(tracker, EVENT_BATCH_CREATED, ++tracker->last_batch, sink);
    for (size_t i = 0; i < tracker->batch_count; i++)
        if (!tell_outcome(tracker, &tracker->batches[i], sink))
            tracker->batches[kept++] = tracker->batches[i];
    tracker->batch_count = kept;
    tracker->has_batch_news = false;
}

/* Returns whether something is held back. */
static bool tell_plans(struct tracker *tracker, const struct events_sink *sink) {
    struct plan_cache *cache = &tracker->cache;
    bool is_holding = false;
    for (size_t i = 0; i < cache->gone_count; i++) {
        events_remove(cache->gone[i]->told, sink);
        cache->gone[i]->told = NULL;
    }
    plan_cache_forget_gone(cache);
    for (size_t i = 0; i < cache->workspace.plan_count; i++) {
        struct plan_cache_entry *entry = cache->entries[i];
        if (entry->has_changed)
            entry->has_changed = events_compare(&entry->told, &entry->plan, sink);
        is_holding |= entry->has_changed;
    }
    return is_holding;
}

void tracker_sweep_soon(struct tracker *tracker) {
    tracker->is_sweep_due = true;
}

bool tracker_is_behind(const struct tracker *tracker) {
    return plan_cache_is_dirty(&tracker->cache) || tracker->is_sweep_due || tracker->cache.gone_count ||
           tracker->has_batch_news || tracker->has_overflowed ||
           tracker->is_told_degraded != tracker->watcher.is_degraded;
}

bool tracker_has_news(const struct tracker *tracker) {
    if (tracker_is_behind(tracker))
        return true;
    for (size_t i = 0; i < tracker->cache.workspace.plan_count; i++)
        if (tracker->cache.entries[i]->has_changed)
            return true;
    return false;
}

bool tracker_tell(struct tracker *tracker, const struct events_sink *sink) {
    tracker_freshen(tracker);
    bool has_overflowed = tracker->has_overflowed;
    tracker->has_overflowed = false;
    if (has_overflowed)
        tell_plain(sink, EVENT_WATCH_OVERFLOW, "more changed at once than the kernel keeps; everything was read again");
    if (tracker->is_told_degraded != tracker->watcher.is_degraded) {
        tracker->is_told_degraded = tracker->watcher.is_degraded;
        tell_plain(sink, tracker->is_told_degraded ? EVENT_WATCH_DEGRADED : EVENT_WATCH_RECOVERED,
                   tracker->is_told_degraded ? tracker->watcher.reason : NULL);
    }
    bool is_holding = tell_plans(tracker, sink);
    tell_batches(tracker, sink);
    if (has_overflowed)
        tell_plain(sink, EVENT_RESYNC, NULL);
    return is_holding;
}

void tracker_skip_news(struct tracker *tracker) {
    struct plan_cache *cache = &tracker->cache;
    for (size_t i = 0; i < cache->workspace.plan_count; i++) {
        struct plan_cache_entry *entry = cache->entries[i];
        told_free(entry->told);
        entry->told = told_new(&entry->plan);
        entry->has_changed = false;
    }
    plan_cache_forget_gone(cache);
    find_last_batch(tracker);
    tracker->batch_count = 0;
    tracker->has_batch_news = tracker->has_overflowed = false;
}
