#include "doctor/check_access.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/state_dir.h"

/* Folders that cannot be written, for one cause. */
struct closed {
    int failure; /* errno of the first one; 0 if there is none */
    char *first; /* its path */
    size_t count;
    struct buffer plans; /* the names of the first ones */
};

static void closed_release(struct closed *closed) {
    memory_free(closed->first);
    buffer_release(&closed->plans);
    *closed = (struct closed){0};
}

/* The owner of the folder; our own user if that cannot be known. */
static uid_t owner_of(const struct files *files, const char *path) {
    AUTO(error) error = {0};
    enum file_kind kind;
    struct file_identity identity = {.owner = geteuid()};
    files_look(files, path, &kind, &identity, &error);
    return identity.owner;
}

static void append_remedy(struct buffer *text, const struct files *files, const char *path, int failure) {
    const char *folder = path[0] ? path : ".";
    uid_t owner = owner_of(files, path);
    if (failure == EROFS) {
        buffer_append_string(text, "sudo mount -o remount,rw \"$(findmnt -no TARGET -T ");
        text_append_shell_word(text, folder);
        buffer_append_string(text, ")\"");
    } else if (owner == geteuid()) {
        buffer_append_string(text, "chmod u+rwx ");
        text_append_shell_word(text, folder);
    } else {
        buffer_append_format(text, "ask its owner (uid %u), or work in a copy of your own", (unsigned)owner);
    }
}

/* @what: where they fail, " in the plan X"; or "". */
static void report(struct findings *findings, const struct files *files, const char *path, int failure,
                   const char *what) {
    AUTO(buffer) remedy = {0};
    bool is_read_only = failure == EROFS;
    bool is_foreign = !is_read_only && owner_of(files, path) != geteuid();
    append_remedy(&remedy, files, path, failure);
    findings_report(findings, is_foreign ? FINDING_NOTE : FINDING_WARNING,
                    is_read_only ? "workspace.read_only" : "workspace.access", path[0] ? path : NULL, remedy.data,
                    "commands that write (create, undo, init) fail%s: %s", what, strerrordesc_np(failure));
}

/* What batches of a plan are written to. The plan's folder itself takes parallel.json, and folders that are missing. */
static int look_at_plan(const struct files *files, const char *plan, struct arena *arena, const char **path) {
    static const char *const inner[] = {"", "/subplans", "/execution", "/execution/feedbacks"};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        *path = arena_format(arena, "%s%s", plan, inner[i]);
        int failure = files_access(files, *path);
        if (failure == EROFS || failure == EACCES || failure == EPERM)
            return failure;
    }
    return 0;
}

static void find_closed(struct closed *closed, const struct workspace *workspace, const struct files *files) {
    enum { NAMED_MOST = 3 };
    AUTO(arena) arena = {0};
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const struct plan_place *plan = &workspace->plans[i];
        const char *path;
        int failure = look_at_plan(files, plan->path, &arena, &path);
        if (!failure)
            continue;
        if (!closed->first) {
            closed->first = memory_copy(path);
            closed->failure = failure;
        }
        if (closed->count++ < NAMED_MOST)
            buffer_append_format(&closed->plans, "%s%s", closed->count > 1 ? ", " : "", workspace_reference(plan));
    }
    if (closed->count > NAMED_MOST)
        buffer_append_format(&closed->plans, " and %zu more", closed->count - NAMED_MOST);
}

static bool has_state(const struct files *files) {
    AUTO(error) error = {0};
    enum file_kind kind;
    return !files_look(files, STATE_DIR_FOLDER, &kind, NULL, &error) || kind != FILE_ABSENT;
}

void check_access_report(struct findings *findings, const struct workspace *workspace, const struct files *files) {
    AUTO_CALL(closed_release) struct closed closed = {0};
    AUTO(buffer) what = {0};
    int failure = files_access(files, "");
    if (failure == EROFS || (failure && !has_state(files))) {
        report(findings, files, "", failure, "");
        return;
    }
    find_closed(&closed, workspace, files);
    if (!closed.count)
        return;
    buffer_append_format(&what, " in %s %s", closed.count == 1 ? "the plan" : "the plans", closed.plans.data);
    report(findings, files, closed.first, closed.failure, what.data);
}
