#include <stdio.h>
#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim.h"
#include "claims/claim_team_link.h"
#include "cli/command.h"
#include "cli/command_words.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "config/settings.h"
#include "config/team_config.h"
#include "disk/files.h"
#include "render/team_json.h"
#include "render/team_text.h"
#include "session/session.h"
#include "session/team.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"
#include "view/claim_view.h"
#include "view/team_view.h"

#define USUAL_HELPER "postgres"

static const struct answer_type team_type = {team_json_write, team_text_append};

/* One run of the command. */
struct team_run {
    struct session session;
    struct options *options;
    struct team *team; /* the session's, or a new one, which is owned */
    bool is_new;
    struct answer answer;
    struct team_view *view;
};

/* --- the view --- */

static void begin_view(struct team_run *run) {
    struct arena *arena = &run->answer.arena;
    const struct team *team = run->team;
    run->view = arena_allocate(arena, 1, sizeof *run->view);
    *run->view = (struct team_view){.name = item_text(arena, team->config.name),
                                    .server = item_text(arena, team->config.server),
                                    .workspace = item_text(arena, team->claims.link.setting.workspace),
                                    .has_consent = team->has_consent};
    run->answer.type = &team_type;
    run->answer.view = run->view;
}

static bool greet(struct team_run *run, struct error *error) {
    if (!claim_team_link_open(&run->team->claims.link, error))
        return false;
    team_view_add_server(run->view, &run->team->claims.link.server, &run->answer.arena);
    return true;
}

/* --- claims --- */

/* Of all plans of the workspace, wherever they are kept now. */
static bool list_claims(struct team_run *run, struct answer *claims, struct error *error) {
    const struct request request = {.method = "claims", .here = ""};
    session_view(&run->session, &request, claims);
    return claims->code == ERROR_NONE || answer_take_error(claims, error);
}

static bool count_claims(struct team_run *run, struct error *error) {
    AUTO(answer) claims = {0};
    if (!list_claims(run, &claims, error))
        return false;
    team_view_count(run->view, claims.view);
    return true;
}

/* Claims on this machine would count no more, while those who hold them go on working. */
static bool check_local_claims(struct team_run *run, struct error *error) {
    AUTO(answer) claims = {0};
    if (!list_claims(run, &claims, error))
        return false;
    const struct claims_view *view = claims.view;
    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->plans[i].count; k++) {
            const struct claimed_item *item = &view->plans[i].items[k];
            if (!item->claim || item->claim->state != CLAIM_HELD)
                continue;
            error_set(error, ERROR_CONFLICT, "%s of %s is claimed on this machine by %s", item->id, view->plans[i].path,
                      item->claim->by);
            return error_hint(error, "end the claims first: \"batchctl claims\" lists them");
        }
    return true;
}

/* --- consent --- */

static bool ask(struct team_run *run, struct error *error) {
    const struct options *options = run->options;
    if (options->is_yes)
        return true;
    if (command_can_ask(options))
        return command_confirm(options, team_question(run->team), error);
    error_set(error, ERROR_DECLINED, "cannot ask for consent without a terminal; nothing was changed");
    return error_hint(error, "to agree to %s, in the team %s: batchctl team init --yes", run->team->config.server,
                      run->team->config.name);
}

/* The lack of consent is what this command removes. */
static void lift_refusal(struct team *team) {
    if (team->claims.link.refusal.code == ERROR_DECLINED)
        error_release(&team->claims.link.refusal);
}

static bool agree(struct team_run *run, struct error *error) {
    if (!team_agree(run->team, error))
        return false;
    run->view->has_consent = true;
    return true;
}

/* --- init --- */

static bool is_other(const char *wanted, const char *present) {
    return wanted && (!present || strcmp(wanted, present) != 0);
}

static bool init_configured(struct team_run *run, struct error *error) {
    const struct options *options = run->options;
    const struct team_config *config = &run->team->config;
    if (!run->team->is_valid)
        return claim_team_link_open(&run->team->claims.link, error);
    begin_view(run);
    if (is_other(options->request.name, config->name) || is_other(options->service, config->service) ||
        is_other(options->url, config->url)) {
        error_set(error, ERROR_CONFLICT, "the workspace is in the team %s on %s", config->name, config->server);
        return error_hint(error, "\"batchctl team init\" without options agrees to that; the configuration is in %s/%s",
                          run->session.settings.root, SETTINGS_WORKSPACE_FILE);
    }
    if (!run->team->has_consent && !ask(run, error))
        return false;
    lift_refusal(run->team);
    return greet(run, error) && agree(run, error);
}

static bool write_config(struct team_run *run, struct error *error) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(buffer) root = {0};
    const char *path = run->session.settings.root;
    if (!files_open(&files, path, error) || !team_config_append(&run->team->config, &files, error))
        return false;
    text_append_shell_word(&root, path);
    run->view->is_written = true;
    run->view->next = arena_format(&run->answer.arena, "git -C %s add %s", buffer_text(&root), SETTINGS_WORKSPACE_FILE);
    return true;
}

static bool init_new(struct team_run *run, struct error *error) {
    const struct options *options = run->options;
    struct team_config config = {
        .helper = USUAL_HELPER, .name = options->request.name, .service = options->service, .url = options->url};
    if (!options->request.name || !options->service == !options->url)
        return error_set(error, ERROR_USAGE, "a new team needs --name, and --service or --url");
    if (!team_config_check(&config, NULL, &run->answer.arena, error))
        return false;
    config.is_insecure = run->session.settings.config.is_insecure_team;
    run->team = team_open_new(&run->session.settings, &config);
    run->is_new = true;
    begin_view(run);
    return check_local_claims(run, error) && ask(run, error) && greet(run, error) && write_config(run, error) &&
           agree(run, error);
}

static bool init(struct team_run *run, struct error *error) {
    return run->team ? init_configured(run, error) : init_new(run, error);
}

/* --- status --- */

static bool show_status(struct team_run *run, struct error *error) {
    if (!run->team) {
        error_set(error, ERROR_NOT_FOUND, "the workspace is in no team");
        return error_hint(error, "batchctl team init --name NAME --service SERVICE");
    }
    if (run->team->is_valid)
        begin_view(run);
    return greet(run, error) && count_claims(run, error);
}

/* --- the verb --- */

static int run(const struct verb *verb, struct options *options,
               bool (*carry_out)(struct team_run *run, struct error *error)) {
    struct error error = {0};
    struct team_run run = {.options = options, .answer = {.kind = verb->name}};
    int status;
    if (!command_start(&run.session, verb, options, &status))
        return status;
    run.team = run.session.team;
    bool is_done = carry_out(&run, &error);
    if (run.is_new)
        team_close(run.team);
    session_release(&run.session);
    if (!is_done)
        answer_fail(&run.answer, &error);
    return command_finish(&run.answer, options);
}

static int run_init(const struct verb *verb, struct options *options) {
    return run(verb, options, init);
}

static int run_status(const struct verb *verb, struct options *options) {
    return run(verb, options, show_status);
}

int team_command_run(const struct verb *verb, struct options *options) {
    static const struct command_word words[] = {
        {"init", NULL, run_init, SCOPE_TEAM, false}, {"status", NULL, run_status, 0, false}, {0}};
    return command_words_run(words, verb, options);
}
