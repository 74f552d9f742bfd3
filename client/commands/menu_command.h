/*
 * The verb menu: how "batchctl menu" becomes batchctl-menu, the program that has the screen; and what it says where
 * there is no terminal.
 */
#ifndef BATCHCTL_MENU_COMMAND_H
#define BATCHCTL_MENU_COMMAND_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

/* The option with which batchctl-menu prints its version. */
#define MENU_COMMAND_VERSION_OPTION "--version"

/* On a terminal it returns only if the other program cannot be started. Returns the exit status. */
int menu_command_run(const struct verb *verb, struct options *options);

/* The state as status and next print it, and that nothing can be chosen here. Returns the exit status. */
int menu_command_print(const struct verb *verb, struct options *options);

/* The version of the program that menu_command_run would start: "" if it does not say so, NULL if there is none. The
 * caller frees it. */
char *menu_command_version(void);

#endif
