/*
 * Team view: what the verb `team` answers, about the server that keeps the claims of a workspace. Texts are in the
 * arena of the answer; each is NULL where that is not known.
 */
#ifndef BATCHD_TEAM_VIEW_H
#define BATCHD_TEAM_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "claims/claim_team_link.h"
#include "view/claim_view.h"

struct team_warning {
    const char *code, *message;
};

struct team_view {
    const char *name, *server; /* as configured */
    const char *workspace;     /* what the team calls it */
    bool has_consent;
    bool is_written;  /* init: the configuration is new */
    const char *next; /* init: the command that is to follow; or NULL */
    bool is_reached;  /* the server has answered: */
    const char *helper, *host, *port, *database, *login, *version, *tls, *epoch, *standbys;
    uint64_t schema; /* 0: not known */
    bool has_fsync, is_fsync;
    const struct team_warning *warnings;
    size_t warning_count;
    bool has_counts;
    size_t held, marks;
};

/* The server has answered: what it has said, with copies in @arena. */
void team_view_add_server(struct team_view *view, const struct claim_team_server *server, struct arena *arena);

/* Count what is held and marked among the claims of the workspace. */
void team_view_count(struct team_view *view, const struct claims_view *claims);

#endif
