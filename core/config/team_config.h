/*
 * The configuration of a team: section [team], which names the server that keeps the claims. It may have come with the
 * plans, so it is checked as anything foreign, and used only after consent (team_trust.h).
 */
#ifndef BATCHD_TEAM_CONFIG_H
#define BATCHD_TEAM_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "disk/files.h"

enum {
    TEAM_NAME_BYTES_MOST = 40,
    TEAM_WORKSPACE_BYTES_MOST = 512,
    TEAM_TIMEOUT_MS_LEAST = 100,
    TEAM_TIMEOUT_MS_MOST = 60000
};

/* Texts are borrowed from the configuration, or from the arena. {0} is no team. */
struct team_config {
    const char *helper; /* of "batchd-claims-HELPER" */
    const char *name;
    const char *service, *url; /* one of them is NULL */
    const char *workspace;     /* or NULL: its path in the working tree */
    const char *server; /* which server that is, for people and for consent: "claims.example.net", "service:NAME" */
    int timeout_ms;
    bool is_insecure;
};

/* Is there a team at all? */
bool team_config_is_set(const struct config *config);

/* INVALID if a value is missing or refused, such as a password in the URL. */
bool team_config_read(struct team_config *team, const struct config *config, struct arena *arena, struct error *error);

/* The same, checked, from values; texts are borrowed. @timeout may be NULL. */
bool team_config_check(struct team_config *team, const char *timeout, struct arena *arena, struct error *error);

/*
 * Append section [team] to the workspace's file of settings: what was there stays byte for byte. The folder .batchd is
 * made if it is missing.
 */
bool team_config_append(const struct team_config *team, const struct files *workspace, struct error *error);

#endif
