#include "watch/plan_reading.h"

#include "base/memory.h"

void plan_reading_run(struct plan_reading *reading) {
    pending_read(&reading->pending, &reading->files);
    const struct files view = pending_view(&reading->pending, &reading->files);
    if (reading->previous)
        plan_reload(&reading->fresh, &view, reading->previous);
    else
        plan_load(&reading->fresh, &view, reading->path);
}

void plan_reading_free(struct plan_reading *reading) {
    if (!reading)
        return;
    plan_release(&reading->fresh);
    pending_release(&reading->pending);
    memory_free(reading);
}
