#include <stdio.h>
#include <unistd.h>

#include "claims/claim_clock.h"
#include "crew.h"
#include "exclusion.h"
#include "judge.h"

enum { KEYS = 8, WORKTREES = 4, TTL_MS = 20, STOP_LEAST_MS = 25, STOP_MOST_MS = 60 };

static void note_held(int log, int key, const struct claim_reply *reply) {
    judge_note(log, EVENT_HELD, key, getpid(), reply->record.fence, reply->record.held.deadline_ms);
}

/* Renew some times, sometimes too late. */
static void keep(struct agent *agent, int log, int key, const struct claim_handle *handle) {
    for (int left = crew_random(0, 4); left > 0; left--) {
        struct claim_reply reply = {0};
        struct error error = {0};
        usleep((useconds_t)crew_random(0, left == 1 ? 40000 : 15000));
        bool is_kept = CALL(agent, renew, handle, NULL, &reply, &error);
        if (is_kept)
            note_held(log, key, &reply);
        error_release(&error);
        claim_reply_release(&reply);
        if (!is_kept)
            return;
    }
}

static void give_up(struct agent *agent, int log, int key, const struct claim_handle *handle) {
    struct claim_reply reply = {0};
    struct error error = {0};
    const struct claim_end end = {.result = CLAIM_GIVEN_UP};
    judge_note(log, EVENT_ENDED, key, getpid(), handle->fence, 0);
    CALL(agent, end, handle, &end, &reply, &error);
    error_release(&error);
    claim_reply_release(&reply);
}

static void storm(const struct worksite *site, int number, int log) {
    struct agent agent;
    struct claim_keeper self;
    struct error error = {0};
    agent_open(&agent, site, number % site->worktree_count);
    must(claim_clock_find_keeper(getpid(), &self, &error), "keeper");
    agent.taker.ttl_ms = TTL_MS;
    for (;;) {
        int key = crew_random(0, KEYS - 1);
        struct claim_candidate candidate = exclusion_candidate(&agent, worksite_id(key), 0);
        struct claim_reply reply = {0};
        agent.taker.keeper = crew_random(0, 1) ? self : (struct claim_keeper){0};
        if (CALL(&agent, take, &agent.taker, &candidate, 1, &reply, &error)) {
            note_held(log, key, &reply);
            keep(&agent, log, key, &reply.handle);
            if (crew_random(0, 2))
                give_up(&agent, log, key, &reply.handle);
        }
        error_release(&error);
        claim_reply_release(&reply);
        usleep((useconds_t)crew_random(0, 3000));
    }
}

long exclusion_storm(const char *base, int processes, int seconds) {
    struct worksite site;
    struct crew crew;
    worksite_make(&site, base, WORKTREES, KEYS);
    uint64_t end_ns = judge_now_ns() + (uint64_t)seconds * 1000000000;
    crew_start(&crew, &site, processes, storm);
    while (judge_now_ns() < end_ns) {
        usleep((useconds_t)crew_random(1000, 10000));
        if (crew_random(0, 1))
            crew_kill(&crew);
        else
            crew_stop(&crew, crew_random(STOP_LEAST_MS, STOP_MOST_MS));
    }
    crew_end(&crew);
    struct verdict verdict = judge_decide(crew.log_folder, KEYS, false);
    printf("storm: %d processes, %d s: %ld claims, %ld renewals, %ld kills, %ld stops, %ld faults\n", processes,
           seconds, verdict.claims, verdict.renewals, crew.kill_count, crew.stop_count, verdict.faults);
    if (verdict.claims < 20L * seconds) {
        printf("FAILED: so few claims prove nothing\n");
        verdict.faults++;
    }
    return verdict.faults;
}
