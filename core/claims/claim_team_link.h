/*
 * The link to the server of a team: a claims helper that has greeted it, requests, and the errors of answers. Errors
 * begin with "team: ", and what cannot be reached is "team: unreachable".
 */
#ifndef BATCHD_CLAIM_TEAM_LINK_H
#define BATCHD_CLAIM_TEAM_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "claims/claim_authority.h"
#include "claims/claim_helper.h"

/* Which server, and as whom. Borrowed; nothing is NULL but what says so. */
struct claim_team_setting {
    const char *program;       /* the helper's path */
    char *const *environment;  /* of the helper */
    const char *name;          /* of the team */
    const char *service, *url; /* one of them NULL */
    const char *workspace;     /* what the team calls it */
    const char *host, *agent;  /* this machine, and the client with its version */
    int timeout_ms;
    bool is_insecure;
};

/* What the server has said of it, for people. Texts are NULL where it has not. */
struct claim_team_server {
    const char *helper, *epoch;
    const char *host, *port, *database, *login, *version, *tls, *standbys;
    uint64_t schema; /* 0: not said */
    bool has_fsync, is_fsync;
    struct claim_notice *notices;
    size_t notice_count;
};

/* {.setting} is valid. Not to be copied. */
struct claim_team_link {
    struct claim_team_setting setting;
    struct claim_helper helper;
    int64_t deadline_ms;             /* by clock_now_ms: no answer is waited for longer; 0: none */
    struct error refusal;            /* of every request, while it has a code: no consent, or a bad configuration */
    bool is_greeted;                 /* the process that runs */
    uint64_t greeting;               /* the number of its greeting, from 1 */
    bool has_events;                 /* the helper can subscribe to them */
    uint64_t seq;                    /* the last event that is known */
    struct arena arena;              /* of the server's texts, and @mark */
    const char *mark;                /* of the last event; or NULL */
    struct claim_team_server server; /* as of the last greeting */
};
void claim_team_link_release(struct claim_team_link *link);

/* Start and greet, unless that is done. UNREACHABLE; IO if the server denies it; INTERNAL. */
bool claim_team_link_open(struct claim_team_link *link, struct error *error);

/*
 * Ask @members, the JSON of an object; @answer gets the line, @ok its content. It is asked once more if the epoch was
 * new, or if it is not known whether it was carried out, which all requests allow. Errors as above; @reason is SETTLING
 * if it is to be asked again later, and may be NULL.
 */
bool claim_team_link_ask(struct claim_team_link *link, struct span members, struct claim_helper_line *answer,
                         const cJSON **ok, enum claim_reason *reason, struct error *error);

/* The helper has sent what the protocol forbids. Always returns false. */
bool claim_team_link_fail(struct claim_team_link *link, struct error *error);

#endif
