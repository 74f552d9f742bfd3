#include "serve/auto_create.h"

#include <inttypes.h>
#include <string.h>

#include "api/methods.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "batch/batch.h"
#include "batch/journal.h"
#include "batch/record.h"
#include "batch/record_list.h"
#include "batch/record_state.h"
#include "claims/claim_board.h"
#include "claims/claim_overview.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "document/document.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/selection.h"

enum {
    RETRY_FIRST_MS = 500,
    RETRY_MOST_MS = 60000,
    RUNNING_MOST = 2, /* at a time, so that clients that write find threads, too */
};

/* --- what a plan lacks, by its files --- */

static bool lacks_execution(const struct plan *plan, uint32_t node) {
    size_t parts = plan->dependencies.achievements[node].sub_execution_count;
    return plan_is_open(plan, node) && plan->standings[node].execution_count < (parts ? parts : 1);
}

/* The achievements of the level that lack theirs; none while a SUBPLAN of it is not complete. */
static size_t select_ids(const struct plan *plan, uint32_t level, const struct claim_overview *claims,
                         const char **ids) {
    const struct graph *graph = &plan->dependencies.graph;
    size_t count = 0;
    if (!plan->has_graph || level >= graph->level_count)
        return 0;
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++) {
        uint32_t node = graph->level_nodes.items[i];
        if (plan_is_open(plan, node) && plan->standings[node].subplan != SUBPLAN_COMPLETE)
            return 0;
        if (lacks_execution(plan, node) && !claim_overview_is_taken(claims, node))
            ids[count++] = plan->dependencies.achievements[node].id;
    }
    return count;
}

static char *join(const char *const *ids, size_t count) {
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, "%s%s", i ? ", " : "", ids[i]);
    return text.data;
}

/* --- debts --- */

static void release(struct debt *debt) {
    memory_free(debt->plan_path);
    memory_free(debt->ids);
    memory_free(debt->failure);
}

static struct debt *find(const struct auto_create *auto_create, const char *plan_path, uint32_t level) {
    for (size_t i = 0; i < auto_create->count; i++)
        if (auto_create->debts[i].level == level && strcmp(auto_create->debts[i].plan_path, plan_path) == 0)
            return &auto_create->debts[i];
    return NULL;
}

/* Of what an attempt depends on: a change of the plan is tried at once, reading it again, as polling does, is not. */
static uint64_t digest_of(const struct plan *plan) {
    AUTO(buffer) facts = {0};
    buffer_append_format(&facts, "%" PRIu64 " %zu", plan->dependency_mark, plan->diagnostics.count);
    for (size_t i = 0; i < plan->standing_count; i++)
        buffer_append_format(&facts, " %" PRIu64 " %d %zu", plan->standings[i].subplan_mark,
                             (int)plan->standings[i].state, (size_t)plan->standings[i].execution_count);
    return digest_number(facts.data, facts.length);
}

/* Takes @ids. */
static void note(struct auto_create *auto_create, const struct plan_cache_entry *entry, uint32_t level, char *ids,
                 uint64_t now_ms) {
    struct debt *debt = find(auto_create, entry->path, level);
    if (!debt) {
        debt = LIST_ADD(auto_create->debts, auto_create->count, auto_create->capacity);
        *debt = (struct debt){.plan_path = memory_copy(entry->path), .level = level, .due_ms = now_ms};
    }
    if (debt->ids && strcmp(debt->ids, ids) != 0) {
        debt->is_settled = false;
        debt->due_ms = now_ms;
    }
    memory_free(debt->ids);
    debt->ids = ids;
    uint64_t seen = digest_of(&entry->plan);
    if (debt->failure && debt->seen != seen)
        debt->due_ms = now_ms;
    debt->seen = seen;
    debt->is_present = true;
}

static bool is_being_written(const struct plan *plan, uint32_t level, const struct changes_sink *sink) {
    const struct adjacency *lists = &plan->dependencies.graph.level_nodes;
    for (uint32_t i = lists->start[level]; i < lists->start[level + 1]; i++) {
        const char *file = plan->standings[lists->items[i]].subplan_file;
        if (file && plan_is_open(plan, lists->items[i]) && sink->is_being_written(sink->data, file))
            return true;
    }
    return false;
}

static void review_plan(struct auto_create *auto_create, const struct plan_cache_entry *entry,
                        struct claim_board *board, const struct changes_sink *sink, uint64_t now_ms) {
    const struct plan *plan = &entry->plan;
    struct claim_overview claims;
    AUTO_FREE const char **ids = memory_allocate(plan->standing_count, sizeof *ids);
    claim_overview_make(&claims, board, plan);
    for (uint32_t level = 0; plan->has_graph && level < plan->dependencies.graph.level_count; level++) {
        size_t count = select_ids(plan, level, &claims, ids);
        if (count && (find(auto_create, entry->path, level) || !is_being_written(plan, level, sink)))
            note(auto_create, entry, level, join(ids, count), now_ms);
    }
    claim_overview_release(&claims);
}

void auto_create_review(struct auto_create *auto_create, const struct plan_cache *cache, struct claim_board *claims,
                        const struct changes_sink *sink, uint64_t now_ms) {
    size_t kept = 0;
    for (size_t i = 0; i < auto_create->count; i++)
        auto_create->debts[i].is_present = auto_create->debts[i].is_running;
    for (size_t i = 0; i < cache->workspace.plan_count; i++)
        if (cache->entries[i]->is_loaded)
            review_plan(auto_create, cache->entries[i], claims, sink, now_ms);
    for (size_t i = 0; i < auto_create->count; i++) {
        if (auto_create->debts[i].is_present)
            auto_create->debts[kept++] = auto_create->debts[i];
        else
            release(&auto_create->debts[i]);
    }
    auto_create->count = kept;
}

static bool is_waiting(const struct debt *debt) {
    return !debt->is_running && !debt->is_settled;
}

static bool is_busy(const struct auto_create *auto_create) {
    size_t running = 0;
    for (size_t i = 0; i < auto_create->count; i++)
        running += auto_create->debts[i].is_running;
    return running >= RUNNING_MOST;
}

const struct debt *auto_create_take(struct auto_create *auto_create, uint64_t now_ms) {
    for (size_t i = 0; i < auto_create->count && !is_busy(auto_create); i++)
        if (is_waiting(&auto_create->debts[i]) && auto_create->debts[i].due_ms <= now_ms) {
            auto_create->debts[i].is_running = true;
            return &auto_create->debts[i];
        }
    return NULL;
}

static bool keep_failure(struct debt *debt, const struct answer *answer) {
    const struct diagnostics *diagnostics = &answer->diagnostics;
    const char *failure =
        diagnostics->count ? diagnostics->items[diagnostics->count - 1].message : error_meaning(answer->code);
    bool is_new = !debt->failure || strcmp(debt->failure, failure) != 0;
    char *kept = memory_copy(failure);
    memory_free(debt->failure);
    debt->failure = kept;
    return is_new;
}

bool auto_create_settle(struct auto_create *auto_create, const char *plan_path, uint32_t level, bool is_settled,
                        const struct answer *answer, uint64_t now_ms) {
    struct debt *debt = find(auto_create, plan_path, level);
    if (!debt)
        return false;
    debt->is_running = false;
    debt->is_settled = is_settled;
    uint64_t pause_ms = (uint64_t)RETRY_FIRST_MS << (debt->attempts < 7 ? debt->attempts : 7);
    debt->due_ms = now_ms + (pause_ms < RETRY_MOST_MS ? pause_ms : RETRY_MOST_MS);
    if (is_settled || answer->code == ERROR_NONE)
        return false;
    debt->attempts++;
    return keep_failure(debt, answer);
}

uint64_t auto_create_wait_ms(const struct auto_create *auto_create, uint64_t now_ms) {
    uint64_t least_ms = UINT64_MAX;
    for (size_t i = 0; i < auto_create->count; i++) {
        const struct debt *debt = &auto_create->debts[i];
        uint64_t left_ms = debt->due_ms > now_ms ? debt->due_ms - now_ms : 0;
        if (is_waiting(debt) && left_ms < least_ms && !is_busy(auto_create))
            least_ms = left_ms;
    }
    return least_ms;
}

void auto_create_write(const struct auto_create *auto_create, struct json_writer *writer) {
    json_writer_key_array(writer, "owed");
    for (size_t i = 0; i < auto_create->count; i++) {
        const struct debt *debt = &auto_create->debts[i];
        if (debt->is_settled)
            continue;
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", debt->plan_path);
        json_writer_key_unsigned(writer, "level", debt->level);
        json_writer_key_string(writer, "ids", debt->ids);
        json_writer_key_unsigned(writer, "attempts", debt->attempts);
        json_writer_key_string(writer, "failure", debt->failure);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void auto_create_release(struct auto_create *auto_create) {
    for (size_t i = 0; i < auto_create->count; i++)
        release(&auto_create->debts[i]);
    memory_free(auto_create->debts);
    *auto_create = (struct auto_create){0};
}

/* --- what the history says --- */

/* Adds the ids of EXECUTION_TASKs of the plan that the batch has created, undone or not. */
static void add_created(const struct state_dir *state, uint64_t number, const char *plan_path, struct arena *arena,
                        struct string_map *ids) {
    AUTO(record) record = {0};
    AUTO(error) error = {0};
    if (!record_read_batch(state, number, &record, &error) || record.kind != BATCH_EXECUTION ||
        strcmp(record.plan_path, plan_path) != 0)
        return;
    for (size_t i = 0; i < record.file_count; i++) {
        size_t position = 0;
        const char *id = record.files[i].id;
        string_map_add(ids, arena_copy(arena, id, strlen(id)), &position);
    }
}

static bool find_created(const struct files *files, const char *plan_path, struct arena *arena, struct string_map *ids,
                         struct error *error) {
    struct state_dir state;
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count;
    if (!state_dir_find(&state, files, error) || !record_list_numbers(&state, &numbers, &count, error))
        return false;
    for (size_t i = 0; i < count; i++)
        add_created(&state, numbers[i], plan_path, arena, ids);
    return true;
}

/* Was the achievement's EXECUTION_TASK, or that of one of its parts, created before? */
static bool was_created(const struct string_map *created, const struct plan *plan, const char *id) {
    size_t position;
    if (string_map_find(created, span_of(id), &position))
        return true;
    const struct achievement *achievement =
        plan_find(plan, id, &position) ? &plan->dependencies.achievements[position] : NULL;
    for (size_t i = 0; achievement && i < achievement->sub_execution_count; i++)
        if (string_map_find(created, span_of(achievement->sub_executions[i].id), &position))
            return true;
    return false;
}

/*
 * Those of the ids that are owed. An undo that is being applied has removed files before its record says so: the
 * files are read first, and then nothing may be pending when the history is read. What is dead is finished so.
 */
static bool find_owed(const struct plan *plan, const struct files *files, int lock_timeout_ms, const char **ids,
                      size_t lacking, size_t *count, struct error *error) {
    AUTO(arena) arena = {0};
    AUTO(string_map) created = {0};
    struct journal journal;
    size_t kept = 0;
    bool is_quiet = lacking == 0 || !journal_needs_recovery(files);
    if (!is_quiet && (is_quiet = journal_open(&journal, files, lock_timeout_ms, error)))
        journal_close(&journal);
    bool is_known = is_quiet && find_created(files, plan->path, &arena, &created, error);
    for (size_t i = 0; is_known && i < lacking; i++)
        if (!was_created(&created, plan, ids[i]))
            ids[kept++] = ids[i];
    *count = kept;
    return is_known;
}

bool auto_create_level(struct workspace *workspace, const char *plan_path, uint32_t level, struct claim_board *claims,
                       int lock_timeout_ms, void (*owes)(const char *plan_path, uint32_t level, const char *ids),
                       struct answer *answer) {
    struct error error = {0};
    AUTO(plan) plan = {0};
    struct claim_overview overview;
    size_t count = 0, lacking = 0;
    *answer = (struct answer){.kind = "create"};
    plan_load(&plan, &workspace->files, plan_path);
    AUTO_FREE const char **ids = memory_allocate(plan.standing_count, sizeof *ids);
    claim_board_update(claims);
    claim_overview_make(&overview, claims, &plan);
    lacking = select_ids(&plan, level, &overview, ids);
    claim_overview_release(&overview);
    bool is_known = find_owed(&plan, &workspace->files, lock_timeout_ms, ids, lacking, &count, &error);
    if (count) {
        AUTO_FREE char *list = join(ids, count);
        owes(plan_path, level, list);
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
    return lacking && answer->code == ERROR_NONE;
}
