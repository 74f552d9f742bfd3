#include "commands/claim_runner.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/path.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_clock.h"
#include "cli/command.h"
#include "commands/change_loop.h"
#include "commands/kept_command.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/claim_view.h"

enum {
    RETRY_MS = 2000,
    LAST_ANSWER_MS = 1000, /* to a renewal at the end of the claim's time, of a team's server */
};

/* --- taking, perhaps after a wait --- */

static int64_t wait_deadline(const struct options *options) {
    return options->wait_ms ? clock_now_ms() + options->wait_ms : INT64_MAX;
}

static void fail_waiting(struct answer *answer) {
    struct error error = {0};
    const struct diagnostics *said = &answer->diagnostics;
    error_set(&error, ERROR_TIMEOUT, "timed out: %s",
              said->count ? said->items[said->count - 1].message : "nothing is free");
    diagnostics_release(&answer->diagnostics);
    answer_fail(answer, &error);
}

/* Is something else than the wait to blame, or has it succeeded? */
static bool is_final(const struct answer *answer, const struct request *request) {
    const struct claim_view *view = answer->view;
    bool is_settling = view && view->reason && strcmp(view->reason, claim_reason_name(CLAIM_REASON_SETTLING)) == 0;
    return !is_settling && (answer->code != ERROR_PREREQUISITES || request->id);
}

struct taking {
    struct session *session;
    const struct request *request;
    struct answer *answer;
};

/* Asked again at once in the first step: what was free before the feed had no event. */
static enum change_loop_next step(void *data) {
    const struct taking *taking = data;
    answer_release(taking->answer);
    session_view(taking->session, taking->request, taking->answer);
    return is_final(taking->answer, taking->request) ? CHANGE_LOOP_END : CHANGE_LOOP_WAIT;
}

static void take(struct session *session, const struct options *options, struct answer *answer) {
    struct taking taking = {session, &options->request, answer};
    session_view(session, &options->request, answer);
    if (!options->wants_wait || is_final(answer, &options->request))
        return;
    if (!change_loop_run(session, wait_deadline(options), step, &taking))
        fail_waiting(answer);
}

int claim_runner_wait(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer = {0};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    take(&session, options, &answer);
    session_release(&session);
    return command_finish(&answer, options);
}

/* --- the claim that is kept --- */

struct kept_claim {
    struct session *session;
    const struct verb *verb;
    struct options *options;
    struct arena arena;
    const char *handle, *plan, *id, *kind, *file;
    uint64_t ttl_ms, deadline_ms; /* the deadline on CLOCK_BOOTTIME, as far as this process knows */
    const char *as;
};

static uint64_t boot_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static const char *keep(struct kept_claim *claim, const char *text) {
    return text ? arena_copy(&claim->arena, text, strlen(text)) : NULL;
}

/* What was taken, out of the answer, which is released before the command ends. */
static void note_claim(struct kept_claim *claim, const struct answer *answer) {
    const struct claim_view *taken = answer->view;
    claim->handle = keep(claim, taken->handle);
    claim->plan = keep(claim, taken->path);
    claim->id = keep(claim, taken->id);
    claim->kind = claim_kind_name(taken->claim->kind);
    if (taken->file) {
        AUTO_FREE char *path = path_in(claim->session->settings.root, taken->file);
        claim->file = keep(claim, path);
    }
}

static char **variables_of(struct kept_claim *claim) {
    struct arena *arena = &claim->arena;
    char **variables = arena_allocate(arena, 7, sizeof *variables);
    variables[0] = arena_format(arena, "BATCHCTL_CLAIM=%s", claim->handle);
    variables[1] = arena_format(arena, "BATCHCTL_PLAN=%s", claim->plan);
    variables[2] = arena_format(arena, "BATCHCTL_ID=%s", claim->id);
    variables[3] = arena_format(arena, "BATCHCTL_FOR=%s", claim->kind);
    variables[4] = arena_format(arena, "BATCHCTL_FILE=%s", claim->file ? claim->file : "");
    variables[5] = arena_format(arena, "BATCHD_ROOT=%s", claim->session->settings.root);
    return variables;
}

/* What has failed, for standard error. */
static void say_why(const struct answer *answer) {
    const struct diagnostics *said = &answer->diagnostics;
    for (size_t i = 0; i < said->count; i++)
        if (said->items[i].severity == SEVERITY_ERROR)
            terminal_say("error: %s", said->items[i].message);
}

enum renewal { RENEWED, NOT_RENEWED, LOST };

static uint64_t left_ms(const struct kept_claim *claim) {
    uint64_t now_ms = boot_ms();
    return claim->deadline_ms > now_ms ? claim->deadline_ms - now_ms : 0;
}

/* A server that is silent must not keep the command alive beyond the claim. */
static void limit_answer(struct kept_claim *claim) {
    uint64_t wait_ms = left_ms(claim) > LAST_ANSWER_MS ? left_ms(claim) : LAST_ANSWER_MS;
    if (claim->session->team)
        claim->session->team->claims.link.deadline_ms = clock_now_ms() + (int64_t)wait_ms;
}

static enum renewal renew(struct kept_claim *claim) {
    const struct request request = {.method = "heartbeat", .handles = &claim->handle, .handle_count = 1};
    struct answer answer = {0};
    uint64_t now_ms = boot_ms();
    limit_answer(claim);
    session_view(claim->session, &request, &answer);
    if (claim->session->team)
        claim->session->team->claims.link.deadline_ms = 0;
    enum error_code code = answer.code;
    if (code == ERROR_STALE)
        say_why(&answer);
    answer_release(&answer);
    if (code == ERROR_NONE)
        claim->deadline_ms = now_ms + claim->ttl_ms;
    return code == ERROR_NONE ? RENEWED : code == ERROR_STALE ? LOST : NOT_RENEWED;
}

static uint64_t renew_interval_ms(const struct kept_claim *claim) {
    return claim_renewal_ms(claim->ttl_ms, claim->session->team);
}

static uint64_t retry_ms(const struct kept_claim *claim) {
    uint64_t left = left_ms(claim);
    return left > RETRY_MS ? RETRY_MS : left > 0 ? left : 1;
}

/* Until the command ends, or the claim is lost, which ends the command: then false. */
static bool keep_while_running(struct kept_claim *claim, struct kept_command *command) {
    kept_command_set_timer(command, renew_interval_ms(claim));
    while (kept_command_wait(command) != KEPT_ENDED) {
        enum renewal renewal = renew(claim);
        if (renewal == LOST || (renewal == NOT_RENEWED && boot_ms() >= claim->deadline_ms)) {
            kept_command_stop(command);
            return false;
        }
        kept_command_set_timer(command, renewal == RENEWED ? renew_interval_ms(claim) : retry_ms(claim));
    }
    return true;
}

/* --- the end --- */

static void release(struct kept_claim *claim, bool is_done, const char *note, struct answer *answer) {
    const struct request request = {.method = "release",
                                    .handles = &claim->handle,
                                    .handle_count = 1,
                                    .is_done = is_done,
                                    .submits = claim->options->request.submits,
                                    .message = note,
                                    .as = claim->as};
    session_view(claim->session, &request, answer);
}

static int give_up(struct kept_claim *claim, const char *note, int status) {
    struct answer answer = {0};
    release(claim, false, note, &answer);
    bool is_lost = answer.code == ERROR_STALE;
    if (answer.code)
        say_why(&answer);
    answer_release(&answer);
    return is_lost ? ERROR_STALE : status;
}

/* May the same call succeed a little later, as for a lock that was busy? */
static bool may_pass(enum error_code code) {
    return code != ERROR_NONE && code != ERROR_PREREQUISITES && code != ERROR_STALE;
}

/* Without its end another would do the work again, so what fails is repeated until the claim runs out. */
static enum error_code end_done(struct kept_claim *claim) {
    for (bool is_first = true;; is_first = false) {
        struct answer answer = {0};
        release(claim, true, NULL, &answer);
        enum error_code code = answer.code;
        bool is_last = !may_pass(code) || left_ms(claim) == 0;
        if (code && (is_first || is_last))
            say_why(&answer);
        answer_release(&answer);
        if (is_last)
            return code;
        if (is_first)
            terminal_say("trying again until the claim runs out");
        session_forget(claim->session);
        poll(NULL, 0, (int)retry_ms(claim));
    }
}

/* COMMAND has ended with 0. */
static int finish_work(struct kept_claim *claim) {
    enum error_code code = end_done(claim);
    return code == ERROR_PREREQUISITES ? give_up(claim, "the command ended, and the work is not done", (int)code)
                                       : (int)code;
}

static int finish_command(struct kept_claim *claim, const struct kept_command *command) {
    char note[64];
    if (WIFEXITED(command->status) && WEXITSTATUS(command->status) == 0)
        return finish_work(claim);
    if (WIFSIGNALED(command->status))
        snprintf(note, sizeof note, "signal %d", WTERMSIG(command->status));
    else
        snprintf(note, sizeof note, "exit %d", WEXITSTATUS(command->status));
    terminal_say("error: %s ended with %s; the claim is given up", claim->options->command[0], note);
    return give_up(claim, note, RUNNER_COMMAND_FAILED);
}

static int fail_start(struct kept_claim *claim, int failure) {
    terminal_say("error: cannot run %s: %s", claim->options->command[0], strerrordesc_np(failure));
    return give_up(claim, "the command cannot be run", failure == ENOENT ? RUNNER_NO_SUCH_COMMAND : RUNNER_CANNOT_RUN);
}

static int run_kept(struct kept_claim *claim) {
    struct kept_command command;
    int failure = kept_command_start(&command, claim->options->command, variables_of(claim)), status = ERROR_STALE;
    if (failure)
        status = fail_start(claim, failure);
    else if (keep_while_running(claim, &command))
        status = finish_command(claim, &command);
    kept_command_end(&command);
    return status;
}

static int run_taken(struct kept_claim *claim, struct answer *answer) {
    note_claim(claim, answer);
    if (!claim->options->is_quiet)
        terminal_say("claimed %s of %s for %s", claim->id, claim->plan, claim->kind);
    answer_release(answer);
    int status = run_kept(claim);
    arena_release(&claim->arena);
    return status;
}

int claim_runner_run(const struct verb *verb, struct options *options) {
    struct request *request = &options->request;
    struct session session;
    struct answer answer = {0};
    struct error error = {0};
    int status;
    if (!claim_clock_find_keeper(getpid(), &request->keeper, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    if (session.team && options->request.submits) {
        session_release(&session);
        return command_fail_usage(
            verb, options,
            "in a team work is submitted and committed before its claim is done: --submit cannot do that");
    }
    struct kept_claim claim = {.session = &session,
                               .verb = verb,
                               .options = options,
                               .as = request->as,
                               .ttl_ms = request->ttl_ms ? request->ttl_ms : CLAIM_TTL_MS_WITH_KEEPER};
    claim.deadline_ms = boot_ms() + claim.ttl_ms;
    take(&session, options, &answer);
    status = answer.code ? command_finish(&answer, options) : run_taken(&claim, &answer);
    session_release(&session);
    return status;
}
