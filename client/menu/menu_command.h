/*
 * The verb menu: the interactive menu, and what it prints where there is no terminal to show it on.
 */
#ifndef BATCHCTL_MENU_COMMAND_H
#define BATCHCTL_MENU_COMMAND_H

#include "cli/options.h"
#include "cli/verb.h"

/*
 * Returns the exit status, after the menu was left. Where no menu can be shown: the state as status and next print it,
 * and DECLINED; NOT_FOUND if there is a terminal, but not libncursesw.
 */
int menu_command_run(const struct verb *verb, struct options *options);

#endif
