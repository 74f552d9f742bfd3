/*
 * What a plan says twice, in its PLAN and in its dependency file, and differently: achievements that only one of them
 * has, titles, hours, and dependencies, as far as the PLAN names them for sure (see id_list.h).
 */
#ifndef BATCHD_PLAN_COMPARE_H
#define BATCHD_PLAN_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "disk/files.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "plan/plan.h"

enum plan_difference_kind {
    DIFFERENCE_ONLY_IN_PLAN,
    DIFFERENCE_ONLY_IN_GRAPH,
    DIFFERENCE_TITLE,
    DIFFERENCE_HOURS,
    DIFFERENCE_DEPENDENCIES,
};

struct plan_difference {
    enum plan_difference_kind kind;
    size_t position;                     /* in the plan; not of ONLY_IN_PLAN */
    const struct definition *definition; /* not of ONLY_IN_GRAPH */
    bool is_silent;            /* of title and hours: the dependency file has none, which contradicts nothing */
    const char **dependencies; /* ids that the PLAN names and one of the two has; also of ONLY_IN_PLAN */
    size_t dependency_count;
    bool is_sure; /* the PLAN names nothing but those; always of DEPENDENCIES */
};

/* {0} is valid and empty. Refers to the plan, the document and the definitions. */
struct plan_differences {
    struct arena arena;
    struct plan_difference *items; /* in the order of the definitions, then of the dependency file */
    size_t count, capacity;
};

/* @plan has a graph. */
void plan_differences_find(struct plan_differences *differences, const struct plan *plan,
                           const struct document *document, const struct plan_document *definitions);
void plan_differences_release(struct plan_differences *differences);

/* Add a warning for the difference, unless it is silent; for its code see plan_compare_append. */
void plan_difference_report(struct diagnostics *diagnostics, const struct plan *plan,
                            const struct plan_difference *difference);

/*
 * Add a warning for each difference, at its line of the PLAN where it has one: achievement.only_in_plan,
 * achievement.only_in_graph, achievement.title, achievement.hours, achievement.dependencies. Reads the PLAN; nothing is
 * added for a plan without PLAN or without graph, for a PLAN that cannot be read, and for one with git's conflict
 * markers.
 */
void plan_compare_append(struct diagnostics *diagnostics, const struct plan *plan, const struct files *files);

#endif
