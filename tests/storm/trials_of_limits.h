/*
 * Trials of limits: queues that overflow, watches, instances and descriptors that run out, and what idling costs.
 */
#ifndef STORM_TRIALS_OF_LIMITS_H
#define STORM_TRIALS_OF_LIMITS_H

void trial_overflow(int files);
void trial_rescan(int files);
void trial_watch_limits(void);
void trial_instances(void);
void trial_descriptors(void);
void trial_idle(int seconds);

#endif
