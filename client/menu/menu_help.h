/*
 * The text of the help screen.
 */
#ifndef BATCHCTL_MENU_HELP_H
#define BATCHCTL_MENU_HELP_H

extern const char menu_help[];

#endif
