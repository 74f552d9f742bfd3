/*
 * One plan as it is on disk: its achievements, their graph, and the state of each, read from the files beside it. A
 * plan is a snapshot: made in one go by plan_load, and changed only by plan_update. Loading always gives a plan; its
 * faults are in its diagnostics, and an invalid one has no levels and nothing ready.
 *
 * Folders listed: the plan's own, subplans/, execution/, execution/feedbacks/, and those whose names are nearly these
 * ("execution/feedback/"), so that files in them can be named that do not count there. Files read: the dependency file,
 * every SUBPLAN, the PLAN where there is no dependency file, and of the work orders and reviews those that a state
 * rests on (see plan_reviews.h). Nothing is read or listed twice, but for a SUBPLAN whose digits no known achievement
 * has and could be read in several ways: there its header is looked at first.
 */
#ifndef BATCHD_PLAN_H
#define BATCHD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "disk/files.h"
#include "plan/dependency_file.h"
#include "plan/standing.h"

struct plan {
    struct arena arena;
    const char *name;      /* of the PLAN file; the folder's if there are several */
    const char *path;      /* of its folder, relative to the root */
    const char *reference; /* what names it in a command, quoted for a shell: its name, unless plan_set_reference */
    const char *plan_file; /* NULL if none can be chosen */
    const char *dependency_file;              /* NULL if there is none */
    char dependency_digest[DIGEST_FAST_TEXT]; /* of its bytes; "" if there is none */
    uint64_t dependency_mark;                 /* as subplan_mark */
    struct diagnostics diagnostics;
    struct diagnostics dependency_diagnostics; /* those of the dependency file's content; also among the others */
    struct dependency_file dependencies; /* achievements by position; without a dependency file those of the PLAN */
    struct string_map digits;            /* "11" -> position of 1.1, the first one that has them */
    struct standing *standings;          /* by the same position */
    size_t standing_count;               /* as many as achievements; their own, as a reload takes those over */
    size_t counts[STATE_COMPLETE + 1];   /* achievements by state */
    uint32_t *blocks; /* by position: how many open achievements wait for it, directly or through other open ones; 0 for
                         what is done, and for all in a plan without a graph */
    bool is_valid;    /* no error among the diagnostics */
    bool has_graph;   /* levels, edges and the ready set exist */
    uint64_t links;   /* hash of its hard-linked source files, which can change through another name without an event
                         here; or 0 */
    size_t read_count, list_count; /* files read and folders listed to make this snapshot, or to update it */
    bool shares_dependencies;      /* with the snapshot that it was reloaded from, which owns them */
    size_t update_count;           /* documents that have been read into it since, see plan_update.h */
};

/* --- plan_load.c --- */

/* @path: the plan's folder. */
void plan_load(struct plan *plan, const struct files *files, const char *path);

/*
 * A new snapshot of the plan that @previous is one of. A document that is on disk as it was then is not read again,
 * unless it had been written within PLAN_SETTLED_MS before: then a later write could have left no trace. It may share
 * the dependencies of @previous, which must outlive it or be replaced by it.
 */
void plan_reload(struct plan *plan, const struct files *files, const struct plan *previous);
enum { PLAN_SETTLED_MS = 50 }; /* well above the tick of file systems' clocks, 1 to 10 ms on Linux */

/* Is the folder @inner, a path beneath a plan's ("" is that itself), listed when the plan is loaded, if it is there? */
bool plan_lists_folder(const char *inner);

/* --- plan.c --- */

/*
 * The argument of a command that means the plan @name, or the one at that path: quoted for a shell, and "@NAME" where
 * NAME could be taken for an option, an id or a number.
 */
void plan_append_reference(struct buffer *command, const char *name);
/* For a plan whose name is not unique: what names it in a command. Not part of the snapshot. */
void plan_set_reference(struct plan *plan, const char *reference);
void plan_release(struct plan *plan);
/* Release @plan, and move @fresh, which was loaded, or reloaded from it, to its place. */
void plan_replace(struct plan *plan, struct plan *fresh);

/* Position of the achievement @id; false if the plan has none. */
bool plan_find(const struct plan *plan, const char *id, size_t *position);
/* The same for the id of an achievement, or of a part of one. */
bool plan_find_whole(const struct plan *plan, const char *id, size_t *position);
/* As plan_find; NOT_FOUND names the closest id, or the command that lists them. */
bool plan_find_or_fail(const struct plan *plan, const char *id, size_t *position, struct error *error);
/* INVALID, and the plan's diagnostics are appended to @diagnostics, unless the plan is valid. */
bool plan_require_valid(const struct plan *plan, struct diagnostics *diagnostics, struct error *error);
/* PREREQUISITES unless the plan, a valid one, has a graph. */
bool plan_require_graph(const struct plan *plan, struct error *error);

/* Neither complete nor skipped: in the way of what depends on it. */
bool plan_is_open(const struct plan *plan, size_t position);

#endif
