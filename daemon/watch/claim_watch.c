#include "watch/claim_watch.h"

#include <string.h>
#include <sys/inotify.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/path.h"
#include "claims/claim.h"
#include "claims/claim_clock.h"
#include "claims/claim_files.h"
#include "claims/claim_folder.h"
#include "claims/claim_handle.h"
#include "disk/state_dir.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

enum {
    WATCHED =
        IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_MASK_ADD,
    WATCHED_RECORDS = WATCHED | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB, /* other programs may write in their place */
};

/* More changed records than these are not read one by one: then all are read again. */
enum { CHANGED_MOST = 64 };

/* The list of one plan. */
struct kept_claims {
    char *path;
    int number; /* of the watch of its folder; -1 while there is no folder */
    bool is_current;
    struct claim_list list;
    bool *was_live;       /* by entry, when they were looked at last */
    const char **changed; /* ids of records that have changed since, in the list's arena; NULL: none */
    size_t changed_count, changed_capacity;
    size_t again_count; /* records that were read again: the arena keeps what they were before */
};

/* A folder above: only one entry in it matters. */
struct watched_place {
    int number;
    char *entry;
};

/* --- keeping --- */

static void forget_list(struct kept_claims *kept) {
    claim_list_release(&kept->list);
    memory_free(kept->was_live);
    kept->was_live = NULL;
    memory_free(kept->changed);
    kept->changed = NULL;
    kept->is_current = false;
    kept->changed_count = kept->changed_capacity = kept->again_count = 0;
}

/* The record in the file @name, or the folder itself if it is none, has changed. */
static void note_changed(struct kept_claims *kept, const char *name) {
    const char *id = kept->is_current ? claim_files_id(&kept->list.arena, name) : NULL;
    for (size_t i = 0; id && i < kept->changed_count; i++)
        if (strcmp(kept->changed[i], id) == 0)
            return;
    if (id && kept->changed_count < CHANGED_MOST)
        *LIST_ADD(kept->changed, kept->changed_count, kept->changed_capacity) = id;
    else
        kept->is_current = false;
}

static void forget_all(struct claim_watch *watch) {
    string_map_release(&watch->positions);
    watch->positions = (struct string_map){0};
    for (size_t i = 0; i < watch->plan_count; i++) {
        forget_list(watch->plans[i]);
        memory_free(watch->plans[i]->path);
        memory_free(watch->plans[i]);
    }
    for (size_t i = 0; i < watch->place_count; i++)
        memory_free(watch->places[i].entry);
    watch->plan_count = watch->place_count = 0;
}

static struct kept_claims *find_or_add(struct claim_watch *watch, const char *path) {
    size_t position = watch->plan_count;
    if (string_map_find(&watch->positions, span_of(path), &position))
        return watch->plans[position];
    struct kept_claims *kept = memory_allocate(1, sizeof *kept);
    *kept = (struct kept_claims){.path = memory_copy(path), .number = -1};
    string_map_add(&watch->positions, kept->path, &position);
    *LIST_ADD(watch->plans, watch->plan_count, watch->plan_capacity) = kept;
    return kept;
}

/* -1 if the folder cannot be watched; errno says why. */
static int watch_folder(const struct claim_watch *watch, const char *path, uint32_t mask) {
    return *watch->descriptor < 0 ? -1 : inotify_add_watch(*watch->descriptor, path, mask);
}

static void watch_plan(struct claim_watch *watch, struct kept_claims *kept) {
    AUTO(buffer) folder = {0};
    if (!watch->board.store.folder.path)
        return;
    buffer_append_format(&folder, "%s/" CLAIM_FILES_PLANS "/", watch->board.store.folder.path);
    claim_name_append(&folder, kept->path);
    kept->number = watch_folder(watch, folder.data, WATCHED_RECORDS);
}

/* What the kept lists say at @moment: which claims hold, and when the next one runs out. */
static void look_at(struct claim_watch *watch, struct kept_claims *kept, const struct claim_moment *moment) {
    for (size_t i = 0; i < kept->list.count; i++) {
        const struct claim_record *record = &kept->list.entries[i].record;
        kept->was_live[i] = claim_state(record, moment) == CLAIM_HELD;
        watch->has_marks |= record->is_finished;
        watch->has_claims |= record->is_held;
        watch->has_keepers |= kept->was_live[i] && record->held.keeper.pid;
        if (kept->was_live[i] && (!watch->earliest_ms || record->held.deadline_ms < watch->earliest_ms))
            watch->earliest_ms = record->held.deadline_ms;
    }
}

static void look_at_all(struct claim_watch *watch) {
    watch->earliest_ms = 0;
    watch->has_marks = watch->has_claims = watch->has_keepers = false;
    for (size_t i = 0; i < watch->plan_count; i++)
        if (watch->plans[i]->is_current)
            look_at(watch, watch->plans[i], &watch->board.moment);
}

/* Read again what has changed in a list that is current otherwise. False if all is to be read. */
static bool read_changed(struct claim_watch *watch, struct kept_claims *kept) {
    AUTO(error) ignored = {0};
    kept->again_count += kept->changed_count;
    if (kept->again_count > kept->list.count + CHANGED_MOST)
        return false; /* what they were before would be most of the arena */
    for (size_t i = 0; i < kept->changed_count; i++)
        if (!claim_files_list_again(&watch->board.store.folder.files, kept->path, kept->changed[i], &kept->list,
                                    &ignored))
            return false;
    kept->changed_count = 0;
    return true;
}

/* Watched before it is read, so that no change is missed. */
static void read_all(struct claim_watch *watch, struct kept_claims *kept) {
    forget_list(kept);
    watch_plan(watch, kept);
    claim_board_list(&watch->board, kept->path, &kept->list);
    kept->is_current = true;
}

static const struct claim_list *find_kept(void *data, const char *path) {
    struct claim_watch *watch = data;
    struct kept_claims *kept = find_or_add(watch, path);
    bool is_usable = kept->is_current && !watch->is_blind;
    if (is_usable && kept->changed_count == 0)
        return &kept->list;
    if (!is_usable || !read_changed(watch, kept))
        read_all(watch, kept);
    memory_free(kept->was_live);
    kept->was_live = kept->list.count ? memory_allocate(kept->list.count, sizeof *kept->was_live) : NULL;
    look_at(watch, kept, &watch->board.moment);
    return &kept->list;
}

/* --- where the claims are --- */

static void add_place(struct claim_watch *watch, const char *folder, const char *entry) {
    int number = watch_folder(watch, folder, WATCHED);
    if (number >= 0)
        *LIST_ADD(watch->places, watch->place_count, watch->place_capacity) =
            (struct watched_place){number, memory_copy(entry)};
}

/* From the folder that always exists down to the one of all plans: the next folder on the way is what matters. */
static void watch_places(struct claim_watch *watch) {
    const struct claim_folder *folder = &watch->board.store.folder;
    bool is_in_git = folder->keeping == CLAIM_KEPT_IN_GIT;
    const char *base = is_in_git ? watch->board.git.common : watch->board.workspace->root;
    AUTO_FREE char *plans = folder->path ? path_in(folder->path, CLAIM_FILES_PLANS) : NULL;
    AUTO(buffer) at = {0};
    if (!base)
        return;
    buffer_append_string(&at, base);
    const char *rest = plans ? plans + strlen(base) + 1 : is_in_git ? "batchd" : STATE_DIR_FOLDER;
    while (*rest) {
        AUTO_FREE char *entry = memory_copy_part(rest, strcspn(rest, "/"));
        add_place(watch, at.data, entry);
        buffer_append_format(&at, "/%s", entry);
        rest += strlen(entry) + (rest[strlen(entry)] == '/');
    }
    int number = plans ? watch_folder(watch, plans, WATCHED) : -1; /* of this every entry matters */
    if (number >= 0)
        *LIST_ADD(watch->places, watch->place_count, watch->place_capacity) = (struct watched_place){number, NULL};
}

static void find_again(struct claim_watch *watch) {
    const struct workspace *workspace = watch->board.workspace;
    const struct claim_setting setting = watch->board.setting;
    for (int attempt = 0; attempt < 2; attempt++) { /* again, as it may have been made before it was watched */
        forget_all(watch);
        claim_board_close(&watch->board);
        claim_board_init(&watch->board, workspace, &setting);
        watch->board.find_kept = find_kept;
        watch->board.kept_data = watch;
        claim_board_update(&watch->board);
        watch_places(watch);
    }
    bool is_unread = watch->board.trouble.code == ERROR_IO; /* for want of descriptors, which no event ends */
    watch->is_blind = *watch->descriptor < 0 || !watch->place_count || is_unread;
    watch->has_changed = false;
    watch->generation++;
}

void claim_watch_open(struct claim_watch *watch, const struct workspace *workspace, const struct claim_setting *setting,
                      const int *descriptor) {
    *watch = (struct claim_watch){.board = CLAIM_BOARD_CLOSED, .descriptor = descriptor};
    claim_board_init(&watch->board, workspace, setting);
    find_again(watch);
}

void claim_watch_close(struct claim_watch *watch) {
    forget_all(watch);
    claim_board_close(&watch->board);
    memory_free(watch->plans);
    memory_free(watch->places);
    *watch = (struct claim_watch){.board = CLAIM_BOARD_CLOSED};
}

/* --- changes --- */

bool claim_watch_note(struct claim_watch *watch, const struct inotify_event *event) {
    bool is_about_claims = false;
    for (size_t i = 0; i < watch->place_count; i++) {
        const struct watched_place *place = &watch->places[i];
        bool is_other = place->entry && event->len && strcmp(event->name, place->entry) != 0;
        if (place->number == event->wd && !is_other)
            watch->has_changed = is_about_claims = true;
    }
    for (size_t i = 0; i < watch->plan_count; i++)
        if (watch->plans[i]->number == event->wd && event->wd >= 0) {
            note_changed(watch->plans[i], event->len ? event->name : "");
            is_about_claims = true;
            watch->generation++;
        }
    return is_about_claims;
}

/* Which branch is checked out matters for marks alone. */
static void look_at_side(struct claim_watch *watch) {
    const char *side = watch->board.side.side ? watch->board.side.side : "";
    if (strcmp(watch->side, side) == 0)
        return;
    memcpy(watch->side, side, strlen(side) + 1);
    watch->generation++;
}

static void look_at_clock(struct claim_watch *watch) {
    int64_t day = watch->board.moment.wall_ms / DAY_MS;
    bool has_run_out = watch->earliest_ms && watch->board.moment.boot_ms >= watch->earliest_ms;
    if (has_run_out || (watch->has_claims && day != watch->day))
        watch->generation++;
    if (has_run_out)
        look_at_all(watch);
    watch->day = day;
}

void claim_watch_refresh(struct claim_watch *watch) {
    if (watch->has_changed || watch->is_blind)
        find_again(watch);
    if (!watch->has_claims && !watch->has_marks)
        return;
    claim_board_update(&watch->board);
    look_at_clock(watch);
    look_at_side(watch);
}

void claim_watch_look_at_keepers(struct claim_watch *watch) {
    bool has_died = false;
    for (size_t i = 0; i < watch->plan_count; i++) {
        const struct kept_claims *kept = watch->plans[i];
        for (size_t k = 0; kept->is_current && k < kept->list.count; k++) {
            const struct claim_keeper *keeper = &kept->list.entries[k].record.held.keeper;
            if (!kept->was_live[k] || !keeper->pid || !claim_clock_is_dead(keeper))
                continue;
            kept->was_live[k] = false;
            watch->generation++;
            has_died = true;
        }
    }
    AUTO(error) ignored = {0};
    if (has_died && claim_clock_read(&watch->board.moment, &ignored))
        look_at_all(watch);
}
