#include "commands/claim_command.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "commands/claim_runner.h"
#include "commands/review_command.h"
#include "plan/selection.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* --- what all of them say --- */

/* Who takes or ends a claim, and on which machine; lives as long as the request. */
struct speaker {
    char *name;
    char host[HOST_NAME_MAX + 1];
};

static void speaker_release(struct speaker *speaker) {
    memory_free(speaker->name);
    *speaker = (struct speaker){0};
}

static void introduce(struct speaker *speaker, const struct options *options, struct request *request) {
    speaker->name = review_command_name(options->as);
    if (gethostname(speaker->host, sizeof speaker->host - 1) || !speaker->host[0])
        strcpy(speaker->host, "localhost");
    request->as = speaker->name;
    request->host = speaker->host;
}

/* The one id of the command line, and the plan. */
static bool take_subject(const struct options *options, struct request *request) {
    const struct selection *selection = &options->batch.selection;
    request->id = selection->id_count == 1 ? selection->ids[0] : NULL;
    return command_take_plan(options, &request->plan) && request->id;
}

static int ask(const struct verb *verb, struct options *options, struct request *request) {
    struct session session;
    struct reply reply;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    request->style = command_style(options);
    session_reply(&session, request, &reply);
    session_release(&session);
    return command_finish_reply(&reply, options, NULL);
}

/* --- claim --- */

static int run_take(const struct verb *verb, struct options *options, const struct request *subject) {
    AUTO(speaker) speaker = {0};
    struct request request = *subject;
    introduce(&speaker, options, &request);
    request.claim_kinds = options->claim_kinds;
    request.message = options->note;
    request.ttl_ms = options->ttl_ms;
    request.request_id = options->request;
    if (options->command)
        return claim_runner_run(verb, options, &request);
    if (options->submits)
        return command_fail_usage(verb, options, "--submit goes with a command behind --");
    return options->wants_wait ? claim_runner_wait(verb, options, &request) : ask(verb, options, &request);
}

int claim_command_take(const struct verb *verb, struct options *options) {
    struct request request = {.method = "claim"};
    if (!take_subject(options, &request))
        return command_fail_usage(verb, options, "the id of one achievement is needed, such as 3.1");
    return run_take(verb, options, &request);
}

int claim_command_next(const struct verb *verb, struct options *options) {
    struct request request = {.method = "claim"};
    if (options->has_selector || options->wants_ready || options->wants_blocked)
        return command_fail_usage(verb, options, "--claim takes what is free, whatever its level");
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return run_take(verb, options, &request);
}

/* --- heartbeat, release --- */

/* The handles of the command line, or else of the environment, which has one. */
static size_t take_handles(const struct options *options, const char **variable, struct request *request) {
    *variable = getenv(CLAIM_VARIABLE);
    bool is_given = options->argument_count > 0, is_set = *variable && (*variable)[0];
    request->handles = is_given ? options->arguments : variable;
    request->handle_count = is_given ? options->argument_count : is_set;
    return request->handle_count;
}

int claim_command_heartbeat(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .message = options->note};
    const char *variable;
    if (!take_handles(options, &variable, &request))
        return command_fail_usage(verb, options, "the handle of a claim is needed, or " CLAIM_VARIABLE);
    return ask(verb, options, &request);
}

/* The claim or mark that a release would end: "2.3: claim 7 of ann, since 2026-11-27T18:00:00.000Z". */
struct subject {
    const char *what, *by;   /* by: or NULL */
    const char *word, *time; /* time: or NULL */
    uint64_t fence;
};

static struct subject subject_of(const struct claim_view *view, bool forgets) {
    const struct claim_item *claim = forgets ? NULL : view->claim;
    const struct mark_item *mark = forgets ? view->mark : NULL;
    if (claim)
        return (struct subject){"claim", claim->by, "since", claim->since, claim->fence};
    if (mark)
        return (struct subject){"finished under claim", mark->by, "at", mark->time, mark->fence};
    return (struct subject){.what = forgets ? "finished under claim" : "claim"};
}

static void print_subject(const struct subject *subject, const char *id) {
    AUTO(buffer) text = {0};
    buffer_append_format(&text, "%s: %s %" PRIu64 " of ", id, subject->what, subject->fence);
    text_append_visible(&text, span_of(subject->by ? subject->by : "an unknown holder"));
    if (subject->time)
        buffer_append_format(&text, ", %s %s", subject->word, subject->time);
    puts(text.data);
    fflush(stdout);
}

/* The claim or mark as it is now: is there one, and is it to go? Its fence is the one that goes, or nothing does. */
static bool confirm(struct session *session, const struct options *options, struct request *request, int *status) {
    struct answer preview = {0};
    struct error error = {0};
    request->is_dry_run = true;
    session_view(session, request, &preview);
    if (preview.code) {
        *status = command_finish(&preview, options);
        return false;
    }
    const struct subject subject = subject_of(preview.view, request->forgets);
    bool is_confirmed = false;
    if (!options->is_json && terminal_can_ask()) {
        print_subject(&subject, request->id);
        request->fence = subject.fence;
        is_confirmed = terminal_ask(request->forgets ? "Forget it?" : "End it?");
    }
    answer_release(&preview);
    if (is_confirmed)
        return true;
    error_set(&error, ERROR_DECLINED,
              options->is_json || !terminal_can_ask()
                  ? "cannot ask for confirmation without a terminal; nothing was changed"
                  : "declined; nothing was changed");
    error_hint(&error, "\"batchctl claims\" shows the fence; then: --yes --fence N");
    *status = command_fail(&error, request->method, options->is_json);
    return false;
}

static int carry_out(const struct verb *verb, struct options *options, struct request *request) {
    struct session session;
    struct answer answer = {0};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    if (options->is_yes || confirm(&session, options, request, &status)) {
        request->is_dry_run = false;
        session_view(&session, request, &answer);
        status = command_finish(&answer, options);
    }
    session_release(&session);
    return status;
}

static int release_by_person(const struct verb *verb, struct options *options, struct request *request) {
    if (!take_subject(options, request))
        return command_fail_usage(verb, options, "the id of one achievement is needed, such as 3.1");
    if (options->is_yes && !options->has_fence)
        return command_fail_usage(verb, options, "--yes needs --fence N, the number that \"batchctl claims\" shows");
    request->fence = options->fence;
    return carry_out(verb, options, request);
}

static int release_by_handle(const struct verb *verb, struct options *options, const struct request *subject) {
    const char *variable;
    struct request request = *subject;
    if (take_handles(options, &variable, &request) != 1)
        return command_fail_usage(verb, options, "the handle of one claim is needed, or " CLAIM_VARIABLE);
    request.is_done = request.submits = options->is_done;
    return ask(verb, options, &request);
}

int claim_command_release(const struct verb *verb, struct options *options) {
    AUTO(speaker) speaker = {0};
    AUTO(buffer) text = {0};
    struct error error = {0};
    struct request request = {.method = "release"};
    if (options->is_forced && options->is_done)
        return command_fail_usage(verb, options, "--done and --force exclude each other");
    if (!review_command_read_message(options, &request, &text, &error))
        return command_fail(&error, verb->name, options->is_json);
    introduce(&speaker, options, &request);
    if (options->is_forced)
        return release_by_person(verb, options, &request);
    if (!options->as)
        request.as = NULL; /* the holder */
    return release_by_handle(verb, options, &request);
}

/* --- claims --- */

int claim_command_list(const struct verb *verb, struct options *options) {
    struct request request = {.method = "claims", .wants_ended = options->wants_ended};
    if (options->forgets) {
        AUTO(speaker) speaker = {0};
        request.method = "release";
        request.forgets = true;
        introduce(&speaker, options, &request);
        return release_by_person(verb, options, &request);
    }
    if (options->batch.selection.id_count || !command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return ask(verb, options, &request);
}
