#include "worksite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

enum { PATH_BYTES = 512, STATUS_BROKEN = 99 };

void must(bool is_well, const char *what) {
    if (is_well)
        return;
    perror(what);
    _exit(STATUS_BROKEN);
}

/* Make the folder @path and those above it. */
static void make_folders(const char *path) {
    char part[PATH_BYTES];
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = part + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(part, 0755);
    }
    mkdir(part, 0755);
}

static void write_file(const char *path, const char *format, ...) {
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    make_folders(folder);
    FILE *file = fopen(path, "w");
    must(file != NULL, path);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(file, format, arguments);
    va_end(arguments);
    must(fclose(file) == 0, path);
}

void worksite_folder(const struct worksite *site, const char *name) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", site->base, name);
    make_folders(path);
}

static void tree_of(const struct worksite *site, int worktree, char path[PATH_BYTES]) {
    snprintf(path, PATH_BYTES, "%s/w%d", site->base, worktree);
}

const char *worksite_id(int i) {
    static char id[16];
    snprintf(id, sizeof id, "1.%d", 10000 + i);
    return id;
}

static void make_plan(const struct worksite *site, int worktree) {
    char tree[PATH_BYTES], path[PATH_BYTES + 64];
    struct buffer json = {0};
    tree_of(site, worktree, tree);
    buffer_append_string(&json, "{\"plan_name\":\"X\",\"parallelization_level\":\"level_1\",\"achievements\":[");
    for (int i = 0; i < site->achievement_count; i++)
        buffer_append_format(&json, "%s{\"achievement_id\":\"%s\",\"dependencies\":[]}", i ? "," : "", worksite_id(i));
    buffer_append_string(&json, "]}\n");
    snprintf(path, sizeof path, "%s/plans/X/parallel.json", tree);
    write_file(path, "%s", json.data);
    snprintf(path, sizeof path, "%s/plans/X/PLAN_X.md", tree);
    write_file(path, "# PLAN\n");
    snprintf(path, sizeof path, "%s/plans/X/subplans", tree);
    make_folders(path);
    buffer_release(&json);
}

/* The first one is the repository's own; the others are linked to it. */
static void make_git(const struct worksite *site, int worktree) {
    char tree[PATH_BYTES], path[PATH_BYTES + 64], git[PATH_BYTES];
    tree_of(site, worktree, tree);
    snprintf(git, sizeof git, worktree ? "%s/w0/.git/worktrees/w%d" : "%s/w0/.git", site->base, worktree);
    snprintf(path, sizeof path, "%s/HEAD", git);
    write_file(path, "ref: refs/heads/branch%d\n", worktree);
    if (worktree) {
        snprintf(path, sizeof path, "%s/commondir", git);
        write_file(path, "../..\n");
        snprintf(path, sizeof path, "%s/gitdir", git);
        write_file(path, "%s/.git\n", tree);
        snprintf(path, sizeof path, "%s/.git", tree);
        write_file(path, "gitdir: %s\n", git);
        return;
    }
    snprintf(path, sizeof path, "%s/objects", git);
    make_folders(path);
    snprintf(path, sizeof path, "%s/refs", git);
    make_folders(path);
}

void worksite_make_worktree(const struct worksite *site, int worktree) {
    make_git(site, worktree);
    make_plan(site, worktree);
}

void worksite_remove_worktree(const struct worksite *site, int worktree) {
    char command[2 * PATH_BYTES];
    snprintf(command, sizeof command, "rm -rf '%s/w%d' '%s/w0/.git/worktrees/w%d'", site->base, worktree, site->base,
             worktree);
    must(system(command) == 0, command);
}

void worksite_make(struct worksite *site, const char *base, int worktree_count, int achievement_count) {
    *site = (struct worksite){.worktree_count = worktree_count, .achievement_count = achievement_count};
    snprintf(site->base, sizeof site->base, "%s", base);
    for (int i = 0; i < worktree_count; i++)
        worksite_make_worktree(site, i);
}

void worksite_design(const struct worksite *site, int worktree, const char *id) {
    char tree[PATH_BYTES], path[PATH_BYTES + 64], staged[PATH_BYTES + 64];
    tree_of(site, worktree, tree);
    snprintf(path, sizeof path, "%s/plans/X/subplans/SUBPLAN_X_1%s.md", tree, id + 2);
    snprintf(staged, sizeof staged, "%s/staged-%d", tree, (int)getpid());
    write_file(staged, "# SUBPLAN\n\n## Objective\n\nReach it.\n\n## Approach\n\nDo it.\n\n## Deliverables\n\n- One\n");
    must(rename(staged, path) == 0, path);
}

/* --- agents --- */

void agent_load(struct agent *agent) {
    plan_release(&agent->plan);
    plan_load(&agent->plan, &agent->workspace.files, "X");
}

void agent_open(struct agent *agent, const struct worksite *site, int worktree) {
    char root[PATH_BYTES + 8], tree[PATH_BYTES];
    struct error error = {0};
    const struct walk_limits limits = {NULL, geteuid(), geteuid()};
    tree_of(site, worktree, tree);
    snprintf(root, sizeof root, "%s/plans", tree);
    *agent = (struct agent){.workspace.files = FILES_CLOSED, .store = CLAIM_STORE_CLOSED};
    must(workspace_open(&agent->workspace, root, &error) && git_folder_find(&agent->git, root, &limits, &error),
         error.message);
    git_head_read(&agent->head, &agent->git);
    must(claim_store_open(&agent->store, &agent->workspace, &agent->git, CLAIM_KEPT_IN_GIT, 60000, &error),
         error.message);
    snprintf(agent->name, sizeof agent->name, "agent %d in w%d", (int)getpid(), worktree);
    agent->taker = (struct claim_taker){.by = agent->name,
                                        .host = "box",
                                        .side = {agent->head.side[0] ? agent->head.side : NULL, agent->git.top,
                                                 agent->head.branch, agent->head.commit}};
    agent_load(agent);
}

void agent_close(struct agent *agent) {
    plan_release(&agent->plan);
    claim_store_close(&agent->store);
    git_head_release(&agent->head);
    git_folder_release(&agent->git);
    workspace_release(&agent->workspace);
}
