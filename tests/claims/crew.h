/*
 * A crew: the processes of a run, which the parent stops and kills at random and replaces.
 */
#ifndef CREW_H
#define CREW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "worksite.h"

enum { CREW_MOST = 256 };

struct crew {
    const struct worksite *site;
    void (*work)(const struct worksite *site, int number, int log);
    pid_t pids[CREW_MOST];
    int count;
    int log; /* of the parent */
    char log_folder[300];
    long kill_count, stop_count;
};

void crew_start(struct crew *crew, const struct worksite *site, int count,
                void (*work)(const struct worksite *site, int number, int log));
/* One member is killed, and another one begins in its place. */
void crew_kill(struct crew *crew);
/* One member stands still for @ms. */
void crew_stop(struct crew *crew, int ms);
/* All members are killed. */
void crew_end(struct crew *crew);
/* Wait until all have ended. False if one has failed. */
bool crew_wait(struct crew *crew);
/* Is a member still at work? */
bool crew_is_busy(const struct crew *crew);

/* Memory that all members share, zeroed. */
void *crew_share(size_t size);

int crew_random(int least, int most);

#endif
