/*
 * Plan view: what status, next and validate answer of a plan. All of it is in the arena of the answer.
 */
#ifndef BATCHD_PLAN_VIEW_H
#define BATCHD_PLAN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "claims/claim_overview.h"
#include "plan/next_command.h"
#include "plan/plan.h"
#include "plan/schedule.h"
#include "plan/standing.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"

/* Hours of a set of achievements, and what decides them. */
struct hours_view {
    double sequential;
    bool has_parallel; /* not in a plan without a graph */
    double parallel;
    struct ids missing; /* those without an estimate */
    struct ids critical_path;
};

struct level_view {
    struct ids ids;
    uint32_t complete, skipped, failed, ready, blocked;
};

struct plan_view {
    const char *name, *path;
    const char *dependency_file; /* or NULL */
    bool is_valid, is_brief;     /* brief: no achievements, levels and hours */
    size_t total, ready;         /* of all its achievements */
    size_t counts[STATE_COMPLETE + 1];
    struct hours_view hours, remaining; /* of all, and of what is open */
    bool is_filtered;
    const char *selection; /* "all", or what is listed: "level 2, ready" */
    struct achievement_item *items;
    size_t item_count;
    struct achievement_item *taken; /* next: what is ready, and not free */
    size_t taken_count;
    struct level_view *levels;
    size_t level_count;
    struct next_command next; /* about what is listed */
    size_t errors, warnings;  /* validate */
};

/* The view of status, next and validate: one or all plans. */
struct plan_list {
    struct plan_view *plans;
    size_t count;
    struct claims_note claims; /* not of validate */
};

/* Which achievements are listed: those that are all of this. {0}: every one. */
struct plan_filter {
    const char *const *ids; /* those that are named; any if there are none */
    size_t id_count;
    const char *levels;  /* see selection_are_levels; or NULL */
    const char *purpose; /* what they are ready for: "review", ...; or NULL */
    bool is_ready, is_blocked, is_open;
};

/* Does it leave anything out? */
bool plan_filter_is_used(const struct plan_filter *filter);
/* Which achievements are listed, by position; the caller frees it. */
bool *plan_filter_listed(const struct plan_filter *filter, const struct plan *plan);

/*
 * All that status says of @plan: the achievements that @filter lists, levels and hours. Texts are in @arena or borrowed
 * from the plan.
 */
void plan_view_status(struct plan_view *view, const struct plan *plan, const struct plan_filter *filter,
                      const struct claim_overview *claims, struct arena *arena);
/* The same without achievements, levels and hours: for what has its own. */
void plan_view_head(struct plan_view *view, const struct plan *plan, const struct plan_filter *filter,
                    const struct claim_overview *claims, struct arena *arena);
/* The same, brief: for many plans. */
void plan_view_summary(struct plan_view *view, const struct plan *plan, const struct claim_overview *claims,
                       struct arena *arena);
/* Its items are what is ready and free. */
void plan_view_next(struct plan_view *view, const struct plan *plan, const struct plan_filter *filter,
                    const struct claim_overview *claims, struct arena *arena);
/* @found: all that is wrong with it, see plan_conflicts.h. */
void plan_view_validity(struct plan_view *view, const struct plan *plan, const struct diagnostics *found,
                        struct arena *arena);

/* The hours of @schedule, and those without an estimate among what is open in it. */
struct hours_view hours_view_of(const struct schedule *schedule, const struct item_maker *maker);
/* The hours of the whole plan, as if nothing were closed. */
struct hours_view hours_view_of_all(const struct item_maker *maker);

#endif
