/*
 * A capture: what a program prints, within a deadline.
 */
#ifndef BATCHCTL_CAPTURE_H
#define BATCHCTL_CAPTURE_H

#include <stdbool.h>

#include "base/buffer.h"

/*
 * Run @program, a path or a name in PATH, with @words, which end with NULL, and take what it prints on standard output
 * up to its end. @environment: of the program; NULL is this process's own. False, with nothing in @output, if it cannot
 * be started, or has not ended its output after
 * @timeout_ms; it is killed then.
 */
bool capture_run(const char *program, const char *const *words, char *const *environment, int timeout_ms,
                 struct buffer *output);

#endif
