#include "worksite.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "failure.h"
#include "plan_files.h"
#include "tree.h"

enum { PATH_BYTES = 512 };

static void write_line(const char *path, const char *format, ...) {
    char line[PATH_BYTES + 64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    tree_write(path, line);
}

void worksite_folder(const struct worksite *site, const char *name) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", site->base, name);
    must(tree_make_folder(path), path);
}

static void tree_of(const struct worksite *site, int worktree, char path[PATH_BYTES]) {
    snprintf(path, PATH_BYTES, "%s/w%d", site->base, worktree);
}

enum { FIRST = 10000 }; /* ids of the same length */

const char *worksite_id(int i) {
    static char id[16];
    snprintf(id, sizeof id, "1.%d", FIRST + i);
    return id;
}

static void make_plan(const struct worksite *site, int worktree) {
    char tree[PATH_BYTES], path[PATH_BYTES + 64];
    tree_of(site, worktree, tree);
    snprintf(path, sizeof path, "%s/plans/X", tree);
    plan_files_write_many(path, FIRST, site->achievement_count);
}

/* The first one is the repository's own; the others are linked to it. */
static void make_git(const struct worksite *site, int worktree) {
    char tree[PATH_BYTES], path[PATH_BYTES + 64], git[PATH_BYTES];
    tree_of(site, worktree, tree);
    snprintf(git, sizeof git, worktree ? "%s/w0/.git/worktrees/w%d" : "%s/w0/.git", site->base, worktree);
    snprintf(path, sizeof path, "%s/HEAD", git);
    write_line(path, "ref: refs/heads/branch%d\n", worktree);
    if (worktree) {
        snprintf(path, sizeof path, "%s/commondir", git);
        write_line(path, "../..\n");
        snprintf(path, sizeof path, "%s/gitdir", git);
        write_line(path, "%s/.git\n", tree);
        snprintf(path, sizeof path, "%s/.git", tree);
        write_line(path, "gitdir: %s\n", git);
        return;
    }
    snprintf(path, sizeof path, "%s/objects", git);
    must(tree_make_folder(path), path);
    snprintf(path, sizeof path, "%s/refs", git);
    must(tree_make_folder(path), path);
}

void worksite_make_worktree(const struct worksite *site, int worktree) {
    make_git(site, worktree);
    make_plan(site, worktree);
}

void worksite_remove_worktree(const struct worksite *site, int worktree) {
    char path[PATH_BYTES + 64];
    tree_of(site, worktree, path);
    must(tree_remove(path), path);
    snprintf(path, sizeof path, "%s/w0/.git/worktrees/w%d", site->base, worktree);
    must(tree_remove(path), path);
}

void worksite_make(struct worksite *site, const char *base, int worktree_count, int achievement_count) {
    *site = (struct worksite){.worktree_count = worktree_count, .achievement_count = achievement_count};
    snprintf(site->base, sizeof site->base, "%s", base);
    for (int i = 0; i < worktree_count; i++)
        worksite_make_worktree(site, i);
}

void worksite_design(const struct worksite *site, int worktree, const char *id) {
    char tree[PATH_BYTES], folder[PATH_BYTES + 64], staged[PATH_BYTES + 64];
    tree_of(site, worktree, tree);
    snprintf(folder, sizeof folder, "%s/plans/X", tree);
    snprintf(staged, sizeof staged, "%s/staged-%d", tree, (int)getpid());
    char *path = plan_files_path(folder, "subplans/SUBPLAN_@_#.md", id), *text = plan_files_subplan(id);
    tree_write(staged, text);
    must(rename(staged, path) == 0, path);
    memory_free(path);
    memory_free(text);
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
