#include "api/history.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "batch/record_list.h"
#include "batch/record_path.h"
#include "batch/record_state.h"
#include "disk/files.h"
#include "disk/state_dir.h"
#include "plan/workspace.h"
#include "render/history_json.h"
#include "render/history_text.h"
#include "view/history_view.h"

/* The code of the warning of such a preview. */
static const char any_plan[] = "undo.any_plan";

/* Is it one of the plan whose folder is @path? NULL stands for all. */
static bool is_of_plan(const struct record *record, const char *path) {
    return !path || strcmp(record->plan_path, path) == 0;
}

/* Has it been undone, and is that over? */
static bool is_undone(const struct record *record) {
    return record->is_undone && !record->has_pending_undo;
}

/* The last batch of the plan that has not been undone. */
static bool find_last(const struct state_dir *state, const char *plan_path, struct record *record,
                      struct error *error) {
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count;
    if (!record_list_numbers(state, &numbers, &count, error))
        return false;
    for (size_t i = count; i-- > 0;) {
        if (record_read_batch(state, numbers[i], record, error)) {
            if (!is_undone(record) && is_of_plan(record, plan_path))
                return true;
            record_release(record);
            continue;
        }
        if (error->code != ERROR_INVALID)
            return false;
        error_release(error); /* a damaged one cannot be undone; history says so */
    }
    return error_set(error, ERROR_NOT_FOUND, "there is no batch of yours left to undo%s%s", plan_path ? " in " : "",
                     plan_path ? plan_path : "");
}

/* The folder of the plan that is named, or else stood in; NULL if it is neither. */
static bool find_plan(const struct context *context, const char **path, struct error *error) {
    const struct request *request = context->request;
    const struct workspace *workspace = context->workspace;
    const struct plan_place *place = NULL;
    if (request->plan)
        place = workspace_find(workspace, request->plan, true, error);
    else if (request->here)
        place = workspace_plan_around(workspace, request->here);
    *path = place ? place->path : NULL;
    return place || !request->plan;
}

/* The last batch of all, in a workspace of several plans, may be another agent's: a preview warns, a write refuses. */
static bool check_choice(struct context *context, const struct record *record, struct error *error) {
    AUTO(arena) arena = {0};
    size_t count = context->workspace->plan_count;
    const char *hint = arena_format(
        &arena, "batchctl undo %" PRIu64 ", or batchctl undo PLAN for the last one of a plan", record->number);
    if (count < 2)
        return true;
    if (!context->request->is_dry_run) {
        error_set(error, ERROR_USAGE, "which batch? there are %zu plans, and the last batch is %" PRIu64 " of %s",
                  count, record->number, record->plan);
        return error_hint(error, "%s", hint);
    }
    diagnostics_add(&context->answer->diagnostics,
                    &(struct diagnostic){.severity = SEVERITY_WARNING,
                                         .code = any_plan,
                                         .message = arena_format(&arena, "the last batch of all %zu plans", count),
                                         .hint = hint});
    return true;
}

bool history_is_of_any_plan(const struct answer *preview) {
    for (size_t i = 0; i < preview->diagnostics.count; i++)
        if (strcmp(preview->diagnostics.items[i].code, any_plan) == 0)
            return true;
    return false;
}

static bool find_last_of_request(struct context *context, const struct state_dir *state, struct record *record,
                                 struct error *error) {
    const char *plan_path;
    if (!find_plan(context, &plan_path, error) || !find_last(state, plan_path, record, error))
        return false;
    if (plan_path || check_choice(context, record, error))
        return true;
    record_release(record);
    return false;
}

/* Where no batch of ours is found: is there state that is not looked at? */
static void warn_of_unused_state(struct context *context, const struct state_dir *state) {
    uid_t user;
    AUTO(error) error = {0};
    const char *code = "state.folder";
    if (state_dir_check(state, &error) && state_dir_find_other(state, &user)) {
        code = "state.other_user";
        error_set(&error, ERROR_CONFLICT, "there is state of another user (uid %u), which is not looked at",
                  (unsigned)user);
    }
    if (error.code)
        diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                            .code = code,
                                                                            .message = error.message,
                                                                            .file = STATE_DIR_FOLDER,
                                                                            .hint = error.hint});
}

bool history_find(struct context *context, struct record *record, struct error *error) {
    struct state_dir state;
    uint64_t number = context->request->batch;
    if (!state_dir_find(&state, context->files, error))
        return false;
    if (!(number ? record_read_batch(&state, number, record, error)
                 : find_last_of_request(context, &state, record, error))) {
        if (number && error->code == ERROR_NOT_FOUND)
            error_hint(error, "\"batchctl history\" lists them");
        if (error->code == ERROR_NOT_FOUND)
            warn_of_unused_state(context, &state);
        return false;
    }
    if (!is_undone(record))
        return true;
    error_set(error, ERROR_NOT_FOUND, "batch %" PRIu64 " has been undone already", record->number);
    record_release(record);
    return false;
}

static bool is_of_request(const struct record *record, const char *request_id) {
    return !request_id || (record->request && strcmp(record->request, request_id) == 0);
}

/* One damaged record must not hide the others. Releases @error. */
static void warn_of_record(struct context *context, const struct state_dir *state, uint64_t number,
                           struct error *error) {
    struct state_path path = record_path(state, STATE_BATCHES, number, "");
    diagnostics_add(&context->answer->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                        .code = "journal.damaged",
                                                                        .message = error->message,
                                                                        .file = path.text});
    error_release(error);
}

/* The plan that the batches are of: NULL for all. False if the request names one that does not exist. */
static bool find_listed(const struct context *context, const char **path, struct error *error) {
    const struct request *request = context->request;
    const struct plan_place *plan =
        request->plan ? workspace_find(context->workspace, request->plan, false, error) : NULL;
    bool is_number = request->plan && request->plan[strspn(request->plan, "0123456789")] == '\0';
    *path = plan ? plan->path : NULL;
    if (is_number && error->code == ERROR_NOT_FOUND)
        error_hint(error, "batch %s: batchctl show --batch %s", request->plan, request->plan);
    return plan || !request->plan;
}

/* The newest of @numbers, @most of them; with the label of the request, if it has one. */
static void list_batches(struct context *context, const struct state_dir *state, const uint64_t *numbers, size_t count,
                         const char *plan_path, uint64_t most, struct history_view *history) {
    struct arena *arena = &context->answer->arena;
    history->items = arena_allocate(arena, most < count ? (size_t)most : count, sizeof *history->items);
    for (size_t i = count; i-- > 0 && history->count < most;) {
        AUTO(record) record = {0};
        AUTO(error) damage = {0};
        if (!record_read_batch(state, numbers[i], &record, &damage))
            warn_of_record(context, state, numbers[i], &damage);
        else if (is_of_plan(&record, plan_path) && is_of_request(&record, context->request->request_id))
            history->items[history->count++] = history_item_of(&record, arena);
    }
}

bool history_newest(struct context *context, const char *plan_path, uint64_t most, struct history_view *history,
                    struct error *error) {
    struct state_dir state;
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count = 0;
    if (!state_dir_find(&state, context->files, error) || !record_list_numbers(&state, &numbers, &count, error))
        return false;
    list_batches(context, &state, numbers, count, plan_path, most, history);
    return true;
}

void history_list(struct context *context) {
    static const struct answer_type type = {history_json_list, history_text_list};
    uint64_t limit = context->request->limit;
    struct history_view *history = arena_allocate(&context->answer->arena, 1, sizeof *history);
    struct state_dir state;
    AUTO_FREE uint64_t *numbers = NULL;
    size_t count = 0;
    const char *path;
    struct error error = {0};
    context_answer(context, &type, history);
    if (!state_dir_find(&state, context->files, &error) || !record_list_numbers(&state, &numbers, &count, &error) ||
        !find_listed(context, &path, &error)) {
        context_fail(context, &error);
        return;
    }
    list_batches(context, &state, numbers, count, path, limit ? limit : UINT64_MAX, history);
    if (count == 0)
        warn_of_unused_state(context, &state);
}

void history_show(struct context *context) {
    static const struct answer_type type = {history_json_batch, history_text_batch};
    struct arena *arena = &context->answer->arena;
    struct recorded_batch *batch = arena_allocate(arena, 1, sizeof *batch);
    struct error error = {0};
    struct state_dir state;
    AUTO(record) record = {0};
    if (!state_dir_find(&state, context->files, &error) ||
        !record_read_batch(&state, context->request->batch, &record, &error)) {
        if (error.code == ERROR_NOT_FOUND)
            error_hint(&error, "\"batchctl history\" lists them");
        context_fail(context, &error);
        return;
    }
    recorded_batch_make(batch, &record, context->files, arena);
    context_answer(context, &type, batch);
}
