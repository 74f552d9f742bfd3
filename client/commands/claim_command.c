#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/claim_runner.h"
#include "commands/commands.h"
#include "plan/selection.h"
#include "render/style.h"
#include "session/session.h"
#include "session/speaker.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* --- what all of them say --- */

/* The one id of the command line; false if it is not one. */
static bool take_id(struct options *options) {
    struct request *request = &options->request;
    const struct selection *selection = &request->options.selection;
    request->id = selection->id_count == 1 ? selection->ids[0] : NULL;
    return request->id;
}

static int fail_id(const struct verb *verb, const struct options *options) {
    return command_fail_usage(verb, options, "the id of one achievement is needed, such as 3.1");
}

/* --- claim --- */

static int run_take(const struct verb *verb, struct options *options) {
    AUTO_FREE char *name = speaker_name(options->as);
    options->request.as = name;
    options->request.method = "claim";
    if (options->command)
        return claim_runner_run(verb, options);
    if (options->request.submits)
        return command_fail_usage(verb, options, "--submit goes with a command behind --");
    return options->wants_wait ? claim_runner_wait(verb, options) : command_ask(verb, options);
}

int claim_command_take(const struct verb *verb, struct options *options) {
    return take_id(options) ? run_take(verb, options) : fail_id(verb, options);
}

int claim_command_next(const struct verb *verb, struct options *options) {
    const struct request *request = &options->request;
    if (request->options.selection.id_count)
        return command_fail_usage(verb, options,
                                  "--claim chooses itself; one that is named is taken by batchctl claim");
    if (options_have_selector(options) || request->wants_ready || request->wants_blocked)
        return command_fail_usage(verb, options, "--claim takes what is free, whatever its level");
    return run_take(verb, options);
}

/* --- heartbeat, release --- */

/* The handles of the command line, or else of the environment, which has one; @variable is a place for it. */
static size_t take_handles(struct options *options, const char **variable) {
    struct request *request = &options->request;
    *variable = getenv(CLAIM_VARIABLE);
    bool is_given = options->argument_count > 0, is_set = *variable && (*variable)[0];
    request->handles = is_given ? options->arguments : variable;
    request->handle_count = is_given ? options->argument_count : is_set;
    return request->handle_count;
}

int claim_command_heartbeat(const struct verb *verb, struct options *options) {
    const char *variable;
    if (!take_handles(options, &variable))
        return command_fail_usage(verb, options, "the handle of a claim is needed, or " CLAIM_VARIABLE);
    return command_ask(verb, options);
}

/* The claim or mark as it is now: is there one, and is it to go? Its fence is the one that goes, or nothing does. */
static bool confirm(struct session *session, const struct options *options, struct request *request, int *status) {
    AUTO(answer) preview = {0};
    AUTO(reply) reply = {0};
    struct error error = {0};
    const struct style style = command_style(options);
    request->is_dry_run = true;
    session_view(session, request, &preview);
    reply_write(&reply, &preview, &style);
    if (preview.code || command_can_ask(options))
        command_print(&reply, options);
    if (preview.code) {
        *status = (int)preview.code;
        return false;
    }
    if (command_can_ask(options))
        request->fence = claim_view_fence(preview.view);
    if (command_confirm(options, request->forgets ? "Forget it?" : "End it?", &error))
        return true;
    error_hint(&error, "\"batchctl claims\" shows the fence; then: --yes --fence N");
    *status = command_fail(&error, request->method, options->is_json);
    return false;
}

static int carry_out(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer = {0};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    if (options->is_yes || confirm(&session, options, &options->request, &status)) {
        options->request.is_dry_run = false;
        session_view(&session, &options->request, &answer);
        status = command_finish(&answer, options);
    }
    session_release(&session);
    return status;
}

/* Without a handle, by its id. */
static int release_by_person(const struct verb *verb, struct options *options) {
    AUTO_FREE char *name = speaker_name(options->as);
    options->request.as = name;
    if (!command_take_plan(options) || !take_id(options))
        return fail_id(verb, options);
    if (options->is_yes && !options->has_fence)
        return command_fail_usage(verb, options, "--yes needs --fence N, the number that \"batchctl claims\" shows");
    return carry_out(verb, options);
}

static int release_by_handle(const struct verb *verb, struct options *options) {
    const char *variable;
    AUTO_FREE char *name = speaker_name(options->as);
    options->request.as = name;
    if (take_handles(options, &variable) != 1)
        return command_fail_usage(verb, options, "the handle of one claim is needed, or " CLAIM_VARIABLE);
    if (!options->as)
        options->request.as = NULL; /* the holder */
    options->request.submits = options->request.is_done;
    return command_ask(verb, options);
}

int claim_command_release(const struct verb *verb, struct options *options) {
    AUTO(buffer) text = {0};
    struct error error = {0};
    if (options->is_forced && options->request.is_done)
        return command_fail_usage(verb, options, "--done and --force exclude each other");
    if (!review_command_read_message(options, &text, &error))
        return command_fail(&error, verb->name, options->is_json);
    return options->is_forced ? release_by_person(verb, options) : release_by_handle(verb, options);
}

/* --- claims --- */

int claim_command_list(const struct verb *verb, struct options *options) {
    if (options->request.forgets) {
        options->request.method = "release";
        return release_by_person(verb, options);
    }
    if (options->request.options.selection.id_count)
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options);
}
