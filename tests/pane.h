/*
 * A pane: a terminal with a screen, in which a shell runs, for programs that draw. It is tmux's, from a server of its
 * own. Everything that is waited for has a deadline, and nothing sleeps.
 */
#ifndef PANE_H
#define PANE_H

#include "space.h"

/* The socket of its server stands beside the root. */
struct pane {
    const struct space *space;
    char *socket, *text;
};

/* A shell with job control in the root's folder, where "batchctl" and "batchctl-menu" are found. */
struct pane pane_new(const struct space *space, unsigned width, unsigned height);
void pane_end(struct pane *pane);

/* A line for the shell; or keys, by tmux's names: "2", "Enter", "C-c", "Down". */
void pane_run(struct pane *pane, const char *line);
void pane_press(struct pane *pane, const char *key);
void pane_resize(struct pane *pane, unsigned width, unsigned height);

/* What is on the screen; until the next call. */
const char *pane_look(struct pane *pane);
/* Look until the text is there, or is not; a test failure if that does not happen in time. */
void pane_await(struct pane *pane, const char *text);
void pane_await_gone(struct pane *pane, const char *text);

#endif
