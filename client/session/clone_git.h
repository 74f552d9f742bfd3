/*
 * What git(1) says of the clone around a workspace: which commits it has, and whether files are committed. Each
 * question is a process with a deadline; variables GIT_* are not passed on, and hooks and monitors are off.
 */
#ifndef BATCHCTL_CLONE_GIT_H
#define BATCHCTL_CLONE_GIT_H

#include <stdbool.h>
#include <stddef.h>

/* @root, a const char *: the workspace's folder, absolute. See claim_clone.h. */
bool clone_git_has_commit(void *root, const char *commit);
bool clone_git_is_committed(void *root, const char *const *paths, size_t count);

#endif
