/*
 * The stop signal: SIGTERM or SIGINT. libuv forgets a signal with the last handle for it, so one that comes when a loop
 * has ended and the next one has not begun would end the process as if it handled none. Here it is kept.
 */
#ifndef BATCHD_STOP_SIGNAL_H
#define BATCHD_STOP_SIGNAL_H

#include <stdbool.h>

/* From now on it is kept; and SIGHUP does nothing where no loop handles it. The first call counts. */
void stop_signal_keep(void);
/* Has it come since then? Of use once the caller's loop handles the next one. */
bool stop_signal_has_come(void);

#endif
