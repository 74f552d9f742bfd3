#include "session/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "api/methods.h"
#include "api/reconcile.h"
#include "api/reply.h"
#include "api/undo_method.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "claims/claim_fence.h"
#include "claims/claim_folder.h"
#include "config/config.h"
#include "config/socket_path.h"
#include "disk/files.h"
#include "disk/upward_walk.h"
#include "render/style.h"
#include "session/request_defaults.h"
#include "session/root_choice.h"
#include "session/speaker.h"
#include "term/terminal.h"
#include "view/plan_view.h"
#include "wire/request_wire.h"
#include "wire/rpc.h"

void session_init_channel(const struct session *session, struct rpc_client *channel) {
    struct socket_paths addresses;
    struct rpc_root root = rpc_root_of(&session->settings.identity);
    socket_paths_find(&addresses, &session->settings, getenv);
    rpc_client_init(channel, &addresses, &root);
}

bool session_start(struct session *session, const struct settings_overrides *overrides, struct diagnostics *diagnostics,
                   struct error *error) {
    struct settings_overrides all = *overrides;
    all.variable = getenv;
    all.search = root_choice_find;
    all.search_data = &session->makes_root;
    *session = (struct session){
        .claims = CLAIM_BOARD_CLOSED,
        .workspace = {.files = FILES_CLOSED},
        .channel = {.descriptor = -1},
        .makes_root = session->makes_root,
        .is_quiet = session->is_quiet,
        .avoids_daemon = session->avoids_daemon,
    };
    if (!settings_read(&session->settings, &all, diagnostics, error))
        return false;
    session->team = team_open(&session->settings);
    session->has_daemon = !session->avoids_daemon;
    if (session->has_daemon)
        session_init_channel(session, &session->channel);
    return true;
}

static void close_workspace(struct session *session) {
    claim_board_close(&session->claims);
    if (session->has_workspace)
        workspace_release(&session->workspace);
    session->workspace = (struct workspace){.files = FILES_CLOSED};
    session->has_workspace = false;
}

void session_release(struct session *session) {
    close_workspace(session);
    team_close(session->team);
    rpc_client_release(&session->channel);
    settings_release(&session->settings);
    diagnostics_release(&session->warnings);
    *session = (struct session){.channel = {.descriptor = -1}};
}

bool session_find_again(struct session *session) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    struct file_identity identity, *known = &session->settings.identity;
    enum file_kind kind;
    if (!files_open(&files, session->settings.root, &error) || !files_look(&files, "", &kind, &identity, &error))
        return false;
    if (identity.device != known->device || identity.inode != known->inode) {
        *known = identity;
        rpc_client_release(&session->channel);
        session_init_channel(session, &session->channel);
    }
    return true;
}

void session_forget(struct session *session) {
    session_find_again(session);
    close_workspace(session);
}

void session_trust_daemon(struct session *session) {
    if (session->has_daemon)
        return;
    rpc_client_release(&session->channel);
    session_init_channel(session, &session->channel);
    session->has_daemon = true;
}

/* --- answered here --- */

struct claim_setting session_claim_setting(const struct session *session) {
    const struct config *config = &session->settings.config;
    uid_t user = geteuid();
    return (struct claim_setting){config->keeps_claims_in_state ? CLAIM_KEPT_IN_STATE : CLAIM_KEPT_IN_GIT,
                                  {getenv("HOME"), user, root_choice_sudo_user(user)},
                                  config->lock_timeout_ms,
                                  session->team ? &session->team->claims.authority : NULL};
}

static bool open_workspace(struct session *session, struct error *error) {
    if (session->has_workspace)
        return true;
    session->has_workspace = workspace_open(&session->workspace, session->settings.root, error);
    const struct claim_setting setting = session_claim_setting(session);
    claim_board_init(&session->claims, &session->workspace, &setting);
    if (session->team)
        session->team->claims.clone.workspace = &session->workspace;
    return session->has_workspace;
}

/* Verbs of claims ask for consent; reads go on without, and say so. */
static bool ask_consent(struct session *session, const struct request *request, struct error *error) {
    static const char *const methods[] = {"claim", "heartbeat", "release", "claims"};
    struct team *team = session->team;
    bool is_needed = request->claim && !request->is_claim_optional;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        is_needed |= strcmp(request->method, methods[i]) == 0;
    if (!team || !team->is_valid || team->has_consent || !is_needed || !terminal_can_ask())
        return true; /* the team itself refuses */
    return !terminal_ask(team_question(team)) || team_agree(team, error);
}

/* The fence of the claim that the request is made under, if there is one. */
static bool open_fence(struct session *session, struct request *request, struct claim_fence *fence,
                       struct error *error) {
    struct claim_board *claims = &session->claims;
    if (!request->claim)
        return true;
    claim_board_update(claims);
    if (!claim_board_require(claims, error) ||
        !claim_fence_open(fence, claims->authority, request->claim, request->is_claim_optional, error))
        return false;
    request->batch_fence = &fence->fence;
    return true;
}

/* @make: request_handle, or reconcile_settle for a write whose answer was lost. */
static void make_answer(struct session *session, const struct request *request,
                        void (*make)(struct workspace *, const struct request *, struct answer *),
                        struct answer *answer) {
    struct error error = {0};
    *answer = (struct answer){.kind = request->method};
    struct request whole = *request;
    AUTO_CALL(claim_fence_close) struct claim_fence fence = {0};
    whole.claims = &session->claims;
    if (open_workspace(session, &error) && ask_consent(session, &whole, &error) &&
        open_fence(session, &whole, &fence, &error))
        make(&session->workspace, &whole, answer);
    else
        answer_fail(answer, &error);
}

/* --- answered by the daemon --- */

bool session_fail_call(const struct session *session, const struct rpc_client *channel, enum rpc_outcome outcome,
                       struct error *error) {
    AUTO(buffer) trouble = {0};
    if (outcome == RPC_NO_DAEMON)
        return error_set(error, ERROR_UNREACHABLE, "there is no daemon of %s", session->settings.root);
    rpc_client_explain(channel, outcome, session->settings.config.answer_timeout_ms, &trouble);
    return error_set(error, ERROR_UNREACHABLE, "the daemon on %s %s", rpc_client_name(channel), trouble.data);
}

/* The daemon is of no use any more in this session. */
static void give_up_after(struct session *session, enum rpc_outcome outcome) {
    AUTO(buffer) trouble = {0};
    session->has_daemon = false;
    rpc_client_explain(&session->channel, outcome, session->settings.config.answer_timeout_ms, &trouble);
    if (trouble.length && !session->is_quiet) /* that there is none is nothing to complain of */
        terminal_say("warning: the daemon on %s %s; batchctl answers without the daemon",
                     rpc_client_name(&session->channel), trouble.data);
}

/* --- writes, which must not get lost --- */

/* Is the daemon there and awake? Nothing is done by asking. */
static bool is_awake(struct session *session, struct rpc_client *channel) {
    struct span result;
    return rpc_client_call(channel, "ping", (struct span){0}, session->settings.config.answer_timeout_ms, &result) ==
           RPC_ANSWERED;
}

/* The same over a separate connection, while another one waits for its answer. */
static bool is_still_awake(struct session *session) {
    struct socket_paths addresses = {0};
    struct rpc_client channel;
    *LIST_ADD(addresses.names, addresses.count, addresses.capacity) = rpc_client_name(&session->channel);
    rpc_client_init(&channel, &addresses, &session->channel.root);
    bool is_well = is_awake(session, &channel);
    rpc_client_release(&channel);
    return is_well;
}

/* A batch may take long; whether the daemon still works on it is asked now and then. */
static enum rpc_outcome wait_on(struct session *session, struct reply *reply) {
    enum { WAITS_MOST = 1000 }; /* of answer_timeout each */
    enum rpc_outcome outcome = RPC_TIMED_OUT;
    for (int i = 0; i < WAITS_MOST && outcome == RPC_TIMED_OUT && is_still_awake(session); i++)
        outcome = rpc_client_wait(&session->channel, session->settings.config.answer_timeout_ms, reply);
    return outcome;
}

/*
 * Sends the request of a form to the daemon. True if it has replied; else the answer is made here: a write that it may
 * have done is looked for first.
 */
static bool ask_daemon(struct session *session, const struct request *request, struct reply *reply,
                       struct answer *answer) {
    struct rpc_client *channel = &session->channel;
    struct span pong;
    int timeout_ms = session->settings.config.answer_timeout_ms;
    bool is_write = request_is_write(request);
    /* a daemon that does not answer the ping gets no write; a connection may have been closed since it was used */
    enum rpc_outcome outcome =
        is_write ? rpc_client_call(channel, "ping", (struct span){0}, timeout_ms, &pong) : RPC_ANSWERED;
    bool is_sent = outcome == RPC_ANSWERED;
    if (is_sent)
        outcome = rpc_client_ask(channel, request, timeout_ms, reply);
    if (is_write && is_sent && outcome == RPC_TIMED_OUT)
        outcome = wait_on(session, reply);
    if (outcome == RPC_ANSWERED)
        return true;
    give_up_after(session, outcome);
    bool may_be_done = is_write && is_sent && outcome != RPC_REJECTED;
    make_answer(session, request, may_be_done ? reconcile_settle : request_handle, answer);
    return false;
}

/* The journal stores this label with a batch, so that its result can be found. */
static const char *make_request_id(struct arena *arena) {
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        number = (uint64_t)getpid();
    return arena_format(arena, "batchctl-%016" PRIx64, number);
}

/* --- */

/* A plan named by a path that exists from here ("./X", "../a/X", "/plans/X") -> its place beneath the root, or NULL. */
static char *plan_beneath(const struct session *session, const char *plan) {
    bool is_path = plan && (strchr(plan, '/') || strcmp(plan, ".") == 0 || strcmp(plan, "..") == 0);
    if (!is_path)
        return NULL;
    char *resolved = realpath(plan[0] == '@' ? plan + 1 : plan, NULL);
    char *result = resolved ? settings_beneath(&session->settings, resolved) : NULL;
    memory_free(resolved);
    return result;
}

/* The first answer has the warnings of the settings. */
static void finish_answer(struct session *session, const struct request *request, struct answer *answer) {
    answer->kind = request->method;
    diagnostics_append(&answer->diagnostics, &session->warnings);
    diagnostics_release(&session->warnings);
}

/* @request is to be complete but for what the session knows. Its texts live as long as the arena. */
static void complete(const struct session *session, const struct request *request, struct request *sent,
                     struct arena *arena) {
    AUTO_FREE char *plan = plan_beneath(session, request->plan);
    *sent = *request;
    if (plan) /* the root itself is no plan, and means what it means to name none */
        sent->plan = plan[0] ? arena_copy(arena, plan, strlen(plan)) : NULL;
    request_defaults_add(sent, &session->settings);
    sent->host = speaker_host();
    if (!request_is_write(sent))
        return;
    if (sent->request_id)
        sent->last_batch = reconcile_last_batch(session->settings.root); /* the user's word may have been used before */
    else
        sent->request_id = make_request_id(arena);
}

/* The warnings of the settings belong into the reply, which is then made here. */
static bool may_ask_daemon(const struct session *session, const struct request *request) {
    return session->has_daemon && !session->team && !request->claim && !request->batch_fence &&
           !request_is_local(request->method) && rpc_can_write(request) && session->warnings.count == 0;
}

/* The daemon may die with the answer, and with what "the last batch" was. */
static void name_batch(struct session *session, struct request *sent) {
    AUTO(error) error = {0};
    if (strcmp(sent->method, "undo") == 0 && !sent->batch && !sent->is_dry_run && open_workspace(session, &error))
        undo_method_name_batch(&session->workspace, sent);
}

void session_view(struct session *session, const struct request *request, struct answer *answer) {
    struct request sent;
    AUTO(arena) arena = {0};
    complete(session, request, &sent, &arena);
    make_answer(session, &sent, request_handle, answer);
    finish_answer(session, request, answer);
}

bool session_find_plan(struct session *session, const char *plan, char **path, struct error *error) {
    AUTO(answer) answer = {0};
    const struct request request = {.method = "next", .plan = plan};
    *path = NULL;
    if (!plan)
        return true;
    session_view(session, &request, &answer);
    const struct plan_list *list = answer.view; /* also of an invalid plan */
    if (list && list->count)
        *path = memory_copy(list->plans->path);
    else
        answer_take_error(&answer, error);
    return *path;
}

void session_reply(struct session *session, const struct request *request, struct reply *reply) {
    struct request sent;
    struct answer answer;
    AUTO(arena) arena = {0};
    AUTO(buffer) git = {0};
    *reply = (struct reply){0};
    complete(session, request, &sent, &arena);
    if (may_ask_daemon(session, &sent)) {
        const struct claim_setting setting = session_claim_setting(session);
        claim_setting_append_git(&git, &setting, session->settings.root);
        sent.git = buffer_text(&git);
        name_batch(session, &sent);
        if (ask_daemon(session, &sent, reply, &answer))
            return;
    } else {
        make_answer(session, &sent, request_handle, &answer);
    }
    finish_answer(session, request, &answer);
    reply_write(reply, &answer, &request->style);
    answer_release(&answer);
}
