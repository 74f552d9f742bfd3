#include "commands/kept_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STOP_MS = 10000 };

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };

/* --- start --- */

static bool is_foreground(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (isatty(stream) && tcgetpgrp(stream) == getpgrp())
            return true;
    return false;
}

/* In the child: never returns. What fails is written to @failures. */
static void become(const struct kept_command *command, pid_t parent, char *const *words, char *const *variables,
                   int failures) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* it died before that */
        _exit(128 + SIGTERM);
    if (command->has_group)
        setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGIO, SIG_DFL);
    sigaction(SIGINT, &command->interrupt, NULL);
    sigaction(SIGQUIT, &command->quit, NULL);
    sigprocmask(SIG_SETMASK, &command->mask, NULL);
    for (size_t i = 0; variables[i]; i++)
        putenv(variables[i]);
    execvp(words[0], words);
    int failure = errno;
    (void)!write(failures, &failure, sizeof failure);
    _exit(127);
}

/* Before the fork, so that no signal is missed. */
static void open_descriptors(struct kept_command *command) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGCONT);
    for (size_t i = 0; i < PASSED_ON; i++)
        if (command->has_group || passed_on[i] != SIGINT)
            sigaddset(&signals, passed_on[i]);
    sigprocmask(SIG_BLOCK, &signals, &command->mask);
    command->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    command->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
    sigaction(SIGINT, NULL, &command->interrupt);
    sigaction(SIGQUIT, NULL, &command->quit);
    if (!command->has_group) { /* the terminal sends them to both; they are for the command */
        signal(SIGINT, SIG_IGN);
        signal(SIGQUIT, SIG_IGN);
    }
}

/* The errno that the child could not be started with; 0 if it runs. */
static int read_failure(int failures) {
    int failure = 0;
    while (read(failures, &failure, sizeof failure) < 0 && errno == EINTR) {
    }
    return failure;
}

int kept_command_start(struct kept_command *command, char *const *words, char *const *variables) {
    int failures[2];
    pid_t parent = getpid();
    *command = (struct kept_command){.has_group = !is_foreground(), .signals = -1, .timer = -1};
    if (pipe2(failures, O_CLOEXEC))
        return errno;
    open_descriptors(command);
    command->child = fork();
    if (command->child == 0)
        become(command, parent, words, variables, failures[1]);
    int failure = command->child < 0 ? errno : 0;
    close(failures[1]);
    if (!failure)
        failure = read_failure(failures[0]);
    close(failures[0]);
    if (command->child > 0 && command->has_group)
        setpgid(command->child, command->child); /* whichever of the two comes first */
    if (failure && command->child > 0)
        waitpid(command->child, NULL, 0);
    return failure;
}

/* --- while it runs --- */

void kept_command_set_timer(struct kept_command *command, uint64_t milliseconds) {
    struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(milliseconds / 1000), .tv_nsec = (long)(milliseconds % 1000) * 1000000 + 1}};
    timerfd_settime(command->timer, 0, &time, NULL);
}

static void signal_command(const struct kept_command *command, int number) {
    kill(command->has_group ? -command->child : command->child, number);
}

/* Has it ended? Keeps the status. */
static bool reap(struct kept_command *command) {
    return waitpid(command->child, &command->status, WNOHANG) == command->child;
}

/* One signal of ours. True if @event is one for the caller. */
static bool take_signal(struct kept_command *command, enum kept_event *event) {
    struct signalfd_siginfo info;
    if (read(command->signals, &info, sizeof info) != sizeof info)
        return false;
    switch (info.ssi_signo) {
    case SIGCHLD:
        *event = KEPT_ENDED;
        return reap(command);
    case SIGCONT:
        if (command->has_group)
            signal_command(command, SIGCONT);
        *event = KEPT_CONTINUED;
        return true;
    default:
        signal_command(command, (int)info.ssi_signo);
        return false;
    }
}

enum kept_event kept_command_wait(struct kept_command *command) {
    enum kept_event event;
    uint64_t count;
    struct pollfd waits[] = {{.fd = command->signals, .events = POLLIN}, {.fd = command->timer, .events = POLLIN}};
    for (;;) {
        if (poll(waits, 2, -1) < 0)
            continue;
        if ((waits[0].revents & POLLIN) && take_signal(command, &event))
            return event;
        if ((waits[1].revents & POLLIN) && read(command->timer, &count, sizeof count) == sizeof count)
            return KEPT_TIMER;
    }
}

void kept_command_stop(struct kept_command *command) {
    signal_command(command, SIGTERM);
    signal_command(command, SIGCONT); /* a stopped one does not see it else */
    kept_command_set_timer(command, STOP_MS);
    for (;;) {
        enum kept_event event = kept_command_wait(command);
        if (event == KEPT_ENDED)
            return;
        if (event == KEPT_TIMER)
            signal_command(command, SIGKILL);
    }
}

void kept_command_end(struct kept_command *command) {
    if (command->signals >= 0)
        close(command->signals);
    if (command->timer >= 0)
        close(command->timer);
    sigaction(SIGINT, &command->interrupt, NULL);
    sigaction(SIGQUIT, &command->quit, NULL);
    sigprocmask(SIG_SETMASK, &command->mask, NULL);
}
