#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "crew.h"
#include "exclusion.h"
#include "judge.h"

enum { WRITERS = 4 };

static struct claim_handle *handles; /* of all claims; the writers have a copy */

static void take_all(struct agent *agent, int count) {
    handles = memory_allocate((size_t)count, sizeof *handles);
    for (int i = 0; i < count; i++) {
        struct claim_candidate candidate = exclusion_candidate(agent, worksite_id(i), 0);
        struct claim_reply reply = {0};
        struct error error = {0};
        bool is_taken = CALL(agent, take, &agent->taker, &candidate, 1, &reply, &error);
        must(is_taken, error.message);
        handles[i] = reply.handle;
        reply.handle = (struct claim_handle){0};
        claim_reply_release(&reply);
    }
}

static void renew_at_random(const struct worksite *site, int number, int log) {
    struct agent agent;
    (void)log;
    agent_open(&agent, site, number % site->worktree_count);
    for (;;) {
        struct claim_reply reply = {0};
        struct error error = {0};
        must(CALL(&agent, renew, &handles[crew_random(0, site->achievement_count - 1)], NULL, &reply, &error),
             error.message);
        claim_reply_release(&reply);
    }
}

/* Entries that are missing or damaged in one listing. */
static long count_missing(struct agent *agent, int expected) {
    struct claim_list list = {0};
    struct error error = {0};
    long missing = expected;
    must(CALL(agent, list, "X", &list, &error), "list");
    for (size_t i = 0; i < list.count; i++)
        missing -= !list.entries[i].damage && list.entries[i].record.is_held;
    claim_list_release(&list);
    return missing;
}

long exclusion_readers(const char *base, int records, int seconds) {
    struct worksite site;
    struct agent agent;
    struct crew crew;
    long faults = 0, lists = 0;
    worksite_make(&site, base, 2, records);
    agent_open(&agent, &site, 0);
    take_all(&agent, records);
    uint64_t start_ns = judge_now_ns();
    faults += count_missing(&agent, records);
    double list_ms = (double)(judge_now_ns() - start_ns) / 1e6;
    crew_start(&crew, &site, WRITERS, renew_at_random);
    for (uint64_t end_ns = judge_now_ns() + (uint64_t)seconds * 1000000000; judge_now_ns() < end_ns; lists++)
        faults += count_missing(&agent, records);
    crew_end(&crew);
    printf("readers: %d records, %d writers: %ld listings, %ld records missing or torn; one listing alone %.1f ms\n",
           records, WRITERS, lists, faults, list_ms);
    agent_close(&agent);
    for (int i = 0; i < records; i++)
        claim_handle_release(&handles[i]);
    memory_free(handles);
    return faults;
}
