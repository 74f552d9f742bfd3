#include "automation.h"

#include <string.h>

#include "memory.h"
#include "methods.h"
#include "plan.h"
#include "record.h"

/* Adds the ids of EXECUTION_TASKs of the plan that an undo has removed. */
static void add_undone(const struct files *files, uint64_t number, const char *plan_path, struct arena *arena,
                       struct index *ids) {
    struct record record;
    struct error error = {0};
    if (record_read_batch(files, number, &record, &error)) {
        bool concerns_us =
            record.is_undone && record.kind == BATCH_EXECUTION && strcmp(record.plan_path, plan_path) == 0;
        for (size_t i = 0; concerns_us && i < record.file_count; i++) {
            size_t position = 0;
            const char *id = record.files[i].id;
            index_add(ids, arena_copy(arena, id, strlen(id)), &position);
        }
        record_release(&record);
    }
    error_release(&error);
}

static bool find_undone(const struct files *files, const char *plan_path, struct arena *arena, struct index *ids,
                        struct error *error) {
    uint64_t *numbers;
    size_t count;
    if (!record_numbers(files, &numbers, &count, error))
        return false;
    for (size_t i = 0; i < count; i++)
        add_undone(files, numbers[i], plan_path, arena, ids);
    memory_free(numbers);
    return true;
}

/* Was the achievement's EXECUTION_TASK, or that of one of its parts, undone? */
static bool was_undone(const struct index *undone, const struct achievement *achievement) {
    size_t position;
    if (index_find(undone, span_of(achievement->id), &position))
        return true;
    for (size_t i = 0; i < achievement->sub_execution_count; i++)
        if (index_find(undone, span_of(achievement->sub_executions[i].id), &position))
            return true;
    return false;
}

static size_t select_ids(const struct plan *plan, uint32_t level, const struct index *undone, const char **ids) {
    const struct graph *graph = &plan->dependencies.graph;
    size_t count = 0;
    if (!plan->has_graph || level >= graph->level_count)
        return 0;
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++) {
        uint32_t node = graph->level_nodes.items[i];
        if (plan_is_open(plan, node) && !was_undone(undone, &plan->dependencies.achievements[node]))
            ids[count++] = plan->dependencies.achievements[node].id;
    }
    return count;
}

void automation_create_level(struct workspace *workspace, const char *plan_path, uint32_t level, int lock_timeout_ms,
                             struct answer *answer) {
    struct arena arena = {0};
    struct index undone = {0};
    struct error error = {0};
    struct plan plan;
    *answer = (struct answer){.kind = "create"};
    plan_load(&plan, &workspace->files, plan_path);
    const char **ids = arena_allocate(&arena, plan.standing_count, sizeof *ids);
    bool is_known = find_undone(&workspace->files, plan_path, &arena, &undone, &error);
    size_t count = is_known ? select_ids(&plan, level, &undone, ids) : 0;
    if (count) {
        const struct request request = {
            .method = "create",
            .plan = plan_path,
            .options = {.kind = BATCH_EXECUTION,
                        .selection = {.kind = SELECT_IDS, .ids = ids, .id_count = count},
                        .require_complete = true},
            .lock_timeout_ms = lock_timeout_ms,
            .request_id = "auto_create",
        };
        request_handle(workspace, &request, answer);
    } else if (!is_known) {
        answer_fail(answer, &error);
    }
    plan_release(&plan);
    index_release(&undone);
    arena_release(&arena);
}
