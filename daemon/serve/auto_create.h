/*
 * What the daemon creates without being asked, where that is configured (auto_create): the EXECUTION_TASKs of a level
 * all of whose SUBPLANs are complete, without those that are claimed, or finished elsewhere.
 *
 * They are owed, by what the files and the history say, and not because an event was published: until a batch has
 * created them, also if that was undone, or until a SUBPLAN of the level is not complete any more. What fails is tried
 * again, less and less often, and at once when the plan changes.
 */
#ifndef BATCHD_AUTO_CREATE_H
#define BATCHD_AUTO_CREATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "claims/claim_board.h"
#include "format/json_writer.h"
#include "plan/workspace.h"
#include "view/changes.h"
#include "watch/plan_cache.h"

/* The EXECUTION_TASKs that one level lacks. */
struct debt {
    char *plan_path;
    uint32_t level;
    char *ids;         /* of the achievements that have none: "2.1, 2.3" */
    char *failure;     /* why the last attempt failed; NULL if none has */
    unsigned attempts; /* that failed */
    uint64_t due_ms;   /* the next attempt, by the loop's clock */
    uint64_t seen;     /* digest of the plan's files when it was last compared with them */
    bool is_running, is_present;
    bool is_settled; /* the history says that they were created before: nothing is owed */
};

/* {0} is valid and empty. */
struct auto_create {
    struct debt *debts;
    size_t count, capacity;
};

/* Compare with the snapshots. A SUBPLAN that @sink says is being written is not complete yet. */
void auto_create_review(struct auto_create *auto_create, const struct plan_cache *cache, struct claim_board *claims,
                        const struct changes_sink *sink, uint64_t now_ms);
/* One that is due, which is running from now on; NULL if none is. */
const struct debt *auto_create_take(struct auto_create *auto_create, uint64_t now_ms);
/* The attempt has ended with @answer, or found the files changed, and is to be made again. Returns whether it failed
 * otherwise than the last one. */
bool auto_create_settle(struct auto_create *auto_create, const char *plan_path, uint32_t level, bool is_settled,
                        const struct answer *answer, uint64_t now_ms);
/* Until the next one is due; UINT64_MAX if none waits. */
uint64_t auto_create_wait_ms(const struct auto_create *auto_create, uint64_t now_ms);
/* The member "owed" of the daemon's statistics. */
void auto_create_write(const struct auto_create *auto_create, struct json_writer *writer);
void auto_create_release(struct auto_create *auto_create);

/*
 * In any thread: create what the level lacks and no batch has created before, over a workspace read afresh. @owes is
 * called before anything is created. The answer is that of the create; data is empty if nothing is owed. Returns
 * whether the debt is settled: created now or before.
 */
bool auto_create_level(struct workspace *workspace, const char *plan_path, uint32_t level, struct claim_board *claims,
                       int lock_timeout_ms, void (*owes)(const char *plan_path, uint32_t level, const char *ids),
                       struct answer *answer);

#endif
