/*
 * One owner a claim (docs/reliability.md): exclusion PART..., in a new folder below TMPDIR.
 *
 *   rounds PROCESSES ROUNDS [naive]             all ask for one claim that has run out: one winner a round
 *   storm PROCESSES SECONDS                     kill -9, SIGSTOP, late renewals, claims of 20 ms: never two at once
 *   work PROCESSES WORKTREES ACHIEVEMENTS KILLS each achievement is done once
 *   next PROCESSES ACHIEVEMENTS                 all take at once from a large plan
 *   repeat PROCESSES                            requests that die at each operation, and are repeated
 *   readers RECORDS SECONDS                     all are listed while four processes renew them
 *   sides                                       worktrees and branches that look the same, and are not
 *
 * The exit status is 1 if faults were found. "planted" shows that they are.
 */
#include "exclusion.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "claims/claim_files.h"
#include "crew.h"
#include "judge.h"
#include "naive.h"

enum { TAKES_EACH = 3, CANDIDATES = CLAIM_CANDIDATES_MOST, REQUESTS = 8, REPEATED_MOST = 100 };

struct claim_candidate exclusion_candidate(struct agent *agent, const char *id, uint64_t mark) {
    struct claim_candidate candidate = {.plan = &agent->plan, .kind = CLAIM_DESIGN, .mark = mark};
    must(plan_find(&agent->plan, id, &candidate.position), id);
    return candidate;
}

static long count_faults(long faults, const char *what) {
    if (faults)
        printf("FAILED: %s: %ld\n", what, faults);
    return faults;
}

/* --- what the processes of rounds, next and repeat share --- */

static struct shared {
    pthread_barrier_t barrier;
    atomic_long looks, claims, refused, worst_winners, bad_rounds;
    atomic_int winners[2];
    char handles[REQUESTS][80];
    int rounds;
    bool is_naive;
} * shared;

static void share(int processes) {
    pthread_barrierattr_t attributes;
    shared = crew_share(sizeof *shared);
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->barrier, &attributes, (unsigned)processes);
}

/* --- rounds --- */

/* The deadline of the claim that was won has passed. */
static void expire(struct agent *agent, struct claim_reply *reply) {
    struct error error = {0};
    reply->record.held.deadline_ms = 0;
    must(claim_files_write(&agent->store.folder.files, &reply->record, false, &error), "expire");
}

static void play_rounds(const struct worksite *site, int number, int log) {
    struct agent agent;
    struct naive naive;
    char path[300];
    (void)log;
    agent_open(&agent, site, number % site->worktree_count);
    snprintf(path, sizeof path, "%s/naive", site->base);
    naive_open(&naive, path);
    struct claim_authority *authority = shared->is_naive ? &naive.authority : &agent.store.authority;
    struct claim_candidate candidate = exclusion_candidate(&agent, worksite_id(0), 0);
    for (int round = 0; round < shared->rounds; round++) {
        struct claim_reply reply = {0};
        struct error error = {0};
        pthread_barrier_wait(&shared->barrier);
        bool is_won = authority->calls->take(authority, &agent.taker, &candidate, 1, &reply, &error);
        atomic_fetch_add(&shared->winners[round % 2], is_won);
        pthread_barrier_wait(&shared->barrier);
        if (number == 0) {
            shared->bad_rounds += shared->winners[round % 2] != 1;
            shared->winners[(round + 1) % 2] = 0;
        }
        if (is_won && shared->is_naive)
            naive_expire(&naive);
        else if (is_won)
            expire(&agent, &reply);
        error_release(&error);
        claim_reply_release(&reply);
    }
    agent_close(&agent);
}

long exclusion_rounds(const char *base, int processes, int rounds, bool is_naive) {
    struct worksite site;
    struct crew crew;
    worksite_make(&site, base, 4, 1);
    share(processes);
    shared->rounds = rounds;
    shared->is_naive = is_naive;
    crew_start(&crew, &site, processes, play_rounds);
    long faults = !crew_wait(&crew);
    printf("rounds: %d processes, %d rounds, %ld without exactly one winner\n", processes, rounds,
           (long)shared->bad_rounds);
    return faults + count_faults(shared->bad_rounds, "rounds with two winners or none");
}

/* --- next --- */

/* The first that have no record, most urgent first; their number. */
static size_t choose(struct agent *agent, struct claim_candidate candidates[CANDIDATES]) {
    struct claim_list list = {0};
    struct error error = {0};
    size_t count = 0;
    must(CALL(agent, list, "X", &list, &error), "list");
    for (size_t i = 0; i < agent->plan.standing_count && count < CANDIDATES; i++) {
        const char *id = agent->plan.dependencies.achievements[i].id;
        if (!claim_list_find(&list, id))
            candidates[count++] = (struct claim_candidate){&agent->plan, i, CLAIM_DESIGN, 0};
    }
    claim_list_release(&list);
    return count;
}

static void take_next(const struct worksite *site, int number, int log) {
    struct agent agent;
    (void)log;
    agent_open(&agent, site, number % site->worktree_count);
    for (int i = 0; i < TAKES_EACH; i++) {
        struct claim_candidate candidates[CANDIDATES];
        struct claim_reply reply = {0};
        struct error error = {0};
        pthread_barrier_wait(&shared->barrier);
        size_t count = choose(&agent, candidates);
        if (CALL(&agent, take, &agent.taker, candidates, count, &reply, &error))
            shared->claims++;
        else
            shared->refused++; /* all of the first ones were taken meanwhile */
        shared->looks += (long)reply.look_count;
        error_release(&error);
        claim_reply_release(&reply);
    }
    agent_close(&agent);
}

static long count_records(const struct worksite *site) {
    struct agent agent;
    struct claim_list list = {0};
    struct error error = {0};
    long fences = 0;
    agent_open(&agent, site, 0);
    must(CALL(&agent, list, "X", &list, &error), "list");
    for (size_t i = 0; i < list.count; i++)
        fences += (long)list.entries[i].record.fence;
    claim_list_release(&list);
    agent_close(&agent);
    return fences;
}

long exclusion_next(const char *base, int processes, int achievements) {
    struct worksite site;
    struct crew crew;
    worksite_make(&site, base, 2, achievements);
    share(processes);
    crew_start(&crew, &site, processes, take_next);
    long faults = !crew_wait(&crew), claims = shared->claims, records = count_records(&site);
    printf("next: %d processes, %d achievements: %ld claims, %ld refused, %.2f records looked at for a claim\n",
           processes, achievements, claims, (long)shared->refused,
           (double)shared->looks / (double)(claims ? claims : 1));
    return faults + count_faults(claims != records, "claims that share a record") +
           count_faults(claims == 0 || shared->looks > 2 * claims, "too many looks");
}

/* --- repeat --- */

struct death {
    int calls, at;
};

static int die_at(void *data, enum files_operation operation, const char *path) {
    struct death *death = data;
    (void)operation, (void)path;
    if (++death->calls == death->at)
        _exit(0);
    return 0;
}

/* Take with that request; the handle's id and secret are noted in @handle, which may be NULL. */
static bool request(struct agent *agent, const char *name, char *handle, size_t size) {
    struct claim_candidate candidates[CANDIDATES];
    struct claim_reply reply = {0};
    struct error error = {0};
    agent->taker.request = name;
    size_t count = choose(agent, candidates);
    bool is_taken = CALL(agent, take, &agent->taker, candidates, count, &reply, &error);
    if (is_taken && handle)
        snprintf(handle, size, "%s %s", reply.handle.id, reply.handle.secret);
    error_release(&error);
    claim_reply_release(&reply);
    return is_taken;
}

static void request_and_die(const struct worksite *site, int number, int log) {
    struct agent agent;
    struct death death = {.at = number + 1};
    char name[32];
    (void)log;
    agent_open(&agent, site, 0);
    snprintf(name, sizeof name, "request %d", number);
    agent.store.folder.files.hook = die_at;
    agent.store.folder.files.hook_data = &death;
    request(&agent, name, NULL, 0);
}

static void request_again(const struct worksite *site, int number, int log) {
    struct agent agent;
    char name[32], handle[80] = "";
    int value = number % REQUESTS;
    (void)log;
    agent_open(&agent, site, number % site->worktree_count);
    snprintf(name, sizeof name, "many %d", value);
    pthread_barrier_wait(&shared->barrier);
    shared->refused += !request(&agent, name, handle, sizeof handle);
    if (number < REQUESTS)
        memcpy(shared->handles[value], handle, sizeof handle);
    pthread_barrier_wait(&shared->barrier);
    shared->bad_rounds += strcmp(shared->handles[value], handle) != 0;
}

/* Requests that died at each operation, then again: one claim each. */
static long repeat_the_dead(const struct worksite *site) {
    struct agent agent;
    struct crew crew;
    long faults = 0;
    agent_open(&agent, site, 0);
    request(&agent, "first", NULL, 0); /* which makes the folders */
    crew_start(&crew, site, REPEATED_MOST, request_and_die);
    crew_wait(&crew);
    for (int i = 0; i < REPEATED_MOST; i++) {
        char name[32], one[80] = "", other[80] = "";
        snprintf(name, sizeof name, "request %d", i);
        faults += !request(&agent, name, one, sizeof one) || !request(&agent, name, other, sizeof other) ||
                  strcmp(one, other) != 0;
    }
    agent_close(&agent);
    return faults;
}

long exclusion_repeat(const char *base, int processes) {
    struct worksite site;
    struct crew crew;
    worksite_make(&site, base, 2, 300);
    long faults = repeat_the_dead(&site), dead = count_records(&site);
    share(processes);
    crew_start(&crew, &site, processes, request_again);
    faults += !crew_wait(&crew);
    long claims = count_records(&site) - dead;
    printf("repeat: %d requests that died, %ld claims; %d processes with %d requests, %ld claims\n", REPEATED_MOST,
           dead - 1, processes, REQUESTS, claims);
    return faults + count_faults(dead != 1 + REPEATED_MOST, "requests with two claims") +
           count_faults(claims != REQUESTS, "many processes, other claims than requests") +
           count_faults(shared->refused + shared->bad_rounds, "the same request, another claim");
}

/* --- */

static long run_part(const char *base, int count, char **words) {
    int numbers[4] = {0};
    for (int i = 1; i < count && i <= 4; i++)
        numbers[i - 1] = atoi(words[i]);
    if (strcmp(words[0], "rounds") == 0)
        return exclusion_rounds(base, numbers[0], numbers[1], count > 3);
    if (strcmp(words[0], "storm") == 0)
        return exclusion_storm(base, numbers[0], numbers[1]);
    if (strcmp(words[0], "work") == 0)
        return exclusion_work(base, numbers[0], numbers[1], numbers[2], numbers[3]);
    if (strcmp(words[0], "next") == 0)
        return exclusion_next(base, numbers[0], numbers[1]);
    if (strcmp(words[0], "repeat") == 0)
        return exclusion_repeat(base, numbers[0]);
    if (strcmp(words[0], "readers") == 0)
        return exclusion_readers(base, numbers[0], numbers[1]);
    if (strcmp(words[0], "sides") == 0)
        return exclusion_sides(base);
    fprintf(stderr, "unknown part %s\n", words[0]);
    exit(2);
}

int main(int count, char **words) {
    const char *folder = getenv("TMPDIR");
    char base[200], command[300];
    if (count < 2) {
        fprintf(stderr, "usage: exclusion PART...\n");
        return 2;
    }
    snprintf(base, sizeof base, "%s/exclusion-XXXXXX", folder ? folder : "/tmp");
    must(mkdtemp(base) != NULL, base);
    long faults = run_part(base, count - 1, words + 1);
    snprintf(command, sizeof command, "rm -rf '%s'", base);
    must(system(command) == 0, command);
    return faults ? 1 : 0;
}
