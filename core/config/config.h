/*
 * Configuration: one struct, filled in layers, each value with its origin. Later layers win:
 *   built in < /etc/batchd/batchd.conf < $XDG_CONFIG_HOME/batchd/batchd.conf < <root>/.batchd/config < BATCHD_* < flags
 * The files are INI (read with inih). An unknown section or key or a bad value is a diagnostic with file and line.
 */
#ifndef BATCHD_CONFIG_H
#define BATCHD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"

enum config_key {
    CONFIG_ROOT,              /* [workspace] root: the workspace if none is found otherwise; absolute */
    CONFIG_REQUIRE_COMPLETE,  /* [create] require_complete_subplans */
    CONFIG_REVIEW_SELF,       /* [review] self: warn, no or yes */
    CONFIG_REQUIRE_SUBMITTED, /* [review] require_submitted */
    CONFIG_CLAIMS_FOLDER,     /* [claims] folder: git or state */
    CONFIG_LOCK_TIMEOUT,      /* [create] lock_timeout: how long to wait for another batch */
    CONFIG_ANSWER_TIMEOUT,    /* [client] answer_timeout: how long to wait for the daemon */
    CONFIG_ASCII,             /* [client] ascii: auto, yes or no */
    CONFIG_SOCKET,            /* [daemon] socket: where it listens; absolute */
    CONFIG_SETTLE,            /* [daemon] settle: quiet before events are published */
    CONFIG_AUTO_CREATE,       /* [daemon] auto_create */
    CONFIG_AUDIT_INTERVAL,    /* [daemon] audit_interval; 0 for never */
    CONFIG_LOG_LEVEL,         /* [daemon] log_level */
    CONFIG_MCP_ALLOW,         /* [mcp] allow: what agents may do */
    CONFIG_TEAM_CLAIMS,       /* [team] claims: which helper keeps the claims of a team; see team_config.h */
    CONFIG_TEAM_NAME,         /* [team] name */
    CONFIG_TEAM_SERVICE,      /* [team] service */
    CONFIG_TEAM_URL,          /* [team] url */
    CONFIG_TEAM_WORKSPACE,    /* [team] workspace */
    CONFIG_TEAM_TIMEOUT,      /* [team] timeout */
    CONFIG_TEAM_INSECURE,     /* [team] insecure */
    CONFIG_KEYS
};

/* What [mcp] allow permits to agents, as bits. */
enum config_mcp {
    CONFIG_MCP_READ = 1,
    CONFIG_MCP_CLAIM = 2,
    CONFIG_MCP_CREATE = 4,
    CONFIG_MCP_SUBMIT = 8,
    CONFIG_MCP_DECIDE = 16,
    CONFIG_MCP_UNDO = 32,
};

/* The word for one of them: "read", ... */
const char *config_mcp_name(enum config_mcp right);

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* {0} is not valid: use config_init. */
struct config {
    struct arena arena;
    const char *root; /* NULL if none is configured */
    bool require_complete_subplans, require_submitted;
    const char *review_self;    /* "warn", "no" or "yes" */
    bool keeps_claims_in_state; /* not in the git folder */
    int lock_timeout_ms, answer_timeout_ms;
    const char *ascii;  /* "auto", "yes" or "no" */
    const char *socket; /* NULL if none is configured */
    int settle_ms, audit_interval_ms;
    bool auto_creates_executions;
    enum log_level log_level;
    unsigned mcp_allow;               /* enum config_mcp */
    bool is_insecure_team;            /* a server whose identity is not verified is permitted */
    const char *values[CONFIG_KEYS];  /* as written */
    const char *origins[CONFIG_KEYS]; /* "built in", "/etc/batchd/batchd.conf:3", "BATCHD_ROOT", "--timeout" */
};

/* What the config of a workspace counts for: it may have come with the plans, from anybody. */
enum config_right {
    CONFIG_IGNORED,  /* nothing: the key is the user's or the system's */
    CONFIG_TIGHTENS, /* a strict value, where the one before it is not stricter; of a list, what both have */
    CONFIG_HARMLESS, /* a duration, up to CONFIG_WORKSPACE_MOST_MS */
    CONFIG_AGREED,   /* anything: it is used once the user has agreed to the team, see team_trust.h */
};

enum { CONFIG_WORKSPACE_MOST_MS = 5000 };

/* One row of the table of keys: what may be set, and by whom; for help, man pages and "config show". */
struct config_entry {
    const char *section, *key, *environment, *built_in, *meaning;
    enum config_right right;
};
extern const struct config_entry config_entries[CONFIG_KEYS];

/* "ignored", "tightens", "harmless", "agreed" */
const char *config_right_name(enum config_right right);

/* The defaults. The caller releases it. */
void config_init(struct config *config);
void config_release(struct config *config);

/*
 * Read one layer, the text of @file. Returns false if anything in it is wrong (config.unknown, config.value,
 * config.syntax); what is right is set all the same.
 */
bool config_read(struct config *config, struct span text, const char *file, struct diagnostics *diagnostics);

/*
 * The same for the config of a workspace, which may set only what each key permits. All the rest,
 * whatever is wrong with it, is one warning (config.ignored) that names @user_file, where it belongs.
 */
void config_read_workspace(struct config *config, struct span text, const char *file, const char *user_file,
                           struct diagnostics *diagnostics);

/* Has the text of a layer neither settings nor faults: blank lines, comments and known sections alone? */
bool config_sets_nothing(struct span text);

/* Set one value from elsewhere; @origin says from where. False with a diagnostic (config.value) if it is bad. */
bool config_set(struct config *config, enum config_key key, const char *value, const char *origin,
                struct diagnostics *diagnostics);

#endif
