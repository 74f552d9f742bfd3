/*
 * The claim runner: takes a claim and keeps it while a command runs ("-- COMMAND"), or waits until there is one to
 * take. This process is the claim's keeper: when it ends, in whatever way, the claim is free.
 */
#ifndef BATCHCTL_CLAIM_RUNNER_H
#define BATCHCTL_CLAIM_RUNNER_H

#include "cli/options.h"
#include "cli/verb.h"

/* How COMMAND has ended, where it was not with 0; as env(1) and xargs(1) have it. */
enum { RUNNER_COMMAND_FAILED = 123, RUNNER_CANNOT_RUN = 126, RUNNER_NO_SUCH_COMMAND = 127 };

/*
 * Take the claim that the request of the options names, run options->command with BATCHCTL_CLAIM and its kind in the
 * environment, renew the claim until it ends, and end the claim: done if COMMAND ended with 0 and the work is done,
 * else given up. A claim that is lost ends COMMAND. Returns the exit status.
 */
int claim_runner_run(const struct verb *verb, struct options *options);

/* Take the claim, or wait for one that is free, as long as options->wait_ms says. */
int claim_runner_wait(const struct verb *verb, struct options *options);

#endif
