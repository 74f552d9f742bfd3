/*
 * Trials of files: what writers and batches do to them, and what subscribers receive of that.
 */
#ifndef STORM_TRIALS_OF_FILES_H
#define STORM_TRIALS_OF_FILES_H

void trial_slow_writers(void);
void trial_plans_come_and_go(void);
void trial_batches(void);
void trial_killed_batches(int rounds);
void trial_auto_create(void);
void trial_large_batch(int files);

#endif
