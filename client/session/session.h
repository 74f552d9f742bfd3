/*
 * A session: the settings, and answers to requests. If a daemon of this root is there it is asked, else the requests
 * are answered in this process; data, diagnostics and exit status are the same. Where a daemon fails, a line on
 * standard error says so, and the answer is made here. A workspace of a team is answered for here alone: no daemon
 * knows the team's claims.
 */
#ifndef BATCHCTL_SESSION_H
#define BATCHCTL_SESSION_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "claims/claim_board.h"
#include "config/settings.h"
#include "plan/workspace.h"
#include "session/rpc_client.h"
#include "session/team.h"

struct session {
    struct settings settings;
    struct claim_board claims;  /* of the workspace, opened with it */
    struct workspace workspace; /* opened when a request is answered here */
    struct team *team;          /* the one that the workspace is of; NULL if there is none */
    struct rpc_client channel;
    struct diagnostics warnings; /* of the settings; the first answer takes them */
    bool makes_root;             /* where no workspace is found, one is to be made */
    bool has_daemon;             /* may be asked: not forbidden, and it has not failed */
    bool has_workspace;
    bool is_quiet;
    bool avoids_daemon; /* none is to be asked */
};

/*
 * Read the settings and find the workspace. @session is {0}, but for makes_root, is_quiet and avoids_daemon;
 * @overrides has a root and values, the environment and the search are the session's. The caller releases @session also
 * on failure.
 */
bool session_start(struct session *session, const struct settings_overrides *overrides, struct diagnostics *diagnostics,
                   struct error *error);
void session_release(struct session *session);

/* Where claims of its workspace are, as it is configured; borrows from @session. */
struct claim_setting session_claim_setting(const struct session *session);

/* A separate channel to the daemon of the session's root; not connected yet. */
void session_init_channel(const struct session *session, struct rpc_client *channel);

/* What became of a call on @channel that the daemon has not answered: UNREACHABLE. Always false. */
bool session_fail_call(const struct session *session, const struct rpc_client *channel, enum rpc_outcome outcome,
                       struct error *error);

/*
 * For programs that live long: another folder may have come to the root's path. Its daemon is another one, too. False
 * if no folder is there now.
 */
bool session_find_again(struct session *session);
/* The same, and forget which plans there are, so that the next request finds them again. */
void session_forget(struct session *session);
/* A daemon has been met, perhaps after another one failed: ask it from now on. */
void session_trust_daemon(struct session *session);

/*
 * The reply to @request in the form of its style, which its method must have (reply_has_form): as if it had been made
 * in the working directory, unless it says where, with the timeout and the defaults that are configured. A write whose
 * reply is lost is looked for in the journal: it is reported if it happened, done here if it did not, and UNKNOWN if
 * that cannot be found out.
 */
void session_reply(struct session *session, const struct request *request, struct reply *reply);

/* The answer to the same, made in this process, whether there is a daemon or not: @answer has the view. */
void session_view(struct session *session, const struct request *request, struct answer *answer);

/* The folder of @plan, an owned string; NULL for all if that is NULL. The error is the one of each verb. */
bool session_find_plan(struct session *session, const char *plan, char **path, struct error *error);

#endif
