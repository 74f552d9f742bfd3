/*
 * The claims of a team: an authority (claim_authority.h) that is a server, for all clones of a repository, on all
 * machines. A claims helper asks it (claim_team_link.h). Nothing of it is kept on this machine, and nothing takes its
 * place where it cannot be reached: then every call fails with UNREACHABLE.
 *
 * What a clone has is judged here, from its files and commits: a claim is handed out only if the files are as they were
 * read, and have the commits of what they depend on; work is done only once it is committed.
 */
#ifndef BATCHD_CLAIM_TEAM_H
#define BATCHD_CLAIM_TEAM_H

#include <stdbool.h>
#include <stddef.h>

#include "claims/claim_authority.h"
#include "claims/claim_clone.h"
#include "claims/claim_helper.h"
#include "claims/claim_team_feed.h"
#include "claims/claim_team_link.h"

/* A look at the claims, once an answer. */
struct claim_team_pages {
    struct claim_helper_line *lines;
    size_t count, capacity;
    bool is_complete;
};

struct claim_team {
    struct claim_authority authority; /* first: what the calls receive is the team */
    struct claim_team_link link;
    struct claim_clone clone;
    struct claim_team_pages pages;
    struct claim_team_feed feed; /* of a process that waits; while it follows, pages are kept until there is news */
};

/* A team with the link's setting, and no clone. Not to be moved from then on. */
void claim_team_init(struct claim_team *team, const struct claim_team_setting *setting);
void claim_team_release(struct claim_team *team);

#endif
