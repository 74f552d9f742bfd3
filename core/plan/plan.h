/*
 * One plan as it is on disk: its achievements, their graph, and the state of each, read from the files beside it. A
 * plan is a snapshot: made in one go by plan_load, never changed afterwards. Loading always gives a plan; its
 * faults are in its diagnostics, and an invalid one has no levels and nothing ready.
 *
 * Folders listed: the plan's own, subplans/, execution/, execution/feedbacks/, and those whose names are nearly these
 * ("execution/feedback/"), so that files in them can be named that do not count there. Files read: the dependency file,
 * every SUBPLAN, and the PLAN where there is no dependency file; of a failed achievement the FIX, and its
 * EXECUTION_TASKs from the last one on until one answers the FIX. Nothing is read or listed twice, but for a SUBPLAN
 * whose digits no known achievement has and could be read in several ways: there its header is looked at first.
 */
#ifndef BATCHD_PLAN_H
#define BATCHD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "disk/files.h"
#include "document/conflict.h"
#include "document/document.h"
#include "plan/dependency_file.h"

/* From files, in this order, the first that applies: APPROVED, SKIPPED, FIX, EXECUTION_TASK, SUBPLAN, nothing. */
enum achievement_state {
    STATE_NOT_STARTED,
    STATE_SUBPLAN_CREATED,
    STATE_EXECUTION_CREATED,
    STATE_FAILED,
    STATE_SKIPPED,
    STATE_COMPLETE,
};

/*
 * What an achievement needs next; NOTHING once it is complete or skipped. FILL: its SUBPLAN is a placeholder.
 * RESOLVE: it has git's conflict markers. REWORK: a FIX has sent it back, and no EXECUTION_TASK answers that yet (see
 * fix.h); once one does, it needs WORK. Their names are in achievement.h.
 */
enum next_step { STEP_NOTHING, STEP_SUBPLAN, STEP_FILL, STEP_RESOLVE, STEP_EXECUTION, STEP_WORK, STEP_REWORK };

struct execution {
    const char *file; /* path relative to the root */
    unsigned number;  /* NN */
    bool has_suffix;  /* "_V2" and the like: counts, but is never touched */
};

/* What is on disk for one achievement. Paths are relative to the root, NULL where there is none. */
struct standing {
    enum achievement_state state;
    enum next_step next;
    enum subplan_state subplan;
    bool is_ready; /* every dependency complete or skipped, itself neither, in a valid plan with a graph */
    const char *subplan_file, *approved_file, *fix_file, *skipped_file;
    const char *irregular_subplan; /* "SUBPLAN_X_11_V2.md", which does not count */
    unsigned unseen_line;          /* of the SUBPLAN: the first with what text.h calls not seen; or 0 */
    const char *stated_id;         /* the achievement that the SUBPLAN's header names, or NULL */
    unsigned conflict_line;        /* of git's first conflict marker in the SUBPLAN; 0 if there is none */
    uint64_t subplan_mark;         /* tells the state of the SUBPLAN on disk; 0 if it cannot be relied on */
    struct execution *executions;  /* ordered by number */
    const char *rework_file;       /* of a failed one: the last of them that answers the FIX */
    uint64_t rework_mark;          /* as subplan_mark, of the FIX and all of them */
    size_t execution_count, execution_capacity;
};

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
    bool is_valid;                       /* no error among the diagnostics */
    bool has_graph;                      /* levels, edges and the ready set exist */
    uint64_t links; /* hash of its hard-linked source files, which can change through another name without an event
                       here; or 0 */
    size_t read_count, list_count; /* files read and folders listed to make this snapshot */
};

/* --- plan_load.c --- */

/* @path: the plan's folder. */
void plan_load(struct plan *plan, const struct files *files, const char *path);

/*
 * A new snapshot of the plan that @previous is one of. A document that is on disk as it was then is not read again,
 * unless it had been written within PLAN_SETTLED_MS before: then a later write could have left no trace. Takes
 * dependencies from @previous, which can only be released afterwards.
 */
void plan_reload(struct plan *plan, const struct files *files, struct plan *previous);
enum { PLAN_SETTLED_MS = 50 }; /* well above the tick of file systems' clocks, 1 to 10 ms on Linux */

/* Is the folder @inner, a path beneath a plan's ("" is that itself), listed when the plan is loaded, if it is there? */
bool plan_lists_folder(const char *inner);

/* --- plan.c --- */

/* For a plan whose name is not unique: what names it in a command. Not part of the snapshot. */
void plan_set_reference(struct plan *plan, const char *reference);
void plan_release(struct plan *plan);

/* Position of the achievement @id; false if the plan has none. */
bool plan_find(const struct plan *plan, const char *id, size_t *position);
/* The same; NOT_FOUND names the closest id, or the command that lists them. */
bool plan_find_or_fail(const struct plan *plan, const char *id, size_t *position, struct error *error);
/* INVALID, and the plan's diagnostics are appended to @diagnostics, unless the plan is valid. */
bool plan_require_valid(const struct plan *plan, struct diagnostics *diagnostics, struct error *error);
/* PREREQUISITES unless the plan, a valid one, has a graph. */
bool plan_require_graph(const struct plan *plan, struct error *error);

/* Neither complete nor skipped: in the way of what depends on it. */
bool plan_is_open(const struct plan *plan, size_t position);

#endif
