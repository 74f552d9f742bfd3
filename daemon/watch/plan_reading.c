#include "watch/plan_reading.h"

#include <string.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "format/json_writer.h"
#include "render/plan_json.h"
#include "view/plan_view.h"

/* Everything a snapshot says, as text. */
static void describe(struct buffer *text, const struct plan *plan) {
    AUTO(arena) arena = {0};
    struct plan_view view;
    struct json_writer writer = {.buffer = text};
    plan_view_status(&view, plan, &(struct plan_filter){0}, NULL, &arena);
    plan_json_status(&writer, &(struct plan_list){.plans = &view, .count = 1});
    writer = (struct json_writer){.buffer = text};
    answer_write_diagnostics(&writer, &plan->diagnostics);
}

static bool say_the_same(const struct plan *a, const struct plan *b) {
    AUTO(buffer) left = {0}, right = {0};
    describe(&left, a);
    describe(&right, b);
    return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static void audit(struct plan_reading *reading, const struct files *view) {
    plan_load(&reading->fresh, view, reading->path);
    plan_set_reference(&reading->fresh, reading->reference);
    reading->agrees = say_the_same(&reading->fresh, reading->previous);
}

void plan_reading_run(struct plan_reading *reading) {
    pending_read(&reading->pending, &reading->files);
    const struct files view = pending_view(&reading->pending, &reading->files);
    if (reading->is_audit)
        audit(reading, &view);
    else if (reading->previous)
        plan_reload(&reading->fresh, &view, reading->previous);
    else
        plan_load(&reading->fresh, &view, reading->path);
}

void plan_reading_free(struct plan_reading *reading) {
    if (!reading)
        return;
    plan_release(&reading->fresh);
    pending_release(&reading->pending);
    memory_free(reading->reference);
    memory_free(reading);
}
