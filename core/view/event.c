#include "view/event.h"

#include <string.h>

static const char *const type_names[EVENT_TYPES] = {
    [EVENT_PLAN_ADDED] = "plan.added",
    [EVENT_PLAN_REMOVED] = "plan.removed",
    [EVENT_PLAN_CHANGED] = "plan.changed",
    [EVENT_PLAN_INVALID] = "plan.invalid",
    [EVENT_SUBPLAN_CREATED] = "subplan.created",
    [EVENT_SUBPLAN_COMPLETED] = "subplan.completed",
    [EVENT_SUBPLAN_REOPENED] = "subplan.reopened",
    [EVENT_SUBPLAN_REMOVED] = "subplan.removed",
    [EVENT_EXECUTION_CREATED] = "execution.created",
    [EVENT_EXECUTION_REMOVED] = "execution.removed",
    [EVENT_ACHIEVEMENT_SUBMITTED] = "achievement.submitted",
    [EVENT_ACHIEVEMENT_COMPLETED] = "achievement.completed",
    [EVENT_ACHIEVEMENT_SKIPPED] = "achievement.skipped",
    [EVENT_ACHIEVEMENT_REOPENED] = "achievement.reopened",
    [EVENT_ACHIEVEMENT_FAILED] = "achievement.failed",
    [EVENT_ACHIEVEMENT_READY] = "achievement.ready",
    [EVENT_LEVEL_SUBPLANS_COMPLETE] = "level.subplans_complete",
    [EVENT_LEVEL_COMPLETED] = "level.completed",
    [EVENT_BATCH_CREATED] = "batch.created",
    [EVENT_BATCH_UNDONE] = "batch.undone",
    [EVENT_BATCH_FAILED] = "batch.failed",
    [EVENT_WATCH_OVERFLOW] = "watch.overflow",
    [EVENT_WATCH_DEGRADED] = "watch.degraded",
    [EVENT_WATCH_RECOVERED] = "watch.recovered",
    [EVENT_RESYNC] = "resync",
};

const char *event_type_name(enum event_type type) {
    return type_names[type];
}

bool event_type_find(const char *name, enum event_type *type) {
    for (*type = 0; *type < EVENT_TYPES; ++*type)
        if (strcmp(name, type_names[*type]) == 0)
            return true;
    return false;
}
