/*
 * Trials of roots: they go away, are exchanged, mounted over, linked to, and are under git.
 */
#ifndef STORM_TRIALS_OF_ROOTS_H
#define STORM_TRIALS_OF_ROOTS_H

void trial_root(void);
void trial_exchange(void);
void trial_ways(void);
void trial_mounts(void);
void trial_links(void);
void trial_git(void);

#endif
