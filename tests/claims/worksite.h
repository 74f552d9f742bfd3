/*
 * A worksite: a repository with linked worktrees, made by hand as git(1) makes them, each with the plan X; and the
 * agents that work there, each a process with its workspace and its claims opened.
 */
#ifndef WORKSITE_H
#define WORKSITE_H

#include <stdbool.h>
#include <stddef.h>

#include "claims/claim_store.h"
#include "disk/git_folder.h"
#include "disk/git_head.h"
#include "failure.h"
#include "plan/plan.h"
#include "plan/workspace.h"

struct worksite {
    char base[256]; /* absolute path of the folder for all of it */
    int worktree_count;
    int achievement_count;
};

struct agent {
    struct workspace workspace;
    struct git_folder git;
    struct git_head head;
    struct claim_store store;
    struct plan plan;
    struct claim_taker taker;
    char name[64];
};

/* Ends the program with 99 if the worksite cannot be made. */
void worksite_make(struct worksite *site, const char *base, int worktree_count, int achievement_count);
void worksite_make_worktree(const struct worksite *site, int worktree);
void worksite_remove_worktree(const struct worksite *site, int worktree);
/* The id of achievement @i, from 0. */
const char *worksite_id(int i);
/* Write a complete SUBPLAN of @id in a worktree, in one step. */
void worksite_design(const struct worksite *site, int worktree, const char *id);

void agent_open(struct agent *agent, const struct worksite *site, int worktree);
void agent_load(struct agent *agent); /* the plan, again */
void agent_close(struct agent *agent);

/* The folder @name beneath the base, made if it is missing. */
void worksite_folder(const struct worksite *site, const char *name);

#define CALL(agent, call, ...) (agent)->store.authority.calls->call(&(agent)->store.authority, __VA_ARGS__)

#endif
