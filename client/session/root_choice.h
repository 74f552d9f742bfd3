/*
 * The choice of the root: the folder that a search from the working directory finds, or that is configured, or, where
 * a first plan is to be made, a new one.
 */
#ifndef BATCHCTL_ROOT_CHOICE_H
#define BATCHCTL_ROOT_CHOICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "config/config.h"

/* A settings_search. @data: a const bool, whether a workspace is to be made where none is found. */
char *root_choice_find(void *data, struct config *config, const char **origin, struct error *error);

/* The user who called sudo, if @user is root; else @user. */
uid_t root_choice_sudo_user(uid_t user);

#endif
