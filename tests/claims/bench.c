/*
 * bench DIR [PAIRS]: what a claim costs, against one file that is made durable (staged, one syncfs, moved to its name,
 * the folder synced), measured in turns in one run. Prints the medians of take and give up, and of take and done, and
 * their ratios.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge.h"
#include "worksite.h"

enum { PAIRS_MOST = 1000, BYTES = 700 };

static int compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return values[count / 2];
}

static double now_us(void) {
    return (double)judge_now_ns() / 1e3;
}

static double make_file(int folder, int number) {
    char name[32], text[BYTES];
    memset(text, 'a', sizeof text);
    snprintf(name, sizeof name, "file%d", number);
    double start_us = now_us();
    int file = openat(folder, "staged", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    must(file >= 0 && write(file, text, sizeof text) == (ssize_t)sizeof text && close(file) == 0 &&
             syncfs(folder) == 0 && renameat(folder, "staged", folder, name) == 0 && fsync(folder) == 0,
         name);
    return now_us() - start_us;
}

static double claim(struct agent *agent, const struct worksite *site, int number, enum claim_result result) {
    struct claim_reply reply = {0}, ended = {0};
    struct error error = {0};
    const char *id = worksite_id(number);
    struct claim_candidate candidate = {.plan = &agent->plan, .kind = CLAIM_DESIGN};
    must(plan_find(&agent->plan, id, &candidate.position), id);
    double start_us = now_us();
    must(CALL(agent, take, &agent->taker, &candidate, 1, &reply, &error), "take");
    double took_us = now_us() - start_us;
    if (result == CLAIM_DONE) {
        worksite_design(site, 0, id);
        agent_load(agent);
    }
    syncfs(agent->store.folder.files.root); /* so that it pays for itself alone */
    const struct claim_end end = {.result = result, .plan = &agent->plan, .side = agent->taker.side};
    start_us = now_us();
    must(CALL(agent, end, &reply.handle, &end, &ended, &error), "end");
    took_us += now_us() - start_us;
    claim_reply_release(&reply);
    claim_reply_release(&ended);
    return took_us;
}

int main(int count, char **words) {
    static double files[PAIRS_MOST], given_up[PAIRS_MOST], done[PAIRS_MOST];
    int pairs = count > 2 ? atoi(words[2]) : 31;
    struct worksite site;
    struct agent agent;
    must(count > 1 && pairs > 0 && pairs <= PAIRS_MOST, "usage: bench DIR [PAIRS]");
    worksite_make(&site, words[1], 2, pairs);
    agent_open(&agent, &site, 0);
    int folder = open(words[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    must(folder >= 0, words[1]);
    for (int i = 0; i < pairs; i++) {
        files[i] = make_file(folder, i);
        given_up[i] = claim(&agent, &site, i, CLAIM_GIVEN_UP);
        done[i] = claim(&agent, &site, i, CLAIM_DONE);
    }
    double file_us = median(files, pairs), given_up_us = median(given_up, pairs), done_us = median(done, pairs);
    printf("one durable file %8.0f us\n", file_us);
    printf("take and give up %8.0f us, %.2f x (at most 1.5)\n", given_up_us, given_up_us / file_us);
    printf("take and done    %8.0f us, %.2f x (at most 2.5)\n", done_us, done_us / file_us);
    agent_close(&agent);
    return 0;
}
