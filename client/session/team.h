/*
 * The team of a session: the configuration [team], the consent of the user, and the claims that its server keeps.
 */
#ifndef BATCHCTL_TEAM_H
#define BATCHCTL_TEAM_H

#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"
#include "claims/claim_team.h"
#include "config/settings.h"
#include "config/team_config.h"

/* Not to be moved. */
struct team {
    struct arena arena;
    struct team_config config;
    bool is_valid;    /* the configuration is; else every call fails with what is wrong with it */
    bool has_consent; /* of this user, on this machine, for this workspace */
    const char *root; /* of the workspace; borrowed */
    struct claim_team claims;
};

/* The team of the settings, which must outlive it, as the caller owns it; NULL if there is none. Asks nothing. */
struct team *team_open(const struct settings *settings);
/* The same for a configuration that is not written yet; @config is checked, and its texts are borrowed. */
struct team *team_open_new(const struct settings *settings, const struct team_config *config);
void team_close(struct team *team);

/* The question of consent: "Use claims.example.net for the claims of this workspace, in the team shop?" */
const char *team_question(struct team *team);
/* The user agrees, and it is kept. */
bool team_agree(struct team *team, struct error *error);

#endif
