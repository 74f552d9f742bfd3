/*
 * Settings: from the command line, the environment and the configuration files to a workspace and the settings in force
 * there. The same for every program; none of them reads a setting elsewhere.
 *
 * The workspace's folder, the root, is the one given; else BATCHD_ROOT; else what the search finds, or, for a program
 * that does not search, the configured one. It may be reached over links, and is resolved once.
 *
 * A file of settings that cannot be read counts as absent, with a warning (config.unreadable).
 */
#ifndef BATCHD_SETTINGS_H
#define BATCHD_SETTINGS_H

#include <stdbool.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "config/config.h"
#include "disk/files.h"
#include "disk/state_dir.h"

/* The files of settings: the system's, and the workspace's, relative to it. */
#define SETTINGS_SYSTEM_FILE    "/etc/batchd/batchd.conf"
#define SETTINGS_WORKSPACE_FILE STATE_DIR_FOLDER "/config"

/* A variable of the environment, or NULL: getenv(3). The core does not look at the environment itself. */
typedef char *settings_variable(const char *name);

/*
 * Find the root from the working directory. The caller owns the result; @origin, why it is this one, is a constant or
 * lies in the arena of @config, which knows what is configured. NULL with NOT_FOUND.
 */
typedef char *settings_search(void *data, struct config *config, const char **origin, struct error *error);

/* What a command line may set; NULL leaves it to the other layers. */
struct settings_overrides {
    const char *root;
    const char *values[CONFIG_KEYS];  /* of any other key */
    const char *origins[CONFIG_KEYS]; /* "--timeout" */
    settings_variable *variable;
    settings_search *search; /* NULL: do not search, as a service has no working directory to speak of */
    void *search_data;
};

struct settings {
    struct config config;
    char *named;                   /* the root's path as it was named or found, absolute; may lead over links */
    char *root;                    /* the same, resolved; NULL if there is none */
    char *here;                    /* working directory beneath the root, relative to it; NULL if it is elsewhere */
    const char *user_file;         /* where the user's own settings are, if there are any; NULL without a home folder */
    struct file_identity identity; /* of the root */
};

/*
 * Read it all. What is wrong in configuration files is in @diagnostics and makes this fail with INVALID, unless it is
 * only a warning; what could be found out is there all the same, so that it can be shown. NOT_FOUND: there is no root.
 * IO. The caller releases @settings also on failure.
 */
bool settings_read(struct settings *settings, const struct settings_overrides *overrides,
                   struct diagnostics *diagnostics, struct error *error);
void settings_release(struct settings *settings);

/* The user's own file of settings, in the arena of @config; NULL if the environment names no folder for it. */
const char *settings_user_file(struct config *config, settings_variable *variable);

/* Is the file of settings at @path absent, or one with comments alone, such as the package installs? */
bool settings_sets_nothing(const char *path);

/* Where the absolute folder lies beneath the root, as a new string ("" is the root itself); NULL if it does not. */
char *settings_beneath(const struct settings *settings, const char *folder);

#endif
