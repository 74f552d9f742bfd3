#include "mcp/mcp_access.h"

#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "cli/command.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "disk/state_dir.h"
#include "session/speaker.h"

void mcp_access_init(struct mcp_access *access, struct options *options) {
    *access = (struct mcp_access){.options = options, .session.channel.descriptor = -1};
    access->name = speaker_name(options->as);
}

static void end_session(struct mcp_access *access) {
    session_release(&access->session);
    access->has_session = false;
}

void mcp_access_release(struct mcp_access *access) {
    end_session(access);
    mcp_feed_release(&access->feed);
    memory_free(access->name);
    access->name = NULL;
}

/* Stricter than the command line: no call may be long, and no agent approves its own work by default. */
static void set_limits(struct config *config) {
    config->lock_timeout_ms = MCP_LOCK_SLICE_MS;
    if (config->answer_timeout_ms > MCP_ANSWER_MS_MOST)
        config->answer_timeout_ms = MCP_ANSWER_MS_MOST;
    if (strcmp(config->review_self, "warn") == 0)
        config->review_self = "no";
}

/* What is wrong with the configuration is in @diagnostics alone. */
static bool begin(struct mcp_access *access, struct error *error) {
    AUTO(diagnostics) diagnostics = {0};
    access->session = (struct session){.channel.descriptor = -1};
    access->has_session = command_open(&access->session, access->options, &diagnostics, error);
    if (access->has_session) {
        set_limits(&access->session.settings.config);
        return true;
    }
    for (size_t i = 0; i < diagnostics.count; i++)
        if (diagnostics.items[i].severity == SEVERITY_ERROR) {
            const struct diagnostic *item = &diagnostics.items[i];
            error_set(error, error->code, "%s:%u: %s", item->file ? item->file : "", item->line, item->message);
            break;
        }
    end_session(access);
    return false;
}

bool mcp_access_open(struct mcp_access *access, struct error *error) {
    if (!access->has_session)
        return begin(access, error);
    session_forget(&access->session);
    return true;
}

const char *mcp_access_root(struct mcp_access *access) {
    AUTO(error) ignored = {0};
    return access->has_session || begin(access, &ignored) ? access->session.settings.root : NULL;
}

bool mcp_access_permit(const struct mcp_access *access, enum config_mcp right, const char *command,
                       struct error *error) {
    const struct config *config = &access->session.settings.config;
    if ((config->mcp_allow & right) == right)
        return true;
    error_set(error, ERROR_DECLINED, "agents may not %s here: [mcp] allow is %s", config_mcp_name(right),
              config->values[CONFIG_MCP_ALLOW]);
    return command ? error_hint(error, "a person can do it: %s", command)
                   : error_hint(error, "a person can change that in %s", access->session.settings.user_file);
}

void mcp_access_rename(struct mcp_access *access, const char *name) {
    if (!name)
        return;
    memory_free(access->name);
    access->name = memory_copy(name);
}

bool mcp_access_is_locked(const struct mcp_access *access) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) ignored = {0};
    return files_open(&files, access->session.settings.root, &ignored) &&
           files_lock_holder(&files, STATE_DIR_FOLDER) != 0;
}
