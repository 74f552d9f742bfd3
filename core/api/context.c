#include "api/context.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "disk/listing.h"
#include "document/names.h"

void handling_fail(struct handling *handling, struct error *error) {
    answer_fail(handling->answer, error);
}

static bool has_plan_file(const struct files *files) {
    struct listing listing = {0};
    struct error error = {0};
    bool is_found = false;
    files_list(files, "", &listing, &error);
    for (size_t i = 0; i < listing.count; i++)
        is_found |= names_plan(listing.entries[i].name).length > 0;
    error_release(&error);
    listing_release(&listing);
    return is_found;
}

static bool fail_no_plan(const struct handling *handling, struct error *error) {
    enum { LISTED_MOST = 10 };
    const struct workspace *workspace = handling->workspace;
    if (workspace->plan_count == 0) {
        error_set(error, ERROR_NOT_FOUND, "there are no plans in %s", workspace->root);
        if (has_plan_file(handling->files))
            return error_hint(error, "this folder is itself a plan: the root is the folder that holds it");
        return error_hint(
            error, "\"batchctl init MY-PLAN\" makes one; a plan is a folder NAME with a file PLAN_NAME.md. -C names "
                   "another root");
    }
    struct buffer names = {0};
    for (size_t i = 0; i < workspace->plan_count && i < LISTED_MOST; i++)
        buffer_append_format(&names, "%s%s", i ? ", " : "", workspace->plans[i].name);
    if (workspace->plan_count > LISTED_MOST)
        buffer_append_format(&names, " and %zu more", workspace->plan_count - LISTED_MOST);
    error_set(error, ERROR_USAGE, "which plan? there are %zu: %s", workspace->plan_count, buffer_text(&names));
    buffer_release(&names);
    const char *kind = handling->request->prompt;
    return error_hint(error, "name one: batchctl %s%s%s PLAN%s", handling->request->method, kind ? " " : "",
                      kind ? kind : "", handling->request->id ? " ID" : "");
}

const struct plan_place *handling_choose_plan(const struct handling *handling, bool is_strict, struct error *error) {
    const struct workspace *workspace = handling->workspace;
    if (handling->request->plan)
        return workspace_find(workspace, handling->request->plan, is_strict, error);
    const struct plan_place *around =
        handling->request->here ? workspace_plan_around(workspace, handling->request->here) : NULL;
    if (around)
        return around;
    if (workspace->plan_count == 1)
        return &workspace->plans[0];
    fail_no_plan(handling, error);
    return NULL;
}

const struct plan *handling_take_plan(const struct handling *handling, const struct plan_place *place) {
    if (place->snapshot)
        return place->snapshot;
    struct plan *plan = memory_allocate(1, sizeof *plan);
    plan_load(plan, handling->files, place->path);
    plan_set_reference(plan, workspace_reference(place));
    return plan;
}

void handling_return_plan(const struct plan_place *place, const struct plan *plan) {
    if (plan == place->snapshot)
        return;
    struct plan *loaded = (struct plan *)plan; /* by handling_take_plan */
    plan_release(loaded);
    memory_free(loaded);
}
