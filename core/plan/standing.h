/*
 * The standing of one achievement: what is on disk for it, and the state and the next step that follow.
 */
#ifndef BATCHD_STANDING_H
#define BATCHD_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "document/conflict.h"
#include "document/document.h"
#include "document/names.h"

/* From files, see standing_settle. */
enum achievement_state {
    STATE_NOT_STARTED,
    STATE_SUBPLAN_CREATED,
    STATE_EXECUTION_CREATED,
    STATE_SUBMITTED,  /* its work is done and waits for a review */
    STATE_FAILED,     /* a review has sent it back */
    STATE_CONFLICTED, /* what its state would rest on has git's conflict markers */
    STATE_SKIPPED,
    STATE_COMPLETE,
};

/*
 * What an achievement needs next; NOTHING once it is complete or skipped. FILL: its SUBPLAN is a placeholder.
 * RESOLVE: it, or what the state would rest on, has git's conflict markers. REWORK: a FIX has sent it back, and no
 * EXECUTION_TASK answers that yet (see fix.h); once one does, it needs WORK. REVIEW: the work is submitted. Their names
 * are in achievement.h.
 */
enum next_step {
    STEP_NOTHING,
    STEP_SUBPLAN,
    STEP_FILL,
    STEP_RESOLVE,
    STEP_EXECUTION,
    STEP_WORK,
    STEP_REWORK,
    STEP_REVIEW
};

struct execution {
    const char *file;       /* path relative to the root */
    uint64_t mark;          /* as subplan_mark */
    unsigned number;        /* NN */
    unsigned conflict_line; /* of git's first conflict marker, if it is read */
    bool has_suffix;        /* "_V2" and the like: counts, but is never touched */
    bool is_read;           /* the states below rest on its content */
};

/* A SUBMITTED, APPROVED, FIX or SKIPPED. */
struct review {
    const char *file; /* path relative to the root */
    const char *by;   /* of a SUBMITTED: who has submitted it, as its header says; or NULL */
    const char *sha;  /* of a FIX: the SHA-256 of its content; else NULL */
    uint64_t mark;
    unsigned number; /* NN of the work order that a SUBMITTED or a FIX is about; 0 for a FIX without */
    unsigned conflict_line;
    unsigned unseen_line; /* of a FIX: as that of a SUBPLAN */
    enum name_kind kind : 8;
    bool is_open : 1; /* a FIX: no EXECUTION_TASK and no SUBMITTED names its present content */
    bool counts : 1;  /* a SUBMITTED: the state rests on it */
    bool is_read : 1; /* as in struct execution */
};

/* What a work order says of itself, see checklist.h. */
struct completion_claim {
    const char *file;
    unsigned line;
    const char *text;
};

/* What few achievements have: NULL and 0 for the others. */
struct standing_rare {
    const char *fix_file;          /* the open FIX with the highest number, else the last one */
    const char *rework_file;       /* of a failed one without an open FIX: the last EXECUTION_TASK that answers one */
    const char *irregular_subplan; /* "SUBPLAN_X_11_V2.md", which does not count */
    const struct completion_claim *claim; /* of its last EXECUTION_TASK, or NULL; see achievement_claim */
    const char *conflict_file;            /* of one that is conflicted: the file; and the line of the first marker */
    unsigned conflict_file_line;
    unsigned unseen_line; /* of the SUBPLAN: the first with what text.h calls not seen */
};

/*
 * What is on disk for one achievement. Paths are relative to the root, NULL where there is none. The daemon keeps one
 * for each achievement, so its size counts.
 */
struct standing {
    enum achievement_state state : 8;
    enum next_step next : 8;
    enum subplan_state subplan : 8;
    bool is_ready : 1;      /* every dependency complete or skipped, itself neither nor conflicted, in a valid plan with
                               a graph */
    unsigned conflict_line; /* of git's first conflict marker in the SUBPLAN; 0 if there is none */
    const char *subplan_file, *approved_file, *skipped_file;
    const char *stated_id;        /* the achievement that the SUBPLAN's header names, or NULL */
    uint64_t subplan_mark;        /* differs between states of the SUBPLAN on disk; 0 if it cannot be relied on */
    struct execution *executions; /* ordered by number */
    struct review *reviews;       /* ordered by kind and number */
    uint32_t execution_count, review_count;
    struct standing_rare *rare; /* NULL: nothing of it; see standing_rare */
};

const struct standing_rare *standing_rare(const struct standing *standing);
/* The same to be written, in @arena. */
struct standing_rare *standing_make_rare(struct standing *standing, struct arena *arena);

/*
 * The state and the next step, from what is known of the files; the first row that matches:
 *
 *   APPROVED                               complete           -
 *   SKIPPED                                skipped            -
 *   a SUBMITTED that counts                submitted          review
 *   an open FIX                            failed             rework
 *   a FIX, none open                       failed             work
 *   an EXECUTION_TASK                      execution_created  work
 *   a SUBPLAN, complete or a draft         subplan_created    execution
 *   a placeholder, or one with conflicts   subplan_created    fill, resolve
 *   nothing                                not_started        subplan
 *
 * But it is conflicted, and needs resolve, where the file that the row rests on has git's conflict markers: the
 * APPROVED, the SKIPPED, a SUBMITTED that counts, an open FIX, or the last EXECUTION_TASK. @arena: of the standing.
 */
void standing_settle(struct standing *standing, struct arena *arena);

#endif
