#include "watch/plan_cache.h"

#include <string.h>
#include <unistd.h>

#include "api/methods.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "batch/record.h"
#include "disk/listing.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "plan/workspace_search.h"
#include "watch/plan_reading.h"

/* --- life --- */

/*
 * Of the state only its folders of records are watched, see refresh_pending: what is staged says nothing that its
 * pending record does not, and many files pass through there.
 */
static void tell_of_listing(void *data, const char *path, int folder) {
    struct plan_cache *cache = data;
    if (!state_dir_holds(path))
        cache->listing(cache->listing_data, path, folder);
}

bool plan_cache_open(struct plan_cache *cache, const char *root, files_listing *listing, void *data,
                     struct error *error) {
    *cache = (struct plan_cache){.listing = listing, .listing_data = data};
    if (!workspace_enter(&cache->workspace, root, error))
        return false;
    cache->files = cache->workspace.files;
    cache->files.listing = tell_of_listing;
    cache->files.listing_data = cache;
    cache->view = cache->files;
    plan_cache_mark_all(cache);
    return true;
}

static void forget_files(struct plan_cache_entry *entry) {
    for (size_t i = 0; i < entry->file_count; i++)
        memory_free(entry->files[i]);
    entry->file_count = 0;
}

static void free_entry(struct plan_cache_entry *entry) {
    forget_files(entry);
    memory_free(entry->files);
    memory_free(entry->changed.items);
    plan_reading_free(entry->reading);
    plan_release(&entry->plan);
    memory_free(entry->path);
    memory_free(entry);
}

static void drop_entry(struct plan_cache_entry *entry) {
    entry->is_gone = true;
    if (!entry->holders)
        free_entry(entry);
}

void plan_cache_release(struct plan_cache *cache) {
    for (size_t i = 0; i < cache->workspace.plan_count; i++)
        free_entry(cache->entries[i]);
    memory_free(cache->entries);
    string_map_release(&cache->positions);
    pending_release(&cache->pending);
    workspace_release(&cache->workspace);
    *cache = (struct plan_cache){.workspace = {.files = FILES_CLOSED}};
}

/* --- marking --- */

static void mark(struct plan_cache *cache, size_t position) {
    cache->entries[position]->is_dirty = true;
    cache->has_dirty_plans = true;
}

void plan_cache_mark_all(struct plan_cache *cache) {
    for (size_t i = 0; i < cache->workspace.plan_count; i++)
        mark(cache, i);
    cache->has_dirty_places = cache->has_dirty_pending = cache->is_sweep = true;
}

void plan_cache_mark_places(struct plan_cache *cache) {
    cache->has_dirty_places = true;
}

void plan_cache_mark_pending(struct plan_cache *cache) {
    cache->has_dirty_pending = true;
}

static bool is_beneath(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return length == 0 || (strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0'));
}

void plan_cache_mark_beneath(struct plan_cache *cache, const char *path) {
    for (size_t i = 0; i < cache->workspace.plan_count; i++)
        if (is_beneath(cache->workspace.plans[i].path, path))
            mark(cache, i);
}

static bool find_around(const struct plan_cache *cache, const char *path, size_t *position) {
    size_t length = strlen(path);
    for (struct span folder = {path, length}; folder.length; folder.length--) {
        bool is_end = folder.length == length || path[folder.length] == '/';
        if (is_end && string_map_find(&cache->positions, folder, position))
            return true;
    }
    return false;
}

const char *plan_cache_plan_around(const struct plan_cache *cache, const char *path) {
    size_t position;
    return find_around(cache, path, &position) ? cache->entries[position]->path : NULL;
}

const char *plan_cache_mark_around(struct plan_cache *cache, const char *path) {
    size_t position;
    if (!find_around(cache, path, &position))
        return NULL;
    mark(cache, position);
    return cache->entries[position]->path;
}

static bool has_file(const struct plan_cache_entry *entry, const char *path) {
    for (size_t i = 0; i < entry->file_count; i++)
        if (strcmp(entry->files[i], path) == 0)
            return true;
    return false;
}

const char *plan_cache_mark_file(struct plan_cache *cache, const char *path, const char *name) {
    enum { FILES_MOST = 32 }; /* with more, a reading of the plan is cheaper */
    size_t position;
    if (!find_around(cache, path, &position))
        return NULL;
    struct plan_cache_entry *entry = cache->entries[position];
    AUTO(buffer) file = {0};
    buffer_append_format(&file, "%s/%s", path, name);
    if (entry->file_count == FILES_MOST || strcmp(entry->path, path) == 0)
        mark(cache, position);
    else if (!entry->is_dirty && !has_file(entry, file.data))
        *LIST_ADD(entry->files, entry->file_count, entry->file_capacity) = memory_copy(file.data);
    cache->has_dirty_plans = true;
    return entry->path;
}

static bool has_changed(const struct plan_cache_entry *entry) {
    return entry->is_dirty || entry->file_count;
}

bool plan_cache_entry_is_late(const struct plan_cache_entry *entry) {
    return entry->holders && (entry->is_being_read || has_changed(entry));
}

bool plan_cache_is_dirty(const struct plan_cache *cache) {
    return cache->has_dirty_plans || cache->has_dirty_places || cache->has_dirty_pending;
}

void plan_cache_distrust(struct plan_cache *cache, struct plan_cache_entry *entry) {
    entry->is_distrusted = entry->is_dirty = true;
    cache->has_dirty_plans = true;
}

/* --- refreshing --- */

static bool is_plan_file(const char *path) {
    const char *slash = strrchr(path, '/');
    return names_plan(slash ? slash + 1 : path).length > 0;
}

static bool are_in_one_folder(const char *a, const char *b) {
    const char *end = strrchr(a, '/');
    size_t length = end ? (size_t)(end + 1 - a) : 0;
    return strncmp(a, b, length) == 0 && !strchr(b + length, '/');
}

/* What is hidden, or was, has to be read again; where there is no plan around it, or without it, it may be one. */
static void mark_hidden(struct plan_cache *cache, const struct pending *pending) {
    const char *last = NULL;
    for (size_t i = 0; i < pending->count; i++) {
        const char *path = pending_path(pending, i);
        bool is_marked = last && are_in_one_folder(last, path) && !is_plan_file(path);
        if (!is_marked && (!plan_cache_mark_around(cache, path) || is_plan_file(path)))
            cache->has_dirty_places = true;
        last = path;
    }
}

static void watch_state_folder(struct plan_cache *cache, const char *path) {
    AUTO_CLOSE int folder = files_open_folder(&cache->files, path);
    cache->listing(cache->listing_data, path, folder);
}

/* Where the state comes and goes, and its folders of records. */
static void watch_state(struct plan_cache *cache) {
    struct state_dir state;
    AUTO(error) error = {0};
    watch_state_folder(cache, STATE_DIR_FOLDER);
    if (state_dir_find(&state, &cache->files, &error) && state.key[0]) {
        watch_state_folder(cache, state_dir_root(&state).text);
        watch_state_folder(cache, state_dir_path(&state, STATE_BATCHES, NULL).text);
        watch_state_folder(cache, state_dir_path(&state, STATE_PENDING, NULL).text);
    }
}

/* Read what is pending. False if it is as it was. */
static bool refresh_pending(struct plan_cache *cache) {
    struct pending fresh;
    cache->has_dirty_pending = false;
    watch_state(cache);
    pending_read_again(&fresh, &cache->files, &cache->pending);
    bool is_changed = !pending_equals(&fresh, &cache->pending);
    if (is_changed) {
        mark_hidden(cache, &cache->pending);
        mark_hidden(cache, &fresh);
    }
    pending_release(&cache->pending);
    cache->pending = fresh;
    cache->view = pending_view(&cache->pending, &cache->files);
    return is_changed;
}

static void set_reference(struct plan_cache *cache, size_t position) {
    struct plan_cache_entry *entry = cache->entries[position];
    if (entry->is_loaded && entry->holders)
        mark(cache, position); /* then it gets its reference when it is read */
    else if (entry->is_loaded)
        plan_set_reference(&entry->plan, workspace_reference(&cache->workspace.plans[position]));
}

static struct plan_cache_entry *new_entry(const char *path) {
    struct plan_cache_entry *entry = memory_allocate(1, sizeof *entry);
    entry->path = memory_copy(path);
    entry->is_dirty = true;
    return entry;
}

struct look_ahead {
    struct files files;
    struct listing listing; /* of the root */
};

static void look_at_entry(void *data, size_t number) {
    const struct look_ahead *ahead = data;
    const struct listing_entry *entry = &ahead->listing.entries[number];
    AUTO(arena) arena = {0};
    AUTO(listing) inner = {0};
    AUTO(error) error = {0};
    struct span name;
    if (workspace_may_be_group(entry))
        workspace_look(&ahead->files, &arena, entry->name, &inner, &name, &error);
}

/*
 * The search looks at one folder after the other, and waits for each that the kernel does not have in memory. So all in
 * the root are looked at before, at the same time.
 */
static void look_ahead(const struct plan_cache *cache) {
    AUTO(error) error = {0};
    struct look_ahead ahead = {.files = cache->view};
    ahead.files.listing = NULL; /* nothing is watched yet */
    if (files_list(&ahead.files, "", &ahead.listing, &error))
        parallel_run(ahead.listing.count, look_at_entry, &ahead);
    listing_release(&ahead.listing);
}

/* Plans are identified by their paths; what is left of the old ones is gone. */
static void refresh_places(struct plan_cache *cache) {
    struct workspace *workspace = &cache->workspace;
    struct plan_cache_entry **old = cache->entries;
    size_t old_count = workspace->plan_count, position;
    struct string_map old_positions = cache->positions;
    cache->has_dirty_places = false;
    if (cache->counters.searches++ == 0)
        look_ahead(cache);
    cache->positions = (struct string_map){0};
    workspace_search(workspace, &cache->view);
    cache->entries = memory_allocate(workspace->plan_count, sizeof *cache->entries);
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const char *path = workspace->plans[i].path;
        bool is_known = string_map_find(&old_positions, span_of(path), &position);
        cache->entries[i] = is_known ? old[position] : new_entry(path);
        if (is_known)
            old[position] = NULL;
        cache->has_dirty_plans |= cache->entries[i]->is_dirty;
        workspace->plans[i].snapshot = &cache->entries[i]->plan;
        position = i;
        string_map_add(&cache->positions, cache->entries[i]->path, &position);
        set_reference(cache, i);
    }
    for (size_t i = 0; i < old_count; i++)
        if (old[i])
            drop_entry(old[i]);
    memory_free(old);
    string_map_release(&old_positions);
}

struct reading {
    struct plan_cache *cache;
    size_t *positions;
    size_t count;
};

/* Reads just the documents that have changed; false if that is not enough. */
static bool update_plan(struct plan_cache *cache, struct plan_cache_entry *entry) {
    struct plan *plan = &entry->plan;
    if (!entry->is_loaded || entry->is_dirty || cache->pending.batch_count)
        return false;
    plan->read_count = plan->list_count = 0;
    for (size_t i = 0; i < entry->file_count; i++) {
        char *path = entry->files[i], *name = strrchr(path, '/');
        *name = '\0';
        bool is_updated = plan_update(plan, &cache->view, path, name + 1, &entry->changed);
        *name = '/';
        if (!is_updated)
            return false;
    }
    return true;
}

/* Takes @fresh. */
static void set_plan(struct plan_cache_entry *entry, struct plan *fresh) {
    entry->has_new_links = fresh->links && fresh->links != entry->plan.links;
    plan_replace(&entry->plan, fresh);
    entry->is_loaded = entry->is_fresh = true;
    entry->changed.count = 0;
}

static void load_plan(struct plan_cache *cache, struct plan_cache_entry *entry) {
    struct plan fresh;
    if (entry->is_loaded && !entry->is_distrusted)
        plan_reload(&fresh, &cache->view, &entry->plan);
    else
        plan_load(&fresh, &cache->view, entry->path);
    set_plan(entry, &fresh);
}

/* One that was never read can be if one of its files is large enough. */
static bool may_be_large(const struct plan_cache *cache, const struct plan_cache_entry *entry) {
    enum { ACHIEVEMENT_BYTES_LEAST = 40 }; /* {"achievement_id":"1.1","dependencies":[]} */
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    uint64_t largest = 0;
    if (entry->is_loaded)
        return entry->plan.standing_count >= PLAN_CACHE_LARGE;
    if (files_list(&cache->workspace.files, entry->path, &listing, &error))
        files_identify(&cache->workspace.files, entry->path, &listing);
    for (size_t i = 0; i < listing.count; i++) {
        const struct file_identity *identity = listing.entries[i].identity;
        largest = identity && identity->size_bytes > largest ? identity->size_bytes : largest;
    }
    return largest >= (uint64_t)PLAN_CACHE_LARGE * ACHIEVEMENT_BYTES_LEAST;
}

/*
 * Whether the entry, which is to be read as a whole, is read on another thread. Not in a sweep, which finds out what
 * can be watched; and not while files of the plan may change without an event, as it would be read for ever.
 */
static bool may_wait(const struct plan_cache *cache, const struct plan_cache_entry *entry) {
    return cache->read_elsewhere && !cache->is_sweep && !entry->is_distrusted && !entry->plan.links &&
           entry->readings < PLAN_CACHE_READINGS_MOST && may_be_large(cache, entry);
}

/* In any thread: touches nothing but the one entry. */
static void read_plan(void *data, size_t number) {
    const struct reading *reading = data;
    struct plan_cache_entry *entry = reading->cache->entries[reading->positions[number]];
    entry->is_updated = update_plan(reading->cache, entry);
    if (!entry->is_updated && may_wait(reading->cache, entry)) {
        entry->is_dirty = true;
        return;
    }
    if (!entry->is_updated)
        load_plan(reading->cache, entry);
    entry->readings = 0;
    entry->generation = reading->cache->generation + 1;
    entry->is_dirty = entry->is_distrusted = false;
    forget_files(entry);
    if (entry->is_fresh)
        entry->changed.count = 0;
}

/*
 * When a file gets one more name, only the folder of that name gets an event, not the one where it was: so then all are
 * looked at, and a plan whose files may change under another name is read at every refresh.
 */
static void look_for_links(struct plan_cache *cache) {
    bool has_new = false;
    cache->linked_count = 0;
    for (size_t i = 0; i < cache->workspace.plan_count; i++) {
        struct plan_cache_entry *entry = cache->entries[i];
        cache->linked_count += entry->plan.links != 0;
        has_new |= entry->has_new_links;
        entry->has_new_links = false;
    }
    for (size_t i = 0; has_new && i < cache->workspace.plan_count; i++)
        mark(cache, i);
}

static void count_reading(struct plan_cache *cache, size_t position) {
    const struct plan_cache_entry *entry = cache->entries[position];
    cache->counters.plans_updated += entry->is_updated;
    cache->counters.plans_loaded += !entry->is_updated;
    cache->counters.documents_read += entry->plan.read_count;
    cache->counters.folders_listed += entry->plan.list_count;
    set_reference(cache, position);
}

static void start_reading(struct plan_cache *cache, struct plan_cache_entry *entry) {
    struct plan_reading *reading = memory_allocate(1, sizeof *reading);
    *reading = (struct plan_reading){
        .entry = entry, .path = entry->path, .previous = entry->is_loaded ? &entry->plan : NULL, .files = cache->files};
    entry->is_dirty = false;
    forget_files(entry);
    entry->is_being_read = true;
    entry->holders++;
    entry->readings++;
    cache->late_count++;
    cache->read_elsewhere(cache->read_elsewhere_data, reading);
}

/* A batch that began or ended while it was read may have been seen in part: then the plan is read again. */
static void take_over(struct plan_cache *cache, size_t position) {
    struct plan_cache_entry *entry = cache->entries[position];
    struct plan_reading *reading = entry->reading;
    entry->is_dirty |= !pending_equals(&reading->pending, &cache->pending);
    entry->is_updated = false;
    set_plan(entry, &reading->fresh);
    entry->generation = cache->generation + 1;
    entry->reading = NULL;
    plan_reading_free(reading);
    count_reading(cache, position);
    if (!has_changed(entry))
        entry->readings = 0;
}

static void refresh_plans(struct plan_cache *cache) {
    struct reading reading = {.cache = cache};
    cache->has_dirty_plans = false;
    cache->late_count = 0;
    reading.positions = memory_allocate(cache->workspace.plan_count, sizeof *reading.positions);
    for (size_t i = 0; i < cache->workspace.plan_count; i++) {
        if (cache->entries[i]->reading)
            take_over(cache, i);
        if (plan_cache_entry_is_late(cache->entries[i]))
            cache->late_count++;
        else if (has_changed(cache->entries[i]))
            reading.positions[reading.count++] = i;
    }
    parallel_run(reading.count, read_plan, &reading);
    for (size_t i = 0; i < reading.count; i++) {
        struct plan_cache_entry *entry = cache->entries[reading.positions[i]];
        if (has_changed(entry))
            start_reading(cache, entry);
        else
            count_reading(cache, reading.positions[i]);
    }
    look_for_links(cache);
    memory_free(reading.positions);
}

void plan_cache_refresh(struct plan_cache *cache) {
    enum { ATTEMPTS_MOST = 5 };
    for (size_t i = 0; cache->linked_count && i < cache->workspace.plan_count; i++)
        if (cache->entries[i]->plan.links)
            mark(cache, i);
    if (!plan_cache_is_dirty(cache))
        return;
    if (cache->has_dirty_pending || cache->pending.batch_count)
        refresh_pending(cache);
    /* a batch may begin or end while plans are read: read again until none does */
    for (int attempt = 0; attempt < ATTEMPTS_MOST; attempt++) {
        if (cache->has_dirty_places)
            refresh_places(cache);
        for (int i = 0; cache->has_dirty_plans && i < ATTEMPTS_MOST; i++)
            refresh_plans(cache);
        if (!cache->pending.batch_count || !refresh_pending(cache))
            break;
    }
    cache->is_sweep = false;
    cache->counters.refreshes++;
    cache->generation++;
}

void plan_cache_forget_changes(struct plan_cache_entry *entry) {
    entry->is_fresh = false;
    entry->changed.count = 0;
}

/* --- answering --- */

size_t plan_cache_find_wanted(const struct plan_cache *cache, const struct request *request, size_t *first) {
    const struct workspace *workspace = &cache->workspace;
    const struct plan_place *place = NULL;
    AUTO(error) error = {0};
    if (request->plan)
        place = workspace_find(workspace, request->plan, false, &error);
    else if (request->here)
        place = workspace_plan_around(workspace, request->here);
    *first = place ? (size_t)(place - workspace->plans) : 0;
    return place ? 1 : request->plan ? 0 : workspace->plan_count;
}

bool plan_cache_is_late(const struct plan_cache *cache, const struct request *request) {
    size_t first, count = cache->late_count ? plan_cache_find_wanted(cache, request, &first) : 0;
    for (size_t i = 0; i < count; i++)
        if (plan_cache_entry_is_late(cache->entries[first + i]))
            return true;
    return false;
}

void plan_cache_take_back(struct plan_cache *cache, struct plan_cache_entry *entry) {
    entry->holders--;
    cache->has_dirty_plans |= has_changed(entry) || entry->reading || entry->is_gone;
    if (entry->is_gone && !entry->holders)
        free_entry(entry);
}

void plan_cache_end_reading(struct plan_cache *cache, struct plan_reading *reading) {
    struct plan_cache_entry *entry = reading->entry;
    entry->is_being_read = false;
    entry->reading = reading;
    plan_cache_take_back(cache, entry);
}

bool plan_cache_answer(const struct plan_cache *cache, const struct request *request, struct answer *answer) {
    return request_handle_kept(&cache->workspace, &cache->view, &cache->pending, request, answer);
}
