/*
 * A kept command: a child process that runs while something is kept for it, and that gets the signals of this process.
 *
 * In the foreground of a terminal it stays in our process group, and the terminal gives both its signals; this process
 * leaves SIGINT and SIGQUIT to the command. Else it has a process group, to which SIGINT, SIGTERM and SIGHUP are passed
 * on. When this process dies, it gets SIGTERM (PR_SET_PDEATHSIG).
 */
#ifndef BATCHCTL_KEPT_COMMAND_H
#define BATCHCTL_KEPT_COMMAND_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct kept_command {
    pid_t child;
    bool has_group; /* a process group, which gets our signals */
    int signals;    /* descriptor: SIGCHLD, SIGCONT and what is passed on */
    int timer;      /* descriptor: CLOCK_BOOTTIME */
    sigset_t mask;  /* as it was, as are the next two */
    struct sigaction interrupt, quit;
    int status; /* of waitpid(2), once it has ended */
};

/* What has happened. */
enum kept_event {
    KEPT_ENDED,
    KEPT_TIMER,     /* the time of kept_command_set_timer has come */
    KEPT_CONTINUED, /* this process was stopped, and goes on */
};

/*
 * Start @words, with @variables ("NAME=value", ending with NULL) more in the environment. Must be called from the main
 * thread, before there are others. Returns 0, or the errno with which it cannot be run.
 */
int kept_command_start(struct kept_command *command, char *const *words, char *const *variables);

/* In milliseconds from now, on a clock that counts suspend. */
void kept_command_set_timer(struct kept_command *command, uint64_t milliseconds);

/* Wait for the next event. Signals for the command are passed on meanwhile. */
enum kept_event kept_command_wait(struct kept_command *command);

/* SIGTERM, and after a while SIGKILL; returns when it has ended. */
void kept_command_stop(struct kept_command *command);

void kept_command_end(struct kept_command *command);

#endif
