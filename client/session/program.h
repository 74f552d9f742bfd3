/*
 * Another program that this one runs, found in PATH, until it ends.
 */
#ifndef BATCHCTL_PROGRAM_H
#define BATCHCTL_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"

/*
 * Start @words[0], a path or a name in PATH, with @words, which end with NULL. @environment: NULL is this process's
 * own. It gets @input, @output and @errors as its standard streams; -1 is /dev/null. 0 if it cannot be started, with
 * the reason in errno.
 */
pid_t program_start(const char *const *words, char *const *environment, int input, int output, int errors);
/* Wait until it ends: its exit status, as a shell has it: 128 + N after signal N. */
int program_wait(pid_t child);

/*
 * Run it and take what it prints on standard output, up to its end. False, with nothing in @output, if it cannot be
 * started, or has not ended its output after @timeout_ms; it is killed then.
 */
bool program_capture(const char *const *words, char *const *environment, int timeout_ms, struct buffer *output);
/* Run it with @input on its standard input, which it need not read, and wait. As program_wait; -1, and errno, if it
 * cannot be started. */
int program_feed(const char *const *words, struct span input);

#endif
