/*
 * The cache: a workspace kept in memory, with a snapshot of every plan. The caller marks dirty what may have changed,
 * and it refreshes just that; it answers the reading methods as request_handle does over a workspace just read. It
 * holds nothing that is not on disk.
 *
 * Before a folder is listed, the watcher receives it, so that the watch is there first and no change in between is
 * lost. For one thread; a refresh may read plans in several.
 */
#ifndef BATCHD_PLAN_CACHE_H
#define BATCHD_PLAN_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/error.h"
#include "base/string_map.h"
#include "batch/pending.h"
#include "disk/files.h"
#include "plan/plan.h"
#include "plan/plan_update.h"
#include "plan/workspace.h"
#include "watch/plan_reading.h"

/* One plan. */
struct plan_cache_entry {
    char *path; /* of its folder */
    struct plan plan;
    bool is_dirty; /* to be read again */
    char **files;  /* else what has changed in it: paths relative to the root */
    size_t file_count, file_capacity;
    bool is_loaded;      /* the plan is a snapshot; else it is empty, and being read */
    bool is_distrusted;  /* nothing of the snapshot is to be taken over */
    bool is_updated;     /* as of its last reading: only what has changed was read */
    bool has_new_links;  /* as of its last reading: see plan.h */
    uint64_t generation; /* of the cache, in which it was read last */
    bool is_fresh;       /* read anew since plan_cache_forget_changes; else @changed is all that has changed since */
    struct positions changed;
    size_t holders;     /* that use the snapshot on other threads: it stays as it is until they give it back */
    bool is_gone;       /* the plan is: the last of them frees the entry */
    bool is_being_read; /* on another thread */
    struct plan_reading *reading; /* that has ended, and is not taken over yet */
    unsigned readings;            /* on other threads, since nothing was left to be read */
};

enum {
    PLAN_CACHE_LARGE = 200,        /* achievements of a plan that is read as a whole on another thread */
    PLAN_CACHE_READINGS_MOST = 16, /* in a row, because the plan goes on changing; then it is read at once */
};

/* Run plan_reading_run on another thread, then plan_cache_end_reading, or plan_audit_end if it is an audit. */
typedef void plan_cache_read_elsewhere(void *data, struct plan_reading *reading);

/* An audit has ended. @audit is borrowed. */
typedef void plan_cache_audited(void *data, const struct plan_reading *audit);

/* What has been done since the beginning. */
struct plan_cache_counters {
    uint64_t refreshes, searches, plans_loaded, plans_updated, documents_read, folders_listed;
};

struct plan_cache {
    struct workspace workspace;
    struct files files; /* the workspace's, with a watcher that receives listings */
    struct files view;  /* the same as if no batch were pending */
    struct pending pending;
    struct plan_cache_entry **entries; /* by the same position as the workspace's plans */
    struct string_map positions;       /* of plans, by path */
    bool has_dirty_plans, has_dirty_places, has_dirty_pending;
    size_t late_count;   /* plans with changes that could not be read, because they are held */
    bool is_sweep;       /* everything is read, at once */
    size_t linked_count; /* plans with files that may change under other names: read at every refresh */
    uint64_t generation; /* one more with each refresh that read anything */
    struct plan_cache_counters counters;
    files_listing *listing;
    void *listing_data;
    plan_cache_read_elsewhere *read_elsewhere; /* NULL: every plan is read at once */
    void *read_elsewhere_data;
    plan_cache_audited *audited;
    void *audited_data;
};

/*
 * Open the root. Everything is dirty: refresh before anything is asked. @cache must not be moved afterwards. @listing
 * is called from several threads at a time.
 */
bool plan_cache_open(struct plan_cache *cache, const char *root, files_listing *listing, void *data,
                     struct error *error);
void plan_cache_release(struct plan_cache *cache);

/* What may have changed: everything; which plans there are; which batches are pending. */
void plan_cache_mark_all(struct plan_cache *cache);
void plan_cache_mark_places(struct plan_cache *cache);
void plan_cache_mark_pending(struct plan_cache *cache);
/* The plans whose folder is @path or lies beneath it. */
void plan_cache_mark_beneath(struct plan_cache *cache, const char *path);
/* The plan whose folder is @path or holds it; returns its folder. NULL, and nothing marked, if there is none. */
const char *plan_cache_mark_around(struct plan_cache *cache, const char *path);
/* The same if only the file @name in the folder @path has changed: where that is possible, no other is read. */
const char *plan_cache_mark_file(struct plan_cache *cache, const char *path, const char *name);
/* That folder, without marking. */
const char *plan_cache_plan_around(const struct plan_cache *cache, const char *path);

/* Has anything to be read again before the next answer? */
bool plan_cache_is_dirty(const struct plan_cache *cache);

/*
 * Read what is dirty. What becomes dirty meanwhile is seen by the next refresh; a view of batches that is whole needs
 * another one if the pending state is among it.
 */
void plan_cache_refresh(struct plan_cache *cache);

/*
 * The plans that the answer to @request may show: as many as it returns, from the position *@first on. None if it names
 * one that does not exist.
 */
size_t plan_cache_find_wanted(const struct plan_cache *cache, const struct request *request, size_t *first);
/* Has something changed in the plan that cannot be read yet? Until then nothing is published about it. */
bool plan_cache_entry_is_late(const struct plan_cache_entry *entry);
/* Is one of those that the request is about? Only directly after a refresh. */
bool plan_cache_is_late(const struct plan_cache *cache, const struct request *request);
/* A holder has given back the entry. */
void plan_cache_take_back(struct plan_cache *cache, struct plan_cache_entry *entry);
/* Takes @reading, which has been run on another thread: the next refresh takes it over. */
void plan_cache_end_reading(struct plan_cache *cache, struct plan_reading *reading);

/* What has changed in a plan is known to others now. */
void plan_cache_forget_changes(struct plan_cache_entry *entry);

/* Answer a request. False if its method is not answered from the cache. */
bool plan_cache_answer(const struct plan_cache *cache, const struct request *request, struct answer *answer);

/* Have the plan read again, taking over nothing of its snapshot. */
void plan_cache_distrust(struct plan_cache *cache, struct plan_cache_entry *entry);

#endif
