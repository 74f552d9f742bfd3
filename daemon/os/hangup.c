#include "os/hangup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/auto.h"

/* Is there a controlling terminal (tty(4))? @or_else: if it cannot be found out. */
static bool has_terminal(bool or_else) {
    AUTO_CLOSE int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return terminal >= 0 || (errno != ENXIO && errno != EIO && or_else);
}

bool hangup_is_tied(void) {
    struct sigaction before;
    bool is_ignored = sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN;
    return !is_ignored && has_terminal(false);
}

bool hangup_has_happened(void) {
    return !has_terminal(true);
}
