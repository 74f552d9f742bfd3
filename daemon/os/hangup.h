/*
 * The hang-up: a daemon that was started at a terminal ends with it, as any program there. Its SIGHUP means that; to
 * all others it means that the configuration is to be read again. nohup(1) and setsid(1) untie it.
 */
#ifndef BATCHD_HANGUP_H
#define BATCHD_HANGUP_H

#include <stdbool.h>

/* Called once, before SIGHUP is handled: is this process tied to a terminal? */
bool hangup_is_tied(void);

/* A shell that ends sends no signal to what it has started in the background: is the terminal gone? */
bool hangup_has_happened(void);

#endif
