/*
 * The parts of the exclusion runs. Each prints what it has seen, and returns the number of faults.
 */
#ifndef EXCLUSION_H
#define EXCLUSION_H

#include <stdbool.h>

#include "worksite.h"

/* All ask for one claim that has run out, again and again: one winner a round. */
long exclusion_rounds(const char *base, int processes, int rounds, bool is_naive);
/* Claims of 20 ms under kill -9 and SIGSTOP, with late renewals: never two at once. */
long exclusion_storm(const char *base, int processes, int seconds);
/* Achievements are designed in several worktrees, with agents killed among them: each once. */
long exclusion_work(const char *base, int processes, int worktrees, int achievements, int kills);
/* All take from one large plan at the same time: how many records are looked at for a claim. */
long exclusion_next(const char *base, int processes, int achievements);
/* A request that dies at each of its operations is repeated; many processes send the same few requests. */
long exclusion_repeat(const char *base, int processes);
/* Four processes renew, one lists: no record is missing or torn. */
long exclusion_readers(const char *base, int records, int seconds);
/* A worktree made again at the same path, and another branch in one checkout, are other sides. */
long exclusion_sides(const char *base);

/* The candidate @id of the agent's plan, to be designed, with its record as it is listed. */
struct claim_candidate exclusion_candidate(struct agent *agent, const char *id, uint64_t mark);

#endif
