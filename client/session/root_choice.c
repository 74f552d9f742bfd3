#include "session/root_choice.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "disk/upward_walk.h"
#include "plan/workspace_search.h"

static char *fail_not_found(const char *start, const struct workspace_found *found, struct error *error) {
    struct buffer end = {0};
    workspace_found_explain_end(found, &end);
    error_set(error, ERROR_NOT_FOUND, "no plans found from %s, and no workspace is configured; %s", start,
              buffer_text(&end));
    error_hint(error, "go to the folder that holds your plans, or name it: batchctl -C DIR status%s",
               found->top ? "; \"batchctl init MY-PLAN\" makes a first plan here" : "");
    buffer_release(&end);
    return NULL;
}

/* A folder that the search finds from then on: in a working tree it is the same from everywhere. */
static const char *new_workspace(const char *start, const struct workspace_found *found, const char **origin) {
    *origin = "no plans are found, so it becomes a workspace";
    return found->empty ? found->empty : found->boundary == BOUNDARY_TREE ? found->top : start;
}

static char *choose(bool makes_root, struct config *config, const char *start, const struct workspace_found *found,
                    const char **origin, struct error *error) {
    struct buffer reason = {0};
    if (found->reason == WORKSPACE_CONFIGURED || (!found->folder && config->root)) {
        buffer_append_format(&reason, "%s, %s", config->origins[CONFIG_ROOT],
                             found->folder ? "which holds the working directory"
                                           : "as no plans are found from the working directory");
    } else if (found->folder) {
        buffer_append_string(&reason, "found from the working directory: ");
        workspace_found_explain(found, &reason);
    }
    if (reason.length)
        *origin = arena_copy(&config->arena, reason.data, reason.length);
    buffer_release(&reason);
    if (found->folder || config->root)
        return memory_copy(found->folder ? found->folder : config->root);
    if (makes_root && found->top)
        return memory_copy(new_workspace(start, found, origin));
    return fail_not_found(start, found, error);
}

uid_t root_choice_sudo_user(uid_t user) {
    const char *text = user == 0 ? getenv("SUDO_UID") : NULL;
    char *end = NULL;
    unsigned long caller = text ? strtoul(text, &end, 10) : 0;
    return text && end > text && *end == '\0' && caller < UINT32_MAX ? (uid_t)caller : user;
}

char *root_choice_find(void *data, struct config *config, const char **origin, struct error *error) {
    const bool *makes_root = data;
    struct workspace_found found;
    uid_t user = geteuid();
    char *start = getcwd(NULL, 0);
    if (!start) {
        error_set_system(error, errno, "cannot find the working directory");
        return NULL;
    }
    workspace_search_from(&(struct workspace_search){.start = start,
                                                     .configured = config->root,
                                                     .limits = {getenv("HOME"), user, root_choice_sudo_user(user)}},
                          &found);
    char *root = choose(*makes_root, config, start, &found, origin, error);
    workspace_found_release(&found);
    memory_free(start);
    return root;
}
