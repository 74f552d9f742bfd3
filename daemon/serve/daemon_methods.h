/*
 * The methods that only a daemon has, and answers itself: hello, ping, stats, subscribe, unsubscribe, reload, shutdown.
 * See docs/protocol.md.
 */
#ifndef BATCHD_DAEMON_METHODS_H
#define BATCHD_DAEMON_METHODS_H

#include "serve/dispatch.h"

/* NULL if there is no such method. */
dispatch_method *daemon_methods_find(const char *name);

#endif
