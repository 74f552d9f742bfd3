#include "watch/plan_reading.h"

#include "base/memory.h"

void plan_reading_run(struct plan_reading *reading) {
    pending_read(&reading->pending, &reading->files);
    const struct files view = pending_view(&reading->pending, &reading->files);
    plan_reload(&reading->fresh, &view, reading->previous);
}

void plan_reading_free(struct plan_reading *reading) {
    if (!reading)
        return;
    plan_release(&reading->fresh);
    pending_release(&reading->pending);
    memory_free(reading);
}
