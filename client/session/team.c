#include "session/team.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/version.h"
#include "claims/claim_clone.h"
#include "claims/claim_team_link.h"
#include "config/team_trust.h"
#include "config/user_state.h"
#include "disk/files.h"
#include "disk/git_folder.h"
#include "disk/upward_walk.h"
#include "session/clone_git.h"
#include "session/own_program.h"
#include "session/speaker.h"

/* --- the helper --- */

/* Whatever else is in the environment is not the helper's concern. */
static bool is_for_helpers(const char *entry) {
    static const char *const names[] = {"HOME=", "USER=", "LANG=", "PATH=", "TZ=", "PG", "SSL_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(entry, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static char **helper_environment(struct arena *arena) {
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **variables = arena_allocate(arena, count + 1, sizeof *variables);
    for (size_t i = 0; i < count; i++)
        if (is_for_helpers(environ[i]))
            variables[kept++] = environ[i];
    return variables;
}

/* Beside the programs that this one starts. One that is missing fails when it is started. */
static const char *helper_program(struct team *team) {
    const char *name = arena_format(&team->arena, "batchd-claims-%s", team->config.helper);
    AUTO_FREE char *path = own_program_find(name, HELPER_PLACE);
    return path ? arena_copy(&team->arena, path, strlen(path)) : NULL;
}

/* --- the workspace --- */

/* Its path in the working tree, "." for the top and outside git: the same in each clone. */
static const char *workspace_name(struct team *team) {
    AUTO(git_folder) git = {0};
    AUTO(error) ignored = {0};
    uid_t user = geteuid();
    if (team->config.workspace)
        return team->config.workspace;
    git_folder_find(&git, team->root, &(struct walk_limits){getenv("HOME"), user, user}, &ignored);
    size_t length = git.top ? strlen(git.top) : 0;
    bool is_beneath = length > 1 && strncmp(team->root, git.top, length) == 0 && team->root[length] == '/';
    return is_beneath ? arena_copy(&team->arena, team->root + length + 1, strlen(team->root + length + 1)) : ".";
}

static bool open_state(struct files *state, struct error *error) {
    return user_state_open(state, getenv, true, error);
}

/* --- consent --- */

const char *team_question(struct team *team) {
    return arena_format(&team->arena, "Use %s for the claims of this workspace, in the team %s?", team->config.server,
                        team->config.name);
}

static void refuse_without_consent(struct team *team) {
    struct error *refusal = &team->claims.link.refusal;
    error_set(refusal, ERROR_DECLINED,
              "this workspace wants to use %s for its claims, in the team %s, and you have not agreed",
              team->config.server, team->config.name);
    error_hint(refusal, "to agree: batchctl team init");
}

bool team_agree(struct team *team, struct error *error) {
    if (!team_trust_add(&team->config, team->root, getenv, error))
        return false;
    team->has_consent = true;
    if (team->claims.link.refusal.code == ERROR_DECLINED)
        error_release(&team->claims.link.refusal);
    return true;
}

/* --- opening --- */

static void set_up_claims(struct team *team) {
    const struct team_config *config = &team->config;
    const struct claim_team_setting setting = {
        .program = helper_program(team),
        .environment = helper_environment(&team->arena),
        .name = config->name,
        .service = config->service,
        .url = config->url,
        .workspace = workspace_name(team),
        .host = speaker_host(),
        .agent = arena_format(&team->arena, "batchd %s", program_version),
        .timeout_ms = config->timeout_ms,
        .is_insecure = config->is_insecure,
    };
    claim_team_init(&team->claims, &setting);
    team->claims.clone = (struct claim_clone){.has_commit = clone_git_has_commit,
                                              .is_committed = clone_git_is_committed,
                                              .data = (void *)team->root,
                                              .open_state = open_state};
    if (setting.program)
        return;
    error_set(&team->claims.link.refusal, ERROR_UNREACHABLE, "team: unreachable: batchd-claims-%s is not installed",
              config->helper);
    error_hint(&team->claims.link.refusal, "it is in the package batchd-team");
}

static struct team *begin(const struct settings *settings) {
    struct team *team = memory_allocate(1, sizeof *team);
    team->root = settings->root;
    return team;
}

struct team *team_open_new(const struct settings *settings, const struct team_config *config) {
    struct team *team = begin(settings);
    team->config = *config;
    team->is_valid = true;
    set_up_claims(team);
    team->has_consent = team_trust_has(config, team->root, getenv);
    return team;
}

/* What is wrong with the configuration, or the lack of consent, is the answer to every call. */
struct team *team_open(const struct settings *settings) {
    AUTO(error) error = {0};
    if (!team_config_is_set(&settings->config))
        return NULL;
    struct team *team = begin(settings);
    team->is_valid = team_config_read(&team->config, &settings->config, &team->arena, &error);
    if (!team->is_valid) {
        claim_team_init(&team->claims, &(struct claim_team_setting){0});
        team->claims.link.refusal = error;
        error = (struct error){0};
        return team;
    }
    set_up_claims(team);
    team->has_consent = team_trust_has(&team->config, team->root, getenv);
    if (!team->has_consent && team->claims.link.refusal.code == ERROR_NONE)
        refuse_without_consent(team);
    return team;
}

void team_close(struct team *team) {
    if (!team)
        return;
    claim_team_release(&team->claims);
    arena_release(&team->arena);
    memory_free(team);
}
