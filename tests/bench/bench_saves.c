/* F7: one saved file among many. */
#include <poll.h>
#include <stdio.h>

#include "base/memory.h"
#include "meter.h"
#include "support.h"

static const char *const counters[] = {"documents_read", "folders_listed", "plans_loaded", "plans_updated"};
static const double exact[] = {1, 0, 0, 1};
enum { COUNTERS = sizeof counters / sizeof *counters };

static void count_one(struct rpc_client *channel, const char *what) {
    double before[COUNTERS];
    bench_ask(channel, "show", "P0", "1.3");
    for (size_t i = 0; i < COUNTERS; i++)
        before[i] = keeper_stat(channel, counters[i]);
    bench_put_subplan("P0", 3);
    bench_ask(channel, "show", "P0", "1.3");
    for (size_t i = 0; i < COUNTERS; i++) {
        char name[128];
        double count = keeper_stat(channel, counters[i]) - before[i];
        snprintf(name, sizeof name, "F7 one saved file, %s: %s", what, counters[i]);
        printf("%-66s now %9.0f           must %8.0f  %s\n", name, count, exact[i],
               count == exact[i] ? "met" : "MISSED");
    }
}

static double answer_time(struct rpc_client *channel, int plans, size_t rounds) {
    double *times = memory_allocate(rounds, sizeof *times);
    char name[16];
    for (size_t i = 0; i < rounds; i++) {
        snprintf(name, sizeof name, "P%d", (int)(i % (size_t)plans));
        bench_put_subplan(name, 3);
        double start = meter_now_us();
        bench_ask(channel, "show", name, "1.3");
        times[i] = meter_now_us() - start;
    }
    double median = meter_median(times, rounds);
    memory_free(times);
    return median;
}

static void measure(const struct bench *bench, int plans, int ids, double most_ms) {
    struct keeper keeper;
    struct rpc_client channel;
    char name[16], what[64], line[128];
    keeper_init(&keeper, bench->daemon, bench->client);
    for (int plan = 0; plan < plans; plan++) {
        snprintf(name, sizeof name, "P%d", plan);
        bench_put_plan(name, ids);
    }
    poll(NULL, 0, 60); /* files so young are read again, see core/plan/plan.h */
    keeper_start(&keeper, bench_late);
    keeper_connect(&keeper, &channel);
    snprintf(what, sizeof what, "%d plan%s of %d", plans, plans == 1 ? "" : "s", ids);
    snprintf(line, sizeof line, "F7 the next answer, %s", what);
    count_one(&channel, what);
    meter_print(line, answer_time(&channel, plans, bench->rounds) / 1000, "ms", (struct target){most_ms, most_ms});
    rpc_client_release(&channel);
    keeper_end(&keeper);
}

void bench_saves(const struct bench *bench) {
    measure(bench, 1000, IDS, 0.3);
    measure(bench, 1, 1000, 1);
    measure(bench, 1, 10000, 1);
}
