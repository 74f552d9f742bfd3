/*
 * bench_daemon DAEMON CLIENT ECHO [ROUNDS]: what the daemon costs, against the least that could be done, or against
 * Watchman where it is installed: news to subscribers, an answer after a saved file, requests on open connections, the
 * start, memory. Times are medians of runs in turns; counters are exact.
 */
#include <stdlib.h>

#include "support.h"

int main(int count, char **words) {
    if (count < 4)
        return FAILURE_STATUS;
    const struct bench bench = {
        .daemon = realpath(words[1], NULL),
        .client = realpath(words[2], NULL),
        .echo = realpath(words[3], NULL),
        .rounds = count > 4 ? strtoul(words[4], NULL, 10) : 200,
    };
    must(bench.daemon && bench.client && bench.echo, "the programs");
    bench_news(&bench);
    bench_saves(&bench);
    bench_requests(&bench);
    bench_memory(&bench);
    return 0;
}
