#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "claims/claim_clock.h"
#include "crew.h"
#include "exclusion.h"
#include "judge.h"

enum { CANDIDATES = 32, IDLE_US = 20000 };

/* The key of an achievement, from its id. */
static int key_of(const char *id) {
    return atoi(id + 2) - 10000;
}

/* What can be taken here, most urgent first. @is_over: nothing is left to wait for, either. */
static size_t choose(struct agent *agent, struct claim_candidate candidates[CANDIDATES], bool *is_over) {
    struct claim_list list = {0};
    struct claim_moment moment;
    struct error error = {0};
    size_t count = 0;
    must(CALL(agent, list, "X", &list, &error) && claim_clock_read(&moment, &error), "list");
    *is_over = true;
    for (size_t i = 0; i < agent->plan.standing_count; i++) {
        const struct standing *standing = &agent->plan.standings[i];
        const struct claim_entry *entry = claim_list_find(&list, agent->plan.dependencies.achievements[i].id);
        enum claim_kind kind;
        if (!claim_find_kind(standing, &kind) || kind != CLAIM_DESIGN)
            continue;
        if (entry && claim_is_bound(&entry->record, agent->taker.side.side, standing))
            continue;
        *is_over = false;
        if ((!entry || claim_state(&entry->record, &moment) != CLAIM_HELD) && count < CANDIDATES)
            candidates[count++] = (struct claim_candidate){&agent->plan, i, CLAIM_DESIGN, entry ? entry->mark : 0};
    }
    claim_list_release(&list);
    return count;
}

/* Do the work, and say so. */
static void finish(struct agent *agent, const struct worksite *site, int worktree, int log,
                   const struct claim_handle *handle) {
    struct claim_reply reply = {0};
    struct error error = {0};
    int key = key_of(handle->id);
    worksite_design(site, worktree, handle->id);
    agent_load(agent);
    const struct claim_end end = {.result = CLAIM_DONE, .plan = &agent->plan, .side = agent->taker.side};
    judge_note(log, EVENT_ENDED, key, getpid(), handle->fence, 0);
    if (CALL(agent, end, handle, &end, &reply, &error))
        judge_note(log, EVENT_DONE, key, getpid(), handle->fence, 0);
    error_release(&error);
    claim_reply_release(&reply);
}

static void work(const struct worksite *site, int number, int log) {
    struct agent agent;
    struct error error = {0};
    int worktree = number % site->worktree_count;
    bool is_over = false;
    agent_open(&agent, site, worktree);
    must(claim_clock_find_keeper(getpid(), &agent.taker.keeper, &error), "keeper");
    while (!is_over) {
        struct claim_candidate candidates[CANDIDATES];
        struct claim_reply reply = {0};
        size_t count = choose(&agent, candidates, &is_over);
        if (count && CALL(&agent, take, &agent.taker, candidates, count, &reply, &error)) {
            judge_note(log, EVENT_HELD, key_of(reply.handle.id), getpid(), reply.record.fence,
                       reply.record.held.deadline_ms);
            finish(&agent, site, worktree, log, &reply.handle);
        } else {
            usleep(count ? 0 : IDLE_US);
            agent_load(&agent);
        }
        error_release(&error);
        claim_reply_release(&reply);
    }
    agent_close(&agent);
}

/* Files of SUBPLANs in all worktrees. */
static long count_designs(const struct worksite *site) {
    long count = 0;
    for (int worktree = 0; worktree < site->worktree_count; worktree++)
        for (int i = 0; i < site->achievement_count; i++) {
            char path[600];
            struct stat status;
            snprintf(path, sizeof path, "%s/w%d/plans/X/subplans/SUBPLAN_X_1%s.md", site->base, worktree,
                     worksite_id(i) + 2);
            count += stat(path, &status) == 0;
        }
    return count;
}

long exclusion_work(const char *base, int processes, int worktrees, int achievements, int kills) {
    struct worksite site;
    struct crew crew;
    worksite_make(&site, base, worktrees, achievements);
    double began_s = (double)judge_now_ns() / 1e9;
    crew_start(&crew, &site, processes, work);
    while (crew.kill_count < kills && crew_is_busy(&crew)) {
        usleep((useconds_t)crew_random(1000, 40000));
        crew_kill(&crew);
    }
    bool is_well = crew_wait(&crew);
    struct verdict verdict = judge_decide(crew.log_folder, achievements, true);
    long designs = count_designs(&site);
    printf(
        "work: %d processes in %d worktrees, %d achievements, %ld kills: %ld done, %ld SUBPLANs, %.1f s, %ld faults\n",
        processes, worktrees, achievements, crew.kill_count, verdict.done, designs,
        (double)judge_now_ns() / 1e9 - began_s, verdict.faults);
    if (!is_well || designs < achievements || designs > achievements + crew.kill_count) {
        printf("FAILED: an agent has failed, or work was done twice\n");
        verdict.faults++;
    }
    return verdict.faults;
}

/* --- sides --- */

/* Claim and design @id in a worktree. */
static void design_in(const struct worksite *site, int worktree, const char *id) {
    struct agent agent;
    struct claim_reply reply = {0}, end_reply = {0};
    struct error error = {0};
    agent_open(&agent, site, worktree);
    struct claim_candidate candidate = exclusion_candidate(&agent, id, 0);
    must(CALL(&agent, take, &agent.taker, &candidate, 1, &reply, &error), "take");
    worksite_design(site, worktree, id);
    agent_load(&agent);
    const struct claim_end end = {.result = CLAIM_DONE, .plan = &agent.plan, .side = agent.taker.side};
    must(CALL(&agent, end, &reply.handle, &end, &end_reply, &error), "end");
    claim_reply_release(&reply);
    claim_reply_release(&end_reply);
    agent_close(&agent);
}

/* 0 if @id cannot be taken in the worktree, because it is finished elsewhere. */
static long expect_bound(const struct worksite *site, int worktree, const char *id, const char *what) {
    struct agent agent;
    struct claim_reply reply = {0};
    struct error error = {0};
    agent_open(&agent, site, worktree);
    struct claim_candidate candidate = exclusion_candidate(&agent, id, 0);
    bool is_bound =
        !CALL(&agent, take, &agent.taker, &candidate, 1, &reply, &error) && reply.reason == CLAIM_REASON_FINISHED;
    if (!is_bound)
        printf("FAILED: %s: %s is offered again (%s)\n", what, id, error.message ? error.message : "taken");
    error_release(&error);
    claim_reply_release(&reply);
    agent_close(&agent);
    return !is_bound;
}

/* git switch, to a branch without the SUBPLAN. */
static void switch_branch(const struct worksite *site, int worktree, const char *branch, const char *id) {
    char path[600];
    snprintf(path, sizeof path, "%s/w0/.git/worktrees/w%d/HEAD", site->base, worktree);
    FILE *head = fopen(path, "w");
    must(head != NULL, path);
    fprintf(head, "ref: refs/heads/%s\n", branch);
    fclose(head);
    snprintf(path, sizeof path, "%s/w%d/plans/X/subplans/SUBPLAN_X_1%s.md", site->base, worktree, id + 2);
    must(unlink(path) == 0, path);
}

long exclusion_sides(const char *base) {
    struct worksite site;
    long faults = 0;
    char one[16], other[16];
    worksite_make(&site, base, 3, 2);
    snprintf(one, sizeof one, "%s", worksite_id(0));
    snprintf(other, sizeof other, "%s", worksite_id(1));
    design_in(&site, 1, one);
    faults += expect_bound(&site, 0, one, "the main worktree") + expect_bound(&site, 2, one, "a linked worktree");
    worksite_remove_worktree(&site, 1);
    worksite_make_worktree(&site, 1);
    faults += expect_bound(&site, 1, one, "a worktree made again at the same path");
    design_in(&site, 2, other);
    switch_branch(&site, 2, "another", other);
    faults += expect_bound(&site, 2, other, "another branch in the same checkout");
    printf("sides: 4 other sides, %ld faults\n", faults);
    return faults;
}
