/*
 * The judge of the exclusion runs. It does not look at the store: each agent writes into a separate log when it holds a
 * claim, until when, and when it gives it up, by CLOCK_BOOTTIME; the parent writes when it kills an agent. From all
 * logs the judge finds times in which two held the same achievement.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum event_kind {
    EVENT_HELD,   /* from now until the deadline, as the holder has learnt */
    EVENT_ENDED,  /* from now on not any more, whatever the store says */
    EVENT_DONE,   /* the store has accepted that it is done */
    EVENT_KILLED, /* by the parent, which had stopped it before: the agent @pid */
};

enum { JUDGE_NO_KEY = -1 }; /* of a kill */

struct event {
    enum event_kind kind;
    int key;
    pid_t pid;
    uint64_t fence;
    uint64_t at_ns, deadline_ns;
};

struct verdict {
    long claims, renewals, done, kills;
    long faults;
};

uint64_t judge_now_ns(void);

/* Every process has a log below @folder. */
int judge_open_log(const char *folder);
void judge_note(int log, enum event_kind kind, int key, pid_t pid, uint64_t fence, uint64_t deadline_ms);

/* Reads all logs and prints the first faults. @is_done_once: each of @key_count keys was done exactly once, or by one
 * that was killed before it could say so. */
struct verdict judge_decide(const char *folder, int key_count, bool is_done_once);

#endif
